"""Gradient flow: how much of the gradient arrives in the first layer of a deep net, and why."""

import streamlit as st

from core.claims import gradient_flow
from core.claims.deep_stack import Stack
from core.claims.gradient_flow import counter_examples, trained
from core.link import Pair
from pages.parts.frame import page
from pages.parts.labs import gradient_flow as flow
from pages.parts.labs import lab

SCREEN = "gradient_flow"
DERIVATION = (
    r"\delta_l = (\delta_{l+1} W_{l+1}^\top) \odot \varphi'(z_l)",
    r"\mathrm{E}\big[(\delta_{l+1} W_{l+1}^\top)_i^2\big] = \sum_{j=1}^{n} \mathrm{E}[W_{ij}^2]\,"
    r"\mathrm{E}[\delta_{l+1,j}^2] = n \,\mathrm{Var}\,W \;\mathrm{E}[\delta_{l+1}^2]",
    r"\mathrm{E}[\delta_l^2] = n \,\mathrm{Var}\,W \;\mathrm{E}[\varphi'(z_l)^2] \;\mathrm{E}[\delta_{l+1}^2]",
    r"\frac{\mathrm{rms}(\delta_l)}{\mathrm{rms}(\delta_{l+1})} = "
    r"\underbrace{\sqrt{n \,\mathrm{Var}\,W}}_{\text{weight factor}}\;"
    r"\underbrace{\sqrt{\mathrm{E}[\varphi'(z_l)^2]}}_{\text{slope factor}}",
    r"z_l \sim N(0, q_l), \qquad q_{l+1} = n \,\mathrm{Var}\,W \;\mathrm{E}[\varphi(z_l)^2] + \mathrm{Var}\,b",
)
HEARD = (
    (
        lab.Heard(
            "After n logistic layers the gradient is 0.25ⁿ of what it was, or smaller.",
            "The bound 1/4 is that of the slope. The weights multiply too, and large ones can outweigh it.",
            "weights 8 times Glorot's",
        ),
        gradient_flow.LARGE,
    ),
    (
        lab.Heard(
            "ReLU cures vanishing gradients, and tanh does not.",
            "It is the product that counts: ReLU halves E[φ′²], so with Glorot's weights it loses a factor of √2 a "
            "layer, and tanh less. With He's weights, twice the variance, ReLU loses nothing on average.",
            "ReLU with Glorot's weights",
        ),
        gradient_flow.HALVED,
    ),
    (
        lab.Heard(
            "The size of dL/dW shows whether the gradient vanishes.",
            "dL/dW is a product of delta and the values that come in. Where the values shrink on their way up as "
            "delta does on its way down, it stays flat: look at both.",
            "linear layers, small weights",
        ),
        gradient_flow.FLAT,
    ),
)


def main() -> None:
    page.frame("Gradient flow", sidebar=False)
    lab.question(
        "Why does a deep net of logistic units not learn?",
        "On its way back each layer multiplies the gradient by a weight factor and a slope factor. Where their product "
        "stays below 1, little arrives in the first layer of a deep net; above 1, too much. Both factors decide, not "
        "the slope alone.",
    )
    linked = lab.open_settings(SCREEN, Stack)
    flow.presets()
    stack = flow.controls(linked)
    lab.write_settings(linked, stack)
    flow.measured(stack)
    lab.derivation(DERIVATION, "Derivation of the factor per layer, for weights drawn independently around 0")
    st.subheader("Does the first layer move?")
    flow.training()
    lab.in_compare(Pair(trained("logistic"), trained("tanh")), "six logistic layers of 8 on the circle, against tanh")
    places = [lab.heard(said, case, stack) for said, case in HEARD]
    lab.copy_link(stack)
    lab.measured_checks(SCREEN, counter_examples, places)


main()
