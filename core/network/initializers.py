"""Initial weights and biases of one layer, drawn from a seeded generator.

Sources: Glorot and Bengio 2010, eq. 12 and 16; He et al. 2015, eq. 10; LeCun et al. 1998, eq. 16; scikit-learn 1.9,
`MLPClassifier`; TensorFlow Playground, `nn.ts`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

Array = np.ndarray
Layer = tuple[Array, Array]  # W (n_in, n_out), b (n_out,)
Layers = list[Layer]
Draw = Callable[[np.random.RandomState, int, int, str], Layer]


@dataclass(frozen=True)
class Initializer:
    """One row of the registry. draw(random, n_in, n_out, activation) -> (W (n_in, n_out), b (n_out,))."""

    name: str
    label: str
    latex: str
    draw: Draw


def sklearn(random: np.random.RandomState, n_in: int, n_out: int, activation: str) -> Layer:
    """W, then b, uniform within Glorot's bound, and within +-sqrt(2 / (n_in + n_out)) if the activation is logistic."""
    bound = sqrt((2.0 if activation == "logistic" else 6.0) / (n_in + n_out))
    return random.uniform(-bound, bound, (n_in, n_out)), random.uniform(-bound, bound, n_out)


def glorot_uniform(random: np.random.RandomState, n_in: int, n_out: int, activation: str) -> Layer:
    """W uniform within +-sqrt(6 / (n_in + n_out)), b = 0 (Glorot and Bengio 2010, eq. 16)."""
    bound = sqrt(6 / (n_in + n_out))
    return random.uniform(-bound, bound, (n_in, n_out)), np.zeros(n_out)


def glorot_normal(random: np.random.RandomState, n_in: int, n_out: int, activation: str) -> Layer:
    """W normal with variance 2 / (n_in + n_out), b = 0 (Glorot and Bengio 2010, eq. 12)."""
    return random.normal(0, sqrt(2 / (n_in + n_out)), (n_in, n_out)), np.zeros(n_out)


def he_normal(random: np.random.RandomState, n_in: int, n_out: int, activation: str) -> Layer:
    """W normal with variance 2 / n_in, b = 0 (He et al. 2015, eq. 10)."""
    return random.normal(0, sqrt(2 / max(n_in, 1)), (n_in, n_out)), np.zeros(n_out)


def lecun_normal(random: np.random.RandomState, n_in: int, n_out: int, activation: str) -> Layer:
    """W normal with variance 1 / n_in, b = 0 (LeCun et al. 1998, eq. 16)."""
    return random.normal(0, sqrt(1 / max(n_in, 1)), (n_in, n_out)), np.zeros(n_out)


def uniform(random: np.random.RandomState, n_in: int, n_out: int, activation: str) -> Layer:
    """W uniform in [-0.5, 0.5), b = 0.1 (TensorFlow Playground, `Link` and `Node` in `src/nn.ts`)."""
    return random.uniform(-0.5, 0.5, (n_in, n_out)), np.full(n_out, 0.1)


def zeros(random: np.random.RandomState, n_in: int, n_out: int, activation: str) -> Layer:
    """W = 0, b = 0: the units of a layer stay alike."""
    return np.zeros((n_in, n_out)), np.zeros(n_out)


def uniform_layers(sizes: tuple[int, ...], source: Callable[[], float]) -> list[Layer]:
    """Every layer as `uniform` has it, from numbers in [0, 1): neuron by neuron, input by input.

    So TensorFlow Playground draws them (`Link` in `src/nn.ts`); W (n_in, n_out) is the transpose of that, b (n_out,).
    """
    return [
        (np.array([[source() - 0.5 for _ in range(n_in)] for _ in range(n_out)]).T.copy(), np.full(n_out, 0.1))
        for n_in, n_out in pairwise(sizes)
    ]


_GLOROT = r"\sqrt{\frac{6}{n_{in} + n_{out}}}"
_ROWS = (
    Initializer(
        "sklearn",
        "scikit-learn's",
        r"W, b \sim U(-r, r),\; r = \sqrt{\frac{c}{n_{in} + n_{out}}},\; "
        r"c = \begin{cases} 2 & \text{logistic} \\ 6 & \text{else} \end{cases}",
        sklearn,
    ),
    Initializer("glorot_uniform", "Glorot uniform", rf"W \sim U(-r, r),\; r = {_GLOROT},\; b = 0", glorot_uniform),
    Initializer(
        "glorot_normal",
        "Glorot normal",
        r"W \sim N\left(0, \frac{2}{n_{in} + n_{out}}\right),\; b = 0",
        glorot_normal,
    ),
    Initializer("he_normal", "He normal", r"W \sim N\left(0, \frac{2}{n_{in}}\right),\; b = 0", he_normal),
    Initializer("lecun_normal", "LeCun normal", r"W \sim N\left(0, \frac{1}{n_{in}}\right),\; b = 0", lecun_normal),
    Initializer("uniform", "Uniform (−0.5, 0.5), bias 0.1", r"W \sim U(-0.5, 0.5),\; b = 0.1", uniform),
    Initializer("zeros", "Zeros", r"W = 0,\; b = 0", zeros),
)
INITIALIZERS: dict[str, Initializer] = {row.name: row for row in _ROWS}


def initial_layers(
    sizes: tuple[int, ...], activation: str | tuple[str, ...], initializer: str, random: np.random.RandomState
) -> list[Layer]:
    """Draw every layer in order: L pairs (W (n_in, n_out), b (n_out,)) for L + 1 sizes.

    The output layer is drawn as if it had the last hidden layer's activation, as scikit-learn does.
    """
    depth = len(sizes) - 1
    names = [activation] * depth if isinstance(activation, str) else [*activation, activation[-1]]
    draw = INITIALIZERS[initializer].draw
    return [draw(random, n_in, n_out, name) for n_in, n_out, name in zip(sizes[:-1], sizes[1:], names, strict=True)]
