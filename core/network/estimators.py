"""What the NumPy network has as a scikit-learn estimator, whatever it predicts: parameters, checks and training."""

import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state, check_scalar
from sklearn.utils.validation import check_is_fitted, validate_data

from core.network.activations import ACTIVATIONS
from core.network.descent import descend, orders, whole_epochs
from core.network.gradients import forward
from core.network.initializers import INITIALIZERS, Layer, initial_layers
from core.network.losses import LOSSES, Loss
from core.network.mlp import MLP, flatten
from core.network.optimizers import OPTIMIZERS, Options

Array = np.ndarray
# (lowest, highest, are the bounds allowed): scikit-learn's own limits
REAL_LIMITS: dict[str, tuple[float, float | None, str]] = {
    "alpha": (0, None, "left"),
    "l1": (0, None, "left"),
    "learning_rate_init": (0, None, "neither"),
    "power_t": (0, None, "left"),
    "tol": (0, None, "left"),
    "momentum": (0, 1, "both"),
    "validation_fraction": (0, 1, "left"),
    "beta_1": (0, 1, "left"),
    "beta_2": (0, 1, "left"),
    "epsilon": (0, None, "neither"),
}
LOWEST_WHOLE = {"max_iter": 1, "n_iter_no_change": 1, "max_fun": 1, "verbose": 0}
BOOLEANS = ("shuffle", "warm_start", "nesterovs_momentum", "early_stopping")
# not those that scikit-learn calls "sgd" with other settings, nor those that would ignore `shuffle`
SOLVERS = [name for name, row in OPTIMIZERS.items() if name not in ("momentum", "nesterov") and not row.in_order]


