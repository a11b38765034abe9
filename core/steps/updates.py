"""What each optimizer makes of a gradient, as equations that are evaluated one after the other.

An equation holds its formula twice: for NumPy, and as LaTeX in which `$name` stands for a value. With letters put in it
reads as in a book, with numbers as what happened to one weight. `core.network.optimizers` computes the same in place.

Sources: those of `core.network.optimizers`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from core.experiment import Segment
from core.network import OPTIMIZERS, Options

Array = np.ndarray
Values = Mapping[str, Any]  # numbers, or arrays (P,)
MEMORY = {"m": 0.0, "v": 0.0, "k": 1.0}  # what an optimizer keeps from step to step, and from what it starts
KEPT_AS = {"m": "m", "v": "v", "k": "alive"}  # in the state of `core.network.optimizers`
LETTERS = {
    **{name: name for name in ("w", "g", "m", "v", "k", "t", "u", "p")},
    "eta": r"\eta",
    "eta_t": r"\eta_t",
    "mu": r"\mu",
    "beta_1": r"\beta_1",
    "beta_2": r"\beta_2",
    "epsilon": r"\epsilon",
    "l1": r"\lambda_1",
    "l2": r"\lambda_2",
}


@dataclass(frozen=True)
class Equation:
    """`name` becomes `value` of what there is by then; every array is (P,), one entry for each weight and bias.

    note: what to say of a weight whose new value is exactly 0.
    """

    name: str
    latex: str
    value: Callable[[Any], Any]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Term:
    """An equation that was evaluated. before: the values that it was given, after: what it made, (P,) or a number."""

    name: str
    latex: str
    before: Values
    after: Any
    note: str = ""


_SGD = Equation("w", r"$w - $eta \cdot $g", lambda s: s.w - s.eta * s.g)
_VELOCITY = Equation("v", r"$mu \cdot $v - $eta \cdot $g", lambda s: s.mu * s.v - s.eta * s.g)
_SCALED = Equation(
    "w",
    r"$w - \frac{$eta \cdot $g}{\sqrt{$v} + $epsilon}",
    lambda s: s.w - s.eta * s.g / (np.sqrt(s.v) + s.epsilon),
)
_ADAM = (
    Equation("m", r"$beta_1 \cdot $m + (1 - $beta_1) \cdot $g", lambda s: s.beta_1 * s.m + (1 - s.beta_1) * s.g),
    Equation("v", r"$beta_2 \cdot $v + (1 - $beta_2) \cdot $g^2", lambda s: s.beta_2 * s.v + (1 - s.beta_2) * s.g**2),
    Equation(
        "eta_t",
        r"$eta \cdot \frac{\sqrt{1 - $beta_2^{$t}}}{1 - $beta_1^{$t}}",
        lambda s: s.eta * np.sqrt(1 - s.beta_2**s.t) / (1 - s.beta_1**s.t),
    ),
    Equation(
        "w",
        r"$w - $eta_t \cdot \frac{$m}{\sqrt{$v} + $epsilon}",
        lambda s: s.w - s.eta_t * s.m / (np.sqrt(s.v) + s.epsilon),
    ),
)
EQUATIONS: dict[str, tuple[Equation, ...]] = {
    "sgd": (_SGD,),
    "momentum": (_VELOCITY, Equation("w", "$w + $v", lambda s: s.w + s.v)),
    "nesterov": (
        _VELOCITY,
        Equation("w", r"$w + $mu \cdot $v - $eta \cdot $g", lambda s: s.w + s.mu * s.v - s.eta * s.g),
    ),
    "rmsprop": (Equation("v", r"0.9 \cdot $v + 0.1 \cdot $g^2", lambda s: 0.9 * s.v + (1 - 0.9) * s.g**2), _SCALED),
    "adagrad": (Equation("v", "$v + $g^2", lambda s: s.v + s.g**2), _SCALED),
    "adam": _ADAM,
    "adamw": (Equation("w", r"$w - $eta \cdot $l2 \cdot $w", lambda s: s.w - s.eta * s.l2 * s.w), *_ADAM),
    "playground": (
        Equation(
            "p",
            r"$eta \cdot $k \cdot ($l1 \cdot \operatorname{sign} $w + $l2 \cdot $w)",
            lambda s: s.eta * s.k * (s.l1 * np.sign(s.w) + s.l2 * s.w),
        ),
        Equation("u", r"$w - $eta \cdot $k \cdot $g", lambda s: s.w - s.eta * s.k * s.g),
        Equation(
            "w",
            "$u - $p",
            lambda s: np.where(_crossed(s), 0.0, s.u - s.p),
            "L1 took it across 0, where it stays for good: k is 0 from here on.",
        ),
        Equation("k", "", lambda s: np.where(_crossed(s), 0.0, s.k)),
    ),
}


def in_gradient(segment: Segment) -> tuple[float, float]:
    """The penalties l1 and l2 that are part of the gradient; the others the optimizer takes itself."""
    chosen = OPTIMIZERS[segment.optimizer]
    return (0.0 if chosen.in_order else segment.l1), (0.0 if chosen.decoupled else segment.l2)


def constants(segment: Segment, is_weight: Array) -> dict[str, Any]:
    """What the equations of a segment need beside w, g, t and the memory. is_weight (P,): 1, or 0 at biases."""
    options, (l1, l2) = Options(segment.momentum), in_gradient(segment)
    return {
        "eta": float(segment.learning_rate),
        "mu": options.momentum,
        "beta_1": options.beta_1,
        "beta_2": options.beta_2,
        "epsilon": options.epsilon,
        "l1": (segment.l1 - l1) * is_weight,
        "l2": (segment.l2 - l2) * is_weight,
    }


def equations(segment: Segment, kept: Values = MEMORY) -> tuple[Equation, ...]:
    """The equations of a segment's optimizer: TensorFlow Playground's are those of SGD where there is no penalty.

    kept: what the optimizer keeps by now; weights that L1 took across 0 before count as a penalty.
    """
    plain = segment.optimizer == "playground" and not (segment.l1 or segment.l2) and np.all(kept["k"])
    return EQUATIONS["sgd" if plain else segment.optimizer]


def step(equations: Sequence[Equation], values: Values) -> list[Term]:
    """Equations evaluated in turn. values: w, g, t, the memory and the constants."""
    terms = []
    for each in equations:
        after = each.value(SimpleNamespace(**values))
        terms.append(Term(each.name, each.latex, values, after, each.note))
        values = {**values, each.name: after}
    return terms


def memory(segment: Segment, state: Mapping[str, Any], is_weight: Array) -> dict[str, Array]:
    """What an optimizer keeps, of its state in `core.network.optimizers`, as the equations have it; (P,) each."""
    kept = {name: np.array(state.get(KEPT_AS[name], np.full_like(is_weight, start))) for name, start in MEMORY.items()}
    if segment.optimizer in ("adam", "adamw"):  # which keep their moments divided by 1 - beta
        options = Options()
        kept |= {"m": (1 - options.beta_1) * kept["m"], "v": (1 - options.beta_2) * kept["v"]}
    return kept


def _crossed(s: Any) -> Any:
    """Which weights L1 takes across 0; it is asked before and after they are set to 0, so it looks at u and p alone."""
    return (s.u * (s.u - s.p) < 0) & (s.l1 > 0)
