"""Solutions of exercises: what somebody who knows, and somebody who does not, would hand in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from core.exercises import Grade, Need, Task, graded, needed
from core.exercises.answers import Options, Order, WrongLine
from core.exercises.exercise import Answers
from core.exercises.trained import trained
from core.experiment import Experiment
from core.training import Run, completed

HANDLES = ("", *(f"student {number}" for number in range(1, 20)))


@dataclass(frozen=True)
class Solution:
    """right, wrong: an answer to each part. reaches, fails: experiments for the goal, both allowed."""

    right: Answers
    wrong: Answers
    reaches: Experiment | None = None
    fails: Experiment | None = None


@cache
def runs(need: Need) -> tuple[Run, ...]:
    """A need, trained once."""
    return completed(trained(need))


def grade(task: Task, answers: Answers, experiment: Experiment | None) -> Grade:
    """The grade of what is handed in, all that it needs trained."""
    return graded(task, answers, experiment, {need: runs(need) for need in needed(task, answers, experiment)})


def option(task: Task, part: int, words: str) -> str:
    """The answer that chooses the one option with these words in it."""
    kind = task.parts[part - 1].kind
    assert isinstance(kind, Options)
    (index,) = (i for i, label in enumerate(kind.labels, 1) if words in label)
    return str(index)


def letters(task: Task, part: int, lines: Sequence[str]) -> str:
    """The answer that puts the lines with these words in them into this order."""
    kind = task.parts[part - 1].kind
    assert isinstance(kind, Order)
    found = []
    for words in lines:
        (letter,) = (letter for letter, line in zip(kind.letters, kind.lines, strict=True) if words in line)
        found.append(letter)
    return "".join(found)


def line(task: Task, part: int, words: str) -> str:
    """The answer that names the one line with these words in it."""
    kind = task.parts[part - 1].kind
    assert isinstance(kind, WrongLine)
    (index,) = (i for i, line in enumerate(kind.lines, 1) if words in line)
    return str(index)


def numbers(text: str) -> list[float]:
    """The numbers in a text, with a minus of either kind."""
    return [float(found.replace("−", "-")) for found in re.findall(r"[-−]?\d+(?:\.\d+)?", text)]
