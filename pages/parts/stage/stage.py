"""The stage: one canvas that replays the frames of A and B in lockstep, in the browser and without the server.

A message says what the sides are and where the browser reads their news (`background.news`): a complete run has some
0.5 MB and is read once. Only a session's first message has the news in it, and one that the browser asks for because it
could not read them.
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.data import DATASETS, FEATURES
from core.edits import MOST, VALUE
from core.experiment import MAX_LAYERS, MAX_WIDTH, Experiment
from core.fields import rules
from core.figures import palette
from core.link import View, experiment_key
from core.packed import ALIGNMENT, Packed, attach, to_bytes
from core.picks import fitting, picked
from core.what_if import is_what_if, set_at
from pages.parts.background.feed import feed
from pages.parts.background.news import news
from pages.parts.background.work import State
from pages.parts.frame import address, page

BY_MESSAGE = "news come by message"
ENDED = ("finished", "stopped", "diverged")
CHOICES = ("test_points", "discretize", "clamp", "gradient", "edit")  # of a view: controls on the stage

HERE = Path(__file__).parent
SCRIPTS = (
    "stage",
    "player",
    "messages",
    "channel",
    "time",
    "choices",
    "edit",
    "hand",
    "geometry",
    "still",
    "moving",
    "hover",
)


def lean(script: str) -> str:
    """A script without its comments on lines of their own, blank lines and indentation: each message carries it."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


component = st.components.v2.component(
    "stage",
    css=(HERE / "stage.css").read_text("utf-8"),
    js="\n".join(lean((HERE / "canvas" / f"{name}.js").read_text("utf-8")) for name in SCRIPTS),
)


@dataclass(frozen=True)
class Edit:
    """What somebody made of a network on its diagram: the features and hidden layers that it is to have now.

    click: the number of the last click that led here.
    """

    click: int
    features: tuple[str, ...]
    hidden: tuple[int, ...]


@dataclass(frozen=True)
class Side:
    """One side of the stage.

    key names the experiment and stays the same from waiting to finished; id is what the browser keeps its run under
    once it has ended, empty where there is none. address is where the browser reads the news, news are they themselves.
    experiment is what an edit on the diagram starts from. settings is the text under a saved picture; progress a share
    from 0 to 1. neuron: the maps of one neuron, where the browser asked for them. fork: the epoch at which it
    branches off the first side.
    """

    key: str
    title: str = ""
    subtitle: str = ""
    state: State = "waiting"
    note: str = ""
    progress: float = 0.0
    settings: str = ""
    id: str = ""
    address: str = ""
    news: bytes | None = None
    experiment: Experiment | None = None
    neuron: Packed | None = None
    fork: int | None = None


@dataclass(frozen=True)
class Hand:
    """A weight that was set on the diagram of the first side, as it is shown at an epoch; not checked yet.

    value: its layer, source, unit and value (`core.edits.Edit`).
    """

    epoch: Any
    value: tuple[Any, Any, Any, Any]


@dataclass(frozen=True)
class Neuron:
    """A neuron of a side (0 or 1) whose maps the browser asks for; layer 0 is the first hidden layer."""

    side: int
    key: str
    layer: int
    unit: int


def show(
    sides: Sequence[Side],
    view: View,
    query: str = "",
    key: str = "stage",
    compact: bool = False,
    editable: bool = False,
    edit: Edit | None = None,
) -> Neuron | None:
    """Draw one or two sides. query: the full link, for a copy where the address does not say everything.

    compact: small, with boundary and network only, and replayed in a loop (Home).
    editable: whether the first side's network can be changed on its diagram; edit: what was made of it (`edited`).
    Returns a neuron whose maps the browser has just asked for.
    """
    told: Mapping[str, Any] = st.session_state.get(key) or {}
    started = sides[0].experiment if editable else None
    wanted = told["wanted"] if isinstance(told.get("wanted"), Mapping) else {}
    carried = wanted["sides"] if isinstance(wanted.get("sides"), list) else []
    if carried:
        st.session_state[BY_MESSAGE] = True
    # what-ifs of which one frame is there: it is small, and read at once
    carried = [*carried, *(side.key for side in sides if side.state == "training" and is_asking(side))]
    if by_message():
        carried = [*carried, *(side.key for side in sides if side.state == "training")]
    if not st.session_state.get(f"{key} opened"):  # a page that opens draws its charts before it reads a file
        carried = [side.key for side in sides]
        st.session_state[f"{key} opened"] = True
    if started and view.edit and not view.hides("edit"):  # the browser finds a file there from the start
        feed.write(ahead(started), news("", "waiting"))
    done = component(
        data=message(
            sides,
            view,
            carried,
            compact,
            query,
            started,
            edit,
            wanted.get("at"),
            click(told.get("choices")),
            click(told.get("hand")),
        ),
        key=key,
        on_wanted_change=nothing,
        on_neuron_change=nothing,
        on_edit_change=nothing,
        on_choices_change=nothing,
        on_shown_change=nothing,
        on_hand_change=nothing,
        on_stop_change=nothing,
        on_seed_change=nothing,
    )
    if (started and edited(started, view.hidden, key) != edit) or chosen(view, key) != view:
        st.rerun()  # a click that came with the first call of a session
    return asked_for(done.get("neuron"), sides)


