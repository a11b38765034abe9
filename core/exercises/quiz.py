"""E1 to E4: predict what a network can do, then reach it."""

from collections.abc import Sequence

import numpy as np

from core.exercises.answers import Number
from core.exercises.exercise import Found, Judged, Need, Task, of_question
from core.exercises.goals import reach
from core.exercises.parts import measured, measured_choice
from core.exercises.variants import Draw
from core.experiment import Experiment, changed
from core.phrases import percent
from core.reach import Seeds
from core.training import Run

STARTS = Seeds(6)  # on fixed points
CIRCLE_DATA = (1, 2, 5, 7)
SQUARES_DATA = tuple(range(1, 15))
XOR_DATA = (1, 2, 3, 4, 5)
SPIRAL_DATA = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 14)
UNITS = (1, 2, 3)
INPUTS = {
    "$x_1$ and $x_2$": ("x1", "x2"),
    "$x_1^2$ and $x_2^2$": ("x1sq", "x2sq"),
    "$x_1$ and $x_1 x_2$": ("x1", "x1x2"),
    r"$\sin x_1$ and $\sin x_2$": ("sinx1", "sinx2"),
}


def circle(draw: Draw) -> Task:
    """A disc inside a ring, from x1 and x2."""
    start, asked = _on("circle", draw.pick(CIRCLE_DATA), hidden=()), draw.pick((0.95, 0.9))
    alone = Need(start)
    needs = [Need(changed(start, hidden=(units,)), STARTS) for units in UNITS]

    def straight(found: Found) -> tuple[int, str]:
        score = _scores(found[alone])[0]
        index = int(np.searchsorted([0.75, asked], score, side="right"))
        return index, f"Without a hidden layer {percent(score)} of the test rows are right."

    def fewest(found: Found) -> tuple[int, str]:
        counts = [int((_scores(found[need]) >= asked).sum()) for need in needs]
        index = next((i for i, count in enumerate(counts) if 2 * count >= STARTS.count), len(counts))
        told = ", ".join(f"{units} {count}" for units, count in zip(UNITS, counts, strict=True))
        return index, f"Starts of {STARTS.count} that get there, by the number of units: {told}."

    return Task(
        "The inputs are $x_1$ and $x_2$; the class of a point says whether it lies in the disc or in the ring. "
        f"Training is SGD at a rate of 0.1 over 200 epochs, and {percent(asked)} of the test rows are to be right.",
        (
            measured_choice(
                "Which share of the test rows does a network without a hidden layer get right?",
                ("fewer than 75 %", f"from 75 % to less than {percent(asked)}", f"at least {percent(asked)}"),
                straight,
                [alone],
            ),
            measured_choice(
                f"How many tanh units in one hidden layer are the fewest with which at least half of {STARTS.count} "
                f"starts get {percent(asked)} of the test rows right?",
                ("1", "2", "3", "4 or more"),
                fewest,
                needs,
            ),
        ),
        "Without a hidden layer the boundary is a straight line, and no line separates a disc from the ring around it. "
        "With two tanh units the region of a class is never bounded: along a line on which one unit stays the same and "
        "the other moves towards the class, one never leaves it. Three units can close it.",
        "Watch the three lines of a hidden layer of three units close around the disc, then try ReLU units.",
        start,
        ("hidden", "learning_rate", "epochs"),
        reach(asked, "Use one hidden layer.", _one_hidden_layer),
    )


def squares(draw: Draw) -> Task:
    """The circle without a hidden layer, from two inputs of one's choice."""
    noise, asked = draw.pick(((0.0, 0.95), (5.0, 0.92)))
    start = _on("circle", draw.pick(SQUARES_DATA), hidden=(), noise=noise)
    labels = draw.shuffled(list(INPUTS))
    needs = [Need(changed(start, features=INPUTS[label])) for label in labels]

    def best(found: Found) -> tuple[int, str]:
        scores = [_scores(found[need])[0] for need in needs]
        told = ", ".join(f"{label} {percent(score)}" for label, score in zip(labels, scores, strict=True))
        return int(np.argmax(scores)), f"Test rows that are right without a hidden layer: {told}."

    return Task(
        f"The network has no hidden layer: a single unit weighs its inputs. Noise is {noise:g} %.",
        (measured_choice("With which two inputs does it separate the circle?", labels, best, needs),),
        "The edge of the disc is $x_1^2 + x_2^2 = r^2$. In the plane of $x_1^2$ and $x_2^2$ that is a straight line, "
        "which a single unit can draw. The inputs do what a hidden layer would have to learn.",
        "Which single input of the list is enough?",
        start,
        ("features", "learning_rate", "epochs"),
        reach(asked, "There is no hidden layer."),
    )


