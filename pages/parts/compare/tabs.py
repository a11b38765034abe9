"""The tabs under the stage. Only the open one is computed, and which it is stands in the address."""

import dataclasses
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.link import TABS, Pair, View
from pages.parts.background.look import Look
from pages.parts.compare import charts, difference, seeds, sources
from pages.parts.frame import address

LABELS = dict(zip(TABS, ("Gradients", "Loss and accuracy", "A minus B", "Over seeds", "Code"), strict=True))
CHARTS = {"lines": "Lines", "heatmap": "Heat map"}


def draw(view: View, pair: Pair) -> tuple[DeltaGenerator | None, View]:
    """Draw the row of tabs: the open one, None where they are hidden, and the view as the row says."""
    if view.hides("charts"):
        return None, view
    row = st.tabs(list(LABELS.values()), key=address.key("tab"), default=LABELS[_first(view.tab)], on_change="rerun")
    name, opened = next((name, tab) for name, tab in zip(TABS, row, strict=True) if tab.open)
    view = dataclasses.replace(view, tab=name)
    if name == "gradients":
        with opened:
            view = dataclasses.replace(view, chart=_chart(view.chart))
    elif name == "seeds":
        with opened:
            view = dataclasses.replace(view, seeds=seeds.controls(view.seeds, pair))
    return opened, view


def fill(opened: DeltaGenerator | None, pair: Pair, view: View, looks: Sequence[Look]) -> None:
    """Fill the open tab with what there is of A and B."""
    if opened is None:
        return
    with opened:
        if view.tab == "difference":
            difference.section(pair, looks)
        elif view.tab == "code":
            sources.section(pair)
        elif view.tab == "seeds":
            seeds.section(pair, view)
        else:
            charts.section(looks, view)


def _first(tab: str) -> str:
    """The tab that was open when this generation of controls began.

    Streamlit takes tabs with another default for others: they would be drawn anew, and the keyboard would lose them.
    """
    generation, first = st.session_state.get("first tab", (None, tab))
    if generation != address.generation():
        first = tab
    st.session_state["first tab"] = address.generation(), first
    return first


def _chart(chart: str) -> str:
    with st.container(key="chart"):
        chosen = st.segmented_control(
            "Shown as",
            list(CHARTS),
            default=chart,
            format_func=CHARTS.__getitem__,
            key=address.key("view.chart"),
            label_visibility="collapsed",
            required=True,
        )
    return chosen or chart
