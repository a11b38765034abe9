"""Maps of images without bias, and the two tests of whether one is linear.

A map f is linear where f(a x + b y) = a f(x) + b f(y) for all images x, y and numbers a, b: superposition. Then it is a
matrix, whose rows are its answers to images with one pixel lit.
"""

from collections.abc import Callable

import numpy as np

from core.claims.pixels import SIDE
from core.network.convolution import POOLINGS, average_pool, convolve, max_pool

Array = np.ndarray
Map = Callable[[Array], Array]  # images (N, C, *S) to (N, C', *S')
POOL = 2


def maps(kernel: Array) -> dict[str, Map]:
    """The three maps of the lab by label, for a kernel (k,) or (k, k); pooling is over POOL or POOL by POOL values."""

    def convolution(x: Array) -> Array:
        return convolve(x, kernel[None, None])

    return {
        "Convolution": convolution,
        "Convolution, average pooling": lambda x: average_pool(convolution(x), POOL),
        "Convolution, max pooling": lambda x: max_pool(convolution(x), POOL),
    }


def superposition(f: Map, x: Array, y: Array, a: float, b: float) -> tuple[Array, Array]:
    """f(a x + b y) and a f(x) + b f(y) for images x, y of one shape: (n,) or (n, n), and so the results."""
    left, right = both_sides(f, x[None, None], y[None, None], np.array(a), np.array(b))
    return left[0, 0], right[0, 0]


def both_sides(f: Map, x: Array, y: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """f(a x + b y) and a f(x) + b f(y) for N pairs of images x, y (N, C, *S); a, b: of a shape that spreads over x."""
    return f(a * x + b * y), a * f(x) + b * f(y)


def stack(kernel: Array, pooling: str) -> Map:
    """Four convolutions of 3 by 3, pooling, one of 2 by 2 over all four: images (N, 1, 8, 8) to (N, 1, 2, 2).

    kernel (3, 3): that of the first convolution; the others are drawn. pooling: name in POOLINGS.
    """
    random = np.random.RandomState(0)
    first = np.concatenate([kernel[None, None], random.standard_normal((3, 1, 3, 3))])
    second = random.standard_normal((1, 4, 2, 2))
    return lambda x: convolve(POOLINGS[pooling].value(convolve(x, first), POOL), second)


def multiplied_out(f: Map) -> Array:
    """The matrix (64, outputs) whose rows are f's answers to images with one pixel lit: f itself, if f is linear.

    f: from images (N, 1, 8, 8).
    """
    lit = np.eye(SIDE * SIDE).reshape(-1, 1, SIDE, SIDE)
    return f(lit).reshape(len(lit), -1)


def matrix_error(f: Map, matrix: Array) -> float:
    """The largest |f(x) - x M| over 1,000 random images, as a share of the largest |f(x)|; matrix M (64, outputs)."""
    x = np.random.RandomState(1).uniform(0, 1, (1000, 1, SIDE, SIDE))
    answers = f(x).reshape(len(x), -1)
    return float(np.abs(answers - x.reshape(len(x), -1) @ matrix).max() / np.abs(answers).max())
