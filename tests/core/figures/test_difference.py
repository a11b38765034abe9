import numpy as np

from core.figures.difference import FLOOR, difference_figure

EPOCHS = np.arange(5)
GROWING = np.array([0, 1e-15, 1e-12, 1e-9, 1e-6])


def test_the_difference_what_rounding_makes_and_the_line_below_which_it_is_equal() -> None:
    figure = difference_figure(EPOCHS, GROWING, 2 * GROWING + 1e-16, 1e-10, 360)
    difference, rounding = figure.data
    assert np.isnan(difference.y[0]) and np.array_equal(difference.y[1:], GROWING[1:])
    assert np.array_equal(rounding.y, 2 * GROWING + 1e-16) and rounding.line.dash == "dash"
    (line,) = figure.layout.shapes
    assert line.y0 == line.y1 == 1e-10
    names = [label.text.rpartition("> ")[2] for label in sorted(figure.layout.annotations, key=lambda label: label.y)]
    assert names == ["1e-10", "A minus B", "rounding"]  # from the lowest to the highest
    assert figure.layout.yaxis.type == "log" and figure.layout.height == 360


def test_without_rounding_there_is_one_line() -> None:
    assert [line.name for line in difference_figure(EPOCHS, GROWING, None, 1e-10, 360).data] == ["A minus B"]


def test_the_line_is_on_the_axis_however_large_or_small_the_differences_are() -> None:
    for largest in (GROWING, np.zeros(5), np.full(5, 1e-300), np.array([0, 1, 1e5, 1e20, 1e300])):
        low, high = difference_figure(EPOCHS, largest, None, 1e-10, 360).layout.yaxis.range
        assert np.log10(FLOOR) - 16 < low < -10 < high


def test_only_differences_after_the_start_that_are_0_are_gaps_worth_a_word() -> None:
    assert difference_figure(EPOCHS, GROWING, None, 1e-10, 360).layout.xaxis.title.text == "epoch"
    assert difference_figure(EPOCHS, np.zeros(5), None, 1e-10, 360).layout.xaxis.title.text == "epoch (gaps: 0)"
