"""What can be chosen of the charts: the gradient whose size they show, and how."""

import dataclasses

import streamlit as st

from core.link import View
from pages.parts.frame import address

GRADIENTS = {"weights": "Weight gradient", "delta": "Delta"}
CHARTS = {"lines": "Lines", "heatmap": "Heat map"}


def draw(view: View) -> View:
    """Draw the choices; returns the view as they say."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        gradient = _choice("Gradient size", GRADIENTS, view.gradient, "view.gradient")
        chart = _choice("Shown as", CHARTS, view.chart, "view.chart")
    return dataclasses.replace(view, gradient=gradient, chart=chart)


def _choice(label: str, options: dict[str, str], value: str, name: str) -> str:
    chosen = st.segmented_control(
        label, list(options), default=value, format_func=options.__getitem__, key=address.key(name), required=True
    )
    return chosen or value
