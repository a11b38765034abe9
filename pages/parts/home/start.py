"""The ways from Home to an experiment of one's own: a new network, or a link."""

import re
from pathlib import Path

import streamlit as st

from core.link import Pair, query_of, to_query
from core.playground_link import is_link
from pages.parts.frame.page import SCREENS

COMPARE = SCREENS["Compare"]


def own_network() -> None:
    """The main way: Compare with the default experiment."""
    if st.button("Start with your own network", type="primary", width="stretch", key="own network"):
        st.switch_page(COMPARE, query_params=to_query(Pair()))


def open_link() -> None:
    """A field for an address of this dashboard or of TensorFlow Playground. What is wrong with one stands under it."""
    with st.form("open link", border=False), st.container(gap="xsmall", key="open link"):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            text = st.text_input(
                "Or open a link of Gradient Lab or TensorFlow Playground",
                placeholder="https://…/compare?v=1&dataset=spiral…",
                key="open.text",
            )
            submitted = st.form_submit_button("Open", key="open")
        if not submitted:
            return
        path, query = linked(text)
        if query:
            st.switch_page(path, query_params=query)
        st.error(
            "This is not a link that can be opened: one of Gradient Lab has a ? and settings behind it, one of "
            "TensorFlow Playground a #. Nothing was changed."
        )


def linked(text: str) -> tuple[str, dict[str, str | list[str]]]:
    """The screen and the query that pasted text opens; {} if it is no link. One that names no screen opens Compare."""
    if is_link(text):
        return COMPARE, {"tfp": text}
    query = query_of(text)
    screens = {Path(path).stem: path for path in SCREENS.values()}
    named = re.search(rf"/({'|'.join(screens)})/?\?", text)
    return screens[named[1]] if named else COMPARE, query
