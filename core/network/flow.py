"""What comes through a deep network: how much of delta arrives at the input, and a deep stack of equal layers.

S stacks are passed at once, one for each seed, with `np.matmul` over the leading axis. Arrays are feature-major as in
`core.network.mlp`: the values of a layer are (S, n, m), a column for each of m rows of data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.network.activations import ACTIVATIONS
from core.network.initializers import Layer

Array = np.ndarray
DEVIATES = np.linspace(-8, 8, 2000)  # of a standard normal: beyond lies 1e-15 of it; 0, where kinks are, is between two
DENSITY = np.exp(-(DEVIATES**2) / 2) / np.exp(-(DEVIATES**2) / 2).sum()
SHRINKS, GROWS = (0.9, 1 / 5), (1.1, 5.0)  # factor a layer and total beyond which delta does; both are needed


def flow(delta: Array) -> tuple[Array, Array]:
    """What delta is multiplied by on its way to the input: a layer (geometric mean), and in all.

    Parameters
    ----------
    delta : (..., L), root mean square of each layer's delta, first layer first

    Returns
    -------
    Factor a layer and total delta_1 / delta_L, (...,) each. The factor is NaN for a single layer, both where nothing
    comes from the last layer or a size is not known.
    """
    steps = delta.shape[-1] - 1
    first, last = delta[..., 0], np.where(delta[..., -1] > 0, delta[..., -1], np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        factor = (first ** (1 / steps)) / (last ** (1 / steps)) if steps else np.full(first.shape, np.nan)
        return factor, first / last


def direction(factor: float, total: float) -> str:
    """What a factor a layer and a total say of delta: it `shrinks`, `grows` or `keeps its size`."""
    if factor < SHRINKS[0] and total < SHRINKS[1]:
        return "shrinks"
    return "grows" if factor > GROWS[0] and total > GROWS[1] else "keeps its size"


@dataclass(frozen=True)
class Flow:
    """Gradient sizes of S stacks of L layers, first layer first; each array is (S, L).

    weight_gradient, delta: root mean squares of dL/dW (mean over the rows) and of delta.
    weight_factor, slope_factor: rms(delta_(l+1) W^T) / rms(delta_(l+1)) and rms(delta_l) / rms(delta_(l+1) W^T), as in
    `core.network.Gradients`; NaN in the last layer, and where nothing comes back.
    """

    weight_gradient: Array
    delta: Array
    weight_factor: Array
    slope_factor: Array


def backpropagated(layers: Sequence[Layer], activation: str, X: Array, error: Array) -> Flow:
    """Backpropagate an error through stacks whose layers have one width and one activation (Rumelhart et al. 1986).

    Parameters
    ----------
    layers : L pairs (W (S, n, n), b (S, n))
    activation : name in ACTIVATIONS
    X : (S, n, m), inputs, a column for each row of data
    error : (S, n, m), dL/da of the last layer's values

    Raises
    ------
    KeyError
        For an activation that is none of ACTIVATIONS; ValueError of NumPy for shapes that do not fit.
    """
    values, slopes = forward(layers, activation, X)
    delta, weight_gradient, came_back = (np.empty((len(X), len(layers))) for _ in range(3))
    carried = error
    for index in reversed(range(len(layers))):
        came_back[:, index] = rms(carried)
        back = np.multiply(carried, slopes[index], out=slopes[index])  # delta_l = (delta_(l+1) W^T) * phi'(z_l)
        delta[:, index] = rms(back)
        weight_gradient[:, index] = rms(values[index] @ back.mT) / X.shape[-1]
        carried = np.matmul(layers[index][0], back, out=values[index])  # in the place of values that are needed no more
    with np.errstate(divide="ignore", invalid="ignore"):
        weight_factor, slope_factor = came_back[:, :-1] / delta[:, 1:], delta[:, :-1] / came_back[:, :-1]
    last = np.full((len(X), 1), np.nan)
    return Flow(weight_gradient, delta, np.hstack([weight_factor, last]), np.hstack([slope_factor, last]))


def forward(layers: Sequence[Layer], activation: str, X: Array) -> tuple[Array, Array]:
    """Inputs and values of every layer, (L + 1, S, n, m), and the slopes phi'(z) of every layer, (L, S, n, m).

    Arguments and errors are those of `backpropagated`.
    """
    row = ACTIVATIONS[activation]
    values, slopes = np.empty((len(layers) + 1, *X.shape)), np.empty((len(layers), *X.shape))
    values[0] = X
    for (W, b), before, z, slope in zip(layers, values, values[1:], slopes, strict=False):
        np.matmul(W.mT, before, out=z)
        z += b[..., None]
        if row.slope_of_value:
            row.slope_of_value(row.value(z, z), slope)
        elif row.value_and_slope:
            z[...], slope[...] = row.value_and_slope(z)
        else:
            row.slope(z, slope)
            row.value(z, z)  # in its own array: z is needed no more
    return values, slopes


def joined(parts: Sequence[Flow]) -> Flow:
    """The stacks of several flows, each (S, L), as one."""
    names = ("weight_gradient", "delta", "weight_factor", "slope_factor")
    return Flow(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def mean_field_slopes(
    activation: str, depth: int, n_var: float, bias: tuple[float, float], centre: float, start: float
) -> Array:
    """Theory's root mean square slope of each layer, (depth,): sqrt(E[phi'(z_l)^2]) for normal z_l, infinitely wide.

    z_l is normal with variance q_l, and q_(l+1) = n Var W E[(phi(z_l) - centre)^2] + Var b (Poole et al. 2016, eq. 3;
    Schoenholz et al. 2017, eq. 3). With n Var W it gives the factor of delta for each layer, sqrt(n Var W E[phi'^2]).

    Parameters
    ----------
    activation, depth : name in ACTIVATIONS (KeyError for another), number of layers
    n_var : n Var W, the same in all layers
    bias : mean and variance of the biases
    centre : what the biases take off each value of the layer before; 0 where they take off nothing
    start : mean square of the inputs, less their centre
    """
    row, (mean, variance) = ACTIVATIONS[activation], bias
    squares, q = [], n_var * start + variance
    for _ in range(depth):
        z = mean + np.sqrt(q) * DEVIATES
        squares.append(DENSITY @ np.square(row.slope(z)))
        q = n_var * (DENSITY @ np.square(row.value(z) - centre)) + variance
    return np.sqrt(squares)


def rms(values: Array) -> Array:
    """Root mean square over the last two axes: values (S, n, m) to (S,)."""
    flat = values.reshape(len(values), -1)
    return np.sqrt(np.vecdot(flat, flat) / flat.shape[-1])
