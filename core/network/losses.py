"""Losses for classification, each with the output function it is made for.

Arrays are feature-major inside the network: outputs and targets are (K, n), one column a row of data, where K is 1 for
two classes (K = number of classes from three on). Stacked networks add a leading axis.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

Array = np.ndarray
EPS = np.finfo(float).eps  # scikit-learn clips probabilities before the logarithm


def softmax(z: Array, out: Array | None = None) -> Array:
    """exp(z_k) / sum_j exp(z_j) down the class axis, shifted by the largest z so that nothing overflows."""
    out = np.subtract(z, z.max(axis=-2, keepdims=True), out)
    np.exp(out, out)
    return np.divide(out, out.sum(axis=-2, keepdims=True), out)


OUTPUTS: dict[str, Callable[..., Array]] = {"logistic": expit, "softmax": softmax, "tanh": np.tanh}


def log_loss(p: Array, y: Array) -> Array:
    """Mean over rows of -ln p(true class); p is at least EPS, as in scikit-learn. (..., K, n) -> (...)."""
    p_true = np.abs(p + (y - 1)) if p.shape[-2] == 1 else (p * y).sum(axis=-2, keepdims=True)
    return -np.log(np.maximum(p_true, EPS)).sum(axis=(-2, -1)) / p.shape[-1]


def log_loss_delta(p: Array, y: Array, out: Array) -> Array:
    """dL/dz = p - y for the logistic and for softmax (Bishop 2006, eq. 4.91 and 4.109)."""
    return np.subtract(p, y, out)


def squared_loss(a: Array, t: Array) -> Array:
    """Mean over rows of (a - t)^2 / 2. (..., 1, n) -> (...)."""
    return np.mean((a - t) ** 2, axis=(-2, -1)) / 2


def squared_loss_delta(a: Array, t: Array, out: Array) -> Array:
    """dL/dz = (a - t)(1 - a^2) for a = tanh z: it vanishes where the output is saturated, right or wrong."""
    np.subtract(a, t, out)
    return np.multiply(out, 1 - a * a, out)


def one_hot(y: Array, classes: int) -> Array:
    """Classes (n,) to targets: (1, n) of 0 and 1 for two classes, else (K, n)."""
    return (y == 1)[None, :].astype(float) if classes == 2 else (y == np.arange(classes)[:, None]).astype(float)


def signs(y: Array, classes: int) -> Array:
    """Classes (n,) to targets (1, n): -1 for class 0, +1 for class 1."""
    return 2.0 * (y == 1)[None, :] - 1.0


@dataclass(frozen=True)
class Loss:
    """One row of the registry. sklearn: `MLPClassifier` trains with it."""

    name: str
    label: str
    latex: str
    value: Callable[[Array, Array], Array]
    delta: Callable[[Array, Array, Array], Array]
    targets: Callable[[Array, int], Array]
    two_class_output: str
    many_class_output: str = ""
    sklearn: bool = False

    @property
    def two_classes_only(self) -> bool:
        return not self.many_class_output

    def output(self, classes: int) -> str:
        """Name in OUTPUTS of the output layer's function."""
        return self.two_class_output if classes == 2 else self.many_class_output

    def predict(self, outputs: Array) -> Array:
        """Outputs (..., K, n) to classes (..., n)."""
        if outputs.shape[-2] > 1:
            return outputs.argmax(axis=-2)
        return (outputs[..., 0, :] > (0.5 if self.two_class_output == "logistic" else 0.0)).astype(int)


_ROWS = (
    Loss(
        "log",
        "Log loss",
        r"-\frac{1}{n}\sum_i \ln p_i(\text{true class})",
        log_loss,
        log_loss_delta,
        one_hot,
        "logistic",
        "softmax",
        sklearn=True,
    ),
    Loss(
        "squared",
        "Squared loss, tanh output",
        r"\frac{1}{2n}\sum_i (a_i - t_i)^2,\; t_i = \pm 1",
        squared_loss,
        squared_loss_delta,
        signs,
        "tanh",
    ),
)
LOSSES: dict[str, Loss] = {row.name: row for row in _ROWS}
