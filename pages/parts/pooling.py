"""The sections of the lab on convolution and pooling: two images, superposition, one matrix, max and relu, digits."""

import dataclasses
from typing import Any

import numpy as np
import streamlit as st

from core import fields
from core.claims import Claim, max_pooling
from core.claims.max_pooling import KERNELS, SIDE, SPLITS, MaxPooling, Split
from core.figures import max_pooling as figures
from core.figures.chart import CONFIG
from core.network.convolution import POOLINGS
from pages.parts import lab, pixels, widgets
from pages.parts.charts import Drawn

EMPTY = "0" * SIDE**2
COLUMNS = ("f(a x + b y)", "a f(x) + b f(y)", "difference")


def controls(settings: MaxPooling) -> MaxPooling:
    """Two images to draw or to pick, their factors, and the kernel."""
    left, right = st.columns(2, gap="medium", wrap=False)
    with left:
        image("x", settings)
    with right:
        image("y", settings)
    factors = {name: widget(settings, name, step=0.1, slider=True) for name in ("a", "b")}
    return dataclasses.replace(settings, kernel=widget(settings, "kernel"), **factors)


def image(name: str, settings: MaxPooling) -> None:
    """One image to draw into, a list of digits to take, and a way to start from nothing."""
    st.markdown(f"**Image {name}**")
    shown = getattr(settings, name)

    def draw(drawn: str) -> None:
        if fields.rules(MaxPooling)[name].accepts(drawn):
            lab.go(dataclasses.replace(settings, x=drawn) if name == "x" else dataclasses.replace(settings, y=drawn))

    def take() -> None:
        if (number := st.session_state.pop(f"take {name}")) is not None:
            draw(max_pooling.digit(number) if number >= 0 else EMPTY)

    pixels.show(f"Image {name}", shown, f"image {name}", draw)
    st.selectbox(
        f"Take for {name}",
        [*range(10), -1],
        index=None,
        key=f"take {name}",
        format_func=lambda number: f"Digit {number}" if number >= 0 else "Empty",
        placeholder="Draw, or take a digit",
        label_visibility="collapsed",
        on_change=take,
    )


def widget(settings: MaxPooling, name: str, **more: Any) -> Any:
    """The widget of one field."""
    rule, label = fields.rules(MaxPooling)[name], fields.label(MaxPooling, name)
    return widgets.field(rule, label, getattr(settings, name), f"lab.{name}", **more)


def superposition(settings: MaxPooling) -> None:
    """Both sides of the equation and their difference, for each map."""
    theme = st.context.theme.type or "light"
    x, y = max_pooling.image(settings.x), max_pooling.image(settings.y)
    found = {
        name: max_pooling.superposition(f, x, y, settings.a, settings.b)
        for name, f in max_pooling.maps(np.array(KERNELS[settings.kernel].weights, float)).items()
    }
    gaps = [float(np.abs(left - right).max()) for left, right in found.values()]
    names = [f"{name}: off by {gap:.2g}" for name, gap in zip(found, gaps, strict=True)]
    figure = figures.panels([(left, right, left - right) for left, right in found.values()], names, COLUMNS, theme)
    st.plotly_chart(figure, key="superposition", config=CONFIG, alt=figures.describe_panels(list(found), gaps))
    if gaps[-1] < 1e-12:
        st.caption(
            "For these two images superposition happens to hold with max pooling too; one pair for which it fails is "
            "enough. Other images, or factors of different signs, show it."
        )


def one_matrix(settings: MaxPooling) -> None:
    """The stack's answer to each pixel, as images: what it is multiplied out into."""
    figure, sentence = _matrices(settings.kernel, st.context.theme.type or "light")
    st.plotly_chart(figure, key="matrix", config=CONFIG, alt=sentence)


def max_and_relu(settings: MaxPooling) -> MaxPooling:
    """max(a, b) and what a relu makes of it, for a level b."""
    new = dataclasses.replace(settings, level=widget(settings, "level", step=0.1, slider=True))
    figure = figures.max_and_relu(new.level)
    st.plotly_chart(figure, key="max", config=CONFIG, alt=figures.describe_max_and_relu(new.level))
    return new


def training() -> list[Split]:
    """Train on five splits of the digits, with progress, and draw the accuracies."""
    place, splits = st.empty(), []
    for split in SPLITS:
        place.progress(split / len(SPLITS), f"Split {split + 1} of {len(SPLITS)}")
        splits.append(_split(split))
    columns = {
        "average pooling": [split.accuracy["average"] for split in splits],
        "best linear": [split.linear for split in splits],
        "max pooling": [split.accuracy["max"] for split in splits],
    }
    sentence = figures.describe_accuracies(columns)
    with place.container():
        st.plotly_chart(figures.accuracies(columns), key="accuracies", config=CONFIG, alt=sentence)
        st.caption(sentence)
    return splits


@st.cache_resource(show_spinner=False, max_entries=1)
def fixed_claims() -> list[Claim]:
    """The checks that do not depend on the settings, measured once."""
    return max_pooling.fixed_claims()


@st.cache_resource(show_spinner=False, max_entries=2 * len(KERNELS))
def _matrices(kernel: str, theme: str) -> Drawn:
    found = max_pooling.stack_errors(kernel)
    rows = [[matrix[:, i].reshape(SIDE, SIDE) for i in range(matrix.shape[1])] for matrix, _ in found.values()]
    errors = [error for _, error in found.values()]
    labels = [POOLINGS[name].label for name in found]
    names = [f"{label}: off by {error:.1g}" for label, error in zip(labels, errors, strict=True)]
    columns = [f"output {i + 1}" for i in range(len(rows[0]))]
    return figures.panels(rows, names, columns, theme), figures.describe_panels(labels, errors)


@st.cache_resource(show_spinner=False, max_entries=len(SPLITS))
def _split(split: int) -> Split:
    return max_pooling.compare(split)
