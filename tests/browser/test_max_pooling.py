"""What only a browser shows of the lab on pooling: its room, Show me, a cold link, drawing by pointer and keyboard."""

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server, Visit
from tests.browser.labs import FOLD, bottom, font_size, largest_text

EMPTY = "0" * 64
LINK = f"/max_pooling?kernel=outline&a=2&b=1&x={EMPTY}"


def image(page: Page) -> str:
    return parse_qs(urlparse(page.url).query)["x"][0]


def test_off_by_0_is_the_largest_text_and_above_the_fold_with_its_pictures(visit: Visit) -> None:
    page = visit("/max_pooling")
    off_by = page.get_by_text("off by 0", exact=True)
    expect(off_by).to_have_count(2)
    assert bottom(page.get_by_test_id("stPlotlyChart").nth(2)) < FOLD  # the three rows of images
    assert bottom(page.get_by_test_id("pixels").last) < FOLD
    assert largest_text(page) == font_size(off_by.first) > font_size(page.get_by_role("heading", level=1))


def test_show_me_changes_the_picture(visit: Visit) -> None:
    page = visit("/max_pooling?level=2")
    chart = page.locator(".st-key-max")
    expect(chart).to_have_count(1)  # the page before it may still stand below
    expect(chart.locator(".annotation")).to_have_count(2)
    before = chart.screenshot()
    page.get_by_role("button", name="Show me: a window that holds −2").click()
    page.wait_for_url("**level=-2**")
    expect(page.get_by_role("slider", name="Level v")).to_have_value("-2")
    expect(chart).to_have_count(1)
    assert chart.screenshot() != before
    cells = page.get_by_test_id("pixels").last.get_by_role("gridcell")
    page.get_by_role("button", name="Show me: f(−x) beside −f(x)").click()
    page.wait_for_url(f"**y={EMPTY}**")
    expect(cells.nth(2)).to_have_attribute("aria-label", "row 1, column 3: 0 of 16")


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
