"""Fifty sessions that look at Compare: how long a rerun takes them, and how much memory the server needs.

`python -m benchmarks.sessions` starts a server, opens the sessions over Streamlit's own protocol, each with a link of
its own out of ten, lets everything be trained, and then has all of them change the charts at once and in turn.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from tests.browser.conftest import serve
from tests.browser.session import Session, open_session

SESSIONS, LINKS, ROUNDS = 50, 10, 10
PAUSE = 10.0  # s between two changes of somebody who looks


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as server, ExitStack() as stack:
        print(f"server and workers, idle: {memory(server.pid):.0f} MB")
        sessions = [stack.enter_context(open_session(server.url, "compare")) for _ in range(SESSIONS)]
        links = [{"seed": str(number % LINKS)} for number in range(SESSIONS)]
        first = [session.run(link) for session, link in zip(sessions[:1], links, strict=False)]
        print(f"the first screen of a cold server: {first[0]:.2f} s")
        for session, link in zip(sessions, links, strict=True):
            session.train(link)
        print(f"{LINKS} pairs trained for {SESSIONS} sessions: {memory(server.pid):.0f} MB (below 600)")
        alone = [change(sessions[0], links[0], number) for number in range(ROUNDS)]
        print(f"one rerun with finished runs: {1000 * float(np.median(alone)):.0f} ms (50)")
        with ThreadPoolExecutor(SESSIONS) as pool:
            together = [
                seconds
                for number in range(ROUNDS)
                for seconds in pool.map(change, sessions, links, [number] * SESSIONS)
            ]
        print(f"all {SESSIONS} change the charts at the same moment: {quantiles(together)}")
        with ThreadPoolExecutor(SESSIONS) as pool:
            steady = [seconds for each in pool.map(at_leisure, sessions, links, range(SESSIONS)) for seconds in each]
        print(f"each of {SESSIONS} changes them about every {PAUSE:.0f} s: {quantiles(steady)} (p95 below 0.1 s)")
        print(f"server and workers, at the end: {memory(server.pid):.0f} MB (below 600)")


def change(session: Session, link: dict[str, str], number: int) -> float:
    """Choose other charts; seconds until the server is through."""
    return session.run({**link, "chart": ("heatmap", "lines")[number % 2]})


def at_leisure(session: Session, link: dict[str, str], place: int) -> list[float]:
    """Changes at regular times of one's own, the first ones spread over a pause."""
    start, taken = time.monotonic() + PAUSE * place / SESSIONS, []
    for number in range(3):
        time.sleep(max(0.0, start + number * PAUSE - time.monotonic()))
        taken.append(change(session, link, number))
    return taken


def quantiles(seconds: list[float]) -> str:
    p50, p95 = np.quantile(seconds, (0.5, 0.95))
    return f"p50 {p50:.3f} s, p95 {p95:.3f} s"


def memory(pid: int) -> float:
    """MB of a server and its workers, each with its share of what they have in common (PSS)."""
    children = [child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    return sum(shared(each) for each in (pid, *map(int, children)))


def shared(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024


if __name__ == "__main__":
    main()
