"""What the tests of the labs share: opening one, and waiting for it."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from pages.parts.background.jobs import jobs
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import PATIENCE, ROOT, open_address, run


def open_lab(name: str, query: Mapping[str, str] = {}) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.switch_page(f"pages/{name}.py")
    return open_address(at, query)


def measured(at: AppTest, place: str = "") -> AppTest:
    """Rerun, as the timers would, until nothing is being measured or trained; or only at one place of the screen."""
    deadline = time.monotonic() + PATIENCE
    while any(b.label == "Stop" and b.key.endswith(place) for b in at.button):
        assert time.monotonic() < deadline, "measuring did not end"
        time.sleep(0.02)
        run(at)
    return at


def trained(at: AppTest) -> AppTest:
    """Rerun, as the timers would, until nothing trains in the background, and once more."""
    deadline = time.monotonic() + PATIENCE
    while jobs().at_work():
        assert time.monotonic() < deadline, "training did not end"
        time.sleep(0.02)
        run(at)
    return run(at)


def labels(at: AppTest) -> set[str]:
    return {button.label for button in at.button}


class Gate:
    """A function that waits until it is opened, and then does what it stands for."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function, self._opened = function, threading.Event()

    def __call__(self, *arguments: Any) -> Any:
        assert self._opened.wait(PATIENCE)
        return self._function(*arguments)

    def open(self) -> None:
        self._opened.set()
