import numpy as np
import pytest

from core.figures.gradient_flow import (
    depth_map,
    describe_factors,
    describe_losses,
    describe_map,
    describe_sizes,
    describe_updates,
    describe_values,
    factors_by_layer,
    losses,
    sizes_by_layer,
    updates,
    values_by_layer,
)
from core.figures.palette import NEUTRAL, QUANTITIES, layer_colors

DELTA = np.array([[1e-6, 1e-3, 1.0], [2e-6, 2e-3, 2.0], [3e-6, 3e-3, 3.0]])
WEIGHTS = np.full((3, 3), 0.5)
NONE = np.full((3, 1), np.nan)


def test_sizes_are_medians_with_bands_and_theory_ends_on_them() -> None:
    theory = np.array([1e-4, 1e-2, 1.0])
    figure = sizes_by_layer(DELTA, WEIGHTS, theory)
    lines = {line.name: line for line in figure.data if line.name}
    assert np.array_equal(lines["delta"].y, DELTA[1]) and np.array_equal(lines["dL/dW"].y, WEIGHTS[0])
    assert np.allclose(lines["theory for delta"].y, 2 * theory)
    assert list(lines["dL/dW"].x) == [1, 2, 3]
    bands = [line for line in figure.data if line.fill == "toself"]
    assert len(bands) == 2 and min(bands[0].y) == pytest.approx(1.2e-6) and max(bands[0].y) == pytest.approx(2.8)
    assert figure.layout.yaxis.type == "log"


def test_sizes_of_zero_are_gaps() -> None:
    dead = DELTA.copy()
    dead[:, 0] = 0
    figure = sizes_by_layer(dead, np.zeros((3, 3)), np.zeros(3))
    assert np.isnan(figure.data[1].y[0]) and figure.data[1].y[2] == 2
    assert set(figure.data[0].x) == {2, 3}  # the band begins where there is something to draw


def test_factors_leave_the_last_layer_out() -> None:
    weight, slope = (np.hstack([np.full((3, 2), value), NONE]) for value in (2.0, 0.25))
    figure = factors_by_layer(weight, slope, 2.1, np.array([0.24, 0.23, 0.22]))
    lines = {line.name: list(line.y) for line in figure.data if line.name}
    assert lines["weight factor"] == [2, 2] and lines["slope factor"] == [0.25, 0.25]
    assert lines["both"] == [0.5, 0.5]
    theory = [list(line.y) for line in figure.data if line.name == "theory"]
    assert theory == [[2.1, 2.1], [0.24, 0.23]]
    assert describe_factors(weight, slope) == (
        "Median over layers and seeds: weight factor 2, slope factor 0.25, together 0.5."
    )


def test_the_axes_hold_every_layer_and_every_factor() -> None:
    weight, slope = (np.hstack([np.full((3, 30), value), NONE]) for value in (4.0, 8.0))
    layout = factors_by_layer(weight, slope, 1.0, np.ones(31)).layout
    assert layout.xaxis.range == (0.5, 30.5) and layout.xaxis.dtick == 3
    assert layout.yaxis.range[0] < 0 and 10 ** layout.yaxis.range[1] > 32  # 1, both together
    assert layout.shapes[0].y0 == layout.shapes[0].y1 == 1
    assert sizes_by_layer(DELTA, WEIGHTS, np.ones(3)).layout.xaxis.range == (0.5, 3.5)


def test_a_single_layer_has_sizes_and_no_factors() -> None:
    assert len(sizes_by_layer(DELTA[:, :1], WEIGHTS[:, :1], np.ones(1)).data) == 5
    figure = factors_by_layer(NONE, NONE, 1.0, np.ones(1))
    assert [line for line in figure.data if line.y is not None and np.isfinite(line.y).any()] == []
    assert describe_factors(NONE, NONE) == "No delta comes from a layer above, so there are no factors."


def test_values_are_a_column_for_each_layer() -> None:
    shares, edges = np.array([[0.25, 0.75], [1, 0], [0.5, 0.5]]), np.array([0, 1, 2.0])
    cells = values_by_layer(shares, edges, "dark").data[0]
    assert cells.colorscale[0] == (0, NEUTRAL["dark"])
    assert list(cells.x) == [1, 2, 3] and list(cells.y) == [0.5, 1.5]
    assert np.array_equal(cells.customdata, shares.T)


