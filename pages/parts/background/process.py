"""A worker as its server sees it: a subprocess that takes orders, answers, and is started again when it dies.

`multiprocessing` would import the main script again, which under Streamlit is the app, and processes of `loky` stay
alive when the server is killed.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pages.parts.background.work import Answer, Order
from pages.parts.background.worker import LENGTH

ROOT = Path(__file__).parents[3]
NICE = {"numpy": 10, "sklearn": 19}  # the server's process goes first, then what somebody waits for
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Process:
    """One worker process. lane: whose work it does (`NICE`).

    answered: called with each answer and its size in bytes; died: called when it has ended. Both are called by the
    thread that reads the answers.
    """

    def __init__(self, lane: str, answered: Callable[[Answer, int], None], died: Callable[[], None]) -> None:
        self._answered, self._died = answered, died
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "pages.parts.background.worker"],
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},  # the other cores are for other processes
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with suppress(OSError):  # the host may not let it. From the start on, which takes half a second
            os.setpriority(os.PRIO_PROCESS, self.pid, NICE[lane])
        self._sending = threading.Lock()
        threading.Thread(target=self._read, name="answers", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._worker.pid

    def send(self, order: Order) -> None:
        """Pass an order on. One that the process does not live to read is not missed: `died` is called."""
        orders, data = self._worker.stdin, pickle.dumps(order)  # all of it is sent, or nothing
        assert orders is not None
        with suppress(OSError, ValueError), self._sending:  # it has ended, or is closed
            orders.write(data)
            orders.flush()

    def close(self) -> None:
        """End the process."""
        self._worker.kill()

    def _read(self) -> None:
        """Hand on answers until there are no more. One that can not be read ends the process too."""
        answers = self._worker.stdout
        assert answers is not None
        try:
            while len(head := answers.read(LENGTH.size)) == LENGTH.size:
                (size,) = LENGTH.unpack(head)
                data = answers.read(size)
                if len(data) < size:
                    break
                self._answered(pickle.loads(data), size)
        finally:
            self._worker.kill()
            with suppress(OSError), self._sending, self._worker:  # closes the pipes, and waits
                pass
            self._died()
