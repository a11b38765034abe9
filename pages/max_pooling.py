"""Convolution and pooling: average pooling keeps a network linear, max pooling does not."""

import streamlit as st

from core.claims.max_pooling import MaxPooling
from pages.parts.exercises import entry
from pages.parts.frame import page
from pages.parts.labs import lab
from pages.parts.labs import max_pooling as pooling

SCREEN = "max_pooling"
LINEAR = (
    (
        r"(k * x)_i = \sum_j k_j\, x_{i+j}",
        "A convolution as networks compute it is a cross-correlation: the kernel $k$ is not turned around. It has no "
        "bias here; with one it is affine.",
    ),
    (
        r"k * (a x + b y) = a\,(k * x) + b\,(k * y)",
        "Superposition, for images $x$, $y$ and numbers $a$, $b$: it holds for each term of the sum, so for the sum.",
    ),
    (
        r"\begin{aligned} \mathrm{avg}(z) &= \tfrac{1}{m}\textstyle\sum_{i=1}^{m} z_i \\"
        r" \mathrm{avg}(a z + b w) &= a\,\mathrm{avg}(z) + b\,\mathrm{avg}(w) \end{aligned}",
        "The average over a window of $m$ values is a sum, too. A linear map of a linear map is one: layers of both "
        "collapse into one matrix.",
    ),
    (
        r"\begin{aligned} \max(-z_1, -z_2) &= -\min(z_1, z_2) \\ &\ne -\max(z_1, z_2) \end{aligned}",
        "A linear map has $f(-z) = -f(z)$. With a max that fails where $z_1$ and $z_2$ differ, so such layers do not "
        "collapse.",
    ),
)
RELU = (
    (
        r"u \ge v:\quad v + \mathrm{relu}(u - v) = v + (u - v) = u",
        "Where $u - v$ is not negative, relu leaves it as it is.",
    ),
    (r"u < v:\quad v + \mathrm{relu}(u - v) = v + 0 = v", "Where it is negative, relu gives 0."),
    (r"\max(u, v) = v + \mathrm{relu}(u - v)", "In both cases the larger one comes out."),
    (r"v = 0:\quad \max(u, 0) = \mathrm{relu}(u)", "A relu is the max of a window that holds a constant 0."),
)


def main() -> None:
    page.frame("Convolution and pooling")
    if not entry.arrive(SCREEN):
        return
    answer = lab.question(
        "Is a convolution with pooling still linear?",
        "With **average** pooling yes: layers of linear convolutions collapse into one matrix. With **max** pooling "
        "they do not, even without an activation function: a max is linear only in pieces.",
    )
    linked = lab.open_settings(MaxPooling, entry.offer)
    with st.sidebar:
        settings = pooling.controls(linked)
    settings = pooling.pictures(settings)
    lab.write_settings(linked, settings)
    with answer:
        pooling.answer(settings)
    left, right = st.columns(2, gap="medium")
    with left:
        lab.section(
            "Multiplied out, is it one matrix?",
            "Four convolutions, pooling, one more: the answers to single lit pixels make a matrix. It is the stack "
            "where the stack is linear.",
        )
        pooling.one_matrix(settings)
    with right:
        lab.section(
            "Is a max a relu?",
            "max(u, v) = v + relu(u − v). At v = 0, a constant 0 in the window, it **is** the relu.",
        )
        pooling.max_and_relu(settings)
    pooling.training()
    pooling.in_compare()
    titles = "Derivation: what is linear, and what is not", "Derivation: a max from a relu"
    for steps, title, column in zip((LINEAR, RELU), titles, st.columns(2, gap="medium"), strict=True):
        with column:
            lab.derivation(steps, title)
    pooling.checks(settings)


main()
