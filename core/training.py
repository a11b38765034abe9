"""Train an experiment and record frames: the run that every screen, figure and lab reads."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.experiment import Experiment

Layers = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Frame:
    """One recorded epoch. Losses are the data's, without penalty.

    layers: [(W (n_in, n_out), b (n_out,)), ...]; weight_gradient, delta, weight_factor, slope_factor: (L,).
    seconds: training time up to here, without recording.
    """

    epoch: int
    layers: Layers
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    weight_gradient: np.ndarray
    delta: np.ndarray
    weight_factor: np.ndarray
    slope_factor: np.ndarray
    seconds: float


@dataclass(frozen=True)
class Run:
    """What training an experiment returns.

    X_train, X_test (n, 2): raw inputs, before features; y_train, y_test (n,): classes 0 .. K-1.
    mean, scale (F,): what the features are standardised with (0 and 1 where they are not).
    epochs (T,); layers: T lists of (W, b); the losses and accuracies (T,); the four gradient arrays (T, L).
    ended: `finished`, `stopped` or `diverged at epoch N: ...`.
    """

    experiment: Experiment
    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    epochs: np.ndarray
    layers: list[Layers]
    train_loss: np.ndarray
    test_loss: np.ndarray
    train_accuracy: np.ndarray
    test_accuracy: np.ndarray
    weight_gradient: np.ndarray
    delta: np.ndarray
    weight_factor: np.ndarray
    slope_factor: np.ndarray
    seconds: float
    ended: str


def iterate(experiment: Experiment) -> Iterator[Frame]: ...
def train(experiment: Experiment) -> Run: ...