def by_message() -> bool:
    """Whether files did not come through in this session, so that messages carry what trains."""
    return bool(st.session_state.get(BY_MESSAGE))


def edited(experiment: Experiment, hide: Sequence[str] = (), key: str = "stage") -> Edit | None:
    """What was made of a network on its diagram in this generation of the controls; None if nothing that may be.

    The diagram is a control as those in the sidebar: the browser holds its state, until another address comes in.
    """
    return allowed((st.session_state.get(key) or {}).get("edit"), experiment, hide)


def chosen(view: View, key: str = "stage") -> View:
    """The view with what was chosen on the stage in this generation of the controls."""
    asked: Mapping[str, Any] = (st.session_state.get(key) or {}).get("choices") or {}
    if click(asked) is None:
        return view
    may = [name for name in CHOICES if name not in view.hidden and rules(View)[name].accepts(asked.get(name))]
    return dataclasses.replace(view, **{name: asked[name] for name in may})


def is_asking(side: Side) -> bool:
    """Whether a side is a what-if."""
    return side.experiment is not None and is_what_if(side.experiment)


def epoch(view: View, key: str = "stage") -> int:
    """The epoch at which the stage rests in this generation, as far as it has told, or that of the link; -1: the last.

    It tells while the row of Edit is open.
    """
    asked: Mapping[str, Any] = (st.session_state.get(key) or {}).get("shown") or {}
    told = asked.get("epoch") if click(asked) is not None else None
    return told if type(told) is int and rules(View)["frame"].accepts(told) else view.frame


def by_hand(experiment: Experiment, view: View, key: str = "stage") -> Hand | str | None:
    """The weight of the first side that has just been set on the diagram, or a sentence on why it can not be."""
    asked: Mapping[str, Any] = (st.session_state.get(key) or {}).get("hand") or {}
    if click(asked) is None or view.hides("edit"):
        return None
    if asked.get("key") != experiment_key(experiment):
        return "The network was another one when this weight was set, so nothing was changed."
    return Hand(asked.get("epoch"), (asked.get("layer"), asked.get("source"), asked.get("unit"), asked.get("value")))


def click(asked: Any) -> int | None:
    """The number of the click that led to a state of the browser, if it is of this generation of the controls."""
    if not isinstance(asked, Mapping) or asked.get("generation") != address.generation():
        return None
    return asked["click"] if type(asked.get("click")) is int else None


def pressed(button: str, keys: Collection[str] = (), key: str = "stage") -> bool:
    """Whether `stop` or `seed` has just been pressed in this generation. keys: of the sides that it was pressed for."""
    asked: Mapping[str, Any] = (st.session_state.get(key) or {}).get(button) or {}
    return click(asked) is not None and (not keys or asked.get("sides") == list(keys))


def allowed(asked: Any, experiment: Experiment, hide: Sequence[str] = ()) -> Edit | None:
    """The edit that the browser asks for as {generation, click, features, hidden}, if it may."""
    number = click(asked)
    if number is None:
        return None
    values: dict[str, Any] = {}
    for name in ("features", "hidden"):
        old, new = getattr(experiment, name), asked.get(name)
        values[name] = tuple(new) if isinstance(new, list) else new
        if not rules(Experiment)[name].accepts(values[name]) or (name in hide and values[name] != old):
            return None
    if "layers" in hide and len(values["hidden"]) != len(experiment.hidden):
        return None
    if set(hide) & (set(values["features"]) ^ set(experiment.features)):
        return None
    return Edit(number, **values)


