"""Gradient size as a map of layers and epochs."""

import math

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import Scale, chart, drawable, gap_note
from core.figures.curves import layer_names
from core.figures.palette import VIRIDIS


def gradient_map(
    epochs: np.ndarray, sizes: np.ndarray, quantity: str, scale: Scale, side: str, height: int
) -> go.Figure:
    """Gradient size of each layer (rows, the output on top) at each epoch (columns), coloured by its logarithm.

    Parameters
    ----------
    epochs : (T,)
    sizes : (T, L) root mean squares, first layer first; 0 and what is not finite stay empty, and a note says so
    quantity : what the sizes are of, the title of the colours
    scale : of `curves.gradient_scale`
    side : `A` or `B`, whose layers they are
    height : pixels
    """
    layers = sizes.shape[1]
    low, high = math.log10(scale.low), math.log10(scale.high)
    powers = _whole_powers(low, high)
    cells = {
        "type": "heatmap",
        "x": epochs,
        "y": np.arange(1, layers + 1),
        "z": np.log10(drawable(sizes, log=True)).T,
        "customdata": drawable(sizes, log=True).T,
        "text": np.repeat(np.array(layer_names(layers))[:, None], len(epochs), axis=1),
        "zmin": low,
        "zmax": high if high > low else low + 1,
        "colorscale": VIRIDIS,
        "colorbar": {
            "title": {"text": quantity, "side": "right"},
            "tickvals": powers,
            "ticktext": [f"10<sup>{power}</sup>" for power in powers],
            "thickness": 10,
            "outlinewidth": 0,
        },
        "hovertemplate": "%{text}, epoch %{x}: %{customdata:.3~g}<extra></extra>",
        "hoverongaps": False,
    }
    return chart(
        [cells],
        height,
        hovermode="closest",
        xaxis=scale.epochs_axis(gap_note(sizes, log=True)),
        yaxis={
            "title": {"text": f"layer of {side}"},
            "tickvals": list(range(1, layers + 1)),
            "range": [0.5, layers + 0.5],
            "showgrid": False,
        },
    )


def _whole_powers(low: float, high: float) -> list[int]:
    """At most six whole numbers, evenly spaced, in [low, high]; the nearest one if there is none."""
    inside = range(math.ceil(low), math.floor(high) + 1)
    return list(inside[:: math.ceil(len(inside) / 6)]) if inside else [round(low)]
