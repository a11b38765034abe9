"""Help: the words of the screens by subject, a sentence each, with the way to where one sees it."""

import streamlit as st

from core.formulas import FORMULAS, Formulas, formulas
from core.words import SUBJECTS, Word
from pages.parts.frame import page, share
from pages.parts.home import links

COLUMNS = (
    ("Data", "Network"),
    ("Training", "One batch", "Pictures and figures"),
    ("Gradients", "Over seeds", "Exercises", "Verdicts"),
)


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
    with st.expander("Formulas: activations, losses, optimizers, initial weights, features", key="formulas"):
        for registry in FORMULAS.values():
            table(registry)


def explained(word: Word) -> None:
    """One word."""
    with st.container(gap=None):
        links.link(word.screen, word.term, "", word.query)
        st.markdown(word.sentence)


def table(of: Formulas) -> None:
    """The formulas of one registry, a row each; without pandas, which a table of Streamlit's takes."""
    names = [str(getattr(row, "long_label", row.label)) for row in of.registry.values()]
    lines = [
        [f"**{name}**".replace("|", r"\|"), *(each.replace("|", r"\vert ") for each in formulas(row))]
        for name, row in zip(names, of.registry.values(), strict=True)
    ]
    head = [of.title, "Value", "Slope"] if len(lines[0]) == 3 else [of.title, "Formula"]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in [head, ["-"] * len(head), *lines]))
    if of.letters:
        st.caption(of.letters)


main()
