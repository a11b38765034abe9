"""Figures of linear networks draw what they are given, and say it."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.linear_depth import (
    FLOOR,
    boundary_picture,
    describe_boundaries,
    describe_paths,
    describe_singular_values,
    describe_strips,
    loss_paths,
    singular_value_figure,
    strips,
    weight_names,
)
from core.figures.palette import CLASSES

AXIS = np.linspace(-6, 6, 10)
X, Y = np.meshgrid(AXIS, AXIS)
POINTS = np.column_stack([X.ravel(), Y.ravel()])


def test_two_classes_meet_in_one_line_and_three_in_three() -> None:
    y = np.array([0, 1])
    one = boundary_picture(AXIS, POINTS[:, :1], None, POINTS[:2], y, "light")
    assert [trace.type for trace in one.data] == ["heatmap", "contour", "scatter", "scatter", "scatter"]
    three = boundary_picture(
        AXIS, POINTS @ np.ones((2, 3)) + [0, 1, 2], POINTS @ np.ones((2, 3)), POINTS[:2], y, "dark"
    )
    assert [trace.type for trace in three.data].count("contour") == 6
    assert [trace.name for trace in three.data if trace.name] == ["network", "one layer: W and b"]


def test_the_contour_is_of_the_output_and_the_heat_of_its_probability() -> None:
    figure = boundary_picture(AXIS, POINTS[:, :1], None, POINTS[:2], np.array([0, 1]), "light")
    np.testing.assert_allclose(figure.data[1].z, X / 6, rtol=1e-6)
    np.testing.assert_allclose(figure.data[0].z, 1 / (1 + np.exp(-X)), rtol=1e-5)


def test_three_classes_have_their_regions_points_and_lines() -> None:
    z = np.column_stack([POINTS, np.ones(100)])
    rows, y = POINTS[[3, 20, 50, 77]], np.array([0, 2, 1, 2])
    figure = boundary_picture(AXIS, z, None, rows, y, "light")
    regions, *lines = figure.data
    assert np.array_equal(regions.z, z.argmax(axis=1).reshape(10, 10)) and (regions.zmin, regions.zmax) == (-0.5, 2.5)
    assert [color for _, color in regions.colorscale] == [CLASSES[k] for k in (0, 0, 1, 1, 2, 2)]
    np.testing.assert_allclose([place for place, _ in regions.colorscale], [0, 1 / 3, 1 / 3, 2 / 3, 2 / 3, 1])
    ahead = X - np.maximum(Y, 1)  # of the first class before the better one of the others
    np.testing.assert_allclose(lines[0].z, ahead / np.abs(ahead).max(), rtol=1e-6)
    dots = [trace for trace in lines if trace.type == "scatter" and trace.mode == "markers"]
    for k, (dot, color) in enumerate(zip(dots, CLASSES[:3], strict=True)):
        assert np.array_equal(np.column_stack([dot.x, dot.y]), rows[y == k]) and dot.marker.color == color
    assert figure.layout.xaxis.range == figure.layout.yaxis.range == (-6, 6)


def names_beside(figure: go.Figure) -> list[str]:
    """The names of lines beside their ends, from below."""
    return [note.text.rsplit("> ", 1)[1] for note in figure.layout.annotations]


def test_singular_values_end_where_the_rank_does() -> None:
    figure = singular_value_figure([np.array([2.0, 1.0]), np.array([3.0, 1e-17])], [2, 1])
    assert list(figure.data[0].y) == [2.0, 3.0] and list(figure.data[1].y) == [1.0, None]
    assert [line.name for line in figure.data] == ["largest", "second"] and list(figure.data[1].x) == [1, 2]
    assert list(figure.layout.xaxis.ticktext) == ["W₁<br>rank 2", "to W₂<br>rank 1"]
    assert figure.layout.xaxis.tickvals == (1, 2) and figure.layout.xaxis.range == (0.5, 2.5)
    assert figure.layout.yaxis.range == (pytest.approx(-0.05), pytest.approx(1.05))  # of what is drawn
    assert names_beside(figure) == ["second", "largest"] and not figure.layout.showlegend  # from below
    assert describe_singular_values([2, 1]).endswith("2, 1.")


def test_losses_are_drawn_above_the_lowest_or_as_they_are() -> None:
    losses = [np.array([1.0, 0.5]), np.array([2.0, 0.6])]
    log = loss_paths(np.array([0, 9]), losses, 0.5, log=True)
    np.testing.assert_allclose(log.data[0].y, [0.5, FLOOR])
    assert [line.name for line in log.data] == ["0", "1"]
    assert sorted(names_beside(log)) == ["0", "1"] and not log.layout.showlegend
    assert log.layout.yaxis.type == "log" and not log.layout.shapes
    plain = loss_paths(np.array([0, 9]), losses, 0.5, log=False)
    np.testing.assert_allclose(plain.data[1].y, [2.0, 0.6])
    assert plain.layout.shapes[0].y0 == 0.5
    assert ": 0, 0.1." in describe_paths(losses, 0.5)


@pytest.mark.parametrize("log, shown", [(True, [2.0]), (False, [0.0, 2.0])])
def test_strips_leave_out_what_the_axis_can_not_show(log: bool, shown: list[float]) -> None:
    figure = strips([np.array([0.0, 2.0, np.nan]), np.array([5.0])], ["a", "b"], "size", log)
    assert list(figure.data[0].y) == shown
    assert list(figure.data[1].y) == [np.median(shown)] * 2
    for i, (points, line) in enumerate(zip(figure.data[::2], figure.data[1::2], strict=True)):
        assert np.mean(points.x) == np.mean(line.x) == figure.layout.xaxis.tickvals[i] == i
        assert i - 0.5 < line.x[0] < min(points.x) and max(points.x) < line.x[1] < i + 0.5
    assert figure.layout.xaxis.range[0] < -0.5 and 1.5 < figure.layout.xaxis.range[1] < 2
    assert list(figure.layout.xaxis.ticktext) == ["a", "b"]
    assert describe_strips([np.array([1.0, 2.0]), np.array([np.nan])], ["a", "b"], "size") == "Size: a 1 to 2."


@pytest.mark.parametrize(
    ("values", "ends", "step"),
    [([2, 3], (0, 1), 1), ([10, 10], (1, 2), 1), ([1e-9, 50], (-9, 2), 2), ([0, 0.01, 1], (-2, 0), 1)],
)
def test_a_log_axis_reaches_from_one_power_of_ten_to_another(
    values: list[float], ends: tuple[int, int], step: int
) -> None:
    axis = strips([np.array(values, float)], ["a"], "size", True).layout.yaxis
    assert axis.range == (pytest.approx(ends[0] - 0.05), pytest.approx(ends[1] + 0.05)) and axis.dtick == step


def test_without_a_value_above_zero_there_is_no_log_axis() -> None:
    axis = strips([np.zeros(2)], ["a"], "size", True).layout.yaxis
    assert axis.type == "linear" and axis.range[0] < 0 < axis.range[1]


def test_columns_of_one_quantity_are_in_its_colour() -> None:
    two = [np.array([1.0, 2.0])] * 2
    drawn = strips(two, ["a", "b"], "size", True, color="#f08a18").data
    assert {trace.marker.color or trace.line.color for trace in drawn} == {"#f08a18"}
    assert len({trace.marker.color for trace in strips(two, ["a", "b"], "size", True).data if trace.marker.color}) == 2


def test_weights_are_named_by_their_layers() -> None:
    assert weight_names(10)[::9] == ["W₁", "W₁₀"]


def test_the_picture_in_words() -> None:
    assert "4 layers on its training rows." in describe_boundaries(False, 0, 4)
    assert "differs by 3e-16" in describe_boundaries(True, 3e-16, 4)
