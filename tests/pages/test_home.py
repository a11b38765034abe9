"""Home: a live replay, a card for every preset, and a field that opens a link or says why not."""

from urllib.parse import parse_qs, urlencode

import pytest

from core.experiment import Experiment, changed
from core.link import Pair, experiment_key, from_query, to_query
from core.presets import PRESETS
from tests.pages.conftest import on_stage, open_home, press, sentences


def test_home_trains_and_shows_something_before_the_first_click() -> None:
    at = open_home()
    (side,) = on_stage(at)
    assert side["key"] == experiment_key(PRESETS["spiral"].pair.a)
    assert side["state"] in ("waiting", "training", "finished")


def test_every_card_leads_to_what_it_promises() -> None:
    links = [link.proto for link in open_home().get("page_link") if link.proto.label.startswith("**")]
    assert [link.label for link in links] == ["**Compare**", *(f"**{preset.label}**" for preset in PRESETS.values())]
    for link, pair in zip(links, [Pair(), *(preset.pair for preset in PRESETS.values())], strict=True):
        assert "compare" in link.page
        assert from_query(parse_qs(link.query_string, keep_blank_values=True))[::2] == (pair, [])


def test_a_pasted_address_opens() -> None:
    pair = Pair(changed(Experiment(), seed=77, epochs=3), changed(Experiment(), seed=77, epochs=3, activation="relu"))
    at = open_home()
    at.text_input[0].set_value(f"Look at https://example.org/compare?{urlencode(to_query(pair))} .")
    press(at, "Open")
    assert at.title[0].value == "Compare"
    assert [side["key"] for side in on_stage(at)] == [experiment_key(pair.a), experiment_key(pair.b)]


@pytest.mark.parametrize("text", ["", "nonsense", "https://example.org/compare", "?", "**bold**", "\x00"])
def test_what_is_no_link_is_answered_with_a_sentence(text: str) -> None:
    at = open_home()
    at.text_input[0].set_value(text)
    press(at, "Open")
    assert at.title[0].value == "Gradient Lab"
    assert "must have a query" in sentences(at)
