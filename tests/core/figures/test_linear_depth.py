"""Figures of linear networks draw what they are given, and say it."""

import numpy as np
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
)

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


def test_singular_values_end_where_the_rank_does() -> None:
    figure = singular_value_figure([np.array([2.0, 1.0]), np.array([3.0, 1e-17])], [2, 1])
    assert list(figure.data[0].y) == [2.0, 3.0] and list(figure.data[1].y) == [1.0, None]
    assert list(figure.layout.xaxis.ticktext) == ["W₁<br>rank 2", "to W₂<br>rank 1"]
    assert describe_singular_values([2, 1]).endswith("2, 1.")


def test_losses_are_drawn_above_the_lowest_or_as_they_are() -> None:
    losses = [np.array([1.0, 0.5]), np.array([2.0, 0.6])]
    log = loss_paths(np.array([0, 9]), losses, 0.5, log=True)
    np.testing.assert_allclose(log.data[0].y, [0.5, FLOOR])
    assert log.layout.yaxis.type == "log" and not log.layout.shapes
    plain = loss_paths(np.array([0, 9]), losses, 0.5, log=False)
    np.testing.assert_allclose(plain.data[1].y, [2.0, 0.6])
    assert plain.layout.shapes[0].y0 == 0.5
    assert "0.0e+00, 1.0e-01" in describe_paths(losses, 0.5)


@pytest.mark.parametrize("log, shown", [(True, [2.0]), (False, [0.0, 2.0])])
def test_strips_leave_out_what_the_axis_can_not_show(log: bool, shown: list[float]) -> None:
    figure = strips([np.array([0.0, 2.0, np.nan]), np.array([5.0])], ["a", "b"], "size", log)
    assert list(figure.data[0].y) == shown
    assert list(figure.data[1].y) == [np.median(shown)] * 2
    assert list(figure.layout.xaxis.ticktext) == ["a", "b"]
    assert describe_strips([np.array([1.0, 2.0]), np.array([np.nan])], ["a", "b"], "size") == "Size: a 1 to 2."


def test_a_log_axis_always_has_two_powers_of_ten() -> None:
    low, high = strips([np.array([2.0, 3.0])], ["a"], "size", True).layout.yaxis.range
    assert low <= 0 and high >= 1


def test_the_picture_in_words() -> None:
    assert "4 layers on its training rows." in describe_boundaries(False, 0, 4)
    assert "differs by 3e-16" in describe_boundaries(True, 3e-16, 4)
