"""Link: a pair of experiments and a view as the query of an address, and back.

Everything follows from the fields of the dataclasses and their rules (`core.fields`): a new field of Experiment,
Segment or View is in the link the moment it exists. Every value is written, so a later change of a default never
changes an old link; but for the first tab, which is open where a link names none, the seeds while it is, and the row of
Edit while that is closed.

    v=1&dataset=circle&...&epochs=200&2.epochs=50&b.engine=sklearn&b.2.epochs=100&frame=-1&...

Fields of the first segment stand bare, those of later ones behind their number. B stands behind `b.`: what differs from
A, its engine always, `b.segments=1` where it has fewer segments than A, and the order of its rows where it has another
shape. Weights set by hand read `2.edits=1:0:2:0.5,1:b:0:-3`: layer, source, unit, value.

Reading never raises: what can not be kept is named in a plain sentence. It quotes the link, shortened and with control
characters escaped; a screen still has to show it as text, not as Markdown.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode

from core import fields
from core.data import FEATURES
from core.edits import Edits
from core.experiment import MAX_SEGMENTS, Experiment, Segment, applies, beside, changed, in_order_of
from core.fields import Choice, Flag, Names, Rule, Whole, rules, setting, shortened
from core.picks import Picked, fitting, picked
from core.reach import Seeds, suited

VERSION = "1"
B = "b."  # before the keys of the second experiment
QUESTION = "question"  # of a course, for which a screen was opened (core.questions)
EXERCISE, SET, HANDLE = "exercise", "set", "for"  # of exercises (core.exercises.hand_in)
ANSWER, RUN = "answer.", "run."  # before the id of one
# Streamlit's own, a TensorFlow Playground address, a course's question, exercises: others read them
FOREIGN_KEYS = {"embed", "embed_options", "tfp", QUESTION, EXERCISE, SET, HANDLE}
PARTS: dict[str, tuple[str, ...]] = {
    "data": (
        *("dataset", "axes", "rows", "noise", "train_share", "seed", "data_seed", "playground_seed"),
        *("features", "standardize"),
    ),
    "network": ("hidden", "activation", "initializer", "loss"),
    "training": ("engine", "order_after", *rules(Segment)),
}
GROUPS: dict[str, tuple[str, ...]] = {
    **PARTS,
    "player": (
        *("play", "step", "slider", "speed", "gradient"),
        *("test_points", "discretize", "clamp", "edit", "save", "copy"),
    ),
    "sidebar": ("presets", *(name for names in PARTS.values() for name in names)),
}  # names that hide several controls at once
HIDEABLE = (
    *GROUPS,
    *("b", "charts", "figures", "verdict", "navigation"),
    *rules(Experiment),
    *rules(Segment),
    *("presets", "run", "reset", "playground"),  # other parts of Compare; reset: and New seed, run: and Stop
    *("problem", "layers", "test_loss"),  # the way to regression and back, the number of layers, the loss of test rows
    *("test_points", "discretize", "play", "step", "clamp"),  # parts of the stage
    *("slider", "speed", "gradient", "edit", "save", "copy"),
    *FEATURES,  # the switches of single features
)
TABS = ("gradients", "loss", "difference", "seeds", "step", "code")  # under Compare's stage
SEEDS = {
    "seeds": "count",
    "seeds.data": "data",
    "seeds.reach": "threshold",
    "seeds.when": "when",
    "seeds.curve": "curve",
}  # key: field
STEP = ("step", "pick")  # of a view: what the tab with this name asks
MAX_STEPS = 10_000
MAX_TEXT = 2000  # characters of one value; the longest that a rule can write is a quarter of it
MAX_PROBLEMS = 20
UNKNOWN_SHOWN = 3

Settings = TypeVar("Settings")


@dataclass(frozen=True)
class View:
    """What is shown of a pair: never part of what is computed. frame: the epoch shown first, -1 the last.
    edit: whether the row is open in which weights are set by hand; tab: which one is open under the stage; seeds: what
    one of them asks; step, pick: of another one, which batch after the frame, and which weight, bias or neuron of A.

    Raises ValueError (name, rule, value) for a field that breaks its rule.
    """

    frame: int = setting(-1, Whole(-1, 10_000), "Frame")
    test_points: bool = setting(False, Flag(), "Test points")
    discretize: bool = setting(False, Flag(), "Discretise the output")
    clamp: bool = setting(False, Flag(), "Colours end at ±1")
    gradient: str = setting("weights", Choice(("weights", "delta")), "Gradient")
    edit: bool = setting(False, Flag(), "Edit")
    chart: str = setting("lines", Choice(("lines", "heatmap")), "Chart")
    tab: str = setting("gradients", Choice(TABS), "Tab")
    step: int = setting(0, Whole(0, MAX_STEPS), "Step")
    pick: str = setting("w1:0:0", Picked(), "Looked at")
    hide: tuple[str, ...] = setting((), Names(HIDEABLE), "Hidden controls")
    seeds: Seeds = field(default_factory=Seeds)

    def __post_init__(self) -> None:
        fields.check(self)

    @property
    def hidden(self) -> tuple[str, ...]:
        """All that is hidden: with a group its parts, and a group of which every part is."""
        names = {*self.hide, *(part for name in self.hide for part in GROUPS.get(name, ()))}
        names |= {group for group, parts in GROUPS.items() if names.issuperset(parts)}
        return tuple(name for name in HIDEABLE if name in names)

    def hides(self, name: str) -> bool:
        """Whether a control or a group of them is hidden."""
        return name in self.hidden


@dataclass(frozen=True)
class Pair:
    """The two sides of a comparison."""

    a: Experiment = field(default_factory=Experiment)
    b: Experiment = field(default_factory=lambda: Experiment(engine="sklearn"))


def to_query(pair: Pair, view: View = View()) -> dict[str, str]:
    """The query of a pair and a view, in reading order: version, A, what differs in B, view."""
    a, b = _flat(pair.a), _flat(pair.b)
    different = {name: text for name, text in b.items() if a.get(name) != text}
    if len(pair.b.segments) < len(pair.a.segments):
        different["segments"] = str(len(pair.b.segments))
    if pair.b.parameters != pair.a.parameters:
        different["order_after"] = b["order_after"]
    of_b = {B + name: text for name, text in {"engine": b["engine"], **different}.items()}
    return {"v": VERSION, **a, **of_b, **_shown(view, pair.a)}


def from_query(mapping: Any) -> tuple[Pair, View, list[str]]:
    """The pair and the view of a query, and a sentence for everything in it that could not be kept.

    Parameters
    ----------
    mapping : Mapping of keys to text, or to lists of texts of which the last counts
        Anything else is read as well as possible too.

    Returns
    -------
    pair, view, problems
        Missing keys take the default, missing keys of B the value of A (its engine: scikit-learn; its rows: in A's
        order). A bad value is replaced likewise, and named. Of values that do not go together the earlier ones are
        kept.
    """
    texts = _last_values(mapping)
    default, engine = Experiment(), {"engine": "sklearn"}
    a, problems_a = _read(_EXPERIMENT_RULES, texts, lambda values: changed(default, **_changes(default, values)), _flat)
    b, problems_b = _read(
        _EXPERIMENT_RULES, texts, lambda values: beside(a, **_changes(a, values)), _flat, prefix=B, given=engine
    )
    tab = {"tab": "seeds"} if "seeds" in texts else {}
    view, problems_view = _read(_VIEW_RULES, texts, _view, partial(_flat_view, a=a), given=tab)
    seeds = suited(view.seeds, a.classes)
    if seeds != view.seeds and _can_be_read("seeds.reach", texts):
        said = f"seeds.reach={view.seeds.threshold} does not suit the targets of {a.dataset}"
        problems_view = [*problems_view, f"{said}, so {seeds.threshold} is used."]
    pick = str(fitting(picked(view.pick), a.sizes))
    if pick != view.pick and _can_be_read("pick", texts):
        problems_view = [*problems_view, f"pick={view.pick} is not in the network of A, so {pick} is used."]
    known = {"v", *FIELDS}
    problems = [
        *_version(texts),
        *repeated_keys({key: mapping[key] for key in texts if key in known}),
        *problems_a,
        *problems_b,
        *problems_view,
    ]
    problems += unknown_keys(texts, known)
    return Pair(a, b), view, bounded(problems)


def settings_to_query(settings: Any, prefix: str = "") -> dict[str, str]:
    """Every field of a settings dataclass, in its order, as text under `prefix` + its name."""
    return {prefix + name: rule.write(getattr(settings, name)) for name, rule in rules(settings).items()}


def settings_from_query(kind: type[Settings], mapping: Any, prefix: str = "") -> tuple[Settings, list[str]]:
    """A settings dataclass from a query, and a sentence for every value that could not be kept. Never raises.

    `kind()` must be valid; missing and bad values are its defaults. Other keys are ignored (see `unknown_keys`).
    """
    table = {name: (fields.label(kind, name), rule) for name, rule in rules(kind).items()}
    texts = _last_values(mapping)
    settings, problems = _read(table, texts, lambda values: kind(**values), settings_to_query, prefix)
    return settings, [
        *repeated_keys({key: mapping[key] for key in texts if key.removeprefix(prefix) in table}),
        *problems,
    ]


def unknown_keys(mapping: Any, known: Iterable[str]) -> list[str]:
    """One sentence about all keys of a query that nobody reads, or none."""
    known = {*known, *FOREIGN_KEYS}
    unknown = [key for key in _last_values(mapping) if key not in known and not is_of_exercises(key)]
    names = ", ".join(map(shortened, unknown[:UNKNOWN_SHOWN]))
    more = f" and {len(unknown) - UNKNOWN_SHOWN} more" if len(unknown) > UNKNOWN_SHOWN else ""
    return [f"The link has fields that are not known here and are left out: {names}{more}."] if unknown else []


def is_of_exercises(key: Any) -> bool:
    """Whether a key of a link says something of exercises."""
    return isinstance(key, str) and (key in (EXERCISE, SET, HANDLE) or key.startswith((ANSWER, RUN)))


def repeated_keys(mapping: Any) -> list[str]:
    """A sentence for each key that a query has more than once: of its values the last counts."""
    lists = mapping.items() if isinstance(mapping, Mapping) else ()
    return [
        f"The link has {key} {'twice' if len(values) == 2 else f'{len(values)} times'}; the last value, "
        f"{shortened(values[-1])}, is used."
        for key, values in lists
        if isinstance(values, list | tuple) and len(values) > 1
    ]


def bounded(problems: list[str]) -> list[str]:
    """At most `MAX_PROBLEMS` sentences, then how many more there are."""
    more = len(problems) - MAX_PROBLEMS
    return problems if more <= 0 else [*problems[:MAX_PROBLEMS], f"And {more} more."]


def experiment_key(experiment: Experiment) -> str:
    """The canonical text of an experiment: equal for equal experiments, also across a reload of the code."""
    return urlencode(_flat(experiment))


def _shown_text(name: str, text: str | None) -> str:
    """A value's text as a sentence says it."""
    rule = _EXPERIMENT_RULES[name][1]
    if text and isinstance(rule, Edits):
        return "; ".join(edit.words for edit in rule.parse(text))
    return text or "none"


