"""The address: the way of a link into the session and back.

The address owns the experiment and the view. A screen reads it (`open_link`), draws its controls with start values from
it, and writes it where a control says something else (`write`). So Back undoes a change.

A control holds what somebody chose under its key, and every key carries the *generation*: a number that is raised when
an address comes in that the session did not write (a link, Back, another screen) and at each `go`. Controls of a new
generation are new and start from the address; what a late call says of older ones names nothing.

A call may come from a browser that is behind: it brings an address older than what the session has written. It may
also be the first call of a new session, where the old one was lost with its server. So the browser holds the generation
and a *mark* of the address that it shows, in a field that nobody sees, and each call brings both:

    address of the call is              | then
    the session's own                   | an ordinary call
    that of Back or Forward             | a new address: the generation is raised. Such a call brings no mark
    the one that it is marked as        | the browser is behind: the session's address counts, and is told again
    another that the session has        | so is it if its mark is not the session's: the browser hears of an address
    written since one came in           |   before it hears of the mark; else Back
    none of these                       | a new address: the generation is raised
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.link import (
    EXERCISE,
    FIELDS,
    QUESTION,
    Pair,
    View,
    bounded,
    from_query,
    is_of_exercises,
    repeated_keys,
    settings_from_query,
    unknown_keys,
)
from core.playground_link import parse_link, rejoined
from core.questions import QUESTIONS
from core.sides import on_engine
from core.suggestions import Suggestion, suggestions

if TYPE_CHECKING:
    from core.exercises.hand_in import HandIn

HELD = "held by the browser"
MARKS = 20  # addresses that a browser can be behind


def open_link() -> tuple[Pair, View, list[str]]:
    """What the address says: pair, view, and sentences on what could not be read."""
    return read(query())


def read(query: Mapping[str, list[str]]) -> tuple[Pair, View, list[str]]:
    """Pair, view and problems of a query.

    A link of TensorFlow Playground stands under `tfp`, and nothing else of the address is read beside it.
    """
    return from_playground(query) if "tfp" in query else from_query(query)


def from_playground(query: Mapping[str, list[str]]) -> tuple[Pair, View, list[str]]:
    """The experiment of a TensorFlow Playground link as A, and the nearest one of scikit-learn as B."""
    link, beside = rejoined(query)
    a, view, problems = parse_link(link)
    said = [*repeated_keys({"tfp": query["tfp"]}), *problems, *unknown_keys(beside, ())]
    return Pair(a, on_engine(a, "sklearn")), view, bounded(said)


def arrive(screen: str) -> dict[str, list[str]]:
    """The query that counts, and the generation of the controls that are drawn from it. The first step of a screen."""
    came = _came()
    its = mark(screen, came)
    state = st.session_state
    if "marks" not in state:
        new = int(time.time())  # Back brings no states: no control of a lost session may be taken for one of this
        told = _field(f"{new} {its}").partition(" ")[0]
        _remember(screen, came)
        _open(screen, came, int(told) if told.isdecimal() else new, [its])
        return query()
    own = state["marks"][-1]
    if own != its:
        told = state.get(HELD, "").partition(" ")[2]
        is_behind = told == its or (told != own and its in state["marks"])
        if is_behind and not is_history():
            st.query_params.from_dict(parse_qs(state["query"], keep_blank_values=True))
        else:
            if screen == state["screen"] and not is_history():  # st.page_link to its own screen leaves the address
                st.query_params.from_dict(came)
            _remember(screen, came)
            _open(screen, came, state["generation"] + 1, [its])
    state[HELD] = f"{state['generation']} {state['marks'][-1]}"
    _field()
    return query()


def query() -> dict[str, list[str]]:
    """The query that the screen is drawn from: what the address says, and for the rest what its exercise opens."""
    return completed(parse_qs(st.session_state["query"], keep_blank_values=True))


def completed(query: dict[str, list[str]]) -> dict[str, list[str]]:
    """A query with what its exercise opens, where it has one."""
    if EXERCISE not in query:
        return query
    from pages.parts.frame import handed  # with all exercises: not on Home, which opens without them

    return handed.completed(query)


def hand_in() -> "HandIn | None":
    """What this session says of exercises; None where it never said anything."""
    came, state = _came(), st.session_state
    if not state.get("handed") and not any(map(is_of_exercises, came)):
        return None
    from pages.parts.frame import handed

    if "marks" in state and mark(state["screen"], came) == state["marks"][-1]:
        return handed.told(state["handed"], came)
    return handed.arrived(came, state.get("handed", ""), state.get("query", ""), is_history())


def with_hand_in(query: Mapping[str, str]) -> dict[str, str]:
    """A query of this screen with what is said of exercises, as its address has it."""
    said = hand_in()
    return {**query, **said.query} if said else dict(query)


def meant() -> list[Suggestion]:
    """What may have been meant by wrong names in the address of a pair; not in one of TensorFlow Playground."""
    return [] if "tfp" in query() else suggestions(query(), FIELDS)


def kept(screen: str) -> dict[str, list[str]]:
    """The address that a screen had last in this session, {} if it was not opened; with what is said of exercises."""
    before, said = _last_of(screen), along()
    if said is None:
        return before
    from pages.parts.frame import handed

    return handed.linked(before, said)


def along() -> "HandIn | None":
    """What goes along from this screen to another one: what is said of exercises, and what was changed in this one."""
    said = hand_in()
    if said is None:
        return None
    from pages.parts.frame import handed

    here = {**completed(_came()), **{key: [text] for key, text in said.query.items()}}
    return handed.along(urlencode(here, doseq=True))


def _last_of(screen: str) -> dict[str, list[str]]:
    return parse_qs(st.session_state.get("addresses", {}).get(screen, ""), keep_blank_values=True)


def _came() -> dict[str, list[str]]:
    """The query of the address that the browser shows."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def opened() -> dict[str, str]:
    """What the link said that opened this screen: not Back, no control and no way back to the kept address."""
    return dict(parse_qsl(st.session_state["opened"][st.session_state["screen"]], keep_blank_values=True))


