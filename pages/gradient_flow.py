"""Gradient flow: how much of the gradient arrives in the first layer of a deep net, and why."""

import streamlit as st

from core.claims.deep_stack import Stack
from core.claims.gradient_flow import counter_examples, trained
from core.claims.saturation import slope_at
from core.link import Pair
from core.phrases import scientific
from pages.parts.frame import page
from pages.parts.labs import gradient_flow as flow
from pages.parts.labs import lab

FAR = 10  # |x| at which the logistic is flat
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


def main() -> None:
    page.frame("Gradient flow")
    answer = lab.question(
        "Why does a deep net of logistic units learn so slowly?",
        "On its way back each layer multiplies the gradient by a weight factor and a slope factor. The logistic's "
        f"slope is at most 1/4, and **{scientific(slope_at('logistic', FAR))}** at |x| = {FAR}. Where the product of "
        "both factors stays below 1, little arrives in the first layer of a deep net; above 1, too much.",
    )
    linked = lab.open_settings(SCREEN, Stack)
    with st.sidebar:
        stack = flow.controls(linked)
    lab.write_settings(linked, stack)
    places = flow.measured(stack, answer)
    flow.training()
    pair = Pair(trained("logistic"), trained("tanh"))
    lab.in_compare(pair, "six hidden layers of 8 on the circle, logistic against tanh")
    lab.derivation(DERIVATION, "Derivation of the factor per layer, for weights drawn independently around 0")
    lab.measured_checks(SCREEN, counter_examples, places)


main()
