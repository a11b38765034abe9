"""The gradient-flow lab: presets, what it claims of deep stacks before training, and of six layers in training.

The reference figures are of 20 layers of 256 with standard normal inputs and output error; theory is
sqrt(n Var W E[phi'(z)^2]) a layer for delta (Glorot and Bengio 2010, eq. 6; He et al. 2015, eq. 14).
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.claims.claim import Claim
from core.claims.deep_stack import SEEDS, Stack, draw, measure, theory_delta
from core.claims.paths import Path, train_paths
from core.experiment import Experiment, changed
from core.network import ACTIVATIONS
from core.network.flow import GROWS, SHRINKS, Flow, backpropagated, direction, flow, forward
from core.training import Run

Array = np.ndarray
NAMES = {"shrinks": "Vanishing", "grows": "Exploding", "keeps its size": "Healthy"}
RULES = {
    "shrinks": f"below {SHRINKS[0]} a layer and below {SHRINKS[1]:g} in all",
    "grows": f"above {GROWS[0]} a layer and above {GROWS[1]:g} in all",
    "keeps its size": f"from {SHRINKS[0]} to {GROWS[0]} a layer, or from {SHRINKS[1]:g} to {GROWS[1]:g} in all",
}
REFERENCE_SEEDS = range(3)
TOLERANCE, OF_A_LAYER = 0.03, 0.05  # relative, of the mean over all layers and of a single one
LARGE = Stack(depth=20, scale=8, centred=True)
HALVED = Stack(activation="relu", depth=16)
FLAT = Stack(activation="identity", depth=20, scale=0.6)
TRAINED_SEEDS, LEARNING_SEEDS = range(1, 9), range(1, 4)
TRAINED_EPOCHS, LEARNING_EPOCHS = 300, 2000
TRAINED = ("logistic", "tanh", "relu")


@dataclass(frozen=True)
class Preset:
    """A stack under a name, and what it shows in one sentence."""

    label: str
    point: str
    stack: Stack


PRESETS = {
    "vanishing": Preset(
        "Vanishing", "Logistic layers with Glorot's weights: slopes of at most 1/4 shrink the gradient.", Stack()
    ),
    "exploding": Preset(
        "Exploding",
        "ReLU with weights 1.5 times as large as He's: the weights more than make up for the slopes.",
        Stack(activation="relu", depth=24, initializer="he_normal", scale=1.5),
    ),
    "healthy": Preset(
        "Healthy",
        "ReLU with He's weights: what the slopes take away, the weights give back.",
        Stack(activation="relu", depth=24, initializer="he_normal"),
    ),
}


@dataclass(frozen=True)
class Reference:
    """The factor per layer of delta and of dL/dW for an activation and n Var W."""

    activation: str
    n_var: float
    in_words: str
    delta: float
    weight_gradient: float

    @property
    def stack(self) -> Stack:
        """20 layers of 256: Glorot's weights have n Var W = 1."""
        scale = float(np.sqrt(self.n_var))
        return Stack(activation=self.activation, depth=20, width=256, scale=scale, rows=64)


REFERENCES = (
    Reference("identity", 1 / 3, "1/3", 0.577, 1.000),
    Reference("identity", 1, r"1 (Glorot)", 0.999, 1.000),
    Reference("tanh", 1, "1 (Glorot)", 0.917, 1.009),
    Reference("relu", 1, "1 (Glorot)", 0.706, 0.999),
    Reference("relu", 2, "2 (He)", 0.999, 0.999),
    Reference("logistic", 1, "1 (Glorot)", 0.234, 0.242),
    Reference("logistic", 1 / 3, "1/3", 0.141, 0.146),
    Reference("selu", 1, "1 (LeCun)", 1.036, 1.037),
)


def medians(sizes: Array) -> tuple[float, float]:
    """Factor a layer and total of sizes (S, L), medians over the seeds; NaN where one of them is."""
    factor, total = flow(sizes)
    return float(np.median(factor)), float(np.median(total))


def verdict(measured: Flow) -> str:
    """Whether delta shrinks or grows on its way to the first layer, in a sentence. measured: (S, L) each."""
    factor, total = medians(measured.delta)
    if not total > 0:
        return "**No gradient** reaches the first layer."
    found = direction(factor, total)
    return (
        f"**{NAMES[found]}**: delta {found} on its way to the first layer, where it is **{total:.2g}** of the last "
        f"layer's ({RULES[found]})."
    )


