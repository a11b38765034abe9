"""An experiment over seeds: each run its own single one, how many reached it, in a table, a sentence and a pair."""

import io
import re
import warnings
from dataclasses import replace
from functools import cache
from math import inf
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from core import training
from core.data import FEATURES
from core.experiment import LARGEST_SEED, Experiment, changed
from core.figures import maps
from core.link import from_query, query_of
from core.playground_link import parse_link
from core.reach import QUANTITIES, threshold
from core.seeds import (
    Over,
    Paired,
    Seeds,
    as_other_engine,
    experiments,
    groups,
    in_words,
    not_paired,
    paired,
    paired_in_words,
    table,
    train,
    trained,
)
from core.sides import on_engine
from core.training import Run
from tests.core.courses import COURSES, EDITS

SMALL = changed(Experiment(rows=60, hidden=(4, 3)), epochs=6, learning_rate=0.1)
RIPPLE = changed(SMALL, dataset="ripple", learning_rate=0.02)
# Of twelve seeds seven diverge, five do not.
UNSTABLE = changed(Experiment(), dataset="reg_plane", rows=60, activation="identity", learning_rate=0.1, epochs=10)
UNIFORM = changed(SMALL, playground_seed="0.27182", initializer="uniform")
CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
GRADIENTS = ("weight_gradient", "delta", "weight_factor", "slope_factor")
DATA = ("X_train", "y_train", "X_test", "y_test", "mean", "scale")
BOTH = pytest.mark.parametrize("data", ["fixed", "anew"])


@cache
def over(experiment: Experiment, seeds: Seeds) -> Over:
    return train(experiment, seeds)


def same(run: Run, single: Run, tolerance: float) -> None:
    """A run of many against one of `core.training.train`, of which it has the last layers alone."""
    assert (run.experiment, run.ended, len(run.layers)) == (single.experiment, single.ended, 1)
    for name in ("epochs", *DATA):
        np.testing.assert_array_equal(getattr(run, name), getattr(single, name), err_msg=name)
    for name in (*CURVES, *GRADIENTS):
        np.testing.assert_allclose(getattr(run, name), getattr(single, name), rtol=0, atol=tolerance, err_msg=name)
    for (W, b), (W_single, b_single) in zip(run.layers[-1], single.layers[-1], strict=True):
        np.testing.assert_allclose(W, W_single, rtol=0, atol=tolerance)
        np.testing.assert_allclose(b, b_single, rtol=0, atol=tolerance)


def with_curves(of: Over, seeds: Seeds, *curves: list[float], diverged: tuple[int, ...] = (), **others: Any) -> Over:
    """As many runs as curves, each with that curve for what the threshold is put on."""
    name = seeds.quantity.of
    runs = tuple(
        replace(
            each,
            run=replace(
                each.run,
                epochs=np.arange(len(curve)),
                ended="diverged at epoch 3: the weights are no longer finite" if i in diverged else "finished",
                **{name: np.array(curve)},
                **others,
            ),
        )
        for i, (each, curve) in enumerate(zip(of.runs, curves, strict=False))
    )
    return Over(seeds, runs)


# ---- the reference ---------------------------------------------------------------------------------------------------

XOR = (
    "https://playground.tensorflow.org/#activation=tanh&batchSize=10&dataset=xor&learningRate=0.03"
    "&networkShape={}&seed=0.5&percTrainData=50&problem=classification"
)


@pytest.mark.parametrize(("units", "reached"), [(1, 0), (2, 0), (3, 1), (4, 13), (5, 18), (6, 19)])
def test_so_many_of_twenty_seeds_learn_xor_with_so_many_units(units: int, reached: int) -> None:
    """Measured by single runs at f33ad81, before there were any over seeds."""
    base = changed(parse_link(XOR.format(units))[0], playground_seed="", epochs=1000)
    found = train(changed(base, seed=0), Seeds(20, "anew", "test_loss<0.04", "any"))
    assert [each.run.experiment for each in found.runs] == [changed(base, seed=seed) for seed in range(20)]
    assert found.share.count == reached
    assert found.reached.tolist() == [each.run.test_loss.min() < 0.04 for each in found.runs]


