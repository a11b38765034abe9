"""Checks that take seconds: measured once for all sessions, in a thread of their own, and shown when they are there."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from core.claims import Claim
from pages.parts.jobs import jobs

Measure = Callable[[], Sequence[Claim]]
POLL = 0.5  # seconds between two looks at checks that are being measured

log = logging.getLogger(__name__)


class Verdicts:
    """What each `claims` function returned, or the promise of it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "verdicts")
        self._lock = threading.Lock()
        self._asked: dict[str, Future[Sequence[Claim]]] = {}

    def of(self, measure: Measure) -> Future[Sequence[Claim]]:
        """The claims of a function, asked for once whoever asks."""
        name = f"{measure.__module__}.{measure.__qualname__}"
        with self._lock:
            if name not in self._asked:
                self._asked[name] = self._pool.submit(_measured, measure)
            return self._asked[name]


@st.cache_resource(show_spinner=False)
def verdicts() -> Verdicts:
    """The server's verdicts. The jobs' limit of one thread for each matrix product holds for them too."""
    jobs()
    return Verdicts()


def watch(measures: Sequence[Measure], draw: Callable[[Sequence[Sequence[Claim] | None]], None]) -> None:
    """Draw claims, None for those that are still being measured, again and again until all are there."""
    busy = not all(verdicts().of(measure).done() for measure in measures)

    @st.fragment(run_every=POLL if busy else None)
    def live() -> None:
        futures = [verdicts().of(measure) for measure in measures]
        draw([future.result() if future.done() else None for future in futures])
        if busy and all(future.done() for future in futures):
            st.rerun()

    live()


def _measured(measure: Measure) -> Sequence[Claim]:
    try:
        return measure()
    except Exception:  # a screen shows a check that failed to run as one that fails
        log.exception("checks failed to run: %s", measure.__module__)
        return [Claim("These checks could not be measured; the server's log says why.", "value", float("nan"), 0)]
