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
from pages.parts.frame import question as asked
from pages.parts.labs import curve, lab

ONE_SIGN = "All weights in one direction?"
PROBABILITY = "Is the logistic output a probability?"
RECOVERY = "Does a saturated neuron come back?"
ONE_DIRECTION = lab.Heard(
    "Positive inputs force all weights of a neuron one way.",
    "For a single row. A batch adds rows of both signs of δ = dL/dz, each with its own input: one sign is not forced, "
    "but far more often than by chance.",
    f"{Settings().epochs} epochs",
)
AS_PROBABILITY = lab.Heard(
    "An output between 0 and 1 is a probability.",
    "s(3z) is between 0 and 1, too, gives the same answers and is far too sure. Log loss makes it a probability, but a "
    "network that overfits is too sure again (Guo et al. 2017).",
    "s(3z)",
)
FURTHEST = 20.0  # |x| of the tails
RECOVERIES = Measurement(
    "recoveries",
    "Training a saturated neuron",
    [partial(saturation.recovery, range(1, DEEPEST + 1), *which) for which in figures.RECOVERIES],
)
SIGN_RUNS = Measurement("sign runs", "Training 20 networks", [partial(measured.sign_runs, MOST_EPOCHS)])


def controls(linked: Settings) -> Settings:
    """The widgets of all settings but x, which is dragged, under the headings of what they change."""
    settings = lab.field(linked, "activations", label_visibility="visible")
    st.markdown(f"**{ONE_SIGN}**")
    settings = lab.field(settings, "epochs", slider=True)
    st.markdown(f"**{PROBABILITY}**")
    settings = lab.field(settings, "noise", slider=True, step=5.0)
    settings = lab.field(settings, "scale", slider=True, step=0.25)
    st.markdown(f"**{RECOVERY}**")
    return lab.field(settings, "depth", slider=True)


def curves(settings: Settings) -> Settings:
    """The activations that are chosen, and where x is."""
    return dataclasses.replace(settings, x=curve.show(settings.activations, settings.x, address.key("lab.x")))


def clouds(noise: float) -> Measurement:
    """Outputs, classes and true probabilities of ten networks that are trained on clouds with this noise."""
    return Measurement(f"clouds {noise}", "Training 10 networks", [partial(measured.cloud_outputs, noise)])


def table() -> None:
    """All activations, to sort by any column."""
    with st.expander(f"Table of all {len(ACTIVATIONS)} activations"):
        number = st.column_config.NumberColumn
        st.dataframe(
            _table(),
            hide_index=True,
            height="content",
            alt="All activations: values, slopes, mean output, monotonicity and use.",
            column_config={
                "Activation": st.column_config.TextColumn(pinned=True, width=130),
                "Values": st.column_config.TextColumn(help="[ ]: the bound is reached; ( ): it is not"),
                "float64 gives a bound from": st.column_config.TextColumn(
                    help="The x from which on the value computed in float64 is a bound that it never reaches"
                ),
                "Largest |slope|": number(format="%.4g"),
                "at x": st.column_config.TextColumn(width=150),
                "Mean output": number(format="%.3f", help="For standard-normal x"),
                "Zero-centred": st.column_config.CheckboxColumn(help="The mean output for standard-normal x is 0"),
                "Used for, and why": st.column_config.TextColumn(width="large"),
                "Source": st.column_config.TextColumn(width="medium"),
            },
        )
        st.caption(
            "Figures are computed from the functions and rounded: bounds and slopes by search, means by integration. "
            "The formulas stand in the help beside Activations, and on Help."
        )


def derivations() -> None:
    """The derivations; each line is compared with the one above it, and a slope with a central difference."""
    opened = asked.asked() in ("P3", "P5")
    with st.expander(
        "Derivations (proofs): slope of the sigmoid (logistic), tanh (hyperbolic tangent), softmax", opened
    ):
        asked.answered("P3")
        derivation(activations.LOGISTIC_SLOPE, "The slope of the logistic, by the quotient rule", "logistic")
        asked.answered("P5")
        derivation(activations.TANH_BY_LOGISTIC, "tanh is a stretched logistic")
        derivation(activations.TANH_SLOPE, "The slope of tanh, without an exponential", "tanh")
        derivation(activations.SOFTMAX_OF_TWO, "Softmax of two classes is the logistic of their difference")


def derivation(steps: tuple[Step, ...], title: str, slope_of: str = "") -> None:
    """One derivation, with the reason of each line and how far it was found off.

    slope_of: the activation whose slope its lines are, if they are slopes.
    """
    off = [[], *([f"from the line above by at most {error:.1g}"] for error in activations.step_errors(steps))]
    if slope_of:
        for each, error in zip(off, activations.slope_errors(steps, slope_of), strict=True):
            each.append(f"from the central difference by at most {error:.1g}")
    notes = [step.why + f"; differs {', '.join(each)}" * bool(each) for step, each in zip(steps, off, strict=True)]
    st.subheader(title, anchor=False)
    lab.lines([step.latex for step in steps], notes)
    st.caption(f"Differences: on {len(activations.GRID):,} points.", text_alignment="center")