@pytest.mark.parametrize(
    ("data_seed", "data", "reached"), [("", "anew", 8), ("1", "fixed", 9), ("2", "fixed", 7), ("3", "fixed", 6)]
)
def test_so_many_of_twenty_seeds_learn_xor_on_points_of_their_own_and_on_fixed_ones(
    data_seed: str, data: str, reached: int
) -> None:
    found = train(Experiment("xor", data_seed=data_seed), Seeds(20, data, "test_accuracy>=0.99"))
    assert [each.run.experiment.seed for each in found.runs] == list(range(1, 21))
    assert (found.share.count, found.share.of) == (reached, 20)


# ---- which experiments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", ["moons", "iris", "ripple"])
@pytest.mark.parametrize("data_seed", ["", "7"])
@pytest.mark.parametrize("playground_seed", ["", "0.27182"])
def test_fixed_points_are_those_of_the_first(dataset: str, data_seed: str, playground_seed: str) -> None:
    base = changed(SMALL, dataset=dataset, noise=20.0, data_seed=data_seed, playground_seed=playground_seed, seed=3)
    of_seeds = experiments(Seeds(4), base)
    assert [e.seed for e in of_seeds] == [3, 4, 5, 6]
    own = training.prepare(base)
    for e in of_seeds:
        assert changed(e, seed=3, data_seed=data_seed) == base
        for name in DATA:
            np.testing.assert_array_equal(getattr(training.prepare(e), name), getattr(own, name))


@pytest.mark.parametrize("dataset", ["moons", "iris", "ripple"])
@pytest.mark.parametrize(
    ("data_seed", "playground_seed", "data_seeds", "playground_seeds"),
    [
        ("", "", ["", "", ""], ["", "", ""]),
        ("7", "", ["7", "8", "9"], ["", "", ""]),
        ("", "0.27182", ["", "", ""], ["3", "4", "5"]),
        ("7", "0.27182", ["7", "8", "9"], ["3", "4", "5"]),
    ],
)
def test_anew_each_seed_has_points_of_its_own(
    dataset: str, data_seed: str, playground_seed: str, data_seeds: list[str], playground_seeds: list[str]
) -> None:
    base = changed(SMALL, dataset=dataset, noise=20.0, data_seed=data_seed, playground_seed=playground_seed, seed=3)
    of_seeds = experiments(Seeds(3, "anew"), base)
    assert [e.seed for e in of_seeds] == [3, 4, 5]
    assert [e.data_seed for e in of_seeds] == data_seeds
    assert [e.playground_seed for e in of_seeds] == playground_seeds
    assert {changed(e, seed=3, data_seed=data_seed, playground_seed=playground_seed) for e in of_seeds} == {base}
    rows = [training.prepare(e).X_train for e in of_seeds]
    assert not any(np.array_equal(a, b) for a, b in ((rows[0], rows[1]), (rows[1], rows[2]), (rows[0], rows[2])))


@BOTH
def test_after_the_largest_seed_comes_0(data: str) -> None:
    base = changed(SMALL, seed=LARGEST_SEED - 1, data_seed=str(LARGEST_SEED))
    of_seeds = experiments(Seeds(4, data), base)
    assert [e.seed for e in of_seeds] == [LARGEST_SEED - 1, LARGEST_SEED, 0, 1]
    fixed = [str(LARGEST_SEED)] * 4
    assert [e.data_seed for e in of_seeds] == (fixed if data == "fixed" else [str(LARGEST_SEED), "0", "1", "2"])


