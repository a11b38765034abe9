"""The first step of a screen on which an exercise can be open: to arrive at it, with the exercise above."""

import streamlit as st

from core.link import EXERCISE, is_of_exercises
from pages.parts.frame import address


def arrive(screen: str) -> bool:
    """Arrive at a screen and draw the exercise of its address, if there is one.

    Returns whether what stands under it may be seen: not before the prediction, since it has the answer.
    """
    query = address.arrive(screen)
    if not any(map(is_of_exercises, query)):
        return True
    from pages.parts.exercises import listing, panel  # with all exercises

    listing.notices(query)
    if EXERCISE not in query:
        return True
    with st.container(key="exercise", border=True, gap="small"):
        return panel.draw(screen)


def offer() -> None:
    """In Share: the same screen with an exercise."""
    if st.toggle("With exercise", key=address.key("share.exercise")):
        from pages.parts.exercises import setting

        setting.section("share")
