"""What browser tests of labs measure: where something ends, how large its text is."""

from playwright.sync_api import Locator, Page

FOLD = 900  # pixels: the window's height


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
