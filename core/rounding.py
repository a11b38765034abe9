"""How far a run's numbers are those of TensorFlow Playground: rounding grows where training is chaotic."""

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

from core.engines import numpy_engine
from core.network import Layer, Probe
from core.training import Run, completed

AS_IN_TRAINING: dict[str, Any] = {"over": "ignore", "invalid": "ignore", "divide": "ignore"}  # for np.errstate
PERTURBATION = 1e-12  # of a weight, after each epoch: some thousand times what rounding does
COPIES = 2  # one alone can miss a kink of ReLU that rounding meets
# How far the losses of a copy may go. Measured against TensorFlow Playground's to epoch 1,000. Chosen on 26 published
# links: up to 1e-6 no promise is false, at 1e-5 one is. Judged on 25 others, and on 163 more networks and seeds: at
# 1e-6 six are false, at 1e-7 and below none; 1e-9 promises the whole run to 169 of the 171 that keep their numbers.
LARGEST_DIFFERENCE = 1e-9


def exact_until(run: Run) -> int | None:
    """The last recorded epoch up to which the losses are TensorFlow Playground's to 1e-10; None if all of them are.

    The run is trained again, on the same rows, with every weight moved by 1e-12 of it, up or down, after every epoch.
    As long as its losses stay within `LARGEST_DIFFERENCE`, what another order of summation rounds otherwise stays
    below 1e-10. A run of other random numbers than TensorFlow Playground's, or of scikit-learn, promises nothing of the
    kind: None.
    """
    return completed(comparing(run))


def comparing(run: Run) -> Generator[None, None, int | None]:
    """`exact_until`, a little at a time: it yields where it may be left."""
    e = run.experiment
    if not e.playground_seed or e.engine != "numpy":
        return None
    probes = [
        Probe(e.activations, e.loss, e.classes, run.layers[0], run.inputs(X), y)
        for X, y in ((run.X_train, run.y_train), (run.X_test, run.y_test))
    ]
    losses = dict(zip(run.epochs.tolist(), zip(run.train_loss, run.test_loss, strict=True), strict=True))
    X, y = np.stack([run.inputs(run.X_train)] * COPIES), np.stack([run.y_train] * COPIES)
    training, epoch, exact, random = numpy_engine.epochs_together([e] * COPIES, X, y), 0, 0, np.random.RandomState(0)
    while epoch <= run.epochs[-1]:
        yield
        with np.errstate(**AS_IN_TRAINING):
            copies = next(training)
            if copies is None:
                continue
            if epoch in losses:
                found = [[probe.loss_of(layers) for probe in probes] for layers in copies]
                if not np.abs(np.subtract(found, losses[epoch])).max() <= LARGEST_DIFFERENCE:
                    return exact
                exact = epoch
            for layers in copies:
                move(layers, PERTURBATION, random)
        epoch += 1
    return None


def move(layers: list[Layer], size: float, random: np.random.RandomState) -> None:
    """Move each weight and bias of (W (n_in, n_out), b (n_out,)), in place, by this share of it, up or down."""
    for part in (part for layer in layers for part in layer):
        part *= 1 + np.copysign(size, random.random_sample(part.shape) - 0.5)


def again(run: Run) -> Iterator[tuple[int, list[Layer]] | None]:
    """A run of the NumPy engine trained again, to its last epoch: each epoch with its layers, None in between.

    The layers are (W (n_in, n_out), b (n_out,)) each. What is changed in place in those that it gives is what the
    training goes on from.
    """
    training, epoch = numpy_engine.epochs(run.experiment, run.inputs(run.X_train), run.y_train), 0
    while epoch <= run.epochs[-1]:
        with np.errstate(**AS_IN_TRAINING):
            now = next(training)
        yield (epoch, now) if now is not None else None
        epoch += now is not None
