"""The executor: what is computed behind the screens, once for all sessions, by worker processes.

A watcher (a session and a place of its screen) asks for its works at each of its reruns (`Executor.look`). Works that
are not there yet become jobs of a worker:

    waiting ──▶ training ──▶ finished, diverged: stored for all sessions
                  │  ▲  └──▶ failed: said to those who watch it, until they look elsewhere
                  ▼  │
                 paused, when nobody has asked for `ASKED_S`; dropped after `PAUSED_S`

A session that moves on leaves its jobs: they pause where nobody else asks for them, and of a session only the newest
`UNFINISHED` are kept. A job whose worker dies runs again, unless it had the turn in which the worker died twice.
What a measurement's job had found is kept, whatever becomes of it: whoever asks for the measurement goes on from there.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from streamlit.logger import get_logger

from pages.parts.background.look import Look, W
from pages.parts.background.news import news
from pages.parts.background.timers import ASKED_S, PAUSED_S, REST_S, STOP_S
from pages.parts.background.work import (
    Answer,
    Do,
    Drop,
    Dropped,
    Ended,
    Failed,
    Live,
    Measurement,
    News,
    Order,
    Outcome,
    Pause,
    Sessions,
    State,
    Stop,
    Stopped,
    Training,
    Turn,
    Work,
)

UNFINISHED = 2  # trainings of a session
DEATHS = 2  # of a worker in a job's turn, after which the job has failed
STARTS = 3  # of a worker that never answers, after which its jobs have failed
STORE_BYTES = 160_000_000
KEPT = 1000  # stops, failures and watchers that are remembered

log = get_logger(__name__)


class Link(Protocol):
    """A worker as the executor sees it."""

    def send(self, order: Order) -> None:
        """Pass an order on."""

    def close(self) -> None:
        """End it."""


@dataclass(eq=False)
class Job:
    """A work under way.

    watchers: when each asked last; left: the sessions that moved on from it; size: of what was found, in bytes; sent:
    whether its worker has it; deaths: how often the worker died in its turn.
    """

    work: Work
    watchers: dict[str, float] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    found: list[Any] = field(default_factory=list)
    size: int = 0
    live: Live | None = None
    sent: bool = False
    paused: bool = False
    asked_s: float = 0.0
    deaths: int = 0

    @property
    def sessions(self) -> tuple[str, ...]:
        return tuple(sorted({session_of(watcher) for watcher in self.watchers}))


class Executor:
    """All jobs and what they came to.

    start: starts a worker, given its lane and what to call with each answer (and its size in bytes) and when it has
    died. publish: is given the news of a run under a name. address: where the browser reads them. together: one worker
    does it all.
    """

    def __init__(
        self,
        start: Callable[[str, Callable[[Answer, int], None], Callable[[], None]], Link],
        publish: Callable[[str, bytes], None],
        address: Callable[[str], str],
        together: bool = False,
        clock: Callable[[], float] = time.monotonic,
        rest_s: float = REST_S,
    ) -> None:
        self._start, self._publish, self._address = start, publish, address
        self._together, self._clock, self._rest_s = together, clock, rest_s
        self._changed = threading.Condition(threading.RLock())
        self._links: dict[str, Link] = {}
        self._deaths: dict[str, int] = {}  # of each worker, since it last answered
        self._turn: dict[str, str] = {}  # the key whose turn it is, by worker
        self._jobs: dict[str, Job] = {}
        self._store: OrderedDict[str, tuple[Any, int]] = OrderedDict()  # outcome, all parts or those so far; size
        self._stopped: OrderedDict[tuple[str, str], bool] = OrderedDict()  # by watcher and key: is all of it there
        self._failed: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._asked: OrderedDict[str, tuple[str, ...]] = OrderedDict()  # the keys that a watcher asked for last
        with self._changed:
            try:
                self._link("numpy")
            except OSError:
                log.exception("no worker can be started yet")

    def look(self, works: Sequence[W], watcher: str, wait_s: float = 0.0) -> list[Look[W]]:
        """Look at works, and have those done that are not.

        A watcher's first look starts no worker: it would take the time in which the screen is drawn.
        wait_s: how long to wait for those that NumPy's worker does and that are not idle, of a training for its last
        epoch.
        """
        keys = tuple(work.key for work in works)
        with self._changed:
            begun = [work.key for work in works if isinstance(work, Training) and self._is_unknown(work, watcher)]
        for key in begun:  # the browser finds news from the start; a slow disk holds up nobody else
            self._publish(key, news(key, "waiting"))
        with self._changed:
            self._sweep()
            drawn = watcher in self._asked
            moved = self._asked.get(watcher, ()) not in ((), keys)
            self._asked[watcher] = keys
            self._asked.move_to_end(watcher)
            _shorten(self._asked)
            self._forget(watcher, keys)
            for work in works:
                self._ask(work, watcher, self._rest_s if moved and not work.hurried else 0.0)
            self._leave(watcher, keys)
            if drawn or self._together:
                self._send_waiting()
            if wait_s and self._deaths.get("numpy") == 0:  # it has answered: nobody waits for a worker that starts
                own = [work.key for work in works if work.engine == "numpy" and not work.idle]
                self._changed.wait_for(lambda: not any(map(self._goes_on, own)), wait_s)
            return [self._look(work, watcher) for work in works]

    def _goes_on(self, key: str) -> bool:
        """Whether a work is under way and has not come to its last epoch; a what-if tells of that first."""
        job = self._jobs.get(key)
        if job is None or not (job.live and isinstance(job.work, Training)):
            return job is not None
        return job.live.scores.epoch < job.work.experiment.epochs

    def is_busy(self, watcher: str) -> bool:
        """Whether something that a watcher asked for last is under way for it."""
        with self._changed:
            jobs = [self._jobs.get(key) for key in self._asked.get(watcher, ())]
            return any(job and watcher in job.watchers for job in jobs)

    def stop(self, watcher: str) -> None:
        """Leave the jobs that a watcher asked for last; what there is so far stays with it until it looks elsewhere.

        A moment is waited for what NumPy's worker has; the other may be in the middle of a long epoch.
        """
        with self._changed:
            left = [job for key in self._asked.get(watcher, ()) if (job := self._jobs.get(key))]
            for job in left:
                shown = job.sent and isinstance(job.work, Training)
                self._stopped[watcher, job.work.key] = not shown
                self._detach(job, watcher)
                if shown:
                    self._order(job.work, Stop(job.work.key, watcher))
            _shorten(self._stopped)
            marks = [(watcher, job.work.key) for job in left if job.work.engine == "numpy"]
            self._changed.wait_for(lambda: all(self._stopped.get(mark, True) for mark in marks), STOP_S)

    def again(self, watcher: str) -> None:
        """Let what a watcher stopped, and what failed, be done after all."""
        with self._changed:
            self._forget(watcher, ())

    def found(self, measurement: Measurement) -> tuple[Any, ...]:
        """All parts of a measurement that another place of the screen asks for; () until all are there."""
        with self._changed:
            return tuple(self._stored(measurement.key) or ())

    def close(self) -> None:
        """End the workers."""
        with self._changed:
            links, self._links = self._links, {}
        for link in links.values():
            link.close()

    # ---- what watchers want ------------------------------------------------------------------------------------------

    def _ask(self, work: Work, watcher: str, rest_s: float) -> None:
        """Note that a watcher wants a work, where it is not there, stopped or failed."""
        if self._is_unknown(work, watcher):
            found, size = self._store.pop(_so_far(work.key), ([], 0))
            self._jobs[work.key] = Job(work, found=found, size=size)
        job, mark = self._jobs.get(work.key), (watcher, work.key)
        if job is None or mark in self._stopped or mark in self._failed:
            return
        sessions, job.asked_s = job.sessions, self._clock()
        job.watchers[watcher] = job.asked_s
        job.left.discard(session_of(watcher))
        if job.paused:
            job.paused, job.sent = False, False
        elif job.sent and job.sessions != sessions:
            self._order(work, Sessions(work.key, job.sessions))
        if not job.sent and self._lane(work.engine) in {"numpy", *self._links}:
            self._send(job, rest_s)

    def _is_unknown(self, work: Work, watcher: str) -> bool:
        """Whether a work is neither under way, nor there, nor stopped or failed for a watcher."""
        mark = watcher, work.key
        known = work.key in self._jobs or mark in self._stopped or mark in self._failed
        return not known and self._stored(work.key) is None

    def _leave(self, watcher: str, keys: Collection[str]) -> None:
        """Leave what a watcher asked for before, and drop all but the newest trainings that its session left."""
        session = session_of(watcher)
        for job in self._jobs.values():
            if watcher in job.watchers and job.work.key not in keys:
                job.left.add(session)
                self._detach(job, watcher)
        trainings = [job for job in self._jobs.values() if isinstance(job.work, Training)]
        own = [job for job in trainings if session in (*job.sessions, *job.left)]
        for job in sorted(own, key=lambda job: -job.asked_s)[UNFINISHED:]:
            job.left.discard(session)
            if not job.watchers and not job.left:
                self._drop(job)

    def _detach(self, job: Job, watcher: str) -> None:
        """A watcher wants it no more. A job that nobody wants pauses."""
        job.watchers.pop(watcher, None)
        if job.watchers:
            self._order(job.work, Sessions(job.work.key, job.sessions))
        else:
            job.paused = True
            self._order(job.work, Pause(job.work.key))

    def _drop(self, job: Job) -> None:
        self._end(job)
        self._order(job.work, Drop(job.work.key))

    def _end(self, job: Job) -> None:
        """Forget a job, but not the parts that it found."""
        del self._jobs[job.work.key]
        if job.found:
            self._keep(_so_far(job.work.key), job.found, job.size)

    def _forget(self, watcher: str, keys: Collection[str]) -> None:
        """Forget what a watcher stopped, and what failed for it, but for these keys."""
        for mark in [*self._stopped, *self._failed]:
            if mark[0] == watcher and mark[1] not in keys:
                self._stopped.pop(mark, None)
                self._failed.pop(mark, None)
                self._store.pop(_place(*mark), None)

    def _sweep(self) -> None:
        """Detach watchers that have not asked for long, and drop what has been paused for long."""
        now_s = self._clock()
        for job in list(self._jobs.values()):
            for watcher, asked_s in list(job.watchers.items()):
                if now_s - asked_s > ASKED_S:
                    self._detach(job, watcher)
            if job.paused and now_s - job.asked_s > PAUSED_S:
                self._drop(job)

    def _look(self, work: W, watcher: str) -> Look[W]:
        mark = watcher, work.key
        job = self._jobs.get(work.key)
        stored, outcome = self._stored(work.key), self._stored(_place(*mark))
        found = tuple(job.found if job else self._stored(_so_far(work.key)) or ())
        if mark in self._stopped and (outcome or not stored) and (self._stopped[mark] or not job):
            address = self._address(_place(*mark)) if outcome else ""
            return Look(work, "stopped", found, outcome=outcome, address=address)
        if stored:
            if isinstance(stored, Outcome):
                return Look(work, stored.state, outcome=stored, address=self._address(work.key))
            return Look(work, "finished", tuple(stored))
        if job is None or mark in self._failed:
            return Look(work, "failed", found)
        state: State = "training" if job.live or found else "waiting"
        return Look(work, state, found, job.live, None, self._address(work.key), self._others(job))

    def _others(self, job: Job) -> int:
        """How many jobs take turns with this one, or wait as it does. Idle ones do so with idle ones alone."""
        lane = self._lane(job.work.engine)
        others = [each for each in self._jobs.values() if each is not job and not each.paused]
        return sum(self._lane(each.work.engine) == lane and (job.work.idle or not each.work.idle) for each in others)

    def _stored(self, key: str) -> Any:
        if key not in self._store:
            return None
        self._store.move_to_end(key)
        return self._store[key][0]

    # ---- workers -----------------------------------------------------------------------------------------------------

    def _lane(self, engine: str) -> str:
        return "numpy" if self._together else engine

    def _link(self, lane: str) -> Link:
        if lane not in self._links:
            self._links[lane] = self._start(
                lane, lambda answer, size: self._answered(lane, answer, size), lambda: self._died(lane)
            )
        return self._links[lane]

    def _order(self, work: Work, order: Order) -> None:
        """Tell a worker that is running. It never waits for what is told: its own thread reads the orders."""
        if link := self._links.get(self._lane(work.engine)):
            link.send(order)

    def _send(self, job: Job, rest_s: float = 0.0) -> None:
        job.sent = True
        try:
            self._link(self._lane(job.work.engine)).send(Do(job.work, job.sessions, rest_s, len(job.found)))
        except Exception:
            log.exception("a work can not be handed to a worker: %s", job.work.key)
            self._fail(job.work.key)

    def _send_waiting(self) -> None:
        """Hand on what waits for a worker that was not started yet."""
        for job in list(self._jobs.values()):
            if not job.sent and not job.paused:
                self._send(job)

    def _answered(self, lane: str, answer: Answer, size: int) -> None:
        """Take in what a worker says. An error in it costs its job, never the thread."""
        try:
            self._publish_news(answer)
            with self._changed:
                self._deaths[lane] = 0
                self._take(lane, answer, size)
                self._sweep()
                self._changed.notify_all()
        except Exception:
            log.exception("an answer could not be used: %s", answer.key)
            with self._changed:
                self._fail(answer.key)
                self._changed.notify_all()

    def _publish_news(self, answer: Answer) -> None:
        """Hand news to the channel. It has them before anybody is told of them."""
        match answer:
            case News(key, Live() as live):
                self._publish(key, live.news)
            case Ended(key, Outcome() as outcome):
                self._publish(key, outcome.news)
            case Stopped(key, watcher, Outcome() as outcome):
                self._publish(_place(watcher, key), outcome.news)

    def _take(self, lane: str, answer: Answer, size: int) -> None:
        job = self._jobs.get(answer.key)
        match answer:
            case Turn(key):
                self._turn[lane] = key
            case Stopped(key, watcher, value):
                if (watcher, key) in self._stopped:
                    self._stopped[watcher, key] = True
                    if value:
                        self._keep(_place(watcher, key), value, size)
            case News(_, Live() as live) if job:
                job.live = live
            case News(_, list() as found) if job:
                job.found += found
                job.size += size
            case Ended(key, value) if job or isinstance(value, Outcome):  # without its job a last part is not all
                if job and isinstance(value, list):
                    value, size = [*job.found, *value], job.size + size
                self._keep(key, value, size)
                self._jobs.pop(key, None)
            case Failed(key):
                self._fail(key)
            case Dropped() if job:
                job.sent = False
                if not job.watchers:
                    self._end(job)

    def _keep(self, key: str, value: Any, size: int) -> None:
        self._store[key] = value, size
        while sum(size for _, size in self._store.values()) > STORE_BYTES and len(self._store) > 1:
            self._store.popitem(last=False)

    def _fail(self, key: str) -> None:
        """Say to all who watch a job that it failed. Whoever asks for it anew has it tried again."""
        if job := self._jobs.get(key):
            for watcher in job.watchers:
                self._failed[watcher, key] = None
            _shorten(self._failed)
            self._drop(job)

    def _died(self, lane: str) -> None:
        """Start a worker again, and hand it what it had, but for what made it die twice."""
        with self._changed:
            if lane not in self._links:
                return  # closed
            log.warning("a worker died and is started again: %s", lane)
            del self._links[lane]
            self._deaths[lane] = self._deaths.get(lane, 0) + 1
            blamed = self._jobs.get(self._turn.pop(lane, ""))
            if blamed:
                blamed.deaths += 1
            for job in [job for job in self._jobs.values() if self._lane(job.work.engine) == lane]:
                job.sent = False
                if job.deaths >= DEATHS or self._deaths[lane] >= STARTS:
                    self._fail(job.work.key)
            self._send_waiting()
            for mark in self._stopped:  # what it had of them died with it
                if (left := self._jobs.get(mark[1])) and self._lane(left.work.engine) == lane:
                    self._stopped[mark] = True
            self._changed.notify_all()


def session_of(watcher: str) -> str:
    """A watcher's session; its place on the screen stands behind it."""
    return watcher.split(" ", 1)[0]


def _place(watcher: str, key: str) -> str:
    """The name of the news of a run that a watcher stopped."""
    return f"{watcher} {key}"


def _so_far(key: str) -> str:
    """The name of the parts of a measurement that is not under way."""
    return f"{key} so far"


def _shorten(known: OrderedDict[Any, Any]) -> None:
    while len(known) > KEPT:
        known.popitem(last=False)
