"""What all charts share: axes that say what they show and reach as far as it does, gaps, and signs in two colours."""

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from core.figures import (
    activations,
    confusion,
    curves,
    difference,
    gradient_flow,
    heatmap,
    linear_depth,
    max_pooling,
    residuals,
)
from core.figures.chart import Scale, chart, gap_note
from core.figures.palette import NEGATIVE, NEUTRAL, POSITIVE

E, V = np.array([0, 1, 2]), np.array([0.9, 0.5, 0.25])
L = np.array([[0.5, 1.0], [0.25, 1.0], [0.125, 1.0]])  # epochs or seeds by layers
LOG = Scale(2, 0.1, 1, True)
BOTH = [curves.Side("A", E, L), curves.Side("B", E, L / 2)]
X, PLANE = np.array([-1.0, 0.0, 1.0]), np.linspace(-1, 1, 9)[:, None]
LAYER = "layer (1 is next to the input)"

TITLES: dict[str, tuple[Callable[[], Any], str | None, str | None]] = {
    "weight gradients": (
        lambda: curves.gradient_curves(BOTH, curves.QUANTITIES["weights"]),
        "epoch",
        "dL/dW (rms)",
    ),
    "delta": (lambda: curves.gradient_curves(BOTH, curves.QUANTITIES["delta"]), "epoch", "dL/dz (rms)"),
    "gradient map": (lambda: heatmap.gradient_map(E, L, "delta", LOG, "B", 280), "epoch", "layer of B"),
    "losses": (lambda: curves.loss_curves(BOTH), "epoch", "loss"),
    "accuracies": (lambda: curves.accuracy_curves(BOTH), "epoch", "accuracy"),
    "R²": (lambda: curves.r_squared_curves(BOTH), "epoch", "R²"),
    "difference": (lambda: difference.difference_figure(E, V, V, 1e-10, 300), "epoch", "largest difference"),
    "confusion": (
        lambda: confusion.confusion_matrix(np.eye(2, dtype=int), "ab", "light", "A", 200),
        "predicted by A",
        "true",
    ),
    "residuals": (
        lambda: residuals.residual_figure(V, V, residuals.ResidualScale.of([(V, V)]), "B", 200),
        "true",
        "predicted by B",
    ),
    "sizes by layer": (lambda: gradient_flow.sizes_by_layer(L, L, L[0]), LAYER, "gradient size (rms)"),
    "factors by layer": (lambda: gradient_flow.factors_by_layer(L, L, 1.0, L[0]), LAYER, "factor on delta"),
    "values by layer": (lambda: gradient_flow.values_by_layer(L, E, "light"), LAYER, "value of the layer's units"),
    "depth map": (lambda: gradient_flow.depth_map(L, [2, 9], "abc", 0, "light"), "layers", None),
    "flow losses": (lambda: gradient_flow.losses({"tanh": (E, V)}), "epoch", "training loss"),
    "updates": (lambda: gradient_flow.updates({"tanh": (E, L)}), "epoch", "change of W (rms)"),
    "boundaries": (
        lambda: linear_depth.boundary_picture(X, PLANE, None, np.zeros((1, 2)), np.zeros(1, int), "light"),
        "x₁",
        "x₂",
    ),
    "singular values": (lambda: linear_depth.singular_value_figure([V], [1]), None, "singular value"),
    "excess losses": (lambda: linear_depth.loss_paths(E, [V], 0.2, log=True), "epoch", "loss above the lowest"),
    "all depths' losses": (lambda: linear_depth.loss_paths(E, [V], 0.2, log=False), "epoch", "loss"),
    "strips": (lambda: linear_depth.strips([V], ["a"], "distance", log=False), None, "distance"),
    "signs": (
        lambda: activations.sign_curves((1, 10), {"tanh": L}),
        "rows in the batch",
        "neurons with one sign",
    ),
    "calibration": (lambda: activations.calibration_curves({"net": (V, V, E + 1)}), "output p", "share of class 1"),
    "tails": (lambda: activations.tail_curves(V, {"tanh": V}, {}, 1.0), "|x|", "slope"),
    "recovery": (lambda: activations.recovery_curves({("tanh", "log"): V}), "step (1: driven out)", "z"),
    "max and relu": (lambda: max_pooling.max_and_relu(1.0), "u", None),
    "splits": (lambda: max_pooling.accuracies({"max": [0.5]}), None, "test accuracy"),
}


