"""Figures of the activations lab: what they are given is what they show."""

import dataclasses
import re
from math import nan
from typing import Any

import numpy as np

from core.claims.activations import facts
from core.figures import activations as figures
from core.network import ACTIVATIONS


def trace(figure: Any, name: str) -> Any:
    return next(trace for trace in figure.data if trace.name == name)


def test_every_activation_looks_different() -> None:
    assert len({figures.style(name) for name in ACTIVATIONS}) == len(ACTIVATIONS)


def test_table_has_every_activation_and_sorts_by_numbers() -> None:
    table = figures.table([dataclasses.asdict(facts(name)) for name in ACTIVATIONS])
    assert list(table["Activation"]) == [row.label for row in ACTIVATIONS.values()]
    assert list(table["Used for, and why"]) == [row.use for row in ACTIVATIONS.values()]
    assert table["Largest |slope|"].dtype == float
    rows, rounds = table.set_index("Activation"), "float64 gives a bound from"
    assert not {"Lowest", "Highest", "Bounds reached"} & set(table)  # one interval says it
    assert rows.loc["Tanh", rounds] == "±18.99" and rows.loc["Tanh", "Values"] == "(−1, 1)"
    assert rows.loc["Gaussian", rounds] == "±27.3" and rows.loc["Gaussian", "Values"] == "(0, 1]"
    assert rows.loc["ReLU", rounds] == "" and rows.loc["ReLU", "Values"] == "[0, ∞)"
    assert rows.loc["Identity", rounds] == "" and rows.loc["Identity", "Values"] == "(−∞, ∞)"
    assert rows.loc["Logistic", rounds] == "−745.1, 36.74" and rows.loc["Logistic", "Values"] == "(0, 1)"
    assert rows.loc["SELU", "Values"] == "(−1.758, ∞)" and rows.loc["GELU", "Values"] == "[−0.17, ∞)"
    assert rows.loc["Hard swish", "at x"] == "x → 3 from below"


def test_every_use_has_its_source() -> None:
    sources = figures.table([dataclasses.asdict(facts(name)) for name in ACTIVATIONS])["Source"]
    assert all(re.search(r"[A-Z].* (19|20)\d\d", source) for source in sources)


def test_signs_show_mean_and_range() -> None:
    shares = {"tanh": np.array([[0.0, 0.2], [0.5, 0.4]])}
    figure = figures.sign_curves((1, 10), shares)
    np.testing.assert_allclose(trace(figure, "behind tanh").y, [0.25, 0.3])
    low, high = figure.data[:2]
    np.testing.assert_allclose([low.y, high.y], [[0.0, 0.2], [0.5, 0.4]])
    assert high.fill == "tonexty"
    red, green, blue = (int(figures.style("tanh")[0][i : i + 2], 16) for i in (1, 3, 5))
    assert high.fillcolor == f"rgba({red}, {green}, {blue}, 0.15)"
    low_end, high_end = figure.layout.yaxis.range
    assert low_end < 0 and high_end > 1
    assert figures.describe_signs((1, 10), shares).endswith("behind tanh 25% for one row and 30% for ten.")


def test_calibration_has_two_standard_errors() -> None:
    figure = figures.calibration_curves({"net": (np.array([0.2, 0.5]), np.array([0.0, 0.5]), np.array([10, 100]))})
    np.testing.assert_allclose(trace(figure, "net").error_y.array, [0, 0.1])
    assert list(trace(figure, "a probability").x) == list(trace(figure, "a probability").y) == [0, 1]
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert axis.range[0] < 0 and axis.range[1] > 1
    assert "0.012 for net" in figures.describe_calibration({"net": 0.012})


def test_tails_leave_out_what_a_log_axis_can_not_show() -> None:
    x = np.array([0.0, 1.0])
    slopes = {"relu": np.array([2.0, 0.0]), "tanh": np.array([1.0, 0.5])}
    figure = figures.tail_curves(x, slopes, {"relu": ("limit", x)}, -3.0)
    assert [line.name for line in figure.data] == ["ReLU", "limit", "Tanh"]
    np.testing.assert_array_equal(trace(figure, "ReLU").y, [2.0, nan])
    np.testing.assert_array_equal(trace(figure, "limit").y, x)
    assert trace(figure, "limit").line.color == trace(figure, "ReLU").line.color
    assert figure.layout.xaxis.range == (0, 1) and figure.layout.yaxis.range[0] < figure.layout.yaxis.range[1]
    assert figure.layout.shapes[0].x0 == 3.0 and figure.layout.yaxis.type == "log"
    assert figures.describe_tails({"tanh": np.array([1, 1e-9])}).endswith("tanh 1e-09.")


def test_a_tail_is_named_where_it_leaves_the_chart() -> None:
    x = np.array([0.0, 1.0, 2.0])
    slopes = {"tanh": np.array([1.0, 1e-5, 1e-11]), "logistic": np.array([1.0, 0.1, 0.01])}
    tanh, logistic = figures.tail_curves(x, slopes, {}, 0.0).layout.annotations
    assert "Tanh" in tanh.text and (tanh.x, tanh.y) == (1.0, -5.0)
    assert "Logistic" in logistic.text and (logistic.x, logistic.y) == (2.0, -2.0)


def test_recovery_counts_steps_from_1() -> None:
    figure = figures.recovery_curves({("tanh", "squared"): np.array([-2.0, -1.0, 1.0])})
    assert list(figure.data[0].x) == [1, 2, 3] and figure.layout.xaxis.type == "log"
    assert figure.layout.yaxis.range[0] == -figure.layout.yaxis.range[1] < 0  # driven out on either side
    sentence = figures.describe_recovery({("tanh", "squared"): 191.0, ("logistic", "log"): 5.0}, 4.0)
    assert sentence.startswith("Driven to z = −4, ") and "191 steps with tanh, squared loss, 5 steps" in sentence


def test_loss_and_activation_of_a_recovery_are_told_apart_by_colour_and_dash() -> None:
    lines = {which: line for which, (_, line) in figures.RECOVERIES.items()}
    assert len({(line["color"], line["dash"]) for line in lines.values()}) == len(lines) == 4
    assert lines["tanh", "log"]["color"] == lines["tanh", "squared"]["color"]
    assert lines["tanh", "log"]["dash"] == lines["logistic", "log"]["dash"]
