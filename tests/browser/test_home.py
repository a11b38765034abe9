"""Home and Help in Chromium: what stands above the fold, where each question leads, and what is said of a bad link."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from core.presets import PRESETS
from core.questions import QUESTIONS, Question
from core.words import WORDS
from tests.browser.conftest import OpenPage, Server, Visit, expect_stage

LABEL = "Or open a link of Gradient Lab or TensorFlow Playground"
FOLD = 900
FIRST = "Start with your own network"


def box(locator: Locator) -> dict[str, float]:
    """Left, top, right and bottom of the first match, in pixels of the window."""
    found = locator.first.bounding_box()
    assert found
    return {
        "left": found["x"],
        "top": found["y"],
        "right": found["x"] + found["width"],
        "bottom": found["y"] + found["height"],
    }


def question_link(page: Page, row: Question) -> Locator:
    return page.get_by_role("link", name=f"{row.id} {row.words}", exact=True)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    wide: int = page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
    return wide


def cut(locator: Locator) -> list[str]:
    """The texts of what is not shown whole."""
    texts: list[str] = locator.evaluate_all(
        "all => all.flatMap(a => [a, ...a.querySelectorAll('*')]).filter(e => e.scrollWidth > e.clientWidth + 1 &&"
        " getComputedStyle(e).overflowX !== 'visible').map(e => e.textContent)"
    )
    return texts


def test_all_that_a_course_begins_with_stands_above_the_fold(visit: Visit) -> None:
    page = visit("/")
    expect_stage(page, stateA="finished")
    stage, first = box(page.get_by_test_id("stage")), box(page.get_by_role("button", name=FIRST))
    field, opens = box(page.get_by_label(LABEL)), box(page.get_by_role("button", name="Open", exact=True))
    assert stage["bottom"] - stage["top"] <= 330
    for beside in (first, field, opens):
        assert stage["right"] < beside["left"] and stage["top"] < beside["top"] < beside["bottom"] < stage["bottom"]
    places = [box(question_link(page, row)) for row in QUESTIONS.values()]
    assert max(place["bottom"] for place in places) < FOLD
    assert min(place["top"] for place in places) > stage["bottom"]
    by_column = sorted(range(len(places)), key=lambda i: (places[i]["left"], places[i]["top"]))
    assert min(place["bottom"] - place["top"] for place in places) >= 24
    assert by_column == list(range(len(places)))  # in the order of the course, down one column and then the other


def test_the_presets_have_pictures(visit: Visit) -> None:
    page = visit("/")
    pictures = page.locator("[class*=st-key-preset-] img")
    expect(pictures).to_have_count(len(PRESETS))
    page.wait_for_function("() => [...document.images].every(image => image.naturalWidth)")
    heights = pictures.evaluate_all("all => all.map(image => image.getBoundingClientRect().height)")
    assert len(set(heights)) == 1 and heights[0] > 80
    pictures.last.scroll_into_view_if_needed()
    assert cut(page.locator("[class*=st-key-preset-] a")) == []
    page.get_by_role("link", name="Squared features on the circle").click()
    page.wait_for_url("**/compare?**features=x1sq%2Cx2sq**")
    expect_stage(page, stateA="finished")


def test_on_a_phone_nothing_is_cut_and_the_replay_moves(visit: Visit) -> None:
    visit("/help")  # so that Home opens, and is not still there with its replay at the end
    page = visit("/", width=390, theme="dark", moving=True)
    stage = page.get_by_test_id("stage")
    expect_stage(page, stateA="finished")
    expect_stage(page, playing="true")
    epoch = stage.get_attribute("data-epoch")
    assert epoch
    expect(stage).not_to_have_attribute("data-epoch", epoch)
    assert box(page.get_by_role("button", name=FIRST))["bottom"] < 844
    assert overflow(page) <= 0
    for row in QUESTIONS.values():
        place = box(question_link(page, row))
        assert place["left"] >= 0 and place["right"] <= 390
    assert cut(page.locator(".st-key-questions a, [class*=st-key-preset-] a")) == []


def test_what_is_wrong_with_a_link_is_said_beside_its_field(visit: Visit) -> None:
    page = visit("/")
    expect_stage(page, stateA="finished")
    below = box(page.get_by_text("Ten questions of a first course"))
    page.get_by_label(LABEL).fill("nonsense")
    page.get_by_role("button", name="Open", exact=True).click()
    said = page.get_by_text("This is not a link that can be opened")
    expect(said).to_be_visible()
    expect(page.get_by_label(LABEL)).to_have_value("nonsense")
    field, error = box(page.get_by_label(LABEL)), box(page.get_by_role("alert"))
    assert 0 <= error["top"] - field["bottom"] < 40
    assert error["left"] < field["right"] and field["left"] < error["right"]
    assert error["bottom"] < FOLD
    assert box(page.get_by_text("Ten questions of a first course")) == below  # nothing jumps

    page.get_by_label(LABEL).fill("https://example.org/compare?dataset=xor&seed=12&epochs=20&b.activation=relu")
    page.get_by_label(LABEL).press("Enter")
    page.wait_for_url("**/compare?**seed=12**")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("12")
    expect_stage(page, stateB="finished")


def test_the_first_action_opens_a_network(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("button", name=FIRST).click()
    page.wait_for_url("**/compare?v=1&**")
    expect_stage(page, stateA="finished")


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_opens_its_screen_with_its_picture(visit: Visit, name: str) -> None:
    row = QUESTIONS[name]
    page = visit("/")
    question_link(page, row).click()
    page.wait_for_url(f"**/{row.screen}?question={name}**")
    expect(page.get_by_text(f"Question {name} of 10")).to_be_visible()
    if row.screen == "compare":
        expect_stage(page, stateA="finished", stateB="finished")
    else:
        picture = page.locator("[data-testid=stPlotlyChart], [data-testid=stBidiComponentIsolated]")
        expect(picture.first).to_be_attached()
    expect(page.get_by_text("Not everything in this link could be used")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize(
    "name, answer",
    [
        ("P3", "The slope of the logistic, by the quotient rule"),
        ("P5", "tanh is a stretched logistic"),
        ("P6", "Which one, and where?"),
    ],
)
def test_a_question_opens_the_section_that_answers_it(visit: Visit, name: str, answer: str) -> None:
    row = QUESTIONS[name]
    page = visit(f"/{row.screen}?{urlencode(row.link)}")
    place = page.get_by_text(answer, exact=True).first
    page.wait_for_function("""() => {
        const asked = document.querySelector(".st-key-asked")?.getBoundingClientRect();
        return asked && asked.top >= 0 && asked.top < innerHeight / 4;
    }""")
    line = box(page.get_by_text(f"Question {name} of 10"))
    assert line["top"] >= 0 and line["bottom"] <= box(place)["top"] < FOLD / 2  # the question stays above its answer


def test_from_question_to_question_on_a_cold_server(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(f"/compare?{urlencode(QUESTIONS['E3'].link)}", at=cold_server)
    expect(page.get_by_text("Question E3 of 10")).to_be_visible()
    expect_stage(page, stateA="finished")
    page.get_by_role("link", name="Next: E4").click()
    expect(page.get_by_text("Question E4 of 10")).to_be_visible()
    page.get_by_role("link", name="All questions").click()
    expect(page.get_by_role("button", name=FIRST)).to_be_visible()
    assert "question" not in page.url


@pytest.mark.parametrize("width", [1400, 390])
def test_help_shows_every_word_whole(visit: Visit, width: int) -> None:
    page = visit("/help", width=width)
    links = page.locator(".st-key-words").get_by_test_id("stPageLink-NavLink")
    expect(links).to_have_count(len(WORDS))
    assert links.all_inner_texts() == [word.term for word in WORDS.values()]
    assert cut(links) == []
    assert overflow(page) <= 0
    page.get_by_role("link", name="Delta", exact=True).click()
    page.wait_for_url(re.compile(r"/compare\?gradient=delta"))
    expect_stage(page, stateA="finished")
