"""What all labs do while they measure: the screen is there, a button stops, another goes on, an error is a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.claims import LABS, Claim, activation_outputs, deep_stack, linear_depth, max_pooling
from pages.parts.labs import lab
from tests.pages.background.links import Here
from tests.pages.conftest import CHECKED, run, words
from tests.pages.labs.screens import open_lab


@dataclass(frozen=True)
class Case:
    """A lab, a place where it measures part by part, how the keys begin of what is measured there, the function that
    makes a part, and how many charts there are before and after.
    """

    name: str
    place: str
    key: str
    module: Any
    function: str
    before: int
    after: int
    query: Mapping[str, str]


CASES = (
    Case("activations", "calibration", "clouds ", activation_outputs, "cloud_runs", 3, 4, {}),
    Case("linear_depth", "depths", "depths ", linear_depth, "train_depth", 3, 5, {}),
    Case("max_pooling", "splits", "splits", max_pooling, "compare", 6, 7, {}),
    Case("gradient_flow", "stack", "stack ", deep_stack, "measure", 4, 8, {"depth": "3", "width": "4", "rows": "16"}),
)


def charts(at: AppTest) -> int:
    return len(at.get("plotly_chart"))


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click()
    return run(at)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_lab_is_there_while_it_measures_and_complete_then(case: Case, worker: Here) -> None:
    worker.holds = case.key
    at = open_lab(case.name, case.query)
    assert "**Heard:**" in words(at) and charts(at) == case.before
    click(at, f"stop {case.place}")
    assert "Stopped." in words(at) and charts(at) == case.before
    worker.holds = ""
    click(at, f"again {case.place}")
    assert charts(run(at)) == case.after
    assert "Stopped." not in words(at)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_breaks_is_a_sentence(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    function, broken = getattr(case.module, case.function), [True]

    def breaking(*arguments: Any) -> Any:
        if broken:
            raise ZeroDivisionError("here")
        return function(*arguments)

    monkeypatch.setattr(case.module, case.function, breaking)
    at = open_lab(case.name, case.query)
    assert "Not measured: the server's log says why." in words(at)
    assert "ZeroDivisionError" not in words(at)
    broken.clear()
    click(at, f"again {case.place}")
    assert charts(at) == case.after and "Not measured" not in words(at)


@pytest.mark.parametrize("name", LABS)
def test_the_checks_of_a_lab_are_all_that_core_has(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "LABS", LABS)
    assert lab.all_checks(name).parts == LABS[name]


@pytest.mark.parametrize("name", ["activations", "gradient_flow"])
def test_checks_that_break_are_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking() -> list[Claim]:
        raise ZeroDivisionError("here")

    monkeypatch.setattr(lab, "LABS", {name: (lambda: [CHECKED], breaking)})
    text = words(open_lab(name))
    assert CHECKED.statement in text and "Not measured" in text and "ZeroDivisionError" not in text
