"""An exercise: a question, a prediction to commit to before the run, a check computed from runs, an explanation.

    task = EXERCISES["E1"].task("ada")                           # with the data and the numbers of a handle
    needed(task, {1: "3"}, experiment)                           # what has to be trained for the check
    graded(task, {1: "3"}, experiment, {need: runs, ...})        # points, verdict and reason of each part

What is right is never written down where it can be measured: a check trains, and compares.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from core import fields
from core.claims import Claim
from core.exercises.answers import Kind
from core.exercises.variants import Draw
from core.experiment import Experiment, Segment
from core.fields import rules
from core.link import HIDEABLE, Pair, differences, to_query
from core.questions import QUESTIONS
from core.reach import Seeds
from core.sides import on_engine
from core.training import Run

Verdict = Literal["right", "partly right", "wrong", "not answered", "not allowed", "not graded", "under way"]
Answers = Mapping[int, str]  # of the parts, counted from 1


@dataclass(frozen=True)
class Need:
    """What a check asks to be trained: an experiment, or the same over seeds."""

    experiment: Experiment
    seeds: Seeds | None = None


Found = Mapping[Need, Sequence[Run]]  # the last frame's layers alone, a run for each seed


class Judged(NamedTuple):
    """Whether an answer or a run is right, and why, in a sentence."""

    right: bool
    reason: str


def _nothing(answer: str) -> tuple[Need, ...]:
    return ()


def _itself(experiment: Experiment) -> tuple[Need, ...]:
    return (Need(experiment),)


@dataclass(frozen=True)
class Part:
    """One thing that is asked before the run. words: Markdown, with LaTeX between dollar signs.

    judge: of a valid answer and what `needs` of it asked for.
    """

    words: str
    kind: Kind
    judge: Callable[[str, Found], Judged]
    needs: Callable[[str], tuple[Need, ...]] = _nothing
    points: int = 1


@dataclass(frozen=True)
class Goal:
    """What the student's own experiment has to reach, in a sentence."""

    words: str
    judge: Callable[[Experiment, Found], Judged]
    needs: Callable[[Experiment], tuple[Need, ...]] = _itself
    points: int = 2


@dataclass(frozen=True)
class Task:
    """An exercise with the numbers of one handle.

    words: what is given, Markdown. explanation, then: what is understood from it, and what to try next.
    start: the experiment that opens on Compare; changes: names of its fields that the student may change. Both belong
    to a goal. query: of a lab, its settings. claims: checks of what the explanation says, functions of a module each.
    """

    words: str
    parts: tuple[Part, ...]
    explanation: str
    then: str
    start: Experiment | None = None
    changes: tuple[str, ...] = ()
    goal: Goal | None = None
    query: Mapping[str, str] | None = None
    claims: tuple[Callable[[], Claim], ...] = ()

    @cached_property
    def opens(self) -> dict[str, str]:
        """The query of what the screen shows. Controls of what must stay as it is are hidden."""
        if self.start is None:
            return dict(self.query or {})
        fixed = [name for name in rules(Experiment) | rules(Segment) if name not in self.changes]
        aside = {*ASIDE, "sidebar"} - {"edit"} if self.by_hand else {*ASIDE}  # by hand nothing else is to be set
        hide = [name for name in HIDEABLE if name in aside.union(fixed)]
        query = to_query(Pair(self.start, on_engine(self.start, "sklearn")))
        return {**query, "hide": ",".join(hide), **({"edit": "true"} if self.by_hand else {})}

    @property
    def by_hand(self) -> bool:
        """Whether weights are to be set by hand."""
        return "edits" in self.changes

    @property
    def free(self) -> str:
        """What may be changed, in words within a sentence."""
        return ", ".join(fields.in_sentence(_labels()[name]) for name in self.changes)

    @property
    def of(self) -> int:
        """Points that there are."""
        return sum(part.points for part in self.parts) + (self.goal.points if self.goal else 0)


ASIDE = ("presets", "reset", "b", "playground", "edit", "problem")  # of Compare, not of an exercise


@dataclass(frozen=True)
class Exercise:
    """A row of the registry. screen: the page's file; of: the task with what is drawn for a handle."""

    id: str
    title: str
    words: str
    screen: str
    of: Callable[[Draw], Task]

    def task(self, handle: str = "") -> Task:
        """The exercise with the data and the numbers of a handle."""
        return _task(self, handle)


def of_question(id: str, title: str, of: Callable[[Draw], Task]) -> Exercise:
    """The exercise of a question of the course (`core.questions`), with its words, on its screen."""
    question = QUESTIONS[id]
    return Exercise(id, title, question.words, question.screen, of)


@lru_cache(512)
def _task(exercise: Exercise, handle: str) -> Task:
    return exercise.of(Draw(exercise.id, handle))


# ---- the check ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """What one part, or the goal, came to. answer: to a part, in words."""

    points: int
    of: int
    verdict: Verdict
    reason: str
    answer: str = ""


