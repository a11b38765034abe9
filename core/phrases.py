"""How a diagnosis writes what was measured: scores, shares and small numbers, as parts of a sentence."""

import numpy as np

from core.symptoms import Idle, Measured


def on_both(m: Measured) -> str:
    """The score of the training and of the test rows, as the beginning of a sentence."""
    if not m.regression:
        return f"{percent(m.score)} of the training rows and {percent(m.test_score)} of the test rows are right"
    if np.isnan(m.test_score):
        alike = "test rows that all have one target" if len(m.run.y_test) > 1 else "a single test row"
        return f"R² is {short(m.score)} on the training rows, and not defined on {alike}"
    return f"R² is {short(m.score)} on the training rows and {short(m.test_score)} on the test rows"


def with_score(m: Measured) -> str:
    """The score of the training rows, within a sentence."""
    return scored(m.score, m.regression)


def scored(score: float, regression: bool) -> str:
    """A score of training rows, within a sentence."""
    if regression:
        return f"with an R² of {short(score)} on the training rows"
    return f"with {percent(score)} of the training rows right"


def neighbours(m: Measured) -> str:
    """Regression: how far the nearest neighbours get, within a sentence."""
    return f"the mean of the nearest neighbours reaches {short(m.neighbour_score)} on the training rows"


def units(layer: Idle) -> str:
    """How many units of which layer, as the beginning of a sentence."""
    return f"{layer.count} of {layer.units} units of layer {layer.layer}"


def percent(share: float) -> str:
    """A share as a percentage with three digits; 100 only where nothing is missing."""
    return f"{100 * below_all(share):.3g} %"


def below_all(share: float) -> float:
    """A share, and at most 0.999 where something is missing, so that rounding does not make it 1."""
    return min(share, 0.999) if share < 1 else share


def short(value: float) -> str:
    """R^2, or a target, with three decimals at most, never as -0."""
    return f"{round(float(value), 3) + 0.0:g}"


def scientific(value: float) -> str:
    """A number as one digit and a power of ten: `3e-6`."""
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"
