"""Where things stand in Compare: what is above the fold, alone and in a frame, and how much there is besides."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core.experiment import Experiment, changed
from core.training import train
from tests.browser.conftest import NOTHING, OpenPage, Visit, expect_stage
from tests.browser.test_compare import LONG, WRITTEN, expect_finished, expect_rest, stage_of

QUICK = "/compare?epochs=60&rows=200"
BUTTONS, WORDS = 12, 60  # at most, at rest, outside the stage and the sidebar
# What stands in the middle of the screen beside the stage and the open tab: its buttons that can be seen, its words.
BESIDES = """main => {
  const seen = (each) => each.checkVisibility() && !each.closest(".st-key-tabs .js-plotly-plot, .st-key-navigation");
  const buttons = [...main.querySelectorAll("button:not([aria-label='Shown below'] *)")].filter(seen).length;
  const words = [];
  main.querySelectorAll("p, label, button").forEach((each) => {
    if (!seen(each) || each.parentElement.closest("p, label, button")) return;
    const copy = each.cloneNode(true);
    copy.querySelectorAll("[data-testid=stIconMaterial], [role=img], svg").forEach((icon) => icon.remove());
    words.push(copy.textContent);
  });
  return [buttons, words.join(" ").split(/\\s+/).filter((word) => /\\w/.test(word))];
}"""


def bottom(of: Locator) -> float:
    box = of.bounding_box()
    assert box
    return box["y"] + box["height"]


def picture(page: Page) -> Locator:
    """Boundaries and networks: one canvas."""
    return stage_of(page).get_by_role("application")


def verdict(page: Page) -> Locator:
    return page.locator(".st-key-verdict")


@pytest.mark.parametrize("b", ["", "&b.engine=numpy&b.activation=relu"])
def test_boundaries_networks_and_verdict_stand_above_the_fold(visit: Visit, b: str) -> None:
    page = visit(f"{QUICK}{b}")
    expect_finished(page)
    assert bottom(picture(page)) <= 820
    expect(verdict(page)).to_contain_text("at epoch 60")
    assert bottom(verdict(page)) <= 900


def test_on_a_projector_both_boundaries_are_whole(visit: Visit) -> None:
    page = visit(f"{QUICK}&hide=charts")
    page.set_viewport_size({"width": 1280, "height": 720})
    stage = expect_finished(page)
    top = picture(page).bounding_box()
    assert top and top["y"] + 46 + 18 + 270 <= 720  # head, caption, boundary
    assert stage.evaluate("root => root.classList.contains('narrow')") is False


@pytest.mark.parametrize("shown", ["gradients", "loss", "difference", "code"])
def test_a_page_has_at_most_1400_pixels(visit: Visit, shown: str) -> None:
    page = visit(f"{QUICK}&tab={shown}")
    expect_finished(page)
    expect(page.locator(".st-key-tabs").get_by_role("radio", checked=True).first).to_be_visible()
    drawn = page.locator("[data-testid=stCode]" if shown == "code" else ".js-plotly-plot")
    expect(drawn.first).to_be_visible()
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollHeight") <= 1400


def test_at_rest_there_are_few_buttons_and_words_besides(visit: Visit) -> None:
    page = visit("/compare")
    expect_finished(page)
    expect(verdict(page)).to_contain_text("The weights of A and B are equal to")
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    buttons, words = page.get_by_test_id("stMain").evaluate(BESIDES)
    assert 0 < buttons <= BUTTONS
    assert 20 < len(words) <= WORDS, " ".join(words)


def test_in_a_frame_of_another_page_the_picture_comes_first(open_page: OpenPage) -> None:
    page = open_page(NOTHING)
    page.set_viewport_size({"width": 1000, "height": 700})
    address = page.url.replace(NOTHING, f"{QUICK}&embed=true")
    page.set_content(f'<body style="margin:0"><iframe src="{address}" width="900" height="600" style="border:0">')
    frame = page.frame_locator("iframe")
    stage = frame.get_by_test_id("stage")
    expect(stage).to_have_attribute("data-state-b", "finished")
    expect(frame.locator(".st-key-verdict")).to_contain_text("at epoch 60")
    expect(frame.locator(".st-key-navigation")).to_have_count(0)
    top = stage.bounding_box()
    assert top and top["y"] <= 30 and top["width"] > 800  # no sidebar beside it
    assert bottom(stage.get_by_role("application")) <= 600
    assert bottom(frame.locator(".st-key-verdict p").first) <= 600


# figures


def test_the_figures_follow_the_cursor(visit: Visit) -> None:
    page = visit("/compare?epochs=30&rows=120&hide=charts")
    stage = expect_finished(page)
    run = train(changed(Experiment(), epochs=30, rows=120))
    stage.focus()
    page.evaluate(WRITTEN)
    for key, t in (("Home", 0), ("End", -1)):
        page.evaluate("window.written = []")
        page.keyboard.press(key)
        expect_stage(page, epoch=str(run.epochs[t]))
        page.wait_for_function("window.written.length > 0")
        written = " ".join(map(str, page.evaluate("window.written")))
        for accuracy in (run.train_accuracy[t], run.test_accuracy[t]):
            assert f"{min(100 * accuracy, 99.9 if accuracy < 1 else 100):.1f} %" in written
        assert re.search(rf"loss {run.train_loss[t]:.3g} / {run.test_loss[t]:.3g}\b", written)


# what a screen reader is told


def test_a_training_is_said_when_it_starts_and_with_its_outcome_when_it_ends(visit: Visit) -> None:
    page = visit(f"{LONG}&hide=charts")
    expect_stage(page, stateA="training")
    region = page.locator(".st-key-verdict [role=status]")
    expect(region).to_contain_text("A trains")
    expect(page.get_by_text(re.compile(r"Epoch [\d,]+ of 10,000")).first).to_be_visible()
    stage_of(page).get_by_role("button", name="Stop").click()
    expect_stage(page, stateA="stopped", stateB="stopped")
    expect(region).to_contain_text(re.compile(r"A: [a-z -]+ at epoch \d+"))


def test_the_player_is_reached_soon(visit: Visit) -> None:
    page = visit(f"{QUICK}&hide=charts")
    expect_finished(page)
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.shadowRoot?.activeElement?.textContent === 'Skip to player'"):
            break
    else:
        pytest.fail("no link to the player among the first five stops")
    page.keyboard.press("Enter")
    order = []
    for _ in range(6):
        page.keyboard.press("Tab")
        order.append(stage_of(page).evaluate("root => root.getRootNode().activeElement?.ariaLabel ?? ''"))
    expect_rest(page)
    assert order[:5] == ["To start", "Step back", "Play", "Step forward", "Epoch"]


def test_a_frame_that_forbids_downloads_is_named(open_page: OpenPage) -> None:
    page = open_page(NOTHING)
    address = page.url.replace(NOTHING, f"{QUICK}&hide=charts&embed=true")
    page.set_content(
        f'<iframe src="{address}" width="900" height="600" sandbox="allow-scripts allow-same-origin"></iframe>'
    )
    stage = page.frame_locator("iframe").get_by_test_id("stage")
    expect(stage).to_have_attribute("data-state-b", "finished")
    stage.get_by_role("button", name="View", exact=True).click()
    stage.get_by_role("button", name="Save picture").click()
    expect(stage.locator(".told")).to_contain_text("forbids downloads")
