"""Figures of convolution and pooling draw what they are given, and say it."""

import numpy as np

from core.figures.max_pooling import (
    accuracies,
    describe_accuracies,
    describe_max_and_relu,
    describe_panels,
    max_and_relu,
    panels,
)


def test_images_of_a_row_share_a_scale_around_zero() -> None:
    rows = [[np.array([[1.0, -4.0]]), np.array([[2.0, 0.0]])], [np.zeros((2, 2)), np.zeros((2, 2))]]
    figure = panels(rows, ["first", "second"], ["left", "right"], "dark")
    assert [(trace.zmin, trace.zmax) for trace in figure.data] == [(-4, 4), (-4, 4), (-1, 1), (-1, 1)]
    np.testing.assert_array_equal(figure.data[0].z, rows[0][0])
    words = [note.text for note in figure.layout.annotations]
    assert words == ["<b>first</b>", "left", "right", "<b>second</b>", "left", "right"]
    assert figure.layout.yaxis4.autorange == "reversed"  # the first row of an image is on top


def test_words_stand_over_their_images_and_rows_below_each_other() -> None:
    layout = panels([[np.ones((2, 2))] * 2] * 3, ["", "", ""], ["left", "right"], "light").layout
    heights = [float("inf")]
    for row, first in enumerate((1, 3, 5)):
        name, *columns = layout.annotations[3 * row : 3 * row + 3]
        for number, words in enumerate(columns, first):
            (left, right), (low, high) = (layout[f"{axis}axis{number}"].domain for axis in "xy")
            assert words.x == (left + right) / 2 and (right <= 0.5) is (words.text == "left")
            assert low < high == words.y < name.y < heights[-1]
        heights.append(low)


def test_any_number_of_rows_fits() -> None:
    for count in range(1, 6):
        figure = panels([[np.ones((2, 2))]] * count, [""] * count, [""], "light")
        assert min(trace_axis.domain[0] for trace_axis in figure.select_yaxes()) >= 0


def test_max_is_b_plus_relu_and_relu_itself_at_zero() -> None:
    maximum, built, relu = max_and_relu(1.5).data
    np.testing.assert_allclose(maximum.y, built.y)
    assert np.abs(maximum.y - relu.y).max() > 1
    assert [line.name for line in (maximum, built, relu)] == ["max(a, b)", "b + relu(a − b)", "relu(a)"]
    assert maximum.x[0] == -3 and maximum.x[-1] == 3
    np.testing.assert_array_equal(max_and_relu(0).data[0].y, max_and_relu(0).data[2].y)
    assert "the same line" in describe_max_and_relu(0) and "another line" in describe_max_and_relu(1)


def test_a_split_is_a_line_over_the_classifiers() -> None:
    columns = {"average": [0.9, 0.8], "max": [0.95, 0.97]}
    figure = accuracies(columns)
    assert [list(trace.y) for trace in figure.data] == [[0.9, 0.95], [0.8, 0.97]]
    assert [line.name for line in figure.data] == ["split 1", "split 2"]
    assert figure.layout.xaxis.ticktext == ("average", "max")
    assert figure.layout.xaxis.range[0] < 0 and 1 < figure.layout.xaxis.range[1] < 2
    assert describe_accuracies(columns).endswith("average 85.0% (80.0% to 90.0%), max 96.0% (95.0% to 97.0%).")


def test_panels_in_words() -> None:
    assert describe_panels(["conv", "max"], [0, 2.2]) == "Largest difference: conv 0; max 2.2."
