"""P1 and P2: what collapses into one linear map, and what does not. Proofs, and what follows from them."""

import numpy as np

from core.claims import linear_depth, max_pooling
from core.exercises.answers import Number
from core.exercises.exercise import Part, Task, of_question
from core.exercises.parts import choice, number, order, term, wrong_line
from core.exercises.variants import Draw
from core.questions import QUESTIONS

MISTAKE = "Which line is the mistake? Each other one is known, or follows from those above it."
WIDTHS = ((6, 8, 3, 5), (2, 9, 7, 4), (7, 5, 9, 6), (8, 9, 7, 4), (5, 7, 2, 6), (9, 4, 8, 6))  # inputs to outputs
SLOPES = ("2", "3", "4", "0.5")
WINDOWS = ((3, -2, 5, 1), (4, -1, 2, -4), (-2, 6, 1, -4), (2, 7, -5, 3), (-1, -6, -3, -2), (9, 3, 5, 4))

# ---- P1 -------------------------------------------------------------------------------------------------------------

COLLAPSE = (
    "$y = a_2 W_3 + b_3$",
    r"$= (a_1 W_2 + b_2)\,W_3 + b_3$",
    r"$= ((x W_1 + b_1)\,W_2 + b_2)\,W_3 + b_3$",
    r"$= (x W_1 W_2 + b_1 W_2 + b_2)\,W_3 + b_3$",
    "$= x W_1 W_2 W_3 + b_1 W_2 W_3 + b_2 W_3 + b_3$",
    "$= x W + b$, where $b$ is all that has no $x$",
)


def depth(draw: Draw) -> Task:
    """Three layers with a linear activation are one, and still no two of their weights need move alike."""
    widths = draw.pick(WIDTHS)
    inputs, first, second, outputs = widths
    return Task(
        f"A network has {inputs} inputs, hidden layers of {first} and {second} units, and {outputs} outputs. "
        r"Its activation is linear, $\varphi(z) = z$: a layer maps its input, a row, to $a_l = a_{l-1} W_l + b_l$, "
        "from $a_0 = x$ to $a_3 = y$.",
        (
            order(
                draw,
                "Put the proof in order: from the formula of the last layer to a single layer. Each line is one "
                "step from the line before it.",
                COLLAPSE,
            ),
            number(
                "What is the largest rank that the matrix of the single layer can have here?",
                Number(0, 20, 0, whole=True),
                min(widths),
                f"No product has a larger rank than any of its factors allows: at most {min(widths)}, the least of "
                f"{inputs}, {first}, {second} and {outputs}.",
            ),
            _equal_updates(draw),
            choice(
                draw,
                "What does depth do with a linear activation?",
                "It adds no function that a single layer lacks, but training can go another way.",
                (
                    "It adds functions that a single layer lacks, if fewer than ReLU adds.",
                    "It changes nothing: training goes as it does with a single layer.",
                    "It keeps the network from learning anything.",
                ),
                "The functions stay those of a single layer; training does not: it can have plateaus and jumps.",
            ),
        ),
        "A composition of affine maps is one affine map, with $W = W_1 W_2 W_3$: the set of functions does not grow "
        "with depth, and a narrow layer can make the rank smaller. "
        r"Only the slope of the activation is constant: the gradient of the weights is $a^T \delta$, which varies with "
        "input, error and weights. "
        "So the map is that of one layer and the training is not: it can have plateaus and jumps.",
        "Choose tanh as the activation, and see whether the product of the weights still is the network.",
        query=QUESTIONS["P1"].query,
        claims=(linear_depth.affine_claim, linear_depth.gradient_claim),
    )