@BOTH
@pytest.mark.parametrize("changes", [{}, {"dataset": "iris"}, {"dataset": "ripple"}, {"data_seed": "7"}])
def test_the_first_trains_to_what_the_experiment_itself_trains_to(changes: dict[str, Any], data: str) -> None:
    base = changed(SMALL, seed=3, noise=20.0, **changes)
    first, own = over(base, Seeds(2, data)).runs[0].run, training.train(base)
    same(replace(first, experiment=base), own, 1e-10)


# ---- each run its own single one -------------------------------------------------------------------------------------

SINGLE = {
    "two groups": ({}, 12),
    "classes": ({"dataset": "blobs5", "optimizer": "adam", "activation": "relu", "train_share": 70}, 3),
    "a table": ({"dataset": "iris", "standardize": True, "optimizer": "momentum", "l2": 0.01}, 3),
    "numbers": ({"dataset": "ripple", "optimizer": "nesterov", "learning_rate": 0.01, "noise": 10.0}, 3),
    "a table of numbers": ({"dataset": "diabetes", "features": ("x1", "x2", "x1x2"), "standardize": True}, 3),
    "squared loss": ({"dataset": "spiral", "loss": "squared", "activation": ("tanh", "gelu"), "l1": 0.01}, 3),
    "the playground": (
        {"loss": "squared", "optimizer": "playground", "playground_seed": "0.27182", "initializer": "uniform"},
        3,
    ),
    "no hidden layer": ({"hidden": (), "batch_size": 7}, 3),
    "wide": ({"hidden": (64,) * 4, "epochs": 2}, 5),
    "long": ({"rows": 50, "epochs": 130, "hidden": (2,)}, 2),
}


@BOTH
@pytest.mark.parametrize(("changes", "count"), SINGLE.values(), ids=SINGLE)
def test_each_run_is_its_own_single_one(changes: dict[str, Any], count: int, data: str) -> None:
    base = changed(SMALL, **changes)
    found = over(base, Seeds(count, data))
    of_seeds = experiments(Seeds(count, data), base)
    assert len(found.runs) == len(of_seeds) == count
    for each, experiment in zip(found.runs, of_seeds, strict=True):
        same(each.run, training.train(experiment), 1e-10)


@BOTH
@pytest.mark.parametrize("dataset", ["moons", "ripple"])
def test_each_of_scikit_learn_is_exactly_its_own_single_one(dataset: str, data: str) -> None:
    seeds, base = Seeds(2, data), changed(SMALL, dataset=dataset, engine="sklearn", epochs=3)
    for each, experiment in zip(train(base, seeds).runs, experiments(seeds, base), strict=True):
        same(each.run, training.train(experiment), 0.0)


def test_runs_that_diverge_leave_the_others_as_they_are_alone() -> None:
    found = over(UNSTABLE, Seeds(12))
    assert sum(each.diverged for each in found.runs) == 7
    for each, experiment in zip(found.runs, experiments(Seeds(12), UNSTABLE), strict=True):
        single = training.train(experiment)
        assert each.diverged == single.ended.startswith("diverged")
        assert each.run.ended.split(":")[0] == single.ended.split(":")[0]
        np.testing.assert_array_equal(each.run.epochs, single.epochs)
        np.testing.assert_allclose(each.run.test_loss, single.test_loss, rtol=1e-8)


@pytest.mark.parametrize(
    ("changes", "count", "sizes"),
    [
        ({}, 23, [20, 3]),
        ({"epochs": 5000}, 23, [10, 10, 3]),
        ({"hidden": (64,) * 4}, 5, [3, 2]),
        ({"hidden": (64,) * 10}, 3, [1, 1, 1]),
        ({"engine": "sklearn"}, 3, [1, 1, 1]),
    ],
)
def test_experiments_are_trained_in_groups_in_their_order(
    changes: dict[str, Any], count: int, sizes: list[int]
) -> None:
    of_seeds = experiments(Seeds(count), changed(SMALL, **changes))
    found = groups(of_seeds)
    assert [len(group) for group in found] == sizes
    assert [e for group in found for e in group] == of_seeds


