"""Every verdict: a real training run that earns it, a real one that does not, and the edge of its threshold."""

import dataclasses
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.diagnosis import EXPLODING, FALLING, IDLE_SHARE, LEARNED, VANISHING, Diagnosis, Measured, diagnose
from core.engines import nearest
from core.experiment import Experiment, changed, losses_for
from core.network import ACTIVATIONS, INITIALIZERS, OPTIMIZERS
from core.phrases import percent
from core.recording import Frame
from core.training import Run, completed, together, train, without_weights

DEEP_LOGISTIC = {"hidden": (8,) * 6, "activation": "logistic"}
SQUARES = {"hidden": (), "features": ("x1sq", "x2sq")}


@cache
def trained(experiment: Experiment) -> Run:
    return train(experiment)


def run_of(**changes: Any) -> Run:
    return trained(changed(Experiment(), **changes))


def diagnosis_of(**changes: Any) -> Diagnosis:
    return diagnose(run_of(**changes))


def with_last(run: Run, **values: Any) -> Run:
    """The run with other numbers in its last frame."""
    columns = {name: getattr(run, name).copy() for name in values}
    for name, value in values.items():
        columns[name][-1] = value
    return dataclasses.replace(run, **columns)


# ---- real runs ------------------------------------------------------------------------------------------------------

LINEAR_10 = {"hidden": (8,) * 10, "activation": "identity", "initializer": "he_normal"}

EARNED = [
    ("fine", {}),
    ("fine", SQUARES),
    ("fine", {**SQUARES, "loss": "squared"}),
    ("fine", {"dataset": "xor", "seed": 2}),
    ("fine", {"hidden": (8,) * 6, "activation": "relu"}),
    ("fine", {"dataset": "blobs5"}),
    ("fine", {"noise": 50.0}),
    ("diverged", {"activation": "identity", "learning_rate": 10.0}),
    ("dead", {"activation": "relu", "hidden": (8, 8), "learning_rate": 10.0}),
    ("dead", {"activation": "relu", "initializer": "zeros"}),
    ("saturated", {"learning_rate": 10.0}),
    ("saturated", {"learning_rate": 1000.0}),
    ("saturated", {**SQUARES, "loss": "squared", "seed": 3}),
    ("vanishing", DEEP_LOGISTIC),
    ("vanishing", {**DEEP_LOGISTIC, "engine": "sklearn", "epochs": 20}),
    ("vanishing", {"initializer": "zeros"}),
    ("vanishing", {"activation": "identity", "initializer": "zeros", "dataset": "gauss"}),
    ("vanishing", {"l2": 1.0}),
    ("exploding", {**LINEAR_10, "learning_rate": 1e-6, "epochs": 20, "seed": 3}),
    ("under-trained", {**LINEAR_10, "learning_rate": 1e-6, "epochs": 20, "seed": 2}),
    ("under-trained", {"epochs": 20}),
    ("under-trained", {"epochs": 1}),
    ("under-trained", {"dataset": "spiral", "hidden": (8, 8), "epochs": 1000}),
    ("under-trained", {"learning_rate": 1e-6}),
    ("under-trained", {"hidden": (8, 8), "activation": "logistic"}),
    ("unsteady", {"hidden": (), "learning_rate": 3.0}),
    ("too narrow", {"activation": "identity"}),
    ("too narrow", {"hidden": ()}),
    ("too narrow", {"dataset": "xor", "hidden": (1,)}),
    ("too narrow", {"hidden": (2,), "activation": "relu"}),
    ("too narrow", {"hidden": (), "noise": 10.0}),
    ("too narrow", {"dataset": "checkerboard", "rows": 50, "hidden": (1,)}),  # neighbours do no better, without noise
]


@pytest.mark.parametrize("verdict, changes", EARNED)
def test_real_runs_earn_their_verdict(verdict: str, changes: dict[str, Any]) -> None:
    assert diagnosis_of(**changes).verdict == verdict


# One run a verdict: dict() keeps the last of each, which are short ones.
OF_LAST_LAYERS = {
    **dict(EARNED),
    "overfitting": {"dataset": "xor", "noise": 50, "rows": 50, "train_share": 10, "hidden": (64, 64), "epochs": 300},
}


