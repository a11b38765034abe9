"""Activations drawn together, values above and slopes below, with a point x that is dragged without the server.

The browser gets the curves as arrays on a grid, and their values at x itself, which a link may put between the grid's
points; it evaluates nothing. When a drag ends it tells where x is.
"""

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core.claims.activations import LIMIT, facts
from core.claims.saturation import zones
from core.figures.activations import style
from core.network import ACTIVATIONS
from core.network.tails import SATURATED

POINTS = 801  # of the grid: x moves in steps of 0.02
DIGITS = 6  # significant, of a number that is sent

HERE = Path(__file__).parent
component = st.components.v2.component(
    "curve", css=(HERE / "curve.css").read_text("utf-8"), js=(HERE / "curve.js").read_text("utf-8")
)


def show(names: tuple[str, ...], x: float, key: str) -> float:
    """Draw the activations with the point at x to start with; return where it was dragged to."""
    told = component(data={"key": key, **message(names, x)}, key=key, on_x_change=nothing)
    return place(told.get("x"), x)


def place(told: Any, otherwise: float) -> float:
    """What the browser says of x where it is a number within the limits, to two decimals."""
    if type(told) not in (int, float) or not math.isfinite(told) or abs(told) > LIMIT:
        return otherwise
    return round(float(told), 2)


def message(names: tuple[str, ...], x: float) -> dict[str, Any]:
    """What the browser draws."""
    return {
        "limit": LIMIT,
        "points": POINTS,
        "saturated": SATURATED,
        "x": x,
        "at": [at(name, x) for name in names],
        "curves": [curve(name) for name in names],
    }


def at(name: str, x: float) -> list[float]:
    """An activation's value and slope at x."""
    row, point = ACTIVATIONS[name], np.array([x])
    return shortened(np.concatenate([row.value(point), row.slope(point)]))


@lru_cache(maxsize=len(ACTIVATIONS))
def curve(name: str) -> dict[str, Any]:
    """One activation: its look, values and slopes on the grid, largest slope and flat tails."""
    row, x = ACTIVATIONS[name], np.linspace(-LIMIT, LIMIT, POINTS)
    color, dash = style(name)
    return {
        "label": row.label,
        "color": color,
        "dash": dash,
        "values": shortened(row.value(x)),
        "slopes": shortened(row.slope(x)),
        "use": row.use,
        "largest": facts(name).largest_slope,
        "zones": zones(name),
    }


def shortened(values: np.ndarray) -> list[float]:
    """Numbers as short as they may be."""
    return [float(f"{value:.{DIGITS}g}") for value in values]


def nothing() -> None:
    """Streamlit returns the values of a component only for events that have a callback."""
