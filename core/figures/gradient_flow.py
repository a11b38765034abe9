"""Figures of the gradient-flow lab: sizes, factors and values by layer, the map of activations, losses and updates."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import Scale, chart, drawable
from core.figures.confusion import FULL, TEXT
from core.figures.palette import CLASSES, NEGATIVE, POSITIVE, VIRIDIS, diverging

Array = np.ndarray
HEIGHT, TALL = 330, 520
GREY = "#8a93a0"
THIRD = CLASSES[2]
BAND = (10, 90)  # percentiles of the seeds


def sizes_by_layer(delta: Array, weight_gradient: Array, theory: Array) -> go.Figure:
    """Gradient sizes of each layer on a log axis: median over the seeds and a band, theory's delta dotted.

    Parameters
    ----------
    delta, weight_gradient : (S, L), root mean squares for each of S seeds, first layer first
    theory : (L,), delta relative to the last layer's
    """
    expected = theory * np.median(delta[:, -1])
    traces = [
        *_with_band(delta, "delta = dL/dz", POSITIVE),
        *_with_band(weight_gradient, "dL/dW", NEGATIVE),
        _line(expected, "theory for delta", GREY, ":.2e", dash="dot"),
    ]
    shown = np.concatenate([delta.ravel(), weight_gradient.ravel()])
    scale = Scale.of([(np.arange(len(theory)), shown)], log=True)
    axis = scale.values_axis("gradient size (rms)")
    return chart(traces, HEIGHT, xaxis=_layers_axis(len(theory)), yaxis=axis, showlegend=True)


def describe_sizes(delta: Array, weight_gradient: Array) -> str:
    """The sizes, (S, L) each, in a sentence."""
    parts = [
        f"{name} {np.median(sizes[:, 0]):.1e} in layer 1 and {np.median(sizes[:, -1]):.1e} in layer {sizes.shape[1]}"
        for name, sizes in (("delta", delta), ("dL/dW", weight_gradient))
    ]
    return f"Median over {len(delta)} seeds, root mean squares: {', '.join(parts)}."


def factors_by_layer(weight: Array, slope: Array, theory_weight: float, theory_slope: Array) -> go.Figure:
    """What delta is multiplied by on its way into each layer, by the weights and by the slopes apart, and together.

    Parameters
    ----------
    weight, slope : (S, L), factors for each seed, NaN in the last layer
    theory_weight, theory_slope : theory's weight factor, and slope factor of each layer (L,)
    """
    layers = weight.shape[1]
    both = weight * slope
    traces = [
        *_with_band(weight[:, :-1], "weight factor", NEGATIVE),
        *_with_band(slope[:, :-1], "slope factor", POSITIVE),
        *_with_band(both[:, :-1], "both: delta", THIRD),
        _line(np.full(layers - 1, theory_weight), "theory", GREY, ":.3f", dash="dot"),
        _line(theory_slope[:-1], "theory", GREY, ":.3f", dash="dot", legend=False),
    ]
    shown = np.concatenate([weight[:, :-1].ravel(), slope[:, :-1].ravel(), both[:, :-1].ravel(), [1.0]])
    scale = Scale.of([(np.arange(layers), shown)], log=True)
    return chart(
        traces,
        HEIGHT,
        xaxis=_layers_axis(max(layers - 1, 1)),
        yaxis=scale.values_axis("factor on delta") | {"exponentformat": "none", "tickformat": ".2~g"},
        showlegend=True,
        shapes=[
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1, "line": {"color": GREY, "width": 1}}
        ],
    )


def describe_factors(weight: Array, slope: Array) -> str:
    """The factors, (S, L) each, in a sentence."""
    known = np.isfinite(weight * slope)
    if not known.any():
        return "No delta comes from a layer above, so there are no factors."
    low, high = (float(np.median(values[known])) for values in (weight, slope))
    return f"Median over layers and seeds: weight factor {low:.2g}, slope factor {high:.2g}, together {low * high:.2g}."


def values_by_layer(shares: Array, edges: Array) -> go.Figure:
    """A histogram of each layer's values, side by side as columns of colour: shares (L, B), edges (B + 1,) of bins."""
    layers = np.arange(1, len(shares) + 1)
    cells = {
        "type": "heatmap",
        "x": layers,
        "y": (edges[:-1] + edges[1:]) / 2,
        "z": np.sqrt(shares).T,  # the square root keeps rare values visible beside a spike
        "customdata": shares.T,
        "zmin": 0,
        "colorscale": VIRIDIS,
        "showscale": False,
        "hovertemplate": "layer %{x}, values around %{y:.2g}: %{customdata:.1%}<extra></extra>",
    }
    axis = {"title": {"text": "value of the layer's units"}, "showgrid": False}
    return chart([cells], TALL, hovermode="closest", xaxis=_layers_axis(len(shares)), yaxis=axis)


