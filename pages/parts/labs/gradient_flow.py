"""The sections of the gradient-flow lab: its controls, its measurements, its training."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core import fields
from core.claims import deep_stack, gradient_flow
from core.claims.deep_stack import MAP_DEPTHS, MAP_WIDTH, SEEDS, Stack
from core.figures import gradient_flow as figures
from core.figures.chart import Drawn
from core.link import experiment_key, settings_to_query
from core.network import ACTIVATIONS
from core.network.flow import joined
from core.training import Run, train
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.timers import POLL_S, POLL_SOON_S
from pages.parts.background.work import Measurement
from pages.parts.labs import lab

FIRST = ("activation", "depth", "scale")  # the others stand under More
SLIDERS: dict[str, dict[str, Any]] = {"depth": {}, "scale": {"step": 0.1}, "width": {}, "bias": {"step": 0.1}}
STAYS = 8  # parts of a measurement: what takes no longer is done before the pictures of the one before would mislead
SIZES = ("Gradient size by layer", "What delta is multiplied by on its way into each layer")
VALUES = ("Values of each layer", "First layer's delta over the last one's, powers of ten")
UPDATES = ("Training loss", "Change of each layer's W in an epoch")
WAYS = "How far the first layer's weights moved, relative to their size: " + ", ".join(
    f"{ACTIVATIONS[name].label} – (output layer –)" for name in gradient_flow.TRAINED
)
BOUND = lab.Heard(
    "After n logistic layers the gradient is 0.25ⁿ of what it was, or smaller.",
    "The bound 1/4 is that of the slope. The weights multiply too, and large ones can outweigh it.",
    "8 × Glorot's",
)
CURE = lab.Heard(
    "ReLU cures vanishing gradients, and tanh does not.",
    "It is the product that counts: ReLU halves E[φ′²], so with Glorot's weights it loses a factor of √2 a layer, and "
    "tanh less. With He's weights, twice the variance, ReLU loses nothing on average.",
    "ReLU, Glorot's weights",
)
ONE_CURVE = lab.Heard(
    "The size of dL/dW shows whether the gradient vanishes.",
    "dL/dW is delta times the values that come in. Where these shrink on their way up as delta does on its way down, "
    "it stays flat: look at both.",
    "linear, 0.6 × Glorot's",
)


def controls(linked: Stack) -> Stack:
    """Presets and the widgets of all settings."""
    lab.presets({preset.label: preset.stack for preset in gradient_flow.PRESETS.values()}, linked)
    points = [preset.point for preset in gradient_flow.PRESETS.values() if preset.stack == linked]
    with st.container(key="point"):
        st.caption(points[0] if points else "Your own settings.")
    stack = _fields(linked, FIRST)
    rest = [name for name in fields.rules(Stack) if name not in FIRST]
    differs = any(getattr(linked, name) != getattr(Stack(), name) for name in rest)
    with st.expander("More", expanded=differs):
        return _fields(stack, rest)


def measurement(stack: Stack) -> Measurement:
    """Gradient sizes, a portion of the seeds after the other; then the layers' values, and the map."""
    base = dataclasses.replace(stack, depth=1, width=MAP_WIDTH)  # the map has its own depths and width
    parts: list[Callable[[], Any]] = [partial(deep_stack.measure, stack, seeds) for seeds in deep_stack.chunks(stack)]
    parts += [partial(deep_stack.histogram, stack), partial(deep_stack.depth_ratios, base)]
    return Measurement(f"stack {_key(stack)}", f"Measuring {SEEDS} networks", parts)


