"""What any weights do on a set of rows: outputs, loss, accuracy and the gradients of every layer.

The same function serves every engine, loss and frame: it is given weights, not a trainer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from core.network.initializers import Layer
from core.network.losses import LOSSES
from core.network.mlp import MLP, Batch, flatten

Array = np.ndarray


@dataclass(frozen=True)
class Gradients:
    """Gradients of the data's loss (mean over the rows, without penalty) in every layer, first layer first.

    layers: L pairs (dL/dW (n_in, n_out), dL/db (n_out,)).
    deltas: L arrays (n, n_l), dL_row/dz, one row for each row of data, not divided by the number of rows.
    slopes: L - 1 arrays (n, n_l), phi'(z) of the hidden layers.
    weight_gradient, delta (L,): root mean squares over the entries of dL/dW and of delta.
    weight_factor, slope_factor (L,): rms(delta_(l+1) W^T) / rms(delta_(l+1)) and rms(delta_l) / rms(delta_(l+1) W^T);
    their product is delta_l / delta_(l+1). NaN for the output layer, and where the divisor is 0.
    """

    layers: list[Layer]
    deltas: list[Array]
    slopes: list[Array]
    weight_gradient: Array
    delta: Array
    weight_factor: Array
    slope_factor: Array


class Probe:
    """Measures weights of one shape on the same rows, again and again, without allocating.

    activations: one name for each hidden layer. layers: L pairs (W (n_in, n_out), b (n_out,)) of that shape.
    X (n, F): features. y (n,): classes 0 .. K-1, or numbers where `classes` is 0. loss: name in LOSSES.
    """

    def __init__(
        self, activations: Sequence[str], loss: str, classes: int, layers: Sequence[Layer], X: Array, y: Array
    ):
        sizes = [layers[0][0].shape[0], *(W.shape[1] for W, _ in layers)]
        self.loss, self.y = LOSSES[loss], y
        self.mlp = MLP(flatten(layers), sizes, activations, loss, classes)
        self.batch = Batch(self.mlp, len(X))
        self.x = np.vstack([X.T, np.ones(len(X))]).astype(self.mlp.parameters.dtype)
        self.targets = self.loss.targets(y, classes)
        self.output = np.empty((sizes[-1], len(X)), self.x.dtype)

    def forward(self, layers: Sequence[Layer]) -> Array:
        """The network's output (K, n) with these L pairs (W (n_in, n_out), b (n_out,)); the next call overwrites it."""
        with np.errstate(over="ignore", invalid="ignore"):  # weights shortly before divergence are measured, too
            for own, (W, b) in zip(self.mlp.W, layers, strict=True):
                own[:-1], own[-1] = W, b
            self.batch.forward(self.x, self.output)
        return self.output

    def loss_of(self, layers: Sequence[Layer]) -> float:
        """Mean loss without penalty; the layers' shapes as in `forward`."""
        return float(self.loss.value(self.forward(layers), self.targets))

    def loss_and_score(self, layers: Sequence[Layer]) -> tuple[float, float]:
        """Mean loss without penalty, and share of rows classified right or R^2; the layers' shapes as in `forward`."""
        output = self.forward(layers)
        return float(self.loss.value(output, self.targets)), self.loss.score(self.loss.predict(output), self.y)

    def gradients(self, layers: Sequence[Layer]) -> Gradients:
        """Backpropagation over all rows (Rumelhart, Hinton and Williams 1986); the layers' shapes as in `forward`."""
        self.forward(layers)
        self.batch.backward(self.x, self.output, self.targets)
        mlp, deltas = self.mlp, self.batch.deltas
        np.divide(mlp.gradient, self.x.shape[1], mlp.gradient)
        delta = np.array([rms(d) for d in deltas])
        carried = np.array([rms(W[:-1] @ d) for W, d in zip(mlp.W[1:], deltas[1:], strict=True)] + [np.nan])
        with np.errstate(divide="ignore", invalid="ignore"):
            weight_factor, slope_factor = carried / np.append(delta[1:], np.nan), delta / carried
        return Gradients(
            [(dW[:-1].copy(), dW[-1].copy()) for dW in mlp.dW],
            [d.T.copy() for d in deltas],
            [s.T.copy() for s in self.batch.slopes],
            np.array([rms(dW[:-1]) for dW in mlp.dW]),
            delta,
            _finite_or_nan(weight_factor),
            _finite_or_nan(slope_factor),
        )


def forward(X: Array, layers: Sequence[Layer], activations: Sequence[str], output: str) -> list[Array]:
    """Values of every layer after the inputs for features X (n, F): L arrays (n, n_l), the last after `output`.

    layers: L pairs (W (n_in, n_out), b (n_out,)). activations: one name for each hidden layer. output: name in OUTPUTS.
    """
    return forward_pass(X, layers, activations, output)(layers)


def forward_pass(
    X: Array, layers: Sequence[Layer], activations: Sequence[str], output: str
) -> Callable[[Sequence[Layer]], list[Array]]:
    """`forward` as a function of weights of one shape, those of `layers`, on the same features X (n, F).

    The next call writes to the same arrays, whose precision is that of `layers`.
    """
    classes = 0 if output == "identity" else max(2, layers[-1][0].shape[1])
    loss = next(name for name, row in LOSSES.items() if row.output(classes) == output)
    probe = Probe(activations, loss, classes, layers, X, np.zeros(len(X), dtype=int))
    values = [*(a.T for a in probe.batch.hidden_values), probe.output.T]

    def of(layers: Sequence[Layer]) -> list[Array]:
        probe.forward(layers)
        return values

    return of


def rms(values: Array) -> float:
    """Root mean square over all entries, values of any shape, without underflow: 1e-200 is still a gradient."""
    largest = float(np.abs(values).max(initial=0.0))
    if not largest > 0:
        return largest
    scaled = values / largest
    return largest * sqrt(np.vdot(scaled, scaled) / scaled.size)


def _finite_or_nan(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)
