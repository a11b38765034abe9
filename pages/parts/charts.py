"""Charts under the stage: A and B side by side on one scale, redrawn only when a run or a choice changes."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.data import DATASETS
from core.figures import curves
from core.figures.chart import CONFIG
from core.figures.confusion import confusion_matrix, describe_confusion
from core.figures.heatmap import gradient_map
from core.link import View
from core.training import Run, confusion
from pages.parts.jobs import Look

GRADIENTS = {"weights": "Weight gradient", "delta": "Delta"}
CHARTS = {"lines": "Lines", "heatmap": "Heat map"}


def section(looks: Sequence[Look], view: View) -> View:
    """Draw the choices and the charts; return the view with what was chosen."""
    for key, value in (("view.gradient", view.gradient), ("view.chart", view.chart)):
        st.session_state.setdefault(key, value)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        gradient = _choice("Gradient size", GRADIENTS, "view.gradient")
        chart = _choice("Shown as", CHARTS, "view.chart")
    view = dataclasses.replace(view, gradient=gradient, chart=chart)
    show([look.run if not look.busy else None for look in looks], view)
    return view


def _choice(label: str, options: dict[str, str], key: str) -> str:
    return str(st.segmented_control(label, list(options), format_func=options.__getitem__, key=key, required=True))


def show(runs: Sequence[Run | None], view: View) -> None:
    """Draw the charts of the sides that have ended."""
    ended = [run for run in runs if run]
    if not ended:
        st.caption("Charts are drawn when training has ended.")
        return
    gradients = [(run.epochs, _sizes(run, view)) for run in ended]
    losses = [(run.epochs, run.train_loss, run.test_loss) for run in ended]
    scale, loss_scale = curves.gradient_scale(gradients), curves.loss_scale(losses)
    last, quantity = scale.last_epoch, curves.QUANTITIES[view.gradient]
    draw = gradient_map if view.chart == "heatmap" else curves.gradient_curves
    theme = st.context.theme.type or "light"

    def gradient(run: Run) -> tuple[go.Figure, str]:
        sizes = _sizes(run, view)
        return draw(run.epochs, sizes, quantity, scale), curves.describe_gradients(run.epochs, sizes, quantity)

    def loss(run: Run) -> tuple[go.Figure, str]:
        values = (run.epochs, run.train_loss, run.test_loss)
        return curves.loss_curves(*values, loss_scale), curves.describe_losses(*values)

    def accuracy(run: Run) -> tuple[go.Figure, str]:
        values = (run.epochs, run.train_accuracy, run.test_accuracy)
        return curves.accuracy_curves(*values, last), curves.describe_accuracies(*values)

    def matrix(run: Run) -> tuple[go.Figure, str]:
        names = DATASETS[run.experiment.dataset].class_names
        counts = confusion(run)
        return confusion_matrix(counts, names, theme), describe_confusion(counts, names)

    for title, figure in (
        (f"{GRADIENTS[view.gradient]} of each layer", gradient),
        ("Loss", loss),
        ("Accuracy", accuracy),
        ("Test rows by true and predicted class", matrix),
    ):
        _pair(title, runs, figure)


def _pair(title: str, runs: Sequence[Run | None], figure: Callable[[Run], tuple[go.Figure, str]]) -> None:
    """One chart of A and of B beside each other, each with a sentence for those who do not see it."""
    for column, name, run in zip(st.columns(2), "AB", runs, strict=True):
        with column:
            st.markdown(f"**{name}** · {title}")
            if run is None:
                st.caption("Drawn when training has ended.")
                continue
            drawn, sentence = figure(run)
            st.plotly_chart(drawn, key=f"{name} {title}", config=CONFIG, alt=sentence)


def _sizes(run: Run, view: View) -> np.ndarray:
    return run.weight_gradient if view.gradient == "weights" else run.delta