def measured(stack: Stack, answer: lab.Place) -> list[lab.Place]:
    """Gradient sizes and factors by layer, what is read off them, the layers' values, and the map.

    Returns the places of what is measured against what is heard.
    """
    asked = measurement(stack)
    looks = screen.look([asked], "stack")
    (look,) = looks
    if look.complete:
        st.session_state["measured stack"] = stack
    with answer, st.container(key="stack"):
        if look.complete:
            flow = joined(look.found[:-2])
            st.markdown(f"{gradient_flow.verdict(flow)} {gradient_flow.factors(stack, flow)}")
        else:
            screen.status(looks, "stack", POLL_SOON_S if len(asked.parts) <= STAYS else POLL_S)
    drawn = pictures(stack if look.complete else before(look))
    lines = f"Lines are medians over {SEEDS} seeds, bands hold eight seeds in ten, dotted lines are theory."
    lab.section("How much gradient arrives in each layer?", lines)
    heard = ((ONE_CURVE, gradient_flow.FLAT), (BOUND, gradient_flow.LARGE))
    places = []
    for title, (said, case), column in zip(SIZES, heard, st.columns(2, gap="medium"), strict=True):
        with column:
            st.subheader(title, anchor=False)
            lab.chart(title, drawn.get(title), figures.HEIGHT)
            places.append(lab.heard(said, case, stack))
    lab.section("Which activation, and how deep?")
    notes = (
        "The outermost bins also hold what lies beyond them.",
        f"All with the same weights, as chosen, {MAP_WIDTH} wide. Empty: no gradient.",
    )
    lab.charts({title: drawn.get(title) for title in VALUES}, figures.TALL, notes=notes)
    one_curve, bound = places
    return [bound, lab.heard(CURE, gradient_flow.HALVED, stack), one_curve]


def before(look: Look) -> Stack | None:
    """The stack that was shown before: its pictures stay for the moment that it takes to measure another."""
    moment = look.busy and len(look.work.parts) <= STAYS
    return st.session_state.get("measured stack") if moment else None


def pictures(stack: Stack | None) -> dict[str, Drawn]:
    """The figures of a stack that is measured, by title."""
    if stack and (found := screen.found(measurement(stack))):
        return _measured(_key(stack), st.context.theme.type or "light", stack, found)
    return {}


def training() -> None:
    """Losses and update sizes of three nets once they are trained, and until then how far they are."""
    experiments = [gradient_flow.trained(name) for name in gradient_flow.TRAINED]
    key = " ".join(map(experiment_key, experiments))
    asked = Measurement(f"nets {key}", "Training three networks", [partial(train, each) for each in experiments])
    looks = screen.look([asked], "nets")
    runs = looks[0].found if looks[0].complete else ()
    nets = f"Six hidden layers of 8 on the circle, {gradient_flow.TRAINED_EPOCHS} epochs."
    lab.section("Does the first layer move?", f"{nets} {gradient_flow.ways(runs) if runs else WAYS}")
    drawn = _trained(key, runs) if runs else (None, None)
    widths = zip(UPDATES, drawn, st.columns([2, 3], gap="medium"), strict=True)
    for index, (title, figure, column) in enumerate(widths):
        with column:
            st.subheader(title, anchor=False)
            lab.chart(title, figure, figures.HEIGHT, (lambda: None) if index else lambda: screen.status(looks, "nets"))


def _fields(stack: Stack, names: Sequence[str]) -> Stack:
    for name in names:
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
    labels, framed = [row.label for row in ACTIVATIONS.values()], list(ACTIVATIONS).index(_stack.activation)
    drawn = (
        (
            figures.sizes_by_layer(flow.delta, flow.weight_gradient, deep_stack.theory_delta(_stack)),
            figures.describe_sizes(flow.delta, flow.weight_gradient),
        ),
        (
            figures.factors_by_layer(flow.weight_factor, flow.slope_factor, weight, slope),
            figures.describe_factors(flow.weight_factor, flow.slope_factor),
        ),
        (figures.values_by_layer(values.shares, values.edges, theme), figures.describe_values(values.middle)),
        (
            figures.depth_map(ratios, MAP_DEPTHS, labels, framed, theme),
            figures.describe_map(ratios, MAP_DEPTHS, labels),
        ),
    )
    return dict(zip(SIZES + VALUES, drawn, strict=True))


@st.cache_resource(show_spinner=False, max_entries=4)
def _trained(key: str, _runs: Sequence[Run]) -> tuple[Drawn, Drawn]:
    """The losses of all runs, and their update sizes."""
    losses = {run.experiment.activations[0]: (run.epochs, run.train_loss) for run in _runs}
    sizes = {run.experiment.activations[0]: gradient_flow.update_sizes(run) for run in _runs}
    return (
        (figures.losses(losses), figures.describe_losses(losses)),
        (figures.updates(sizes), figures.describe_updates(sizes)),
    )
