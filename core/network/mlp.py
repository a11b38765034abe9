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
    loss: name in LOSSES. classes: number of classes, 0 for regression.
    W, dW: L views (n_in + 1, n_out) of the parameters and of the gradient, the bias in the last row.
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

    After `forward(x, output)` and `backward(x, output, targets)`: `hidden_values[l]`, `deltas[l]` and `slopes[l]`
    (n_l, m) are phi(z), dL_row/dz and phi'(z) of layer l, and the MLP's gradient is the sum over the batch's rows of
    dL_row/dW.
    """

    def __init__(self, mlp: MLP, m: int):
        self.product = np.matmul if mlp.parameters.ndim > 1 else np.dot
        self.output_function, self.output_delta = OUTPUTS[mlp.loss.output(mlp.classes)], mlp.loss.delta
        self._allocate(mlp, m)
        self._plan(mlp)

    def _allocate(self, mlp: MLP, m: int) -> None:
        """Arrays of all hidden layers in one, layer after layer, each followed by its row of ones.

        So the slopes of neighbouring layers with the same activation are computed in one go.
        """
        stack, hidden, dtype = mlp.parameters.shape[:-1], mlp.sizes[1:-1], mlp.parameters.dtype
        ends = np.cumsum([n + 1 for n in hidden], dtype=int)
        self._with_ones = [slice(end - n - 1, end) for end, n in zip(ends, hidden, strict=True)]
        neurons = [slice(end - n - 1, end - 1) for end, n in zip(ends, hidden, strict=True)]
        shape = (*stack, sum(hidden) + len(hidden), m)
        self._values, self._z, self._slopes, deltas = (np.zeros(shape, dtype) for _ in range(4))
        self._values[..., ends - 1, :] = 1.0

        self.hidden_values = [self._values[..., n, :] for n in neurons]
        self.slopes = [self._slopes[..., n, :] for n in neurons]
        # tanh and its like need z no more once the value is there: both share an array
        in_place = [ACTIVATIONS[name].slope_of_value is not None for name in mlp.activations]
        self.z = [(self._values if same else self._z)[..., n, :] for same, n in zip(in_place, neurons, strict=True)]
        self.output_z = np.zeros((*stack, mlp.sizes[-1], m), dtype)
        self.deltas = [*(deltas[..., n, :] for n in neurons), np.zeros_like(self.output_z)]

    def _plan(self, mlp: MLP) -> None:
        """What each call works on, looked up once."""
        inputs = [self._values[..., block, :] for block in self._with_ones]  # of layers 2 .. L, ones included
        W_T = [W.mT for W in mlp.W]
        functions = [ACTIVATIONS[name].value for name in mlp.activations]
        self._ahead = list(zip(W_T[:-1], self.z, functions, self.hidden_values, inputs, strict=True))
        self._output_W_T = W_T[-1]
        self._back = [
            (a, delta.mT, dW, W[..., :-1, :], delta, delta_before, slope_before)
            for a, dW, W, delta, delta_before, slope_before in zip(
                inputs, mlp.dW[1:], mlp.W[1:], self.deltas[1:], self.deltas[:-1], self.slopes, strict=True
            )
        ][::-1]  # from the last layer to the second
        self._first = self.deltas[0].mT, mlp.dW[0]
        self._slope_of = []
        for name, group in groupby(range(len(inputs)), key=lambda layer: mlp.activations[layer]):
            layers, row = list(group), ACTIVATIONS[name]
            block = slice(self._with_ones[layers[0]].start, self._with_ones[layers[-1]].stop)
            source, slope = (self._values, row.slope_of_value) if row.slope_of_value else (self._z, row.slope)
            self._slope_of.append((slope, source[..., block, :], self._slopes[..., block, :]))

    def forward(self, x: Array, output: Array) -> None:
        """Pass x (n_in + 1, m), last row ones, through the network: its output is written to `output` (K, m)."""
        product, a = self.product, x
        for W_T, z, phi, value, value_and_ones in self._ahead:
            product(W_T, a, z)  # z = W^T a, the bias included
            phi(z, value)  # a = phi(z)
            a = value_and_ones
        product(self._output_W_T, a, self.output_z)
        self.output_function(self.output_z, output)

    def backward(self, x: Array, output: Array, targets: Array) -> None:
        """Backpropagate (Rumelhart, Hinton and Williams 1986) from `forward`'s x (n_in + 1, m) and output (K, m).

        targets (K, m). Leaves the sum of the rows' gradients in the MLP's gradient (P,).
        """
        product, multiply = self.product, np.multiply
        self.output_delta(output, targets, self.deltas[-1])  # dL/dz of the output layer
        for slope, source, slopes in self._slope_of:
            slope(source, slopes)  # phi'(z)
        for a, delta_T, dW, W, delta, delta_before, slope_before in self._back:
            product(a, delta_T, dW)  # dL/dW = a delta^T
            product(W, delta, delta_before)
            multiply(delta_before, slope_before, delta_before)  # delta_before = (W delta) * phi'(z)
        delta_T, dW = self._first
        product(x, delta_T, dW)
