"""The frame of every screen: page set-up, navigation and notices."""

import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.frame import question

HERE = Path(__file__).parent
ICON = str(HERE / "icon.png")
SCREENS = {
    "Home": "app.py",
    "Compare": "pages/compare.py",
    "Activations": "pages/activations.py",
    "Depth without nonlinearity": "pages/linear_depth.py",
    "Convolution and pooling": "pages/max_pooling.py",
    "Gradient flow": "pages/gradient_flow.py",
}


def frame(title: str, sidebar: bool = True) -> None:
    """Set up the page, with a sidebar for controls or not, and draw the navigation. The first call of every screen."""
    width: Any = 320 if sidebar else "collapsed"  # pixels: two number fields fit beside each other
    st.set_page_config(page_title=f"{title} · Gradient Lab", page_icon=ICON, layout="wide", initial_sidebar_state=width)
    st.html(HERE / "page.css")
    with st.container(horizontal=True, gap="xsmall", key="navigation"):
        for label, path in SCREENS.items():
            st.page_link(path, label=label)
    question.line()


def notice(headline: str, sentences: Sequence[str]) -> None:
    """Sentences that may quote what somebody typed: shown as text, never as Markdown."""
    if sentences:
        with st.container(border=True, gap="small", key=f"notice {headline}"):
            st.markdown(f"**{headline}**")
            st.text("\n".join(sentences))


def literal(text: str) -> str:
    """Text that somebody typed, for a sentence in Markdown: shown letter by letter, no link and no image in it."""
    return re.sub(r"([\\`*_\[\]<>#!|~$:&@]|(?<=www)\.)", r"\\\1", text, flags=re.IGNORECASE)


def session() -> str:
    """A name for this session among those that watch a job."""
    return st.session_state.setdefault("session", uuid.uuid4().hex)
