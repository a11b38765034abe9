"""The sections of the gradient-flow lab: its controls, its measurements, its training."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np
import streamlit as st

from core import fields
from core.claims import deep_stack, gradient_flow
from core.claims.deep_stack import MAP_DEPTHS, MAP_WIDTH, SEEDS, Stack
from core.figures import curves
from core.figures import gradient_flow as figures
from core.figures.chart import Drawn
from core.link import experiment_key, settings_to_query
from core.network import ACTIVATIONS
from core.network.flow import Flow, joined
from core.training import Run, train
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.timers import POLL_S, POLL_SOON_S
from pages.parts.background.work import Measurement
from pages.parts.labs import lab

FIRST = ("activation", "depth", "scale")  # beside the picture; the others are folded
SLIDERS: dict[str, dict[str, Any]] = {"depth": {}, "scale": {"step": 0.1}, "width": {}, "bias": {"step": 0.1}}
STAYS = 8  # parts of a measurement: what takes no longer is done before the pictures of the one before would mislead
LINE = 56  # pixels: room for the verdict, or for progress
SIZES = (f"Gradient size by layer, {SEEDS} seeds", "What delta is multiplied by on its way into each layer")
TRAINED_TITLES = (
    "Training loss",
    *(f"{ACTIVATIONS[name].label}: change of each layer's W in an epoch" for name in gradient_flow.TRAINED),
)
WAYS = "How far the first layer's weights moved, relative to their size: " + ", ".join(
    f"{ACTIVATIONS[name].label} – (output layer –)" for name in gradient_flow.TRAINED
)
VALUES = ("Values of each layer", "First layer's delta over the last one's, powers of ten")


def presets() -> None:
    """A button for each preset."""
    with st.container(horizontal=True):
        for preset in gradient_flow.PRESETS.values():
            if st.button(preset.label, help=preset.point):
                lab.go(preset.stack)


def controls(stack: Stack) -> Stack:
    """The widgets of all settings, those of `FIRST` in front."""
    stack = _fields(stack, FIRST)
    with st.expander("Width, initial weights, biases, inputs"):
        rest = [name for name in fields.rules(Stack) if name not in FIRST]
        return _fields(_fields(stack, rest[:3]), rest[3:])


def measurement(stack: Stack) -> Measurement:
    """Gradient sizes, a portion of the seeds after the other; then the layers' values, and the map."""
    base = dataclasses.replace(stack, depth=1, width=MAP_WIDTH)  # the map has its own depths and width
    parts: list[Callable[[], Any]] = [partial(deep_stack.measure, stack, seeds) for seeds in deep_stack.chunks(stack)]
    parts += [partial(deep_stack.histogram, stack), partial(deep_stack.depth_ratios, base)]
    return Measurement(f"stack {_key(stack)}", f"Measuring {SEEDS} networks", parts)


def measured(stack: Stack) -> None:
    """Gradient sizes and factors by layer, what is read off them, the layers' values, and the map."""

    asked = measurement(stack)
    looks = screen.look([asked], "stack")
    (look,) = looks
    if look.complete:
        st.session_state["measured stack"] = stack
    flow = joined(look.found[:-2]) if look.complete else Flow(*[np.full((1, stack.depth), np.nan)] * 4)
    with st.container(height=LINE, border=False, vertical_alignment="center"):
        if look.complete:
            st.markdown(gradient_flow.verdict(flow))
        else:
            screen.status(looks, "stack", POLL_SOON_S if len(asked.parts) <= STAYS else POLL_S)
    with st.container(horizontal=True, gap="medium"):
        for label, value in gradient_flow.numbers(stack, flow).items():
            st.metric(label, value, width="content")
    pictures(stack if look.complete else before(look))


def before(look: Look) -> Stack | None:
    """The stack that was shown before: its pictures stay for the moment that it takes to measure another."""
    moment = look.busy and len(look.work.parts) <= STAYS
    return st.session_state.get("measured stack") if moment else None


