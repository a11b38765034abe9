"""Figures of linear networks: boundaries over each other, singular values, losses of all depths."""

from collections.abc import Sequence
from math import ceil, floor
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import GRID, chart
from core.figures.labels import Line, at_ends
from core.figures.palette import CLASSES, LAYER_STOPS, diverging, layer_colors
from core.network import ACTIVATIONS

Array = np.ndarray
HEIGHT, PICTURE = 240, 410
INK = {"light": "#1c2530", "dark": "#e3e8ee"}
FLOOR = 1e-8  # excess of a loss below which a curve is drawn at this value


def boundary_picture(axis: Array, z: Array, product: Array | None, X: Array, y: Array, theme: str) -> go.Figure:
    """Classes over the plane with the network's boundary, and dashed that of the product of its weights.

    Parameters
    ----------
    axis : (G,) coordinates of the grid, of x1 and of x2
    z, product : (G^2, K) outputs before the logistic or softmax, x1 running fastest; product may be None
    X, y : (n, 2) training rows and their classes (n,)
    theme : `light` or `dark`
    """
    traces = [_regions(axis, z, theme)]
    traces += _lines(axis, z, "network", {"color": LAYER_STOPS[0], "width": 5})
    if product is not None:
        traces += _lines(axis, product, "one layer: W and b", {"color": INK[theme], "width": 2, "dash": "dash"})
    for k in range(int(y.max()) + 1):
        traces.append(
            {
                "type": "scatter",
                "x": X[y == k, 0],
                "y": X[y == k, 1],
                "mode": "markers",
                "marker": {"size": 5, "color": CLASSES[k], "line": {"width": 0.5, "color": "white"}},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    span = [axis[0], axis[-1]]
    return chart(
        traces,
        PICTURE,
        hovermode=False,
        showlegend=True,
        xaxis={"title": {"text": "x₁"}, "range": span, "constrain": "domain"},
        yaxis={"title": {"text": "x₂"}, "range": span, "scaleanchor": "x", "constrain": "domain", "showgrid": False},
    )


def describe_boundaries(product: bool, difference: float, layers: int) -> str:
    """The picture in a sentence."""
    network = f"The decision boundary of a network of {layers} layers on its training rows"
    return network + (
        f"; that of the product of its weights differs by {difference:.2g} of the largest output." if product else "."
    )


def singular_value_figure(values: Sequence[Array], ranks: Sequence[int]) -> go.Figure:
    """Singular values of the product of the first l matrices over l, on a log axis; ranks are under the ticks.

    values: L arrays (K,), largest first. Of each, the first `rank` are drawn: the rest is zero up to rounding.
    """
    layers, names = len(values), ("largest", "second", "third")
    traces = [
        {
            "type": "scatter",
            "x": list(range(1, layers + 1)),
            "y": [float(s[i]) if i < rank else None for s, rank in zip(values, ranks, strict=True)],
            "name": names[i],
            "mode": "lines+markers",
            "line": {"color": LAYER_STOPS[2 * i], "width": 2},
            "marker": {"size": 8},
            "hovertemplate": "%{y:.3g}",
        }
        for i in range(max(ranks))
    ]
    ticks = [name if name == "W₁" else f"to {name}" for name in weight_names(layers)]
    yaxis = _axis("singular value", True, np.array([trace["y"] for trace in traces], dtype=float))
    return chart(
        traces,
        HEIGHT,
        xaxis={
            "tickvals": list(range(1, layers + 1)),
            "ticktext": [f"{name}<br>rank {rank}" for name, rank in zip(ticks, ranks, strict=True)],
            "range": [0.5, layers + 0.5],
        },
        yaxis=yaxis,
        **at_ends(_named(traces), yaxis, HEIGHT),
    )


def describe_singular_values(ranks: Sequence[int]) -> str:
    """The figure of singular values in a sentence."""
    return "Rank of the product of the first layers: " + ", ".join(map(str, ranks)) + "."


def loss_paths(epochs: Array, losses: Sequence[Array], lowest: float, log: bool) -> go.Figure:
    """Losses (T,), in nats, of networks of all depths, 0 first, over epochs (T,).

    log: their excess over `lowest` on a log axis, down to FLOOR; otherwise as they are, with a line at `lowest`.
    """
    colors = layer_colors(len(losses))
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": epochs,
            "y": np.maximum(loss - lowest, FLOOR) if log else loss,
            "name": f"{depth}",
            "mode": "lines",
            "line": {"color": colors[depth], "width": 2},
            "hovertemplate": "%{y:.3g}",
        }
        for depth, loss in enumerate(losses)
    ]
    drawn = np.concatenate([trace["y"] for trace in traces])
    yaxis = _axis("loss above the lowest" if log else "loss", log, drawn)
    return chart(
        traces,
        HEIGHT,
        shapes=[] if log else [_level(lowest)],
        xaxis={"title": {"text": "epoch"}, "unifiedhovertitle": {"text": "epoch %{x}"}},
        yaxis=yaxis,
        **at_ends(_named(traces), yaxis, HEIGHT),
    )


def describe_paths(losses: Sequence[Array], lowest: float) -> str:
    """The loss curves (T,) in a sentence."""
    ends = ", ".join(f"{loss[-1] - lowest:.2g}" for loss in losses)
    return f"Loss above {lowest:.4g}, the lowest of one layer, at the last epoch for 0 hidden layers upward: {ends}."


