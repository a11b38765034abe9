"""A minus B: what is measured of two runs, and when a difference is put down to rounding."""

import dataclasses

import numpy as np
import pytest

from core.difference import (
    EQUAL,
    Differences,
    at_the_end,
    beyond_rounding,
    by_epoch,
    in_words,
    largest_difference,
    not_subtracted,
    only_engines_differ,
    tenfold_every,
)
from core.experiment import Experiment, changed
from core.sides import on_engine
from core.training import Run, completed, train
from tests.core.courses import COURSES

EPOCHS = np.arange(201)
QUICK = changed(Experiment(), epochs=20, rows=60)
VIOLENT = changed(Experiment(), dataset="digits", hidden=(16,), learning_rate=1.0, epochs=10)  # 1e-16 to 1e-7 in one


def measured(a: Run, b: Run) -> Differences:
    return completed(by_epoch(a, b))


def growing(pace: float, start: float = 2e-16, end: float = 0.5, scatter: float = 0.0) -> np.ndarray:
    """Differences that grow tenfold every `pace` epochs, up to `end`. scatter: powers of ten, up and down."""
    powers = np.minimum(EPOCHS / pace, 30) + scatter * np.random.RandomState(0).uniform(-1, 1, len(EPOCHS))
    return np.minimum(start * 10**powers, end) * (EPOCHS > 0)


# words


def test_equal_runs() -> None:
    assert in_words(Differences(EPOCHS, np.zeros(201), np.full(201, 1e-16))) == (
        "Equal in every digit at every recorded epoch."
    )


def test_what_never_exceeds_the_line_is_equal() -> None:
    largest = np.full(201, 1e-15)
    largest[77] = 6e-15
    assert in_words(Differences(EPOCHS, largest, np.full(201, 1e-15))) == (
        "Equal to 1e-10 at every recorded epoch. The largest difference is 6e-15, at epoch 77."
    )


def test_rounding_that_grows_is_called_so_with_its_pace() -> None:
    largest = growing(9)
    last_equal = int(np.flatnonzero(largest <= EQUAL)[-1])
    assert last_equal == 51
    assert in_words(Differences(EPOCHS, largest, 2 * largest + 1e-16)) == (
        "Equal to 1e-10 up to epoch 51, then tenfold every 9 epochs: rounding. At epoch 200 the difference is 0.5."
    )


def test_a_jump_above_what_rounding_makes_is_not_called_rounding() -> None:
    largest = np.where(EPOCHS > 50, 1e-3, 1e-15)
    assert in_words(Differences(EPOCHS, largest, np.full(201, 2e-15))) == (
        "Equal to 1e-10 up to epoch 50. Not rounding: 1e-3 at epoch 51, where rounding makes 2e-15."
    )


def test_a_defect_below_the_line_is_not_hidden_by_it() -> None:
    largest = np.where(EPOCHS > 0, 5e-12, 0)
    assert in_words(Differences(EPOCHS, largest, np.full(201, 2e-16))) == (
        "Equal to 1e-10 at every recorded epoch. Not rounding: 5e-12 at epoch 1, where rounding makes 2e-16."
    )


def test_where_rounding_is_not_measured_it_is_not_named() -> None:
    for largest in (growing(9), np.where(EPOCHS > 0, 1e-3, 0), np.full(201, 1e-15)):
        assert "ounding" not in in_words(Differences(EPOCHS, largest))


@pytest.mark.parametrize(
    ("pace", "said"), [(0.3, "within an epoch"), (1.0, "each epoch"), (1.6, "every 2 epochs"), (20, "every 20 epochs")]
)
def test_the_pace_in_words(pace: float, said: str) -> None:
    assert f"then tenfold {said}: rounding." in in_words(Differences(EPOCHS, growing(pace), growing(pace) + 1e-16))


# the fit


@pytest.mark.parametrize("pace", [2.0, 7.0, 12.5])
def test_the_pace_is_that_of_the_part_that_grows(pace: float) -> None:
    quiet = np.full(201, 3e-16)  # before it grows, and above it what is as far as it can be
    shifted = np.maximum(quiet, growing(pace, start=3e-16 * 10 ** (-40 / pace)))
    scattered = growing(pace, scatter=0.3)
    assert tenfold_every(Differences(EPOCHS, growing(pace))) == pytest.approx(pace, rel=0.02)
    assert tenfold_every(Differences(EPOCHS, shifted)) == pytest.approx(pace, rel=0.1)
    assert tenfold_every(Differences(EPOCHS, scattered)) == pytest.approx(pace, rel=0.1)


def test_the_pace_of_epochs_that_are_recorded_ever_more_rarely() -> None:
    rare = np.unique(np.geomspace(1, 200, 30).astype(int))
    assert tenfold_every(Differences(rare, growing(12)[rare])) == pytest.approx(12, rel=0.02)