def pictures(stack: Stack | None) -> None:
    """The figures of a stack that is measured, or the room for them."""
    drawn: dict[str, Drawn] = {}
    if stack and (found := screen.found(measurement(stack))):
        drawn = _measured(_key(stack), st.context.theme.type or "light", stack, found)
    lab.charts({title: drawn.get(title) for title in SIZES}, figures.HEIGHT)
    st.caption("Lines are medians over the seeds, bands hold eight seeds in ten, dotted lines are theory.")
    values = drawn[VALUES[0]][1] if drawn else ""
    notes = (
        f"{values} The outermost bins also hold what lies beyond them.",
        f"All with the same weights, as chosen above, {MAP_WIDTH} wide. Empty: no gradient.",
    )
    lab.charts({title: drawn.get(title) for title in VALUES}, figures.TALL, notes=notes)


def training() -> None:
    """Losses and update sizes of three nets once they are trained, and until then how far they are."""
    st.markdown("Six hidden layers of 8 on the circle, trained for 300 epochs with each of three activations.")
    experiments = [gradient_flow.trained(name) for name in gradient_flow.TRAINED]
    key = " ".join(map(experiment_key, experiments))
    asked = Measurement(f"nets {key}", "Training three networks", [partial(train, each) for each in experiments])
    looks = screen.look([asked], "nets")
    runs = looks[0].found if looks[0].complete else ()
    st.markdown(gradient_flow.ways(runs) if runs else WAYS)
    titled = list(zip_longest(TRAINED_TITLES, _trained(key, runs) if runs else ()))
    lab.charts(dict(titled[:2]), curves.HEIGHT, lambda: screen.status(looks, "nets"))
    lab.charts(dict(titled[2:]), curves.HEIGHT)
    st.caption("The change between two recorded epochs, divided by how many epochs lie between them.")


def _fields(stack: Stack, names: Sequence[str]) -> Stack:
    for column, name in zip(st.columns(3, gap="medium"), names, strict=True):
        with column:
            stack = lab.field(stack, name, **({"slider": True, **SLIDERS[name]} if name in SLIDERS else {}))
    return stack


def _key(stack: Stack) -> str:
    return "&".join(settings_to_query(stack).values())


# ---- what is computed once for all sessions -------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _measured(key: str, theme: str, _stack: Stack, _found: Sequence[Any]) -> dict[str, Drawn]:
    """By title: sizes, factors, values and map."""
    *flows, values, ratios = _found
    flow, (weight, slope) = joined(flows), deep_stack.theory(_stack)
    labels = [row.label for row in ACTIVATIONS.values()]
    drawn = (
        (
            figures.sizes_by_layer(flow.delta, flow.weight_gradient, deep_stack.theory_delta(_stack)),
            figures.describe_sizes(flow.delta, flow.weight_gradient),
        ),
        (
            figures.factors_by_layer(flow.weight_factor, flow.slope_factor, weight, slope),
            figures.describe_factors(flow.weight_factor, flow.slope_factor),
        ),
        (figures.values_by_layer(values.shares, values.edges), figures.describe_values(values.middle)),
        (figures.depth_map(ratios, MAP_DEPTHS, labels, theme), figures.describe_map(ratios, MAP_DEPTHS, labels)),
    )
    return dict(zip(SIZES + VALUES, drawn, strict=True))


@st.cache_resource(show_spinner=False, max_entries=4)
def _trained(key: str, _runs: Sequence[Run]) -> list[Drawn]:
    """The losses of all runs, and each run's update sizes, on one scale."""
    by_name = {ACTIVATIONS[run.experiment.activations[0]].label: (run.epochs, run.train_loss) for run in _runs}
    updates = [gradient_flow.update_sizes(run) for run in _runs]
    scale, quantity = curves.gradient_scale(updates), "change of W (rms)"
    return [
        (figures.losses(by_name), figures.describe_losses(by_name)),
        *(
            (
                curves.gradient_curves([curves.Side("", *update)], quantity, scale),
                curves.describe_gradients(*update, quantity),
            )
            for update in updates
        ),
    ]
