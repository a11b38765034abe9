"""One experiment over many seeds: which share of them gives each class at each point of the plane."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import chart
from core.figures.maps import Domain
from core.figures.palette import CLASSES, diverging

NAMED = 3  # classes in the sentence
TOP = 8  # pixels above the plane


def class_shares(
    shares: np.ndarray,
    seeds: int,
    domain: Domain,
    names: Sequence[str],
    theme: str,
    height: int = 220,
) -> go.Figure:
    """The share of the seeds that give each class: of two classes by one scale, of more by mixing their colours.

    Parameters
    ----------
    shares : (K, G, G) from 0 to 1, which sum to 1 over the K classes; row 0 has the largest x2, as in `maps`
    seeds : how many they are shares of
    domain : (x1 low, x1 high, x2 low, x2 high), the edges of the image
    names : of the K classes
    theme : `light` or `dark`
    height : pixels
    """
    names = [html.escape(name, quote=False) for name in names]
    two = len(names) == 2
    upward = shares[:, ::-1]  # Plotly has no hover on an image whose rows go down
    plane = _scale_of_two(upward, seeds, names, theme) if two else _mixture(upward, seeds, names)
    x_low, x_high, y_low, y_high = domain
    width, tall = (x_high - x_low) / shares.shape[2], (y_high - y_low) / shares.shape[1]
    cells = {"x0": x_low + width / 2, "dx": width, "y0": y_low + tall / 2, "dy": tall}
    span = {"visible": False, "showspikes": False, "constrain": "domain"}
    return chart(
        [plane | cells, *([] if two else _keys(names))],
        height,
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": TOP, "b": 8},
        showlegend=not two,
        legend={"orientation": "v", "x": 1.02, "xanchor": "left", "y": 1, "yanchor": "top"},
        xaxis={"range": [x_low, x_high], "constraintoward": "left", **span},
        yaxis={
            "range": [y_low, y_high],
            "scaleanchor": "x",
            "scaleratio": (x_high - x_low) / (y_high - y_low),
            "constraintoward": "top",
            **span,
        },
    )


def describe_class_shares(shares: np.ndarray, seeds: int, names: Sequence[str]) -> str:
    """The shares (K, G, G) in words: on how much of the plane all seeds agree, and how much of it each class has."""
    agreed = float((shares.max(axis=0) > 1 - 0.5 / seeds).mean())
    parts = np.bincount(shares.argmax(axis=0).ravel(), minlength=len(names)) / shares[0].size
    largest = [k for k in np.argsort(-parts, kind="stable")[:NAMED] if parts[k] > 0]
    named = ", ".join(f"{names[k]} on {_percent(float(parts[k]))}" for k in largest)
    rest = ", others on the rest" if (parts > 0).sum() > NAMED else ""
    return f"All {seeds} seeds agree on {_percent(agreed)} of the plane; the most frequent class is {named}{rest}."


def _scale_of_two(shares: np.ndarray, seeds: int, names: Sequence[str], theme: str) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": shares[1].astype(np.float32),
        "zmin": 0,
        "zmax": 1,
        "colorscale": diverging(theme),
        "colorbar": {
            "title": {"text": names[1], "side": "top"},
            "thickness": 8,
            "outlinewidth": 0,
            "xpad": 0,
            "ypad": 0,
            "tickvals": [0, 0.5, 1],
            "ticktext": ["0 %", "50 %", "100 %"],
        },
        "customdata": np.rint(100 * shares[1]).astype(np.int8),
        "hovertemplate": f"{names[1]}: %{{customdata}} % of {seeds} seeds<extra></extra>",
    }


def _mixture(shares: np.ndarray, seeds: int, names: Sequence[str]) -> dict[str, Any]:
    colors = np.array([[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in CLASSES[: len(names)]])
    return {
        "type": "image",
        "z": np.rint(np.einsum("kij,kc->ijc", shares, colors)).astype(np.uint8),
        "colormodel": "rgb",
        "text": _words(shares, seeds, names),
        "hovertemplate": "%{text}<extra></extra>",
    }


def _words(shares: np.ndarray, seeds: int, names: Sequence[str]) -> list[list[str]]:
    """For each cell the classes that some seed gives there, the commonest first."""
    known: dict[bytes, str] = {}

    def words(cell: np.ndarray) -> str:
        key = cell.tobytes()
        if key not in known:
            there = [k for k in np.argsort(-cell, kind="stable") if cell[k] > 0]
            known[key] = "<br>".join(f"{names[k]}: {_percent(float(cell[k]))} of {seeds} seeds" for k in there)
        return known[key]

    return [[words(cell) for cell in row] for row in np.moveaxis(shares, 0, -1)]


def _keys(names: Sequence[str]) -> list[dict[str, Any]]:
    """The classes' colours in the legend."""
    empty = {"type": "scatter", "x": [None], "y": [None], "mode": "markers", "hoverinfo": "skip"}
    return [
        {**empty, "name": name, "marker": {"symbol": "square", "size": 10, "color": color}}
        for name, color in zip(names, CLASSES, strict=False)
    ]


def _percent(share: float) -> str:
    """A whole percentage that is 0 or 100 only where the share is 0 or 1."""
    return f"{min(max(round(100 * share), 1), 99) if 0 < share < 1 else 100 * share:.0f} %"
