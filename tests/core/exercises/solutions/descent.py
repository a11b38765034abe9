"""Solutions of X2 to X5."""

from collections.abc import Callable

from core.exercises import Task
from core.experiment import changed
from tests.core.exercises.solving import Solution, option


def losses(task: Task) -> Solution:
    """About a quarter stalls with squared loss, none with log loss; more epochs do not free it."""
    assert task.start
    return Solution(
        {1: "5", 2: "0", 3: option(task, 3, "(1 - y^2)")},
        {1: "0", 2: "5", 3: option(task, 3, "No line")},
        changed(task.start, loss="log"),
        changed(task.start, epochs=400),
    )


def deep(task: Task) -> Solution:
    """0.14 to the power of six; a higher rate of plain SGD does not help."""
    assert task.start
    return Solution(
        {1: option(task, 1, "millionth")},
        {1: option(task, 1, "thousandth")},
        changed(task.start, initializer="he_normal", optimizer="adam", learning_rate=0.03),
        changed(task.start, initializer="he_normal", learning_rate=0.3),
    )


def rate(task: Task) -> Solution:
    """2 / the largest second derivative: 12 for each input, 1 where standardised, 144 for the product."""
    assert task.start
    largest = 1 if task.start.standardize else 144 if task.start.features == ("x1x2",) else 12
    return Solution(
        {1: f"{2 / largest:.4f}", 2: option(task, 2, "beyond the minimum")},
        {1: f"{1 / largest:.4f}", 2: option(task, 2, "stays where it is")},
    )


def noise(task: Task) -> Solution:
    """A penalty keeps the weights from the noise; twice the epochs learn more of it."""
    assert task.start
    return Solution(
        {1: option(task, 1, "then rises")},
        {1: option(task, 1, "to the end as well")},
        changed(task.start, l2=0.3),
        changed(task.start, epochs=600),
    )


SOLUTIONS: dict[str, Callable[[Task], Solution]] = {"X2": losses, "X3": deep, "X4": rate, "X5": noise}
