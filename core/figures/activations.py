"""Figures and the table of the activations lab."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures import palette
from core.figures.chart import chart
from core.figures.labels import at_ends, label
from core.network import ACTIVATIONS

Array = np.ndarray
HEIGHT = 200
# Readable on light and on dark; with three kinds of line they tell 21 functions apart, and then start again.
COLORS = (
    palette.GREY,
    palette.NEGATIVE,
    palette.POSITIVE,
    palette.CLASSES[2],
    palette.LAYER_STOPS[2],
    "#cc3311",
    "#a98a3c",
)
DASHES = ("solid", "dash", "dot")


def style(name: str) -> tuple[str, str]:
    """Colour and kind of line of an activation, the same wherever it is drawn."""
    place = list(ACTIVATIONS).index(name)
    return COLORS[place % len(COLORS)], DASHES[place // len(COLORS) % len(DASHES)]


def table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The measured rows (fields of `core.claims.activations.Facts`) and what they are used for, as a table to sort."""
    return pd.DataFrame(
        {
            "Activation": [ACTIVATIONS[row["name"]].label for row in rows],
            "Values": [interval(row) for row in rows],
            "float64 gives a bound from": [_rounds(row["rounds"]) for row in rows],
            "Largest |slope|": [row["largest_slope"] for row in rows],
            "at x": [_minus(row["largest_at"]) for row in rows],
            "Mean output": [row["mean"] for row in rows],
            "Zero-centred": [row["zero_centred"] for row in rows],
            "Never falls": [row["value_monotone"] for row in rows],
            "Slope never falls": [row["slope_monotone"] for row in rows],
            "Used for, and why": [ACTIVATIONS[row["name"]].use for row in rows],
            "Source": [ACTIVATIONS[row["name"]].source for row in rows],
        }
    )


def interval(row: Mapping[str, Any]) -> str:
    """The values as an interval, to four digits: a square bracket at a bound that is reached."""
    low, high = ("∞" if abs(row[name]) == inf else f"{abs(row[name]):.4g}" for name in ("low", "high"))
    opened, closed = "[" if row["low_reached"] else "(", "]" if row["high_reached"] else ")"
    return f"{opened}{'−' if row['low'] < 0 else ''}{low}, {high}{closed}"


def _rounds(places: Sequence[float]) -> str:
    """The places where float64 gives a bound that is not reached."""
    if len(places) == 2 and places[0] == -places[1]:
        return f"±{places[1]:.4g}"
    return _minus(", ".join(f"{place:.4g}" for place in places))


def _minus(text: str) -> str:
    return text.replace("-", "−")


def sign_curves(batches: Sequence[int], shares: Mapping[str, Array]) -> go.Figure:
    """Share of neurons with one sign against rows in a batch, mean and range over the seeds.

    Parameters
    ----------
    batches : sizes of batches (B,)
    shares : for each activation (S, B), a row for each seed
    """
    traces = []
    for name, values in shares.items():
        color, shown = style(name)[0], ACTIVATIONS[name].label
        band = {"type": "scatter", "x": list(batches), "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        traces += [
            {**band, "y": values.min(axis=0)},
            {**band, "y": values.max(axis=0), "fill": "tonexty", "fillcolor": palette.faint(color, 0.15)},
            {
                "type": "scatter",
                "x": list(batches),
                "y": values.mean(axis=0),
                "name": f"behind {shown.lower()}",
                "mode": "lines+markers",
                "line": {"color": color, "width": 2},
                "hovertemplate": "%{y:.1%}",
            },
        ]
    axis = {"title": {"text": "neurons with one sign"}, "type": "linear", "range": [-0.03, 1.05], "tickformat": ".0%"}
    lines = [
        (f"behind {ACTIVATIONS[name].label.lower()}", values.mean(axis=0), style(name)[0])
        for name, values in shares.items()
    ]
    return chart(
        traces,
        HEIGHT,
        xaxis={
            "title": {"text": "rows in the batch"},
            "type": "log",
            "tickvals": list(batches),
            "unifiedhovertitle": {"text": "%{x} rows"},
        },
        yaxis=axis,
        **at_ends(lines, axis, HEIGHT),
    )


def describe_signs(batches: Sequence[int], shares: Mapping[str, Array]) -> str:
    """The figure in a sentence; shares (S, B), and a batch of 10 among the B."""
    parts = [
        f"behind {ACTIVATIONS[name].label.lower()} {values[:, 0].mean():.0%} for one row and "
        f"{values[:, batches.index(10)].mean():.0%} for ten"
        for name, values in shares.items()
    ]
    return f"Share of neurons whose weight gradients all have one sign: {'; '.join(parts)}."


