"""P3 and P4: the slope of the logistic, and what it makes of a gradient that passes through many layers."""

import numpy as np
from scipy.special import expit

from core.claims import gradient_flow
from core.exercises.answers import Number
from core.exercises.exercise import Part, Task, of_question
from core.exercises.linear import MISTAKE
from core.exercises.parts import choice, number, order, term, wrong_line
from core.exercises.variants import Draw
from core.questions import QUESTIONS

X = np.random.RandomState(0).uniform(-3, 3, 50)
IN_ORDER = "Each line is one step from the line before it."

# ---- P3 -------------------------------------------------------------------------------------------------------------

VALUES_OF_S = (0.2, 0.1, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9)
LOGISTIC_SLOPE = (
    "$s(x) = (1 + e^{-x})^{-1}$",
    r"$s'(x) = -(1 + e^{-x})^{-2} \cdot (1 + e^{-x})'$",
    r"$= -(1 + e^{-x})^{-2} \cdot (-e^{-x})$",
    r"$= \dfrac{e^{-x}}{(1 + e^{-x})^2}$",
    r"$= \dfrac{(1 + e^{-x}) - 1}{(1 + e^{-x})^2}$",
    r"$= \dfrac{1}{1 + e^{-x}} - \dfrac{1}{(1 + e^{-x})^2}$",
)


def logistic_slope(draw: Draw) -> Task:
    """From the formula of the logistic to its slope."""
    s = draw.pick(VALUES_OF_S)
    return Task(
        f"The logistic is $s(x) = 1 / (1 + e^{{-x}})$. At some $x$ its value is {s}.",
        (
            order(
                draw,
                "Put the lines in order: from the formula of $s$ to its slope as a difference of two fractions. "
                f"{IN_ORDER}",
                LOGISTIC_SLOPE,
            ),
            term(
                "Write the slope with the value alone, $s$ for $s(x)$. Use $s$, $x$, numbers and s(…).",
                "s'(x) =",
                "s (1 - s)",
                {"s": expit(X), "x": X},
                ("s",),
                r"$s'(x) = s(x)\,(1 - s(x))$.",
            ),
            number(
                f"What is the slope where $s(x) = {s}$?",
                Number(-1, 1, 0.005),
                s * (1 - s),
                rf"${s} \cdot (1 - {s}) = {s * (1 - s):.2f}$.",
            ),
            choice(
                draw,
                "How large is the slope?",
                "At most $1/4$, at $x = 0$; it falls like $e^{-|x|}$.",
                (
                    "At most $1/2$, where $s(x) = 1/2$; it falls like $e^{-|x|}$.",
                    "At most 1, where $s(x)$ is near 1, so that large values learn fastest.",
                    "At most $1/4$, at $x = 0$; it falls like $1/|x|$.",
                ),
                r"$s\,(1 - s)$ is at most $1/4$, at $s = 1/2$, and far from 0 it is near $e^{-|x|}$.",
            ),
        ),
        r"The slope is $s'(x) = s(x)\,(1 - s(x))$: the two fractions are $s$ and $s^2$. "
        "It is at most $1/4$, at $x = 0$, and falls like $e^{-|x|}$, as one of the two factors does.",
        "Move $x$ to 4, and compare the slope there with $e^{-4}$.",
        query=QUESTIONS["P3"].query,
        claims=(gradient_flow.slope_claim,),
    )


# ---- P4 -------------------------------------------------------------------------------------------------------------

CHAINS = ((0.5, 6, 2), (0.5, 8, 3), (0.5, 10, 2), (0.5, 12, 3), (0.2, 25, 3), (0.8, 25, 2))  # value, weight, layers
BOUNDS = ((5, "thousandth"), (10, "millionth"))  # 0.25^5 and 0.25^10 are less


