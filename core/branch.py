"""The course of a training: its segments, one more, one less, and a branch off it."""

from dataclasses import replace
from typing import Any

from core.experiment import MAX_EPOCHS, MAX_SEGMENTS, Experiment, Segment
from core.fields import rules, shortened

LONGER = 100  # epochs that follow the end of a training unless another number is asked for


def forked(experiment: Experiment, epoch: int, carry: bool = True, **changes: Any) -> Experiment:
    """The experiment up to an epoch, then its rest with fields of its segments changed.

    The segment in which the epoch lies is cut there, and `carry` says whether its optimizer goes on. Later ones change
    alike. With `epochs` among the changes the rest is one segment of so many; at the end of the experiment a segment
    like its last follows, of LONGER epochs. `edits` are set where the rest begins, after those that are set there.

    Raises
    ------
    ValueError
        A sentence: there is no such epoch, there are too many segments or epochs, or a value breaks its rule.

    >>> a = Experiment()
    >>> [(segment.epochs, segment.learning_rate) for segment in forked(a, 40, learning_rate=0.003).segments]
    [(40, 0.03), (160, 0.003)]
    """
    before, rest = _cut(experiment, epoch, carry)
    if not rest:
        rest = [replace(before[-1], epochs=LONGER, edits=(), carry=carry)]
    first_edits = (*rest[0].edits, *changes.pop("edits", ()))
    if "epochs" in changes:
        del rest[1:]
    rest = [replace(segment, **changes) for segment in rest]
    rest[0] = replace(rest[0], edits=first_edits)
    return _with(experiment, [*before, *rest])


def with_restart(experiment: Experiment, epoch: int) -> Experiment:
    """The experiment with an optimizer that starts afresh at an epoch, as scikit-learn's does at a fork.

    Raises ValueError as `forked`.
    """
    before, rest = _cut(experiment, epoch, carry=False)
    return _with(experiment, [*before, *rest])


def lengthened(experiment: Experiment, carry: bool = True, **changes: Any) -> Experiment:
    """The experiment with one more segment at its end: like its last, of LONGER epochs, but for the changes.

    Raises ValueError as `forked`.
    """
    return forked(experiment, experiment.epochs, carry, **changes)


def replaced(experiment: Experiment, number: int, **changes: Any) -> Experiment:
    """The experiment with fields of one segment changed; number counts from 1. Raises ValueError as `forked`."""
    segments = list(experiment.segments)
    segments[_index(experiment, number)] = replace(segments[_index(experiment, number)], **changes)
    return _with(experiment, segments)


def without(experiment: Experiment, number: int) -> Experiment:
    """The experiment without one of its segments; number counts from 1. Raises ValueError as `forked`."""
    segments = list(experiment.segments)
    del segments[_index(experiment, number)]
    return _with(experiment, segments)


def fork_of(a: Experiment, b: Experiment) -> int | None:
    """The epoch up to which two experiments are one training, after which they go on differently.

    At that epoch itself weights may be set by hand in one of them. None where they are the same to their end, or differ
    from their start on: in data, network, seeds, engine or the first segment.
    """
    if any(getattr(a, name) != getattr(b, name) for name in rules(Experiment)):
        return None
    of_a, of_b, epoch = list(a.segments), list(b.segments), 0
    while of_a and of_b and _setting(of_a[0]) == _setting(of_b[0]):
        shared = min(of_a[0].epochs, of_b[0].epochs)
        epoch += shared
        for left in (of_a, of_b):
            left[:1] = _after(left[0], shared)
    return epoch if epoch and (of_a or of_b) else None


def _cut(experiment: Experiment, epoch: int, carry: bool) -> tuple[list[Segment], list[Segment]]:
    """The segments up to an epoch and those after it, the first of which keeps its optimizer's state with `carry`."""
    if type(epoch) is not int or not 0 <= epoch <= experiment.epochs:
        raise ValueError(f"epoch must be a whole number from 0 to {experiment.epochs}; got {shortened(epoch)}")
    before: list[Segment] = []
    rest = list(experiment.segments)
    left = epoch
    while rest and rest[0].epochs <= left:
        left -= rest[0].epochs
        before.append(rest.pop(0))
    if left:
        before.append(replace(rest[0], epochs=left))
        rest[:1] = _after(rest[0], left)
    if rest:
        rest[0] = replace(rest[0], carry=carry and rest[0].carry)
    return before, rest


def _after(segment: Segment, epochs: int) -> list[Segment]:
    """What is left of a segment after so many of its epochs; of a whole one nothing."""
    return [replace(segment, epochs=segment.epochs - epochs, edits=(), carry=True)] if epochs < segment.epochs else []


def _setting(segment: Segment) -> Segment:
    return replace(segment, epochs=0)


def _index(experiment: Experiment, number: int) -> int:
    most = len(experiment.segments)
    if type(number) is not int or not 1 <= number <= most:
        raise ValueError(f"segment must be a whole number from 1 to {most}; got {shortened(number)}")
    return number - 1


def _with(experiment: Experiment, segments: list[Segment]) -> Experiment:
    if not segments:
        raise ValueError("A training has at least one segment, so its only one can not be removed.")
    if len(segments) > MAX_SEGMENTS:
        raise ValueError(f"A training has at most {MAX_SEGMENTS} segments; this would make {len(segments)}.")
    if (epochs := sum(segment.epochs for segment in segments)) > MAX_EPOCHS:
        raise ValueError(f"A training has at most {MAX_EPOCHS:,} epochs; this would make {epochs:,}.")
    return replace(experiment, segments=tuple(segments))
