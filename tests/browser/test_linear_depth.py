"""What only a browser shows of the lab on linear depth: its room, a cold link, Show me, and Back while it trains."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Server, Visit
from tests.browser.labs import FOLD, bottom, font_size, largest_text

LINK = "/linear_depth?dataset=circle&hidden=3,1&activation=tanh&seed=4&multiplied=true&rows=xor&width=7"


def test_the_answer_is_the_largest_text_and_above_the_fold_with_its_picture(visit: Visit) -> None:
    page = visit("/linear_depth")
    answer = page.get_by_text("off by 0", exact=True)
    expect(answer).to_be_visible()
    assert bottom(answer) < bottom(page.get_by_test_id("stPlotlyChart").first) < FOLD
    assert largest_text(page) == font_size(answer) > font_size(page.get_by_role("heading", level=1))
    last = page.get_by_test_id("stSidebar").get_by_text("Initial weights")
    assert bottom(last) < FOLD  # all controls are in sight


def test_show_me_changes_the_picture_and_back_undoes_it(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    expect(page.get_by_text("any one layer is wrong somewhere")).to_be_visible()
    picture = page.get_by_test_id("stPlotlyChart").first
    before = picture.screenshot()
    page.get_by_role("button", name="Show me: two Gaussians, three linear layers of 4").click()
    page.wait_for_url("**dataset=gauss&hidden=4%2C4%2C4&activation=identity**")
    expect(page.get_by_text("off by 0", exact=True)).to_be_visible()
    assert picture.screenshot() != before
    page.go_back()
    expect(page.get_by_text("any one layer is wrong somewhere")).to_be_visible()
    expect(page.get_by_text("off by 0", exact=True)).to_have_count(0)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(5)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390
    assert "Traceback" not in cold_server.log.read_text()
