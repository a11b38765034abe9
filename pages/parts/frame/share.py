"""Share: the link of a screen, and the line that puts the screen on a course page."""

from collections.abc import Callable, Mapping, Sequence, Set
from html import escape
from urllib.parse import urlencode

import streamlit as st

from core.link import GROUPS
from pages.parts.frame import address, page

LABELS = {
    "data": "Data",
    "network": "Network",
    "training": "Training",
    "b": "B",
    "player": "Player",
    "charts": "Charts",
    "figures": "Figures",
    "verdict": "Verdict",
    "navigation": "Navigation",
    "sidebar": "Sidebar",
}  # what can be hidden, as in `hide=`
WIDTH, FRAME_HEIGHT = 420, 600  # pixels


def corner(
    query: Mapping[str, str], offered: Sequence[str] = ("navigation",), more: Callable[[], None] = lambda: None
) -> None:
    """The button at the right end of the navigation, if there is one."""
    if page.has_navigation():
        with st.container(key="corner"):
            button(query, offered, more)


def button(
    query: Mapping[str, str], offered: Sequence[str] = tuple(LABELS), more: Callable[[], None] = lambda: None
) -> None:
    """Draw the button. What it opens is drawn once it is open.

    query: what the link says; offered: the groups that this screen can hide; more: draws what else there is to share.
    """
    place = st.popover("Share", key=address.key("share"), on_change="rerun")
    if not place.open:
        return
    with place, st.container(width=WIDTH, gap="small", key="shared"):
        st.markdown("**Link**")
        first = st.empty()
        st.markdown("**For a course page**, without")
        hide = hidden(query, offered)
        shared = {**query, "hide": ",".join(hide)} if hide or "hide" in query else query
        first.code(link(shared), language=None)
        st.code(iframe(link({**shared, "embed": "true"})), language=None)
        more()


def hidden(query: Mapping[str, str], offered: Sequence[str]) -> tuple[str, ...]:
    """Draw a check box for each group; what is hidden as they say, with the link's other names."""
    view, _ = address.hiding({name: [text] for name, text in query.items()})
    before = {name for name in offered if view.hides(name)}
    with st.container(horizontal=True, gap="small"):
        ticks = {name: st.checkbox(LABELS[name], name in before, key=address.key(f"share.{name}")) for name in offered}
    return chosen(view.hide, before, {name for name, ticked in ticks.items() if ticked})


def chosen(hide: Sequence[str], before: Set[str], ticked: Set[str]) -> tuple[str, ...]:
    """The names to hide: the groups that are ticked, and of the names in the link those that say more.

    before: groups that the link hides; one that is no longer ticked takes its parts along.
    """
    said = {part for group in before | ticked for part in (group, *GROUPS.get(group, ()))}
    return (*(name for name in hide if name not in said), *(group for group in LABELS if group in ticked))


def link(query: Mapping[str, str]) -> str:
    """The whole address of this screen with a query."""
    path = (st.context.url or "").split("?")[0]
    return f"{path}?{urlencode(query)}" if query else path


def iframe(address: str) -> str:
    """The line of HTML that shows an address on another page."""
    return (
        f'<iframe src="{escape(address)}" title="Gradient Lab" width="100%" height="{FRAME_HEIGHT}" '
        'style="border: 0" allow="clipboard-write"></iframe>'
    )
