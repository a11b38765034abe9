"""The central difference beside the derivative: where they agree, and what is said where they can not."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.experiment import Experiment, changed
from core.network import ACTIVATIONS
from core.picks import Pick, picked
from core.steps import Batch, central_difference, training
from core.steps.checking import Check
from core.training import completed
from tests.core.steps.problems import small
from tests.core.steps.test_lines import picks

QUICK = changed(Experiment(), rows=60, epochs=8)
SMOOTH = tuple(name for name, row in ACTIVATIONS.items() if not row.kinks)


@given(small(SMOOTH), st.data())
def test_every_derivative_agrees(experiment: Experiment, data: st.DataObject) -> None:
    try:
        batch = completed(training(experiment, 1, 1))
    except ValueError:
        assume(False)
    pick = data.draw(st.sampled_from(picks(experiment.sizes)))
    check = central_difference(batch, pick)
    assert check.agrees or check.too_small or check.at_zero, check
    assert check.crossings == 0
    assert check.gradient == batch.gradient[pick.place(experiment.sizes)]


@given(small(), st.data())
def test_a_wrong_derivative_is_found(experiment: Experiment, data: st.DataObject) -> None:
    try:
        batch = completed(training(experiment, 1, 1))
    except ValueError:
        assume(False)
    pick = data.draw(st.sampled_from(picks(experiment.sizes)))
    check = central_difference(batch, pick)
    assume(check.agrees and not check.too_small)
    batch.gradient[pick.place(experiment.sizes)] *= 1.001
    assert not central_difference(batch, pick).agrees
    assert central_difference(batch, pick).words.startswith("Not in agreement")


def test_it_is_the_difference_of_the_loss_that_training_has() -> None:
    """Where no probability is near 0 or 1, the loss of `core.network` has digits enough for an own difference."""
    from core.network import LOSSES, reference

    e = changed(QUICK, l2=0.3, l1=0.1, hidden=(3,), seed=4)
    batch = completed(training(e, 1))
    for pick in picks(e.sizes):
        losses = []
        for sign in (1, -1):
            layers = [(W.copy(), b.copy()) for W, b in batch.layers]
            W, b = layers[pick.layer - 1]
            if pick.kind == "w":
                W[pick.source, pick.unit] += sign * 1e-6
            else:
                b[pick.unit] += sign * 1e-6
            output = reference.forward(batch.a[0], layers, e.activations, "logistic")[1][-1]
            weights = np.concatenate([V.ravel() for V, _ in layers])
            penalty = (0.1 * np.abs(weights).sum() + 0.3 * (weights**2).sum() / 2) / len(batch.rows)
            losses.append(float(LOSSES["log"].value(output.T, batch.targets.T)) + penalty)
        assert central_difference(batch, pick).difference == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=2e-9)


def with_z(activation: str, z: float) -> tuple[Batch, Pick]:
    """A batch in which the first unit of the first layer has this z on its first row, and the bias of that unit."""
    batch = completed(training(changed(QUICK, activation=activation, hidden=(3,)), 1))
    batch.layers[0][1][0] += z - batch.z[0][0, 0]
    return batch, Pick("b", 1, 0)


@pytest.mark.parametrize(
    ("activation", "kink"), [(name, kink) for name, row in ACTIVATIONS.items() for kink in row.kinks]
)
def test_a_unit_that_changes_sides_is_found_and_said(activation: str, kink: float) -> None:
    batch, pick = with_z(activation, kink + 3e-7)
    check = central_difference(batch, pick)
    assert check.crossings == 1 and check.crossing == (1, 0)
    assert "A unit changes sides of a kink within ±1e-6 (first: layer 1, neuron 1)." in check.words
    assert central_difference(with_z(activation, kink + 3e-6)[0], pick).crossings == 0


def test_the_kinks_are_where_slopes_jump() -> None:
    x = np.arange(-8000, 8001) / 1000
    for row in ACTIVATIONS.values():
        jumps = np.abs(row.slope(x + 1e-9) - row.slope(x - 1e-9)) > 1e-6
        assert x[jumps].tolist() == list(row.kinks), row.name


def test_a_batch_that_is_sure_and_wrong_has_its_whole_derivative() -> None:
    """Beyond z = 36 the loss of training is cut off, where the derivative p - y is not: nor is the difference."""
    batch = completed(training(changed(QUICK, hidden=()), 1))
    batch.layers[0][1][0] = 80.0
    z = batch.a[0] @ batch.layers[0][0] + batch.layers[0][1]
    batch.gradient[picked("b1:0").place((2, 1))] = (1 / (1 + np.exp(-z)) - batch.targets).mean()
    check = central_difference(batch, picked("b1:0"))
    assert check.agrees and check.gradient > 0.1


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (Check(0.5, 0.5, 5e-5, 1e-12), "In agreement: 0 apart, 5e-05 allowed."),
        (Check(0.5, 0.5 + 2e-10, 5e-5, 1e-12), "In agreement: 2e-10 apart, 5e-05 allowed."),
        (Check(0.5, 0.6, 5e-5, 1e-12), "Not in agreement: 0.1 apart, 5e-05 allowed."),
        (Check(9e-8, 9e-8, 1e-9, 1e-12), "Too small for a difference."),
        (
            Check(1e-5, 2e-5, 2e-9, 1e-7),
            "Too small for a difference of a loss so large, whose rounding alone makes 1e-07.",
        ),
        (Check(np.nan, 0.1, np.nan, 1e-12), "Not a number, so there is nothing to compare."),
    ],
)
def test_the_words(check: Check, words: str) -> None:
    assert check.words == words


def test_a_penalty_that_the_optimizer_takes_itself_is_left_out_and_that_is_said() -> None:
    said = "Without the penalty, which this optimizer takes itself."
    for optimizer, alone in (("sgd", False), ("adamw", True), ("playground", True)):
        batch = completed(training(changed(QUICK, optimizer=optimizer, l2=1.0), 2))
        check = central_difference(batch, picked("w1:0:2"))
        assert check.agrees and (said in check.words) is alone
        assert not central_difference(batch, picked("b1:2")).without


def test_l1_has_a_kink_of_its_own() -> None:
    batch = completed(training(changed(QUICK, l1=0.1), 1))
    batch.layers[0][0][0, 0] = 5e-7
    assert "within 1e-6 of 0, where L1 has its kink" in central_difference(batch, picked("w1:0:0")).words
