"""What a change costs, in counts that depend on no machine: calls, runs of the screen, bytes, files, frames drawn."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NOTHING, OpenPage, Server, expect_stage
from tests.browser.session import open_session
from tests.browser.test_compare import change_seed, expect_finished, expect_still
from tests.browser.traffic import Traffic

# Fine, so that nothing is tried for it.
QUERY = {"dataset": "gauss", "epochs": "30", "rows": "120", "hidden": "3,2", "hide": "charts,playground"}
LINK = "/compare?" + "&".join(f"{name}={value}" for name, value in QUERY.items())
LONG = "/compare?epochs=10000&hidden=8,8&batch_size=1&hide=charts,playground"
SCREEN_BYTES = 40_000  # of all widgets and texts: 26,000 measured a run
STAGE_BYTES = 120_000  # of a message to the stage, its script included: 102,000 measured; a run would come on top
# Lets so many pass; returns how often the stage was drawn meanwhile.
ANIMATION_FRAMES = """count => new Promise((done) => {
  const before = window.drawn;
  const next = () => (count-- ? requestAnimationFrame(next) : done(window.drawn - before));
  next();
})"""


@pytest.fixture
def traffic(open_page: OpenPage) -> Traffic:
    """Of a page that shows nothing yet."""
    return Traffic(open_page(NOTHING))


def go(traffic: Traffic, link: str) -> Page:
    traffic.page.goto(traffic.page.url.removesuffix(NOTHING) + link)
    return traffic.page


def settle(page: Page) -> None:
    """All that follows from a change has been asked for: a screen that polls does so once a second."""
    page.wait_for_timeout(1200)


def test_at_rest_nothing_is_asked_read_or_drawn(traffic: Traffic) -> None:
    page = go(traffic, LINK)
    expect_finished(page)
    settle(page)
    traffic.clear()
    settle(page)
    page.evaluate(ANIMATION_FRAMES, 20)
    assert (traffic.calls, traffic.runs, traffic.received_bytes, traffic.files, traffic.drawn) == ([], 0, 0, [], 0)


def test_a_change_is_one_call_and_each_new_run_is_read_once(traffic: Traffic, server: Server) -> None:
    page = go(traffic, LINK)
    expect_finished(page)
    with open_session(server.url, "compare") as other:  # what trains also depends on the machine
        other.train(QUERY | {"seed": "771"})
    settle(page)
    traffic.clear()
    change_seed(page, 771)
    expect_finished(page)
    settle(page)
    assert (len(traffic.calls), traffic.runs, len(traffic.files)) == (
        1,
        2,
        2,
    )  # once to write the address
    assert traffic.received_bytes < SCREEN_BYTES + STAGE_BYTES
    assert traffic.drawn <= 4  # the message, both runs, the frame at which it rests

    traffic.clear()
    page.go_back()  # to runs that the browser holds
    expect(page.get_by_label("Seed", exact=True).first).to_have_value("1")
    expect_finished(page)
    settle(page)
    assert (len(traffic.calls), traffic.runs, len(traffic.files)) == (1, 1, 0)
    assert traffic.received_bytes < SCREEN_BYTES + STAGE_BYTES
    assert traffic.drawn <= 2


def test_what_is_tried_is_asked_for_by_nobody_and_costs_polls_and_two_runs(traffic: Traffic) -> None:
    page = go(traffic, LINK.replace("gauss", "xor"))
    expect_finished(page)
    expect(page.get_by_text("Tried from")).to_be_visible()
    settle(page)
    traffic.clear()
    change_seed(page, 772)
    expect_finished(page)
    for _ in range(4):
        settle(page)
    polls = len(traffic.calls) - len(traffic.asked)
    assert len(traffic.asked) == 1
    assert (
        polls >= 1 and traffic.runs <= 2 + polls + 2
    )  # for the change, and once training and what is tried are through


def test_another_chart_leaves_the_stage_alone(traffic: Traffic) -> None:
    page = go(traffic, LINK.replace("charts,", ""))
    expect_finished(page)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(1)
    settle(page)
    traffic.clear()
    page.get_by_role("radio", name="Heat map").click()
    page.wait_for_url("**chart=heatmap**")
    settle(page)
    assert (len(traffic.calls), traffic.runs, traffic.files) == (1, 2, [])
    assert traffic.drawn <= 1


def test_what_trains_is_read_from_files_and_the_screen_polls_once_a_second(traffic: Traffic) -> None:
    page = go(traffic, LONG)
    expect_stage(page, stateA="training", stateB="training")
    settle(page)
    traffic.clear()
    start = page.evaluate("performance.now()")
    page.wait_for_timeout(3000)
    seconds = (page.evaluate("performance.now()") - start) / 1000
    calls, runs, files, drawn = len(traffic.calls), traffic.runs, len(traffic.files), traffic.drawn
    assert traffic.asked == []
    assert calls <= seconds + 1 and runs <= seconds + 2
    assert 1 <= files / 2 <= seconds / 0.11 + 1  # of each side
    assert 1 <= drawn <= files
    assert traffic.received_bytes / max(1, runs) < SCREEN_BYTES
    page.get_by_role("button", name="Stop").click()
    expect_stage(page, stateA="stopped")


def test_a_replay_draws_once_each_animation_frame_and_a_step_once(traffic: Traffic) -> None:
    page = go(traffic, LINK)
    stage = expect_finished(page)
    for key, epoch in (("Home", 0), ("ArrowRight", 1)):
        traffic.clear()
        stage.press(key)
        expect_still(stage, epoch)
        assert traffic.drawn == 1
    traffic.clear()
    stage.get_by_role("button", name="Play").click()
    expect_stage(page, playing="true")
    assert 29 <= page.evaluate(ANIMATION_FRAMES, 30) <= 31
    expect_still(stage, 30)
    assert (traffic.calls, traffic.runs, traffic.files) == ([], 0, [])