@pytest.mark.parametrize("engine", ["numpy", "sklearn"])
def test_a_group_can_be_left_before_it_is_through(engine: str) -> None:
    (group, *_) = groups(experiments(Seeds(3), changed(SMALL, engine=engine)))
    steps = trained(group, group[0])
    for _ in range(3):
        next(steps)
    steps.close()
    with pytest.raises(StopIteration) as left:
        next(steps)
    assert left.value.value is None


# ---- what counts as reached ------------------------------------------------------------------------------------------


def test_at_the_end_or_at_any_recorded_epoch() -> None:
    base = over(SMALL, Seeds(12))
    curves = ([0.5, 0.9], [0.9, 0.5], [0.5, 0.5], [0.8, np.nextafter(0.8, 0)], [np.nextafter(0.8, 0), 0.8])
    end, any_epoch = (Seeds(12, threshold="test_accuracy>=0.8", when=when) for when in ("end", "any"))
    assert with_curves(base, end, *curves).reached.tolist() == [True, False, False, False, True]
    assert with_curves(base, any_epoch, *curves).reached.tolist() == [True, True, False, True, True]
    end, any_epoch = (Seeds(12, threshold="train_loss<0.8", when=when) for when in ("end", "any"))
    assert with_curves(base, end, *curves).reached.tolist() == [False, True, True, True, False]
    assert with_curves(base, any_epoch, *curves).reached.tolist() == [True, True, True, True, True]
    below = with_curves(base, any_epoch, [0.8, 0.9], [0.9, 0.8], [0.9, 0.9])
    assert (below.reached.any(), below.share.count, below.share.of) == (False, 0, 3)


@pytest.mark.parametrize("name", QUANTITIES)
@pytest.mark.parametrize("when", ["end", "any"])
def test_one_that_diverged_did_not_reach_it_wherever_its_curve_was_and_ends_at_the_worst(name: str, when: str) -> None:
    row = QUANTITIES[name]
    base = over(SMALL if row.classes is not False else RIPPLE, Seeds(12))
    best = 1.0 if row.better > 0 else 0.0
    seeds = Seeds(12, threshold=f"{name}{row.sign}{row.usual:g}", when=when)
    found = with_curves(base, seeds, [best, best], [best, best], [1 - best, best], diverged=(1,))
    assert found.reached.tolist() == [True, False, True]
    worst = {"accuracy": 0.0, "r2": -inf, "loss": inf}[name.rpartition("_")[2]]
    assert found.ends(row).tolist() == [best, worst, best]


def test_real_runs_that_diverge_reach_nothing_though_their_loss_was_low() -> None:
    found = over(UNSTABLE, Seeds(12))
    low = 2 * max(float(each.run.test_loss[0]) for each in found.runs)  # all were below it before training
    asked = Over(Seeds(12, threshold=threshold("test_loss", low), when="any"), found.runs)
    assert asked.reached.tolist() == [not each.diverged for each in found.runs]
    assert (asked.ends(QUANTITIES["test_loss"]) == inf).tolist() == [each.diverged for each in found.runs]
    assert np.median(asked.ends(QUANTITIES["test_loss"])) == inf


def test_of_numbers_r_squared_is_asked() -> None:
    found = over(RIPPLE, Seeds(3, threshold="train_accuracy>=0"))
    assert found.asked.threshold == "train_r2>=0" and found.seeds.threshold == "train_accuracy>=0"
    assert found.reached.tolist() == [each.run.train_accuracy[-1] >= 0 for each in found.runs]


# ---- A against B -----------------------------------------------------------------------------------------------------


def ended(seeds: Seeds, *ends: float, diverged: tuple[int, ...] = (), experiment: Experiment = SMALL) -> Over:
    return with_curves(over(experiment, Seeds(20)), seeds, *([0.5, end] for end in ends), diverged=diverged)


