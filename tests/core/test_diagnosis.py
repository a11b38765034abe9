"""Every verdict: a real training run that earns it, a real one that does not, and the edge of its threshold."""

import dataclasses
import re
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

from core.diagnosis import (
    DECAY,
    DRAWN,
    EXPLODING,
    FALLING,
    FEW_ROWS,
    GAIN,
    GUESSING,
    IDLE_SHARE,
    LARGEST,
    LEARNED,
    OF_GUESSING,
    OVERFITTING,
    PENALISED,
    RANGE,
    TEST_RISE,
    UNSTEADY,
    VANISHING,
    Diagnosis,
    Measured,
    blown_up,
    diagnose,
)
from core.engines import nearest
from core.experiment import Experiment, Segment, changed, losses_for
from core.network import ACTIVATIONS, INITIALIZERS, OPTIMIZERS
from core.phrases import percent
from core.recording import HELPS, Frame
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


def last(run: Run) -> Measured:
    """What is measured on the end of a run."""
    return Measured(run, len(run.epochs) - 1)


def with_last(run: Run, **values: Any) -> Run:
    """The run with other numbers in its last frame."""
    columns = {name: getattr(run, name).copy() for name in values}
    for name, value in values.items():
        columns[name][-1] = value
    return dataclasses.replace(run, **columns)


def other(run: Run, **changes: Any) -> Run:
    """The run as if it were one of another experiment."""
    return dataclasses.replace(run, experiment=changed(run.experiment, **changes))


def at_rest(run: Run, loss: float) -> Run:
    """The run with a loss that has long stopped falling."""
    return dataclasses.replace(run, train_loss=np.full_like(run.train_loss, loss))


# ---- real runs ------------------------------------------------------------------------------------------------------

# One run a verdict; `test_experts.py` has many.
EARNED: dict[str, dict[str, Any]] = {
    "fine": {"noise": 50.0},
    "overfitting": {"dataset": "xor", "noise": 50, "rows": 50, "train_share": 10, "hidden": (64, 64), "epochs": 300},
    "diverged": {"activation": "identity", "learning_rate": 10.0},
    "no signal": {"noise": 80.0},
    "symmetric": {"initializer": "zeros"},
    "unscaled": {"dataset": "wine", "axes": "0,12", "standardize": False},
    "penalised": {"dataset": "xor", "hidden": (8,), "l2": 2.0},
    "unsteady": {"hidden": (), "learning_rate": 3.0},
    "dead": {"activation": "relu", "hidden": (8, 8), "optimizer": "adam", "learning_rate": 10.0, "seed": 2},
    "saturated": {"learning_rate": 1000.0},
    "vanishing": DEEP_LOGISTIC,
    "exploding": {"hidden": (8,) * 6, "activation": "sine", "optimizer": "adam", "learning_rate": 0.1, "epochs": 60},
    "under-trained": {"epochs": 20},
    "linear": {"hidden": ()},
    "at rest": {"dataset": "xor", "hidden": (1,)},
}


@pytest.mark.parametrize("verdict", EARNED)
def test_the_last_layers_alone_are_enough_for_the_diagnosis_of_the_end(verdict: str) -> None:
    run = run_of(**EARNED[verdict])
    (light,) = completed(together([run.experiment], last_layers=True))
    assert len(light.layers) == 1
    found, whole = diagnose(light), diagnose(run)
    assert (found.verdict, found.sentence, found.advice) == (verdict, whole.sentence, whole.advice)
    assert found.value == pytest.approx(whole.value, rel=1e-6) and found.threshold == whole.threshold
    assert diagnose(without_weights(run)) == whole


