"""Hand-in: what a link says of exercises. Answers and experiments travel in it; it is all that is graded.

    exercise=E1&set=P1,E1&for=ada&answer.P1=CABD&answer.P1.2=3&run.P2=…&answer.E1=3&…

exercise: the one that is open; its experiment is the link's own. set: those that were set, all where there is none.
for: the handle of the variant. answer.E1: of its first part, answer.E1.2 of its second. run.E3: what somebody changed
in the experiment of another exercise, as a query within the query.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from core.exercises.exercise import Answers, Exercise, Task
from core.exercises.registry import EXERCISES
from core.experiment import MAX_SEGMENTS, Experiment
from core.fields import SHOWN, shortened
from core.link import (
    ANSWER,
    EXERCISE,
    HANDLE,
    RUN,
    SET,
    B,
    Pair,
    bounded,
    from_query,
    is_of_exercises,
    parsed,
    repeated_keys,
    to_query,
)

LONGEST_HANDLE, LONGEST_ANSWER = 60, 200  # characters
LONGEST_RUN = 6000  # as many as any experiment takes; what a student changes takes some 50
OF_PART = re.compile(re.escape(ANSWER) + r"(\w{1,4})(?:\.([2-9]))?", re.ASCII)
OF_RUN = re.compile(re.escape(RUN) + r"(\w{1,4})", re.ASCII)


@dataclass(frozen=True)
class HandIn:
    """What a link says of exercises. answers: by exercise and number of the part, from 1, as they were typed.

    runs: of each exercise what was changed in its experiment, as a query.
    """

    open: str = ""
    asked: tuple[str, ...] = ()
    handle: str = ""
    answers: Mapping[tuple[str, int], str] = field(default_factory=dict)
    runs: Mapping[str, str] = field(default_factory=dict)

    @property
    def exercise(self) -> Exercise | None:
        """The one that is open."""
        return EXERCISES.get(self.open)

    @property
    def listed(self) -> list[Exercise]:
        """Those that are set; all where none are."""
        return [row for row in EXERCISES.values() if row.id in self.asked or not self.asked]

    @property
    def touched(self) -> list[Exercise]:
        """What is graded: those that are set, and what else was answered or is open."""
        ids = {*self.asked, *(id for id, _ in self.answers), self.open}
        return [row for row in EXERCISES.values() if row.id in ids]

    @property
    def query(self) -> dict[str, str]:
        """As in a link, in the order of the exercises. What is empty is left out, but for an experiment."""
        said = {EXERCISE: self.open, SET: ",".join(self.asked), HANDLE: self.handle}
        answers = {_key(id, part): self.answers[id, part] for id, part in sorted(self.answers)}
        return {
            **{key: text for key, text in {**said, **answers}.items() if text},
            **{RUN + id: self.runs[id] for id in sorted(self.runs)},
        }

    def answers_of(self, id: str) -> Answers:
        """The answers of an exercise by the number of the part."""
        return {part: text for (of, part), text in self.answers.items() if of == id}

    def answered(self, id: str, answers: Answers) -> "HandIn":
        """With other answers of an exercise."""
        rest = {key: text for key, text in self.answers.items() if key[0] != id}
        return replace(self, answers={**rest, **{(id, part): text for part, text in answers.items() if text}})

    def task(self, exercise: Exercise) -> Task:
        """An exercise with the numbers of the handle."""
        return exercise.task(self.handle)


def read(mapping: Any) -> tuple[HandIn, list[str]]:
    """What a query says of exercises, and a sentence for everything in it that could not be kept. Never raises.

    Parameters
    ----------
    mapping : Mapping of keys to text, or to lists of texts of which the last counts
        Anything else says nothing of exercises.

    Returns
    -------
    hand_in, problems
        `read(hand_in.query)` is the same `hand_in`, without problems.
    """
    said = _said(mapping)
    texts = {key: _last(value) for key, value in said.items()}
    known, problems = ", ".join(EXERCISES), repeated_keys(_readable(said))
    open_ = _text(texts.get(EXERCISE, ""), LONGEST_ANSWER)
    if open_ is None or (open_ and open_ not in EXERCISES):
        problems.append(f"Exercise must be one of {known}; got {_got(EXERCISE, texts)}, so none is open.")
        open_ = ""
    named = _text(texts.get(SET, ""), LONGEST_RUN)
    unknown = [] if named is None else [name for name in named.split(",") if name and name not in EXERCISES]
    if named is None or unknown:
        got = shortened(",".join(unknown)) if unknown else _got(SET, texts)
        problems.append(f"Exercises that are set must be of {known}; got {got}, which is left out.")
    handle = _text(texts.get(HANDLE, ""), LONGEST_HANDLE)
    if handle is None:
        rule = f"a text of at most {LONGEST_HANDLE} characters"
        problems.append(f"{HANDLE} must be {rule}; got {_got(HANDLE, texts)}, so the variant for nobody is used.")
    answers, runs, strange = _answers_and_runs(texts)
    problems += [f"{_got(key, texts)} is no answer to an exercise, so it is left out." for key in strange]
    asked = tuple(id for id in EXERCISES if id in (named or "").split(","))
    return HandIn(open_, asked, handle or "", answers, runs), bounded(problems)


def experiment_of(hand_in: HandIn, exercise: Exercise, query: Mapping[str, Any]) -> tuple[Experiment | None, list[str]]:
    """The experiment that was handed in for an exercise, and sentences on what of it could not be read. Never raises.

    query: the whole link, which has it where the exercise is open. None where nothing was handed in, or is asked for.
    """
    task = hand_in.task(exercise)
    if task.start is None:
        return None, []
    if exercise.id == hand_in.open:
        return _of_a(_opened(task, query))
    if exercise.id in hand_in.runs:
        experiment, _, said = _carried(exercise, hand_in.handle, hand_in.runs[exercise.id])
        return experiment, list(said)
    return None, []


def completed(query: Mapping[str, Any]) -> dict[str, Any]:
    """A query with what its exercise opens for all that it does not say."""
    hand_in, _ = read(query)
    return _opened(hand_in.task(hand_in.exercise), query) if hand_in.exercise else dict(query)


def carried(query: Mapping[str, Any]) -> HandIn:
    """What goes along to another exercise or screen: the answers, and what was changed in the experiment so far.

    query: of the screen that is left, on which the exercise is open.
    """
    hand_in, _ = read(query)
    exercise = hand_in.exercise
    if exercise is None:
        return hand_in
    runs, task = {id: text for id, text in hand_in.runs.items() if id != exercise.id}, hand_in.task(exercise)
    experiment, _ = experiment_of(hand_in, exercise, query)
    if experiment is None or not (hand_in.answers_of(exercise.id) or experiment != task.start):
        return replace(hand_in, open="", runs=runs)
    own = urlencode(_changed(task, experiment), safe=",:")
    return replace(hand_in, open="", runs={**runs, exercise.id: own})


def link(hand_in: HandIn, exercise: Exercise) -> dict[str, str]:
    """The query that opens an exercise with what was answered, and with what was changed in its experiment."""
    opened = replace(
        hand_in, open=exercise.id, runs={id: text for id, text in hand_in.runs.items() if id != exercise.id}
    )
    if exercise.id not in hand_in.runs or hand_in.task(exercise).start is None:
        return opened.query
    _, changed, _ = _carried(exercise, hand_in.handle, hand_in.runs[exercise.id])
    return {**changed, **opened.query}


@lru_cache(512)  # a list of exercises asks for all of them at each rerun
def _carried(exercise: Exercise, handle: str, run: str) -> tuple[Experiment, dict[str, str], tuple[str, ...]]:
    """An experiment that was carried along, what differs in its link from the start, and what could not be read."""
    task = exercise.task(handle)
    experiment, problems = _of_a(_opened(task, parsed(run)))
    return experiment, _changed(task, experiment), tuple(problems)


def _of_a(query: Mapping[str, Any]) -> tuple[Experiment, list[str]]:
    """A of a query, and what could not be read of it or the view: B is not handed in."""
    pair, _, problems = from_query({key: value for key, value in query.items() if not str(key).startswith(B)})
    return pair.a, problems


def _changed(task: Task, experiment: Experiment) -> dict[str, str]:
    """What a link of the experiment says otherwise than that of the start."""
    assert task.start is not None
    was, now = (to_query(Pair(each, each)) for each in (task.start, experiment))
    return {key: text for key, text in now.items() if was.get(key) != text and not key.startswith(B)}


def _opened(task: Task, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The query of a task's start with changes. With fewer segments it lacks those that come after."""
    count = _last(changes.get("segments", ""))
    gone = range(int(count) + 1, MAX_SEGMENTS + 1) if count in map(str, range(1, MAX_SEGMENTS + 1)) else ()
    return {
        **{key: text for key, text in task.opens.items() if not key.startswith(tuple(f"{number}." for number in gone))},
        **changes,
    }