def test_less_loss_is_better_and_more_accuracy_is() -> None:
    a, b = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6), (0.0, 0.1, 0.3, 0.4, 0.6, 0.6)
    loss, accuracy = Seeds(threshold="test_loss<0.1"), Seeds(threshold="test_accuracy>=0.5")
    assert paired(ended(loss, *a), ended(loss, *b)) == Paired(better=2, equal=3, worse=1)
    assert paired(ended(accuracy, *a), ended(accuracy, *b)) == Paired(better=1, equal=3, worse=2)
    assert paired(ended(loss, *b), ended(loss, *a)) == Paired(better=1, equal=3, worse=2)


def test_ends_within_a_billionth_are_equal() -> None:
    loss = Seeds(threshold="test_loss<0.1")
    found = paired(ended(loss, *[0.25] * 5), ended(loss, 0.25, 0.25 + 9e-10, 0.25 - 9e-10, 0.25 + 2e-9, 0.25 - 2e-9))
    assert found == Paired(better=1, equal=3, worse=1)


def test_two_that_diverged_are_equal_and_one_is_worse_than_any_that_did_not() -> None:
    for seeds, experiment in ((Seeds(threshold="test_loss<0.1"), SMALL), (Seeds(threshold="test_r2>=0"), RIPPLE)):
        a = ended(seeds, 0.1, 0.1, 0.1, 0.1, diverged=(0, 1), experiment=experiment)
        b = ended(seeds, 0.1, 1e5, 0.1, 0.1, diverged=(0, 2), experiment=experiment)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert paired(a, b) == Paired(better=1, equal=2, worse=1)


def test_pairs_are_of_the_seeds_that_are_through_on_both_sides() -> None:
    loss = Seeds(threshold="test_loss<0.1")
    twenty, three = ended(loss, *[0.5] * 20), ended(loss, 0.1, 0.5, 0.9)
    assert paired(twenty, three) == Paired(better=1, equal=1, worse=1)
    assert paired(three, twenty) == Paired(better=1, equal=1, worse=1)
    assert paired(twenty, three).p is None


def test_it_is_as_threshold_that_counts() -> None:
    a = ended(Seeds(threshold="test_loss<0.1"), 0.1, 0.2)
    b = ended(Seeds(threshold="test_accuracy>=0.5"), 0.1, 0.2)
    b = Over(b.seeds, tuple(replace(each, run=replace(each.run, test_loss=np.array([0.0]))) for each in b.runs))
    assert paired(a, b) == Paired(better=2, equal=0, worse=0)


# ---- the table -------------------------------------------------------------------------------------------------------


def columns(score: str) -> list[str]:
    return (
        f"seed data_seed epochs train_loss test_loss train_{score} test_{score} gradient_ratio verdict reached seconds "
        "ended link"
    ).split()


@pytest.mark.parametrize(("experiment", "score"), [(SMALL, "accuracy"), (RIPPLE, "r2"), (UNSTABLE, "r2")])
@BOTH
def test_the_table_has_a_row_a_seed_with_the_runs_own_numbers(experiment: Experiment, score: str, data: str) -> None:
    found = over(experiment, Seeds(12, data))
    rows = found.table()
    assert list(rows) == columns(score)
    assert rows["seed"].tolist() == list(range(1, 13))
    assert rows["data_seed"].tolist() == ([1] * 12 if data == "fixed" else list(range(1, 13)))
    assert rows["reached"].tolist() == found.reached.tolist()
    for row, each in zip(rows.itertuples(), found.runs, strict=True):
        run = each.run
        assert (row.epochs, row.ended, row.verdict) == (run.epochs[-1], run.ended, each.verdict)
        assert (row.train_loss, row.test_loss) == (run.train_loss[-1], run.test_loss[-1])
        assert getattr(row, f"train_{score}") == run.train_accuracy[-1]
        assert getattr(row, f"test_{score}") == run.test_accuracy[-1]
        assert row.gradient_ratio == run.weight_gradient[-1, 0] / run.weight_gradient[-1, -1]
        assert row.seconds == run.seconds > 0
        assert (row.verdict == "diverged") == each.diverged