AT_REST = "At rest at loss {loss:.3g} with {train} of the training rows right"
SAYS = [
    ({}, "{train} of the training rows and {test} of the test rows are right, at a loss of {loss:.2g}.", ""),
    (
        {"noise": 50.0},
        "{train} of the training rows are right; their nearest neighbours tell the class of {neighbours}, so the "
        "classes overlap.",
        "",
    ),
    (
        EARNED["overfitting"],
        "{train} of the training rows and {test} of the test rows are right; the test loss is {test_loss:.3g}.",
        "The test loss was lowest, {lowest:.3g}, at epoch {best}.",
    ),
    (
        {"activation": "logistic", "initializer": "zeros"},
        "The 4 units of layer 1 are equal: their weights in and out and their biases. The loss is {loss:.3g}, with "
        "{train} of the training rows right.",
        "Units that are equal stay equal: they get the same gradient.",
    ),
    (
        {"initializer": "zeros"},
        "Every weight of layer 1 is 0: no gradient has moved them. The loss is {loss:.3g}, with {train} of the "
        "training rows right.",
        "",
    ),
    (
        EARNED["unscaled"],
        "The features have root mean squares from {small:.2g} to {large:.2g}, and 4 of 4 units of layer 1 are "
        "saturated, with {train} of the training rows right.",
        "Standardise the features.",
    ),
    ({"l2": 1.0}, AT_REST + ": the penalty has drawn the weights towards 0, the largest is {weight:.2g}.", ""),
    (
        {"optimizer": "adamw", "l2": 3.0, "learning_rate": 0.01, "dataset": "moons"},
        AT_REST + ": with L2 3 hardly a weight grows beyond 0.333, and the largest is {weight:.2g}.",
        "",
    ),
    (
        {"learning_rate": 1000.0},
        "2 of 2 units of layer 2 are saturated: on at least 95 % of the training rows they are in a flat tail, where "
        "the slope is below 1 % of the largest.",
        "Units can leave saturation, slowly.",
    ),
    (EARNED["dead"], "8 of 8 units of layer 2 are dead: their slope is zero on every training row.", ""),
    ({"epochs": 1}, "After only 1 epoch the loss is {loss:.3g}, with {train} of the training rows right.", ""),
    ({"epochs": 9}, "After only 9 epochs the loss is {loss:.3g}, with {train} of the training rows right.", ""),
    (
        {"learning_rate": 1e-6},
        "In 200 epochs the loss has fallen by {fallen:.2g}, to {loss:.3g}, and keeps that slow pace.",
        "",
    ),
    (
        {"hidden": (), "learning_rate": 3.0},
        "Over the last half of 200 epochs the loss swings between {low:.2g} and {high:.2g}, and {swings} of the "
        "recorded ones lie above 1.5 times the lowest before them, with {train} of the training rows right.",
        "",
    ),
    (
        {"activation": "identity"},
        AT_REST + ": all activations are the identity, so every boundary is straight in the features.",
        "",
    ),
    ({"hidden": ()}, AT_REST + ": there is no hidden layer, so every boundary is straight in the features.", ""),
    (
        {"hidden": (), "learning_rate": 1.0},
        "At rest at losses from {low:.3g} to {high:.3g} with {train} of the training rows right: there is no hidden "
        "layer, so every boundary is straight in the features.",
        "",
    ),
    ({"features": (), "hidden": ()}, AT_REST + ": there is no feature, so the output is the same everywhere.", ""),
    ({"features": ()}, AT_REST + ": there is no feature, so the output is the same everywhere.", ""),
    ({"dataset": "xor", "hidden": (1,)}, AT_REST + ".", ""),
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
        "swings": percent(last(run).swings),
        "test_loss": run.test_loss[-1],
        "lowest": run.test_loss.min(),
        "best": run.epochs[run.test_loss.argmin()],
        "small": np.sqrt((run.inputs(run.X_train) ** 2).mean(axis=0)).min(initial=np.inf),
        "large": np.sqrt((run.inputs(run.X_train) ** 2).mean(axis=0)).max(initial=0),
        "weight": max(np.abs(W).max(initial=0) for W, _ in run.layers[-1]),
    }
    found = diagnose(run)
    assert (found.sentence, found.advice) == (sentence.format(**values), advice.format(**values))


@pytest.mark.parametrize("changes", [changes for changes, *_ in SAYS], ids=str)
def test_no_help_is_promised_that_was_not_tried(changes: dict[str, Any]) -> None:
    assert not re.search(
        r"usually|helps?\b|\bTry\b|[Ll]ower the|[Rr]aise|Train longer|may be too", said(run_of(**changes))
    )


def said(run: Run) -> str:
    found = diagnose(run)
    return f"{found.sentence} {found.advice}"


def test_a_rate_that_is_too_high_is_not_to_be_raised() -> None:
    run = run_of(hidden=(8, 8), learning_rate=2.0, seed=4)  # how it ends is chaos, and depends on the rounding
    said = {diagnose(run, frame).advice for frame in range(len(run.epochs))}
    assert not any(re.search("rate|longer", advice) for advice in said)


def test_an_unsteady_run_is_judged_by_what_it_has_done_so_far() -> None:
    run = run_of(hidden=(), learning_rate=3.0, epochs=110)
    losses = np.where(np.arange(111) % 2, 1.0, 2.0)
    losses[101:] = 7.0
    found = diagnose(dataclasses.replace(run, train_loss=losses), 100)
    assert found.sentence.startswith("Over the last half of 100 epochs the loss swings between 1 and 2, and 51 % of")
    assert found.value == 26 / 51


@pytest.mark.parametrize(
    ("weights", "slopes", "because"),
    [
        ([0.5, 0.5], [0.2, 0.2], "Each layer multiplies it by 0.1 (weights 0.5, slopes 0.2)."),
        ([0.1, 0.4], [0.25, 0.25], "Each layer multiplies it by 0.05 (weights 0.2, slopes 0.25)."),
        ([0.0, 0.2], [0.25, 0.25], "The weights above it pass nothing on."),
        ([0.2, 0.2], [0.25, 0.0], "The slopes above it pass nothing on."),
        ([0.2, 0.2], [0.25, np.nan], "The slopes above it pass nothing on."),
    ],
)
def test_what_makes_delta_vanish_is_measured(weights: list[float], slopes: list[float], because: str) -> None:
    run = run_of(hidden=(8, 8), activation="logistic")
    frames = len(run.epochs)
    columns = {
        "delta": np.tile([1e-6, 1e-3, 1.0], (frames, 1)),
        "weight_factor": np.tile([*weights, np.nan], (frames, 1)),
        "slope_factor": np.tile([*slopes, np.nan], (frames, 1)),
    }
    found = diagnose(dataclasses.replace(run, **columns))
    assert (found.verdict, found.advice) == ("vanishing", because)
    assert found.sentence.startswith("Layer 1 receives 1e-6 of the output layer’s gradient (delta), with 64 % of")


