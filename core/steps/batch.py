"""One batch of a training, with every number that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from core.data import Prepared
from core.experiment import Experiment, Segment
from core.network import ACTIVATIONS, LOSSES, Layers, flatten, reference
from core.rounding import AS_IN_TRAINING
from core.steps.updates import Term, constants, equations, in_gradient, memory, step

Array = np.ndarray


class Moment(NamedTuple):
    """Just before a batch. Its arrays change with the training: it is to be read before the next one is asked for.

    segment: whose settings count. epoch: the one that is being trained, 1 is the first. batch: which one of its
    `batches`, 0 is the first. rows (m,): of the training rows. parameters (P,): all weights and biases. state: what the
    optimizer keeps (`core.network.Options`). t: the number of this step since the optimizer started, from 1.
    """

    segment: Segment
    epoch: int
    batch: int
    batches: int
    rows: Array
    parameters: Array
    state: dict[str, Any]
    t: int


@dataclass(frozen=True, eq=False)
class Batch:
    """A batch of m rows, of L layers, each (m, n_l) where it has a value for each row and neuron.

    segment: whose settings count. epoch, number, count: the batch `number` (0 is the first) of `count` in this epoch.
    rows (m,): which of the training rows. X (m, 2): their raw inputs. y (m,). targets (m, K).
    z: L arrays. a: L + 1 arrays, the features and then the layers' values. row_losses (m,).
    penalty: (l1 |W| + l2 |W|^2 / 2) / m, as far as it is part of the gradient. loss: with it; after: after the update.
    deltas: L arrays, dL_row/dz. carried, slopes: L - 1 arrays, delta_(l+1) W^T and phi'(z): their product is delta_l.
    before, data_gradient, gradient, after (P,): parameters, dL/dw without and with penalty, and the parameters that the
    update makes. terms: the update, equation by equation.
    """

    experiment: Experiment
    segment: Segment
    epoch: int
    number: int
    count: int
    rows: Array
    X: Array
    y: Array
    targets: Array
    z: list[Array]
    a: list[Array]
    row_losses: Array
    penalty: float
    deltas: list[Array]
    carried: list[Array]
    slopes: list[Array]
    before: Array
    data_gradient: Array
    gradient: Array
    terms: list[Term]
    after: Array
    loss: float
    loss_after: float

    @property
    def layers(self) -> Layers:
        """The layers before the update, [(W (n_in, n_out), b (n_out,)), ...]."""
        return unflatten(self.before, self.experiment.sizes)


def unflatten(parameters: Array, sizes: Sequence[int]) -> Layers:
    """Parameters (P,) as layers [(W (n_in, n_out), b (n_out,)), ...]; the inverse of `core.network.flatten`."""
    layers, start = [], 0
    for n_in, n_out in pairwise(sizes):
        block = parameters[start : start + (n_in + 1) * n_out].reshape(n_in + 1, n_out)
        layers.append((block[:-1], block[-1]))
        start += block.size
    return layers


def traced(experiment: Experiment, prepared: Prepared, moment: Moment) -> Batch:
    """The batch of a moment: forward, loss, backward and update, in the order of `core.network.reference`.

    Source: Rumelhart, Hinton and Williams 1986, eq. 1 to 8.
    """
    e, segment, rows = experiment, moment.segment, moment.rows.copy()
    X, y, w = prepared.X_train[rows], prepared.y_train[rows], moment.parameters.copy()
    layers, loss, m = unflatten(w, e.sizes), LOSSES[e.loss], len(rows)
    targets, output = loss.targets(y, e.classes).T, loss.output(e.classes)
    l1, l2 = in_gradient(segment)
    is_weight = flatten([(np.ones_like(W), np.zeros_like(b)) for W, b in layers])
    with np.errstate(**AS_IN_TRAINING):
        z, a = reference.forward(prepared.inputs(X), layers, e.activations, output)
        slopes = [ACTIVATIONS[name].slope(sums) for name, sums in zip(e.activations, z[:-1], strict=True)]
        deltas, carried = [loss.delta(a[-1].T, targets.T).T], list[Array]()
        for (W, _), slope in zip(layers[:0:-1], slopes[::-1], strict=True):
            carried.insert(0, deltas[0] @ W.T)
            deltas.insert(0, carried[0] * slope)  # delta_l = (delta_(l+1) W^T) * phi'(z_l)
        data_gradient = flatten(
            [(a_in.T @ delta / m, delta.mean(axis=0)) for a_in, delta in zip(a[:-1], deltas, strict=True)]
        )
        gradient = data_gradient + (l1 * np.sign(w) + l2 * w) * is_weight / m
        kept = memory(segment, moment.state, is_weight)
        values = {"w": w, "g": gradient, "t": moment.t, **kept, **constants(segment, is_weight)}
        terms = step(equations(segment, kept), values)
        after = next(term.after for term in reversed(terms) if term.name == "w")

        def penalty(w: Array) -> float:
            return float((l1 * np.abs(w) + l2 * w**2 / 2) @ is_weight / m)

        _, a_after = reference.forward(prepared.inputs(X), unflatten(after, e.sizes), e.activations, output)
        return Batch(
            experiment=e,
            segment=segment,
            epoch=moment.epoch,
            number=moment.batch,
            count=moment.batches,
            rows=rows,
            X=X,
            y=y,
            targets=targets,
            z=z,
            a=a,
            row_losses=loss.value(a[-1][:, :, None], targets[:, :, None]),
            penalty=penalty(w),
            deltas=deltas,
            carried=carried,
            slopes=slopes,
            before=w,
            data_gradient=data_gradient,
            gradient=gradient,
            terms=terms,
            after=after,
            loss=reference.loss(a, targets, e.loss) + penalty(w),
            loss_after=reference.loss(a_after, targets, e.loss) + penalty(after),
        )
