"""The course of A's training: a branch off it into B, a change in mid-run, and its segments."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from core import fields
from core.branch import (
    LONGER,
    SETTINGS,
    branched,
    course_in_words,
    forked,
    lengthened,
    under_way,
    without,
    without_edits,
)
from core.experiment import ENGINES, Experiment, Segment, applies
from core.fields import Whole
from core.link import Pair, View, to_query
from core.sides import fork, own_changes
from pages.parts.controls import experiment as controls
from pages.parts.controls import widgets
from pages.parts.frame import address
from pages.parts.frame.page import literal

EDITS = "edits"
FIELD_WIDTH, ENGINE_WIDTH = 132, 172  # pixels
TENTH = 0.1  # of the learning rate: where a branch starts from
RULES: dict[str, Any] = fields.rules(Segment)


def row(pair: Pair, view: View, epoch: int, whole: Experiment) -> None:
    """Draw what can follow an epoch, and the segments of A. A press opens what it makes.

    whole: A, or where it is a what-if, what it was made of.
    """
    offered = [name for name in SETTINGS if not view.hides(name)]
    with st.container(key="course", gap="small"):
        left, right = st.columns(2, gap="medium")
        with left:
            made = branch(pair, view, epoch, whole, offered) if offered else None
        with right:
            made = segments(pair, view) or made
        if made is None:
            return
        try:
            new = made()
        except ValueError as refused:
            st.error(literal(str(refused)))
        else:
            address.go(to_query(new, replace(view, frame=epoch)))


def branch(pair: Pair, view: View, epoch: int, whole: Experiment, offered: list[str]) -> Callable[[], Pair] | None:
    """What changes from an epoch on, and for whom: what a press of a button makes."""
    changes = chosen(pair, view, epoch, offered)
    made: Callable[[], Pair] | None = None
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if not view.hides("b"):
            pressed = st.button("Branch here", key="branch", help="B is A up to here, then goes on with these changes")
            engine = pair.a.engine if view.hides("engine") else of_b(pair)
            if pressed:
                made = partial(with_branch, pair.a, whole, epoch, engine, changes)
        if st.button("Change A here", key="change", help="A goes on with these changes from here on"):
            made = partial(with_course, pair, epoch, changes)
    return made


def chosen(pair: Pair, view: View, epoch: int, offered: list[str]) -> dict[str, Any]:
    """Draw what changes from an epoch on, and its values: as B has it now where it branches off A there."""
    start = begun(pair, epoch, offered)
    optimizer = under_way(pair.a, epoch).optimizer
    labels = {name: fields.label(Segment, name) for name in offered if applies(name, pair.a.dataset, optimizer)}
    if without_edits(pair.a, epoch)[1]:
        labels[EDITS] = fields.label(Segment, EDITS)
    names = st.pills(
        f"After epoch {epoch:,}" if epoch == pair.a.epochs else f"From epoch {epoch:,} on",
        list(labels),
        selection_mode="multi",
        default=[name for name in start if name in labels],
        format_func=labels.__getitem__,
        key=address.key("course.fields", " ".join([*start, *labels])),
        wrap=True,
    )
    values: dict[str, Any] = {EDITS: ()} if EDITS in names else {}
    with st.container(horizontal=True, gap="small", vertical_alignment="top"):
        for name in offered:
            comes_along = name not in labels and applies(name, pair.a.dataset, values.get("optimizer", optimizer))
            if name in names or comes_along:
                value = start.get(name, getattr(under_way(pair.a, epoch), name))
                after = f"from {value}".replace(".", ",")  # it stays as chosen until it starts from another value
                with st.container(width=FIELD_WIDTH):
                    values[name] = controls.control(name, pair.a, "course", {}, view.hidden, value, after)
    return values


def begun(pair: Pair, epoch: int, offered: list[str]) -> dict[str, Any]:
    """What changes at an epoch unless somebody chooses otherwise: what B changes there, or a tenth of the rate."""
    of_a, of_b = under_way(pair.a, epoch), under_way(pair.b, epoch)
    if fork(pair) == epoch:
        return {name: getattr(of_b, name) for name in offered if getattr(of_a, name) != getattr(of_b, name)}
    if without_edits(pair.a, epoch)[1]:
        return {EDITS: ()}
    slower = max(RULES["learning_rate"].low, float(f"{TENTH * of_a.learning_rate:.3g}"))
    return {"learning_rate": slower} if "learning_rate" in offered else {}


def of_b(pair: Pair) -> str:
    """The engine of a branch: A's, unless B is one on another."""
    start = pair.b.engine if fork(pair) is not None else pair.a.engine
    with st.container(width=ENGINE_WIDTH):
        key = address.key("course.engine")
        labels = {name: f"B in {label}" for name, label in ENGINES.items()}
        return widgets.choice(labels, "Engine of B", start, key, label_visibility="collapsed")


