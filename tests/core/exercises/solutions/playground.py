"""Solutions of X1 and T1 to T3."""

from collections.abc import Callable

from core.exercises import Task
from core.exercises.playground import by_hand
from core.experiment import changed
from tests.core.exercises.solving import Solution, option


def xor_units(task: Task) -> Solution:
    """Four; three suffice on one start at most."""
    return Solution({1: "4"}, {1: "3"})


def first_network(task: Task) -> Solution:
    """Three bends; four linear units are still one line."""
    assert task.start
    four = changed(task.start, hidden=(4,), learning_rate=0.03)
    return Solution({1: "3"}, {1: "4"}, changed(four, activation="tanh"), four)


def feature_cross(task: Task) -> Solution:
    """The product alone; a sum of the inputs is a straight line."""
    assert task.start
    right, wrong = option(task, 1, "$w_3 > 0$"), option(task, 1, "$w_3 < 0$")
    return Solution({1: right}, {1: wrong}, by_hand(task.start, (0, 0, 1)), by_hand(task.start, (1, 1, 0)))


def retraining(task: Task) -> Solution:
    """About two thirds of the starts."""
    return Solution(
        {1: "13", 2: option(task, 2, "from other initial weights")}, {1: "20", 2: option(task, 2, "With more epochs")}
    )


SOLUTIONS: dict[str, Callable[[Task], Solution]] = {
    "X1": xor_units,
    "T1": first_network,
    "T2": feature_cross,
    "T3": retraining,
}
