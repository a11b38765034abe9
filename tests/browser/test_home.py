"""Home in Chromium: the replay moves, and the field for links opens one or says why not."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

LABEL = "An address copied in Compare, or of TensorFlow Playground"


def test_the_live_replay_moves(open_page: OpenPage) -> None:
    page = open_page("/")
    stage = page.get_by_test_id("stage")
    expect(stage).to_have_attribute("data-state-a", "finished")
    expect(stage).to_have_attribute("data-playing", "true")
    epoch = stage.get_attribute("data-epoch")
    assert epoch
    expect(stage).not_to_have_attribute("data-epoch", epoch)


def test_a_pasted_address_opens(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_label(LABEL).fill("https://example.org/compare?dataset=xor&seed=12&epochs=20&b.activation=relu")
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/compare?**seed=12**")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("12")
    expect(page.get_by_test_id("stage")).to_have_attribute("data-state-b", "finished")


@pytest.mark.parametrize("text", ["nonsense", "https://example.org/compare"])
def test_what_is_no_link_is_answered_with_a_sentence(open_page: OpenPage, text: str) -> None:
    page = open_page("/")
    page.get_by_label(LABEL).fill(text)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("An address must have a query")).to_be_visible()
    expect(page.get_by_label(LABEL)).to_have_value(text)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(open_page: OpenPage, theme: str) -> None:
    page = open_page("/", width=390, theme=theme)
    expect(page.get_by_test_id("stage")).to_have_attribute("data-state-a", "finished")
    expect(page.get_by_label(LABEL)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth") <= 0
