"""Home: what Gradient Lab is, one live example, and the way to every screen."""

import dataclasses

import streamlit as st

from core.experiment import Experiment
from core.link import Pair, View, query_of, to_query
from core.playground_link import is_link
from core.presets import PRESETS
from pages.parts.compare import results
from pages.parts.frame import page
from pages.parts.labs import overview
from pages.parts.stage import stage

CARDS_IN_A_ROW = 3
LIVE = "spiral"  # the preset that is trained and replayed here


def main() -> None:
    page.frame("Home", sidebar=False)
    if "tfp" in st.query_params:
        st.switch_page("pages/compare.py", query_params={"tfp": st.query_params["tfp"]})
    st.title("Gradient Lab")
    st.markdown(
        "Train a neural network twice, in NumPy code that you can read and in scikit-learn, and watch epoch by epoch "
        "how its decision boundary forms and how much gradient reaches each layer."
    )
    live(PRESETS[LIVE].pair.a)
    st.subheader("Experiments to start from")
    cards()
    st.subheader("Questions, answered by measurement")
    overview.labs()
    st.subheader("Open a link")
    open_field()


def live(experiment: Experiment) -> None:
    """A small replay of one experiment, trained here and now."""

    (look,) = results.look(experiment)
    side = dataclasses.replace(results.side("A", look), title=PRESETS[LIVE].label)
    stage.show([side], View(), key="live", compact=True)


def cards() -> None:
    """A card for the main screen and one for each preset: what it shows, and the way to it."""
    contents = [("Compare", "Your own data, network and training, on both engines.", Pair())]
    contents += [(preset.label, preset.point, preset.pair) for preset in PRESETS.values()]
    for row in range(0, len(contents), CARDS_IN_A_ROW):
        for column, (label, point, pair) in zip(st.columns(CARDS_IN_A_ROW), contents[row:], strict=False):
            with column.container(border=True, height="stretch", gap="small"):
                st.page_link(
                    "pages/compare.py",
                    label=f"**{label}**",
                    icon=":material/arrow_forward:",
                    query_params=to_query(pair),
                )
                st.caption(point)


def open_field() -> None:
    """A field for an address of this dashboard or of TensorFlow Playground."""
    with st.form("open link", border=False):
        text = st.text_input(
            "An address copied in Compare, or of TensorFlow Playground",
            placeholder="https://…/compare?v=1&dataset=spiral… or https://playground.tensorflow.org/#activation=tanh…",
            key="open.text",
        )
        submitted = st.form_submit_button("Open", key="open")
    if submitted and (query := linked(text)):
        st.switch_page("pages/compare.py", query_params=query)
    if submitted:
        page.notice(
            "This is not a link that can be opened",
            [
                "An address must have a query, the part behind its question mark; one of TensorFlow Playground the "
                "part behind its #. Nothing was changed."
            ],
        )


def linked(text: str) -> dict[str, str]:
    """The query with which Compare opens pasted text, or {}."""
    query = query_of(text)
    return {"tfp": text} if "tfp" not in query and is_link(text) else query


main()