def test_the_map_names_powers_of_ten_and_leaves_out_what_is_none() -> None:
    ratios = np.array([[1e-3, 4e-12], [0.9, 30.0], [0.1, np.nan]])
    figure = depth_map(ratios, [2, 50], ["Logistic", "SELU", "ReLU"], 1, "dark")
    cells = figure.data[0]
    assert figure.layout.yaxis.autorange == "reversed" and figure.layout.xaxis.ticktext == ("2", "50")
    assert (cells.zmin, cells.zmax) == (-6, 6)
    assert [list(row) for row in cells.text] == [["−3", "−11"], ["0", "+1"], ["−1", ""]]
    assert np.isnan(cells.z[2][1])
    assert list(cells.y) == ["Logistic", "SELU", "ReLU"]
    (frame,) = figure.layout.shapes
    assert (frame.y0, frame.y1) == (0.5, 1.5)  # around SELU


def test_losses_have_a_line_for_each_net() -> None:
    curves = {
        "tanh": (np.array([0, 4, 9]), np.array([0.7, 0.1, 0.01])),
        "relu": (np.array([0, 5]), np.array([0.8, 0.5])),
    }
    lines = losses(curves).data
    assert [line.name for line in lines] == ["Tanh", "ReLU"] and list(lines[1].x) == [0, 5]
    assert describe_losses(curves) == "Training loss: Tanh 0.01 at epoch 9, ReLU 0.5 at epoch 5."


def test_updates_have_a_panel_for_each_net_on_one_scale() -> None:
    change = np.array([[1e-6, 1e-2], [1e-5, 1e-3]])
    sizes = {"logistic": (np.array([1, 9]), change), "tanh": (np.array([1, 4]), 10 * change)}
    figure = updates(sizes)
    assert [(line.name, line.xaxis) for line in figure.data] == [
        ("layer 1", "x"),
        ("layer 2", "x"),
        ("layer 1", "x2"),
        ("layer 2", "x2"),
    ]
    assert [line.line.color for line in figure.data[:2]] == layer_colors(2)
    np.testing.assert_array_equal(figure.data[3].y, 10 * change[:, 1])
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]
    assert {line.yaxis for line in figure.data} == {None}
    names = [note.text.rsplit(" ", 1)[-1] for note in figure.layout.annotations]
    assert names[-2:] == ["Logistic", "Tanh"]
    assert describe_updates(sizes) == (
        "Change of W in an epoch, at the last one: Logistic 1e-05 in layer 1, 0.001 in layer 2; "
        "Tanh 0.0001 in layer 1, 0.01 in layer 2."
    )


def test_a_quantity_has_one_colour_and_its_name_at_its_line() -> None:
    weight, slope = (np.hstack([np.full((3, 2), value), NONE]) for value in (2.0, 0.25))
    factors = factors_by_layer(weight, slope, 2.1, np.array([0.24, 0.23, 0.22]))
    for figure in (factors, sizes_by_layer(DELTA, WEIGHTS, np.ones(3))):
        assert figure.layout.showlegend is False
        for row in QUANTITIES.values():
            assert {line.line.color for line in figure.data if line.name == row.label} <= {row.color}
    names = {note.text.split("</span> ")[1]: note for note in factors.layout.annotations}
    assert {*names} == {"weight factor", "slope factor", "both"}
    assert names["weight factor"].y > names["both"].y > names["slope factor"].y
    assert QUANTITIES["both"].color in names["both"].text


def test_sentences_give_the_numbers() -> None:
    assert describe_sizes(DELTA, WEIGHTS) == (
        "Median over 3 seeds, root mean squares: delta 2e-06 in layer 1 and 2 in layer 3, "
        "dL/dW 0.5 in layer 1 and 0.5 in layer 3."
    )
    middle = np.array([[0.2, 0.8], [0.1, 0.9]])
    assert (
        describe_values(middle) == "Eight in ten values lie from 0.2 to 0.8 in layer 1, and from 0.1 to 0.9 in layer 2."
    )
    assert describe_values(middle[:1]) == "Eight in ten values lie from 0.2 to 0.8."
    ratios = np.array([[1, 1, 1e-9], [1, 1, 2.0]])
    assert describe_map(ratios, [2, 10, 50], ["Logistic", "SELU"]) == (
        "Delta of the first layer over the last one's, 50 layers: from 1e-09 (Logistic) to 2 (SELU)."
    )