def differences(a: Experiment, b: Experiment) -> list[tuple[str, str, str]]:
    """(label, value in a, value in b) of every field that differs, as text; `none` for what one of them lacks.

    Not of what only keeps the rows of b in a's order.
    """
    texts_a, texts_b = _flat(a), _flat(b)
    if in_order_of(a, b) == b:
        del texts_a["order_after"], texts_b["order_after"]
    return [
        (label, _shown_text(name, texts_a.get(name)), _shown_text(name, texts_b.get(name)))
        for name, (label, _) in _EXPERIMENT_RULES.items()
        if texts_a.get(name) != texts_b.get(name)
    ]


def described(experiment: Experiment) -> list[tuple[str, str]]:
    """(label, value as text) of the fields that say something of an experiment, in the link's order."""
    idle = {name for name in ("order_after", "noise", "standardize") if not getattr(experiment, name)}
    for number, segment in enumerate(experiment.segments, 1):
        says = partial(applies, dataset=experiment.dataset, optimizer=segment.optimizer)
        idle |= {_key(number, name) for name in ("axes", "momentum") if not says(name)}
        idle |= {_key(number, name) for name in ("l1", "l2", "carry") if not getattr(segment, name)}
    return [
        (_EXPERIMENT_RULES[name][0], _shown_text(name, text))
        for name, text in _flat(experiment).items()
        if text and name not in idle
    ]


