"""A small image to draw into: 8 by 8 cells, by pointer or by keyboard. The browser sends whole strokes.

What was drawn is the component's state, as a number is that of a number field.
"""

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
component = st.components.v2.component(
    "pixels", css=(HERE / "pixels.css").read_text("utf-8"), js=(HERE / "pixels.js").read_text("utf-8")
)


def show(label: str, start: str, key: str) -> str:
    """An image to draw into, given as 64 characters; returns what was made of it."""
    told = component(data={"key": key, "label": label, "pixels": start}, key=key, on_drawn_change=nothing)
    drawn = told.get("drawn")
    return drawn if isinstance(drawn, str) else start


def nothing() -> None:
    """Streamlit returns the values of a component only for events that have a callback."""
