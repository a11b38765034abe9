"""The rows of the labs, and the verdicts behind them."""

import threading
from collections.abc import Sequence

import pytest

from core.claims import Claim
from pages.parts import overview
from pages.parts.overview import LABS
from pages.parts.shell import SCREENS
from pages.parts.verdicts import Verdicts
from tests.pages.conftest import PATIENCE

GOOD, BAD = Claim("It is so.", "value", 1, 2), Claim("It is not so.", "value", 3, 2)


def test_every_lab_has_a_screen_and_a_row_once() -> None:
    paths = [lab.path for lab in LABS]
    assert len(set(paths)) == len(paths) and set(paths) <= set(SCREENS.values())
    without = set(SCREENS.values()) - set(paths) - {"app.py", "pages/compare.py"}
    assert not without, f"give these a row in LABS: {without}"


@pytest.mark.parametrize(
    "found, words",
    [
        ([[GOOD, GOOD], [GOOD]], ":green-badge[3 checks hold]"),
        ([[GOOD], None], ":gray-badge[checking]"),
        ([[GOOD, BAD], None], ":red-badge[1 of 2 checks fail]"),
        ([[GOOD], [BAD]], ":red-badge[1 of 2 checks fail]"),
    ],
)
def test_a_verdict_is_green_only_when_all_was_measured_and_holds(
    found: Sequence[Sequence[Claim] | None], words: str
) -> None:
    assert overview.verdict(found) == words


def test_checks_are_measured_once_for_all() -> None:
    calls = []
    may_end = threading.Event()

    def measure() -> list[Claim]:
        calls.append(1)
        may_end.wait(PATIENCE)
        return [GOOD]

    store = Verdicts()
    first, second = store.of(measure), store.of(measure)
    assert not first.done()
    may_end.set()
    assert first.result(PATIENCE) == second.result(PATIENCE) == [GOOD] and len(calls) == 1


def test_checks_that_break_are_shown_as_failing(caplog: pytest.LogCaptureFixture) -> None:
    def measure() -> list[Claim]:
        raise ZeroDivisionError("here")

    (claim,) = Verdicts().of(measure).result(PATIENCE)
    assert not claim.holds and "ZeroDivisionError: here" in caplog.text