@pytest.mark.parametrize("verdict", OF_LAST_LAYERS)
def test_the_last_layers_alone_are_enough_for_the_diagnosis_of_the_end(verdict: str) -> None:
    run = run_of(**OF_LAST_LAYERS[verdict])
    (light,) = completed(together([run.experiment], last_layers=True))
    assert len(light.layers) == 1
    found, whole = diagnose(light), diagnose(run)
    assert (found.verdict, found.sentence, found.advice) == (verdict, whole.sentence, whole.advice)
    assert found.value == pytest.approx(whole.value, rel=1e-6) and found.threshold == whole.threshold
    assert diagnose(without_weights(run)) == whole


SMALL_STEPS = "A smaller learning rate usually helps."
LONGER = "Train longer, or raise the learning rate."
SAYS = [
    ({}, "{train} of the training rows and {test} of the test rows are right, at a loss of {loss:.2g}.", ""),
    (
        {"noise": 50.0},
        "{train} of the training rows are right; their nearest neighbours tell the class of {neighbours}, so the "
        "classes overlap.",
        "",
    ),
    (
        {"learning_rate": 10.0},
        "2 of 2 units of layer 2 are saturated: their slope is below 1 % of the largest possible on at least 95 % of "
        "the training rows.",
        "Units can leave saturation, slowly; a smaller learning rate or smaller weights usually help.",
    ),
    (
        {"activation": "relu", "initializer": "zeros"},
        "4 of 4 units of layer 1 are dead: their slope is zero on every training row.",
        "A smaller learning rate, other initial weights or leaky ReLU usually help.",
    ),
    (
        {"initializer": "zeros"},
        "Layer 1 receives nothing of the output layer's gradient (delta): vanishing.",
        "The weights above it pass nothing on; other initial weights help.",
    ),
    ({"epochs": 1}, "After only 1 epoch the loss is {loss:.3g}, with {train} of the training rows right.", LONGER),
    ({"epochs": 9}, "After only 9 epochs the loss is {loss:.3g}, with {train} of the training rows right.", LONGER),
    (
        {"learning_rate": 1e-6},
        "In 200 epochs the loss has fallen by {fallen:.2g}, to {loss:.3g}, and keeps that slow pace.",
        "Raise the learning rate.",
    ),
    (
        {"hidden": (), "learning_rate": 3.0},
        "Over the last half of 200 epochs the loss swings between {low:.2g} and {high:.2g} without falling, with "
        "{train} of the training rows right.",
        "A smaller learning rate or larger batches usually help.",
    ),
    (
        {"activation": "identity"},
        "The loss has settled at {loss:.3g} with {train} of the training rows right: all activations are the identity, "
        "so every boundary is straight in the features.",
        "Add a nonlinear activation, or features in which the classes lie on two sides of a line.",
    ),
    (
        {"dataset": "xor", "hidden": (1,)},
        "The loss has settled at {loss:.3g} with {train} of the training rows right, though gradients reach every "
        "layer: the network may be too small for this boundary.",
        "Try more units or features; another seed tells whether it was the start.",
    ),
]


@pytest.mark.parametrize("changes, sentence, advice", SAYS)
def test_what_is_said_in_full(changes: dict[str, Any], sentence: str, advice: str) -> None:
    run = run_of(**changes)
    half = run.train_loss[run.epochs >= run.epochs[-1] / 2]
    values = {
        "train": percent(run.train_accuracy[-1]),
        "test": percent(run.test_accuracy[-1]),
        "neighbours": percent(Measured(run, len(run.epochs) - 1).neighbour_score),
        "loss": run.train_loss[-1],
        "fallen": run.train_loss[0] - run.train_loss[-1],
        "low": half.min(),
        "high": half.max(),
    }
    found = diagnose(run)
    assert (found.sentence, found.advice) == (sentence.format(**values), advice)


def test_an_unsteady_run_is_judged_by_what_it_has_done_so_far() -> None:
    run = run_of(hidden=(), learning_rate=3.0, epochs=110)
    losses = np.where(np.arange(111) % 2, 1.0, 2.0)
    losses[101:] = 7.0
    found = diagnose(dataclasses.replace(run, train_loss=losses), 100)
    assert found.sentence.startswith("Over the last half of 100 epochs the loss swings between 1 and 2 without falling")
    assert found.value == pytest.approx(1 / np.mean(losses[50:101]))


