"""How far the numbers go: tame links to the end, chaotic ones as far as another order of summation agrees."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from core.engines.numpy_engine import epochs
from core.experiment import Experiment, changed
from core.playground_link import parse_link
from core.recording import Recorder
from core.rounding import again, exact_until
from core.training import train
from tests.core.courses import COURSES

LINKS = json.loads((Path(__file__).parents[1] / "fixtures" / "tensorflow_playground.json").read_text())
CHAOTIC = (
    "#activation=tanh&dataset=spiral&learningRate=0.1&networkShape=8,8,8,8,8,8&seed=0.1"
    "&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
)

SUDDEN = "#activation=tanh&dataset=spiral&learningRate=0.1&networkShape=8,8&noise=10&sinX=true&xSquared=true"

# Its losses leave ours by 2.3e-10 at epoch 538, after the initial weights' perturbation has shrunk for long.
LATE = "#activation=tanh&batchSize=10&dataset=circle&learningRate=0.03&networkShape=2,2&seed=0.17539"


def experiment(link: str, length: int = 100) -> Experiment:
    return changed(parse_link(link)[0], epochs=length)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link["hash"][:50])
def test_the_links_of_the_fixture_hold_through_epoch_100(link: dict) -> None:
    assert exact_until(train(experiment(link["hash"]))) is None


def test_six_tanh_layers_at_rate_0_1_are_chaotic_between_epochs_10_and_50() -> None:
    last = exact_until(train(experiment(CHAOTIC)))
    assert last is not None and 10 <= last < 50


@pytest.mark.parametrize("link", [CHAOTIC, *(f"{SUDDEN}&seed={seed}" for seed in ("0.2", "0.3"))])
def test_another_order_of_summation_agrees_with_what_is_promised(link: str) -> None:
    """Neurons in another order are the same network but for rounding: equal up to the epoch, far apart in the end."""
    chaotic = experiment(link, 119)
    run = train(chaotic)
    layers = [(W[:, ::-1], b[::-1]) for W, b in run.layers[0][:-1]] + run.layers[0][-1:]
    layers = layers[:1] + [(W[::-1], b) for W, b in layers[1:]]
    last, recorder = exact_until(run), Recorder(chaotic, run, layers)
    assert last is not None
    trained = epochs(chaotic, run.inputs(run.X_train), run.y_train, layers)
    losses = [recorder.frame(epoch, moved, 0.0).train_loss for epoch, moved in enumerate(trained)]
    difference = np.abs(run.train_loss - losses)
    assert 0 < difference[: last + 1].max() < 1e-10
    assert difference.max() > 1e-6


def test_rounding_of_late_epochs_counts() -> None:
    last = exact_until(train(experiment(LATE, 1000)))
    assert last is not None and 100 < last < 538


def test_the_epoch_is_one_that_is_recorded() -> None:
    run = train(experiment(CHAOTIC, length=200))
    assert exact_until(run) in run.epochs


def test_a_run_that_was_stopped_is_followed_to_where_it_was_stopped() -> None:
    run = train(experiment(CHAOTIC))
    short = dataclasses.replace(
        run, epochs=run.epochs[:6], train_loss=run.train_loss[:6], test_loss=run.test_loss[:6], layers=run.layers[:6]
    )
    assert exact_until(short) is None


def test_a_run_that_diverges_promises_no_more_than_it_has() -> None:
    run = train(experiment("#activation=linear&problem=regression&networkShape=8&learningRate=5&seed=0.1", 20))
    assert run.ended.startswith("diverged")
    last = exact_until(run)
    assert last is None or last in run.epochs


@pytest.mark.parametrize("changes", [{"playground_seed": ""}, {"engine": "sklearn", "loss": "log", "optimizer": "sgd"}])
def test_runs_of_other_numbers_promise_nothing(changes: dict) -> None:
    """With a seed of TensorFlow Playground and its own engine the same run is chaotic."""
    assert exact_until(train(changed(experiment(CHAOTIC, length=60), **changes))) is None


@pytest.mark.parametrize("course", COURSES)
def test_a_course_is_trained_again_as_it_was(course: str) -> None:
    run = train(COURSES[course])
    found = {epoch: [(W.copy(), b.copy()) for W, b in layers] for epoch, layers in filter(None, again(run))}
    assert [*found] == run.epochs.tolist()
    for layers, same in zip(run.layers, found.values(), strict=True):
        assert all((W == V).all() and (b == c).all() for (W, b), (V, c) in zip(layers, same, strict=True))
