"""Layers without a nonlinearity multiplied into one layer, and how far that one is from what the network gives.

Row vectors throughout: a layer maps x to x W + b. Layers are lists of pairs (W (n_in, n_out), b (n_out,)), first layer
first. Source: Bishop 2006, section 5.1 (linear hidden units).
"""

from itertools import accumulate

import numpy as np

from core.network import ACTIVATIONS, Layer, Layers

Array = np.ndarray
HALF_SIDE, RESOLUTION = 6.0, 100  # the square of the picture and of the 10,000 points


def products(layers: Layers) -> list[Layer]:
    """Layers 1 to l as one layer, for every l: x W_1 + b_1, then (x W_1 + b_1) W_2 + b_2 = x W_1 W_2 + (b_1 W_2 + b_2).

    Returns L pairs (W (n_inputs, n_l), b (n_l,)).
    """
    return list(accumulate(layers, lambda so_far, W_b: (so_far[0] @ W_b[0], so_far[1] @ W_b[0] + W_b[1])))


def outputs(X: Array, layers: Layers, activation: str) -> Array:
    """The network's output z (n, K) for X (n, n_inputs), before the logistic or softmax.

    activation: that of all hidden layers, name in ACTIVATIONS.
    """
    for W, b in layers[:-1]:
        X = ACTIVATIONS[activation].value(X @ W + b)
    W, b = layers[-1]
    return X @ W + b


def square() -> Array:
    """10,000 points (n, 2) on a grid over the plane; point i from the front is minus point i from the back."""
    axis = np.linspace(-HALF_SIDE, HALF_SIDE, RESOLUTION)
    x, y = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), y.ravel()])


def collapse(layers: Layers, activation: str) -> tuple[Array, Array]:
    """Outputs (n, K) over the square: of the network, and of the product of its weights."""
    X = square()
    return outputs(X, layers, activation), outputs(X, products(layers)[-1:], activation)


def origin(layers: Layers, activation: str) -> Array:
    """The network's output (1, K) at x = 0."""
    return outputs(np.zeros((1, len(layers[0][0]))), layers, activation)


def difference(z: Array, other: Array) -> float:
    """The largest difference between two outputs (n, K), as a share of the largest |z|."""
    return float(np.abs(z - other).max() / _size(z))


def least_error(z: Array, z_0: Array) -> float:
    """How far every single layer is from outputs z at least, somewhere, as a share of the largest |z|.

    An affine g has g(x) + g(-x) - 2 g(0) = 0. So a map f with |f(x) + f(-x) - 2 f(0)| = d differs from g by at least
    d / 4 at x, at -x or at 0. z (n, K): f on points of which the i-th from the back is minus the i-th; z_0 (1, K): f(0)
    """
    return float(np.abs(z + z[::-1] - 2 * z_0).max() / 4 / _size(z))


def ranks(layers: Layers) -> list[int]:
    """The rank of the product of the first l weight matrices W (n_in, n_out), for every l.

    Rounding of a product grows with its factors, not with what is left of it: below that a singular value counts as 0.
    """
    norms = np.cumprod([np.linalg.norm(W, 2) for W, _ in layers])
    widest = max(max(W.shape) for W, _ in layers)
    tolerances = np.finfo(float).eps * widest * len(layers) * norms
    pairs = zip(products(layers), tolerances, strict=True)
    return [int(np.linalg.matrix_rank(W, tol=tolerance)) for (W, _), tolerance in pairs]


def singular_values(layers: Layers) -> list[Array]:
    """The singular values of the product of the first l weight matrices, for every l: (min(n_inputs, n_l),) each.

    The largest comes first.
    """
    return [np.linalg.svd(W, compute_uv=False) for W, _ in products(layers)]


def boundary_in_sight(layers: Layers, activation: str) -> bool:
    """Whether the network of layers (W, b) gives more than one class to the points of the square.

    The class is the sign of a single output, or the largest of several.
    """
    z = outputs(square(), layers, activation)
    classes = z > 0 if z.shape[1] == 1 else z.argmax(axis=1)
    return bool(np.ptp(classes.astype(int)) > 0)


def product_latex(layers: Layers) -> str:
    """W (n_inputs, K) and b (K,) of the product of all layers, as two lines of LaTeX."""
    W, b = products(layers)[-1]
    factors = " ".join(f"W_{n}" for n in range(1, len(layers) + 1))
    return rf"\begin{{aligned}} W &= {factors} = {_matrix(W)} \\ b &= {_matrix(b[None, :])} \end{{aligned}}"


def _size(z: Array) -> float:
    """The largest |z|; 1 where all outputs are 0."""
    return float(np.abs(z).max()) or 1.0


def _matrix(values: Array) -> str:
    rows = r" \\ ".join(" & ".join(f"{value:.3g}" for value in row) for row in values)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
