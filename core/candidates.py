"""Changes that are worth trying for a run, by its verdict. Whether one helps is measured in `core.remedies`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from core.data import FEATURES
from core.diagnosis import Diagnosis, Verdict
from core.experiment import Experiment, Segment, in_order_of
from core.fields import in_sentence
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES
from core.sides import on_engine
from core.symptoms import Measured
from core.training import Run

UNLIKE_ONE = (0.3, 3.0)  # root mean square of a feature; outside, standardising it may make a difference
SQUARES = ("x1sq", "x2sq")


@dataclass(frozen=True)
class Remedy:
    """One change. words: what it is, within a sentence; experiment: the run's with it, on NumPy's engine."""

    words: str
    experiment: Experiment


Change = Callable[[Experiment, Measured], Remedy | None]


def candidates(run: Run, found: Diagnosis) -> list[Remedy]:
    """The changes to try for a run with this diagnosis, the likeliest to help first; none for one that is fine."""
    e, m = on_engine(run.experiment, "numpy"), Measured(run, len(run.epochs) - 1)
    remedies: dict[Experiment, Remedy] = {e: Remedy("as it is", e)}
    for change in CHANGES.get(found.verdict, ()):
        try:
            remedy = change(e, m)
        except ValueError:  # beyond what a field allows
            continue
        if remedy:
            remedy = replace(remedy, experiment=in_order_of(e, remedy.experiment))  # so that one thing differs
            remedies.setdefault(remedy.experiment, remedy)
    del remedies[e]
    return list(remedies.values())


def rate(factor: float) -> Change:
    """The learning rate of all segments times a factor."""

    def change(e: Experiment, m: Measured) -> Remedy:
        segments = [replace(each, learning_rate=_rounded(factor * each.learning_rate)) for each in e.segments]
        return _of_segments(e, f"learning rate {_each(of.learning_rate for of in segments)}", segments)

    return change


def penalty(factor: float) -> Change:
    """Both penalties of all segments times a factor."""

    def change(e: Experiment, m: Measured) -> Remedy:
        segments = [replace(each, l1=_rounded(factor * each.l1), l2=_rounded(factor * each.l2)) for each in e.segments]
        of = {"L1": [each.l1 for each in segments], "L2": [each.l2 for each in segments]}
        words = [f"{name} penalty {_each(values)}" for name, values in of.items() if any(values)]
        return _of_segments(e, " and ".join(words) if factor else "no penalty", segments)

    return change


def more_penalty(e: Experiment, m: Measured) -> Remedy | None:
    """Ten times the L2 penalty, or 0.1 where there is none."""
    segments = [replace(each, l2=_rounded(10 * each.l2) or 0.1) for each in e.segments]
    return _of_segments(e, f"L2 penalty {_each(each.l2 for each in segments)}", segments)


def usual_rate(e: Experiment, m: Measured) -> Remedy:
    """The learning rate of a segment where nothing else is said."""
    segments = [replace(each, learning_rate=Segment().learning_rate) for each in e.segments]
    return _of_segments(e, f"learning rate {Segment().learning_rate:g}", segments)


def smaller_batch(e: Experiment, m: Measured) -> Remedy | None:
    """Batches that the training rows fill, where they fill none."""
    rows = len(m.run.y_train)
    if all(each.batch_size <= rows for each in e.segments):
        return None
    size = min(Segment().batch_size, rows)
    return _of_segments(e, f"batch size {size}", [replace(each, batch_size=size) for each in e.segments])


def longer(e: Experiment, m: Measured) -> Remedy | None:
    """Three times the epochs, and 100 or more, where the test loss does not speak against it."""
    if m.test_rises:
        return None
    more = max(2 * e.epochs, 100 - e.epochs)
    segments = [*e.segments[:-1], replace(e.segments[-1], epochs=e.segments[-1].epochs + more)]
    return _of_segments(e, f"{e.epochs + more:,} epochs", segments)


def sooner(e: Experiment, m: Measured) -> Remedy | None:
    """Up to the epoch at which the test loss was lowest."""
    best, segments = int(m.run.epochs[m.lowest_test]), list[Segment]()
    if not best:
        return None
    for segment in e.segments:
        left = best - sum(each.epochs for each in segments)
        segments += [replace(segment, epochs=min(left, segment.epochs))] if left else []
    return _of_segments(e, f"{best:,} epoch{'s' if best > 1 else ''}", segments)


def standardised(e: Experiment, m: Measured) -> Remedy | None:
    """The features standardised, where they are far from 1 in size."""
    low, high = UNLIKE_ONE
    if e.standardize or not ((m.feature_sizes < low) | (m.feature_sizes > high)).any():
        return None
    return Remedy("standardised features", replace(e, standardize=True))


def activation(name: str) -> Change:
    """One activation in all hidden layers."""

    def change(e: Experiment, m: Measured) -> Remedy | None:
        if not e.hidden or set(e.activations) == {name}:
            return None
        return Remedy(in_sentence(ACTIVATIONS[name].label), replace(e, activation=name))

    return change


def initial(name: str) -> Change:
    """Other initial weights."""

    def change(e: Experiment, m: Measured) -> Remedy:
        return Remedy(f"initial weights {INITIALIZERS[name].label}", replace(e, initializer=name))

    return change


def weights(e: Experiment, m: Measured) -> Remedy | None:
    """The initial weights that suit the first layer's activation."""
    return initial(ACTIVATIONS[e.activations[0]].initializer)(e, m) if e.hidden else None


