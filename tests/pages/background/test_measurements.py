"""Measurements without a screen: watchers are names, and what they see is what `look` returns."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pages.parts.background.measurements import Look, Measurement, Measurements

from pages.parts.background import measurements as module
from tests.pages.conftest import PATIENCE, wait_until


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Measurements]:
    monkeypatch.setattr(module.log, "propagate", True)  # to caplog
    made = Measurements()
    yield made
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    wait_until(lambda: made.at_work() == 0)


def counting(key: str, parts: int, done: list[str], wait: Callable[[], object] = lambda: None) -> Measurement:
    """Parts that note when they were computed, and give their number."""

    def part(number: int) -> int:
        wait()
        done.append(f"{key}{number}")
        return number

    return Measurement(key, key, [lambda number=number: part(number) for number in range(parts)])  # type: ignore[misc]


def ended(store: Measurements, *asked: Measurement) -> list[Look]:
    """Watch measurements until nothing more is measured of them."""
    wait_until(lambda: not any(look.busy for look in store.look(asked, "watcher")))
    return store.look(asked, "watcher")


def test_a_measurement_is_made_once_whoever_asks(store: Measurements) -> None:
    done: list[str] = []
    may_go = threading.Event()
    asked = counting("a", 3, done, lambda: may_go.wait(PATIENCE))
    assert all(store.look([asked], f"watcher {n}")[0].busy for n in range(30))
    may_go.set()
    wait_until(lambda: store.look([asked], "watcher 0")[0].complete)
    assert store.found(asked) == (0, 1, 2) and done == ["a0", "a1", "a2"]


def test_those_that_are_wanted_take_turns(store: Measurements) -> None:
    done: list[str] = []
    may_go = threading.Event()
    first, second = counting("a", 3, done, lambda: may_go.wait(PATIENCE)), counting("b", 2, done)
    store.look([first, second], "watcher")
    may_go.set()
    assert all(look.complete for look in ended(store, first, second))
    assert done == ["a0", "b0", "a1", "b1", "a2"]


def test_what_nobody_wants_any_more_is_left_and_taken_up_where_it_was(store: Measurements) -> None:
    done, begun = list[str](), list[None]()
    step = threading.Semaphore(0)

    def wait() -> None:
        begun.append(None)
        step.acquire(timeout=PATIENCE)

    long = counting("a", 3, done, wait)
    store.look([long], "watcher")
    step.release()
    wait_until(lambda: len(begun) == 2)
    assert done == ["a0"] and store.look([], "watcher") == []
    step.release()  # of the part that is at work
    wait_until(lambda: store.at_work() == 0)
    assert store.found(long) == (0, 1)
    step.release()
    assert ended(store, long)[0].complete and done == ["a0", "a1", "a2"]


def test_what_nobody_looked_at_for_a_while_is_left(store: Measurements, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    endless = counting("a", 1000, [], lambda: time.sleep(0.02))
    store.look([endless], "watcher")
    wait_until(lambda: store.at_work() == 0)
    assert 0 < len(store.found(endless)) < 100


def test_what_is_stopped_is_not_measured_for_this_watcher(store: Measurements) -> None:
    done: list[str] = []
    asked = counting("a", 2, done)
    (look,) = store.look([asked], "watcher", stopped={"a"})
    assert look.stopped and not look.busy and store.at_work() == 0 and done == []
    wait_until(lambda: store.look([asked], "another")[0].complete)
    assert store.look([asked], "watcher", stopped={"a"})[0].complete


def test_a_part_that_breaks_is_logged_and_the_others_go_on(
    store: Measurements, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [True]

    def part() -> int:
        if broken[0]:
            raise ZeroDivisionError("here")
        return 7

    asked, other = Measurement("a", "a", [lambda: 6, part]), counting("b", 1, [])
    look, good = ended(store, asked, other)
    assert look.failed and not look.busy and look.found == (6,) and good.complete
    assert "ZeroDivisionError: here" in caplog.text
    broken.clear()
    broken.append(False)
    assert ended(store, asked)[0].failed
    store.again({"a"})
    assert ended(store, asked)[0].found == (6, 7)


def test_only_so_many_are_kept(store: Measurements, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    asked = [counting(key, 1, []) for key in "abc"]
    for measurement in asked:
        ended(store, measurement)
    assert [store.found(measurement) for measurement in asked] == [(), (0,), (0,)]


def test_what_is_passed_over_is_not_measured() -> None:
    store, done = Measurements(rest=0.2), list[str]()
    for key in "abc":
        store.look([counting(key, 1, done)], "watcher")
    assert ended(store, counting("d", 1, done))[0].complete and done == ["d0"]
