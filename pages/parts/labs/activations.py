"""The sections of the activations lab: curves, table, derivations, what outputs do, saturation."""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.claims import activation_outputs as measured
from core.claims import activations, saturation
from core.claims.activations import DEEPEST, MOST_EPOCHS, Settings, Step
from core.figures import activations as figures
from core.figures.activations import HEIGHT
from core.figures.chart import CONFIG, Drawn
from core.network import ACTIVATIONS
from pages.parts.background import screen
from pages.parts.background.work import Measurement
from pages.parts.frame import address
from pages.parts.labs import curve, lab

FURTHEST = 20.0  # |x| of the tails
RECOVERIES = Measurement(
    "recoveries",
    "Training a saturated neuron",
    [partial(saturation.recovery, range(1, DEEPEST + 1), loss) for loss in figures.RECOVERIES],
)
SIGN_RUNS = Measurement("sign runs", "Training 20 networks", [partial(measured.sign_runs, MOST_EPOCHS)])


def curves(settings: Settings) -> Settings:
    """Which activations are drawn, and where x is."""
    chosen = lab.field(settings, "activations")
    return dataclasses.replace(chosen, x=curve.show(chosen.activations, chosen.x, address.key("lab.x")))


def clouds(noise: float) -> Measurement:
    """Outputs, classes and true probabilities of ten networks that are trained on clouds with this noise."""
    return Measurement(f"clouds {noise}", "Training 10 networks", [partial(measured.cloud_outputs, noise)])


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
    """The three derivations; each line is compared with the one above it, and a slope with a central difference."""
    derivation(
        activations.LOGISTIC_SLOPE, "Derivation: the slope of the logistic, by the quotient rule", "logistic", "P3"
    )
    derivation(activations.TANH_BY_LOGISTIC, "Derivation: tanh is a stretched logistic", question="P5")
    derivation(activations.TANH_SLOPE, "Derivation: the slope of tanh, without an exponential", "tanh")


def derivation(steps: tuple[Step, ...], title: str, slope_of: str = "", question: str = "") -> None:
    """One derivation. slope_of: the activation whose slope its lines are, if they are slopes; question: see `lab`."""
    notes = [[f"differs from the line above by at most {error:.1g}"] for error in activations.step_errors(steps)]
    notes = [[], *notes]
    if slope_of:
        for note, error in zip(notes, activations.slope_errors(steps, slope_of), strict=True):
            note.append(f"from the central difference by at most {error:.1g}")
    points = f"on {len(activations.GRID):,} points"
    written = [f"{', '.join(note)} {points}" if note else "" for note in notes]
    lab.derivation([step.latex for step in steps], title, written, question)


def signs(settings: Settings) -> Settings:
    """How often a neuron's weight gradients have one sign, behind logistic and behind tanh units."""
    st.markdown("**All weights of a neuron in one direction?**")
    settings = lab.field(settings, "epochs", slider=True)

    looks = screen.look([SIGN_RUNS], "signs")
    found = _measured_signs(settings.epochs, *looks[0].found) if looks[0].complete else {}
    lab.chart("signs", _signs(settings.epochs, found) if found else None, HEIGHT, lambda: screen.status(looks, "signs"))
    mean = {name: _minus(each.mean_output.mean()) for name, each in found.items()}
    reached = {name: _span(each.accuracy) for name, each in found.items()}
    st.markdown(
        "The weights of the second hidden layer, ten networks 2-8-8-1 on the circle. They read outputs of mean "
        f"**{mean.get('logistic', '–')}** (logistic) or **{mean.get('tanh', '–')}** (tanh). "
        "For one row $dL/dW = a^T \\delta$, so behind outputs that are all positive a neuron's eight weights "
        "move in one direction, which $\\delta$ gives. Over a batch they need not. Lines: mean over seeds; bands: "
        f"range. Test accuracies now: {reached.get('logistic', '–')} behind logistic units, whose slope is smaller "
        f"too, and {reached.get('tanh', '–')} behind tanh."
    )
    return settings


