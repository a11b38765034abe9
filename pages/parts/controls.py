"""The sidebar's controls: each follows from the rule of its field, so that a new field has a control at once.

A control's state is the widget's, under the key `a.field` or `b.field`; it is seeded from the experiment where the
widget is new or the address has changed. A hidden control is not drawn, and its field keeps the link's value.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core import fields
from core.data import DATASETS
from core.experiment import ENGINES, MAX_WIDTH, Experiment, Segment, changed
from core.fields import Choice, Flag, Names, OneOrPerLayer, Real, Sizes, Whole
from core.link import Pair
from core.network import LOSSES
from core.sides import on_engine, other_engine, own_changes

GROUPS = {
    "Data": ("dataset", "axes", "noise", "rows", "train_share", "seed"),
    "Features": ("features", "standardize"),
    "Network": ("hidden", "activation", "initializer", "loss"),
    "Training": ("engine", "optimizer", "momentum", "learning_rate", "batch_size", "epochs", "l1", "l2"),
}
SLIDERS = {"noise": 1.0, "train_share": 5, "momentum": 0.01}
STEPS = {"rows": 50, "epochs": 50, "batch_size": 1, "seed": 1, "learning_rate": 0.01, "l1": 0.001, "l2": 0.001}
HELP = {
    "axes": "Which two numbers of each row are used.",
    "noise": "How far points stray, in percent.",
    "train_share": "The rest are test rows, which training never sees.",
    "seed": "Decides data, initial weights and the order of rows.",
    "features": "What the network is fed with, computed from the two inputs.",
    "standardize": "Subtract the mean and divide by the standard deviation of the training rows.",
    "initializer": "How the weights are drawn before training.",
    "momentum": "The share of the last step that is kept in the next one.",
    "learning_rate": "How far one step goes along the gradient.",
    "batch_size": "Rows between two steps.",
    "epochs": "Passes over all training rows.",
    "l1": "Added to the loss: L1 · Σ|w| / batch size.",
    "l2": "Added to the loss: L2 / 2 · Σw² / batch size, as scikit-learn's alpha (AdamW shrinks the weights instead).",
}


def forget() -> None:
    """Forget what the widgets hold, so that they start from the address again."""
    for key in [key for key in st.session_state if str(key).startswith(("a.", "b.", "view."))]:
        del st.session_state[key]


def experiment_controls(experiment: Experiment, hide: tuple[str, ...]) -> dict[str, Any]:
    """Draw all controls of A that are not hidden, group by group; return what they say, field by field."""
    values: dict[str, Any] = {}
    for title, names in GROUPS.items():
        shown = [name for name in names if name not in hide and applies(name, experiment, values)]
        if shown:
            st.subheader(title)
        for name in shown:
            values[name] = control(name, experiment, "a", values)
    return values


def applies(name: str, experiment: Experiment, values: Mapping[str, Any]) -> bool:
    """Whether a field means anything beside the values chosen so far."""
    if name == "axes":
        return DATASETS[values.get("dataset", experiment.dataset)].load is not None
    if name == "momentum":
        return values.get("optimizer", experiment.segments[0].optimizer) in ("momentum", "nesterov")
    return True


def control(name: str, experiment: Experiment, side: str, values: Mapping[str, Any]) -> Any:
    """Draw the control of one field and return its value. values: what the controls above it say."""
    kind: Any = Experiment if name in fields.rules(Experiment) else Segment
    rule, label = fields.rules(kind)[name], fields.label(kind, name)
    value = getattr(experiment if kind is Experiment else experiment.segments[0], name)
    key, help_text = f"{side}.{name}", HELP.get(name)
    if name == "axes":
        return _axes(values.get("dataset", experiment.dataset), value, key)
    match rule:
        case Choice():
            options = [option for option in rule.options if _suits(name, option, experiment, values)]
            changes = _new_dataset if name == "dataset" and side == "a" else None
            _start(key, value if value in options else options[0], options)
            return st.selectbox(
                label, options, format_func=_labels(rule.options), key=key, help=help_text, on_change=changes
            )
        case Whole() | Real():
            _start(key, value)
            draw = st.slider if name in SLIDERS else st.number_input
            step = SLIDERS.get(name) or STEPS.get(name)
            more = {} if name in SLIDERS or isinstance(rule, Whole) else {"format": "%g"}
            low, high = (float(rule.low), float(rule.high)) if isinstance(rule, Real) else (rule.low, rule.high)
            return draw(label, low, high, step=step, key=key, help=help_text, **more)
        case Flag():
            _start(key, value)
            return st.toggle(label, key=key, help=help_text)
        case Names():
            _start(key, list(value))
            chosen = st.pills(
                label,
                list(rule.options),
                selection_mode="multi",
                format_func=_labels(rule.options),
                key=key,
                help=help_text,
                label_visibility="collapsed",
            )
            return tuple(option for option in rule.options if option in chosen)
        case Sizes():
            return _layers(rule, value, key)
        case OneOrPerLayer():
            return _activation(rule, label, value, key, len(values.get("hidden", experiment.hidden)))
        case _:
            raise ValueError(f"{name} must have a control for its rule; got {rule!r}")


def controls_of_b(pair: Pair, a: Experiment) -> tuple[Experiment, str]:
    """Draw the menu of what differs in B. pair: what the address says; a: A as its controls now say.

    Returns B, and a sentence if its change does not go with A.
    """
    st.subheader("B")
    other, own = other_engine(a.engine), own_changes(pair)
    kinds = {"same": f"The same in {ENGINES[other]}", "one": "One thing changed"}
    if len(own) > 1:
        kinds["link"] = "Several things changed"
    as_linked = "link" if len(own) > 1 else "one" if own or pair.b.engine == pair.a.engine else "same"
    _start("b.kind", as_linked, list(kinds))
    kind = st.selectbox("Compare A with", list(kinds), format_func=kinds.__getitem__, key="b.kind")
    if kind == "same":
        return on_engine(a, other), ""
    if kind == "link":
        st.caption("; ".join(f"{_label(name)} {value}" for name, value in own.items()))
        return build_b(a, own, pair.b.engine)
    choices = [name for names in GROUPS.values() for name in names if name != "engine" and applies(name, a, {})]
    _start("b.field", next(iter(own), "activation"), choices)
    name = st.selectbox("What changes", choices, format_func=_label, key="b.field")
    start = own[name] if name in own else _alternative(name, a)
    value = control(name, build(a, {name: start})[0], "b", {"hidden": a.hidden} if name != "hidden" else {})
    _start("b.engine", pair.b.engine if own else a.engine)
    engine = st.segmented_control(
        "Engine", list(ENGINES), format_func=ENGINES.__getitem__, key="b.engine", required=True
    )
    return build_b(a, {name: value}, engine or a.engine)


def build_b(a: Experiment, changes: dict[str, Any], engine: str) -> tuple[Experiment, str]:
    """B with its own changes on its engine, and a sentence if they do not go with A."""
    b, problem = build(a, changes)
    return on_engine(b, engine), problem


def _alternative(name: str, experiment: Experiment) -> Any:
    """Another value of a field to start from: the next in its list, for numbers the same."""
    kind: Any = Experiment if name in fields.rules(Experiment) else Segment
    value = getattr(experiment if kind is Experiment else experiment.segments[0], name)
    rule = fields.rules(kind)[name]
    if isinstance(rule, Choice | OneOrPerLayer) and isinstance(value, str):
        options = list(rule.options)
        return options[(options.index(value) + 1) % len(options)]
    return value


def _label(name: str) -> str:
    return fields.label(Experiment if name in fields.rules(Experiment) else Segment, name)


def build(experiment: Experiment, values: Mapping[str, Any]) -> tuple[Experiment, str]:
    """The experiment with a control's values, or the unchanged one and a sentence on why they do not go together."""
    try:
        return changed(experiment, **values), ""
    except ValueError as error:
        return experiment, f"{error}. What was there before stays until that is changed."


