"""The tabs under the stage in Chromium: in the link and in the history, for the keyboard, within their height."""

import pytest
from playwright.sync_api import Locator, Page, expect

from core.link import TABS
from pages.parts.compare.tabs import LABELS
from tests.browser.conftest import OpenPage, Server, Visit, expect_stage
from tests.browser.test_compare import QUICK, expect_finished, expect_rest

MOST = 500  # pixels of the row and of what it opens, at 1,400 of width
CHARTS = {"gradients": 1, "loss": 4, "difference": 1, "seeds": 3, "step": 1, "code": 0}


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("radio", name=LABELS[name], exact=True)


def expect_open(page: Page, name: str) -> None:
    expect(tab(page, name)).to_be_checked()
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(CHARTS[name])
    expect(page.get_by_test_id("stCode")).to_have_count(2 if name == "code" else 0)


def test_the_open_tab_stands_in_the_link_and_back_opens_the_one_before(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    expect_open(page, "gradients")
    for name in ("loss", "code"):
        tab(page, name).click()
        page.wait_for_url(f"**&tab={name}&**")
        expect_open(page, name)
    page.go_back()
    expect_open(page, "loss")
    page.go_back()
    expect_open(page, "gradients")
    page.go_forward()
    expect_open(page, "loss")


@pytest.mark.parametrize("name", ["difference", "loss"])
def test_a_link_opens_its_tab_on_a_cold_server(cold_server: Server, open_page: OpenPage, name: str) -> None:
    page = open_page(f"{QUICK}&tab={name}", at=cold_server)
    expect_open(page, name)
    if name == "difference":
        expect(page.get_by_text("Equal to 1e-10 at every recorded epoch.")).to_be_visible()


def test_the_arrow_keys_go_from_tab_to_tab(visit: Visit) -> None:
    page = visit(f"{QUICK}&seed=3")
    expect_finished(page)
    tab(page, "gradients").focus()
    for name in ("loss", "difference", "seeds", "step", "code"):
        page.keyboard.press("ArrowRight")
        expect(tab(page, name)).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**&tab={name}&**")
        expect_open(page, name)
        expect_rest(page)
        expect(tab(page, name)).to_be_focused()


@pytest.mark.parametrize("name", TABS)
def test_a_tab_keeps_within_its_height_and_its_width(visit: Visit, name: str) -> None:
    page = visit(f"{QUICK}&tab={name}")
    expect_finished(page)
    expect_open(page, name)
    box = page.locator(".st-key-tabs").bounding_box()
    assert box and box["height"] <= MOST
    page.set_viewport_size({"width": 390, "height": 844})
    expect_rest(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")


@pytest.mark.parametrize("name", ["gradients", "loss"])
@pytest.mark.parametrize("width", [1400, 390])
def test_charts_come_into_the_room_that_was_kept_for_them(open_page: OpenPage, width: int, name: str) -> None:
    page = open_page(f"/compare?epochs=10000&batch_size=1&hide=playground,b&b.engine=numpy&seed={width}&tab={name}")
    page.set_viewport_size({"width": width, "height": 900})
    expect_stage(page, stateA="training")
    main = page.get_by_test_id("stMain")
    expect(page.get_by_text("Drawn when training has ended.")).to_have_count(CHARTS[name])
    kept = main.evaluate("main => main.scrollHeight")
    page.get_by_role("button", name="Stop").click()
    expect_stage(page, stateA="stopped", stateB="stopped")
    expect(page.locator(".js-plotly-plot")).to_have_count(CHARTS[name])
    page.wait_for_function("([main, kept]) => main.scrollHeight === kept", arg=[main.element_handle(), kept])


def test_a_script_can_be_copied(visit: Visit) -> None:
    page = visit(f"{QUICK}&tab=code")
    expect_finished(page)
    page.get_by_test_id("stCode").first.hover()
    page.get_by_test_id("stCode").first.get_by_role("button", name="Copy to clipboard").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "experiment = Experiment(rows=200, segments=(Segment(epochs=60),))" in copied
