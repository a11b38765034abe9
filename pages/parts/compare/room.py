"""The room for charts that are not there yet: nothing below or above them moves when they come."""

from collections.abc import Sequence

import streamlit as st

from pages.parts.background.look import Look

ALL = 1361  # pixels of all rows, with their titles


def draw(height: int, look: Look) -> None:
    """The room for one chart of a side."""
    with st.container(height=height, border=False):
        st.caption("Drawn when training has ended." if look.busy else "Nothing to draw.")


def for_all(looks: Sequence[Look]) -> None:
    """The room for all charts of both sides."""
    for column, look in zip(st.columns(2), looks, strict=True):
        with column:
            draw(ALL, look)
