"""What a screen shows of a batch: small enough to be sent, whatever the size of the network."""

from dataclasses import dataclass

import numpy as np

from core.data import Prepared
from core.figures.maps import BOUNDARY, Domain, boundary, centres, domain_of, limit_of
from core.network import LOSSES, forward
from core.picks import Pick
from core.rounding import AS_IN_TRAINING
from core.steps.batch import Batch
from core.steps.checking import Check, central_difference
from core.steps.lines import Line, explained, shown_row

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Shown:
    """A batch of m rows and one pick.

    epoch, number, count: the batch `number` (0 is the first) of `count` in this epoch. rows (m,): which of the training
    rows. X (m, 2): raw inputs; y (m,). outputs (m,): the share of class 1, or of the row's own class from three classes
    on; a number for regression. row_losses (m,). row: the one of them whose numbers the lines have.
    loss, loss_after: of the batch, with the penalty as far as it is part of the gradient.
    plane: uint8 (G, G), as `core.figures.maps.boundary`, of the weights before the update, within `domain`.
    limit: the target at which a colour is full.
    """

    epoch: int
    number: int
    count: int
    rows: Array
    X: Array
    y: Array
    outputs: Array
    row_losses: Array
    row: int
    loss: float
    loss_after: float
    lines: list[Line]
    check: Check
    plane: Array
    domain: Domain
    limit: float
    axis_labels: tuple[str, str]


def shown(prepared: Prepared, batch: Batch, pick: Pick) -> Shown:
    """A batch as it is shown. prepared: the data that its rows are of."""
    e, outputs = batch.experiment, batch.a[-1]
    domain, limit, output = (
        domain_of(e.dataset, prepared),
        limit_of(e.classes, prepared),
        LOSSES[e.loss].output(e.classes),
    )
    own = outputs[:, 0] if outputs.shape[1] == 1 else (outputs * batch.targets).sum(axis=1)
    with np.errstate(**AS_IN_TRAINING):
        F = prepared.inputs(centres(domain, BOUNDARY))
        plane = boundary(forward(F, batch.layers, e.activations, output)[-1], output, limit)
    return Shown(
        **{name: getattr(batch, name) for name in ("epoch", "number", "count", "rows", "X", "y", "row_losses")},
        outputs=own,
        row=shown_row(batch, pick),
        loss=batch.loss,
        loss_after=batch.loss_after,
        lines=explained(batch, pick),
        check=central_difference(batch, pick),
        plane=plane,
        domain=domain,
        limit=limit,
        axis_labels=prepared.axis_labels,
    )
