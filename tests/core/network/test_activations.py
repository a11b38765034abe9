"""Every row of the registry against published constants, differences of its own value, and the limits of float64."""

from itertools import product
from math import erf, exp, log, pi, sqrt

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm
from sklearn.neural_network._base import ACTIVATIONS as SKLEARN_ACTIVATIONS

from core.network import ACTIVATIONS, INITIALIZERS
from core.network.activations import Activation

every = pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())
stored = pytest.mark.parametrize(
    "row", [row for row in ACTIVATIONS.values() if row.slope_of_value], ids=lambda row: row.name
)
EXTREME = np.array(
    [s * x for x in (0.0, 5e-324, 1e-308, 1e-20, 1e-3, 1, 6, 19, 37, 709, 711, 1e3, 1e4, 1e154, 1e308) for s in (-1, 1)]
)


def kinks(row: Activation) -> np.ndarray:
    """Where the slope, or its own slope, jumps: there its second difference on this grid is 1e-3 and more, not 1e-5."""
    x = np.arange(-8000, 8001) / 1000
    return x[1:-1][np.abs(np.diff(row.slope(x), 2)) > 1e-4]


def away_from_kinks(row: Activation, distance: float = 1e-2) -> np.ndarray:
    x = np.random.default_rng(0).uniform(-8, 8, 400)
    return x[(np.abs(x[:, None] - kinks(row)) > distance).all(axis=1)]


def test_there_are_at_least_eighteen() -> None:
    assert len(ACTIVATIONS) >= 18
    assert all(name == row.name for name, row in ACTIVATIONS.items())


