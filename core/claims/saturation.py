"""Lab: saturation. Where curves are flat, how their slopes fall, and how long a saturated neuron takes to recover."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, repeat

import numpy as np

from core.claims.activations import LIMIT, SATURATED, facts
from core.claims.claim import Claim
from core.network import ACTIVATIONS, MLP, Options, descend, flatten

Array = np.ndarray


def zones(name: str) -> list[tuple[float, float]]:
    """Stretches of [-LIMIT, LIMIT] where |slope| is below SATURATED times its largest, to 0.01; points are left out.

    name: in ACTIVATIONS; KeyError for another one.
    """
    x = np.linspace(-LIMIT, LIMIT, 1601)
    flat = np.abs(ACTIVATIONS[name].slope(x)) < SATURATED * facts(name).largest_slope
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [False]])))
    return [(float(x[start]), float(x[end - 1])) for start, end in edges.reshape(-1, 2) if end - start > 1]


# ---- tails ----------------------------------------------------------------------------------------------------------

TAILS: dict[
    str, tuple[str, Callable[[Array], Array]]
] = {  # what the slope approaches as |x| grows: in HTML, and as a function
    "logistic": ("e<sup>−|x|</sup>", lambda x: np.exp(-np.abs(x))),
    "tanh": ("4 e<sup>−2|x|</sup>", lambda x: 4 * np.exp(-2 * np.abs(x))),
    "softsign": ("1/x<sup>2</sup>", lambda x: 1 / np.square(x)),
}


def slope_at(name: str, x: float) -> float:
    """The slope of an activation at one x."""
    return float(ACTIVATIONS[name].slope(np.array([float(x)]))[0])


def tail_error(name: str, low: float, high: float) -> float:
    """The largest relative difference between a slope and its asymptote in TAILS for low <= |x| <= high."""
    x = np.concatenate([-np.linspace(low, high, 1001), np.linspace(low, high, 1001)])
    return float(np.abs(ACTIVATIONS[name].slope(x) / TAILS[name][1](x) - 1).max())


# ---- a neuron driven into saturation --------------------------------------------------------------------------------

STEPS = 1600  # enough for z = -5
DEPTHS = np.arange(1.0, 5.5, 0.5)


@dataclass(frozen=True)
class Recovery:
    """The pre-activation z (T + 1, S) of S neurons: frame 0 driven to -depth, then steps of rate 1 towards class 1.

    depths (S,): how far out each was driven. steps (S,): how many it took to be positive; NaN where STEPS were not
    enough.
    """

    depths: Array
    z: Array
    steps: Array


def recovery(depths: Sequence[float] | Array, loss: str) -> Recovery:
    """Drive a neuron without inputs (its bias is its z) from 0 to -depth by one step that is too large, then train it.

    The first step goes towards class 0, as a wrong label would have it, at the rate that ends at -depth; the gradient
    at z = 0 is 1 for squared loss on a tanh output and 1/2 for log loss on a logistic one.

    depths (S,): positive. loss: `squared` or `log`; KeyError for another one.
    """
    depth = np.array(depths, dtype=float)[:, None]
    at_zero = {"squared": 1.0, "log": 0.5}[loss]
    driven = next(_training(np.zeros_like(depth), loss, 0, depth / at_zero))
    z = np.stack([driven, *islice(_training(driven[:, None], loss, 1, np.ones_like(depth)), STEPS)])
    positive = z > 0
    steps = np.where(positive.any(axis=0), positive.argmax(axis=0), np.nan)
    return Recovery(depth[:, 0], z, steps)


def _training(z: Array, loss: str, label: int, rate: Array) -> Iterator[Array]:
    """z (S,) after each step of plain gradient descent from z (S, 1) on one row of class `label`."""
    S = len(z)
    mlp = MLP(np.stack([flatten([(np.zeros((1, 1)), row)]) for row in z]), (1, 1), (), loss, 2)
    targets = np.full((S, 1, 1), 2.0 * label - 1 if loss == "squared" else float(label))
    orders = [repeat(np.arange(1))] * S
    training = descend(
        mlp, np.zeros((S, 1, 1)), targets, orders, optimizer="sgd", rate=rate, batch_size=1, options=Options(0.0)
    )
    return (mlp.parameters[:, 1].copy() for _ in training)


def predicted_steps(depth: Array | float) -> Array:
    """e^(2 depth) / 16: steps that a saturated tanh with squared loss takes at rate 1; for depths of any shape.

    Far out, dz/dt = -(a - 1)(1 - a^2) is 2 * 4 e^(-2 |z|), of which |z| = ln(e^(2 depth) - 16 t) / 2 is the solution.
    """
    return np.exp(2 * np.asarray(depth)) / 16


def recovers_claim() -> Claim:
    """The counter-example to "lost for good"."""
    found = recovery(DEPTHS, "squared")
    return Claim(
        "A saturated tanh neuron recovers, as its slope is small, but not 0.",
        f"share positive again within {STEPS:,} steps",
        float(np.mean(np.isfinite(found.steps))),
        1.0,
        at_least=True,
    )


def claims() -> list[Claim]:
    """The slopes' asymptotes, and what recovery takes."""
    deep = DEPTHS >= 4
    squared, log, rounded = recovery(DEPTHS, "squared"), recovery(DEPTHS, "log"), recovery([20.0], "squared")
    return [
        Claim(
            "The logistic's slope falls like $e^{-|x|}$.",
            r"largest relative error, $10 \le |x| \le 30$",
            tail_error("logistic", 10, 30),
            1e-4,
        ),
        Claim(
            "That of tanh falls like $4 e^{-2|x|}$, twice as steeply on a log scale.",
            r"largest relative error, $5 \le |x| \le 15$",
            tail_error("tanh", 5, 15),
            1e-4,
        ),
        Claim(
            "Squared loss on tanh: $e^{2|z|} / 16$ steps, $e^2 = 7.4$ times as many each unit.",
            "largest relative error, $z = -4$ to $-5$",
            float(np.abs(squared.steps[deep] / predicted_steps(DEPTHS[deep]) - 1).max()),
            0.05,
        ),
        Claim(
            "Log loss on the logistic: the slope cancels, $dL/dz = p - t$; a few steps do.",
            "most steps, from $z = -1$ to $-5$",
            float(log.steps.max()),
            10.0,
        ),
        Claim(
            "From $|z|$ about 19 on float64 rounds the slope of tanh to 0: the neuron stays.",
            f"movement at $z = -20$ in {STEPS:,} steps",
            float(np.abs(rounded.z - rounded.z[0]).max()),
            0.0,
        ),
    ]
