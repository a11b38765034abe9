"""The lab on convolution and pooling: the address holds the images, digits are taken, checks are of what is shown."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.claims import max_pooling
from core.claims.max_pooling import MaxPooling, digit
from core.link import settings_from_query, settings_to_query
from pages.parts.labs import max_pooling as pooling
from pages.parts.labs.lab import Heard
from tests.pages.background.links import Here
from tests.pages.conftest import address, press, put, sentences, widget, words
from tests.pages.labs.screens import open_lab


@pytest.fixture(autouse=True)
def _one_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooling, "SPLITS", range(1))


def panels(at: AppTest) -> dict[str, str]:
    """By name of each map: the large words beside its images."""
    maps = list(max_pooling.maps(np.ones((3, 3))))
    captions = [caption.value for caption in at.caption if caption.value in maps]
    return dict(zip(captions, [w.strip("*") for w in words(at).splitlines() if w.startswith("**off by")], strict=True))


def drawn(at: AppTest) -> list[dict[str, Any]]:
    return [json.loads(element.proto.json) for element in at.get("bidi_component")]


def test_a_bare_address_shows_the_default_and_its_answer() -> None:
    at = open_lab("max_pooling")
    gaps = max_pooling.defects(MaxPooling())
    largest = gaps["Convolution, max pooling"]
    assert largest > 1
    assert panels(at) == {
        "Convolution": "off by 0",
        "Convolution, average pooling": "off by 0",
        "Convolution, max pooling": f"off by {largest:.2g}",
    }
    assert f"**{largest:.2g}** with max pooling" in words(at)
    assert address(at) == {}


@pytest.mark.parametrize(
    "said, case", [(pooling.LINEAR, pooling.OPPOSITE), (pooling.IS_RELU, pooling.BELOW_ZERO)], ids=str
)
def test_show_me_sets_the_case_that_refutes_and_nothing_else(said: Heard, case: dict[str, Any]) -> None:
    at = open_lab("max_pooling", {"kernel": "outline", "x": digit(4)})
    assert f"**Heard:** “{said.sentence}”" in words(at) and f"**In truth:** {said.truth}" in words(at)
    before = [chart.proto.spec for chart in at.get("plotly_chart")]
    press(at, f"Show me: {said.case}")
    settings, problems = settings_from_query(MaxPooling, address(at))
    assert (settings, problems) == (dataclasses.replace(MaxPooling(kernel="outline", x=digit(4)), **case), [])
    assert [chart.proto.spec for chart in at.get("plotly_chart")] != before
    assert next(button for button in at.button if button.label == f"Show me: {said.case}").disabled


def test_the_counter_examples_show_what_they_say() -> None:
    """f(−x) and −f(x) differ with max pooling alone, and below 0 a max is no relu."""
    opposite = dataclasses.replace(MaxPooling(), **pooling.OPPOSITE)
    f = max_pooling.maps(np.array(max_pooling.KERNELS["vertical"].weights, float))
    x = max_pooling.image(opposite.x)[None, None]
    gaps = max_pooling.defects(opposite)
    assert gaps == {name: pytest.approx(np.abs(g(-x) + g(x)).max(), abs=1e-12) for name, g in f.items()}
    assert [gap > 0.1 for gap in gaps.values()] == [False, False, True]
    assert max(-2.5, pooling.BELOW_ZERO["level"]) < 0


def test_checks_derivations_and_the_link_are_folded(worker: Here) -> None:
    worker.holds = "splits"
    folded = {expander.label: expander.proto.expanded for expander in open_lab("max_pooling").expander}
    assert set(folded) == {
        "Derivation: what is linear, and what is not",
        "Derivation: a max from a relu",
        "12 checks hold so far; others follow when the classifiers are trained on all splits",
    }
    assert not any(folded.values())


def test_no_two_sliders_have_one_name_and_the_quiz_is_answered() -> None:
    at = open_lab("max_pooling", {"question": "P2"})
    names = [slider.label.split()[-1] for slider in at.slider]
    assert names == ["a", "b", "v"]
    assert "linear convolutions collapse into one matrix. With **max** pooling they do not" in words(at)
    assert any("cross-correlation" in caption.value and "no bias" in caption.value for caption in at.caption)


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
    assert panels(at)["Convolution, max pooling"] == "off by 0"
    assert not any("happens to hold" in caption.value for caption in open_lab("max_pooling").caption)


def test_the_parameters_are_those_of_the_classifiers_that_are_trained() -> None:
    assert f"softmax, {max_pooling.compare(0).parameters:,} parameters" in words(open_lab("max_pooling"))


def test_a_bad_link_opens_with_one_notice() -> None:
    at = open_lab("max_pooling", {"x": "<script>", "a": "1e400", "kernel": "sobel"})
    assert sentences(at).count("\n") == 2
    assert drawn(at)[0]["pixels"] == MaxPooling().x
