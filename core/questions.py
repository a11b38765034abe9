"""The ten questions of a first course, in the order of its quiz, each with the screen and the setting that answers it.

P1 to P6 ask for reasons, E1 to E4 for experiments. The setting of a lab is written as its link's text: a lab's own
dataclass brings all that it measures with, and Home opens without that.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.experiment import Experiment, changed
from core.link import QUESTION, Pair, to_query
from core.presets import PRESETS


@dataclass(frozen=True)
class Question:
    """A question in words. screen: the name of the page's file; query: the setting on it, as in a link."""

    id: str
    words: str
    screen: str
    query: Mapping[str, str]

    @property
    def link(self) -> dict[str, str]:
        """The query that opens the setting, and says which question it was opened for."""
        return {QUESTION: self.id, **self.query}


_NO_HIDDEN_LAYER = changed(Experiment(), hidden=())
_XOR = changed(PRESETS["xor"].pair.a, hidden=(4,), epochs=500)

_ROWS = (
    Question(
        "P1",
        "Why does depth add nothing with a linear activation: what is the proof?",
        "linear_depth",
        {"dataset": "circle", "hidden": "8,1,8", "activation": "identity", "multiplied": "true"},
    ),
    Question(
        "P2",
        "Do linear convolutions with max pooling collapse into one linear map?",
        "max_pooling",
        {"kernel": "vertical", "a": "1", "b": "-1"},
    ),
    Question(
        "P3",
        "How does the slope of the sigmoid follow from its formula?",
        "activations",
        {"activations": "logistic", "x": "0"},
    ),
    Question(
        "P4",
        "What does the sigmoid’s slope do at large |x|, and over many layers?",
        "gradient_flow",
        {"activation": "logistic", "depth": "20"},
    ),
    Question(
        "P5",
        "How is tanh written with the sigmoid, and what is its slope then?",
        "activations",
        {"activations": "logistic,tanh", "x": "1"},
    ),
    Question(
        "P6",
        "Which values do sigmoid and tanh take, and where does which one suit?",
        "activations",
        {"activations": "logistic,tanh", "x": "4"},
    ),
    Question(
        "E1",
        "Can a network without a hidden layer separate the circle?",
        "compare",
        to_query(Pair(_NO_HIDDEN_LAYER, changed(_NO_HIDDEN_LAYER, hidden=(4,)))),
    ),
    Question(
        "E2",
        "Does the circle need a hidden layer with x₁² and x₂² as inputs?",
        "compare",
        to_query(PRESETS["squares"].pair),
    ),
    Question(
        "E3",
        "How many hidden units does XOR take?",
        "compare",
        to_query(Pair(_XOR, changed(_XOR, hidden=(2,)))),
    ),
    Question(
        "E4",
        "What network, and how many epochs, does the spiral take?",
        "compare",
        to_query(PRESETS["spiral"].pair),
    ),
)
QUESTIONS = {row.id: row for row in _ROWS}


def after(question: Question) -> Question | None:
    """The next one; None after the last."""
    place = _ROWS.index(question) + 1
    return _ROWS[place] if place < len(_ROWS) else None