@pytest.mark.parametrize("count, rows", [(1, "The single training row has"), (250, "The training rows all have")])
def test_rows_of_one_class_tell_nothing_apart(count: int, rows: str) -> None:
    run = run_of()
    run = dataclasses.replace(run, X_train=run.X_train[:count], y_train=np.ones(count, dtype=int))
    found = diagnose(run)
    assert found.verdict == "no signal"
    assert found.sentence.startswith(f"{rows} one class, so nothing tells it from others; the loss is ")


def test_numbers_in_the_sentences_are_the_runs_own() -> None:
    run = run_of()
    assert f"{percent(run.test_accuracy[-1])} of the test rows" in diagnose(run).sentence
    run = run_of(**DEEP_LOGISTIC)
    assert run.delta[-1, 0] / run.delta[-1, -1] == pytest.approx(3e-6, rel=0.2)
    assert diagnose(run).sentence.startswith("Layer 1 receives 3e-6 of the output layer’s gradient (delta)")
    # 0.12 a layer: facts of the logistic, about 0.23 with Glorot's bound, less with scikit-learn's
    assert "multiplies it by 0.12 (weights 0.51, slopes 0.24)" in diagnose(run).advice
    run = run_of(activation="identity")
    assert f"{percent(run.train_accuracy[-1])} of the training rows right" in diagnose(run).sentence
    assert f"{run.train_loss[-1]:.3g}" in diagnose(run).sentence
    run = run_of(epochs=20)
    fall = 1 - run.train_loss[16:].mean() / run.train_loss[10:16].mean()
    assert diagnose(run).value == pytest.approx(fall)
    assert f"by {percent(fall)} from the third quarter" in diagnose(run).sentence


def test_slow_and_hardly_begun_training_say_so() -> None:
    assert "keeps that slow pace" in diagnosis_of(learning_rate=1e-4).sentence
    assert "; guessing by the size of the classes gives 0.693, so it has hardly begun." in (
        diagnosis_of(hidden=(8, 8), activation="logistic").sentence
    )
    run = run_of(dataset="xor", hidden=(1,))
    guess = last(run).guessing_loss
    for factor, verdict in (
        (1 - GUESSING - 1e-9, "at rest"),
        (1 - GUESSING + 1e-9, "under-trained"),
        (1 + GUESSING - 1e-9, "under-trained"),
        (1 + GUESSING + 1e-9, "at rest"),
        (3.0, "at rest"),
    ):
        found = diagnose(at_rest(run, factor * guess))
        assert found.verdict == verdict
        assert ("so it has hardly begun" in found.sentence) == (verdict == "under-trained")
        assert ("; one answer to every row gives 0.687, which is better." in found.sentence) == (factor > 1.02)


def test_batches_larger_than_the_training_rows_take_no_step_in_order() -> None:
    in_order = {"optimizer": "playground", "batch_size": 300, "epochs": 5, "loss": "squared"}
    found = diagnosis_of(**in_order)
    assert (found.verdict, found.value, found.threshold) == ("under-trained", 250, 300)
    assert "No step is taken" in found.sentence
    assert "No step is taken" not in diagnosis_of(**{**in_order, "batch_size": 250}).sentence


def test_a_fine_run_says_what_is_wrong_all_the_same() -> None:
    assert (
        diagnosis_of(rows=60, train_share=20, hidden=(64, 64)).advice == "It fits the training rows better than others."
    )
    idle = run_of(hidden=(8,) * 10, activation="relu")
    assert re.fullmatch(r"It learned although \d of 8 units of layer \d+ are dead\.", diagnose(idle).advice)
    assert diagnose(with_last(idle, test_accuracy=0.8)).advice.startswith("It fits the training rows better")


def test_a_run_that_swings_is_not_fine_by_the_luck_of_its_last_frame() -> None:
    swings = run_of(learning_rate=10.0)
    lucky = with_last(swings, train_accuracy=1.0, test_accuracy=1.0)
    assert diagnose(lucky).verdict == "unsteady"
    usual = dataclasses.replace(lucky, train_accuracy=np.full_like(lucky.train_accuracy, LEARNED))
    assert diagnose(usual).verdict == "fine"  # it swings, and is right all the while


def test_a_loss_of_0_has_no_sign() -> None:
    assert "at a loss of 0." in diagnose(with_last(run_of(), train_loss=-0.0)).sentence


def test_at_chance_on_the_test_rows_nothing_is_fine() -> None:
    noisy = {"dataset": "xor", "noise": 50, "rows": 50, "train_share": 10, "hidden": (64, 64), "epochs": 300}
    assert diagnosis_of(**noisy).verdict == "overfitting"
    assert diagnosis_of(**{**noisy, "noise": 0, "rows": 500, "train_share": 50}).verdict == "fine"


def test_dead_units_are_those_a_forward_pass_finds() -> None:
    run = run_of(**EARNED["dead"])
    (W1, b1), (W2, b2), _ = run.layers[-1]
    z = np.maximum(run.X_train @ W1 + b1, 0) @ W2 + b2
    count = int((z <= 0).all(axis=0).sum())
    assert diagnose(run).sentence.startswith(f"{count} of 8 units of layer 2 are dead")


