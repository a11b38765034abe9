"""NumpyMLPClassifier: the NumPy network as a scikit-learn estimator, with `MLPClassifier`'s parameter names."""

import sys
import warnings
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state, check_scalar
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from core.network.activations import ACTIVATIONS
from core.network.descent import descend, orders
from core.network.gradients import forward
from core.network.initializers import INITIALIZERS, Layer, initial_layers
from core.network.losses import LOSSES
from core.network.mlp import MLP, flatten
from core.network.optimizers import OPTIMIZERS, Options

Array = np.ndarray
# (lowest, highest, are the bounds allowed): scikit-learn's own limits
REAL_LIMITS: dict[str, tuple[float, float | None, str]] = {
    "alpha": (0, None, "left"),
    "l1": (0, None, "left"),
    "learning_rate_init": (0, None, "neither"),
    "tol": (0, None, "left"),
    "momentum": (0, 1, "both"),
    "beta_1": (0, 1, "left"),
    "beta_2": (0, 1, "left"),
    "epsilon": (0, None, "neither"),
}


class NumpyMLPClassifier(ClassifierMixin, BaseEstimator):
    """A multilayer perceptron in NumPy.

    With the same seed and settings it ends on `sklearn.neural_network.MLPClassifier`'s weights. Parameters have that
    class's names, meanings and defaults; these have more choices or are new:

    Parameters
    ----------
    activation : a name in ACTIVATIONS, or a tuple with one name for each hidden layer.
    solver : "sgd" (with `momentum` and `nesterovs_momentum`), "adam", "adamw", "rmsprop" or "adagrad".
    loss : "log", or "squared" (tanh output, two classes).
    initializer : a name in INITIALIZERS.
    l1 : weight of the L1 penalty, divided by the batch size as `alpha` is.

    `solver="lbfgs"`, `learning_rate` other than "constant" and `early_stopping=True` are not implemented and raise
    ValueError; `power_t`, `validation_fraction` and `max_fun` have a meaning with those only.

    Attributes
    ----------
    coefs_ : list of (n_in, n_out) arrays; intercepts_ : list of (n_out,) arrays.
    loss_curve_ : loss of each epoch as scikit-learn books it (weights before each step, penalty included).
    classes_, n_iter_, loss_, best_loss_, n_layers_, n_outputs_, n_features_in_ : as in `MLPClassifier`.
    """

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | tuple[str, ...] = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: int = 10,
        max_fun: int = 15000,
        loss: str = "log",
        initializer: str = "sklearn",
        l1: float = 0.0,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.loss = loss
        self.initializer = initializer
        self.l1 = l1

    def fit(self, X: Any, y: Any) -> Self:
        """Train on X (n, F) and labels y (n,). Raises ValueError naming the parameter, its rule and its value."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        hidden = self._checked_settings()
        check_classification_targets(y)
        classes, y = np.unique(y, return_inverse=True)
        self._check_classes(classes)
        random = check_random_state(self.random_state)
        sizes = (X.shape[1], *hidden, 1 if len(classes) == 2 else len(classes))
        layers = self._first_layers(classes, sizes, random)
        self.classes_, self.n_outputs_, self.n_layers_ = classes, sizes[-1], len(sizes)

        mlp = MLP(flatten(layers), sizes, self._activations(hidden), self.loss, len(classes))
        epochs = descend(
            mlp,
            X,
            LOSSES[self.loss].targets(y, len(classes)),
            [orders(random, len(X), self.shuffle)],
            optimizer=self._optimizer(),
            rate=np.array(float(self.learning_rate_init)),
            batch_size=self._batch_size(len(X)),
            options=Options(self.momentum, self.beta_1, self.beta_2, self.epsilon),
            l1=self.l1,
            l2=self.alpha,
        )
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is reported below
            self._run(map(float, epochs))
        self.coefs_ = [W.copy() for W, _ in mlp.layers()]
        self.intercepts_ = [b.copy() for _, b in mlp.layers()]
        if not np.isfinite(mlp.parameters).all():
            raise ValueError(
                f"learning_rate_init must be small enough for finite weights; got {self.learning_rate_init}, "
                f"which led to non-finite weights after {self.n_iter_} epochs"
            )
        return self

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (n, K), columns in the order of `classes_`; for squared loss (a + 1) / 2."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        layers = list(zip(self.coefs_, self.intercepts_, strict=True))
        output = LOSSES[self.loss].output(len(self.classes_))
        p = forward(X, layers, self._activations([len(b) for b in self.intercepts_[:-1]]), output)[-1]
        if output == "tanh":
            p = (p + 1) / 2
        return np.hstack([1 - p, p]) if p.shape[1] == 1 else p

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithms of `predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> Array:
        """The most probable class of each row (n,)."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def _run(self, epochs: Any) -> None:
        """Train until max_iter, or until the loss has not fallen by `tol` for more than n_iter_no_change epochs."""
        if not (self.warm_start and hasattr(self, "loss_curve_")):
            self.loss_curve_: list[float] = []
            self.best_loss_ = np.inf
        without_progress = 0
        for epoch in range(1, self.max_iter + 1):
            self.n_iter_, self.loss_ = epoch, next(epochs)
            self.loss_curve_.append(self.loss_)
            if self.verbose:
                sys.stdout.write(f"Iteration {self.n_iter_}, loss = {self.loss_:.8f}\n")
            without_progress = without_progress + 1 if self.loss_ > self.best_loss_ - self.tol else 0
            self.best_loss_ = min(self.best_loss_, self.loss_)
            if without_progress > self.n_iter_no_change:
                return
        warnings.warn(
            f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached "
            "and the optimization hasn't converged yet.",
            ConvergenceWarning,
            stacklevel=3,
        )

    def _first_layers(self, classes: Array, sizes: tuple[int, ...], random: np.random.RandomState) -> list[Layer]:
        if not (self.warm_start and hasattr(self, "coefs_")):
            return initial_layers(sizes, self.activation, self.initializer, random)
        if not np.array_equal(classes, self.classes_):
            raise ValueError(f"y must have the classes of the last fit, {self.classes_}; got {classes}")
        return list(zip(self.coefs_, self.intercepts_, strict=True))

    def _optimizer(self) -> str:
        if self.solver != "sgd":
            return self.solver
        return ("nesterov" if self.nesterovs_momentum else "momentum") if self.momentum > 0 else "sgd"

    def _activations(self, hidden: Sequence[int]) -> tuple[str, ...]:
        return (self.activation,) * len(hidden) if isinstance(self.activation, str) else tuple(self.activation)

    def _batch_size(self, n: int) -> int:
        if isinstance(self.batch_size, str):  # "auto"
            return min(200, n)
        if self.batch_size > n:
            warnings.warn(
                f"batch_size {self.batch_size} is larger than the {n} rows: all rows are one batch", stacklevel=3
            )
        return min(int(self.batch_size), n)

    def _check_classes(self, classes: Array) -> None:
        if len(classes) < 2:
            raise ValueError(f"y must have at least two classes; got {len(classes)} class")
        if not LOSSES[self.loss].output(len(classes)):
            raise ValueError(f"loss must be 'log' for more than two classes; got {self.loss!r} for {len(classes)}")

    def _checked_settings(self) -> list[int]:
        """Check every parameter; return the hidden layers' widths."""
        given: Any = self.hidden_layer_sizes
        if not isinstance(given, Integral | tuple | list | np.ndarray):
            raise ValueError(f"hidden_layer_sizes must be a whole number or a list of them; got {given!r}")
        hidden: list[Any] = [given] if isinstance(given, Integral) else list(given)
        for width in hidden:
            check_scalar(width, "hidden_layer_sizes", Integral, min_val=1)
        for name in ("max_iter", "n_iter_no_change"):
            if getattr(self, name) != np.inf:
                check_scalar(getattr(self, name), name, Integral, min_val=1)
        for name, (low, high, bounds) in REAL_LIMITS.items():
            value = check_scalar(getattr(self, name), name, Real, min_val=low, max_val=high, include_boundaries=bounds)
            if not np.isfinite(value):
                raise ValueError(f"{name} must be a finite number; got {value}")
        if self.batch_size != "auto":
            check_scalar(self.batch_size, "batch_size", Integral, min_val=1)
        solvers = ["sgd", *(name for name in OPTIMIZERS if name not in ("sgd", "momentum", "nesterov"))]
        _one_of("solver", self.solver, solvers)
        _one_of("loss", self.loss, [name for name, row in LOSSES.items() if row.output(2)])
        _one_of("initializer", self.initializer, INITIALIZERS)
        _one_of("learning_rate", self.learning_rate, ["constant"])
        _one_of("early_stopping", self.early_stopping, [False])
        names = self._activations(hidden) if isinstance(self.activation, str | tuple | list) else ()
        if len(names) != len(hidden):
            raise ValueError(
                f"activation must be one name or {len(hidden)}, one a hidden layer; got {self.activation!r}"
            )
        for activation in names or [self.activation]:
            _one_of("activation", activation, ACTIVATIONS)
        return [int(width) for width in hidden]


def _one_of(name: str, value: Any, allowed: Any) -> None:
    if value not in list(allowed):  # a list: the value may be unhashable
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}; got {value!r}")
