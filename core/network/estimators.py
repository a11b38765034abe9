"""What the NumPy network has as a scikit-learn estimator, whatever it predicts: parameters, checks and training."""

import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from core.fields import shortened
from core.network.descent import descend, orders, whole_epochs
from core.network.gradients import forward
from core.network.initializers import Layer, initial_layers
from core.network.losses import LOSSES, Loss
from core.network.mlp import MLP, flatten
from core.network.optimizers import Options
from core.network.parameters import RULES, check_activation, one_of, widths

Array = np.ndarray


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
        """Train on X (n, F) and targets y (n,).

        Raises ValueError naming the parameter, its rule and its value; settings are checked before the data. It also
        raises ValueError where the weights end up not finite, and names what was tried and helps. Whatever is
        raised, the estimator is as it was before.

        Ctrl-C (KeyboardInterrupt) ends the training with a warning; the weights reached are kept, and with them what
        was booked of the epochs that ended.
        """
        fitted = copy(self)
        warning = fitted._fit(X, y)
        self.__dict__ = fitted.__dict__
        if warning:  # last: where warnings are errors the network is kept too
            warnings.warn(warning, stacklevel=2)
        return self

    def _fit(self, X: Any, y: Any) -> Warning | None:
        """Train; return what there is to warn of."""
        hidden = self._checked_settings()
        X, y = validate_data(self, X, y, dtype=np.float64)
        y = self._encoded(y)
        classes = self._classes()
        random = check_random_state(self.random_state)
        sizes = (X.shape[1], *hidden, classes if classes > 2 else 1)
        layers = self._first_layers(sizes, random)
        if not isinstance(self.batch_size, str) and self.batch_size > len(X):
            warnings.warn(
                f"batch_size {shortened(self.batch_size)} is larger than the {len(X)} rows: all rows are one batch",
                stacklevel=3,
            )
        self.n_outputs_, self.n_layers_ = sizes[-1], len(sizes)
        self._begin_books()

        before = copy(self)
        mlp = self._network(layers, sizes)
        try:
            warning = self._run(mlp, self._epochs(mlp, X, y, random))
        except KeyboardInterrupt:
            if not _finite(mlp):
                raise
            warning = UserWarning("Training interrupted by user.")
        self.coefs_ = [W.copy() for W, _ in mlp.layers()]
        self.intercepts_ = [b.copy() for _, b in mlp.layers()]
        if not _finite(mlp):
            raise ValueError(before._blamed(self.n_iter_, layers, sizes, X, y))
        return warning

    def _blamed(self, epoch: int, layers: list[Layer], sizes: tuple[int, ...], X: Array, y: Array) -> str:
        """What keeps the weights from staying finite: the first whose change, tried from the same start, helps."""

        def helps(X: Array, y: Array, **settings: float) -> bool:
            trial = copy(self)
            for name, value in {"verbose": False, **settings}.items():
                setattr(trial, name, value)
            trial.loss_curve_ = []
            mlp = trial._network(layers, sizes)
            trial._run(mlp, trial._epochs(mlp, X, y, np.random.RandomState(0)))
            return _finite(mlp)

        x_scaled, y_scaled = _standardised(X), y if self._classes() else _standardised(y[:, None])[:, 0]
        for name, *data in (("X", x_scaled, y), ("y", X, y_scaled), ("X and y", x_scaled, y_scaled)):
            if helps(*data):
                largest = max(np.abs(given).max() for key, given in (("X", X), ("y", y)) if key in name)
                return (
                    f"{name} must be small enough for finite weights; got values of up to {largest:.3g}, "
                    f"which failed in epoch {epoch}, and do not once standardised"
                )
        if helps(X, y, alpha=0.0, l1=0.0):
            return (
                f"alpha and l1 must be small enough for finite weights; got {self.alpha} and {self.l1}, "
                f"which failed in epoch {epoch}"
            )
        return (
            f"learning_rate_init must be small enough for finite weights; got {self.learning_rate_init}, "
            f"which failed in epoch {epoch}"
        )

    def _network(self, layers: list[Layer], sizes: tuple[int, ...]) -> MLP:
        return MLP(flatten(layers), sizes, self._activations(sizes[1:-1]), self.loss_rows[self.loss], self._classes())

    def _epochs(self, mlp: MLP, X: Array, y: Array, random: np.random.RandomState) -> Iterator[float]:
        """Train the network epoch by epoch; yield each epoch's loss."""
        epochs = descend(
            mlp,
            X,
            mlp.loss.targets(y, mlp.classes),
            [orders(random, len(X), self.shuffle)],
            optimizer=self._optimizer(),
            rate=np.array(float(self.learning_rate_init)),
            batch_size=self._batch_size(len(X)),
            options=Options(float(self.momentum), float(self.beta_1), float(self.beta_2), float(self.epsilon)),
            l1=float(self.l1),
            l2=float(self.alpha),
        )
        return map(float, whole_epochs(epochs))

    def _outputs(self, X: Any) -> Array:
        """What the fitted network puts out for X (n, F): (n, K). Raises NotFittedError before `fit`."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        layers = list(zip(self.coefs_, self.intercepts_, strict=True))
        hidden = [len(b) for b in self.intercepts_[:-1]]
        return forward(X, layers, self._activations(hidden), self._loss_row().output(self._classes()))[-1]

    def _begin_books(self) -> None:
        """What is booked before the first epoch: nothing, or with a warm start what the last fit booked."""
        if self._goes_on():
            self.loss_curve_: list[float] = list(self.loss_curve_)  # the last fit's list stays as it is
        else:
            self.loss_curve_ = []
            self.best_loss_ = np.inf
            self._without_progress = 0  # goes on over a warm start, as scikit-learn's does
        self.n_iter_: int = 0
        self.loss_: float = self.loss_curve_[-1] if self.loss_curve_ else np.nan

    def _run(self, mlp: MLP, epochs: Iterator[float]) -> Warning | None:
        """Train until max_iter, or until the loss has not fallen by `tol` for more than n_iter_no_change epochs.

        It ends as well in the epoch in which a weight is no longer finite.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # such an end is reported by the caller
            for epoch in range(1, self.max_iter + 1):
                loss = next(epochs)
                self.n_iter_, self.loss_ = epoch, loss
                self.loss_curve_.append(loss)
                if self.verbose:
                    sys.stdout.write(f"Iteration {epoch}, loss = {loss:.8f}\n")
                self._without_progress = self._without_progress + 1 if loss > self.best_loss_ - self.tol else 0
                self.best_loss_ = min(self.best_loss_, loss)
                if self._without_progress > self.n_iter_no_change or not _finite(mlp):
                    return None
        return ConvergenceWarning(
            f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached "
            "and the optimization hasn't converged yet."
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
        return min(int(self.batch_size), n)

    def _checked_settings(self) -> list[int]:
        """Check every parameter; return the hidden layers' widths."""
        for name, rule in RULES.items():
            rule.check(name, getattr(self, name))
        one_of(self.loss_rows).check("loss", self.loss)
        hidden = widths(self.hidden_layer_sizes)
        check_activation(self.activation, len(hidden))
        return hidden


def _finite(mlp: MLP) -> bool:
    return bool(np.isfinite(mlp.parameters).all())


def _standardised(X: Array) -> Array:
    """Columns of mean 0 and deviation 1; divided by the largest number first, whose square may be infinite."""
    X = X / np.maximum(np.abs(X).max(axis=0), np.finfo(float).tiny)
    deviation = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
