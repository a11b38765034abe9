"""Mini-batch gradient descent: the one training loop of the NumPy engine and of `NumpyMLPClassifier`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.network.mlp import MLP, Batch
from core.network.optimizers import OPTIMIZERS, Options

Array = np.ndarray


def orders(random: np.random.RandomState, n: int, shuffle: bool = True) -> Iterator[Array]:
    """The row order of each epoch, as scikit-learn draws it: one index array, shuffled in place again every epoch."""
    order = np.arange(n)
    while True:
        if shuffle:
            random.shuffle(order)
        yield order


def descend(
    mlp: MLP,
    X: Array,
    targets: Array,
    row_orders: Sequence[Iterator[Array]],
    *,
    optimizer: str,
    rate: Array,
    batch_size: int,
    options: Options,
    l1: float = 0.0,
    l2: float = 0.0,
) -> Iterator[Array]:
    """Train without end; after each epoch yield its loss, as scikit-learn books it.

    X (n, F), targets (K, n); with S networks (S, n, F), (S, K, n) and S row orders. rate: a zero-dimensional array,
    (S, 1) for S networks. The last batch holds what is left. A batch's gradient is
    (sum over its rows + l1 sign(W) + l2 W) / m, and its loss the rows' mean plus l2 |W|^2 / (2 m) with the weights
    before the step; the epoch's loss is their mean weighted by m. (With AdamW l2 shrinks the weights instead.)
    """
    stack, n = mlp.parameters.shape[:-1], X.shape[-2]
    x_rows, t_rows, shuffle_rows = _shuffled(X, targets, row_orders)
    outputs = np.empty((*stack, mlp.sizes[-1], n))
    parts = [slice(start, min(start + batch_size, n)) for start in range(0, n, batch_size)]
    kinds = {m: Batch(mlp, m) for m in {part.stop - part.start for part in parts}}
    batches = []
    for part in parts:
        m = part.stop - part.start
        x, t = x_rows[..., part, :].mT, t_rows[..., part, :].mT
        batches.append((kinds[m], x, t, outputs[..., part], np.array(1 / m)))
    chosen = OPTIMIZERS[optimizer]
    if chosen.decoupled:
        options, l2 = replace(options, decay=l2 * mlp.is_weight()), 0.0
    step = chosen.start(mlp.parameters, mlp.gradient, rate, options)
    add_penalty = _penalty(mlp, l1, l2)
    while True:
        shuffle_rows()
        penalty: Array | float = 0.0
        for batch, x, t, output, one_over_m in batches:
            batch.forward(x, output)
            batch.backward(x, output, t)
            if add_penalty:
                penalty = penalty + add_penalty()
            np.multiply(mlp.gradient, one_over_m, mlp.gradient)
            step()
        yield mlp.loss.value(outputs, t_rows.mT) + penalty / n


def _shuffled(
    X: Array, targets: Array, row_orders: Sequence[Iterator[Array]]
) -> tuple[Array, Array, Callable[[], None]]:
    """Inputs with a last column of ones (n, F + 1) and targets (n, K), and a function that lays both in the next order.

    They lie apart: a batch of each is then contiguous, and np.dot takes it without copying it first.
    """
    rows = np.concatenate([X, np.ones((*X.shape[:-1], 1))], axis=-1), np.ascontiguousarray(targets.mT)
    x_rows, t_rows = np.empty_like(rows[0]), np.empty_like(rows[1])
    # of each of the S networks, or of the only one: its rows, where they go, and their order
    parts: list[tuple[Any, ...]] = [(*rows, x_rows, t_rows, *row_orders)]
    if X.ndim > 2:
        parts = list(zip(*rows, x_rows, t_rows, row_orders, strict=True))

    def shuffle() -> None:
        for x, t, x_out, t_out, row_order in parts:
            order = next(row_order)
            np.take(x, order, axis=0, out=x_out, mode="clip")  # "clip" writes to out without a buffer
            np.take(t, order, axis=0, out=t_out, mode="clip")

    return x_rows, t_rows, shuffle


def _penalty(mlp: MLP, l1: float, l2: float) -> Callable[[], Array] | None:
    """A function that adds l1 sign(W) + l2 W to the gradient and returns l1 |W|_1 + l2 |W|^2 / 2."""
    if not (l1 or l2):
        return None
    w, g, decay, sparse = mlp.parameters, mlp.gradient, l2 * mlp.is_weight(), l1 * mlp.is_weight()
    scratch = np.empty_like(w)

    def add() -> Array:
        np.multiply(decay, w, scratch)
        np.add(g, scratch, g)
        value = 0.5 * np.vecdot(scratch, w)
        if l1:
            np.sign(w, scratch)
            np.multiply(scratch, sparse, scratch)
            np.add(g, scratch, g)
            value = value + np.vecdot(scratch, w)
        return value

    return add
