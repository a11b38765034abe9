"""The NumPy engine: one experiment, or many of one shape at once."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.engines.start import first_layers, row_orders
from core.experiment import Experiment
from core.network import LOSSES, MLP, Layer, Options, descend, flatten


def epochs(
    experiment: Experiment, X: np.ndarray, y: np.ndarray, layers: Sequence[Layer] | None = None
) -> Iterator[list[Layer] | None]:
    """Train one experiment on X (n, F), y (n,); see `core.engines`. layers: to start from, in place of its own."""
    mlp = _mlp(experiment, flatten(layers or first_layers(experiment)))
    targets, order = LOSSES[experiment.loss].targets(y, experiment.classes), row_orders(experiment, len(X))
    yield mlp.layers()
    for segment in experiment.segments:
        training = descend(
            mlp,
            X,
            targets,
            [order],
            optimizer=segment.optimizer,
            rate=np.array(float(segment.learning_rate)),
            batch_size=segment.batch_size,
            options=Options(segment.momentum),
            l1=segment.l1,
            l2=segment.l2,
        )
        for _ in range(segment.epochs):
            while next(training) is None:
                yield None
            yield mlp.layers()


def epochs_together(
    experiments: Sequence[Experiment], X: np.ndarray, y: np.ndarray
) -> Iterator[list[list[Layer]] | None]:
    """Train S experiments that differ in seeds or learning rate as one stacked network: several times as fast.

    X (S, n, F), y (S, n). Yields S lists of layers, first the initial ones, then those after each epoch, and None at
    times within a long one; each network is equal to its own single run up to rounding.
    """
    first = experiments[0]
    mlp = _mlp(first, np.stack([flatten(first_layers(experiment)) for experiment in experiments]))
    targets = np.stack([LOSSES[first.loss].targets(classes, first.classes) for classes in y])
    orders = [row_orders(experiment, X.shape[1]) for experiment in experiments]
    layers = [mlp.layers(index) for index in range(len(experiments))]
    yield layers
    for number, segment in enumerate(first.segments):
        training = descend(
            mlp,
            X,
            targets,
            orders,
            optimizer=segment.optimizer,
            rate=np.array([[float(experiment.segments[number].learning_rate)] for experiment in experiments]),
            batch_size=segment.batch_size,
            options=Options(segment.momentum),
            l1=segment.l1,
            l2=segment.l2,
        )
        for _ in range(segment.epochs):
            while next(training) is None:
                yield None
            yield layers


def _mlp(experiment: Experiment, parameters: np.ndarray) -> MLP:
    return MLP(parameters, experiment.sizes, experiment.activations, experiment.loss, experiment.classes)
