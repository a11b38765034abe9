"""What all labs do while they measure: the screen is there, a button stops, another goes on, an error is a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.claims import LABS, Claim, activation_outputs, deep_stack, linear_depth, max_pooling
from pages.parts.labs import lab
from tests.pages.conftest import CHECKED, run, wait_until, words
from tests.pages.labs.screens import Gate, measured, open_lab, trained


@dataclass(frozen=True)
class Case:
    """A lab, a place where it measures part by part, and how many charts there are before and after."""

    name: str
    place: str
    module: Any
    function: str
    before: int
    after: int
    query: Mapping[str, str]


CASES = (
    Case("activations", "calibration", activation_outputs, "cloud_runs", 3, 4, {}),
    Case("linear_depth", "depths", linear_depth, "train_depth", 3, 5, {}),
    Case("max_pooling", "splits", max_pooling, "compare", 3, 4, {}),
    Case("gradient_flow", "stack", deep_stack, "measure", 4, 8, {"depth": "3", "width": "4", "rows": "16"}),
)


def charts(at: AppTest) -> int:
    return len(at.get("plotly_chart"))


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click()
    return run(at)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_lab_is_there_while_it_measures_and_complete_then(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(getattr(case.module, case.function))
    monkeypatch.setattr(case.module, case.function, gate)
    at = trained(open_lab(case.name, case.query))
    assert "Often heard, and wrong" in words(at)
    wait_until(lambda: charts(run(at)) == case.before)
    click(at, f"stop {case.place}")
    assert "Stopped." in words(at) and charts(at) == case.before
    gate.open()
    click(at, f"again {case.place}")
    assert charts(measured(at)) == case.after
    assert "Stopped." not in words(at)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_breaks_is_a_sentence(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    function, broken = getattr(case.module, case.function), [True]

    def breaking(*arguments: Any) -> Any:
        if broken:
            raise ZeroDivisionError("here")
        return function(*arguments)

    monkeypatch.setattr(case.module, case.function, breaking)
    at = measured(trained(open_lab(case.name, case.query)))
    assert "Not measured: the server's log says why." in words(at)
    assert "ZeroDivisionError" not in words(at)
    broken.clear()
    click(at, f"again {case.place}")
    assert charts(measured(at)) == case.after and "Not measured" not in words(at)


@pytest.mark.parametrize("name", LABS)
def test_the_checks_of_a_lab_are_all_that_core_has(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "LABS", LABS)
    assert lab.all_checks(name).parts == LABS[name]


@pytest.mark.parametrize("name", ["activations", "gradient_flow"])
def test_checks_that_break_are_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking() -> list[Claim]:
        raise ZeroDivisionError("here")

    monkeypatch.setattr(lab, "LABS", {name: (lambda: [CHECKED], breaking)})
    text = words(measured(open_lab(name)))
    assert CHECKED.statement in text and "Not measured" in text and "ZeroDivisionError" not in text