def calibration_curves(curves: Mapping[str, tuple[Array, Array, Array]]) -> go.Figure:
    """Share of class 1 against the output, with two standard errors, and the diagonal.

    Parameters
    ----------
    curves : for each name (predicted (B,), observed (B,), rows (B,))
    """
    diagonal = {
        "type": "scatter",
        "x": [0, 1],
        "y": [0, 1],
        "mode": "lines",
        "name": "a probability",
        "line": {"color": palette.GREY, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }
    traces = [
        {
            "type": "scatter",
            "x": predicted,
            "y": observed,
            "customdata": rows,
            "name": name,
            "mode": "lines+markers",
            "line": {"color": color, "width": 2},
            "error_y": {"array": 2 * np.sqrt(observed * (1 - observed) / rows), "thickness": 1, "width": 3},
            "hovertemplate": "output %{x:.2f}: %{y:.1%} of %{customdata:,} rows are of class 1",
        }
        for (name, (predicted, observed, rows)), color in zip(
            curves.items(), (style("logistic")[0], palette.LAYER_STOPS[2]), strict=False
        )
    ]
    return chart(
        [diagonal, *traces],
        HEIGHT,
        hovermode="closest",
        xaxis={"title": {"text": "output p"}, "range": [-0.03, 1.03]},
        yaxis={"title": {"text": "share of class 1"}, "range": [-0.03, 1.03], "tickformat": ".0%"},
    )


def describe_calibration(gaps: Mapping[str, float]) -> str:
    """The figure in a sentence, from each curve's mean gap."""
    parts = [f"{gap:.3f} for {name}" for name, gap in gaps.items()]
    return f"Share of class 1 among test rows by output, mean distance to the diagonal: {'; '.join(parts)}."


def tail_curves(
    x: Array, slopes: Mapping[str, Array], asymptotes: Mapping[str, tuple[str, Array]], at: float
) -> go.Figure:
    """Slopes against |x| on a log scale, each with what it approaches, and a line at |x| = `at`.

    Parameters
    ----------
    x : (n,) not negative
    slopes : for each activation (n,)
    asymptotes : for some activations a name in HTML and values (n,)
    at : the x that is looked at
    """
    traces = []
    for name, values in slopes.items():
        color, dash = style(name)
        common: dict[str, Any] = {"type": "scatter", "x": x, "mode": "lines"}
        traces.append(
            {
                **common,
                "y": np.where(values > 0, values, np.nan),
                "name": ACTIVATIONS[name].label,
                "line": {"color": color, "width": 2, "dash": dash},
                "hovertemplate": "%{y:.2e}",
            }
        )
        if name in asymptotes:
            limit_name, limit = asymptotes[name]
            traces.append(
                {
                    **common,
                    "y": limit,
                    "name": limit_name,
                    "line": {"color": color, "width": 5},
                    "opacity": 0.3,
                    "hoverinfo": "skip",
                }
            )
    axis: dict[str, Any] = {
        "title": {"text": "slope"},
        "type": "log",
        "range": [-9, 1],
        "exponentformat": "power",
        "nticks": 6,
    }
    here = {"type": "line", "x0": abs(at), "x1": abs(at), "y0": 0, "y1": 1, "yref": "paper"}
    return chart(
        traces,
        HEIGHT,
        shapes=[{**here, "line": {"color": palette.GREY, "width": 1, "dash": "dot"}}],
        xaxis={"title": {"text": "|x|"}, "range": [0, float(x[-1])], "unifiedhovertitle": {"text": "|x| = %{x:.2f}"}},
        yaxis=axis,
        annotations=[_tail(name, x, values, 10.0 ** axis["range"][0]) for name, values in slopes.items()],
        margin={"l": 8, "r": 72, "t": 8, "b": 8},
        showlegend=False,
    )


def _tail(name: str, x: Array, slopes: Array, lowest: float) -> dict[str, Any]:
    """An activation's name where its slopes (n,) at x (n,) leave the axis, below or at its end."""
    last = int(np.flatnonzero(slopes >= lowest)[-1])
    ends = last + 1 < len(x)
    place = {"x": float(x[last]), "y": np.log10(slopes[last])}
    over = {"xanchor": "left", "yanchor": "bottom" if ends else "middle", "xref": "x", "yref": "y"}
    return label(ACTIVATIONS[name].label, style(name)[0], **place, **over)


def describe_tails(slopes: Mapping[str, Array]) -> str:
    """The figure in a sentence: the last of each activation's slopes (n,)."""
    parts = [f"{ACTIVATIONS[name].label.lower()} {values[-1]:.2g}" for name, values in slopes.items()]
    return f"Slopes against |x| on a log scale; at its right end: {', '.join(parts)}."


RECOVERIES = {  # by activation and loss: a name, and the line
    (name, loss): (f"{name}, {loss}", {"color": style(name)[0], "width": 2, "dash": dash})
    for name in ("tanh", "logistic")
    for loss, dash in (("squared", "solid"), ("log", "dot"))
}


def recovery_curves(z: Mapping[tuple[str, str], Array]) -> go.Figure:
    """A neuron's z over the steps since 1, where it was driven out, on a log axis.

    Parameters
    ----------
    z : for each of RECOVERIES (T,)
    """
    axis = {
        "title": {"text": "z"},
        "type": "linear",
        "zeroline": True,
        "zerolinecolor": palette.GREY,
        "range": [-5.4, 5.4],
    }
    traces = [
        {
            "type": "scatter",
            "x": np.arange(1, len(values) + 1),
            "y": values,
            "name": RECOVERIES[which][0],
            "mode": "lines",
            "line": RECOVERIES[which][1],
            "hovertemplate": "%{y:.2f}",
        }
        for which, values in z.items()
    ]
    return chart(
        traces,
        HEIGHT,
        xaxis={
            "title": {"text": "step (1: driven out)"},
            "type": "log",
            "dtick": 1,
            "unifiedhovertitle": {"text": "step %{x}"},
        },
        yaxis=axis,
    )


def describe_recovery(steps: Mapping[tuple[str, str], float], depth: float) -> str:
    """The figure in a sentence: from where, and how many steps until z is positive."""
    parts = [f"{count:,.0f} steps with {RECOVERIES[which][0]} loss" for which, count in steps.items()]
    return f"Driven to z = −{depth:g}, the neuron is positive again after {', '.join(parts)}."
