"""The line between two classes: where z, the sum under the output's function, changes its sign on the grid of a map.

The bytes of a map are too coarse for it: where a network is undecided, or sure, they are equal over many cells, and a
straight line becomes a staircase.
"""

from collections.abc import Sequence

import numpy as np

from core.figures.maps import square
from core.network import Layers


def sums(F: np.ndarray, values: Sequence[np.ndarray], layers: Layers, activations: Sequence[str]) -> np.ndarray:
    """z (n,) of features F (n, F) up to a positive factor, of a network with one output.

    values: (n, n_l) of every layer after the features. What is not a number is 0.
    """
    linear = set(activations) <= {"identity"}
    W, b = one_layer(layers) if linear else layers[-1]
    before = F if linear else values[-2].astype(float)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.nan_to_num(before @ W[:, 0] + b[0])


def one_layer(layers: Layers) -> tuple[np.ndarray, np.ndarray]:
    """W (F, K) and b (K,) of layers without activations, up to a positive factor: their product may be no number."""
    (W, b), factor = layers[0], 1.0
    for next_W, next_b in layers[1:]:
        largest = max(np.abs(W).max(initial=0.0), np.abs(b).max()) or 1.0
        W, b, factor = W / largest, b / largest, factor / largest
        W, b = W @ next_W, b @ next_W + factor * next_b
    return W, b


def places(z: np.ndarray) -> np.ndarray:
    """Where z (G^2,) is 0 between neighbouring centres, by linear interpolation: uint8 (C,) of C edges.

    floor(256 t), t the share of the edge before it; first the edges along rows, row by row, then those down columns.
    Read as (byte + 1/2) / 256 it is off by at most 1/512 of a cell, and never at a centre.
    """
    z = z.reshape(square(z))
    return np.concatenate([_zeros(z[:, :-1], z[:, 1:]), _zeros(z[:-1], z[1:])])


def sided(cells: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Bytes (G, G) of two classes that are above 127 exactly where z (G^2,) is above 0."""
    return np.where(z.reshape(cells.shape) > 0, np.maximum(cells, 128), np.minimum(cells, 127))


def _zeros(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """floor(256 t) of the edges from `start` to `end` on which the sign changes: uint8 (C,)."""
    crossed = (start > 0) != (end > 0)
    before, after = np.abs(start[crossed]), np.abs(end[crossed])
    larger = np.maximum(before, after)  # so that the sum of two is a number; above 0, since one of the two is
    shares = (before / larger) / (before / larger + after / larger)
    return np.minimum(256 * shares, 255).astype(np.uint8)
