"""One experiment over many seeds: where each run ended, a dot a seed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import chart
from core.figures.curves import R_SQUARED_FLOOR
from core.figures.palette import MISSED, REACHED
from core.figures.seeds import LEVEL, R_SQUARED, Measure

DOT = 10  # pixels: a finger hits it
APART = DOT + 1
GAP = 8  # pixels between two rows
OUTLINE = "rgba(255, 255, 255, 0.6)"  # of dots that touch
RIM = 0.75  # pixels of it; none in a pile so dense that there would be little else
WIDTH = 400  # pixels that the axis is taken to be long: on a wider screen dots lie further apart than they need to
AXIS = 50  # pixels of a figure's height for its horizontal axis
LOWEST, HIGHEST = 28, 60  # pixels that a row may be high
WIDE = 2.5  # powers of ten on an axis, from which on they alone have ticks
SPREAD = 30  # an axis of positive values whose largest is more than so many times the smallest is logarithmic


class Ended(NamedTuple):
    """One side's ends: `A`, `B` or nothing where there is one alone; a seed a run, values (n,), reached (n,) booleans.

    A value that is not finite stands for a diverged run.
    """

    name: str
    seeds: Sequence[int]
    values: np.ndarray
    reached: np.ndarray


def seed_strip(sides: Sequence[Ended], measure: Measure, quantity: str, threshold: float | None) -> go.Figure:
    """A row for each side, the first on top; in it a dot a seed, at its run's end value, in the colour of its group.

    Each side is a trace: a click gives the side as `legendgroup` and the run's index in it as `customdata`. Dots that
    would overlap are moved apart vertically. A diverged run is a cross at the worse end of the axis.

    Parameters
    ----------
    sides : one or two, each with at least one run
    measure : of `core.figures.seeds`
    quantity : what the values are, the title of the axis
    threshold : where a dashed line is, if it is a value of this quantity
    """
    axis = _axis(sides, measure, threshold)
    places = [_places(side.values, measure, axis) for side in sides]
    lanes = [_lanes(x * WIDTH) for x in places]
    row = float(np.clip(max(2 * np.abs(lane).max() + 1 for lane in lanes) * APART + GAP, LOWEST, HIGHEST))
    centres = [row * (len(sides) - 0.5 - i) for i in range(len(sides))]
    low, high = axis["range"]
    traces = []
    for side, x, lane, centre in zip(sides, places, lanes, centres, strict=True):
        step = _steps(x * WIDTH, lane, row)
        rims = np.where(step > DOT / 3, RIM, 0)
        traces.append(_dots(side, low + x * (high - low), centre + lane * step, rims, measure, axis["type"]))
    names = [f"{side.name}  {int(np.sum(side.reached))} of {len(side.seeds)}".strip() for side in sides]
    return chart(
        traces,
        round(row * len(sides)) + AXIS,
        hovermode="closest",
        showlegend=False,
        margin={"l": 8, "r": 12, "t": 4, "b": 8},
        xaxis={"title": {"text": quantity + _note(sides, measure, axis)}, "showspikes": False, **axis},
        yaxis={"range": [0, row * len(sides)], "tickvals": centres, "ticktext": names},
        shapes=[] if threshold is None or (axis["type"] == "log" and threshold <= 0) else [_level(threshold)],
    )


def describe_seed_strip(sides: Sequence[Ended], measure: Measure, quantity: str) -> str:
    """The strip in words: of each side how many reached the threshold, how far the ends reach, how many diverged."""
    return " ".join(_sentence(side, measure, quantity) for side in sides)


def _axis(sides: Sequence[Ended], measure: Measure, threshold: float | None) -> dict[str, Any]:
    """The horizontal axis: its range holds all values, the threshold, and at the worse end room for crosses."""
    level = [] if threshold is None else [threshold]
    values = np.concatenate([*(side.values for side in sides), level])
    diverged = not np.isfinite(values).all()
    values = values[np.isfinite(values)]
    if measure is R_SQUARED:
        values = np.maximum(values, R_SQUARED_FLOOR)
    positive = values[values > 0]
    spread = positive.size and positive.max() > SPREAD * positive.min()
    log = measure.worst > 0 and (measure.log or bool(spread)) and positive.size > 0
    if log:
        values = np.log10(positive)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if high - low < 0.02:  # of equal values the axis shows the surroundings
        low, high = low - 0.05, high + 0.05
    room, beyond = 0.04 * (high - low), 0.08 * (high - low) if diverged else 0
    low, high = (low - room, high + room + beyond) if measure.worst > 0 else (low - room - beyond, high + room)
    percent = {"tickformat": ".0%" if high - low > 0.1 else ".1%"} if measure.percent else {}
    ticks = {"dtick": 1 if high - low > WIDE else "D2"} if log else {"nticks": 6}  # D2: at 1, 2 and 5
    return {"type": "log" if log else "linear", "range": [low, high], "exponentformat": "power", **ticks, **percent}


def _places(values: np.ndarray, measure: Measure, axis: dict[str, Any]) -> np.ndarray:
    """Where values (n,) are, as shares of the axis; what lies beyond it is at its edge."""
    low, high = axis["range"]
    worse = high if measure.worst > 0 else low
    values = np.where(np.isfinite(values), values, np.nan)
    if axis["type"] == "log":
        with np.errstate(divide="ignore"):
            values = np.log10(values)
    edge = 0.02
    return np.clip((np.where(np.isnan(values), worse, values) - low) / (high - low), edge, 1 - edge)


def _lanes(x: np.ndarray) -> np.ndarray:
    """A lane (n,) for each dot at x (n,) pixels: 0, else the nearest to it in which the dot overlaps none.

    Dots are taken from left to right, so that only the last one in a lane can be in the way.
    """
    lanes, ends = np.zeros(len(x)), dict[int, float]()
    for i in np.argsort(x, kind="stable"):
        lane = 0
        while ends.get(lane, -APART) + APART > x[i]:
            lane = -lane if lane > 0 else 1 - lane  # 0, 1, -1, 2, -2, ...
        lanes[i], ends[lane] = lane, x[i]
    return lanes


def _steps(x: np.ndarray, lanes: np.ndarray, row: float) -> np.ndarray:
    """Pixels (n,) between the lanes where each dot is; fewer than a dot in a pile for which the row has not room."""
    order = np.argsort(x, kind="stable")
    piles = np.empty(len(x), dtype=int)
    piles[order] = np.cumsum(np.diff(x[order], prepend=x[order[0]]) >= APART)
    highest = np.zeros(len(x))
    np.maximum.at(highest, piles, np.abs(lanes))
    return np.minimum(APART, (row - GAP - APART) / 2 / np.maximum(highest, 1))[piles]


def _dots(side: Ended, x: np.ndarray, y: np.ndarray, rims: np.ndarray, measure: Measure, kind: str) -> dict[str, Any]:
    finite = np.isfinite(side.values)
    ends = [measure.written(value) if ok else "diverged" for value, ok in zip(side.values, finite, strict=True)]
    return {
        "type": "scatter",
        "x": 10.0**x if kind == "log" else x,
        "y": y,
        "name": side.name,
        "legendgroup": side.name,
        "mode": "markers",
        "marker": {
            "size": DOT,
            "color": [REACHED if reached else MISSED for reached in side.reached],
            "symbol": ["circle" if ok else "x" for ok in finite],
            "line": {"width": rims, "color": OUTLINE},
        },
        "unselected": {"marker": {"opacity": 1}},  # a chosen dot does not fade the others
        "customdata": list(range(len(side.seeds))),
        "text": [f"seed {seed}: {end}" for seed, end in zip(side.seeds, ends, strict=True)],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _note(sides: Sequence[Ended], measure: Measure, axis: dict[str, Any]) -> str:
    """What the title of the axis says about dots that are not at their value."""
    values = np.concatenate([side.values for side in sides])
    notes = {
        "× diverged": not np.isfinite(values).all(),
        f"at the edge: below {R_SQUARED_FLOOR:g}": measure is R_SQUARED
        and bool((values[np.isfinite(values)] < R_SQUARED_FLOOR).any()),
        "at the edge: 0": axis["type"] == "log" and bool((values == 0).any()),
    }
    found = [note for note, is_so in notes.items() if is_so]
    return f" ({', '.join(found)})" if found else ""


def _level(threshold: float) -> dict[str, Any]:
    return {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": threshold, "x1": threshold, "line": LEVEL}


def _sentence(side: Ended, measure: Measure, quantity: str) -> str:
    finite = side.values[np.isfinite(side.values)]
    count = f"{int(np.sum(side.reached))} of {len(side.seeds)} seeds reached the threshold"
    sentence = f"{side.name}: {count}".removeprefix(": ")
    if finite.size:
        low, high = measure.written(finite.min()), measure.written(finite.max())
        sentence += f"; {quantity} is {low} at the least and {high} at the most"
    diverged = len(side.values) - finite.size
    return sentence + (f"; {diverged} diverged." if diverged else ".")
