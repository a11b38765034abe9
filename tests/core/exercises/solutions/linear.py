"""Solutions of P1 and P2. Numbers are computed from the words of the task."""

from collections.abc import Callable

import numpy as np

from core.exercises import Task
from tests.core.exercises.solving import Solution, letters, line, numbers, option


def depth(task: Task) -> Solution:
    """The rank is that of a product of random matrices of the network's widths."""
    inputs, first, second, outputs = map(int, numbers(task.words)[:4])
    random = np.random.RandomState(0)
    shapes = (inputs, first), (first, second), (second, outputs)
    rank = np.linalg.matrix_rank(np.linalg.multi_dot([random.standard_normal(shape) for shape in shapes]))
    order = letters(
        task,
        1,
        ["$y = a_2", "(a_1 W_2", "((x W_1", "(x W_1 W_2 +", "x W_1 W_2 W_3", "x W + b"],
    )
    return Solution(
        {1: order, 2: str(rank), 3: line(task, 3, "equal entries"), 4: option(task, 4, "adds no function")},
        {1: order[::-1], 2: str(rank + 1), 3: line(task, 3, "By the chain rule"), 4: option(task, 4, "learning")},
    )


def pooling(task: Task) -> Solution:
    """f is NumPy's max of the window."""
    window = np.array(numbers(task.words)[:4])
    both = f"{window.max() + (-window).max():.0f}"
    return Solution(
        {
            1: both,
            2: "(a - b + relu(b - a)) + b",
            3: line(task, 3, "Both are a max"),
            4: option(task, 4, "With average pooling they are, with max"),
        },
        {1: "0", 2: "a + relu(a - b)", 3: line(task, 3, "A relu behind"), 4: option(task, 4, "With either")},
    )


SOLUTIONS: dict[str, Callable[[Task], Solution]] = {"P1": depth, "P2": pooling}
