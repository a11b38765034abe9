"""The list of exercises: each with how far it is, and the way to it; the link to hand in."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from core import words
from core.exercises import Exercise, Grade, graded, is_committed, needed
from core.exercises.exercise import Need
from core.exercises.hand_in import LONGEST_HANDLE, HandIn, experiment_of, link, read
from core.link import HANDLE
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.exercises import works
from pages.parts.frame import address, page, share

STYLE = Path(__file__).with_name("exercises.css")
GROUPS = {"P": "Reasons", "E": "Experiments", "X": "Beyond the quiz", "T": "From courses with TensorFlow Playground"}
PLACE = "exercises"  # of what the checks train


def notices(query: Mapping[str, list[str]]) -> None:
    """What an address says of exercises and could not be read."""
    page.notice("Not all of the exercises in this link could be used", read(query)[1])


def section() -> HandIn:
    """Draw what is set, with how far each is; returns what was handed in so far."""
    said = address.hand_in() or HandIn()
    grades, looks = _graded(said)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        screen.watch(looks, PLACE, partial(_progress, said, grades))
        screen.buttons(looks, PLACE)
    for letter, title in GROUPS.items():
        if rows := [each for each in said.listed if each.id.startswith(letter)]:
            with st.container(gap=None, key=f"exercises {letter}"):
                st.subheader(title, anchor=False)
                for exercise in rows:
                    _row(said, exercise, grades[exercise.id])
    return said


def hand_in(said: HandIn) -> None:
    """The link that has all answers; before there is one, a field for whose variant it is."""
    st.subheader("Hand in", anchor=False)
    if said.answers:
        st.markdown("This link has all your answers, and what you changed in each experiment. It is what is graded.")
        with st.container(key="links hand in"):
            st.code(share.link(said.query), language=None)
        return
    handle = st.text_input(
        "Variant for",
        said.handle,
        key=address.key("handle"),
        max_chars=LONGEST_HANDLE,
        placeholder="a name or a number, if you were asked for one",
        help=words.help("variant"),
    )
    st.caption("Once an exercise is answered, the link to hand in stands here.")
    if handle != said.handle:
        address.write({**{name: texts[-1] for name, texts in address.query().items()}, HANDLE: handle})


def _graded(said: HandIn) -> tuple[dict[str, Grade], list[Look]]:
    """The grade of each exercise, as far as what it needs is trained."""
    tasks = {
        each: (said.task(each), said.answers_of(each.id), experiment_of(said, each, {})[0]) for each in said.listed
    }
    needs = dict.fromkeys(need for of in tasks.values() for need in needed(*of))
    looks, found, refused = works.look(list[Need](needs), PLACE)
    return {each.id: graded(*of, found, refused) for each, of in tasks.items()}, looks


def _progress(said: HandIn, grades: Mapping[str, Grade], looks: Sequence[Look]) -> None:
    """How many are answered, and the points."""
    count = sum(is_committed(said.task(each), said.answers_of(each.id)) for each in said.listed)
    points, of = sum(each.points for each in grades.values()), sum(each.of for each in grades.values())
    busy = "; the checks are being trained" if any(look.busy for look in looks) else ""
    st.progress(count / len(grades), f"{count} of {len(grades)} answered, {points} of {of} points{busy}")


def _row(said: HandIn, exercise: Exercise, grade: Grade) -> None:
    """One exercise: the way to it, and how far it is."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        label = f":blue[**{exercise.id}**] {exercise.words}"
        page.way(f"pages/{exercise.screen}.py", label, link(said, exercise), width="stretch")
        st.markdown(_how_far(said, exercise, grade), width="content")


def _how_far(said: HandIn, exercise: Exercise, grade: Grade) -> str:
    if not is_committed(said.task(exercise), said.answers_of(exercise.id)):
        return f"{grade.of} point{'s' * (grade.of != 1)}"
    icon = ":green[:material/check:] " if grade.points == grade.of else ""
    return f"{icon}**{grade.points} of {grade.of}**"
