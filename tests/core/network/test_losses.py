"""Losses, outputs and scores against scikit-learn's metrics, SciPy and differences of their own values."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax as scipy_softmax
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score

from core.network import LOSSES
from core.network.losses import OUTPUTS, r_squared, softmax

RANDOM = np.random.default_rng(5)
CASES = [(row.name, classes) for row in LOSSES.values() for classes in (0, 2, 3, 7) if row.output(classes)]
cases = pytest.mark.parametrize("name, classes", CASES)


def labels(classes: int, n: int = 40) -> np.ndarray:
    """Classes, each of them present; numbers where there are none."""
    if classes == 0:
        return RANDOM.normal(0, 2, n)
    return np.append(np.arange(classes), RANDOM.integers(0, classes, n - classes))


def width(classes: int) -> int:
    return classes if classes > 2 else 1


def outputs(name: str, classes: int, z: np.ndarray) -> np.ndarray:
    return OUTPUTS[LOSSES[name].output(classes)](z, np.empty_like(z))


def test_softmax_is_scipys_and_does_not_overflow() -> None:
    z = RANDOM.normal(0, 5, (4, 3, 20))
    np.testing.assert_allclose(softmax(z), scipy_softmax(z, axis=1), rtol=1e-13)
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(softmax(np.array([[8e307], [-8e307], [0.0]])), [[1.0], [0.0], [0.0]])


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_log_loss_is_scikit_learns(classes: int) -> None:
    y, z = labels(classes), RANDOM.normal(0, 3, (width(classes), 40))
    p = outputs("log", classes, z)
    theirs = log_loss(y, np.vstack([1 - p, p]).T if classes == 2 else p.T)
    assert LOSSES["log"].value(p, LOSSES["log"].targets(y, classes)) == pytest.approx(theirs, rel=1e-14)


def test_log_loss_is_bounded_where_it_is_certain_and_wrong() -> None:
    """Clipped at the machine's epsilon, as scikit-learn does."""
    row, y = LOSSES["log"], np.array([0, 1])
    assert row.value(np.array([[1.0, 0.0]]), row.targets(y, 2)) == pytest.approx(-log(np.finfo(float).eps), rel=1e-15)
    assert row.value(np.array([[0.0, 1.0]]), row.targets(y, 2)) == pytest.approx(0, abs=1e-15)
    assert np.isnan(row.value(np.array([[np.nan, 1.0]]), row.targets(y, 2)))


@cases
def test_the_highest_loss_is_that_of_rows_as_wrong_as_can_be(name: str, classes: int) -> None:
    row, y = LOSSES[name], labels(classes)
    targets = row.targets(y, classes)
    with np.errstate(over="ignore"):  # where there is no highest
        worst = row.value(outputs(name, classes, -1e200 * (2 * targets - 1)), targets)
    assert worst == pytest.approx(row.highest, rel=1e-15)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_with_zero_weights_the_log_loss_is_ln_k(classes: int) -> None:
    row, z = LOSSES["log"], np.zeros((width(classes), 40))
    loss = row.value(outputs("log", classes, z), row.targets(labels(classes), classes))
    assert loss == pytest.approx(log(classes), abs=1e-15)


def test_squared_loss_is_half_scikit_learns() -> None:
    row, y, a = LOSSES["squared"], labels(2), np.tanh(RANDOM.normal(0, 2, (1, 40)))
    assert row.value(a, row.targets(y, 2)) == pytest.approx(mean_squared_error(2 * y - 1, a[0]) / 2, rel=1e-14)


@cases
def test_delta_is_the_derivative_of_the_rows_loss(name: str, classes: int) -> None:
    row, y = LOSSES[name], labels(classes)
    z, t, h = RANDOM.normal(0, 2, (width(classes), 40)), row.targets(y, classes), 1e-3
    delta = row.delta(outputs(name, classes, z), t, np.empty_like(z))
    for k, i in np.ndindex(z.shape):

        def loss(step: float, k: int = k, i: int = i) -> float:
            moved = z.copy()
            moved[k, i] += step
            return float(row.value(outputs(name, classes, moved)[:, [i]], t[:, [i]]))

        difference = (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h)
        assert delta[k, i] == pytest.approx(difference, rel=1e-8, abs=1e-10)


