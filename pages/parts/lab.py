"""What every lab has on its screen: the question, its settings in the address, the checks, the common mistake."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, TypeVar
from urllib.parse import urlencode

import streamlit as st

from core.claims import Claim
from core.link import Pair, bounded, settings_from_query, settings_to_query, to_query, unknown_keys
from pages.parts import shell, verdicts, widgets
from pages.parts.verdicts import Measure

Settings = TypeVar("Settings")


def open_settings(screen: str, kind: type[Settings]) -> Settings:
    """A lab's settings as the address says, with a notice of what could not be read; widgets start from them."""
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    settings, problems = settings_from_query(kind, query)
    if shell.is_new(screen, query):
        widgets.forget()
        st.session_state["problems"] = bounded([*problems, *unknown_keys(query, settings_to_query(settings))])
    shell.notice("Not everything in this link could be used", st.session_state.get("problems", []))
    return settings


def write_settings(screen: str, old: Any, new: Any) -> None:
    """Write the address of what the widgets say, where that is something else than what it said."""
    if new != old:
        shell.write_query(screen, settings_to_query(new))


def go(settings: Any) -> None:
    """Change the address; from a button's callback the screen then opens it like any link."""
    st.query_params.from_dict(settings_to_query(settings))


def copy_link(settings: Any) -> None:
    """The lab's whole address, every value written, to copy."""
    path = st.context.url or ""
    st.code(f"{path.split('?')[0]}?{urlencode(settings_to_query(settings))}", language=None, wrap_lines=True)


def question(text: str, answer: str) -> None:
    """The question of the lab and its short answer, on top."""
    st.title(text)
    st.markdown(answer)


def checks(claims: Sequence[Claim]) -> None:
    """A row for each claim: statement, what was measured, tolerance, verdict."""
    st.subheader("Checks")
    for claim in claims:
        with st.container(border=True, gap="xsmall"):
            st.markdown(claim.statement)
            sign = "≥" if claim.at_least else "≤"
            verdict = ":green-badge[holds]" if claim.holds else ":red-badge[fails]"
            st.markdown(f"{verdict} {claim.measured}: **{claim.value:.3g}** ({sign} {claim.tolerance:.3g})")


def derivation(steps: Sequence[str], title: str = "Derivation", notes: Sequence[str] = ()) -> None:
    """LaTeX, each step on its own line with a note under it where there is one, folded."""
    with st.expander(title):
        for step, note in zip_longest(steps, notes, fillvalue=""):
            st.latex(step)
            if note:
                st.caption(note, text_alignment="center")


def often_heard(sentence: str, why: str, claim: Claim | None = None) -> None:
    """A wrong sentence that is often heard, why it is wrong, and the counter-example measured now."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**Often heard, and wrong:** “{sentence}”")
        st.markdown(why)
        if claim:
            sign = "≥" if claim.at_least else "≤"
            st.markdown(f"Counter-example: {claim.measured}: **{claim.value:.3g}** ({sign} {claim.tolerance:.3g})")


def measured_checks(heard: Sequence[tuple[str, str]], measures: Sequence[Measure]) -> None:
    """What is often heard and why it is wrong, with the counter-examples that the first measure gives, and all claims.

    Each appears when it has been measured.
    """

    def draw(found: Sequence[Sequence[Claim] | None]) -> None:
        against, *others = found
        for (sentence, why), claim in zip_longest(heard, against or ()):
            often_heard(sentence, why, claim)
        checks([claim for part in (*others, against) for claim in part or ()])
        if None in found:
            st.caption("Measuring the others.")

    verdicts.watch(measures, draw)


def in_compare(pair: Pair, label: str) -> None:
    """The way to the matching experiment on the main screen."""
    st.page_link("pages/compare.py", label=label, icon=":material/arrow_forward:", query_params=to_query(pair))
