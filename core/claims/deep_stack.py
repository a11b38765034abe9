"""Deep stacks of equal layers at their initial weights: the gradient-flow lab's settings and what is measured on them.

A stack has `depth` layers of `width` and as many inputs. At its top stands a standard normal error in place of a loss,
so that what is measured is the stack's own.
"""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast

import numpy as np

from core import fields
from core.fields import Choice, Flag, Real, Whole, setting
from core.network import ACTIVATIONS, INITIALIZERS, Layer, initial_layers
from core.network.flow import Flow, backpropagated, forward, mean_field_slopes

Array = np.ndarray
SEEDS = 20
VALUES_AT_ONCE = 1_500_000  # numbers of a chunk of stacks, 12 MB: more is slower, it no longer fits the cache
BINS = 31
HISTOGRAM_UNITS, HISTOGRAM_ROWS = 256, 32  # a layer's rows resemble each other: more units show more than more rows
MAP_DEPTHS = (2, 5, 10, 20, 35, 50)
MAP_WIDTH, MAP_ROWS = 64, 16


@dataclass(frozen=True)
class Inputs:
    """A distribution of inputs: draw(random, shape) -> array of that shape, its mean and its mean square."""

    label: str
    draw: Callable[[np.random.Generator, tuple[int, int]], Array]
    mean: float
    square: float


INPUTS = {
    "normal": Inputs("Standard normal", lambda random, shape: random.normal(0, 1, shape), 0, 1),
    "small": Inputs("Normal, spread 0.1", lambda random, shape: random.normal(0, 0.1, shape), 0, 0.01),
    "large": Inputs("Normal, spread 10", lambda random, shape: random.normal(0, 10, shape), 0, 100),
    "positive": Inputs("Uniform from 0 to 1", lambda random, shape: random.uniform(0, 1, shape), 1 / 2, 1 / 3),
}


@dataclass(frozen=True)
class Stack:
    """The settings of the lab. Raises ValueError (field, rule, value) for a value that its rule does not accept."""

    activation: str = setting("logistic", Choice(ACTIVATIONS), "Activation")
    depth: int = setting(10, Whole(1, 50), "Layers")
    width: int = setting(64, Whole(4, 256), "Width")
    initializer: str = setting("glorot_normal", Choice(INITIALIZERS), "Initial weights")
    scale: float = setting(1.0, Real(0.1, 10), "Weight scale")
    bias: float = setting(0.0, Real(0, 3), "Spread of the biases")
    centred: bool = setting(False, Flag(), "Centre the biases")
    inputs: str = setting("normal", Choice(INPUTS), "Inputs")
    rows: int = setting(64, Whole(16, 256), "Rows of data")

    def __post_init__(self) -> None:
        fields.check(self)

    @property
    def centres(self) -> tuple[float, float]:
        """What centred biases take off each input, and off each value of a layer: its value at z = 0."""
        if not self.centred:
            return 0.0, 0.0
        return INPUTS[self.inputs].mean, float(ACTIVATIONS[self.activation].value(np.zeros(1))[0])


@dataclass(frozen=True)
class Histogram:
    """Values of each layer: `shares` (L, BINS) in the bins between `edges` (BINS + 1,), and `middle` (L, 2).

    The edges span the activation's range where it is bounded, else four times the first layer's root mean square on
    both sides; the outermost bins also hold what lies beyond. middle: the 10th and the 90th percentile.
    """

    shares: Array
    edges: Array
    middle: Array


def draw(stack: Stack, seeds: range) -> tuple[list[Layer], Array, Array]:
    """Layers [(W (S, n, n), b (S, n)), ...], inputs and error (S, n, rows) of one stack for each seed.

    The initializer's weights times `scale`; its biases, plus normal ones; centred, less what the layer before gives at
    z = 0 (the first layer: less the inputs' mean), so that z is spread around 0 or the initializer's bias.
    """
    singles, X, error = [], [], []
    sizes = (stack.width,) * (stack.depth + 1)
    for seed in seeds:
        random = np.random.default_rng(seed)
        # A generator draws normals three times as fast as a RandomState, with the methods that initializers call.
        singles.append(initial_layers(sizes, stack.activation, stack.initializer, cast(np.random.RandomState, random)))
        X.append(INPUTS[stack.inputs].draw(random, (stack.width, stack.rows)))
        error.append(random.normal(0, 1, (stack.width, stack.rows)))
        if stack.bias:
            singles[-1] = [(W, b + random.normal(0, stack.bias, b.shape)) for W, b in singles[-1]]
    layers = []
    for layer in zip(*singles, strict=True):
        layers.append((stack.scale * np.stack([W for W, _ in layer]), np.stack([b for _, b in layer])))
    return centred(layers, stack.centres), np.stack(X), np.stack(error)


