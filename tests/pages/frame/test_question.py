"""The question for which a screen was opened: it is said, it leads on, and the address keeps it."""

import pytest
from streamlit.testing.v1 import AppTest

from core.link import from_query
from core.questions import QUESTIONS
from tests.pages.conftest import QUICK, address, linked, open_compare, press, put, sentences, words
from tests.pages.labs.screens import open_lab


def next_link(at: AppTest) -> tuple[str, str]:
    """Label and page of the link beside the question."""
    (proto,) = (link.proto for link in at.get("page_link") if link.proto.label.startswith(("Next: ", "All questions")))
    return proto.label, proto.page


def unfolded(at: AppTest) -> list[str]:
    return [expander.label for expander in at.expander if expander.proto.expanded]


def open_question(name: str) -> AppTest:
    row = QUESTIONS[name]
    return open_compare({**row.link, **QUICK}) if row.screen == "compare" else open_lab(row.screen, row.link)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_opens_its_screen_without_a_complaint_and_is_said(name: str) -> None:
    at = open_question(name)
    assert sentences(at) == ""
    assert f"**Question {name} of 10** · {QUESTIONS[name].words}" in words(at)


def test_a_question_leads_to_the_next_and_the_last_back_to_all() -> None:
    assert next_link(open_question("E3")) == ("Next: E4", "compare")
    assert next_link(open_question("P6"))[0] == "Next: E1"
    label, page = next_link(open_question("E4"))
    assert (label, page) == ("All questions", "")


def test_without_a_question_nothing_is_said() -> None:
    at = open_compare(QUICK)
    assert "Question" not in words(at)


@pytest.mark.parametrize("name", ["E11", "**bold**", "e3", "<b>"])
def test_a_question_that_there_is_not_is_a_sentence_and_the_rest_of_the_link_counts(name: str) -> None:
    at = open_compare({"question": name, "seed": "7", **QUICK})
    assert sentences(at) == f"The question must be one from P1 to E4; got '{name}'. None is shown."
    assert linked(at).a.seed == 7


def test_the_address_keeps_the_question_when_a_control_changes_it() -> None:
    at = put(open_question("E1"), "selectbox", "a.activation", "relu")
    assert address(at)["question"] == "E1"
    assert linked(at).a.activation == "relu"
    assert "**Question E1 of 10**" in words(at)
    assert address(press(at, "Reset"))["question"] == "E1"


def test_a_lab_keeps_the_question_when_a_control_changes_its_address() -> None:
    at = put(open_question("P4"), "slider", "lab.depth", 5)
    assert address(at)["question"] == "P4" and address(at)["depth"] == "5"
    assert sentences(at) == ""


def test_a_question_that_there_is_not_goes_with_the_next_change() -> None:
    at = put(open_compare({"question": "E11", **QUICK}), "selectbox", "a.activation", "relu")
    assert "question" not in address(at)
    assert sentences(at) == ""


def test_another_link_ends_the_question() -> None:
    assert "question" not in address(open_compare(QUICK))
    assert from_query(QUESTIONS["E1"].link)[2] == []


@pytest.mark.parametrize("name, title", [("P3", "slope of the sigmoid"), ("P5", "tanh (hyperbolic tangent)")])
def test_a_derivation_is_open_for_its_question_alone(name: str, title: str) -> None:
    (open_one,) = unfolded(open_question(name))
    assert title in open_one
    assert unfolded(open_lab("activations")) == []
