"""What only a browser shows of the lab on pooling: drawing by pointer and keyboard, cold links, progress."""

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, OpenPage, Server

EMPTY = "0" * 64
LINK = f"/max_pooling?kernel=outline&a=2&b=1&x={EMPTY}"


def image(page: Page) -> str:
    return parse_qs(urlparse(page.url).query)["x"][0]


def test_a_link_opens_on_a_server_that_has_just_started(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    expect(page.get_by_test_id("pixels")).to_have_count(2)
    trained = page.get_by_text("beats the best logistic regression")
    expect(trained).to_be_visible(timeout=3000 * PATIENCE)  # fifteen networks on digits
    expect(page.get_by_text("fails", exact=True)).to_have_count(0)
    expect(page.get_by_role("slider", name="Factor a")).to_have_value("2")
    assert "Traceback" not in cold_server.log.read_text()


def test_a_stroke_paints_and_back_undoes_it(open_page: OpenPage) -> None:
    page = open_page(LINK)
    cells = page.get_by_test_id("pixels").first.get_by_role("gridcell")
    expect(cells.first).to_have_attribute("aria-label", "row 1, column 1: 0 of 16")
    start, end = cells.nth(9).bounding_box(), cells.nth(12).bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 8, steps=12)
    page.mouse.up()
    page.wait_for_url("**x=000000000gggg0000000**")
    assert image(page) == "0" * 9 + "gggg" + "0" * 51
    page.go_back()
    expect(cells.nth(9)).to_have_attribute("aria-label", "row 2, column 2: 0 of 16")


def test_the_keyboard_paints_and_wipes(open_page: OpenPage) -> None:
    page = open_page(LINK)
    cells = page.get_by_test_id("pixels").first.get_by_role("gridcell")
    cells.first.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    cells.nth(1).press("ArrowDown")
    cells.nth(9).press(" ")
    page.wait_for_url(f"**x={'0' * 9}g{'0' * 54}**")
    expect(cells.nth(9)).to_have_attribute("aria-label", "row 2, column 2: 16 of 16")
    cells.nth(9).press(" ")
    page.wait_for_url(f"**x={EMPTY}**")


def test_nothing_is_wider_than_a_phone(open_page: OpenPage) -> None:
    page = open_page(LINK, width=390, theme="dark")
    expect(page.get_by_test_id("pixels")).to_have_count(2)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
