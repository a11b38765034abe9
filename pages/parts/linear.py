"""The sections of the lab on depth without nonlinearity: one network and its product, many networks in training."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from core import fields
from core.claims import Claim, linear_depth
from core.claims.linear_depth import DEPTHS, EPOCHS, RATE, SEEDS, LinearDepth, Trained
from core.experiment import Experiment
from core.figures import linear_depth as figures
from core.figures.chart import CONFIG
from core.figures.curves import layer_names
from core.link import experiment_key
from core.training import Run, train
from pages.parts import lab, widgets
from pages.parts.charts import Drawn

NETWORK = ("dataset", "activation", "hidden", "epoch", "seed")
TRAINING = ("rows", "width", "initializer")


def network_controls(settings: LinearDepth) -> LinearDepth:
    """Data, layers, activation, and the button that multiplies the layers."""
    chosen = _widgets(settings, NETWORK, epoch={"slider": True})
    chosen = dataclasses.replace(chosen, multiplied=settings.multiplied)
    flipped = dataclasses.replace(chosen, multiplied=not settings.multiplied)
    label = "Show the layers alone" if settings.multiplied else "Multiply the layers into one"
    st.button(label, type="primary", on_click=lab.go, args=(flipped,), width="stretch")
    return chosen


def training_controls(settings: LinearDepth) -> LinearDepth:
    """Rows, width and initial weights of the networks that are trained."""
    with st.container(horizontal=True):
        return _widgets(settings, TRAINING)


def network(settings: LinearDepth) -> Run:
    """The network of the picture, trained once for all sessions."""
    experiment = linear_depth.experiment(settings)
    return _run(experiment_key(experiment), experiment)


def picture(settings: LinearDepth, run: Run) -> None:
    """The plane with the network's boundary and, once multiplied, the single layer's; what it comes to in numbers."""
    theme = st.context.theme.type or "light"
    figure, sentence = _picture(run_key(run), settings.epoch, settings.multiplied, theme, run)
    st.plotly_chart(figure, key="picture", config=CONFIG, alt=sentence)
    with st.container(horizontal=True, gap="medium"):
        for label, value in linear_depth.numbers(run, settings.epoch, settings.multiplied).items():
            st.metric(label, value, width="content")
    layers = run.layers[settings.epoch]
    if not linear_depth.boundary_in_sight(layers, settings.activation):
        st.caption("The boundary is outside this square: the network gives all its points the same class.")
    if settings.multiplied:
        st.latex(linear_depth.product_latex(layers))


def rank(settings: LinearDepth, run: Run) -> None:
    """Singular values of the product after each layer."""
    figure, sentence = _singular_values(run_key(run), settings.epoch, run)
    st.markdown("**Singular values of W₁W₂⋯, layer after layer**")
    st.plotly_chart(figure, key="singular values", config=CONFIG, alt=sentence)
    st.caption("A layer of one unit lowers the rank to 1: three blobs then get parallel boundaries.")


def updates(run: Run) -> None:
    """The size of each weight's first update."""
    figure, sentence = _updates(run_key(run), run)
    st.markdown("**First update of each weight**, for SGD at rate 1")
    st.plotly_chart(figure, key="updates", config=CONFIG, alt=sentence)


def training(settings: LinearDepth) -> list[Trained]:
    """Train networks of all depths, one depth after the other with progress, and draw what came of it."""
    linear, count = settings.activation == "identity", len(SEEDS)
    st.markdown(
        f"Networks with {DEPTHS[0]} to {DEPTHS[-1]} hidden layers, {count} seeds each, plain gradient descent on all "
        f"training rows, rate {RATE[settings.rows]:g}, {EPOCHS:,} epochs. The lowest loss of one layer is that of "
        "scikit-learn's logistic regression without penalty."
    )
    place, trained = st.empty(), []
    for depth in DEPTHS:
        place.progress(depth / len(DEPTHS), f"{count} networks with {depth} hidden layers")
        trained.append(_trained(settings.rows, settings.activation, settings.width, settings.initializer, depth))
    paths = figures.loss_paths(trained[0].epochs, [t.loss[0] for t in trained], trained[0].lowest[0], linear)
    described = figures.describe_paths([t.loss[0] for t in trained], trained[0].lowest[0])
    columns = [t.epochs_to_near if linear else t.best for t in trained]
    names = figures.depth_names(len(trained))
    quantity = "epochs until a tenth is left" if linear else "lowest loss, minus one layer's"
    drawn: dict[str, Drawn] = {
        f"Training loss by hidden layers, seed {SEEDS[0]}": (paths, described),
        f"By hidden layers, all {count} seeds": (
            figures.strips(columns, names, quantity, log=linear, level=None if linear else 0.0),
            figures.describe_strips(columns, names, quantity),
        ),
    }
    with place.container():
        for column, (title, (figure, sentence)) in zip(st.columns(2, gap="medium"), drawn.items(), strict=True):
            with column:
                st.markdown(f"**{title}**")
                st.plotly_chart(figure, key=title, config=CONFIG, alt=sentence)
    return trained


@st.cache_resource(show_spinner=False, max_entries=2)
def learning() -> Claim:
    return linear_depth.learning_claim()


def run_key(run: Run) -> str:
    return experiment_key(run.experiment)


def _widgets(settings: LinearDepth, names: Sequence[str], **more: dict[str, Any]) -> LinearDepth:
    rules, chosen = fields.rules(LinearDepth), {}
    for name in names:
        label, value = fields.label(LinearDepth, name), getattr(settings, name)
        chosen[name] = widgets.field(rules[name], label, value, f"lab.{name}", **more.get(name, {}))
    return dataclasses.replace(settings, **chosen)


@st.cache_resource(show_spinner=False, max_entries=32)
def _run(key: str, _experiment: Experiment) -> Run:
    return train(_experiment)


@st.cache_resource(show_spinner=False, max_entries=140)
def _trained(rows: str, activation: str, width: int, initializer: str, depth: int) -> Trained:
    return linear_depth.train_depth(rows, activation, width, initializer, depth)


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
    names, quantity = layer_names(len(columns)), "|∂L/∂w|"
    return figures.strips(columns, names, quantity, log=True), figures.describe_strips(columns, names, quantity)
