"""The way to TensorFlow Playground from an experiment, and how far its numbers can be promised here."""

from functools import partial

import streamlit as st

from core.experiment import Experiment
from core.link import View
from core.playground_link import same_numbers, to_link
from pages.parts.background import screen, tasks
from pages.parts.background.look import Look
from pages.parts.background.work import Measurement

KEPT = (
    "Nothing of A is lost there. Of a link from there, the kind of a penalty at rate 0 and hideText are not kept here."
)


def section(look: Look, view: View) -> None:
    """What there is to say of A and TensorFlow Playground: the way there, what is lost on it, and the promise."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="playground"):
        way_out(look.work.experiment, view)
    if same_numbers(look.work.experiment):
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
        st.caption(KEPT)


def promise(look: Look) -> None:
    """How far a run's numbers are TensorFlow Playground's, measured while one looks once it has ended."""
    if look.busy:
        st.caption("How far the numbers are TensorFlow Playground's is measured once A has ended.")
    if look.outcome is None:
        return
    last = int(look.outcome.run.epochs[-1])
    part = partial(tasks.promise, look.work.experiment, last)
    asked = Measurement(f"promise of {look.id}", "Measuring rounding", [part], look.work.engine)
    screen.watch(screen.look([asked], "promise", wait_s=0.0), "promise", lambda looks: st.caption(in_words(looks[0])))


def in_words(look: Look) -> str:
    """The promise, or how far it is."""
    if look.state == "failed":
        return "How far the numbers are TensorFlow Playground's could not be measured; the server's log says why."
    if not look.found:
        return "Measuring how far the numbers are TensorFlow Playground's."
    (epoch,) = look.found
    if epoch is None:
        until = "at every recorded epoch of the experiment shown here"
        return f"The same numbers as TensorFlow Playground's, to 1e-10, {until}."
    return (
        f"The same numbers as TensorFlow Playground's, to 1e-10, up to epoch {epoch:,} of the experiment shown here. "
        "After it rounding may have grown so much that they can not be promised."
    )
