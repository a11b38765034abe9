"""The row of Edit: a weight of A set by hand, named in words or in a table of its layer.

It works on the frame at which the stage rests. The weights shown are kept in the session with the frame they belong to:
those that a what-if sets are known before it has trained, so no field goes away and comes again.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data import DATASETS, FEATURES
from core.edits import BIAS, MOST, VALUE, Edit, set_by_hand
from core.experiment import Experiment
from core.link import Pair, View, experiment_key, from_query, to_query
from core.network import Layers
from core.sides import expressible
from core.what_if import is_what_if, set_at, undone, with_weights
from pages.parts.background import screen, tasks
from pages.parts.background.feed import feed
from pages.parts.background.look import Look
from pages.parts.background.work import Measurement
from pages.parts.compare import course, results
from pages.parts.controls import widgets
from pages.parts.frame import address, page
from pages.parts.stage import stage

PLACE = "hand"
SHOWN, BEFORE = "weights shown", "before weights were set"  # in the session
Value = tuple[Any, Any, Any, Any]  # layer, source, unit and value of a weight, as somebody gave them
DRAWN_S = 0.08  # that the browser has to draw a what-if, before a page of new controls keeps it busy for longer
ROW_HEIGHT, MOST_ROWS = 35, 8  # of the table: pixels, and rows that are seen at once


@dataclass(frozen=True)
class Shown:
    """The weights of a frame: of which experiment, and of which epoch.

    since: of the field and the table the name of what they started from. A widget keeps what was typed in it, the table
    by its place, so each starts anew with other weights; but not with those that it has set itself, which would cost it
    the focus.
    """

    key: str
    epoch: int
    layers: Layers
    since: Mapping[str, str]

    def set(self, weights: Sequence[Edit], key: str, by: str) -> "Shown":
        """These weights with some of them set, as those of another experiment."""
        layers = [(W.copy(), b.copy()) for W, b in self.layers]
        set_by_hand(layers, weights)
        anew = starts_from(key, address.generation() + 1)
        return Shown(key, self.epoch, layers, {name: old if name == by else anew for name, old in self.since.items()})


def starts_from(key: str, generation: int) -> str:
    """The name of what widgets start from: an experiment, and when it was opened."""
    return f"{generation} {sha256(key.encode()).hexdigest()[:12]}"


def from_diagram(pair: Pair, view: View) -> list[str]:
    """Take over a weight that was set on the diagram; a sentence if it can not be."""
    asked = stage.by_hand(pair.a, view)
    if isinstance(asked, stage.Hand):
        asked = take_over(pair, view, asked.epoch, [asked.value], "diagram")
    return [asked] if asked else []


def take_over(pair: Pair, view: View, epoch: int, values: Sequence[Value], by: str) -> str:
    """Open A with these weights set at an epoch, and B as it follows; or a sentence on why that can not be."""
    try:
        weights = [Edit(*value) for value in values]
        new = course.with_a(pair, with_weights(pair.a, epoch, weights))
    except ValueError as error:
        return f"{str(error).removesuffix('.')}, so nothing was changed."
    if not is_what_if(pair.a):
        st.session_state[BEFORE] = to_query(pair, replace(view, frame=epoch))
    if shown := known(experiment_key(pair.a), epoch):
        st.session_state[SHOWN] = shown.set(weights, experiment_key(new.a), by)
    new, _ = expressible(new)
    begun, _ = results.look(new.a, new.b)  # before the page is drawn, and its first frame ahead of it
    if first := begun.outcome or begun.live:
        feed.write(stage.ahead(pair.a), first.news)
        time.sleep(DRAWN_S)
    address.go(to_query(new, replace(view, frame=epoch)))
    return ""


def undo(pair: Pair, view: View) -> None:
    """Put the weights set by hand away: back to what was there before them, or to A's training up to here."""
    epoch = str(pair.a.epochs)
    cut = partial(course.with_a, pair, undone(pair.a))
    address.go({**(uncut(pair.a) or to_query(expressible(cut())[0], view)), "frame": epoch})


def whole(experiment: Experiment) -> Experiment:
    """A what-if as it was before its weights were set by hand, or as far as this session knows it."""
    before = uncut(experiment)
    return from_query(before)[0].a if before else undone(experiment)


def uncut(experiment: Experiment) -> dict[str, str]:
    """The query from which a what-if was made in this session, {} where it was made elsewhere."""
    before: dict[str, str] = st.session_state.get(BEFORE, {})
    return before if before and is_cut_of(from_query(before)[0].a, experiment) else {}


def is_cut_of(longer: Experiment, what_if: Experiment) -> bool:
    """Whether a what-if was made of an experiment."""
    epoch = what_if.epochs
    try:
        return with_weights(longer, epoch, set_at(what_if, epoch)) == what_if
    except ValueError:
        return False


def row(pair: Pair, view: View, looks: Sequence[Look]) -> None:
    """Draw the row for the frame at which the stage rests."""
    experiment, epoch = pair.a, shown_epoch(view, looks[0])
    problem = ""
    with st.container(border=True, key="hand", gap="xsmall"):
        shown = weights(looks[0], epoch)
        fields, notes = st.container(horizontal=True, vertical_alignment="bottom", gap="small"), st.container()
        with fields:
            layer = choose_layer(experiment)
            wished = weight(experiment, layer, shown, notes)
            is_undone = st.button("Undo edits", key="hand.undo")  # never disabled, which would cost it the focus
        if wished:
            problem = take_over(pair, view, epoch, [wished], "field")
        with st.expander("All weights of this layer", key="hand.all", on_change="rerun", type="compact") as opened:
            if opened.open and shown and (changed := table(experiment, layer, shown)):
                problem = take_over(pair, view, epoch, changed, "table")
        if problem:
            st.error(page.literal(problem))
        st.caption(said(experiment, epoch))
        course.row(pair, view, epoch, whole(experiment))
    if is_undone and is_what_if(experiment):
        undo(pair, view)