@dataclass(eq=False, repr=False)
class NumpyMLP(BaseEstimator, ABC):
    """A multilayer perceptron in NumPy with the parameters and the training of scikit-learn's.

    A dataclass, so that each parameter and its default stand once: scikit-learn reads them from the signature that is
    made of the fields. A child sets `loss`'s default, what it may be, and what its targets are.
    """

    loss_rows: ClassVar[dict[str, str]]  # what `loss` may be -> name in LOSSES

    loss: str
    hidden_layer_sizes: int | Sequence[int] = (100,)
    activation: str | tuple[str, ...] = "relu"
    _: KW_ONLY
    solver: str = "adam"
    alpha: float = 0.0001
    batch_size: int | str = "auto"
    learning_rate: str = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: Any = None
    tol: float = 1e-4
    verbose: bool | int = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: int | float = 10
    max_fun: int = 15000
    initializer: str = "sklearn"
    l1: float = 0.0

    @abstractmethod
    def _encoded(self, y: Array) -> Array:
        """Targets (n,) as the loss takes them. Raises ValueError where they do not suit the settings."""

    @abstractmethod
    def _classes(self) -> int:
        """Number of classes of the last targets encoded, 0 for regression."""

    def fit(self, X: Any, y: Any) -> Self:
        """Train on X (n, F) and targets y (n,). Raises ValueError naming the parameter, its rule and its value.

        It also raises ValueError where the weights end up not finite.
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        hidden = self._checked_settings()
        y = self._encoded(y)
        classes = self._classes()
        random = check_random_state(self.random_state)
        sizes = (X.shape[1], *hidden, classes if classes > 2 else 1)
        layers = self._first_layers(sizes, random)
        self.n_outputs_, self.n_layers_ = sizes[-1], len(sizes)

        mlp = MLP(flatten(layers), sizes, self._activations(hidden), self.loss_rows[self.loss], classes)
        epochs = descend(
            mlp,
            X,
            mlp.loss.targets(y, classes),
            [orders(random, len(X), self.shuffle)],
            optimizer=self._optimizer(),
            rate=np.array(float(self.learning_rate_init)),
            batch_size=self._batch_size(len(X)),
            options=Options(self.momentum, self.beta_1, self.beta_2, self.epsilon),
            l1=self.l1,
            l2=self.alpha,
        )
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is reported below
            self._run(map(float, whole_epochs(epochs)))
        self.coefs_ = [W.copy() for W, _ in mlp.layers()]
        self.intercepts_ = [b.copy() for _, b in mlp.layers()]
        if not np.isfinite(mlp.parameters).all():
            raise ValueError(
                f"learning_rate_init must be small enough for finite weights; got {self.learning_rate_init}, "
                f"which led to non-finite weights after {self.n_iter_} epochs"
            )
        return self

    def _outputs(self, X: Any) -> Array:
        """What the fitted network puts out for X (n, F): (n, K). Raises NotFittedError before `fit`."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        layers = list(zip(self.coefs_, self.intercepts_, strict=True))
        hidden = [len(b) for b in self.intercepts_[:-1]]
        return forward(X, layers, self._activations(hidden), self._loss_row().output(self._classes()))[-1]

    def _run(self, epochs: Iterator[float]) -> None:
        """Train until max_iter, or until the loss has not fallen by `tol` for more than n_iter_no_change epochs."""
        if not self._goes_on():
            self.loss_curve_: list[float] = []
            self.best_loss_ = np.inf
            self._without_progress = 0  # goes on over a warm start, as scikit-learn's does
        for epoch in range(1, self.max_iter + 1):
            self.n_iter_, self.loss_ = epoch, next(epochs)
            self.loss_curve_.append(self.loss_)
            if self.verbose:
                sys.stdout.write(f"Iteration {self.n_iter_}, loss = {self.loss_:.8f}\n")
            self._without_progress = self._without_progress + 1 if self.loss_ > self.best_loss_ - self.tol else 0
            self.best_loss_ = min(self.best_loss_, self.loss_)
            if self._without_progress > self.n_iter_no_change:
                return
        warnings.warn(
            f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached "
            "and the optimization hasn't converged yet.",
            ConvergenceWarning,
            stacklevel=3,
        )

    def _goes_on(self) -> bool:
        """Whether `fit` starts from the last fit's weights."""
        return self.warm_start and hasattr(self, "coefs_")

    def _first_layers(self, sizes: tuple[int, ...], random: np.random.RandomState) -> list[Layer]:
        if not self._goes_on():
            return initial_layers(sizes, self.activation, self.initializer, random)
        last = (len(self.coefs_[0]), *(len(b) for b in self.intercepts_))
        if sizes != last:
            raise ValueError(
                f"X and hidden_layer_sizes must give the layers of the last fit, {last}, with warm_start; got {sizes}"
            )
        return list(zip(self.coefs_, self.intercepts_, strict=True))

    def _loss_row(self) -> Loss:
        return LOSSES[self.loss_rows[self.loss]]

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

    def _checked_settings(self) -> list[int]:
        """Check every parameter; return the hidden layers' widths."""
        self._check_numbers()
        _one_of("solver", self.solver, SOLVERS)
        _one_of("loss", self.loss, self.loss_rows)
        _one_of("initializer", self.initializer, INITIALIZERS)
        _one_of("learning_rate", self.learning_rate, ["constant"])
        _one_of("early_stopping", self.early_stopping, [False])
        hidden = self._checked_widths()
        names = self._activations(hidden) if isinstance(self.activation, str | tuple | list) else ()
        if len(names) != len(hidden):
            raise ValueError(
                f"activation must be one name or {len(hidden)}, one a hidden layer; got {self.activation!r}"
            )
        for activation in names or [self.activation]:
            _one_of("activation", activation, ACTIVATIONS)
        return hidden

    def _check_numbers(self) -> None:
        for name, (low, high, bounds) in REAL_LIMITS.items():
            value = check_scalar(getattr(self, name), name, Real, min_val=low, max_val=high, include_boundaries=bounds)
            if not np.isfinite(value):
                raise ValueError(f"{name} must be a finite number; got {value}")
        for name, lowest in LOWEST_WHOLE.items():
            if (name, getattr(self, name)) != ("n_iter_no_change", np.inf):
                check_scalar(getattr(self, name), name, Integral, min_val=lowest)
        for name in BOOLEANS:
            check_scalar(getattr(self, name), name, (bool, np.bool_))
        if self.batch_size != "auto":
            check_scalar(self.batch_size, "batch_size", Integral, min_val=1)

    def _checked_widths(self) -> list[int]:
        given: Any = self.hidden_layer_sizes
        if not isinstance(given, Integral | tuple | list | np.ndarray):
            raise ValueError(f"hidden_layer_sizes must be a whole number or a list of them; got {given!r}")
        widths: list[Any] = [given] if isinstance(given, Integral) else list(given)
        return [int(check_scalar(width, "hidden_layer_sizes", Integral, min_val=1)) for width in widths]


def _one_of(name: str, value: Any, allowed: Any) -> None:
    if value not in list(allowed):  # a list: the value may be unhashable
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}; got {value!r}")
