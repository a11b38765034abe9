"""What every lab has on its screen: the question and its answer, its settings in the address, what is often heard, the
checks, the way to Compare.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator as Place

from core import fields, formulas
from core.claims import LABS, Claim
from core.figures.chart import CONFIG, Drawn
from core.link import Pair, bounded, settings_from_query, settings_to_query, to_query, unknown_keys
from core.suggestions import suggestions
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.work import Measurement
from pages.parts.controls import widgets
from pages.parts.frame import address, page, share
from pages.parts.frame import question as asked

Settings = TypeVar("Settings")
CSS = Path(__file__).with_name("lab.css")
FOLLOWS = "follows, with the checks."


@dataclass(frozen=True)
class Heard:
    """A wrong sentence that is often heard, what is true, and a few words on the case that shows it."""

    sentence: str
    truth: str
    case: str


# ---- settings -------------------------------------------------------------------------------------------------------


def open_settings(kind: type[Settings], more: Callable[[], None] = lambda: None) -> Settings:
    """A lab's settings as the address says, with a notice of what could not be read; widgets start from them.

    more: draws what else there is to share.
    """
    query = address.query()
    settings, problems = settings_from_query(kind, query)
    said, (_, unhidden) = settings_to_query(settings), address.hiding(query)
    unread = bounded([*problems, *unhidden, *unknown_keys(query, {*said, "hide"})])
    page.notice("Not everything in this link could be used", unread, suggestions(query, fields.rules(kind)))
    hide = {name: query[name][-1] for name in ("hide",) if name in query}
    share.corner(address.with_hand_in({**said, **hide}), ("navigation", "sidebar"), more)
    return settings


def field(settings: Any, name: str, **more: Any) -> Any:
    """The widget of one field; the settings as it says, or as they were and a sentence on why."""
    rule, label, value = fields.rules(settings)[name], fields.label(settings, name), getattr(settings, name)
    if name in formulas.FIELDS:
        more.setdefault("help", formulas.help(name, value))
    value = widgets.field(rule, label, value, address.key(f"lab.{name}"), **more)
    changed, conflict = widgets.combined(lambda: dataclasses.replace(settings, **{name: value}), settings)
    if conflict:
        st.caption(conflict)
    return changed


def presets(choices: Mapping[str, Settings], settings: Settings) -> None:
    """Settings by name, to choose from; it shows which of them is on, if one is."""
    on = next((name for name, preset in choices.items() if preset == settings), None)
    key = address.key("lab.preset", on or "none")  # another one where the settings have left a preset
    chosen = st.segmented_control("Preset", list(choices), default=on, key=key, width="stretch")
    if chosen and chosen != on:
        go(choices[chosen])


def write_settings(old: Any, new: Any) -> None:
    """Write the address of what the widgets say, where that is something else than what it said."""
    if new != old:
        address.write(settings_to_query(new))


def go(settings: Any) -> None:
    """Change the address; the screen opens it like any link."""
    address.go(settings_to_query(settings))


# ---- what is shown --------------------------------------------------------------------------------------------------


def question(text: str, answer: str) -> Place:
    """The question of the lab and its short answer, on top. Returns the place, under them, of the measured number."""
    for style in (widgets.STYLE, CSS):
        st.html(style)
    st.title(text, anchor=False)
    st.markdown(answer)
    return st.container(key="answer")


def section(title: str, answer: str = "") -> None:
    """The heading of a part of a lab, and what it comes to."""
    st.header(title, anchor=False)
    if answer:
        st.markdown(answer)


def picture(title: str, answer: str) -> None:
    """The heading of a picture, and what it comes to in room that is the same beside it."""
    st.subheader(title, anchor=False)
    with st.container(key=f"said {title}"):
        st.markdown(answer)


def chart(key: str, drawn: Drawn | None, height: int, meanwhile: Callable[[], None] = lambda: None) -> None:
    """A chart; as long as it is not there, its room with `meanwhile` in it."""
    if drawn:
        figure, sentence = drawn
        st.plotly_chart(figure, key=key, config=CONFIG, alt=sentence)
    else:
        with st.container(height=height, vertical_alignment="center"):
            meanwhile()


def charts(
    drawn: Mapping[str, Drawn | None],
    height: int,
    meanwhile: Callable[[], None] = lambda: None,
    notes: Sequence[str] = (),
) -> None:
    """Charts side by side under their titles, with notes under them, or the room for them, `meanwhile` in the first."""
    for index, (title, column) in enumerate(zip(drawn, st.columns(len(drawn), gap="medium"), strict=True)):
        with column:
            st.subheader(title, anchor=False)
            chart(title, drawn[title], height, (lambda: None) if index else meanwhile)
            if notes:
                st.caption(notes[index])


def derivation(steps: Sequence[tuple[str, str]], title: str, question: str = "") -> None:
    """Steps of LaTeX and its words, each on its own line with the words under it, folded.

    question: the one that it answers, for which it is open.
    """
    with st.expander(title, expanded=asked.answered(question)):
        lines(*zip(*steps, strict=True))


def lines(steps: Sequence[str], notes: Sequence[str] = ()) -> None:
    """LaTeX, each step on its own line with a note under it where there is one."""
    for step, note in zip_longest(steps, notes, fillvalue=""):
        st.latex(step)
        if note:
            st.caption(note, text_alignment="center")


def heard(said: Heard, case: Any, settings: Any, claims: Sequence[Claim] = ()) -> Place:
    """A wrong sentence at the picture that refutes it, with a way to set the controls to the case that does.

    case: settings, or a pair for Compare. Returns the place of what is measured against it, for `measured`.
    """
    with st.container(key=f"heard {said.sentence}", gap="xsmall"):
        st.markdown(f"**Heard:** “{said.sentence}”")
        st.markdown(f"**In truth:** {said.truth}")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            place = st.empty()
            measured(place, claims)
            label = f"Show me: {said.case}"
            if isinstance(case, Pair):
                st.page_link("pages/compare.py", label=label, query_params=to_query(case))
            elif st.button(label, key=f"show {said.sentence}", disabled=case == settings):
                go(case)
    return place


def measured(place: Place, claims: Sequence[Claim]) -> None:
    """The claims against a sentence that is heard, each with its number, or that they are not there yet."""
    place.markdown(f"**Measured:** {' '.join(map(result, claims)) or FOLLOWS}", width="content")


# ---- checks ---------------------------------------------------------------------------------------------------------


def checks(claims: Sequence[Claim], more: str = "") -> None:
    """All checks in a line, a table when it is unfolded, as it is from the start when one fails.

    more: a sentence on what is not measured yet.
    """
    failing = sum(not claim.holds for claim in claims)
    with st.expander(verdict(claims) + (f" {more}" if more else ""), expanded=failing > 0, icon=_icon(claims)):
        st.table(_table(claims), border="horizontal", hide_index=True, alt="The checks of this lab")


def verdict(claims: Sequence[Claim]) -> str:
    """How many claims hold, or fail."""
    if not claims:
        return "No check yet"
    failing = sum(not claim.holds for claim in claims)
    if failing:
        return f"{failing} of {len(claims)} checks fail" + "s" * (failing == 1)
    return f"{len(claims)} check{'s hold' if len(claims) != 1 else ' holds'}"


def result(claim: Claim) -> str:
    """The sentence, what was measured, and the number that this is compared with."""
    return f"{claim.statement.removesuffix('.')} ({claim.measured}: **{claim.value:.3g}**, {_bound(claim)})."


def _bound(claim: Claim) -> str:
    return f"{'≥' if claim.at_least else '≤'} {claim.tolerance:.3g}"


def _icon(claims: Sequence[Claim]) -> str:
    return f":material/{'check' if all(claim.holds for claim in claims) else 'close'}:"


def _table(claims: Sequence[Claim]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Check": [claim.statement for claim in claims],
            "What is measured": [claim.measured for claim in claims],
            "Measured": [f"**{claim.value:.3g}** {_bound(claim)}" for claim in claims],
            "Verdict": [":green[holds]" if claim.holds else ":red[**fails**]" for claim in claims],
        }
    )


def all_checks(name: str) -> Measurement:
    """All claims of a lab, a function of `LABS` after the other."""
    return Measurement(f"checks of {name}", "Measuring the checks", LABS[name])


def measured_checks(name: str, against: Callable[[], Sequence[Claim]], places: Sequence[Place]) -> None:
    """All claims of a lab; those that a function of `LABS` measures also at their places beside what is heard.

    places: of each of its claims; one that is there several times shows them all.
    """

    def draw(looks: Sequence[Look]) -> None:
        checks([claim for claims in looks[0].found for claim in claims], "so far" if looks[0].busy else "")
        if looks[0].busy:
            screen.progress(looks)

    looks = screen.look([all_checks(name)], "checks")
    by_function = dict(zip(LABS[name], looks[0].found, strict=False))
    beside = list(zip(places, by_function.get(against, ()), strict=False))
    for place in dict(beside):
        measured(place, [claim for of, claim in beside if of is place])
    screen.watch(looks, "checks", draw)
    screen.buttons(looks, "checks")


# ---- elsewhere ------------------------------------------------------------------------------------------------------


def in_compare(pair: Pair, words: str) -> None:
    """The way to the experiment of this lab on the main screen, in words."""
    label = f"This experiment in Compare: {words}"
    st.page_link("pages/compare.py", label=label, icon=":material/arrow_forward:", query_params=to_query(pair))