@cases
def test_stacked_networks_have_a_loss_each(name: str, classes: int) -> None:
    row, z = LOSSES[name], RANDOM.normal(0, 2, (3, width(classes), 40))
    a, t = outputs(name, classes, z), np.stack([row.targets(labels(classes), classes) for _ in range(3)])
    losses = row.value(a, t)
    assert losses.shape == (3,)
    np.testing.assert_allclose(losses, [row.value(a[s], t[s]) for s in range(3)], rtol=1e-14)
    np.testing.assert_array_equal(row.predict(a), [row.predict(a[s]) for s in range(3)])


@cases
def test_predict_finds_the_class_or_number_again(name: str, classes: int) -> None:
    row, y = LOSSES[name], labels(classes)
    np.testing.assert_array_equal(row.predict(row.targets(y, classes)), y)
    assert row.score(row.predict(row.targets(y, classes)), y) == 1


def test_targets() -> None:
    np.testing.assert_array_equal(LOSSES["log"].targets(np.array([0, 1, 1]), 2), [[0, 1, 1]])
    np.testing.assert_array_equal(LOSSES["log"].targets(np.array([2, 0]), 3), [[0, 1], [0, 0], [1, 0]])
    np.testing.assert_array_equal(LOSSES["squared"].targets(np.array([0, 1]), 2), [[-1, 1]])
    np.testing.assert_array_equal(LOSSES["squared_linear"].targets(np.array([0.5, -2.0]), 0), [[0.5, -2.0]])


def test_linear_squared_loss_is_half_scikit_learns() -> None:
    row, y, z = LOSSES["squared_linear"], labels(0), RANDOM.normal(0, 2, (1, 40))
    a = outputs("squared_linear", 0, z)
    np.testing.assert_array_equal(a, z)
    assert row.value(a, row.targets(y, 0)) == pytest.approx(mean_squared_error(y, z[0]) / 2, rel=1e-14)


NUMBERS = arrays(float, st.shared(st.integers(2, 30), key="rows"), elements=st.floats(-10, 10, width=16))


@given(NUMBERS, NUMBERS)
def test_r_squared_is_scikit_learns(predicted: np.ndarray, y: np.ndarray) -> None:
    assert r_squared(predicted, y) == pytest.approx(r2_score(y, predicted), rel=1e-9, abs=1e-9)
    assert r_squared(y, y) == 1 == r2_score(y, y)


@pytest.mark.parametrize("value", [0.0, 0.25, -3.0])
def test_r_squared_of_a_constant_is_scikit_learns(value: float) -> None:
    y = np.full(7, value)
    for predicted in (y, y + 0.5, np.arange(7.0)):
        assert r_squared(predicted, y) == r2_score(y, predicted)


def test_r_squared_is_a_number_where_scikit_learns_is_not() -> None:
    """Of one row; of equal numbers whose mean differs from them by rounding; of numbers too small to square."""
    assert np.array_equal([r_squared(np.array([p]), np.array([0.3])) for p in (0.3, 0.4)], [1, 0])
    y = np.full(3, 0.1)
    assert y.mean() != 0.1 and r_squared(np.zeros(3), y) == 0
    assert r_squared(np.zeros(2), np.array([0, 1e-200])) == 1
    assert r_squared(np.ones(2), np.array([0, 1e-200])) == 0


@given(arrays(int, 20, elements=st.integers(0, 3)), arrays(int, 20, elements=st.integers(0, 3)))
def test_accuracy_is_scikit_learns(predicted: np.ndarray, y: np.ndarray) -> None:
    assert LOSSES["log"].score(predicted, y) == pytest.approx(accuracy_score(y, predicted), rel=1e-15)


@pytest.mark.parametrize("row", LOSSES.values(), ids=LOSSES.keys())
def test_rows(row) -> None:
    assert row.label and row.latex
    found = {classes: row.output(classes) for classes in (0, 2, 3, 10) if row.output(classes)}
    assert found and set(found.values()) <= {*OUTPUTS}
    assert row.output(3) == row.output(10)
    assert not (row.output(0) and (row.output(2) or row.output(3))), "targets are numbers or classes"


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_scikit_learn_trains_with_one_loss_for_all_kinds_of_targets(classes: int) -> None:
    assert len([row for row in LOSSES.values() if row.sklearn and row.output(classes)]) == 1