def query_of(text: str) -> dict[str, str | list[str]]:
    """The query in pasted text: a whole address, a bare query, either amid other words; the longest, or {}.

    Of a key that it has more than once all values.
    """
    words = re.split(r"(?:[\s\"'()\[\]{}]|<(?![\d.])|>(?!=))+", text.replace("&amp;", "&"))
    queries = (re.fullmatch(r"(?:[^?#]*\?)?([\w.%-]+=[^#]*)(?:#.*)?", word.rstrip(".,;:!?")) for word in words)
    found = (parsed(match[1]) for match in queries if match)
    return max(found, key=len, default={})


def parsed(query: str) -> dict[str, str | list[str]]:
    """The keys and values of a query; of a key that it has more than once all values."""
    found = parse_qs(query, keep_blank_values=True)
    return {key: values if len(values) > 1 else values[0] for key, values in found.items()}


def _key(number: int, name: str) -> str:
    """The name of a field of the segment with this number, counted from 1."""
    return name if number == 1 else f"{number}.{name}"


def _rules_of_segment(number: int) -> dict[str, Rule]:
    """The rule of each field of the segment with this number; the first has no optimizer's state to keep."""
    return {name: rule for name, rule in rules(Segment).items() if number > 1 or name != "carry"}


def _rules_of_experiment() -> dict[str, tuple[str, Rule]]:
    """Label and rule of everything that may be written of an experiment, in the link's order."""
    own = {name: (fields.label(Experiment, name), rule) for name, rule in rules(Experiment).items()}
    segments = {
        _key(number, name): (fields.label(Segment, name) + (f" (segment {number})" if number > 1 else ""), rule)
        for number in range(1, MAX_SEGMENTS + 1)
        for name, rule in _rules_of_segment(number).items()
    }
    return {**own, "segments": ("Segments", Whole(1, MAX_SEGMENTS)), **segments}


