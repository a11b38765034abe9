"""Mini-batch gradient descent: the one training loop of the NumPy engine and of the estimators."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Any, TypeVar

import numpy as np

from core.network.mlp import MLP, Batch
from core.network.optimizers import OPTIMIZERS, Options

Array = np.ndarray
T = TypeVar("T")
STEPS = 256  # between two moments at which a training can be left: 0.1 s of the largest network


def orders(random: np.random.RandomState, n: int, shuffle: bool = True) -> Iterator[Array]:
    """The row order (n,) of each epoch, as scikit-learn draws it: one array, shuffled in place again every epoch."""
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
) -> Iterator[Array | None]:
    """Train without end; after each epoch yield its loss, as scikit-learn books it, and None every STEPS within one.

    X (n, F), targets (K, n); with S networks (S, n, F), (S, K, n) and S row orders. rate: a zero-dimensional array,
    (S, 1) for S networks. The last batch holds what is left. A batch's gradient is
    (sum over its rows + l1 sign(W) + l2 W) / m, and its loss the rows' mean plus l2 |W|^2 / (2 m) with the weights
    before the step; the epoch's loss is their mean weighted by m. (With AdamW l2 shrinks the weights instead.)

    An optimizer that takes the rows in order draws none of the row orders. A step follows every `batch_size` rows;
    those left over at the end of an epoch are counted into the first step of the next, whose gradient is the mean over
    both: between them no weight moves, so they are passed in one batch. It takes the penalties itself, and no loss is
    booked: NaN is yielded.

    options.state: from which the optimizer goes on, of an earlier training with the same one. Rows left over there join
    the first step here if the batch size is the same, and are dropped if it is not.
    """
    chosen = OPTIMIZERS[optimizer]
    stack, n = mlp.parameters.shape[:-1], X.shape[-2]
    if chosen.in_order:  # the rows left over stand first, next to those that they join
        row_orders = [repeat(np.roll(np.arange(n), n % batch_size)) for _ in row_orders]
    x_rows, t_rows, shuffle_rows = _shuffled(X, targets, row_orders)
    outputs = np.empty((*stack, mlp.sizes[-1], n))
    first_epoch, later_epochs = _parts(n, batch_size, chosen.in_order)
    if chosen.in_order and options.state is not None:
        if options.state.get("left_over_by") == batch_size:
            first_epoch = later_epochs
        options.state["left_over_by"] = batch_size
    kinds = {m: Batch(mlp, m) for m in {part.stop - part.start for part in first_epoch + later_epochs}}

    def laid_out(part: slice) -> tuple[Batch, Array, Array, Array, Array]:
        m = part.stop - part.start
        x, t = x_rows[..., part, :].mT, t_rows[..., part, :].mT
        return kinds[m], x, t, outputs[..., part], np.array(1 / m)

    def stretches(parts: list[slice]) -> list[list[tuple[Batch, Array, Array, Array, Array]]]:
        batches = list(map(laid_out, parts))
        return [batches[start : start + STEPS] for start in range(0, len(batches), STEPS)]

    epochs = chain([stretches(first_epoch)], repeat(stretches(later_epochs)))
    if chosen.decoupled:
        options, l2 = replace(options, decay=l2 * mlp.is_weight()), 0.0
    if chosen.in_order:
        options, l1 = replace(options, sparsity=l1 * mlp.is_weight()), 0.0
    step = chosen.start(mlp.parameters, mlp.gradient, rate, options)
    add_penalty = _penalty(mlp, l1, l2)
    for epoch in epochs:
        shuffle_rows()
        penalty: Array | float = 0.0
        for number, batches in enumerate(epoch):
            if number:
                yield None
            for batch, x, t, output, one_over_m in batches:
                batch.forward(x, output)
                batch.backward(x, output, t)
                if add_penalty:
                    penalty = penalty + add_penalty()
                np.multiply(mlp.gradient, one_over_m, mlp.gradient)
                step()
        yield np.full(stack, np.nan) if chosen.in_order else mlp.loss.value(outputs, t_rows.mT) + penalty / n


def whole_epochs(training: Iterator[T | None]) -> Iterator[T]:
    """What there is of each epoch, its loss or its layers, for whoever does not mean to leave within one."""
    return (epoch for epoch in training if epoch is not None)


def _parts(n: int, batch_size: int, in_order: bool) -> tuple[list[slice], list[slice]]:
    """Which of n rows make one step, in the first epoch and in the later ones."""
    if not in_order:
        parts = [slice(start, min(start + batch_size, n)) for start in range(0, n, batch_size)]
        return parts, parts
    ends = range(n % batch_size + batch_size, n + 1, batch_size)
    first = [slice(end - batch_size, end) for end in ends]
    return first, [slice(0, part.stop) for part in first[:1]] + first[1:]


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
