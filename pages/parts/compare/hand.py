"""The row of Edit: a weight of A set by hand, named in words or in a table of its layer.

It works on the frame at which the stage rests. The weights shown are kept in the session with the frame they belong to:
those that a what-if sets are known before it has trained, so no field goes away and comes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256

import streamlit as st

from core.data import DATASETS, FEATURES
from core.edits import BIAS, MOST, VALUE, Edit, set_by_hand
from core.experiment import Experiment
from core.link import Pair, View, experiment_key, from_query, to_query
from core.network import Layers
from core.sides import expressible, own_changes
from core.what_if import is_what_if, set_at, undone, with_weights
from pages.parts.background import screen, tasks
from pages.parts.background.look import Look
from pages.parts.background.work import Measurement, Training
from pages.parts.compare import course, results
from pages.parts.controls import experiment as controls
from pages.parts.controls import widgets
from pages.parts.frame import address, page
from pages.parts.stage import stage

PLACE = "hand"
SHOWN, BEFORE = "weights shown", "before weights were set"  # in the session
TABLE_HEIGHT = 212  # pixels; five rows and the names


@dataclass(frozen=True)
class Shown:
    """The weights of a frame. origin: the experiment since which none was set but in the table."""

    key: str
    epoch: int
    layers: Layers
    origin: str


def from_diagram(pair: Pair, view: View) -> list[str]:
    """Take over a weight that was set on the diagram; a sentence if it can not be."""
    asked = stage.by_hand(experiment_key(pair.a), view)
    if isinstance(asked, stage.Hand):
        asked = take_over(pair, view, asked.epoch, [asked.weight])
    return [asked] if asked else []


def take_over(pair: Pair, view: View, epoch: int, weights: Sequence[Edit], in_table: bool = False) -> str:
    """Open A with these weights set at an epoch, and B as it follows; or a sentence on why that can not be."""
    try:
        a = with_weights(pair.a, epoch, weights)
    except ValueError as error:
        return f"{str(error).removesuffix('.')}, so nothing was changed."
    if not is_what_if(pair.a):
        st.session_state[BEFORE] = to_query(pair, replace(view, frame=epoch))
    shown: Shown | None = st.session_state.get(SHOWN)
    if shown and (shown.key, shown.epoch) == (experiment_key(pair.a), epoch):
        layers = [(W.copy(), b.copy()) for W, b in shown.layers]
        set_by_hand(layers, weights)
        key = experiment_key(a)
        st.session_state[SHOWN] = Shown(key, epoch, layers, shown.origin if in_table else key)
    go(pair, a, view, epoch)
    return ""


def go(pair: Pair, a: Experiment, view: View, epoch: int) -> None:
    """Open another A beside the B that follows from it, at rest at an epoch. It is begun before the page is drawn."""
    b, _ = controls.built_b(a, own_changes(pair), pair.b.engine)
    new, _ = expressible(Pair(a, b))
    screen.look([Training(new.a), Training(new.b)], results.PLACE, 0)
    address.go(to_query(new, replace(view, frame=epoch)))


def undo(pair: Pair, view: View) -> None:
    """Put the weights set by hand away: back to what was there before them, or to A's training up to here."""
    epoch = pair.a.epochs
    if before := uncut(pair.a):
        address.go({**before, "frame": str(epoch)})
    go(pair, undone(pair.a), view, epoch)


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
    experiment = pair.a
    epoch = shown_epoch(view, looks[0])
    with st.container(border=True, key="hand", gap="xsmall"):
        layers = weights(looks[0], epoch)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            layer = choose_layer(experiment)
            wished = weight(experiment, epoch, layer, layers)
            is_undone = st.button("Undo edits", disabled=not is_what_if(experiment), key="hand.undo")
        problem = take_over(pair, view, epoch, [wished]) if wished else ""
        if layers and (changed := table(experiment, epoch, layer)):
            problem = take_over(pair, view, epoch, changed, in_table=True)
        if problem:
            st.error(page.literal(problem))
        st.caption(said(experiment, epoch))
        course.row(pair, view, epoch, whole(experiment))
    if is_undone:
        undo(pair, view)


def shown_epoch(view: View, look: Look) -> int:
    """The epoch of A's frame that is shown."""
    asked, last = stage.epoch(view), look.work.experiment.epochs
    if not look.outcome:
        return last if asked < 0 else min(asked, last)
    epochs = look.outcome.run.epochs
    return int(epochs[-1] if asked < 0 else epochs[abs(epochs - asked).argmin()])