def _start(key: str, value: Any, options: list[Any] | None = None) -> None:
    """Seed a widget that is new, or that holds what is no longer among its options."""
    if key not in st.session_state or (options is not None and st.session_state[key] not in options):
        st.session_state[key] = float(value) if isinstance(value, float) else value


def _suits(name: str, option: str, experiment: Experiment, values: Mapping[str, Any]) -> bool:
    classes = DATASETS[values.get("dataset", experiment.dataset)].classes
    return name != "loss" or classes == 2 or not LOSSES[option].two_classes_only


def _labels(options: Any) -> Callable[[str], str]:
    """Labels of a registry's rows (or of plain names)."""
    if not isinstance(options, Mapping):
        return str
    return lambda name: getattr(options[name], "label", options[name])


def _new_dataset() -> None:
    """Columns of tables have units of their own: they start standardised, generated points as they are."""
    table = DATASETS[st.session_state["a.dataset"]].load is not None
    st.session_state["a.standardize"] = table
    for key in ("a.axes", "a.axes.first", "a.axes.second"):
        st.session_state.pop(key, None)


def _axes(dataset: str, value: str, key: str) -> str:
    columns = DATASETS[dataset].columns
    kinds = {"principal": "First two principal components", "columns": "Two columns"}
    numbers = [int(number) for number in value.split(",")] if value != "principal" else [0, 1]
    numbers = numbers if max(numbers) < len(columns) else [0, 1]
    _start(key, "principal" if value == "principal" else "columns")
    if st.selectbox("Axes", list(kinds), format_func=kinds.__getitem__, key=key, help=HELP["axes"]) == "principal":
        return "principal"
    _start(f"{key}.first", numbers[0])
    _start(f"{key}.second", numbers[1])
    first = st.selectbox("Horizontal", range(len(columns)), format_func=columns.__getitem__, key=f"{key}.first")
    others = [number for number in range(len(columns)) if number != first]
    _start(f"{key}.second", others[0], others)
    return f"{first},{st.selectbox('Vertical', others, format_func=columns.__getitem__, key=f'{key}.second')}"


