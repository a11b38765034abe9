"""Grading a class on a page: links are pasted, trained again, and shown as a table. Nothing is stored."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.exercises.grading import (
    CANNOT_PROVE,
    MOST_LINES,
    Asked,
    Row,
    common_mistakes,
    csv_text,
    graded_rows,
    planned,
    table,
    totals,
)
from core.exercises.trained import estimated_s, trained
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.timers import POLL_SOON_S
from pages.parts.background.work import Measurement
from pages.parts.frame import address

LONGEST_S = 600.0  # that a pasted class may take, by estimate: the command has no such limit
HEIGHT = 400  # pixels


def section() -> None:
    """Draw a field for the links of a class, and what they come to. All work is a worker's: links may be hostile."""
    text = st.text_area(
        "Links of a class, one a line, each alone or behind a name and a tab",
        key=address.key("class"),
        placeholder="Ada\thttps://…/exercises?for=ada&answer.E1=3…",
        height=140,
    )
    is_asked = st.button("Grade", type="primary")  # the field tells of its text when it is left
    if not text.strip():
        missing = "There is no link to grade. " if is_asked else ""
        st.caption(
            f"{missing}At most {MOST_LINES} links. Nothing is stored, and only the links are read. {CANNOT_PROVE}"
        )
        return
    plan = _look(Measurement(f"class plan {_name(text)}", "Reading the links", [partial(planned, text)]))
    if not plan:
        return
    asked: Asked = plan.found[0]
    if refused := _refusal(asked):
        st.markdown(refused)
        return
    training = screen.look([_training(asked)], "class training")[0]
    if training.state != "finished":
        screen.status([training], "class training", POLL_SOON_S, partial(_said, len(asked.needs)))
    if not training.busy:
        _graded(text, asked, training)


def _training(asked: Asked) -> Measurement:
    """What a class needs, trained one after the other while nobody waits for something else."""
    parts: list[Callable[[], Any]] = [partial(trained, need) for need in asked.needs] or [tuple]  # or nothing, at once
    return Measurement(f"class {_name(repr(asked.needs))}", "Training", parts, idle=True)


def _graded(text: str, asked: Asked, training: Look) -> None:
    """The table, of what is trained so far: it may have been stopped."""
    found = dict(zip(asked.needs, training.found, strict=False))
    name = f"class rows {_name(text)} {len(found)}"
    if graded := _look(Measurement(name, "Grading", [partial(graded_rows, text, found, asked.refused)])):
        _result(graded.found[0])


def _look(work: Measurement) -> Look | None:
    """What there is of a work, once it is through; until then how far it is."""
    (look,) = screen.look([work], work.label)
    if not look.complete:
        screen.status([look], work.label, POLL_SOON_S)
        return None
    return look


def _name(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _said(count: int, looks: Sequence[Look]) -> str:
    return f"Trained again: {len(looks[0].found)} of {count}"


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
