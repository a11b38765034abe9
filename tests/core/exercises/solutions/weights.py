"""Solutions of X6 to X8."""

from collections.abc import Callable

from core.exercises import Task
from core.exercises.weights import ENOUGH_L1
from core.experiment import changed
from tests.core.exercises.solving import Solution, option


def penalty(task: Task) -> Solution:
    """What the formula of the data needs; without a penalty more is left."""
    assert task.start
    needed = {"circle": "x₁² and x₂²", "xor": "x₁x₂"}[task.start.dataset]
    start = task.start
    return Solution({1: option(task, 1, needed)}, {1: option(task, 1, "sin")}, changed(start, l1=ENOUGH_L1), start)


def zeros(task: Task) -> Solution:
    """One unit; a logistic one moves, since it is not 0 at 0."""
    assert task.start
    moves = task.start.activation == "logistic"
    right = option(task, 2, "all in the same way" if moves else "All points get one class")
    return Solution(
        {1: "1", 2: right},
        {1: str(task.start.hidden[0]), 2: option(task, 2, "have become different")},
        changed(task.start, initializer="glorot_uniform"),
        changed(task.start, seed=task.start.seed + 1),
    )


def relu(task: Task) -> Solution:
    """The square root of a half for Glorot's weights, 1 for He's."""
    assert task.start
    start = task.start
    return Solution(
        {1: "0.71", 2: "1"},
        {1: "1", 2: "0.71"},
        changed(start, initializer="he_normal"),
        changed(start, initializer="uniform"),
    )


SOLUTIONS: dict[str, Callable[[Task], Solution]] = {"X6": penalty, "X7": zeros, "X8": relu}
