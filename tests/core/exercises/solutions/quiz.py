"""Solutions of E1 to E4."""

from collections.abc import Callable

from core.exercises import Task
from core.experiment import changed
from tests.core.exercises.solving import Solution


def xor(task: Task) -> Solution:
    """By hand: two units bend the boundary once."""
    assert task.start
    return Solution({1: "85"}, {1: "50"}, changed(task.start, hidden=(8,), learning_rate=0.1), task.start)


SOLUTIONS: dict[str, Callable[[Task], Solution]] = {"E3": xor}