@pytest.mark.parametrize(
    ("changes", "weights", "slopes", "helps"),
    [
        (
            {},
            [0.5, 0.5],
            [0.2, 0.2],
            "multiplies it by 0.1 (weights 0.5, slopes 0.2); tanh and ReLU have larger slopes.",
        ),
        ({"activation": "tanh"}, [0.5, 0.5], [0.2, 0.2], "; smaller weights or a smaller learning rate help."),
        ({}, [0.1, 0.4], [0.25, 0.25], "by 0.05 (weights 0.2, slopes 0.25); larger initial weights help."),
        ({"l2": 0.01}, [0.2, 0.2], [0.25, 0.25], "; a smaller penalty helps."),
        ({"l1": 0.01}, [0.2, 0.2], [0.25, 0.25], "; a smaller penalty helps."),
        ({}, [0.0, 0.2], [0.25, 0.25], "The weights above it pass nothing on; other initial weights help."),
        (
            {},
            [0.2, 0.2],
            [0.25, 0.0],
            "The slopes above it pass nothing on; smaller weights or a smaller learning rate",
        ),
    ],
)
def test_what_makes_delta_vanish_decides_what_helps(
    changes: dict[str, Any], weights: list[float], slopes: list[float], helps: str
) -> None:
    run = run_of(hidden=(8, 8), activation="logistic")
    frames = len(run.epochs)
    columns = {
        "delta": np.tile([1e-6, 1e-3, 1.0], (frames, 1)),
        "weight_factor": np.tile([*weights, np.nan], (frames, 1)),
        "slope_factor": np.tile([*slopes, np.nan], (frames, 1)),
        "experiment": changed(run.experiment, **changes),
    }
    found = diagnose(dataclasses.replace(run, **columns))
    assert found.verdict == "vanishing"
    assert helps in found.advice


@pytest.mark.parametrize(
    ("hidden", "changes", "advice"),
    [
        ((1,), {"initializer": "zeros"}, "Units that start equal stay equal: try other initial weights."),
        ((1,), {"l2": 0.01}, "Try a smaller penalty, more units or other features."),
        ((8, 8), {}, "Train longer, or try another activation or seed."),
        ((8, 8), {"l1": 0.01}, "A smaller penalty usually helps."),
    ],
)
def test_advice_follows_what_was_set(hidden: tuple[int, ...], changes: dict[str, Any], advice: str) -> None:
    """One unit has settled on xor; two logistic layers have hardly begun."""
    begun = {"dataset": "xor"} if hidden == (1,) else {"activation": "logistic"}
    run = run_of(hidden=hidden, **begun)
    assert diagnose(dataclasses.replace(run, experiment=changed(run.experiment, **changes))).advice == advice


def test_rows_of_one_class_are_no_matter_of_targets() -> None:
    run = run_of()
    assert diagnose(dataclasses.replace(run, y_train=np.zeros_like(run.y_train))).verdict != "no signal"


def test_exploding_is_seen_before_the_run_diverges() -> None:
    run = run_of(hidden=(8,) * 10, activation="identity", initializer="he_normal")
    stopped = dataclasses.replace(run, ended="stopped")
    ratio = run.delta[0, 0] / run.delta[0, -1]
    assert diagnose(stopped).verdict == "exploding"
    assert diagnose(stopped).value == ratio > EXPLODING
    assert f"Layer 1 receives {ratio:.0f} times" in diagnose(stopped).sentence
    assert diagnose(run).verdict == "diverged"


def test_numbers_in_the_sentences_are_the_runs_own() -> None:
    run = run_of()
    assert f"{percent(run.test_accuracy[-1])} of the test rows" in diagnose(run).sentence
    run = run_of(**DEEP_LOGISTIC)
    assert run.delta[-1, 0] / run.delta[-1, -1] == pytest.approx(3e-6, rel=0.2)
    assert diagnose(run).sentence.startswith("Layer 1 receives 3e-6 of the output layer's gradient (delta)")
    # 0.12 a layer: facts of the logistic, about 0.23 with Glorot's bound, less with scikit-learn's
    assert "multiplies it by 0.12 (weights 0.51, slopes 0.24)" in diagnose(run).advice
    run = run_of(activation="identity")
    assert f"{percent(run.train_accuracy[-1])} of the training rows right" in diagnose(run).sentence
    assert f"{run.train_loss[-1]:.3g}" in diagnose(run).sentence
    run = run_of(epochs=20)
    fall = 1 - run.train_loss[16:].mean() / run.train_loss[10:16].mean()
    assert diagnose(run).value == pytest.approx(fall)
    assert f"by {percent(fall)} from the third quarter" in diagnose(run).sentence


