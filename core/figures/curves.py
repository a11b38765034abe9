"""Curves over epochs: gradient size of each layer, loss, accuracy or R², of A and B in one chart.

A is drawn solid, B dotted; a layer or a quantity has one colour in both. What a branch shares with A is drawn once.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import Scale, Sides, chart, drawable, gap_note
from core.figures.labels import at_ends
from core.figures.palette import CLASSES, POSITIVE, layer_colors

HEIGHT = 280
QUANTITIES = {"weights": "dL/dW (rms)", "delta": "dL/dz (rms)"}  # titles for the view's two kinds of gradient
R_SQUARED_FLOOR = -1.0  # where the axis of R² ends: a net that has not learnt can be at minus thousands
TRAINING, TEST = POSITIVE, CLASSES[2]
DASHES = {"A": "solid", "B": "dot"}
FAINT = 0.55  # of A's lines: B's dots are seen where they lie on them
BAND = "rgba(128, 132, 149, 0.1)"  # every other segment, quiet on light and dark
ROOM = 0.03  # of the epochs: a shorter segment has no number
QUIET = "#80868f"  # of lines in a legend that stand for any colour; 3.5:1 on light and on dark


class Side(NamedTuple):
    """One side's lines: `A`, `B` or nothing where there is one alone; epochs (T,); values (T, K), a column a line."""

    name: str
    epochs: np.ndarray
    values: np.ndarray


class Course(NamedTuple):
    """What a chart marks along the epochs: where the segments of a training begin, the first at 0; and where B branches
    off A, if it does.
    """

    starts: Sequence[int] = (0,)
    fork: int | None = None


PLAIN = Course()


def after_fork(side: Side, epoch: int) -> Side:
    """What is drawn of a branch beside what it branches off; all of it if it ended before."""
    after = side.epochs >= epoch
    return Side(side.name, side.epochs[after], side.values[after]) if after.any() else side


def describe_course(course: Course) -> str:
    """What a chart marks, in a sentence or two; empty where that is nothing."""
    starts = ", ".join(f"{start:,}" for start in course.starts[1:])
    segments = [f"The segments of the training begin at epochs 0, {starts}."] if starts else []
    return " ".join([*segments, *([f"B branches off A at epoch {course.fork:,}."] if course.fork is not None else [])])


def layer_names(count: int) -> list[str]:
    """`layer 1 (first)`, `layer 2`, ..., `layer 5 (output)`."""
    return [f"layer {i}" + (" (output)" if i == count else " (first)" if i == 1 else "") for i in range(1, count + 1)]


def gradient_scale(sides: Sides) -> Scale:
    """The scale that A's and B's gradient figures share, from their (epochs (T,), sizes (T, L))."""
    return Scale.of(sides, log=True)


def gradient_curves(sides: Sequence[Side], quantity: str, height: int = HEIGHT) -> go.Figure:
    """Gradient size of each layer over the epochs, on a log axis.

    Parameters
    ----------
    sides : their values are root mean squares (T, L), first layer first; 0 and what is not finite are gaps, and a note
        says so
    quantity : what the sizes are of, the title of the axis
    height : pixels
    """
    layers = max(side.values.shape[1] for side in sides)
    same = len({side.values.shape[1] for side in sides}) == 1
    last = "output" if same else f"layer {layers}"  # networks of different depth have their outputs on different lines
    labels = [*(f"layer {i}" for i in range(1, layers)), last]
    scale = gradient_scale([side[1:] for side in sides])
    return _lines(sides, labels, layer_colors(layers), scale, quantity, ":.2e", height)


