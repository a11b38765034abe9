import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import StandardScaler

from core.data import FEATURES, feature_matrix, scaling

POINTS = arrays(float, st.tuples(st.integers(1, 20), st.just(2)), elements=st.floats(-50, 50))
EXPECTED = {
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1sq": lambda a, b: a * a,
    "x2sq": lambda a, b: b * b,
    "x1x2": lambda a, b: a * b,
    "sinx1": lambda a, b: math.sin(a),
    "sinx2": lambda a, b: math.sin(b),
    "cosx1": lambda a, b: math.cos(a),
    "cosx2": lambda a, b: math.cos(b),
    "absx": lambda a, b: math.dist((a, b), (0, 0)),
    "angle": lambda a, b: math.atan2(b, a),
}


@given(POINTS)
def test_features_are_the_functions_they_are_named_after(X: np.ndarray) -> None:
    expected = [[value(a, b) for value in EXPECTED.values()] for a, b in X]
    assert np.allclose(feature_matrix(X, EXPECTED), expected, rtol=1e-12, atol=1e-12)


def test_every_feature_has_an_expected_value() -> None:
    assert EXPECTED.keys() == FEATURES.keys()


def test_columns_come_in_the_order_asked_for() -> None:
    X = np.array([[2.0, 3.0], [4.0, 5.0]])
    assert np.array_equal(feature_matrix(X, ("x2", "x1x2", "x1")), [[3, 6, 2], [5, 20, 4]])


def test_playground_names_in_its_order() -> None:
    names = [row.playground for row in FEATURES.values() if row.playground]
    assert names == ["x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY"]


@given(POINTS)
def test_standardised_features_are_scikit_learns(X: np.ndarray) -> None:
    F = feature_matrix(X, ("x1", "x2sq", "sinx1"))
    mean, scale = scaling(F, standardize=True)
    varies = np.ptp(F, axis=0) > 1e-6
    expected = StandardScaler().fit_transform(F)
    assert np.allclose(((F - mean) / scale)[:, varies], expected[:, varies], atol=1e-6)
    assert (scale > 0).all()


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9])
def test_a_constant_feature_keeps_its_scale(value: float) -> None:
    mean, scale = scaling(np.full((7, 1), value), standardize=True)
    assert mean == pytest.approx(value)
    assert scale == 1


def test_a_feature_that_varies_by_little_is_standardised_all_the_same() -> None:
    _, scale = scaling(np.array([[1.0], [1.0 + 1e-12]]), standardize=True)
    assert scale == pytest.approx(5e-13, rel=1e-3)


def test_without_standardising_features_stay_as_they_are() -> None:
    mean, scale = scaling(np.array([[1.0, 5.0], [2.0, 9.0]]), standardize=False)
    assert np.array_equal(mean, [0, 0]) and np.array_equal(scale, [1, 1])
