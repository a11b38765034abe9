"""The sections of the gradient-flow lab: its controls, its measurements, its training."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core import fields
from core.claims import deep_stack, gradient_flow
from core.claims.deep_stack import MAP_DEPTHS, MAP_WIDTH, SEEDS, Stack
from core.figures import curves
from core.figures import gradient_flow as figures
from core.figures.chart import CONFIG
from core.link import experiment_key, settings_to_query
from core.network import ACTIVATIONS
from core.network.flow import Flow, joined
from core.training import Run
from pages.parts import lab, widgets
from pages.parts.charts import Drawn
from pages.parts.jobs import Look, jobs
from pages.parts.shell import session

FIRST = ("activation", "depth", "scale")  # beside the picture; the others are folded
SLIDERS = {"depth": {}, "scale": {"step": 0.1}, "width": {}, "bias": {"step": 0.1}}
SHOWN_FROM = 4  # chunks of seeds: fewer are there before a progress bar could be read


def presets() -> None:
    """A button for each preset."""
    with st.container(horizontal=True):
        for preset in gradient_flow.PRESETS.values():
            st.button(preset.label, help=preset.point, on_click=lab.go, args=(preset.stack,))


def controls(stack: Stack) -> Stack:
    """The widgets of all settings, those of `FIRST` in front."""
    chosen = {}

    def draw(name: str) -> None:
        more = {"slider": True, **SLIDERS[name]} if name in SLIDERS else {}
        rule, label = fields.rules(Stack)[name], fields.label(Stack, name)
        chosen[name] = widgets.field(rule, label, getattr(stack, name), f"lab.{name}", **more)

    for column, name in zip(st.columns(len(FIRST), gap="medium"), FIRST, strict=True):
        with column:
            draw(name)
    with st.expander("Width, initial weights, biases, inputs"):
        rest = [name for name in fields.rules(Stack) if name not in FIRST]
        for columns, names in ((st.columns(3, gap="medium"), rest[:3]), (st.columns(3, gap="medium"), rest[3:])):
            for column, name in zip(columns, names, strict=True):
                with column:
                    draw(name)
    return Stack(**chosen)


def measured(stack: Stack) -> Flow:
    """The stack's gradient sizes for all seeds; its progress is shown where that takes long."""
    parts: list[Flow] = []
    portions, place = list(deep_stack.chunks(stack)), st.empty()
    for seeds in portions:
        if len(portions) >= SHOWN_FROM:
            place.progress(seeds.start / SEEDS, f"Measured {seeds.start} of {SEEDS} seeds")
        parts.append(_chunk(_key(stack), seeds.start, seeds.stop, stack))
    flow = joined(parts)
    place.markdown(gradient_flow.verdict(flow))
    return flow


def sizes(stack: Stack, flow: Flow) -> None:
    """Gradient sizes and factors by layer, and what is read off them."""
    with st.container(horizontal=True, gap="medium"):
        for label, value in gradient_flow.numbers(stack, flow).items():
            st.metric(label, value, width="content")
    weight, slope = deep_stack.theory(stack)
    drawn = {
        f"Gradient size by layer, {SEEDS} seeds": (
            figures.sizes_by_layer(flow.delta, flow.weight_gradient, deep_stack.theory_delta(stack)),
            figures.describe_sizes(flow.delta, flow.weight_gradient),
        ),
        "What delta is multiplied by on its way into each layer": (
            figures.factors_by_layer(flow.weight_factor, flow.slope_factor, weight, slope),
            figures.describe_factors(flow.weight_factor, flow.slope_factor),
        ),
    }
    _row(drawn)
    st.caption("Lines are medians over the seeds, bands hold eight seeds in ten, dotted lines are theory.")


def values_and_map(stack: Stack) -> None:
    """Histograms of the layers' values, and the map of all activations and depths."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Values of each layer**")
        figure, sentence = _values(_key(stack), stack)
        st.plotly_chart(figure, key="values", config=CONFIG, alt=sentence)
        st.caption(f"{sentence} The outermost bins also hold what lies beyond them.")
    with right:
        st.markdown("**First layer's delta over the last one's**, powers of ten")
        base = dataclasses.replace(stack, depth=1, width=MAP_WIDTH)  # the map has its own depths and width
        ratios = _ratios(_key(base), base)
        labels = [row.label for row in ACTIVATIONS.values()]
        figure = figures.depth_map(ratios, MAP_DEPTHS, labels, st.context.theme.type or "light")
        sentence = figures.describe_map(ratios, MAP_DEPTHS, labels)
        st.plotly_chart(figure, key="map", config=CONFIG, alt=sentence)
        st.caption(f"All with the same weights, as chosen above, {MAP_WIDTH} wide. Empty: no gradient.")


def training(looks: Sequence[Look]) -> None:
    """Losses and update sizes of the trained nets, once all are trained; until then how far they are."""
    if any(look.busy for look in looks):
        share = sum(look.epoch / look.experiment.epochs for look in looks) / len(looks)
        st.progress(share, "Training six layers of 8 on the circle")
        st.button("Stop", on_click=jobs().stop, args=([look.experiment for look in looks], session()))
        return
    runs = [look.run for look in looks if look.run]
    if len(runs) < len(looks):
        st.caption("Training was stopped before its first epoch. A reload of the page starts it again.")
        return
    key = " ".join(f"{experiment_key(run.experiment)} {run.epochs[-1]}" for run in runs)
    st.markdown(gradient_flow.ways(runs))
    drawn = list(_trained(key, runs).items())
    _row(dict(drawn[:2]))
    _row(dict(drawn[2:]))
    st.caption("The change between two recorded epochs, divided by how many epochs lie between them.")


def _row(drawn: dict[str, Drawn]) -> None:
    for column, (title, (figure, sentence)) in zip(st.columns(len(drawn), gap="medium"), drawn.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            st.plotly_chart(figure, key=title, config=CONFIG, alt=sentence)


def _key(stack: Stack) -> str:
    return "&".join(settings_to_query(stack).values())


@st.cache_resource(show_spinner=False, max_entries=400)
def _chunk(key: str, start: int, stop: int, _stack: Stack) -> Flow:
    return deep_stack.measure(_stack, range(start, stop))


@st.cache_resource(show_spinner=False, max_entries=32)
def _values(key: str, _stack: Stack) -> Drawn:
    found = deep_stack.histogram(_stack)
    return figures.values_by_layer(found.shares, found.edges), figures.describe_values(found.middle)


@st.cache_resource(show_spinner=False, max_entries=32)
def _ratios(key: str, _base: Stack) -> np.ndarray:
    return deep_stack.depth_ratios(_base)


@st.cache_resource(show_spinner=False, max_entries=4)
def _trained(key: str, _runs: Sequence[Run]) -> dict[str, Drawn]:
    """By title: the loss figure of all runs, and each run's update sizes, on one scale."""
    by_name = {ACTIVATIONS[run.experiment.activations[0]].label: (run.epochs, run.train_loss) for run in _runs}
    updates = [gradient_flow.update_sizes(run) for run in _runs]
    scale, quantity = curves.gradient_scale(updates), "change of W (rms)"
    return {
        "Training loss": (figures.losses(by_name), figures.describe_losses(by_name)),
        **{
            f"{name}: change of each layer's W in an epoch": (
                curves.gradient_curves(*update, quantity, scale),
                curves.describe_gradients(*update, quantity),
            )
            for name, update in zip(by_name, updates, strict=True)
        },
    }
