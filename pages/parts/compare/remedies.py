"""Under the verdict: what was tried for a run that is not fine. Each change that helps has a button that opens it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import streamlit as st

from core.diagnosis import Diagnosis
from core.link import Pair, View, experiment_key, to_query
from core.remedies import (
    Plan,
    Trials,
    heading,
    judged,
    label,
    on_request,
    others,
    parts,
    settled,
    together_with,
)
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.work import Measurement, Outcome
from pages.parts.frame import address

PLACE = "remedies"  # of the trials that are shown
ASKED = "remedies asked"  # in the session: of which run more was asked for, and how often
COUNTS = ("other starts", "one remedy", "two remedies", "three remedies")
ADVISED = (
    "A start learns if its verdict is fine. A change has a button if at least two more of these starts learn with it, "
    "or the median loss is at most half."
)


@dataclass(frozen=True)
class Wanted:
    """What is tried for a run, and what has come of it."""

    outcome: Outcome
    key: str
    works: list[Measurement]
    done: Trials

    @property
    def following(self) -> Plan:
        """What comes next, if somebody asks for it."""
        return on_request(self.outcome.run, self.outcome.diagnosis, self.done)


def trials(looks: Sequence[Look]) -> list[Look[Measurement]]:
    """What is tried for runs that are through; nothing where both are fine."""
    works = {work.key: work for look in looks if look.outcome for work in wanted(look.outcome).works}
    return screen.look(list(works.values()), PLACE, 0)


def diagnosis(outcome: Outcome, trials: Sequence[Look[Measurement]]) -> Diagnosis:
    """The diagnosis of a run, as far as trials have settled it."""
    known, over = wanted(outcome), {each.work.key for each in trials if not each.busy}
    found = settled(outcome.diagnosis, known.done)
    if found.verdict == "at rest" and any(work.key not in over for work in known.works):
        return replace(found, sentence=f"{found.sentence.removesuffix('.')}; trying other starts.")
    return found


def section(pair: Pair, view: View, looks: Sequence[Look], trials: Sequence[Look[Measurement]]) -> None:
    """What was tried for A, or for B where there is nothing to try for A; and how to have more tried."""
    known = {name: wanted(look.outcome) for name, look in zip("AB", looks, strict=True) if look.outcome}
    if view.hides("test_loss"):  # by which some are compared
        known = {name: each for name, each in known.items() if each.done.plan.loss != "test_loss"}
    name = next((name for name, each in known.items() if each.works or each.following.count), None)
    if name is None:
        return
    with st.container(key="remedies", gap="xsmall"):
        if any(each.busy for each in trials):
            if _times(known[name].key):  # somebody waits for it
                screen.status(trials, PLACE)
            else:
                st.caption("Trying what may help.")
            return
        screen.buttons(trials, PLACE)
        if known[name].done.outcomes:
            _results(pair, view, name, known[name].done)
        if not any(each.helps for each in known[name].done.outcomes):
            _more(known[name].key, known[name].following)


def wanted(outcome: Outcome) -> Wanted:
    """What is tried for a run: of itself, and as often as somebody asked for more."""
    plan = outcome.plan
    key = f"remedies of {experiment_key(plan.experiment)} {plan.verdict}"
    known = Wanted(outcome, key, [], Trials(plan))
    for number in range(1 + _times(key)):
        plan = known.following if number else plan
        if plan.count:
            work = Measurement(
                f"{key} {number} {len(plan.remedies)}", "Trying what may help", parts(plan), "numpy", True
            )
            done = together_with(known.done, judged(plan, screen.found(work)))
            known = replace(known, works=[*known.works, work], done=done)
    return known


def _results(pair: Pair, view: View, name: str, done: Trials) -> None:
    """What came of the changes: a button for each that helps, the others in a sentence."""
    side = pair.a if name == "A" else pair.b
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(heading(done, side.engine), help=ADVISED, width="content")
        for outcome in done.outcomes:
            if outcome.helps and st.button(label(outcome), key=f"remedy {outcome.remedy.words}", help="Open it as B"):
                address.go(to_query(Pair(pair.a, outcome.remedy.experiment), view))
    if rest := [outcome for outcome in done.outcomes if not outcome.helps]:
        st.caption(others(rest))


def _more(key: str, plan: Plan) -> None:
    """A button that has more tried, with how long that takes."""
    if not plan.count:
        return
    if st.button(f"Try {COUNTS[len(plan.remedies)]} (about {ceil(plan.estimated_s)} s)", key="more remedies"):
        st.session_state[ASKED] = key, _times(key) + 1
        st.rerun()


def _times(key: str) -> int:
    """How often somebody asked for more of these."""
    asked, times = st.session_state.get(ASKED, ("", 0))
    return times if asked == key else 0
