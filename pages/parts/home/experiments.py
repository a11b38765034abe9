"""The presets on Home: a card each, with a picture of what it comes to."""

from pathlib import Path

import streamlit as st

from core.link import to_query
from core.presets import PRESETS

PICTURES = Path(__file__).parent / "pictures"  # made by core.pictures
CARDS_IN_A_ROW = 3


def cards() -> None:
    """Label, point and picture of every preset, and the way to it."""
    presets = list(PRESETS.items())
    for row in range(0, len(presets), CARDS_IN_A_ROW):
        for column, (name, preset) in zip(st.columns(CARDS_IN_A_ROW), presets[row:], strict=False):
            with column.container(border=True, height="stretch", horizontal=True, gap="small", key=f"preset {name}"):
                with st.container(gap="xxsmall"):
                    link = to_query(preset.pair, preset.view)
                    st.page_link("pages/compare.py", label=f"**{preset.label}**", query_params=link)
                    st.caption(preset.point)
                st.image(PICTURES / f"{name}.png", alt=f"Decision boundaries of {preset.label}", width="content")
