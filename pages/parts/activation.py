"""The sections of the activations lab: curves, table, derivations, what outputs do, saturation."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import fields
from core.claims import activation_outputs as measured
from core.claims import activations, saturation
from core.claims.activations import DEEPEST, MOST_EPOCHS, USE, Settings, Step
from core.figures import activations as figures
from core.figures.chart import CONFIG
from core.network import ACTIVATIONS
from pages.parts import curve, lab, widgets
from pages.parts.charts import Drawn

FURTHEST = 20.0  # |x| of the tails


def curves(settings: Settings) -> Settings:
    """Which activations are drawn, and where x is."""
    chosen = _field(settings, "activations")
    return dataclasses.replace(chosen, x=curve.show(chosen.activations, chosen.x))


def table() -> None:
    """All activations, to sort by any column."""
    number = st.column_config.NumberColumn
    st.dataframe(
        _table(),
        hide_index=True,
        height="content",
        alt="All activations: bounds, slopes, mean output, monotonicity and use.",
        column_config={
            "Activation": st.column_config.TextColumn(pinned=True),
            "Lowest": number(format="%.4g"),
            "Highest": number(format="%.4g"),
            "Largest |slope|": number(format="%.4g"),
            "Mean output": number(format="%.3f", help="For standard-normal x"),
            "Zero-centred": st.column_config.CheckboxColumn(help="The mean output for standard-normal x is 0"),
            "Used for, and why": st.column_config.TextColumn(width="large"),
        },
    )
    st.caption(
        "Every figure is computed from the functions: bounds and slopes by search, means by integration, and by "
        "bisection the x from which on float64 rounds a value to a bound that it never reaches."
    )


def derivations() -> None:
    """The three derivations, with the difference of each line to the one above it."""
    derivation(activations.LOGISTIC_SLOPE, "Derivation: the slope of the logistic, by the quotient rule")
    derivation(activations.TANH_BY_LOGISTIC, "Derivation: tanh is a stretched logistic")
    derivation(activations.TANH_SLOPE, "Derivation: the slope of tanh, without an exponential")


def derivation(steps: tuple[Step, ...], title: str) -> None:
    errors = activations.step_errors(steps)
    notes = [
        f"differs from the line above by at most {error:.1g} on {len(activations.GRID):,} points" for error in errors
    ]
    lab.derivation([step.latex for step in steps], title, ["", *notes])


def signs(settings: Settings) -> Settings:
    """How often a neuron's weight gradients have one sign, behind logistic and behind tanh units."""
    st.markdown("**All weights of a neuron in one direction?**")
    settings = _field(settings, "epochs", slider=True)
    figure, sentence = _signs(settings.epochs)
    st.plotly_chart(figure, key="signs", config=CONFIG, alt=sentence)
    found = _measured_signs(settings.epochs)
    logistic, tanh = found["logistic"], found["tanh"]
    st.markdown(
        "The weights of the second hidden layer, ten networks 2-8-8-1 on the circle. They read outputs of "
        f"mean **{_minus(logistic.mean_output.mean())}** (logistic) or **{_minus(tanh.mean_output.mean())}** (tanh). "
        "For one row $dL/dW = a^T \\delta$, so behind outputs that are all positive a neuron's eight weights move in "
        "one direction, which $\\delta$ gives. Over a batch they need not. Lines: mean over seeds; bands: range. "
        f"Test accuracies now: {_span(logistic.accuracy)} behind logistic units, whose slope is smaller too, and "
        f"{_span(tanh.accuracy)} behind tanh."
    )
    return settings


def calibration(settings: Settings) -> Settings:
    """The trained output as a probability, and the same answers from a steeper or flatter output."""
    st.markdown("**Is the logistic output a probability?**")
    with st.container(horizontal=True):
        settings = _field(settings, "noise", slider=True, step=5.0)
        settings = _field(settings, "scale", slider=True, step=0.25)
    p, y, _ = _clouds(settings.noise)
    figure, sentence = _calibration(settings.noise, settings.scale)
    st.plotly_chart(figure, key="calibration", config=CONFIG, alt=sentence)
    trained, scaled = measured.calibration(p, y), measured.calibration(p, y, settings.scale)
    st.markdown(
        f"Two overlapping clouds, {len(y):,} test rows of ten networks. As trained, $p = s(z)$ is off by "
        f"**{trained.gap:.3f}** on average, at an accuracy of {trained.accuracy:.1%}. With "
        f"$s({settings.scale:g}\\,z)$ the gap is **{scaled.gap:.3f}**, at an accuracy of {scaled.accuracy:.1%}. "
        "Log loss is what makes a probability of it: on average it is lowest at the true one. A network that overfits "
        "is too sure again (Guo et al. 2017). Bars: two standard errors."
    )
    return settings


