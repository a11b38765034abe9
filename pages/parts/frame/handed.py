"""What a session says of exercises: answers, and what was changed in the experiments, on the way from screen to screen.

They travel in the address. The session keeps what the last address said, for an address that says nothing: a preset, a
link of Home, Back to before an answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from urllib.parse import parse_qs, urlencode

from core.exercises import hand_in
from core.exercises.hand_in import HandIn
from core.link import is_of_exercises

Query = Mapping[str, list[str]]


def completed(query: Query) -> dict[str, list[str]]:
    """An address with what its exercise opens for all that it does not say."""
    return {key: value if isinstance(value, list) else [value] for key, value in hand_in.completed(query).items()}


def told(known: str, query: Query) -> HandIn:
    """What the session knows of exercises, at its own address. known: a query, as are `known` and `left` below."""
    said, _ = hand_in.read(_parsed(known))
    opened, _ = hand_in.read(query)
    return replace(said, open=opened.open)


def arrived(query: Query, known: str, left: str, is_history: bool) -> HandIn:
    """What is said of exercises at another address, with what the session knows of them.

    left: of the screen that the session is at, with the experiment that is open there. An address that has answers
    counts as it is, but for Back and Forward; else what is known for the same handle stays.
    """
    here = completed({**_parsed(left), **_parsed(known)})
    before = along(urlencode(here, doseq=True))
    said, _ = hand_in.read(query)
    if not any(map(is_of_exercises, query)):
        return before
    if said.handle != before.handle or (said.answers and not is_history):
        return said
    runs = {id: run for id, run in {**before.runs, **said.runs}.items() if id != said.open}
    return replace(said, asked=said.asked or before.asked, answers={**before.answers, **said.answers}, runs=runs)


@lru_cache(64)
def along(query: str) -> HandIn:
    """What goes along to another screen: also what was changed in the experiment that is open."""
    return hand_in.carried(_parsed(query))


def linked(query: Query, said: HandIn) -> dict[str, list[str]]:
    """An address that a screen had, with what is said of exercises now."""
    own = {key: value for key, value in query.items() if not is_of_exercises(key)}
    before, _ = hand_in.read(query)
    opened = replace(said, open=before.open, runs={id: run for id, run in said.runs.items() if id != before.open})
    return {**own, **{key: [text] for key, text in opened.query.items()}}


def text(said: HandIn) -> str:
    """As the session keeps it."""
    return urlencode(said.query)


def _parsed(query: str) -> dict[str, list[str]]:
    return parse_qs(query, keep_blank_values=True)
