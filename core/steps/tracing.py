"""A training of the NumPy engine from its start, stopped before each batch.

The weights take the engine's own steps, so they are its weights in every bit, and what its optimizer keeps is read.
"""

from collections.abc import Callable, Generator, Iterator
from functools import cache
from itertools import count
from typing import Any

import numpy as np

from core.data import Prepared
from core.edits import set_by_hand
from core.engines.start import first_layers, row_orders
from core.experiment import Experiment, Segment
from core.network import MLP, OPTIMIZERS, Options, flatten
from core.network.mlp import Batch as Pass
from core.rounding import AS_IN_TRAINING
from core.steps.batch import Batch, Moment, traced
from core.steps.updates import in_gradient
from core.training import prepare

Array = np.ndarray


class Walk:
    """A training stopped before a batch, from where it can go on to later ones.

    prepared: its data. passed: how many batches after `epoch` (0 is before training) are behind it.
    """

    def __init__(self, experiment: Experiment, epoch: int) -> None:
        self.experiment, self.epoch, self.passed = experiment, epoch, -1
        self.prepared = prepare(experiment)
        self._moments = moments(experiment, self.prepared)
        self._moment: Moment | None = None

    def to(self, steps: int) -> Generator[None, None, Batch]:
        """Train until `steps` batches, at least as many as are `passed`, are behind it, and trace the next one.

        It yields where it may be left, and goes on after the last epoch as if there were more.

        Raises
        ------
        ValueError
            Where no batch comes: an optimizer that takes the rows in order, and fewer rows than a batch has.
        """
        while self.passed < steps:
            self._moment = next(self._moments, None)
            if self._moment is None:
                size, rows = self.experiment.segments[-1].batch_size, len(self.prepared.X_train)
                raise ValueError(f"batch_size must be at most the {rows} training rows with this optimizer; got {size}")
            self.passed += self._moment.epoch > self.epoch
            yield
        assert self._moment
        return traced(self.experiment, self.prepared, self._moment)


def training(experiment: Experiment, epoch: int, steps: int = 0) -> Generator[None, None, Batch]:
    """The batch that comes `steps` batches after the first one after `epoch`; see `Walk.to`."""
    return Walk(experiment, epoch).to(steps)


def moments(experiment: Experiment, prepared: Prepared) -> Iterator[Moment]:
    """Every batch of a training, without end unless the last segment has none."""
    e, X = experiment, prepared.inputs(prepared.X_train)
    mlp = MLP(flatten(first_layers(e)), e.sizes, e.activations, e.loss, e.classes)
    inputs, targets = np.column_stack([X, np.ones(len(X))]), mlp.loss.targets(prepared.y_train, e.classes).T.copy()
    outputs, orders, epoch = np.empty((e.sizes[-1], len(X))), row_orders(e, len(X)), 0
    passes = cache(lambda m: Pass(mlp, m))
    state: dict[str, Any] = {}
    optimizer, t = "", 0
    for number, segment in enumerate(e.segments, 1):
        if not segment.carry or segment.optimizer != optimizer:
            state, optimizer, t = {}, segment.optimizer, 0
        set_by_hand(mlp.layers(), segment.edits)
        in_order, take_step = OPTIMIZERS[optimizer].in_order, _engine_step(mlp, segment, state)
        l1, l2 = (share * mlp.is_weight() for share in in_gradient(segment))
        alone = state.get("size") != segment.batch_size  # else rows are left over from the segment before
        state["size"] = segment.batch_size
        for nth in range(segment.epochs) if number < len(e.segments) else count():
            epoch += 1
            order = np.arange(len(X)) if in_order else next(orders)
            parts = batches(order, segment.batch_size, in_order, alone and nth == 0)
            if not parts and number == len(e.segments):
                return
            start = 0
            for batch, rows in enumerate(parts):
                t += 1
                yield Moment(segment, epoch, batch, len(parts), rows, mlp.parameters, state, t)
                with np.errstate(**AS_IN_TRAINING):
                    x, target, end = inputs[rows].T, targets[rows].T, start + len(rows)
                    passes(len(rows)).forward(x, outputs[:, start:end])
                    passes(len(rows)).backward(x, outputs[:, start:end], target)
                    g = mlp.gradient
                    g[:] = (g + l2 * mlp.parameters + l1 * np.sign(mlp.parameters)) * (1 / len(rows))
                    take_step()
                start = end % len(X)


def batches(order: Array, size: int, in_order: bool, first: bool) -> list[Array]:
    """The rows of each batch of an epoch, in the order (n,); first: of its segment.

    The last batch holds what is left. As TensorFlow Playground counts (`in_order`), rows left over at the end of an
    epoch join the first batch of the next, and no batch comes where there are fewer rows than it should have.
    """
    if not in_order:
        return [order[start : start + size] for start in range(0, len(order), size)]
    whole = [order[end - size : end] for end in range(size, len(order) + 1, size)]
    left = order[len(order) - len(order) % size :]
    return whole if first or not whole else [np.concatenate([left, whole[0]]), *whole[1:]]


def _engine_step(mlp: MLP, segment: Segment, state: dict[str, Any]) -> Callable[[], None]:
    """The optimizer's step of the engine, on the network's own parameters and gradient; it keeps its state there."""
    is_weight, (l1, l2) = mlp.is_weight(), in_gradient(segment)
    decay, sparsity = (segment.l2 - l2) * is_weight, (segment.l1 - l1) * is_weight
    options = Options(segment.momentum, decay=decay, sparsity=sparsity, state=state)
    rate = np.array(float(segment.learning_rate))
    return OPTIMIZERS[segment.optimizer].start(mlp.parameters, mlp.gradient, rate, options)
