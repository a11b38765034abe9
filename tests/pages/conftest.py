"""Screens run by AppTest, through app.py as on a server: no browser, no timers, and only the final tree is seen."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.link import Pair, from_query
from pages.parts import jobs as module
from pages.parts.jobs import jobs

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # s; what a busy machine may take
QUICK = {"epochs": "5", "rows": "60"}

OpenScreen = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.setattr(module, "PATIENCE", 0.0)  # what a test left behind ends at once: nobody watches it
    wait_until(lambda: jobs().at_work() == 0)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


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


def settle(at: AppTest) -> AppTest:
    """Rerun, as the timer would, until everything is trained."""
    deadline = time.monotonic() + PATIENCE
    while jobs().at_work():
        assert time.monotonic() < deadline, "training did not end"
        run(at)
    return run(at)


def put(at: AppTest, kind: str, key: str, value: Any) -> AppTest:
    """Set a widget and rerun, as somebody would."""
    widget(at, kind, key).set_value(value)
    return run(at)


def widget(at: AppTest, kind: str, key: str) -> Any:
    return next(element for element in at.get(kind) if element.key == key)


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click()
    return run(at)


def keys(at: AppTest) -> set[str]:
    """Keys of all widgets on the screen."""
    kinds = ("selectbox", "number_input", "slider", "button_group", "toggle", "text_input")
    return {str(element.key) for kind in kinds for element in at.get(kind)}


def address(at: AppTest) -> dict[str, str]:
    return dict(at.query_params)


def linked(at: AppTest) -> Pair:
    """The pair that the address says; it must say it without faults."""
    pair, _, problems = from_query(address(at))
    assert problems == []
    return pair


def to_stage(at: AppTest) -> dict[str, Any]:
    """What the message to the stage says."""
    message = at.get("bidi_component")[0].proto.bytes
    length = int.from_bytes(message[:4], "little")
    header: dict[str, Any] = json.loads(message[4 : 4 + length])
    return header


def on_stage(at: AppTest) -> list[dict[str, Any]]:
    """The sides in the message to the stage: `key` is the experiment's, `state`, `note` and so on."""
    sides: list[dict[str, Any]] = to_stage(at)["sides"]
    return sides


def sentences(at: AppTest) -> str:
    """What the notices say; what is folded away in a popover is none."""

    def texts(block: Any) -> Iterator[str]:
        for child in block.children.values():
            if child.type == "text":
                yield child.value
            elif hasattr(child, "children") and child.type != "popover":
                yield from texts(child)

    return "\n".join(texts(at.main))


def words(at: AppTest) -> str:
    """All running text in the middle of the screen."""
    return "\n".join(markdown.value for markdown in at.markdown)