def factors(stack: Stack, measured: Flow) -> str:
    """What a layer does to delta and to dL/dW, medians over the seeds, beside theory. measured: (S, L) each."""

    def factor(sizes: Array) -> str:
        found, _ = medians(sizes)
        return f"{found:.3f}" if np.isfinite(found) else "–"

    def median(of_layers: Array) -> str:
        known = of_layers[np.isfinite(of_layers)]
        return f"{np.median(known):.3f}" if known.size else "–"

    return (
        f"On average a layer multiplies delta by **{factor(measured.delta)}** "
        f"(theory {factor(theory_delta(stack)[None])}): "
        f"weight factor **{median(measured.weight_factor)}**, slope factor **{median(measured.slope_factor)}**. "
        f"dL/dW changes by **{factor(measured.weight_gradient)}** a layer."
    )


# ---- before training ------------------------------------------------------------------------------------------------


def claims() -> list[Claim]:
    """The claims on stacks before training, measured now: about two seconds on one core."""
    flows = [measure(reference.stack, REFERENCE_SEEDS) for reference in REFERENCES]
    return [theory_claim(flows), *map(reference_claim, REFERENCES, flows), backpropagation_claim(), *product_claims()]


def counter_examples() -> list[Claim]:
    """What speaks against three sentences that are often heard, in their order on the screen."""
    return [growing_logistic(), tanh_against_relu(), two_quantities()]


def theory_claim(flows: Sequence[Flow]) -> Claim:
    """flows: of REFERENCES, in their order."""
    gaps = [
        np.abs(_steps(np.sqrt(np.mean(np.square(found.delta), axis=0))) / _steps(theory_delta(r.stack)) - 1).max()
        for r, found in zip(REFERENCES, flows, strict=True)
    ]
    return Claim(
        r"Each layer multiplies delta by $\sqrt{n\,\mathrm{Var}\,W \; E[\varphi'(z)^2]}$, with $z$ normal.",
        f"largest relative error of a layer, {len(flows)} nets below",
        float(max(gaps)),
        OF_A_LAYER,
    )


def _steps(sizes: Array) -> Array:
    """What each layer multiplies delta by, (L - 1,), from the sizes (L,)."""
    return sizes[:-1] / sizes[1:]


def reference_claim(reference: Reference, measured: Flow) -> Claim:
    """The factors of one net against the reference figures."""
    found = flow(measured.delta)[0].mean(), flow(measured.weight_gradient)[0].mean()
    expected = reference.delta, reference.weight_gradient
    return Claim(
        rf"{ACTIVATIONS[reference.activation].label}, $n\,\mathrm{{Var}}\,W$ = {reference.in_words}: on average "
        f"{expected[0]:.3f} a layer for delta, {expected[1]:.3f} for dL/dW.",
        f"found {found[0]:.3f} and {found[1]:.3f}; larger error",
        float(max(abs(value / target - 1) for value, target in zip(found, expected, strict=True))),
        TOLERANCE,
    )


def product_claims() -> list[Claim]:
    """What the derivation says of the sigmoid's slope and of its product over many layers."""
    return [slope_claim(), product_claim(), bound_claim()]


def slope_claim() -> Claim:
    """The slope as the derivation writes it, against central differences."""
    x, step = np.linspace(-30, 30, 2001), 1e-5
    value, tail = ACTIVATIONS["logistic"].value, np.exp(-np.abs(x))
    return Claim(
        r"The sigmoid's slope is $e^{-|x|} / (1 + e^{-|x|})^2$.",
        "largest difference from numerical, 2,001 points",
        float(np.abs(tail / (1 + tail) ** 2 - (value(x + step) - value(x - step)) / (2 * step)).max()),
        1e-9,
    )


