"""Workers as processes: they die, their server dies, and nobody sees an error. Each test starts one or two of them."""

import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.experiment import Experiment, changed
from core.training import train
from pages.parts.background.executor import Executor
from pages.parts.background.look import Look
from pages.parts.background.process import Process
from pages.parts.background.work import Do, Measurement, Training
from tests.pages.background import parts
from tests.pages.conftest import PATIENCE, ROOT

SHORT = Training(changed(Experiment(rows=60), epochs=20))


class Server:
    """An executor with real workers."""

    def __init__(self) -> None:
        self.processes: list[Process] = []
        self.executor = Executor(self.start, lambda key, news: None, str)

    def start(self, *given: Any) -> Process:
        self.processes.append(Process(*given))
        return self.processes[-1]

    def ended(self, work: Any, watcher: str = "session stage") -> Look:
        """Look until it is there, never seeing a failure; NumPy's are waited for without a poll."""
        deadline = time.monotonic() + PATIENCE
        while (look := self.executor.look([work], watcher, wait_s=1.0)[0]).busy:
            assert time.monotonic() < deadline, "it did not end"
            time.sleep(0.01)
        return look


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.executor.close()
    until(lambda: not any(alive(process.pid) for process in made.processes))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_results_are_those_of_this_process_and_numpys_worker_imports_no_scikit_learn(server: Server) -> None:
    look, expected = server.ended(SHORT), train(SHORT.experiment)
    assert look.state == "finished" and look.outcome
    run = look.outcome.run
    np.testing.assert_array_equal(run.epochs, expected.epochs)
    for name in ("train_loss", "test_loss", "weight_gradient", "delta"):
        np.testing.assert_allclose(getattr(run, name), getattr(expected, name), rtol=1e-12, atol=0)
    for (W, b), (V, c) in zip(run.layers[-1], expected.layers[-1], strict=True):
        np.testing.assert_allclose(W, V, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(b, c, rtol=1e-12, atol=1e-12)
    imported = server.ended(Measurement("modules", "", [parts.modules], "numpy")).found[0]
    assert "numpy" in imported
    assert not {name.split(".")[0] for name in imported} & {"sklearn", "streamlit", "pandas", "plotly"}


def test_a_worker_that_is_killed_in_mid_job_is_back_and_nobody_sees_an_error(server: Server, tmp_path: Path) -> None:
    look = server.ended(Measurement("dies", "", [partial(parts.die, tmp_path / "mark", 1)], "numpy"))
    assert look.found == (1,) and len(server.processes) == 2
    assert server.ended(SHORT, "another stage").state == "finished"


def test_what_kills_its_worker_twice_has_failed_and_the_others_go_on(server: Server, tmp_path: Path) -> None:
    deadly = Measurement("dies", "", [partial(parts.die, tmp_path / "mark", 9)], "numpy")
    server.executor.look([deadly], "one")
    assert server.ended(SHORT, "two stage").state == "finished"
    assert server.ended(deadly, "one").state == "failed"
    assert (tmp_path / "mark").read_text() == "xx"


def test_what_a_library_prints_disturbs_no_answer(server: Server) -> None:
    look = server.ended(Measurement("chatter", "", [parts.chatter, parts.chatter], "numpy"))
    assert look.found == ("found", "found")


def test_work_that_can_not_be_pickled_fails_and_the_next_is_done(server: Server) -> None:
    unnamed = Measurement("unnamed", "", [lambda: 1], "numpy")
    assert server.ended(unnamed).state == "failed"
    assert server.ended(SHORT).state == "finished" and len(server.processes) == 1


SERVER = """
import sys, time
from functools import partial
from pathlib import Path
from pages.parts.background.executor import Executor
from pages.parts.background.process import Process
from pages.parts.background.work import Measurement
from tests.pages.background import parts
executor = Executor(Process, lambda key, news: None, str)
executor.look([Measurement("hangs", "", [partial(parts.hang, Path(sys.argv[1]), 60)], "numpy")], "somebody")
sys.stdin.read()
"""


def test_a_worker_ends_in_mid_job_when_its_server_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with subprocess.Popen([sys.executable, "-c", SERVER, str(mark)], cwd=ROOT, stdin=subprocess.PIPE) as server:
        until(lambda: mark.exists() and mark.read_text() != "")
        pid = int(mark.read_text())
        assert alive(pid)
        server.kill()
        server.wait()
        until(lambda: not alive(pid))


def test_a_worker_ends_when_its_server_dies_within_an_order() -> None:
    order = pickle.dumps(Do(SHORT, ("session",)))
    with subprocess.Popen(
        [sys.executable, "-m", "pages.parts.background.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as worker:
        assert worker.stdin
        worker.stdin.write(order[: len(order) // 2])
        worker.stdin.close()
        assert worker.wait(PATIENCE) == 1
