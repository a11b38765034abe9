"""The channel in Chromium when something on the way fails: files, the connection, a worker, the disk."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NOTHING, OpenPage, Server, expect_stage, serve
from tests.browser.test_compare import change_seed, expect_finished, expect_still, stage_of
from tests.browser.traffic import Traffic

QUICK = "/compare?epochs=30&rows=120&hidden=3,2&hide=charts,playground"
# Minutes of training, on both sides in NumPy; each test has a seed of its own.
LONG = (
    "/compare?rows=5000&train_share=99&epochs=10000&batch_size=1&hidden=4"
    "&b.engine=numpy&b.activation=relu&hide=charts,playground&seed="
)
BOTH_NUMPY = "/compare?epochs=1500&hidden=8,8&hide=charts,playground&b.engine=numpy&b.activation=relu"
FILES = "**/component/**"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory, cold_port: int) -> Iterator[Server]:
    """A server that only these tests do harm to."""
    with serve(tmp_path_factory.mktemp("own"), port=cold_port) as running:
        yield running


@pytest.fixture
def page(own_server: Server, open_page: OpenPage, console_errors: list[str]) -> Iterator[Page]:
    """A page of it that shows nothing yet. Files that cannot be read are written to its console: no fault here."""
    yield open_page(NOTHING, at=own_server)
    console_errors[:] = [error for error in console_errors if "/component/" not in error]


def kill_numpys_worker(server: Server) -> None:
    """The worker of a server that has not loaded scikit-learn."""
    tasks = Path(f"/proc/{server.pid}/task").glob("*/children")
    workers = [Path(f"/proc/{pid}") for task in tasks for pid in task.read_text().split()]
    (numpys,) = [worker for worker in workers if "sklearn" not in (worker / "maps").read_text()]
    os.kill(int(numpys.name), signal.SIGKILL)


def epoch(page: Page) -> int:
    return int(stage_of(page).get_attribute("data-epoch") or 0)


def expect_later(page: Page, than: int) -> None:
    expect_epoch(page, f"> {than}")


def expect_epoch(page: Page, rule: str) -> None:
    """The stage shows an epoch of which this holds."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].some("
        f"(host) => Number(host.shadowRoot?.querySelector('.stage')?.dataset.epoch) {rule})",
        polling=50,
    )


def expect_said(page: Page, words: str) -> None:
    expect(stage_of(page).get_by_role("application")).to_have_attribute("aria-label", re.compile(re.escape(words)))


def aborted(route: Route) -> None:
    route.abort()


def not_found(route: Route) -> None:
    route.fulfill(status=404)