_EXPERIMENT_RULES = _rules_of_experiment()
_VIEW_RULES = {
    **{name: (fields.label(View, name), rule) for name, rule in rules(View).items()},
    **{key: (fields.label(Seeds, name), rules(Seeds)[name]) for key, name in SEEDS.items()},
}
# The rule of everything that a link of a pair and a view may say.
FIELDS: dict[str, Rule] = {
    **{prefix + name: rule for prefix in ("", B) for name, (_, rule) in _EXPERIMENT_RULES.items()},
    **{key: rule for key, (_, rule) in _VIEW_RULES.items()},
}


def _view(values: Mapping[str, Any]) -> View:
    """A view of flat values."""
    seeds = {SEEDS[key]: value for key, value in values.items() if key in SEEDS}
    return View(**{key: value for key, value in values.items() if key not in SEEDS}, seeds=Seeds(**seeds))


def _flat_view(view: View, a: Experiment) -> dict[str, str]:
    """Every value of a view as text, as it suits A."""
    seeds = settings_to_query(suited(view.seeds, a.classes))
    pick = str(fitting(picked(view.pick), a.sizes))
    return {**settings_to_query(view), "pick": pick, **{key: seeds[name] for key, name in SEEDS.items()}}


def _shown(view: View, a: Experiment) -> dict[str, str]:
    """What a link says of a view: it stays short until somebody opens another tab than the first, or Edit."""
    texts = _flat_view(view, a)
    asked = view.tab == "seeds" or view.seeds != Seeds()
    unsaid = {"tab"} if view.tab == TABS[0] and not asked else set()
    unsaid |= set() if asked else {*SEEDS}
    unsaid |= set() if view.edit else {"edit"}
    unsaid |= set() if view.tab == "step" else {key for key in STEP if getattr(view, key) == getattr(View(), key)}
    return {key: text for key, text in texts.items() if key not in unsaid}


def _flat(experiment: Experiment) -> dict[str, str]:
    """Every value of an experiment as text, its segments' after its own."""
    texts = settings_to_query(experiment)
    for number, segment in enumerate(experiment.segments, start=1):
        table = _rules_of_segment(number)
        texts |= {_key(number, name): rule.write(getattr(segment, name)) for name, rule in table.items()}
    return texts


def _changes(base: Experiment, values: Mapping[str, Any]) -> dict[str, Any]:
    """What flat values change in an experiment.

    A segment that it lacks starts as the one before it, with a new optimizer and no weight set by hand.
    """
    own = {name: value for name, value in values.items() if name in rules(Experiment)}
    changes: dict[int, dict[str, Any]] = {}
    for key in values.keys() - own.keys() - {"segments"}:
        segment, _, name = key.rpartition(".")
        changes.setdefault(int(segment or 1), {})[name] = values[key]
    segments: list[Segment] = []
    for number in range(1, max([values.get("segments", len(base.segments)), *changes]) + 1):
        known = number <= len(base.segments)
        start = base.segments[number - 1] if known else replace(segments[-1], edits=(), carry=False)
        segments.append(replace(start, **changes.get(number, {})))
    return {**own, "segments": tuple(segments)}


