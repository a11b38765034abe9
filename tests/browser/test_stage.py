"""The stage in Chromium: a network edited on its diagram, regression, colours that end at ±1, hidden buttons."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from core.data import FEATURES
from core.experiment import Experiment, changed
from core.training import predicted, train
from tests.browser.conftest import OpenPage, Visit, expect_stage
from tests.browser.test_compare import change_seed, expect_finished, stage_of

QUICK = "/compare?epochs=30&rows=120&hidden=3,2&hide=charts"
SPIRAL = "https://playground.tensorflow.org/#dataset=spiral&networkShape=8,8,8"


def control(page: Page, name: str) -> Locator:
    return stage_of(page).get_by_role("button", name=name, exact=True)


def unfold(page: Page) -> None:
    """Show the features that are not used, too. A tab keeps them shown."""
    button = stage_of(page).get_by_role("button", name=re.compile("^Show .*features"))
    if button.get_attribute("aria-expanded") == "false":
        button.press("Enter")


def fold(page: Page) -> None:
    """Show the features that are used alone."""
    button = stage_of(page).get_by_role("button", name=re.compile("^Show .*features"))
    if button.get_attribute("aria-expanded") == "true":
        button.press("Enter")


def show_menu(page: Page) -> None:
    if control(page, "View").get_attribute("aria-expanded") != "true":
        control(page, "View").click()


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
    """What the page has asked of the server since `record`, and when, as `performance.now()` has it."""
    recorded = [(time, BackMsg.FromString(bytes(content))) for time, content in page.evaluate("window.sent")]
    return [(time, message.rerun_script) for time, message in recorded if message.HasField("rerun_script")]


def record(page: Page) -> None:
    page.evaluate("""() => {
        const send = WebSocket.prototype.send;
        window.sent = [];
        WebSocket.prototype.send = function (content) {
            window.sent.push([performance.now(), Array.from(new Uint8Array(content))]);
            return send.call(this, content);
        };
    }""")


EVENTS = "-stage__events"  # what the stage reports of its own, as Streamlit names it among the states of widgets
# Idle tasks run in their order, and Streamlit sends in a task of its own: what the stage reports is sent after these.
IDLE = "() => new Promise((done) => requestIdleCallback(() => setTimeout(done, 0)))"


def test_the_stage_reports_nothing_of_its_own(open_page: OpenPage) -> None:
    # such a report would interrupt the run that a click has begun, or empty the page that somebody goes to
    page = open_page(f"{QUICK}&epochs=400")  # long enough for the stage to know first when it is over
    expect_finished(page)
    record(page)
    start = page.evaluate("performance.now()")
    change_seed(page, 21)
    expect_finished(page)
    page.evaluate(IDLE)
    calls = [call for time, call in sent(page) if time > start]
    assert calls
    assert [call for call in calls if any(each.id.endswith(EVENTS) for each in call.widget_states.widgets)] == []


# editing


def test_features_switch_by_a_click_and_back_undoes_it(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    expect(control(page, "Feature x₁")).to_have_attribute("aria-pressed", "true")
    fold(page)
    expect(stage_of(page).locator("button.feature")).to_have_count(2)
    unfold(page)
    square = control(page, "Feature x₁²")
    expect(square).to_have_attribute("aria-pressed", "false")
    assert stage_of(page).locator("button.feature").count() == len(FEATURES)

    square.click()
    opened(page, features="x1,x2,x1sq")
    expect(square).to_have_attribute("aria-pressed", "true")
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text("More", exact=True).nth(1).click()  # that of the network
    in_sidebar = sidebar.get_by_role("button", name="x₁²", exact=True)
    expect(in_sidebar).to_have_attribute("aria-pressed", "true")
    page.go_back()
    page.wait_for_url("**" + QUICK)
    expect(square).to_have_attribute("aria-pressed", "false")
    expect_finished(page)


def test_the_last_feature_can_go_and_come_again(visit: Visit) -> None:
    page = visit(f"{QUICK}&features=angle")
    expect_finished(page)
    unfold(page)
    control(page, "Feature angle").click()
    expect(control(page, "Feature angle")).to_have_attribute("aria-pressed", "false")
    control(page, "Feature x₁").click()  # one click away: all features are shown
    expect(control(page, "Feature x₁")).to_have_attribute("aria-pressed", "true")


def test_neurons_and_layers_are_added_and_removed(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    control(page, "Add a neuron to layer 1").click()
    opened(page, hidden="4,2")
    expect(page.get_by_label("Layer 1", exact=True).first).to_have_value("4")
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
    expect(page.get_by_label("Hidden layers", exact=True).first).to_have_value("2")


def test_quick_clicks_add_up(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    control(page, "Add a neuron to layer 2").click(click_count=3, delay=10)
    opened(page, hidden="3,5")


def test_controls_are_reached_by_the_keyboard(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    unfold(page)
    button = control(page, "Feature x₁x₂")
    button.press("Space")
    opened(page, features="x1,x2,x1x2")
    expect(button).to_be_focused()  # it was not replaced
    button.press("Enter")
    opened(page, features="x1,x2")


def test_limits_disable_buttons(visit: Visit) -> None:
    page = visit("/compare?epochs=2&rows=60&hide=charts&hidden=64,1,1,1,1,1,1,1,1,1")
    expect_finished(page)
    expect(control(page, "Add a layer")).to_be_disabled()
    expect(control(page, "Add a neuron to layer 1")).to_be_disabled()
    expect(control(page, "Remove a layer")).to_be_enabled()


def test_each_activation_of_its_own_follows_the_layers(visit: Visit) -> None:
    page = visit(f"{QUICK}&activation=relu,tanh")
    expect_finished(page)
    control(page, "Add a layer").click()
    opened(page, hidden="3,2,2", activation="relu,tanh,tanh")


def test_home_offers_no_editing(visit: Visit) -> None:
    page = visit("/")
    expect_stage(page, stateA="finished")
    expect(stage_of(page).get_by_role("button", name=re.compile("^Feature|^Add|^Remove"))).to_have_count(0)


# what a link hides


def test_a_link_hides_buttons_of_the_stage(visit: Visit) -> None:
    page = visit(f"{QUICK},test_points,discretize,clamp,play,step,slider,speed,gradient,save,features,hidden")
    stage = expect_finished(page)
    show_menu(page)
    names = (
        "Test points|Discretise|Colours end at ±1|Play|Pause|To start|Step back|Step forward|Weights|Delta|"
        "Save picture|Feature.*|Show.*|Add.*|Remove.*"
    )
    expect(stage.get_by_role("button", name=re.compile(f"^({names})$"))).to_have_count(0)
    expect(stage.get_by_role("slider")).to_have_count(0)
    expect(stage.get_by_role("combobox")).to_have_count(0)
    expect(control(page, "Copy link to this epoch")).to_be_visible()


def test_a_link_hides_a_single_feature(visit: Visit) -> None:
    page = visit(f"{QUICK},x1sq")
    expect_finished(page)
    unfold(page)
    expect(control(page, "Feature x₂²")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("x₁²$"))).to_have_count(0)  # neither here nor in the sidebar


# regression and colours


def test_regression_is_told_in_numbers(visit: Visit) -> None:
    page = visit("/compare?dataset=reg_plane&epochs=60&rows=200&hide=charts")
    stage = expect_finished(page)
    picture = stage.get_by_role("application")
    stage.press("End")
    expect(picture).to_have_attribute(
        "aria-label", re.compile(r"^Outputs, .* training R² [01]\.\d\d, test R² [01]\.\d\d")
    )
    run = train(changed(Experiment(), dataset="reg_plane", epochs=60, rows=200))
    told = [
        [float(value) for value in match.groups()]
        for words in stage.locator(".picture").evaluate(SCAN)
        if (match := TARGET.match(words))
    ]
    assert len(told) > 20
    for target, x1, x2, output in told:
        nearest = np.abs(run.X_train - [x1, x2]).max(axis=1).argmin()
        assert target == pytest.approx(run.y_train[nearest], abs=0.006)
        (there,) = predicted(run, run.X_train[[nearest]])
        assert output == pytest.approx(there, abs=0.2)  # of the cell under the pointer, some pixels beside


def test_colours_end_at_1(visit: Visit) -> None:
    page = visit(f"{QUICK}&activation=relu")
    stage = expect_finished(page)
    stage.press("End")
    before = pixels(stage)
    show_menu(page)
    control(page, "Colours end at ±1").click()
    expect(control(page, "Colours end at ±1")).to_have_attribute("aria-pressed", "true")
    assert pixels(stage) != before
    control(page, "Copy link to this epoch").click()
    expect(control(page, "Copied")).to_be_visible()
    assert "clamp=true" in page.evaluate("navigator.clipboard.readText()")


def pixels(stage: Locator) -> str:
    drawn = "canvas => new Promise(requestAnimationFrame).then(() => canvas.toDataURL())"
    return str(stage.get_by_role("application").evaluate(drawn))


BOXES = "all => all.map(each => each.getBoundingClientRect()).map(({ x, y, right, bottom }) => [x, y, right, bottom])"


@pytest.mark.parametrize(
    "width, least, layers", [(1400, 10, "2,2,2,2,2,2,2,2,2,2"), (390, 39, "2,2,2"), (390, 39, "2")]
)
def test_no_button_of_the_diagram_lies_outside_or_on_another(visit: Visit, width: int, least: int, layers: str) -> None:
    page = visit(f"/compare?epochs=2&rows=60&hide=charts&hidden={layers}", width=width)
    stage = expect_finished(page)
    offered = 2 * len(layers.split(",")) if width == 1400 or layers == "2" else 0  # else they are too small to be hit
    for change, features in ((fold, 2), (unfold, len(FEATURES))):
        change(page)
        expect(stage.locator("button.feature")).to_have_count(features)
        boxes = stage.locator(".editor button").evaluate_all(BOXES)
        assert len(boxes) == features + 1 + 2 + offered
        for i, (left, top, right, bottom) in enumerate(boxes):
            assert left >= 0 and right <= width and right - left >= least
            assert bottom - top >= (39 if width == 390 else 20)
            for other in boxes[:i]:
                assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


# screen reader and keyboard


def test_arrow_keys_go_over_the_neurons_and_say_what_is_hovered(visit: Visit) -> None:
    page = visit(QUICK)
    stage = expect_finished(page)
    stage.press("End")
    canvas, spoken = stage.get_by_role("application"), stage.get_by_role("status").last
    canvas.focus()
    for key, words in (
        ("ArrowDown", "A, x₁"),
        ("ArrowRight", "A, Layer 1, neuron 1\nbias"),
        ("ArrowDown", "A, Layer 1, neuron 2\nbias"),
        ("ArrowRight", "A, Layer 2, neuron 1"),
        ("ArrowRight", "A, Output"),
        ("ArrowRight", "B, x₁"),
        ("ArrowLeft", "A, Output"),
    ):
        page.keyboard.press(key)
        expect(spoken).to_contain_text(words)
    expect_stage(page, epoch="30")  # time stands still
    page.keyboard.press("Escape")
    expect(stage.locator(".card")).to_be_hidden()


def test_the_menu_is_left_by_escape(visit: Visit) -> None:
    page = visit(QUICK)
    expect_finished(page)
    view = control(page, "View")
    show_menu(page)
    view.focus()
    expect(view).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(control(page, "Test points")).to_be_focused()
    page.keyboard.press("Escape")
    expect(control(page, "Test points")).to_be_hidden()
    expect(view).to_be_focused()


def test_on_a_phone_one_side_is_shown_with_the_player_below(visit: Visit) -> None:
    page = visit(QUICK, width=390)
    stage = expect_finished(page)
    control(page, "A").click()
    expect(control(page, "A")).to_have_attribute("aria-pressed", "true")
    before = pixels(stage)
    control(page, "B").click()
    expect(control(page, "B")).to_have_attribute("aria-pressed", "true")
    assert pixels(stage) != before
    bar = stage.locator(".bar").bounding_box()
    assert bar and bar["y"] + bar["height"] <= 900
    for each in stage.locator(".bar button:visible").all():
        box = each.bounding_box()
        assert box and box["height"] >= 40
    seed = stage.get_attribute("data-key-a")
    control(page, "New seed").click()
    expect(stage).not_to_have_attribute("data-key-a", str(seed))
    expect_finished(page)


# while something new trains


def test_the_old_picture_stays_until_there_is_a_new_one(open_page: OpenPage) -> None:
    page = open_page("/compare?epochs=10000&hidden=8,8&hide=charts")
    stage = expect_stage(page, stateA="training", stateB="training")
    page.evaluate(DRAWN_IMAGES)
    change_seed(page, 9)
    page.wait_for_function("window.ghosts > 0")
    expect(stage.get_by_role("button", name="Stop")).to_be_visible()


# Counts pictures that are drawn pale: of what was there before.
DRAWN_IMAGES = """() => {
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  window.ghosts = 0;
  CanvasRenderingContext2D.prototype.drawImage = function (...place) {
    if (this.globalAlpha < 0.31 && place[0].height > 300) window.ghosts += 1;
    return draw.apply(this, place);
  };
}"""


# hovering

# The words of the card at every few pixels of the picture, each with the first place where they appear.
SCAN = """picture => {
  const box = picture.getBoundingClientRect(), card = picture.querySelector(".card"), found = {};
  for (let y = 2; y < box.height; y += 5) {
    for (let x = 2; x < box.width / 2; x += 7) {
      picture.dispatchEvent(new PointerEvent("pointermove", { clientX: box.x + x, clientY: box.y + y }));
      if (!card.hidden) found[card.textContent] ??= [x, y];
    }
  }
  return found;
}"""
NUMBER = r"(-?[\d.]+(?:e-\d+)?)"
TARGET = re.compile(rf"target {NUMBER}, training point\nx₁ {NUMBER}, x₂ {NUMBER}\noutput about {NUMBER}")
POINT = re.compile(r"class (\d), training point\nx₁ (-?[\d.]+), x₂ (-?[\d.]+)\n")


def test_what_is_hovered_is_told_and_a_neuron_shown_large(visit: Visit) -> None:
    page = visit(QUICK)
    stage = expect_finished(page)
    stage.press("End")
    found = stage.locator(".picture").evaluate(SCAN)
    told = {lines[0]: lines[1] for lines in map(str.splitlines, found) if len(lines) > 1}
    weights = {told_of: words for words, told_of in told.items() if words.startswith("weight ")}
    run = train(changed(Experiment(), epochs=30, rows=120, hidden=(3, 2)))
    (W1, b1), (W2, _), (_, b3) = run.layers[-1]
    for i, feature in enumerate(("x₁", "x₂")):
        for j in range(3):
            assert weights[f"{feature} → Layer 1, neuron {j + 1}"] == f"weight {written(W1[i, j])}"
    for i in range(3):
        for j in range(2):
            words = weights[f"Layer 1, neuron {i + 1} → Layer 2, neuron {j + 1}"]
            assert words == f"weight {written(W2[i, j])}"
    for name, bias in {**{f"Layer 1, neuron {j + 1}": b1[j] for j in range(3)}, "Output": b3[0]}.items():
        assert told[name] == f"bias {written(bias)}"
    points = [POINT.match(words) for words in found]
    for label, x1, x2 in (match.groups() for match in points if match):
        nearest = np.abs(run.X_train - [float(x1), float(x2)]).max(axis=1).argmin()
        np.testing.assert_allclose(run.X_train[nearest], [float(x1), float(x2)], rtol=0.006)
        assert run.y_train[nearest] == int(label)
    assert len(list(filter(None, points))) > 20

    picture = stage.get_by_role("application")
    picture.hover(position={"x": 1, "y": 1})
    before = pixels(stage)
    x, y = next(place for words, place in found.items() if words.startswith("Layer 1, neuron 2\nbias"))
    picture.hover(position={"x": x, "y": y})
    expect(stage.locator(".card")).to_contain_text("Layer 1, neuron 2")
    assert page.evaluate(DIFFERENT, [before, pixels(stage)]) > 5000  # its map stands in place of the boundary


def written(value: float) -> str:
    """A number to three digits, or to two with a power of ten."""
    if 0.001 <= abs(value) < 10000:
        return f"{float(f'{value:.3g}'):g}"
    return re.sub(r"e([+-])0?", lambda sign: "e" + sign[1].strip("+"), f"{value:.1e}")


@pytest.mark.parametrize(
    "settings",
    [
        {"dataset": "circle", "rows": 50, "train_share": 1, "seed": 0, "hidden": (1, 1), "activation": "identity"}
        | {"learning_rate": 1.0, "batch_size": 10, "epochs": 9, "l2": 100.0},
        {"hidden": (2, 1), "learning_rate": 1.0, "l2": 3.0, "epochs": 60, "rows": 120},
    ],
)
def test_extreme_weights_are_told_as_they_are(visit: Visit, settings: dict) -> None:
    run = train(changed(Experiment(), **settings))
    query = "&".join(f"{name}={','.join(map(str, np.atleast_1d(value)))}" for name, value in settings.items())
    page = visit(f"/compare?{query}&hide=charts")
    stage = expect_stage(page, stateA="diverged" if run.ended != "finished" else "finished")
    stage.press("End")
    found = [words.splitlines() for words in stage.locator(".picture").evaluate(SCAN)]
    told = {lines[1]: lines[0] for lines in found if lines[0].startswith("weight ")}
    W = run.layers[-1][0][0]
    assert not 1e-7 < np.abs(W).max() < 1e7
    for i, feature in enumerate(("x₁", "x₂")):
        for j in range(W.shape[1]):
            assert told[f"{feature} → Layer 1, neuron {j + 1}"] == f"weight {written(W[i, j])}"
    assert not re.search("nan|inf(?!e)", " ".join(map(" ".join, found)), re.IGNORECASE)


# the line between two classes

# The ends of the lines that are drawn in the first picture, in cells from its top left corner.
RECORD_LINES = """() => {
  window.lines = [];
  for (const name of ["moveTo", "lineTo"]) {
    const draw = Path2D.prototype[name];
    Path2D.prototype[name] = function (x, y) {
      (this.ends ??= []).push([x, y]);
      return draw.call(this, x, y);
    };
  }
  const stroke = CanvasRenderingContext2D.prototype.stroke;
  CanvasRenderingContext2D.prototype.stroke = function (path) {
    if (path?.ends && this.getTransform().e < 200) window.lines = path.ends;
    return path ? stroke.call(this, path) : stroke.call(this);
  };
}"""


def test_a_straight_boundary_is_drawn_straight_in_every_frame(visit: Visit) -> None:
    page = visit("/compare?dataset=gauss&noise=30&rows=120&hidden=&epochs=12&hide=charts")
    stage = expect_finished(page)
    run = train(changed(Experiment(), dataset="gauss", noise=30, rows=120, hidden=(), epochs=12))
    page.evaluate(RECORD_LINES)
    for key in ("Home", *["ArrowRight"] * 12):
        stage.press(key)
        drawn = np.array(page.evaluate("new Promise(requestAnimationFrame).then(() => window.lines)"))
        frame = int(stage.get_attribute("data-epoch") or 0)
        ((W, b),) = run.layers[frame]
        places = np.column_stack([drawn[:, 0] / 64 * 12 - 6, 6 - drawn[:, 1] / 64 * 12])
        off = np.abs(places @ W[:, 0] + b) / np.hypot(*W[:, 0]) / (12 / 64)
        assert len(drawn) > 60 and off.max() < 0.02, f"epoch {frame}"


# How many pixels of two pictures differ.
DIFFERENT = """async (pictures) => {
  const [one, other] = await Promise.all(pictures.map(async (url) => {
    const image = await createImageBitmap(await (await fetch(url)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    return new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  }));
  return one.reduce((count, pixel, i) => count + (pixel !== other[i]), 0);
}"""
