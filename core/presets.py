"""Experiments worth opening: each a pair with one point to make."""

from dataclasses import dataclass, field

from core.experiment import Experiment, beside, changed
from core.link import Pair, View
from core.reach import Seeds


@dataclass(frozen=True)
class Preset:
    """A pair under a name, what it shows in one sentence, and what is open beside it."""

    label: str
    point: str
    pair: Pair
    view: View = field(default_factory=View)


def _with_sklearn(a: Experiment) -> Pair:
    return Pair(a, changed(a, engine="sklearn"))


_CIRCLE = Experiment()
_DEEP_LOGISTIC = changed(_CIRCLE, hidden=(8,) * 6, activation="logistic", epochs=300)
_LEARNING = changed(_DEEP_LOGISTIC, initializer="he_normal", optimizer="adam", learning_rate=0.01, epochs=2000)
_SIX = changed(_CIRCLE, dataset="reg_gauss", hidden=(8, 8), optimizer="adam", learning_rate=0.01, epochs=500)
_LINEAR = changed(_CIRCLE, activation="identity")
_THREE = changed(  # trained as in TensorFlow Playground
    _CIRCLE,
    dataset="xor",
    seed=0,
    hidden=(3,),
    initializer="uniform",
    loss="squared",
    optimizer="playground",
    epochs=1000,
)

PRESETS = {
    "linear": Preset(
        "Linear net on the circle",
        "Without a nonlinearity the boundary is a straight line, however deep the network.",
        Pair(_LINEAR, changed(_LINEAR, activation="tanh")),
    ),
    "squares": Preset(
        "Squared features on the circle",
        "With x₁² and x₂² as inputs the circle needs no hidden layer.",
        _with_sklearn(changed(_CIRCLE, features=("x1sq", "x2sq"), hidden=())),
    ),
    "xor": Preset(
        "XOR with 4 and 2 units",
        "Two small hidden layers bend the boundary around all four quadrants, though on some seeds they get stuck.",
        _with_sklearn(changed(_CIRCLE, dataset="xor", hidden=(4, 2), seed=2)),
    ),
    "spiral": Preset(
        "Spiral with 8 and 8 units",
        "The spiral needs width and patience.",
        _with_sklearn(changed(_CIRCLE, dataset="spiral", hidden=(8, 8), epochs=1000, seed=4)),
    ),
    "vanishing": Preset(
        "Six logistic layers",
        "The first layer receives almost no gradient. With these weights and plain SGD the net learns so slowly that "
        "300 epochs show nothing; tanh learns.",
        Pair(_DEEP_LOGISTIC, changed(_DEEP_LOGISTIC, activation="tanh")),
    ),
    "logistic": Preset(
        "Six logistic layers that learn",
        "He’s weights, Adam and 2,000 epochs take the same six layers to 100 %; plain SGD stays where it was.",
        Pair(_LEARNING, changed(_LEARNING, optimizer="sgd", learning_rate=0.03)),
    ),
    "regression": Preset(
        "Six Gaussians by regression",
        "The target is a number: the output is linear, the loss squared, and R² tells how much of the target is met.",
        _with_sklearn(_SIX),
    ),
    "units": Preset(
        "Fewest units for XOR",
        "Of 20 seeds one learns XOR with three units and 13 with four: the fewest with which half of them do.",
        Pair(_THREE, beside(_THREE, hidden=(4,))),
        View(tab="seeds", seeds=Seeds(20, "anew", "test_loss<0.04", "any", "test_loss")),
    ),
}
