"""X6 to X8: which inputs an L1 penalty leaves, what becomes of zeros, and which weights suit deep ReLU layers."""

from collections.abc import Callable

import numpy as np

from core.data import FEATURES
from core.exercises.answers import Number
from core.exercises.exercise import Exercise, Found, Judged, Need, Task
from core.exercises.goals import Check, goal, reach
from core.exercises.parts import measured, measured_choice
from core.exercises.variants import Draw
from core.experiment import Experiment, changed
from core.phrases import percent
from core.reach import Seeds
from core.training import Run

# ---- X6: an L1 penalty ----------------------------------------------------------------------------------------------

SEVEN = ("x1", "x2", "x1sq", "x2sq", "x1x2", "sinx1", "sinx2")
SETS = (("x1", "x2"), ("x1",), ("x1sq", "x2sq"), ("x1sq",), ("x1x2",), ("sinx1", "sinx2"))
USED = 0.05  # of the largest weight
ENOUGH_L1 = 0.1  # leaves what the data need; the student looks for such a penalty
# What is left has at least 0.8 of the largest weight, all else exactly 0; at least 99.6 % of the test rows are right.
# Without a penalty one input more than may be has at least 0.07 of it.
LEFT_SEEDS = {
    "circle": (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    "xor": (1, 3, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 20, 21),
}


def used(run: Run) -> tuple[str, ...]:
    """The inputs of which a weight at the end is at least 5 % of the largest of the first layer."""
    weights, _ = run.layers[-1][0]
    sizes = np.abs(weights).max(axis=1)
    return tuple(
        name
        for name, size in zip(run.experiment.features, sizes, strict=True)
        if size > 0 and size >= USED * sizes.max()
    )


def penalty(draw: Draw) -> Task:
    """Seven inputs of which one or two are needed."""
    dataset = draw.pick(("circle", "xor"))
    seed = draw.pick(LEFT_SEEDS[dataset])
    start = changed(
        Experiment(),
        dataset=dataset,
        features=SEVEN,
        hidden=(),
        initializer="uniform",
        seed=seed,
        optimizer="playground",
        epochs=100,
    )
    need, most = Need(changed(start, l1=ENOUGH_L1)), {"circle": 2, "xor": 1}[dataset]
    inputs = "two inputs" if most == 2 else "one input"

    def right(found: Found) -> tuple[int, str]:
        (run,) = found[need]
        left, score = used(run), percent(float(run.test_accuracy[-1]))
        why = f"A penalty that is strong enough leaves {_listed(left)} of the seven inputs; {score} of the test rows"
        return (SETS.index(left) if left in SETS else -1), f"{why} are right."

    return Task(
        "All seven inputs go straight to the output. An input counts as used where its weight is at least 5 % of the "
        "largest one at the end. An L1 penalty is added until few are used and the classes are still told apart.",
        (measured_choice("Which inputs are left?", [_listed(each) for each in SETS], right, [need]),),
        "An L1 penalty pulls every weight towards 0 with the same force, however small the weight is. A weight stays "
        "away from 0 only where the loss pulls harder. With this optimizer a weight that the penalty takes across 0 "
        "becomes 0 and stays there, so that inputs which the data do not need drop out.",
        "Try an L2 penalty: its pull fades with the weight, so small weights stay.",
        start,
        ("l1", "learning_rate", "epochs"),
        reach(0.95, f"Use at most {inputs} for it.", _few_inputs(most)),
    )


def _few_inputs(most: int) -> Check:
    def check(run: Run) -> Judged:
        left = used(run)
        return Judged(len(left) <= most, f"Of seven inputs {len(left)} are used; at most {most} may be.")

    return check


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(FEATURES[name].label for name in names) or "nothing"


# ---- X7: zero weights -----------------------------------------------------------------------------------------------

SAME = 1e-9  # units whose weights and bias differ by no more are called the same
KINDS = (
    "All points get one class: nothing but the output’s bias has moved.",
    "The units have moved, all in the same way: the boundary, where there is one, is straight.",
    "The units have become different: the boundary bends.",
)
# Of zeros at most 67 % of the test rows are right, of Glorot's weights 97.6 % or more. A difference between units grows
# by at most 130 times, so rounding stays far below SAME; logistic units move by 0.005 or more, others by exactly 0.
ZERO_SEEDS = (1, 8, 9, 10, 11, 14, 16, 19, 21, 22, 27, 30, 32)


def different_units(run: Run) -> int:
    """How many units of the first layer differ at the end, in a weight or the bias."""
    kept: list[np.ndarray] = []
    for unit in np.vstack(run.layers[-1][0]).T:
        if all(np.abs(unit - other).max() > SAME for other in kept):
            kept.append(unit)
    return len(kept)


def zeros(draw: Draw) -> Task:
    """A hidden layer whose weights all start at 0."""
    activation, width = draw.pick(("tanh", "logistic", "relu")), draw.pick((6, 7, 8))
    seed = draw.pick(ZERO_SEEDS)
    start = changed(
        Experiment(),
        hidden=(width,),
        activation=activation,
        initializer="zeros",
        learning_rate=0.1,
        seed=seed,
        data_seed=str(seed),
    )
    need = Need(start)

    def units(found: Found) -> tuple[float, str]:
        count = different_units(found[need][0])
        return count, f"The {width} hidden units are of {count} {'kind' if count == 1 else 'kinds'} after training."

    def kind(found: Found) -> tuple[int, str]:
        (run,) = found[need]
        size, score = float(np.abs(run.layers[-1][0][0]).max()), percent(float(run.test_accuracy[-1]))
        index = 2 if different_units(run) > 1 else int(size > SAME)
        return index, f"The largest weight of a hidden unit ends at {size:.1g}; {score} of the test rows are right."

    return Task(
        f"All weights and biases start at 0: {width} hidden units with {activation}.",
        (
            measured(
                "How many different hidden units are there after training?",
                Number(1, width, 0, whole=True),
                units,
                [need],
            ),
            measured_choice("What has become of them?", KINDS, kind, [need]),
        ),
        "Units of a layer that start alike get the same gradient at every step, so they stay alike: the layer is worth "
        "one unit. Where the activation is 0 at 0, as tanh and ReLU are, the gradient of every weight is 0 as well, "
        "and nothing but the output’s bias moves. Random initial weights break the symmetry.",
        "Set one single weight by hand, and look at which units become different.",
        start,
        ("initializer", "seed"),
        reach(0.95, "Change nothing but the initial weights."),
    )


# ---- X8: He's weights and Glorot's ----------------------------------------------------------------------------------

TEN = Seeds(10, "anew")  # medians over so many seeds; nothing is trained
DEPTHS = (10, 9, 8)
# He's weights give 0.98 to 1.00 a layer, Glorot's 0.69 to 0.71. In a single run 0.68 to 1.5 times the delta arrives
# with He's, at most 0.2 times with Glorot's, and 20 times or more with uniform ones.
RELU_SEEDS = (2, 4, 6, 9, 11, 12, 13, 14, 15, 16, 17, 18)
WITHIN = (0.5, 2.0)  # of the size that delta has in the last hidden layer


def arrives(run: Run, depth: int) -> float:
    """The size of delta in the first hidden layer against that in the last, before training."""
    return float(run.delta[0, 0] / run.delta[0, depth - 1])


def relu(draw: Draw) -> Task:
    """What a layer does to delta before training, with Glorot's weights and with He's."""
    depth, seed = draw.pick(DEPTHS), draw.pick(RELU_SEEDS)
    start = changed(
        Experiment(),
        hidden=(64,) * depth,
        activation="relu",
        initializer="glorot_uniform",
        rows=200,
        seed=seed,
        epochs=0,
    )

    def factor(initializer: str, name: str) -> tuple[Need, Callable[[Found], tuple[float, str]]]:
        need = Need(changed(start, initializer=initializer), TEN)

        def right(found: Found) -> tuple[float, str]:
            of_a_layer = np.median([arrives(run, depth) ** (1 / (depth - 1)) for run in found[need]])
            return float(of_a_layer), f"With {name} weights it is {of_a_layer:.2f}, the median over {TEN.count} seeds."

        return need, right

    rows = [factor("glorot_uniform", "Glorot’s"), factor("he_normal", "He’s")]
    words = ("Untrained, with Glorot’s weights: what is the factor a layer?", "And with He’s weights?")
    kind = Number(0, 3, 0.08)
    return Task(
        f"A network of {depth} ReLU layers of 64 is not trained at all. On its way back, each layer multiplies the "
        r"size of $\delta$ by a factor; it is taken from the last hidden layer to the first.",
        tuple(measured(each, kind, right, [need]) for each, (need, right) in zip(words, rows, strict=True)),
        r"A layer multiplies the size of $\delta$ by about "
        r"$\sqrt{n \operatorname{Var} W \cdot E[\varphi'(z)^2]}$. For ReLU the slope is 1 for half of the inputs and 0 "
        r"for the others, so the mean is 1/2. Glorot’s weights have $n \operatorname{Var} W = 1$, which gives 0.71 a "
        "layer; He’s have 2, which gives 1.",
        "Try tanh layers: with Glorot’s weights they keep more of it.",
        start,
        ("initializer",),
        goal(
            r"Choose initial weights with which between a half and twice the size of $\delta$ arrives at the first "
            "layer.",
            _keeps(depth),
        ),
    )


def _keeps(depth: int) -> Check:
    def check(run: Run) -> Judged:
        share = arrives(run, depth)
        return Judged(
            WITHIN[0] <= share <= WITHIN[1],
            f"{share:.2f} times the size that it has in the last hidden layer arrives at the first.",
        )

    return check


ROWS = (
    Exercise("X6", "L1 and the inputs", "Which inputs does an L1 penalty leave?", "compare", penalty),
    Exercise("X7", "Zero weights", "What becomes of a network whose weights all start at 0?", "compare", zeros),
    Exercise("X8", "He and Glorot", "Which initial weights keep the gradient’s size in ReLU layers?", "compare", relu),
)
