"""What the weights of S networks do on their rows, at once: what `core.network.Probe` measures of one."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.network.initializers import Layer
from core.network.losses import LOSSES
from core.network.mlp import MLP, Batch, flatten

Array = np.ndarray


class Sizes(NamedTuple):
    """Gradient sizes of S networks of L layers, each (S, L), as in `core.network.Gradients`."""

    weight_gradient: Array
    delta: Array
    weight_factor: Array
    slope_factor: Array


class Probes:
    """Measures weights of S networks of one shape, each on its own rows, again and again.

    activations: one name for each hidden layer. layers: of each network its L pairs (W (n_in, n_out), b (n_out,)).
    X (S, n, F): features. y (S, n): classes 0 .. K-1, or numbers where `classes` is 0. loss: name in LOSSES.
    """

    def __init__(
        self,
        activations: Sequence[str],
        loss: str,
        classes: int,
        layers: Sequence[Sequence[Layer]],
        X: Array,
        y: Array,
    ):
        sizes = [layers[0][0][0].shape[0], *(W.shape[1] for W, _ in layers[0])]
        self.loss, self.y = LOSSES[loss], y
        self.mlp = MLP(np.stack(list(map(flatten, layers))), sizes, activations, loss, classes)
        self.batch = Batch(self.mlp, X.shape[1])
        self.x = np.ascontiguousarray(np.concatenate([X, np.ones((*X.shape[:2], 1))], axis=-1).mT)
        self.targets = np.stack([self.loss.targets(rows, classes) for rows in y])
        self.output = np.empty_like(self.targets)

    def losses_and_scores(self, layers: Sequence[Sequence[Layer]]) -> tuple[Array, list[float]]:
        """Mean loss without penalty (S,), and share of rows classified right or R^2; the layers' shapes as above."""
        for s, network in enumerate(layers):
            for own, (W, b) in zip(self.mlp.W, network, strict=True):
                own[s, :-1], own[s, -1] = W, b
        self.batch.forward(self.x, self.output)
        predicted = self.loss.predict(self.output)
        scores = [self.loss.score(*rows) for rows in zip(predicted, self.y, strict=True)]
        return self.loss.value(self.output, self.targets), scores

    def sizes(self) -> Sizes:
        """Gradient sizes of the layers of the last call: backpropagation over all rows (Rumelhart et al. 1986)."""
        self.batch.backward(self.x, self.output, self.targets)
        deltas = self.batch.deltas
        delta = np.stack([rms(d) for d in deltas], axis=-1)
        carried = np.full_like(delta, np.nan)
        for layer, (W, above) in enumerate(zip(self.mlp.W[1:], deltas[1:], strict=True)):
            carried[:, layer] = rms(W[:, :-1] @ above)
        with np.errstate(divide="ignore", invalid="ignore"):
            factors = carried / np.roll(delta, -1, axis=-1), delta / carried
        weight_factor, slope_factor = (np.where(np.isfinite(factor), factor, np.nan) for factor in factors)
        weight_gradient = np.stack([rms(dW[:, :-1]) for dW in self.mlp.dW], axis=-1) / self.x.shape[-1]
        return Sizes(weight_gradient, delta, weight_factor, slope_factor)


def rms(values: Array) -> Array:
    """Root mean square over the last two axes, (S, a, b) to (S,), without underflow: 1e-200 is still a gradient."""
    largest = np.abs(values).max(axis=(-2, -1), keepdims=True, initial=0.0)  # a network may have no inputs
    scaled = values / np.where(largest > 0, largest, 1.0)
    return largest[:, 0, 0] * np.sqrt(np.square(scaled).sum(axis=(-2, -1)) / max(scaled[0].size, 1))