def calibration(settings: Settings) -> Settings:
    """The trained output as a probability, and the same answers from a steeper or flatter output."""
    st.markdown("**Is the logistic output a probability?**")
    with st.container(horizontal=True):
        settings = lab.field(settings, "noise", slider=True, step=5.0)
        settings = lab.field(settings, "scale", slider=True, step=0.25)
    noise, scale = settings.noise, settings.scale

    looks = screen.look([clouds(noise)], "calibration")
    found, drawn = _calibration(noise, scale, *looks[0].found[0]) if looks[0].complete else ([], None)
    lab.chart("calibration", drawn, HEIGHT, lambda: screen.status(looks, "calibration"))
    rows = f"{found[0].rows.sum():,}" if found else "–"
    gaps = [f"{each.gap:.3f}" for each in found] or ["–", "–"]
    right = [f"{each.accuracy:.1%}" for each in found] or ["–", "–"]
    st.markdown(
        f"Two overlapping clouds, {rows} test rows of ten networks. As trained, "
        f"$p = s(z)$ is off by **{gaps[0]}** on average, at an accuracy of {right[0]}. With $s({scale:g}\\,z)$ "
        f"the gap is **{gaps[1]}**, at an accuracy of {right[1]}. Log loss is what makes a probability of it: on "
        "average it is lowest at the true one. A network that overfits is too sure again (Guo et al. 2017). Bars: "
        "two standard errors."
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
        "The dotted line is at the |x| chosen above."
    )


def recovery(settings: Settings) -> Settings:
    """A neuron driven into saturation, and its way back."""
    st.markdown("**Does a saturated neuron come back?**")
    settings = lab.field(settings, "depth", slider=True)
    looks = screen.look([RECOVERIES], "recovery")
    steps, drawn = _recovery(settings.depth, *looks[0].found) if looks[0].complete else ({}, None)
    lab.chart("recovery", drawn, HEIGHT, lambda: screen.status(looks, "recovery"))
    taken = {loss: f"{steps[loss]:,.0f}" if steps else "–" for loss in figures.RECOVERIES}
    st.markdown(
        f"One step, far too large and towards the wrong class, drives z from 0 to −{settings.depth:g}; then plain "
        "gradient descent at rate 1 towards the right one. With squared loss on tanh, z is positive after "
        f"**{taken['squared']}** steps ($e^{{2|z|}}/16$: {saturation.predicted_steps(settings.depth):,.0f}); with "
        "log loss on the logistic, whose slope cancels from $dL/dz = p - t$, after "
        f"**{taken['log']}**."
    )
    return settings


def _minus(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _span(shares: np.ndarray) -> str:
    return f"{shares.min():.0%} to {shares.max():.0%}"


# ---- what is computed once for all sessions -------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def _table() -> pd.DataFrame:
    return figures.table([dataclasses.asdict(activations.facts(name)) for name in ACTIVATIONS])


@st.cache_resource(show_spinner=False, max_entries=64)
def _measured_signs(epochs: int, _runs: Mapping[str, Sequence[measured.Run]]) -> dict[str, measured.Signs]:
    return {name: measured.signs(runs, epochs) for name, runs in _runs.items()}


@st.cache_resource(show_spinner=False, max_entries=64)
def _signs(epochs: int, _found: Mapping[str, measured.Signs]) -> Drawn:
    shares = {name: found.one_sign for name, found in _found.items()}
    return figures.sign_curves(measured.BATCHES, shares), figures.describe_signs(measured.BATCHES, shares)


@st.cache_resource(show_spinner=False, max_entries=64)
def _calibration(
    noise: float, scale: float, _p: np.ndarray, _y: np.ndarray, _true: np.ndarray
) -> tuple[list[measured.Calibration], Drawn]:
    """As trained, and with the factor; both in a figure."""
    found = [measured.calibration(_p, _y), measured.calibration(_p, _y, scale)]
    named = dict(zip(("s(z), as trained", f"s({scale:g} z)"), found, strict=True))
    curves = {name: (each.predicted, each.observed, each.rows) for name, each in named.items()}
    gaps = {name: each.gap for name, each in named.items()}
    return found, (figures.calibration_curves(curves), figures.describe_calibration(gaps))


@st.cache_resource(show_spinner=False, max_entries=64)
def _tails(at: float) -> Drawn:
    x = np.linspace(0, FURTHEST, 401)
    slopes = {name: ACTIVATIONS[name].slope(x) for name in saturation.TAILS}
    far = np.maximum(x, 0.5)  # 1/x² has no value at 0
    limits = {name: (label, limit(far)) for name, (label, limit) in saturation.TAILS.items()}
    return figures.tail_curves(x, slopes, limits, at), figures.describe_tails(slopes)


@st.cache_resource(show_spinner=False, max_entries=DEEPEST)
def _recovery(depth: int, *_found: saturation.Recovery) -> tuple[dict[str, float], Drawn]:
    """By loss the steps that it took; and the figure."""
    found = dict(zip(figures.RECOVERIES, _found, strict=True))
    place = list(found["log"].depths).index(depth)
    steps = {loss: float(each.steps[place]) for loss, each in found.items()}
    curves = figures.recovery_curves({loss: each.z[:, place] for loss, each in found.items()})
    return steps, (curves, figures.describe_recovery(steps, depth))