def widths(factor: float) -> Change:
    """Every hidden layer so many times as wide."""

    def change(e: Experiment, m: Measured) -> Remedy | None:
        hidden = tuple(max(1, int(factor * width)) for width in e.hidden)
        return Remedy(f"hidden layers {', '.join(map(str, hidden))}", replace(e, hidden=hidden)) if hidden else None

    return change


def hidden_layer(e: Experiment, m: Measured) -> Remedy | None:
    """A hidden layer of eight tanh units, where there is none."""
    return None if e.hidden else Remedy("a hidden layer of 8 tanh", replace(e, hidden=(8,), activation="tanh"))


def squares(e: Experiment, m: Measured) -> Remedy | None:
    """The squares of both inputs, as features beside the others."""
    features = tuple(name for name in FEATURES if name in {*e.features, *SQUARES})
    return Remedy("the features x₁² and x₂² too", replace(e, features=features))


def product(e: Experiment, m: Measured) -> Remedy | None:
    """The product of both inputs, as a feature beside the others."""
    features = tuple(name for name in FEATURES if name in {*e.features, "x1x2"})
    return Remedy("the feature x₁x₂ too", replace(e, features=features))


def inputs(e: Experiment, m: Measured) -> Remedy | None:
    """Both inputs as features, where there is none."""
    return None if e.features else Remedy("the features x₁ and x₂", replace(e, features=("x1", "x2")))


def log_loss(e: Experiment, m: Measured) -> Remedy | None:
    """Log loss in place of a squared one, for classes."""
    return Remedy(in_sentence(LOSSES["log"].label), replace(e, loss="log")) if e.classes else None


CHANGES: dict[Verdict, Sequence[Change]] = {
    "diverged": (rate(1 / 10), penalty(1 / 10), standardised, rate(1 / 100), weights, usual_rate),
    "overfitting": (sooner, more_penalty, widths(1 / 2)),
    "symmetric": (weights, initial("uniform")),
    "unscaled": (standardised, rate(1 / 10), weights),
    "penalised": (penalty(1 / 10), penalty(0), penalty(1 / 3)),
    "unsteady": (rate(1 / 10), rate(1 / 3), rate(1 / 100), standardised, penalty(0)),
    "dead": (rate(1 / 10), activation("leaky_relu"), weights, standardised, usual_rate),
    "saturated": (rate(1 / 10), log_loss, weights, standardised, activation("relu"), usual_rate),
    "vanishing": (activation("relu"), activation("tanh"), weights, rate(10), penalty(0)),
    "exploding": (weights, activation("tanh"), activation("relu"), rate(1 / 10), standardised),
    "under-trained": (smaller_batch, rate(3), longer, rate(10), activation("tanh"), weights, usual_rate, rate(1 / 3),
                      standardised, penalty(0)),
    "linear": (inputs, hidden_layer, activation("tanh"), squares, product),
    "at rest": (widths(2), rate(3), widths(4), rate(1 / 10), activation("relu"), activation("tanh"), weights,
                standardised, penalty(0)),
}  # fmt: skip


def _of_segments(e: Experiment, words: str, segments: Sequence[Segment]) -> Remedy:
    return Remedy(words, replace(e, segments=tuple(segments)))


def _each(values: Iterable[float]) -> str:
    """The values that segments have, one after the other: `0.3 then 0.03`."""
    return " then ".join(f"{value:g}" for value, _ in groupby(values))


def _rounded(value: float) -> float:
    """Two digits are enough."""
    return float(f"{value:.2g}")
