import numpy as np
import pytest

from core.network import ACTIVATIONS, Probe
from core.network.flow import Flow, backpropagated, direction, flow, joined, mean_field_slopes, rms

SEEDS, DEPTH, WIDTH, ROWS = 3, 4, 6, 40
SIZES = ("weight_gradient", "delta", "weight_factor", "slope_factor")


def test_flow_of_sizes_that_halve() -> None:
    """A layer's factor is the geometric mean, not that of single layers: 1/8 in three steps, however uneven."""
    for sizes in ([1.0, 2, 4, 8], [1.0, 16, 1, 8]):
        factor, total = flow(np.array(sizes))
        assert (factor, total) == pytest.approx((0.5, 1 / 8))
    factor, total = flow(np.array([[1.0, 2], [6, 2]]))
    assert factor == pytest.approx([0.5, 3]) and total == pytest.approx([0.5, 3])


@pytest.mark.filterwarnings("error")
def test_flow_of_what_is_nothing_or_not_known() -> None:
    alone = flow(np.array([2.0]))
    assert np.isnan(alone[0]) and alone[1] == 1
    assert flow(np.array([0.0, 1, 4])) == (0, 0)
    for sizes in ([0.0, 0, 0], [1.0, 0, 0], [np.nan, 1, 1], [1.0, 1, np.nan], [np.inf, 1, np.inf]):
        assert np.isnan(flow(np.array(sizes))).all()
    factor, total = flow(np.array([1e200, 1, 1e-200]))  # the total is beyond float64, the factor is not
    assert factor == pytest.approx(1e200) and total == np.inf


@pytest.mark.parametrize(
    "factor, total, said",
    [
        (0.89, 0.19, "shrinks"),
        (0.89, 0.21, "keeps its size"),
        (0.91, 0.19, "keeps its size"),
        (0, 0, "shrinks"),
        (1.11, 5.1, "grows"),
        (1.11, 4.9, "keeps its size"),
        (1.09, 5.1, "keeps its size"),
        (np.nan, 1, "keeps its size"),
    ],
)
def test_both_a_layer_and_in_all_decide(factor: float, total: float, said: str) -> None:
    assert direction(factor, total) == said


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_stacks_have_the_gradients_of_single_networks(activation: str) -> None:
    """Under an output layer whose error is handed to the stack, every layer's sizes are those of `Probe`."""
    random = np.random.default_rng(1)
    W = random.normal(0, 0.6, (DEPTH, SEEDS, WIDTH, WIDTH))
    b = random.normal(0, 0.3, (DEPTH, SEEDS, WIDTH))
    top = random.normal(0, 0.5, (SEEDS, WIDTH, WIDTH))
    X, y = random.normal(size=(SEEDS, ROWS, WIDTH)), random.integers(0, WIDTH, ROWS)
    singles, errors = [], []
    for seed in range(SEEDS):
        layers = [*zip(W[:, seed], b[:, seed], strict=True), (top[seed], np.zeros(WIDTH))]
        found = Probe((activation,) * DEPTH, "log", WIDTH, layers, X[seed], y).gradients(layers)
        singles.append(found)
        errors.append(top[seed] @ found.deltas[-1].T)
    stacked = backpropagated(list(zip(W, b, strict=True)), activation, X.mT, np.stack(errors))
    for seed, single in enumerate(singles):
        for name in SIZES:
            here = DEPTH - ("factor" in name)  # the last layer of the stack has no factor, that of the network has
            np.testing.assert_allclose(
                getattr(stacked, name)[seed, :here], getattr(single, name)[:here], rtol=1e-10, err_msg=name
            )
    assert np.isnan(stacked.weight_factor[:, -1]).all() and np.isnan(stacked.slope_factor[:, -1]).all()


@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_what_is_given_stays_as_it_is(activation: str) -> None:
    random = np.random.default_rng(2)
    layers = [(random.normal(size=(2, 5, 5)), random.normal(size=(2, 5))) for _ in range(3)]
    X, error = random.normal(size=(2, 5, 7)), random.normal(size=(2, 5, 7))
    before = [array.copy() for array in (X, error, *(part for layer in layers for part in layer))]
    first, again = (backpropagated(layers, activation, X, error) for _ in range(2))
    for array, old in zip((X, error, *(part for layer in layers for part in layer)), before, strict=True):
        np.testing.assert_array_equal(array, old)
    np.testing.assert_array_equal(first.delta, again.delta)


def test_where_nothing_comes_back_there_is_no_factor() -> None:
    dead = np.zeros((1, 2, 2)), np.full((1, 2), -1.0)
    found = backpropagated([dead, dead], "relu", np.ones((1, 2, 3)), np.ones((1, 2, 3)))
    assert (found.delta == 0).all() and np.isnan(found.weight_factor).all()


def test_flows_of_several_seeds_are_one_after_another() -> None:
    one, two = (Flow(*(np.full((seeds, 5), value) for value in range(4))) for seeds in (1, 2))
    assert joined([one, two]).delta.shape == (3, 5) and (joined([one, two]).slope_factor == 3).all()


def test_root_mean_square_over_the_last_two_axes() -> None:
    np.testing.assert_allclose(rms(np.array([[[3.0, 4.0]], [[0.0, 2.0]]])), [np.sqrt(12.5), np.sqrt(2)])


def test_mean_field_has_the_values_that_are_known_exactly() -> None:
    zero = (0.0, 0.0)
    assert mean_field_slopes("identity", 3, 0.5, zero, 0, 1) == pytest.approx([1, 1, 1], rel=1e-12)
    assert mean_field_slopes("relu", 3, 2, zero, 0, 1) == pytest.approx([0.5**0.5] * 3, rel=1e-3)  # on half of all z
    # z = 0 always: the logistic's slope there is 1/4
    assert mean_field_slopes("logistic", 1, 0, zero, 0, 1) == pytest.approx([0.25], rel=1e-12)
    # E[cos^2 z] for z ~ N(0, q) is (1 + exp(-2 q)) / 2, and E[sin^2 z] the rest, which is the next q for n Var W = 1
    q = (1 - np.exp(-2)) / 2
    expected = [((1 + np.exp(-2)) / 2) ** 0.5, ((1 + np.exp(-2 * q)) / 2) ** 0.5]
    assert mean_field_slopes("sine", 2, 1, zero, 0, 1) == pytest.approx(expected, rel=1e-10)
    # biases with mean 0.3 and variance 0.5 alone: E[cos^2 z] = (1 + cos(2 mean) exp(-2 q)) / 2
    expected_bias = ((1 + np.cos(0.6) * np.exp(-1)) / 2) ** 0.5
    assert mean_field_slopes("sine", 1, 0, (0.3, 0.5), 0, 1) == pytest.approx([expected_bias], rel=1e-10)
