"""Training against the reference's steps; TensorFlow Playground's, with its penalties, against its loop row by row."""

from itertools import islice, repeat

import numpy as np
import pytest

from core.network import MLP, Options, descend, flatten, initial_layers, orders
from core.network.reference import backward, forward, step

SIZES, RATE, N = (2, 3, 2, 1), 0.2, 23
TANH = ("tanh", "tanh")
RANDOM = np.random.RandomState(0)
X, TARGETS = RANDOM.standard_normal((N, 2)), RANDOM.choice([-1.0, 1.0], (1, N))


def first_layers(seed: int = 1) -> list:
    return initial_layers(SIZES, "tanh", "uniform", np.random.RandomState(seed))


def gradient(layers: list, rows: np.ndarray) -> list:
    """By the reference: mean over the rows."""
    z, a = forward(X[rows], layers, TANH, "tanh")
    return backward(z, a, TARGETS[:, rows].T, layers, TANH, "squared")


def row_by_row(layers: list, batch_size: int, l1: float, l2: float, epochs: int) -> list:
    """As `oneStep`, `backProp` and `updateWeights` have it: gradients are summed until a step takes them."""
    W, b = [W.copy() for W, _ in layers], [b.copy() for _, b in layers]
    dead = [np.zeros(w.shape, bool) for w in W]
    sums_W, sums_b, count = [np.zeros_like(w) for w in W], [np.zeros_like(v) for v in b], 0
    for _ in range(epochs):
        for i in range(N):
            for layer, (dW, db) in enumerate(gradient(list(zip(W, b, strict=True)), np.array([i]))):
                sums_W[layer] += dW
                sums_b[layer] += db
            count += 1
            if (i + 1) % batch_size == 0:
                for layer in range(len(W)):
                    penalty = l1 * np.sign(W[layer]) + l2 * W[layer]
                    stepped = W[layer] - RATE * sums_W[layer] / count
                    shrunk = stepped - RATE * penalty
                    crossed = (stepped * shrunk < 0) & (l1 > 0)
                    W[layer] = np.where(dead[layer], W[layer], np.where(crossed, 0.0, shrunk))
                    dead[layer] |= crossed
                    b[layer] = b[layer] - RATE * sums_b[layer] / count
                    sums_W[layer][...], sums_b[layer][...] = 0.0, 0.0
                count = 0
    return list(zip(W, b, strict=True))


def trained(layers: list, batch_size: int, l1: float = 0.0, l2: float = 0.0, epochs: int = 20) -> tuple[MLP, list]:
    mlp = MLP(flatten(layers), SIZES, TANH, "squared", 2)
    training = descend(
        mlp,
        X,
        TARGETS,
        [orders(np.random.RandomState(3), N)],
        optimizer="playground",
        rate=np.array(RATE),
        batch_size=batch_size,
        options=Options(),
        l1=l1,
        l2=l2,
    )
    return mlp, list(islice(training, epochs))


@pytest.mark.parametrize("l1, l2", [(0, 0), (0.03, 0), (0, 0.1), (0.02, 0.05)])
@pytest.mark.parametrize("batch_size", [1, 5, 10, 23])
def test_weights_are_those_of_its_loop(batch_size: int, l1: float, l2: float) -> None:
    mlp, _ = trained(first_layers(), batch_size, l1, l2)
    wanted = row_by_row(first_layers(), batch_size, l1, l2, epochs=20)
    np.testing.assert_allclose(mlp.parameters, flatten(wanted), rtol=0, atol=1e-13)


def test_the_strong_penalty_of_the_test_above_kills_weights() -> None:
    """Else the rule of dead weights would not have been tested."""
    mlp, _ = trained(first_layers(), 5, l1=0.03)
    weights = mlp.parameters[mlp.is_weight() == 1]
    assert 0 < (weights == 0).sum() < len(weights)


def test_a_batch_of_more_rows_than_there_are_never_steps() -> None:
    layers = first_layers()
    mlp, _ = trained(layers, N + 1, l1=0.1)
    np.testing.assert_array_equal(mlp.parameters, flatten(layers))


def test_no_loss_is_booked() -> None:
    _, losses = trained(first_layers(), 5, epochs=2)
    assert np.isnan(losses).all()


def test_networks_at_once_equal_their_single_runs() -> None:
    starts = [first_layers(seed) for seed in (1, 2, 3)]
    mlp = MLP(np.stack([flatten(layers) for layers in starts]), SIZES, TANH, "squared", 2)
    stacked = descend(
        mlp,
        np.stack([X] * 3),
        np.stack([TARGETS] * 3),
        [repeat(np.arange(N))] * 3,
        optimizer="playground",
        rate=np.full((3, 1), RATE),
        batch_size=5,
        options=Options(),
        l1=0.03,
    )
    assert next(stacked).shape == (3,)
    list(islice(stacked, 19))
    for s, layers in enumerate(starts):
        single, _ = trained(layers, 5, l1=0.03)
        np.testing.assert_allclose(mlp.parameters[s], single.parameters, rtol=0, atol=1e-13)


@pytest.mark.parametrize("batch_size", [1, 10, 23])
def test_plain_descent_takes_the_references_steps(batch_size: int) -> None:
    """23 rows in the drawn order; of ten each, the last batch has three."""
    mlp, layers = MLP(flatten(first_layers()), SIZES, TANH, "squared", 2), first_layers()
    settings = {"optimizer": "sgd", "rate": np.array(RATE), "batch_size": batch_size, "options": Options()}
    list(islice(descend(mlp, X, TARGETS, [orders(np.random.RandomState(3), N)], **settings), 5))
    for order in islice(orders(np.random.RandomState(3), N), 5):
        for rows in np.split(order, range(batch_size, N, batch_size)):
            layers = step(layers, gradient(layers, rows), RATE)
    np.testing.assert_allclose(mlp.parameters, flatten(layers), rtol=0, atol=1e-13)


def test_other_optimizers_do_shuffle_and_end_on_a_short_batch() -> None:
    """One step over all rows is the same in any order; ten are not."""
    ends = []
    for seed in (0, 1):
        mlp = MLP(flatten(first_layers()), SIZES, TANH, "squared", 2)
        rows = [orders(np.random.RandomState(seed), N)]
        training = descend(
            mlp, X, TARGETS, rows, optimizer="sgd", rate=np.array(RATE), batch_size=10, options=Options()
        )
        assert np.isfinite(next(training))
        ends.append(mlp.parameters)
    assert np.abs(ends[0] - ends[1]).max() > 1e-6