def xor(draw: Draw) -> Task:
    """Two hidden units on four filled quadrants."""
    start = _on("xor", draw.pick(XOR_DATA), hidden=(2,), epochs=300)
    need = Need(start, STARTS)

    def best(found: Found) -> tuple[float, str]:
        scores = _scores(found[need])
        told = f"{percent(scores.max())} of the test rows at best, {percent(float(np.median(scores)))} in the median"
        return 100 * float(scores.max()), f"Over {STARTS.count} starts two units get {told}."

    return Task(
        "Two hidden units can separate the four points of XOR. Here the points fill the four quadrants, and a network "
        f"with one hidden layer of two tanh units is trained from {STARTS.count} starts, each over 300 epochs.",
        (measured("Which share of the test rows does the best start get right?", XOR_SHARE, best, [need]),),
        "For four points two hidden units suffice. On filled quadrants two tanh units get about 85 % of the test rows "
        "right, three about 96 % and four about 99.6 %: what works for four points is not enough for a plane.",
        "Add one unit at a time, and count with **Seeds** how many starts learn.",
        start,
        ("hidden", "epochs", "learning_rate", "seed"),
        reach(0.95),
    )


def spiral(draw: Draw) -> Task:
    """Two arms wound around each other, from x1 and x2."""
    start, asked = _on("spiral", draw.pick(SPIRAL_DATA), hidden=(8,)), draw.pick((0.9, 0.85))
    need = Need(changed(start, hidden=(16, 16), epochs=SPIRAL_EPOCHS))

    def first(found: Found) -> tuple[int, str]:
        (run,) = found[need]
        reached = run.test_accuracy >= asked
        if not reached.any():
            return len(SPIRAL_BORDERS), f"{percent(float(run.test_accuracy.max()))} are right at best."
        epoch = int(run.epochs[reached.argmax()])
        return int(np.searchsorted(SPIRAL_BORDERS, epoch, side="right")), f"Epoch {epoch} is the first that does it."

    low, middle, high = SPIRAL_BORDERS
    return Task(
        "The inputs are $x_1$ and $x_2$ alone. A network with two tanh layers of 16 units is trained by SGD at a rate "
        f"of 0.1 over {SPIRAL_EPOCHS} epochs, in batches of 10 of 250 rows.",
        (
            measured_choice(
                f"After how many epochs does it first get at least {percent(asked)} of the test rows right?",
                (
                    f"fewer than {low}",
                    f"{low} to {middle - 1}",
                    f"{middle} to {high - 1}",
                    f"not within {SPIRAL_EPOCHS}",
                ),
                first,
                [need],
            ),
        ),
        "The boundary has to wind as the arms do, which takes width and patience: two tanh layers of 8 units get about "
        "91 % of the test rows right after 1,000 epochs. With all seven features it is about 95 % after 500.",
        "Offer the network sines and squares as inputs, and see how much sooner it gets there.",
        start,
        ("hidden", "epochs", "learning_rate", "optimizer", "momentum", "seed"),
        reach(asked),
    )


XOR_SHARE = Number(0, 100, 6, "%")
SPIRAL_EPOCHS, SPIRAL_BORDERS = 600, (8, 40, 601)


def _on(dataset: str, seed: int, **changes: object) -> Experiment:
    """The usual experiment on a data set, at a rate at which it is quick, with its points fixed."""
    return changed(
        Experiment(),
        dataset=dataset,
        seed=seed,
        data_seed=str(seed),
        **{"learning_rate": 0.1, "epochs": 200, **changes},
    )


def _scores(runs: Sequence[Run]) -> np.ndarray:
    """Which share of the test rows is right at the end of each run: (n,)."""
    return np.array([float(run.test_accuracy[-1]) for run in runs])


def _one_hidden_layer(run: Run) -> Judged:
    count = len(run.experiment.hidden)
    return Judged(count == 1, f"Hidden layers: {count}; one is asked for.")


ROWS = (
    of_question("E1", "Circle", circle),
    of_question("E2", "Circle by squared inputs", squares),
    of_question("E3", "XOR", xor),
    of_question("E4", "Spiral", spiral),
)