def _layers(rule: Sizes, value: tuple[int, ...], key: str) -> tuple[int, ...]:
    _start(key, len(value))
    count = st.number_input("Hidden layers", 0, rule.most, key=key)
    widths = []
    for row in range(0, count, 2):
        for column, layer in zip(st.columns(2, gap="small", wrap=False), range(row, min(row + 2, count)), strict=False):
            _start(f"{key}.{layer}", value[layer] if layer < len(value) else (value[-1] if value else 4))
            widths.append(column.number_input(f"Layer {layer + 1}", rule.low, MAX_WIDTH, key=f"{key}.{layer}"))
    return tuple(widths)


def _activation(rule: OneOrPerLayer, label: str, value: Any, key: str, count: int) -> str | tuple[str, ...]:
    labels = _labels(rule.options)
    names = (value,) * max(count, 1) if isinstance(value, str) else value
    _start(f"{key}.each", not isinstance(value, str))
    _start(key, names[0], list(rule.options))
    each = count > 1 and st.session_state[f"{key}.each"]
    if not each:
        one = st.selectbox(label, list(rule.options), format_func=labels, key=key)
    chosen = []
    for layer in range(count if each else 0):
        _start(f"{key}.{layer}", names[min(layer, len(names) - 1)])
        chosen.append(
            st.selectbox(f"{label}, layer {layer + 1}", list(rule.options), format_func=labels, key=f"{key}.{layer}")
        )
    if count > 1:
        st.toggle("One activation for each layer", key=f"{key}.each")
    return tuple(chosen) if each else one