def test_the_table_of_both_sides_is_that_of_each_under_its_name() -> None:
    of_a, of_b = over(SMALL, Seeds(12)), over(SMALL, Seeds(2, "anew"))
    both = table({"A": of_a, "B": of_b})
    assert both.columns[0] == "side" and both["side"].tolist() == ["A"] * 12 + ["B"] * 2
    for side, found in (("A", of_a), ("B", of_b)):
        own = both[both["side"] == side].drop(columns="side").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, found.table())
    mixed = table({"A": of_a, "B": over(RIPPLE, Seeds(3))})
    assert mixed["test_r2"].isna().tolist() == [True] * 12 + [False] * 3
    assert mixed["test_accuracy"].isna().tolist() == [False] * 12 + [True] * 3


@pytest.mark.parametrize(
    "changes", [{}, {"engine": "sklearn", "epochs": 3}, {"dataset": "iris", "axes": "0,3"}, {"loss": "squared"}]
)
@BOTH
def test_the_link_of_a_row_opens_that_very_experiment_as_a(changes: dict[str, Any], data: str) -> None:
    found = over(changed(SMALL, playground_seed="0.5 &=?#", **changes), Seeds(2, data))
    for link, each in zip(found.table()["link"], found.runs, strict=True):
        pair, _, problems = from_query(query_of(f"https://example.org/compare{link}"))
        assert problems == [] and link.startswith("?")
        assert pair.a == each.run.experiment
        assert pair.b.engine != pair.a.engine and pair.b.seed == pair.a.seed


@pytest.mark.parametrize(
    ("first", "last", "ratio"), [(2.0, 0.5, 4.0), (0.0, 0.5, 0.0), (2.0, 0.0, np.nan), (0.0, 0.0, np.nan)]
)
def test_the_gradient_ratio_is_the_first_layers_against_the_last(first: float, last: float, ratio: float) -> None:
    base = over(SMALL, Seeds(12))
    found = with_curves(base, Seeds(12), [0.0, 1.0], weight_gradient=np.array([[9.0, 9.0, 9.0], [first, 7.0, last]]))
    assert found.table()["gradient_ratio"].tolist() == pytest.approx([ratio], nan_ok=True)


def test_the_table_comes_back_from_csv_by_pandas() -> None:
    found = over(changed(UNSTABLE, features=tuple(FEATURES), hidden=(8,) * 10, activation=("identity",) * 10), Seeds(3))
    first = replace(found.runs[0], run=replace(found.runs[0].run, test_loss=np.array([inf])))
    written = Over(found.seeds, (first, *found.runs[1:])).table()
    assert written["test_loss"][0] == inf and written["link"].str.len().min() > 500
    assert "diverged" in set(written["verdict"])
    read = pd.read_csv(io.StringIO(written.to_csv(index=False)))
    pd.testing.assert_frame_equal(read, written, rtol=1e-14)


# ---- the plane -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dataset", "K"), [("moons", 2), ("blobs5", 5), ("iris", 3)])
@BOTH
def test_the_share_of_a_class_is_that_of_the_networks_that_predict_it(dataset: str, K: int, data: str) -> None:
    found = over(changed(SMALL, dataset=dataset, learning_rate=0.03, noise=20.0), Seeds(4, data))
    plane = maps.domain(found.runs[0].run)  # of the first, also where each has points of its own
    points = maps.centres(plane, maps.BOUNDARY)
    predicted = np.stack([training.predicted(each.run, points) for each in found.runs])
    shares = found.class_shares()
    assert shares.shape == (K, maps.BOUNDARY, maps.BOUNDARY)
    np.testing.assert_allclose(shares.sum(axis=0), 1, rtol=1e-12)
    expected = np.stack([(predicted == k).mean(axis=0) for k in range(K)]).reshape(shares.shape)
    differing = np.abs(shares - expected).max(axis=0) > 1e-12
    assert differing.mean() < 1e-3  # a point on a boundary, where float32 may decide otherwise
    assert (shares.max(axis=0) < 1).any()  # the seeds do not agree everywhere


