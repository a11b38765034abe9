"""The sections of the lab on convolution and pooling: two images, superposition, one matrix, max and relu, digits."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core import fields
from core.claims import Claim, max_pooling
from core.claims.max_pooling import (
    BATCH,
    EPOCHS,
    FILTERS,
    KERNELS,
    RATE,
    ROUNDING,
    SIDE,
    SPLITS,
    MaxPooling,
    Split,
)
from core.figures import max_pooling as figures
from core.figures.chart import CONFIG, Drawn
from core.link import to_query
from core.network.convolution import POOLINGS
from pages.parts.background import screen
from pages.parts.background.work import Measurement
from pages.parts.frame import address
from pages.parts.labs import lab, pixels

EMPTY = "0" * SIDE**2
ROW, TALL, PAD = 152, 126, 168  # pixels: a row of images, one of 8 by 8 cells, an image to draw into
PARAMETERS = max_pooling.classifier("max", np.random.RandomState(0)).parameters.size
COLUMNS = ("f(a x + b y)", "a f(x) + b f(y)", "difference")
LINEAR = lab.Heard(
    "Without an activation function the network is linear.",
    "Not with max pooling in it. A linear map has f(x) + f(−x) = 0.",
    "f(−x) beside −f(x)",
)
OPPOSITE: dict[str, Any] = {"a": -1.0, "b": 1.0, "y": EMPTY}
IS_RELU = lab.Heard(
    "Max pooling turns the convolution into ReLU.",
    "A relu is max(x, 0): it needs a constant 0 in the window.",
    "a window that holds −2",
)
BELOW_ZERO: dict[str, Any] = {"level": -2.0}


def controls(settings: MaxPooling) -> MaxPooling:
    """The kernel, the factors of the images, and the level of the max."""
    settings = lab.field(settings, "kernel")
    st.markdown("**f(a x + b y)**")
    for name in ("a", "b"):
        settings = lab.field(settings, name, step=0.1, slider=True)
    st.markdown("**max(u, v)**")
    return lab.field(settings, "level", step=0.1, slider=True)


def pictures(settings: MaxPooling) -> MaxPooling:
    """The two images to draw or to pick, and beside them what each map makes of their sum."""
    lab.section("Does superposition hold?")
    left, right = st.columns([1, 4], gap="medium")
    with left, st.container(horizontal=True):  # below each other, and beside each other on a narrow screen
        for name in ("x", "y"):
            with st.container(width=PAD):
                settings = image(name, settings)
    with right:
        superposition(settings)
        lab.heard(LINEAR, dataclasses.replace(settings, **OPPOSITE), settings, [max_pooling.opposite_claim(settings)])
    return settings


def image(name: str, settings: MaxPooling) -> MaxPooling:
    """One image to draw into, a list of digits to take, and a way to start from nothing."""
    st.subheader(f"Image {name}", anchor=False)
    shown = getattr(settings, name)

    drawn = pixels.show(f"Image {name}", shown, address.key(f"lab.{name}"))
    number = st.selectbox(
        f"Take for {name}",
        [*range(10), -1],
        index=None,
        key=address.key(f"take {name}"),
        format_func=lambda number: f"Digit {number}" if number >= 0 else "Empty",
        placeholder="Take a digit",
        label_visibility="collapsed",
    )
    if number is not None:
        taken: dict[str, Any] = {name: max_pooling.digit(number) if number >= 0 else EMPTY}
        lab.go(dataclasses.replace(settings, **taken))
    made: dict[str, Any] = {name: drawn if fields.rules(MaxPooling)[name].accepts(drawn) else shown}
    return dataclasses.replace(settings, **made)


def answer(settings: MaxPooling) -> None:
    """What superposition comes to for these two images."""
    alone, average, largest = max_pooling.defects(settings).values()
    st.markdown(
        f"For the two images below f(a x + b y) is off from a f(x) + b f(y) by **{alone:.2g}** with the convolution "
        f"alone, by **{average:.2g}** with average pooling, by **{largest:.2g}** with max pooling."
    )
    if largest < ROUNDING:
        st.caption(
            "For these two images superposition happens to hold with max pooling too; one pair for which it fails is "
            "enough. Other images, or factors of different signs, show it."
        )


def superposition(settings: MaxPooling) -> None:
    """Both sides of the equation, their difference and its size, for each map."""
    theme = st.context.theme.type or "light"
    x, y = max_pooling.image(settings.x), max_pooling.image(settings.y)
    for name, f in max_pooling.maps(np.array(KERNELS[settings.kernel].weights, float)).items():
        left, right = max_pooling.superposition(f, x, y, settings.a, settings.b)
        gap = float(np.abs(left - right).max())
        figure = figures.images((left, right, left - right), COLUMNS, theme, ROW)
        picture, large = st.columns([5, 2], gap="medium", vertical_alignment="center")
        picture.plotly_chart(figure, key=name, config=CONFIG, alt=figures.describe_images(name, COLUMNS, gap))
        with large, st.container(gap=None, key=f"off by {name}"):
            st.markdown(f"**{max_pooling.off_by(gap)}**")
            st.caption(name)


def one_matrix(settings: MaxPooling) -> None:
    """The stack's answer to each pixel, as images: what it is multiplied out into."""
    for name, (figure, sentence) in _matrices(settings.kernel, st.context.theme.type or "light").items():
        st.subheader(name, anchor=False)
        st.plotly_chart(figure, key=f"matrix {name}", config=CONFIG, alt=sentence)


