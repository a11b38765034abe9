"""Compare: train a network twice, and replay both sides in lockstep."""

import dataclasses
from functools import partial
from secrets import randbelow
from typing import Any

import streamlit as st

from core.experiment import Experiment, changed
from core.link import Pair, View, experiment_key, to_query
from core.presets import PRESETS
from core.sides import expressible, on_engine, own_changes
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.compare import hand, playground, results, tabs
from pages.parts.controls import experiment as controls
from pages.parts.controls import widgets
from pages.parts.exercises import entry
from pages.parts.frame import address, page, share
from pages.parts.stage import stage

SCREEN = "compare"


def main() -> None:
    page.frame("Compare")
    if not entry.arrive(SCREEN):
        return
    for style in (widgets.STYLE, results.STYLE):
        st.html(style)
    linked, view, problems = address.open_link()
    pair, lacking = expressible(linked)
    if stage.pressed("stop", [experiment_key(pair.a), experiment_key(pair.b)]):  # before anything is waited for
        screen.stop(results.PLACE)
    if stage.pressed("seed"):
        new_seed(pair, view)
    refused = hand.from_diagram(pair, view)
    edit = stage.edited(pair.a, view.hidden)
    with st.sidebar:  # where nothing is drawn in it, there is none
        if not view.hides("sidebar"):
            page.skip_to_player()
        presets(view)
        if not any(map(view.hides, ("run", "reset", "sidebar"))) and st.button("New seed", width="stretch"):
            new_seed(pair, view)
        wished_a, conflict_a = of_a(pair, view, edit)
    with st.container(key="title"):
        st.title("Compare")
    said, above, picture, below = st.container(), st.container(), st.container(), st.container(key="below")
    with below if page.is_bare() else above:  # in a frame of another page the picture comes first
        row = st.container(horizontal=True, vertical_alignment="center", key="row")
    with row:
        new_pair, conflicts, substitutes = with_b(pair, view, wished_a, conflict_a)
        right = st.container(horizontal=True, horizontal_alignment="right", gap="xsmall")
    with said:
        page.notice("Not everything in this link could be used", [*problems, *lacking], address.meant())
        page.notice("This weight can not be set", refused)
        page.notice("These settings do not go together", conflicts)
        page.notice("Not everything that is chosen can be trained", substitutes)
    with below:
        opened, new_view = tabs.draw(stage.chosen(view), pair)
    if (new_pair, new_view) != (pair, view):
        address.write(to_query(new_pair, new_view))
    looks = results.look(pair.a, pair.b)
    with picture:
        results.show(pair, view, looks, edit)
        if view.edit and not view.hides("edit"):
            hand.row(pair, view, looks)
        results.verdicts(pair, view, looks)
    with right:
        share.button(address.with_hand_in(to_query(pair, view)), more=partial(elsewhere, looks[0], view))
        if not view.hides("reset"):
            reset(view)
    tabs.fill(opened, pair, view, looks)


def elsewhere(look: Look, view: View) -> None:
    """What else there is to share: an exercise, and what there is to say of A and TensorFlow Playground."""
    entry.offer()
    if not view.hides("playground"):
        playground.section(look, view)


def reset(view: View) -> None:
    """Back to what the link brought; or, in a menu, to what a bare address shows."""
    if st.button("Reset", help="Back to what the link brought"):
        address.reset()
    if st.menu_button("", ["All defaults"], icon=":material/more_vert:", key="menu") == "All defaults":
        open_pair(Pair(), View(hide=view.hide))


def of_a(pair: Pair, view: View, edit: stage.Edit | None) -> tuple[Experiment, str]:
    """The controls of A: A as it is wished, and a sentence. edit: what was made of it on its diagram."""
    drawn = {"features": edit.features, "hidden": edit.hidden} if edit else {}
    return controls.of_a(pair.a, view.hidden, drawn, edit.click if edit else 0)


def with_b(pair: Pair, view: View, wished_a: Experiment, conflict_a: str) -> tuple[Pair, list[str], list[str]]:
    """The controls of B: the pair that is trained, and sentences.

    The first ones are on what does not go together, the others on what an engine lacks and what takes its place.
    """
    a = on_engine(wished_a, wished_a.engine)
    if view.hides("b"):
        b, conflict_b = controls.built_b(a, own_changes(pair, a), pair.b.engine)
    else:
        b, conflict_b = controls.of_b(pair, a, view.hidden)
    if conflict_b:
        return pair, [conflict for conflict in (conflict_a, conflict_b) if conflict], []
    new_pair, substitutes = expressible(Pair(wished_a, b))
    return new_pair, [conflict_a] if conflict_a else [], substitutes


def open_pair(pair: Pair, view: View) -> None:
    """Open a pair as its engines can train it."""
    address.go(to_query(expressible(pair)[0], view))


def presets(view: View) -> None:
    """A list of experiments worth opening."""
    if view.hides("presets"):
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
        open_pair(PRESETS[name].pair, dataclasses.replace(PRESETS[name].view, hide=view.hide))


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