@pytest.mark.parametrize(("draw", "across", "up"), TITLES.values(), ids=TITLES)
def test_each_axis_says_what_it_shows(draw: Callable[[], Any], across: str | None, up: str | None) -> None:
    layout = draw().layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == (across, up)


IMAGE = np.array([[-1.0, 4.0]])
SIGNED: dict[str, tuple[Callable[[str], Any], float]] = {
    "outputs": (
        lambda theme: linear_depth.boundary_picture(X, PLANE, None, np.zeros((1, 2)), np.zeros(1, int), theme).data[0],
        0.5,
    ),
    "images": (lambda theme: max_pooling.images([IMAGE], ["a"], theme, 100).data[0], 0.0),
    "powers": (lambda theme: gradient_flow.depth_map(L, [2, 9], "abc", 0, theme).data[0], 0.0),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("draw", "middle"), SIGNED.values(), ids=SIGNED)
def test_low_is_orange_and_high_is_blue(draw: Callable[[str], Any], middle: float, theme: str) -> None:
    cells = draw(theme)
    places, colors = zip(*cells.colorscale, strict=True)
    assert places == (0, 0.5, 1) and colors[1] == NEUTRAL[theme]
    assert channel(colors[0], "red") > channel(colors[0], "blue")
    assert channel(colors[2], "red") < channel(colors[2], "blue")
    assert cells.zmin < cells.zmax and (cells.zmin + cells.zmax) / 2 == middle


def channel(color: str, name: str) -> int:
    start = {"red": 1, "blue": 5}[name]
    return int(color[start : start + 2], 16)


def test_negative_is_orange_and_positive_blue() -> None:
    assert channel(NEGATIVE, "red") > channel(NEGATIVE, "blue") and channel(POSITIVE, "red") < channel(POSITIVE, "blue")


@pytest.mark.parametrize(
    ("low", "high", "log", "ends"),
    [
        (0, 2, False, (0, 2.1)),
        (-1, 1, False, (-1, 1.1)),
        (0, 0, False, (0, 0.5)),  # a single value has half a unit around it
        (0.01, 100, True, (-2.2, 2.2)),
        (1e-9, 1e-9, True, (-9.5, -8.5)),
    ],
)
def test_an_axis_has_some_room_beyond_its_values(low: float, high: float, log: bool, ends: tuple[float, float]) -> None:
    axis = Scale(1, low, high, log).values_axis("loss")
    assert axis["range"] == pytest.approx(ends)
    assert axis["type"] == ("log" if log else "linear")


@pytest.mark.parametrize(
    ("last", "ends", "each"),
    [(0, (-0.5, 0.5), True), (4, (-0.08, 4.08), True), (5, (-0.1, 5.1), False), (400, (-8, 408), False)],
)
def test_epochs_are_whole_and_all_of_them_are_seen(last: int, ends: tuple[float, float], each: bool) -> None:
    axis = Scale(last, 0, 1, False).epochs_axis("")
    assert axis["range"] == pytest.approx(ends)
    assert ("dtick" in axis) is each


def test_a_scale_holds_what_can_be_shown_of_all_sides() -> None:
    sides = [(E, np.array([2.0, nan, 5.0])), (np.array([0, 7, 9]), np.array([0.0, inf, 3.0]))]
    assert Scale.of(sides, log=False) == Scale(9, 0, 5, False)
    assert Scale.of(sides, log=True) == Scale(9, 2, 5, True)
    assert Scale.of([(E, V - 1)], log=False).low == pytest.approx(-0.75)
    nothing = [(E, np.zeros(3))]
    assert Scale.of(nothing, log=True) == Scale(2, 1, 1, True)


@pytest.mark.parametrize(
    ("values", "log", "note"),
    [
        ([1, 2], True, ""),
        ([0, 2], False, ""),
        ([0, 2], True, "gaps: 0"),
        ([inf, 2], False, "gaps: not finite"),
        ([0, nan], True, "gaps: 0 or not finite"),
    ],
)
def test_gaps_have_a_reason(values: list[float], log: bool, note: str) -> None:
    assert gap_note(np.array(values), log) == note


def test_a_chart_is_written_out_once() -> None:
    figure = chart([], 100, xaxis={}, yaxis={})
    written = figure.to_dict()
    assert written["layout"]["height"] == 100 and figure.to_dict() is written