def test_saturated_units_are_those_a_forward_pass_finds() -> None:
    run = run_of(**EARNED["saturated"])
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


def test_a_line_that_does_what_it_can_is_not_called_saturated() -> None:
    run = run_of(dataset="xor", hidden=(), loss="squared")
    count, wrong = last(run).wrong_saturated
    assert count > 0.8 * wrong and run.train_accuracy[-1] > 0.65  # no line parts more than three of four corners
    assert diagnose(run).verdict == "linear"
    assert diagnose(with_last(run, train_accuracy=0.5)).verdict == "saturated"


@pytest.mark.parametrize("share, said", [(1.0, "100 %"), (0.9996, "99.9 %"), (0.98765, "98.8 %"), (0.0, "0 %")])
def test_a_hundred_percent_are_all(share: float, said: str) -> None:
    assert percent(share) == said


def test_a_diverged_run_repeats_the_reason_and_only_at_its_end() -> None:
    run = run_of(activation="identity", hidden=(8,) * 10, initializer="he_normal", learning_rate=0.02)
    assert run.ended.startswith("diverged at epoch 1: ")
    found = diagnose(run)
    said = f"diverged a{found.sentence[1:]} {found.advice}"
    assert (found.verdict, f"{said} {HELPS}") == ("diverged", run.ended)  # what usually helps is not said but tried
    run = run_of(hidden=(), learning_rate=0.3, l2=100.0)  # the penalty alone multiplies the weights by -2 a step
    assert run.ended.startswith("diverged at epoch 41") and len(run.epochs) == 41
    assert "diverged" not in {diagnose(run, frame).verdict for frame in range(2)}  # -2^50 is a fourth of 1/eps


# ---- the penalty's blow-up ------------------------------------------------------------------------------------------

BLOWN_UP = [
    ({"hidden": (), "learning_rate": 0.3, "l2": 100.0}, -2, "learning rate x L2 / 10 rows is 3"),
    ({"hidden": (), "learning_rate": 0.25, "l2": 100.0, "batch_size": 5}, -4, "learning rate x L2 / 5 rows is 5"),
    ({"optimizer": "playground", "loss": "squared", "l2": 3.0, "learning_rate": 1.0}, -2, "learning rate x L2 is 3"),
    ({"optimizer": "adamw", "l2": 30.0, "learning_rate": 0.1}, -2, "learning rate x L2 is 3"),
]


@pytest.mark.parametrize("changes, factor, said", BLOWN_UP)
def test_the_factor_of_the_penalty_is_that_of_the_runs_weights(changes: dict[str, Any], factor: int, said: str) -> None:
    run = run_of(**changes)
    steps = 250 // run.experiment.segments[0].batch_size
    frame = next(f for f, layers in enumerate(run.layers) if np.abs(layers[0][0]).max() > 1e60)  # the data is no matter
    (before, _), (after, _) = run.layers[frame][0], run.layers[frame + 1][0]
    np.testing.assert_allclose(after / before, float(factor) ** steps, rtol=1e-9)
    assert diagnose(run).advice == (
        f"The L2 penalty alone does it: {said}, so each step multiplies every weight by {factor}."
    )


def grows(optimizer: str, product: float, mu: float) -> bool:
    """Whether descent on product / 2 w^2 at rate 1 grows, by its own recursion (Sutskever et al. 2013, eq. 1 to 4)."""
    w, v, largest = 1.0, 0.0, []
    for _ in range(20_000):
        g = product * w
        v = mu * v - g
        w += {"momentum": v, "nesterov": mu * v - g, "sgd": -g}[optimizer]
        largest.append(abs(w))
        if largest[-1] > 1e100:
            return True
    return max(largest[10_000:]) > max(largest[:10_000])


@pytest.mark.parametrize("mu", [0.5, 0.9, 0.95])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_the_bound_of_the_penalty_is_where_weights_begin_to_grow(optimizer: str, mu: float) -> None:
    run = other(run_of(epochs=20), optimizer=optimizer, momentum=mu, learning_rate=0.5)
    low, high = 0.0, 100.0
    for _ in range(40):  # by the program's own sentence
        middle = (low + high) / 2
        low, high = (low, middle) if blown_up(last(other(run, l2=middle))) else (middle, high)
    product = 0.5 * high / 10
    assert grows(optimizer, product * 1.002, mu) and not grows(optimizer, product * 0.998, mu)


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "adagrad"])
def test_no_penalty_blows_up_where_steps_are_scaled(optimizer: str) -> None:
    assert blown_up(last(other(run_of(epochs=20), optimizer=optimizer, l2=100.0, learning_rate=10.0))) == ""


