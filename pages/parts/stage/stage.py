"""The stage: one canvas that replays the frames of A and B in lockstep, in the browser and without the server.

A complete run of a side (`core.packed`) is some 2 MB, does not depend on the view and is packed once for all sessions.
It is not in the messages, of which Streamlit draws only the newer one where two come close together: they name it and
say where it lies (`feed`), and the browser reads it once and holds the last few. Only a session's first message has its
runs in it, and one that the browser asks for because it could not read them (`lost`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from core.data import FEATURES
from core.experiment import MAX_LAYERS, MAX_WIDTH, Experiment, changed
from core.fields import rules
from core.figures import palette
from core.link import View
from core.packed import Packed, attach, pack_neuron, to_bytes
from core.training import Run

State = Literal["waiting", "training", "finished", "stopped", "diverged"]
ENDED = ("finished", "stopped", "diverged")
ALIGNMENT = 8
MOST_LINKS = 256  # drawn between two layers: more are a grey haze, and ten layers of 64 would be 9 MB

HERE = Path(__file__).parent
SCRIPTS = ("stage", "messages", "feed", "time", "choices", "edit", "geometry", "still", "moving", "hover")  # one module
component = st.components.v2.component(
    "stage",
    css=(HERE / "stage.css").read_text("utf-8"),
    js="\n".join((HERE / "canvas" / f"{name}.js").read_text("utf-8") for name in SCRIPTS),
)


@dataclass(frozen=True)
class Edit:
    """What somebody made of a network on its diagram: the features and hidden layers that it is to have now."""

    features: tuple[str, ...]
    hidden: tuple[int, ...]

    def applied(self, experiment: Experiment) -> Experiment:
        """The experiment with these; a layer that is added takes over the last one's activation.

        Raises ValueError as `Experiment` does, where they do not go with the rest.
        """
        activation = experiment.activation
        if not isinstance(activation, str):
            longer, count = activation + activation[-1:] * MAX_LAYERS, len(self.hidden)
            activation = longer[:count] if count > 1 else activation[0]
        return changed(experiment, features=self.features, hidden=self.hidden, activation=activation)


@dataclass(frozen=True)
class Side:
    """One side of the stage.

    key names the experiment and stays the same from waiting to finished; feed is where the browser reads what is new of
    it, and in the end its run; packed is `pack` of a run that ended, `pack_newest` of one that trains; run is needed
    only for maps of single neurons of layers too wide to send (`maps.within_budget`). experiment is what an edit on the
    diagram starts from. settings is the text under a saved picture; progress a share from 0 to 1.
    """

    key: str
    title: str = ""
    subtitle: str = ""
    state: State = "waiting"
    note: str = ""
    progress: float = 0.0
    settings: str = ""
    feed: str = ""
    packed: Packed | None = None
    run: Run | None = None
    experiment: Experiment | None = None


def show(
    sides: Sequence[Side],
    view: View,
    query: str = "",
    key: str = "stage",
    compact: bool = False,
    on_edit: Callable[[Edit], None] | None = None,
) -> None:
    """Draw one or two sides. query: the full link, for a copy where the address does not say everything.

    compact: small, with boundary and network only, and replayed in a loop (Home).
    on_edit: what to do with an edit of the first side's network; without it the diagram can not be edited.
    """
    told: Mapping[str, Any] = st.session_state.get(key) or {}
    started = sides[0].experiment if on_edit and not compact else None
    lost = told["lost"] if isinstance(told.get("lost"), list) else []
    if not st.session_state.get(f"{key} opened"):  # a page that opens draws its charts before it reads a file
        lost = [side.key for side in sides]
        st.session_state[f"{key} opened"] = True
    component(
        data=message(sides, view, lost, told.get("neuron"), compact, query, started),
        key=key,
        on_ended_change=nothing,  # the browser knows before the page that a training is over: it is time to look again
        on_lost_change=nothing,
        on_neuron_change=nothing,
        on_edit_change=nothing,
    )
    edit = edited(told.get("edit"), started, view.hide)
    if on_edit and edit:
        on_edit(edit)


def is_edited(key: str = "stage") -> bool:
    """Whether this run brings an edit, which the stage must be drawn for: the next run knows nothing of it."""
    return bool((st.session_state.get(key) or {}).get("edit"))


def is_complete(side: Side) -> bool:
    """Whether there is a whole run to show; there is none of a training that failed or was stopped at its start."""
    return side.state in ENDED and side.packed is not None


def edited(asked: Any, experiment: Experiment | None, hide: Sequence[str] = ()) -> Edit | None:
    """The edit that the browser asks for as {features, hidden}; None if it is not allowed or changes nothing."""
    if experiment is None or not isinstance(asked, Mapping):
        return None
    values: dict[str, Any] = {}
    for name in ("features", "hidden"):
        old, new = getattr(experiment, name), asked.get(name)
        values[name] = tuple(new) if isinstance(new, list) else new
        if not rules(Experiment)[name].accepts(values[name]) or (name in hide and values[name] != old):
            return None
    edit = Edit(**values)
    if set(hide) & (set(edit.features) ^ set(experiment.features)):
        return None
    return None if edit == Edit(experiment.features, experiment.hidden) else edit


def message(
    sides: Sequence[Side],
    view: View,
    lost: Collection[Any] = (),
    neuron: Any = None,
    compact: bool = False,
    query: str = "",
    editable: Experiment | None = None,
) -> bytes:
    """What the browser needs to show the sides.

    lost: the keys of sides whose runs it could not read; neuron: the one it asks for; editable: the experiment of the
    first side, where its network can be changed.
    """
    header: dict[str, Any] = {
        "view": {
            "frame": view.frame,
            "test_points": view.test_points,
            "discretize": view.discretize,
            "clamp": view.clamp,
            "gradient": view.gradient,
        },
        "hide": list(view.hide),
        "edit": editing(editable, view.hide) if editable else None,
        "features": [{"name": name, "label": feature.label} for name, feature in FEATURES.items()],
        "compact": compact,
        "query": query,
        "palette": {
            "classes": palette.CLASSES,
            "negative": palette.NEGATIVE,
            "positive": palette.POSITIVE,
            "neutral": palette.NEUTRAL,
            "layers": [palette.layer_colors(n) for n in range(MAX_LAYERS + 2)],
        },
        "sides": [],
    }
    bodies: list[bytes] = []
    for i, side in enumerate(sides):
        read = is_complete(side) and side.feed and side.key not in lost
        header["sides"].append(
            {
                **told(side, bodies, None if read else side.packed),
                "title": side.title,
                "subtitle": side.subtitle,
                "settings": side.settings,
                "feed": side.feed,
                "fetched": attach(bodies, fetched(side, i, neuron)),
            }
        )
    return to_bytes(header, bodies)


def news(side: Side) -> bytes:
    """What the feed says of a side: where it is now, laid out as a message."""
    bodies: list[bytes] = []
    return to_bytes({"sides": [told(side, bodies, side.packed)]}, bodies)


def told(side: Side, bodies: list[bytes], packed: Packed | None) -> dict[str, Any]:
    """Where a side is; `packed` of it is appended to a message's bodies."""
    return {
        "key": side.key,
        "id": identity(side),
        "state": side.state,
        "complete": is_complete(side),
        "note": side.note,
        "progress": side.progress,
        "run": attach(bodies, packed),
    }


