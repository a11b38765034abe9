"""One widget for each kind of rule: whatever a settings dataclass may hold can be chosen on a screen.

A widget starts from the value given here; from then on its state is what somebody chose, under its key
(`frame.address.key`). One whose options no longer hold what it was starts again, which Streamlit sees to.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from core.fields import Choice, Flag, Names, OneOrPerLayer, Real, Rule, Sizes, Text, Whole, WholeText


def labels(options: Any) -> Callable[[str], str]:
    """Labels of a registry's rows (or of plain names)."""
    if not isinstance(options, Mapping):
        return str
    return lambda name: str(getattr(options[name], "label", options[name]))


def field(rule: Rule, label: str, value: Any, key: str, **more: Any) -> Any:
    """The widget of one field; returns its value. more: `help`, and for numbers `step` and `slider`."""
    match rule:
        case Choice():
            return choice(rule.options, label, value, key, **more)
        case Whole() | Real():
            return number(rule, label, value, key, **more)
        case Flag():
            return st.toggle(label, value, key=key, **more)
        case Names():
            return names(rule, label, value, key, **more)
        case Text():
            return st.text_input(label, value, max_chars=rule.most, key=key, **more)
        case WholeText():
            return canonical(rule, st.text_input(label, value, max_chars=len(str(rule.high)), key=key, **more))
        case Sizes():
            return sizes(rule, value, key)
        case OneOrPerLayer():
            return choice(rule.options, label, value, key, **more)
        case _:
            raise ValueError(f"rule must be of a kind that has a widget; got {rule!r}")


def canonical(rule: WholeText, text: str) -> str:
    """A number as its rule writes it; what is none stays as it was typed, for the experiment to refuse."""
    try:
        return rule.parse(text.strip())
    except ValueError:
        return text


def combined(build: Callable[[], Any], old: Any) -> tuple[Any, str]:
    """What `build` makes of the widgets' values, or the old value and a sentence on why they do not go together."""
    try:
        return build(), ""
    except ValueError as error:
        return old, f"{error}. What was there before stays until that is changed."


def choice(options: Collection[str], label: str, value: str, key: str, shown: Sequence[str] = (), **more: Any) -> str:
    """One of a registry's rows; shown: those of them that can be chosen now, if not all."""
    offered = list(shown or options)
    start = offered.index(value) if value in offered else 0
    return st.selectbox(label, offered, index=start, format_func=labels(options), key=key, **more)


def number(
    rule: Whole | Real, label: str, value: float, key: str, step: Any = None, slider: bool = False, **more: Any
) -> Any:
    """A number within its rule's limits."""
    kind: Any = float if isinstance(rule, Real) else int
    more |= {"value": kind(value), "step": step, "key": key}
    limits = kind(rule.low), kind(rule.high)
    if slider:
        return st.slider(label, *limits, **more)
    return st.number_input(label, *limits, format="%g" if kind is float else "%d", **more)


def names(
    rule: Names, label: str, value: tuple[str, ...], key: str, shown: Sequence[str] | None = None, **more: Any
) -> tuple[str, ...]:
    """Any number of a registry's rows: in the value's order until others are chosen, then in the registry's.

    shown: those that can be chosen here, if not all; the value keeps what it has of the others.
    """
    options = list(rule.options)
    offered = options if shown is None else list(shown)
    kept = [name for name in value if name not in offered]
    chosen = kept + st.pills(
        label,
        offered,
        selection_mode="multi",
        default=[name for name in value if name in offered],
        format_func=labels(rule.options),
        key=key,
        label_visibility="collapsed",
        **more,
    )
    return value if set(chosen) == set(value) else tuple(option for option in options if option in chosen)


def sizes(rule: Sizes, value: tuple[int, ...], key: str) -> tuple[int, ...]:
    """The number of hidden layers, and the width of each."""
    count = st.number_input("Hidden layers", 0, rule.most, len(value), key=key)
    widths = []
    for row in range(0, count, 2):
        for column, layer in zip(st.columns(2, gap="small", wrap=False), range(row, min(row + 2, count)), strict=False):
            start = value[layer] if layer < len(value) else (value[-1] if value else 4)
            own = f"{key}.{layer}"
            widths.append(column.number_input(f"Layer {layer + 1}", rule.low, rule.high, start, key=own))
    return tuple(widths)


def one_or_per_layer(
    rule: OneOrPerLayer, label: str, value: str | tuple[str, ...], key: str, count: int
) -> str | tuple[str, ...]:
    """One row of a registry for all `count` layers, or one for each."""
    each_layer = (value,) * max(count, 1) if isinstance(value, str) else value
    above = st.container()
    each = count > 1 and st.toggle("One activation for each layer", not isinstance(value, str), key=f"{key}.each")
    with above:
        if not each:
            return choice(rule.options, label, each_layer[0], key)
        starts = [each_layer[min(layer, len(each_layer) - 1)] for layer in range(count)]
        return tuple(
            choice(rule.options, f"{label}, layer {layer}", start, f"{key}.{layer - 1}")
            for layer, start in enumerate(starts, start=1)
        )
