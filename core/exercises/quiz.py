"""E1 to E4: predict what a network can do, then reach it."""

from collections.abc import Sequence

import numpy as np

from core.exercises.answers import Number
from core.exercises.claims import circle_is_a_line_claim, two_units_claim
from core.exercises.exercise import Found, Judged, Need, Part, Task, of_question
from core.exercises.goals import reach
from core.exercises.parts import measured, measured_choice
from core.exercises.variants import Draw
from core.experiment import Experiment, changed
from core.phrases import percent
from core.reach import Seeds
from core.training import Run

STARTS = Seeds(6)  # on fixed points

# What each list of data seeds was measured to hold, to 0.4 % the same with CPU features of NumPy and OpenBLAS off and
# with rates changed by 1e-12 (the processor had no AVX-512; X4 was measured once).
# E1: 1 or 2 units reach it from 0 of 6 starts (at most 84 %), 3 units from 5 or 6; no hidden layer gets 50 to 63 %. The
# goal: 8 units 100 %, 2 units over 400 epochs at most 82 %.
CIRCLE_DATA = (1, 2, 5, 7)
# E2: squares 100 % (with noise at least 96.8), the other pairs at most 68 %; x1 and x1^2 at most 85 %.
SQUARES_DATA = tuple(range(1, 15))
# E3: the best of 6 starts gets 85 to 89 %; its explanation was measured on these points, over 20 starts each. The goal:
# 12 units at least 99 %, 2 units at most 85 %.
XOR_DATA = (1, 2, 3, 4)
# E4: the first epoch is 104 to 310. The goal: 16 and 16 units at least 97 %, 8 units at most 76 %.
SPIRAL_DATA = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 14)
SPIRAL_EPOCHS, BORDERS = 600, (8, 40, 601)
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
    return Task(
        "The inputs are $x_1$ and $x_2$; the class of a point says whether it lies in the disc or in the ring. "
        f"Training is SGD at a rate of 0.1 over 200 epochs, and {percent(asked)} of the test rows are to be right.",
        (
            _without_hidden_layer(start, asked),
            _fewest_units(start, asked),
        ),
        "Without a hidden layer the boundary is a straight line, and no line separates a disc from the ring around it. "
        "With two tanh units the region of a class is never bounded: along a line on which one unit stays the same and "
        "the other moves towards the class, one never leaves it. Three units can close it.",
        "Watch the three lines of a hidden layer of three units close around the disc, then try ReLU units.",
        start,
        ("hidden", "learning_rate", "epochs"),
        reach(asked, "Use one hidden layer.", _one_hidden_layer),
        claims=(two_units_claim,),
    )


def squares(draw: Draw) -> Task:
    """The circle without a hidden layer, from two inputs of one's choice."""
    noise, asked = draw.pick(((0.0, 0.95), (5.0, 0.92)))
    start = _on("circle", draw.pick(SQUARES_DATA), hidden=(), noise=noise, epochs=100)
    return Task(
        f"The network has no hidden layer: a single unit weighs its inputs. Noise is {noise:g} %.",
        (_two_inputs(start, draw.shuffled(list(INPUTS))),),
        "The edge of the disc is $x_1^2 + x_2^2 = r^2$. In the plane of $x_1^2$ and $x_2^2$ that is a straight line, "
        "which a single unit can draw. The inputs do what a hidden layer would have to learn.",
        "Which single input of the list is enough?",
        start,
        ("features", "learning_rate", "epochs"),
        reach(asked, "There is no hidden layer."),
        claims=(circle_is_a_line_claim,),
    )


def xor(draw: Draw) -> Task:
    """Two hidden units on four filled quadrants."""
    start = _on("xor", draw.pick(XOR_DATA), hidden=(2,), epochs=300)
    return Task(
        "Two hidden units can separate the four points of XOR. Here the points fill the four quadrants, and a network "
        f"with one hidden layer of two tanh units is trained from {STARTS.count} starts, each over 300 epochs.",
        (_best_start(start),),
        "For four points two hidden units suffice. On filled quadrants the best of 20 starts gets 85 to 89 % of the "
        "test rows right with two tanh units, 94 to 96 % with three and 98 to 100 % with four, and many starts get "
        "less: what works for four points is not enough for a plane.",
        "Add one unit at a time, and count with **Seeds** how many starts learn.",
        start,
        ("hidden", "epochs", "learning_rate", "seed"),
        reach(0.95),
    )


