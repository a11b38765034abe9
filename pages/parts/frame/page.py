"""The frame of every screen: page set-up, navigation and notices."""

import re
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.link import View
from core.suggestions import Suggestion
from pages.parts.frame import address, question

HERE = Path(__file__).parent
ICON = str(HERE / "icon.png")
SCREENS = {
    "Home": "app.py",
    "Compare": "pages/compare.py",
    "Activations": "pages/activations.py",
    "Depth without nonlinearity": "pages/linear_depth.py",
    "Convolution and pooling": "pages/max_pooling.py",
    "Gradient flow": "pages/gradient_flow.py",
    "Exercises": "pages/exercises.py",
    "Help": "pages/help.py",
}
SHORT = {"Depth without nonlinearity": "Depth", "Convolution and pooling": "Convolution"}  # in the navigation
SIDEBAR = 264  # pixels
CONTROLS = ("sidebar", "b", "player")  # groups that hide every control of Compare
skip_link = st.components.v2.component(
    "skip",
    html="<a href='#stage'>Skip to player</a>",
    css=(HERE / "skip.css").read_text("utf-8"),
    js=(HERE / "skip.js").read_text("utf-8"),
)


def frame(title: str, sidebar: bool = True) -> None:
    """Set up the page, with a sidebar for controls or not, and draw the navigation. The first call of every screen."""
    width: Any = SIDEBAR if sidebar and not (is_bare() or _linked().hides("sidebar")) else "collapsed"
    st.set_page_config(page_title=f"{title} · Gradient Lab", page_icon=ICON, layout="wide", initial_sidebar_state=width)
    st.html(HERE / "page.css")
    if _linked().hides("sidebar"):
        st.html(HERE / "no_sidebar.css")
    if has_navigation():
        navigation(title)


def is_bare() -> bool:
    """Whether the picture is all that is wanted: in a frame of another page, or with every control hidden."""
    return bool(st.context.is_embedded) or all(map(_linked().hides, CONTROLS))


def has_navigation() -> bool:
    """Whether the row of screens is shown."""
    return not (is_bare() or _linked().hides("navigation"))


def _linked() -> View:
    """What the address hides, before anything is drawn."""
    came = {name: st.query_params.get_all(name) for name in st.query_params}
    view, _ = address.hiding(address.completed(came))
    return view


def navigation(title: str) -> None:
    """The way to every screen, as it was last seen in this session. title: of the screen that is open."""
    with st.container(horizontal=True, gap="xsmall", key="navigation"):
        st.html("<strong>Gradient Lab</strong>", width="content")
        for name, path in SCREENS.items():
            label = SHORT.get(name, name)
            if name == title:  # Streamlit's links do not say which of them is the current one
                st.html(f'<a aria-current="page">{label}</a>', width="content")
            else:
                st.page_link(path, label=label, query_params=address.kept(Path(path).stem))
    question.line()


def way(
    path: str, label: str, query: Mapping[str, str | list[str]], icon: str | None = None, width: Any = "content"
) -> None:
    """A link to a screen with a query. In a frame of another page it is a button: a link of Streamlit's would leave the
    frame's look, as it cannot carry `embed`, which `st.switch_page` keeps (seen in 1.67).
    """
    if not st.context.is_embedded:
        st.page_link(path, label=label, icon=icon, query_params=query, width=width)
    elif st.button(label, icon=icon, key=f"way {label}", type="tertiary", width=width):
        st.switch_page(path, query_params=query)


def skip_to_player() -> None:
    """A link to the stage, seen when it has the focus: for the top of a sidebar full of controls."""
    skip_link(key="skip")


def notice(headline: str, sentences: Sequence[str], meant: Sequence[Suggestion] = ()) -> None:
    """Sentences that may quote what somebody typed: shown as text, never as Markdown; and links to what was meant."""
    if sentences:
        with st.container(border=True, gap="small", key=f"notice {headline}"):
            st.markdown(f"**{headline}**")
            st.text("\n".join(sentences))
            for each in meant:
                label = f"{literal(each.said)}: did you mean **{literal(each.meant)}**?"
                st.page_link(f"pages/{st.session_state['screen']}.py", label=label, query_params=each.query)


def literal(text: str) -> str:
    """Text that somebody typed, for a sentence in Markdown: shown letter by letter, no link and no image in it.

    Streamlit makes links of addresses, and icons of their names, even where they are escaped, but not in code. What
    cannot be seen, as a change of direction or a new line, is written as its escape.
    """
    text = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
    if re.search(r"[:@]|www\.|^ | $", text, re.IGNORECASE):
        return r"\/".join(map(_code, re.split("(?<=:material)/", text)))  # rewritten in code as well, if in one piece
    return re.sub(r"([\\`*_\[\]<>#!|~$&])", r"\\\1", text)


def _code(text: str) -> str:
    """As code, in a fence of more backticks than it has itself."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if text else ""


def session() -> str:
    """A name for this session among those that watch a job."""
    return st.session_state.setdefault("session", uuid.uuid4().hex)
