"""Lists of links on Home and Help."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

STYLE = Path(__file__).parent / "links.css"


def link(screen: str, name: str, words: str, query: Mapping[str, str]) -> None:
    """A link to a screen with a setting. name: what stands out in its label, before the words."""
    label = f":blue[**{name}**] {words}".rstrip()
    st.page_link(f"pages/{screen}.py", label=label, query_params=query, width="stretch")
