"""An experiment's data as its network is given them."""

from dataclasses import dataclass

import numpy as np

from core.data.features import feature_matrix


@dataclass(frozen=True)
class Prepared:
    """An experiment's data, split and turned into features.

    X_train, X_test (n, 2): raw inputs; y_train, y_test (n,): classes 0 .. K-1, or numbers for regression;
    axis_labels: names of the two inputs.
    mean, scale (F,): what the features are standardised with (0 and 1 where they are not).
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    axis_labels: tuple[str, str]
    features: tuple[str, ...]

    def inputs(self, X: np.ndarray) -> np.ndarray:
        """Raw inputs (n, 2) as the network sees them: features (n, F), standardised where that was chosen."""
        return (feature_matrix(X, self.features) - self.mean) / self.scale
