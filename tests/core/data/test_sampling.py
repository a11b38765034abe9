import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import DATASETS, draw, split

SEEDS = st.integers(0, 2**32 - 1)


@given(rows=st.integers(50, 400), share=st.integers(1, 99), classes=st.integers(2, 5), seed=SEEDS)
def test_the_parts_hold_every_row_once_and_have_the_promised_sizes(
    rows: int, share: int, classes: int, seed: int
) -> None:
    X, y = np.arange(2.0 * rows).reshape(rows, 2), np.arange(rows) % classes
    X_train, y_train, X_test, y_test = split(X, y, share, seed)
    assert len(X_train) == len(y_train) == max(math.floor(rows * share / 100), classes)
    together = np.concatenate([np.column_stack([X_train, y_train]), np.column_stack([X_test, y_test])])
    assert np.array_equal(together[together[:, 0].argsort()], np.column_stack([X, y]))


@pytest.mark.parametrize("name", DATASETS)
def test_every_class_is_trained_on_and_something_is_left_to_test(name: str) -> None:
    for share, seed in itertools.product((1, 10, 90, 99), range(5)):
        X, y, _ = draw(name, 50, 0, "principal", seed)
        _, y_train, _, y_test = split(X, y, share, seed)
        assert set(y_train) == set(y) or not DATASETS[name].classes
        assert len(y_train) >= 2 and len(y_test) >= 1


@given(rows=st.integers(3, 400), share=st.integers(1, 99), seed=SEEDS)
def test_numbers_are_cut_where_chance_says(rows: int, share: int, seed: int) -> None:
    """Of numbers none must be present: floor(n share / 100) rows, at least two to train on and one to test."""
    X, y = np.arange(2.0 * rows).reshape(rows, 2), np.linspace(-1, 1, rows)
    X_train, y_train, X_test, y_test = split(X, y, share, seed)
    assert len(y_train) == min(max(math.floor(rows * share / 100), 2), rows - 1)
    together = np.column_stack([np.concatenate([X_train, X_test]), np.concatenate([y_train, y_test])])
    assert np.array_equal(together[together[:, 0].argsort()], np.column_stack([X, y]))


def test_equal_numbers_are_split_like_different_ones() -> None:
    """A number that comes up once is nothing to look after: its row is as often tested as any other."""
    X, y = np.arange(40.0).reshape(20, 2), np.append(1.0, np.zeros(19))
    for seed in range(30):
        assert np.array_equal(split(X, y, 50, seed)[0], split(X, np.arange(20.0), 50, seed)[0])


@given(seed=SEEDS)
def test_a_rare_class_is_trained_on(seed: int) -> None:
    y = np.array([0] * 60 + [1])
    _, y_train, _, _ = split(np.zeros((61, 2)), y, 10, seed)
    assert sorted(y_train) == [0, 0, 0, 0, 0, 1]


def test_two_rows_of_two_classes_leave_one_to_test() -> None:
    _, y_train, _, y_test = split(np.zeros((2, 2)), np.array([0, 1]), 90, 1)
    assert len(y_train) == len(y_test) == 1


def test_the_seed_decides_the_split_and_the_rows_are_mixed() -> None:
    X, y = np.arange(200.0).reshape(100, 2), np.repeat([0, 1], 50)
    first, again, other = (split(X, y, 50, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.ptp(split(X, y, 50, 1)[0][:10, 0]) > 50


def test_chance_decides_how_many_of_a_class_are_trained_on() -> None:
    y = np.repeat([0, 1], 50)
    counts = [split(np.zeros((100, 2)), y, 50, seed)[1].sum() for seed in range(300)]
    assert abs(np.mean(counts) - 25) < 1
    assert np.var(counts) == pytest.approx(100 * 0.25 * 25 / 99, rel=0.3)  # hypergeometric
