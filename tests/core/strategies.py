"""Random settings drawn from the rules of their fields, so a new field is tested the moment it exists."""

import contextlib
import dataclasses
from collections.abc import Sequence
from typing import Any

import hypothesis
from hypothesis import strategies as st

from core.data.tables import Axes
from core.edits import BIAS, Edit, Edits, last_of_each
from core.experiment import MAX_SEGMENTS, Experiment, Segment, suited
from core.fields import Choice, Flag, Names, OneOrPerLayer, Real, Rule, Sizes, Text, Whole, WholeText, rules
from core.link import Pair, View
from core.picks import Picked
from core.reach import QUANTITIES, Seeds, Threshold, threshold

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("untimed")


def values(rule: Rule) -> st.SearchStrategy[Any]:
    """Values that the rule accepts."""
    match rule:
        case Whole(low, high):
            return st.integers(low, high)
        case WholeText(low, high):
            return st.just("") | st.integers(low, high).map(str)
        case Real(low, high):
            return st.floats(low, high) | st.integers(int(low) + 1, int(high)) if high >= 1 else st.floats(low, high)
        case Flag():
            return st.booleans()
        case Choice(options):
            return st.sampled_from(list(options))
        case Text(most):
            return st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=most)
        case Names(options, least):
            return st.lists(st.sampled_from(list(options)), unique=True, min_size=least).map(tuple)
        case Sizes(most, low, high):
            return st.lists(st.integers(low, high), max_size=most).map(tuple)
        case OneOrPerLayer(options):
            name = st.sampled_from(list(options))
            return name | st.lists(name, min_size=2, max_size=10).map(tuple)
        case Edits():
            return st.lists(edits((1, 1)), max_size=3).map(last_of_each)
        case Threshold():
            both = [row for row in QUANTITIES.values() if row.classes is None]  # those that suit any data set
            return st.sampled_from(both).flatmap(
                lambda row: values(row.rule).map(lambda number: threshold(row.name, number))
            )
        case Picked():
            return st.sampled_from(["b1:0", "n1:0"])  # which any network has
        case Axes():
            columns = st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True)
            return st.just("principal") | columns.map(lambda pair: f"{pair[0]},{pair[1]}")
    raise TypeError(f"a kind of rule that this function does not know: {rule}")


def edits(sizes: Sequence[int]) -> st.SearchStrategy[Edit]:
    """A weight or bias set by hand of a network of these sizes, which has inputs."""
    layers = st.integers(1, len(sizes) - 1)
    return layers.flatmap(
        lambda layer: st.builds(
            Edit,
            st.just(layer),
            st.just(BIAS) | st.integers(0, sizes[layer - 1] - 1) if sizes[layer - 1] else st.just(BIAS),
            st.integers(0, sizes[layer] - 1),
            st.floats(-1e6, 1e6) | st.sampled_from([0, -0.0, 1e-300, 1e6, -1e6]),
        )
    )


def settings(kind: type) -> st.SearchStrategy[Any]:
    """Values of a settings dataclass whose fields do not depend on each other."""
    return st.builds(kind, **{name: values(rule) for name, rule in rules(kind).items()})


@st.composite
def experiments(draw: st.DrawFn, base: Experiment = Experiment()) -> Experiment:
    """The base with random fields taken over in random order, where they go with those before."""
    experiment = base
    changes = st.fixed_dictionaries({}, optional={name: values(rule) for name, rule in rules(Experiment).items()})
    drawn = draw(changes)
    if draw(st.booleans()):
        drawn["segments"] = tuple(draw(st.lists(settings(Segment), min_size=1, max_size=MAX_SEGMENTS)))
    for name in draw(st.permutations(list(drawn))):
        change = {name: drawn[name]}
        if name == "dataset":
            change["loss"] = suited(experiment, drawn[name])  # else hardly any experiment were regression
        with contextlib.suppress(ValueError):
            experiment = dataclasses.replace(experiment, **change)
    if len(experiment.hidden) > 1 and draw(st.booleans()):
        names = values(rules(Experiment)["activation"]).filter(lambda value: isinstance(value, str))
        experiment = dataclasses.replace(experiment, activation=tuple(draw(names) for _ in experiment.hidden))
    if draw(st.booleans()):
        by_hand = tuple(draw(st.lists(edits(experiment.sizes), max_size=10)))
        last = dataclasses.replace(experiment.segments[-1], edits=by_hand)
        experiment = dataclasses.replace(experiment, segments=(*experiment.segments[:-1], last))
    return experiment


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """A random A; B changes some of it."""
    a = draw(experiments())
    return Pair(a, draw(experiments(base=a)))


def views() -> st.SearchStrategy[View]:
    return st.builds(View, **{name: values(rule) for name, rule in rules(View).items()}, seeds=settings(Seeds))
