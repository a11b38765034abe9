"""Solutions of P3 to P6. Numbers are computed from the words of the task, slopes by differences."""

from collections.abc import Callable

import numpy as np
from scipy.special import expit, logit

from core.exercises import Task
from tests.core.exercises.solving import Solution, letters, line, numbers, option

H = 1e-5


def logistic_slope(task: Task) -> Solution:
    """The slope is the central difference at the x where s has its value."""
    s = numbers(task.words)[-1]
    x = logit(s)
    slope = (expit(x + H) - expit(x - H)) / (2 * H)
    order = letters(
        task,
        1,
        ["s(x) =", "(1 + e^{-x})'", "(-e^{-x})", "dfrac{e^{-x}}", "dfrac{(1 + e^{-x}) - 1}", "dfrac{1}{1 + e^{-x}} -"],
    )
    return Solution(
        {
            1: order,
            2: "s(x) - s(x)^2",
            3: f"{slope:.4f}",
            4: option(task, 4, "At most $1/4$, at $x = 0$; it falls like $e"),
        },
        {1: order[::-1], 2: "1 - s", 3: str(s), 4: option(task, 4, "At most $1/2$")},
    )


def gradient(task: Task) -> Solution:
    """delta_1 over the last delta is the slope of the last z by the first, by differences through the narrow stack."""
    w, a = numbers(task.words)[-2:]
    layers = int(numbers(task.parts[1].words)[0]) - 1

    def last(z: float) -> float:
        for _ in range(layers):
            z = w * float(expit(z)) + float(logit(a)) - w * a  # the bias that makes all values a
        return z

    factor = (last(logit(a) + H) - last(logit(a) - H)) / (2 * H)
    return Solution(
        {1: "s(z)(1 - a)", 2: f"{factor:.3f}", 3: line(task, 3, "a quarter"), 4: option(task, 4, "Glorot")},
        {1: "a", 2: f"{(a * (1 - a)) ** layers:.4f}", 3: line(task, 3, "0.25^"), 4: option(task, 4, "cannot learn")},
    )


def tanh(task: Task) -> Solution:
    """The lost factor is in the line that takes the slope within the parentheses."""
    order = letters(
        task,
        1,
        [r"\tanh", "{1 - e^{-2x}}", "{2 - (1 +", r"- \dfrac{1 + e", "- 1$"],
    )
    return Solution(
        {
            1: order,
            2: "1 - (2 s(2x) - 1)^2",
            3: line(task, 3, "x))' = s'("),
            4: option(task, 4, "the larger one at $x = 0$"),
        },
        {
            1: order[::-1],
            2: "2 s(2x) (1 - s(2x))",
            3: line(task, 3, "$g(x)"),
            4: option(task, 4, "larger one at e"),
        },
    )


def ranges(task: Task) -> Solution:
    """The bound is what NumPy's tanh gives far out; tanh x is taken at the x where s(2x) has its value."""
    c, d, _, value = numbers(task.words.replace("- ", "-"))
    lowest = c * np.tanh(-50.0) + d
    delta = numbers(task.parts[2].words)[0]
    signs = "positive" if (np.random.RandomState(0).uniform(0, 1, 9) * delta > 0).all() else "negative"
    return Solution(
        {
            1: f"{lowest:.0f}",
            2: f"{np.tanh(logit(value) / 2):.4f}",
            3: option(task, 3, f"All are {signs}; over"),
            4: option(task, 4, "The logistic at the output"),
        },
        {
            1: f"{d:.0f}",
            2: f"{np.tanh(value):.4f}",
            3: option(task, 3, "in every batch"),
            4: option(task, 4, "tanh wherever there are two"),
        },
    )


SOLUTIONS: dict[str, Callable[[Task], Solution]] = {
    "P3": logistic_slope,
    "P4": gradient,
    "P5": tanh,
    "P6": ranges,
}
