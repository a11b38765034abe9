"""What a network does with the plane, as bytes that a screen can colour: its decision boundary, a small map a neuron.

Maps are uint8 images with the largest x2 in row 0, sampled at the centres of their cells.

- Boundary, two classes: `round(255 p)`, p the share of class 1 (of a tanh output: (a + 1) / 2); above 127 where the
  network says class 1. Their line is finer than these bytes: `line`.
- Boundary, K classes: `25 k + floor(24.99 p_k)`, k the most probable class, at most ten.
- Hidden neurons, features, and both boundary and output of regression: `128 + 127 a / s`, so that 128 is zero; s is
  what byte 255 stands for. Output neurons otherwise: `round(255 p)`.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from core.data import DATASETS, FEATURES, Prepared, feature_matrix, scaling
from core.network import ACTIVATIONS, LOSSES, Layers, forward_pass
from core.training import Run

BOUNDARY = 64
RESOLUTIONS = (24, 16, 12)
BUDGET = 6_000_000  # bytes of neuron maps in a run: what a slow line still takes in a few seconds
EXTREME = 15  # decades of the layers' largest weights off 1, in all: beyond, values leave the range of float32
GENERATED = 6.0  # generated data lie within TensorFlow Playground's square

Domain = tuple[float, float, float, float]


def domain(run: Run) -> Domain:
    """`domain_of` its data."""
    return domain_of(run.experiment.dataset, run)


def domain_of(dataset: str, data: Prepared) -> Domain:
    """Limits (x1 low, x1 high, x2 low, x2 high) of the plane: [-6, 6]^2 for generated data, else all rows."""
    if DATASETS[dataset].load is None:
        return (-GENERATED, GENERATED, -GENERATED, GENERATED)
    X = np.vstack([data.X_train, data.X_test])
    low, high = X.min(axis=0), X.max(axis=0)
    margin = np.where(high > low, 0.06 * (high - low), 1.0)
    (x_low, y_low), (x_high, y_high) = low - margin, high + margin
    return (float(x_low), float(x_high), float(y_low), float(y_high))


def plane(run: Run, limits: Domain, resolution: int) -> np.ndarray:
    """What the network is fed with over the plane: (resolution^2, F), rows of the image from the top."""
    F = feature_matrix(centres(limits, resolution), run.experiment.features)
    return (F - run.mean) / run.scale


def centres(limits: Domain, resolution: int) -> np.ndarray:
    """The centres of the cells, rows of the image from the top: (resolution^2, 2)."""
    x_low, x_high, y_low, y_high = limits
    shares = (np.arange(resolution) + 0.5) / resolution
    x, y = np.meshgrid(x_low + shares * (x_high - x_low), y_high - shares * (y_high - y_low))
    return np.column_stack([x.ravel(), y.ravel()])


def output_name(run: Run) -> str:
    """The output activation of a run's networks: logistic, softmax or tanh; identity for regression."""
    return LOSSES[run.experiment.loss].output(run.experiment.classes)


def output_limit(run: Run) -> float:
    """`limit_of` its targets."""
    return limit_of(run.experiment.classes, run)


def limit_of(classes: int, data: Prepared) -> float:
    """The size of an output at which its colour is full: for regression the largest target's, else 1.

    Of targets and not of outputs, so that a colour means the same in all frames, and on both sides of a comparison.
    """
    if classes:
        return 1.0
    return float(max(np.abs(data.y_train).max(), np.abs(data.y_test).max())) or 1.0


def network(F: np.ndarray, run: Run) -> Callable[[Layers], list[np.ndarray]]:
    """Weights of a run's shape -> the values (n, n_l) of every layer after the features F (n, F).

    In float32, which takes half the time, and in float64 for extreme weights. Values of a diverged network may not be
    numbers. The next call writes to the same arrays.
    """

    @cache
    def in_precision(dtype: type[np.floating]) -> Callable[[Layers], list[np.ndarray]]:
        with np.errstate(over="ignore"):
            layers = [(W.astype(dtype), b.astype(dtype)) for W, b in run.layers[-1]]
            return forward_pass(F.astype(dtype), layers, run.experiment.activations, output_name(run))

    return lambda layers: in_precision(np.float64 if extreme(layers) else np.float32)(layers)


def extreme(layers: Layers) -> bool:
    """Whether products of the weights W (n_in, n_out) may be too large for float32, or so small that they are lost."""
    largest = np.array([np.abs(W).max(initial=0.0) or np.abs(b).max() for W, b in layers])
    biases = max(np.abs(b).max() for _, b in layers)
    decades = np.abs(np.log10(largest[largest > 0])).sum() + np.log10(max(biases, 1.0))
    return not decades <= EXTREME


