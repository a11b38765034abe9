"""The course of a training on Compare: a branch off A, a change in mid-run, its segments; each from its link."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.branch import branched, forked, lengthened, without
from core.edits import Edit
from core.experiment import Experiment, changed
from core.link import Pair, View, from_query, to_query
from core.sides import fork, on_engine
from pages.parts.stage import stage
from tests.pages.conftest import (
    address,
    linked,
    on_stage,
    open_address,
    open_compare,
    press,
    put,
    refused,
    run,
    sentences,
    specs,
    widget,
    words,
)

A = changed(Experiment(), epochs=60, rows=60)
AFRESH = "The optimizer starts afresh there"


def lines(at: AppTest) -> list[str]:
    """The segments of A, as they stand in their list."""
    return [text.partition("\u2002")[2] for text in words(at).splitlines() if "\u2002" in text]


def test_a_press_branches_off_a_with_a_tenth_of_the_rate() -> None:
    at = press(open_compare(to_query(Pair(A, A), View(frame=40, edit=True))), "Branch here")
    b = linked(at).b
    assert [(each.epochs, each.learning_rate, each.carry) for each in b.segments] == [
        (40, 0.03, False),
        (20, 0.003, True),
    ]
    assert linked(at).a == A and "B is A up to epoch **40**, then learning rate **0.003** (A: 0.03)." in words(at)
