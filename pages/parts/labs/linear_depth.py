"""The sections of the lab on depth without nonlinearity: one network and its product, many networks in training."""

import dataclasses
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import streamlit as st

from core.claims import Claim, linear_depth
from core.claims.linear_depth import DEPTHS, EPOCHS, RATE, SEEDS, LinearDepth, Trained
from core.experiment import Experiment
from core.figures import linear_depth as figures
from core.figures.chart import CONFIG, Drawn
from core.figures.palette import QUANTITIES
from core.link import experiment_key
from core.network import ACTIVATIONS
from core.training import Run, train
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.timers import NETWORK_S
from pages.parts.background.work import Measurement
from pages.parts.labs import lab

NOTHING = lab.Heard(
    "A deep linear network cannot learn anything.",
    "It learns what a single layer can: a straight boundary.",
    "two Gaussians, three linear layers of 4",
)
LINE: dict[str, Any] = {"dataset": "gauss", "activation": "identity", "hidden": (4, 4, 4)}
EQUALLY = lab.Heard(
    "The slope is constant, so all weights are updated equally, whatever the input.",
    "Only φ′ is constant. ∂L/∂W = aᵀδ varies with the input, with the error and with the other layers' weights.",
    "two Gaussians, three linear layers of 8",
)
SPREAD: dict[str, Any] = {**LINE, "hidden": (8, 8, 8)}


def controls(settings: LinearDepth) -> LinearDepth:
    """The network of the picture, and what networks of all depths are trained on."""
    lab.presets(linear_depth.PRESETS, settings)
    for name in ("dataset", "activation", "hidden"):
        settings = lab.field(settings, name)
    settings = lab.field(settings, "epoch", slider=True)
    for name in ("seed", "multiplied"):
        settings = lab.field(settings, name)
    st.markdown("**Networks of all depths**")
    for name in ("rows", "width", "initializer"):
        settings = lab.field(settings, name)
    return settings


def networks(settings: LinearDepth) -> list[Look]:
    """The network of the picture, and the same with linear layers: trained once for all sessions."""
    own = linear_depth.experiment(settings)
    linear = linear_depth.experiment(dataclasses.replace(settings, activation="identity"))
    return screen.look([trained(own), trained(linear)], "networks", NETWORK_S)


def trained(experiment: Experiment) -> Measurement:
    """A network with the weights of all its frames."""
    return Measurement(f"network {experiment_key(experiment)}", "Training", [partial(train, experiment)], "numpy")


def answer(settings: LinearDepth, run: Run) -> None:
    """How far one layer is from the network: the largest text of this lab."""
    value, sentence = linear_depth.off_by(run, settings.epoch)
    large, of_what = st.columns([1, 4], gap="small", vertical_alignment="center")
    with large, st.container(key="off by"):
        st.markdown(f"**{value}**")
    of_what.markdown(sentence)


def picture(settings: LinearDepth, run: Run) -> None:
    """The plane with the network's boundary and the single layer's; what it comes to in numbers, what is heard."""
    theme = st.context.theme.type or "light"
    figure, sentence = _picture(run_key(run), settings.epoch, settings.multiplied, theme, run)
    weights = run.layers[settings.epoch]
    left, right = st.columns(2, gap="medium")
    with left:
        st.plotly_chart(figure, key="picture", config=CONFIG, alt=sentence)
        if not linear_depth.boundary_in_sight(weights, settings.activation):
            st.caption("The boundary is outside this square: the network gives all its points the same class.")
    with right:
        with st.container(horizontal=True, gap="small"):
            for label, value in linear_depth.numbers(run, settings.epoch).items():
                st.metric(label, value, width="content")
        if settings.multiplied:
            st.latex(linear_depth.product_latex(weights))
        learns = [claim for claims in screen.found(depths(settings))[-1:] for claim in claims[:1]]
        lab.heard(NOTHING, dataclasses.replace(settings, **LINE), settings, learns)


def layers(settings: LinearDepth, run: Run, linear_run: Run) -> None:
    """The rank after each layer, each weight's first update, and what is heard of it."""
    weights = run.layers[settings.epoch]
    unequal, by_input = _counter_examples(run_key(linear_run), linear_run)
    widths = [len(b) for _, b in weights]
    said = in_words(linear_depth.ranks(weights), widths, settings.activation)
    lab.section("What happens layer by layer?", f"{said} {times(linear_depth.spread(linear_run))}")
    drawn = {
        "Singular values of W₁W₂⋯, layer after layer": _singular_values(run_key(run), settings.epoch, run),
        "First update of each weight of the linear network, SGD at rate 1": _updates(run_key(linear_run), linear_run),
    }
    lab.charts(drawn, figures.HEIGHT)
    lab.heard(EQUALLY, dataclasses.replace(settings, **SPREAD), settings, [unequal, by_input])


def times(ratio: float) -> str:
    """How unequal the first updates are."""
    if np.isfinite(ratio):
        return f"Within one layer the largest first update of a weight is **{ratio:,.0f}** times the smallest."
    return "Within one layer some weights get no first update, others do."


def in_words(ranks: Sequence[int], widths: Sequence[int], activation: str) -> str:
    """Where the rank falls, and what that does to the boundaries. widths: of the layers, the output's last."""
    falls = [i for i in range(1, len(ranks)) if ranks[i] < ranks[i - 1]]
    places = [f"falls to {ranks[i]} in layer {i + 1}, {widths[i]} wide" for i in falls]
    said = f"The rank {' and '.join(places)}." if places else f"The rank is {ranks[-1]} after every layer."
    if activation != "identity" and len(ranks) > 1:
        label = ACTIVATIONS[activation].label
        return f"{said} These are the weights alone: the network has {label} between them."
    if ranks[-1] == 1 < widths[-1]:
        return f"{said} So all boundaries between the {widths[-1]} classes are parallel."
    return said


