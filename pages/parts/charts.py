"""Charts under the stage: A and B side by side on one scale, redrawn only when a run or a choice changes."""

import dataclasses
from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.data import DATASETS
from core.figures import curves
from core.figures.chart import CONFIG
from core.figures.confusion import confusion_matrix, describe_confusion
from core.figures.heatmap import gradient_map
from core.link import View
from core.training import Run, confusion
from pages.parts import widgets
from pages.parts.jobs import Look

GRADIENTS = {"weights": "Weight gradient", "delta": "Delta"}
CHARTS = {"lines": "Lines", "heatmap": "Heat map"}

Drawn = tuple[go.Figure, str]


def section(looks: Sequence[Look], view: View) -> View:
    """Draw the choices and the charts; return the view with what was chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        gradient = _choice("Gradient size", GRADIENTS, view.gradient, "view.gradient")
        chart = _choice("Shown as", CHARTS, view.chart, "view.chart")
    view = dataclasses.replace(view, gradient=gradient, chart=chart)
    shown = [look for look in looks if not look.busy and look.run]
    if shown:
        keys = tuple(f"{look.key} {look.state} {look.epoch}" for look in shown)
        drawn = figures(
            keys, gradient, chart, st.context.theme.type or "light", [look.run for look in shown if look.run]
        )
        for title, sides in drawn.items():
            _row(title, looks, shown, sides)
    else:
        st.caption("Charts are drawn when training has ended.")
    return view


def _choice(label: str, options: dict[str, str], value: str, key: str) -> str:
    held = widgets.start(key, value)
    return str(
        st.segmented_control(
            label, list(options), default=held, format_func=options.__getitem__, key=key, required=True
        )
    )


def _row(title: str, looks: Sequence[Look], shown: Sequence[Look], sides: Sequence[Drawn]) -> None:
    """One chart of A and of B beside each other, each with a sentence for those who do not see it."""
    for column, name, look in zip(st.columns(2), "AB", looks, strict=True):
        with column:
            st.markdown(f"**{name}** · {title}")
            if look in shown:
                figure, sentence = sides[shown.index(look)]
                st.plotly_chart(figure, key=f"{name} {title}", config=CONFIG, alt=sentence)
            else:
                st.caption("Drawn when training has ended.")


@st.cache_resource(show_spinner=False, max_entries=16)
def figures(
    keys: tuple[str, ...], gradient: str, chart: str, theme: str, _runs: Sequence[Run]
) -> dict[str, list[Drawn]]:
    """All charts of the runs that `keys` name, by title: a figure and a sentence for each run, on one scale."""
    sizes = [run.weight_gradient if gradient == "weights" else run.delta for run in _runs]
    gradient_scale = curves.gradient_scale([(run.epochs, values) for run, values in zip(_runs, sizes, strict=True)])
    loss_scale = curves.loss_scale([(run.epochs, run.train_loss, run.test_loss) for run in _runs])
    draw, quantity = gradient_map if chart == "heatmap" else curves.gradient_curves, curves.QUANTITIES[gradient]
    charts: dict[str, list[Drawn]] = {
        f"{GRADIENTS[gradient]} of each layer": [
            (
                draw(run.epochs, values, quantity, gradient_scale),
                curves.describe_gradients(run.epochs, values, quantity),
            )
            for run, values in zip(_runs, sizes, strict=True)
        ]
    }
    for run in _runs:
        losses, accuracies = (run.train_loss, run.test_loss), (run.train_accuracy, run.test_accuracy)
        names, counts = DATASETS[run.experiment.dataset].class_names, confusion(run)
        loss = curves.loss_curves(run.epochs, *losses, loss_scale), curves.describe_losses(run.epochs, *losses)
        accuracy = (
            curves.accuracy_curves(run.epochs, *accuracies, gradient_scale.last_epoch),
            curves.describe_accuracies(run.epochs, *accuracies),
        )
        matrix = confusion_matrix(counts, names, theme), describe_confusion(counts, names)
        for title, drawn in (("Loss", loss), ("Accuracy", accuracy), ("Test rows by true and predicted class", matrix)):
            charts.setdefault(title, []).append(drawn)
    return charts
