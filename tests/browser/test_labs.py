"""How a lab stands on a screen of 1400 by 900: the answer in sight, pictures close, checks in a line, cases shown."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Theme, Visit

HIGHEST = 1800  # pixels of a page at rest
ROW = 28  # pixels of a check
SETTLED = """() => [...document.querySelectorAll("[data-testid=stPlotlyChart]")]
  .every((chart) => chart.querySelector(".xtick, .annotation"))
  && document.querySelector("[data-testid=stPlotlyChart]") && !document.querySelector("[data-testid=stProgress]")
  && [...document.querySelectorAll("summary")].some((fold) => /\\d checks? holds?$/.test(fold.innerText.trim()))"""
# Luminances of WCAG 2.2; an element's colour is laid over the page's background with all opacities above it.
CONTRASTS = """selector => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const linear = (v) => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = numbers(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  return [...document.querySelectorAll(selector)].filter((e) => e.textContent.trim()).map((element) => {
    const style = getComputedStyle(element);
    let [r, g, b, opacity = 1] = numbers(element instanceof SVGElement ? style.fill : style.color);
    for (let e = element; e; e = e.parentElement) opacity *= Number(getComputedStyle(e).opacity);
    const mixed = [r, g, b].map((v, i) => v * opacity + ground[i] * (1 - opacity));
    const [low, high] = [luminance(mixed), luminance(ground)].sort((a, b) => a - b);
    return [(high + 0.05) / (low + 0.05), element.textContent];
  });
}"""


@dataclass(frozen=True)
class Lab:
    """A screen, a few words of its measured answer, and a case that it shows with the chart that changes."""

    path: str
    answer: str
    case: str
    chart: int


LABS = (
    Lab("/activations", "tanh is right on", "Show me: z = −5", 3),
    Lab("/gradient_flow", "a layer multiplies delta by", "Show me: ReLU, Glorot's weights", 0),
    Lab("/linear_depth", "off by 0", "Show me: two Gaussians, three linear layers of 8", 4),
    Lab("/max_pooling", "is off from a f(x) + b f(y)", "Show me: a window that holds −2", 5),
)
of_every_lab = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.path)


def open_settled(visit: Visit, lab: Lab, theme: Theme = "light", width: int = 1400) -> Page:
    """A lab at rest: all is measured."""
    page = visit(lab.path, width, theme)
    page.wait_for_function(SETTLED)
    return page


def lines(page: Page, chart: int) -> str:
    """What the lines of a chart are drawn along."""
    return str(
        page.get_by_test_id("stPlotlyChart")
        .nth(chart)
        .evaluate(
            "chart => [...chart.querySelectorAll('.scatterlayer path')].map(path => path.getAttribute('d')).join()"
        )
    )


def height(page: Page) -> float:
    box = page.get_by_test_id("stMainBlockContainer").bounding_box()
    assert box
    return box["height"]


@of_every_lab
def test_a_lab_is_two_screenfuls_and_its_answer_is_in_sight(visit: Visit, lab: Lab) -> None:
    page = open_settled(visit, lab)
    assert height(page) <= HIGHEST
    question, answer = (
        found.bounding_box() for found in (page.get_by_role("heading", level=1), page.get_by_text(lab.answer).first)
    )
    assert question and answer and question["y"] < answer["y"] < 250
    chart = page.get_by_test_id("stPlotlyChart").first.bounding_box()
    curve = page.get_by_test_id("curve")
    first = curve.first.bounding_box() if curve.count() else chart
    assert first and first["y"] + first["height"] < 900
    levels = [int(heading.evaluate("h => h.tagName[1]")) for heading in page.locator("h1, h2, h3").all()]
    assert levels[0] == 1 and all(below <= above + 1 for above, below in pairwise(levels))


@of_every_lab
def test_controls_stay_beside_the_pictures(visit: Visit, lab: Lab) -> None:
    page = open_settled(visit, lab)
    slider = page.get_by_test_id("stSidebar").get_by_role("slider").first
    before = slider.bounding_box()
    last = page.get_by_test_id("stPlotlyChart").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    assert slider.bounding_box() == before
    picture = last.bounding_box()
    beside = page.get_by_test_id("stSidebar").bounding_box()
    assert beside and picture and beside["x"] + beside["width"] < picture["x"]


@of_every_lab
def test_a_case_that_is_heard_of_is_shown(visit: Visit, lab: Lab) -> None:
    page = open_settled(visit, lab)
    before = lines(page, lab.chart)
    case = page.get_by_role("button", name=lab.case)
    case.click()
    expect(case).to_be_disabled()
    page.wait_for_function(SETTLED)
    page.wait_for_function(
        """([chart, before]) => [...document.querySelectorAll("[data-testid=stPlotlyChart]")][chart] &&
        [...[...document.querySelectorAll("[data-testid=stPlotlyChart]")][chart].querySelectorAll(".scatterlayer path")]
          .map(path => path.getAttribute("d")).join() !== before""",
        arg=[lab.chart, before],
    )
    assert page.url.partition("?")[2]


@of_every_lab
def test_checks_are_a_line_and_open_to_rows_of_28_pixels(visit: Visit, lab: Lab) -> None:
    page = open_settled(visit, lab)
    fold = page.get_by_test_id("stExpander").filter(has_text="checks hold")
    table = fold.get_by_role("table")
    expect(table).to_be_hidden()
    folded = fold.bounding_box()
    assert folded and folded["height"] < 45
    fold.locator("summary").click()
    expect(table).to_be_visible()
    rows = table.get_by_role("row").all()
    assert len(rows) >= 10
    for row in rows:
        box = row.bounding_box()
        assert box and box["height"] == pytest.approx(ROW, abs=0.5), row.inner_text()
    fold.locator("summary").click()  # the page stays open for the next test
    expect(table).to_be_hidden()


@of_every_lab
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_small_can_be_read(visit: Visit, lab: Lab, theme: Theme) -> None:
    page = open_settled(visit, lab, theme)
    read: Callable[[str], list[tuple[float, str]]] = lambda selector: page.evaluate(CONTRASTS, selector)  # noqa: E731
    captions = read("[data-testid=stCaptionContainer] p")
    charts = read(".js-plotly-plot :is([class$=tick], .annotation) text, .js-plotly-plot text[class$=title]")
    assert captions and len(charts) > 20
    assert min(captions + charts)[0] >= 4.5


@of_every_lab
def test_on_a_phone_nothing_is_beyond_the_edge(visit: Visit, lab: Lab) -> None:
    page = open_settled(visit, lab, width=390)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390
    charts = [chart.bounding_box() for chart in page.get_by_test_id("stPlotlyChart").all()]
    assert charts and all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in charts)
