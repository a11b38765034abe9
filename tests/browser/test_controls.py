"""Controls in Chromium: what somebody chose counts, whatever address came in and whatever became of the session."""

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect

from core.data import DATASETS
from core.network import ACTIVATIONS
from core.presets import PRESETS
from tests.browser.conftest import NOTHING, OpenPage, Visit, expect_stage, free_port, serve, show
from tests.browser.relay import Relay
from tests.browser.traffic import Traffic

GAP_S = 2
# What differs from the default opens "More": here of the data, the network and the training.
LINK = "/compare?epochs=20&rows=60&hide=charts,playground&batch_size=10&initializer=he_normal&l2=1e-5"
LAB = "/gradient_flow?activation=tanh&depth=6&width=16&rows=32"


def seed(page: Page) -> Locator:
    return page.get_by_label("Seed", exact=True).first  # the old one may still stand below the new one


def step_up(page: Page, label: str = "Seed") -> None:
    """Press the + of a number field."""
    field = page.get_by_test_id("stNumberInput").filter(has=page.get_by_label(label, exact=True))
    field.first.get_by_test_id("stNumberInputStepUp").click()


def choose(page: Page, label: str, option: str) -> None:
    select = page.get_by_role("combobox", name=label, exact=True).first
    select.scroll_into_view_if_needed()
    page.wait_for_timeout(100)  # its list closes where the page still scrolls
    select.click()
    page.get_by_role("option", name=option, exact=True).click()


def says(page: Page, **values: str) -> None:
    """The address says this in the end, and stays so."""

    def said(url: str) -> bool:
        query = parse_qs(urlsplit(url).query)
        return all(query.get(name) == [value] for name, value in values.items())

    page.wait_for_url(said)
    page.wait_for_timeout(400)  # a call that undid it would have come
    assert said(page.url), page.url


# another address


@pytest.mark.parametrize("pause", [300, 800, 1200])  # milliseconds
def test_a_change_soon_after_back_counts(visit: Visit, pause: int) -> None:
    page = visit(LINK)
    step_up(page)
    says(page, seed="2")
    page.go_back()
    page.wait_for_timeout(pause)
    expect(seed(page)).to_have_value("1")
    step_up(page)
    says(page, seed="2")
    expect(seed(page)).to_have_value("2")


@pytest.mark.parametrize("pause", [0, 300, 900])  # milliseconds
def test_a_choice_soon_after_reset_counts(open_page: OpenPage, pause: int) -> None:
    page = open_page(LINK)  # a link: `visit` looks like Back
    expect_stage(page, stateA="finished")
    choose(page, "Activation", "GELU")
    says(page, activation="gelu")
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(pause)
    shown = page.get_by_role("combobox", name="Activation", exact=True).first
    expect(shown).to_have_value(ACTIVATIONS["tanh"].long_label)
    choose(page, "Activation", "ReLU")
    says(page, activation="relu", epochs="20")
    expect(page.get_by_role("combobox", name="Activation", exact=True)).to_have_count(1)


def test_a_change_soon_after_a_preset_or_a_link_counts(visit: Visit) -> None:
    page = visit(LINK)
    choose(page, "Presets", "XOR with 4 and 2 units")
    page.wait_for_timeout(300)
    expect(page.get_by_role("radio", name="XOR", exact=True).first).to_be_checked()
    step_up(page)
    says(page, dataset="xor", seed=str(PRESETS["xor"].pair.a.seed + 1))
    page = visit(f"{LINK}&seed=7")
    expect(seed(page)).to_have_value("7")
    step_up(page)
    says(page, seed="8", epochs="20")


def test_a_change_soon_after_another_screen_and_back_counts(visit: Visit) -> None:
    page = visit(LINK)
    step_up(page)
    says(page, seed="2")
    page.get_by_role("link", name="Gradient flow", exact=True).click()
    slider = page.get_by_role("slider", name="Layers").first
    before = int(slider.input_value())
    slider.press("ArrowRight")
    says(page, depth=str(before + 1))
    page.go_back()
    expect(slider).to_have_value(str(before))
    slider.press("ArrowLeft")
    says(page, depth=str(before - 1))
    page.go_back()
    page.go_back()
    expect(seed(page)).to_have_value("2")
    step_up(page)
    says(page, seed="3")


