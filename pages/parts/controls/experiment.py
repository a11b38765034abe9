"""The sidebar's controls of A, and the row of what B is.

Each follows from the rule of its field, so that a new field has a control at once. A hidden control is not drawn, and
its field keeps the link's value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core import fields, formulas, words
from core.branch import fork_in_words
from core.data import DATASETS, FEATURES
from core.experiment import ENGINES, Experiment, Segment, beside, changed, losses_for
from core.experiment import applies as says_something
from core.fields import Choice, Names, OneOrPerLayer
from core.figures.thumbnails import thumbnail
from core.link import Pair
from core.sides import differing, fork, on_engine, other_engine, own_changes
from pages.parts.controls import widgets
from pages.parts.frame import address
from pages.parts.frame.page import literal

# Of each group what a first course needs, and what stands under "More".
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Data": (("dataset", "noise", "seed"), ("axes", "rows", "train_share", "data_seed", "playground_seed")),
    "Network": (("hidden", "activation"), ("features", "standardize", "initializer", "loss")),
    "Training": (
        ("learning_rate", "epochs"),
        ("engine", "optimizer", "momentum", "batch_size", "l1", "l2"),
    ),
}
HALF_WIDTH = ("learning_rate", "epochs", "l1", "l2")  # two of these stand beside each other
SHAPES: dict[str, dict[str, Any]] = {
    "noise": {"slider": True, "step": 1.0},
    "train_share": {"slider": True, "step": 1},
    "momentum": {"slider": True, "step": 0.01},
    "rows": {"step": 50},
    "epochs": {"step": 50},
    "learning_rate": {"ladder": True},
    "l1": {"ladder": True},
    "l2": {"ladder": True},
}


def of_a(
    experiment: Experiment, hide: tuple[str, ...], drawn: Mapping[str, Any] = {}, click: int = 0
) -> tuple[Experiment, str]:
    """Draw all controls of A that are not hidden, group by group.

    drawn: values that were chosen elsewhere, with the last click there: their controls start again from these.

    Returns A as they say, or as it was and a sentence on why they do not go together.
    """
    values: dict[str, Any] = {}
    for title, (first, rest) in GROUPS.items():
        shown = [name for name in (*first, *rest) if name not in hide and applies(name, experiment, values)]
        if not shown:
            continue
        st.subheader(f"{title}, segment 1" if title == "Training" and len(experiment.segments) > 1 else title)
        with st.container(gap="xsmall"):
            _column([name for name in shown if name in first], experiment, values, hide, drawn, click)
        if more := [name for name in rest if name in shown]:
            with st.expander("More", _unusual(more, experiment), key=address.key(f"more.{title}"), type="compact"):
                _column(more, experiment, values, hide, drawn, click)
    return widgets.combined(lambda: changed(experiment, **values), experiment)


def of_b(pair: Pair, a: Experiment, hide: tuple[str, ...]) -> tuple[Experiment, str]:
    """Draw what B is and what differs in it, for a row. pair: what the address says; a: A as its controls now say.

    A control that is hidden in A is not offered for B either, unless the address has it there.

    Returns B as it is asked for, and a sentence if its change does not go with A.
    """
    own = own_changes(pair, a)
    offered = [
        name
        for groups in GROUPS.values()
        for names in groups
        for name in names
        if (applies(name, pair.b, {}) if name in own else name not in {"engine", *hide} and applies(name, a, {}))
    ]
    if not offered:
        return built_b(a, own, pair.b.engine)
    st.markdown("**B**", width="content", help=words.help("b"))
    match b_kind(pair, own, offered):
        case "same":
            return replace(a, engine=other_engine(a.engine)), ""
        case "one":
            return b_change(pair, a, own, offered, hide)
        case _:
            return b_as_linked(pair, a, own)


def b_kind(pair: Pair, own: Mapping[str, Any], offered: Sequence[str]) -> str:
    """Draw the choice of what B is: `same` on the other engine, `one` thing changed, or as in the `link`."""
    kinds = {"same": f"The same in {ENGINES[other_engine(pair.a.engine)]}", "one": "One thing changed"}
    as_linked = "one" if own else "same"
    twice_the_same = not own and pair.b.engine == pair.a.engine
    if twice_the_same or len(own) > 1 or not own.keys() <= set(offered):
        kinds["link"] = "Several things changed" if len(own) > 1 else "The same again" if not own else "As in the link"
        if (epoch := fork(pair)) is not None:
            kinds["link"] = f"A up to epoch {epoch:,}"
        as_linked = "link"
    return widgets.choice(kinds, "B", as_linked, address.key("b.kind"), label_visibility="collapsed", width=230)


def b_change(
    pair: Pair, a: Experiment, own: Mapping[str, Any], offered: Sequence[str], hide: tuple[str, ...]
) -> tuple[Experiment, str]:
    """Draw what is changed in B, under a button that says it: the field, its value and the engine."""
    key = address.key("b.field")
    chosen = st.session_state.get(key) or next(iter(own), "activation")
    chosen = chosen if chosen in offered else offered[0]
    value = own[chosen] if chosen in own else _alternative(chosen, a)
    said = f"{fields.in_sentence(_label(chosen))} → {literal(_in_words(chosen, value))}"
    with st.popover(said, key=address.key("b.change")):
        labels = {name: _label(name) for name in offered}
        name = widgets.choice(labels, "What changes", chosen, key)
        started = own[name] if name in own else _alternative(name, a)
        base, _ = widgets.combined(lambda: changed(a, **{name: started}), a)
        value = control(name, base, "b", {}, hide)
        engine = st.segmented_control(
            "Engine",
            list(ENGINES),
            default=pair.b.engine if own else a.engine,
            format_func=ENGINES.__getitem__,
            key=address.key("b.engine"),
            required=True,
        )
    return built_b(a, {name: value}, engine or a.engine)


def b_as_linked(pair: Pair, a: Experiment, own: Mapping[str, Any]) -> tuple[Experiment, str]:
    """Draw all that differs in B, under a button that counts it."""
    b, problem = built_b(a, own, pair.b.engine)
    different = differing(*(on_engine(each, pair.b.engine) for each in (a, b)))
    if (epoch := fork(Pair(a, b))) is not None:
        with st.popover("then …", key=address.key("b.changes")):
            st.markdown(fork_in_words(a, b, epoch))
    elif different:
        with st.popover(f"{len(different)} change{'s' if len(different) > 1 else ''}", key=address.key("b.changes")):
            st.markdown("  \n".join(f"{label} → {literal(value)}" for label, _, value in different))
    return b, problem


def built_b(a: Experiment, changes: Mapping[str, Any], engine: str) -> tuple[Experiment, str]:
    """B, made of A with its own changes on its engine; without them, and a sentence, if they do not go with A."""
    return widgets.combined(lambda: beside(a, **changes, engine=engine), replace(a, engine=engine))


def applies(name: str, experiment: Experiment, values: Mapping[str, Any]) -> bool:
    """Whether a field means anything beside the values chosen so far."""
    if name == "playground_seed":
        return bool(experiment.playground_seed)  # it comes with a link, and goes when it is emptied
    dataset = values.get("dataset", experiment.dataset)
    return says_something(name, dataset, values.get("optimizer", experiment.segments[0].optimizer))


def control(
    name: str,
    experiment: Experiment,
    side: str,
    values: Mapping[str, Any],
    hide: tuple[str, ...],
    start: Any = None,
    after: object = "",
) -> Any:
    """Draw the control of one field and return its value.

    values: what the controls above it say. start: from what it starts, if not from the experiment, after which event.
    """
    kind = _kind(name)
    rule, value = fields.rules(kind)[name], _value(name, experiment) if start is None else start
    key, dataset = address.key(f"{side}.{name}", after), values.get("dataset", experiment.dataset)
    more = {**SHAPES.get(name, {}), "help": _help(name, value, dataset)}
    if name == "axes":
        start = value if dataset == experiment.dataset else "principal"
        return _axes(dataset, start, address.key(f"{side}.{name}", dataset))
    if name == "standardize" and side == "a":
        # Columns of tables have units of their own: they start standardised, generated points as they are.
        value = value if dataset == experiment.dataset else DATASETS[dataset].load is not None
        key = address.key(f"{side}.{name}", dataset)
    if isinstance(rule, OneOrPerLayer):
        count = len(values.get("hidden", experiment.hidden))
        return widgets.one_or_per_layer(rule, _label(name), value, key, count, **more)
    if name == "loss":
        more["shown"] = losses_for(DATASETS[dataset].classes)
    if name == "features":
        more |= {"shown": [feature for feature in FEATURES if feature not in hide], "label_visibility": "visible"}
    if name == "dataset":
        labels = _data_sets(experiment if "problem" in hide else None)
        return widgets.pictures(labels, {row: thumbnail(row) for row in labels}, _label(name), value, key, **more)
    if name == "hidden":
        more["counted"] = "layers" not in hide
    return widgets.field(rule, _label(name), value, key, **more)


def _column(
    names: Sequence[str],
    experiment: Experiment,
    values: dict[str, Any],
    hide: tuple[str, ...],
    drawn: Mapping[str, Any],
    click: int,
) -> None:
    """Draw controls of A below each other and put what they say into `values`."""
    beside = None
    for name in names:
        start = {"start": drawn[name], "after": click} if name in drawn else {}
        if name in HALF_WIDTH:
            place, beside = (beside, None) if beside else st.columns(2, gap="xsmall", wrap=False)
        else:
            place, beside = st.container(), None
        with place:
            values[name] = control(name, experiment, "a", values, hide, **start)


def _unusual(names: Sequence[str], experiment: Experiment) -> bool:
    """Whether one of these fields differs from what it starts with beside this data set."""
    dataset = experiment.dataset
    usual = changed(Experiment(), dataset=dataset, standardize=DATASETS[dataset].load is not None)
    return any(_value(name, experiment) != _value(name, usual) for name in names)


def _in_words(name: str, value: Any) -> str:
    """A value of a field as a button says it: the labels of a registry's rows, else as it is written in a link."""
    rule = fields.rules(_kind(name))[name]
    if isinstance(rule, Choice | Names | OneOrPerLayer):
        rows = (value,) if isinstance(value, str) else value
        return ", ".join(map(widgets.labels(rule.options), rows))
    return widgets.short(rule, value) or "none"


