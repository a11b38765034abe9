from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.figures.palette import MISSED, REACHED
from core.figures.seed_strip import APART, DOT, WIDTH, Ended, describe_seed_strip, seed_strip
from core.figures.seeds import ACCURACY, GRADIENT, LOSS, R_SQUARED, Measure

INF = np.inf
VALUES = np.array([0.75, 1.0, 0.984])


def side(name: str, values: Any, threshold: float = 0.95) -> Ended:
    values = np.asarray(values, dtype=float)
    return Ended(name, range(7, 7 + len(values)), values, values >= threshold)


def along(figure: go.Figure, trace: int) -> np.ndarray:
    """The dots' places as shares of the axis."""
    x = np.array(figure.data[trace].x)
    low, high = figure.layout.xaxis.range
    return ((np.log10(x) if figure.layout.xaxis.type == "log" else x) - low) / (high - low)


def test_each_seed_is_a_dot_at_its_value_that_tells_side_and_index() -> None:
    figure = seed_strip([side("A", VALUES), side("B", VALUES[::-1])], ACCURACY, "test accuracy", 0.95)
    a, b = figure.data
    np.testing.assert_allclose(a.x, VALUES)
    np.testing.assert_allclose(b.x, VALUES[::-1])
    assert [trace.legendgroup for trace in figure.data] == [trace.name for trace in figure.data] == ["A", "B"]
    assert list(a.customdata) == [0, 1, 2]
    assert list(a.text) == ["seed 7: 75 %", "seed 8: 100 %", "seed 9: 98.4 %"]
    assert list(a.marker.color) == [MISSED, REACHED, REACHED]
    assert DOT >= 10 and a.marker.size == DOT
    assert min(a.y) > max(b.y)  # A above B
    assert list(figure.layout.yaxis.ticktext) == ["A  2 of 3", "B  2 of 3"]
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 0.95


def test_a_chosen_dot_does_not_fade_the_others() -> None:
    figure = seed_strip([side("A", VALUES)], ACCURACY, "test accuracy", None)
    assert figure.data[0].unselected.marker.opacity == 1
    assert not figure.layout.shapes


@pytest.mark.parametrize(
    ("measure", "worse"), [(ACCURACY, "left"), (R_SQUARED, "left"), (LOSS, "right"), (GRADIENT, "right")]
)
def test_a_diverged_run_is_a_cross_beyond_all_dots_at_the_worse_end(measure: Measure, worse: str) -> None:
    figure = seed_strip([side("A", [0.5, np.nan, 0.9, INF])], measure, "it", 0.8)
    assert list(figure.data[0].marker.symbol) == ["circle", "x", "circle", "x"]
    assert figure.data[0].text[1] == "seed 8: diverged"
    x = along(figure, 0)
    assert (x[[1, 3]] < x[[0, 2]].min()).all() if worse == "left" else (x[[1, 3]] > x[[0, 2]].max()).all()
    assert figure.layout.xaxis.title.text == "it (× diverged)"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 125), min_size=1, max_size=20), st.lists(st.integers(0, 125), min_size=1, max_size=20))
def test_dots_are_within_their_row_and_apart_where_there_is_room(a: list[int], b: list[int]) -> None:
    sides = [side("A", np.array(a) / 125), side("B", np.array(b) / 125)]
    figure = seed_strip(sides, ACCURACY, "test accuracy", 0.95)
    tall = figure.layout.yaxis.range[1]
    for i, trace in enumerate(figure.data):
        x, y = along(figure, i) * WIDTH, np.array(trace.y)
        assert (x > 0).all() and (x < WIDTH).all()
        row = (tall / 2, tall) if i == 0 else (0, tall / 2)
        assert y.min() - DOT / 2 >= row[0] and y.max() + DOT / 2 <= row[1]
        for one, other in combinations(range(len(x)), 2):
            near = abs(x[one] - x[other]) < DOT
            assert not near or abs(y[one] - y[other]) > 2  # a pile of twenty still has a place for each
    again = seed_strip(sides, ACCURACY, "test accuracy", 0.95)
    assert again.to_json() == figure.to_json()


def test_a_few_equal_dots_do_not_overlap_and_one_alone_is_on_the_line() -> None:
    figure = seed_strip([side("A", [1, 1, 1, 0.5])], ACCURACY, "test accuracy", None)
    y = sorted(figure.data[0].y[:3])
    assert np.diff(y).tolist() == [APART, APART]
    assert figure.data[0].y[3] == figure.layout.yaxis.tickvals[0] == y[1]


def test_only_a_pile_without_room_is_pressed_together() -> None:
    figure = seed_strip([side("A", [1.0] * 40 + [0.5] * 3)], ACCURACY, "test accuracy", None)
    y = np.array(figure.data[0].y)
    assert np.diff(np.sort(y[40:])).tolist() == [APART, APART]
    assert 0 < np.diff(np.sort(y[:40])).min() < DOT / 3
    assert set(figure.data[0].marker.line.width[:40]) == {0} and min(figure.data[0].marker.line.width[40:]) > 0


def test_the_height_is_that_of_its_rows() -> None:
    one = seed_strip([side("", VALUES)], ACCURACY, "test accuracy", 0.95).layout.height
    two = seed_strip([side("A", VALUES), side("B", VALUES)], ACCURACY, "test accuracy", 0.95).layout.height
    assert 60 <= one <= 90 and 95 <= two <= 120
    assert seed_strip([side("", np.ones(60))], ACCURACY, "test accuracy", None).layout.height <= 140


@pytest.mark.parametrize(
    ("measure", "values", "kind", "title"),
    [
        (LOSS, [0.1, 0.4], "linear", "it"),
        (LOSS, [0.001, 0.4], "log", "it"),
        (LOSS, [0.0, 0.001, 0.4], "log", "it (at the edge: 0)"),
        (GRADIENT, [0.1, 0.2], "log", "it"),
        (GRADIENT, [0.0, 0.0], "linear", "it"),
        (R_SQUARED, [-50.0, 0.9], "linear", "it (at the edge: below -1)"),
    ],
)
def test_values_of_many_sizes_can_be_told_apart(measure: Measure, values: list[float], kind: str, title: str) -> None:
    figure = seed_strip([side("A", values)], measure, "it", None)
    assert figure.layout.xaxis.type == kind
    assert figure.layout.xaxis.title.text == title
    assert np.isfinite(along(figure, 0)).all()


@pytest.mark.parametrize("values", [[np.nan], [np.nan, INF], [1.0], [0.0, 0.0]])
@pytest.mark.parametrize("measure", [ACCURACY, R_SQUARED, LOSS, GRADIENT])
def test_whatever_the_ends_it_can_be_drawn_and_described(values: list[float], measure: Measure) -> None:
    for threshold in (None, 0.5):
        figure = seed_strip([side("A", values)], measure, "it", threshold)
        assert np.isfinite(figure.layout.xaxis.range).all() and np.isfinite(along(figure, 0)).all()
    assert "nan" not in describe_seed_strip([side("A", values)], measure, "it")


def test_the_sentence_counts() -> None:
    sides = [side("A", VALUES), side("B", [np.nan, 0.5])]
    assert describe_seed_strip(sides, ACCURACY, "test accuracy") == (
        "A: 2 of 3 seeds reached the threshold; test accuracy is 75 % at the least and 100 % at the most. "
        "B: 0 of 2 seeds reached the threshold; test accuracy is 50 % at the least and 50 % at the most; 1 diverged."
    )
