"""Flat tails of activations: where a unit is saturated."""

from functools import cache
from math import inf

import numpy as np

from core.network.activations import ACTIVATIONS

Array = np.ndarray
SATURATED = 0.01  # share of the activation's largest |slope|
FAR, STEP = 64.0, 1e-3  # every tail begins, and every largest slope lies, within +-FAR


@cache
def largest_slope(name: str) -> float:
    """The largest |slope| of an activation on a grid, to 3e-4 relative. KeyError for a name not in ACTIVATIONS."""
    return float(np.abs(ACTIVATIONS[name].slope(_grid())).max())


@cache
def tails(name: str) -> tuple[float, float]:
    """Where an activation's flat tails begin: (low, high), -inf or inf where there is none.

    A tail is flat where |slope| stays below SATURATED times the largest from there outwards. A top, a minimum or the
    peaks of a wave are flat too, but no tails: a small step leads out of them.
    """
    return -_beginning(name, -1) + 0.0, _beginning(name, 1) + 0.0  # no -0


def saturated(name: str, z: Array) -> Array:
    """Whether a unit is saturated at z, of any shape: z lies in a flat tail of its activation. NaN does not."""
    low, high = tails(name)
    return (z <= low) | (z >= high)


def _grid() -> Array:
    return np.arange(-FAR / STEP, FAR / STEP + 1) * STEP


def _beginning(name: str, sign: int) -> float:
    """The |x| at which the tail towards sign * infinity begins, by bisection between two points of the grid."""

    def flat(x: Array) -> Array:
        return np.abs(ACTIVATIONS[name].slope(np.asarray(sign * x))) < SATURATED * largest_slope(name)

    x = _grid()
    steep = np.flatnonzero(~flat(x))
    if steep[-1] == len(x) - 1:
        return inf
    low, high = x[steep[-1]], x[steep[-1] + 1]
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if flat(middle) else (middle, high)
    return float(high)
