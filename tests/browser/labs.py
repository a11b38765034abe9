"""What the browser tests of the labs measure: how high a page is, where something ends, how large its text is."""

from playwright.sync_api import Locator, Page

FOLD, HIGHEST = 900, 1800  # pixels: the window's height, and the most that a lab may have at 1400 by 900


def height(page: Page) -> int:
    """Of the whole screen, in pixels."""
    return int(page.get_by_test_id("stMain").evaluate("main => main.scrollHeight"))


def bottom(place: Locator) -> float:
    """Where something ends, in pixels from the top of the window."""
    box = place.bounding_box()
    assert box
    return box["y"] + box["height"]


def font_size(place: Locator) -> float:
    """Of a text, in pixels."""
    return float(place.evaluate("element => parseFloat(getComputedStyle(element).fontSize)"))


def largest_text(page: Page) -> float:
    """The largest font size of any text on the screen, in pixels."""
    sizes = """main => Math.max(...[...main.querySelectorAll("*")]
        .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .filter((element) => element.getClientRects().length && !element.closest(".katex"))
        .map((element) => parseFloat(getComputedStyle(element).fontSize)))"""
    return float(page.get_by_test_id("stMain").evaluate(sizes))