def reset() -> None:
    """Go back to what the link said that opened this screen."""
    go(opened())


def hiding(query: Mapping[str, list[str]]) -> tuple[View, list[str]]:
    """What a query hides, as a view that is otherwise the default one, and sentences on names that are not known."""
    return settings_from_query(View, {name: query[name] for name in ("hide",) if name in query})


def is_history() -> bool:
    """Whether the call is one of Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _open(screen: str, query: dict[str, list[str]], generation: int, marks: Sequence[str]) -> None:
    """Have the session at an address. marks: its own, after those that the session has written since one came in."""
    text = urlencode(query, doseq=True)
    _keep_hand_in(query)
    st.session_state["screen"], st.session_state["query"] = screen, text
    st.session_state["generation"], st.session_state["marks"] = generation, marks[-MARKS:]
    st.session_state["addresses"] = st.session_state.get("addresses", {}) | {screen: text}


def _keep_hand_in(query: dict[str, list[str]]) -> None:
    """Have the session know what is said of exercises at a new address, and of the one that is left its experiment."""
    state = st.session_state
    if not state.get("handed") and not any(map(is_of_exercises, query)):
        return
    from pages.parts.frame import handed

    state["handed"] = handed.text(handed.arrived(query, state.get("handed", ""), state.get("query", ""), is_history()))


def _remember(screen: str, query: Mapping[str, list[str]]) -> None:
    """Remember an address that came in as the one that opened its screen, if a link brought it."""
    links = st.session_state.get("opened", {})
    if screen not in links or (query != _last_of(screen) and not is_history()):
        st.session_state["opened"] = links | {screen: urlencode(query, doseq=True)}


def _field(start: str = "") -> str:
    with st.container(key="held"):
        return st.text_input(HELD, start, key=HELD)


def mark(screen: str, query: Mapping[str, list[str]]) -> str:
    """A short name of an address."""
    return hashlib.sha256(f"{screen}?{urlencode(query, doseq=True)}".encode()).hexdigest()[:16]


def generation() -> int:
    """That of the controls which are drawn now."""
    return int(st.session_state.get("generation", 0))


def key(name: str, start: object = "") -> str:
    """The key of a control. start: what else decides from what it starts, as the name of the data set."""
    return f"{generation()} {start}.{name}" if start else f"{generation()}.{name}"


def write(query: Mapping[str, str]) -> None:
    """Write the address of what the controls say, and draw the screen from it. Each write is a step in the history.

    What the address hides stays hidden where the query has nothing about that; its question stays, and what it says of
    exercises.
    """
    before = dict(parse_qsl(st.session_state["query"]))
    stays = {"hide": before.get("hide"), QUESTION: before.get(QUESTION) if before.get(QUESTION) in QUESTIONS else None}
    query = {**{name: text for name, text in stays.items() if text}, **with_hand_in({}), **query}
    screen, values = st.session_state["screen"], {name: [value] for name, value in query.items()}
    own = mark(screen, values)
    _open(screen, values, st.session_state["generation"], [*st.session_state["marks"], own])
    st.query_params.from_dict(query)
    st.rerun()


def go(query: Mapping[str, str]) -> None:
    """Change the address; the screen opens it like any link."""
    st.session_state["generation"] += 1
    write(query)
