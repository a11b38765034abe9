"""Dragging x in the activations lab: in the browser alone, and into the address when it ends."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import NOTHING, OpenPage, Server

LINK = "/activations?activations=tanh,gelu&x=-2.003&epochs=5&noise=50&scale=2&depth=3"
LEFT, RIGHT = 34, 92  # of the curves' canvas, as in curve.js


def across(page: Page, x: float) -> tuple[float, float]:
    """Where x is on the screen, in the upper panel."""
    box = page.get_by_test_id("curve").locator("canvas").bounding_box()
    assert box
    return box["x"] + LEFT + (x + 8) / 16 * (box["width"] - LEFT - RIGHT), box["y"] + 60


def test_a_cold_link_is_shown_as_it_is_and_a_drag_needs_no_server(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(NOTHING, at=cold_server)
    frames: list[Any] = []
    # Playwright wants functions of Python.
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    page.goto(cold_server.url + LINK)
    curve = page.get_by_test_id("curve").first  # after Back the old one may still stand below
    expect(curve).to_have_attribute("data-x", "-2.003")  # between two points of the grid
    expect(curve.get_by_role("cell", name="GELU")).to_be_visible()
    expect(page.get_by_text("From z = −3")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("25 checks hold", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    page.mouse.move(*across(page, -2))
    assert frames != []
    frames.clear()
    page.mouse.down()
    for x in ("-1", "0", "0.5", "2"):
        page.mouse.move(*across(page, float(x)), steps=4)
        expect(curve).to_have_attribute("data-x", x)
    expect(curve.get_by_role("cell", name="0.9640")).to_be_visible()  # tanh 2
    assert frames == []
    page.mouse.up()
    page.wait_for_url(re.compile(r"[?&]x=2(&|$)"))
    expect(curve).to_have_attribute("data-x", "2")
    page.go_back()
    expect(curve).to_have_attribute("data-x", "-2.003")
    page.go_forward()
    expect(curve).to_have_attribute("data-x", "2")
    curve.get_by_role("slider").press("ArrowRight")
    expect(curve).to_have_attribute("data-x", "2.02")
    page.wait_for_url(re.compile(r"[?&]x=2\.02(&|$)"))
    expect(page.get_by_test_id("curve")).to_have_count(1)

    page.set_viewport_size({"width": 390, "height": 900})
    for part in (curve, curve.locator("canvas"), curve.locator("table")):
        box = part.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
