"""Compare in Chromium: links on cold servers, Back and Forward, Stop, the replay without the server, themes."""

import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from core.experiment import Experiment, changed
from core.link import Pair, View, from_query, to_query
from core.phrases import below_all
from core.presets import PRESETS
from core.training import train
from tests.browser.conftest import NOTHING, OpenPage, Server, Theme, Visit, expect_stage
from tests.browser.traffic import Traffic

QUICK = "/compare?epochs=60&rows=200"
STAGE_ONLY = f"{QUICK}&hide=charts"
LONG = "/compare?epochs=10000&hidden=8,8"  # half a minute in NumPy, minutes in scikit-learn
SLOW_B = f"{STAGE_ONLY}&b.epochs=10000&b.hidden=8,8"  # NumPy at once, scikit-learn for minutes


HAS_BUTTON = "name => [...document.querySelectorAll('button')].some((each) => each.textContent.trim() === name)"
IS_AT_REST = "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"


def stage_of(page: Page) -> Locator:
    return page.get_by_test_id("stage")


def expect_finished(page: Page) -> Locator:
    """The stage, once both sides are trained and the screen has come to rest."""
    stage = expect_stage(page, stateA="finished", stateB="finished")
    page.wait_for_function(HAS_BUTTON, arg="New seed", polling=50)
    expect_rest(page)
    return stage


def expect_rest(page: Page) -> None:
    """No rerun is under way."""
    page.wait_for_function(IS_AT_REST, polling=50)


def expect_still(stage: Locator, epoch: int | str) -> None:
    """The stage rests at an epoch."""
    expect_stage(stage.page, playing="false", epoch=str(epoch))


def press_in_menu(stage: Locator, name: str) -> None:
    """Press a button of the player's menu, which stays open."""
    view = stage.get_by_role("button", name="View", exact=True)
    if view.get_attribute("aria-expanded") != "true":
        view.click()
    stage.get_by_role("button", name=name).click()


def numbers(page: Page) -> list[str]:
    """Accuracies and losses of A and of B at the end, as the stage says them."""
    stage = stage_of(page)
    stage.press("End")
    page.evaluate("new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))")
    text = str(stage.get_by_role("application").get_attribute("aria-label"))
    found = re.findall(r"accuracy ([\d.]+) %.*?accuracy ([\d.]+) %.*?loss ([\d.e-]+), test loss ([\d.e-]+)\.", text)
    assert len(found) == 2
    return [number for side in found for number in side]


def expected_numbers(pair: Pair) -> list[str]:
    runs = [train(pair.a), train(pair.b)]
    return [
        text
        for run in runs
        for text in (
            *(f"{100 * below_all(score[-1]):.1f}" for score in (run.train_accuracy, run.test_accuracy)),
            *(f"{loss[-1]:.3g}" for loss in (run.train_loss, run.test_loss)),
        )
    ]


def change_seed(page: Page, seed: int) -> None:
    """Type another seed into the sidebar; done when the stage shows that experiment."""
    before = shown(page)
    field = page.get_by_label("Seed", exact=True)
    for _ in range(3):  # what is typed at the moment in which Streamlit draws the sidebar anew is lost
        field.fill(str(seed))
        field.press("Enter")
        with suppress(TimeoutError):
            page.wait_for_url(f"**seed={seed}&**", timeout=5_000)
            return expect_another(page, before)
    pytest.fail("the seed did not arrive in the address")


def shown(page: Page) -> str:
    """The key of the experiment that the stage shows as A."""
    return str(stage_of(page).get_attribute("data-key-a"))


def expect_another(page: Page, before: str) -> None:
    """The stage shows another experiment as A; the address and the sidebar are there before it."""
    expect(stage_of(page)).not_to_have_attribute("data-key-a", before)


# links


