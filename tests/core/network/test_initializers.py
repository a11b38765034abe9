"""Initial weights: bounds, moments over many draws, and scikit-learn's own first weights."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import kstest
from sklearn.neural_network import MLPClassifier

from core.network import ACTIVATIONS, INITIALIZERS, initial_layers

N_IN, N_OUT = 300, 200
# name: distribution of one weight (as SciPy names it), its spread, distribution of one bias
UNIFORM, NORMAL, ZERO = "uniform", "norm", "zero"
GLOROT, GLOROT_2 = sqrt(6 / (N_IN + N_OUT)), sqrt(2 / (N_IN + N_OUT))
EXPECTED = {
    "sklearn": (UNIFORM, GLOROT, GLOROT),
    "glorot_uniform": (UNIFORM, GLOROT, 0.0),
    "glorot_normal": (NORMAL, GLOROT_2, 0.0),
    "he_normal": (NORMAL, sqrt(2 / N_IN), 0.0),
    "lecun_normal": (NORMAL, sqrt(1 / N_IN), 0.0),
    "uniform": (UNIFORM, 0.5, 0.1),
    "zeros": (ZERO, 0.0, 0.0),
}


def test_every_row_is_expected() -> None:
    assert set(EXPECTED) == set(INITIALIZERS)
    assert all(row.label and row.latex for row in INITIALIZERS.values())


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_have_the_distribution(name: str) -> None:
    kind, spread, bias = EXPECTED[name]
    W, b = INITIALIZERS[name].draw(np.random.RandomState(0), N_IN, N_OUT, "tanh")
    assert W.shape == (N_IN, N_OUT) and b.shape == (N_OUT,)
    if kind == ZERO:
        assert not W.any()
    else:
        parameters = (-spread, 2 * spread) if kind == UNIFORM else (0, spread)
        assert kstest(W.ravel(), kind, parameters).pvalue > 1e-3
        variance = spread**2 / 3 if kind == UNIFORM else spread**2
        assert W.var() == pytest.approx(variance, rel=0.02)  # 60,000 draws: 4 standard errors and more
    if name == "sklearn":
        assert kstest(b, UNIFORM, (-bias, 2 * bias)).pvalue > 1e-3
    else:
        assert (b == bias).all()


def test_scikit_learns_bound_is_smaller_for_the_logistic() -> None:
    W, b = INITIALIZERS["sklearn"].draw(np.random.RandomState(0), N_IN, N_OUT, "logistic")
    assert 0.999 * GLOROT_2 < np.abs(W).max() <= GLOROT_2
    assert np.abs(b).max() <= GLOROT_2


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_seed_fixes_the_draws(name: str) -> None:
    first, again, other = (initial_layers((3, 5, 2), "relu", name, np.random.RandomState(seed)) for seed in (1, 1, 2))
    for (W, b), (W_again, b_again) in zip(first, again, strict=True):
        np.testing.assert_array_equal(W, W_again)
        np.testing.assert_array_equal(b, b_again)
    assert name == "zeros" or not np.array_equal(first[0][0], other[0][0])


@pytest.mark.parametrize("hidden", [(), (4,), (8, 3)])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", [row.name for row in ACTIVATIONS.values() if row.sklearn])
def test_draws_are_mlpclassifiers(hidden: tuple[int, ...], classes: int, activation: str) -> None:
    X, y = np.random.default_rng(0).normal(size=(12, 2)), np.arange(12) % classes
    # MLPClassifier has no weights before its first pass; a rate of 1e-300 leaves them as they were drawn.
    model = MLPClassifier(hidden, activation, solver="sgd", learning_rate_init=1e-300, max_iter=1, random_state=7)
    model.fit(X, y)
    sizes = (2, *hidden, 1 if classes == 2 else classes)
    for (W, b), W_theirs, b_theirs in zip(
        initial_layers(sizes, activation, "sklearn", np.random.RandomState(7)),
        model.coefs_,
        model.intercepts_,
        strict=True,
    ):
        np.testing.assert_array_equal(W, W_theirs)
        np.testing.assert_array_equal(b, b_theirs)


def test_each_layer_is_drawn_for_its_own_activation() -> None:
    layers = initial_layers((100, 100, 100, 100), ("tanh", "logistic"), "sklearn", np.random.RandomState(0))
    wide, narrow = sqrt(6 / 200), sqrt(2 / 200)
    largest = [float(np.abs(W).max()) for W, _ in layers]
    assert largest == pytest.approx([wide, narrow, narrow], rel=1e-2)  # the output layer follows the last hidden one
