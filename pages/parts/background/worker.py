"""A worker: a process that computes. Its jobs take turns, those of the session that used least first, idle ones last.

Orders come through standard input, answers leave through standard output, pickled. It ends when its input does, so it
never outlives its server, however that dies.
"""

import os
import pickle
import struct
import sys
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import IO

from pages.parts.background.tasks import Task, TrainingTask, begin
from pages.parts.background.timers import TURN_S, USED_S
from pages.parts.background.work import (
    Answer,
    Do,
    Drop,
    Dropped,
    Ended,
    Failed,
    News,
    Order,
    Outcome,
    Pause,
    Sessions,
    Stop,
    Stopped,
    Turn,
)

HELD_BYTES = 150_000_000  # of all jobs together
SMALL_BYTES = 2_000_000  # a job that needs no more never waits for room
LENGTH = struct.Struct("<Q")  # before each answer: how many bytes it has


class Usage:
    """Nanoseconds of turns that each session had within the last `USED_S`; whole numbers, so that nothing is left."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._turns: deque[tuple[float, tuple[str, ...], int]] = deque()  # when each ended, for whom, their shares
        self._used: Counter[str] = Counter()

    def add(self, sessions: tuple[str, ...], seconds: float) -> None:
        """Charge a turn to the sessions that asked for it, in equal shares."""
        share = round(1e9 * seconds / max(1, len(sessions)))
        self._turns.append((self._clock(), sessions, share))
        for session in sessions:
            self._used[session] += share

    def least(self, sessions: tuple[str, ...]) -> int:
        """What that one of these sessions used that used least."""
        while self._turns and self._turns[0][0] < self._clock() - USED_S:
            _, charged, share = self._turns.popleft()
            for session in charged:
                self._used[session] -= share
                if not self._used[session]:
                    del self._used[session]
        return min((self._used[session] for session in sessions), default=0)


@dataclass(eq=False)
class Job:
    """One work under way. ready_s: when it may begin; turned_s: when it had its last turn, 0 before the first."""

    task: Task
    sessions: tuple[str, ...]
    ready_s: float
    turned_s: float = 0.0
    paused: bool = False

    @property
    def begun(self) -> bool:
        return self.turned_s > 0

    @property
    def idle(self) -> bool:
        return self.task.work.idle


class Worker:
    """The jobs of one worker. answer: what to do with each answer."""

    def __init__(self, answer: Callable[[Answer], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._answer, self._clock = answer, clock
        self._usage = {idle: Usage(clock) for idle in (False, True)}  # idle turns hold up idle jobs alone
        self._jobs: dict[str, Job] = {}
        self._turn_of = ""

    def take(self, order: Order) -> None:
        """Do as ordered. An order for a work that is not known here, any more, is ignored."""
        if isinstance(order, Do):
            self._do(order)
            return
        job = self._jobs.get(order.key)
        match order:
            case Stop():
                self._answer(Stopped(order.key, order.watcher, _so_far(job.task) if job else None))
            case Drop():
                self._jobs.pop(order.key, None)
            case Pause() if job:
                job.paused = True
            case Sessions() if job:
                job.sessions = order.sessions

    def rest_s(self) -> float | None:
        """Seconds until a job may have a turn; None where there is none."""
        ready = [job.ready_s for job in self._jobs.values() if not job.paused]
        return max(0.0, min(ready) - self._clock()) if ready else None

    def turn(self) -> None:
        """Give one turn, if a job may have one."""
        now_s = self._clock()
        if not (found := self._next(now_s)):
            return
        key, job = found
        if key != self._turn_of:
            self._turn_of = key
            self._answer(Turn(key))
        self._advance(key, job)
        job.turned_s = self._clock()
        self._usage[job.idle].add(job.sessions, job.turned_s - now_s)

    def _next(self, now_s: float) -> tuple[str, Job] | None:
        """The job of the session that used least, an idle one where there is no other.

        Where one waits for room, those begun and small ones pass it.
        """
        ready = [(key, job) for key, job in self._jobs.items() if not job.paused and job.ready_s <= now_s]
        is_full = False
        for key, job in sorted(ready, key=lambda each: self._rank(each[1])):
            may_begin = not is_full or job.task.held_bytes <= SMALL_BYTES
            if job.begun or (may_begin and self._make_room(job)):
                return key, job
            is_full = True
        return None

    def _rank(self, job: Job) -> tuple[bool, int, float]:
        """The lowest has the turn."""
        return job.idle, self._usage[job.idle].least(job.sessions), job.turned_s

    def _do(self, order: Do) -> None:
        job = self._jobs.get(order.work.key)
        if job is None:
            job = Job(begin(order.work, order.done), order.sessions, self._clock() + order.rest_s)
            self._jobs[order.work.key] = job
        job.sessions, job.paused = order.sessions, False

    def _advance(self, key: str, job: Job) -> None:
        try:
            ended = job.task.advance(time.perf_counter() + TURN_S)
            if ended:
                self._answer(Ended(key, job.task.outcome(ended)))
            elif (news := job.task.news(self._others(job))) is not None:
                self._answer(News(key, news))
        except Exception:
            traceback.print_exc()
            ended = "failed"
            self._answer(Failed(key))
        if ended:
            self._jobs.pop(key, None)

    def _others(self, job: Job) -> int:
        """How many others a job that is not idle shares the turns with."""
        return sum(each is not job and not each.paused and not each.idle for each in self._jobs.values())

    def _make_room(self, new: Job) -> bool:
        """Whether a new job fits beside those begun, once paused ones, the oldest first, have made room for it."""
        begun = {key: job for key, job in self._jobs.items() if job.begun}
        held = new.task.held_bytes + sum(job.task.held_bytes for job in begun.values())
        for key, job in sorted(begun.items(), key=lambda each: each[1].turned_s):
            if held > HELD_BYTES and job.paused:
                held -= job.task.held_bytes
                del self._jobs[key], begun[key]
                self._answer(Dropped(key))
        others = any(job.task.held_bytes and not job.paused for job in begun.values())
        return held <= HELD_BYTES or new.task.held_bytes <= SMALL_BYTES or not others


def _so_far(task: Task) -> Outcome | None:
    """What a training has come to. A fault in it must not cost the other jobs their worker."""
    try:
        return task.outcome("stopped") if isinstance(task, TrainingTask) else None
    except Exception:
        traceback.print_exc()
        return None


def main() -> None:
    """Take orders and give turns for as long as there is a server."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to the log, not among the answers
    orders: SimpleQueue[Order] = SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, orders), daemon=True).start()
    worker = Worker(partial(_write, answers))
    while True:
        rest_s = worker.rest_s()
        try:
            worker.take(orders.get(rest_s != 0, rest_s))
        except Empty:
            worker.turn()


def _read(orders: IO[bytes], queue: "SimpleQueue[Order]") -> None:
    """Read orders until the server is gone, and end the process then, also in the middle of a job."""
    try:
        while True:
            queue.put(pickle.load(orders))
    except EOFError:
        os._exit(0)
    except Exception:  # the server died within an order, or sent one that can not be read
        traceback.print_exc()
        os._exit(1)


def _write(answers: IO[bytes], answer: Answer) -> None:
    data = pickle.dumps(answer)
    try:
        answers.write(LENGTH.pack(len(data)) + data)
        answers.flush()
    except BrokenPipeError:  # the server is gone
        os._exit(0)


if __name__ == "__main__":
    main()