def test_a_linear_network_is_told_why() -> None:
    assert "all activations are the identity" in diagnosis_of(activation="identity").sentence
    assert "there is no hidden layer" in diagnosis_of(hidden=()).sentence
    assert "straight" not in diagnosis_of(dataset="xor", hidden=(1,)).sentence
    no_feature = diagnosis_of(features=(), hidden=())
    assert no_feature.sentence.endswith("there is no feature, so the output is the same everywhere.")
    assert no_feature.advice == "Switch a feature on."


def test_slow_and_hardly_begun_training_say_so() -> None:
    assert "keeps that slow pace" in diagnosis_of(learning_rate=1e-4).sentence
    assert "loss is 0.692; guessing by the size of the classes gives 0.693, so it has hardly begun" in (
        diagnosis_of(hidden=(8, 8), activation="logistic").sentence
    )
    run = run_of(dataset="xor", hidden=(1,))
    guess = Measured(run, 200).guessing_loss
    for factor, said in (0.979, "has settled"), (0.981, "so it has hardly begun"), (1.019, "so it has hardly begun"):
        near = dataclasses.replace(run, train_loss=np.full_like(run.train_loss, factor * guess))
        assert said in diagnose(near).sentence
    for factor in 1.021, 3.0:
        worse = diagnose(dataclasses.replace(run, train_loss=np.full_like(run.train_loss, factor * guess)))
        assert worse.sentence.startswith(f"After 200 epochs the loss is {factor * guess:.3g}; guessing by the size of")
        assert "the classes gives 0.687, which is better, with 71.2 % of the training rows right." in worse.sentence
        assert worse.advice == SMALL_STEPS


def test_batches_larger_than_the_training_rows_take_no_step_in_order() -> None:
    in_order = {"optimizer": "playground", "batch_size": 300, "epochs": 5, "loss": "squared"}
    found = diagnosis_of(**in_order)
    assert (found.verdict, found.value, found.threshold) == ("under-trained", 250, 300)
    assert "No step is taken" in found.sentence
    assert "No step is taken" not in diagnosis_of(**{**in_order, "batch_size": 250}).sentence


def test_a_fine_run_says_what_is_wrong_all_the_same() -> None:
    assert "more training rows" in diagnosis_of(rows=60, train_share=20, hidden=(64, 64)).advice
    idle = run_of(hidden=(8,) * 10, activation="relu")
    assert diagnose(idle).advice.endswith("units of layer 8 are dead.")
    assert diagnose(with_last(idle, test_accuracy=0.8)).advice.startswith("It fits the training rows better")


def test_at_chance_on_the_test_rows_nothing_is_fine() -> None:
    noisy = {"dataset": "xor", "noise": 50, "rows": 50, "train_share": 10, "hidden": (64, 64), "epochs": 300}
    assert diagnosis_of(**noisy).verdict == "overfitting"
    assert diagnosis_of(**{**noisy, "noise": 0, "rows": 500, "train_share": 50}).verdict == "fine"


def test_dead_units_are_those_a_forward_pass_finds() -> None:
    run = run_of(activation="relu", hidden=(8, 8), learning_rate=10.0)
    (W1, b1), (W2, b2), _ = run.layers[-1]
    z = np.maximum(run.X_train @ W1 + b1, 0) @ W2 + b2
    count = int((z <= 0).all(axis=0).sum())
    assert diagnose(run).sentence.startswith(f"{count} of 8 units of layer 2 are dead")


def test_saturated_units_are_those_a_forward_pass_finds() -> None:
    run = run_of(learning_rate=10.0)
    (W1, b1), (W2, b2), _ = run.layers[-1]
    slope = 1 - np.tanh(np.tanh(run.X_train @ W1 + b1) @ W2 + b2) ** 2
    count = int(((slope < 0.01).mean(axis=0) >= 0.95).sum())
    assert diagnose(run).sentence.startswith(f"{count} of 2 units of layer 2 are saturated")


