"""One experiment over many seeds: the curves of all runs, coloured by whether they reached the threshold.

Runs that reach it and runs that do not are two groups, each with its own median and middle half. There is no mean: of
runs that either learn or do not, it is a curve that none of them took.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import Scale, chart, drawable, gap_note
from core.figures.curves import HEIGHT, R_SQUARED_FLOOR
from core.figures.palette import GREY, MISSED, REACHED, faint
from core.phrases import percent

SMALLEST_GROUP = 5  # runs; the quartiles of fewer would say less than their lines
LEGEND = 44  # pixels above every chart, for two rows: charts beside each other align, whatever their legends hold
LEVEL = {"color": GREY, "width": 1, "dash": "dash"}  # the line of a threshold
GROUPS = ((True, REACHED, "that reached it"), (False, MISSED, "that did not"))


@dataclass(frozen=True)
class Measure:
    """A kind of quantity: what a diverged run counts as, how hovering writes a value, how its axis is."""

    worst: float
    hover: str
    log: bool = False
    percent: bool = False

    def written(self, value: float) -> str:
        """A value in a sentence."""
        if math.isinf(value):
            return "infinity" if value > 0 else "minus infinity"
        return percent(value) if self.percent else f"{value:.3g}"


ACCURACY = Measure(0.0, ":.1%", percent=True)
R_SQUARED = Measure(-math.inf, ":.3f")
LOSS = Measure(math.inf, ":.4g")
GRADIENT = Measure(math.inf, ":.2e", log=True)


class Seeded(NamedTuple):
    """One side's runs: `A`, `B` or nothing where there is one alone; a seed, epochs (T_i,), values (T_i,) of each run.

    reached: (n,) booleans. All runs record the same epochs; those of a diverged run end early.
    """

    name: str
    seeds: Sequence[int]
    epochs: Sequence[np.ndarray]
    values: Sequence[np.ndarray]
    reached: np.ndarray


def seed_curves(
    sides: Sequence[Seeded], measure: Measure, quantity: str, threshold: float | None = None, height: int = HEIGHT
) -> list[go.Figure]:
    """A figure for each side, on one scale: a thin line a run, median and middle half of each group of five or more.

    Parameters
    ----------
    sides : at least one, each with at least one run
    measure : `ACCURACY`, `R_SQUARED`, `LOSS` or `GRADIENT`. A diverged run counts as its worst value in the quartiles;
        where they are infinite, the band ends at the chart's edge and the median has a gap
    quantity : what the values are, in the title of the axis
    threshold : where a dashed line is, if it is a value of this quantity
    height : pixels
    """
    scale = _scale(sides, measure, threshold)
    threshold = None if scale.log and threshold is not None and threshold <= 0 else threshold
    return [_curves(side, scale, measure, quantity, threshold, height) for side in sides]


def describe_seed_curves(side: Seeded, measure: Measure, quantity: str) -> str:
    """One side's figure in words: how many reached the threshold, and where half of each group end."""
    words = ("that reached the threshold", "that did not")
    groups = [_ends(side, measure, *group) for group in zip(_members(side), words, strict=True)]
    count = f"{len(side.seeds)} seed" + ("s" if len(side.seeds) > 1 else "")
    text = f"{side.name}: {quantity} of {count}. ".removeprefix(": ") + " ".join(filter(None, groups))
    table = by_epoch(side, measure.worst)
    diverged = sum(len(values) < table.shape[1] for values in side.values)
    if diverged:
        counts = "counts" if diverged == 1 else "count"
        text += f" {diverged} diverged and {counts} as {measure.written(measure.worst)} from there on."
    if any(np.isinf(quartiles(table[members])).any() for members in _members(side) if members.size >= SMALLEST_GROUP):
        text += " Where a quartile is infinite, the band ends at the chart's edge."
    return text


