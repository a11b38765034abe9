"""The rows of the labs on Home, and the verdicts in them."""

from collections.abc import Sequence
from functools import cache

import pytest

from core.claims import LABS, Claim
from core.claims.gradient_flow import counter_examples
from pages.parts.background.look import Look
from pages.parts.background.work import Measurement, State
from pages.parts.frame.page import SCREENS
from pages.parts.labs import lab, overview
from pages.parts.labs.overview import ROWS
from tests.pages.conftest import CHECKED, open_home, words

FAILING = Claim("It is not so.", "value", 3, 2)


def test_every_lab_has_a_screen_a_row_and_checks() -> None:
    assert {f"pages/{name}.py" for name in ROWS} == set(SCREENS.values()) - {"app.py", "pages/compare.py"}
    assert [*ROWS] == [*LABS]


@pytest.mark.parametrize(
    "found, state, words",
    [
        ([[CHECKED, CHECKED], [CHECKED]], "training", ":green-badge[3 checks hold]"),
        ([[CHECKED]], "training", ":gray-badge[1 checks hold so far]"),
        ([], "training", ":gray-badge[no check yet]"),
        ([[CHECKED, FAILING]], "training", ":red-badge[1 of 2 checks fail]"),
        ([[CHECKED], [FAILING]], "training", ":red-badge[1 of 2 checks fail]"),
        ([[CHECKED]], "failed", ":red-badge[checks failed to run]"),
    ],
)
def test_a_verdict_is_green_only_when_all_was_measured_and_holds(
    found: Sequence[Sequence[Claim]], state: State, words: str
) -> None:
    two = Measurement("two", "two", (list, list))
    assert overview.verdict(Look(two, state, tuple(found))) == words


def test_home_says_of_every_lab_that_its_checks_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the quickest claims and a stand-in for the others: tests of core measure all."""
    first = {**{name: functions[0] for name, functions in LABS.items()}, "gradient_flow": counter_examples}
    quick = {name: (cache(claims), lambda: [CHECKED]) for name, claims in first.items()}
    monkeypatch.setattr(lab, "LABS", quick)
    text = words(open_home())
    for functions in quick.values():
        assert f":green-badge[{sum(len(claims()) for claims in functions)} checks hold]" in text
    assert text.count("checks hold]") == len(ROWS)