def describe_values(middle: Array) -> str:
    """Where the values of the first and of the last layer lie, from their 10th and 90th percentiles (L, 2)."""
    first, last = (f"from {low:.2g} to {high:.2g}" for low, high in middle[[0, -1]])
    if len(middle) == 1:
        return f"Eight in ten values lie {first}."
    return f"Eight in ten values lie {first} in layer 1, and {last} in layer {len(middle)}."


def depth_map(ratios: Array, depths: Sequence[int], labels: Sequence[str], theme: str) -> go.Figure:
    """delta of the first layer over the last one's, for activations (rows, labels) and depths: ratios (A, D).

    Orange vanishes, blue explodes; the numbers are powers of ten. What is 0 or not finite stays empty.
    """
    powers = np.log10(drawable(ratios, log=True))
    places = list(range(len(depths)))
    cells = {
        "type": "heatmap",
        "x": places,
        "y": list(labels),
        "z": powers,
        "customdata": drawable(ratios, log=True),
        "zmin": -6,
        "zmax": 6,
        "colorscale": diverging(theme, FULL),
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[_power(power) for power in row] for row in powers],
        "texttemplate": "%{text}",
        "textfont": {"color": TEXT[theme]},
        "hovertemplate": "%{y}, depth %{x}: %{customdata:.2e}<extra></extra>",
        "hoverongaps": False,
    }
    across = {"title": {"text": "layers"}, "tickvals": places, "ticktext": [str(depth) for depth in depths]}
    down = {"autorange": "reversed", "showgrid": False}
    return chart([cells], TALL, hovermode="closest", xaxis=across, yaxis=down)


def describe_map(ratios: Array, depths: Sequence[int], labels: Sequence[str]) -> str:
    """The map's deepest column in a sentence; ratios (A, D) of A labels and D depths."""
    deepest = np.nan_to_num(ratios[:, -1])
    return (
        f"Delta of the first layer over the last one's, {depths[-1]} layers: from {deepest.min():.1e} "
        f"({labels[int(deepest.argmin())]}) to {deepest.max():.1e} ({labels[int(deepest.argmax())]})."
    )


def losses(curves: Mapping[str, tuple[Array, Array]]) -> go.Figure:
    """Training losses by name, each (epochs (T,), losses (T,)), on one log axis."""
    scale = Scale.of(list(curves.values()), log=True)
    traces = [
        {**_line(values, name, color, ":.4g"), "x": epochs}
        for (name, (epochs, values)), color in zip(curves.items(), (POSITIVE, NEGATIVE, THIRD), strict=False)
    ]
    return chart(traces, 280, xaxis=scale.epochs_axis(""), yaxis=scale.values_axis("training loss"), showlegend=True)


def describe_losses(curves: Mapping[str, tuple[Array, Array]]) -> str:
    """The losses, each (epochs (T,), losses (T,)), in a sentence."""
    parts = [f"{name} {values[-1]:.2g} at epoch {epochs[-1]}" for name, (epochs, values) in curves.items()]
    return f"Training loss: {', '.join(parts)}."


def _with_band(values: Array, name: str, color: str) -> list[dict[str, Any]]:
    """The median over the seeds of values (S, L) as a line, and the band between the percentiles around it."""
    if not values.size:
        return []
    low, middle, high = np.percentile(values, [BAND[0], 50, BAND[1]], axis=0)
    layers = np.arange(1, len(middle) + 1)
    known = np.isfinite(np.log10(drawable(low, log=True)))
    band = {
        "type": "scatter",
        "x": np.concatenate([layers[known], layers[known][::-1]]),
        "y": np.concatenate([high[known], low[known][::-1]]),
        "fill": "toself",
        "fillcolor": f"rgba({', '.join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))}, 0.2)",
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [band, _line(middle, name, color, ":.2e")]


def _line(values: Array, name: str, color: str, shown: str, dash: str = "solid", legend: bool = True) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": np.arange(1, len(values) + 1),
        "y": drawable(values, log=True),
        "name": name,
        "mode": "lines+markers" if dash == "solid" and len(values) <= 20 else "lines",
        "line": {"color": color, "width": 2, "dash": dash},
        "marker": {"size": 4},
        "hovertemplate": f"%{{y{shown}}}",
        "showlegend": legend,
    }


def _layers_axis(count: int) -> dict[str, Any]:
    return {
        "title": {"text": "layer (1 is next to the input)"},
        "range": [0.5, count + 0.5],
        "dtick": max(1, round(count / 10)),
        "tick0": 1,
        "unifiedhovertitle": {"text": "layer %{x}"},
    }


def _power(power: float) -> str:
    return "" if math.isnan(power) else f"{power:+.0f}".replace("-", "−") if abs(power) >= 0.5 else "0"