def a_page_of_the_host(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<p>Sign in")


def stale() -> Callable[[Route], None]:
    """A cache that answers with what it read first, whatever stands behind the address."""
    first: dict[str, bytes] = {}

    def a_stale_cache(route: Route) -> None:
        address = route.request.url.split("?")[0]
        if address not in first:
            response = route.fetch()
            if not response.ok:
                return route.fulfill(response=response)
            first[address] = response.body()
        return route.fulfill(status=200, body=first[address])

    return a_stale_cache


@pytest.mark.parametrize("answer", [aborted, a_page_of_the_host, stale()], ids=lambda each: each.__name__)
def test_without_files_runs_come_by_messages(page: Page, answer: Callable[[Route], None]) -> None:
    traffic = Traffic(page)
    page.route(FILES, answer)
    page.goto(page.url.removesuffix(NOTHING) + QUICK)
    stage = expect_finished(page)
    change_seed(page, 31)  # only the first message has its runs in it
    expect_finished(page)
    expect_still(stage, 30)
    stage.press("Home")
    expect_still(stage, 0)
    page.wait_for_timeout(1500)
    traffic.clear()
    page.wait_for_timeout(1500)
    assert (traffic.calls, traffic.files) == ([], [])  # what is there is not asked for again


def test_without_files_what_trains_is_live_about_once_a_second(page: Page) -> None:
    traffic = Traffic(page)
    page.route(FILES, not_found)
    page.goto(page.url.removesuffix(NOTHING) + LONG + "1")
    expect_stage(page, stateA="training")
    expect_later(page, epoch(page))
    traffic.clear()
    start = page.evaluate("performance.now()")
    for _ in range(3):
        expect_later(page, epoch(page))
    page.wait_for_timeout(2000)
    seconds = (page.evaluate("performance.now()") - start) / 1000
    assert len(traffic.asked) <= 1  # once: from then on the screen is drawn anew at each of its polls
    assert 2 <= traffic.runs <= 2 * (seconds + 2)
    assert len(traffic.files) <= 2 * (seconds + 2)  # of two sides
    page.get_by_role("button", name="Stop").click()
    expect_stage(page, stateA="stopped")


def test_two_servers_in_turns_behind_one_address(page: Page, own_server: Server, server: Server) -> None:
    """The connection stays with one of them; every other file is looked for on the one that does not have it."""
    origins = cycle((server.url, own_server.url))
    page.route(
        FILES,
        lambda route: route.fulfill(response=route.fetch(url=route.request.url.replace(own_server.url, next(origins)))),
    )
    page.goto(own_server.url + QUICK)
    expect_finished(page)
    change_seed(page, 32)
    expect_finished(page)


def test_a_folder_that_is_removed_is_made_again(page: Page, own_server: Server) -> None:
    page.goto(own_server.url + LONG + "3")
    expect_stage(page, stateA="training")
    for folder in own_server.log.parent.glob("gradient-lab-*"):
        shutil.rmtree(folder)
    expect_later(page, epoch(page))
    page.get_by_role("button", name="Stop").click()
    expect_stage(page, stateA="stopped", stateB="stopped")
    assert "Traceback" not in own_server.log.read_text()


def test_a_gap_in_the_connection_costs_no_epoch(page: Page, own_server: Server, console_errors: list[str]) -> None:
    page.goto(own_server.url + LONG + "4")
    expect_stage(page, stateA="training")
    before = epoch(page)
    expect_later(page, before)
    page.context.set_offline(True)
    try:
        expect_said(page, "No connection to the server")
        there = epoch(page)
        page.wait_for_timeout(3000)
    finally:  # the next test's pages are of this context
        page.context.set_offline(False)
    expect_later(page, there)
    expect(stage_of(page).get_by_role("application")).not_to_have_attribute("aria-label", re.compile("No connection"))
    page.get_by_role("button", name="Stop").click()
    expect_stage(page, stateA="stopped")
    assert epoch(page) > there
    console_errors[:] = [error for error in console_errors if "ERR_INTERNET_DISCONNECTED" not in error]


def test_a_worker_that_dies_in_the_middle_costs_its_run_nothing(page: Page, own_server: Server) -> None:
    page.goto(own_server.url + BOTH_NUMPY)
    expect_stage(page, stateA="training")
    expect_later(page, epoch(page))
    kill_numpys_worker(own_server)
    expect_finished(page)
    assert epoch(page) == 1500
    expect(page.get_by_text("failed")).to_have_count(0)
    assert "Traceback" not in own_server.log.read_text()


def test_a_run_that_kills_its_worker_twice_has_failed_and_blocks_nobody(page: Page, own_server: Server) -> None:
    alone = LONG.replace("b.engine=numpy&", "") + "5"  # or its worker may have died in B's turn
    page.goto(own_server.url + alone)
    expect_stage(page, stateA="training")
    expect_later(page, 20)
    before = epoch(page)
    kill_numpys_worker(own_server)
    expect_epoch(page, f"< {before}")  # it runs again, from its beginning
    kill_numpys_worker(own_server)
    expect_stage(page, stateA="failed")
    expect(page.get_by_text("Training failed")).to_be_visible()
    page.goto(own_server.url + QUICK + "&seed=9")
    expect_finished(page)
    page.goto(own_server.url + alone)  # and it can be asked for again
    expect_stage(page, stateA="training")
    page.get_by_role("button", name="Stop").click()
    expect_stage(page, stateA="stopped")
