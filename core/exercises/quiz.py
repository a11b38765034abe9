"""E1 to E4: predict what a network can do, then reach it."""

from core.exercises.answers import Number
from core.exercises.exercise import Found, Need, Task, of_question
from core.exercises.goals import reach
from core.exercises.parts import measured
from core.exercises.variants import Draw
from core.experiment import Experiment, changed

SEEDS = tuple(range(1, 41))  # each was checked: tests/core/exercises


def xor(draw: Draw) -> Task:
    """Two hidden units on four filled quadrants."""
    seed = draw.pick(SEEDS)
    start = changed(Experiment(), dataset="xor", hidden=(2,), epochs=500, seed=seed, data_seed=str(seed))
    need = Need(start)

    def right(found: Found) -> tuple[float, str]:
        score = 100 * float(found[need][0].test_accuracy[-1])
        return score, f"With two units {score:.0f} % of the test rows are right."

    return Task(
        "Two hidden units can separate the four points of XOR. Here the four quadrants are filled.",
        (measured("What share of the test rows do two tanh units get right?", Number(0, 100, 10, "%"), right, [need]),),
        "Four points are separated by two lines; filled quadrants need a boundary that bends.",
        "Try ReLU units.",
        start,
        ("hidden", "epochs", "learning_rate", "seed"),
        reach(0.95),
    )


ROWS = (of_question("E3", "XOR", xor),)
