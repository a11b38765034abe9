"""The executor on a screen: what this session sees of its works, live while they are done.

A fragment only polls: what can be clicked stands outside it, since Streamlit drops a call whose fragment it does not
know, as after a restart of the server.
"""

import gc
import os
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.background.executor import Executor
from pages.parts.background.feed import feed
from pages.parts.background.look import Look, W
from pages.parts.background.process import Process
from pages.parts.background.timers import POLL_S, WAIT_S
from pages.parts.background.work import Measurement

Said = Callable[[Sequence[Look]], str]
SMALL_HOST_BYTES = 1_000_000_000  # of memory; below it one worker does it all


@st.cache_resource(show_spinner=False)
def executor() -> Executor:
    """The server's executor. The first call also takes what was imported out of the garbage collector's rounds."""
    started = Executor(Process, feed.write, feed.address, together=memory_bytes() < SMALL_HOST_BYTES)
    gc.freeze()
    return started


def memory_bytes() -> float:
    """The memory that this host allows its server."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):  # a host without such a limit, or "max"
            limits.append(int(Path(file).read_text()))
    return min(limits)


def look(works: Sequence[W], place: str, wait_s: float = WAIT_S) -> list[Look[W]]:
    """What there is of works, as a screen is drawn: they are done if they are not yet.

    place: of the screen; what it asked for before is left. wait_s: for what NumPy's worker does.
    """
    return executor().look(works, _watcher(place), wait_s)


def found(measurement: Measurement) -> tuple[Any, ...]:
    """What is there of a measurement that another place of the screen asks for; () until all of it is."""
    return executor().found(measurement)


def label(looks: Sequence[Look]) -> str:
    """What is being done of measurements."""
    return next(each.work.label for each in looks if each.busy)


def watch(
    looks: Sequence[Look],
    place: str,
    draw: Callable[[Sequence[Look]], None],
    poll_s: float = POLL_S,
    whole: bool = False,
) -> None:
    """Draw works, again and again while they are done, and rerun the screen whenever one is.

    draw: draws nothing that can be clicked. whole: rerun the screen at each poll.
    """
    if not any(each.busy for each in looks):
        draw(looks)
        return
    first = [looks]

    @st.fragment(run_every=poll_s)
    def live() -> None:
        if first:
            return draw(first.pop())
        now = executor().look([each.work for each in looks], _watcher(place))
        if whole or [each.busy for each in now] != [each.busy for each in looks]:
            st.rerun()
        return draw(now)

    # In a container of its own: as a fragment runs, Streamlit 1.67 drops what the run before it drew of it and has not
    # sent yet (its pull request 9381). The browser takes that for gone, and what follows in the same container moves up
    # into its place, where it is overwritten: a button vanished.
    with st.container():
        live()


def status(looks: Sequence[Look], place: str, poll_s: float = POLL_S, said: Said = label) -> None:
    """How far measurements are, with a button that stops them; or why they are not there, with one that goes on."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if any(each.busy for each in looks):
            watch(looks, place, partial(progress, said=said), poll_s)
        buttons(looks, place)


def progress(looks: Sequence[Look], said: Said = label) -> None:
    """How far measurements are. said: what stands over it."""
    st.progress(sum(each.progress for each in looks) / len(looks), said(looks))


def buttons(looks: Sequence[Look], place: str) -> None:
    """What can be clicked beside measurements: Stop, or why they are not there and what has them made after all."""
    if any(each.busy for each in looks):
        if st.button("Stop", key=f"stop {place}"):
            stop(place)
    elif any(each.state == "failed" for each in looks):
        st.markdown("Not measured: the server's log says why.", width="content")
        _go_on("Try again", place)
    elif any(each.state == "stopped" for each in looks):
        st.markdown("Stopped. What was measured so far is kept.", width="content")
        _go_on("Go on", place)


def is_busy(place: str) -> bool:
    """Whether something that this place of the screen asked for last is under way."""
    return executor().is_busy(_watcher(place))


def stop(place: str) -> None:
    """Leave what was asked for at a place of the screen, and draw the screen with what there is."""
    executor().stop(_watcher(place))
    st.rerun()


def _go_on(label: str, place: str) -> None:
    if st.button(label, key=f"again {place}"):
        executor().again(_watcher(place))
        st.rerun()


def _watcher(place: str) -> str:
    """This session's name, and the place."""
    return f"{st.session_state.setdefault('session', uuid.uuid4().hex)} {place}"
