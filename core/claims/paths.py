"""The same network from several seeds, trained side by side: what claims read of it and no more.

A `core.training.Run` also has gradients, and frames to replay; to record them takes longer than such a training.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from core.data import Prepared
from core.engines.numpy_engine import epochs_together
from core.experiment import Experiment
from core.network import Layers, Probe, whole_epochs
from core.training import prepare

Array = np.ndarray


@dataclass(frozen=True)
class Path:
    """One network's way through T recorded epochs.

    epochs (T,): their numbers. train_loss (T,): mean over the training rows, without penalty; log loss in nats.
    layers: T lists of (W (n_in, n_out), b (n_out,)). test_accuracy: the share of the test rows to which the last of
    these networks gives the right class.
    """

    epochs: Array
    train_loss: Array
    layers: list[Layers]
    test_accuracy: float


def train_paths(experiments: Sequence[Experiment], recorded: Collection[int]) -> list[Path]:
    """Train experiments that differ in seeds or learning rate at once.

    Parameters
    ----------
    experiments : S classifications for the NumPy engine, with as many training rows each
    recorded : the epochs that are wanted; 0 is before training

    Returns
    -------
    S paths. Where one diverges, its losses are infinite or NaN from there on, so that no claim on them holds.
    """
    data = [prepare(experiment) for experiment in experiments]
    X, y = np.stack([d.inputs(d.X_train) for d in data]), np.stack([d.y_train for d in data])
    frames = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for epoch, stacked in enumerate(whole_epochs(epochs_together(experiments, X, y))):
            if epoch in recorded:
                frames.append([[(W.copy(), b.copy()) for W, b in layers] for layers in stacked])
        epochs = np.array(sorted(recorded))
        return [_path(*parts, epochs) for parts in zip(experiments, data, zip(*frames, strict=True), strict=True)]


def _path(experiment: Experiment, data: Prepared, frames: Sequence[Layers], epochs: Array) -> Path:
    def probe(X: Array, y: Array) -> Probe:
        return Probe(experiment.activations, experiment.loss, experiment.classes, frames[0], data.inputs(X), y)

    train, test = probe(data.X_train, data.y_train), probe(data.X_test, data.y_test)
    loss = np.array([train.loss_and_score(layers)[0] for layers in frames])
    return Path(epochs, loss, list(frames), test.loss_and_score(frames[-1])[1])