def bound_claim() -> Claim:
    """What delta is at most, by the weights' largest singular values."""
    stack = Stack(width=16)
    shares = []
    for scale in (1, 4, 10):
        larger = dataclasses.replace(stack, scale=scale)
        norms = [np.linalg.norm(W, 2, axis=(1, 2)) / 4 for W, _ in draw(larger, REFERENCE_SEEDS)[0][1:]]
        shares.append(flow(measure(larger, REFERENCE_SEEDS).delta)[1] / np.prod(norms, axis=0))
    return Claim(
        r"The sigmoid's $\|\delta_1\|$ is at most $\|\delta_N\| \prod_l \|W_l\| / 4$.",
        f"largest share of it, {len(shares) * len(REFERENCE_SEEDS)} nets of {stack.depth} layers",
        float(np.max(shares)),
        1.0,
    )


def product_claim() -> Claim:
    """The first layer's delta as the product over all layers, for one row of data, against central differences."""
    stack, step = Stack(depth=4, width=4, bias=0.5, rows=16), 1e-5
    layers, X, error = draw(stack, range(1))
    _, slopes = forward(layers, stack.activation, X)
    product = error[0, :, 0] * slopes[-1][0, :, 0]
    for (W, _), slope in zip(layers[:0:-1], slopes[-2::-1], strict=True):
        product = (product @ W[0].T) * slope[0, :, 0]

    def loss(nudge: Array) -> float:
        """Of row 0, where z_1 is another by `nudge` (n,): the first layer's biases are."""
        moved = [(layers[0][0], layers[0][1] + nudge), *layers[1:]]
        return float(error[0, :, 0] @ forward(moved, stack.activation, X)[0][-1][0, :, 0])

    numerical = [(loss(step * unit) - loss(-step * unit)) / (2 * step) for unit in np.eye(stack.width)]
    return Claim(
        r"The product over all layers is $\delta_1 = \partial L/\partial z_1$.",
        "largest difference from numerical, relative, 4 layers of 4",
        float(np.abs(product - numerical).max() / np.abs(numerical).max()),
        1e-6,
    )


def backpropagation_claim() -> Claim:
    """Backpropagation through a small stack against central differences of its loss, the mean over rows of error a."""
    stack, step = Stack(activation="tanh", depth=3, width=4, bias=0.5, rows=16), 1e-5
    layers, X, error = draw(stack, range(1))

    def loss() -> float:
        return float(np.sum(error * forward(layers, stack.activation, X)[0][-1])) / stack.rows

    numerical = []
    for W, _ in layers:
        slopes = []
        for place in np.ndindex(W.shape):
            kept = W[place]
            W[place] = kept + step
            above = loss()
            W[place] = kept - step
            slopes.append((above - loss()) / (2 * step))
            W[place] = kept
        numerical.append(np.sqrt(np.mean(np.square(slopes))))
    found = backpropagated(layers, stack.activation, X, error).weight_gradient[0]
    return Claim(
        "The gradients shown agree with central differences of the loss.",
        "largest relative error, 3 layers of 4",
        float(np.abs(found / numerical - 1).max()),
        1e-6,
    )


def growing_logistic() -> Claim:
    """The counter-example to 0.25^n."""
    return Claim(
        "Logistic, 8 times Glorot's weights, $z$ kept around 0: delta grows towards the input.",
        f"smallest factor a layer of {SEEDS} seeds",
        float(flow(measure(LARGE, range(SEEDS)).delta)[0].min()),
        GROWS[0],
        at_least=True,
    )


def tanh_against_relu() -> Claim:
    """The counter-example to: ReLU cures what tanh can not."""
    tanh, relu = (
        flow(measure(dataclasses.replace(HALVED, activation=name), range(SEEDS)).delta)[1] for name in ("tanh", "relu")
    )
    return Claim(
        "With Glorot's weights tanh passes more to the first of 16 layers than ReLU.",
        f"tanh's least over ReLU's most, {tanh.min():.2f} and {relu.max():.3f}",
        float(tanh.min() / relu.max()),
        10,
        at_least=True,
    )


def two_quantities() -> Claim:
    """Where delta vanishes and dL/dW does not."""
    linear = measure(FLAT, range(SEEDS))
    (factor, delta), (_, weights) = medians(linear.delta), medians(linear.weight_gradient)
    return Claim(
        "20 linear layers, 0.6 times Glorot's weights: delta shrinks, dL/dW keeps its size.",
        f"first over last: delta {delta:.1g}; dL/dW off 1 by",
        float(abs(weights - 1)) if direction(factor, delta) == "shrinks" else np.inf,
        0.1,
    )


