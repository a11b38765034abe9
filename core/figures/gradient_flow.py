"""Figures of the gradient-flow lab: sizes, factors and values by layer, the map of activations, losses and updates."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.activations import style
from core.figures.chart import Scale, chart, drawable
from core.figures.confusion import FULL, TEXT
from core.figures.labels import at_ends, label
from core.figures.palette import GREY, QUANTITIES, Quantity, diverging, faint, layer_colors, sequential
from core.network import ACTIVATIONS

Array = np.ndarray
HEIGHT, TALL = 225, 305
BAND = (10, 90)  # percentiles of the seeds
GAP = 0.08  # between the panels of one figure, as a share of its width


def sizes_by_layer(delta: Array, weight_gradient: Array, theory: Array) -> go.Figure:
    """Gradient sizes of each layer on a log axis: median over the seeds and a band, theory's delta dotted.

    Parameters
    ----------
    delta, weight_gradient : (S, L), root mean squares for each of S seeds, first layer first
    theory : (L,), delta relative to the last layer's
    """
    expected = theory * np.median(delta[:, -1])
    traces = [
        *_with_band(delta, QUANTITIES["delta"]),
        *_with_band(weight_gradient, QUANTITIES["weight_gradient"]),
        _line(expected, "theory for delta", GREY, ":.2e", dash="dot"),
    ]
    shown = np.concatenate([delta.ravel(), weight_gradient.ravel()])
    scale = Scale.of([(np.arange(len(theory)), shown)], log=True)
    axis = scale.values_axis("gradient size (rms)")
    names = _medians(delta=delta, weight_gradient=weight_gradient)
    return chart(traces, HEIGHT, xaxis=_layers_axis(len(theory)), yaxis=axis, **at_ends(names, axis, HEIGHT))


def describe_sizes(delta: Array, weight_gradient: Array) -> str:
    """The sizes, (S, L) each, in a sentence."""
    parts = [
        f"{name} {np.median(sizes[:, 0]):.2g} in layer 1 and {np.median(sizes[:, -1]):.2g} in layer {sizes.shape[1]}"
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
    sizes = {"weight_factor": weight[:, :-1], "slope_factor": slope[:, :-1], "both": (weight * slope)[:, :-1]}
    traces = [
        *(trace for name, values in sizes.items() for trace in _with_band(values, QUANTITIES[name])),
        _line(np.full(layers - 1, theory_weight), "theory", GREY, ":.3f", dash="dot"),
        _line(theory_slope[:-1], "theory", GREY, ":.3f", dash="dot"),
    ]
    shown = np.concatenate([*(values.ravel() for values in sizes.values()), [1.0]])
    scale = Scale.of([(np.arange(layers), shown)], log=True)
    axis = scale.values_axis("factor on delta") | {"exponentformat": "none", "tickformat": ".2~g"}
    return chart(
        traces,
        HEIGHT,
        xaxis=_layers_axis(max(layers - 1, 1)),
        yaxis=axis,
        **at_ends(_medians(**sizes), axis, HEIGHT),
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


def values_by_layer(shares: Array, edges: Array, theme: str) -> go.Figure:
    """A histogram of each layer's values, side by side as columns of colour: shares (L, B), edges (B + 1,) of bins."""
    layers = np.arange(1, len(shares) + 1)
    cells = {
        "type": "heatmap",
        "x": layers,
        "y": (edges[:-1] + edges[1:]) / 2,
        "z": np.sqrt(shares).T,  # the square root keeps rare values visible beside a spike
        "customdata": shares.T,
        "zmin": 0,
        "colorscale": sequential(theme),
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


def depth_map(ratios: Array, depths: Sequence[int], labels: Sequence[str], framed: int, theme: str) -> go.Figure:
    """delta of the first layer over the last one's, for activations (rows, labels) and depths: ratios (A, D).

    Orange vanishes, blue explodes; the numbers are powers of ten. What is 0 or not finite stays empty. framed: the row
    of the activation that is chosen.
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
        "textfont": {"color": TEXT[theme], "size": 11},
        "hovertemplate": "%{y}, depth %{x}: %{customdata:.2e}<extra></extra>",
        "hoverongaps": False,
    }
    across = {"title": {"text": "layers"}, "tickvals": places, "ticktext": [str(depth) for depth in depths]}
    down = {"autorange": "reversed", "showgrid": False, "tickfont": {"size": 11}, "dtick": 1}
    frame = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": framed - 0.5, "y1": framed + 0.5}
    shapes = [{**frame, "line": {"color": TEXT[theme], "width": 1.5}}]
    return chart([cells], TALL, hovermode="closest", xaxis=across, yaxis=down, shapes=shapes)


def describe_map(ratios: Array, depths: Sequence[int], labels: Sequence[str]) -> str:
    """The map's deepest column in a sentence; ratios (A, D) of A labels and D depths."""
    deepest = np.nan_to_num(ratios[:, -1])
    return (
        f"Delta of the first layer over the last one's, {depths[-1]} layers: from {deepest.min():.2g} "
        f"({labels[int(deepest.argmin())]}) to {deepest.max():.2g} ({labels[int(deepest.argmax())]})."
    )


def losses(curves: Mapping[str, tuple[Array, Array]]) -> go.Figure:
    """Training losses by activation, each (epochs (T,), losses (T,)), on one log axis."""
    scale = Scale.of(list(curves.values()), log=True)
    lines = [(ACTIVATIONS[name].label, values, style(name)[0]) for name, (_, values) in curves.items()]
    traces = [
        {**_line(values, name, color, ":.4g"), "x": epochs}
        for (name, values, color), (epochs, _) in zip(lines, curves.values(), strict=True)
    ]
    axis = scale.values_axis("training loss") | {"dtick": 1}  # whole powers of ten
    return chart(traces, HEIGHT, xaxis=scale.epochs_axis(""), yaxis=axis, **at_ends(lines, axis, HEIGHT))


def describe_losses(curves: Mapping[str, tuple[Array, Array]]) -> str:
    """The losses by activation, each (epochs (T,), losses (T,)), in a sentence."""
    parts = [
        f"{ACTIVATIONS[name].label} {values[-1]:.2g} at epoch {epochs[-1]}" for name, (epochs, values) in curves.items()
    ]
    return f"Training loss: {', '.join(parts)}."


def updates(sizes: Mapping[str, tuple[Array, Array]]) -> go.Figure:
    """How much each layer's W changes, a panel for each activation, all on one log axis.

    Parameters
    ----------
    sizes : by activation (epochs (T,), change (T, L)), first layer first
    """
    scale = Scale.of(list(sizes.values()), log=True)
    axis = scale.values_axis("change of W (rms)")
    traces, axes, titles = [], {}, []
    for index, (name, (epochs, change)) in enumerate(sizes.items()):
        number, start = str(index + 1) if index else "", index / len(sizes)
        domain = [start + GAP / 2 * (index > 0), (index + 1) / len(sizes) - GAP / 2 * (index + 1 < len(sizes))]
        axes[f"xaxis{number}"] = {
            **scale.epochs_axis(""),
            "domain": domain,
            "nticks": 3,
            "tickangle": 0,
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        }
        heading = label("", "", x=sum(domain) / 2, y=1, xanchor="center", yanchor="bottom")
        titles.append({**heading, "text": ACTIVATIONS[name].label})
        traces += [
            {**_line(values, f"layer {layer}", color, ":.1e"), "x": epochs, "mode": "lines", "xaxis": f"x{number}"}
            for layer, (values, color) in enumerate(zip(change.T, layer_colors(change.shape[1]), strict=True), 1)
        ]
    last = [(trace["name"], trace["y"], trace["line"]["color"]) for trace in traces[-change.shape[1] :]]
    named = at_ends([last[0], (f"{last[-1][0]} (output)", *last[-1][1:])], axis, HEIGHT)
    named["annotations"] += titles
    named["margin"]["t"] = 24
    return chart(traces, HEIGHT, yaxis=axis, **axes, **named)


def describe_updates(sizes: Mapping[str, tuple[Array, Array]]) -> str:
    """The panels, by activation (epochs (T,), change (T, L)), in a sentence."""
    parts = [
        f"{ACTIVATIONS[name].label} {change[-1, 0]:.2g} in layer 1, {change[-1, -1]:.2g} in layer {change.shape[1]}"
        for name, (_, change) in sizes.items()
    ]
    return f"Change of W in an epoch, at the last one: {'; '.join(parts)}."


def _with_band(values: Array, quantity: Quantity) -> list[dict[str, Any]]:
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
        "fillcolor": faint(quantity.color, 0.2),
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
    }
    return [band, _line(middle, quantity.label, quantity.color, ":.2e")]


def _medians(**sizes: Array) -> list[tuple[str, Array, str]]:
    """Of each quantity of QUANTITIES its name, its median over the seeds (L,) of (S, L), and its colour."""
    known = {QUANTITIES[name]: values for name, values in sizes.items() if values.size}
    return [(quantity.label, np.median(values, axis=0), quantity.color) for quantity, values in known.items()]


def _line(values: Array, name: str, color: str, shown: str, dash: str = "solid") -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": np.arange(1, len(values) + 1),
        "y": drawable(values, log=True),
        "name": name,
        "mode": "lines+markers" if dash == "solid" and len(values) <= 20 else "lines",
        "line": {"color": color, "width": 2, "dash": dash},
        "marker": {"size": 4},
        "hovertemplate": f"%{{y{shown}}}",
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
