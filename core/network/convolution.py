"""Convolution and pooling over one or two dimensions, forward and backward, and a small classifier made of them.

Arrays are (N, C, *S): rows, channels, then one or two dimensions of space. What networks call convolution is a
cross-correlation, sum_k kernel[k] x[i + k], without padding (Goodfellow et al. 2016, eq. 9.6). No activation anywhere:
with average pooling everything here is linear.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.network.losses import log_loss, softmax

Array = np.ndarray


def convolve(x: Array, kernels: Array) -> Array:
    """Convolve x (N, C, *S) with kernels (F, C, *K): (N, F, *(S - K + 1)), S and K of one or two dimensions.

    Raises ValueError where K is larger than S, or the channels C are not as many.
    """
    windows = _windows(x, kernels.shape[2:])
    over = list(range(-kernels.ndim + 2, 0))
    return np.moveaxis(np.tensordot(windows, kernels, ([1, *over], [1, *over])), -1, 1)


def kernel_gradient(x: Array, delta: Array, size: tuple[int, ...]) -> Array:
    """dL/dkernels (F, C, *size), summed over the rows (Goodfellow et al. 2016, eq. 9.11, stride 1).

    x (N, C, *S), delta (N, F, *(S - size + 1)) = dL/d convolve(x, kernels).
    """
    where = [0, *range(2, delta.ndim)]
    return np.tensordot(delta, _windows(x, size), (where, where))


def input_gradient(delta: Array, kernels: Array) -> Array:
    """dL/dx (N, C, *S) from delta (N, F, *(S - K + 1)) and kernels (F, C, *K) (Goodfellow et al. 2016, eq. 9.13).

    That is delta, padded with zeros, convolved with the kernels turned around.
    """
    space = range(2, kernels.ndim)
    padded = np.pad(delta, [(0, 0), (0, 0), *((kernels.shape[i] - 1,) * 2 for i in space)])
    return convolve(padded, np.flip(kernels, tuple(space)).swapaxes(0, 1))


@dataclass(frozen=True)
class Pooling:
    """One value for each block of `size` neighbours in every dimension; what does not fill a block is left out.

    value(x (N, C, *S), size) -> (N, C, *(S // size)).
    gradient(x, size, delta of that shape) -> dL/dx (N, C, *S).
    """

    name: str
    label: str
    latex: str
    value: Callable[[Array, int], Array]
    gradient: Callable[[Array, int, Array], Array]


def average_pool(x: Array, size: int) -> Array:
    """Mean of each block of x (N, C, *S): (N, C, *(S // size))."""
    return _blocks(x, size).mean(axis=_inside(x))


def average_pool_gradient(x: Array, size: int, delta: Array) -> Array:
    """dL/dx (N, C, *S): every value of a block of d values gets 1 / d of its delta (N, C, *(S // size))."""
    return _spread(x, size, np.full_like(_blocks(x, size), size ** (2 - x.ndim)), delta)


def max_pool(x: Array, size: int) -> Array:
    """Largest value of each block of x (N, C, *S): (N, C, *(S // size))."""
    return _blocks(x, size).max(axis=_inside(x))


def max_pool_gradient(x: Array, size: int, delta: Array) -> Array:
    """dL/dx (N, C, *S): the largest value of a block gets its whole delta (N, C, *(S // size)); equal ones share it."""
    blocks = _blocks(x, size)
    largest = (blocks == blocks.max(axis=_inside(x), keepdims=True)).astype(float)
    return _spread(x, size, largest / largest.sum(axis=_inside(x), keepdims=True), delta)


POOLINGS = {
    row.name: row
    for row in (
        Pooling("average", "Average pooling", r"\frac{1}{m}\sum_i z_i", average_pool, average_pool_gradient),
        Pooling("max", "Max pooling", r"\max_i z_i", max_pool, max_pool_gradient),
    )
}


class PooledClassifier:
    """Images (N, 1, H, W), one convolution with bias, pooling, softmax: no activation between.

    side: H and W. filters, kernel: F and k. pool: side of the pooled blocks. pooling: name in POOLINGS.
    parameters, gradient (P,): kernels (F, 1, k, k), biases (F,), W (F h w, classes), b (classes,), views of one vector.
    """

    def __init__(
        self, side: int, filters: int, kernel: int, pool: int, classes: int, pooling: str, random: np.random.RandomState
    ):
        cells = filters * ((side - kernel + 1) // pool) ** 2
        self.shapes = ((filters, 1, kernel, kernel), (filters,), (cells, classes), (classes,))
        self.pool, self.pooling = pool, POOLINGS[pooling]
        self.parameters = np.zeros(sum(map(prod, self.shapes)))
        self.gradient = np.zeros_like(self.parameters)
        kernels, _, W, _ = self.views(self.parameters)
        for weights, n_in, n_out in ((kernels, kernel**2, filters * kernel**2), (W, cells, classes)):
            bound = np.sqrt(6 / (n_in + n_out))  # Glorot and Bengio 2010, eq. 16
            weights[...] = random.uniform(-bound, bound, weights.shape)

    def views(self, vector: Array) -> list[Array]:
        """A vector (P,) as kernels (F, 1, k, k), biases (F,), W (F h w, classes) and b (classes,)."""
        ends = np.cumsum([0, *map(prod, self.shapes)])
        return [vector[start:end].reshape(s) for start, end, s in zip(ends, ends[1:], self.shapes, strict=False)]

    def scores(self, x: Array) -> Array:
        """z (N, classes), before the softmax, of images x (N, 1, H, W)."""
        return self._ahead(x)[-1]

    def loss(self, x: Array, targets: Array) -> float:
        """Log loss, mean over the rows; x (N, 1, H, W), targets (classes, N) of 0 and 1."""
        return float(log_loss(softmax(self.scores(x).T), targets))

    def backward(self, x: Array, targets: Array) -> None:
        """Leave dL/dparameters (P,) of `loss` in `gradient`; x (N, 1, H, W), targets (classes, N) of 0 and 1."""
        kernels, _, W, _ = self.views(self.parameters)
        z, pooled, scores = self._ahead(x)
        delta = (softmax(scores.T) - targets).T / len(x)
        d_kernels, d_biases, dW, db = self.views(self.gradient)
        dW[...] = pooled.reshape(len(x), -1).T @ delta
        db[...] = delta.sum(axis=0)
        delta_z = self.pooling.gradient(z, self.pool, (delta @ W.T).reshape(pooled.shape))
        d_kernels[...] = kernel_gradient(x, delta_z, kernels.shape[2:])
        d_biases[...] = delta_z.sum(axis=(0, 2, 3))

    def _ahead(self, x: Array) -> tuple[Array, Array, Array]:
        kernels, biases, W, b = self.views(self.parameters)
        z = convolve(x, kernels) + biases[:, None, None]
        pooled = self.pooling.value(z, self.pool)
        return z, pooled, pooled.reshape(len(x), -1) @ W + b


def _windows(x: Array, size: tuple[int, ...]) -> Array:
    """All windows of x (N, C, *S): (N, C, *(S - size + 1), *size), a view."""
    return sliding_window_view(x, size, axis=tuple(range(2, x.ndim)))


def _blocks(x: Array, size: int) -> Array:
    """x (N, C, *S) as (N, C, S_1 // size, size, ...)."""
    return x[_filled(x, size)].reshape(*x.shape[:2], *(part for n in x.shape[2:] for part in (n // size, size)))


def _filled(x: Array, size: int) -> tuple[Any, ...]:
    """Where x (N, C, *S) fills blocks."""
    return (..., *(slice(n // size * size) for n in x.shape[2:]))


def _inside(x: Array) -> tuple[int, ...]:
    """The axes of `_blocks` that run inside a block."""
    return tuple(range(3, 2 * x.ndim - 2, 2))


def _spread(x: Array, size: int, shares: Array, delta: Array) -> Array:
    """dL/dx where each value of a block gets its share of the block's delta; 0 for what was left out."""
    whole = np.zeros_like(x)
    inside = _filled(x, size)
    whole[inside] = (shares * np.expand_dims(delta, _inside(x))).reshape(whole[inside].shape)
    return whole