def by_epoch(side: Seeded, worst: float) -> np.ndarray:
    """The runs' values at the epochs of the longest run, (n, T): `worst` where one is not finite or has ended."""
    table = np.full((len(side.values), max(map(len, side.values))), worst)
    for row, values in zip(table, side.values, strict=True):
        row[: len(values)] = np.where(np.isfinite(values), values, worst)
    return table


def quartiles(values: np.ndarray) -> np.ndarray:
    """Lower quartile, median and upper quartile (3, T) of the values (n, T) in each column, n at least 1.

    Linear between neighbours, as NumPy and pandas have it (type 7 of Hyndman and Fan, "Sample quantiles in statistical
    packages", 1996). Values may be infinite, of one sign: a quartile is infinite where a neighbour with weight is.
    """
    ordered = np.sort(values, axis=0)
    rows = []
    for share in (0.25, 0.5, 0.75):
        place = share * (len(ordered) - 1)
        low, weight = ordered[int(place)], place % 1
        high = ordered[math.ceil(place)]
        rows.append(np.where(low == high, low, (1 - weight) * low + weight * high if weight else low))
    return np.array(rows)


def _scale(sides: Sequence[Seeded], measure: Measure, threshold: float | None) -> Scale:
    runs = [run for side in sides for run in zip(side.epochs, side.values, strict=True)]
    level = [(np.array([0]), np.array([threshold]))] if threshold is not None else []
    scale = Scale.of([*runs, *level], measure.log)
    if measure is ACCURACY:
        return Scale(scale.last_epoch, 0, 1, False)
    if measure is R_SQUARED:
        return Scale(scale.last_epoch, max(scale.low, R_SQUARED_FLOOR), 1, False)
    start = max(np.nan_to_num(drawable(values[:1], log=False)).max() for _, values in runs)
    if measure is LOSS and scale.high > 10 * start > 0:  # as `loss_curves`: it would flatten all others
        return Scale.of([*runs, *level], log=True)
    return scale


def _curves(
    side: Seeded, scale: Scale, measure: Measure, quantity: str, threshold: float | None, height: int
) -> go.Figure:
    values_axis = scale.values_axis(_title(side, scale, measure, quantity))
    if measure.percent:
        values_axis["tickformat"] = ".0%"
    table = by_epoch(side, measure.worst)
    epochs = max(side.epochs, key=len)
    bands, lines, medians = [], [], []
    for members, (_, color, words) in zip(_members(side), GROUPS, strict=True):
        if not members.size:
            continue
        many = members.size >= SMALLEST_GROUP
        lines.append(_thin_lines(side, members, scale.log, measure.hover, faint(color, 0.45 if many else 0.9)))
        if many:
            low, middle, high = quartiles(table[members])
            bands.append(_band(epochs, low, high, values_axis, color))
            name = f"median of the {members.size} {words}"
            medians.append(_median(epochs, drawable(middle, scale.log), name, measure.hover, color))
        lines.append(_key(f"middle half of the {members.size} {words}" if many else f"{members.size} {words}", color))
        lines[-1] |= {"fill": "toself", "fillcolor": faint(color, 0.2)} if many else {}
    gaps = gap_note(np.concatenate(side.values), scale.log)
    return chart(
        [*bands, *lines, *medians],
        height + LEGEND,
        hovermode="closest",
        showlegend=True,
        legend={"x": 0, "y": 1, "yref": "container", "yanchor": "top", "itemclick": False, "itemdoubleclick": False},
        margin={"l": 8, "r": 44 if threshold is not None else 8, "t": LEGEND, "b": 8},
        xaxis=_near(scale.epochs_axis(gaps)) | {"showspikes": False},
        yaxis=_near(values_axis),
        **({} if threshold is None else _level(threshold, measure, scale.log)),
    )


def _near(axis: dict[str, Any]) -> dict[str, Any]:
    """An axis whose title stands close to it: there is little room."""
    return {**axis, "title": {**axis["title"], "standoff": 3}}