def test_a_link_shows_on_a_cold_server_what_its_sender_saw(
    cold_server: Server, open_page: OpenPage, visit: Visit, server: Server
) -> None:
    a = changed(Experiment(), dataset="spiral", hidden=(6, 3), seed=11, noise=4.0, epochs=80, rows=240)
    pair = Pair(a, changed(a, activation="gelu"))
    sender = visit(f"/compare?{urlencode(to_query(pair, View(hide=('charts',))))}")
    stage = expect_finished(sender)
    press_in_menu(stage, "Test points")
    stage.get_by_role("button", name="Delta").click()
    expect_rest(sender)
    stage.focus()
    sender.keyboard.press("Home")
    for _ in range(3):
        sender.keyboard.press("ArrowRight")
    expect_still(stage, 3)
    press_in_menu(stage, "Copy link")
    expect(stage.get_by_role("button", name="Copied")).to_be_visible()
    copied = sender.evaluate("navigator.clipboard.readText()")

    query = urlparse(copied).query
    assert from_query(parse_qs(query, keep_blank_values=True)) == (
        pair,
        View(frame=3, test_points=True, gradient="delta", hide=("charts",)),
        [],
    )
    receiver = open_page(f"/compare?{query}", at=cold_server)
    received = expect_finished(receiver)
    expect_still(received, 3)
    received.get_by_role("button", name="View", exact=True).click()
    expect(received.get_by_role("button", name="Test points")).to_have_attribute("aria-pressed", "true")
    expect(received.get_by_role("button", name="Delta")).to_have_attribute("aria-pressed", "true")
    assert numbers(receiver) == numbers(sender) == expected_numbers(pair)
    for label, value in (("Seed", "11"), ("Rows", "240"), ("Layer 1", "6"), ("Epochs", "80")):
        expect(receiver.get_by_label(label, exact=True)).to_have_value(value)
    assert "Traceback" not in cold_server.log.read_text() + server.log.read_text()


def test_copy_link_of_a_bare_address_gives_every_value(visit: Visit) -> None:
    page = visit("/compare")
    stage = expect_finished(page)
    press_in_menu(stage, "Copy link")
    expect(stage.get_by_role("button", name="Copied")).to_be_visible()
    query = parse_qs(urlparse(page.evaluate("navigator.clipboard.readText()")).query, keep_blank_values=True)
    assert query.keys() == to_query(Pair()).keys()
    assert from_query(query)[0] == Pair()


