"""Lab: activation functions. Its settings, the figures of its table, and derivations checked step by step.

What outputs and saturation do to training is measured in `activation_outputs` and `saturation`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import inf, isfinite

import numpy as np
from scipy.integrate import quad
from scipy.special import expit

from core import fields
from core.claims.claim import Claim
from core.fields import Names, Real, Whole, setting
from core.network import ACTIVATIONS
from core.network.losses import softmax

Array = np.ndarray
LIMIT = 8.0  # the curves are drawn on [-LIMIT, LIMIT]
DEEPEST = 5  # |z| that a neuron is driven to: the next unit takes 10,000 steps
MOST_EPOCHS = 50  # of the networks whose signs are counted
GRID = np.linspace(-12, 12, 2401)  # where the derivations are checked
H = 1e-5  # step of the central difference: its error, h^2 f''' / 6 + eps / h, is smallest near here


@dataclass(frozen=True)
class Settings:
    """Every control of the lab. Raises ValueError (field, rule, value) for a value that its rule does not accept."""

    activations: tuple[str, ...] = setting(("logistic", "tanh", "relu"), Names(ACTIVATIONS, least=1), "Activations")
    x: float = setting(1.0, Real(-LIMIT, LIMIT), "x")
    epochs: int = setting(20, Whole(0, MOST_EPOCHS), "Epochs trained")
    noise: float = setting(50.0, Real(20, 50), "Noise (%)")
    scale: float = setting(3.0, Real(0.25, 4), "Factor on the output's z")
    depth: int = setting(4, Whole(1, DEEPEST), "How far out it is driven (|z|)")

    def __post_init__(self) -> None:
        fields.check(self)


# ---- the table ------------------------------------------------------------------------------------------------------

STEP = 1e-3
NEAR = np.arange(-10_000, 10_001) * STEP  # a bound that is reached is reached here, and the largest slope lies here
FAR = 1e300
EQUAL = 1e-12  # relative: what counts as reaching a bound, or the largest slope, on a grid


@dataclass(frozen=True)
class Facts:
    """A row of the table, measured on the functions themselves.

    low, high: bounds of the values; *_reached: at a finite x. rounds: the x, one or two, from which on the value
    computed in float64 is a bound that is not reached.
    largest_slope: of |slope|, or the limit that it approaches; largest_at: where, in words.
    mean: of the values for standard-normal x. zero_centred: that mean is 0.
    value_monotone, slope_monotone: never decreasing.
    """

    name: str
    low: float
    high: float
    low_reached: bool
    high_reached: bool
    rounds: tuple[float, ...]
    largest_slope: float
    largest_at: str
    mean: float
    zero_centred: bool
    value_monotone: bool
    slope_monotone: bool


@cache
def facts(name: str) -> Facts:
    """Measure one activation of ACTIVATIONS; KeyError for another name."""
    row = ACTIVATIONS[name]
    value, slope = row.value(NEAR), row.slope(NEAR)
    low, low_reached = _bound(row.value, -1)
    high, high_reached = _bound(row.value, 1)
    missed = {bound for bound, reached in ((low, low_reached), (high, high_reached)) if not reached and isfinite(bound)}
    largest, where = _largest_slope(row.slope)
    mean = quad(lambda x: float(row.value(np.array(x))) * np.exp(-x * x / 2) / np.sqrt(2 * np.pi), -9, 9, points=[0])[0]
    return Facts(
        name=name,
        low=low,
        high=high,
        low_reached=low_reached,
        high_reached=high_reached,
        rounds=tuple(_rounding(row.value, end) for end in (-FAR, FAR) if float(row.value(np.array(end))) in missed),
        largest_slope=largest,
        largest_at=where,
        mean=mean,
        zero_centred=abs(mean) < EQUAL,
        value_monotone=bool((np.diff(value) >= -1e-15).all()),
        slope_monotone=bool((np.diff(slope) >= -1e-15).all()),
    )


def _bound(value: Callable[[Array], Array], sign: int) -> tuple[float, bool]:
    """The highest value (sign 1; lowest: -1), and whether it is reached."""
    inside, _ = _highest(lambda x: sign * value(x))
    outside = float((sign * value(np.array([-FAR, FAR]))).max())
    if outside > 1e6:
        return sign * inf, False
    reached = inside >= outside - EQUAL * abs(outside)
    return sign * (inside if reached else outside) + 0.0, reached  # + 0.0: no -0


def _highest(function: Callable[[Array], Array], near: float | None = None) -> tuple[float, float]:
    """The largest value on NEAR, or near a point of it, refined between the grid's points, and its x."""
    x = NEAR if near is None else near + np.linspace(-1, 1, 201) * STEP
    for _ in range(4):  # each grid is 100 times finer than the one before
        best = x[function(x).argmax()]
        x = best + np.linspace(-1, 1, 201) * (x[1] - x[0])
    best = x[function(x).argmax()]
    # near its top a curve is flat to rounding
    return float(function(np.array(best))), round(float(best), 6) + 0.0