def test_numbers_have_no_classes() -> None:
    found = over(RIPPLE, Seeds(3))
    assert all(each.classes.shape == (0, 0) for each in found.runs)
    assert found.class_shares().shape == (0, 0, 0)


# ---- words -----------------------------------------------------------------------------------------------------------

TWENTY = [1.0] * 13 + [0.25] * 7
WORDS = {
    "accuracy": (
        Seeds(threshold="test_accuracy>=0.95"),
        SMALL,
        TWENTY,
        "**13 of 20** reach it: 65 % of starts on these points (95 % interval 43 to 82 %).",
    ),
    "any epoch, anew": (
        Seeds(data="anew", threshold="train_accuracy>=0.4", when="any"),
        SMALL,
        TWENTY,  # before, all were at 50 %
        "**20 of 20** reach it: 100 % of starts on new points (95 % interval 84 to 100 %).",
    ),
    "loss": (
        Seeds(threshold="test_loss<0.3"),
        SMALL,
        TWENTY,
        "**7 of 20** reach it: 35 % of starts on these points (95 % interval 18 to 57 %).",
    ),
    "numbers": (
        Seeds(threshold="test_accuracy>=0.29"),
        RIPPLE,
        TWENTY,
        "**13 of 20** reach it: 65 % of starts on these points (95 % interval 43 to 82 %).",
    ),
    "stopped": (
        Seeds(threshold="test_accuracy>=0.29"),
        SMALL,
        TWENTY[10:],
        "**3 of 10** seeds that are through (of 20) reach it: 30 % of starts on these points (95 % interval 11 to "
        "60 %).",
    ),
    "none": (
        Seeds(threshold="test_accuracy>=0.5"),
        SMALL,
        [0.0] * 20,
        "**0 of 20** reach it: 0 % of starts on these points (95 % interval 0 to 16 %).",
    ),
}


@pytest.mark.parametrize(("seeds", "experiment", "ends", "sentence"), WORDS.values(), ids=WORDS)
def test_how_many_reached_it_in_a_sentence(
    seeds: Seeds, experiment: Experiment, ends: list[float], sentence: str
) -> None:
    assert in_words(ended(seeds, *ends, experiment=experiment)) == sentence


@pytest.mark.parametrize(
    ("asked", "experiment", "split", "sentence"),
    [
        (
            "test_accuracy>=0.95",
            SMALL,
            (3, 5, 1),
            "Paired by seed, B's test accuracy at the end is better on **3**, equal (within 1e-9) on **5** and worse "
            "on **1**.",
        ),
        (
            "train_loss<0.1",
            SMALL,
            (13, 0, 7),
            "Paired by seed, B's training loss at the end is better on **13**, equal (within 1e-9) on **0** and worse "
            f"on **7**; sign test p = {binomtest(13, 20).pvalue:.2g}.",
        ),
        (
            "test_accuracy>=0.95",
            RIPPLE,
            (0, 1, 19),
            "Paired by seed, B's test R² at the end is better on **0**, equal (within 1e-9) on **1** and worse on "
            "**19**; sign test p below 0.001.",
        ),
    ],
)
def test_a_pair_in_a_sentence(asked: str, experiment: Experiment, split: tuple[int, int, int], sentence: str) -> None:
    seeds = Seeds(threshold=asked)
    better = 0.25 if seeds.quantity.better < 0 else 0.75
    ends = [better] * split[0] + [0.5] * split[1] + [1 - better] * split[2]
    a, b = (ended(seeds, *values, experiment=experiment) for values in ([0.5] * len(ends), ends))
    assert paired(a, b) == Paired(*split)
    assert paired_in_words(a, b) == sentence