def tails(settings: Settings) -> None:
    """How slopes fall."""
    st.markdown("**How flat does it get?**")
    figure, sentence = _tails(settings.x)
    st.plotly_chart(figure, key="tails", config=CONFIG, alt=sentence)
    st.markdown(
        "On a log scale an exponential is a straight line. The wide lines are what the slopes approach: "
        "$e^{-|x|}$ for the logistic, $4 e^{-2|x|}$ for tanh; softsign's falls like $1/x^2$ only. "
        "The dotted line is at the x chosen above."
    )


def recovery(settings: Settings) -> Settings:
    """A neuron driven into saturation, and its way back."""
    st.markdown("**Does a saturated neuron come back?**")
    settings = _field(settings, "depth", slider=True)
    figure, sentence, steps = _recovery(settings.depth)
    st.plotly_chart(figure, key="recovery", config=CONFIG, alt=sentence)
    st.markdown(
        f"One step, far too large and towards the wrong class, drives z from 0 to −{settings.depth:g}; then plain "
        "gradient descent at rate 1 towards the right one. With squared loss on tanh, z is positive after "
        f"**{steps['squared']:,.0f}** steps ($e^{{2|z|}}/16$: {saturation.predicted_steps(settings.depth):,.0f}); with "
        "log loss on the logistic, whose slope cancels from $dL/dz = p - t$, after "
        f"**{steps['log']:,.0f}**."
    )
    return settings


def _field(settings: Settings, name: str, **more: Any) -> Settings:
    """The widget of one field; the settings as it says, or as they were and a sentence on why."""
    rule, label = fields.rules(settings)[name], fields.label(settings, name)
    value = widgets.field(rule, label, getattr(settings, name), f"lab.{name}", **more)
    changed, conflict = widgets.combined(lambda: dataclasses.replace(settings, **{name: value}), settings)
    if conflict:
        st.caption(conflict)
    return changed


def _minus(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _span(shares: np.ndarray) -> str:
    return f"{shares.min():.0%} to {shares.max():.0%}"


# ---- what is computed once for all sessions -------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def _table() -> pd.DataFrame:
    return figures.table([{**dataclasses.asdict(activations.facts(name)), "use": USE[name]} for name in ACTIVATIONS])


@st.cache_resource(show_spinner="Training 20 networks")
def _sign_runs() -> dict[str, list[measured.Run]]:
    return measured.sign_runs(MOST_EPOCHS)


@st.cache_resource(show_spinner=False, max_entries=64)
def _measured_signs(epochs: int) -> dict[str, measured.Signs]:
    return {name: measured.signs(runs, epochs) for name, runs in _sign_runs().items()}


@st.cache_resource(show_spinner=False, max_entries=64)
def _signs(epochs: int) -> Drawn:
    shares = {name: found.one_sign for name, found in _measured_signs(epochs).items()}
    return figures.sign_curves(measured.BATCHES, shares), figures.describe_signs(measured.BATCHES, shares)


@st.cache_resource(show_spinner="Training 10 networks", max_entries=16)
def _clouds(noise: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return measured.outputs(measured.cloud_runs(noise))


@st.cache_resource(show_spinner=False, max_entries=64)
def _calibration(noise: float, scale: float) -> Drawn:
    p, y, _ = _clouds(noise)
    found = {"s(z), as trained": measured.calibration(p, y), f"s({scale:g} z)": measured.calibration(p, y, scale)}
    curves = {name: (each.predicted, each.observed, each.rows) for name, each in found.items()}
    gaps = {name: each.gap for name, each in found.items()}
    return figures.calibration_curves(curves), figures.describe_calibration(gaps)


@st.cache_resource(show_spinner=False, max_entries=64)
def _tails(at: float) -> Drawn:
    x = np.linspace(0, FURTHEST, 401)
    slopes = {name: ACTIVATIONS[name].slope(x) for name in saturation.TAILS}
    far = np.maximum(x, 0.5)  # 1/x² has no value at 0
    limits = {name: (label, limit(far)) for name, (label, limit) in saturation.TAILS.items()}
    return figures.tail_curves(x, slopes, limits, at), figures.describe_tails(slopes)


@st.cache_resource(show_spinner=False)
def _recoveries() -> dict[str, saturation.Recovery]:
    return {loss: saturation.recovery(range(1, DEEPEST + 1), loss) for loss in figures.RECOVERIES}


@st.cache_resource(show_spinner=False)
def _recovery(depth: int) -> tuple[Any, str, dict[str, float]]:
    found = _recoveries()
    place = list(found["log"].depths).index(depth)
    steps = {loss: float(each.steps[place]) for loss, each in found.items()}
    return (
        figures.recovery_curves({loss: each.z[:, place] for loss, each in found.items()}),
        figures.describe_recovery(steps, depth),
        steps,
    )