def max_and_relu(settings: MaxPooling) -> None:
    """max(u, v) and what a relu makes of it, for a level v."""
    figure, sentence = figures.max_and_relu(settings.level), figures.describe_max_and_relu(settings.level)
    st.plotly_chart(figure, key="max", config=CONFIG, alt=sentence)
    lab.heard(IS_RELU, dataclasses.replace(settings, **BELOW_ZERO), settings, [max_pooling.not_relu_claim()])


def training() -> None:
    """Train on all splits of the digits, with progress, and draw the accuracies."""
    looks = screen.look([splits()], "splits")
    drawn = _accuracies(looks[0].found) if looks[0].complete else None
    lab.section("What is max pooling worth on digits?", drawn[1] if drawn else "Test accuracies follow.")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        lab.chart("accuracies", drawn, figures.HEIGHT, lambda: screen.status(looks, "splits"))
    with right:
        st.markdown(
            f"Convolution ({FILTERS} filters of 3 by 3), pooling of 2 by 2, softmax, {PARAMETERS:,} parameters, "
            f"**no activation**: Adam at rate {RATE:g}, batches of {BATCH}, {EPOCHS} epochs on half of scikit-learn's "
            f"digits, tested on the other half, {len(SPLITS)} splits; a line joins the points of a split. Logistic "
            "regression, the linear model, is on the pixels, with the penalty that does best on the test rows."
        )


def in_compare() -> None:
    """The way to what Compare, which has no convolution, shows of this."""
    label, query = "Digits in Compare, without convolution", to_query(max_pooling.in_compare())
    st.page_link("pages/compare.py", label=label, icon=":material/arrow_forward:", query_params=query)


def splits() -> Measurement:
    """Both classifiers and the linear model, on all splits of the digits."""
    parts = [partial(max_pooling.compare, split) for split in SPLITS]
    return Measurement("splits", f"Training on {len(SPLITS)} splits", parts)


def checks(settings: MaxPooling) -> None:
    """What is checked for these settings and always; what takes longer when it is there."""
    quick = [*max_pooling.superposition_claims(settings), max_pooling.opposite_claim(settings)]
    looks = screen.look([stack(settings.kernel)], "stack")
    claims = quick + [claim for part in looks[0].found for claim in part]
    trained = screen.found(splits())
    if trained:
        claims += max_pooling.training_claims(list(trained))
    lab.checks(claims, "" if trained else "so far; others follow when the classifiers are trained on all splits")
    if looks[0].busy:
        screen.watch(looks, "stack", screen.progress)  # half a second: there is nothing to stop
    else:
        screen.buttons(looks, "stack")


def stack(kernel: str) -> Measurement:
    """The checks that depend on the kernel alone, and those that depend on nothing."""
    of_kernel = partial(max_pooling.stack_claims, MaxPooling(kernel=kernel))
    parts: list[Callable[[], list[Claim]]] = [of_kernel, max_pooling.fixed_claims]
    return Measurement(f"stack claims {kernel}", "Measuring the checks", parts)


@st.cache_resource(show_spinner=False, max_entries=2 * len(KERNELS))
def _matrices(kernel: str, theme: str) -> dict[str, Drawn]:
    drawn = {}
    for name, (matrix, error) in max_pooling.stack_errors(kernel).items():
        outputs = [f"output {i + 1}" for i in range(matrix.shape[1])]
        row = [column.reshape(SIDE, SIDE) for column in matrix.T]
        label = f"{POOLINGS[name].label}: off by {error:.1g}"
        drawn[label] = (
            figures.images(row, outputs, theme, TALL),
            figures.describe_images(POOLINGS[name].label, outputs, error),
        )
    return drawn


def _accuracies(found: Sequence[Split]) -> Drawn:
    columns = {
        "average pooling": [split.accuracy["average"] for split in found],
        "logistic regression": [split.linear for split in found],
        "max pooling": [split.accuracy["max"] for split in found],
    }
    return figures.accuracies(columns), figures.describe_accuracies(columns)