def shown_epoch(view: View, look: Look) -> int:
    """The epoch of A's frame that is shown."""
    asked, last = stage.epoch(view), look.work.experiment.epochs
    if not look.outcome:
        return last if asked < 0 else min(asked, last)
    run = look.outcome.run
    return int(run.epochs[run.frame_at(asked)])


def known(key: str, epoch: int) -> Shown | None:
    """The weights of an experiment at an epoch, where the session has them."""
    shown: Shown | None = st.session_state.get(SHOWN)
    return shown if shown and (shown.key, shown.epoch) == (key, epoch) else None


def weights(look: Look, epoch: int) -> Shown | None:
    """The weights of A at an epoch, as soon as they are known."""
    key = look.work.key
    if not (shown := known(key, epoch)) and (layers := read(look, epoch)):
        shown = Shown(key, epoch, layers, dict.fromkeys(("field", "table"), starts_from(key, address.generation())))
        st.session_state[SHOWN] = shown
    return shown


def read(look: Look, epoch: int) -> Layers | None:
    """The layers of a run at an epoch: its last are here, others a worker has."""
    if not look.outcome:
        return None
    last = int(look.outcome.run.epochs[-1])
    if epoch == last:
        return look.outcome.run.layers[-1]
    part = partial(tasks.weights, look.work.experiment, last, epoch)
    work = Measurement(f"weights at {epoch} of {look.id}", "Reading the weights", [part], look.work.engine)
    (done,) = screen.look([work], PLACE)
    if done.complete:
        layers: Layers = done.found[0]
        return layers
    screen.status([done], PLACE)
    return None


def choose_layer(experiment: Experiment) -> int:
    """A layer of weights, counted from 1."""
    count = len(experiment.sizes) - 1
    names = {number: f"Layer {number}" if number < count else "Output" for number in range(1, count + 1)}
    return st.selectbox("Layer", list(names), format_func=names.__getitem__, key=f"hand.layer {count}", width=110)


def weight(experiment: Experiment, layer: int, shown: Shown | None, notes: DeltaGenerator) -> Value | None:
    """A weight or bias of a layer and its value, where somebody gave it another one. notes: where sentences stand."""
    sources, units = names(experiment, layer - 1), names(experiment, layer)
    shape = f"{layer} {len(sources)} {len(units)}"
    labels: dict[int | str, str] = {**dict(enumerate(sources)), BIAS: "Bias"}
    source = st.selectbox("From", list(labels), format_func=labels.__getitem__, key=f"hand.from {shape}", width=130)
    unit = st.selectbox("To", range(len(units)), format_func=units.__getitem__, key=f"hand.to {shape}", width=130)
    name = "Bias" if source == BIAS else "Weight"
    if not shown:
        st.text_input(name, key="hand.unknown", disabled=True, width=130)
        return None
    W, b = shown.layers[layer - 1]
    value = rounded(b[unit] if source == BIAS else W[source, unit])
    key = f"hand {shown.since['field']} {shown.epoch} {layer} {source} {unit}"
    typed = st.text_input(name, VALUE.write(value), key=key, width=130)
    with notes:
        wished = widgets.read(VALUE, name, typed, value)
    return (layer, source, unit, wished) if wished != value else None


def table(experiment: Experiment, layer: int, shown: Shown) -> list[Value]:
    """The weights of a layer in a table; those that somebody gave another value."""
    sources, units = names(experiment, layer - 1), names(experiment, layer)
    W, b = shown.layers[layer - 1]
    places = [*range(len(sources)), BIAS]
    values = {name: [*map(rounded, W[:, unit]), rounded(b[unit])] for unit, name in enumerate(units)}
    edited = st.data_editor(
        {"From": [*sources, "Bias"], **values},
        height="content" if len(places) <= MOST_ROWS else ROW_HEIGHT * (1 + MOST_ROWS),
        disabled=["From"],
        column_config={name: st.column_config.NumberColumn(name, format="%.4g") for name in units},
        key=f"weights {shown.since['table']} {shown.epoch} {layer}",
    )
    return [
        (layer, source, unit, new)
        for unit, name in enumerate(units)
        for source, old, new in zip(places, values[name], edited[name], strict=True)
        if new != old
    ]


def rounded(value: float) -> float:
    """A weight as it is shown: six digits, as many as the stage has."""
    return float(f"{value:.6g}")


def names(experiment: Experiment, column: int) -> list[str]:
    """The names of the features, of a hidden layer's neurons, or of the outputs."""
    sizes = experiment.sizes
    if column == 0:
        return [FEATURES[name].label for name in experiment.features]
    if column < len(sizes) - 1:
        return [f"Neuron {number}" for number in range(1, sizes[column] + 1)]
    return list(DATASETS[experiment.dataset].class_names) if sizes[-1] > 1 else ["Output"]


def said(experiment: Experiment, epoch: int) -> str:
    """What the row works on, and which weights are set there."""
    if not is_what_if(experiment) or epoch != experiment.epochs:
        how = "A weight set here, or by a click on its line or neuron, asks what if: A then ends here."
        return f"A at epoch {epoch:,}. {how}"
    edits = set_at(experiment, epoch)
    words = "; ".join(edit.words for edit in edits)
    return f"What if at epoch {epoch:,}, {len(edits)} of {MOST} weights set, none trained: {words}."
