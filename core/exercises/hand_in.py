"""Hand-in: what a link says of exercises. Answers and experiments travel in it; it is all that is graded.

    exercise=E1&set=P1,E1&for=ada&answer.P1=CABD&answer.P1.2=3&run.P2=…&answer.E1=3&…

exercise: the one that is open; its experiment is the link's own. set: those that were set, all where there is none.
for: the handle of the variant. answer.E1: of its first part, answer.E1.2 of its second. run.E3: what somebody changed
in the experiment of another exercise, as a query within the query.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from core.exercises.exercise import Answers, Exercise, Task
from core.exercises.registry import EXERCISES
from core.experiment import Experiment
from core.fields import shortened
from core.link import ANSWER, EXERCISE, HANDLE, RUN, SET, Pair, from_query, to_query

LONGEST_HANDLE, LONGEST_ANSWER, LONGEST_RUN = 60, 200, 600  # characters


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
        """As in a link, in the order of the exercises."""
        said = {EXERCISE: self.open, SET: ",".join(self.asked), HANDLE: self.handle}
        answers = {_key(id, part): self.answers[id, part] for id, part in sorted(self.answers)}
        return {
            **{key: text for key, text in said.items() if text},
            **answers,
            **{RUN + id: self.runs[id] for id in sorted(self.runs)},
        }

    def answers_of(self, id: str) -> Answers:
        """The answers of an exercise by the number of the part."""
        return {part: text for (of, part), text in self.answers.items() if of == id}

    def answered(self, id: str, answers: Answers) -> "HandIn":
        """With other answers of an exercise."""
        rest = {key: text for key, text in self.answers.items() if key[0] != id}
        return replace(self, answers={**rest, **{(id, part): text for part, text in answers.items()}})

    def task(self, exercise: Exercise) -> Task:
        """An exercise with the numbers of the handle."""
        return exercise.task(self.handle)


def read(mapping: Mapping[str, Any]) -> tuple[HandIn, list[str]]:
    """What a query says of exercises, and a sentence for everything in it that could not be kept. Never raises."""
    texts = {key: value[-1] if isinstance(value, list | tuple) and value else value for key, value in mapping.items()}
    known, problems = ", ".join(EXERCISES), list[str]()
    open_ = texts.get(EXERCISE, "")
    if open_ and open_ not in EXERCISES:
        problems.append(f"Exercise must be one of {known}; got {EXERCISE}={shortened(open_)}, so none is open.")
        open_ = ""
    named = [name for name in str(texts.get(SET, "")).split(",") if name]
    if unknown := [name for name in named if name not in EXERCISES]:
        problems.append(f"Exercises that are set must be of {known}; got {shortened(','.join(unknown))}, left out.")
    handle = _text(texts.get(HANDLE, ""), LONGEST_HANDLE)
    if handle is None:
        problems.append(
            f"{HANDLE} must be a text of at most {LONGEST_HANDLE} characters; the variant for nobody is used."
        )
    answers, runs = dict[tuple[str, int], str](), dict[str, str]()
    for key, value in texts.items():
        if isinstance(key, str) and key.startswith((ANSWER, RUN)):
            found = re.fullmatch(r"(answer|run)\.(\w{1,4})(?:\.([2-9]))?", key, re.ASCII)
            is_run = key.startswith(RUN)
            text = _text(value, LONGEST_RUN if is_run else LONGEST_ANSWER)
            if not found or found[2] not in EXERCISES or text is None or (is_run and found[3]):
                problems.append(f"{shortened(key)}={shortened(value)} is no answer to an exercise, so it is left out.")
            elif is_run:
                runs[found[2]] = text
            elif text:
                answers[found[2], int(found[3] or 1)] = text
    asked = tuple(name for name in EXERCISES if name in named)
    return HandIn(open_, asked, handle or "", answers, runs), problems


def experiment_of(hand_in: HandIn, exercise: Exercise, query: Mapping[str, Any]) -> tuple[Experiment | None, list[str]]:
    """The experiment that was handed in for an exercise, and sentences on what of it could not be read.

    query: the whole link, which has it where the exercise is open. None where nothing was handed in, or is asked for.
    """
    task = hand_in.task(exercise)
    if task.start is None:
        return None, []
    if exercise.id == hand_in.open:
        pair, _, problems = from_query({**task.opens, **query})
    elif exercise.id in hand_in.runs:
        changes = dict(parse_qsl(hand_in.runs[exercise.id], keep_blank_values=True))
        pair, _, problems = from_query({**task.opens, **changes})
    else:
        return None, []
    return pair.a, problems


def completed(query: Mapping[str, Any]) -> dict[str, Any]:
    """A query with what its exercise opens for all that it does not say."""
    hand_in, _ = read(query)
    return {**hand_in.task(hand_in.exercise).opens, **query} if hand_in.exercise else dict(query)


def carried(query: Mapping[str, Any]) -> HandIn:
    """What goes along to another exercise or screen: the answers, and what was changed in the experiment so far.

    query: of the screen that is left, on which the exercise is open.
    """
    hand_in, _ = read(query)
    exercise = hand_in.exercise
    if exercise is None:
        return hand_in
    task = hand_in.task(exercise)
    experiment, _ = experiment_of(hand_in, exercise, query)
    if experiment is None or not hand_in.answers_of(exercise.id):
        return replace(hand_in, open="")
    return replace(hand_in, open="", runs={**hand_in.runs, exercise.id: urlencode(_changed(task, experiment))})


def link(hand_in: HandIn, exercise: Exercise) -> dict[str, str]:
    """The query that opens an exercise with what was answered, and with what was changed in its experiment."""
    opened = replace(
        hand_in, open=exercise.id, runs={id: text for id, text in hand_in.runs.items() if id != exercise.id}
    )
    experiment, _ = experiment_of(replace(hand_in, open=""), exercise, {})
    task = hand_in.task(exercise)
    return {**(_changed(task, experiment) if experiment else {}), **opened.query}


def _changed(task: Task, experiment: Experiment) -> dict[str, str]:
    """What a link of the experiment says otherwise than that of the start."""
    assert task.start is not None
    was, now = (to_query(Pair(each, each)) for each in (task.start, experiment))
    return {key: text for key, text in now.items() if was.get(key) != text and not key.startswith("b.")}


def _key(id: str, part: int) -> str:
    return ANSWER + id + (f".{part}" if part > 1 else "")


def _text(value: Any, longest: int) -> str | None:
    return value if isinstance(value, str) and len(value) <= longest else None