# ---- in training ----------------------------------------------------------------------------------------------------


def trained(activation: str, seed: int = 1) -> Experiment:
    """Six layers of 8 on the circle, for TRAINED_EPOCHS. Raises ValueError for an unknown activation."""
    return changed(Experiment(), hidden=(8,) * 6, activation=activation, epochs=TRAINED_EPOCHS, seed=seed)


def learning(seed: int = 1) -> Experiment:
    """The same six logistic layers with He's weights and Adam, for LEARNING_EPOCHS."""
    better = {"initializer": "he_normal", "optimizer": "adam", "learning_rate": 0.01, "epochs": LEARNING_EPOCHS}
    return changed(trained("logistic", seed), **better)


def update_sizes(run: Run) -> tuple[Array, Array]:
    """The later of two recorded epochs (T - 1,), and the change of each W in an epoch between them (T - 1, L).

    The change is the root mean square over a W's entries of its difference, divided by how many epochs lie between.
    """
    steps = np.diff(run.epochs)
    sizes = [
        [np.sqrt(np.mean(np.square(after - before))) / step for (before, _), (after, _) in zip(old, new, strict=True)]
        for old, new, step in zip(run.layers, run.layers[1:], steps, strict=False)
    ]
    return run.epochs[1:], np.array(sizes).reshape(len(steps), len(run.layers[0]))


def way(run: Run | Path) -> Array:
    """How far each W is from where it began, relative to its size then (root mean squares): (L,).

    Infinite or NaN for a layer that began with zeros.
    """
    pairs = zip(run.layers[0], run.layers[-1], strict=True)
    return np.array([np.linalg.norm(last - first) / np.linalg.norm(first) for (first, _), (last, _) in pairs])


def ways(runs: Sequence[Run]) -> str:
    """How far the first and the output layer of each run moved, in a sentence."""
    parts = [
        f"{ACTIVATIONS[run.experiment.activations[0]].label} **{way(run)[0]:.2g}** (output layer {way(run)[-1]:.2g})"
        for run in runs
    ]
    return f"How far the first layer's weights moved, relative to their size: {', '.join(parts)}."


def training_claims() -> list[Claim]:
    """Trains every activation of TRAINED from several seeds, side by side: about five seconds."""
    recorded = (0, TRAINED_EPOCHS)
    return claims_on_paths(
        {name: train_paths([trained(name, seed) for seed in TRAINED_SEEDS], recorded) for name in TRAINED}
    )


def claims_on_paths(paths: Mapping[str, Sequence[Path]]) -> list[Claim]:
    """What holds of trained networks: by activation of TRAINED, a path for each seed."""
    count = len(paths["logistic"])
    return [
        Claim(
            r"Six logistic layers of 8, plain SGD: on the circle the log loss is still $\ln 2$.",
            f"largest |loss − ln 2| at epoch {TRAINED_EPOCHS}, {count} seeds",
            max(abs(float(path.train_loss[-1]) - float(np.log(2))) for path in paths["logistic"]),
            0.01,
        ),
        Claim(
            "Their first layer hardly moves.",
            f"largest change relative to size, {count} seeds",
            max(float(way(path)[0]) for path in paths["logistic"]),
            1e-3,
        ),
        *(
            Claim(
                f"With {ACTIVATIONS[name].label} in the same net it is learnt.",
                f"largest loss at epoch {TRAINED_EPOCHS}, {count} seeds",
                max(float(path.train_loss[-1]) for path in paths[name]),
                0.01,
            )
            for name in ("tanh", "relu")
        ),
    ]


def learning_claims() -> list[Claim]:
    """Trains the six logistic layers that do learn: about three seconds."""
    return [learning_claim(train_paths([learning(seed) for seed in LEARNING_SEEDS], (0, LEARNING_EPOCHS)))]


def learning_claim(paths: Sequence[Path]) -> Claim:
    """The counter-example to: a deep net of logistic units does not learn. paths: of `learning`, one for each seed."""
    return Claim(
        f"With He's weights and Adam the same six logistic layers learn the circle in {LEARNING_EPOCHS:,} epochs.",
        f"lowest test accuracy, {len(paths)} seeds",
        min(path.test_accuracy for path in paths),
        0.99,
        at_least=True,
    )
