"""Training in the background: one job an experiment, whoever asks, and one slot an engine.

A session asks for its experiments at each of its reruns (`Jobs.look`), which is also the sign that it still watches; a
job that nobody watched for `PATIENCE` seconds ends, and one that the session no longer asks for is left at once. In a
slot up to `AT_WORK` jobs take turns, so that a long one never holds up a short one, and the others wait and know their
place. Finished runs, with the bytes that the stage shows, are kept for all sessions within `STORE_BYTES`.

One thread trains for all slots. Two would halt each other: each gives up Python's lock at every small product and gets
it back only when the other's interval is over (NumPy beside scikit-learn took 36 times as long as alone).
"""

import gc
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import streamlit as st
from streamlit.logger import get_logger
from threadpoolctl import threadpool_limits

from core.diagnosis import Diagnosis, diagnose
from core.experiment import Experiment
from core.link import experiment_key
from core.packed import Packed, pack, pack_newest
from core.training import Diverged, Frame, Prepared, Run, Step, collect, epochs, prepare
from pages.parts.background import feed
from pages.parts.stage.stage import Side, State, news

AT_WORK = 4  # jobs that take turns in one slot
TURN = 0.05  # seconds of one turn
TURNS = {"numpy": 4, "sklearn": 1}  # of an engine before the next has one: scikit-learn never holds up NumPy
SOON = {"numpy": 0.4, "sklearn": 0.1}  # seconds; what is through by then is drawn once and complete
NEWS = 0.05  # seconds between two of a job, or more: the stage reads nine a second
BREATH, BREATHE_EVERY = 0.0005, 0.005  # seconds: lets another session's rerun in between (17 ms instead of 67)
SWITCH = 1e-4  # seconds between threads: a rerun beside scikit-learn takes 130 ms, and 220 with five times as many
PATIENCE = 6.0  # seconds; browsers slow a hidden tab's timers down to one a second
COMPUTE_LIMIT = 180.0  # seconds of training, after which a job stops where it is
STORE_BYTES = 160_000_000
STOPPED_KEPT = 1000

log = get_logger(__name__)  # to where the server logs, from level info on


@dataclass(frozen=True)
class Finished:
    """A run that ended, what the stage shows of it and what is the matter with it."""

    run: Run
    packed: Packed
    diagnosis: Diagnosis
    size: int


@dataclass
class Job:
    """One experiment in training; `frames` grows while it works, and `latest` is what it has come to since."""

    key: str
    experiment: Experiment
    begun: float = field(default_factory=time.monotonic)
    watchers: dict[str, float] = field(default_factory=dict)
    prepared: Prepared | None = None
    frames: list[Frame] = field(default_factory=list)
    latest: Frame | None = None
    epoch: int = 0
    ended: str = ""
    steps: Iterator[Step] | None = None
    used: float = 0.0
    told: float = 0.0
    newest: tuple[Run, Packed] | None = None

    def turn(self) -> None:
        """Train for `TURN` seconds. Sets `ended` when the experiment is through."""
        start = breath = time.perf_counter()
        try:
            if self.steps is None:
                self.prepared = prepare(self.experiment)
                self.steps = epochs(self.experiment, self.prepared)
            for step in self.steps:
                self.epoch = step.epoch
                if step.frame:
                    self.frames.append(step.frame)
                now = time.perf_counter()
                if now - start > TURN:
                    if step.measure:
                        self.latest = step.frame or step.measure()
                    break
                if now - breath > BREATHE_EVERY:
                    time.sleep(BREATH)
                    breath = time.perf_counter()
            else:
                self.ended = "finished"
            if not self.ended and time.monotonic() - self.told > NEWS and (live := self.live()):
                self.tell(self.key, "training", live[1])
        except Diverged as why:
            self.ended = str(why)
        except Exception:
            log.exception("training failed: %s", self.key)
            self.ended = "failed"
        self.used += time.perf_counter() - start
        if self.used > COMPUTE_LIMIT and not self.ended:
            self.ended = f"stopped at epoch {self.epoch}, after {COMPUTE_LIMIT:.0f} seconds: the limit for one run"

    def tell(self, place: str, state: State, packed: Packed | None = None, note: str = "") -> None:
        """Write the news to a place of the feed. Where that fails the browser learns the same from the page, later."""
        self.told = time.monotonic()
        progress = self.epoch / self.experiment.epochs
        try:
            feed.write(place, news(Side(self.key, state=state, note=note, progress=progress, packed=packed)))
        except OSError:
            log.exception("no news of %s", place)

    def run(self, ended: str) -> Run | None:
        """What there is so far as a run, or None before the first frame."""
        frames, latest = list(self.frames), self.latest
        if not frames or not self.prepared:
            return None
        if latest and latest.epoch > frames[-1].epoch and ended != "finished":
            frames.append(latest)
        return collect(self.experiment, self.prepared, frames, ended)

    def live(self) -> tuple[Run, Packed] | None:
        """The run so far and what the stage shows of its newest frame; made once a frame for all who look."""
        run = self.run("training")
        if run and (self.newest is None or self.newest[0].epochs[-1] != run.epochs[-1]):
            self.newest = (run, pack_newest(run))
        return self.newest