def message(
    sides: Sequence[Side],
    view: View,
    carried: Collection[Any] = (),
    compact: bool = False,
    query: str = "",
    editable: Experiment | None = None,
    edit: Edit | None = None,
    asked_at: float | None = None,
    answered: int | None = None,
    by_hand: int | None = None,
) -> bytes:
    """What the browser needs to show the sides.

    carried: the keys of sides whose news are in it, which the browser asked for at `asked_at`; editable: the experiment
    of the first side, where its network can be changed; edit: what was made of it on its diagram; answered: the last
    click on the choices that the view holds; by_hand: the number of the weight set on the diagram that is answered.
    """
    header: dict[str, Any] = {
        "generation": address.generation(),
        "frame": view.frame,
        "choices": {name: getattr(view, name) for name in CHOICES},
        "answered": answered,
        "hide": list(view.hidden),
        "edit": editing(editable, view.hidden, edit) if editable else None,
        "hand": setting_by_hand(editable, view, by_hand) if editable and not view.hides("edit") else None,
        "pick": looked_at(editable, view) if editable else None,
        "features": [{"name": name, "label": feature.label} for name, feature in FEATURES.items()],
        "compact": compact,
        "stoppable": editable is not None and "run" not in view.hidden,
        "title": "Gradient Lab · " + DATASETS[sides[0].experiment.dataset].label
        if sides[0].experiment
        else "Gradient Lab",
        "query": query,
        "asked_at": asked_at,
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
    for side in sides:
        header["sides"].append(
            {
                "key": side.key,
                "id": side.id,
                "state": side.state,
                "complete": side.state in ENDED and bool(side.id),
                "note": side.note,
                "progress": side.progress,
                "title": side.title,
                "subtitle": side.subtitle,
                "settings": side.settings,
                "fork": side.fork,
                "what_if": side.experiment.epochs if side.experiment and is_asking(side) else None,
                "address": side.address,
                "news": placed(bodies, side.news) if side.key in carried and side.news else None,
                "neuron": attach(bodies, side.neuron),
            }
        )
    return to_bytes(header, bodies)


def placed(bodies: list[bytes], news: bytes) -> tuple[int, int]:
    """Append news to a message's bodies; where they begin, and how many bytes they have."""
    start = sum(map(len, bodies))
    bodies.append(news + b"\0" * (-len(news) % ALIGNMENT))
    return start, len(news)


def looked_at(experiment: Experiment, view: View) -> dict[str, Any] | None:
    """What the tab Step looks at in the first side's network, while it is open; source: of a weight alone."""
    if view.tab != "step" or view.hides("charts"):
        return None
    pick = fitting(picked(view.pick), experiment.sizes)
    return {"layer": pick.layer, "unit": pick.unit, "source": pick.source if pick.kind == "w" else None}


def editing(experiment: Experiment, hide: Sequence[str], edit: Edit | None) -> dict[str, Any]:
    """What the diagram's controls start from, which of them there are, their limits, and the click that is answered."""
    return {
        "answered": edit and edit.click,
        "features": experiment.features,
        "hidden": experiment.hidden,
        "outputs": experiment.sizes[-1],
        "may": {name: name not in hide for name in ("features", "hidden", "layers")},
        "switches": [name for name in FEATURES if name not in hide],
        "most_layers": MAX_LAYERS,
        "most_neurons": MAX_WIDTH,
    }


def setting_by_hand(experiment: Experiment, view: View, answered: int | None) -> dict[str, Any]:
    """Which weights are set by hand where the first side ends, how many may be, and the limit of their values.

    at: the epoch that the link names; others are told. address: where the browser reads ahead what comes of it.
    """
    set_there = set_at(experiment, experiment.epochs) if is_what_if(experiment) else ()
    return {
        "answered": answered,
        "at": view.frame,
        "address": feed.address(ahead(experiment)) if view.edit else "",
        "epoch": experiment.epochs,
        "weights": [edit.weight for edit in set_there],
        "most": MOST,
        "largest": VALUE.high,
    }


def ahead(experiment: Experiment) -> str:
    """The name of the news that this session's browser reads before it hears which what-if an experiment became."""
    return f"{page.session()} {address.generation()} {experiment_key(experiment)}"


def asked_for(asked: Any, sides: Sequence[Side]) -> Neuron | None:
    """The neuron that the browser asks for as {key, side, layer, neuron}, if the side still has it."""
    if not isinstance(asked, Mapping):
        return None
    place, key, layer, unit = (asked.get(name) for name in ("side", "key", "layer", "neuron"))
    if type(place) is not int or not 0 <= place < len(sides) or sides[place].key != key:
        return None
    experiment = sides[place].experiment
    widths = experiment.sizes[1:] if experiment else ()
    if type(layer) is not int or type(unit) is not int or not (0 <= layer < len(widths) and 0 <= unit < widths[layer]):
        return None
    return Neuron(place, key, layer, unit)


def nothing() -> None:
    """Streamlit returns the values of a component only for events that have a callback."""
