"""Home: a live replay, one first action, a field that opens a link or says why not, ten questions, the presets."""

from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from core.experiment import Experiment, changed
from core.link import Pair, experiment_key, from_query, to_query
from core.presets import PRESETS
from core.questions import QUESTIONS
from pages.parts.home.start import linked
from tests.pages.conftest import address, on_stage, open_address, open_home, press

PLAYGROUND = "https://playground.tensorflow.org/#activation=tanh&dataset=xor&networkShape=3"


def links(at: AppTest, screen: str) -> list[tuple[str, dict[str, str]]]:
    """Label and query of every link with a query to a screen."""
    protos = [link.proto for link in at.get("page_link") if link.proto.query_string]
    return [
        (proto.label, {name: text for name, (text,) in parse_qs(proto.query_string, keep_blank_values=True).items()})
        for proto in protos
        if proto.page.endswith(screen)
    ]


def errors(at: AppTest) -> list[str]:
    return [error.value for error in at.error]


def test_home_trains_and_shows_something_before_the_first_click() -> None:
    at = open_home()
    (side,) = on_stage(at)
    assert side["key"] == experiment_key(PRESETS["spiral"].pair.a)
    assert side["state"] in ("waiting", "training", "finished")


def test_the_one_primary_action_opens_a_network_of_ones_own() -> None:
    at = open_home()
    (primary,) = (button for button in at.button if button.proto.type == "primary")
    press(at, primary.label)
    assert at.title[0].value == "Compare"
    assert address(at) == to_query(Pair())


def test_every_question_is_a_link_to_what_answers_it() -> None:
    at = open_home()
    for row in QUESTIONS.values():
        assert (f":blue[**{row.id}**] {row.words}", row.link) in links(at, row.screen)


def test_questions_stand_in_the_order_of_the_course() -> None:
    labels = [link.proto.label for link in open_home().get("page_link")]
    asked = [label for label in labels if label.startswith(":blue[")]
    assert [label[8:10] for label in asked] == list(QUESTIONS)


def test_every_card_leads_to_what_it_promises_and_has_its_picture() -> None:
    at = open_home()
    cards = [(label, query) for label, query in links(at, "compare") if label.startswith("**")]
    assert [label for label, _ in cards] == [f"**{preset.label}**" for preset in PRESETS.values()]
    for (_, query), preset in zip(cards, PRESETS.values(), strict=True):
        assert from_query(query)[::2] == (preset.pair, [])
    alternatives = [image.alt for images in at.get("image") for image in images.proto.imgs]
    assert alternatives == [f"Decision boundaries of {preset.label}" for preset in PRESETS.values()]


def test_a_pasted_address_opens() -> None:
    pair = Pair(changed(Experiment(), seed=77, epochs=3), changed(Experiment(), seed=77, epochs=3, activation="relu"))
    at = open_home()
    at.text_input[0].set_value(f"Look at https://example.org/compare?{urlencode(to_query(pair))} .")
    press(at, "Open")
    assert at.title[0].value == "Compare"
    assert [side["key"] for side in on_stage(at)] == [experiment_key(pair.a), experiment_key(pair.b)]


@pytest.mark.parametrize(
    "text, path, query",
    [
        ("https://a.org/activations?x=2", "pages/activations.py", {"x": "2"}),
        ("See https://a.org/lab/gradient_flow/?depth=3 here", "pages/gradient_flow.py", {"depth": "3"}),
        ("https://a.org/?seed=2", "pages/compare.py", {"seed": "2"}),
        ("seed=2&epochs=5", "pages/compare.py", {"seed": "2", "epochs": "5"}),
        (PLAYGROUND, "pages/compare.py", {"tfp": PLAYGROUND}),
        ("nonsense", "pages/compare.py", {}),
    ],
)
def test_a_pasted_address_opens_the_screen_that_it_names(text: str, path: str, query: dict[str, str]) -> None:
    assert linked(text) == (path, query)


@pytest.mark.parametrize("text", ["", "nonsense", "https://example.org/compare", "?", "**bold**", "\x00"])
def test_what_is_no_link_is_answered_with_a_sentence(text: str) -> None:
    at = open_home()
    at.text_input[0].set_value(text)
    press(at, "Open")
    assert at.title[0].value == "Gradient Lab"
    (said,) = errors(at)
    assert "Nothing was changed." in said
    assert text in ("", "?") or text not in said  # nothing that was typed is quoted, where it would be Markdown


def test_an_address_of_tensorflow_playground_on_home_opens_compare() -> None:
    at = open_address(open_home(), {"tfp": PLAYGROUND})
    assert at.title[0].value == "Compare"
    assert from_query(address(at))[0].a == Experiment() or "tfp" in address(at)
