"""The tab "A minus B": how far the weights lie apart by epoch, measured by a worker that trains both again."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.difference import EQUAL, Differences, in_words, not_subtracted
from core.link import Pair
from pages.parts.background import screen, tasks
from pages.parts.background.look import Look
from pages.parts.background.timers import POLL_SOON_S
from pages.parts.background.work import Measurement
from pages.parts.compare import room

HELP = """The largest absolute difference between a weight or bias of A and the same one of B.

The dashed line is what rounding alone can make of it: A is trained once more, with every weight moved by one rounding \
(2.2e-16 of it) after each epoch, and subtracted from itself. A difference a thousand times as large is not rounding."""


def section(pair: Pair, looks: Sequence[Look]) -> None:
    """Draw what was measured, or the room for it."""
    if reason := not_subtracted(pair.a, pair.b):
        st.markdown(reason)
        return
    if not all(look.outcome for look in looks):
        room.keep(room.TALL, any(look.busy for look in looks))
        return
    measured = screen.look([measurement(looks)], "difference")[0]
    if measured.found:
        _draw(measured.found[0])
    else:
        with st.container(height=room.TALL, border=False):
            screen.status([measured], "difference", POLL_SOON_S)


def measurement(looks: Sequence[Look]) -> Measurement:
    """What is measured of two runs that have ended; where scikit-learn is one side's engine, by its worker."""
    a, b = ((look.work.experiment, int(look.outcome.run.epochs[-1])) for look in looks if look.outcome)
    engine = "sklearn" if "sklearn" in (a[0].engine, b[0].engine) else "numpy"
    name = "difference of {} and {}".format(*(look.id for look in looks))
    return Measurement(name, "Measuring the difference", [partial(tasks.difference, a, b)], engine)


def _draw(found: Differences) -> None:
    from core.figures.chart import CONFIG  # with Plotly and pandas, as the other charts
    from core.figures.difference import difference_figure

    words = in_words(found)
    st.markdown(words, help=HELP if found.rounding is not None else HELP.partition("\n")[0])
    figure = difference_figure(found.epochs, found.largest, found.rounding, EQUAL, room.TALL - 40)
    st.plotly_chart(figure, key="A minus B", config=CONFIG, alt=words)
