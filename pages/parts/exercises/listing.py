"""The list of exercises: each with how far it is, and the way to it; the link to hand in."""

from collections.abc import Sequence

import streamlit as st

from core.exercises import Exercise, Grade, graded, is_committed, needed
from core.exercises.exercise import Need
from core.exercises.hand_in import HandIn, experiment_of, link, read
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.exercises import works
from pages.parts.exercises.panel import STYLE
from pages.parts.frame import address, page, share

GROUPS = {"P": "Reasons", "E": "Experiments", "X": "Beyond the quiz", "T": "As in TensorFlow Playground’s courses"}
PLACE = "exercises"


def section(query: dict[str, list[str]]) -> None:
    """Draw what is set."""
    st.html(STYLE)
    page.notice("Not everything in this link could be used", read(query)[1])
    said = address.hand_in() or HandIn()
    st.markdown(
        "Predict, run, understand. An answer is committed before the lab or the experiment opens; a link has them all, "
        "and is what is handed in."
    )
    grades, looks = graded_so_far(said)
    screen.watch(looks, PLACE, lambda now: _progress(said, grades, now))
    if said.answers:
        st.code(share.link(said.query), language=None)
    for letter, title in GROUPS.items():
        rows = [each for each in said.listed if each.id.startswith(letter)]
        if rows:
            st.subheader(title, anchor=False)
            for exercise in rows:
                _row(said, exercise, grades[exercise.id])


def graded_so_far(said: HandIn) -> tuple[dict[str, Grade], list[Look]]:
    """The grade of each exercise, as far as what it needs is trained."""
    needs = list[Need]()
    for exercise in said.listed:
        experiment, _ = experiment_of(said, exercise, {})
        needs += needed(said.task(exercise), said.answers_of(exercise.id), experiment)
    looks, found, refused = works.look(list(dict.fromkeys(needs)), PLACE)
    return {
        exercise.id: graded(
            said.task(exercise),
            said.answers_of(exercise.id),
            experiment_of(said, exercise, {})[0],
            found,
            refused,
        )
        for exercise in said.listed
    }, looks


def _progress(said: HandIn, grades: dict[str, Grade], looks: Sequence[Look]) -> None:
    """How many are answered, and the points."""
    count = sum(is_committed(said.task(each), said.answers_of(each.id)) for each in said.listed)
    points, of = sum(each.points for each in grades.values()), sum(each.of for each in grades.values())
    st.progress(count / len(grades), f"{count} of {len(grades)} answered, {points} of {of} points")
    if any(look.busy for look in looks):
        st.caption("The checks are being trained.")


def _row(said: HandIn, exercise: Exercise, grade: Grade) -> None:
    """One exercise: the way to it, and how far it is."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            f"pages/{exercise.screen}.py",
            label=f":blue[**{exercise.id}**] {exercise.words}",
            query_params=link(said, exercise),
            width="stretch",
        )
        is_answered = is_committed(said.task(exercise), said.answers_of(exercise.id))
        st.markdown(f"{grade.points} of {grade.of}" if is_answered else "not answered", width="content")
