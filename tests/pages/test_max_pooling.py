"""The lab on convolution and pooling: the address holds the images, digits are taken, checks are of what is shown."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.claims import max_pooling
from core.claims.max_pooling import MaxPooling, digit
from core.link import settings_from_query, settings_to_query
from pages.parts.labs import max_pooling as pooling
from tests.pages.conftest import address, put, sentences, widget, words
from tests.pages.labs.screens import open_lab


@pytest.fixture(autouse=True)
def _one_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooling, "SPLITS", range(1))


def titles(at: AppTest) -> list[str]:
    """The names of the rows in the figure of superposition."""
    layout = json.loads(at.get("plotly_chart")[0].proto.spec)["layout"]
    return [note["text"] for note in layout["annotations"] if note["text"].startswith("<b>")]


def drawn(at: AppTest) -> list[dict[str, Any]]:
    return [json.loads(element.proto.json) for element in at.get("bidi_component")]


def test_a_bare_address_shows_the_default() -> None:
    at = open_lab("max_pooling")
    assert titles(at)[0] == "<b>Convolution: off by 0</b>"
    gap = max_pooling.defects(MaxPooling())["Convolution, max pooling"]
    assert titles(at)[2] == f"<b>Convolution, max pooling: off by {gap:.2g}</b>"
    assert address(at) == {}


def test_a_link_sets_every_widget_and_both_images() -> None:
    settings = MaxPooling("blur", 0.5, 2.0, -1.0, digit(1), digit(7))
    at = open_lab("max_pooling", settings_to_query(settings))
    for kind, name in (("selectbox", "kernel"), ("slider", "a"), ("slider", "b"), ("slider", "level")):
        assert widget(at, kind, f"lab.{name}").value == getattr(settings, name)
    assert [image["pixels"] for image in drawn(at)] == [digit(1), digit(7)]


def test_a_digit_is_taken_and_the_list_is_free_again() -> None:
    at = put(open_lab("max_pooling", {"a": "2"}), "selectbox", "take y", 5)
    settings, problems = settings_from_query(MaxPooling, address(at))
    assert (settings, problems) == (MaxPooling(a=2.0, y=digit(5)), [])
    assert widget(at, "selectbox", "take y").value is None
    assert drawn(at)[1]["pixels"] == digit(5)
    at = put(at, "selectbox", "take x", -1)
    assert address(at)["x"] == "0" * 64


def test_where_superposition_happens_to_hold_the_screen_says_so() -> None:
    at = open_lab("max_pooling", {"b": "0"})
    assert any("happens to hold" in caption.value for caption in at.caption)
    assert "superposition fails, the map is not linear" in words(at)
    assert not any("happens to hold" in caption.value for caption in open_lab("max_pooling").caption)


def test_the_parameters_are_those_of_the_classifiers_that_are_trained() -> None:
    assert f"softmax, {max_pooling.compare(0).parameters:,} parameters" in words(open_lab("max_pooling"))


def test_a_bad_link_opens_with_one_notice() -> None:
    at = open_lab("max_pooling", {"x": "<script>", "a": "1e400", "kernel": "sobel"})
    assert sentences(at).count("\n") == 2
    assert drawn(at)[0]["pixels"] == MaxPooling().x
