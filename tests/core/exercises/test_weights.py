"""What is measured of weights: which inputs are used, which units differ, how much of delta arrives."""

import numpy as np
import pytest

from core.exercises.weights import SEVEN, arrives, different_units, used
from core.experiment import Experiment, changed
from core.training import Run, train


def with_first_layer(W: list[list[float]], b: list[float]) -> Run:
    """An untrained run whose first layer at the end is this one."""
    run = train(changed(Experiment(), features=SEVEN[: len(W)], hidden=(len(b),), epochs=0))
    run.layers[-1][0] = (np.array(W), np.array(b))
    return run


def test_an_input_is_used_from_a_twentieth_of_the_largest_weight_on() -> None:
    assert used(with_first_layer([[0.05, 0.0], [0.0, -1.0], [0.049, 0.0]], [9.0, 9.0])) == ("x1", "x2")
    assert used(with_first_layer([[0.0, 0.0], [0.0, 0.0]], [1.0, 1.0])) == ()


def test_units_differ_in_a_weight_or_in_the_bias() -> None:
    assert different_units(with_first_layer([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]], [0.0, 1e-12, 0.0])) == 1
    assert different_units(with_first_layer([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]], [0.0, 1e-6, 0.0])) == 2
    assert different_units(with_first_layer([[0.0, 1.0, 0.0], [1.0, 1.0, 2.0]], [0.0, 0.0, 0.0])) == 3


def test_what_arrives_is_the_product_of_the_factors_of_all_layers_but_the_first_and_the_output() -> None:
    run = train(changed(Experiment(), hidden=(16,) * 5, activation="relu", epochs=0))
    factors = run.weight_factor[0] * run.slope_factor[0]
    assert arrives(run, 5) == pytest.approx(np.prod(factors[:4]), rel=1e-9)
