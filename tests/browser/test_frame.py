"""The frame in a browser: the navigation that keeps, Share, a course page's frame, the way to the player."""

import re
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, Visit, expect_stage

QUICK = "/compare?epochs=5&rows=60&hide=charts,playground"
IFRAME = {"width": 900, "height": 600}
TOP_PX = 60  # of a title's line and the space above it


def screen(page: Page, label: str) -> Locator:
    """Its link in the navigation."""
    return page.locator(".st-key-navigation").get_by_role("link", name=label, exact=True)


def go(page: Page, label: str, path: str) -> None:
    screen(page, label).click()
    page.wait_for_url(re.compile(path))
    expect(page.locator(".st-key-navigation [aria-current=page]")).to_have_text(label)


def expect_data_set(page: Page, label: str) -> None:
    """The chosen one stands in the label of the pictures."""
    expect(page.get_by_test_id("stSidebar").get_by_text(f"Data set: {label}").first).to_be_visible()


def test_the_navigation_keeps_the_experiment_and_a_link_rules(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK}&dataset=xor")
    expect_data_set(page, "XOR")
    go(page, "Gradient flow", "/gradient_flow")
    go(page, "Compare", "/compare.*dataset=xor")
    expect_data_set(page, "XOR")
    go(page, "Home", r":\d+/$")
    page.get_by_role("link", name="Squared features on the circle").click()
    page.wait_for_url("**dataset=circle**")
    expect_data_set(page, "Circle")
    page.go_back()
    go(page, "Compare", "/compare.*dataset=circle")
    new_tab = open_page("/gradient_flow")
    go(new_tab, "Compare", "/compare$")
    expect_data_set(new_tab, "Circle")


def test_back_goes_through_kept_addresses(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK}&dataset=xor")
    expect_data_set(page, "XOR")
    go(page, "Gradient flow", "/gradient_flow")
    go(page, "Compare", "/compare.*dataset=xor")
    page.go_back()
    expect(page.locator(".st-key-navigation [aria-current=page]")).to_have_text("Gradient flow")
    page.go_back()
    expect_data_set(page, "XOR")


def test_in_the_frame_of_a_course_page_there_is_the_picture_alone(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK}&embed=true")
    page.set_viewport_size(IFRAME)
    expect_stage(page, stateA="finished")
    expect(page.locator(".st-key-navigation")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    first = page.get_by_test_id("stMainBlockContainer").locator("h1, .st-key-stage").first.bounding_box()
    assert first is not None and first["y"] < TOP_PX and first["x"] < IFRAME["width"] / 8


def test_a_link_without_sidebar_and_navigation_has_neither(visit: Visit) -> None:
    page = visit("/gradient_flow?hide=navigation,sidebar")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".st-key-navigation, .st-key-corner")).to_have_count(0)
    for name in ("stSidebar", "stExpandSidebarButton"):
        expect(page.get_by_test_id(name)).to_be_hidden()


def test_the_line_for_a_course_page_opens_the_screen_as_it_says(visit: Visit, open_page: OpenPage) -> None:
    page = visit("/gradient_flow?depth=7")
    page.get_by_role("button", name="Share").click()
    shared = page.locator(".st-key-shared")
    shared.get_by_text("Navigation").click()
    lines = shared.locator("code")
    expect(lines.nth(1)).to_contain_text("hide=navigation")
    link = lines.nth(0).inner_text()
    assert "depth=7" in link and "embed" not in link
    course = open_page("/_stcore/health")
    course.set_content(f"<h1>A course</h1>{lines.nth(1).inner_text()}")
    frame = course.frame_locator("iframe")
    expect(frame.get_by_role("slider", name="Layers")).to_have_value("7")
    expect(frame.locator(".st-key-navigation, .st-key-corner")).to_have_count(0)


