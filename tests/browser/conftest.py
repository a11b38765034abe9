"""Servers and pages for the tests that need a browser.

`server` is one server for all tests; `cold_server` has just started and nobody has opened a page of it. `open_page`
opens a page of one of them, all in one browser profile, which loads Streamlit's scripts once a port and not once a
test: cold servers have one port, one after the other. `visit` goes to a link in a page that stays open from test to
test, which takes a quarter of the time. Pages ask for reduced motion, unless a test looks at what moves: a replay that
nobody looks at takes a core. A test fails if its pages wrote errors to the console.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    TimeoutError,
    expect,
    sync_playwright,
)

from core.link import experiment_key
from core.sides import expressible
from pages.parts.frame.address import read
from tests.browser import chromium

ROOT = Path(__file__).parents[2]
FAILED = pytest.StashKey[bool]()
Theme = Literal["light", "dark"]
NOTHING = "/_stcore/health"  # a page without anything, for who listens to a screen from its beginning
PATIENCE = 90.0  # s; what a busy machine of two cores may take: workers go last on it. Not what a test expects
CLOSING = 15.0  # s; a server closes within 3 s. Twice one had not after 90 s, why is not known
VISIT = """link => new Promise((done) => {
  if (location.pathname + location.search === link) return done(); // Streamlit would not run either
  const app = document.querySelector("[data-testid=stApp]");
  let ran = false;
  const watch = new MutationObserver(() => {
    const running = app.dataset.testScriptState === "running";
    ran ||= running;
    if (!ran || running) return;
    watch.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(done));
  });
  watch.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
  setTimeout(() => { if (!ran) done(); }, 5000); // a run may be over before it is drawn as one
  setTimeout(done, 30_000); // a screen that does not come to rest is for the test to find
  history.pushState(null, "", link);
  dispatchEvent(new PopStateEvent("popstate"));
})"""  # as Back and Forward do; done when the screen has run
STAGE_SAYS = """said => {
  const hosts = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")];
  const stage = hosts.map((host) => host.shadowRoot?.querySelector("[data-testid=stage]")).find(Boolean);
  return Boolean(stage) && Object.entries(said).every(([name, value]) => stage.dataset[name] === value);
}"""
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

    def __call__(self, path: str = "/", moving: bool = False, at: Server | None = None) -> Page: ...


class Visit(Protocol):
    """Goes to `path` (with its query) on `server` in the page that stays open."""

    def __call__(self, path: str, width: int = 1400, theme: Theme = "light", moving: bool = False) -> Page: ...


@contextmanager
def serve(folder: Path, python: str = sys.executable, port: int | None = None) -> Iterator[Server]:
    """Run app.py with an interpreter until the block ends; at any port, if none is named.

    folder: of its log and its temporary files.
    """
    port, log = port or free_port(), folder / "server.log"
    options = ["--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [python, "-m", "streamlit", "run", "app.py", *options],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(folder), "PYTHONFAULTHANDLER": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(f"http://localhost:{port}/_stcore/health", process, log)
            yield Server(f"http://localhost:{port}", process.pid, log)
        finally:
            process.terminate()
            try:
                process.wait(CLOSING)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGABRT)  # its log then says where each thread is
                process.wait()
                pytest.fail(f"the server did not close:\n{log.read_text()}")


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
        maps = Path(f"/proc/{running.pid}/maps")
        assert not maps.exists() or "sklearn" not in maps.read_text()  # it would hold up all visitors for two seconds


@pytest.fixture(scope="session")
def cold_port() -> int:
    return free_port()


@pytest.fixture
def cold_server(tmp_path: Path, cold_port: int) -> Iterator[Server]:
    with serve(tmp_path, port=cold_port) as running:
        yield running


@pytest.fixture(scope="session")
def deployed_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of a new environment that holds requirements.txt and nothing else."""
    folder = tmp_path_factory.mktemp("deployment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    subprocess.run([*install, "--requirement", ROOT / "requirements.txt"], check=True)
    return str(python)


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
    context.add_init_script("localStorage.clear()")  # Streamlit keeps a sidebar that was closed there
    return context


@pytest.fixture
def console_errors() -> list[str]:
    """What the pages of this test wrote to the console as errors; a test that provokes one removes it."""
    return []


@pytest.fixture
def open_page(request: pytest.FixtureRequest, profile: BrowserContext, console_errors: list[str]) -> Iterator[OpenPage]:
    """A test names its own server before this, so that its pages are closed before their server ends."""
    pages = []

    def open_page(path: str = "/", moving: bool = False, at: Server | None = None) -> Page:
        origin = (at or request.getfixturevalue("server")).url
        page = profile.new_page()
        pages.append(page)
        show(page, 1400, "light", moving)
        listen(page, origin, console_errors)
        page.goto(origin + path)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert console_errors == []


@dataclass
class Tab:
    """The page that stays open, if there is one, and what it wrote to the console as errors."""

    page: Page | None = None
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def tab() -> Tab:
    return Tab()


@pytest.fixture
def visit(request: pytest.FixtureRequest, tab: Tab, server: Server, profile: BrowserContext) -> Iterator[Visit]:
    def visit(path: str, width: int = 1400, theme: Theme = "light", moving: bool = False) -> Page:
        if tab.page:
            show(tab.page, width, theme, moving)
            tab.page.bring_to_front()  # another one may have been opened since: what is behind it has no focus
            tab.page.evaluate(VISIT, path)
        else:
            tab.page = profile.new_page()
            show(tab.page, width, theme, moving)
            listen(tab.page, server.url, tab.errors)
            tab.page.goto(server.url + path)
        # Where a training is looked at, runs of the screen prove nothing; above it an exercise may hold it back.
        if path.startswith("/compare") and "exercise=" not in path:
            pair, _ = expressible(read(parse_qs(urlsplit(path).query, keep_blank_values=True))[0])
            expect_stage(tab.page, keyA=experiment_key(pair.a), keyB=experiment_key(pair.b))
        return tab.page

    yield visit
    errors = tab.errors.copy()
    tab.errors.clear()
    if tab.page and (errors or request.node.stash.get(FAILED, False)):  # the next test finds an unspoilt one
        tab.page.close()
        tab.page = None
    assert errors == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a test was tried again, for that is told of those alone that fail in the end."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"tried again: {report.nodeid}", sep="-")
        terminalreporter.line(report.longreprtext)


def show(page: Page, width: int, theme: Theme, moving: bool) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="no-preference" if moving else "reduce")


def expect_stage(page: Page, **said: str) -> Locator:
    """The stage, once its data attributes say this.

    `expect` looks ever more rarely, in the end once a second, and describes the page after each look that fails.
    """
    stage = page.get_by_test_id("stage")
    try:
        page.wait_for_function(STAGE_SAYS, arg=said, polling=50)
    except TimeoutError:
        says = stage.evaluate("stage => ({ ...stage.dataset })") if stage.count() else "no stage"
        pytest.fail(f"the stage does not say {said}: {says}")
    return stage


def listen(page: Page, origin: str, errors: list[str]) -> None:
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    page.on("console", lambda message: errors.extend(error_of(message, origin)))


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
