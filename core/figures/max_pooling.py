"""Figures of convolution and pooling: small images side by side, max and relu, accuracies over splits."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import chart
from core.figures.labels import label
from core.figures.palette import LAYER_STOPS, POSITIVE, diverging
from core.network import ACTIVATIONS

Array = np.ndarray
TITLE, HEIGHT = 24, 200  # pixels: of the names above images, of a chart


def images(row: Sequence[Array], names: Sequence[str], theme: str, height: int) -> go.Figure:
    """Images (h, w) side by side, each under its name, on one scale of colours around 0.

    theme: `light` or `dark`. height: pixels, of which TITLE are for the names.
    """
    largest = max(float(np.abs(image).max()) for image in row) or 1.0
    top = 1 - TITLE / height
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"annotations": []}
    for number, (image, name) in enumerate(zip(row, names, strict=True)):
        left, right = (number + 0.04) / len(row), (number + 0.96) / len(row)
        suffix = str(number + 1) if number else ""
        common = {"visible": False, "fixedrange": True, "constrain": "domain"}
        layout[f"xaxis{suffix}"] = {**common, "domain": [left, right], "anchor": f"y{suffix}"}
        layout[f"yaxis{suffix}"] = {
            **common,
            "domain": [0, top],
            "anchor": f"x{suffix}",
            "scaleanchor": f"x{suffix}",
            "autorange": "reversed",
            "constraintoward": "top",
        }
        words = {"x": (left + right) / 2, "y": top, "xref": "paper", "yref": "paper", "yanchor": "bottom"}
        layout["annotations"].append({**words, "xanchor": "center", "text": name, "showarrow": False})
        traces.append(
            {
                "type": "heatmap",
                "z": image.astype(np.float32),
                "zmin": -largest,
                "zmax": largest,
                "colorscale": diverging(theme),
                "showscale": False,
                "xgap": 1,
                "ygap": 1,
                "xaxis": f"x{suffix}",
                "yaxis": f"y{suffix}",
                "hovertemplate": "%{z:.3g}<extra></extra>",
            }
        )
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    return chart(traces, height, hovermode="closest", showlegend=False, margin=margin, **layout)


def describe_images(name: str, images: Sequence[str], off_by: float) -> str:
    """The images in a sentence. images: their names; off_by: of what they show."""
    return f"{name}: {', '.join(images)}. Off by {off_by:.2g}."


def max_and_relu(level: float) -> go.Figure:
    """max(u, v) over u from -3 to 3 for v = level, v + relu(u - v) dashed upon it, and relu(u)."""
    u, relu = np.linspace(-3, 3, 121), ACTIVATIONS["relu"].value
    lines = (
        ("max(u, v)", np.maximum(u, level), {"color": LAYER_STOPS[0], "width": 6}),
        ("v + relu(u − v)", level + relu(u - level), {"color": LAYER_STOPS[4], "width": 2, "dash": "dash"}),
        ("relu(u)", relu(u), {"color": POSITIVE, "width": 2, "dash": "dot"}),
    )
    traces = [
        {"type": "scatter", "x": u, "y": y, "name": name, "mode": "lines", "line": line, "hovertemplate": "%{y:.3g}"}
        for name, y, line in lines
    ]
    side = 1 if level >= 0 else -1  # the higher line has its name above it, the lower one below
    return chart(
        traces,
        HEIGHT,
        annotations=[
            _beside("max(u, v), and v + relu(u − v) dashed upon it", LAYER_STOPS[0], level, side),
            _beside("relu(u)", POSITIVE, 0, -side),
        ],
        showlegend=False,
        xaxis={"title": {"text": "u"}, "unifiedhovertitle": {"text": "u = %{x:.3g}"}},
        yaxis={"range": [-3.6, 3.6]},
    )


def describe_max_and_relu(level: float) -> str:
    """The lines in a sentence."""
    same = "relu(u) is the same line" if level == 0 else "relu(u) is another line"
    return f"max(u, {level:g}) and {level:g} + relu(u − {level:g}) are one line over u from −3 to 3; {same}."


def accuracies(columns: Mapping[str, Sequence[float]]) -> go.Figure:
    """Test accuracies of each classifier, a point a split, the points of one split joined; under each name its mean."""
    names = [f"{name}<br><b>{np.mean(values):.1%}</b>" for name, values in columns.items()]
    values = np.array(list(columns.values()))
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": list(range(len(names))),
            "y": values[:, split],
            "mode": "lines+markers",
            "line": {"color": POSITIVE, "width": 1},
            "marker": {"size": 8, "opacity": 0.7},
            "name": f"split {split + 1}",
            "hovertemplate": "%{y:.1%}",
        }
        for split in range(values.shape[1])
    ]
    return chart(
        traces,
        HEIGHT,
        showlegend=False,
        hovermode="closest",
        xaxis={"tickvals": list(range(len(names))), "ticktext": names, "range": [-0.4, len(names) - 0.6]},
        yaxis={"title": {"text": "test accuracy"}, "tickformat": ".0%", "nticks": 6},
    )


def describe_accuracies(columns: Mapping[str, Sequence[float]]) -> str:
    """The accuracies in a sentence."""
    found = (
        f"{name} {np.mean(values):.1%} ({min(values):.1%} to {max(values):.1%})" for name, values in columns.items()
    )
    return "Test accuracy, mean and range: " + ", ".join(found) + "."


def _beside(name: str, color: str, y: float, side: int) -> dict[str, Any]:
    """A name above (side 1) or below (-1) the left end of a line at y."""
    place = {"xref": "x", "yref": "y", "x": -2.9, "y": y, "yanchor": "bottom" if side > 0 else "top"}
    return label(name, color, yshift=3 * side, **place)
