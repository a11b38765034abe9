"""A field for each kind of answer, and its answer as somebody typed it."""

from collections.abc import Sequence
from functools import singledispatch

import streamlit as st

from core.exercises.answers import Kind, Number, Options, Order, Term, WrongLine
from core.exercises.exercise import Part


def field(part: Part, number: int, answer: str, key: str) -> str:
    """What is asked, and a field for the answer; empty as long as there is none. answer: that it starts from."""
    st.markdown(f"**{number}.** {part.words}")
    return _field(part.kind, f"Answer {number}", _known(part.kind, answer), key)


@singledispatch
def _field(kind: Kind, label: str, answer: str, key: str) -> str:
    raise TypeError(kind)


@_field.register
def _(kind: Options, label: str, answer: str, key: str) -> str:
    options = list(range(1, 1 + len(kind.labels)))
    return _radio(label, options, answer, key, [kind.labels[each - 1] for each in options])


@_field.register
def _(kind: WrongLine, label: str, answer: str, key: str) -> str:
    _lines([(str(index), line) for index, line in enumerate(kind.lines, 1)])
    options = list(range(1, 1 + len(kind.lines)))
    return _radio(label, options, answer, key, [f"Line {each}" for each in options], horizontal=True)


@_field.register
def _(kind: Order, label: str, answer: str, key: str) -> str:
    _lines(list(zip(kind.letters, kind.lines, strict=True)))
    chosen = st.multiselect(
        label,
        list(kind.letters),
        list(answer),
        key=key,
        placeholder="Choose the lines in their order",
        width=420,
        label_visibility="collapsed",
    )
    return "".join(chosen)


@_field.register
def _(kind: Number, label: str, answer: str, key: str) -> str:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        text = st.text_input(label, answer, key=key, width=140, label_visibility="collapsed")
        within = f"within {kind.tolerance:g}" if kind.tolerance else ""
        st.caption(", ".join(filter(None, [kind.unit, within])), width="content")
    return text


@_field.register
def _(kind: Term, label: str, answer: str, key: str) -> str:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if kind.before:
            st.markdown(f"${kind.before}$", width="content")
        return st.text_input(
            label,
            answer,
            key=key,
            width=300,
            placeholder=f"in {', '.join(kind.variables)}",
            label_visibility="collapsed",
        )


def _radio(
    label: str, options: Sequence[int], answer: str, key: str, captions: Sequence[str], horizontal: bool = False
) -> str:
    chosen = st.radio(
        label,
        options,
        index=int(answer) - 1 if answer else None,
        format_func=lambda each: captions[each - 1],
        key=key,
        horizontal=horizontal,
        label_visibility="collapsed",
    )
    return str(chosen) if chosen else ""


def _lines(lines: Sequence[tuple[str, str]]) -> None:
    """Lines, each behind its name."""
    st.markdown("\n".join(f"- **{name}** {line}" for name, line in lines))


def _known(kind: Kind, answer: str) -> str:
    """An answer that the field can start from."""
    try:
        return kind.parse(answer)
    except ValueError:
        return ""