def weights(look: Look, epoch: int) -> Layers | None:
    """The layers of A at an epoch, as soon as they are known."""
    key, shown = look.work.key, st.session_state.get(SHOWN)
    if shown and (shown.key, shown.epoch) == (key, epoch):
        layers: Layers = shown.layers
        return layers
    if not look.outcome:
        return None
    run = look.outcome.run
    last = int(run.epochs[-1])
    if epoch == last:
        layers = run.layers[-1]
    else:
        part = partial(tasks.weights, look.work.experiment, last, epoch)
        work = Measurement(f"weights at {epoch} of {look.id}", "Reading the weights", [part], look.work.engine)
        (read,) = screen.look([work], PLACE)
        if not read.complete:
            screen.status([read], PLACE)
            return None
        (layers,) = read.found
    st.session_state[SHOWN] = Shown(key, epoch, layers, key)
    return layers


def choose_layer(experiment: Experiment) -> int:
    """A layer of weights, counted from 1."""
    count = len(experiment.sizes) - 1
    names = {number: f"Layer {number}" if number < count else "Output" for number in range(1, count + 1)}
    return st.selectbox("Layer", list(names), format_func=names.__getitem__, key=f"hand.layer {count}", width=110)


def weight(experiment: Experiment, epoch: int, layer: int, layers: Layers | None) -> Edit | None:
    """A weight or bias of a layer and its value; the edit, where somebody gave it another one."""
    sources, units = names(experiment, layer - 1), names(experiment, layer)
    if not units:
        return None
    at = f"{layer} {len(sources)} {len(units)}"
    source = st.selectbox(
        "From",
        [*range(len(sources)), BIAS],
        format_func=lambda i: "Bias" if i == BIAS else sources[i],
        key=f"hand.from {at}",
        width=130,
    )
    unit = st.selectbox("To", range(len(units)), format_func=units.__getitem__, key=f"hand.to {at}", width=130)
    name, key = "Weight" if source != BIAS else "Bias", "hand.value"
    text = ""
    if layers:
        W, b = layers[layer - 1]
        text = VALUE.write(float(f"{b[unit] if source == BIAS else W[source, unit]:.6g}"))
        place = (experiment_key(experiment), epoch, layer, source, unit)
        # What a browser brings into a new session was typed: it counts. Else the field follows what it stands for.
        if st.session_state.get("hand.place", place if key in st.session_state else None) != place:
            st.session_state[key] = text
        st.session_state["hand.place"] = place
    typed = st.text_input(name, key=key, width=130)
    if not layers or typed == text:
        return None
    value = widgets.read(VALUE, name, typed, float(text))
    return Edit(layer, source, unit, value) if value != float(text) else None


def table(experiment: Experiment, epoch: int, layer: int) -> list[Edit]:
    """The weights of a layer in a table; those that somebody gave another value."""
    shown: Shown = st.session_state[SHOWN]
    sources, units = [*names(experiment, layer - 1), "Bias"], names(experiment, layer)
    with st.expander("All weights of this layer", key="hand.all", on_change="rerun") as opened:
        if not opened.open:
            return []
        W, b = shown.layers[layer - 1]
        values = (
            [[float(f"{value:.6g}") for value in column] for column in [*zip(*W, b, strict=True)]]
            if len(W)
            else [[float(each)] for each in b]
        )
        # The widget keeps what was typed by its place. It starts anew with another run, frame or layer, and where a
        # weight was set elsewhere; while the table itself is worked in it stays, and the focus with it.
        run = sha256(shown.origin.encode()).hexdigest()[:12]
        columns = {"from": sources, **dict(zip(units, values, strict=True))}
        config = {name: st.column_config.NumberColumn(name, format="%.4g") for name in units}
        edited = st.data_editor(
            columns, height=TABLE_HEIGHT, disabled=["from"], column_config=config, key=f"weights {run} {epoch} {layer}"
        )
    changed = []
    for unit, name in enumerate(units):
        for place, (old, new) in enumerate(zip(values[unit], edited[name], strict=True)):
            if new is not None and new != old and new == new:
                changed.append((place if place < len(W) else BIAS, unit, float(new)))
    return [Edit(layer, source, unit, value) for source, unit, value in changed]


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
