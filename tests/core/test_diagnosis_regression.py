"""Verdicts on runs whose targets are numbers: real runs that earn them, their edges, and outside oracles."""

import dataclasses
from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.diagnosis import (
    FEW_ROWS,
    GUESSING,
    LEARNED,
    OF_GUESSING,
    OVERFITTING,
    TEST_GAP,
    TEST_RISE,
    Diagnosis,
    Measured,
    diagnose,
)
from core.experiment import Experiment, changed
from core.phrases import short
from core.training import Run, predicted, train

PLANE = Experiment(dataset="reg_plane", loss="squared_linear")
ADAM = {"optimizer": "adam", "learning_rate": 0.01}
TABLE = {"dataset": "diabetes", "standardize": True}
MEMORY = {**TABLE, **ADAM, "hidden": (64, 64), "train_share": 20, "epochs": 500}
NOISE = {"dataset": "ripple", "noise": 80.0}


@cache
def trained(experiment: Experiment) -> Run:
    return train(experiment)


def run_of(**changes: Any) -> Run:
    return trained(changed(PLANE, **changes))


def diagnosis_of(**changes: Any) -> Diagnosis:
    return diagnose(run_of(**changes))


def with_last(run: Run, **values: float) -> Run:
    """The run with other numbers in its last frame."""
    columns = {name: getattr(run, name).copy() for name in values}
    for name, value in values.items():
        columns[name][-1] = value
    return dataclasses.replace(run, **columns)


def settled(run: Run) -> Run:
    """The run with a loss that has long stopped falling."""
    return dataclasses.replace(run, train_loss=np.full_like(run.train_loss, run.train_loss[-1]))


EARNED = [
    ("fine", {}),
    ("fine", {"hidden": ()}),
    ("fine", {"dataset": "saddle", "hidden": (8, 8), "activation": "relu"}),
    ("fine", {"dataset": "reg_gauss", "hidden": (8, 8), "epochs": 1000, **ADAM}),
    ("fine", TABLE),
    ("fine", {**TABLE, "engine": "sklearn"}),
    ("overfitting", MEMORY),
    ("overfitting", {"dataset": "saddle", "hidden": (64, 64), "train_share": 1}),
    ("diverged", {"learning_rate": 10.0}),
    ("dead", {"dataset": "reg_gauss", "hidden": (8, 8), "activation": "relu", "learning_rate": 1.0}),
    ("no signal", {"dataset": "diabetes", "axes": "1,0"}),
    ("unscaled", {"dataset": "diabetes", "axes": "2,8", "learning_rate": 0.001}),
    ("vanishing", {"dataset": "reg_gauss", "hidden": (8,) * 6, "activation": "logistic"}),
    ("symmetric", {"initializer": "zeros"}),
    ("penalised", {"l2": 10.0}),
    ("penalised", {"hidden": (), "l2": 100.0}),
    ("penalised", {"dataset": "reg_gauss", "hidden": (8, 8), "l2": 1.0}),
    ("under-trained", {"epochs": 5}),
    ("under-trained", {"learning_rate": 1e-6}),
    ("under-trained", {"dataset": "ripple"}),
    ("under-trained", {"dataset": "ripple", "hidden": (1,)}),
    ("unsteady", {"dataset": "diabetes", "hidden": (8, 8), "epochs": 100, "learning_rate": 0.7}),
    ("no signal", NOISE),
    ("no signal", {**TABLE, "axes": "0,1"}),
    ("linear", {"dataset": "saddle", "hidden": ()}),
    ("linear", {"dataset": "saddle", "features": ()}),
    ("at rest", {"dataset": "saddle", "hidden": (1,)}),
]


@pytest.mark.parametrize("verdict, changes", EARNED)
def test_real_runs_earn_their_verdict(verdict: str, changes: dict[str, Any]) -> None:
    assert diagnosis_of(**changes).verdict == verdict


def test_r_squared_in_the_sentences_is_scikit_learns_of_the_predictions() -> None:
    run = run_of(**MEMORY)
    on_train, on_test = (
        r2_score(y, predicted(run, X)) for X, y in ((run.X_train, run.y_train), (run.X_test, run.y_test))
    )
    found = diagnose(run)
    test_loss = mean_squared_error(run.y_test, predicted(run, run.X_test)) / 2
    assert found.sentence == (
        f"R² is {short(on_train)} on the training rows and {short(on_test)} on the test rows; the test loss is "
        f"{test_loss:.3g}."
    )
    assert found.value == pytest.approx(test_loss / run.test_loss.min(), rel=1e-9)
    run = run_of()
    found = diagnose(run)
    assert found.sentence.startswith(f"R² is {short(r2_score(run.y_train, predicted(run, run.X_train)))} on the tr")
    assert f"at a loss of {mean_squared_error(run.y_train, predicted(run, run.X_train)) / 2:.2g}." in found.sentence
    run = run_of(epochs=5)
    assert f"with an R² of {short(r2_score(run.y_train, predicted(run, run.X_train)))} on" in diagnose(run).sentence