def gradient(draw: Draw) -> Task:
    """What a logistic layer makes of the gradient that passes through it."""
    a, w, layers = draw.pick(CHAINS)
    factor = w * a * (1 - a)
    return Task(
        "In a stack of logistic layers a layer computes $z_l = a_{l-1} W_l + b_l$ and $a_l = s(z_l)$; "
        r"$\delta_l = \partial L/\partial z_l$ is a row like $z_l$. "
        f"In a narrow one, of one unit a layer, all weights are {w:g} and all values $a_l$ are {a}.",
        (
            term(
                r"What is $\delta_{l+1} W_{l+1}^T$ multiplied by, entry by entry, to give $\delta_l$? Use $a$ for "
                "$a_l$, $z$ for $z_l$, numbers and s(…).",
                r"\delta_l = (\delta_{l+1} W_{l+1}^T) \;\cdot",
                "a (1 - a)",
                {"a": expit(X), "z": X},
                ("s",),
                r"It is the slope $s'(z_l) = a_l\,(1 - a_l)$.",
            ),
            number(
                rf"In the narrow stack, how many times $\delta_{{{layers + 1}}}$ is $\delta_1$?",
                Number(0, 1000, 0.02),
                factor**layers,
                rf"A layer multiplies by ${w:g} \cdot {a} \cdot {1 - a:.1f} = {factor:g}$, {layers} layers by "
                f"${factor:g}^{layers} = {factor**layers:g}$: here it grows towards the input.",
            ),
            _quarters(draw),
            choice(
                draw,
                "What holds of deep stacks before training?",
                r"With Glorot's weights tanh passes more of $\delta$ to the first of 16 layers of 64 units than ReLU.",
                (
                    r"ReLU keeps the size of $\delta$ with any initial weights, tanh with none.",
                    r"Where $\delta$ shrinks from layer to layer, the gradient of the weights always shrinks as much.",
                    "Logistic layers, if there are many, cannot learn with any weights or optimizer.",
                ),
                r"With Glorot's weights the first layer's $\delta$ over the last one's is 0.22 with tanh and 0.005 "
                "with ReLU, 16 layers of 64.",
            ),
        ),
        "Backwards each layer multiplies by a weight factor and a slope factor; $1/4$ bounds the slope alone. "
        r"Logistic layers with usual initial weights multiply $\delta$ by about 0.23 each; with large weights it can "
        "grow. "
        r"ReLU is no cure by itself: with Glorot's weights $\delta$ shrinks more than with tanh, with He's it nearly "
        "keeps its size. "
        r"The gradient of the weights can keep its size where $\delta$ shrinks, since the values shrink too.",
        r"Set the weight scale to 8 and centre the biases: $\delta$ grows towards the input.",
        query=QUESTIONS["P4"].query,
        claims=(gradient_flow.product_claim, gradient_flow.bound_claim),
    )


def _quarters(draw: Draw) -> Part:
    layers, share = draw.pick(BOUNDS)
    given = draw.pick(([], ["A logistic layer gives $a = s(z)$."]))
    lines = [
        *given,
        r"$0 < s'(z) \le 1/4$ for every $z$.",
        "Backwards, a layer multiplies by $W^T$ and by slopes.",
        r"So a layer makes $\|\delta\|$ at most a quarter of it.",
        rf"So $\|\delta_1\| \le 0.25^{{{layers}}}\,\|\delta_{{{layers + 1}}}\|$.",
        rf"So at most a {share} of $\|\delta_{{{layers + 1}}}\|$ arrives.",
    ]
    return wrong_line(
        rf"Somebody proves that $\delta$ vanishes in every stack of {layers + 1} logistic layers. {MISTAKE}",
        lines,
        len(lines) - 2,
        r"it leaves out the weights; $1/4$ bounds the slope, and $\|W\|$ can be more than 4.",
    )


ROWS = (
    of_question("P3", "The slope of the logistic", logistic_slope),
    of_question("P4", "Vanishing gradients", gradient),
)
