"""The stage in Chromium: a network edited on its diagram, regression, colours that end at ±1, hidden buttons, speed."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from core.data import FEATURES
from tests.browser.conftest import OpenPage
from tests.browser.test_compare import change_seed, expect_finished, measured, stage_of

__all__ = ["measured"]  # a fixture

QUICK = "/compare?epochs=30&rows=120&hidden=3,2&hide=charts"
SPIRAL = "https://playground.tensorflow.org/#dataset=spiral&networkShape=8,8,8"


def control(page: Page, name: str) -> Locator:
    return stage_of(page).get_by_role("button", name=name, exact=True)


def opened(page: Page, **values: str) -> None:
    """The address says these values, and the stage is at rest."""
    page.wait_for_url(
        lambda url: (
            {key: parse_qs(urlparse(url).query).get(key) for key in values}.items()
            == {key: [value] for key, value in values.items()}.items()
        )
    )
    expect_finished(page)


def sent(page: Page) -> list[tuple[float, ClientState]]:
    """What the page has asked of the server since `record`, and when, in milliseconds since then."""
    recorded = [(time, BackMsg.FromString(bytes(content))) for time, content in page.evaluate("window.sent")]
    return [(time, message.rerun_script) for time, message in recorded if message.HasField("rerun_script")]


def record(page: Page) -> None:
    page.evaluate("""() => {
        const start = performance.now(), send = WebSocket.prototype.send;
        window.sent = [];
        WebSocket.prototype.send = function (content) {
            window.sent.push([performance.now() - start, Array.from(new Uint8Array(content))]);
            return send.call(this, content);
        };
    }""")


# Idle tasks run in their order, and Streamlit sends in a task of its own: what the stage reports is sent after these.
IDLE = "() => new Promise((done) => requestIdleCallback(() => setTimeout(done, 0)))"
FOLLOW_A_LINK = """() => {
    const link = document.createElement("a");
    Object.assign(link, { href: "#", onclick: (event) => event.preventDefault() });
    document.body.append(link);
    link.click();
}"""


@pytest.mark.parametrize("followed", [False, True])
def test_the_stage_reports_nothing_once_a_link_is_followed(open_page: OpenPage, followed: bool) -> None:
    # such a report would reach the server after the wish for another page, which then stays empty
    page = open_page(QUICK)
    expect_finished(page)
    record(page)
    if followed:
        page.evaluate(FOLLOW_A_LINK)
    change_seed(page, 21 + followed)
    expect_finished(page)
    page.evaluate(IDLE)
    reports = [time for time, call in sent(page) if call.fragment_id and not call.is_auto_rerun]
    if followed:
        assert [time for time in reports if time < 4500] == []  # after five seconds the page has stayed where it is
    else:
        assert reports


# editing


def test_features_switch_by_a_click_and_back_undoes_it(open_page: OpenPage) -> None:
    page = open_page(QUICK)
    expect_finished(page)
    expect(control(page, "Feature x₁")).to_have_attribute("aria-pressed", "true")
    square = control(page, "Feature x₁²")
    expect(square).to_have_attribute("aria-pressed", "false")
    assert stage_of(page).locator("button.feature").count() == len(FEATURES)

    square.click()
    opened(page, features="x1,x2,x1sq")
    expect(square).to_have_attribute("aria-pressed", "true")
    in_sidebar = page.get_by_test_id("stSidebar").get_by_role("button", name="x₁²", exact=True)
    expect(in_sidebar).to_have_attribute("aria-pressed", "true")
    page.go_back()
    page.wait_for_url("**" + QUICK)
    expect(square).to_have_attribute("aria-pressed", "false")
    expect_finished(page)


def test_the_last_feature_stays(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK}&features=angle")
    expect_finished(page)
    expect(control(page, "Feature angle")).to_be_disabled()
    expect(control(page, "Feature x₁")).to_be_enabled()


def test_neurons_and_layers_are_added_and_removed(open_page: OpenPage) -> None:
    page = open_page(QUICK)
    expect_finished(page)
    control(page, "Add a neuron to layer 1").click()
    opened(page, hidden="4,2")
    expect(page.get_by_label("Layer 1", exact=True)).to_have_value("4")
    control(page, "Add a layer").click()
    opened(page, hidden="4,2,2")
    control(page, "Remove a neuron from layer 3").click()
    opened(page, hidden="4,2,1")
    expect(control(page, "Remove a neuron from layer 3")).to_be_disabled()
    for hidden in ("4,2", "4"):
        control(page, "Remove a layer").click()
        opened(page, hidden=hidden)
    page.go_back()
    opened(page, hidden="4,2")
    expect(page.get_by_label("Hidden layers", exact=True)).to_have_value("2")


def test_quick_clicks_add_up(open_page: OpenPage) -> None:
    page = open_page(QUICK)
    expect_finished(page)
    control(page, "Add a neuron to layer 2").click(click_count=3, delay=10)
    opened(page, hidden="3,5")


def test_controls_are_reached_by_the_keyboard(open_page: OpenPage) -> None:
    page = open_page(QUICK)
    expect_finished(page)
    button = control(page, "Feature x₁x₂")
    button.press("Space")
    opened(page, features="x1,x2,x1x2")
    expect(button).to_be_focused()  # it was not replaced
    button.press("Enter")
    opened(page, features="x1,x2")


def test_limits_disable_buttons(open_page: OpenPage) -> None:
    page = open_page("/compare?epochs=2&rows=60&hide=charts&hidden=64,1,1,1,1,1,1,1,1,1")
    expect_finished(page)
    expect(control(page, "Add a layer")).to_be_disabled()
    expect(control(page, "Add a neuron to layer 1")).to_be_disabled()
    expect(control(page, "Remove a layer")).to_be_enabled()


def test_each_activation_of_its_own_follows_the_layers(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK}&activation=relu,tanh")
    expect_finished(page)
    control(page, "Add a layer").click()
    opened(page, hidden="3,2,2", activation="relu,tanh,tanh")


def test_home_offers_no_editing(open_page: OpenPage) -> None:
    page = open_page("/")
    expect(stage_of(page)).to_have_attribute("data-state-a", "finished")
    expect(stage_of(page).get_by_role("button", name=re.compile("^Feature|^Add|^Remove"))).to_have_count(0)


# what a link hides


def test_a_link_hides_buttons_of_the_stage(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK},test_points,discretize,clamp,play,step,slider,speed,gradient,save,features,hidden")
    stage = expect_finished(page)
    names = (
        "Test points|Discretise|Colours end at ±1|Play|Pause|To start|Step back|Step forward|Weight gradient|Delta|"
        "Save picture|Feature.*|Add.*|Remove.*"
    )
    expect(stage.get_by_role("button", name=re.compile(f"^({names})$"))).to_have_count(0)
    expect(stage.get_by_role("slider")).to_have_count(0)
    expect(stage.get_by_role("combobox")).to_have_count(0)
    expect(control(page, "Copy link")).to_be_visible()


def test_a_link_hides_a_single_feature(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK},x1sq")
    expect_finished(page)
    expect(control(page, "Feature x₂²")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("x₁²$"))).to_have_count(0)  # neither here nor in the sidebar


# regression and colours


def test_regression_is_told_in_numbers(open_page: OpenPage) -> None:
    page = open_page("/compare?dataset=reg_plane&epochs=60&rows=200&hide=charts")
    stage = expect_finished(page)
    picture = stage.get_by_role("img")
    expect(picture).to_have_attribute(
        "aria-label", re.compile(r"^Outputs, .* training R² [01]\.\d\d, test R² [01]\.\d\d")
    )
    stage.press("End")
    box = picture.bounding_box()
    assert box
    seen = set()
    for step in range(1, 9):  # along the diagonal of the output: the plane falls from corner to corner
        picture.hover(position={"x": 40 + 24 * step, "y": 75 + 24 * step})
        seen |= set(re.findall(r"output (-?[\d.e-]+)|target (-?[\d.]+)", stage.locator(".card").inner_text()))
    assert seen


def test_colours_end_at_1(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK}&activation=relu")
    stage = expect_finished(page)
    stage.press("End")
    before = pixels(stage)
    control(page, "Colours end at ±1").click()
    expect(control(page, "Colours end at ±1")).to_have_attribute("aria-pressed", "true")
    assert pixels(stage) != before
    control(page, "Copy link").click()
    expect(control(page, "Copied")).to_be_visible()
    assert "clamp=true" in page.evaluate("navigator.clipboard.readText()")


def pixels(stage: Locator) -> str:
    drawn = "canvas => new Promise(requestAnimationFrame).then(() => canvas.toDataURL())"
    return str(stage.get_by_role("img").evaluate(drawn))


# speed


UNTIL_FINISHED = """stage => new Promise(resolve => {
  const start = performance.now();
  const look = () => stage.dataset.stateA === "finished"
    ? resolve((performance.now() - start) / 1000) : requestAnimationFrame(look);
  look();
})"""


def test_a_thousand_epochs_are_soon_on_the_stage(open_page: OpenPage, measured: Callable[[str], None]) -> None:
    seconds = []
    for seed in (41, 42, 43):
        page = open_page(f"/compare?tfp={quote(f'{SPIRAL}&seed=0.{seed}', safe='')}")
        seconds.append(stage_of(page).evaluate(UNTIL_FINISHED))
        expect(stage_of(page)).to_have_attribute("data-state-a", "finished")
        page.close()
    measured(f"1,000 epochs of 8, 8, 8 {', '.join(f'{s:.2f}' for s in seconds)} s after the first paint (figure: 2)")


@pytest.mark.parametrize("width", [1400, 390])
def test_no_button_of_the_diagram_lies_outside_or_on_another(open_page: OpenPage, width: int) -> None:
    page = open_page("/compare?epochs=2&rows=60&hide=charts&hidden=2,2,2,2,2,2,2,2,2,2", width=width)
    stage = expect_finished(page)
    boxes = stage.locator(".editor button").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(({ x, y, right, bottom }) => [x, y, right, bottom])"
    )
    assert len(boxes) == len(FEATURES) + 2 + 20
    assert all(left >= 0 and right <= width and right - left >= 9 for left, _, right, _ in boxes)
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:i]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