def test_on_a_phone_the_navigation_shows_where_one_is_and_that_it_goes_on(visit: Visit) -> None:
    page = visit("/gradient_flow", width=390)
    row, own = page.locator(".st-key-navigation"), page.locator(".st-key-navigation [aria-current=page]")
    expect(own).to_be_in_viewport(ratio=1)
    assert row.evaluate("row => row.scrollWidth > row.clientWidth && getComputedStyle(row).maskImage") != "none"
    for link in row.locator("a").all():
        box = link.bounding_box()
        assert box is not None and box["height"] >= 40
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    screen(page, "Home").click()
    page.wait_for_url(re.compile(r":\d+/$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_share_stands_in_the_row_of_the_navigation(visit: Visit, theme: str) -> None:
    page = visit("/gradient_flow", theme=theme)
    share, own = page.get_by_role("button", name="Share"), page.locator(".st-key-navigation [aria-current=page]")
    boxes = [part.bounding_box() for part in (share, own)]
    assert None not in boxes
    middle, other = (box["y"] + box["height"] / 2 for box in boxes if box)
    assert abs(middle - other) < 5


def test_a_skip_link_leads_to_the_player_and_leaves_the_address(open_page: OpenPage) -> None:
    page = open_page(QUICK)
    expect_stage(page, stateA="finished", stateB="finished")
    page.bring_to_front()
    for _ in range(3):  # after Streamlit's link to the content and the button that closes the sidebar
        page.keyboard.press("Tab")
    link, before = page.get_by_role("link", name="Skip to player"), page.url
    # Not `to_be_focused`: a browser without windows may take the page for one that is behind another.
    page.wait_for_function("document.activeElement?.shadowRoot?.activeElement?.textContent === 'Skip to player'")
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.get_by_test_id("stage").evaluate("stage => stage.contains(stage.getRootNode().activeElement)")
    assert page.url == before


@pytest.mark.parametrize("path", ["/gradient_flow", "/help"])
def test_on_a_phone_share_does_not_lie_over_the_navigation(visit: Visit, path: str) -> None:
    page = visit(path, width=390)
    share = page.get_by_role("button", name="Share").bounding_box()
    row = page.locator(".st-key-navigation").bounding_box()
    assert share and row
    assert row["x"] + row["width"] <= share["x"] + 1


ESCAPED = "<img src=x> ![a](evil.example/i.png) [b](evil.example) `c` ~~d~~ $x^2$ *e*"
IN_CODE = (
    "``` https://evil.example/x ` www.evil.example/x mailto:me@evil.example [b](https://evil.example) :red[x] :smile: "
    ":material/home: evil.example"
)
HOSTILE = {
    "dataset": "see https://evil.example/x now",
    "activation": "www.evil.example/x",
    "learning_rate": "mailto:me@evil.example",
    "seed": "![a](https://evil.example/i.png)",
    "depth": "``` https://evil.example `",
    "x": ":red[x] $x^2$ :smile: evil.example",
    "a": "<a href=https://evil.example>",
    "tab": "https://evil.example/\u202e",
    "question": "https://evil.example/question",
    "hide": "https://evil.example/hide",
    "www.dataset": "https://evil.example/",
}
OF_IT = ("a[href*='://evil']", "a[href*='://www.evil']", "a[href^='evil']", "a[href^='mailto']", "img[src*='evil']")
MADE = ", ".join(f"[data-testid=stMain] {made}" for made in (*OF_IT, "img[src=x]", "del"))


def test_a_text_of_the_link_is_quoted_letter_by_letter_and_never_a_link(visit: Visit) -> None:
    page = visit(f"{QUICK}&playground_seed={quote(ESCAPED)}&b.playground_seed={quote(IN_CODE)}&b.engine=numpy")
    said = page.get_by_text("B differs in")
    expect(said).to_contain_text(f"seed {IN_CODE} (A: {ESCAPED}).")
    expect(page.locator(MADE)).to_have_count(0)
    expect(said.locator(".katex, [data-testid=stIconMaterial]")).to_have_count(0)


@pytest.mark.parametrize("path", ["", "compare", "activations", "linear_depth", "max_pooling", "gradient_flow", "help"])
def test_no_screen_makes_a_link_of_what_its_address_says(visit: Visit, path: str) -> None:
    page = visit(f"/{path}?{urlencode(HOSTILE)}")
    expect(page.get_by_text(re.compile("evil")).first).to_be_visible()
    expect(page.locator(MADE)).to_have_count(0)
