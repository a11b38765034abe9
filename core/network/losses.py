"""Losses, each with the output function it is made for.

Arrays are feature-major inside the network: outputs and targets are (K, n), one column a row of data, where K is 1 for
two classes and for regression (K = number of classes from three on). Stacked networks add a leading axis.
"No classes" (0) is regression: the target is a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log

import numpy as np
from scipy.special import expit

Array = np.ndarray
EPS = float(np.finfo(float).eps)  # scikit-learn clips probabilities before the logarithm


def softmax(z: Array, out: Array | None = None) -> Array:
    """exp(z_k) / sum_j exp(z_j) over the class axis of z (..., K, n), in the same shape (Bishop 2006, eq. 4.104).

    Shifted by the largest z, so that nothing overflows.
    """
    out = np.subtract(z, z.max(axis=-2, keepdims=True), out)
    np.exp(out, out)
    return np.divide(out, out.sum(axis=-2, keepdims=True), out)


def linear(z: Array, out: Array | None = None) -> Array:
    """z itself, of any shape: the output of regression."""
    return np.positive(z, out)


OUTPUTS: dict[str, Callable[..., Array]] = {"logistic": expit, "softmax": softmax, "tanh": np.tanh, "identity": linear}


def log_loss(p: Array, y: Array) -> Array:
    """Mean over rows of -ln p(true class) (Bishop 2006, eq. 4.90 and 4.108): p and y (..., K, n) -> (...).

    p is at least EPS, as in scikit-learn.
    """
    p_true = np.abs(p + (y - 1)) if p.shape[-2] == 1 else (p * y).sum(axis=-2, keepdims=True)
    return -np.log(np.maximum(p_true, EPS)).sum(axis=(-2, -1)) / p.shape[-1]


def log_loss_delta(p: Array, y: Array, out: Array | None = None) -> Array:
    """dL_row/dz = p - y for the logistic and for softmax, all (..., K, n) (Bishop 2006, eq. 4.91 and 4.109)."""
    return np.subtract(p, y, out)


def squared_loss(a: Array, t: Array) -> Array:
    """Mean over rows of (a - t)^2 / 2 (Bishop 2006, eq. 5.14, there the sum): a and t (..., 1, n) -> (...)."""
    return np.mean((a - t) ** 2, axis=(-2, -1)) / 2


def squared_loss_delta(a: Array, t: Array, out: Array | None = None) -> Array:
    """dL_row/dz = (a - t)(1 - a^2) for a = tanh z, all (..., 1, n).

    It vanishes where the output is saturated, right or wrong.
    """
    out = np.subtract(a, t, out)
    return np.multiply(out, 1 - a * a, out)


def linear_squared_loss_delta(a: Array, t: Array, out: Array | None = None) -> Array:
    """dL_row/dz = a - t for a = z, all (..., 1, n) (Bishop 2006, eq. 5.18)."""
    return np.subtract(a, t, out)


def one_hot(y: Array, classes: int) -> Array:
    """Classes (n,) to targets: (1, n) of 0 and 1 for two classes, else (K, n)."""
    return (y == 1)[None, :].astype(float) if classes == 2 else (y == np.arange(classes)[:, None]).astype(float)


def signs(y: Array, classes: int) -> Array:
    """Classes (n,) to targets (1, n): -1 for class 0, +1 for class 1."""
    return 2.0 * (y == 1)[None, :] - 1.0


def numbers(y: Array, classes: int) -> Array:
    """Numbers (n,) to targets (1, n)."""
    return y[None, :].astype(float)


def accuracy(predicted: Array, y: Array) -> float:
    """Share of the rows whose class is right; both (n,)."""
    return float(np.mean(predicted == y))


def r_squared(predicted: Array, y: Array) -> float:
    """R^2 of predicted numbers for y, both (n,): 1 - residual / total sum of squares.

    1 is perfect, 0 what the mean of y reaches; below 0 it is worse than that. Where all y are equal: 1 if they are met
    exactly, else 0, as scikit-learn has it.
    """
    residual = float(np.sum((y - predicted) ** 2))
    varies = np.ptp(y) > 0  # asked of y itself: the mean of equal numbers may differ from them by rounding
    total = float(np.sum((y - np.mean(y)) ** 2)) if varies else 0.0
    return 1 - residual / total if total > 0 else float(residual == 0)


@dataclass(frozen=True)
class Loss:
    """One row of the registry.

    value(outputs, targets): mean over the rows, (..., K, n) -> (...), in nats for the log loss.
    delta(outputs, targets, out=None): dL_row/dz (..., K, n), written to `out` if given.
    targets(y, classes): y (n,) as targets (K, n).
    The three outputs name functions in OUTPUTS, empty where the loss does not go with such targets.
    highest: the largest value that it can take on one row.
    sklearn: `MLPClassifier` or `MLPRegressor` trains with it. score(predicted, y), both (n,): accuracy or R^2.
    """

    name: str
    label: str
    latex: str
    value: Callable[[Array, Array], Array]
    delta: Callable[..., Array]
    targets: Callable[[Array, int], Array]
    two_class_output: str = ""
    many_class_output: str = ""
    regression_output: str = ""
    highest: float = inf
    sklearn: bool = False
    score: Callable[[Array, Array], float] = accuracy

    def output(self, classes: int) -> str:
        """Name in OUTPUTS of the output layer's function; empty if the loss does not suit that many classes."""
        return {0: self.regression_output, 2: self.two_class_output}.get(classes, self.many_class_output)

    def predict(self, outputs: Array) -> Array:
        """Outputs (..., K, n) to classes, or to numbers, (..., n)."""
        if self.regression_output:
            return outputs[..., 0, :]
        if outputs.shape[-2] > 1:
            return outputs.argmax(axis=-2)
        return (outputs[..., 0, :] > (0.5 if self.two_class_output == "logistic" else 0.0)).astype(int)


_ROWS = (
    Loss(
        "log",
        "Log loss",
        r"L = -\frac{1}{n} \sum_i \ln p_i",
        log_loss,
        log_loss_delta,
        one_hot,
        "logistic",
        "softmax",
        highest=-log(EPS),
        sklearn=True,
    ),
    Loss(
        "squared",
        "Squared loss, tanh output",
        r"L = \frac{1}{2n} \sum_i (\tanh z_i - t_i)^2",
        squared_loss,
        squared_loss_delta,
        signs,
        "tanh",
        highest=2.0,
    ),
    Loss(
        "squared_linear",
        "Squared loss, linear output",
        r"L = \frac{1}{2n} \sum_i (z_i - t_i)^2",
        squared_loss,
        linear_squared_loss_delta,
        numbers,
        regression_output="identity",
        sklearn=True,
        score=r_squared,
    ),
)
LOSSES: dict[str, Loss] = {row.name: row for row in _ROWS}