def test_a_saturated_output_is_counted_on_the_wrong_rows() -> None:
    run = run_of(**SQUARES, loss="squared", seed=3)
    ((W, b),) = run.layers[-1]
    output = np.tanh(run.X_train**2 @ W + b)[:, 0]
    wrong = (output > 0) != (run.y_train == 1)
    assert f"on {(1 - output[wrong] ** 2 < 0.01).sum()} of the {wrong.sum()} " in diagnose(run).sentence
    assert diagnosis_of(**SQUARES, seed=3).verdict == "fine"  # log loss does not stall there
    learns = run_of(**SQUARES, loss="squared", seed=4)  # starts as badly, and leaves
    ((W, b),) = learns.layers[10]
    output = np.tanh(learns.X_train**2 @ W + b)[:, 0]
    wrong = (output > 0) != (learns.y_train == 1)
    count = int((1 - output[wrong] ** 2 < 0.01).sum())
    assert Measured(learns, 10).wrong_saturated == (count, wrong.sum()) and 0 < count < wrong.sum()
    assert "saturated" not in {diagnose(learns, frame).verdict for frame in range(len(learns.epochs))}


@pytest.mark.parametrize("share, said", [(1.0, "100 %"), (0.9996, "99.9 %"), (0.98765, "98.8 %"), (0.0, "0 %")])
def test_a_hundred_percent_are_all(share: float, said: str) -> None:
    assert percent(share) == said


def test_a_diverged_run_repeats_the_reason_and_only_at_its_end() -> None:
    run = run_of(hidden=(), learning_rate=0.3, l2=100.0)  # the penalty alone multiplies the weights by -2 a step
    last = diagnose(run)
    assert (last.verdict, f"diverged a{last.sentence[1:]} {last.advice}") == ("diverged", f"{run.ended}.")
    assert run.ended.startswith("diverged at epoch 41") and len(run.epochs) == 41
    assert "diverged" not in {diagnose(run, frame).verdict for frame in range(40)}


# ---- frames, edges and outside oracles ------------------------------------------------------------------------------


def test_earlier_frames_know_what_is_still_to_come() -> None:
    run = run_of(dataset="spiral", hidden=(8, 8), epochs=1000)
    for frame in range(len(run.epochs) - 1):
        if run.train_accuracy[frame] < LEARNED and run.train_loss[frame + 1 :].min() < 0.9 * run.train_loss[frame]:
            assert diagnose(run, frame).verdict == "under-trained"
    assert diagnose(run, 0).sentence.startswith("At epoch 0 the loss is 0.891, with 48 % of the training rows right")


def cut(run: Run, frames: int) -> Run:
    """The run as it stands when it is stopped after so many frames."""
    columns = {f.name: getattr(run, f.name) for f in dataclasses.fields(Frame) if f.name not in ("epoch", "seconds")}
    columns["epochs"] = run.epochs
    return dataclasses.replace(run, ended="stopped", **{name: column[:frames] for name, column in columns.items()})


def test_one_frame_and_stopped_runs() -> None:
    before = diagnose(cut(run_of(), 1))
    assert before.sentence == "Before training the loss is 0.915, with 50.4 % of the training rows right."
    assert "After 30 epochs the loss is still falling" in diagnose(cut(run_of(), 31)).sentence


@pytest.mark.parametrize("frame", [201, -202])
def test_frames_outside_the_run_are_refused(frame: int) -> None:
    run = run_of(epochs=119)
    with pytest.raises(ValueError, match=f"frame must be from -120 to 119; got {frame}"):
        diagnose(run, frame)


def test_learned_is_at_least_the_threshold_and_better_than_the_largest_class() -> None:
    run = run_of()
    assert diagnose(with_last(run, train_accuracy=LEARNED)).verdict == "fine"
    assert diagnose(with_last(run, train_accuracy=np.nextafter(LEARNED, 0))).verdict != "fine"
    lopsided = dataclasses.replace(run, y_train=(np.arange(len(run.y_train)) < 5).astype(int))
    assert diagnose(with_last(lopsided, train_accuracy=0.98)).verdict != "fine"