# Scalar definitions as the papers print them; good where nothing overflows or cancels.
PUBLISHED = {
    "identity": lambda x: x,
    "logistic": lambda x: 1 / (1 + exp(-x)),
    "tanh": lambda x: (exp(x) - exp(-x)) / (exp(x) + exp(-x)),
    "relu": lambda x: x if x > 0 else 0.0,
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "relu6": lambda x: min(max(x, 0.0), 6.0),
    "elu": lambda x: x if x > 0 else exp(x) - 1,
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (exp(x) - 1)),
    "gelu": lambda x: x * (1 + erf(x / sqrt(2))) / 2,
    "gelu_tanh": lambda x: x * (1 + np.tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2,
    "silu": lambda x: x / (1 + exp(-x)),
    "softplus": lambda x: log(1 + exp(x)),
    "mish": lambda x: x * np.tanh(log(1 + exp(x))),
    "softsign": lambda x: x / (1 + abs(x)),
    "hardtanh": lambda x: min(max(x, -1.0), 1.0),
    "hard_swish": lambda x: x * min(max(x + 3, 0.0), 6.0) / 6,
    "sine": lambda x: np.sin(x),
    "gaussian": lambda x: exp(-x * x),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_value_is_the_published_definition(name: str) -> None:
    x = np.linspace(-5, 5, 41)
    wanted = [PUBLISHED[name](v) for v in x.tolist()]
    np.testing.assert_allclose(ACTIVATIONS[name].value(x), wanted, rtol=1e-12, atol=1e-14)


@every
def test_slope_is_the_derivative_of_the_value(row: Activation) -> None:
    x = away_from_kinks(row)
    assert len(x) > 390
    h = 1e-3  # the five-point formula's error is h^4, far below the tolerance
    difference = 8 * (row.value(x + h) - row.value(x - h)) - (row.value(x + 2 * h) - row.value(x - 2 * h))
    np.testing.assert_allclose(row.slope(x), difference / (12 * h), rtol=1e-9, atol=1e-10)


@stored
def test_slope_of_value_is_the_slope(row: Activation) -> None:
    assert row.slope_of_value
    x = np.concatenate([away_from_kinks(row), np.arange(-8.0, 9.0)])  # kinks stand at whole numbers
    a = row.value(x)
    np.testing.assert_allclose(row.slope_of_value(a, np.empty_like(a)), row.slope(x), rtol=1e-12, atol=1e-12)


@every
def test_any_shape_with_and_without_out(row: Activation) -> None:
    for function, shape in product((row.value, row.slope), [(), (3,), (2, 3, 4), (40, 30)]):
        x = np.asarray(np.random.default_rng(1).normal(0, 3, shape))
        before = x.copy()
        result, out = function(x), np.empty(shape)
        assert np.shape(result) == shape
        assert function(x, out) is out
        np.testing.assert_allclose(out, result, rtol=1e-13, atol=1e-15)
        np.testing.assert_array_equal(x, before)


@every
def test_out_may_be_a_view_with_gaps(row: Activation) -> None:
    x = np.random.default_rng(2).normal(0, 3, (60, 20))
    wide = np.full((60, 41), 7.0)
    row.value(x, wide[:, 1::2])
    np.testing.assert_allclose(wide[:, 1::2], row.value(x), rtol=1e-13, atol=1e-15)
    assert (wide[:, 0::2] == 7).all()


@stored
def test_value_may_replace_its_argument_where_the_slope_comes_from_the_value(row: Activation) -> None:
    for size in (5, 5000):
        x = np.random.default_rng(3).normal(0, 3, size)
        a = x.copy()
        row.value(a, a)
        np.testing.assert_allclose(a, row.value(x), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("row", [row for row in ACTIVATIONS.values() if row.value_and_slope], ids=lambda row: row.name)
def test_value_and_slope_are_those_asked_for_singly(row: Activation) -> None:
    x = np.concatenate([np.random.default_rng(0).normal(0, 5, 1000), EXTREME, [np.nan]])
    assert row.value_and_slope
    value, slope = row.value_and_slope(x)
    np.testing.assert_allclose(value, row.value(x), rtol=1e-13, atol=1e-300)  # denormal numbers have fewer digits
    np.testing.assert_allclose(slope, row.slope(x), rtol=1e-13, atol=1e-300)


@every
def test_no_overflow_and_no_nan_up_to_the_largest_numbers(row: Activation) -> None:
    with np.errstate(all="raise", under="ignore"):
        value, slope = row.value(EXTREME), row.slope(EXTREME)
        many = np.resize(EXTREME, 5000)
        np.testing.assert_allclose(row.value(many, np.empty(5000))[: len(EXTREME)], value, rtol=1e-13, atol=1e-300)
        if row.slope_of_value:
            row.slope_of_value(value, np.empty_like(value))
    assert np.isfinite(value).all() and np.isfinite(slope).all()


@every
def test_infinities_give_the_limits(row: Activation) -> None:
    if np.ptp(row.slope(np.arange(1e6, 1e6 + 10))) > 0.1:
        return  # a wave has no limits
    far = np.array([-1e308, 1e308])
    value, slope = row.value(np.array([-np.inf, np.inf])), row.slope(np.array([-np.inf, np.inf]))
    bounded = np.abs(row.value(far)) < 1e6
    np.testing.assert_allclose(value[bounded], row.value(far)[bounded], atol=1e-15)
    assert not np.isnan(value).any()
    np.testing.assert_allclose(slope, row.slope(far), atol=1e-15)


@every
def test_nan_stays_nan(row: Activation) -> None:
    x = np.array([np.nan, 1.0])
    for result in (row.value(x), row.slope(x), row.value(x, np.empty(2)), row.slope(x, np.empty(2))):
        assert np.isnan(result).tolist() == [True, False]


@every
def test_range(row: Activation) -> None:
    (low, high), (low_reached, high_reached) = row.range, row.closed
    x = np.concatenate([np.linspace(-15, 15, 30001), [-1.4142135623730951, 0.0]])
    value = row.value(x)
    assert (value >= low).all() and (value <= high).all()
    assert low_reached or (value > low).all()
    assert high_reached or (value < high).all()
    # what is named as a bound is approached
    assert low == -np.inf or row.value(np.append(x, [-1e6, 1e6])).min() < low + 1e-5
    assert high == np.inf or row.value(np.append(x, [-1e6, 1e6])).max() > high - 1e-5
    assert low > -np.inf or row.value(np.array([-1e6])) < -1e3
    assert high < np.inf or row.value(np.array([1e6])) > 1e3


@every
def test_names_elsewhere(row: Activation) -> None:
    assert row.nearest in ("identity", "logistic", "tanh", "relu")
    assert row.sklearn in ("", *SKLEARN_ACTIVATIONS)
    assert not row.sklearn or row.nearest == row.sklearn == row.name
    assert row.playground in ("", "linear", "sigmoid", "tanh", "relu")
    assert row.initializer in INITIALIZERS
    assert row.label and row.value_latex and row.slope_latex and row.use


@pytest.mark.parametrize("name", ["identity", "logistic", "tanh", "relu"])
def test_value_is_scikit_learns(name: str) -> None:
    x = np.random.default_rng(4).normal(0, 5, (40, 3))
    theirs = x.copy()
    SKLEARN_ACTIVATIONS[name](theirs)
    np.testing.assert_allclose(ACTIVATIONS[name].value(x), theirs, rtol=1e-14)


# ---- published numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, largest, at",
    [
        ("logistic", 0.25, 0.0),
        ("tanh", 1.0, 0.0),
        ("softsign", 1.0, 0.0),
        ("gelu", 1.12890, sqrt(2)),
        ("silu", 1.09984, 2.3994),
        ("mish", 1.08850, 1.4906),
    ],
)
def test_largest_slope(name: str, largest: float, at: float) -> None:
    slope = ACTIVATIONS[name].slope
    found = minimize_scalar(lambda x: -float(slope(np.array(x))), bracket=(at - 0.5, at + 0.4), tol=1e-12)
    assert -found.fun == pytest.approx(largest, abs=6e-6)
    assert found.x == pytest.approx(at, abs=1e-4)
    assert slope(np.linspace(-20, 20, 4001)).max() <= -found.fun + 1e-10


@pytest.mark.parametrize(
    "name, smallest, at",
    [
        ("gelu", -0.169971, -0.75179),
        ("silu", -0.278465, -1.27846),
        ("mish", -0.308843, -1.19243),
        ("hard_swish", -0.375, -1.5),
    ],
)
def test_minimum(name: str, smallest: float, at: float) -> None:
    row = ACTIVATIONS[name]
    found = minimize_scalar(lambda x: float(row.value(np.array(x))), bracket=(at - 0.5, at + 0.4), tol=1e-12)
    assert found.fun == pytest.approx(smallest, abs=1e-6)
    assert found.x == pytest.approx(at, abs=1e-5)
    assert row.range[0] == pytest.approx(found.fun, abs=1e-12)


def test_gelu_tanh_form_has_its_own_minimum() -> None:
    row = ACTIVATIONS["gelu_tanh"]
    found = minimize_scalar(lambda x: float(row.value(np.array(x))), bracket=(-1.2, -0.4), tol=1e-12)
    assert row.range[0] == pytest.approx(found.fun, abs=1e-15)
    assert found.fun != pytest.approx(-0.169971, abs=1e-6)


@pytest.mark.parametrize(
    "name, x, slope",
    [
        ("relu", 0.0, 0.0),
        ("leaky_relu", 0.0, 0.01),
        ("elu", 0.0, 1.0),
        ("selu", 0.0, 1.0507009873554805 * 1.6732632423543772),
        ("hardtanh", -1.0, 0.0),
        ("hardtanh", 1.0, 0.0),
        ("relu6", 0.0, 0.0),
        ("relu6", 6.0, 0.0),
        ("hard_swish", -3.0, 0.0),
        ("hard_swish", 3.0, 1.0),
    ],
)
def test_slope_at_a_kink(name: str, x: float, slope: float) -> None:
    assert ACTIVATIONS[name].slope(np.array([x, -0.0 + x]))[0] == pytest.approx(slope, abs=1e-15)


def test_softplus_of_zero_is_ln_2() -> None:
    assert ACTIVATIONS["softplus"].value(np.array(0.0)) == pytest.approx(log(2), abs=1e-16)


def test_identities() -> None:
    x = np.linspace(-12, 12, 481)
    s, ds = ACTIVATIONS["logistic"].value, ACTIVATIONS["logistic"].slope
    tanh = ACTIVATIONS["tanh"]
    np.testing.assert_allclose(ds(x), s(x) * (1 - s(x)), rtol=1e-9)
    np.testing.assert_allclose(tanh.value(x), 2 * s(2 * x) - 1, atol=1e-15)
    np.testing.assert_allclose(tanh.slope(x), 4 * s(2 * x) * s(-2 * x), rtol=1e-13)
    np.testing.assert_allclose(ACTIVATIONS["silu"].value(x), x * s(x), rtol=1e-14)
    np.testing.assert_allclose(ACTIVATIONS["softplus"].slope(x), s(x), rtol=1e-14)
    np.testing.assert_array_equal(ACTIVATIONS["relu"].value(x), np.maximum(x, 0))


def test_where_float64_saturates() -> None:
    """The logistic rounds to exactly 1 at 37, tanh at 19.1, their slopes do not vanish there."""
    s, tanh = ACTIVATIONS["logistic"], ACTIVATIONS["tanh"]
    assert s.value(np.array([36.0]))[0] < 1 and s.value(np.array([37.0]))[0] == 1
    assert tanh.value(np.array([18.9]))[0] < 1 and tanh.value(np.array([19.1]))[0] == 1
    np.testing.assert_allclose(s.slope(np.array([-37.0, 37.0])), exp(-37), rtol=1e-12)
    np.testing.assert_allclose(tanh.slope(np.array([-30.0, 30.0])), 4 * exp(-60), rtol=1e-12)


def test_the_logistic_is_not_lost_where_e_to_the_minus_x_overflows() -> None:
    s, x = ACTIVATIONS["logistic"], np.array([-745.0, -720.0, -709.8])
    for tail in (s.value(x), s.slope(x), s.slope(-x)):
        np.testing.assert_allclose(tail, np.exp(x), rtol=1e-9)
        assert (tail > 0).all()


# What "used for, and why" says in numbers.
def test_reasons_for_a_use_are_measured() -> None:
    z = (np.arange(1, 200_001) - 0.5) / 200_000
    z = norm.ppf(z)  # standard normal
    mean = {name: float(row.value(z).mean()) for name, row in ACTIVATIONS.items()}
    assert mean["logistic"] == pytest.approx(0.5) and ACTIVATIONS["logistic"].slope(z).max() <= 0.25
    assert mean["tanh"] == pytest.approx(0, abs=1e-12) and ACTIVATIONS["tanh"].slope(np.array(0.0)) == 1
    assert abs(mean["elu"]) < abs(mean["relu"]) / 2  # nearer to 0
    assert mean["selu"] == pytest.approx(0, abs=1e-4)
    assert np.square(ACTIVATIONS["selu"].value(z)).mean() == pytest.approx(1, abs=1e-3)
    assert (ACTIVATIONS["leaky_relu"].slope(z) > 0).all()
    assert ACTIVATIONS["softplus"].value(z).min() > 0
    x = np.linspace(-8, 8, 4001)
    assert np.abs(ACTIVATIONS["mish"].value(x) - ACTIVATIONS["silu"].value(x)).max() < 0.2
    assert np.abs(ACTIVATIONS["hard_swish"].value(x) - ACTIVATIONS["silu"].value(x)).max() < 0.2
    assert np.abs(ACTIVATIONS["gelu_tanh"].value(x) - ACTIVATIONS["gelu"].value(x)).max() < 1e-3
    far = np.array([100.0, 200.0])
    falls = {name: ACTIVATIONS[name].slope(far / 10) for name in ("softsign", "tanh")}
    assert falls["softsign"][1] / falls["softsign"][0] > 0.2 and falls["tanh"][1] / falls["tanh"][0] < 1e-8


def test_left_tails_are_not_lost() -> None:
    """Phi(-20) = 2.753624e-89 (Abramowitz and Stegun, table 26.2), where 1 + erf is 0."""
    assert ACTIVATIONS["gelu"].value(np.array([-20.0]))[0] == pytest.approx(-20 * 2.7536241186062337e-89, rel=1e-10)
    assert ACTIVATIONS["softplus"].value(np.array([-40.0]))[0] == pytest.approx(exp(-40), rel=1e-14)
    assert ACTIVATIONS["logistic"].value(np.full(300, -40.0), np.empty(300))[0] == pytest.approx(exp(-40), rel=1e-14)
    assert ACTIVATIONS["elu"].value(np.array([-1e-10]))[0] == pytest.approx(-1e-10 + 0.5e-20, rel=1e-15)
    assert ACTIVATIONS["mish"].value(np.array([-50.0]))[0] == pytest.approx(-50 * exp(-50), rel=1e-13)
    assert ACTIVATIONS["mish"].slope(np.array([200.0]))[0] == 1
