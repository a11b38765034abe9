from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.maps import centres
from core.figures.palette import CLASSES, diverging
from core.figures.seed_plane import class_shares, describe_class_shares

DOMAIN = (-6.0, 6.0, -2.0, 4.0)
G = 4


def two(top: float = 0.85) -> np.ndarray:
    """Class 1 has `top` of the seeds in the upper half of the plane, none in the lower one."""
    ones = np.zeros((G, G))
    ones[: G // 2] = top
    return np.stack([1 - ones, ones])


def three() -> np.ndarray:
    shares = np.zeros((3, G, G))
    shares[0] = 1
    shares[:, 0, 1] = [0.25, 0, 0.75]
    return shares


def draw(shares: np.ndarray, **options: Any) -> go.Figure:
    names = options.pop("names", [f"class {k}" for k in range(len(shares))])
    return class_shares(shares, 20, DOMAIN, names, "light", **options)


def row_of(figure: go.Figure, top: int) -> int:
    """Which row of the trace's data is drawn as the row `top` from the top, by the axes alone."""
    trace = figure.data[0]
    heights = trace.y0 + trace.dy * np.arange(G)
    return int(np.argsort(-heights)[top])


@pytest.mark.parametrize("shares", [two(), three()])
def test_cells_lie_where_they_were_measured(shares: np.ndarray) -> None:
    figure = draw(shares)
    trace = figure.data[0]
    points = centres(DOMAIN, G).reshape(G, G, 2)
    np.testing.assert_allclose(trace.x0 + trace.dx * np.arange(G), points[0, :, 0])
    np.testing.assert_allclose([trace.y0 + trace.dy * row_of(figure, i) for i in range(G)], points[:, 0, 1])


def test_two_classes_are_one_scale_with_its_neutral_at_a_half() -> None:
    figure = draw(two())
    trace = figure.data[0]
    assert trace.z[row_of(figure, 0), 0] == pytest.approx(0.85) and trace.z[row_of(figure, G - 1), 0] == 0
    assert (trace.zmin, trace.zmax) == (0, 1)
    assert [tuple(stop) for stop in trace.colorscale] == diverging("light")
    assert list(trace.colorbar.ticktext) == ["0 %", "50 %", "100 %"]
    assert trace.customdata[row_of(figure, 0), 0] == 85
    assert trace.hovertemplate.startswith("class 1: %{customdata} % of 20 seeds")


def test_of_more_classes_the_colours_are_mixed_and_hovering_lists_those_there_are() -> None:
    figure = draw(three())
    image = figure.data[0]
    top = row_of(figure, 0)
    channels = [[int(CLASSES[k][i : i + 2], 16) for i in (1, 3, 5)] for k in (0, 2)]
    assert image.z[top][0].tolist() == channels[0]
    np.testing.assert_allclose(image.z[top][1], 0.25 * np.array(channels[0]) + 0.75 * np.array(channels[1]), atol=0.5)
    assert image.text[top][1] == "class 2: 75 % of 20 seeds<br>class 0: 25 % of 20 seeds"
    assert image.text[top][0] == "class 0: 100 % of 20 seeds"
    assert [(t.name, t.marker.color) for t in figure.data[1:]] == [(f"class {k}", CLASSES[k]) for k in range(3)]


def test_the_plane_is_square_whatever_its_units() -> None:
    layout = draw(two()).layout
    wide, tall = (np.ptp(layout[axis].range) for axis in ("xaxis", "yaxis"))
    assert layout.yaxis.scaleanchor == "x"
    assert tall * layout.yaxis.scaleratio == pytest.approx(wide)


@pytest.mark.parametrize("shares", [two(), three()])
def test_names_are_text_and_not_markup(shares: np.ndarray) -> None:
    written = draw(shares, names=["a", "<b>", "c"][: len(shares)]).to_json()
    assert "<b>" not in written.replace("\\u003c", "<") and "&lt;b&gt;" in written.replace("\\u003c", "<")


def test_the_sentence_measures_how_far_the_seeds_agree() -> None:
    assert describe_class_shares(two(), 20, ["sun", "moon"]) == (
        "All 20 seeds agree on 50 % of the plane; the most frequent class is sun on 50 %, moon on 50 %."
    )
    assert describe_class_shares(three(), 20, ["a", "b", "c"]) == (
        "All 20 seeds agree on 94 % of the plane; the most frequent class is a on 94 %, c on 6 %."
    )


def test_of_many_classes_the_sentence_names_three() -> None:
    shares = np.eye(10)[:, np.arange(16).reshape(4, 4) % 10]
    text = describe_class_shares(shares, 20, [str(k) for k in range(10)])
    assert text.endswith("0 on 12 %, 1 on 12 %, 2 on 12 %, others on the rest.")
