"""What only a browser shows of the lab on linear depth: a cold link, the button and Back while networks train."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Server

LINK = "/linear_depth?dataset=gauss&hidden=3,1&activation=identity&seed=4&multiplied=true&rows=xor&width=7"


def test_a_cold_link_is_shown_while_networks_train(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    expect(page.get_by_text("Of the one layer")).to_be_visible()
    page.get_by_role("button", name="Show the layers alone").click()
    page.wait_for_url("**multiplied=false**")
    expect(page.get_by_text("Of the one layer")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("Of the one layer")).to_be_visible()
    expect(page.get_by_text("The way there differs with depth.").first).to_be_visible()  # the old one may stand below
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(5)
    expect(page.get_by_text("The way there differs with depth.")).to_have_count(1)
    expect(stop).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390
    assert "Traceback" not in cold_server.log.read_text()
