"""Depth without nonlinearity: many layers are one layer, and train differently."""

import streamlit as st

from core.claims.linear_depth import LinearDepth
from pages.parts.background import screen
from pages.parts.frame import page
from pages.parts.labs import lab
from pages.parts.labs import linear_depth as linear

SCREEN = "linear_depth"
COLLAPSE = (
    r"a_1 = x W_1 + b_1",
    r"a_2 = a_1 W_2 + b_2",
    r"a_2 = (x W_1 + b_1) W_2 + b_2 = x\,(W_1 W_2) + (b_1 W_2 + b_2)",
    r"z = x W + b, \qquad W = W_1 W_2 \cdots W_n, \qquad b = \sum_{k=1}^{n} b_k\, W_{k+1} \cdots W_n",
    r"\operatorname{rank} W \le \min_k\, \operatorname{rank} W_k \le \text{width of the narrowest layer}",
)
GRADIENT = (
    r"z = x\, W_1 \cdots W_n = x W \qquad (b = 0)",
    r"\frac{\partial L}{\partial W} = x^\top \delta, \qquad \delta = \frac{\partial L}{\partial z}",
    r"\frac{\partial L}{\partial W_k} = a_{k-1}^\top \delta_k, \qquad a_{k-1} = x\, W_1 \cdots W_{k-1},"
    r"\qquad \delta_k = \delta\, (W_{k+1} \cdots W_n)^\top",
    r"\frac{\partial L}{\partial W_k} = (W_1 \cdots W_{k-1})^\top \,\frac{\partial L}{\partial W}\,"
    r" (W_{k+1} \cdots W_n)^\top",
)


def main() -> None:
    page.frame("Depth without nonlinearity")
    answer = lab.question(
        "What does depth add without a nonlinearity?",
        "No new function: layers with the identity as activation multiply into **one** weight matrix and one bias. "
        "What depth changes is the way of training.",
    )
    linked = lab.open_settings(SCREEN, LinearDepth)
    with st.sidebar:
        settings = linear.controls(linked)
    lab.write_settings(linked, settings)
    looks = linear.networks(settings)
    if not all(look.complete for look in looks):
        with answer:
            screen.status(looks, "networks")
        return
    run, linear_run = (look.found[0] for look in looks)
    with answer:
        linear.answer(settings, run)
    linear.picture(settings, run)
    linear.training(settings)
    linear.layers(settings, run, linear_run)
    linear.in_compare(settings)
    left, right = st.columns(2, gap="medium")
    with left:
        lab.derivation(COLLAPSE, "Derivation: why the layers are one")
    with right:
        lab.derivation(GRADIENT, "Derivation: why the gradients differ")
    linear.checks(settings, run, linear_run)


main()
