"""Measurements in the background: each made once for all sessions, part by part, and shown when it is there.

A screen looks at its measurements at each of its reruns (`Measurements.look`), which is also the sign that it still
wants them; one that nobody wanted for `PATIENCE` seconds is left, with the parts that it has. Those that are wanted
take turns, a part each, so that who asks later waits for no more than the part at work. None begins before its screen
is drawn. What was found is kept for all sessions, `KEPT` measurements at most.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.logger import get_logger

from pages.parts.background.jobs import BREATH, PATIENCE, jobs
from pages.parts.frame.page import session

KEPT = 300  # measurements; the largest, the networks whose signs are counted, has 2 MB, the others 0.2 MB at most
POLL = 0.5  # seconds between two looks at what is being measured
# Seconds from when something is wanted to its beginning, by `Measurement.whole`: a screen is drawn first, as threads
# that compute beside it make it take three times as long, and what a moving slider passes over is not measured.
REST = {False: 0.15, True: 1.5}

log = get_logger(__name__)


@dataclass(frozen=True)
class Measurement:
    """What is measured: functions that are called one after the other, and the key that names it for all sessions.

    label: what is being done, above the progress. whole: its parts may take tens of seconds, and have their own thread.
    """

    key: str
    label: str
    parts: Sequence[Callable[[], Any]]
    whole: bool = False


@dataclass(eq=False)
class Work:
    """How far one measurement is; watchers: when each of them last looked."""

    measurement: Measurement
    found: list[Any] = field(default_factory=list)
    failed: bool = False
    watchers: dict[str, float] = field(default_factory=dict)
    wanted: float = 0.0  # since when

    @property
    def over(self) -> bool:
        return self.failed or len(self.found) == len(self.measurement.parts)

    def part(self) -> None:
        """Compute the next part."""
        try:
            self.found.append(self.measurement.parts[len(self.found)]())
        except Exception:  # the screen says so, and the others go on
            log.exception("measurement failed: %s", self.measurement.key)
            self.failed = True

    def watched(self) -> bool:
        now = time.monotonic()
        self.watchers = {watcher: seen for watcher, seen in self.watchers.items() if now - seen < PATIENCE}
        return bool(self.watchers)


@dataclass(frozen=True, eq=False)
class Look:
    """What one session sees of a measurement at one moment: what its parts have found, in their order."""

    measurement: Measurement
    found: tuple[Any, ...]
    failed: bool = False
    stopped: bool = False

    @property
    def complete(self) -> bool:
        return len(self.found) == len(self.measurement.parts)

    @property
    def busy(self) -> bool:
        return not (self.complete or self.failed or self.stopped)


class Measurements:
    """Measurements of the server that share one thread. rest: seconds until one that is wanted begins."""

    def __init__(self, rest: float = 0.0) -> None:
        self._rest = rest
        self._changed = threading.Condition()
        self._works: OrderedDict[str, Work] = OrderedDict()
        self._line: deque[Work] = deque()
        self._at_work: Work | None = None
        self._thread = threading.Thread(target=self._work, name="measuring", daemon=True)

    def look(self, asked: Sequence[Measurement], watcher: str, stopped: Collection[str] = ()) -> list[Look]:
        """Look at what a watcher asks for, have it measured but for what was stopped, and leave all else."""
        with self._changed:
            works = [self._known(measurement) for measurement in asked]
            wanted = [work for work in works if not work.over and work.measurement.key not in stopped]
            for work in self._works.values():
                if work not in wanted:
                    work.watchers.pop(watcher, None)
            for work in wanted:
                self._want(work, watcher)
            return [
                Look(work.measurement, tuple(work.found), work.failed, work.measurement.key in stopped)
                for work in works
            ]

    def found(self, measurement: Measurement) -> tuple[Any, ...]:
        """What the parts have found so far; nothing is measured for it."""
        with self._changed:
            work = self._works.get(measurement.key)
            return tuple(work.found) if work else ()

    def again(self, keys: Collection[str]) -> None:
        """Let what failed be tried again when somebody looks."""
        with self._changed:
            for work in self._works.values():
                work.failed &= work.measurement.key not in keys

    def at_work(self) -> int:
        """Measurements that are being made or wait."""
        with self._changed:
            return len(self._line) + (self._at_work is not None)

    def _known(self, measurement: Measurement) -> Work:
        work = self._works.setdefault(measurement.key, Work(measurement))
        self._works.move_to_end(measurement.key)
        unwatched = [key for key, old in self._works.items() if not old.watchers]
        for key in unwatched[: max(0, len(self._works) - KEPT)]:
            del self._works[key]
        return work

    def _want(self, work: Work, watcher: str) -> None:
        now = time.monotonic()
        if not work.watchers:
            work.wanted = now
        work.watchers[watcher] = now
        if work not in self._line and work is not self._at_work:
            self._line.append(work)
        if self._thread.ident is None:
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        """Compute parts, of each measurement in turn."""
        while True:
            with self._changed:
                self._line = deque(filter(Work.watched, self._line))
                rest = self._line[0].wanted + self._rest - time.monotonic() if self._line else None
                if rest is None or rest > 0:
                    self._changed.wait(rest)
                    continue
                self._at_work = work = self._line.popleft()
            work.part()
            with self._changed:
                self._at_work = None
                if work.over:
                    work.watchers.clear()
                else:
                    self._line.append(work)
            time.sleep(BREATH)  # lets another session's rerun in between


@st.cache_resource(show_spinner=False)
def measurements(whole: bool) -> Measurements:
    """The server's measurements. The jobs' limit of one thread for each matrix product holds for them too."""
    jobs()
    return Measurements(REST[whole])


# ---- on a screen ----------------------------------------------------------------------------------------------------


def watch(asked: Sequence[Measurement], draw: Callable[[list[Look]], None], place: str, poll: float = POLL) -> None:
    """Draw measurements at a place of the screen, again and again while they are made.

    The whole screen is run again when they are there, or were stopped: only that ends the timer.
    """
    first = look(asked, place)
    busy = any(each.busy for each in first)
    pending = [first]  # a rerun out of the first drawing would overtake it, and the widgets lose their start values

    @st.fragment(run_every=poll if busy else None)
    def live() -> None:
        looks = pending.pop() if pending else look(asked, place)
        if busy != any(each.busy for each in looks):
            st.rerun()
        draw(looks)

    live()


def look(asked: Sequence[Measurement], place: str) -> list[Look]:
    """What this session sees of measurements that are all `whole`, or none is."""
    stopped = st.session_state.get("stopped", frozenset())
    return measurements(asked[0].whole).look(asked, f"{session()} {place}", stopped)


def found(measurement: Measurement) -> tuple[Any, ...]:
    """What is there of a measurement that another part of the screen watches; () until all of it is."""
    parts = measurements(measurement.whole).found(measurement)
    return parts if len(parts) == len(measurement.parts) else ()


def status(looks: Sequence[Look], place: str) -> None:
    """How far measurements are, with a button that stops them; or why they are not there, with one that goes on."""
    keys = {each.measurement.key for each in looks}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if busy := [each for each in looks if each.busy]:
            share = sum(len(each.found) for each in looks) / sum(len(each.measurement.parts) for each in looks)
            st.progress(share, busy[0].measurement.label)
            st.button("Stop", key=f"stop {place}", on_click=stop, args=(keys,))
        elif any(each.failed for each in looks):
            st.markdown("Not measured: the server's log says why.", width="content")
            st.button("Try again", key=f"again {place}", on_click=go_on, args=(keys, looks[0].measurement.whole))
        else:
            st.markdown("Stopped. What was measured so far is kept.", width="content")
            st.button("Go on", key=f"again {place}", on_click=go_on, args=(keys, looks[0].measurement.whole))


def stop(keys: Collection[str]) -> None:
    """Have nothing more of these measured for this session."""
    st.session_state["stopped"] = st.session_state.get("stopped", frozenset()) | keys


def go_on(keys: Collection[str], whole: bool) -> None:
    """Have these measured after all: what was stopped, and what failed."""
    st.session_state["stopped"] = st.session_state.get("stopped", frozenset()).difference(keys)
    measurements(whole).again(keys)