def test_the_edge_of_vanishing_and_exploding() -> None:
    run = run_of(**DEEP_LOGISTIC)
    for factor, verdict in (0.999, "vanishing"), (1.001, "under-trained"):
        delta = np.ones_like(run.delta)
        delta[:, 0] = factor * VANISHING
        assert diagnose(dataclasses.replace(run, delta=delta)).verdict == verdict
    for factor, verdict in (1.001, "exploding"), (0.999, "under-trained"):
        delta = np.ones_like(run.delta)
        delta[:, 2] = factor * EXPLODING
        assert diagnose(dataclasses.replace(run, delta=delta)).verdict == verdict


def test_a_small_delta_at_rest_is_not_vanishing() -> None:
    run = run_of(dataset="xor")  # this seed rests at 77 %
    assert diagnose(with_last(run, delta=[1e-5, 1e-2, 1.0])).verdict == "too narrow"
    run = run_of(activation="identity")  # on the circle no line is better than none: the weights go to zero
    assert diagnose(with_last(run, delta=[1e-5, 1e-2, 1.0])).verdict == "too narrow"


@pytest.mark.parametrize("count", [3, 4])
def test_half_of_a_layer_is_dead(count: int) -> None:
    run = run_of(hidden=(8,), activation="relu", dataset="checkerboard", learning_rate=0.001)
    settled = dataclasses.replace(run, train_loss=np.full_like(run.train_loss, 0.5))
    (W, b), output = run.layers[-1]
    b = np.where(np.arange(8) < count, -1e3, 1e3)
    dead = dataclasses.replace(settled, layers=[*run.layers[:-1], [(W, b), output]])
    assert (diagnose(dead).verdict == "dead") == (count / 8 >= IDLE_SHARE)
    still_falling = dataclasses.replace(dead, train_loss=run.train_loss[0] * 0.99 ** np.arange(len(run.epochs)))
    assert diagnose(still_falling).verdict == "under-trained"


@pytest.mark.parametrize(
    ("activation", "z", "idle"),
    [
        ("tanh", np.arctanh(np.sqrt(1 - 0.0099)), True),  # slopes of 0.0099 and 0.0101; the largest is 1
        ("tanh", np.arctanh(np.sqrt(1 - 0.0101)), False),
        ("logistic", np.log(1 / 0.0024 - 2), True),  # about 0.0024 and 0.0026; the largest is 1/4
        ("logistic", np.log(1 / 0.0026 - 2), False),
        ("softplus", -1000.0, True),  # its bound is never reached: not dead
    ],
)
def test_the_edge_of_saturation(activation: str, z: float, idle: bool) -> None:
    run = run_of(hidden=(2,), activation=activation, dataset="checkerboard", epochs=20)
    layers = [*run.layers[:-1], [(np.zeros((2, 2)), np.full(2, z)), run.layers[-1][1]]]
    found = diagnose(dataclasses.replace(run, layers=layers, train_loss=np.full(21, 0.6)))
    assert (found.verdict == "saturated") is idle
    assert found.verdict != "dead"


def test_a_rectifier_that_one_row_can_teach_is_not_dead() -> None:
    run = run_of(hidden=(2,), activation="relu", dataset="checkerboard", epochs=20)
    highest = np.sort(run.X_train[:, 0])[-2:].mean()
    for b, is_dead in (-highest, False), (-1000.0, True):
        layers = [*run.layers[:-1], [(np.array([[1.0, 1.0], [0, 0]]), np.full(2, b)), run.layers[-1][1]]]
        found = diagnose(dataclasses.replace(run, layers=layers, train_loss=np.full(21, 0.6)))
        assert (found.verdict == "dead") is is_dead


@pytest.mark.parametrize(
    ("losses", "frame", "moving"),
    [
        ([0.6] * 10, -1, True),  # nine epochs are too few to say
        ([0.6] * 11, -1, False),
        ([0.6] * 11 + [0.585], 10, True),  # 2.5 % lower later, and 1.5 %
        ([0.6] * 11 + [0.591], 10, False),
        ([0.6] * 8 + [0.9, 0.3, 0.6], -1, False),  # lower before is not lower later
        ([0.709] + [0.61] * 15 + [0.6] * 5, -1, False),  # 0.01 of 0.109, and of 0.09, since epoch 0
        ([0.69] + [0.61] * 15 + [0.6] * 5, -1, True),
    ],
)
def test_the_edges_of_moving(losses: list[float], frame: int, moving: bool) -> None:
    run = run_of(dataset="xor", hidden=(1,), epochs=len(losses) - 1)
    assert Measured(dataclasses.replace(run, train_loss=np.array(losses)), frame % len(losses)).moving == moving


