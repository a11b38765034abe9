"""One widget for each kind of rule: whatever a settings dataclass may hold can be chosen on a screen.

A widget starts from the value given here; from then on its state is what somebody chose, under its key
(`frame.address.key`). One whose options no longer hold what it was starts again, which Streamlit sees to.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from core.fields import Choice, Flag, Names, OneOrPerLayer, Real, Rule, Sizes, Text, Whole, WholeText, shortened
from pages.parts.frame.page import literal

STYLE = Path(__file__).with_name("controls.css")
LabelVisibility = Literal["visible", "collapsed"]


def labels(options: Any, which: str = "label") -> Callable[[str], str]:
    """Labels of a registry's rows (or of plain names). which: `long_label` for those with another name in them."""
    if not isinstance(options, Mapping):
        return str
    return lambda name: str(getattr(options[name], which, getattr(options[name], "label", options[name])))


def field(rule: Rule, label: str, value: Any, key: str, **more: Any) -> Any:
    """The widget of one field; returns its value, or the one given where what was chosen breaks the rule.

    more: `help`, and for numbers `step` and how they are chosen: with a `slider`, or from a `ladder` of values.
    """
    match rule:
        case Choice() | OneOrPerLayer():
            return choice(rule.options, label, value, key, **more)
        case Whole() | Real():
            return number(rule, label, value, key, **more)
        case Flag():
            return st.toggle(label, value, key=key, **more)
        case Names():
            return allowed(rule, label, names(rule, label, value, key, **more), value)
        case Text() | WholeText():
            return read(rule, label, st.text_input(label, value, key=key, **more), value)
        case Sizes():
            return sizes(rule, value, key, **more)
        case _:
            raise ValueError(f"rule must be of a kind that has a widget; got {rule!r}")


def allowed(rule: Rule, label: str, chosen: Any, used: Any) -> Any:
    """What was chosen, if the rule accepts it; else what is used instead, and a sentence under the field."""
    if rule.accepts(chosen):
        return chosen
    refuse(rule, label, "none" if chosen == () else shortened(chosen), used)
    return used


def read(rule: Rule, label: str, text: str, used: Any) -> Any:
    """What a text says, if the rule accepts it; else what is used instead, and a sentence under the field.

    A comma in a number is read as its decimal point, and that is said.
    """
    written = text if isinstance(rule, Text) else text.strip()
    pointed = written.replace(",", ".") if isinstance(rule, Real) else written
    try:
        value = rule.parse(pointed)
    except ValueError:
        value = None
    if not rule.accepts(value):
        refuse(rule, label, shortened(text), used)
        return used
    if pointed != written:
        st.caption(f"{literal(written)} is read as {short(rule, value)}.")
    return value


def refuse(rule: Rule, label: str, got: str, used: Any) -> None:
    """The sentence under a field on what it says, what is allowed and what is used."""
    instead = short(rule, used) or "none"
    must = literal(f"{label} must be {rule.rule}; got")
    st.error(f"{must} {literal(got)}, so {literal(instead)} is used.")


def short(rule: Rule, value: Any) -> str:
    """A value as its rule writes it; powers of ten as one types them: `1e-6`."""
    return rule.write(value).replace("e-0", "e-")


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
    return st.selectbox(label, offered, index=start, format_func=labels(options, "long_label"), key=key, **more)


def pictures(
    options: Mapping[str, str], sources: Mapping[str, str], label: str, value: str, key: str, **more: Any
) -> str:
    """One of some rows by its picture; the label names the one that is chosen. options, sources: labels, pictures."""
    with st.container(key=f"pictures {key}"):
        chosen = st.pills(
            f"{label}: {options[value]}",
            list(options),
            default=value,
            format_func=lambda name: f'![{options[name]}]({sources[name]} "{options[name]}")',
            key=key,
            required=True,
            **more,
        )
    return chosen or value


def number(
    rule: Whole | Real,
    label: str,
    value: float,
    key: str,
    step: float | None = None,
    slider: bool = False,
    ladder: bool = False,
    **more: Any,
) -> Any:
    """A number within its rule's limits.

    Limits that the browser knew it would enforce without a word to the server; only a slider has no other side to them.
    """
    if ladder and isinstance(rule, Real):
        return rate(rule, label, value, key, **more)
    kind: Any = float if isinstance(rule, Real) else int
    if slider:
        return st.slider(label, kind(rule.low), kind(rule.high), kind(value), step, "%g", key=key, **more)
    # As a float whatever the rule: of 2.5 the browser would make a whole number of its own.
    step = float(step or (1 if kind is int else 0.01))
    typed = st.number_input(label, value=float(value), step=step, format="%g", key=key, **more)
    return allowed(rule, label, int(typed) if kind is int and typed.is_integer() else typed, value)


def rate(rule: Real, label: str, value: float, key: str, **more: Any) -> float:
    """A number whose order of magnitude counts: one of a ladder of values, or another one that is typed."""
    offered = [short(rule, each) for each in sorted({*rule.ladder, float(value)})]
    start = offered.index(short(rule, value))
    return read(rule, label, st.selectbox(label, offered, start, key=key, accept_new_options=True, **more), value)


def names(
    rule: Names,
    label: str,
    value: tuple[str, ...],
    key: str,
    shown: Sequence[str] | None = None,
    label_visibility: LabelVisibility = "collapsed",
    **more: Any,
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
        label_visibility=label_visibility,
        **more,
    )
    return value if set(chosen) == set(value) else tuple(option for option in options if option in chosen)


def sizes(rule: Sizes, value: tuple[int, ...], key: str, counted: bool = True, **more: Any) -> tuple[int, ...]:
    """The number of hidden layers, if it may be changed, and the width of each."""
    count = number(Whole(0, rule.most), "Hidden layers", len(value), key, **more) if counted else len(value)
    widths = []
    for row in range(0, count, 2):
        for column, layer in zip(
            st.columns(2, gap="xsmall", wrap=False), range(row, min(row + 2, count)), strict=False
        ):
            start = value[layer] if layer < len(value) else (value[-1] if value else 4)
            with column:
                widths.append(number(Whole(rule.low, rule.high), f"Layer {layer + 1}", start, f"{key}.{layer}"))
    return tuple(widths)


def one_or_per_layer(
    rule: OneOrPerLayer, label: str, value: str | tuple[str, ...], key: str, count: int, **more: Any
) -> str | tuple[str, ...]:
    """One row of a registry for all `count` layers, or one for each."""
    each_layer = (value,) * max(count, 1) if isinstance(value, str) else value
    above = st.container()
    each = count > 1 and st.toggle("One for each layer", not isinstance(value, str), key=f"{key}.each")
    with above:
        if not each:
            return choice(rule.options, label, each_layer[0], key, **more)
        starts = [each_layer[min(layer, len(each_layer) - 1)] for layer in range(count)]
        return tuple(
            choice(rule.options, f"{label}, layer {layer}", start, f"{key}.{layer - 1}", **more)
            for layer, start in enumerate(starts, start=1)
        )