def test_the_chart_s_kind_is_undone_by_back_and_redone_by_forward(visit: Visit) -> None:
    page = visit("/compare?epochs=20&rows=60&hide=playground")
    pressed = page.get_by_role("radio", name="Heat map", exact=True).first  # the old one stands below until a run ends
    pressed.click()
    says(page, chart="heatmap")
    page.go_back()
    expect(pressed).not_to_be_checked()
    page.go_forward()
    expect(pressed).to_be_checked()


# one control


def typed(page: Page, label: str, text: str) -> Locator:
    """Type into a select box with a free entry."""
    box = page.get_by_role("combobox", name=label, exact=True).first
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(100)  # its list closes where the page still scrolls
    box.click()
    box.fill(text)
    box.press("Enter")
    return box


def under(page: Page, field: Locator) -> Locator:
    """The alert that stands right below a field, not wider than it."""
    alert = page.get_by_test_id("stSidebar").get_by_role("alert")
    expect(alert).to_be_visible()
    above, below = field.bounding_box(), alert.bounding_box()
    assert above and below
    assert 0 <= below["y"] - above["y"] - above["height"] < 30
    assert above["x"] - 20 <= below["x"] <= above["x"] + 20
    return alert


def test_a_rate_is_typed_with_a_comma_and_a_wrong_one_says_what_is_used(visit: Visit) -> None:
    page = visit(f"{LINK}&learning_rate=0.1")
    rate = typed(page, "Learning rate", "0,03")
    says(page, learning_rate="0.03")
    expect(page.get_by_text("0,03 is read as 0.03.")).to_be_visible()
    typed(page, "Learning rate", "fast")
    said = "Learning rate must be a number from 1e-06 to 1000; got 'fast', so 0.03 is used."
    expect(under(page, rate)).to_have_text(said)
    expect(rate).to_have_value("fast")
    says(page, learning_rate="0.03")
    choose(page, "Learning rate", "1e-5")
    says(page, learning_rate="1e-05")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("label, name, wrong, used", [
    ("Rows", "rows", "9999", "60"), ("Seed", "seed", "-1", "1"), ("Batch size", "batch_size", "2.5", "10"),
    ("Epochs", "epochs", "-1", "20"), ("Hidden layers", "hidden", "11", "2"), ("Layer 2", "hidden", "65", "2"),
])  # fmt: skip
def test_a_number_that_is_refused_stays_with_a_sentence_until_the_arrows_reach_one_that_is_allowed(
    visit: Visit, label: str, name: str, wrong: str, used: str
) -> None:
    page = visit(LINK)
    step_up(page)  # the address says every value
    says(page, seed="2")
    field = page.get_by_label(label, exact=True).first
    field.fill(wrong)
    field.press("Enter")
    used = "2" if name == "seed" else used
    alert = under(page, field)
    expect(alert).to_contain_text(f"{label} must be a whole number from ")
    expect(alert).to_contain_text(f"got {wrong}, so {used} is used.")
    expect(field).to_have_value(wrong)
    for _ in range(2 if label == "Seed" else 1):  # from -1 over 0, which is a seed, to 1
        field.press("ArrowUp" if wrong == "-1" else "ArrowDown")
    if "." in wrong or label == "Rows":
        field.fill("70")
        field.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_data_sets_are_pictures_that_the_keyboard_chooses(visit: Visit) -> None:
    page = visit(LINK)
    pictures = page.get_by_role("radiogroup", name="Data set: Circle").get_by_role("radio")
    expect(pictures.first).to_be_checked()
    boxes = [picture.bounding_box() for picture in pictures.all()]
    assert len(boxes) == len(DATASETS)
    assert all(box and min(box["width"], box["height"]) >= 24 for box in boxes)
    assert page.get_by_role("img", name="Two Gaussians", exact=True).get_attribute("title") == "Two Gaussians"
    assert page.get_by_role("img", name="Spiral", exact=True).evaluate("picture => picture.naturalWidth") == 32
    pictures.first.press("ArrowRight")
    page.keyboard.press("Space")
    says(page, dataset="xor")
    page.get_by_role("radio", name="Moons", exact=True).click()
    says(page, dataset="moons")
    expect(page.get_by_role("radiogroup", name="Data set: Moons")).to_be_visible()


