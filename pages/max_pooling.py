"""Convolution and pooling: average pooling keeps a network linear, max pooling does not."""

import streamlit as st

from core.claims.max_pooling import MaxPooling
from pages.parts.frame import page
from pages.parts.labs import lab
from pages.parts.labs import max_pooling as pooling

SCREEN = "max_pooling"
LINEAR = (
    r"(k * x)_i = \sum_j k_j\, x_{i+j}",
    r"k * (a x + b y) = a\,(k * x) + b\,(k * y)",
    r"\mathrm{avg}(z) = \tfrac{1}{m}\sum_{i=1}^{m} z_i \quad\Rightarrow\quad"
    r" \mathrm{avg}(a z + b w) = a\,\mathrm{avg}(z) + b\,\mathrm{avg}(w)",
    r"\max(-z_1, -z_2) = -\min(z_1, z_2) \;\ne\; -\max(z_1, z_2) \quad\text{for } z_1 \ne z_2",
)
RELU = (
    r"a \ge b:\quad b + \mathrm{relu}(a - b) = b + (a - b) = a",
    r"a < b:\quad b + \mathrm{relu}(a - b) = b + 0 = b",
    r"\max(a, b) = b + \mathrm{relu}(a - b)",
    r"b = 0:\quad \max(a, 0) = \mathrm{relu}(a)",
)


def main() -> None:
    page.frame("Convolution and pooling")
    answer = lab.question(
        "Is a convolution with pooling still linear?",
        "With **average** pooling yes: such layers multiply out into one matrix. With **max** pooling no: a max is "
        "linear only in pieces.",
    )
    linked = lab.open_settings(SCREEN, MaxPooling)
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
            "max(a, b) = b + relu(a − b). At b = 0, a constant 0 in the window, it **is** the relu.",
        )
        pooling.max_and_relu(settings)
    pooling.training()
    pooling.in_compare()
    left, right = st.columns(2, gap="medium")
    with left:
        lab.derivation(LINEAR, "Derivation: what is linear, and what is not")
    with right:
        lab.derivation(RELU, "Derivation: a max from a relu")
    pooling.checks(settings)


main()