def test_the_bound_with_momentum_is_said() -> None:
    found = diagnosis_of(optimizer="momentum", l2=100.0, learning_rate=0.5)
    assert found.advice == (
        "The L2 penalty alone does it: learning rate x L2 / 10 rows is 5, and with momentum 0.9 weights grow beyond "
        "3.8."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 50, "train_share": 1, "seed": 0, "hidden": (1, 1), "activation": "identity", "learning_rate": 1.0,
         "epochs": 9, "l2": 100.0},
        {"learning_rate": 1.0, "l2": 100.0},
        {"optimizer": "playground", "loss": "squared", "l2": 10.0, "learning_rate": 3.0, "activation": "relu"},
        {"dataset": "reg_plane", "loss": "squared_linear", "learning_rate": 10.0},
        {"dataset": "reg_gauss", "loss": "squared_linear", "learning_rate": 1000.0, "activation": "relu"},
    ],
)  # fmt: skip
def test_no_gradient_of_0_or_nan_is_called_the_largest(changes: dict[str, Any]) -> None:
    run = run_of(**changes)
    for frame in range(len(run.epochs)):
        found = diagnose(run, frame)
        assert not re.search(r"nan|inf|0\.0e\+00", f"{found.sentence} {found.advice}")
    assert found.verdict == "diverged"


def test_a_weight_without_digits_has_diverged_though_training_goes_on() -> None:
    run = run_of(optimizer="playground", loss="squared", l2=3.0, learning_rate=1.0, epochs=20)
    assert run.ended == "finished" and len(run.epochs) == 21
    largest = [max(np.abs(each).max() for layer in layers for each in layer) for layers in run.layers]
    verdicts = [diagnose(run, frame).verdict for frame in range(21)]
    first = verdicts.index("diverged")
    assert largest[first - 1] <= LARGEST < largest[first]
    assert set(verdicts[first:]) == {"diverged"} and largest[first] + 1 == largest[first]
    assert diagnose(run).sentence.endswith("e150: adding 1 to it changes nothing.")
    for weight, said in (LARGEST, False), (np.nextafter(LARGEST, np.inf), True):
        edge = run_of()
        W, b = edge.layers[-1][0]
        W = W.copy()
        W[0, 0] = -weight
        found = diagnose(dataclasses.replace(edge, layers=[*edge.layers[:-1], [(W, b), *edge.layers[-1][1:]]]))
        assert (found.verdict == "diverged") is said


# ---- edges of the newer rules ---------------------------------------------------------------------------------------


def rising(lowest: float, end: float) -> Run:
    """A run that learned, whose test loss was lowest at epoch 50."""
    run = run_of()
    return dataclasses.replace(run, test_loss=np.where(run.epochs == 50, lowest, np.where(run.epochs < 200, 9.0, end)))


def test_the_edges_of_a_rising_test_loss() -> None:
    guess = -np.log(0.5)  # about half of the rows are of each class
    assert last(run_of()).guessing_loss == pytest.approx(guess, rel=1e-4)
    for factor, verdict in (1 + 1e-9, "overfitting"), (1 - 1e-9, "fine"):
        assert diagnose(rising(0.5, 0.5 * TEST_RISE * factor)).verdict == verdict
        risen = OF_GUESSING * last(run_of()).guessing_loss
        assert diagnose(rising(0.01, 0.01 + risen * factor)).verdict == verdict
    found = diagnose(rising(0.5, 0.9))
    assert found.value == 1.8 and found.advice == "The test loss was lowest, 0.5, at epoch 50."
    zero = diagnose(rising(0.0, 0.9))
    assert zero.verdict == "fine"  # no multiple of 0


def test_a_rising_test_loss_is_overfitting_only_where_training_went_on() -> None:
    run = rising(0.5, 0.9)
    before = run.train_loss[run.epochs == 50][0]
    for loss, verdict in (np.nextafter(before, 0), "overfitting"), (before, "fine"):
        assert diagnose(with_last(run, train_loss=loss)).verdict == verdict
    assert diagnose(with_last(run, train_accuracy=last(run).guessing_score)).verdict != "overfitting"
    for count, verdict in (FEW_ROWS, "overfitting"), (FEW_ROWS - 1, "fine"):
        few = dataclasses.replace(run, X_test=run.X_test[:count], y_test=run.y_test[:count])
        assert diagnose(few).verdict == verdict


def test_the_edge_of_being_ahead_of_the_test_rows() -> None:
    run = run_of()
    for gap, verdict in (OVERFITTING + 1e-9, "overfitting"), (OVERFITTING - 1e-9, "fine"):
        found = diagnose(with_last(run, train_accuracy=0.97, test_accuracy=0.97 - gap))
        assert found.verdict == verdict
        assert found.advice == ("" if verdict == "overfitting" else "It fits the training rows better than others.")


def test_longer_training_is_not_the_word_where_the_test_loss_rises() -> None:
    run = run_of(dataset="spiral", hidden=(8, 8), train_share=20)
    run = dataclasses.replace(run, train_loss=0.99**run.epochs, train_accuracy=np.full_like(run.train_accuracy, 0.8))
    run = with_last(run, test_accuracy=0.7)
    for factor, advice in (1.051, "The test loss was lowest, 0.6, at epoch 0."), (1.049, ""):
        losses = np.where(run.epochs < 150, 0.6, 0.6 * factor)
        found = diagnose(dataclasses.replace(run, test_loss=losses))
        assert (found.verdict, found.advice) == ("under-trained", advice)