def segments(pair: Pair, view: View) -> Callable[[], Pair] | None:
    """The segments of A, each with a button that removes it, and one that has A train on: what a press makes."""
    made: Callable[[], Pair] | None = None
    lines = course_in_words(pair.a)
    with st.container(gap=None, key="segments"):
        st.caption("Training of A")
        for number, line in enumerate(lines, 1):
            with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="center"):
                st.markdown(f"{number}\u2002{line}", width="stretch")
                if len(lines) > 1 and close(number):
                    made = partial(with_a, pair, without(pair.a, number))
    if not view.hides("epochs"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="train"):
            pressed = st.button("Train on", key="train on", help="A goes on as it is, for so many epochs more")
            rule, key = Whole(1, RULES["epochs"].high), address.key("course.epochs")
            with st.container(width=FIELD_WIDTH):
                epochs = widgets.number(rule, "Epochs more", LONGER, key, step=50, label_visibility="collapsed")
            st.markdown("epochs", width="content")
        if pressed:
            made = partial(longer, pair, epochs)
    return made


def close(number: int) -> bool:
    """A button that removes a segment."""
    says = f"Remove segment {number}"
    return st.button("", key=f"remove {number}", icon=":material/close:", type="tertiary", help=says)


def with_branch(a: Experiment, whole: Experiment, epoch: int, engine: str, changes: Mapping[str, Any]) -> Pair:
    """A, and B as its branch. Weights that A sets by hand here become B's, and A goes on as B does."""
    settings = dict(changes)
    if EDITS in settings:
        at_end = epoch == a.epochs
        a, settings[EDITS] = without_edits(a, epoch)
        a = a if not at_end else whole if whole.epochs > epoch else lengthened(a, keeps_state(a.engine, engine))
    if engine == a.engine and epoch < a.epochs and forked(a, epoch, **settings) == forked(a, epoch):
        raise ValueError(f"Nothing that is chosen differs from what A has after epoch {epoch:,}, so B would be A.")
    return Pair(*branched(a, epoch, engine, **settings))


def with_course(pair: Pair, epoch: int, changes: Mapping[str, Any]) -> Pair:
    """The pair with changes in A from an epoch on; weights that A sets by hand here it has already."""
    a, settings = pair.a, {name: value for name, value in changes.items() if name != EDITS}
    if epoch < a.epochs and forked(a, epoch, **settings) == forked(a, epoch):
        raise ValueError(f"Nothing that is chosen differs from what A has after epoch {epoch:,}.")
    return with_a(pair, forked(a, epoch, keeps_state(a.engine, pair.b.engine), **settings))


def longer(pair: Pair, epochs: int) -> Pair:
    """The pair with an A that trains on for so many epochs."""
    return with_a(pair, lengthened(pair.a, keeps_state(pair.a.engine, pair.b.engine), epochs=epochs))


def with_a(pair: Pair, a: Experiment) -> Pair:
    """The pair with another A, and B with what it changes in that."""
    b, refused = controls.built_b(a, own_changes(pair, a), pair.b.engine)
    if refused:
        raise ValueError(refused)
    return Pair(a, b)


def keeps_state(*engines: str) -> bool:
    """Whether optimizers go on from one segment to the next: scikit-learn's do not, and beside it none does."""
    return "sklearn" not in engines
