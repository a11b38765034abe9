"""Where the charts of a tab stand, and the room for those that are not there yet: nothing moves when they come."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import streamlit as st

from core.experiment import Experiment
from core.link import View

TALL, HALF = 350, 190  # pixels: a chart that has the tab for itself, and one of two rows


class Cell(NamedTuple):
    """One chart: what is drawn, of which sides (0 is A, 1 is B), in how many pixels of height."""

    what: str
    sides: tuple[int, ...]
    height: int


def rows(experiments: Sequence[Experiment], view: View) -> list[list[Cell]]:
    """The charts of a tab: A and B in one where they share an axis, beside each other where they do not."""
    both = tuple(range(len(experiments)))
    if view.tab == "gradients":
        return [[Cell(view.chart, sides, TALL) for sides in ([both] if view.chart == "lines" else _each(both))]]
    losses = [] if view.hides("test_loss") else _alike([experiment.loss for experiment in experiments])
    scores = _alike([bool(experiment.classes) for experiment in experiments])
    return [
        [*(Cell("loss", sides, HALF) for sides in losses), *(Cell("score", sides, HALF) for sides in scores)],
        [Cell("predictions", sides, HALF) for sides in _each(both)],
    ]


def keep(height: int, busy: bool) -> None:
    """The room for something of a training."""
    with st.container(height=height, border=False):
        st.caption("Drawn when training has ended." if busy else "Nothing to draw.")


def _each(sides: Sequence[int]) -> list[tuple[int, ...]]:
    return [(side,) for side in sides]


def _alike(values: Sequence[object]) -> Iterator[tuple[int, ...]]:
    """The sides of each value, in their order."""
    for value in dict.fromkeys(values):
        yield tuple(side for side, own in enumerate(values) if own == value)
