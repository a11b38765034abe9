"""How far a run's numbers are those of TensorFlow Playground: rounding grows where training is chaotic."""

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

from core.engines import numpy_engine
from core.network import Layer
from core.training import Diverged, Recorder, Run, completed

AS_IN_TRAINING: dict[str, Any] = {"over": "ignore", "invalid": "ignore", "divide": "ignore"}  # for np.errstate
PERTURBATION = 1e-12
LARGEST_GROWTH = 1e4  # at 1e6, that of one rounding of 1e-16 to 1e-10, two of twelve links were off by up to 3e-9


def exact_until(run: Run) -> int | None:
    """The last recorded epoch up to which the losses are TensorFlow Playground's to 1e-10; None if all of them are.

    The run is trained again, on the same rows, with every initial weight moved by 1e-12 up or down. Where the training
    and test loss differ by more than 1e4 times that, another order of summation can be seen as well: every step
    rounds, and each rounding has grown by then. A run of other
    random numbers than TensorFlow Playground's, or of scikit-learn, promises nothing of the kind: None.
    """
    return completed(comparing(run))


def comparing(run: Run) -> Generator[None, None, int | None]:
    """`exact_until`, a little at a time: it yields where it may be left."""
    e = run.experiment
    if not e.playground_seed or e.engine != "numpy":
        return None
    layers = _perturbed(run.layers[0])
    recorder, exact = Recorder(e, run, layers), 0
    losses = dict(zip(run.epochs, np.stack([run.train_loss, run.test_loss], axis=1), strict=True))
    for step in again(run, layers):
        yield
        if step is None:
            continue
        epoch, moved = step
        try:
            with np.errstate(**AS_IN_TRAINING):
                frame = recorder.frame(epoch, moved, 0.0)
        except Diverged:
            return exact
        if frame:
            difference = np.abs(losses[epoch] - (frame.train_loss, frame.test_loss)).max()
            if not difference <= LARGEST_GROWTH * PERTURBATION:
                return exact
            exact = epoch
    return None


def again(run: Run, layers: list[Layer] | None = None) -> Iterator[tuple[int, list[Layer]] | None]:
    """A run of the NumPy engine trained again, to its last epoch: each epoch with its layers, None in between.

    layers: (W (n_in, n_out), b (n_out,)) each, from which it starts, if not from its own. What is changed in place in
    those that it gives is what the training goes on from.
    """
    training, epoch = numpy_engine.epochs(run.experiment, run.inputs(run.X_train), run.y_train, layers), 0
    while epoch <= run.epochs[-1]:
        with np.errstate(**AS_IN_TRAINING):
            now = next(training)
        yield (epoch, now) if now is not None else None
        epoch += now is not None


def _perturbed(layers: list[Layer]) -> list[Layer]:
    """Every weight moved by `PERTURBATION`, up or down by a fixed draw."""
    random = np.random.RandomState(0)
    return [(W + PERTURBATION * random.choice([-1.0, 1.0], W.shape), b) for W, b in layers]