def classes(run: Run, limits: Domain, resolution: int) -> np.ndarray:
    """The class that the last frame gives each point: uint8 (resolution, resolution); (0, 0) for regression."""
    if not run.experiment.classes:
        return np.empty((0, 0), np.uint8)
    output = network(plane(run, limits, resolution), run)(run.layers[-1])[-1]
    return LOSSES[run.experiment.loss].predict(output.T).astype(np.uint8).reshape(resolution, resolution)


def boundary(a: np.ndarray, output: str, limit: float = 1.0) -> np.ndarray:
    """The decision boundary, or the output, of one frame: uint8 (G, G) of the outputs a (G^2, K) over the square plane.

    limit: see `output_limit`.
    """
    return boundary_bytes(a, output, limit).reshape(square(a))


def neuron_maps(
    values: Sequence[np.ndarray], activations: Sequence[str], output: str, shown: Sequence[bool], limit: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Maps of the hidden and output neurons of the layers `shown`, of their values (g^2, n_l) over the square plane.

    Returns uint8 (N, g, g), and what byte 255 stands for (N,). limit: see `output_limit`.
    """
    parts = [
        activation_bytes(a, bound(name)) if name else output_bytes(a, output, limit)
        for a, name, wanted in zip(values, [*activations, ""], shown, strict=True)
        if wanted
    ]
    maps = np.concatenate([image.T for image, _ in parts])
    return maps.reshape(-1, *square(values[0])), np.concatenate([scale for _, scale in parts])


def feature_maps(run: Run, limits: Domain, resolution: int) -> tuple[np.ndarray, np.ndarray]:
    """Maps of all features there are, used or not, in the order of `FEATURES`.

    Returns uint8 (N, resolution, resolution) for N features, and what byte 255 stands for (N,).
    """
    mean, scale = scaling(feature_matrix(run.X_train, FEATURES), run.experiment.standardize)
    F = (feature_matrix(centres(limits, resolution), FEATURES) - mean) / scale
    images, largest = activation_bytes(F, np.inf)
    return images.T.reshape(-1, resolution, resolution), largest


def within_budget(sizes: Sequence[int], frames: int) -> tuple[int, list[bool]]:
    """The finest resolution at which a run's neuron maps fit `BUDGET`, and which layers after the features get maps.

    Where not even the coarsest fits, the widest layers go without (their neurons would be drawn smallest).
    """
    widths = list(sizes[1:])
    for resolution in RESOLUTIONS:
        if sum(widths) * resolution**2 * frames <= BUDGET:
            return resolution, [True] * len(widths)
    shown, left = [False] * len(widths), BUDGET // (RESOLUTIONS[-1] ** 2 * frames)
    for i in sorted(range(len(widths)), key=widths.__getitem__):
        shown[i] = widths[i] <= left
        left -= widths[i] * shown[i]
    return RESOLUTIONS[-1], shown


def boundary_bytes(a: np.ndarray, output: str, limit: float = 1.0) -> np.ndarray:
    """Bytes (n,) of the outputs a (n, 1) or (n, K); not a number is drawn as undecided, or as class 0."""
    if a.shape[1] == 1:
        return output_bytes(a, output, limit)[0][:, 0]
    a = np.nan_to_num(a)
    best = a.argmax(axis=1)
    confidence = np.take_along_axis(a, best[:, None], axis=1)[:, 0]
    return (25 * best + np.floor(24.99 * confidence)).astype(np.uint8)


def output_bytes(a: np.ndarray, output: str, limit: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Bytes (n, K) of output neurons' values a (n, K), and what 255 stands for (K,); limit: see `output_limit`."""
    if output == "identity":
        return activation_bytes(a, limit)
    p = (a + 1) / 2 if output == "tanh" else a
    return np.rint(255 * np.nan_to_num(p, nan=0.5)).astype(np.uint8), np.ones(a.shape[1])


def activation_bytes(a: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Bytes of neurons' values a, both (n, N), and what 255 stands for (N,): `limit`, or the largest |a| if it is inf.

    The largest of the frame, not of the run: an early frame keeps its full contrast, and a frame looks the same while
    training, when later ones are not known, and in the replay.
    """
    if not np.isfinite(a).all():
        a = np.nan_to_num(a)
    scale = np.full(a.shape[1], limit, a.dtype) if np.isfinite(limit) else np.abs(a).max(axis=0)
    scale = np.where(scale > 0, scale, 1).astype(a.dtype)
    return (128.5 + 127 * np.clip(a / scale, -1, 1)).astype(np.uint8), scale


def bound(activation: str) -> float:
    """The largest absolute value that an activation can take."""
    return float(np.abs(ACTIVATIONS[activation].range).max())


def square(F: np.ndarray) -> tuple[int, int]:
    """Shape (G, G) of the image of G^2 cells, the rows of F (G^2, ...)."""
    side = round(len(F) ** 0.5)
    return side, side
