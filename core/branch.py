"""The course of a training: its segments, one more, one less, and a branch off it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.edits import Edit, last_of_each
from core.experiment import ENGINES, MAX_EPOCHS, MAX_SEGMENTS, Experiment, Segment, applies
from core.fields import in_sentence, label, rules, shortened
from core.network import OPTIMIZERS

LONGER = 100  # epochs that follow the end of a training unless another number is asked for
SETTINGS = ("optimizer", "learning_rate", "momentum", "batch_size", "l1", "l2")  # that can change in mid-run


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


def branched(a: Experiment, epoch: int, engine: str, **changes: Any) -> tuple[Experiment, Experiment]:
    """A, and a branch off it at an epoch, on an engine.

    Where scikit-learn trains one of them, the optimizer starts afresh there in both, as scikit-learn's does: so that
    nothing but the changes differs. Raises ValueError as `forked`.
    """
    carry = "sklearn" not in (a.engine, engine)
    b = replace(forked(a, epoch, carry, **changes), engine=engine)
    return a if carry or OPTIMIZERS[under_way(a, epoch).optimizer].stateless else with_restart(a, epoch), b


def without_edits(experiment: Experiment, epoch: int) -> tuple[Experiment, tuple[Edit, ...]]:
    """The experiment with no weights set by hand at an epoch, and those that it sets there."""
    at = [start == epoch for start in experiment.starts]
    edits = [edit for here, each in zip(at, experiment.segments, strict=True) if here for edit in each.edits]
    segments = [
        replace(each, edits=() if here else each.edits) for here, each in zip(at, experiment.segments, strict=True)
    ]
    kept = [each for each, was in zip(segments, experiment.segments, strict=True) if each.epochs or each == was]
    return replace(experiment, segments=tuple(kept or segments[:1])), last_of_each(edits)


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
    epoch, of_a, of_b = _shared(a.segments, b.segments)
    return epoch if epoch and (of_a or of_b) else None


def same_course(a: Experiment, b: Experiment) -> bool:
    """Whether two experiments have one course, in whichever segments it is written."""
    return not any(_shared(a.segments, b.segments)[1:])


def moved(a: Experiment, b: Experiment, to: Experiment) -> tuple[Segment, ...]:
    """The segments of B, a branch off A, as a branch off what A has become: as that up to the fork, then with what B
    changes.

    Where both ended together they still do, and a fork at the end stays there. B's own where it is no branch off A, or
    the fork lies beyond the end.
    """
    epoch, of_a, of_b = _shared(a.segments, b.segments)
    if not epoch or not of_b or a.segments == to.segments:
        return b.segments
    epoch = epoch if of_a else to.epochs
    if epoch > to.epochs:
        return b.segments
    before, rest = _cut(to, epoch, carry=True)
    old, new = of_a[0] if of_a else a.segments[-1], rest[0] if rest else before[-1]
    follow = [replace(each, **_taken_over(each, old, new)) for each in of_b]
    if a.epochs == b.epochs:
        follow[-1] = replace(follow[-1], epochs=max(0, follow[-1].epochs + to.epochs - b.epochs))
    return *before, *follow


def under_way(experiment: Experiment, epoch: int) -> Segment:
    """The segment with which training goes on after an epoch; after the last one, the one with which it ended."""
    return _around(experiment, epoch)[1]


# ---- in words --------------------------------------------------------------------------------------------------------


def in_words(segment: Segment, before: Segment | None = None) -> str:
    """What a segment trains with, `SGD, learning rate 0.03, batch size 10`; after another one, what it changes."""
    return ", ".join(_said(name, segment) for name in _telling(segment, before))


def course_in_words(experiment: Experiment) -> list[str]:
    """A line for each segment: its epochs, and what it trains with or changes."""
    lines, before = list[str](), None
    for start, segment in zip(experiment.starts, experiment.segments, strict=True):
        parts = [in_words(segment, before), *(edit.words for edit in segment.edits)]
        if before and _starts_afresh(before, segment):
            parts.append("the optimizer starts afresh")
        epochs = f"Epochs {start:,} to {start + segment.epochs:,}" if segment.epochs else f"At epoch {start:,}"
        lines.append(f"{epochs}: {'; '.join(filter(None, parts)) or 'goes on unchanged'}")
        before = segment
    return lines


def fork_in_words(a: Experiment, b: Experiment, epoch: int) -> str:
    """What B is, a branch off A at an epoch, in a sentence or two of Markdown."""
    said, parts = "", list[str]()
    for at in sorted({epoch, *(start for each in (a, b) for start in each.starts if epoch < start < b.epochs)}):
        now = _departure(a, b, at)
        if now != said:
            parts.append(f"{'then' if at == epoch else f'from epoch {at:,} on'} {now or 'as A'}")
        said = now
    end = [] if a.epochs == b.epochs else [f"it ends at epoch **{b.epochs:,}** (A: {a.epochs:,})"]
    there = "" if a.engine == b.engine else f" in {ENGINES[b.engine]}"
    changes = ", ".join([f"B is A{there} up to epoch **{epoch:,}**", *parts])
    afresh = [name for name, each in (("A", a), ("B", b)) if _starts_afresh(*_around(each, epoch))]
    where = {"A": " in A", "B": " in B", "AB": " in both"}.get("".join(afresh))
    return "; ".join([changes, *end]) + "." + (f" The optimizer starts afresh there{where}." if where else "")


def _departure(a: Experiment, b: Experiment, at: int) -> str:
    """What B has otherwise than A from an epoch on."""
    of_a, of_b = (under_way(each, at) for each in (a, b))
    names = _telling(of_b, of_a) if at < b.epochs else []
    parts = [f"{_said(name, of_b, '**')} (A: {_value(name, of_a)})" for name in names]
    set_in_a, set_in_b = (
        {
            edit.weight: edit
            for start, segment in zip(each.starts, each.segments, strict=True)
            if start == at
            for edit in segment.edits
        }
        for each in (a, b)
    )
    parts += [f"**{edit.words}**" for weight, edit in set_in_b.items() if set_in_a.get(weight) != edit]
    parts += [f"without A's {edit.words}" for weight, edit in set_in_a.items() if weight not in set_in_b]
    return ", ".join(parts)


def _around(experiment: Experiment, at: int) -> tuple[Segment, Segment]:
    """The segments with which the epochs before and after this one are trained; at an end the same one twice."""
    trained = [
        (start, segment)
        for start, segment in zip(experiment.starts, experiment.segments, strict=True)
        if segment.epochs
    ] or [(0, experiment.segments[0])]
    after = [segment for start, segment in trained if start <= at][-1]
    before = ([segment for start, segment in trained if start < at] or [after])[-1]
    return before, after


def _starts_afresh(before: Segment, segment: Segment) -> bool:
    """Whether an optimizer that keeps something from step to step, as SGD does not, loses it between two segments."""
    same = segment is before or segment.optimizer != before.optimizer
    return not (same or segment.carry or not segment.epochs or OPTIMIZERS[segment.optimizer].stateless)


def _telling(segment: Segment, before: Segment | None) -> list[str]:
    """The fields that say something of a segment; after another one, those that differ."""
    names = [name for name in SETTINGS if applies(name, "", segment.optimizer)]
    if before:
        return [name for name in names if getattr(segment, name) != getattr(before, name)]
    return [name for name in names if name not in ("l1", "l2") or getattr(segment, name)]


def _said(name: str, segment: Segment, mark: str = "") -> str:
    """A field with its value, between marks; of an optimizer its name alone."""
    value = f"{mark}{_value(name, segment)}{mark}"
    return value if name == "optimizer" else f"{in_sentence(label(Segment, name))} {value}"


def _value(name: str, segment: Segment) -> str:
    value = getattr(segment, name)
    return OPTIMIZERS[value].label if name == "optimizer" else rules(Segment)[name].write(value).replace("e-0", "e-")


# ---- cutting ---------------------------------------------------------------------------------------------------------


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


def _taken_over(segment: Segment, old: Segment, new: Segment) -> dict[str, Any]:
    """The settings that a segment of B has as A had them, as A has them now."""
    return {name: getattr(new, name) for name in SETTINGS if getattr(segment, name) == getattr(old, name)}


def _shared(a: Sequence[Segment], b: Sequence[Segment]) -> tuple[int, list[Segment], list[Segment]]:
    """Epochs that two courses have in common from their start on, and what is left of each after these."""
    of_a, of_b, epoch = list(a), list(b), 0
    while of_a and of_b and _setting(of_a[0]) == _setting(of_b[0]):
        shared = min(of_a[0].epochs, of_b[0].epochs)
        epoch += shared
        for left in (of_a, of_b):
            left[:1] = _after(left[0], shared)
    return epoch, of_a, of_b


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
