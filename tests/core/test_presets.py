"""Presets open as pairs that differ, and the runs show what their sentences say."""

import numpy as np
import pytest

from core.claims.gradient_flow import learning
from core.diagnosis import diagnose
from core.link import View, from_query, to_query
from core.presets import PRESETS
from core.sides import on_engine
from core.training import Run, train


def runs(name: str) -> tuple[Run, Run]:
    """Both sides, trained in NumPy: the engines' own tests show that scikit-learn ends on the same weights."""
    pair = PRESETS[name].pair
    return train(on_engine(pair.a, "numpy")), train(on_engine(pair.b, "numpy"))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_pair_that_differs_and_has_a_link(name: str) -> None:
    pair = PRESETS[name].pair
    assert pair.a != pair.b
    assert from_query(to_query(pair)) == (pair, View(), [])


@pytest.mark.parametrize("name", ["squares", "xor", "spiral", "regression"])
def test_presets_that_learn_do_so_on_both_sides(name: str) -> None:
    for run in runs(name):
        assert diagnose(run).verdict == "fine"
        assert run.test_accuracy[-1] > 0.93


def test_six_logistic_layers_learn_by_adam_and_not_by_plain_sgd() -> None:
    pair = PRESETS["logistic"].pair
    assert pair.a == learning() and pair.a.hidden == PRESETS["vanishing"].pair.a.hidden
    a, b = runs("logistic")
    assert a.train_accuracy[-1] == a.test_accuracy[-1] == 1
    assert np.ptp(b.train_loss[b.epochs > 10]) < 0.02 and b.test_accuracy[-1] < 0.6


def test_the_linear_net_and_the_deep_logistic_one_do_not() -> None:
    for name, verdict in ("linear", "linear"), ("vanishing", "vanishing"):
        a, b = runs(name)
        assert diagnose(a).verdict == verdict
        assert b.train_accuracy[-1] > a.train_accuracy[-1] + 0.3
