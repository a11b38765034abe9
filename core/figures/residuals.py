"""Residuals of a regression: predicted over true values, and how far apart they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import GRID, chart
from core.figures.palette import NEGATIVE, POSITIVE
from core.network.losses import r_squared

MOST_DOTS = 1000  # more would be one blot, and slow to send
BINS = 21  # odd, so that one of them has 0 in its middle
LEAST = 1e-300  # a residual below is none: bins of its size are no numbers of float64
LEFT, RIGHT = (0.0, 0.7), (0.74, 1.0)  # shares of the width for the dots and for the distribution


@dataclass(frozen=True)
class ResidualScale:
    """What A's and B's figure share: lowest and highest value on the axes, and the largest residual."""

    low: float
    high: float
    reach: float

    @classmethod
    def of(cls, sides: Sequence[tuple[np.ndarray, np.ndarray]]) -> "ResidualScale":
        """The scale of sides' (true values (n,), predicted values (n,)), n at least 1.

        The axes hold all true values, and the predicted ones as far as half the true values' spread beyond them.
        """
        y, predicted = (np.concatenate(values) for values in zip(*sides, strict=True))
        room = (y.max() - y.min()) / 2 or 0.5
        low = min(y.min(), max(predicted.min(), y.min() - room))
        high = max(y.max(), min(predicted.max(), y.max() + room))
        margin = 0.05 * (high - low) or 0.5
        largest = float(np.abs(y - predicted).max())
        return cls(float(low - margin), float(high + margin), largest if largest > LEAST else 0.5)


def residual_figure(y: np.ndarray, predicted: np.ndarray, scale: ResidualScale, side: str, height: int) -> go.Figure:
    """Predicted over true values with the diagonal of a perfect fit, and beside it how the residuals are distributed.

    Parameters
    ----------
    y : (n,) true values; n at least 1
    predicted : (n,)
    scale : of `ResidualScale.of`; a note counts the rows beyond its axes
    side : `A` or `B`, whose predictions they are
    height : pixels

    Of more than `MOST_DOTS` rows the first so many are dots, and the distribution has all.
    """
    low, high = scale.low, scale.high
    dots = {
        "type": "scatter",
        "x": y[:MOST_DOTS],
        "y": predicted[:MOST_DOTS],
        "mode": "markers",
        "marker": {"color": POSITIVE, "size": 5, "opacity": 0.55},
        "customdata": (y - predicted)[:MOST_DOTS],
        "hovertemplate": "true %{x:.3g}, predicted %{y:.3g}<br>residual %{customdata:.3g}<extra></extra>",
    }
    diagonal = {
        "type": "scatter",
        "x": [low, high],
        "y": [low, high],
        "mode": "lines",
        "line": {"color": NEGATIVE, "width": 1.5},
        "hoverinfo": "skip",
    }
    quiet = {"fixedrange": True, "automargin": True, "showgrid": False}
    return chart(
        [dots, diagonal, _distribution(y - predicted, scale.reach)],
        height,
        hovermode="closest",
        showlegend=False,
        bargap=0.08,
        xaxis={"title": {"text": "true"}, "range": [low, high], "domain": LEFT, "nticks": 6},
        yaxis={"title": {"text": _title(y, predicted, scale, side)}, "range": [low, high], "nticks": 6},
        xaxis2={**quiet, "title": {"text": "rows"}, "domain": RIGHT, "anchor": "y2", "nticks": 3, "zeroline": False},
        yaxis2={**quiet, "title": {"text": "residual"}, "anchor": "x2", "side": "right", "nticks": 5}
        | {"zerolinecolor": GRID},
    )


def describe_residuals(y: np.ndarray, predicted: np.ndarray) -> str:
    """The residuals y - predicted, both (n,), in a sentence: R^2, mean, and the largest in absolute value."""
    residuals = y - predicted
    largest = residuals[np.abs(residuals).argmax()]
    return (
        f"R² is {r_squared(predicted, y):.3g} on {len(y):,} rows; the residuals, true minus predicted, have a mean of "
        f"{residuals.mean():.2g}, and the largest is {largest:.2g}."
    )


def _title(y: np.ndarray, predicted: np.ndarray, scale: ResidualScale, side: str) -> str:
    beyond = int(((predicted < scale.low) | (predicted > scale.high)).sum())
    drawn = f"{MOST_DOTS:,} of {len(y):,} rows" if len(y) > MOST_DOTS else ""
    notes = ", ".join(filter(None, [drawn, f"{beyond:,} beyond the axis" if beyond else ""]))
    return f"predicted by {side} ({notes})" if notes else f"predicted by {side}"


def _distribution(residuals: np.ndarray, reach: float) -> dict[str, Any]:
    """Rows by residual, in bins that lie symmetrically about 0, as horizontal bars."""
    counts, edges = np.histogram(residuals, BINS, (-reach, reach))
    return {
        "type": "bar",
        "orientation": "h",
        "x": counts,
        "y": (edges[1:] + edges[:-1]) / 2,
        "xaxis": "x2",
        "yaxis": "y2",
        "marker": {"color": POSITIVE, "line": {"width": 0}},
        "customdata": np.column_stack([edges[:-1], edges[1:]]),
        "hovertemplate": "%{x:,} rows with a residual<br>from %{customdata[0]:.2g} to %{customdata[1]:.2g}"
        "<extra></extra>",
    }
