"""Help: the words of the screens by subject, a sentence each, with the way to where one sees it."""

import streamlit as st

from core.words import SUBJECTS, Word
from pages.parts.frame import page, share
from pages.parts.home import links

COLUMNS = (("Data", "Network"), ("Training", "Pictures and figures"), ("Gradients", "Over seeds", "Verdicts"))


def main() -> None:
    page.frame("Help", sidebar=False)
    share.corner(st.query_params.to_dict())
    st.html(links.STYLE)
    st.title("Help")
    st.markdown("The words of the screens. Each opens a screen on which one sees what it means.")
    with st.container(key="words"):
        for column, subjects in zip(st.columns(len(COLUMNS), gap="large"), COLUMNS, strict=True):
            with column:
                for subject in subjects:
                    st.subheader(subject)
                    for word in SUBJECTS[subject].values():
                        explained(word)


def explained(word: Word) -> None:
    """One word."""
    with st.container(gap=None):
        links.link(word.screen, word.term, "", word.query)
        st.markdown(word.sentence)


main()