def describe_gradients(epochs: np.ndarray, sizes: np.ndarray, quantity: str) -> str:
    """The gradient figure, of epochs (T,) and sizes (T, L), in a sentence.

    It names the first and the output layer at the last epoch at which all sizes are finite, and their ratio.
    """
    finite = np.flatnonzero(np.isfinite(sizes).all(axis=1))
    if not finite.size:
        return f"{quantity} is not finite at any epoch."
    last = finite[-1]
    first, output = sizes[last, 0], sizes[last, -1]
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        share = first / output
    ratio = f", which is {share:.2g} of it" if np.isfinite(share) else ""
    layers = f"{output:.2g} in the output layer" + (f", {first:.2g} in layer 1{ratio}" if sizes.shape[1] > 1 else "")
    after = "" if last == len(epochs) - 1 else "; not finite after it"
    return f"{quantity} at epoch {epochs[last]}: {layers}{after}."


def loss_curves(sides: Sequence[Side], height: int = HEIGHT, course: Course = PLAIN) -> go.Figure:
    """Training and test loss over the epochs: the sides' values are (T, 2).

    The axis is linear from 0; logarithmic where a loss rose to more than ten times the largest first one, which would
    flatten all others.
    """
    start = max(np.nan_to_num(drawable(side.values[0], log=False)).max() for side in sides)
    scale = Scale.of([side[1:] for side in sides], log=False)
    if scale.high > 10 * start > 0:
        scale = Scale.of([side[1:] for side in sides], log=True)
    return _train_and_test(sides, scale, "loss", ":.4g", height, course)


def describe_losses(epochs: np.ndarray, train: np.ndarray, test: np.ndarray) -> str:
    """The loss figure in a sentence, of epochs and losses (T,)."""
    return (
        f"Loss from epoch {epochs[0]} to {epochs[-1]}: training {train[0]:.3g} to {train[-1]:.3g}, "
        f"test {test[0]:.3g} to {test[-1]:.3g}."
    )


def accuracy_curves(sides: Sequence[Side], height: int = HEIGHT, course: Course = PLAIN) -> go.Figure:
    """Training and test accuracy over the epochs: the sides' values are (T, 2), from 0 to 1."""
    scale = Scale(max(int(side.epochs[-1]) for side in sides), 0, 1, False)
    return _train_and_test(sides, scale, "accuracy", ":.1%", height, course, tickformat=".0%")


def describe_accuracies(epochs: np.ndarray, train: np.ndarray, test: np.ndarray) -> str:
    """The accuracy figure in a sentence, of epochs and accuracies (T,) from 0 to 1."""
    return (
        f"Accuracy from epoch {epochs[0]} to {epochs[-1]}: training {train[0]:.1%} to {train[-1]:.1%}, "
        f"test {test[0]:.1%} to {test[-1]:.1%}."
    )


def r_squared_curves(sides: Sequence[Side], height: int = HEIGHT, course: Course = PLAIN) -> go.Figure:
    """Training and test R² over the epochs: the sides' values are (T, 2).

    The axis ends at 1 and, where values lie below 0, at the lowest of them or at `R_SQUARED_FLOOR`: the lines leave the
    chart there, and its title says so.
    """
    held = Scale.of([side[1:] for side in sides], log=False)
    scale = Scale(held.last_epoch, max(held.low, R_SQUARED_FLOOR), 1, False)
    below = held.low < scale.low
    quantity = f"R² (below {scale.low:g} not shown)" if below else "R²"
    return _train_and_test(sides, scale, quantity, ":.3f", height, course)


def describe_r_squared(epochs: np.ndarray, train: np.ndarray, test: np.ndarray) -> str:
    """The figure of R² in a sentence, of epochs and R² (T,)."""
    return (
        f"R² from epoch {epochs[0]} to {epochs[-1]}: training {train[0]:.3g} to {train[-1]:.3g}, "
        f"test {test[0]:.3g} to {test[-1]:.3g}."
    )


def _train_and_test(
    sides: Sequence[Side], scale: Scale, quantity: str, shown: str, height: int, course: Course, **axis: str
) -> go.Figure:
    return _lines(sides, ["training", "test"], [TRAINING, TEST], scale, quantity, shown, height, course, **axis)


