"""Charts under the stage: A and B side by side on one scale, redrawn only when a run or a choice changes.

With Plotly and pandas behind them: imported when there is something to draw.
"""

import time
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.data import DATASETS
from core.experiment import Experiment
from core.figures import curves
from core.figures.chart import CONFIG, Drawn
from core.figures.confusion import HEIGHT as MATRIX_HEIGHT
from core.figures.confusion import confusion_matrix, describe_confusion
from core.figures.heatmap import gradient_map
from core.figures.residuals import ResidualScale, describe_residuals, residual_figure
from core.link import View
from core.training import Run, confusion, predicted
from pages.parts.background import timers
from pages.parts.background.look import Look
from pages.parts.compare import room
from pages.parts.compare.choices import GRADIENTS

HEIGHTS = (curves.HEIGHT, curves.HEIGHT, curves.HEIGHT, MATRIX_HEIGHT)  # pixels of each row


def section(looks: Sequence[Look], view: View) -> None:
    """Draw the charts of what has ended, and of what still trains beside it the room for them."""
    shown = [look for look in looks if look.outcome]
    keys = tuple(f"{look.id} {look.state}" for look in shown)
    if keys != st.session_state.get("charted", keys):  # a page that opens has the stage's runs in its first message
        time.sleep(timers.AHEAD_S)
    st.session_state["charted"] = keys
    theme = st.context.theme.type or "light"
    drawn = figures(keys, view.gradient, view.chart, theme, [look.outcome.run for look in shown if look.outcome])
    for number, row in enumerate(drawn):
        _row(looks, shown, row, number, view.gradient)


def _row(looks: Sequence[Look], shown: Sequence[Look], drawn: Sequence[Drawn], number: int, gradient: str) -> None:
    """One chart of A and of B beside each other."""
    for column, name, look in zip(st.columns(2), "AB", looks, strict=True):
        title = titles(look.work.experiment, gradient)[number]
        with column:
            st.markdown(f"**{name}** · {title}")
            if look in shown:
                figure, sentence = drawn[shown.index(look)]
                st.plotly_chart(figure, key=f"{name} {title}", config=CONFIG, alt=sentence)
            else:
                room.draw(HEIGHTS[number], look)


def titles(experiment: Experiment, gradient: str) -> tuple[str, ...]:
    """What the charts of an experiment are called, from the top."""
    if experiment.classes:
        last = "Accuracy", "Test rows by true and predicted class"
    else:
        last = "R²", "Test rows by true and predicted value"
    return f"{GRADIENTS[gradient]} of each layer", "Loss", *last


@st.cache_resource(show_spinner=False, max_entries=16)
def figures(keys: tuple[str, ...], gradient: str, chart: str, theme: str, _runs: Sequence[Run]) -> list[list[Drawn]]:
    """All charts of the runs that `keys` name: for each of `titles` one of each run, on one scale."""
    sizes = [run.weight_gradient if gradient == "weights" else run.delta for run in _runs]
    gradient_scale = curves.gradient_scale([(run.epochs, values) for run, values in zip(_runs, sizes, strict=True)])
    loss_scale = curves.loss_scale([(run.epochs, run.train_loss, run.test_loss) for run in _runs])
    draw, quantity = gradient_map if chart == "heatmap" else curves.gradient_curves, curves.QUANTITIES[gradient]
    gradients = [
        (draw(run.epochs, values, quantity, gradient_scale), curves.describe_gradients(run.epochs, values, quantity))
        for run, values in zip(_runs, sizes, strict=True)
    ]
    losses = [
        (
            curves.loss_curves(run.epochs, run.train_loss, run.test_loss, loss_scale),
            curves.describe_losses(run.epochs, run.train_loss, run.test_loss),
        )
        for run in _runs
    ]
    return [gradients, losses, _scores(_runs), _predictions(_runs, theme)]


def _scores(runs: Sequence[Run]) -> list[Drawn]:
    """Accuracy over the epochs, or R² where the targets are numbers."""
    scale = curves.r_squared_scale(
        [(run.epochs, np.column_stack([run.train_accuracy, run.test_accuracy])) for run in runs]
    )

    def drawn(run: Run) -> Drawn:
        scores = run.epochs, run.train_accuracy, run.test_accuracy
        if run.experiment.classes:
            return curves.accuracy_curves(*scores, scale.last_epoch), curves.describe_accuracies(*scores)
        return curves.r_squared_curves(*scores, scale), curves.describe_r_squared(*scores)

    return [drawn(run) for run in runs]


def _predictions(runs: Sequence[Run], theme: str) -> list[Drawn]:
    """Test rows by what they are and what the last frame takes them for."""
    values = {n: (run.y_test, predicted(run, run.X_test)) for n, run in enumerate(runs) if not run.experiment.classes}
    scale = ResidualScale.of(list(values.values())) if values else None

    def drawn(number: int, run: Run) -> Drawn:
        if scale and number in values:
            return residual_figure(*values[number], scale), describe_residuals(*values[number])
        counts, names = confusion(run), DATASETS[run.experiment.dataset].class_names
        return confusion_matrix(counts, names, theme), describe_confusion(counts, names)

    return [drawn(*numbered) for numbered in enumerate(runs)]