def _data_sets(like: Experiment | None = None) -> dict[str, str]:
    """The labels of the data sets: of all, or of those that have classes, or numbers, as an experiment has."""
    rows = {name: row for name, row in DATASETS.items() if not like or bool(row.classes) == bool(like.classes)}
    return {name: row.label if row.classes else f"{row.label} (regression)" for name, row in rows.items()}


def _axes(dataset: str, value: str, key: str) -> str:
    """The plane of the principal components, or two different columns."""
    columns = DATASETS[dataset].columns
    numbers = [int(number) for number in value.split(",")] if value != "principal" else [0, 1]
    numbers = numbers if max(numbers) < len(columns) else [0, 1]
    kinds = {"principal": "Principal components", "columns": "Two columns"}
    chosen = widgets.choice(
        kinds, "Axes", "principal" if value == "principal" else "columns", key, help=words.help("axes")
    )
    if chosen == "principal":
        return "principal"
    first = st.selectbox("Horizontal", range(len(columns)), numbers[0], columns.__getitem__, key=f"{key}.first")
    others = [number for number in range(len(columns)) if number != first]
    start = others.index(numbers[1]) if numbers[1] in others else 0
    second = st.selectbox("Vertical", others, start, columns.__getitem__, key=f"{key}.second")
    return f"{first},{second}"


def _alternative(name: str, experiment: Experiment) -> Any:
    """Another value of a field to start from: the next in its list, for numbers the same."""
    value, rule = _value(name, experiment), fields.rules(_kind(name))[name]
    if isinstance(rule, Choice | OneOrPerLayer) and isinstance(value, str):
        options = losses_for(experiment.classes) if name == "loss" else list(rule.options)
        return options[(options.index(value) + 1) % len(options)]
    return value


def _help(name: str, value: Any, dataset: str) -> str | None:
    """The help of a field: its word, the formulas of what is chosen, and for the noise what it does to these data."""
    if name == "noise" and (row := DATASETS[dataset]).noise:
        return f"{words.help(name)}\n\n{row.label}: {row.noise}"
    return formulas.help(name, value)


def _kind(name: str) -> type[Experiment] | type[Segment]:
    return Experiment if name in fields.rules(Experiment) else Segment


def _label(name: str) -> str:
    return fields.label(_kind(name), name)


def _value(name: str, experiment: Experiment) -> Any:
    return getattr(experiment if _kind(name) is Experiment else experiment.segments[0], name)
