"""What all Plotly charts of a run have in common: frame, scale of the axes, what is left out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas  # noqa: F401  Plotly asks whether it is loaded: half loaded, by another visitor's screen, is an error
import plotly.graph_objects as go

CONFIG = {"displayModeBar": False}  # for whoever shows the figures
GRID = "rgba(128, 132, 149, 0.2)"  # quiet on light and dark
Drawn = tuple[go.Figure, str]  # a figure, and a sentence for those who do not see it
Sides = Sequence[tuple[np.ndarray, np.ndarray]]  # (epochs (T,), values (T, ...)) of A and, if it is there, of B
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}


@dataclass(frozen=True)
class Scale:
    """What A's and B's chart share: the last epoch, and the lowest and highest value, on a linear or a log axis."""

    last_epoch: int
    low: float
    high: float
    log: bool

    @classmethod
    def of(cls, sides: Sides, log: bool) -> "Scale":
        """The scale of sides' (epochs (T,), values (T, ...)): all that the axis can show, and 0 on a linear one."""
        shown = np.concatenate([drawable(values, log).ravel() for _, values in sides])
        shown = shown[np.isfinite(shown)]
        low, high = (shown.min(), shown.max()) if shown.size else (1.0, 1.0)
        return cls(max(int(epochs[-1]) for epochs, _ in sides), float(low if log else min(low, 0)), float(high), log)

    def values_axis(self, quantity: str) -> dict[str, Any]:
        """The vertical axis, with some room above and below; on a linear one it begins at the lowest value."""
        low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
        room = 0.05 * (high - low) or 0.5  # half a decade or half a unit around a single value
        return {
            "title": {"text": quantity},
            "type": "log" if self.log else "linear",
            "range": [low - room if self.log else low, high + room],
            "exponentformat": "power",
            "nticks": 6,
        }

    def epochs_axis(self, note: str) -> dict[str, Any]:
        """The horizontal axis, with a note in its title. It has a length even for the first frame alone."""
        return {
            "title": {"text": f"epoch ({note})" if note else "epoch"},
            "range": [-0.02 * self.last_epoch, 1.02 * self.last_epoch] if self.last_epoch else [-0.5, 0.5],
            "tickangle": 0,
            "unifiedhovertitle": {"text": "epoch %{x}"},
            **({"dtick": 1} if self.last_epoch < 5 else {}),
        }


class Chart(go.Figure):
    """A figure that stays as it was made: however often it is drawn, it is written out once.

    Plotly copies all of it and encodes its arrays anew each time, which was a fifth of a screen with eight charts.
    """

    _written: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As Plotly's, but the same value again: for reading only."""
        if self._written is None:
            self._written = super().to_dict()
        return self._written


def drawable(values: np.ndarray, log: bool) -> np.ndarray:
    """Values of any shape with NaN, a gap in the line, for what can not be drawn: not finite, or on a log axis 0."""
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values) & ((values > 0) | (not log)), values, np.nan)


def gap_note(values: np.ndarray, log: bool) -> str:
    """A few words on gaps in the chart of values of any shape, empty if there are none."""
    reasons = {
        "0": log and bool((np.asarray(values) == 0).any()),
        "not finite": not np.isfinite(values).all(),
    }
    found = [reason for reason, is_so in reasons.items() if is_so]
    return f"gaps: {' or '.join(found)}" if found else ""


def chart(traces: Sequence[dict[str, Any]], height: int, **layout: Any) -> Chart:
    """A quiet figure of fixed height that leaves touch and wheel to the page.

    The background is left to the theme: on a transparent one the line under the pointer has a white outline.
    Traces and layout, which must have xaxis and yaxis, are plain dictionaries. Plotly takes them unchecked: eight
    charts are built in 6 ms in place of 15. The tests of the figures have it check them.
    """
    quiet = {"fixedrange": True, "automargin": True, "zeroline": False}
    spike = {"spikethickness": 1, "spikedash": "solid", "spikecolor": GRID}
    common = {
        "height": height,
        "margin": MARGIN,
        "uirevision": "run",
        "dragmode": False,
        "hovermode": "x unified",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    }
    axes = {
        "xaxis": {**quiet, **spike, "showgrid": False, **layout.pop("xaxis")},
        "yaxis": {**quiet, "gridcolor": GRID, **layout.pop("yaxis")},
    }
    return Chart(traces, {**common, **axes, **layout}, _validate=False)
