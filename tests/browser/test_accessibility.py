"""What axe-core finds on every screen: nothing serious or critical, other than what Streamlit is to mend.

Streamlit's own elements are part of every screen. What is found in them stands in UPSTREAM with its issue.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.parts.frame.page import SCREENS
from tests.browser.conftest import Theme, Visit

# (rule, what the element's HTML has in it): where it was reported. None is known now.
UPSTREAM: dict[tuple[str, str], str] = {}
PATHS = {
    name: "/" if path == "app.py" else f"/{path.removeprefix('pages/').removesuffix('.py')}"
    for name, path in SCREENS.items()
}
THEMES: dict[Theme, dict[str, Any]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}  # the rest is the same
# What fades in has no contrast before it has; what turns for ever is not waited for.
HAS_FADED = """() => document.getAnimations().every((each) =>
  each.playState !== "running" || each.effect.getComputedTiming().iterations === Infinity)"""
QUICK = "?epochs=5&rows=60"


def serious(page: Page) -> list[str]:
    """Rule, element and reason of all that is serious or critical and not known upstream, light and dark."""
    return [said for theme, rules in THEMES.items() for said in violations(page, theme, rules)]


def violations(page: Page, theme: Theme, rules: dict[str, Any]) -> Iterator[str]:
    page.emulate_media(color_scheme=theme)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.wait_for_function(HAS_FADED)
    for rule in Axe().run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]:
        for element in rule["nodes"] if rule["impact"] in ("serious", "critical") else ():
            if not any(rule["id"] == known and part in element["html"] for known, part in UPSTREAM):
                yield f"{theme}: {rule['id']}: {element['html'][:200]}: {element['failureSummary']}"


@pytest.mark.parametrize("screen", PATHS)
def test_nothing_serious_on_a_screen(visit: Visit, screen: str) -> None:
    page = visit(PATHS[screen] + (QUICK if screen == "Compare" else ""))
    assert serious(page) == []


def test_nothing_serious_in_share(visit: Visit) -> None:
    page = visit("/gradient_flow?depth=3")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("For a course page")).to_be_visible()
    assert serious(page) == []


@pytest.mark.parametrize("path", ["/compare" + QUICK, "/gradient_flow"])
def test_nothing_serious_on_a_phone(visit: Visit, path: str) -> None:
    assert serious(visit(path, width=390)) == []
