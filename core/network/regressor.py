"""NumpyMLPRegressor: the NumPy network as a scikit-learn regressor, with `MLPRegressor`'s parameter names."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.base import RegressorMixin

from core.network.estimators import NumpyMLP

Array = np.ndarray


@dataclass(eq=False, repr=False)
class NumpyMLPRegressor(RegressorMixin, NumpyMLP):
    """A multilayer perceptron in NumPy that predicts a number: linear output, squared loss (a - y)^2 / 2.

    With the same seed and settings it ends on `sklearn.neural_network.MLPRegressor`'s weights. Parameters have that
    class's names, meanings and defaults; these have more choices or are new:

    Parameters
    ----------
    activation : a name in ACTIVATIONS, or a tuple with one name for each hidden layer.
    solver : "sgd" (with `momentum` and `nesterovs_momentum`), "adam", "adamw", "rmsprop" or "adagrad".
    initializer : a name in INITIALIZERS.
    l1 : weight of the L1 penalty, divided by the batch size as `alpha` is.

    Not there, and refused: `loss="poisson"`, `solver="lbfgs"`, `learning_rate` other than "constant" and
    `early_stopping=True`
    (`power_t`, `validation_fraction` and `max_fun` have a meaning with those only), `partial_fit`, `sample_weight`,
    several targets, sparse input. X of float32 is taken as float64, in which all is computed.

    Attributes
    ----------
    coefs_ : list of (n_in, n_out) arrays; intercepts_ : list of (n_out,) arrays.
    loss_curve_ : loss of each epoch as scikit-learn books it (weights before each step, penalty included).
    n_iter_, loss_, best_loss_, n_layers_, n_outputs_, n_features_in_ : as in `MLPRegressor`.
    After an interrupted fit they tell of the epochs that ended; where none did, n_iter_ is 0 and loss_ the last one
    booked, NaN where there is none.
    """

    loss_rows: ClassVar[dict[str, str]] = {"squared_error": "squared_linear"}

    loss: str = "squared_error"

    def predict(self, X: Any) -> Array:
        """The number of each row, (n,) for X (n, F). Raises NotFittedError before `fit`."""
        return self._outputs(X)[:, 0]

    def _encoded(self, y: Array) -> Array:
        return y

    def _classes(self) -> int:
        return 0