def signs(settings: Settings, said: lab.Place) -> lab.Place:
    """How often a neuron's weight gradients have one sign, behind logistic and behind tanh units.

    said: where what the two learn is said. Returns the place of what is measured against what is heard.
    """
    looks = screen.look([SIGN_RUNS], "signs")
    runs = looks[0].found[0] if looks[0].complete else {}
    found = _measured_signs(settings.epochs, runs) if runs else {}
    with said:
        st.markdown(learnt(_measured_signs(MOST_EPOCHS, runs) if runs else {}))
    mean = {name: _minus(each.mean_output.mean()) for name, each in found.items()}
    ten = {name: f"{each.one_sign[:, measured.BATCHES.index(10)].mean():.1%}" for name, each in found.items()}
    lab.picture(
        ONE_SIGN,
        f"One row moves all weights one way behind logistic units (mean output {mean.get('logistic', '–')}), ten rows "
        f"for **{ten.get('logistic', '–')}** of the neurons; behind tanh ({mean.get('tanh', '–')}) for "
        f"**{ten.get('tanh', '–')}**, by chance for {measured.CHANCE:.1%}.",
    )
    lab.chart("signs", _signs(settings.epochs, found) if found else None, HEIGHT, lambda: screen.status(looks, "signs"))
    st.caption("The second hidden layer of ten nets 2-8-8-1. Lines: mean; bands: range.")
    return lab.heard(ONE_DIRECTION, dataclasses.replace(settings, epochs=Settings().epochs), settings)


def learnt(found: Mapping[str, measured.Signs]) -> str:
    """What networks behind tanh and behind logistic units learn, in a sentence."""
    reached = {name: _span(each.accuracy) for name, each in found.items()}
    return (
        f"Two hidden layers of 8 on the circle, after {MOST_EPOCHS} epochs: tanh is right on "
        f"**{reached.get('tanh', '–')}** of the test rows, the logistic on **{reached.get('logistic', '–')}** "
        f"({len(measured.SEEDS)} seeds)."
    )


def calibration(settings: Settings) -> lab.Place:
    """The trained output as a probability, and the same answers from a steeper or flatter output.

    Returns the place of what is measured against what is heard.
    """
    noise, scale = settings.noise, settings.scale
    looks = screen.look([clouds(noise)], "calibration")
    found, drawn = _calibration(noise, scale, *looks[0].found[0]) if looks[0].complete else ([], None)
    rows = f"{found[0].rows.sum():,}" if found else "–"
    gaps = [f"{each.gap:.3f}" for each in found] or ["–", "–"]
    right = [f"{each.accuracy:.1%}" for each in found] or ["–", "–"]
    lab.picture(
        PROBABILITY,
        f"As trained $p = s(z)$ is off by **{gaps[0]}** on average, at an accuracy of {right[0]}; "
        f"$s({scale:g}\\,z)$ is off by **{gaps[1]}**, at {right[1]}.",
    )
    lab.chart("calibration", drawn, HEIGHT, lambda: screen.status(looks, "calibration"))
    st.caption(f"Two clouds, {rows} test rows of ten networks. Bars: two standard errors.")
    return lab.heard(AS_PROBABILITY, dataclasses.replace(settings, noise=50.0, scale=3.0), settings)


def tails(settings: Settings) -> None:
    """How slopes fall."""
    lab.picture(
        "How flat does it get?",
        "The logistic's slope falls like $e^{-|x|}$, that of tanh like $4 e^{-2|x|}$, softsign's like $1/x^2$ only "
        "(wide lines).",
    )
    figure, sentence = _tails(settings.x)
    st.plotly_chart(figure, key="tails", config=CONFIG, alt=sentence)
    st.caption("The dotted line is at the |x| that is chosen in the curves.")


def recovery(settings: Settings) -> None:
    """A neuron driven into saturation, and its way back."""
    looks = screen.look([RECOVERIES], "recovery")
    steps, drawn = _recovery(settings.depth, *looks[0].found) if looks[0].complete else ({}, None)
    taken = {which: f"**{steps[which]:,.0f}**" if steps else "**–**" for which in figures.RECOVERIES}
    limit = saturation.limit_steps("tanh", settings.depth)
    lab.picture(
        RECOVERY,
        f"From z = −{settings.depth:g} at rate 1 tanh needs {taken['tanh', 'squared']} steps with squared loss"
        f"{f' ($e^{{2|z|}}/16$ = {limit:,.0f})' if limit else ''}, {taken['tanh', 'log']} with log loss; the logistic "
        f"{taken['logistic', 'squared']} and {taken['logistic', 'log']}.",
    )
    lab.chart("recovery", drawn, HEIGHT, lambda: screen.status(looks, "recovery"))
    st.caption(
        "Squared loss: dL/dz = (a − t) φ′(z). Log loss: a − t, the slope cancels. Saturated from "
        f"|z| = {saturation.zones('tanh')[1][0]:.2f} on (tanh), {saturation.zones('logistic')[1][0]:.2f} (logistic)."
    )


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
def _recovery(depth: int, *_found: saturation.Recovery) -> tuple[dict[tuple[str, str], float], Drawn]:
    """By activation and loss the steps that it took; and the figure."""
    found = dict(zip(figures.RECOVERIES, _found, strict=True))
    place = depth - 1
    steps = {which: float(each.steps[place]) for which, each in found.items()}
    curves = figures.recovery_curves({which: each.z[:, place] for which, each in found.items()})
    return steps, (curves, figures.describe_recovery(steps, depth))
