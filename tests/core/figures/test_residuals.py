import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import max_error, r2_score

from core.figures.residuals import MOST_DOTS, ResidualScale, describe_residuals, residual_figure

Y = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
PREDICTED = np.array([-0.9, -0.5, 0.25, 0.5, 0.8])


def test_dots_are_predicted_over_true_values_about_the_diagonal() -> None:
    scale = ResidualScale.of([(Y, PREDICTED)])
    figure = residual_figure(Y, PREDICTED, scale, "A", 200)
    dots, diagonal, _ = figure.data
    assert np.array_equal(dots.x, Y) and np.array_equal(dots.y, PREDICTED)
    assert np.allclose(dots.customdata, [-0.1, 0, -0.25, 0, 0.2])
    assert np.array_equal(diagonal.x, diagonal.y)
    assert tuple(diagonal.x) == tuple(figure.layout.xaxis.range) == tuple(figure.layout.yaxis.range)
    assert figure.layout.yaxis.title.text == "predicted by A"


def test_the_distribution_holds_every_row_where_its_residual_is() -> None:
    residuals = np.random.default_rng(0).normal(size=3000)
    y = np.zeros(3000)
    bars = residual_figure(y, y - residuals, ResidualScale.of([(y, y - residuals)]), "A", 200).data[2]
    assert sum(bars.x) == 3000
    assert np.average(bars.y, weights=bars.x) == pytest.approx(residuals.mean(), abs=0.02)
    assert pytest.approx(bars.y[len(bars.y) // 2]) == 0  # one bin has 0 in its middle
    assert np.allclose(bars.customdata, np.column_stack([bars.y, bars.y]) + np.ptp(bars.y) / 40 * np.array([-1, 1]))


@pytest.mark.parametrize(
    ("y", "predicted", "low", "high", "reach"),
    [
        ([-1, 1], [-0.9, 0.75], -1.1, 1.1, 0.25),  # all true values, with a margin
        ([-1, 1], [-1.5, 9], -1.675, 2.175, 8),  # predicted ones as far as half the spread beyond
        ([-1, 1], [-9, 1.5], -2.175, 1.675, 8),
        ([2, 2], [2, 2], 1.5, 2.5, 0.5),
        ([2, 2], [1, 9], 1.45, 2.55, 7),
    ],
)
def test_the_axes_hold_the_true_values(
    y: list[float], predicted: list[float], low: float, high: float, reach: float
) -> None:
    scale = ResidualScale.of([(np.array(y, float), np.array(predicted, float))])
    assert (scale.low, scale.high, scale.reach) == pytest.approx((low, high, reach))


def test_a_and_b_share_their_axes() -> None:
    sides = [(Y, PREDICTED), (Y, 1.3 * PREDICTED)]
    scale = ResidualScale.of(sides)
    a, b = (residual_figure(*side, scale, "A", 200) for side in sides)
    assert a.layout.xaxis.range == b.layout.xaxis.range
    assert tuple(a.data[2].y) == tuple(b.data[2].y)


def test_what_lies_beyond_the_axes_and_what_is_not_drawn_is_counted() -> None:
    wild = np.where(Y > 0.7, 1e6, PREDICTED)
    figure = residual_figure(Y, wild, ResidualScale.of([(Y, wild)]), "A", 200)
    assert figure.layout.yaxis.range[1] < 3
    assert figure.layout.yaxis.title.text == "predicted by A (1 beyond the axis)"
    low = residual_figure(Y, -wild, ResidualScale.of([(Y, -wild)]), "A", 200)
    assert low.layout.yaxis.title.text == "predicted by A (1 beyond the axis)"
    layout = figure.to_dict()["layout"]
    assert layout["xaxis"]["domain"][1] < layout["xaxis2"]["domain"][0] < layout["xaxis2"]["domain"][1]
    most = np.tile(Y, MOST_DOTS // len(Y))
    assert (
        residual_figure(most, most, ResidualScale.of([(most, most)]), "A", 200).layout.yaxis.title.text
        == "predicted by A"
    )
    many = np.tile(Y, 500)
    figure = residual_figure(many, many, ResidualScale.of([(many, many)]), "A", 200)
    assert len(figure.data[0].x) == MOST_DOTS
    assert figure.layout.yaxis.title.text == "predicted by A (1,000 of 2,500 rows)"
    assert sum(figure.data[2].x) == 2500


def test_the_description_has_the_measures_of_scikit_learn() -> None:
    text = describe_residuals(Y, PREDICTED)
    assert f"R² is {r2_score(Y, PREDICTED):.3g} on 5 rows" in text
    assert f"the largest is {-max_error(Y, PREDICTED):.2g}." in text
    assert f"a mean of {np.mean(Y - PREDICTED):.2g}" in text


def test_the_smallest_number_is_no_residual() -> None:
    values = np.zeros(1), np.array([5e-324])
    assert sum(residual_figure(*values, ResidualScale.of([values]), "A", 200).data[2].x) == 1


@settings(max_examples=50)
@given(st.data(), st.integers(1, 40))
def test_whatever_is_predicted_can_be_drawn(data: st.DataObject, n: int) -> None:
    y = data.draw(arrays(float, n, elements=st.floats(-1, 1)))
    predicted = data.draw(arrays(float, n, elements=st.floats(-1e100, 1e100)))
    scale = ResidualScale.of([(y, predicted)])
    figure = residual_figure(y, predicted, scale, "A", 200)
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert np.isfinite(axis.range).all() and axis.range[0] < axis.range[1]
    assert scale.low <= y.min() and y.max() <= scale.high
    assert sum(figure.data[2].x) == n
    assert "Infinity" not in figure.to_json()
    assert describe_residuals(y, predicted).endswith(".")
