"""Names beside the ends of lines, in place of a legend that one would have to look up."""

from collections.abc import Sequence
from typing import Any

import numpy as np

LINE = 16  # pixels that a name is high
AROUND = 56  # pixels of a figure's height that its horizontal axis takes
LEGEND = 34  # more of them, where it has a legend on top
LETTER = 6.5  # pixels, about: Plotly knows widths only once it draws
Line = tuple[str, Sequence[float] | np.ndarray, str]  # name, values (n,), colour


def at_ends(lines: Sequence[Line], axis: dict[str, Any], height: int, legend: bool = False) -> dict[str, Any]:
    """What a figure's layout needs for each line's name to stand to the right of its end, none over another.

    axis: vertical, with its `range`, powers of ten where its type is `log`. height: of the figure, in pixels. A line
    without a value that can be drawn gets no name. Where there is not room for all, the first and the last line have
    one. legend: whether there is one, above the lines.
    """
    ends = [(name, end, color) for name, values, color in lines if (end := _end(values, axis)) is not None]
    room = height - AROUND - (LEGEND if legend else 0)
    if len(ends) * LINE > room:
        ends = [ends[0], ends[-1]]
    ends.sort(key=lambda each: each[1])
    places = spread([end for _, end, _ in ends], LINE / room)
    longest = max((len(name) for name, _, _ in ends), default=0)
    return {
        "annotations": [label(name, color, y=y) for (name, _, color), y in zip(ends, places, strict=True)],
        "margin": {"l": 8, "r": 22 + round(LETTER * longest), "t": 8, "b": 8},
        "showlegend": legend,
    }


def label(name: str, color: str, **place: Any) -> dict[str, Any]:
    """A name with a dash in its line's colour; the name itself is in the text's, which can be read on any ground."""
    text = f'<span style="color:{color}"><b>–</b></span> {name}'
    beside = {"xref": "paper", "yref": "paper", "x": 1, "xanchor": "left", "yanchor": "middle"}
    return {**beside, "text": text, "showarrow": False, "font": {"size": 12}, **place}


def spread(places: Sequence[float], apart: float) -> list[float]:
    """Places from 0 to 1 in rising order, moved until they are `apart` and, where there is room, still within."""
    moved: list[float] = []
    for place in places:
        moved.append(max(min(max(place, 0), 1), moved[-1] + apart if moved else 0))
    highest = 1.0
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], highest)
        highest = moved[i] - apart
    return moved


def _end(values: Sequence[float] | np.ndarray, axis: dict[str, Any]) -> float | None:
    """Where the last value that can be drawn is, as a share of the axis."""
    values = np.asarray(values, dtype=float)
    if axis["type"] == "log":
        values = np.log10(np.where(values > 0, values, np.nan))
    drawn = values[np.isfinite(values)]
    low, high = axis["range"]
    return float((drawn[-1] - low) / (high - low)) if drawn.size else None
