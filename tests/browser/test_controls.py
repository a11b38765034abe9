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

from core.presets import PRESETS
from tests.browser.conftest import NOTHING, OpenPage, Visit, expect_stage, free_port, serve, show
from tests.browser.relay import Relay
from tests.browser.traffic import Traffic

GAP_S = 2
LINK = "/compare?epochs=20&rows=60&hide=charts,playground&batch_size=10"
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
def test_a_choice_soon_after_reset_counts(visit: Visit, pause: int) -> None:
    page = visit(f"{LINK}&activation=gelu")
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(pause)
    expect(page.get_by_role("combobox", name="Activation", exact=True).first).to_have_value("Tanh")
    choose(page, "Activation", "ReLU")
    says(page, activation="relu", epochs="200")
    expect(page.get_by_role("combobox", name="Activation", exact=True)).to_have_count(1)


def test_a_change_soon_after_a_preset_or_a_link_counts(visit: Visit) -> None:
    page = visit(LINK)
    choose(page, "Presets", "XOR with 4 and 2 units")
    page.wait_for_timeout(300)
    expect(page.get_by_role("combobox", name="Data set").first).to_have_value("XOR")
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
    "button": (LINK, lambda page: sidebar_button(page, "Reset").click(), {"seed": "1", "epochs": "200"}),
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
