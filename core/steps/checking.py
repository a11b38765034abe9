"""The derivative of a batch beside its central difference: the loss with the weight a little larger and smaller."""

from dataclasses import dataclass, replace
from math import fsum

import numpy as np
from scipy.special import logsumexp

from core.network import ACTIVATIONS, LOSSES, Layers, reference
from core.picks import Pick
from core.rounding import AS_IN_TRAINING
from core.steps.batch import Batch, unflatten
from core.steps.updates import in_gradient

Array = np.ndarray
EPS = 1e-6
RELATIVE, ABSOLUTE = 1e-4, 1e-9  # |g - d| <= RELATIVE |g| + ABSOLUTE is agreement
SMALLEST = 1e-7  # a derivative below is lost in the rounding of a difference
ROUNDING = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Check:
    """gradient: dL/dw of the batch, with the penalty as far as it is part of the gradient. difference: measured.

    allowed: how far they may be apart. rounding: about how far the rounding of the loss alone takes them.
    crossings: how many units change sides of a kink between w - eps and w + eps, counted for each row; crossing: the
    layer and unit of the first (from 1 and from 0). at_zero: L1 has its own kink there. without: penalties that the
    optimizer takes itself, so that neither number has them.
    """

    gradient: float
    difference: float
    allowed: float
    rounding: float
    crossings: int = 0
    crossing: tuple[int, int] = (0, 0)
    at_zero: bool = False
    without: bool = False

    @property
    def too_small(self) -> bool:
        """Whether a difference in float64 can not tell such a derivative."""
        return abs(self.gradient) < SMALLEST or self.rounding > self.allowed

    @property
    def agrees(self) -> bool:
        """Whether derivative and difference are as near as they should be."""
        return bool(abs(self.gradient - self.difference) <= self.allowed)

    @property
    def words(self) -> str:
        """What came out, in a sentence or two."""
        if not np.isfinite([self.gradient, self.difference]).all():
            first = "Not a number, so there is nothing to compare."
        elif self.too_small and abs(self.gradient) < SMALLEST:
            first = "Too small for a difference."
        elif self.too_small:
            first = f"Too small for a difference of a loss so large, whose rounding alone makes {self.rounding:.0e}."
        else:
            apart = f"{abs(self.gradient - self.difference):.2g} apart, {self.allowed:.2g} allowed"
            first = f"{'In agreement' if self.agrees else 'Not in agreement'}: {apart}."
        kinks = ""
        if self.crossings:
            layer, unit = self.crossing
            units = f"{self.crossings} times a unit changes" if self.crossings > 1 else "A unit changes"
            kinks = f" {units} sides of a kink within ±1e-6 (first: layer {layer}, neuron {unit + 1})."
        zero = " The weight is within 1e-6 of 0, where L1 has its kink." if self.at_zero else ""
        without = " Without the penalty, which this optimizer takes itself." if self.without else ""
        return first + kinks + zero + without


def central_difference(batch: Batch, pick: Pick, eps: float = EPS) -> Check:
    """(L(w + eps) - L(w - eps)) / (2 eps) of a weight or bias; of a neuron it is that of its bias.

    L is the batch's loss with penalty, row by row, and computed from z: 1 - p has lost its digits where p is near 1.
    Source: Press et al. 2007, "Numerical Recipes", section 5.7.
    """
    e, place = batch.experiment, pick.place(batch.experiment.sizes)
    w, m = batch.before[place], len(batch.rows)
    low, high = w - eps, w + eps
    with np.errstate(**AS_IN_TRAINING):
        sums = [_sums(batch, place, value) for value in (low, high)]
        before, after = (_row_losses(z[-1], batch.targets, LOSSES[e.loss].output(e.classes)) for z in sums)
        l1, l2 = in_gradient(batch.segment) if pick.kind == "w" else (0.0, 0.0)
        penalty = l1 * (abs(high) - abs(low)) + l2 * (high**2 - low**2) / 2
        parts = [*(after - before), penalty]
        difference = (fsum(parts) if np.isfinite(parts).all() else np.nan) / m / (high - low)
    gradient = float(batch.gradient[place])
    check = Check(
        gradient,
        float(difference),
        RELATIVE * abs(gradient) + ABSOLUTE,
        float(ROUNDING * np.abs(after).max() / eps),
        at_zero=bool(l1 and abs(w) <= eps),
        without=pick.kind == "w" and (batch.segment.l1, batch.segment.l2) != in_gradient(batch.segment),
    )
    found = _crossings(e.activations, *sums)
    return replace(check, crossings=len(found), crossing=found[0] if found else (0, 0))


def _sums(batch: Batch, place: int, value: float) -> list[Array]:
    """z of every layer, L arrays (m, n_l), with one parameter changed."""
    e, parameters = batch.experiment, batch.before.copy()
    parameters[place] = value
    layers: Layers = unflatten(parameters, e.sizes)
    return reference.forward(batch.a[0], layers, e.activations, LOSSES[e.loss].output(e.classes))[0]


def _row_losses(z: Array, targets: Array, output: str) -> Array:
    """The loss of each row (m,) of the output's sums z (m, K) and targets (m, K), in forms that do not cancel."""
    if output == "logistic":
        return np.logaddexp(0, (1 - 2 * targets) * z)[:, 0]
    if output == "softmax":
        others = np.where(targets == 1, -np.inf, z - (z * targets).sum(axis=1, keepdims=True))
        return np.logaddexp(0, logsumexp(others, axis=1))  # ln(1 + sum over other classes of e^(z_k - z_c))
    a = np.tanh(z) if output == "tanh" else z
    return (((a - targets) ** 2) / 2)[:, 0]


def _crossings(activations: tuple[str, ...], low: list[Array], high: list[Array]) -> list[tuple[int, int]]:
    """(layer, unit) for each row and hidden unit whose z lies on either side of a kink at w - eps and at w + eps."""
    return [
        (layer, int(unit))
        for layer, (name, z_low, z_high) in enumerate(zip(activations, low[:-1], high[:-1], strict=True), 1)
        for kink in ACTIVATIONS[name].kinks
        for _, unit in np.argwhere((z_low - kink) * (z_high - kink) < 0)
    ]
