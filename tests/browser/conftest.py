"""Servers and pages for the tests that need a browser.

`server` is one server for all tests; `cold_server` has just started and nobody has opened a page of it. `open_page`
opens a page of one of them, all in one browser profile, which loads Streamlit's scripts once a server and not once a
test; a test fails if its pages wrote errors to the console.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # s; what a busy machine of two cores may take, not what a test expects
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Server:
    """A running dashboard: its address without a slash at the end, its process id and the file it logs to."""

    url: str
    pid: int
    log: Path


class OpenPage(Protocol):
    """Opens `path` (with its query) on a server, `server` unless another is named."""

    def __call__(
        self, path: str = "/", width: int = 1400, height: int = 900, theme: str = "light", at: Server | None = None
    ) -> Page: ...


@contextmanager
def serve(folder: Path, python: str = sys.executable) -> Iterator[Server]:
    """Run app.py with an interpreter until the block ends, its log in `folder`."""
    port, log = free_port(), folder / "server.log"
    options = ["--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [python, "-m", "streamlit", "run", "app.py", *options], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_until_healthy(f"http://localhost:{port}/_stcore/health", process, log)
            yield Server(f"http://localhost:{port}", process.pid, log)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    pytest.fail(f"the server did not become healthy:\n{log.read_text()}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def cold_server(tmp_path: Path) -> Iterator[Server]:
    with serve(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail("no Chromium: `make browser` installs one")
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def profile(browser: Browser) -> BrowserContext:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(1000 * PATIENCE)
    return context


@pytest.fixture
def console_errors() -> list[str]:
    """What the pages of this test wrote to the console as errors; a test that provokes one removes it."""
    return []


@pytest.fixture
def open_page(request: pytest.FixtureRequest, profile: BrowserContext, console_errors: list[str]) -> Iterator[OpenPage]:
    """A test names its own server before this, so that its pages are closed before their server ends."""
    pages = []

    def open_page(
        path: str = "/", width: int = 1400, height: int = 900, theme: str = "light", at: Server | None = None
    ) -> Page:
        origin = (at or request.getfixturevalue("server")).url
        page = profile.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.on("pageerror", lambda error: console_errors.append(f"{page.url}: {error}"))
        page.on("console", lambda message: console_errors.extend(error_of(message, origin)))
        page.goto(origin + path)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert console_errors == []


def error_of(message: ConsoleMessage, origin: str) -> Iterator[str]:
    """The message if it is an error of the dashboard.

    Two are not: Streamlit looks for its server under the path of a deep link first and gets 404 there, and on a machine
    without network a request to elsewhere fails.
    """
    source = message.location.get("url", "")
    probe = "404" in message.text and "/_stcore/" in source
    elsewhere = "net::ERR_" in message.text and not source.startswith(origin)
    if message.type == "error" and not probe and not elsewhere:
        yield f"{source}: {message.text}"
