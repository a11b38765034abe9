"""What all labs do while they measure: the screen is there, a button stops, another goes on, an error is a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from core.claims import LABS, Claim, activation_outputs, deep_stack, linear_depth, max_pooling
from core.link import from_query
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
    Case("gradient_flow", "stack", "stack ", deep_stack, "measure", 2, 6, {"depth": "3", "width": "4", "rows": "16"}),
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
    assert "heard" in words(at).lower() and charts(at) == case.before
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
    at = open_lab(name)
    assert CHECKED.statement in set(at.table[0].value["Check"])
    assert "Not measured" in words(at) and "ZeroDivisionError" not in words(at)


FAILING = Claim("It is not so.", "value", 3.0, 2.0)


@pytest.mark.parametrize(
    "claims, label, is_open",
    [
        ([CHECKED], "1 check holds", False),
        ([CHECKED, CHECKED], "2 checks hold", False),
        ([CHECKED, FAILING], "1 of 2 checks fails", True),
        ([FAILING, FAILING], "2 of 2 checks fail", True),
    ],
)
@pytest.mark.parametrize("name", ["activations", "gradient_flow"])
def test_checks_are_folded_to_a_line_unless_one_fails(
    name: str, claims: list[Claim], label: str, is_open: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "LABS", {name: (lambda: claims,)})
    at = open_lab(name)
    fold = next(fold for fold in at.expander if "check" in fold.label)
    assert (fold.label, fold.proto.expanded) == (label, is_open)
    table = at.table[0].value
    assert list(table["Check"]) == [claim.statement for claim in claims]
    assert ["fails" in verdict for verdict in table["Verdict"]] == [not claim.holds for claim in claims]
    assert list(table["Measured"]) == [f"**{claim.value:.3g}** ≤ {claim.tolerance:.3g}" for claim in claims]


@pytest.mark.parametrize("name", ["activations", "gradient_flow"])
def test_what_is_heard_says_when_it_is_not_measured_yet(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "LABS", {name: ()})
    text = words(open_lab(name))
    assert text.count("**Measured:** follows") == text.count("**Heard:**") >= 3


@pytest.mark.parametrize("name", ["activations", "gradient_flow"])
def test_a_lab_leads_to_its_experiment(name: str) -> None:
    links = [link.proto for link in open_lab(name).get("page_link")]
    link = next(link for link in links if link.label.startswith("This experiment in Compare: "))
    pair, _, problems = from_query(parse_qs(link.query_string))
    assert problems == [] and (pair.a.activation, pair.b.activation) == ("logistic", "tanh")
    assert f"hidden layers of {pair.a.hidden[0]}" in link.label


@pytest.mark.parametrize("name", ["activations", "gradient_flow"])
def test_charts_are_told_to_those_who_do_not_see_them(name: str) -> None:
    at = open_lab(name)
    assert all(len(chart.proto.alt) > 20 for chart in at.get("plotly_chart"))
    assert len(at.title) == 1 and len(at.header) == 3