def editing(experiment: Experiment, hide: Sequence[str]) -> dict[str, Any]:
    """What the diagram's controls start from, which of them there are, and their limits."""
    return {
        "features": experiment.features,
        "hidden": experiment.hidden,
        "outputs": experiment.sizes[-1],
        "may": {name: name not in hide for name in ("features", "hidden")},
        "switches": [name for name in FEATURES if name not in hide],
        "most_layers": MAX_LAYERS,
        "most_neurons": MAX_WIDTH,
    }


def fetched(side: Side, place: int, neuron: Any) -> Packed | None:
    """The maps of the neuron that the browser asks for as {key, side, layer, neuron}, if the side still has it."""
    if (
        not isinstance(neuron, Mapping)
        or side.run is None
        or (neuron.get("side"), neuron.get("key")) != (place, side.key)
    ):
        return None
    widths = side.run.experiment.sizes[1:]
    layer, unit = neuron.get("layer"), neuron.get("neuron")
    if type(layer) is not int or type(unit) is not int or not (0 <= layer < len(widths) and 0 <= unit < widths[layer]):
        return None
    return pack_neuron(side.run, layer, unit)


def identity(side: Side) -> str:
    """What the browser keeps a complete run under; a stopped run is not the finished one of its experiment."""
    return f"{side.key} {side.packed.header['arrays']['epochs'][1][0] if side.packed else 0}"


def nothing() -> None:
    """Streamlit returns the values of a component only for events that have a callback."""