@pytest.mark.parametrize("changes", [NOISE, TABLE, {**TABLE, "axes": "0,1"}, {"rows": 80}])
def test_neighbours_average_as_scikit_learns(changes: dict[str, Any]) -> None:
    run = run_of(**changes)
    model = make_pipeline(StandardScaler(), KNeighborsRegressor(5))
    expected = r2_score(run.y_train, cross_val_predict(model, run.X_train, run.y_train, cv=LeaveOneOut()))
    # each fold has its own deviations and breaks ties its own way
    assert Measured(run, 0).neighbour_score == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("dataset", ["reg_gauss", "diabetes"])
def test_the_best_constant_is_the_mean(dataset: str) -> None:
    run = run_of(dataset=dataset, epochs=1, train_share=31)
    guess = DummyRegressor().fit(run.X_train, run.y_train).predict(run.X_train)
    measured = Measured(run, 0)
    assert measured.guessing_loss == pytest.approx(mean_squared_error(run.y_train, guess) / 2)
    assert measured.guessing_score == pytest.approx(r2_score(run.y_train, guess), abs=1e-12)


# ---- the edges ------------------------------------------------------------------------------------------------------


def test_the_edge_of_learned() -> None:
    run = settled(run_of(hidden=(8, 8)))
    assert diagnose(with_last(run, train_accuracy=LEARNED)).verdict == "fine"
    assert diagnose(with_last(run, train_accuracy=np.nextafter(LEARNED, 0))).verdict == "at rest"


def test_the_edge_of_overfitting() -> None:
    run = run_of()
    for gap, verdict in (OVERFITTING + 1e-9, "overfitting"), (OVERFITTING - 1e-9, "fine"):
        assert diagnose(with_last(run, train_accuracy=0.97, test_accuracy=0.97 - gap)).verdict == verdict
    for gap, said in (TEST_GAP + 1e-9, True), (TEST_GAP - 1e-9, False):
        advice = diagnose(with_last(run, train_accuracy=0.97, test_accuracy=0.97 - gap)).advice
        assert ("training rows better than others" in advice) == said


def test_the_edge_of_a_rising_test_loss() -> None:
    run = run_of()
    risen = OF_GUESSING * np.var(run.y_train) / 2
    for factor, verdict in (1 + 1e-9, "overfitting"), (1 - 1e-9, "fine"):
        for lowest, end in (1.0, TEST_RISE * factor), (0.001, 0.001 + risen * factor):
            losses = np.where(run.epochs == 50, lowest, end)
            assert diagnose(dataclasses.replace(run, test_loss=losses)).verdict == verdict
    for score, overfits in (GUESSING, False), (GUESSING + 1e-9, True):
        found = diagnose(with_last(run, train_accuracy=score, test_accuracy=-9.0, test_loss=9.0))
        assert (found.verdict == "overfitting") is overfits


def test_r_squared_of_few_test_rows_is_no_reason_for_a_verdict() -> None:
    for count, verdict in (FEW_ROWS, "overfitting"), (FEW_ROWS - 1, "fine"):
        run = run_of()
        few = dataclasses.replace(run, X_test=run.X_test[:count], y_test=run.y_test[:count])
        found = diagnose(with_last(few, test_accuracy=-3.0))
        assert found.verdict == verdict
        assert (found.advice == f"R² of so few test rows, {count}, says little.") == (verdict == "fine")


@pytest.mark.parametrize("count, alike", [(1, "a single test row"), (12, "test rows that all have one target")])
def test_r_squared_that_is_not_defined_is_not_quoted(count: int, alike: str) -> None:
    run = run_of()
    run = dataclasses.replace(run, X_test=run.X_test[:count], y_test=np.full(count, 0.25))
    found = diagnose(with_last(run, test_accuracy=0.0))
    assert found.verdict == "fine"
    assert f"on the training rows, and not defined on {alike}, at a loss of" in found.sentence