def depths(settings: LinearDepth) -> Measurement:
    """Networks of all depths, trained, and what depth leaves a linear network able to learn."""
    values = settings.rows, settings.activation, settings.width, settings.initializer
    parts = [partial(linear_depth.train_depth, *values, depth) for depth in DEPTHS]
    label = f"Training networks with {DEPTHS[0]} to {DEPTHS[-1]} hidden layers"
    return Measurement(f"depths {values}", label, [*parts, linear_depth.learning_claims])


def training(settings: LinearDepth) -> None:
    """Train networks of all depths, one depth after the other with progress, and draw what came of it."""
    linear, count = settings.activation == "identity", len(SEEDS)
    looks = screen.look([depths(settings)], "depths")
    trained = looks[0].found[:-1] if looks[0].complete else ()
    lab.section("What does depth change?", linear_depth.way(trained, settings.activation))
    titles = f"Training loss by hidden layers, seed {SEEDS[0]}", f"By hidden layers, all {count} seeds"
    drawn = _depths(looks[0].work.key, linear, trained) if trained else (None, None)
    lab.charts(dict(zip(titles, drawn, strict=True)), figures.HEIGHT, lambda: screen.status(looks, "depths"))
    st.caption(
        f"{DEPTHS[0]} to {DEPTHS[-1]} hidden layers, {count} seeds each, plain gradient descent on all training rows, "
        f"rate {RATE[settings.rows]:g}, {EPOCHS:,} epochs. The lowest loss of one layer is that of scikit-learn's "
        "logistic regression without penalty."
    )


@lru_cache
def proofs() -> list[Claim]:
    """The same for all settings."""
    return [linear_depth.affine_claim(), linear_depth.converse_claim(), linear_depth.gradient_claim()]


def in_compare(settings: LinearDepth) -> None:
    """The network of the picture in Compare, beside one with another activation."""
    pair = linear_depth.in_compare(settings)
    a, b = (ACTIVATIONS[str(side.activation)].label for side in (pair.a, pair.b))
    lab.in_compare(pair, f"{a} against {b}")


def checks(settings: LinearDepth, run: Run, linear_run: Run) -> None:
    """What is checked for these settings; what needs the trained networks when they are there."""
    claims = [
        *linear_depth.collapse_claims(run, settings.epoch),
        *proofs(),
        *_counter_examples(run_key(linear_run), linear_run),
    ]
    if trained := screen.found(depths(settings)):
        claims += [*linear_depth.training_claims(trained[:-1], settings.activation, settings.rows), *trained[-1]]
    lab.checks(claims, "" if trained else "so far; others follow when the networks of all depths are trained")


def run_key(run: Run) -> str:
    return experiment_key(run.experiment)


@st.cache_resource(show_spinner=False, max_entries=32)
def _counter_examples(key: str, _run: Run) -> list[Claim]:
    return [linear_depth.unequal_claim(_run), linear_depth.input_claim(_run)]


@st.cache_resource(show_spinner=False, max_entries=32)
def _depths(key: str, linear: bool, _trained: Sequence[Trained]) -> tuple[Drawn, Drawn]:
    """The loss curves of one seed, and how all seeds ended (or how long they took, where all end alike)."""
    losses, lowest = [t.loss[0] for t in _trained], _trained[0].lowest[0]
    paths = figures.loss_paths(_trained[0].epochs, losses, lowest, linear), figures.describe_paths(losses, lowest)
    columns, names = [t.epochs_to_near if linear else t.best for t in _trained], figures.depth_names(len(_trained))
    quantity = "epochs until a tenth is left" if linear else "lowest loss, minus one layer's"
    strips = figures.strips(columns, names, quantity, log=linear, level=None if linear else 0.0)
    return paths, (strips, figures.describe_strips(columns, names, quantity))


@st.cache_resource(show_spinner=False, max_entries=32)
def _picture(key: str, epoch: int, multiplied: bool, theme: str, _run: Run) -> Drawn:
    z, product = linear_depth.collapse(_run.layers[epoch], str(_run.experiment.activation))
    axis = np.linspace(-linear_depth.HALF_SIDE, linear_depth.HALF_SIDE, linear_depth.RESOLUTION)
    figure = figures.boundary_picture(axis, z, product if multiplied else None, _run.X_train, _run.y_train, theme)
    difference = linear_depth.difference(z, product)
    return figure, figures.describe_boundaries(multiplied, difference, len(_run.layers[-1]))


@st.cache_resource(show_spinner=False, max_entries=32)
def _singular_values(key: str, epoch: int, _run: Run) -> Drawn:
    values, ranks = linear_depth.singular_values(_run.layers[epoch]), linear_depth.ranks(_run.layers[epoch])
    return figures.singular_value_figure(values, ranks), figures.describe_singular_values(ranks)


@st.cache_resource(show_spinner=False, max_entries=32)
def _updates(key: str, _run: Run) -> Drawn:
    columns = [np.sort(dW.ravel()) for dW in linear_depth.first_updates(_run)]
    names, quantity = figures.weight_names(len(columns)), "|∂L/∂w|"
    strips = figures.strips(columns, names, quantity, log=True, color=QUANTITIES["weight_gradient"].color)
    return strips, figures.describe_strips(columns, names, quantity)