def test_the_edge_of_falling() -> None:
    run = run_of(dataset="xor", hidden=(1,))
    for factor, verdict in (1.01, "under-trained"), (0.99, "too narrow"):
        losses = np.where(run.epochs > 150, 0.5 * (1 - factor * FALLING), 0.5)
        losses[0] = 10.0
        assert diagnose(dataclasses.replace(run, train_loss=losses)).verdict == verdict


@pytest.mark.parametrize("changes", [{"noise": 50.0}, {"dataset": "digits"}, {"dataset": "iris", "axes": "0,3"}])
def test_neighbours_vote_as_scikit_learns(changes: dict[str, Any]) -> None:
    run = run_of(**changes, rows=150, epochs=1)
    model = make_pipeline(StandardScaler(), KNeighborsClassifier(5))
    expected = cross_val_score(model, run.X_train, run.y_train, cv=LeaveOneOut()).mean()
    # each fold has its own deviations and breaks ties its own way, which moves a row or two
    assert Measured(run, 0).neighbour_score == pytest.approx(expected, abs=2 / len(run.y_train))


@pytest.mark.parametrize("dataset", ["circle", "digits"])
def test_guessing_is_the_best_constant(dataset: str) -> None:
    run = run_of(dataset=dataset, epochs=1, train_share=31)
    guess = DummyClassifier(strategy="prior").fit(run.X_train, run.y_train)
    expected = log_loss(run.y_train, guess.predict_proba(run.X_train))
    assert Measured(run, 0).guessing_loss == pytest.approx(expected)


def test_guessing_under_squared_loss_is_half_the_variance() -> None:
    run = run_of(dataset="xor", loss="squared", epochs=1, train_share=31)
    assert Measured(run, 0).guessing_loss == pytest.approx(np.var(2.0 * run.y_train - 1) / 2)


@st.composite
def small_experiments(draw: st.DrawFn) -> Experiment:
    hidden = tuple(draw(st.lists(st.integers(1, 6), max_size=4)))
    experiment = changed(
        Experiment(),
        dataset=draw(st.sampled_from(["circle", "gauss", "blobs3", "iris", "reg_plane", "reg_gauss", "diabetes"])),
        rows=draw(st.integers(50, 80)),
        noise=draw(st.sampled_from([0.0, 50.0])),
        train_share=draw(st.sampled_from([1, 10, 50, 90, 99])),
        seed=draw(st.integers(0, 2**32 - 1)),
        playground_seed=draw(st.sampled_from(["", "0.5"])),
        standardize=draw(st.booleans()),
        hidden=hidden,
        activation=draw(st.sampled_from(list(ACTIVATIONS))),
        initializer=draw(st.sampled_from(list(INITIALIZERS))),
        optimizer=draw(st.sampled_from(list(OPTIMIZERS))),
        learning_rate=draw(st.sampled_from([1e-6, 0.03, 1.0, 1000.0])),
        epochs=draw(st.integers(1, 14)),
        l2=draw(st.sampled_from([0.0, 100.0])),
    )
    experiment = changed(experiment, loss=draw(st.sampled_from(losses_for(experiment.classes))))
    return nearest(changed(experiment, learning_rate=0.03, l2=0.0)) if draw(st.booleans()) else experiment


OF_CLASSES = ["right", "class", "accura", "boundary", "guess", "wrong"]


@given(small_experiments())
@settings(max_examples=80, deadline=None)
def test_every_frame_of_any_run_gets_a_sentence(experiment: Experiment) -> None:
    run = train(experiment)
    for frame in range(len(run.epochs)):
        diagnosis = diagnose(run, frame)
        assert not diagnosis.sentence[0].islower() and diagnosis.sentence.endswith(".")
        said = f"{diagnosis.sentence} {diagnosis.advice}"
        assert "nan" not in said
        words = OF_CLASSES if experiment.classes == 0 else ["R²"]
        assert not any(word in said for word in words)
        assert not diagnosis.advice or diagnosis.advice.endswith(".")
    assert (diagnose(run).verdict == "diverged") == run.ended.startswith("diverged")
