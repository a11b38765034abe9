"""The tabs under the stage. Only the open one is computed, and which it is stands in the address."""

import dataclasses
from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.link import TABS, Pair, View
from pages.parts.background.look import Look
from pages.parts.compare import charts, difference, seeds, sources, step
from pages.parts.frame import address

LABELS = dict(zip(TABS, ("Gradients", "Loss and accuracy", "A minus B", "Over seeds", "Step", "Code"), strict=True))
CHARTS = {"lines": "Lines", "heatmap": "Heat map"}


def draw(view: View, pair: Pair) -> tuple[DeltaGenerator | None, View]:
    """Draw the row of tabs: the open one, None where they are hidden, and the view as the row says."""
    if view.hides("charts"):
        return None, view
    with st.container(key="tabs"):
        row, opened = st.container(horizontal=True, horizontal_alignment="distribute"), st.container()
    with row:
        view = dataclasses.replace(view, tab=_one_of(LABELS, "Shown below", view.tab, "tab"))
        if view.tab == "gradients":
            view = dataclasses.replace(view, chart=_one_of(CHARTS, "Shown as", view.chart, "chart"))
    if view.tab == "seeds":
        with opened:
            view = dataclasses.replace(view, seeds=seeds.controls(view, pair))
    if view.tab == "step":
        with opened:
            view = step.controls(view, pair)
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
        elif view.tab == "step":
            step.section(pair, view, looks)
        else:
            charts.section(looks, view)


def _one_of(labels: Mapping[str, str], label: str, chosen: str, key: str) -> str:
    """One of some names, by its label, in a line: arrow keys go along it, Enter and Space choose.

    Not `st.tabs`: in a rerun its row is there before its tabs, and those that are not are disabled, so that the one in
    focus loses it (streamlit#7310, seen in 1.67: 6 of 75 arrow keys lost it; here none of 180).
    """
    with st.container(key=key, width="content"):
        return st.segmented_control(
            label,
            list(labels),
            default=chosen,
            format_func=labels.__getitem__,
            key=address.key(key),
            label_visibility="collapsed",
            required=True,
            wrap=False,
        )
