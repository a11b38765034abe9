"""What only a browser shows of the lab on pooling: a cold link, drawing by pointer and by keyboard while it trains."""

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server

EMPTY = "0" * 64
LINK = f"/max_pooling?kernel=outline&a=2&b=1&x={EMPTY}"


def image(page: Page) -> str:
    return parse_qs(urlparse(page.url).query)["x"][0]


def test_a_cold_link_can_be_drawn_into(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    stop = page.get_by_role("button", name="Stop")
    expect(page.get_by_test_id("pixels")).to_have_count(2)
    expect(page.get_by_role("slider", name="Factor a")).to_have_value("2")
    expect(stop).to_be_visible()  # ten networks on digits train meanwhile
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

    cells.first.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    cells.nth(1).press("ArrowDown")
    cells.nth(9).press(" ")
    page.wait_for_url(f"**x={'0' * 9}g{'0' * 54}**")
    expect(cells.nth(9)).to_have_attribute("aria-label", "row 2, column 2: 16 of 16")
    cells.nth(9).press(" ")
    page.wait_for_url(f"**x={EMPTY}**")

    stop.click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390
    assert "Traceback" not in cold_server.log.read_text()
