"""Home: one live example, the ways to an experiment of one's own, the questions of a first course, the presets."""

import dataclasses

import streamlit as st

from core.experiment import Experiment
from core.link import View
from core.presets import PRESETS
from core.questions import QUESTIONS
from pages.parts.compare import results
from pages.parts.frame import address, page, share
from pages.parts.home import experiments, links, start
from pages.parts.stage import stage

LIVE = "spiral"  # the preset that is trained and replayed here


def main() -> None:
    page.frame("Home", sidebar=False)
    share.corner(st.query_params.to_dict())
    if "tfp" in st.query_params:
        st.switch_page("pages/compare.py", query_params={key: st.query_params.get_all(key) for key in st.query_params})
    st.html(links.STYLE)
    st.title("Gradient Lab")
    picture, ways = st.columns([5, 3], gap="medium")
    with picture:
        live(PRESETS[LIVE].pair.a)
    with ways:
        st.markdown(
            "Train a neural network twice, in NumPy code that you can read and in scikit-learn, and watch epoch by "
            "epoch how its decision boundary forms and how much gradient reaches each layer."
        )
        start.own_network()
        start.open_link()
    st.subheader("Ten questions of a first course")
    questions()
    st.page_link(
        page.SCREENS["Exercises"],
        label="Answer them yourself: exercises, with a link to hand in",
        icon=":material/checklist:",
        query_params=address.kept("exercises"),
    )
    st.subheader("Experiments to start from")
    experiments.cards()


def live(experiment: Experiment) -> None:
    """A small replay of one experiment, trained here and now."""

    (look,) = results.look(experiment)
    side = dataclasses.replace(results.side("A", look), title=PRESETS[LIVE].label)
    stage.show([side], View(), key="live", compact=True)


def questions() -> None:
    """A link for each question, down one column and then the other."""
    rows = list(QUESTIONS.values())
    half = (len(rows) + 1) // 2
    with st.container(key="questions"):
        for column, shown in zip(st.columns(2, gap="medium"), (rows[:half], rows[half:]), strict=True):
            with column.container(gap=None):
                for row in shown:
                    links.link(row.screen, row.id, row.words, row.link)


main()