def test_more_stays_as_somebody_left_it_and_opens_with_the_next_link(visit: Visit) -> None:
    page = visit("/compare?epochs=20&hide=charts,playground")
    batch = page.get_by_label("Batch size", exact=True)
    expect(batch).to_be_hidden()
    page.get_by_test_id("stSidebar").get_by_text("More", exact=True).nth(2).click()
    expect(batch).to_be_visible()
    step_up(page, "Batch size")
    says(page, batch_size="11")
    batch.press("ArrowDown")
    says(page, batch_size="10")  # the default again: what is open does not close over it
    expect(batch).to_be_visible()
    page = visit(LINK)
    expect(page.get_by_label("Rows", exact=True).first).to_be_visible()


def test_b_is_changed_in_the_row_above_the_stage(visit: Visit) -> None:
    page = visit(LINK)
    choose(page, "B", "One thing changed")
    says(page, **{"b.engine": "numpy", "b.activation": "relu"})
    page.get_by_role("button", name="activation → ReLU").click()
    what = page.get_by_test_id("stPopoverBody")
    choice = what.get_by_role("combobox", name="Activation", exact=True)
    choice.click()
    page.get_by_role("option", name="Mish", exact=True).click()
    says(page, **{"b.activation": "mish"})
    expect(page.get_by_role("button", name="activation → Mish")).to_be_visible()
    expect(choice).to_be_visible()  # one goes on changing it


def test_what_may_have_been_meant_is_a_link_that_back_undoes(visit: Visit) -> None:
    page = visit(f"{LINK}&dataset=xro")
    page.get_by_role("link", name="dataset=xro: did you mean xor?").click()
    says(page, dataset="xor", epochs="20")
    expect(page.get_by_role("radio", name="XOR", exact=True).first).to_be_checked()
    expect(page.get_by_text("did you mean")).to_have_count(0)
    page.go_back()
    says(page, dataset="xro")
    expect(page.get_by_role("link", name="did you mean xor?")).to_be_visible()
    page.go_forward()
    says(page, dataset="xor")
    step_up(page)
    says(page, dataset="xor", seed="2")


# calls


def test_quick_changes_from_afar_add_up(open_page: OpenPage) -> None:
    page = open_page(NOTHING)
    through_a_tunnel(page, delay=150)
    page.goto(page.url.removesuffix(NOTHING) + LINK)
    expect_stage(page, stateA="finished", stateB="finished")
    for _ in range(4):
        step_up(page)
        page.wait_for_timeout(100)
    says(page, seed="5")
    more = page.get_by_test_id("stage").get_by_role("button", name="Add a neuron to layer 2")
    for _ in range(3):
        more.click()
        page.wait_for_timeout(160)
    says(page, seed="5", hidden="4,5")


def test_a_late_call_undoes_nothing(open_page: OpenPage) -> None:
    page = open_page(NOTHING)
    tunnel = through_a_tunnel(page)
    page.goto(page.url.removesuffix(NOTHING) + LINK)
    expect_stage(page, stateA="finished", stateB="finished")
    step_up(page)
    says(page, seed="2")
    late = tunnel.sent[-1]
    choose(page, "Presets", "XOR with 4 and 2 units")
    says(page, dataset="xor")
    there = page.url
    tunnel.server.send(late)
    says(page, dataset="xor")
    assert page.url == there
    step_up(page)
    says(page, dataset="xor", seed=str(PRESETS["xor"].pair.a.seed + 1))


@dataclass
class Tunnel:
    """The calls that a page has sent, and the way to its server."""

    sent: list[str | bytes] = field(default_factory=list)
    server: Any = None


def through_a_tunnel(page: Page, delay: int = 0) -> Tunnel:
    """Send what a page says after a delay in milliseconds, and keep it."""
    tunnel = Tunnel()

    def connect(socket: WebSocketRoute) -> None:
        tunnel.server = socket.connect_to_server()

        def send(message: str | bytes) -> None:
            tunnel.sent.append(message)
            tunnel.server.send(message)

        socket.on_message(send)

    page.route_web_socket(re.compile("/_stcore/stream"), connect)
    if delay:
        page.add_init_script(f"""{{
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {{ setTimeout(() => send.call(this, data), {delay}); }};
        }}""")
    return tunnel


# a session that is lost

