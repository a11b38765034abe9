"""Compare: train a network twice, and replay both sides in lockstep."""

from collections.abc import Sequence
from secrets import randbelow
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.experiment import changed
from core.link import Pair, View, to_query
from core.presets import PRESETS
from core.sides import expressible, on_engine, own_changes
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.compare import choices, playground, results, room
from pages.parts.controls import experiment as controls
from pages.parts.frame import address, page
from pages.parts.stage import stage

SCREEN = "compare"


def main() -> None:
    page.frame("Compare")
    linked, view, problems = address.open_link(SCREEN)
    pair, lacking = expressible(linked)
    edit = stage.edited(pair.a, view.hide)
    with st.sidebar:
        page.skip_to_player()
        presets(view)
        run_buttons = st.container(horizontal=True)
        first = run_buttons.empty()
        stoppable = "run" not in view.hide and screen.is_busy(results.PLACE)
        if stoppable:  # before anything is waited for
            stop(first)
        new_pair, conflicts, substitutes = sidebar(pair, view, edit)
    st.title("Compare")
    page.notice("Not everything in this link could be used", [*problems, *lacking])
    page.notice("These settings do not go together", conflicts)
    page.notice("Not everything that is chosen can be trained", substitutes)
    above = st.container()
    new_view = view if "charts" in view.hide else choices.draw(view)
    if (new_pair, new_view) != (pair, view):
        address.write(to_query(new_pair, new_view))
    looks = results.look(pair.a, pair.b)
    with run_buttons:
        buttons(first, pair, view, any(look.busy for look in looks), stoppable)
    with above:
        results.show(pair, view, looks, edit)
        if "playground" not in view.hide:
            playground.section(looks[0], view)
    if "charts" not in view.hide:
        charts(looks, view)


def charts(looks: Sequence[Look], view: View) -> None:
    """Charts of what has ended, or the room for them."""
    if any(look.outcome for look in looks):
        from pages.parts.compare.charts import (
            section,  # with Plotly and pandas: the first visitor sees the stage before
        )

        section(looks, view)
    else:
        room.for_all(looks)


def sidebar(pair: Pair, view: View, edit: stage.Edit | None) -> tuple[Pair, list[str], list[str]]:
    """The controls of A and B: the pair that is trained, and sentences. edit: what was made of A on its diagram.

    The first ones are on what does not go together, the others on what an engine lacks and what takes its place.
    """
    drawn = {"features": edit.features, "hidden": edit.hidden} if edit else {}
    wished_a, conflict_a = controls.of_a(pair.a, view.hide, drawn, edit.click if edit else 0)
    a = on_engine(wished_a, wished_a.engine)
    if "b" in view.hide:
        b, conflict_b = controls.built_b(a, own_changes(pair), pair.b.engine)
    else:
        b, conflict_b = controls.of_b(pair, a, view.hide)
    if conflict_b:
        return pair, [conflict for conflict in (conflict_a, conflict_b) if conflict], []
    new_pair, substitutes = expressible(Pair(wished_a, b))
    return new_pair, [conflict_a] if conflict_a else [], substitutes


def open_pair(pair: Pair, view: View) -> None:
    """Open a pair as its engines can train it."""
    address.go(to_query(expressible(pair)[0], view))


def presets(view: View) -> None:
    """A list of experiments worth opening."""
    if "presets" in view.hide:
        return
    with st.container(key="presets"):
        name = st.selectbox(
            "Presets",
            list(PRESETS),
            index=None,
            key=address.key("preset"),
            format_func=lambda name: PRESETS[name].label,
            placeholder="Open an example",
        )
    if name:
        open_pair(PRESETS[name].pair, View(hide=view.hide))


def buttons(first: DeltaGenerator, pair: Pair, view: View, busy: bool, stoppable: bool) -> None:
    """New seed, or Stop while something trains; and Reset. first: their place, where Stop is stoppable."""
    if "run" in view.hide:
        return
    # The first call of a session may be a click on New seed, drawn by a session that was lost when nothing trained.
    shown = "reset" not in view.hide and (not busy or address.is_first_call())
    if shown and first.button("New seed", type="primary"):
        new_seed(pair, view)
    if busy and not stoppable:
        stop(first)
    if "reset" not in view.hide and st.button("Reset"):
        open_pair(Pair(), View(hide=view.hide))


def stop(place: DeltaGenerator) -> None:
    """A button that stops what trains."""
    if place.button("Stop", type="primary"):
        screen.stop(results.PLACE)


def new_seed(pair: Pair, view: View) -> None:
    """Draw all seeds anew that A has, for A and what B takes over."""
    drawn: dict[str, Any] = {"seed": randbelow(100_000)}
    if pair.a.data_seed:
        drawn["data_seed"] = str(randbelow(100_000))
    if pair.a.playground_seed:
        drawn["playground_seed"] = f"0.{randbelow(100_000):05d}"
    a = changed(pair.a, **drawn)
    b, _ = controls.built_b(a, own_changes(pair), pair.b.engine)
    open_pair(Pair(a, b), view)


main()
