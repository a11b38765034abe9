"""What every lab has on its screen: the question, its settings in the address, the checks, the common mistake."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeVar
from urllib.parse import urlencode

import streamlit as st

from core import fields
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


def open_settings(screen: str, kind: type[Settings]) -> Settings:
    """A lab's settings as the address says, with a notice of what could not be read; widgets start from them."""
    query = address.arrive(screen)
    settings, problems = settings_from_query(kind, query)
    said, (_, unhidden) = settings_to_query(settings), address.hiding(query)
    unread = bounded([*problems, *unhidden, *unknown_keys(query, {*said, "hide"})])
    page.notice("Not everything in this link could be used", unread, suggestions(query, fields.rules(kind)))
    share.corner({**said, **{name: query[name][-1] for name in ("hide",) if name in query}})
    return settings


def field(settings: Any, name: str, **more: Any) -> Any:
    """The widget of one field; the settings as it says, or as they were and a sentence on why."""
    rule, label = fields.rules(settings)[name], fields.label(settings, name)
    value = widgets.field(rule, label, getattr(settings, name), address.key(f"lab.{name}"), **more)
    changed, conflict = widgets.combined(lambda: dataclasses.replace(settings, **{name: value}), settings)
    if conflict:
        st.caption(conflict)
    return changed


def write_settings(old: Any, new: Any) -> None:
    """Write the address of what the widgets say, where that is something else than what it said."""
    if new != old:
        address.write(settings_to_query(new))


def go(settings: Any) -> None:
    """Change the address; the screen opens it like any link."""
    address.go(settings_to_query(settings))


def question(text: str, answer: str) -> None:
    """The question of the lab and its short answer, on top."""
    st.title(text)
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
            st.markdown(f"**{title}**")
            chart(title, drawn[title], height, (lambda: None) if index else meanwhile)
            if notes:
                st.caption(notes[index])


def derivation(steps: Sequence[str], title: str = "Derivation", notes: Sequence[str] = (), question: str = "") -> None:
    """LaTeX, each step on its own line with a note under it where there is one, folded.

    question: the one that it answers, for which it is open.
    """
    with st.expander(title, expanded=asked.answered(question)):
        for step, note in zip_longest(steps, notes, fillvalue=""):
            st.latex(step)
            if note:
                st.caption(note, text_alignment="center")


def often_heard(sentence: str, why: str, claims: Sequence[Claim]) -> None:
    """A wrong sentence that is often heard, why it is wrong, and the counter-examples measured now."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**Often heard, and wrong:** “{sentence}”")
        st.markdown(why)
        for claim in claims:
            st.markdown(f"Counter-example: {result(claim)}")
        if not claims:
            st.markdown("Counter-example: not measured yet.")


def checks(claims: Sequence[Claim]) -> None:
    """A row for each claim: statement, what was measured, tolerance, verdict."""
    for claim in claims:
        with st.container(border=True, gap="xsmall"):
            st.markdown(claim.statement)
            verdict = ":green-badge[holds]" if claim.holds else ":red-badge[fails]"
            st.markdown(f"{verdict} {result(claim)}")


def result(claim: Claim) -> str:
    """What was measured, and the number that it is compared with."""
    sign = "≥" if claim.at_least else "≤"
    return f"{claim.measured}: **{claim.value:.3g}** ({sign} {claim.tolerance:.3g})"


def all_checks(name: str) -> Measurement:
    """All claims of a lab, a function of `LABS` after the other."""
    return Measurement(f"checks of {name}", "Measuring the checks", LABS[name])


def measured_checks(name: str, heard: Sequence[tuple[str, str]], against: Callable[[], Sequence[Claim]]) -> None:
    """What is often heard with the counter-examples that a function of `LABS` measures, and all claims of a lab."""

    def draw(looks: Sequence[Look]) -> None:
        by_function = dict(zip(LABS[name], looks[0].found, strict=False))
        for (sentence, why), claim in zip_longest(heard, by_function.get(against, ())[: len(heard)]):
            often_heard(sentence, why, [claim] if claim else [])
        st.subheader("Checks")
        checks([claim for claims in by_function.values() for claim in claims])
        if looks[0].busy:
            screen.progress(looks)

    looks = screen.look([all_checks(name)], "checks")
    screen.watch(looks, "checks", draw)
    screen.buttons(looks, "checks")


def in_compare(pair: Pair, label: str) -> None:
    """The way to the matching experiment on the main screen."""
    st.page_link("pages/compare.py", label=label, icon=":material/arrow_forward:", query_params=to_query(pair))


def copy_link(settings: Any) -> None:
    """The lab's whole address, every value written, to copy."""
    path = st.context.url or ""
    st.code(f"{path.split('?')[0]}?{urlencode(settings_to_query(settings))}", language=None, wrap_lines=True)
