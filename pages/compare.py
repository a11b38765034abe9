"""Compare: train a network twice, and replay both sides in lockstep."""

from collections.abc import Callable
from secrets import randbelow
from typing import Any

import streamlit as st

from core.experiment import changed
from core.link import Pair, View, to_query
from core.presets import PRESETS
from core.sides import expressible, on_engine, own_changes, side_b
from pages.parts.background import screen
from pages.parts.compare import charts, playground, results
from pages.parts.controls import experiment as controls
from pages.parts.controls import widgets
from pages.parts.frame import address, page
from pages.parts.stage import stage

SCREEN = "compare"


def main() -> None:
    page.frame("Compare")
    linked, linked_view, problems, is_new = address.open_link(SCREEN)
    pair, lacking = expressible(linked)
    if is_new:
        widgets.forget()
    with st.sidebar:
        presets(linked_view)
        run_buttons = st.container(horizontal=True)
        new_pair, conflicts, substitutes = sidebar(pair, linked_view)
    kept = st.session_state.get("problems", []) if new_pair == pair else []  # until something is changed
    said = [*problems, *lacking] if is_new else kept
    st.title("Compare")
    page.notice("Not everything in this link could be used", said)
    page.notice("These settings do not go together", conflicts)
    page.notice("Not everything that is chosen can be trained", substitutes)
    view = linked_view if "charts" in linked_view.hide else charts.chosen(linked_view)
    if (new_pair, view) != (linked, linked_view):  # before anything is drawn: until then calls bring the old address
        address.write_query(SCREEN, to_query(new_pair, view))
    if is_new:
        st.session_state["problems"] = said  # also where scikit-learn's nearest was written just now
    looks = results.look(new_pair.a, new_pair.b)
    with run_buttons:
        buttons(new_pair, view, any(look.busy for look in looks))
    results.show(new_pair, view, looks, editing(new_pair, view))
    if "playground" not in linked_view.hide:
        playground.section(looks[0], linked_view)
    if "charts" not in linked_view.hide:
        charts.section(looks, view)


def sidebar(pair: Pair, view: View) -> tuple[Pair, list[str], list[str]]:
    """The controls of A and B: the pair that is trained, and sentences.

    The first ones are on what does not go together, the others on what an engine lacks and what takes its place.
    """
    wished_a, conflict_a = controls.of_a(pair.a, view.hide)
    a = on_engine(wished_a, wished_a.engine)
    if "b" in view.hide:
        b, conflict_b = controls.built_b(a, own_changes(pair), pair.b.engine)
    else:
        b, conflict_b = controls.of_b(pair, a, view.hide)
    new_pair, substitutes = expressible(Pair(wished_a, b))
    return new_pair, [conflict for conflict in (conflict_a, conflict_b) if conflict], substitutes


def editing(pair: Pair, view: View) -> Callable[[stage.Edit], None]:
    """What an edit of A's network on the diagram does: it opens the changed pair, if there can be such a one."""

    def open_edited(edit: stage.Edit) -> None:
        try:
            a = edit.applied(pair.a)
            b = side_b(a, own_changes(pair), pair.b.engine)
        except ValueError as error:
            st.toast(f"{error}. Nothing was changed.")
            return
        address.go(Pair(a, b), view)
        st.rerun()

    return open_edited


def presets(view: View) -> None:
    """A list of experiments worth opening."""
    if "presets" in view.hide:
        return

    def open_preset() -> None:
        if name := st.session_state.pop("preset", None):  # called again where another call overtakes the first
            address.go(PRESETS[name].pair, View(hide=view.hide))

    st.selectbox(
        "Presets",
        list(PRESETS),
        index=None,
        key="preset",
        format_func=lambda name: PRESETS[name].label,
        placeholder="Open an example",
        on_change=open_preset,
    )


def buttons(pair: Pair, view: View, busy: bool) -> None:
    """Stop while something trains, New seed otherwise; and Reset."""
    if "run" in view.hide:
        return
    if busy and st.button("Stop", type="primary"):
        screen.stop(results.PLACE)
    if "reset" in view.hide:
        return
    if not busy:
        st.button("New seed", type="primary", on_click=new_seed, args=(pair, view))
    st.button("Reset", on_click=address.go, args=(Pair(), View(hide=view.hide)))


def new_seed(pair: Pair, view: View) -> None:
    """Draw another seed, and with one of TensorFlow Playground's another of its kind, for A and what B takes over."""
    drawn: dict[str, Any] = {"seed": randbelow(100_000)}
    if pair.a.playground_seed:
        drawn["playground_seed"] = f"0.{randbelow(100_000):05d}"
    a = changed(pair.a, **drawn)
    address.go(Pair(a, side_b(a, own_changes(pair), pair.b.engine)), view)


main()
