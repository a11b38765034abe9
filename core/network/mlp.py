"""A multilayer perceptron, or S of one shape at once: forward and backward pass over one batch.

Arrays are feature-major: a batch of m rows is a matrix with m columns. A layer is stored as one matrix W of shape
(n_in + 1, n_out) whose last row is the bias, and the values of a layer as (n + 1, m) whose last row is ones, so that
z = W^T a has the bias in it and dL/dW = a delta^T is the gradient of both. All weights are views into one flat vector,
so that an optimizer steps the whole network at once. Every array of a batch is allocated once.

With S networks every array has a leading axis of that length and `np.matmul` takes the place of `np.dot`.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np

from core.network.activations import ACTIVATIONS
from core.network.initializers import Layer
from core.network.losses import LOSSES, OUTPUTS

Array = np.ndarray


def flatten(layers: Sequence[Layer]) -> Array:
    """Layers [(W (n_in, n_out), b (n_out,)), ...] as one vector (P,), each W with b as its last row."""
    return np.concatenate([np.vstack([W, b]).ravel() for W, b in layers])


class MLP:
    """Weights of one network (`parameters` (P,)) or of S (`parameters` (S, P)), and their gradient.

    sizes: widths of inputs, hidden layers and outputs. activations: one name for each hidden layer.
    loss: name in LOSSES. classes: number of classes.
    """

    def __init__(self, parameters: Array, sizes: Sequence[int], activations: Sequence[str], loss: str, classes: int):
        self.parameters = parameters
        self.gradient = np.zeros_like(parameters)
        self.sizes, self.activations = tuple(sizes), tuple(activations)
        self.loss, self.classes = LOSSES[loss], classes
        self.W, self.dW = self._matrices(self.parameters), self._matrices(self.gradient)

    def _matrices(self, flat: Array) -> list[Array]:
        shapes = [(n_in + 1, n_out) for n_in, n_out in pairwise(self.sizes)]
        ends = np.cumsum([rows * n_out for rows, n_out in shapes])
        return [
            flat[..., end - r * c : end].reshape(*flat.shape[:-1], r, c)
            for end, (r, c) in zip(ends, shapes, strict=True)
        ]

    def layers(self, index: int | None = None) -> list[Layer]:
        """Views (W (n_in, n_out), b (n_out,)) of every layer; of network `index` where there are S."""
        matrices = self.W if index is None else [W[index] for W in self.W]
        return [(W[..., :-1, :], W[..., -1, :]) for W in matrices]

    def is_weight(self) -> Array:
        """(P,): 1 at weights, 0 at biases."""
        return flatten([(np.ones((n_in, n_out)), np.zeros(n_out)) for n_in, n_out in pairwise(self.sizes)])


class Batch:
    """One batch size of an MLP: the arrays of its forward and backward pass.

    After `forward(x, output)` and `backward(x, targets)`: `hidden_values[l]`, `deltas[l]` and `slopes[l]` (n_l, m) are
    phi(z), dL_row/dz and phi'(z) of layer l, and the MLP's gradient is the sum over the batch's rows of dL_row/dW.
    """

    def __init__(self, mlp: MLP, m: int):
        stack, hidden = mlp.parameters.shape[:-1], mlp.sizes[1:-1]
        self.product = np.matmul if stack else np.dot
        self.output_function, self.output_delta = OUTPUTS[mlp.loss.output(mlp.classes)], mlp.loss.delta
        # The values of all hidden layers in one array, each layer followed by its row of ones: slopes of
        # neighbouring layers with the same activation are then computed in one go.
        height = sum(hidden) + len(hidden)
        ends = np.cumsum([n + 1 for n in hidden], dtype=int)
        with_ones = [slice(end - n - 1, end) for end, n in zip(ends, hidden, strict=True)]
        neurons = [slice(end - n - 1, end - 1) for end, n in zip(ends, hidden, strict=True)]
        values, z, slopes, deltas = (np.zeros((*stack, height, m), mlp.parameters.dtype) for _ in range(4))
        values[..., ends - 1, :] = 1.0

        rows = list(zip(mlp.activations, neurons, strict=True))
        self.hidden_values = [values[..., n, :] for _, n in rows]
        self.slopes = [slopes[..., n, :] for _, n in rows]
        # tanh and its like need z no more once the value is there: both share an array
        in_place = [ACTIVATIONS[name].slope_of_value is not None for name, _ in rows]
        self.z = [(values if same else z)[..., n, :] for same, (_, n) in zip(in_place, rows, strict=True)]
        self.output_z = np.zeros((*stack, mlp.sizes[-1], m), mlp.parameters.dtype)
        self.deltas = [*(deltas[..., n, :] for _, n in rows), np.zeros_like(self.output_z)]

        self.transposed = [W.mT for W in mlp.W]
        self.inputs = [values[..., a, :] for a in with_ones]  # of layers 2 .. L
        functions = [ACTIVATIONS[name].value for name in mlp.activations]
        self._ahead = list(zip(self.transposed, self.z, functions, self.hidden_values, self.inputs, strict=False))
        self._slopes = []
        for name, group in groupby(range(len(rows)), key=lambda layer: mlp.activations[layer]):
            layers = list(group)
            block = slice(with_ones[layers[0]].start, with_ones[layers[-1]].stop)
            row = ACTIVATIONS[name]
            source, slope = (values, row.slope_of_value) if row.slope_of_value else (z, row.slope)
            self._slopes.append((slope, source[..., block, :], slopes[..., block, :]))
        # from the last layer to the second; the layer before each has its values, ones included, in `inputs`
        self._back = [
            (a, delta.mT, dW, W[..., :-1, :], delta, delta_before, slope_before)
            for a, dW, W, delta, delta_before, slope_before in zip(
                self.inputs, mlp.dW[1:], mlp.W[1:], self.deltas[1:], self.deltas[:-1], self.slopes, strict=True
            )
        ][::-1]
        self._first = self.deltas[0].mT, mlp.dW[0]

    def forward(self, x: Array, output: Array) -> None:
        """x (n_in + 1, m), last row ones; the network's output is written to `output` (K, m)."""
        product, a = self.product, x
        for W_T, z, phi, value, value_and_one in self._ahead:
            product(W_T, a, z)
            phi(z, value)
            a = value_and_one
        product(self.transposed[-1], a, self.output_z)
        self.output_function(self.output_z, output)

    def backward(self, x: Array, output: Array, targets: Array) -> None:
        """targets (K, m). Leaves the sum of the rows' gradients in the MLP's gradient."""
        product, multiply = self.product, np.multiply
        self.output_delta(output, targets, self.deltas[-1])
        for slope, values, slopes in self._slopes:
            slope(values, slopes)  # phi'(z)
        for a, delta_T, dW, W, delta, delta_before, slope_before in self._back:
            product(a, delta_T, dW)  # dL/dW = a delta^T
            product(W, delta, delta_before)
            multiply(delta_before, slope_before, delta_before)  # delta_before = (W delta) * phi'(z)
        delta_T, dW = self._first
        product(x, delta_T, dW)