LOST: dict[str, tuple[str, Callable[[Page], None], dict[str, str]]] = {
    "number": (LINK, lambda page: step_up(page, "Batch size"), {"seed": "2", "batch_size": "11"}),
    "select": (LINK, lambda page: choose(page, "Activation", "ReLU"), {"seed": "2", "activation": "relu"}),
    "slider": (LINK, lambda page: press_right(page, "Noise (%)"), {"seed": "2", "noise": "1"}),
    "pills": (LINK, lambda page: sidebar_button(page, "x₁²").click(), {"seed": "2", "features": "x1,x2,x1sq"}),
    "preset": (LINK, lambda page: choose(page, "Presets", "XOR with 4 and 2 units"), {"dataset": "xor"}),
    "button": (LINK, lambda page: sidebar_button(page, "New seed").click(), {"epochs": "20"}),
    "diagram": (
        LINK,
        lambda page: (
            page.get_by_test_id("stage").get_by_role("button", name="Add a neuron to layer 2", exact=True).click()
        ),
        {"seed": "2", "hidden": "4,3"},
    ),
    "lab": (LAB, lambda page: press_right(page, "Layers"), {"depth": "8"}),
}


def press_right(page: Page, label: str) -> None:
    page.get_by_role("slider", name=label).press("ArrowRight")


def sidebar_button(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("button", name=label, exact=True)


def test_the_first_click_after_a_restart_counts(tmp_path: Path, profile: BrowserContext) -> None:
    port, pages = free_port(), {}
    with serve(tmp_path, port=port) as server:
        for name, (link, _, _) in LOST.items():
            pages[name] = page = profile.new_page()
            show(page, 1400, "light", moving=False)
            page.goto(server.url + link)
            if link == LAB:
                expect(page.get_by_text("Healthy").or_(page.get_by_text("Vanishing")).first).to_be_visible()
                press_right(page, "Layers")
                says(page, depth="7")
            else:
                expect_stage(page, stateA="finished", stateB="finished")
                step_up(page)
                says(page, seed="2")
        page = pages["back"] = profile.new_page()
        page.goto(server.url + LINK)
        expect_stage(page, stateA="finished", stateB="finished")
        step_up(page)
        says(page, seed="2")
    with serve(tmp_path, port=port):
        for name, (_, use, values) in LOST.items():
            pages[name].bring_to_front()
            expect(pages[name].get_by_test_id("stConnectionStatus")).to_have_count(0)
            use(pages[name])
            if name == "button":
                pages[name].wait_for_url(lambda url: parse_qs(urlsplit(url).query)["seed"][0] not in ("1", "2"))
            says(pages[name], **values)
        page = pages["back"]
        page.bring_to_front()
        page.wait_for_timeout(1000)
        page.go_back()
        page.wait_for_url("**" + LINK)
        expect(seed(page)).to_have_value("1")
        page.wait_for_timeout(400)
        assert page.url.endswith(LINK)
    for page in pages.values():
        page.close()


def test_the_first_click_after_a_gap_that_no_session_lives_through_counts(
    tmp_path: Path, profile: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", str(GAP_S // 2))  # else two minutes
    pages, traffic = {}, {}
    with serve(tmp_path) as server, closing(Relay(server.url)) as way:
        for name in "select", "diagram", "lab":
            pages[name] = page = profile.new_page()
            traffic[name] = Traffic(page)
            show(page, 1400, "light", moving=False)
            page.goto(f"http://localhost:{way.port}{LOST[name][0]}")
            press_right(page, "Layers") if name == "lab" else step_up(page)
            says(page, **({"depth": "7"} if name == "lab" else {"seed": "2"}))
        way.cut()
        for page in pages.values():
            expect(page.get_by_role("dialog", name="Connection error")).to_be_visible()
        page.wait_for_timeout(1000 * GAP_S)
        way.mend()
        for name, page in pages.items():
            page.bring_to_front()
            expect(page.get_by_role("dialog", name="Connection error")).to_have_count(0)
            LOST[name][1](page)
            says(page, **LOST[name][2])
            page.close()
    assert [len(each.sessions) for each in traffic.values()] == [2] * len(pages)


def test_an_activation_is_found_by_typing_its_other_name(open_page: OpenPage) -> None:
    page = open_page(LINK)
    expect_stage(page, stateA="finished")
    box = page.get_by_role("combobox", name="Activation", exact=True).first
    box.click()
    box.fill("sigmoid")
    page.get_by_role("option").first.click()
    says(page, activation="logistic")
