"""Depth without nonlinearity: many layers are one layer, and train differently."""

import streamlit as st

from core.claims.linear_depth import LinearDepth
from pages.parts.background import screen
from pages.parts.exercises import entry
from pages.parts.frame import page
from pages.parts.labs import lab
from pages.parts.labs import linear_depth as linear

SCREEN = "linear_depth"
COLLAPSE = (
    (r"a_1 = x W_1 + b_1", r"One layer with the linear activation $\varphi(x) = x$; $x$ is a row of inputs."),
    (
        r"\begin{aligned} a_n &= a_{n-1} W_n + b_n \\ &= (x W' + b')\,W_n + b_n \\"
        r" &= x\,(W' W_n) + (b' W_n + b_n) \end{aligned}",
        r"Step from $n - 1$ to $n$: if the first $n - 1$ layers are one layer, $a_{n-1} = x W' + b'$, so are $n$. With "
        r"$n = 1$ above, this holds for every $n$ (induction).",
    ),
    (
        r"\begin{aligned} W &= W_1 W_2 \cdots W_n \\ b &= \textstyle\sum_{k=1}^{n} b_k\, W_{k+1} \cdots W_n"
        r" \end{aligned}",
        r"Multiplied out: the weights and the bias of the one layer $z = x W + b$.",
    ),
    (
        r"\operatorname{rank} W \le \min_k\, \operatorname{rank} W_k \le \text{narrowest width}",
        "A product has at most the rank of each factor: a narrow layer takes functions away.",
    ),
    (
        r"\varphi(x W_k + b_k) = x\,(c\,W_k) + (c\,b_k + d)",
        r"Any $\varphi(x) = c\,x + d$ is taken into the weights and the bias, so nothing changes. Its slope is $c$ "
        r"everywhere: that of $\varphi(x) = 2x$ is 2.",
    ),
    (
        r"x \cdot 1 + 0 \;\mapsto\; \varphi(x)",
        r"The converse: one hidden unit of weight 1 and bias 0 computes $\varphi$ itself. If that is one layer, then "
        r"$\varphi(x) = c\,x + d$. No other activation collapses for all weights.",
    ),
)
GRADIENT = (
    (r"z = x\, W_1 \cdots W_n = x W", "Assumed, to keep it short: all biases are 0. $x$ is one row, $z$ the output."),
    (
        r"\frac{\partial z_j}{\partial W_{ij}} = x_i",
        "The slope of $z$ by a weight is the layer's **input** there, whatever the activation.",
    ),
    (
        r"\frac{\partial L}{\partial W} = x^\top \delta, \qquad \delta = \frac{\partial L}{\partial z}",
        r"Chain rule, with $\delta$ the gradient of the loss $L$ by $z$: the gradient of a single layer.",
    ),
    (
        r"\begin{aligned} \frac{\partial L}{\partial W_k} &= a_{k-1}^\top \delta_k \\ a_{k-1} &= x\, W_1 \cdots W_{k-1}"
        r" \\ \delta_k &= \delta\, (W_{k+1} \cdots W_n)^\top \end{aligned}",
        r"The same for layer $k$ of the deep net: its input $a_{k-1}$ comes up through the layers before it, its "
        r"$\delta_k = \partial L / \partial z_k$ down through those after it.",
    ),
    (
        r"\frac{\partial L}{\partial W_k} = (W_1 \cdots W_{k-1})^\top \,\frac{\partial L}{\partial W}\,"
        r" (W_{k+1} \cdots W_n)^\top",
        "Put together: the single layer's gradient, multiplied by all other layers. So depth changes the training.",
    ),
)


def main() -> None:
    page.frame("Depth without nonlinearity")
    if not entry.arrive(SCREEN):
        return
    answer = lab.question(
        "What does depth add with a linear activation?",
        "No new function: layers with a linear activation, φ(x) = x, multiply into **one** weight matrix and one bias. "
        "What depth changes is the way of training.",
    )
    linked = lab.open_settings(LinearDepth, entry.offer)
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
    titles = "Proof: layers with a linear activation are one layer", "Derivation: why the gradients differ"
    for steps, title, column in zip((COLLAPSE, GRADIENT), titles, st.columns(2, gap="medium"), strict=True):
        with column:
            lab.derivation(steps, title, "P1" if steps is COLLAPSE else "")
    linear.checks(settings, run, linear_run)


main()
