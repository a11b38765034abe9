"""The question of a course for which a screen was opened: a line that says so, and the place that answers it."""

from pathlib import Path

import streamlit as st

from core.fields import shortened
from core.link import QUESTION
from core.questions import QUESTIONS, Question, after

STYLE = Path(__file__).with_name("question.css")
SCRIPT = Path(__file__).with_name("question.js").read_text("utf-8")


def asked() -> str:
    """What the address names as its question; empty where it names none."""
    return st.query_params.get(QUESTION, "")


def line() -> None:
    """The question in words and the way to the next one, where the screen was opened for one."""
    if not asked():
        return
    st.html(STYLE)
    question = QUESTIONS.get(asked())
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="question"):
        if question:
            st.markdown(f"**Question {question.id} of {len(QUESTIONS)}** · {question.words}", width="content")
            following(question)
        else:
            first, *_, last = QUESTIONS
            st.text(f"The question must be one from {first} to {last}; got {shortened(asked())}. None is shown.")


def following(question: Question) -> None:
    """The way to the next question, or after the last one back to all of them."""
    row = after(question)
    arrow = ":material/arrow_forward:"
    if row:
        st.page_link(f"pages/{row.screen}.py", label=f"Next: {row.id}", icon=arrow, query_params=row.link)
    else:
        st.page_link("app.py", label="All questions", icon=arrow)


def answered(name: str) -> bool:
    """Mark the place of a screen that answers a question. The browser goes there if it was opened for this one.

    Returns whether it was, for what is folded there to be open.
    """
    if not name or asked() != name:
        return False
    with st.container(key="asked"):  # the script is ours, and has no word of the link in it
        st.html(f"<script>{SCRIPT}</script>", unsafe_allow_javascript=True)
    return True