def _members(side: Seeded) -> list[np.ndarray]:
    """The indices of the runs in each of `GROUPS`."""
    return [np.flatnonzero(np.asarray(side.reached) == reached) for reached, _, _ in GROUPS]


def _title(side: Seeded, scale: Scale, measure: Measure, quantity: str) -> str:
    title = f"{quantity} of {side.name}" if side.name else quantity
    lowest = min((values.min() for values in map(_finite, side.values) if values.size), default=scale.low)
    return f"{title} (below {scale.low:g} not shown)" if measure is R_SQUARED and lowest < scale.low else title


def _finite(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def _thin_lines(side: Seeded, members: np.ndarray, log: bool, hover: str, color: str) -> dict[str, Any]:
    """The runs of a group as one trace, which draws many times faster than one each: a gap follows each run."""
    lengths = [len(side.epochs[i]) + 1 for i in members]
    x = np.concatenate([part for i in members for part in (side.epochs[i], side.epochs[i][-1:])])
    y = np.concatenate([part for i in members for part in (drawable(side.values[i], log), [np.nan])])
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "customdata": np.repeat(np.asarray(side.seeds)[members], lengths),
        "mode": "lines" if max(lengths) > 2 else "markers",
        "line": {"color": color, "width": 1},
        "marker": {"color": color},
        "hovertemplate": f"seed %{{customdata}}, epoch %{{x}}: %{{y{hover}}}<extra></extra>",
        "showlegend": False,
    }


def _band(epochs: np.ndarray, low: np.ndarray, high: np.ndarray, axis: dict[str, Any], color: str) -> dict[str, Any]:
    """From the lower to the upper quartile, as far as the axis goes."""
    edges = [10.0**end for end in axis["range"]] if axis["type"] == "log" else axis["range"]
    return {
        "type": "scatter",
        "x": np.concatenate([epochs, epochs[::-1]]),
        "y": np.clip(np.concatenate([high, low[::-1]]), *edges),
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faint(color, 0.16),
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _median(epochs: np.ndarray, values: np.ndarray, name: str, hover: str, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": epochs,
        "y": values,
        "name": name,
        "mode": "lines" if len(epochs) > 1 else "markers",
        "line": {"color": color, "width": 3},
        "hovertemplate": f"{name}, epoch %{{x}}: %{{y{hover}}}<extra></extra>",
        "showlegend": False,
    }


def _key(name: str, color: str) -> dict[str, Any]:
    """A group in the legend."""
    line = {"color": color, "width": 2.5}
    return {
        "type": "scatter",
        "x": [None],
        "y": [None],
        "mode": "lines",
        "hoverinfo": "skip",
        "name": name,
        "line": line,
    }


def _level(threshold: float, measure: Measure, log: bool) -> dict[str, Any]:
    """The threshold as a dashed line with its value to the right. On a log axis an annotation's place is a power."""
    across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": threshold, "y1": threshold, "line": LEVEL}
    place = {"xref": "paper", "x": 1, "xanchor": "left", "y": math.log10(threshold) if log else threshold}
    text = {"text": measure.written(threshold), "showarrow": False, "font": {"size": 12}}
    return {"shapes": [across], "annotations": [{**place, **text}]}


def _ends(side: Seeded, measure: Measure, members: np.ndarray, words: str) -> str:
    """A sentence on where a group's runs end, empty if there are none."""
    if not members.size:
        return ""
    last = by_epoch(side, measure.worst)[members, -1:]
    many = members.size >= SMALLEST_GROUP
    low, middle, high = quartiles(last)[:, 0] if many else (last.min(), np.nan, last.max())
    ends = measure.written(low), measure.written(high)
    between = f"at {ends[0]}" if ends[0] == ends[1] else f"between {ends[0]} and {ends[1]}"
    if many:
        return f"Of the {members.size} {words} the middle half end {between}, the median at {measure.written(middle)}."
    return f"The {members.size} {words} ended {between}."