def centred(layers: list[Layer], centres: tuple[float, float]) -> list[Layer]:
    """Layers whose biases take the first centre off each input, and the second off each value of the other layers.

    layers: pairs (W (S, n, n), b (S, n)).
    """
    return [(W, b - centres[index > 0] * W.sum(axis=-2)) for index, (W, b) in enumerate(layers)]


def chunks(stack: Stack) -> Iterator[range]:
    """The seeds, in portions that are worth measuring at once."""
    size = max(1, VALUES_AT_ONCE // (stack.depth * stack.width * stack.rows))
    return (range(start, min(start + size, SEEDS)) for start in range(0, SEEDS, size))


def measure(stack: Stack, seeds: range) -> Flow:
    """Gradient sizes of the stack for each seed, arrays (S, L)."""
    layers, X, error = draw(stack, seeds)
    return backpropagated(layers, stack.activation, X, error)


def theory(stack: Stack) -> tuple[float, Array]:
    """Theory's weight factor sqrt(n Var W), and slope factor sqrt(E[phi'(z)^2]) of each layer (L,).

    The square of their product is the factor of delta's variance in Glorot and Bengio 2010, eq. 6, and in He et
    al. 2015, eq. 14.
    """
    weight_variance, bias_mean, bias_variance = drawn_moments(stack.initializer, stack.activation, stack.width)
    n_var = stack.width * stack.scale**2 * weight_variance
    given, (of_inputs, of_values) = INPUTS[stack.inputs], stack.centres
    slopes = mean_field_slopes(
        stack.activation,
        stack.depth,
        n_var,
        (bias_mean, bias_variance + stack.bias**2),
        of_values,
        start=given.square - 2 * of_inputs * given.mean + of_inputs**2,
    )
    return float(np.sqrt(n_var)), slopes


@cache
def drawn_moments(initializer: str, activation: str, width: int) -> tuple[float, float, float]:
    """Variance of the weights, mean and variance of the biases that an initializer draws: to 1 % and mostly better."""
    random = np.random.RandomState(0)
    count = min(1000, -(-300_000 // width**2))
    drawn = [INITIALIZERS[initializer].draw(random, width, width, activation) for _ in range(count)]
    W, b = np.stack([W for W, _ in drawn]), np.stack([b for _, b in drawn])
    return float(W.var()), float(b.mean()), float(b.var())


def theory_delta(stack: Stack) -> Array:
    """Theory's delta (root mean square) of each layer relative to the last one's, (L,)."""
    weight, slopes = theory(stack)
    ratios = np.append(weight * slopes[:-1], 1.0)  # delta_l / delta_(l+1)
    return np.cumprod(ratios[::-1])[::-1]


def histogram(stack: Stack) -> Histogram:
    """Histograms of the values of all layers, over the first seeds together."""
    seeds = range(min(SEEDS, -(-HISTOGRAM_UNITS // stack.width)))
    layers, X, _ = draw(dataclasses.replace(stack, rows=HISTOGRAM_ROWS), seeds)
    values = forward(layers, stack.activation, X)[0][1:]
    low, high = ACTIVATIONS[stack.activation].range
    if not np.isfinite([low, high]).all():
        reach = 4 * float(np.sqrt(np.mean(np.square(values[0])))) or 1.0
        low, high = max(low, -reach), reach
    edges = np.linspace(low, high, BINS + 1)
    shares = np.array([np.histogram(np.clip(a, low, high), edges)[0] / a.size for a in values])
    return Histogram(shares, edges, np.array([np.percentile(a, (10, 90)) for a in values]))


@lru_cache(maxsize=32)  # the same for every depth of a lab's slider
def depth_ratios(stack: Stack) -> Array:
    """delta of the first layer over that of the last, for every activation and MAP_DEPTHS layers: (A, D).

    All have the same weights, MAP_WIDTH wide, drawn as for the stack's own activation from the first seed.
    """
    deepest = dataclasses.replace(stack, depth=max(MAP_DEPTHS), width=MAP_WIDTH, rows=MAP_ROWS)
    layers, X, error = draw(dataclasses.replace(deepest, centred=False), range(1))
    rows = []
    for activation in ACTIVATIONS:
        centres = dataclasses.replace(deepest, activation=activation).centres
        rows.append(_ratios_of_depths(activation, centred(layers, centres), X, error))
    return np.array(rows)


def _ratios_of_depths(activation: str, layers: list[Layer], X: Array, error: Array) -> Array:
    _, slopes = forward(layers, activation, X)
    ratios = []
    for depth in MAP_DEPTHS:
        delta = last = error * slopes[depth - 1]
        for (W, _), slope in zip(layers[depth - 1 : 0 : -1], slopes[depth - 2 :: -1], strict=False):
            delta = (W @ delta) * slope
        ratios.append(np.linalg.norm(delta) / (np.linalg.norm(last) or np.nan))
    return np.array(ratios)