def test_what_is_pressed_on_the_stage_stays_for_another_seed_and_a_reload(open_page: OpenPage) -> None:
    page = open_page(STAGE_ONLY)
    stage = expect_finished(page)
    stage.get_by_role("button", name="Delta").click()
    for name in ("Test points", "Colours end at ±1"):
        press_in_menu(stage, name)
    page.wait_for_url(re.compile("test_points=true&discretize=false&clamp=true&gradient=delta&"))
    change_seed(page, 12)
    page.wait_for_url(re.compile("seed=12&.*test_points=true&discretize=false&clamp=true&gradient=delta&"))
    page.reload()
    stage = expect_finished(page)
    stage.get_by_role("button", name="View", exact=True).click()
    for name in ("Test points", "Colours end at ±1", "Delta"):
        expect(stage.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")


def test_back_undoes_what_was_pressed_on_the_stage(visit: Visit) -> None:
    page = visit(STAGE_ONLY)
    stage = expect_finished(page)
    delta = stage.get_by_role("button", name="Delta")
    delta.click()
    page.wait_for_url("**gradient=delta**")
    expect_rest(page)
    page.go_back()
    page.wait_for_url("**" + STAGE_ONLY)
    expect(delta).to_have_attribute("aria-pressed", "false")
    delta.click(click_count=3, delay=10)  # the last one counts
    page.wait_for_url("**gradient=delta**")
    expect(delta).to_have_attribute("aria-pressed", "true")


def test_a_bad_link_opens_with_a_sentence(visit: Visit) -> None:
    page = visit(f"{STAGE_ONLY}&seed=**minus**&activation=<b>x</b>&hidden=3")
    expect_finished(page)
    expect(page.get_by_text("Seed must be a whole number")).to_be_visible()
    expect(page.get_by_text("<b>x</b>")).to_be_visible()
    assert "hidden=3&" in shown(page)


def test_back_and_forward_undo_and_redo_a_change(visit: Visit) -> None:
    page = visit(STAGE_ONLY)
    expect_finished(page)
    first = numbers(page)
    change_seed(page, 5)
    expect_finished(page)
    second = numbers(page)
    assert second != first
    changed = shown(page)
    page.go_back()
    page.wait_for_url("**" + STAGE_ONLY)
    expect(page.get_by_label("Seed", exact=True).first).to_have_value("1")
    expect_another(page, changed)
    expect_finished(page)
    assert numbers(page) == first
    unchanged = shown(page)
    page.go_forward()
    page.wait_for_url("**seed=5&**")
    expect(page.get_by_label("Seed", exact=True).first).to_have_value("5")
    expect_another(page, unchanged)
    expect_finished(page)
    assert numbers(page) == second


def test_embed_stays_when_the_address_is_rewritten(open_page: OpenPage) -> None:
    page = open_page(f"{STAGE_ONLY}&embed=true")
    expect_finished(page)
    change_seed(page, 6)
    assert "embed=true" in page.url
    expect_finished(page)
    expect(page.get_by_test_id("stMainMenu")).to_have_count(0)
    assert "seed=6" in page.url and "embed=true" in page.url


def test_home_and_compare_take_turns(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("link", name="XOR with 4 and 2 units").click()
    page.wait_for_url("**/compare?**dataset=xor**")
    first = str(PRESETS["xor"].pair.a.seed)
    expect(page.get_by_label("Seed", exact=True).first).to_have_value(first)
    expect_stage(page, stateA="finished")
    change_seed(page, 8)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Gradient Lab")).to_be_visible()
    page.go_back()
    page.wait_for_url("**seed=8&**")
    expect(page.get_by_label("Seed", exact=True).first).to_have_value("8")
    page.go_back()
    page.wait_for_url(f"**seed={first}&**")
    expect(page.get_by_label("Seed", exact=True).first).to_have_value(first)
    expect_stage(page, stateA="finished")
    page.go_back()
    expect(page.get_by_role("heading", name="Gradient Lab")).to_be_visible()


# training


def test_stop_keeps_what_there_is_and_a_change_starts_again(visit: Visit) -> None:
    page = visit(LONG)
    expect_stage(page, stateA="training")
    change_seed(page, 2)  # supersedes what trains
    expect_stage(page, stateA="training")
    stage_of(page).get_by_role("button", name="Stop").click()
    stage = expect_stage(page, stateA="stopped", stateB="stopped")
    expect(stage.get_by_role("button", name="Play")).to_be_visible()
    reached = stage.get_attribute("data-epoch")
    expect(page.get_by_role("button", name="New seed")).to_be_visible()
    page.wait_for_timeout(500)  # in which it would have gone on
    assert stage.get_attribute("data-epoch") == reached
    expect_rest(page)  # what is typed while the screen is drawn anew can be overwritten
    page.get_by_label("Epochs", exact=True).fill("40")
    page.get_by_label("Epochs", exact=True).press("Enter")
    expect_finished(page)


def test_numpy_never_waits_for_scikit_learn(visit: Visit) -> None:
    page = visit(SLOW_B)
    expect_stage(page, stateB="training")  # from here on scikit-learn's worker has work for minutes
    change_seed(page, 3)
    stage = expect_stage(page, stateA="finished", stateB="training")
    # A can be replayed, and stays where it was put while B goes on.
    stage.press("Home")
    expect_still(stage, 0)
    stage.press("ArrowRight")
    expect_still(stage, 1)
    picture = stage.get_by_role("application")
    expect(picture).not_to_have_attribute("aria-label", str(picture.get_attribute("aria-label")))
    expect_still(stage, 1)


# the replay


def test_scrubbing_and_playing_send_nothing(open_page: OpenPage) -> None:
    page = open_page(NOTHING, moving=True)
    traffic = Traffic(page)
    page.goto(page.url.replace(NOTHING, QUICK))
    stage = expect_finished(page)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(1)
    expect_stage(page, playing="false")
    page.wait_for_timeout(500)
    assert traffic.calls and traffic.received_bytes  # they are counted
    traffic.clear()

    slider = stage.get_by_role("slider", name="Epoch")
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    seen = set()
    for step in range(20, -1, -1):
        page.mouse.move(box["x"] + 8 + (box["width"] - 16) * step / 20, box["y"] + box["height"] / 2)
        page.evaluate("new Promise(requestAnimationFrame)")
        seen.add(stage.get_attribute("data-epoch"))
    page.mouse.up()
    expect_still(stage, 0)
    assert len(seen) > 15
    stage.get_by_role("combobox", name="Speed").select_option("4")
    stage.get_by_role("button", name="Play").click()
    expect_still(stage, 60)
    assert (traffic.calls, traffic.received_bytes, traffic.files) == ([], 0, [])


def test_the_stage_is_driven_by_the_keyboard(visit: Visit) -> None:
    page = visit(STAGE_ONLY)
    stage = expect_finished(page)
    stage.focus()
    page.keyboard.press("End")
    expect_still(stage, 60)
    page.keyboard.press("ArrowLeft")
    expect_still(stage, 59)
    page.keyboard.press("Home")
    expect_still(stage, 0)
    page.keyboard.press("ArrowRight")
    expect_still(stage, 1)
    page.keyboard.press("Space")
    expect_stage(page, playing="true")
    page.keyboard.press("Space")
    expect_stage(page, playing="false")
    canvas = stage.get_by_role("application")
    expect(canvas).to_have_attribute("aria-label", re.compile(r"at epoch \d+\. A, NumPy, finished: training accuracy"))


# All that is written on a canvas from now on.
WRITTEN = """() => {
  const write = CanvasRenderingContext2D.prototype.fillText;
  window.written = [];
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    window.written.push(text);
    return write.call(this, text, ...place);
  };
}"""


def test_save_picture_downloads_the_stage(visit: Visit, tmp_path: Path) -> None:
    page = visit(STAGE_ONLY)
    stage = expect_finished(page)
    page.evaluate(WRITTEN)
    with page.expect_download() as download:
        press_in_menu(stage, "Save picture")
    written = page.evaluate("window.written.join('')")
    assert "Gradient Lab · Circle · epoch " in written
    assert "A  NumPy · " in written and "B  scikit-learn · " in written
    assert "epochs 60" in written and "rows 200" in written
    link = re.search(r"/compare\?(v=1&.*?hide=charts)", written)  # broken into lines, joined again
    assert link
    assert from_query(parse_qs(link[1], keep_blank_values=True))[0] == from_query(parse_qs(QUICK.split("?")[1]))[0]
    assert re.fullmatch(r"gradient-lab-epoch-\d+\.png", download.value.suggested_filename)
    picture = tmp_path / "picture.png"
    download.value.save_as(picture)
    content = picture.read_bytes()
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    assert content.startswith(b"\x89PNG") and len(content) > 50_000
    assert width > 1500 and height > 800


# looks


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_wide_and_narrow(visit: Visit, theme: Theme) -> None:
    page = visit(QUICK, width=390, theme=theme)  # its errors on the console fail the test
    stage = stage_of(page)
    expect_stage(page, stateA="finished", stateB="finished")
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(1)
    background = page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    assert background == {"light": "rgb(252, 253, 254)", "dark": "rgb(18, 22, 28)"}[theme]
    for width in (390, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"document.documentElement.clientWidth === {width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        main = page.get_by_test_id("stMain")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
        box = stage.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width


def test_without_the_verdict_both_sides_come_to_their_end(visit: Visit) -> None:
    expect_stage(visit(f"{QUICK}&hide=verdict,charts"), stateA="finished", stateB="finished")
