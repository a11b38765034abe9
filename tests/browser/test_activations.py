"""Dragging x in the activations lab: in the browser alone, and into the address when it ends."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server

LINK = "/activations?activations=tanh,gelu&x=-2&epochs=5&noise=50&scale=2&depth=3"
LEFT, RIGHT = 34, 8  # of the curves' canvas, as in curve.js


def across(page: Page, x: float) -> tuple[float, float]:
    """Where x is on the screen, in the upper panel."""
    box = page.get_by_test_id("curve").locator("canvas").bounding_box()
    assert box
    return box["x"] + LEFT + (x + 8) / 16 * (box["width"] - LEFT - RIGHT), box["y"] + 60


def test_the_drag_needs_no_server_until_it_ends(open_page: OpenPage) -> None:
    frames: list[Any] = []
    page = open_page("/activations")
    page.on(
        "websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame))
    )  # Playwright wants a function of Python
    page.goto(page.url.split("/activations")[0] + LINK)
    curve = page.get_by_test_id("curve")
    expect(curve).to_have_attribute("data-x", "-2")
    expect(page.get_by_text("smallest test accuracy on three clouds").first).to_be_visible()
    expect(page.get_by_text("Measuring the others.")).to_have_count(0)
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
    expect(curve).to_have_attribute("data-x", "-2")
    page.go_forward()
    expect(curve).to_have_attribute("data-x", "2")


def test_arrow_keys_move_x(open_page: OpenPage) -> None:
    page = open_page(LINK)
    curve = page.get_by_test_id("curve")
    expect(curve).to_have_attribute("data-x", "-2")
    curve.get_by_role("slider").press("ArrowRight")
    expect(curve).to_have_attribute("data-x", "-1.98")
    page.wait_for_url(re.compile(r"[?&]x=-1\.98(&|$)"))


def test_a_link_opens_on_a_server_that_has_just_started(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=cold_server)
    curve = page.get_by_test_id("curve")
    expect(curve).to_have_attribute("data-x", "-2")
    expect(curve.get_by_role("cell", name="GELU")).to_be_visible()
    expect(page.get_by_text("drives z from 0 to −3")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_narrow_screen_shows_all_of_it(open_page: OpenPage, theme: str) -> None:
    page = open_page(LINK, width=390, theme=theme)
    curve = page.get_by_test_id("curve")
    expect(curve).to_have_attribute("data-x", "-2")
    box = curve.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    for part in ("canvas", "table"):
        inner = curve.locator(part).bounding_box()
        assert inner and inner["x"] + inner["width"] <= 390