def _rounding(value: Callable[[Array], Array], end: float) -> float:
    """The x nearest to 0, towards `end`, from which on the value computed in float64 is that at `end`."""
    bound = value(np.array(end))

    def rounds(ln_x: float) -> bool:
        x = np.sign(end) * np.exp(ln_x)
        return bool((value(np.array([x, np.nextafter(x, end)])) == bound).all())  # neighbours: softsign's alternate

    low, high = 0.0, float(np.log(abs(end)))  # the tails are monotone but for that, so bisection finds it
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if rounds(middle) else (middle, high)
    return float(np.sign(end) * np.exp(high))


def _largest_slope(slope: Callable[[Array], Array]) -> tuple[float, str]:
    """The largest |slope|, or the limit that it approaches, and where that is."""

    def size(x: Array | float) -> Array:
        return np.abs(slope(np.asarray(x)))

    largest, at = _highest(size)
    if size(FAR) > largest:
        return float(size(FAR)), "x → ∞"
    as_large = NEAR[size(NEAR) >= largest * (1 - EQUAL)]
    if len(as_large) > 1:
        return largest, _stretch(as_large)
    if np.isclose(size(at), largest, rtol=STEP):
        return largest, _peaks(size, largest)
    return largest, f"x → {at:g} from {'below' if np.isclose(size(at - STEP), largest, rtol=STEP) else 'above'}"


def _stretch(x: Array) -> str:
    """All x of NEAR from the first of some to the last, in words."""
    start, end = x[[0, -1]].round(2)
    if end == NEAR[-1]:
        return "everywhere" if start == NEAR[0] else f"x {'≥' if start == x[0] else '>'} {abs(start):g}"
    return f"{start:g} < x < {end:g}"


def _peaks(size: Callable[[Array], Array], largest: float) -> str:
    """Where a size is largest, if that is at single points, in words."""
    values = size(NEAR)
    top = (values[1:-1] > values[:-2]) & (values[1:-1] >= values[2:]) & (values[1:-1] > largest * (1 - STEP))
    found = [_highest(size, x) for x in NEAR[1:-1][top]]
    peaks = np.array([x for value, x in found if value >= largest * (1 - EQUAL)])
    if len(peaks) == 2 and peaks[0] == -peaks[1]:
        return f"±{peaks[1]:.3g}"
    if len(peaks) > 1 and np.allclose(peaks, np.round(peaks / np.pi) * np.pi, atol=1e-5):
        return "every multiple of π"
    return ", ".join(f"{x:.3g}" for x in peaks)


# ---- the derivations ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A line of a derivation: LaTeX, the same as a function x -> values of its shape, and why it is so, in Markdown."""

    latex: str
    value: Callable[[Array], Array]
    why: str = ""


LOGISTIC_SLOPE = (
    Step(
        r"s'(x) = \frac{0 \cdot (1 + e^{-x}) - 1 \cdot (-e^{-x})}{(1 + e^{-x})^2}",
        lambda x: (0 * (1 + np.exp(-x)) - 1 * -np.exp(-x)) / (1 + np.exp(-x)) ** 2,
        r"quotient rule, $(u/v)' = (u'v - uv')/v^2$, with $u = 1$, $v = 1 + e^{-x}$ (never 0) and $v' = -e^{-x}$",
    ),
    Step(
        r"= \frac{e^{-x}}{(1 + e^{-x})^2}",
        lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
        "the first product is 0, and minus times minus is plus",
    ),
    Step(
        r"= \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}",
        lambda x: 1 / (1 + np.exp(-x)) * (np.exp(-x) / (1 + np.exp(-x))),
        "the square as two factors",
    ),
    Step(
        r"= \frac{1}{1 + e^{-x}} \cdot \frac{(1 + e^{-x}) - 1}{1 + e^{-x}}",
        lambda x: 1 / (1 + np.exp(-x)) * ((1 + np.exp(-x) - 1) / (1 + np.exp(-x))),
        "1 is added and taken away",
    ),
    Step(
        r"= \frac{1}{1 + e^{-x}} \left(1 - \frac{1}{1 + e^{-x}}\right)",
        lambda x: 1 / (1 + np.exp(-x)) * (1 - 1 / (1 + np.exp(-x))),
        "the second fraction as a difference of two",
    ),
    Step(r"= s(x)\,(1 - s(x))", lambda x: expit(x) * (1 - expit(x)), "what $s$ is, twice"),
)
TANH_BY_LOGISTIC = (
    Step(
        r"\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
        lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
        "what tanh is",
    ),
    Step(
        r"= \frac{1 - e^{-2x}}{1 + e^{-2x}}",
        lambda x: (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x)),
        "both divided by $e^x$, which is never 0",
    ),
    Step(
        r"= \frac{2 - (1 + e^{-2x})}{1 + e^{-2x}}",
        lambda x: (2 - (1 + np.exp(-2 * x))) / (1 + np.exp(-2 * x)),
        "1 as 2 − 1",
    ),
    Step(
        r"= 2 \cdot \frac{1}{1 + e^{-2x}} - 1",
        lambda x: 2 / (1 + np.exp(-2 * x)) - 1,
        "the fraction as a difference of two",
    ),
    Step(r"= 2\,s(2x) - 1", lambda x: 2 * expit(2 * x) - 1, "what $s$ is, at $2x$"),
)
TANH_SLOPE = (
    Step(
        r"\tanh' x = (2\,s(2x) - 1)' = 2 \cdot 2 \cdot s'(2x)",
        lambda x: 2 * 2 * ACTIVATIONS["logistic"].slope(2 * x),
        "chain rule: one 2 stands before $s$, the other is the slope of $2x$",
    ),
    Step(
        r"= 4\,s(2x)\,(1 - s(2x))",
        lambda x: 4 * expit(2 * x) * (1 - expit(2 * x)),
        "$s' = s(1 - s)$, at $2x$",
    ),
    Step(
        r"= 4 \cdot \frac{1 + \tanh x}{2} \cdot \frac{1 - \tanh x}{2}",
        lambda x: 4 * ((1 + np.tanh(x)) / 2) * ((1 - np.tanh(x)) / 2),
        r"$\tanh x = 2\,s(2x) - 1$, solved for $s(2x)$",
    ),
    Step(r"= 1 - \tanh^2 x", lambda x: 1 - np.tanh(x) ** 2, "$(1 + t)(1 - t) = 1 - t^2$"),
)
OTHER = np.cos  # z_0 beside z_1 = x
SOFTMAX_OF_TWO = (
    Step(
        r"p_1 = \frac{e^{z_1}}{e^{z_0} + e^{z_1}}",
        lambda x: softmax(np.stack([OTHER(x), x]))[1],
        "softmax: the share of class 1",
    ),
    Step(
        r"= \frac{1}{1 + e^{-(z_1 - z_0)}}",
        lambda x: 1 / (1 + np.exp(-(x - OTHER(x)))),
        "both divided by $e^{z_1}$, which is never 0",
    ),
    Step(r"= s(z_1 - z_0)", lambda x: expit(x - OTHER(x)), "what $s$ is, at the difference"),
)


