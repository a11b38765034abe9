"""Figures of convolution and pooling: small images side by side, max and relu, accuracies over splits."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import chart
from core.figures.palette import LAYER_STOPS, POSITIVE, diverging
from core.network import ACTIVATIONS

Array = np.ndarray
ROW, TITLE = 150, 24  # pixels of a row of images, and of the words above it
HEIGHT = 280


def panels(rows: Sequence[Sequence[Array]], names: Sequence[str], columns: Sequence[str], theme: str) -> go.Figure:
    """Images (h, w) in a table, each row with its name above and on one scale of colours around 0.

    rows: of images; names: one a row; columns: words on each image of a row; theme: `light` or `dark`.
    """
    height = len(rows) * (ROW + 2 * TITLE)
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"annotations": []}
    for r, images in enumerate(rows):
        top = 1 - (r * (ROW + 2 * TITLE) + 2 * TITLE) / height
        largest = max(float(np.abs(image).max()) for image in images) or 1.0
        layout["annotations"].append(_words(f"<b>{names[r]}</b>", 0, top + 1.15 * TITLE / height, "left"))
        for c, (image, column) in enumerate(zip(images, columns, strict=True)):
            number = len(traces) + 1
            left, right = (c + 0.04) / len(images), (c + 0.96) / len(images)
            layout["annotations"].append(_words(column, (left + right) / 2, top, "center"))
            suffix = "" if number == 1 else str(number)
            common = {"visible": False, "fixedrange": True, "constrain": "domain"}
            layout[f"xaxis{suffix}"] = {**common, "domain": [left, right], "anchor": f"y{suffix}"}
            layout[f"yaxis{suffix}"] = {
                **common,
                "domain": [max(top - ROW / height, 0), top],  # rounding goes below 0
                "anchor": f"x{suffix}",
                "scaleanchor": f"x{suffix}",
                "autorange": "reversed",
                "constraintoward": "top",
            }
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
    return chart(traces, height, hovermode="closest", showlegend=False, **layout)


def describe_panels(names: Sequence[str], defects: Sequence[float]) -> str:
    """The last image of each row in a sentence."""
    return "Largest difference: " + "; ".join(f"{n} {d:.2g}" for n, d in zip(names, defects, strict=True)) + "."


def max_and_relu(level: float) -> go.Figure:
    """max(a, b) over a from -3 to 3 for b = level, b + relu(a - b) dashed upon it, and relu(a)."""
    a, relu = np.linspace(-3, 3, 121), ACTIVATIONS["relu"].value
    lines = (
        ("max(a, b)", np.maximum(a, level), {"color": LAYER_STOPS[0], "width": 6}),
        ("b + relu(a − b)", level + relu(a - level), {"color": LAYER_STOPS[4], "width": 2, "dash": "dash"}),
        ("relu(a)", relu(a), {"color": POSITIVE, "width": 2, "dash": "dot"}),
    )
    traces = [
        {"type": "scatter", "x": a, "y": y, "name": name, "mode": "lines", "line": line, "hovertemplate": "%{y:.3g}"}
        for name, y, line in lines
    ]
    return chart(
        traces,
        HEIGHT,
        showlegend=True,
        xaxis={"title": {"text": "a"}, "unifiedhovertitle": {"text": "a = %{x:.3g}"}},
        yaxis={"range": [-3.2, 3.2]},
    )


def describe_max_and_relu(level: float) -> str:
    """The lines in a sentence."""
    same = "relu(a) is the same line" if level == 0 else "relu(a) is another line"
    return f"max(a, {level:g}) and {level:g} + relu(a − {level:g}) are one line over a from −3 to 3; {same}."


def accuracies(columns: Mapping[str, Sequence[float]]) -> go.Figure:
    """Test accuracies of each classifier, a point a split, the points of one split joined."""
    names = list(columns)
    values = np.array(list(columns.values()))
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": list(range(len(names))),
            "y": values[:, split],
            "mode": "lines+markers",
            "line": {"color": LAYER_STOPS[split % len(LAYER_STOPS)], "width": 1},
            "marker": {"size": 9},
            "name": f"split {split + 1}",
            "hovertemplate": "%{y:.1%}",
        }
        for split in range(values.shape[1])
    ]
    return chart(
        traces,
        HEIGHT,
        showlegend=True,
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


def _words(text: str, x: float, y: float, anchor: str) -> dict[str, Any]:
    place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": anchor, "yanchor": "bottom"}
    return {**place, "text": text, "showarrow": False}