def _equal_updates(draw: Draw) -> Part:
    slope = draw.pick(SLOPES)
    given = draw.pick(([], [r"A step of gradient descent is $-\eta\,\partial L/\partial W$."]))
    lines = [
        *given,
        rf"$\varphi(z) = {slope}\,z$, so $\varphi'(z) = {slope}$ for every $z$.",
        rf"For $h = \varphi(z)$: $\;\delta = \partial L/\partial z = {slope}\;\partial L/\partial h$.",
        r"By the chain rule $\partial L/\partial W = a^T \delta$.",
        r"As $\varphi'$ is constant, $a^T \delta$ has equal entries.",
        r"So $-\eta\,\partial L/\partial W$ moves all weights equally.",
    ]
    return wrong_line(
        rf"For one example, a row $a$, a layer computes $z = a W + b$ and $\varphi(z) = {slope}\,z$. Somebody proves "
        f"that gradient descent updates all its weights equally. {MISTAKE}",
        lines,
        len(lines) - 1,
        r"$a^T \delta$ has the entries $a_i\,\delta_j$, which vary with the input and the error.",
    )


# ---- P2 -------------------------------------------------------------------------------------------------------------


def pooling(draw: Draw) -> Task:
    """Max pooling is not linear, and not ReLU either."""
    window = draw.pick(WINDOWS)
    largest, least = max(window), min(window)
    shown = ", ".join(map(str, window))
    return Task(
        f"A linear convolution, without biases, gives a window of four values, $w = ({shown})$. "
        "Max pooling takes the largest of them, $f(w)$.",
        (
            number(
                "What is $f(w) + f(-w)$ for this window?",
                Number(-50, 50, 0, whole=True),
                largest - least,
                f"$f(w) = {largest}$ and $f(-w) = {-least}$, so the sum is {largest - least}: "
                "the largest value less the smallest.",
            ),
            term(
                "Write the larger of two numbers with relu. Use $a$, $b$, numbers and relu(…).",
                r"\max(a, b) =",
                "b + relu(a - b)",
                dict(zip("ab", np.random.RandomState(0).uniform(-3, 3, (2, 50)), strict=True)),
                ("relu",),
                r"$\max(a, b) = b + \mathrm{relu}(a - b)$, or the same with $a$ and $b$ exchanged.",
            ),
            _makes_relu(draw),
            choice(
                draw,
                "Two linear convolutions have pooling between them. Are they one linear map, whatever the kernels are?",
                "With average pooling they are, with max pooling they are not.",
                (
                    "With max pooling they are, with average pooling they are not.",
                    "With either they are: there is no activation between them.",
                    "With neither they are: all pooling is nonlinear.",
                ),
                "Average pooling is linear, so all of it is one linear map; max pooling is not.",
            ),
        ),
        "Max pooling is piecewise linear and not linear: a linear $f$ has $f(w) + f(-w) = 0$. "
        "Average pooling is linear, so linear convolutions with average pooling do collapse. "
        r"Max pooling is not ReLU either: $\mathrm{relu}(x) = \max(x, 0)$ needs a constant 0 in the window, though a "
        "max can be built from relus.",
        "Choose another kernel and other factors, and see for which of the maps superposition holds.",
        query=QUESTIONS["P2"].query,
        claims=(max_pooling.not_relu_claim,),
    )


def _makes_relu(draw: Draw) -> Part:
    given = draw.pick(([], ["A linear convolution gives $z_1$ and $z_2$."]))
    lines = [
        *given,
        r"$\mathrm{relu}(z) = \max(z, 0)$ for every $z$.",
        r"Max pooling takes $p = \max(z_1, z_2)$.",
        r"A relu behind it gives $\mathrm{relu}(p) = \max(z_1, z_2, 0)$.",
        r"Both are a max, so $\mathrm{relu}(p) = p$ for every window.",
        r"So $p = \max(z_1, z_2, 0)$: pooling alone gives it.",
    ]
    return wrong_line(
        f"Somebody proves that max pooling, here of two values, makes the convolution a ReLU layer. {MISTAKE}",
        lines,
        len(lines) - 1,
        r"a window with negative values alone has $p < 0$, and $\mathrm{relu}(p) = 0$.",
    )


ROWS = (
    of_question("P1", "Depth with a linear activation", depth),
    of_question("P2", "Convolutions with max pooling", pooling),
)
