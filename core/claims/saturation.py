"""Lab: saturation. Where curves are flat, how their slopes fall, and how long a saturated neuron takes to recover."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.claims.activations import LIMIT
from core.claims.claim import Claim
from core.network import ACTIVATIONS
from core.network.tails import saturated, tails

Array = np.ndarray


def zones(name: str) -> list[tuple[float, float]]:
    """The flat tails of an activation within [-LIMIT, LIMIT]: where a unit is saturated.

    name: in ACTIVATIONS; KeyError for another one.
    """
    low, high = tails(name)
    return [(start, end) for start, end in ((-LIMIT, low), (high, LIMIT)) if start < end]


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

STEPS = 1600  # enough for tanh at z = -5 and the logistic at z = -7
DEPTHS = {"tanh": np.arange(3.0, 5.5, 0.5), "logistic": np.arange(6.0, 7.5, 0.5)}  # |z|, in the flat tail of each
LIMITS: dict[str, Callable[[Array], Array]] = {  # of the steps with squared loss, for large |z|
    "tanh": lambda depth: np.exp(2 * depth) / 16,
    "logistic": np.exp,
}
LIMIT_HOLDS = {"tanh": 4.0, "logistic": 6.5}  # |z| from which on the steps are within 5 % of it


@dataclass(frozen=True)
class Recovery:
    """The pre-activation z (T + 1, S) of S neurons: frame 0 at -depth, then steps of rate 1 towards the upper class.

    depths (S,): how far out each was driven. steps (S,): how many it took to be positive; NaN where STEPS were not
    enough.
    """

    depths: Array
    z: Array
    steps: Array


def recovery(depths: Sequence[float] | Array, activation: str, loss: str) -> Recovery:
    """Train a neuron without inputs (its bias is its z) from z = -depth, by plain gradient descent on one row.

    The output a = phi(z) shall become t, the upper end of the activation's range, at rate 1. With squared loss,
    (a - t)^2 / 2, dL/dz = (a - t) phi'(z); with log loss of the probability (a - low) / (high - low) the slope cancels:
    dL/dz = a - t for tanh and for the logistic. The slope is taken from the stored value, as in every training.

    depths (S,): positive. activation: `tanh` or `logistic`. loss: `squared` or `log`.
    """
    row = ACTIVATIONS[activation]
    assert row.slope_of_value
    z = -np.array(depths, dtype=float)
    frames = [z]
    for _ in range(STEPS):
        a = row.value(z)
        slope = row.slope_of_value(a, np.empty_like(a)) if loss == "squared" else 1.0
        z = z - (a - row.range[1]) * slope
        frames.append(z)
    found = np.stack(frames)
    positive = found > 0
    return Recovery(-found[0], found, np.where(positive.any(axis=0), positive.argmax(axis=0), np.nan))


def limit_steps(activation: str, depth: float) -> float | None:
    """Steps that a saturated neuron takes with squared loss at rate 1: e^(2 |z|) / 16 for tanh, e^|z| for the logistic.

    Far out, dz/dt = -(a - 1) phi'(z) is 8 e^(-2 |z|) for tanh, of which |z| = ln(e^(2 depth) - 16 t) / 2 is the
    solution, and e^(-|z|) for the logistic. None for a |z| that is too small for that.
    """
    return float(LIMITS[activation](np.array(depth))) if depth >= LIMIT_HOLDS[activation] else None


def recovers_claim() -> Claim:
    """The counter-example to "lost for good"."""
    found = [recovery(depths, name, "squared") for name, depths in DEPTHS.items()]
    again = [saturated(name, each.z[0]) & np.isfinite(each.steps) for name, each in zip(DEPTHS, found, strict=True)]
    return Claim(
        "A saturated neuron can recover: with squared loss tanh at $z = -3$ to $-5$, the logistic at $-6$ to $-7$.",
        f"share saturated, and positive within {STEPS:,} steps",
        float(np.concatenate(again).mean()),
        1.0,
        at_least=True,
    )


def claims() -> list[Claim]:
    """The slopes' asymptotes, and what recovery takes."""
    slow = {name: recovery(depths, name, "squared") for name, depths in DEPTHS.items()}
    quick = [recovery(depths, name, "log") for name, depths in DEPTHS.items()]
    rounded = recovery([20.0], "tanh", "squared")
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
            "That of softsign falls like $1/x^2$ only.",
            r"largest relative error, $10^5 \le |x| \le 10^6$",
            tail_error("softsign", 1e5, 1e6),
            1e-4,
        ),
        Claim(
            r"Squared loss, rate 1: tanh takes $e^{2|z|} / 16$ steps for $|z| \ge 4$.",
            "largest relative error, $z = -4$ to $-5$",
            _limit_error("tanh", slow["tanh"]),
            0.05,
        ),
        Claim(
            r"Squared loss, rate 1: the logistic takes $e^{|z|}$ steps for $|z| \ge 6.5$.",
            "largest relative error, $z = -6.5$ and $-7$",
            _limit_error("logistic", slow["logistic"]),
            0.05,
        ),
        Claim(
            "Log loss, rate 1: the slope cancels in $dL/dz$, for both, and a few steps do.",
            "most steps from the same $z$",
            float(max(each.steps.max() for each in quick)),
            10.0,
        ),
        Claim(
            "At $z = -20$ float64 makes tanh's slope $1 - a^2$ exactly 0: squared loss moves nothing.",
            f"movement in {STEPS:,} steps",
            float(np.abs(rounded.z - rounded.z[0]).max()),
            0.0,
        ),
    ]


def _limit_error(activation: str, found: Recovery) -> float:
    """The largest relative difference between steps and their limit, where that holds."""
    far = [limit_steps(activation, depth) for depth in found.depths]
    return max(abs(steps / limit - 1) for steps, limit in zip(found.steps, far, strict=True) if limit)