def _last_values(mapping: Any) -> dict[str, Any]:
    """Keys and values of a query, the last of each list. A value that is not text is left for its rule to refuse."""
    if not isinstance(mapping, Mapping):
        return {}
    return {key: value[-1] if isinstance(value, list | tuple) and value else value for key, value in mapping.items()}


def _version(texts: Mapping[str, Any]) -> list[str]:
    """A sentence about a version of links other than the one that is read here."""
    version = texts.get("v", VERSION)
    said = f"Version of the link must be {VERSION}; got v={shortened(version)}, so what is known of it is used."
    return [] if version == VERSION else [said]


def _read(
    table: Mapping[str, tuple[str, Rule]],
    texts: Mapping[str, Any],
    build: Callable[[Mapping[str, Any]], Settings],
    write: Callable[[Settings], Mapping[str, str]],
    prefix: str = "",
    given: Mapping[str, Any] = {},
) -> tuple[Settings, list[str]]:
    """Build settings from the texts that keep their rule, and say what became of the others."""
    values, refused = dict(given), {}
    for name, (label, rule) in table.items():
        if (key := prefix + name) in texts:
            try:
                values[name] = _parsed(rule, texts[key])
            except ValueError:
                values |= _known(rule, name, texts[key])
                refused[name] = f"{label} must be {rule.rule}; got {key}={shortened(texts[key])}"
    settings, conflicts = _reconciled(build, values)
    for name, reason in conflicts.items():
        text = table[name][1].write(values[name])
        refused[name] = f"{prefix}{name}={shortened(text)} does not go with the rest of the link ({reason})"
    used = write(settings)
    return settings, [f"{said}, so {_used(used.get(name))}." for name, said in refused.items()]


def _parsed(rule: Rule, text: Any) -> Any:
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise ValueError(text)
    value = rule.parse(text)
    if not rule.accepts(value):
        raise ValueError(text)
    return value


def _can_be_read(key: str, texts: Mapping[str, Any]) -> bool:
    """Whether a link has a value for a key, and one that keeps its rule."""
    try:
        return key in texts and _parsed(FIELDS[key], texts[key]) is not None
    except ValueError:
        return False


def _known(rule: Rule, name: str, text: Any) -> dict[str, Any]:
    """What is good of a value that is refused: of a list those of its parts that can be read."""
    if not (isinstance(rule, Names | Edits) and isinstance(text, str) and len(text) <= MAX_TEXT):
        return {}
    known = rule.known(text)
    return {name: known} if known else {}


def _used(text: str | None) -> str:
    return "it is left out" if text is None else f"{text or 'none'} is used"


def _reconciled(
    build: Callable[[Mapping[str, Any]], Settings], values: Mapping[str, Any]
) -> tuple[Settings, dict[str, str]]:
    """Settings with as many of the values as go together, and for each of the others why it does not.

    Values are taken into the default one by one, the earlier first, and again as long as one more fits; where none fits
    alone, two together (the widths of the layers with their activations). Of weights set by hand those are kept that
    the network has.
    """
    if not _conflict(build, values):
        return build(values), {}
    kept: dict[str, Any] = {}
    while True:
        left = [name for name in values if name not in kept]
        groups = ({name: values[name] for name in group} for size in (1, 2) for group in combinations(left, size))
        fitting = next((group for group in groups if not _conflict(build, {**kept, **group})), None)
        if fitting is None:
            reasons = {name: _conflict(build, {**kept, name: values[name]}) for name in left}
            edits = [(name, edit) for name in left if name.endswith("edits") for edit in values[name]]
            for name, edit in edits:
                more = {**kept, name: (*kept.get(name, ()), edit)}
                kept = kept if _conflict(build, more) else more
            return build(kept), reasons
        kept |= fitting


def _conflict(build: Callable[[Mapping[str, Any]], Settings], values: Mapping[str, Any]) -> str:
    """Why these values do not go together; empty if they do."""
    try:
        build(values)
    except ValueError as error:
        return str(error)
    return ""
