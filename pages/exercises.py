"""Exercises: all that are set, how far each is, the link to hand in; for teachers how they are set."""

import streamlit as st

from pages.parts.exercises import classroom, listing, setting
from pages.parts.frame import address, page, share

SCREEN = "exercises"


def main() -> None:
    page.frame("Exercises", sidebar=False)
    query = address.arrive(SCREEN)
    share.corner(address.with_hand_in({}))
    st.html(listing.STYLE)
    st.title("Exercises")
    st.markdown("Predict, run, understand. What is under an exercise opens once its answers are committed.")
    listing.notices(query)
    left, right = st.columns([3, 2], gap="large")
    with left:
        said = listing.section()
    with right:
        listing.hand_in(said)
        with st.expander("For teachers: set exercises"):
            setting.section("set")
    with st.expander("For teachers: grade a class"):
        classroom.section()


main()