@dataclass(frozen=True, eq=False)
class Look:
    """What one session sees of an experiment at one moment.

    place is where the feed has it, and ahead how many wait before it.
    """

    key: str
    experiment: Experiment
    state: State
    place: str = ""
    run: Run | None = None
    packed: Packed | None = None
    diagnosis: Diagnosis | None = None
    epoch: int = 0
    ahead: int = 0
    failed: bool = False

    @property
    def busy(self) -> bool:
        return self.state in ("waiting", "training")


class Jobs:
    """All jobs and finished runs of the server."""

    def __init__(self) -> None:
        sys.setswitchinterval(SWITCH)
        threadpool_limits(1)  # one core is for the other sessions
        self.started = 0  # jobs begun since the server's start
        self._changed = threading.Condition(threading.RLock())
        self._jobs: dict[str, Job] = {}
        self._lines: dict[str, deque[Job]] = {engine: deque() for engine in TURNS}
        self._trainer = threading.Thread(target=self._work, name="training", daemon=True)
        self._store: OrderedDict[str, Finished] = OrderedDict()
        self._stopped: OrderedDict[str, None] = OrderedDict()  # what sessions stopped

    def look(self, experiments: Sequence[Experiment], session: str, patient: bool = False) -> list[Look]:
        """Look at a session's experiments, have those trained that are not, and leave all others.

        patient: wait for those that are through `SOON`.
        """
        keys = [experiment_key(experiment) for experiment in experiments]
        with self._changed:
            for job in self._jobs.values():
                if job.key not in keys:
                    job.watchers.pop(session, None)
            for own in [own for own in self._stopped if own.startswith(f"{session} ")]:
                if own.removeprefix(f"{session} ") not in keys:
                    del self._stopped[own]
                    self._store.pop(own, None)
            asked = list(zip(keys, experiments, strict=True))
            looks = [self._look(key, experiment, session) for key, experiment in asked]
            if patient:
                self._wait([self._jobs[look.key] for look in looks if look.busy])
                looks = [self._look(key, experiment, session) for key, experiment in asked]
            return looks

    def stop(self, session: str) -> None:
        """Leave the jobs that a session watches; their frames so far stay with it until it looks elsewhere.

        Whichever these are by now: what the button was drawn for may have been superseded when it is clicked.
        """
        left = []
        with self._changed:
            for job in self._jobs.values():
                if job.ended or job.watchers.pop(session, None) is None:
                    continue
                self._stopped[_own(session, job.key)] = None
                left.append(job)
            while len(self._stopped) > STOPPED_KEPT:
                self._stopped.popitem(last=False)
        for job in left:  # when none of them trains any more, for packing takes as long as a rerun
            if run := job.run("stopped"):
                self._keep(_own(session, job.key), job, run)

    def at_work(self) -> int:
        """Jobs that train or wait."""
        with self._changed:
            return sum(len(line) for line in self._lines.values())

    def _look(self, key: str, experiment: Experiment, session: str) -> Look:
        stopped = _own(session, key) in self._stopped
        for place in (_own(session, key), key):
            if done := self._stored(place):
                state, epoch = _state(done.run.ended), int(done.run.epochs[-1])
                return Look(key, experiment, state, place, done.run, done.packed, done.diagnosis, epoch)
        job = self._jobs.get(key)
        if stopped or (job and job.ended == "failed"):
            return Look(key, experiment, "stopped", failed=not stopped)
        job = job or self._begin(key, experiment)
        job.watchers[session] = time.monotonic()
        line = self._lines[experiment.engine]
        ahead = max(0, line.index(job) - AT_WORK + 1) if job in line else 0
        live = None if ahead else job.live()
        if live is None:
            return Look(key, experiment, "waiting", key, ahead=ahead)
        return Look(key, experiment, "training", key, *live, epoch=job.epoch)

    def _wait(self, jobs: Sequence[Job]) -> None:
        """Wait until jobs have ended or are `SOON` old."""
        for job in jobs:
            rest = job.begun + SOON[job.experiment.engine] - time.monotonic()
            self._changed.wait_for(partial(self._is_through, job), max(0.0, rest))

    def _is_through(self, job: Job) -> bool:
        return job not in self._lines[job.experiment.engine]

    def _begin(self, key: str, experiment: Experiment) -> Job:
        job = self._jobs[key] = Job(key, experiment)
        self.started += 1
        job.tell(key, "waiting")
        with suppress(OSError):
            feed.tidy({*self._jobs, *self._store})
        log.info("training %s", key)
        self._lines[experiment.engine].append(job)
        if self._trainer.ident is None:
            self._trainer.start()
        self._changed.notify_all()
        return job

    def _work(self) -> None:
        """Give the first jobs of each slot their turns, slot after slot."""
        for turn in count():
            with self._changed:
                while not self.at_work():
                    self._changed.wait()
            for engine, turns in TURNS.items():
                for again in range(turns):
                    self._give_turn(engine, turns * turn + again)

    def _give_turn(self, engine: str, turn: int) -> None:
        """One turn for one of an engine's first jobs, if it has any; the job ends if it is through or unwatched."""
        with self._changed:
            line = self._lines[engine]
            if not line:
                return
            job = line[turn % min(AT_WORK, len(line))]
            watched = self._watched(job)
        if watched:
            job.turn()
        if job.ended or not watched:
            self._end(job)

    def _watched(self, job: Job) -> bool:
        now = time.monotonic()
        job.watchers = {session: seen for session, seen in job.watchers.items() if now - seen < PATIENCE}
        return bool(job.watchers)

    def _end(self, job: Job) -> None:
        try:
            run = job.run(job.ended) if job.ended and job.ended != "failed" else None
            if run:
                self._keep(job.key, job, run)
            elif job.ended:
                job.ended = "failed"
        except Exception:  # the slot goes on with the others
            log.exception("training failed: %s", job.key)
            job.ended = "failed"
        with self._changed:
            self._lines[job.experiment.engine].remove(job)
            if job.ended != "failed":
                del self._jobs[job.key]
            self._changed.notify_all()

    def _keep(self, place: str, job: Job, run: Run) -> None:
        """Store what a job has come to. The feed has it before anybody is told of it."""
        packed, diagnosis, state = pack(run), diagnose(run), _state(run.ended)
        job.tell(place, state, packed, note=run.ended if state in ("stopped", "diverged") else "")
        size = len(packed.body) + sum(W.nbytes + b.nbytes for layers in run.layers for W, b in layers)
        with self._changed:
            self._store[place] = Finished(run, packed, diagnosis, size)
            while sum(done.size for done in self._store.values()) > STORE_BYTES and len(self._store) > 1:
                self._store.popitem(last=False)

    def _stored(self, key: str) -> Finished | None:
        if key in self._store:
            self._store.move_to_end(key)
        return self._store.get(key)


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The server's jobs; the first call also takes what was imported out of the garbage collector's rounds."""
    gc.collect()
    gc.freeze()
    return Jobs()


def _own(session: str, key: str) -> str:
    return f"{session} {key}"


def _state(ended: str) -> State:
    return "finished" if ended == "finished" else "diverged" if ended.startswith("diverged") else "stopped"
