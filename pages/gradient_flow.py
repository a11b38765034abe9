"""Gradient flow: how much of the gradient arrives in the first layer of a deep net, and why."""

import streamlit as st

from core.claims.deep_stack import Stack
from core.claims.gradient_flow import counter_examples, learning, trained
from core.claims.saturation import slope_at
from core.link import Pair
from core.phrases import scientific
from pages.parts.exercises import entry
from pages.parts.frame import page
from pages.parts.labs import gradient_flow as flow
from pages.parts.labs import lab

FAR = 10  # |x| at which the logistic is flat
SCREEN = "gradient_flow"
SIGMOID = (
    (r"s(x) = \frac{1}{1 + e^{-x}}, \quad s'(x) = s(x)\,(1 - s(x))", "The sigmoid (logistic) and its slope."),
    (
        r"s'(x) = \tfrac14 - \big(s(x) - \tfrac12\big)^2 \le \tfrac14",
        "The slope is at most 1/4, at x = 0, where s(x) = 1/2.",
    ),
    (
        r"s'(x) = \frac{e^{-|x|}}{(1 + e^{-|x|})^2}, \quad \lim_{|x| \to \infty} s'(x) = 0",
        "On both sides it goes to 0, for large |x| like $e^{-|x|}$.",
    ),
    (
        r"\delta_l = \frac{\partial L}{\partial z_l} = (\delta_{l+1} W_{l+1}^\top) \odot \varphi'(z_l)",
        r"Chain rule. $\delta_l$ is the gradient of the loss $L$ by $z_l = a_{l-1} W_l + b_l$, for one row of data; "
        r"the layer's value is $a_l = \varphi(z_l)$. $\odot$ multiplies entry by entry.",
    ),
    (
        r"\delta_1 = \delta_N \, W_N^\top D_{N-1} \cdots W_3^\top D_2 \, W_2^\top D_1",
        r"So over $N$ layers $\delta$ meets a **product**, with $D_l$ the diagonal matrix of $\varphi'(z_l)$.",
    ),
    (
        r"\|\delta_1\| \le \|\delta_N\| \, \big(\tfrac14\big)^{N-1} \prod_{l=2}^{N} \|W_l\|",
        r"For the sigmoid: where all $\|W_l\|$ (largest singular values) stay below 4 by some margin, $\delta_1$ "
        "vanishes exponentially with depth. Larger weights can outweigh the slopes.",
    ),
    (
        r"\frac{\partial L}{\partial W_1} = x^\top \delta_1",
        "The consequence: plain SGD steps by the rate times this, so the first layer hardly moves.",
    ),
)
FACTOR = (
    (
        r"\delta_l = (\delta_{l+1} W_{l+1}^\top) \odot \varphi'(z_l)",
        r"As above: $\delta_l = \partial L / \partial z_l$, and $\odot$ multiplies entry by entry.",
    ),
    (
        r"\begin{aligned}\mathrm{E}\big[(\delta_{l+1} W_{l+1}^\top)_i^2\big]"
        r" &= \textstyle\sum_{j=1}^{n} \mathrm{E}[W_{ij}^2]\,\mathrm{E}[\delta_{l+1,j}^2] \\"
        r" &= n \,\mathrm{Var}\,W \;\mathrm{E}[\delta_{l+1}^2]\end{aligned}",
        r"Assumed: weights are drawn independently with mean 0, and $\delta_{l+1}$ does not depend on them, so mixed "
        "terms are 0 on average. Each layer has $n$ units.",
    ),
    (
        r"\mathrm{E}[\delta_l^2] = n \,\mathrm{Var}\,W \;\mathrm{E}[\varphi'(z_l)^2] \;\mathrm{E}[\delta_{l+1}^2]",
        r"Assumed: the slope $\varphi'(z_l)$ does not depend on what comes back, so the means multiply.",
    ),
    (
        r"\frac{\mathrm{rms}(\delta_l)}{\mathrm{rms}(\delta_{l+1})} = "
        r"\underbrace{\sqrt{n \,\mathrm{Var}\,W}}_{\text{weight factor}}\;"
        r"\underbrace{\sqrt{\mathrm{E}[\varphi'(z_l)^2]}}_{\text{slope factor}}",
        "The root of it: a layer's factor.",
    ),
    (
        r"\frac{\mathrm{rms}(\delta_1)}{\mathrm{rms}(\delta_N)} = \prod_{l=1}^{N-1} "
        r"\sqrt{n \,\mathrm{Var}\,W \;\mathrm{E}[\varphi'(z_l)^2]}",
        "The product over all $N$ layers: what the first layer receives of the last one's.",
    ),
    (
        r"\begin{aligned} z_l &\sim N(0, q_l) \\"
        r" q_{l+1} &= n \,\mathrm{Var}\,W \;\mathrm{E}[\varphi(z_l)^2] + \mathrm{Var}\,b \end{aligned}",
        r"Assumed: layers are wide, so $z_l$ is normal as a sum of many terms; biases have mean 0 and do not centre. "
        r"With $q_l$ the expected slope can be computed.",
    ),
)


def main() -> None:
    page.frame("Gradient flow")
    if not entry.arrive(SCREEN):
        return
    answer = lab.question(
        "Why does a deep net of sigmoid (logistic) units learn so slowly?",
        "On its way back each layer multiplies the gradient by a weight factor and a slope factor. The logistic's "
        f"slope is at most 1/4, and **{scientific(slope_at('logistic', FAR))}** at |x| = {FAR}. Where the product of "
        "both stays below 1, little arrives in the first layer, and plain SGD hardly moves it; above 1, too much. "
        "Slow is not never: with other weights and Adam it learns.",
    )
    linked = lab.open_settings(Stack, entry.offer)
    with st.sidebar:
        stack = flow.controls(linked)
    lab.write_settings(linked, stack)
    places = flow.measured(stack, answer)
    flow.training()
    pair = Pair(trained("logistic"), trained("tanh"))
    lab.in_compare(pair, "six hidden layers of 8 on the circle, logistic against tanh")
    lab.in_compare(Pair(learning(), trained("logistic")), "the logistic net with He's weights and Adam, which learns")
    left, right = st.columns(2, gap="medium")
    with left:
        lab.derivation(SIGMOID, "Derivation: the sigmoid's slope, over many layers", "P4")
    with right:
        lab.derivation(FACTOR, "Derivation: the factor of a layer, on average")
    lab.measured_checks(SCREEN, counter_examples, places)


main()
