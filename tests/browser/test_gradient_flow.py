"""What only a browser shows of the gradient-flow lab: a cold link, keys on a slider, narrow screens, progress."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Server

LINK = "/gradient_flow?activation=relu&depth=8&width=16&initializer=he_normal&scale=1.5&rows=32"


def test_a_link_opens_on_a_server_that_has_just_started(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    expect(page.get_by_text("Healthy: the first layer")).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(8)  # four at once, four when training has ended
    expect(page.get_by_role("slider", name="Layers")).to_have_value("8")
    expect(page.get_by_text("Measuring the others.")).to_have_count(0)
    expect(page.get_by_text("fails", exact=True)).to_have_count(0)
    assert "Traceback" not in cold_server.log.read_text()


def test_the_keyboard_moves_a_slider_and_back_undoes_it(open_page: OpenPage) -> None:
    page = open_page(LINK)
    expect(page.get_by_text("Healthy: the first layer")).to_be_visible()
    slider = page.get_by_role("slider", name="Layers")
    slider.press("ArrowRight")
    page.wait_for_url("**depth=9**")
    page.go_back()
    expect(slider).to_have_value("8")


def test_a_wide_stack_shows_its_progress_and_gives_way_to_the_next(open_page: OpenPage) -> None:
    page = open_page("/gradient_flow?depth=50&width=256&rows=256")
    expect(page.get_by_text("of 20 seeds").first).to_be_visible()
    page.get_by_role("button", name="Healthy").click()
    expect(page.get_by_text("Healthy: the first layer")).to_be_visible()
    assert "depth=24" in page.url


def test_nothing_is_wider_than_a_phone(open_page: OpenPage) -> None:
    page = open_page(LINK, width=390)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [chart.bounding_box() for chart in page.get_by_test_id("stPlotlyChart").all()]
    assert all(box and box["x"] + box["width"] <= 390 for box in boxes)
