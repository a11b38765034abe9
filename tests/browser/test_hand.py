"""Weights set by hand in Chromium: with the mouse on the diagram, with the keyboard, in the row, and from a link."""

import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Locator, Page, expect

from core.edits import Edit
from core.experiment import Experiment
from core.link import from_query
from core.training import train
from core.what_if import is_what_if, set_at
from tests.browser.conftest import OpenPage, Server, Visit
from tests.browser.test_compare import expect_finished, stage_of
from tests.browser.test_stage import control

QUICK = "/compare?epochs=30&rows=120&hidden=3,2&hide=charts&edit=true"
FOCUS = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return `${element.tagName} ${element.ariaLabel ?? ""}`;
}"""


def field(page: Page) -> Locator:
    return stage_of(page).locator(".field input")


def expect_set(page: Page, *edits: Edit) -> Experiment:
    """These weights are set in A, and the stage shows it."""
    text = ",".join(edit.text for edit in edits)
    page.wait_for_url(lambda url: text in parse_qs(urlparse(url).query).get("2.edits", []))
    expect_finished(page)
    pair, _, problems = from_query(parse_qs(urlparse(page.url).query))
    assert problems == [] and set_at(pair.a, pair.a.epochs) == edits
    trained = train(pair.a)
    said = (
        f"A, NumPy, finished: what if, weights set by hand, training accuracy {100 * trained.train_accuracy[-1]:.1f} %"
    )
    expect(stage_of(page).locator("canvas")).to_have_attribute("aria-label", re.compile(re.escape(said)))
    return pair.a


def point_at(page: Page, words: str) -> None:
    """Move the mouse over the diagram of A until the card says these words."""
    stage_of(page).locator("canvas").scroll_into_view_if_needed()
    box = stage_of(page).locator("canvas").bounding_box()
    assert box
    card = stage_of(page).locator(".card")
    for across in (60, 100, 130, 160, 200, 240):
        for up in range(210, 10, -4):
            page.mouse.move(box["x"] + across, box["y"] + box["height"] - up)
            if words in (card.text_content() or ""):
                return
    raise AssertionError(f"nothing says {words!r}")


def test_a_line_is_set_with_the_mouse_and_opened_again_from_its_link(
    visit: Visit, cold_server: Server, open_page: OpenPage
) -> None:
    page = visit(QUICK)
    expect_finished(page)
    point_at(page, "x₁ → Layer 1, neuron 1\nClick to set it")
    page.mouse.down()
    page.mouse.up()
    expect(field(page)).to_be_focused()
    page.keyboard.type("2,5")  # in place of the value, which is selected
    page.keyboard.press("Enter")
    expect(field(page)).to_be_hidden()
    expect_set(page, Edit(1, 0, 0, 2.5))

    again = open_page(page.url.replace(urlparse(page.url)._replace(path="", query="").geturl(), ""), at=cold_server)
    expect_set(again, Edit(1, 0, 0, 2.5))
    expect(again.get_by_text("What if at epoch 30, 1 of 10 weights set")).to_be_visible()


def test_a_bias_is_set_with_the_keyboard(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    canvas = stage_of(page).locator("canvas")
    canvas.focus()
    for _ in range(3):  # the first shows a feature; then the layers
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    expect(stage_of(page).locator(".field")).to_contain_text("Layer 2, neuron 1, bias")

    page.keyboard.type("much")
    page.keyboard.press("Enter")
    expect(stage_of(page).get_by_role("alert")).to_contain_text("must be a number from -1000000 to 1000000; got “much”")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(field(page)).to_be_hidden()
    expect(canvas).to_be_focused()
    assert not is_what_if(from_query(parse_qs(urlparse(page.url).query))[0].a)

    page.keyboard.press("Enter")
    page.keyboard.type("1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    expect(field(page)).to_have_value("0.1")
    page.keyboard.press("Enter")
    expect_set(page, Edit(2, "b", 0, 0.1))
    expect(canvas).to_be_focused()  # after all reruns: the next weight is one key away
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("0.1")
    page.keyboard.press("Escape")


def test_the_row_keeps_the_focus_and_undo_puts_the_weights_away(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    box = page.get_by_label("Weight", exact=True)
    box.fill("-0.75")
    box.press("Enter")
    expect_set(page, Edit(1, 0, 0, -0.75))
    expect(box).to_be_focused()
    expect(box).to_have_value("-0.75")
    box.fill("3")
    box.press("Enter")
    expect_set(page, Edit(1, 0, 0, 3.0))
    assert "Weight" in page.evaluate(FOCUS)
    undo = page.get_by_role("button", name="Undo edits")
    undo.press("Enter")
    page.wait_for_url(lambda url: "2.edits" not in url)
    expect_finished(page)
    expect(undo).to_be_focused()


def test_the_table_sets_weights_one_after_the_other(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    page.get_by_text("All weights of this layer").click()
    table = page.get_by_test_id("stDataFrame").locator("canvas").first
    table.scroll_into_view_if_needed()
    expect_finished(page)
    box = table.bounding_box()
    assert box
    table.click(position={"x": 0.9 * box["width"], "y": 50}, force=True)  # what scrolls lies above it
    overlay = page.locator(".gdg-input")
    for value in ("0.5", "-2"):  # Enter goes to the next row
        page.keyboard.press("Enter")
        expect(overlay).to_be_focused()
        overlay.fill(value)
        page.keyboard.press("Enter")
        expect(overlay).to_have_count(0)
        page.wait_for_url(re.compile(re.escape(f"%3A{value}") + "(&|%2C)"))
        expect_finished(page)
    expect_set(page, Edit(1, 0, 2, 0.5), Edit(1, 1, 2, -2.0))


def test_the_row_follows_the_frame_that_is_shown(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    for _ in range(3):
        control(page, "Step back").click()
    expect(page.get_by_text("A at epoch 27.")).to_be_visible()
    box = page.get_by_label("Weight", exact=True)
    box.fill("1")
    box.press("Enter")
    assert expect_set(page, Edit(1, 0, 0, 1.0)).epochs == 27


def test_the_button_opens_and_closes_the_row(visit: Visit) -> None:
    page = visit(QUICK.replace("&edit=true", ""))
    expect_finished(page)
    expect(page.get_by_role("button", name="Undo edits")).to_have_count(0)
    control(page, "Edit").click()
    expect(page.get_by_role("button", name="Undo edits")).to_be_visible()
    expect(control(page, "Edit")).to_have_attribute("aria-pressed", "true")
    control(page, "Edit").click()
    expect(page.get_by_role("button", name="Undo edits")).to_have_count(0)
