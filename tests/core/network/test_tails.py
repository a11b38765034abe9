"""Saturated is a flat tail, and nothing else that is flat."""

from math import inf, log

import numpy as np
import pytest

from core.network import ACTIVATIONS
from core.network.tails import SATURATED, largest_slope, saturated, tails

every = pytest.mark.parametrize("name", ACTIVATIONS)
HALF = np.arctanh(np.sqrt(0.99))  # 1 - tanh^2 = 0.01


@pytest.mark.parametrize(
    "name, low, high",
    [
        ("identity", -inf, inf),
        ("logistic", -log((1 + np.sqrt(0.99)) / (1 - np.sqrt(0.99))), 2 * HALF),
        ("tanh", -HALF, HALF),
        ("relu", 0, inf),
        ("leaky_relu", -inf, inf),
        ("relu6", 0, 6),
        ("elu", -log(100), inf),
        ("selu", -log(100), inf),
        ("softplus", -log(99), inf),
        ("softsign", -9, 9),
        ("hardtanh", -1, 1),
        ("hard_swish", -3, inf),
        ("sine", -inf, inf),
    ],
)
def test_tails_begin_where_the_slope_is_a_hundredth_of_the_largest(name: str, low: float, high: float) -> None:
    assert tails(name) == pytest.approx((low, high), abs=1e-6)


@every
def test_from_there_outwards_the_slope_stays_small_and_before_it_does_not(name: str) -> None:
    small = SATURATED * largest_slope(name)
    for edge in tails(name):
        if np.isfinite(edge):
            sign = -1 if edge == tails(name)[0] else 1
            outwards = edge + sign * np.geomspace(1e-9, 1e6, 2000)
            assert (np.abs(ACTIVATIONS[name].slope(outwards)) < small).all()
            assert np.abs(ACTIVATIONS[name].slope(np.array(edge - sign * 1e-3))) >= small * (1 - 1e-9)
            assert saturated(name, np.array([edge, edge + sign, edge - sign * 1e-3])).tolist() == [True, True, False]


@pytest.mark.parametrize(
    "name, z",
    [
        ("gaussian", 0.0),
        ("gelu", -0.75179),
        ("gelu_tanh", -0.7525),
        ("silu", -1.27846),
        ("mish", -1.19243),
        ("hard_swish", -1.5),
        ("sine", np.pi / 2),
        ("sine", 1e5 * np.pi + np.pi / 2),
        ("tanh", np.nan),
    ],
)
def test_a_top_a_minimum_or_a_peak_is_not_saturated(name: str, z: float) -> None:
    assert np.isnan(z) or abs(ACTIVATIONS[name].slope(np.array(z))) < SATURATED * largest_slope(name)
    assert not saturated(name, np.array([[z]])).any()


@every
def test_the_largest_slope_is_nowhere_larger(name: str) -> None:
    x = np.concatenate([np.random.default_rng(0).uniform(-20, 20, 100_000), [1e3, 1e6]])
    assert np.abs(ACTIVATIONS[name].slope(x)).max() <= largest_slope(name) * (1 + 3e-4)