@dataclass(frozen=True)
class Grade:
    """What an exercise came to: a mark for each part, and one for the goal."""

    marks: tuple[Mark, ...]

    @property
    def points(self) -> int:
        return sum(mark.points for mark in self.marks)

    @property
    def of(self) -> int:
        return sum(mark.of for mark in self.marks)

    @property
    def verdict(self) -> Verdict:
        """Of all marks: the one that they share, or how far they are right."""
        verdicts = {mark.verdict for mark in self.marks}
        if len(verdicts) == 1:
            return verdicts.pop()
        if "under way" in verdicts:
            return "under way"
        return "partly right" if self.points else "wrong"

    @property
    def reason(self) -> str:
        """The reasons of all marks."""
        return " ".join(dict.fromkeys(mark.reason for mark in self.marks))


def needed(task: Task, answers: Answers, experiment: Experiment | None) -> tuple[Need, ...]:
    """What has to be trained to check an exercise, each once: nothing for what is not answered or not allowed."""
    needs = [
        need
        for number, part in enumerate(task.parts, 1)
        if (answer := _valid(part, answers.get(number))) is not None
        for need in part.needs(answer)
    ]
    if task.goal and experiment and not _why_not(task, answers, experiment):
        needs += task.goal.needs(experiment)
    return tuple(dict.fromkeys(needs))


def graded(
    task: Task, answers: Answers, experiment: Experiment | None, found: Found, refused: Mapping[Need, str] = {}
) -> Grade:
    """The grade of an exercise, as far as what it needs is there. Never raises.

    refused: of what is not trained, why, in a sentence.
    """
    marks = [_mark_of_part(part, answers.get(number), found, refused) for number, part in enumerate(task.parts, 1)]
    if task.goal:
        marks.append(_mark_of_goal(task, task.goal, answers, experiment, found, refused))
    return Grade(tuple(marks))


def is_committed(task: Task, answers: Answers) -> bool:
    """Whether every part has a valid answer."""
    return all(_valid(part, answers.get(number)) is not None for number, part in enumerate(task.parts, 1))


def not_allowed(task: Task, experiment: Experiment) -> str:
    """What was changed that has to stay as it is, in a sentence; empty where nothing was."""
    assert task.start is not None
    allowed = {_labels()[name] for name in task.changes}
    if len(experiment.segments) != len(task.start.segments):
        return f"Training must stay in {len(task.start.segments)} segment; got {len(experiment.segments)}."
    changed = [row for row in differences(task.start, experiment) if row[0] not in allowed]
    words = "; ".join(f"{label} must stay {was}; got {now}" for label, was, now in changed)
    return f"{words}." if words else ""


def _labels() -> dict[str, str]:
    """The label of each field of an experiment and its segments."""
    return {name: fields.label(kind, name) for kind in (Experiment, Segment) for name in rules(kind)}


def _valid(part: Part, text: str | None) -> str | None:
    try:
        return None if text is None else part.kind.parse(text)
    except ValueError:
        return None


def _why_not(task: Task, answers: Answers, experiment: Experiment) -> str:
    """Why a goal is not looked at, in a sentence; empty where it is."""
    if not is_committed(task, answers):
        return "The prediction comes first."
    return not_allowed(task, experiment)


def _mark_of_part(part: Part, text: str | None, found: Found, refused: Mapping[Need, str]) -> Mark:
    if not text:
        return Mark(0, part.points, "not answered", "Not answered.")
    answer = _valid(part, text)
    if answer is None:
        return Mark(0, part.points, "not answered", f"An answer must be {part.kind.rule}.", text)
    said = part.kind.in_words(answer)
    if waiting := _missing(part.needs(answer), part.points, found, refused):
        return replace(waiting, answer=said)
    right, reason = part.judge(answer, found)
    return Mark(part.points * right, part.points, "right" if right else "wrong", reason, said)


def _mark_of_goal(
    task: Task, goal: Goal, answers: Answers, experiment: Experiment | None, found: Found, refused: Mapping[Need, str]
) -> Mark:
    if experiment is None:
        return Mark(0, goal.points, "not answered", "No experiment was handed in.")
    if why := _why_not(task, answers, experiment):
        return Mark(0, goal.points, "not allowed" if is_committed(task, answers) else "not answered", why)
    if waiting := _missing(goal.needs(experiment), goal.points, found, refused):
        return waiting
    right, reason = goal.judge(experiment, found)
    return Mark(goal.points * right, goal.points, "right" if right else "wrong", reason)


def _missing(needs: Sequence[Need], of: int, found: Found, refused: Mapping[Need, str]) -> Mark | None:
    """The mark of what cannot be judged, or not yet."""
    if why := next((refused[need] for need in needs if need in refused), ""):
        return Mark(0, of, "not graded", why)
    return None if all(need in found for need in needs) else Mark(0, of, "under way", "It is being trained.")
