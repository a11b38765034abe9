"""Grading a class on a page: links are pasted, trained again, and shown as a table. Nothing is stored."""

import hashlib
from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.exercises.exercise import Found
from core.exercises.grading import (
    CANNOT_PROVE,
    MOST_LINES,
    Asked,
    Row,
    common_mistakes,
    csv_text,
    needs_of,
    read_lines,
    rows,
    table,
    totals,
)
from core.exercises.trained import estimated_s, trained
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.timers import POLL_SOON_S
from pages.parts.background.work import Measurement
from pages.parts.frame import address

PLACE = "class"
LONGEST_S = 600.0  # that a pasted class may take, by estimate: the command has no such limit
HEIGHT = 400  # pixels


def section() -> None:
    """Draw a field for the links of a class, and what they come to."""
    text = st.text_area(
        "Links of a class, one a line, each alone or behind a name and a tab",
        key=address.key("class"),
        placeholder="Ada\thttps://…/exercises?for=ada&answer.E1=3…",
        height=140,
    )
    lines = read_lines(text)
    st.button("Grade", type="primary", disabled=not text.strip() and not lines)
    if not lines:
        st.caption(
            f"At most {MOST_LINES} links; they are not stored, and nothing but the links is read. {CANNOT_PROVE}"
        )
        return
    asked = needs_of(lines)
    if refused := _refusal(asked):
        st.markdown(refused)
        return
    (look,) = screen.look([measurement(asked)], PLACE)
    if look.state != "finished":
        screen.status([look], PLACE, POLL_SOON_S, partial(_said, len(asked.needs)))
    if look.state != "training" and look.state != "waiting":
        _result(rows(lines, found(asked, look), asked.refused))


def measurement(asked: Asked) -> Measurement:
    """What a class needs, trained one after the other while nobody waits for something else."""
    name = hashlib.sha256(repr(asked.needs).encode()).hexdigest()
    return Measurement(
        f"class {name}", "Training", [_nothing, *(partial(trained, need) for need in asked.needs)], idle=True
    )


def found(asked: Asked, look: Look) -> Found:
    """What is trained of it."""
    return dict(zip(asked.needs, look.found[1:], strict=False))


def _nothing() -> None:
    """The first part, so that there is one."""


def _said(count: int, looks: Sequence[Look]) -> str:
    return f"Trained again: {max(0, len(looks[0].found) - 1)} of {count}"


def _refusal(asked: Asked) -> str:
    """Why a class is not graded here, in a sentence; empty where it is."""
    seconds = sum(map(estimated_s, asked.needs))
    if seconds <= LONGEST_S:
        return ""
    return (
        f"These links would take about {seconds / 60:.0f} minutes to train, and at most {LONGEST_S / 60:.0f} are "
        "allowed here. `python -m core.grade links.txt` has no such limit; or paste fewer."
    )


def _result(graded: Sequence[Row]) -> None:
    """Who, which, points and why; which wrong answers were common; the file."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown("**Points**")
        st.dataframe(_totals(graded), hide_index=True)
    with right:
        st.markdown("**Common wrong answers**")
        mistakes = common_mistakes(graded)
        if mistakes:
            st.dataframe(_mistakes(graded), hide_index=True)
        else:
            st.caption("None.")
    st.markdown("**Each exercise**")
    st.dataframe(pd.DataFrame(table(graded)), hide_index=True, height=HEIGHT)
    st.download_button("Save as CSV", csv_text(graded), "grades.csv", "text/csv", on_click="ignore")
    st.caption(CANNOT_PROVE)


def _totals(graded: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"line": line, "who": name, "points": points, "of": of} for line, name, points, of in totals(graded)]
    )


def _mistakes(graded: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"exercise": each.exercise, "of": each.part, "answer": each.answer, "given": f"{each.count} of {each.of}"}
            for each in common_mistakes(graded)
        ]
    )