@pytest.mark.parametrize(
    "largest",
    [
        np.zeros(201),
        np.where(EPOCHS > 50, 1e-3, 1e-15),  # a jump
        np.random.RandomState(1).uniform(1e-16, 1e-15, 201),
        growing(0.05),  # at its end after one epoch
    ],
    ids=["none", "jump", "noise", "at once"],
)
def test_what_does_not_grow_by_powers_has_no_pace(largest: np.ndarray) -> None:
    assert tenfold_every(Differences(EPOCHS, largest)) is None


# runs


def test_the_difference_is_the_largest_over_all_weights_and_biases() -> None:
    a, b = train(QUICK), train(changed(QUICK, learning_rate=0.05))
    found = measured(a, b)
    expected = [
        max(np.abs(v - w).max() for one, other in zip(p, q, strict=True) for v, w in zip(one, other, strict=True))
        for p, q in zip(a.layers, b.layers, strict=True)
    ]
    assert np.array_equal(found.largest, expected) and found.largest[0] == 0
    assert found.rounding is None
    assert "ounding" not in in_words(found)


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("lost", [np.nan, np.inf])
def test_what_is_not_finite_is_not_passed_over(lost: float, at: int) -> None:
    """Python's max takes the first of its values for the largest where that or another is NaN."""
    whole, other = ([(np.ones((2, 2)), np.zeros(2)) for _ in range(2)] for _ in range(2))
    other[at][0][1, 1] = lost
    assert not np.isfinite(largest_difference(whole, other))


def test_only_epochs_recorded_of_both_are_compared() -> None:
    shorter = train(changed(QUICK, epochs=150))
    longer = train(changed(QUICK, epochs=400, engine="sklearn"))
    found = measured(shorter, longer)
    assert set(found.epochs) == set(shorter.epochs) & set(longer.epochs)
    assert max(found.epochs) <= 150


@pytest.mark.parametrize("experiment", [QUICK, VIOLENT], ids=["calm", "violent"])
def test_what_parts_the_engines_is_rounding(experiment: Experiment) -> None:
    a, b = train(experiment), train(changed(experiment, engine="sklearn"))
    for found in (measured(a, b), measured(b, a)):
        assert found.largest.any() and beyond_rounding(found) is None
        assert "Not rounding" not in in_words(found)
    assert found.largest.max() > EQUAL or experiment is QUICK


@pytest.mark.parametrize("size", [1e-3, 1e-8, 1e-11])
@pytest.mark.parametrize("epoch", [1, 12])
def test_a_defect_of_one_engine_is_not_called_rounding(size: float, epoch: int) -> None:
    a, b = train(QUICK), train(changed(QUICK, engine="sklearn"))
    wrong = [[(W + size * (frame >= epoch), c) for W, c in layers] for frame, layers in enumerate(b.layers)]
    found = measured(a, dataclasses.replace(b, layers=wrong))
    assert beyond_rounding(found) == epoch
    assert f"Not rounding: {size:.0e} at epoch {epoch},".replace("e-0", "e-") in in_words(found)


def test_a_diverged_run_is_compared_as_far_as_it_goes() -> None:
    wild = changed(QUICK, activation="identity", learning_rate=1000.0)
    a, b = train(wild), train(changed(wild, engine="sklearn"))
    assert a.ended.startswith("diverged")
    found = measured(a, b)
    assert np.isfinite(found.largest).all()
    assert in_words(found).endswith(".")


def test_the_end_names_no_cause() -> None:
    a, b = train(QUICK), train(changed(QUICK, learning_rate=0.05))
    assert at_the_end(a, a) == "The weights of A and B are **equal** at epoch 20."
    assert at_the_end(a, b).startswith("The weights of A and B differ by up to **0.")
    assert "equal to" in at_the_end(a, train(changed(QUICK, engine="sklearn")))


# which


def test_what_can_be_subtracted() -> None:
    assert not_subtracted(QUICK, changed(QUICK, engine="sklearn")) == ""
    assert not_subtracted(QUICK, changed(QUICK, activation="relu", learning_rate=0.1)) == ""
    assert "2 – 4 – 2 – 1, B is 2 – 3 – 1" in not_subtracted(QUICK, changed(QUICK, hidden=(3,)))
    for other in ({"seed": 2}, {"initializer": "he_normal"}, {"activation": "logistic"}):
        assert "start from different weights" in not_subtracted(QUICK, changed(QUICK, **other))


def test_rounding_is_measured_only_where_nothing_but_the_engine_differs() -> None:
    assert only_engines_differ(QUICK, changed(QUICK, engine="sklearn"))
    assert not only_engines_differ(QUICK, QUICK)
    assert not only_engines_differ(QUICK, changed(QUICK, engine="sklearn", l2=0.1))


@pytest.mark.parametrize("course", [name for name in COURSES if name != "as in TensorFlow Playground"])
def test_a_course_without_a_kept_state_is_equal_on_both_engines(course: str) -> None:
    b = on_engine(COURSES[course], "sklearn")
    found = completed(by_epoch(train(on_engine(b, "numpy")), train(b)))
    assert found.rounding is not None and (found.largest <= 1e-10).all()
    assert found.epochs[-1] == b.epochs