def strips(
    columns: Sequence[Array],
    names: Sequence[str],
    quantity: str,
    log: bool,
    level: float | None = None,
    color: str = "",
) -> go.Figure:
    """Every value of every column as a point above the column's name, and a line at each column's median.

    columns: one array (n,) for each name. On a log axis values of 0 are left out, as are values that are not finite.
    level: a dashed horizontal line. color: of all columns, in place of those of layers.
    """
    colors = [color] * len(columns) if color else layer_colors(len(columns))
    traces: list[dict[str, Any]] = []
    for i, values in enumerate(columns):
        shown = values[np.isfinite(values) & ((values > 0) | (not log))]
        spread = np.linspace(-0.28, 0.28, len(shown)) if len(shown) > 1 else np.zeros(len(shown))
        marker = {"size": 7 if len(shown) < 20 else 4, "color": colors[i], "opacity": 0.8}
        common = {"type": "scatter", "showlegend": False, "name": names[i]}
        traces.append(
            {**common, "x": i + spread, "y": shown, "mode": "markers", "marker": marker, "hovertemplate": "%{y:.3g}"}
        )
        if len(shown):
            line = {"color": colors[i], "width": 2}
            middle = [float(np.median(shown))] * 2
            traces.append(
                {**common, "x": [i - 0.38, i + 0.38], "y": middle, "mode": "lines", "line": line, "hoverinfo": "skip"}
            )
    return chart(
        traces,
        HEIGHT,
        hovermode="closest",
        shapes=[] if level is None else [_level(level)],
        xaxis={"tickvals": list(range(len(columns))), "ticktext": list(names), "range": [-0.6, len(columns) - 0.4]},
        yaxis=_axis(quantity, log, np.concatenate(columns)),
    )


def describe_strips(columns: Sequence[Array], names: Sequence[str], quantity: str) -> str:
    """The strips in a sentence: lowest and highest value of each column (n,)."""
    found = [(name, v[np.isfinite(v)]) for name, v in zip(names, columns, strict=True)]
    return (
        f"{quantity.capitalize()}: "
        + ", ".join(f"{n} {v.min():.2g} to {v.max():.2g}" for n, v in found if len(v))
        + "."
    )


def depth_names(count: int) -> list[str]:
    """`0`, `1`, ...: numbers of hidden layers, for the columns of strips."""
    return [str(depth) for depth in range(count)]


def weight_names(count: int) -> list[str]:
    """`W₁`, `W₂`, ...: the weights of each layer, for the columns of strips."""
    return [f"W{number}".translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) for number in range(1, count + 1)]


def _regions(axis: Array, z: Array, theme: str) -> dict[str, Any]:
    side = len(axis)
    common = {"type": "heatmap", "x": axis, "y": axis, "showscale": False, "hoverinfo": "skip", "zmin": 0}
    if z.shape[1] == 1:
        p = ACTIVATIONS["logistic"].value(z).reshape(side, side).astype(np.float32)
        return {**common, "z": p, "zmax": 1, "colorscale": diverging(theme), "opacity": 0.55}
    classes = z.shape[1]
    stops = [[(k + end) / classes, CLASSES[k]] for k in range(classes) for end in (0, 1)]
    best = z.argmax(axis=1).reshape(side, side).astype(np.uint8)
    return {**common, "z": best, "zmin": -0.5, "zmax": classes - 0.5, "colorscale": stops, "opacity": 0.3}


def _lines(axis: Array, z: Array, name: str, line: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the classes meet: z = 0 for two classes, else for each class where it equals the best of the others."""
    margins = (
        [z[:, 0]] if z.shape[1] == 1 else [z[:, k] - np.delete(z, k, axis=1).max(axis=1) for k in range(z.shape[1])]
    )
    contours = [
        {
            "type": "contour",
            "x": axis,
            "y": axis,
            "z": (margin / (np.abs(margin).max() or 1)).reshape(len(axis), -1).astype(np.float32),
            "contours": {"start": 0, "end": 0, "size": 1, "coloring": "none"},
            "line": line,
            "hoverinfo": "skip",
            "showlegend": False,
            "showscale": False,
        }
        for margin in margins
    ]
    key = {"type": "scatter", "x": [None], "y": [None], "mode": "lines", "line": line, "name": name}
    return [*contours, key]


def _axis(quantity: str, log: bool, values: Array) -> dict[str, Any]:
    """A vertical axis; a log one reaches from one power of ten to another, which are its ticks."""
    title = {"title": {"text": quantity}}
    finite = values[np.isfinite(values)]
    shown = finite[finite > 0]
    if not (log and shown.size):
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
        room = 0.06 * (high - low) or 0.5
        return {**title, "type": "linear", "range": [float(low - room), float(high + room)], "nticks": 6}
    low, high = floor(np.log10(shown.min())), ceil(np.log10(shown.max()))
    high = max(high, low + 1)
    ticks = {"dtick": ceil((high - low) / 6), "exponentformat": "power"}
    return {**title, "type": "log", "range": [low - 0.05, high + 0.05], **ticks}


def _named(traces: Sequence[dict[str, Any]]) -> list[Line]:
    """Traces as `at_ends` takes them; a gap is a value that can not be drawn."""
    return [(trace["name"], np.array(trace["y"], dtype=float), trace["line"]["color"]) for trace in traces]


def _level(value: float) -> dict[str, Any]:
    line = {"color": GRID.replace("0.2", "0.9"), "width": 1, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}
