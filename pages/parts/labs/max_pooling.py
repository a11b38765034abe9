"""The sections of the lab on convolution and pooling: two images, superposition, one matrix, max and relu, digits."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core import fields
from core.claims import Claim, max_pooling
from core.claims.max_pooling import BATCH, EPOCHS, FILTERS, KERNELS, RATE, SIDE, SPLITS, MaxPooling, Split
from core.figures import max_pooling as figures
from core.figures.chart import CONFIG, Drawn
from core.network.convolution import POOLINGS
from pages.parts.background import screen
from pages.parts.background.work import Measurement
from pages.parts.frame import address
from pages.parts.labs import lab, pixels

EMPTY = "0" * SIDE**2
PARAMETERS = max_pooling.classifier("max", np.random.RandomState(0)).parameters.size
COLUMNS = ("f(a x + b y)", "a f(x) + b f(y)", "difference")


def controls(settings: MaxPooling) -> MaxPooling:
    """Two images to draw or to pick, their factors, and the kernel."""
    left, right = st.columns(2, gap="medium", wrap=False)
    with left:
        settings = image("x", settings)
    with right:
        settings = image("y", settings)
    for name in ("a", "b"):
        settings = lab.field(settings, name, step=0.1, slider=True)
    return lab.field(settings, "kernel")


def image(name: str, settings: MaxPooling) -> MaxPooling:
    """One image to draw into, a list of digits to take, and a way to start from nothing."""
    st.markdown(f"**Image {name}**")
    shown = getattr(settings, name)

    drawn = pixels.show(f"Image {name}", shown, address.key(f"lab.{name}"))
    number = st.selectbox(
        f"Take for {name}",
        [*range(10), -1],
        index=None,
        key=address.key(f"take {name}"),
        format_func=lambda number: f"Digit {number}" if number >= 0 else "Empty",
        placeholder="Draw, or take a digit",
        label_visibility="collapsed",
    )
    if number is not None:
        taken: dict[str, Any] = {name: max_pooling.digit(number) if number >= 0 else EMPTY}
        lab.go(dataclasses.replace(settings, **taken))
    made: dict[str, Any] = {name: drawn if fields.rules(MaxPooling)[name].accepts(drawn) else shown}
    return dataclasses.replace(settings, **made)


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
    new = lab.field(settings, "level", step=0.1, slider=True)
    figure = figures.max_and_relu(new.level)
    st.plotly_chart(figure, key="max", config=CONFIG, alt=figures.describe_max_and_relu(new.level))
    return new


def training() -> None:
    """Train on all splits of the digits, with progress, and draw the accuracies."""
    st.markdown(
        f"Convolution ({FILTERS} filters of 3 by 3), pooling of 2 by 2, softmax, {PARAMETERS:,} parameters, "
        f"**no activation**: Adam at rate {RATE:g}, batches of {BATCH}, {EPOCHS} epochs on half of scikit-learn's "
        f"digits, tested on the other half, {len(SPLITS)} splits. The linear model is logistic regression on the "
        "pixels, with the penalty that does best on the test rows."
    )

    looks = screen.look([splits()], "splits")
    drawn = _accuracies(looks[0].found) if looks[0].complete else None
    lab.chart("accuracies", drawn, figures.HEIGHT, lambda: screen.status(looks, "splits"))
    st.caption(drawn[1] if drawn else "Test accuracies follow.")


def splits() -> Measurement:
    """Both classifiers and the linear model, on all splits of the digits."""
    parts = [partial(max_pooling.compare, split) for split in SPLITS]
    return Measurement("splits", f"Training on {len(SPLITS)} splits", parts)


def often_heard(settings: MaxPooling) -> None:
    """Two wrong sentences, each with what speaks against it."""
    lab.often_heard(
        "Max pooling turns the convolution into ReLU.",
        "They are different operations: relu(x) = max(x, 0) needs a constant 0 in the window. They commute, and a max "
        "can be built from relus.",
        [max_pooling.not_relu_claim()],
    )
    lab.often_heard(
        "Without an activation function the network is linear.",
        "Not with max pooling in it. A linear map has f(x) + f(−x) = 0.",
        [max_pooling.opposite_claim(settings)],
    )


def checks(settings: MaxPooling) -> None:
    """What is checked for these settings and always; what takes longer when it is there."""
    lab.checks([*max_pooling.superposition_claims(settings), max_pooling.opposite_claim(settings)])
    looks = screen.look([stack(settings.kernel)], "stack")
    if looks[0].complete:
        lab.checks([claim for claims in looks[0].found for claim in claims])
    elif looks[0].busy:
        screen.watch(looks, "stack", screen.progress)  # half a second: there is nothing to stop
    else:
        screen.buttons(looks, "stack")
    if trained := screen.found(splits()):
        lab.checks(max_pooling.training_claims(list(trained)))
    else:
        st.caption("Others follow when the classifiers are trained on all splits.")


def stack(kernel: str) -> Measurement:
    """The checks that depend on the kernel alone, and those that depend on nothing."""
    of_kernel = partial(max_pooling.stack_claims, MaxPooling(kernel=kernel))
    parts: list[Callable[[], list[Claim]]] = [of_kernel, max_pooling.fixed_claims]
    return Measurement(f"stack claims {kernel}", "Measuring the checks", parts)


@st.cache_resource(show_spinner=False, max_entries=2 * len(KERNELS))
def _matrices(kernel: str, theme: str) -> Drawn:
    found = max_pooling.stack_errors(kernel)
    rows = [[matrix[:, i].reshape(SIDE, SIDE) for i in range(matrix.shape[1])] for matrix, _ in found.values()]
    errors = [error for _, error in found.values()]
    labels = [POOLINGS[name].label for name in found]
    names = [f"{label}: off by {error:.1g}" for label, error in zip(labels, errors, strict=True)]
    columns = [f"output {i + 1}" for i in range(len(rows[0]))]
    return figures.panels(rows, names, columns, theme), figures.describe_panels(labels, errors)


def _accuracies(found: Sequence[Split]) -> Drawn:
    columns = {
        "average pooling": [split.accuracy["average"] for split in found],
        "best linear": [split.linear for split in found],
        "max pooling": [split.accuracy["max"] for split in found],
    }
    return figures.accuracies(columns), figures.describe_accuracies(columns)
