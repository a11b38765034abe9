"""The labs on Home: a row each with its question, the short answer, and the verdict of its checks, measured now."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.labs import lab


@dataclass(frozen=True)
class Lab:
    """A lab's screen, its question and its short answer."""

    question: str
    answer: str


STATUS = 48  # pixels: room for the progress of the checks
ROWS = {
    "activations": Lab(
        "What does an activation do, and which one suits?",
        "It bends, and its slope passes the gradient on: tanh suits hidden layers better, the logistic the output.",
    ),
    "linear_depth": Lab(
        "What does depth add without a nonlinearity?",
        "No new function: the layers multiply into one. What changes is the way of training.",
    ),
    "max_pooling": Lab(
        "Is a convolution with pooling still linear?",
        "With average pooling yes, and it multiplies out into one matrix; with max pooling no.",
    ),
    "gradient_flow": Lab(
        "Why does a deep net of logistic units learn so slowly?",
        "Each layer multiplies the gradient by a weight factor and a slope factor; below 1 together, little arrives.",
    ),
}


def labs() -> None:
    """A row for each lab; verdicts appear as they are measured."""

    def draw(looks: Sequence[Look]) -> None:
        for name, look in zip(ROWS, looks, strict=True):
            row(name, verdict(look))
        with st.container(height=STATUS, border=False):
            if all(look.complete for look in looks):
                st.caption("All of them were measured on this server since it started.")
            elif any(look.busy for look in looks):
                screen.progress(looks)

    looks = screen.look([lab.all_checks(name) for name in ROWS], "verdicts")
    screen.watch(looks, "verdicts", draw)
    screen.buttons(looks, "verdicts")


def row(name: str, badge: str) -> None:
    """One lab."""
    with st.container(border=True, gap="xsmall"):
        question, verdict = st.columns([4, 1], vertical_alignment="center")  # below each other on any narrow screen
        with question:
            st.page_link(f"pages/{name}.py", label=ROWS[name].question, icon=":material/arrow_forward:")
        with verdict:
            st.markdown(badge, text_alignment="right")
        st.caption(ROWS[name].answer)


def verdict(look: Look) -> str:
    """How many claims hold, as a badge."""
    claims = [claim for part in look.found for claim in part]
    failing = sum(not claim.holds for claim in claims)
    if failing:
        return f":red-badge[{failing} of {len(claims)} checks fail]"
    if look.complete:
        return f":green-badge[{len(claims)} checks hold]"
    if look.state == "failed":
        return ":red-badge[checks failed to run]"
    return f":gray-badge[{len(claims)} checks hold so far]" if claims else ":gray-badge[no check yet]"
