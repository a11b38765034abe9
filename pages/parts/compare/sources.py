"""The tab "Code": this experiment as a script, and the modules that trained it."""

import streamlit as st

from core.experiment import ENGINES, Experiment
from core.export import READ_FIRST, SOURCES, script, source
from core.link import Pair
from core.sides import on_engine
from pages.parts.frame import address

HEIGHT = 310  # pixels of what is listed


def section(pair: Pair) -> None:
    """Draw a script and a source beside each other, each to be copied."""
    left, right = st.columns(2)
    with left:
        scripts = {f"{name} in {ENGINES[engine]}": (e, engine) for name, e, engine in _scripts(pair)}
        chosen = st.selectbox(
            "Script", list(scripts), key=address.key("script"), help="It prints this training's losses."
        )
        st.code(script(*scripts[chosen]), language="python", height=HEIGHT)
    with right:
        engines = dict.fromkeys((pair.a.engine, pair.b.engine))
        paths = dict.fromkeys([READ_FIRST, *(path for engine in engines for path in SOURCES[engine])])
        path = st.selectbox(
            "Source",
            list(paths),
            key=address.key("source"),
            help="What trained; the first one says it in fewest lines.",
        )
        st.code(source(path), language="python", height=HEIGHT)


def _scripts(pair: Pair) -> list[tuple[str, Experiment, str]]:
    """Which sides on which engines: A on both, and B where it is not A on another engine."""
    own_b = [] if on_engine(pair.a, pair.b.engine) == pair.b else [("B", pair.b, pair.b.engine)]
    return [*(("A", pair.a, engine) for engine in ENGINES), *own_b]