def gradient_of_equal_units(run: Run) -> np.ndarray:
    """dL/dW of the first layer by central differences of scikit-learn's log loss, (n_in, n_out)."""
    (W1, b1), (W2, b2), (W3, b3) = run.layers[-1]
    phi = ACTIVATIONS[run.experiment.activations[0]].value

    def loss(W: np.ndarray) -> float:
        z = phi(phi(run.X_train @ W + b1) @ W2 + b2) @ W3 + b3
        return log_loss(run.y_train, 1 / (1 + np.exp(-z[:, 0])))

    steps = 1e-5 * np.eye(W1.size).reshape(-1, *W1.shape)
    return np.reshape([(loss(W1 + step) - loss(W1 - step)) / 2e-5 for step in steps], W1.shape)


def test_equal_units_get_the_same_gradient() -> None:
    run = run_of(initializer="zeros", activation="logistic", optimizer="adam", learning_rate=0.1, epochs=60)
    W, _ = run.layers[-1][0]
    assert np.ptp(W, axis=1).max() < 1e-12 < np.abs(W).max()  # they have moved, together
    gradient = gradient_of_equal_units(run)
    assert np.abs(gradient).max() > 1e-4 and np.ptp(gradient, axis=1).max() < 1e-8
    assert diagnose(run).verdict == "symmetric"


def test_nothing_moves_weights_of_0() -> None:
    run = run_of(initializer="zeros")
    assert not run.layers[-1][0][0].any() and np.abs(gradient_of_equal_units(run)).max() < 1e-9
    assert diagnose(run).verdict == "symmetric"


@pytest.mark.parametrize("part", ["weights in", "bias", "weights out"])
def test_the_edge_of_symmetric(part: str) -> None:
    run = run_of(initializer="zeros", activation="logistic")
    (W, b), (V, c), out = ((each.copy(), bias.copy()) for each, bias in run.layers[-1])
    for nudge, symmetric in (1 + 1e-10, True), (1 + 1e-8, False):
        for array in {"weights in": [W[0]], "bias": [b], "weights out": [V[:, 0], V[:, 1]]}[part]:
            array[...] = 0.3
            array[0] = 0.3 * nudge
        found = diagnose(dataclasses.replace(run, layers=[*run.layers[:-1], [(W, b), (V, c + np.arange(2)), out]]))
        assert (found.verdict == "symmetric") is symmetric


def test_a_single_unit_is_equal_to_none() -> None:
    assert diagnosis_of(dataset="xor", hidden=(1,)).verdict == "at rest"
    assert diagnosis_of(dataset="xor", hidden=(1,), initializer="zeros").verdict == "symmetric"
    cut_off = diagnosis_of(optimizer="playground", loss="squared", l1=0.1, learning_rate=0.1)
    assert cut_off.verdict == "penalised"  # weights of 0 that L1 has cut


@pytest.mark.parametrize("size, verdict", [(10.01, "unscaled"), (9.99, "at rest")])
def test_the_edge_of_a_large_feature(size: float, verdict: str) -> None:
    raw = run_of(dataset="xor")
    X = raw.X_train / np.sqrt((raw.X_train**2).mean(axis=0)) * [size, 1.0]
    (W, b), *above = raw.layers[-1]
    for count in 1, 2:  # of 4 units, which is half
        flat = np.where(np.arange(4) < count, 1e3, 0.0)
        run = dataclasses.replace(raw, X_train=X, layers=[*raw.layers[:-1], [(W, b + flat), *above]])
        expected = "saturated" if count == 2 and verdict == "at rest" else verdict if count == 2 else "at rest"
        assert diagnose(run).verdict == expected
        if expected == "unscaled":
            assert diagnose(run).value == pytest.approx(size)
            assert diagnose(other(run, standardize=True)).verdict == "saturated"


@pytest.mark.parametrize("size, verdict", [(0.0999, "unscaled"), (0.1001, "under-trained")])
def test_the_edge_of_a_small_feature_and_of_guessing(size: float, verdict: str) -> None:
    raw = run_of(dataset="xor")
    X = raw.X_train / np.sqrt((raw.X_train**2).mean(axis=0)) * [size, 1.0]
    guess = last(raw).guessing_loss
    for factor in 1 - GUESSING + 1e-9, 1 - GUESSING - 1e-9:
        run = at_rest(dataclasses.replace(raw, X_train=X), factor * guess)
        assert diagnose(run).verdict == (verdict if factor > 1 - GUESSING else "at rest")


def test_the_edge_of_a_penalty_that_holds_the_weights() -> None:
    run = run_of(**EARNED["penalised"])
    found = diagnose(run)
    assert found.value == pytest.approx(1, abs=0.02) and found.threshold == PENALISED  # the two are in balance
    for factor, verdict in (1 + 1e-9, "penalised"), (1 - 1e-9, "at rest"):
        assert diagnose(other(run, l2=2.0 * PENALISED / found.value * factor)).verdict == verdict


