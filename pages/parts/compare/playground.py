"""The way to TensorFlow Playground from an experiment, and how far its numbers can be promised here."""

import logging
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from core.experiment import Experiment
from core.link import View, experiment_key
from core.playground_link import same_numbers, to_link
from core.rounding import exact_until
from core.training import Run
from pages.parts.background.jobs import Look, jobs

KEPT = 64  # promises, each a number
POLL = 0.5  # seconds between two looks at one that is being measured
LONGEST = 20.0  # seconds of training; measuring a run takes as long again, and the others wait for it

log = logging.getLogger(__name__)


class Promises:
    """Up to which epoch runs have TensorFlow Playground's numbers: measured once for all sessions, one at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "promises")
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, Future[str]] = OrderedDict()

    def of(self, run: Run) -> Future[str]:
        """The sentence on a run, asked for once whoever asks; what nobody has asked for lately is forgotten."""
        key = f"{experiment_key(run.experiment)} {run.epochs[-1]}"
        with self._lock:
            if key not in self._asked:
                self._asked[key] = self._pool.submit(_promise, run)
            self._asked.move_to_end(key)
            while len(self._asked) > KEPT:
                self._asked.popitem(last=False)[1].cancel()
            return self._asked[key]


@st.cache_resource(show_spinner=False)
def promises() -> Promises:
    """The server's promises. The jobs' limit of one thread for each matrix product holds for them too."""
    jobs()
    return Promises()


def section(look: Look, view: View) -> None:
    """What there is to say of A and TensorFlow Playground: the way there, what is lost on it, and the promise."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="playground"):
        way_out(look.experiment, view)
    if same_numbers(look.experiment):
        with st.container(key="promise"):
            promise(look)


def way_out(experiment: Experiment, view: View) -> None:
    """A button that opens an experiment in TensorFlow Playground, and what it can not take along."""
    url, lost = to_link(experiment, view)
    st.link_button("Open A in TensorFlow Playground", url or "about:blank", disabled=not url)
    if not url:
        st.caption(f"Not possible for A. {' '.join(lost)}")
    elif lost:
        with st.popover(f"{len(lost)} {'difference' if len(lost) == 1 else 'differences'} there", type="tertiary"):
            st.text("\n".join(lost))  # it can quote a seed that somebody typed
    else:
        st.caption("Nothing is lost there.")


def promise(look: Look) -> None:
    """How far a run's numbers are TensorFlow Playground's, measured while one looks once it has ended."""
    run = look.run
    if look.busy:
        st.caption("How far the numbers are TensorFlow Playground's is measured once A has ended.")
    if look.busy or run is None:
        return
    if run.seconds > LONGEST:
        st.caption(
            "How far the numbers are TensorFlow Playground's is not measured for a training of more than "
            f"{LONGEST:.0f} seconds."
        )
        return
    busy = not promises().of(run).done()

    @st.fragment(run_every=POLL if busy else None)
    def live() -> None:
        measured = promises().of(run)
        st.caption(
            measured.result() if measured.done() else "Measuring how far the numbers are TensorFlow Playground's."
        )
        if busy and measured.done():
            st.rerun()

    live()


def _promise(run: Run) -> str:
    try:
        epoch = exact_until(run)
    except Exception:  # the screen stays as it is, whatever became of a measurement
        log.exception("rounding could not be measured: %s", experiment_key(run.experiment))
        return "How far the numbers are TensorFlow Playground's could not be measured; the server's log says why."
    if epoch is None:
        return "The same numbers as TensorFlow Playground's, to 1e-10, at every epoch shown."
    return (
        f"The same numbers as TensorFlow Playground's, to 1e-10, up to epoch {epoch:,}. After it rounding has grown so "
        "much that they can not be promised."
    )
