"""What only a browser shows of the lab on linear depth: its room, a cold link, Show me, and Back while it trains."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Server, Visit
from tests.browser.labs import FOLD, HIGHEST, bottom, font_size, height, largest_text

LINK = "/linear_depth?dataset=circle&hidden=3,1&activation=tanh&seed=4&multiplied=true&rows=xor&width=7"


def test_the_answer_and_the_picture_are_above_the_fold_of_a_short_page(visit: Visit) -> None:
    page = visit("/linear_depth")
    answer = page.get_by_text("off by 0", exact=True)
    expect(answer).to_be_visible()
    expect(page.get_by_text("9 checks hold")).to_be_visible()
    picture = page.get_by_test_id("stPlotlyChart").first
    assert bottom(answer) < bottom(picture) < FOLD
    assert height(page) <= HIGHEST
    assert largest_text(page) == font_size(answer) > font_size(page.get_by_role("heading", level=1))
    assert page.get_by_role("heading", level=2).count() == 2 and page.get_by_role("heading", level=3).count() >= 4
    expect(page.get_by_text("All layers together are one layer")).to_be_hidden()  # folded
    page.get_by_text("9 checks hold").click()
    expect(page.get_by_text("All layers together are one layer")).to_be_visible()
    page.get_by_text("9 checks hold").click()


def test_show_me_changes_the_picture_and_back_undoes_it(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    expect(page.get_by_text("With Tanh between the layers")).to_be_visible()
    picture = page.get_by_test_id("stPlotlyChart").first
    before = picture.screenshot()
    page.get_by_role("button", name="Show me: two Gaussians, three linear layers of 4").click()
    page.wait_for_url("**dataset=gauss&hidden=4%2C4%2C4&activation=identity**")
    expect(page.get_by_text("off by 0", exact=True)).to_be_visible()
    assert picture.screenshot() != before
    page.go_back()
    expect(page.get_by_text("With Tanh between the layers")).to_be_visible()
    expect(page.get_by_text("off by 0", exact=True)).to_have_count(0)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(5)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390
    assert "Traceback" not in cold_server.log.read_text()
