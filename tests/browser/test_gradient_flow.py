"""What only a browser shows of the gradient-flow lab: a cold link, keys on a slider and Back, a narrow screen."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Server

LINK = "/gradient_flow?activation=relu&depth=8&width=16&initializer=he_normal&scale=1.5&rows=32"


def test_a_cold_link_is_shown_and_a_key_moves_its_slider(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    exploding = page.get_by_text("Exploding: delta grows")
    expect(exploding).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(6)  # four at once, two when training has ended
    slider = page.get_by_role("slider", name="Layers").first  # the old one may still stand below
    expect(slider).to_have_value("8")
    slider.press("ArrowRight")
    page.wait_for_url("**depth=9**")
    page.go_back()
    expect(slider).to_have_value("8")
    expect(exploding.first).to_be_visible()
    expect(exploding).to_have_count(1)

    page.set_viewport_size({"width": 390, "height": 900})
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390
    boxes = [chart.bounding_box() for chart in page.get_by_test_id("stPlotlyChart").all()]
    assert all(box and box["x"] + box["width"] <= 390 for box in boxes)
    for name in ("six hidden layers", "logistic net with He's weights"):  # read whole, over two lines
        link = page.get_by_role("link", name=name)
        assert link.evaluate(
            "link => [link, ...link.querySelectorAll('*')].every(e => e.scrollWidth <= link.offsetWidth)"
        )
    assert "Traceback" not in cold_server.log.read_text()
