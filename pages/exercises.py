"""Exercises: all that are set, how far each is, and the link to hand in."""

import streamlit as st

from pages.parts.exercises import listing
from pages.parts.frame import address, page, share

SCREEN = "exercises"


def main() -> None:
    page.frame("Exercises", sidebar=False)
    query = address.arrive(SCREEN)
    share.corner(address.with_hand_in({}))
    st.title("Exercises")
    listing.section(query)


main()
