"""The address: the way of a link into the session and back.

The address is the state. A screen reads it (`open_link`), draws its controls seeded from it, and writes it back only
where a control changed something (`write_query`), so that Back undoes a change. The session keeps the text of the query
that its widgets were last seeded from or have written, no more.
"""

import time
from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

from core.link import Pair, View, bounded, from_query, to_query, unknown_keys
from core.playground_link import parse_link
from core.sides import on_engine

# Seconds until the browser has heard of this run and stopped the timers of what is live on this screen. A timer's call
# that comes after the switch would bring this screen's frame back around the other.
REST = 0.3


def open_link(screen: str) -> tuple[Pair, View, list[str], bool]:
    """What the address says: pair, view, sentences on what could not be read, and whether it is new to the widgets."""
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    return *read(query), is_new(screen, query)


def read(query: Mapping[str, list[str]]) -> tuple[Pair, View, list[str]]:
    """Pair, view and problems of a query.

    A link of TensorFlow Playground stands under `tfp`, and nothing else of the address is read beside it.
    """
    return from_playground(query) if "tfp" in query else from_query(query)


def from_playground(query: Mapping[str, list[str]]) -> tuple[Pair, View, list[str]]:
    """The experiment of a TensorFlow Playground link as A, and the nearest one of scikit-learn as B."""
    a, view, problems = parse_link(query["tfp"][-1])
    return Pair(a, on_engine(a, "sklearn")), view, bounded([*problems, *unknown_keys(query, ())])


def is_new(screen: str, query: Mapping[str, list[str]]) -> bool:
    """Whether the session did not write this address (a link, Back), or comes from another screen."""
    here = f"{screen}?{urlencode(query, doseq=True)}"
    new = st.session_state.get("query") != here
    st.session_state["query"] = here
    return new


def write_query(screen: str, query: Mapping[str, str]) -> None:
    """Write the address of what the controls say. Only where that is new: each write is an entry in the history."""
    st.query_params.from_dict(query)
    st.session_state["query"] = f"{screen}?{urlencode(query)}"
    st.session_state["problems"] = []


def go(pair: Pair, view: View) -> None:
    """Change the address; from a button's callback the screen then opens it like any link."""
    st.query_params.from_dict(to_query(pair, view))


def leave(page: str, query: Mapping[str, str]) -> None:
    """Open another screen with an address, out of one that is live."""
    time.sleep(REST)
    st.switch_page(page, query_params=dict(query))