def _answers_and_runs(texts: Mapping[str, Any]) -> tuple[dict[tuple[str, int], str], dict[str, str], list[str]]:
    """Answers and experiments of a query, and the keys of what is neither."""
    answers, runs, strange = dict[tuple[str, int], str](), dict[str, str](), list[str]()
    for key, value in texts.items():
        text = _text(value, LONGEST_RUN if key.startswith(RUN) else LONGEST_ANSWER)
        of_part, of_run = OF_PART.fullmatch(key), OF_RUN.fullmatch(key)
        if text is not None and of_run and of_run[1] in EXERCISES:
            runs[of_run[1]] = text
        elif text is not None and of_part and of_part[1] in EXERCISES:
            answers |= {(of_part[1], int(of_part[2] or 1)): text} if text else {}
        elif key not in (EXERCISE, SET, HANDLE):
            strange.append(key)
    return answers, runs, strange


def _said(mapping: Any) -> dict[str, Any]:
    """What of a query is about exercises."""
    rows = mapping.items() if isinstance(mapping, Mapping) else ()
    return {key: value for key, value in rows if is_of_exercises(key)}


def _readable(said: Mapping[str, Any]) -> dict[str, Any]:
    """Those keys that are written as they should be."""
    return {
        key: value
        for key, value in said.items()
        if key in (EXERCISE, SET, HANDLE) or OF_PART.fullmatch(key) or OF_RUN.fullmatch(key)
    }


def _key(id: str, part: int) -> str:
    return ANSWER + id + (f".{part}" if part > 1 else "")


def _got(key: str, texts: Mapping[str, Any]) -> str:
    """A key and its value, for a message."""
    name = key if len(key) <= SHOWN and key.isprintable() else shortened(key)
    return f"{name}={shortened(texts[key])}"


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, list | tuple) and value else value


def _text(value: Any, longest: int) -> str | None:
    """A text of a link; None for what is none, is too long, or has half a surrogate pair, which no address can have."""
    if not isinstance(value, str) or len(value) > longest:
        return None
    return value if value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value) else None
