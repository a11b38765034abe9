"""Solutions of E1 to E4."""

from collections.abc import Callable

from core.exercises import Task
from core.experiment import changed
from tests.core.exercises.solving import Solution, option


def circle(task: Task) -> Solution:
    """Two lines leave a strip open, three close; what fails has one line too few."""
    assert task.start
    return Solution(
        {1: "1", 2: "3"},
        {1: "3", 2: "2"},
        changed(task.start, hidden=(8,)),
        changed(task.start, hidden=(2,), epochs=400),
    )


def squares(task: Task) -> Solution:
    """x1^2 + x2^2 = r^2 is linear in the squares; one square alone is not enough."""
    assert task.start
    return Solution(
        {1: option(task, 1, "$x_1^2$")},
        {1: option(task, 1, "sin")},
        changed(task.start, features=("x1sq", "x2sq")),
        changed(task.start, features=("x1", "x1sq")),
    )


def xor(task: Task) -> Solution:
    """Two units bend the boundary once, whatever the rate and the start."""
    assert task.start
    return Solution(
        {1: "87"}, {1: "100"}, changed(task.start, hidden=(12,)), changed(task.start, learning_rate=0.3, seed=77)
    )


def spiral(task: Task) -> Solution:
    """Two layers of 16, for long; one of 8 is too narrow."""
    assert task.start
    return Solution(
        {1: option(task, 1, "40 to")},
        {1: option(task, 1, "fewer than")},
        changed(task.start, hidden=(16, 16), epochs=600),
        task.start,
    )


SOLUTIONS: dict[str, Callable[[Task], Solution]] = {"E1": circle, "E2": squares, "E3": xor, "E4": spiral}
