"""A minus B: the largest difference between two networks' weights over the epochs."""

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import Scale, chart, drawable
from core.figures.curves import QUIET
from core.figures.labels import at_ends
from core.figures.palette import POSITIVE

FLOOR = 1e-18  # the lowest end of the axis


def difference_figure(
    epochs: np.ndarray, largest: np.ndarray, rounding: np.ndarray | None, equal: float, height: int
) -> go.Figure:
    """The largest difference at each epoch, on a log axis, with a line below which weights are called equal.

    Parameters
    ----------
    epochs : (T,)
    largest : (T,); 0 is a gap
    rounding : (T,) what rounding alone makes of it, or None
    equal : where the line is
    height : pixels
    """
    lines = {"A minus B": (largest, POSITIVE, "solid")}
    if rounding is not None:
        lines["rounding"] = (rounding, QUIET, "dash")
    values = np.column_stack([np.full(len(epochs), equal), *(line for line, _, _ in lines.values())])
    scale = Scale.of([(epochs, values)], log=True)
    scale = Scale(scale.last_epoch, max(scale.low, FLOOR), scale.high, True)
    traces = [
        {
            "type": "scatter",
            "x": epochs,
            "y": drawable(line, log=True),
            "name": name,
            "mode": "lines" if len(epochs) > 1 else "markers",
            "line": {"color": color, "width": 2, "dash": dash},
            "hovertemplate": "%{y:.1e}",
        }
        for name, (line, color, dash) in lines.items()
    ]
    axis = scale.values_axis("largest difference")
    named = [(name, line, color) for name, (line, color, _) in lines.items()]
    named.append((f"{equal:.0e}", np.array([equal]), QUIET))
    return chart(
        traces,
        height,
        xaxis=scale.epochs_axis("gaps: 0" if (largest[1:] == 0).any() else ""),
        yaxis=axis,
        shapes=[
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": equal, "y1": equal, "line": {"color": QUIET}}
        ],
        **at_ends(named, axis, height),
    )
