"""The figures of the tab "Over seeds". With Plotly and pandas behind them: imported when there is something to draw."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from core.data import DATASETS
from core.figures.chart import CONFIG, Drawn
from core.figures.curves import QUANTITIES as GRADIENTS
from core.figures.maps import domain
from core.figures.seed_plane import class_shares, describe_class_shares
from core.figures.seed_strip import Ended, describe_seed_strip, seed_strip
from core.figures.seeds import (
    ACCURACY,
    GRADIENT,
    LEGEND,
    LOSS,
    R_SQUARED,
    Measure,
    Seeded,
    describe_seed_curves,
    seed_curves,
)
from core.link import View
from core.reach import GRADIENT as LAYER
from core.seeds import Over
from core.training import Run

__all__ = ["CONFIG", "end_in_words", "of_side", "strips"]

HEIGHT = 176  # pixels of a curve's figure, without its legend
Overs = Mapping[str, Over]


def of_side(name: str, overs: Overs, view: View, theme: str) -> list[Drawn]:
    """Curves of a side's seeds, on the scale of all sides that have the same quantity, and its plane if it has one."""
    kind = _kind(overs[name], view)
    alike = {side: over for side, over in overs.items() if _kind(over, view) == kind}
    drawn = _curves(_ids(alike), view.gradient, name, alike)
    has_plane = overs[name].experiment.classes and overs[name].trained
    return [drawn, _plane(_ids({name: overs[name]}), theme, overs[name])] if has_plane else [drawn]


def strips(overs: Overs, view: View) -> list[tuple[str, *Drawn]]:
    """Where each side's runs ended, in one figure where they have the same quantity; before it the sides' names."""
    kinds = {
        side: (over.asked.threshold, over.experiment.loss if over.asked.quantity.better < 0 else "")
        for side, over in overs.items()
    }
    found = []
    for kind in dict.fromkeys(kinds.values()):
        alike = {side: over for side, over in overs.items() if kinds[side] == kind}
        found.append(("".join(alike), *_strip(_ids(alike), alike)))
    return found


def end_in_words(over: Over, index: int) -> str:
    """A seed, and where it ended."""
    each, quantity = over.runs[index], over.asked.quantity
    value = float(over.ends(quantity)[index])
    end = "diverged" if each.diverged else f"{quantity.label} {_measure(quantity.of, over).written(value)}"
    return f"seed {each.run.experiment.seed}: {end}"


@st.cache_resource(show_spinner=False, max_entries=64)
def _curves(ids: Sequence[str], gradient: str, name: str, _overs: Overs) -> Drawn:
    curve = _overs[name].asked.curve
    measure, quantity, level = (
        _measure(curve, _overs[name]),
        _label(curve, _overs[name], gradient),
        _level(curve, _overs[name]),
    )
    sides = {side: _seeded(side, over, gradient) for side, over in _overs.items()}
    figures = dict(zip(sides, seed_curves(list(sides.values()), measure, quantity, level, HEIGHT), strict=True))
    return figures[name], describe_seed_curves(sides[name], measure, quantity)


@st.cache_resource(show_spinner=False, max_entries=64)
def _plane(ids: Sequence[str], theme: str, _over: Over) -> Drawn:
    run, shares, count = _over.runs[0].run, _over.class_shares(), len(_over.trained)
    names = DATASETS[run.experiment.dataset].class_names
    figure = class_shares(shares, count, domain(run), names, theme, HEIGHT + LEGEND)
    return figure, describe_class_shares(shares, count, names)


@st.cache_resource(show_spinner=False, max_entries=64)
def _strip(ids: Sequence[str], _overs: Overs) -> Drawn:
    first = next(iter(_overs.values()))
    quantity = first.asked.quantity
    measure = _measure(quantity.of, first)
    sides = [
        Ended(name, [each.run.experiment.seed for each in over.runs], _ends(over), over.reached)
        for name, over in _overs.items()
    ]
    level = first.asked.number if first.asked.when == "end" else None
    return seed_strip(sides, measure, quantity.label, level), describe_seed_strip(sides, measure, quantity.label)


def _ends(over: Over) -> np.ndarray:
    """(n,): what is asked of each run at its end; not a number where it diverged, for 0 % is an accuracy, too."""
    return np.where([each.diverged for each in over.runs], np.nan, over.ends(over.asked.quantity))


def _ids(overs: Overs) -> list[str]:
    """What decides how sides look: their experiments, how many seeds are through, what is asked of them."""
    return [f"{name} {over.experiment} {len(over.runs)} {over.asked}" for name, over in overs.items()]


def _kind(over: Over, view: View) -> tuple[str, ...]:
    """What two sides must share to be drawn on one scale."""
    curve = over.asked.curve
    return curve, over.experiment.loss if curve.endswith("loss") else str(_measure(curve, over))


def _measure(curve: str, over: Over) -> Measure:
    if curve.startswith(LAYER):
        return GRADIENT
    if curve.endswith("loss"):
        return LOSS
    return ACCURACY if over.experiment.classes else R_SQUARED


def _label(curve: str, over: Over, gradient: str) -> str:
    if curve.startswith(LAYER):
        return f"{GRADIENTS[gradient]}, layer {_layer(curve, over)}"
    which = "training" if curve.startswith("train") else "test"
    return f"{which} {'loss' if curve.endswith('loss') else 'accuracy' if over.experiment.classes else 'R²'}"


def _level(curve: str, over: Over) -> float | None:
    """The threshold, if it is put on what is drawn."""
    return over.asked.number if over.asked.quantity.of == curve else None


def _layer(curve: str, over: Over) -> int:
    """The number of the layer that is drawn: the last where the network has no such layer."""
    return min(int(curve.removeprefix(LAYER)), len(over.experiment.sizes) - 1)


def _seeded(name: str, over: Over, gradient: str) -> Seeded:
    curve = over.asked.curve
    runs = [each.run for each in over.runs]

    def values(run: Run) -> np.ndarray:
        if not curve.startswith(LAYER):
            return getattr(run, curve)
        return (run.weight_gradient if gradient == "weights" else run.delta)[:, _layer(curve, over) - 1]

    seeds = [run.experiment.seed for run in runs]
    return Seeded(name, seeds, [run.epochs for run in runs], [values(run) for run in runs], over.reached)