def test_what_larger_weights_would_gain_is_the_slope_of_the_loss() -> None:
    run = run_of(**EARNED["penalised"])
    (W, b), (V, c) = run.layers[-1]

    def loss(growth: float) -> float:
        z = np.tanh(run.X_train @ (growth * W) + b) @ (growth * V) + c
        return log_loss(run.y_train, 1 / (1 + np.exp(-z[:, 0])))

    assert loss(1) == pytest.approx(run.train_loss[-1])
    slope = (loss(1 - 1e-5) - loss(1 + 1e-5)) / 2e-5
    assert last(run).pulls[1] == pytest.approx(slope / loss(1), rel=1e-6)
    assert f"by {slope / loss(1):.2g} %." in diagnose(run).sentence
    for factor, verdict in (1 - 1e-6, "penalised"), (1 + 1e-6, "at rest"):
        assert diagnose(at_rest(run, factor * slope / GAIN)).verdict == verdict


def test_a_penalty_too_small_to_matter_is_not_blamed() -> None:
    """At rest its gradient is as large as the loss's however small it is: the two are in balance."""
    run = run_of(dataset="xor", hidden=(1,), l2=0.001, batch_size=250, optimizer="adam", epochs=2000)
    without = run_of(dataset="xor", hidden=(1,), batch_size=250, optimizer="adam", epochs=2000)
    assert run.train_loss[-1] == pytest.approx(without.train_loss[-1], rel=0.01)
    assert diagnose(run).verdict == diagnose(without).verdict == "at rest"
    assert diagnosis_of(**DEEP_LOGISTIC, l2=0.001).verdict == "vanishing"
    assert diagnosis_of(activation="identity", l2=0.01).verdict == "linear"
    assert diagnosis_of(hidden=(), l2=1.0).verdict == "linear"  # no line is better than none, penalty or not


def test_what_the_penalty_alone_would_have_done() -> None:
    run = run_of(l2=1.0)
    alone = (1 - 0.03 * 1.0 / 10) ** (25 * 200)
    assert np.exp(-last(run).decay) == pytest.approx(alone, rel=0.05)
    assert diagnose(run).verdict == "penalised"
    for factor, penalised in (1 + 1e-9, True), (1 - 1e-9, False):
        rate = 0.03 * DECAY / last(run).decay * factor
        assert (diagnose(other(run, learning_rate=rate)).verdict == "penalised") is penalised
    assert last(other(run, l2=0.0, l1=0.2)).decay == pytest.approx(3 * 25 * 200 * 0.03 * 0.2 / 10)
    W, b = run.layers[-1][0]
    for size, penalised in (DRAWN, True), (np.nextafter(DRAWN, 1), False):
        W = W.copy()
        W[0, 0] = size
        found = diagnose(dataclasses.replace(run, layers=[*run.layers[:-1], [(W, b), *run.layers[-1][1:]]]))
        assert (found.verdict == "penalised") is penalised
    guess = last(run).guessing_loss
    for loss in (1 - GUESSING - 1e-9) * guess, (1 + GUESSING + 1e-9) * guess:
        assert diagnose(at_rest(run, loss)).verdict != "penalised"


def test_a_penalty_counts_from_where_its_segment_begins() -> None:
    first = Segment(epochs=69)
    run = run_of(dataset="xor", epochs=119)  # each of them recorded
    segments = (first, dataclasses.replace(first, epochs=50, l2=1.0))
    run = dataclasses.replace(run, experiment=dataclasses.replace(run.experiment, segments=segments))
    assert last(run).decay == pytest.approx(50 * 25 * 0.03 / 10)
    assert Measured(run, 69).decay == 0


def test_weight_decay_bounds_the_weights_of_adamw() -> None:
    run = run_of(optimizer="adamw", l2=3.0, learning_rate=0.01, dataset="moons")
    largest = max(np.abs(W).max() for W, _ in run.layers[-1])
    assert 0.9 / 3 < largest < 1.05 / 3
    for factor, verdict in (1 + 1e-9, "penalised"), (1 - 1e-9, "at rest"):
        assert diagnose(other(run, l2=float(PENALISED / largest * factor))).verdict == verdict
    assert diagnose(other(run, l2=0.0, l1=1e-6)).verdict == "at rest"


def test_the_edge_of_unsteady() -> None:
    run = run_of(dataset="xor", hidden=(1,))
    half = np.flatnonzero(run.epochs >= 100)
    few = int(np.ceil(UNSTEADY * len(half)))
    for count, verdict in (few, "unsteady"), (few - 1, "at rest"):
        losses = np.full(len(run.epochs), 0.4)
        losses[half[np.linspace(1, len(half) - 2, count).astype(int)]] = 0.4 * 1.5001
        found = diagnose(dataclasses.replace(run, train_loss=losses))
        assert found.verdict == verdict
    losses[half[1::2]] = 0.4 * 1.4999  # too little, however often
    assert diagnose(dataclasses.replace(run, train_loss=losses)).verdict == "at rest"


def test_a_loss_that_rests_above_its_lowest_does_not_swing() -> None:
    run = run_of(dataset="xor", hidden=(1,))
    for spread, verdict in (1.01 * RANGE, "unsteady"), (0.99 * RANGE, "at rest"):
        rests = np.where(np.arange(len(run.epochs)) % 2, 0.5 - 0.25 * spread, 0.5 + 0.25 * spread)  # 0.5 in the mean
        losses = np.where(run.epochs < 20, 0.2, rests)
        assert diagnose(dataclasses.replace(run, train_loss=losses)).verdict == verdict


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
        delta[:, 0] = factor * EXPLODING
        assert diagnose(dataclasses.replace(run, delta=delta)).verdict == verdict
    assert diagnose(dataclasses.replace(run, delta=delta * [1.01, 1, 1, 1, 1, 1, 1])).sentence.startswith(
        "Layer 1 receives 10.1 times the output layer’s gradient (delta), with 50.4 % of"
    )


