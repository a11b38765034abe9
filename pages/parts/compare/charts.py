"""The tabs of charts: gradients, and loss and accuracy."""

from collections.abc import Sequence

import streamlit as st

from core.link import View
from pages.parts.background.look import Look
from pages.parts.compare import room


def section(looks: Sequence[Look], view: View) -> None:
    """Draw the charts of what has ended, and the room for those of what has not."""
    runs = {side: look.outcome.run for side, look in enumerate(looks) if look.outcome}
    ids = tuple(f"{look.id} {look.state}" for look in looks)
    for row in room.rows([look.work.experiment for look in looks], view):
        for column, cell in zip(st.columns(len(row)), row, strict=True):
            with column:
                if not runs.keys() & set(cell.sides):
                    room.keep(cell.height, any(looks[side].busy for side in cell.sides))
                    continue
                from pages.parts.compare import figures  # with Plotly and pandas: a first visitor sees the stage before

                figure, words = figures.drawn(ids, cell, view.gradient, st.context.theme.type or "light", runs)
                st.plotly_chart(figure, key=f"{cell.what} {cell.sides}", config=figures.CONFIG, alt=words)