@pytest.mark.parametrize(
    ("asked", "a", "b", "sentence"),
    [
        ("test_accuracy>=0.9", SMALL, RIPPLE, "ripple has no test accuracy, so B is not set against A."),
        ("train_accuracy>=0.9", RIPPLE, SMALL, "circle has no training R², so B is not set against A."),
        (
            "test_loss<0.1",
            SMALL,
            changed(SMALL, loss="squared"),
            "The log loss of A and the squared loss, tanh output of B are different numbers, so B is not set against "
            "A.",
        ),
        ("test_loss<0.1", SMALL, changed(SMALL, hidden=(2,)), ""),
        ("test_accuracy>=0.9", SMALL, changed(SMALL, loss="squared"), ""),
        ("test_accuracy>=0.9", RIPPLE, changed(RIPPLE, dataset="reg_plane"), ""),
    ],
)
def test_what_is_not_one_number_on_both_sides_is_not_compared(
    asked: str, a: Experiment, b: Experiment, sentence: str
) -> None:
    seeds = Seeds(3, threshold=asked)
    assert not_paired(a, b, seeds) == sentence
    of_a, of_b = Over(seeds, over(a, Seeds(3)).runs), Over(seeds, over(b, Seeds(3)).runs)
    if sentence:
        assert paired_in_words(of_a, of_b) == sentence
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            paired(of_a, of_b)
    else:
        assert paired_in_words(of_a, of_b).startswith("Paired by seed, B's ")


def test_another_engine_is_said_to_be_the_same_where_its_weights_are() -> None:
    of_a, of_b = over(SMALL, Seeds(12)), over(changed(SMALL, engine="sklearn"), Seeds(3))
    said = as_other_engine(of_a, of_b)
    found = re.fullmatch(
        r"\*\*B\*\* is A on scikit-learn: on seeds 1, 2 and 3 its weights end equal to A's to (\de-\d+), so no other "
        r"seed is trained\.",
        said,
    )
    assert found, said
    gaps = [
        max(np.abs(W - V).max() for (W, _), (V, _) in zip(a.run.layers[-1], b.run.layers[-1], strict=True))
        for a, b in zip(of_a.runs, of_b.runs, strict=False)
    ]
    assert max(gaps) / 2 < float(found[1]) < 1e-10
    moved = [[(W + 0.003, b) for W, b in each.run.layers[-1]] for each in of_b.runs]
    runs = (
        replace(each, run=replace(each.run, layers=[layers])) for each, layers in zip(of_b.runs, moved, strict=True)
    )
    said = as_other_engine(of_a, replace(of_b, runs=tuple(runs)))
    assert "its weights end up to 3e-3 away from A's, and it reaches it on the same of them." in said


def test_another_engine_that_ends_elsewhere_is_not_said_to_be_the_same() -> None:
    of_a = over(UNSTABLE, Seeds(12))
    first = of_a.runs[0]
    shorter = replace(first, run=replace(first.run, epochs=first.run.epochs[:-1]))
    said = as_other_engine(of_a, Over(of_a.seeds, (shorter,)))
    assert said == "**B** is A on NumPy. Trained on seeds 1, it does not end at the same epochs as A."


@pytest.mark.parametrize("engine", ["numpy", "sklearn"])
@pytest.mark.parametrize("course", ["what if before training", "what if", "branch"])
def test_seeds_of_a_course_set_the_same_weights_by_hand(course: str, engine: str) -> None:
    over = train(on_engine(COURSES[course], engine), Seeds(3))
    assert len(over.runs) == 3 and not any(each.diverged for each in over.runs)
    if course != "branch":
        assert {each.run.layers[-1][0][0][0, 2] for each in over.runs} == {EDITS[0].value}