def test_how_much_of_delta_explodes_is_the_runs_own() -> None:
    run = run_of(**EARNED["exploding"])
    ratio = run.delta[-1, 0] / run.delta[-1, -1]
    found = diagnose(run)
    assert found.sentence.startswith(f"Layer 1 receives {ratio:.3g} times the output layer’s gradient (delta), with ")
    assert found.value == pytest.approx(ratio) and ratio > 1000


@pytest.mark.parametrize("size, verdict", [(1e-6, "vanishing"), (1e6, "exploding")])
def test_delta_vanishes_or_explodes_over_most_frames_and_in_the_last(size: float, verdict: str) -> None:
    run = run_of(**DEEP_LOGISTIC)
    frames = np.arange(len(run.epochs))
    for extreme, said in (
        (frames >= len(frames) // 2, True),  # 61 of 121
        (frames >= len(frames) // 2 + 1, False),
        (frames < len(frames) - 1, False),
    ):
        delta = np.ones_like(run.delta)
        delta[extreme, 0] = size
        assert (diagnose(dataclasses.replace(run, delta=delta)).verdict == verdict) is said
        moving = dataclasses.replace(run, delta=delta, train_loss=0.99**run.epochs)
        assert diagnose(moving).verdict == "under-trained"


def test_delta_without_a_size_is_no_cause() -> None:
    run = run_of(**DEEP_LOGISTIC)
    for value in 0.0, np.nan, np.inf:
        delta = np.ones_like(run.delta)
        delta[:, -1] = value
        assert diagnose(dataclasses.replace(run, delta=delta)).verdict in ("under-trained", "vanishing")


def test_a_small_delta_at_rest_is_not_vanishing() -> None:
    run = run_of(dataset="xor")  # this seed rests at 77 %
    assert diagnose(with_last(run, delta=[1e-5, 1e-2, 1.0])).verdict == "at rest"


def test_a_line_that_fades_because_none_is_better_is_linear() -> None:
    run = run_of(hidden=(1, 1, 1), activation="identity", learning_rate=1.0)
    assert run.delta[-1, 0] / run.delta[-1, -1] < 1e-20  # the weights went to zero, and delta with them
    assert diagnose(run).verdict == "linear"
    from_the_start = run.delta.copy()
    from_the_start[0] = [1e-4, 1e-3, 1e-2, 1]
    assert diagnose(dataclasses.replace(run, delta=from_the_start)).verdict == "vanishing"


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
    layers = [*run.layers[:-1], [(1e-9 * np.eye(2), np.full(2, z)), run.layers[-1][1]]]
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
    for factor, verdict in (1.01, "under-trained"), (0.99, "at rest"):
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
        features=draw(st.sampled_from([(), ("x1",), ("x1", "x2"), ("x1", "x2")])),
        playground_seed=draw(st.sampled_from(["", "0.5"])),
        standardize=draw(st.booleans()),
        hidden=hidden,
        activation=draw(st.sampled_from(list(ACTIVATIONS))),
        initializer=draw(st.sampled_from(list(INITIALIZERS))),
        optimizer=draw(st.sampled_from(list(OPTIMIZERS))),
        learning_rate=draw(st.sampled_from([1e-6, 0.03, 1.0, 1000.0])),
        epochs=draw(st.integers(1, 14)),
        l1=draw(st.sampled_from([0.0, 0.0, 1.0])),
        l2=draw(st.sampled_from([0.0, 0.1, 100.0])),
    )
    experiment = changed(experiment, loss=draw(st.sampled_from(losses_for(experiment.classes))))
    return nearest(changed(experiment, learning_rate=0.03, l1=0.0, l2=0.0)) if draw(st.booleans()) else experiment


OF_CLASSES = ["right", "class", "accura", "boundary", "guess", "wrong"]


@given(small_experiments())
@settings(max_examples=80, deadline=None)
def test_every_frame_of_any_run_gets_a_sentence(experiment: Experiment) -> None:
    run = train(experiment)
    for frame in range(len(run.epochs)):
        diagnosis = diagnose(run, frame)
        assert not diagnosis.sentence[0].islower() and diagnosis.sentence.endswith(".")
        said = f"{diagnosis.sentence} {diagnosis.advice}"
        assert not re.search(r"\bnan|\binf\b|0\.0e\+00|-0\b(?!\.)", said)
        words = OF_CLASSES if experiment.classes == 0 else ["R²"]
        assert not any(word in said for word in words)
        assert not diagnosis.advice or diagnosis.advice.endswith(".")
    lost_digits = max(np.abs(each).max(initial=0) for layer in run.layers[-1] for each in layer) > LARGEST
    assert (diagnose(run).verdict == "diverged") == (run.ended.startswith("diverged") or lost_digits)
