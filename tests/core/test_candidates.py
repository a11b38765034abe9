"""The changes that are tried: one thing each, for every verdict that has something to try, and none that is refused."""

from dataclasses import replace
from functools import cache
from typing import Any, get_args

import numpy as np
import pytest

from core.candidates import CHANGES, Remedy, candidates
from core.data import DATASETS
from core.diagnosis import Diagnosis, Verdict, diagnose
from core.experiment import MAX_EPOCHS, Experiment, Segment, beside, changed, losses_for
from core.link import differences
from core.network import ACTIVATIONS, LOSSES, OPTIMIZERS
from core.training import Run, train
from tests.core.courses import COURSES

SMALL = changed(Experiment(rows=60, hidden=(4, 3)), epochs=6)
TWO = replace(SMALL, segments=(Segment(epochs=4, l2=0.1), Segment(epochs=3, learning_rate=0.3, l1=0.2)))


@cache
def trained(experiment: Experiment) -> Run:
    return train(experiment)


def of(verdict: Any, experiment: Experiment = SMALL) -> list[Remedy]:
    return candidates(trained(experiment), Diagnosis(verdict, "", 0, 0))


def words(verdict: Any, experiment: Experiment = SMALL) -> list[str]:
    return [remedy.words for remedy in of(verdict, experiment)]


def test_every_verdict_has_changes_but_those_with_nothing_to_mend() -> None:
    nothing = {"fine", "no signal", "stuck", "too narrow"}  # the last two are known once the trying is over
    assert set(CHANGES) == {*get_args(Verdict)} - nothing
    for verdict in nothing:
        assert of(verdict) == []


@pytest.mark.parametrize("verdict", CHANGES)
@pytest.mark.parametrize(
    "experiment",
    [
        SMALL,
        TWO,
        replace(SMALL, hidden=()),
        replace(SMALL, features=()),
        changed(SMALL, engine="sklearn", l2=0.5),
        changed(SMALL, dataset="wine", activation="relu", l1=100.0),
        changed(SMALL, dataset="ripple", hidden=(64,) * 10, rows=50),
        changed(SMALL, epochs=MAX_EPOCHS, rows=50, hidden=(1,)),
        changed(SMALL, learning_rate=1000.0),
        changed(SMALL, learning_rate=1e-6),
        changed(SMALL, hidden=(2, 3), activation=("tanh", "relu")),
        changed(SMALL, playground_seed="0.5", initializer="uniform", loss="squared"),
    ],
    ids=lambda e: e.dataset,
)
def test_a_candidate_differs_in_one_thing_from_the_run(verdict: Verdict, experiment: Experiment) -> None:
    e = replace(experiment, engine="numpy")
    found = of(verdict, experiment)
    assert len({remedy.experiment for remedy in found}) == len(found) and e not in {each.experiment for each in found}
    for remedy in found:
        labels = {label.partition(" (segment ")[0] for label, *_ in differences(e, remedy.experiment)}
        several = ({"L1 penalty", "L2 penalty"}, {"Hidden layers", "Activation"})  # a layer brings its activation
        assert len(labels) == 1 or labels in several, labels
        assert remedy.experiment.engine == "numpy"
        assert beside(e, order_after=remedy.experiment.order_after).drawn_before == e.drawn_before  # A's order of rows


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("seed", range(4))
def test_no_experiment_is_too_strange(dataset: str, seed: int) -> None:
    random = np.random.default_rng([seed, len(dataset)])
    e = changed(
        Experiment(rows=50, seed=seed),
        dataset=dataset,
        loss=str(random.choice(losses_for(DATASETS[dataset].classes))),
        hidden=tuple(random.integers(1, 5, random.integers(0, 4)).tolist()),
        activation=str(random.choice(list(ACTIVATIONS))),
        optimizer=str(random.choice(list(OPTIMIZERS))),
        learning_rate=float(10.0 ** random.integers(-6, 4)),
        batch_size=int(random.integers(1, 80)),
        epochs=int(random.integers(1, 4)),
        l1=float(random.choice([0, 100])),
        l2=float(random.choice([0, 100])),
    )
    run = trained(e)
    found = diagnose(run)
    assert (candidates(run, found) == []) == (found.verdict in ("fine", "no signal"))
    for verdict in CHANGES:
        of(verdict, e)


