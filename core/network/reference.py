"""The network in the fewest readable lines: one layer after the other. Read this first.

Each row of X (n, F) is an example. A layer is a pair of weights W (n_in, n_out) and biases b (n_out,).
Losses and outputs take a column for each example, hence each `.T` at them. `core.network.mlp` computes the same,
several times as fast; its tests have this as their oracle.

Source: Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors", Nature 323. Their
equations are named beside the lines.

XOR, learned by 300 steps of gradient descent:

>>> from core.network import initial_layers
>>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
>>> layers = initial_layers((2, 4, 1), "tanh", "glorot_uniform", np.random.RandomState(1))
>>> for _ in range(300):
...     z, a = forward(X, layers, ["tanh"], "logistic")
...     layers = step(layers, backward(z, a, y, layers, ["tanh"], "log"), rate=1.0)
>>> forward(X, layers, ["tanh"], "logistic")[1][-1].round()
array([[0.],
       [1.],
       [1.],
       [0.]])
"""

from collections.abc import Sequence

import numpy as np

from core.network.activations import ACTIVATIONS
from core.network.initializers import Layer
from core.network.losses import LOSSES, OUTPUTS

Array = np.ndarray


def forward(
    X: Array, layers: Sequence[Layer], activations: Sequence[str], output: str
) -> tuple[list[Array], list[Array]]:
    """The sums z and the values a of every layer.

    Parameters
    ----------
    X : (n, F)
    layers : L pairs (W (n_in, n_out), b (n_out,))
    activations : L - 1 names in ACTIVATIONS, one for each hidden layer
    output : name in OUTPUTS

    Returns
    -------
    z : L arrays (n, n_l)
    a : L + 1 arrays, X and then the layers' (n, n_l)
    """
    functions = [*(ACTIVATIONS[name].value for name in activations), lambda z: OUTPUTS[output](z.T).T]
    z, a = [], [X]
    for (W, b), phi in zip(layers, functions, strict=True):
        z.append(a[-1] @ W + b)  # z_l = a_(l-1) W_l + b_l, eq. 1
        a.append(phi(z[-1]))  # a_l = phi(z_l), eq. 2
    return z, a


def loss(a: list[Array], targets: Array, name: str) -> float:
    """The loss called `name` in LOSSES, mean over the rows, of the values a of `forward`; targets (n, K), eq. 3."""
    return float(LOSSES[name].value(a[-1].T, targets.T))


def backward(
    z: list[Array], a: list[Array], targets: Array, layers: Sequence[Layer], activations: Sequence[str], name: str
) -> list[Layer]:
    """Backpropagation: the gradient of the loss called `name` in LOSSES.

    Parameters
    ----------
    z, a : lists of (n, n_l), what `forward` gives for the layers
    targets : (n, K)
    layers, activations : as in `forward`

    Returns
    -------
    L pairs (dL/dW (n_in, n_out), dL/db (n_out,)), means over the rows
    """
    gradient: list[Layer] = []
    delta = LOSSES[name].delta(a[-1].T, targets.T).T  # dL_row/dz, such as p - y, eq. 4 and 5
    for layer in reversed(range(len(layers))):
        W, _ = layers[layer]
        gradient.insert(0, (a[layer].T @ delta / len(delta), delta.mean(axis=0)))  # dL/dW = a_in^T delta / n, eq. 6
        if layer > 0:
            slope = ACTIVATIONS[activations[layer - 1]].slope(z[layer - 1])
            delta = (delta @ W.T) * slope  # of the layer before, eq. 7 and 5
    return gradient


def step(layers: Sequence[Layer], gradient: Sequence[Layer], rate: float) -> list[Layer]:
    """Gradient descent, eq. 8: w <- w - rate dL/dw, of L pairs (W (n_in, n_out), b (n_out,)) and their gradient."""
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(layers, gradient, strict=True)]