def _lines(
    sides: Sequence[Side],
    labels: Sequence[str],
    colors: Sequence[str],
    scale: Scale,
    quantity: str,
    shown: str,
    height: int,
    course: Course = PLAIN,
    **axis: str,
) -> go.Figure:
    """A chart of sides: a line for each label and side, labelled at its end. shown: how hovering writes a value."""
    traces = [
        {
            "type": "scatter",
            "x": side.epochs,
            "y": values,
            "name": f"{side.name} {label}".strip(),
            "mode": "lines" if len(side.epochs) > 1 else "markers",
            "line": {"color": color, "width": 2, "dash": DASHES.get(side.name, "solid")},
            "opacity": FAINT if side.name == "A" else 1,
            "hovertemplate": f"%{{y{shown}}}",
            "legendgroup": side.name,
            "showlegend": False,
        }
        for side in sides
        for values, label, color in zip(drawable(side.values, scale.log).T, labels, colors, strict=False)
    ]
    named = [
        (label, _shown(sides, i, scale.log), color) for i, (label, color) in enumerate(zip(labels, colors, strict=True))
    ]
    values_axis = scale.values_axis(quantity) | axis
    gaps = gap_note(np.concatenate([side.values.ravel() for side in sides]), scale.log)
    layout = at_ends(named, values_axis, height, legend=bool(sides[0].name))
    marks, notes = _marks(course, scale.last_epoch, at_top=quantity == "loss")
    layout["annotations"] += notes
    return chart(
        [*traces, *(_key(side.name) for side in sides if side.name)],
        height,
        xaxis=scale.epochs_axis(gaps),
        yaxis=values_axis,
        shapes=marks,
        **layout,
    )


def _marks(course: Course, last: int, at_top: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shapes and annotations of a course up to its last epoch: every other segment is a band, with its number where
    there is room; a fork is a line. Words stand at the top or the bottom, where the lines end less often.
    """
    whole = {"xref": "x", "yref": "y domain", "y0": 0, "y1": 1, "layer": "below"}
    bands, notes = list[dict[str, Any]](), list[dict[str, Any]]()
    ends = [*course.starts[1:], last]
    for number, (start, end) in enumerate(zip(course.starts, ends, strict=True), 1):
        if number % 2 == 0 and end > start:
            bands.append({**whole, "type": "rect", "x0": start, "x1": end, "fillcolor": BAND, "line": {"width": 0}})
        if len(course.starts) > 1 and end - start > ROOM * last:
            notes.append(_note(str(number), (start + end) / 2, 0.99 if at_top else 0.18, "center"))
    if course.fork is not None:
        line = {"color": QUIET, "width": 1, "dash": "dash"}
        bands.append({**whole, "type": "line", "x0": course.fork, "x1": course.fork, "line": line})
        left = course.fork > last / 2
        notes.append(
            _note(
                "fork\u2009" if left else "\u2009fork",
                course.fork,
                0.85 if at_top else 0.32,
                "right" if left else "left",
            )
        )
    return bands, notes


def _note(text: str, x: float, y: float, anchor: str) -> dict[str, Any]:
    """A word inside the chart, below a height given as a share of it."""
    place = {"x": x, "y": y, "xref": "x", "yref": "y domain", "xanchor": anchor, "yanchor": "top"}
    return {**place, "text": text, "showarrow": False, "font": {"size": 11, "color": QUIET}}


def _shown(sides: Sequence[Side], line: int, log: bool) -> np.ndarray:
    """A line's values (T,) on the first side where it can be seen; () where there is none."""
    of_sides = (drawable(side.values[:, line], log) for side in sides if line < side.values.shape[1])
    return next((values for values in of_sides if np.isfinite(values).any()), np.array([]))


def _key(name: str) -> dict[str, Any]:
    """A side in the legend; a click on it hides its lines."""
    line = {"color": QUIET, "width": 2, "dash": DASHES[name]}
    empty = {"type": "scatter", "x": [None], "y": [None], "mode": "lines", "hoverinfo": "skip"}
    return {**empty, "name": name, "line": line, "legendgroup": name}
