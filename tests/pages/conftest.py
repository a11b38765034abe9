"""Screens run by AppTest, through app.py as on a server: no browser, no timers, and only the final tree is seen."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from core import remedies
from core.claims import Claim, activation_outputs, gradient_flow, linear_depth, max_pooling
from core.link import Pair, from_query
from pages.parts.background import screen
from pages.parts.background.feed import FOLDER, feed
from pages.parts.frame.address import HELD
from pages.parts.labs import lab
from pages.parts.stage import stage
from tests.pages.background.links import Here, in_this_thread

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # s; what a busy machine may take
QUICK = {"epochs": "5", "rows": "60"}

CHECKED = Claim("It is so.", "value", 1.0, 2.0)


@pytest.fixture(scope="session", autouse=True)
def _installed_packages_are_read_once() -> Iterator[None]:
    """Each AppTest starts a runtime, which looks for components in all packages: as long as ten reruns take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def _what_is_typed_into_a_select_box_is_sent() -> Iterator[None]:
    """AppTest looks for a value among the options, where a free entry is not."""

    def state(box: Any) -> WidgetState:
        return WidgetState(id=box.id, string_value=None if box.value is None else str(box.format_func(box.value)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Selectbox, "_widget_state", property(state))
        yield


KEPT = (linear_depth.train_depth, max_pooling.compare)


@pytest.fixture(autouse=True)
def _short_training(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few networks and epochs in the labs: what training comes to is tested in core."""
    for trained in KEPT:
        trained.cache_clear()
    monkeypatch.setattr(activation_outputs, "SEEDS", range(1, 2))
    monkeypatch.setattr(gradient_flow, "TRAINED_EPOCHS", 20)
    monkeypatch.setattr(gradient_flow, "LEARNING_EPOCHS", 20)
    monkeypatch.setattr(linear_depth, "EPOCHS", 20)
    monkeypatch.setattr(max_pooling, "EPOCHS", 1)
    monkeypatch.setattr(max_pooling, "PENALTIES", (1.0,))
    yield
    for trained in KEPT:
        trained.cache_clear()


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> Here:
    """A server on which nothing was computed, whose checks take no time: a screen is complete after its first run.

    With `turns` set, what is asked for gets no more than so many at once and stays under way. Nothing is tried for runs
    that are not fine, which would take most of the time: a test that wants it empties `holds`.
    """
    made, link = in_this_thread(feed.write, feed.address)
    link.holds = "remedies"
    monkeypatch.setattr(screen, "executor", lambda: made)
    monkeypatch.setattr(remedies, "thread_time", lambda: 0.0)  # no machine is too slow for what is tried
    monkeypatch.setattr(lab, "LABS", dict.fromkeys(lab.LABS, (lambda: [CHECKED],)))
    return link


@pytest.fixture
def waiting(worker: Here) -> None:
    """Nothing is computed: for tests of what stands on a screen before anything is there."""
    worker.turns = 0


def open_home() -> AppTest:
    return run(AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE))


def open_compare(query: Mapping[str, str | list[str]] = {}) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.switch_page("pages/compare.py")
    return open_address(at, query)


def open_address(at: AppTest, query: Mapping[str, str | list[str]]) -> AppTest:
    """Another address in the same session: a link, Back or Forward."""
    at.query_params.clear()
    at.query_params.update(query)
    return run(at)


def run(at: AppTest) -> AppTest:
    at.run()
    assert [element.message for element in at.exception] == []
    return at


def put(at: AppTest, kind: str, key: str, value: Any) -> AppTest:
    """Set a widget and rerun, as somebody would."""
    widget(at, kind, key).set_value(value)
    return run(at)


def widget(at: AppTest, kind: str, key: str) -> Any:
    """A control by its key without the generation."""
    return next(element for element in at.get(kind) if bare(element.key) == key)


def bare(key: str | None) -> str:
    """The key of a control without its generation."""
    return re.sub(r"^\d[^.]*\.", "", str(key))


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click()
    return run(at)


def open_share(at: AppTest) -> AppTest:
    """Press Share, whose content is drawn once it is open."""
    state = at.session_state
    generation = state["generation"] if "generation" in state else 0  # noqa: SIM401  it has no get
    state[f"{generation}.share"] = True
    return run(at)


def press_on_stage(at: AppTest, button: str) -> AppTest:
    """Press `stop` or `seed` in the player, which tells it once."""
    told = [button]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "pressed", lambda name, keys=(): name in told and not told.remove(name))
        return run(at)


def keys(at: AppTest) -> set[str]:
    """Keys of all widgets on the screen."""
    kinds = ("selectbox", "number_input", "slider", "button_group", "toggle", "text_input")
    return {bare(element.key) for kind in kinds for element in at.get(kind)} - {HELD}


def address(at: AppTest) -> dict[str, str]:
    return dict(at.query_params)


def linked(at: AppTest) -> Pair:
    """The pair that the address says; it must say it without faults."""
    pair, _, problems = from_query(address(at))
    assert problems == []
    return pair


def header_of(message: bytes) -> dict[str, Any]:
    """What a message to the stage, or a file of the feed, says before its arrays."""
    header: dict[str, Any] = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
    return header


def to_stage(at: AppTest) -> dict[str, Any]:
    """What the message to the stage says."""
    return header_of(at.get("bidi_component")[0].proto.bytes)


def on_stage(at: AppTest) -> list[dict[str, Any]]:
    """The sides in the message to the stage: `key` is the experiment's, `state`, `note` and so on."""
    sides: list[dict[str, Any]] = to_stage(at)["sides"]
    return sides


def news_of(side: Mapping[str, Any]) -> dict[str, Any]:
    """What the browser reads of a side on the stage at its address."""
    return header_of(gzip.decompress((FOLDER / side["address"].rsplit("/", 1)[1]).read_bytes()))


def arrays_of(side: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The arrays of a run that the browser reads at a side's address."""
    data = gzip.decompress((FOLDER / side["address"].rsplit("/", 1)[1]).read_bytes())
    packed, base = header_of(data)["run"], 4 + int.from_bytes(data[:4], "little")
    return {
        name: np.frombuffer(data, dtype, int(np.prod(shape)), base + packed["start"] + offset).reshape(shape)
        for name, (dtype, shape, offset) in packed["arrays"].items()
    }


def specs(at: AppTest) -> list[dict[str, Any]]:
    """The charts as the browser gets them."""
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def sentences(at: AppTest) -> str:
    """What the notices say; what is folded away in a popover is none."""

    def texts(block: Any) -> Iterator[str]:
        for child in block.children.values():
            if child.type == "text":
                yield child.value
            elif hasattr(child, "children") and child.type != "popover":
                yield from texts(child)

    return "\n".join(texts(at.main))


def refused(at: AppTest) -> list[str]:
    """The sentences under fields, letter by letter."""
    return [re.sub(r"\\(.)", r"\1", element.value) for element in at.error]


def words(at: AppTest) -> str:
    """All running text in the middle of the screen."""
    return "\n".join(markdown.value for markdown in at.markdown)
