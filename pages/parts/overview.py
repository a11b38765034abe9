"""The labs on Home: a row each with its question, the short answer, and the verdict of its checks, measured now."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.claims import Claim, activation_outputs, activations, gradient_flow, linear_depth, max_pooling, saturation
from pages.parts import verdicts
from pages.parts.verdicts import Measure


@dataclass(frozen=True)
class Lab:
    """A lab's screen, its question and short answer, and those of its checks that take a few seconds at most."""

    path: str
    question: str
    answer: str
    measures: tuple[Measure, ...]


LABS = (
    Lab(
        "pages/activations.py",
        "What does an activation do, and which one suits?",
        "It bends, and its slope passes the gradient on: tanh suits hidden layers better, the logistic the output.",
        (activations.claims, saturation.claims, activation_outputs.claims, activation_outputs.counter_examples),
    ),
    Lab(
        "pages/linear_depth.py",
        "What does depth add without a nonlinearity?",
        "No new function: the layers multiply into one. What changes is the way of training.",
        (linear_depth.claims,),
    ),
    Lab(
        "pages/max_pooling.py",
        "Is a convolution with pooling still linear?",
        "With average pooling yes, and it multiplies out into one matrix; with max pooling no.",
        (max_pooling.claims,),
    ),
    Lab(
        "pages/gradient_flow.py",
        "Why does a deep net of logistic units not learn?",
        "Each layer multiplies the gradient by a weight factor and a slope factor; below 1 together, little arrives.",
        (gradient_flow.claims, gradient_flow.counter_examples),
    ),
)


def labs() -> None:
    """A row for each lab; verdicts appear as they are measured."""
    measures = [measure for lab in LABS for measure in lab.measures]

    def draw(found: Sequence[Sequence[Claim] | None]) -> None:
        by_measure = dict(zip(measures, found, strict=True))
        for lab in LABS:
            row(lab, [by_measure[measure] for measure in lab.measures])

    verdicts.watch(measures, draw)


def row(lab: Lab, found: Sequence[Sequence[Claim] | None]) -> None:
    """One lab, with the claims of its measures as far as they are there."""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.page_link(lab.path, label=lab.question, icon=":material/arrow_forward:", width="content")
            st.markdown(verdict(found), width="content")
        st.caption(lab.answer)


def verdict(found: Sequence[Sequence[Claim] | None]) -> str:
    """How many claims hold, as a badge."""
    claims = [claim for part in found for claim in part or ()]
    failing = sum(not claim.holds for claim in claims)
    if failing:
        return f":red-badge[{failing} of {len(claims)} checks fail]"
    if None in found:
        return ":gray-badge[checking]"
    return f":green-badge[{len(claims)} checks hold]"
