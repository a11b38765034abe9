"""Every optimizer against PyTorch's steps, and stacked steps against single ones."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from core.network import OPTIMIZERS, Options

GOLDEN = json.loads((Path(__file__).parents[2] / "fixtures" / "optimizers.json").read_text())
START, GRADIENTS = np.array(GOLDEN["start"]), np.array(GOLDEN["gradients"])


def walk(optimizer: str, start: np.ndarray, gradients: np.ndarray, rate: np.ndarray, options: Options) -> np.ndarray:
    """The weights after each step."""
    w, g = start.copy(), np.empty_like(start)
    step, weights = OPTIMIZERS[optimizer].start(w, g, rate, options), []
    for gradient in gradients:
        g[...] = gradient
        step()
        weights.append(w.copy())
    return np.array(weights)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["optimizer"])
def test_steps_are_pytorchs(case: dict) -> None:
    weights = walk(case["optimizer"], START, GRADIENTS, np.array(GOLDEN["rate"]), Options(**case["options"]))
    np.testing.assert_allclose(weights, case["weights"], rtol=1e-12, atol=1e-14)


def test_pytorch_has_seen_every_row_that_it_has() -> None:
    """TensorFlow Playground's is tested against its own loop, in `test_descent`."""
    assert {case["optimizer"] for case in GOLDEN["cases"]} == {
        name for name, row in OPTIMIZERS.items() if not row.in_order
    }


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_stacked_steps_with_their_own_rates_are_the_single_ones(optimizer: str) -> None:
    rates = [0.1, 0.003, 2.0]
    starts = np.stack([START, 2 * START, -START])
    stacked = walk(optimizer, starts, GRADIENTS[:, None, :].repeat(3, 1), np.array(rates)[:, None], Options(decay=0.1))
    for s, rate in enumerate(rates):
        single = walk(optimizer, starts[s], GRADIENTS, np.array(rate), Options(decay=0.1))
        np.testing.assert_allclose(stacked[:, s], single, rtol=1e-14)


def test_adamw_leaves_alone_what_decay_is_zero_for() -> None:
    decay = np.array([0.3, 0.3, 0.0, 0.0, 0.3])
    options = Options(decay=decay)
    adam, adamw = (walk(name, START, GRADIENTS, np.array(0.1), options) for name in ("adam", "adamw"))
    np.testing.assert_array_equal(adam[:, decay == 0], adamw[:, decay == 0])
    assert (adam[0, decay > 0] != adamw[0, decay > 0]).all()


def test_a_weight_that_l1_takes_across_zero_is_dead_and_a_gradient_alone_kills_none() -> None:
    """Rate 0.5, l1 0.2: a step of the penalty is 0.1. The last entry is a bias, without penalty."""
    gradients = np.array([[0.0, 1.0, 0.0, 0.0], [-4.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    options = Options(sparsity=np.array([0.2, 0.2, 0.2, 0.0]))
    weights = walk("playground", np.array([0.05, 0.3, -0.1, 0.1]), gradients, np.array(0.5), options)
    wanted = [
        [0.0, -0.3, 0.0, 0.1],  # dead; crossed by its gradient, then moved as before; just at 0, which is not across
        [0.0, -0.2, 0.0, -0.4],
        [0.0, -0.1, 0.0, -0.4],
    ]
    np.testing.assert_allclose(weights, wanted, rtol=0, atol=1e-15)


def test_a_weight_that_only_reaches_zero_lives_on() -> None:
    gradients = np.array([[0.0], [1.0]])
    weights = walk("playground", np.array([-0.125]), gradients, np.array(0.5), Options(sparsity=np.array([0.25])))
    np.testing.assert_array_equal(weights, [[0.0], [-0.5]])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_handed_its_state_an_optimizer_goes_on(optimizer: str) -> None:
    """All steps at once are those before and after a new start, bit by bit; without the state they are others."""
    rate, decay = np.array(0.1), np.array([0.1, 0.1, 0.0, 0.1, 0.1])
    whole = walk(optimizer, START, GRADIENTS, rate, Options(decay=decay))
    half = len(GRADIENTS) // 2
    options = Options(decay=decay, state={})
    first = walk(optimizer, START, GRADIENTS[:half], rate, options)
    second = walk(optimizer, first[-1], GRADIENTS[half:], rate, options)
    np.testing.assert_array_equal(np.concatenate([first, second]), whole)
    afresh = walk(optimizer, first[-1], GRADIENTS[half:], rate, Options(decay=decay))
    assert np.array_equal(afresh, second) == (optimizer in ("sgd", "playground"))
    assert (options.state == {}) == OPTIMIZERS[optimizer].stateless


def test_a_dead_weight_stays_dead_without_penalty_and_where_a_hand_puts_it() -> None:
    options = Options(sparsity=np.array([0.2, 0.2]), decay=np.array([0.1, 0.1]), state={})
    first = walk("playground", np.array([0.05, 1.0]), np.zeros((1, 2)), np.array(0.5), options)
    assert first[-1][0] == 0
    unpenalised = walk("playground", first[-1], np.ones((2, 2)), np.array(0.5), Options(state=options.state))
    assert (unpenalised[:, 0] == 0).all() and (np.diff(unpenalised[:, 1]) == -0.5).all()
    by_hand = walk("playground", np.array([3.0, 1.0]), np.ones((2, 2)), np.array(0.5), options)
    assert (by_hand[:, 0] == 3).all() and by_hand[-1, 1] < 1


@pytest.mark.parametrize("row", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
def test_what_scikit_learn_calls_it(row) -> None:
    assert row.sklearn is None or set(row.sklearn) <= set(MLPClassifier().get_params())
    assert OPTIMIZERS[row.nearest].sklearn is not None
    assert row.sklearn is None or row.nearest == row.name
    assert row.label and row.latex
