"""Worker processes with limits of time and memory, for what somebody hands in.

    for need, found in outcomes(runs, needs): ...    # in the order in which they are done

What takes too long ends its worker, which is replaced. Run as a script, this file is a worker: orders come through its
standard input and answers leave through its standard output, pickled. It ends with its input, and imports what its
orders need.
"""

import os
import pickle
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

ROOT = Path(__file__).parents[2]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # before NumPy is there
TRIES = 2  # of what a worker died of


@dataclass(frozen=True)
class Limits:
    """Of one work: seconds of the processor, seconds by the clock, and bytes of memory that its process may address.

    A worker with scikit-learn in it has 0.5 GB to begin with.
    """

    seconds: float = 60.0
    clock: float = 600.0
    memory: int = 2_000_000_000


USUAL = Limits()  # three times what a need may take by its estimate, which is off by at most 2.7 times


@dataclass(frozen=True)
class Refused:
    """Why a work has no result, in a sentence."""

    reason: str


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def outcomes(
    work: Callable[[T], R], items: Iterable[T], limits: Limits = USUAL, workers: int = 0
) -> Generator[tuple[T, R | Refused], None, None]:
    """Do a work, a function of a module, on each item: what came of it, as it is done. Closing it ends the workers.

    workers: how many processes; 0 stands for one a core.
    """
    pool = _Pool(work, items, limits, workers or cores())
    try:
        while pool.is_busy:
            yield from pool.advance()
    finally:
        pool.close()


class _Worker:
    """A process and what it works on."""

    def __init__(self, memory: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", __file__, str(memory)],
            cwd=ROOT,
            env={
                **os.environ,
                **ONE_THREAD,
                "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C goes to who ends the workers
        )
        self.item: Any = None
        self.due = 0.0  # when it has to be done, by the clock

    def send(self, order: Any) -> None:
        """Pass an order on. That the process has ended is seen where its answer is read."""
        assert self.process.stdin
        with suppress(BrokenPipeError):
            self.process.stdin.write(pickle.dumps(order))
            self.process.stdin.flush()

    def answer(self) -> Any:
        """Its answer; None where it ended without one."""
        assert self.process.stdout
        try:
            return pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError):
            return None

    def close(self) -> int:
        """End it; how it ended."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):
                pipe and pipe.close()
        return self.process.wait()


class _Pool(Generic[T, R]):
    """Items that wait, and workers, each with one of them."""

    def __init__(self, work: Callable[[T], R], items: Iterable[T], limits: Limits, count: int) -> None:
        self._work, self._limits, self._count = work, limits, count
        self._waiting = deque((item, 1) for item in items)  # and which try it is
        self._tries: dict[_Worker, int] = {}
        self._idle: list[_Worker] = []
        self._selector = selectors.DefaultSelector()

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting or self._tries)

    def advance(self) -> list[tuple[T, R | Refused]]:
        """Give orders and wait for an answer, or until something takes too long; what is done."""
        while self._waiting and len(self._tries) < self._count:
            self._begin(*self._waiting.popleft())
        left = min(worker.due for worker in self._tries) - time.monotonic()
        ready = {key.data for key, _ in self._selector.select(max(0.0, left))}
        late = {worker for worker in self._tries if worker.due <= time.monotonic()} - ready
        return [done for worker in ready | late for done in self._done(worker, worker in late)]

    def close(self) -> None:
        for worker in [*self._tries, *self._idle]:
            worker.close()
        self._selector.close()

    def _begin(self, item: T, attempt: int) -> None:
        worker = self._idle.pop() if self._idle else _Worker(self._limits.memory)
        self._tries[worker] = attempt
        worker.item, worker.due = item, time.monotonic() + self._limits.clock
        assert worker.process.stdout
        self._selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
        worker.send((self._work, item, self._limits.seconds))

    def _done(self, worker: _Worker, is_late: bool) -> list[tuple[T, R | Refused]]:
        """What a worker's item came to; nothing where it is tried again."""
        assert worker.process.stdout
        self._selector.unregister(worker.process.stdout)
        attempt, item, answer = self._tries.pop(worker), worker.item, None if is_late else worker.answer()
        if answer is not None:
            self._idle.append(worker)
            return [(item, Refused(answer[1]) if answer[0] == "refused" else answer[1])]
        ended = worker.close()
        if is_late or ended == -signal.SIGPROF:
            return [(item, Refused(_too_long(self._limits, is_late)))]
        if attempt < TRIES:
            self._waiting.append((item, attempt + 1))
            return []
        return [(item, Refused(f"Not graded: training ended its process {TRIES} times."))]


def _too_long(limits: Limits, by_clock: bool) -> str:
    seconds, what = (limits.clock, "s") if by_clock else (limits.seconds, "s of the processor")
    return f"Not graded: training takes more than {seconds:g} {what}."


# ---- in the worker --------------------------------------------------------------------------------------------------


def main() -> None:
    """Take orders for as long as there are any."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to the log, not among the answers
    _bound_memory(int(sys.argv[1]))
    while True:
        try:
            work, item, seconds = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, seconds)  # the signal ends the process, also within NumPy
        answer = _answer(work, item)
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            answers.write(answer)
            answers.flush()
        except BrokenPipeError:
            return


def _answer(work: Callable[[Any], Any], item: Any) -> bytes:
    try:
        return pickle.dumps(("done", work(item)))
    except MemoryError:
        reason = "training needs more memory than is allowed"
    except Exception as error:  # a fault of ours must not cost the others their grades
        reason = f"training failed with {type(error).__name__}: {str(error)[:200]}"
    return pickle.dumps(("refused", f"Not graded: {reason}."))


def _bound_memory(bytes_: int) -> None:
    import resource

    with suppress(ValueError, OSError):  # a system that knows no such limit, or has a lower one
        resource.setrlimit(resource.RLIMIT_AS, (bytes_, bytes_))


if __name__ == "__main__":
    main()
