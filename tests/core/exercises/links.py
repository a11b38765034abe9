"""Links that somebody hands in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import urlencode

from core.exercises import EXERCISES
from core.exercises.hand_in import HandIn, carried, completed, link
from core.link import Pair, to_query
from tests.core.exercises.solutions import SOLUTIONS

Solved = Literal["right", "wrong"]
Handed = Literal["start", "reaches", "fails"]
HOST = "https://lab.example.org/compare?"


def link_of(
    id: str,
    handle: str = "",
    solved: Solved = "right",
    handed: Handed = "start",
    more: Mapping[str, str] = {},
) -> str:
    """The address of an exercise with answers, and with an experiment where it asks for one."""
    return address(handed_in(HandIn(handle=handle), id, solved, handed), id, more)


def address(hand_in: HandIn, id: str, more: Mapping[str, str] = {}) -> str:
    """The address that opens an exercise with all that was handed in."""
    return HOST + urlencode({**link(hand_in, EXERCISES[id]), **more})


def handed_in(hand_in: HandIn, id: str, solved: Solved, handed: Handed) -> HandIn:
    """What was handed in so far, with an exercise."""
    task = EXERCISES[id].task(hand_in.handle)
    solution = SOLUTIONS[id](task)
    answers = solution.right if solved == "right" else solution.wrong
    experiment = {"start": task.start, "reaches": solution.reaches, "fails": solution.fails}[handed] or task.start
    opened = replace(hand_in, open=id).answered(id, answers)
    settings = to_query(Pair(experiment, experiment)) if experiment else {}
    return carried({**completed(opened.query), **settings, **opened.query})
