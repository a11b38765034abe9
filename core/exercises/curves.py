"""P5 and P6: tanh beside the logistic. How one is written with the other, and where which of them suits."""

from core.exercises.answers import Number
from core.exercises.claims import tanh_slope_claim
from core.exercises.exercise import Part, Task, of_question
from core.exercises.linear import MISTAKE
from core.exercises.parts import choice, number, order, term, wrong_line
from core.exercises.slopes import IN_ORDER, X
from core.exercises.variants import Draw
from core.questions import QUESTIONS

# ---- P5 -------------------------------------------------------------------------------------------------------------

CURVES = ((3, 2, 1), (5, 2, -1), (3, 4, -2), (6, 3, 1), (4, 5, -3), (5, 3, 2))  # c, k, d of c s(k x) + d
TANH = (
    r"$\tanh x = \dfrac{e^x - e^{-x}}{e^x + e^{-x}}$",
    r"$= \dfrac{1 - e^{-2x}}{1 + e^{-2x}}$",
    r"$= \dfrac{2 - (1 + e^{-2x})}{1 + e^{-2x}}$",
    r"$= \dfrac{2}{1 + e^{-2x}} - \dfrac{1 + e^{-2x}}{1 + e^{-2x}}$",
    r"$= \dfrac{2}{1 + e^{-2x}} - 1$",
)


def tanh(draw: Draw) -> Task:
    """tanh as a stretched logistic, and the factors that stretching brings to the slope."""
    c, k, d = draw.pick(CURVES)
    curve = rf"{c}\,s({k}x) {'+' if d > 0 else '-'} {abs(d)}"
    return Task(
        f"$s(x) = 1 / (1 + e^{{-x}})$ is the logistic, and tanh is a stretched one; so is $g(x) = {curve}$.",
        (
            order(
                draw,
                f"Put the lines in order: from the formula of tanh to a single fraction with $e$ in it. {IN_ORDER}",
                TANH,
            ),
            term(
                "Write the slope of tanh with the logistic. Use $x$, numbers and s(…).",
                r"\tanh' x =",
                "4 s(2x) (1 - s(2x))",
                {"x": X},
                ("s",),
                r"$\tanh' x = 4\,s(2x)\,(1 - s(2x))$: $\tanh x = 2\,s(2x) - 1$, and each 2 is a factor.",
            ),
            _lost_factor(draw, c, k, curve),
            choice(
                draw,
                "How does the slope of tanh compare with that of $s$?",
                "It is the larger one at $x = 0$, and the smaller one at $x = 4$.",
                (
                    "It is the larger one at every $x$.",
                    "It is the smaller one at every $x$.",
                    "It is the same at every $x$: stretching changes values alone.",
                ),
                "At 0 the slopes are 1 and 0.25, at 4 they are 0.0013 and 0.018: far out that of tanh falls "
                "twice as fast on a logarithmic scale.",
            ),
        ),
        r"$\tanh x = 2\,s(2x) - 1$, so $\tanh' x = 4\,s(2x)\,(1 - s(2x))$: one 2 stands before $s$, the other is "
        "the slope of $2x$. "
        "At $x = 0$ that is 1, four times the slope of $s$.",
        "Move $x$ away from 0, and find where the two slopes are equal.",
        query=QUESTIONS["P5"].query,
        claims=(tanh_slope_claim,),
    )


def _lost_factor(draw: Draw, c: int, k: int, curve: str) -> Part:
    given = draw.pick(([], [r"$s'(y) = s(y)\,(1 - s(y))$ for every $y$."]))
    lines = [
        *given,
        f"$g(x) = {curve}$",
        rf"$g'(x) = {c} \cdot (s({k}x))'$, as a constant has slope 0.",
        f"$(s({k}x))' = s'({k}x)$",
        rf"$s'({k}x) = s({k}x)\,(1 - s({k}x))$",
        rf"$g'(x) = {c}\,s({k}x)\,(1 - s({k}x))$",
    ]
    return wrong_line(
        f"Somebody derives the slope of $g$, where $s'({k}x)$ is the slope of $s$ at the place ${k}x$. {MISTAKE}",
        lines,
        len(lines) - 2,
        rf"by the chain rule it is ${k}\,s'({k}x)$; the slope of ${k}x$ is lost.",
    )


# ---- P6 -------------------------------------------------------------------------------------------------------------

STRETCHED = ((3, 1), (2, 5), (4, -1), (5, 2), (2, -3), (6, 4))  # c, d of c tanh(x) + d
VALUES_AT_2X = (0.8, 0.9, 0.3, 0.1, 0.65, 0.25)
DELTAS = (-0.4, 0.3, -0.2, 0.5)


def ranges(draw: Draw) -> Task:
    """Which values the two take, and what follows from that for their use."""
    (c, d), value, delta = draw.pick(STRETCHED), draw.pick(VALUES_AT_2X), draw.pick(DELTAS)
    sign, other = ("positive", "negative") if delta > 0 else ("negative", "positive")
    return Task(
        rf"Here $g(x) = {c} \tanh x {'+' if d > 0 else '-'} {abs(d)}$ is a stretched tanh, and the logistic $s$ has "
        f"$s(2x) = {value}$ at some $x$.",
        (
            number(
                "All values of $g$ lie above a number, and come as near to it as you like. Which number is it?",
                Number(-50, 50, 0, whole=True),
                d - c,
                f"tanh lies in $(-1, 1)$, so $g$ lies in $({d - c}, {d + c})$.",
            ),
            number(
                rf"What is $\tanh x$ where $s(2x) = {value}$?",
                Number(-2, 2, 0.005),
                2 * value - 1,
                rf"$\tanh x = 2\,s(2x) - 1 = {2 * value - 1:.1f}$.",
            ),
            choice(
                draw,
                r"A neuron of a second hidden layer reads logistic units. For one example its $\delta$ is "
                f"${delta}$. Which signs do the gradients of its weights have?",
                f"All are {sign}; over a batch the signs can differ.",
                (
                    f"All are {sign}; so they have one sign in every batch.",
                    rf"All are {other}, as they go against $\delta$.",
                    "Some are positive and some negative, mostly, as behind tanh units.",
                ),
                r"The gradients are $a_i\,\delta$ with all $a_i > 0$: one sign for each example, that of its "
                r"$\delta$; a batch adds up examples whose $\delta$ can differ in sign.",
            ),
            choice(
                draw,
                "Which of the two suits where?",
                "The logistic at the output, for the probability of one of two classes; tanh in hidden layers, centred "
                "on 0.",
                (
                    "tanh at the output, for the probability of one of two classes; the logistic in hidden layers, "
                    "always positive.",
                    "tanh wherever there are two classes, the logistic wherever there are more than two of them.",
                    "Neither in hidden layers: a unit that saturates once is lost for good, and learns nothing more.",
                ),
                "A probability lies in $(0, 1)$, as the values of $s$ do; those of tanh lie around 0.",
            ),
        ),
        "The logistic takes values in $(0, 1)$: at the output the probability of one of two classes. "
        "tanh takes values in $(-1, 1)$: zero-centred hidden units, whatever the number of classes. "
        "Behind values that are all positive, a neuron's weight gradients have one sign for each example, but not for "
        "each batch. "
        "Both are flat far from 0, and units can leave saturation, slowly.",
        "See how often a batch gives a neuron's gradients one sign, behind logistic and behind tanh units.",
        query=QUESTIONS["P6"].query,
    )


ROWS = (
    of_question("P5", "tanh and the logistic", tanh),
    of_question("P6", "Ranges and where they suit", ranges),
)
