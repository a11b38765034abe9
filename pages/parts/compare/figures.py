"""The figures in the tabs of charts. With Plotly and pandas behind them: imported when there is something to draw."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.data import DATASETS
from core.figures import curves
from core.figures.chart import CONFIG, Drawn
from core.figures.confusion import confusion_matrix, describe_confusion
from core.figures.curves import Course, Side
from core.figures.heatmap import gradient_map
from core.figures.residuals import ResidualScale, describe_residuals, residual_figure
from core.link import Pair
from core.sides import fork
from core.training import Run, confusion, predicted
from pages.parts.compare.room import Cell

__all__ = ["CONFIG", "drawn"]

Runs = Mapping[int, Run]  # of those sides that have ended


@st.cache_resource(show_spinner=False, max_entries=64)
def drawn(ids: tuple[str, ...], cell: Cell, gradient: str, theme: str, _runs: Runs) -> Drawn:
    """One chart of the runs that `ids` name, on the scale of all of them, and what it shows in words."""
    own = [side for side in cell.sides if side in _runs]
    match cell.what:
        case "lines":
            return _gradients(own, _runs, gradient, cell.height)
        case "heatmap":
            return _heat_map(own[0], _runs, gradient, cell.height)
        case "loss":
            return _losses(own, _runs, cell.height)
        case "score":
            return _scores(own, _runs, cell.height)
    return _predictions(own[0], _runs, theme, cell.height)


def _gradients(own: Sequence[int], runs: Runs, gradient: str, height: int) -> Drawn:
    quantity = curves.QUANTITIES[gradient]
    sides = [_side(side, runs, _sizes(runs[side], gradient)) for side in own]
    figure = curves.gradient_curves(sides, quantity, height=height)
    return figure, _words(sides, lambda side: curves.describe_gradients(side.epochs, side.values, quantity))


def _heat_map(side: int, runs: Runs, gradient: str, height: int) -> Drawn:
    quantity = curves.QUANTITIES[gradient]
    scale = curves.gradient_scale([(run.epochs, _sizes(run, gradient)) for run in runs.values()])
    shown = runs[side].epochs, _sizes(runs[side], gradient), quantity
    return gradient_map(*shown, scale, "AB"[side], height), f"{'AB'[side]}: {curves.describe_gradients(*shown)}"


def _sizes(run: Run, gradient: str) -> np.ndarray:
    return run.weight_gradient if gradient == "weights" else run.delta


def _losses(own: Sequence[int], runs: Runs, height: int) -> Drawn:
    sides, course = [_side(side, runs, runs[side].train_loss, runs[side].test_loss) for side in own], _course(own, runs)
    said = _words(sides, lambda side: curves.describe_losses(side.epochs, *side.values.T))
    return curves.loss_curves(sides, height, course), f"{said} {curves.describe_course(course)}".strip()


def _scores(own: Sequence[int], runs: Runs, height: int) -> Drawn:
    """Accuracy over the epochs, or R² where the targets are numbers."""
    sides = [_side(side, runs, runs[side].train_accuracy, runs[side].test_accuracy) for side in own]
    if runs[own[0]].experiment.classes:
        draw, describe = curves.accuracy_curves, curves.describe_accuracies
    else:
        draw, describe = curves.r_squared_curves, curves.describe_r_squared
    said = _words(sides, lambda side: describe(side.epochs, *side.values.T))
    return draw(sides, height, _course(own, runs)), said


def _side(side: int, runs: Runs, *lines: np.ndarray) -> Side:
    """A side's lines (T,) or (T, K); of a branch off A on one engine what follows the fork."""
    whole = Side("AB"[side], runs[side].epochs, np.column_stack(lines))
    epoch = _fork(runs) if side and len({run.experiment.engine for run in runs.values()}) == 1 else None
    return whole if epoch is None else curves.after_fork(whole, epoch)


def _course(own: Sequence[int], runs: Runs) -> Course:
    """The segments of the first side that is drawn, and the fork where both are."""
    return Course(runs[own[0]].experiment.starts, _fork(runs) if len(own) > 1 else None)


def _fork(runs: Runs) -> int | None:
    """The epoch at which B branches off A, where there are both."""
    return fork(Pair(runs[0].experiment, runs[1].experiment)) if runs.keys() >= {0, 1} else None


def _words(sides: Sequence[Side], describe: Callable[[Any], str]) -> str:
    return " ".join(f"{side.name}: {describe(side)}" for side in sides)


def _predictions(side: int, runs: Runs, theme: str, height: int) -> Drawn:
    """Test rows by what they are and what the last frame takes them for."""
    run, name = runs[side], "AB"[side]
    if run.experiment.classes:
        counts, names = confusion(run), DATASETS[run.experiment.dataset].class_names
        figure = confusion_matrix(counts, names, theme, name, height)
        return figure, f"{name}: {describe_confusion(counts, names)}"
    values = {n: (r.y_test, predicted(r, r.X_test)) for n, r in runs.items() if not r.experiment.classes}
    figure = residual_figure(*values[side], ResidualScale.of(list(values.values())), name, height)
    return figure, f"{name}: {describe_residuals(*values[side])}"
