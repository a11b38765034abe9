"""What a network is fed with: functions of a point of the plane."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Feature:
    """A function of points X (n, 2), giving (n,). playground: its name in TensorFlow Playground's links, if any."""

    name: str
    label: str
    latex: str
    value: Callable[[np.ndarray], np.ndarray]
    playground: str | None = None


FEATURES = {
    row.name: row
    for row in (
        Feature("x1", "x₁", r"x_1", lambda X: X[:, 0], "x"),
        Feature("x2", "x₂", r"x_2", lambda X: X[:, 1], "y"),
        Feature("x1sq", "x₁²", r"x_1^2", lambda X: X[:, 0] ** 2, "xSquared"),
        Feature("x2sq", "x₂²", r"x_2^2", lambda X: X[:, 1] ** 2, "ySquared"),
        Feature("x1x2", "x₁x₂", r"x_1 x_2", lambda X: X[:, 0] * X[:, 1], "xTimesY"),
        Feature("sinx1", "sin x₁", r"\sin x_1", lambda X: np.sin(X[:, 0]), "sinX"),
        Feature("sinx2", "sin x₂", r"\sin x_2", lambda X: np.sin(X[:, 1]), "sinY"),
        Feature("cosx1", "cos x₁", r"\cos x_1", lambda X: np.cos(X[:, 0])),
        Feature("cosx2", "cos x₂", r"\cos x_2", lambda X: np.cos(X[:, 1])),
        Feature("absx", "r = |x|", r"r = \sqrt{x_1^2 + x_2^2}", lambda X: np.hypot(X[:, 0], X[:, 1])),
        Feature("angle", "angle", r"\operatorname{atan2}(x_2, x_1)", lambda X: np.arctan2(X[:, 1], X[:, 0])),
    )
}


def feature_matrix(X: np.ndarray, names: Iterable[str]) -> np.ndarray:
    """Features of the points X (n, 2), one column for each of F names of `FEATURES`, or none: (n, F)."""
    return np.array([FEATURES[name].value(X) for name in names]).reshape(-1, len(X)).T


def scaling(F: np.ndarray, standardize: bool) -> tuple[np.ndarray, np.ndarray]:
    """Mean and scale (F,) of feature columns (n, F), so that (F - mean) / scale is what the network gets.

    Standard deviations, with 1 for a column that is constant but for rounding; 0 and 1 where nothing is to be
    standardised.
    """
    if not standardize:
        return np.zeros(F.shape[1]), np.ones(F.shape[1])
    deviation = F.std(axis=0)
    return F.mean(axis=0), np.where(deviation > 1e-14 * np.abs(F).max(axis=0), deviation, 1.0)