def test_words_say_what_is_changed() -> None:
    assert words("unsteady", TWO)[:2] == ["learning rate 0.003 then 0.03", "learning rate 0.01 then 0.1"]
    assert [s.learning_rate for s in of("unsteady", TWO)[0].experiment.segments] == [0.003, 0.03]
    assert words("penalised", TWO)[:2] == ["L1 penalty 0 then 0.02 and L2 penalty 0.01 then 0", "no penalty"]
    assert words("penalised", changed(SMALL, l1=1.0, l2=1.0)) == [
        "L1 penalty 0.1 and L2 penalty 0.1",
        "no penalty",
        "L1 penalty 0.33 and L2 penalty 0.33",
    ]
    assert words("linear", replace(SMALL, hidden=())) == [
        "a hidden layer of 8 tanh",
        "the features x₁² and x₂² too",
        "the feature x₁x₂ too",
    ]
    assert words("linear", replace(SMALL, activation="identity")) == [
        "tanh",
        "the features x₁² and x₂² too",
        "the feature x₁x₂ too",
    ]
    assert words("linear", replace(SMALL, features=()))[0] == "the features x₁ and x₂"
    assert "hidden layers 8, 6" in words("at rest") and "hidden layers 16, 12" in words("at rest")
    assert words("symmetric", changed(SMALL, activation="relu"))[0] == "initial weights He normal"
    assert "log loss" in words("saturated", changed(SMALL, loss="squared"))
    assert "log loss" not in words("saturated", changed(SMALL, dataset="ripple"))
    assert LOSSES["log"].label == "Log loss"


def test_batches_that_no_epoch_fills_come_first() -> None:
    assert words("under-trained", changed(SMALL, batch_size=50))[0] == "batch size 10"
    assert not any("batch" in each for each in words("under-trained"))


def test_longer_is_three_times_as_long_or_100_epochs_unless_the_test_loss_rises() -> None:
    assert "100 epochs" in words("under-trained")
    assert "240 epochs" in words("under-trained", changed(SMALL, epochs=80))
    run = trained(SMALL)
    for rise, is_offered in (1.04, True), (1.06, False):
        risen = replace(run, test_loss=np.where(run.epochs < 4, 0.5, 0.5 * rise))
        found = candidates(risen, Diagnosis("under-trained", "", 0, 0))
        assert any("epochs" in remedy.words for remedy in found) == is_offered


def test_sooner_ends_where_the_test_loss_was_lowest() -> None:
    run = trained(TWO)
    for best, segments, said in (5, [4, 1], "5 epochs"), (4, [4], "4 epochs"), (1, [1], "1 epoch"):
        curve = np.where(run.epochs == best, 0.1, 0.5)
        first = candidates(replace(run, test_loss=curve), Diagnosis("overfitting", "", 0, 0))[0]
        assert (first.words, [segment.epochs for segment in first.experiment.segments]) == (said, segments)
    at_the_start = replace(run, test_loss=np.where(run.epochs == 0, 0.1, 0.5))
    assert not any("epoch" in each.words for each in candidates(at_the_start, Diagnosis("overfitting", "", 0, 0)))


def test_standardising_is_tried_where_a_feature_is_far_from_one_in_size() -> None:
    raw = changed(SMALL, dataset="wine", axes="0,12")
    assert "standardised features" in words("unscaled", raw)
    assert "standardised features" not in words("unscaled", replace(raw, standardize=True))
    assert "standardised features" not in words("unscaled", changed(SMALL, dataset="moons"))


@pytest.mark.parametrize("verdict", CHANGES)
@pytest.mark.parametrize("course", COURSES)
def test_a_course_can_be_changed_for_any_verdict(course: str, verdict: Verdict) -> None:
    run = train(COURSES[course])
    for remedy in candidates(run, replace(diagnose(run), verdict=verdict)):
        assert remedy.experiment.segments and remedy.experiment != run.experiment
