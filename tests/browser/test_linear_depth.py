"""What only a browser shows of the lab on linear depth: a cold link, the button and Back, training with progress."""

from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, OpenPage, Server

LINK = "/linear_depth?dataset=gauss&hidden=3,1&activation=identity&seed=4&multiplied=true"


def test_a_link_opens_on_a_server_that_has_just_started(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    expect(page.get_by_role("button", name="Show the layers alone")).to_be_visible()
    expect(page.get_by_text("The way there differs with depth.")).to_be_visible(timeout=3000 * PATIENCE)
    expect(page.get_by_text("fails", exact=True)).to_have_count(0)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(5)
    assert "Traceback" not in cold_server.log.read_text()


def test_the_button_acts_while_networks_train_and_back_undoes_it(open_page: OpenPage) -> None:
    page = open_page("/linear_depth?rows=xor&width=7")
    expect(page.get_by_text("6 networks with").first).to_be_visible()
    page.get_by_role("button", name="Multiply the layers into one").click()
    page.wait_for_url("**multiplied=true**")
    expect(page.get_by_text("Of the one layer")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Multiply the layers into one")).to_be_visible()
    expect(page.get_by_text("Of the one layer")).to_have_count(0)


def test_nothing_is_wider_than_a_phone(open_page: OpenPage) -> None:
    page = open_page(LINK, width=390)
    expect(page.get_by_text("The way there differs with depth.")).to_be_visible(timeout=3000 * PATIENCE)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
