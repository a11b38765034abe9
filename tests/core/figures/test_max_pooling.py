"""Figures of convolution and pooling draw what they are given, and say it."""

import numpy as np
import pytest

from core.figures.max_pooling import (
    accuracies,
    describe_accuracies,
    describe_images,
    describe_max_and_relu,
    images,
    max_and_relu,
)


def test_images_of_a_row_share_a_scale_around_zero() -> None:
    row = [np.array([[1.0, -4.0]]), np.array([[2.0, 0.0]])]
    figure = images(row, ["left", "right"], "dark", 150)
    assert [(trace.zmin, trace.zmax) for trace in figure.data] == [(-4, 4), (-4, 4)]
    np.testing.assert_array_equal(figure.data[0].z, row[0])
    assert [(trace.zmin, trace.zmax) for trace in images([np.zeros((2, 2))], [""], "light", 150).data] == [(-1, 1)]
    assert figure.layout.yaxis2.autorange == "reversed"  # the first row of an image is on top


@pytest.mark.parametrize("count", range(1, 6))
def test_each_image_has_its_name_over_its_middle(count: int) -> None:
    names = [f"image {i}" for i in range(count)]
    layout = images([np.ones((2, 2))] * count, names, "light", 150).layout
    end = 0.0
    for number, words in enumerate(layout.annotations, 1):
        (left, right), (low, high) = (layout[f"{axis}axis{number}"].domain for axis in "xy")
        assert end < left < right <= 1 and low == 0 and high == words.y < 1
        assert (words.x, words.xanchor) == ((left + right) / 2, "center")
        end = right
    assert [words.text for words in layout.annotations] == names and layout.height == 150


def test_max_is_b_plus_relu_and_relu_itself_at_zero() -> None:
    maximum, built, relu = max_and_relu(1.5).data
    np.testing.assert_allclose(maximum.y, built.y)
    assert np.abs(maximum.y - relu.y).max() > 1
    assert [line.name for line in (maximum, built, relu)] == ["max(u, v)", "v + relu(u − v)", "relu(u)"]
    assert maximum.x[0] == -3 and maximum.x[-1] == 3
    np.testing.assert_array_equal(max_and_relu(0).data[0].y, max_and_relu(0).data[2].y)
    for level, above in ((1.5, "max"), (-1.5, "relu")):  # the higher line has its name above it
        beside = {note.text.split("> ")[-1]: note for note in max_and_relu(level).layout.annotations}
        for name, note in beside.items():
            assert note.y == (0 if name.startswith("relu") else level)
            assert note.yanchor == ("bottom" if name.startswith(above) else "top")
    assert "the same line" in describe_max_and_relu(0) and "another line" in describe_max_and_relu(1)


def test_a_split_is_a_line_over_the_classifiers() -> None:
    columns = {"average": [0.9, 0.8], "max": [0.95, 0.97]}
    figure = accuracies(columns)
    assert [list(trace.y) for trace in figure.data] == [[0.9, 0.95], [0.8, 0.97]]
    assert [line.name for line in figure.data] == ["split 1", "split 2"]
    assert figure.layout.xaxis.ticktext == ("average<br><b>85.0%</b>", "max<br><b>96.0%</b>")
    assert figure.layout.xaxis.range[0] < 0 and 1 < figure.layout.xaxis.range[1] < 2
    assert describe_accuracies(columns).endswith("average 85.0% (80.0% to 90.0%), max 96.0% (95.0% to 97.0%).")


def test_images_in_words() -> None:
    assert describe_images("Max pooling", ["left", "right"], 2.25) == "Max pooling: left, right. Off by 2.2."
