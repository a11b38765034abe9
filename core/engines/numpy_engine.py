"""The NumPy engine: one experiment, or many of one shape at once."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from core.edits import set_by_hand
from core.engines.start import first_layers, row_orders
from core.experiment import Experiment, Segment
from core.network import LOSSES, MLP, Layer, Options, descend, flatten


def epochs(
    experiment: Experiment, X: np.ndarray, y: np.ndarray, layers: Sequence[Layer] | None = None
) -> Iterator[list[Layer] | None]:
    """Train one experiment on X (n, F), y (n,); see `core.engines`. layers: to start from, in place of its own."""
    mlp = _mlp(experiment, flatten(layers or first_layers(experiment)))
    targets, order = LOSSES[experiment.loss].targets(y, experiment.classes), row_orders(experiment, len(X))
    rates = [np.array(float(segment.learning_rate)) for segment in experiment.segments]
    network = mlp.layers()
    course = _course(experiment.segments, rates, mlp, X, targets, [order], [network])
    return (network if epoch_ended else None for epoch_ended in course)


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
    rates = [
        np.array([[float(segment.learning_rate)] for segment in segments])
        for segments in zip(*(experiment.segments for experiment in experiments), strict=True)
    ]
    networks = [mlp.layers(index) for index in range(len(experiments))]
    course = _course(first.segments, rates, mlp, X, targets, orders, networks)
    return (networks if epoch_ended else None for epoch_ended in course)


def _course(
    segments: Sequence[Segment],
    rates: Sequence[np.ndarray],
    mlp: MLP,
    X: np.ndarray,
    targets: np.ndarray,
    orders: Sequence[Iterator[np.ndarray]],
    networks: Sequence[list[Layer]],
) -> Iterator[bool]:
    """Train segment by segment: True before each epoch and at the end, False at times within a long one.

    rates: of each segment, as `descend` takes them. networks: the layers of each network of the MLP.
    """
    state: dict[str, Any] = {}
    optimizer = ""
    for segment, rate in zip(segments, rates, strict=True):
        if not segment.carry or segment.optimizer != optimizer:
            state, optimizer = {}, segment.optimizer
        for layers in networks:
            set_by_hand(layers, segment.edits)
        training = descend(
            mlp,
            X,
            targets,
            orders,
            optimizer=optimizer,
            rate=rate,
            batch_size=segment.batch_size,
            options=Options(segment.momentum, state=state),
            l1=segment.l1,
            l2=segment.l2,
        )
        for _ in range(segment.epochs):
            yield True
            while next(training) is None:
                yield False
    yield True


def _mlp(experiment: Experiment, parameters: np.ndarray) -> MLP:
    return MLP(parameters, experiment.sizes, experiment.activations, experiment.loss, experiment.classes)