def spiral(draw: Draw) -> Task:
    """Two arms wound around each other, from x1 and x2."""
    start, asked = _on("spiral", draw.pick(SPIRAL_DATA), hidden=(8,)), draw.pick((0.9, 0.85))
    return Task(
        "The inputs are $x_1$ and $x_2$ alone. A network with two tanh layers of 16 units is trained by SGD at a rate "
        f"of 0.1 over {SPIRAL_EPOCHS} epochs, in batches of 10 of 250 rows.",
        (_first_epoch(start, asked),),
        "The boundary has to wind as the arms do, which takes width and patience. By TensorFlow Playground's rules, at "
        "a rate of 0.03, two tanh layers of 8 units get about 91 % of the test rows right after 1,000 epochs, in the "
        "median of a few seeds, and with all its seven features about 95 % after 500.",
        "Offer the network sines and squares as inputs, and see how much sooner it gets there.",
        start,
        ("hidden", "epochs", "learning_rate", "optimizer", "momentum", "seed"),
        reach(asked),
    )


def _without_hidden_layer(start: Experiment, asked: float) -> Part:
    """Which share of the test rows the experiment gets right as it starts, which has no hidden layer."""
    need = Need(start)

    def right(found: Found) -> tuple[int, str]:
        score = float(_scores(found[need])[0])
        index = int(np.searchsorted([0.75, asked], score, side="right"))
        return index, f"Without a hidden layer {percent(score)} of the test rows are right."

    words = "Which share of the test rows does a network without a hidden layer get right?"
    labels = ("less than 75 %", f"from 75 % to less than {percent(asked)}", f"at least {percent(asked)}")
    return measured_choice(words, labels, right, [need])


def _fewest_units(start: Experiment, asked: float) -> Part:
    """With how many units at least half of the starts get there, measured with one, two and three of them."""
    needs = [Need(changed(start, hidden=(units,)), STARTS) for units in UNITS]

    def right(found: Found) -> tuple[int, str]:
        counts = [int((_scores(found[need]) >= asked).sum()) for need in needs]
        index = next((i for i, count in enumerate(counts) if 2 * count >= STARTS.count), len(counts))
        told = ", ".join(f"{count} with {units}" for units, count in zip(UNITS, counts, strict=True))
        return index, f"Of {STARTS.count} starts get there, by the number of units: {told}."

    words = (
        f"How many tanh units in one hidden layer are the fewest with which at least half of {STARTS.count} starts get "
        f"{percent(asked)} of the test rows right?"
    )
    return measured_choice(words, ("1", "2", "3", "4 or more"), right, needs)


def _two_inputs(start: Experiment, labels: Sequence[str]) -> Part:
    """With which of the pairs of inputs most test rows are right."""
    needs = [Need(changed(start, features=INPUTS[label])) for label in labels]

    def right(found: Found) -> tuple[int, str]:
        scores = [float(_scores(found[need])[0]) for need in needs]
        told = ", ".join(f"{label} {percent(score)}" for label, score in zip(labels, scores, strict=True))
        return int(np.argmax(scores)), f"Test rows that are right without a hidden layer: {told}."

    return measured_choice("With which two inputs does it separate the circle?", labels, right, needs)


def _best_start(start: Experiment) -> Part:
    """Which share of the test rows the best of the starts gets right."""
    need = Need(start, STARTS)

    def right(found: Found) -> tuple[float, str]:
        scores = _scores(found[need])
        best, median = float(scores.max()), float(np.median(scores))
        told = f"{percent(best)} of the test rows right at best, {percent(median)} in the median"
        return 100 * best, f"Over {STARTS.count} starts two units get {told}."

    words = "Which share of the test rows does the best start get right?"
    return measured(words, Number(0, 100, 6, "%"), right, [need])


def _first_epoch(start: Experiment, asked: float) -> Part:
    """In which range lies the first recorded epoch at which two layers of 16 get so much right."""
    need = Need(changed(start, hidden=(16, 16), epochs=SPIRAL_EPOCHS))

    def right(found: Found) -> tuple[int, str]:
        (run,) = found[need]
        reached = run.test_accuracy >= asked
        if not reached.any():
            return len(BORDERS), f"At best {percent(float(run.test_accuracy.max()))} of the test rows are right."
        epoch = int(run.epochs[reached.argmax()])
        return int(np.searchsorted(BORDERS, epoch, side="right")), f"It does at epoch {epoch} for the first time."

    low, middle, high = BORDERS
    words = f"After how many epochs does it first get at least {percent(asked)} of the test rows right?"
    ranges = (f"fewer than {low}", f"{low} to {middle - 1}", f"{middle} to {high - 1}", f"not within {SPIRAL_EPOCHS}")
    return measured_choice(words, ranges, right, [need])


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