@pytest.mark.parametrize(
    "share, verdict, said",
    [
        (1 - GUESSING - 1e-9, "at rest", "At rest at loss 0.132 with an R² of 0.5 on the training rows."),
        (1 - GUESSING + 1e-9, "under-trained", "; the mean of the targets gives 0.134, so it has hardly begun."),
        (1 + GUESSING - 1e-9, "under-trained", "; the mean of the targets gives 0.134, so it has hardly begun."),
        (1 + GUESSING + 1e-9, "at rest", "; one answer to every row gives 0.134, which is better."),
        (9.65, "at rest", "At rest at loss 1.3 with an R² of 0.5 on the training rows; one answer to every row gives"),
    ],
)
def test_the_edges_of_not_learning(share: float, verdict: str, said: str) -> None:
    run = run_of(hidden=(8, 8))
    guess = np.var(run.y_train) / 2
    run = dataclasses.replace(run, train_loss=np.full_like(run.train_loss, share * guess))
    found = diagnose(with_last(run, train_accuracy=0.5, test_accuracy=0.5))
    assert found.verdict == verdict
    assert said in found.sentence


def test_the_edge_of_no_signal() -> None:
    run = settled(run_of(**NOISE))
    assert diagnose(with_last(run, train_accuracy=0.2, test_accuracy=GUESSING)).verdict == "no signal"
    assert diagnose(with_last(run, train_accuracy=0.2, test_accuracy=GUESSING + 1e-9)).verdict == "fine"
    noiseless = dataclasses.replace(run, experiment=changed(run.experiment, noise=0.0))
    table = settled(run_of(**TABLE))  # its neighbours reach 0.32: the inputs tell something
    assert diagnose(with_last(table, train_accuracy=0.2, test_accuracy=0.0)).verdict != "no signal"
    assert diagnose(with_last(noiseless, train_accuracy=0.2, test_accuracy=0.0)).verdict != "no signal"


def test_what_is_said_where_there_is_no_signal() -> None:
    run = run_of(**NOISE)
    scores = [short(run.train_accuracy[-1]), short(run.test_accuracy[-1]), short(Measured(run, 200).neighbour_score)]
    found = diagnose(run)
    assert found.sentence == (
        "R² is {} on the training rows and {} on the test rows; the mean of the nearest neighbours reaches {} on the "
        "training rows, so the inputs hardly tell the target.".format(*scores)
    )
    assert found.advice == ""


def test_what_is_said_at_rest() -> None:
    run = run_of(dataset="saddle", hidden=(1,))
    assert diagnose(run).sentence == (
        f"At rest at loss {run.train_loss[-1]:.3g} with an R² of {short(run.train_accuracy[-1])} on the training rows."
    )
    assert diagnose(run).advice == ""


def test_the_nearest_neighbours_are_quoted() -> None:
    run = run_of(**TABLE)
    found, reached = diagnose(run), Measured(run, len(run.epochs) - 1).neighbour_score
    assert f"the mean of the nearest neighbours reaches {short(reached)} on the training rows" in found.sentence
    assert "training rows better than others" in found.advice  # 0.44 against 0.27


@pytest.mark.parametrize("count, rows", [(1, "The single training row has"), (6, "The training rows all have")])
def test_without_differences_among_the_targets_there_is_nothing_to_learn(count: int, rows: str) -> None:
    run = run_of()
    run = dataclasses.replace(run, X_train=run.X_train[:count], y_train=np.full(count, -0.25))
    for score in (0.0, 1.0):
        found = diagnose(with_last(run, train_accuracy=score))
        assert found.verdict == "no signal"
        assert found.sentence.startswith(f"{rows} the target -0.25, so R² is not defined there; ")


@pytest.mark.parametrize("changes", [{"dataset": "circle", "noise": 50.0}, {"noise": 80.0}])
def test_a_single_training_row_has_no_neighbours_to_ask(changes: dict[str, Any]) -> None:
    run = run_of(**changes, playground_seed="0.5", rows=50, train_share=1, hidden=())
    assert len(run.y_train) == 1 and run.ended == "finished"
    assert all(diagnose(run, frame).sentence for frame in range(len(run.epochs)))


def test_a_linear_network_gives_a_plane() -> None:
    found = diagnosis_of(dataset="saddle", hidden=())
    assert found.sentence.endswith(": there is no hidden layer, so the output is a plane over the features.")
    identities = diagnosis_of(dataset="saddle", activation="identity").sentence
    assert identities.endswith(": all activations are the identity, so the output is a plane over the features.")


@pytest.mark.parametrize(
    "value, text", [(0.98857, "0.989"), (1.0, "1"), (-2.8e-5, "0"), (-8.6512, "-8.651"), (0.5, "0.5")]
)
def test_r_squared_is_short(value: float, text: str) -> None:
    assert short(value) == text
