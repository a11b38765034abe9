"""B as A with something changed: on which engine, and in what."""

import dataclasses
from typing import Any

from core import fields
from core.branch import course_in_words, fork_of, moved, same_course
from core.engines import nearest
from core.experiment import ENGINES, Experiment, Segment, in_order_of, suited
from core.link import Pair, differences
from core.network import ACTIVATIONS, LOSSES, OPTIMIZERS


def on_engine(experiment: Experiment, engine: str) -> Experiment:
    """The experiment on an engine; on scikit-learn the nearest one that it can express."""
    return nearest(experiment) if engine == "sklearn" else dataclasses.replace(experiment, engine=engine)


def other_engine(engine: str) -> str:
    """The engine that this one is compared with."""
    return next(name for name in ENGINES if name != engine)


def fork(pair: Pair) -> int | None:
    """The epoch at which B branches off A, on whichever engine (`core.branch.fork_of`)."""
    return fork_of(on_engine(pair.a, pair.b.engine), pair.b)


def differing(a: Experiment, b: Experiment) -> list[tuple[str, str, str]]:
    """`core.link.differences`, but of courses in different numbers of segments each as a whole, and none where these
    are one.
    """
    found = differences(a, b)
    if len(a.segments) == len(b.segments):
        return found
    of_segments = {"Segments", *(fields.label(Segment, name) for name in fields.rules(Segment))}
    own = [row for row in found if row[0].partition(" (segment ")[0] not in of_segments]
    return own if same_course(a, b) else [*own, ("Training", _course(a), _course(b))]


def _course(experiment: Experiment) -> str:
    return "; ".join(line[0].lower() + line[1:] for line in course_in_words(experiment))


def own_changes(pair: Pair, to: Experiment | None = None) -> dict[str, Any]:
    """What B changes in A by choice: its fields that differ from A's on B's engine, and not because of that engine.

    Nor because of its data set, which brings a loss that suits it, or of its shape, in spite of which its rows come in
    A's order. Where segments after the first differ, all of B's segments are one change: a branch off A follows what A
    is to become.
    """
    a, b = on_engine(pair.a, pair.b.engine), pair.b
    changes = {name: values[1] for name, values in _differing(a, b, Experiment).items()}
    if a.segments[1:] == b.segments[1:]:
        changes |= {name: values[1] for name, values in _differing(a.segments[0], b.segments[0], Segment).items()}
    else:
        changes["segments"] = moved(a, b, on_engine(to or pair.a, b.engine))
    dataset = changes.get("dataset", pair.a.dataset)
    if dataset != pair.a.dataset and changes.get("loss") == suited(pair.a, dataset):
        del changes["loss"]
    if "hidden" in changes and not isinstance(pair.a.activation, str):  # those of A's layers do not go with others
        changes["activation"] = b.activation
    changes.pop("order_after", None)
    return changes if in_order_of(pair.a, b) == b else {**changes, "order_after": b.order_after}


def expressible(pair: Pair) -> tuple[Pair, list[str]]:
    """The pair as its engines can train it, and a sentence for each value of it that scikit-learn lacks.

    What B only takes over from A is not named: that is what B is for.
    """
    fitted = Pair(on_engine(pair.a, pair.a.engine), on_engine(pair.b, pair.b.engine))
    of_a, taken_over = lacking(pair.a, pair.a.engine), lacking(pair.a, pair.b.engine)
    of_b = [sentence for sentence in lacking(pair.b, pair.b.engine) if sentence not in taken_over]
    return fitted, [*(f"A: {sentence}" for sentence in of_a), *(f"B: {sentence}" for sentence in of_b)]


def lacking(experiment: Experiment, engine: str) -> list[str]:
    """A sentence for each value that an engine can not express: what it lacks and what takes its place."""
    fitted = on_engine(experiment, engine)
    sentences = [_lack(engine, name, *values) for name, values in _differing(experiment, fitted, Experiment).items()]
    for segment, nearest_one in zip(experiment.segments, fitted.segments, strict=True):
        for name, (value, replacement) in _differing(segment, nearest_one, Segment).items():
            if name == "l2":
                there = f"{replacement:g} there is {replacement / segment.batch_size:g} here"
                sentences.append(f"{ENGINES[engine]} divides the L2 penalty by the batch size: {there}.")
            elif name == "carry":
                sentences.append(f"{ENGINES[engine]} restarts the optimizer at each segment.")
            else:
                sentences.append(_lack(engine, name, value, replacement))
    return list(dict.fromkeys(sentences))


def _lack(engine: str, name: str, value: Any, replacement: Any) -> str:
    return f"{ENGINES[engine]} has no {_words(name, value)}; {_words(name, replacement)} is the nearest."


def _words(name: str, value: Any) -> str:
    registries: dict[str, Any] = {"activation": ACTIVATIONS, "optimizer": OPTIMIZERS, "loss": LOSSES}
    if isinstance(value, tuple):
        return "different activations in one network"
    return registries[name][value].label if name in registries else f"{fields.label(Segment, name)} of {value:g}"


def _differing(a: Any, b: Any, kind: type[Experiment] | type[Segment]) -> dict[str, tuple[Any, Any]]:
    """The fields with a rule in which two experiments, or two segments, differ; except the engine."""
    values = {name: (getattr(a, name), getattr(b, name)) for name in fields.rules(kind) if name != "engine"}
    return {name: both for name, both in values.items() if both[0] != both[1]}
