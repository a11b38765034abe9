"""Recording: which epochs, and when a run has diverged."""

import dataclasses
from itertools import islice

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error

from core import recording
from core.engines import ENGINES as TRAINERS
from core.experiment import Experiment, Segment, changed
from core.recording import schedule
from core.training import iterate, prepare, train, train_together

SMALL = Experiment(rows=80, hidden=(4, 3), segments=(Segment(epochs=12, learning_rate=0.1),))
BOTH = pytest.mark.parametrize("engine", ["numpy", "sklearn"])


# ---- which epochs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("last", [1, 2, 50, 118, 119])
def test_every_epoch_of_a_short_run_is_recorded(last: int) -> None:
    assert schedule(last) == list(range(last + 1))


@pytest.mark.parametrize("last", [120, 121, 150, 200, 201, 500, 999, 1000, 2500, 9999, 10_000])
def test_a_long_run_records_about_120_epochs(last: int) -> None:
    recorded = schedule(last)
    assert {*range(11), 50, 100, last} <= set(recorded)
    assert recorded[-1] == last
    assert 110 <= len(recorded) <= 135
    assert (np.diff(recorded) > 0).all()
    if last >= 1000:  # geometric: the later steps are a constant share of the epoch
        late = np.array([epoch for epoch in recorded if epoch > 200])
        ratios = late[1:] / late[:-1]
        assert ratios.max() / ratios.min() < 1.02


@BOTH
def test_the_recorded_epochs_are_the_schedules(engine: str) -> None:
    run = train(changed(SMALL, engine=engine, rows=50, epochs=140))
    np.testing.assert_array_equal(run.epochs, schedule(140))


# ---- divergence ----------------------------------------------------------------------------------------------------


@BOTH
def test_a_loss_beyond_its_limit_is_divergence_too(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Log loss is bounded by 36, so the limit is lowered to where a rate that is merely bad crosses it."""
    experiment = changed(SMALL, engine=engine, hidden=(), learning_rate=1000.0)
    whole = train(experiment)
    beyond = whole.train_loss > 2 * whole.train_loss[0]
    assert whole.ended == "finished" and beyond.any()
    monkeypatch.setattr(recording, "LOSS_LIMIT", 2)
    run = train(experiment)
    at = int(np.argmax(beyond))
    assert run.ended.startswith(f"diverged at epoch {at}: layer 1 went first, with weights up to ")
    np.testing.assert_array_equal(run.epochs, np.arange(at))


@BOTH
def test_a_run_ends_at_the_epoch_that_is_beyond_the_limit_recorded_or_not(engine: str) -> None:
    """By scikit-learn's mean squared error of the outputs of a network without hidden layers, which are X W + b."""
    growing = {"hidden": (), "learning_rate": 0.165, "batch_size": 50, "rows": 100, "epochs": 3000}
    experiment = changed(SMALL, engine=engine, dataset="reg_plane", loss="squared_linear", seed=0, **growing)
    prepared = prepare(experiment)
    X, y = prepared.inputs(prepared.X_train), prepared.y_train
    losses = [mean_squared_error(y, X @ W + b) for ((W, b),) in islice(TRAINERS[engine](experiment, X, y), 200)]
    at = int(np.argmax(np.array(losses) > 1e6 * losses[0]))
    assert at > 0 and at not in schedule(3000)
    run = train(experiment)
    assert run.ended.startswith(f"diverged at epoch {at}: layer 1 went first, with weights up to ")
    assert run.epochs[-1] == max(epoch for epoch in schedule(3000) if epoch < at)


def test_the_layer_that_went_first_is_named() -> None:
    """Without a frame before it: the first that is not finite, or the largest; else the largest gradient before."""
    good, large = (np.ones((2, 2)), np.zeros(2)), (np.full((2, 2), 5.0), np.zeros(2))
    bad = np.array([[1.0, np.inf]]), np.zeros(2)
    assert "layer 2 went first, its weights are no longer finite" in recording._reason(7, [good, bad, bad], None)
    assert "layer 2 went first, with weights up to 5.0e+00" in recording._reason(7, [good, large], None)
    experiment = changed(SMALL, epochs=1)
    frame = next(iterate(experiment, prepare(experiment)))
    frame = dataclasses.replace(frame, weight_gradient=np.array([1.0, 30.0, 2.0]))
    assert "Layer 2 most likely went first: it had the largest gradient" in recording._reason(1, [bad, bad, bad], frame)
    for last in None, dataclasses.replace(frame, weight_gradient=np.array([1.0, np.nan, np.inf])):
        said = "diverged at epoch 1: the weights are no longer finite. A smaller learning rate usually helps"
        assert recording._reason(1, [bad, bad, bad], last) == said


def test_the_loss_limit_holds_for_runs_trained_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "LOSS_LIMIT", 2)
    experiments = [changed(SMALL, hidden=(), learning_rate=rate) for rate in (1000.0, 0.1)]
    for run, experiment in zip(train_together(experiments), experiments, strict=True):
        alone = train(experiment)
        assert run.ended.split(":")[0] == alone.ended.split(":")[0]
        np.testing.assert_array_equal(run.epochs, alone.epochs)
