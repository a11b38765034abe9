"""A small image to draw into: 8 by 8 cells, by pointer or by keyboard. The browser sends whole strokes."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
component = st.components.v2.component(
    "pixels", css=(HERE / "pixels.css").read_text("utf-8"), js=(HERE / "pixels.js").read_text("utf-8")
)


def show(label: str, pixels: str, key: str, drawn: Callable[[str], None]) -> None:
    """Draw an image, given as 64 characters; `drawn` is called with the new one after each stroke."""

    count = f"{key} strokes"  # without it an image that Back restores before the stroke was shown is no news there

    def on_stroke() -> None:
        st.session_state[count] = st.session_state.get(count, 0) + 1
        stroke = st.session_state[key].get("stroke")
        if isinstance(stroke, str):
            drawn(stroke)

    data = {"label": label, "pixels": pixels, "strokes": st.session_state.get(count, 0)}
    component(data=data, key=key, on_stroke_change=on_stroke)