def step_errors(steps: Sequence[Step]) -> list[float]:
    """The largest difference between each line after the first and the one above it, on GRID: one fewer than lines."""
    lines = [step.value(GRID) for step in steps]
    return [float(np.abs(below - above).max()) for above, below in pairwise(lines)]


def slope_errors(steps: Sequence[Step], name: str) -> list[float]:
    """For each line of the derivation of a slope: its error against the central difference of the activation.

    name: of the activation in ACTIVATIONS whose slope is derived; KeyError for another one.
    """
    return [central_difference_error(ACTIVATIONS[name].value, step.value) for step in steps]


def central_difference_error(value: Callable[[Array], Array], slope: Callable[[Array], Array]) -> float:
    """The largest difference between a slope and (value(x + h) - value(x - h)) / (2 h) on GRID.

    value, slope: functions x -> values, for arrays of any shape. h = H.
    """
    numerical = (value(GRID + H) - value(GRID - H)) / (2 * H)
    return float(np.abs(slope(GRID) - numerical).max())


# ---- claims ---------------------------------------------------------------------------------------------------------

ROUNDING = 1e-14  # tolerance between two ways to write one number
NUMERICAL = 1e-9  # tolerance against a central difference
LINES = f"largest difference, {len(GRID):,} points"
DIFFERENCE = "largest error against central differences"


def claims() -> list[Claim]:
    """Every line of every derivation equals the one above it, and each of a slope equals the central difference."""
    at_zero = float(ACTIVATIONS["logistic"].slope(np.zeros(1))[0])
    return [
        Claim("$s' = s(1 - s)$, line by line", LINES, max(step_errors(LOGISTIC_SLOPE)), ROUNDING),
        Claim(
            "$s(1 - s)$ is the slope of the logistic, as is each line before it",
            DIFFERENCE,
            max(slope_errors(LOGISTIC_SLOPE, "logistic")),
            NUMERICAL,
        ),
        Claim(r"$\tanh x = 2\,s(2x) - 1$, line by line", LINES, max(step_errors(TANH_BY_LOGISTIC)), ROUNDING),
        Claim(r"$\tanh' x = 4\,s(2x)(1 - s(2x))$, line by line", LINES, max(step_errors(TANH_SLOPE)), ROUNDING),
        Claim(
            r"$4\,s(2x)(1 - s(2x))$ is the slope of tanh, as is each other line",
            DIFFERENCE,
            max(slope_errors(TANH_SLOPE, "tanh")),
            NUMERICAL,
        ),
        Claim(
            "Softmax of two classes is the logistic of their difference, line by line",
            LINES,
            max(step_errors(SOFTMAX_OF_TWO)),
            ROUNDING,
        ),
        Claim(
            r"$\tanh 0 = 0$, exactly",
            "distance from 0 in float64",
            float(abs(ACTIVATIONS["tanh"].value(np.zeros(1))[0])),
            0,
        ),
        Claim(
            "The logistic's slope is at most $1/4$, at $x = 0$",
            "distance of the largest slope, and at 0",
            max(abs(facts("logistic").largest_slope - 0.25), abs(at_zero - 0.25)),
            ROUNDING,
        ),
    ]
