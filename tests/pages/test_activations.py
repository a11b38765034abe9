"""The activations lab: the address decides, every control is in it, the curves are those of the registry."""

import dataclasses
import json
import re
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.claims import activation_outputs
from core.claims.activations import LIMIT, LOGISTIC_SLOPE, SOFTMAX_OF_TWO, TANH_BY_LOGISTIC, TANH_SLOPE, Settings
from core.fields import rules
from core.formulas import formulas
from core.link import from_query, settings_from_query, settings_to_query
from core.network import ACTIVATIONS
from pages.parts.labs import curve, lab
from tests.pages.conftest import address, bare, press, put, sentences, widget, words
from tests.pages.labs.screens import open_lab


def drawn(at: AppTest) -> dict[str, Any]:
    """What the browser gets to draw."""
    message: dict[str, Any] = json.loads(at.get("bidi_component")[0].proto.json)
    return message


def test_opens_with_curves_and_table() -> None:
    at = open_lab("activations")
    assert [each["label"] for each in drawn(at)["curves"]] == ["Logistic", "Tanh", "ReLU"]
    assert len(at.dataframe[0].value) == len(ACTIVATIONS)
    assert address(at) == {}
    assert words(at).count("**Heard:**") == 4


def test_every_control_is_in_the_address_and_comes_back_from_it() -> None:
    settings = Settings(("gelu", "sine"), -2.5, 3, 30.0, 0.5, 2)
    query = settings_to_query(settings)
    assert {*rules(Settings)} <= set(query) and settings_from_query(Settings, query) == (settings, [])
    at = open_lab("activations", query)
    assert drawn(at)["x"] == -2.5 and [each["label"] for each in drawn(at)["curves"]] == ["GELU", "Sine"]
    assert {bare(slider.key): slider.value for slider in at.slider} == {
        "lab.epochs": 3,
        "lab.noise": 30.0,
        "lab.scale": 0.5,
        "lab.depth": 2,
    }
    put(at, "slider", "lab.depth", 3)
    assert settings_from_query(Settings, address(at)) == (Settings(("gelu", "sine"), -2.5, 3, 30.0, 0.5, 3), [])


def test_a_bad_link_opens_with_defaults_and_a_sentence_each() -> None:
    at = open_lab("activations", {"activations": "tanh,nothing", "x": "9", "depth": "2"})
    assert drawn(at)["x"] == 1 and widget(at, "slider", "lab.depth").value == 2
    assert "x='9'" in sentences(at) and "nothing" in sentences(at)


def test_a_recovery_from_further_out_takes_longer() -> None:
    at = open_lab("activations", {"depth": "5"})
    assert "**1,383**" in words(at)
    put(at, "slider", "lab.depth", 3)
    assert "**29**" in words(at)


def test_the_answer_has_its_measured_number_before_any_picture() -> None:
    said = [markdown.value for markdown in open_lab("activations").main.markdown]
    answer = next(place for place, text in enumerate(said) if "of the test rows, the logistic on" in text)
    assert re.search(r"tanh is right on \*\*\d+% to \d+%\*\*", said[answer])
    assert answer < next(place for place, text in enumerate(said) if "**Heard:**" in text)


def test_what_is_heard_meets_the_sentences_of_its_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the seeds at hand; two of them stand at one sentence."""
    against = activation_outputs.counter_examples
    monkeypatch.setattr(lab, "LABS", {"activations": (against,)})
    said = [text.value for text in open_lab("activations").main.markdown if text.value.startswith("**Measured:**")]
    for claim in against():
        (at,) = [text for text in said if claim.statement.removesuffix(".") in text]
        assert f"**{claim.value:.3g}**" in at
    assert len(said) == 4 < len(against())


def test_the_figures_on_signs_stand_beside_the_chance() -> None:
    (said,) = [text.value for text in open_lab("activations").markdown if text.value.startswith("One row moves all")]
    assert re.search(r"ten rows for \*\*\d+\.\d%\*\* of the neurons", said) and said.endswith("by chance for 0.8%.")


def test_the_limit_of_the_recovery_is_said_only_where_it_holds() -> None:
    at = open_lab("activations", {"depth": "4"})
    assert "$e^{2|z|}/16$ = 186" in words(at) and "at rate 1" in words(at)
    put(at, "slider", "lab.depth", 3)
    assert "/16" not in words(at)


@pytest.mark.parametrize("question", ["P3", "P5"])
def test_derivations_give_a_reason_a_line(question: str) -> None:
    at = open_lab("activations", {"question": question})
    said = [caption.value for caption in at.caption]
    for steps in (LOGISTIC_SLOPE, TANH_BY_LOGISTIC, TANH_SLOPE, SOFTMAX_OF_TWO):
        for step in steps:
            assert any(caption.startswith(step.why) for caption in said)


def test_the_names_that_students_search_for_are_on_the_screen() -> None:
    at = open_lab("activations")
    everything = words(at) + " ".join(fold.label for fold in at.expander)
    for name in ("sigmoid", "hyperbolic tangent", "proofs"):
        assert name in everything


def test_the_control_has_the_formulas_of_what_is_chosen() -> None:
    at = open_lab("activations", {"activations": "gelu,sine"})
    told = widget(at, "button_group", "lab.activations").proto.help
    for name in ("gelu", "sine"):
        assert all(formula in told for formula in formulas(ACTIVATIONS[name]))
    assert "ReLU:" not in told


def test_each_case_that_is_shown_sets_its_controls() -> None:
    at = open_lab("activations", settings_to_query(Settings(("gelu",), 0.5, 3, 30.0, 0.5, 2)))
    changes: dict[str, Any] = {"z = −5": {"depth": 5}, "20 epochs": {"epochs": 20}, "s(3z)": {"noise": 50, "scale": 3}}
    for label, changed in changes.items():
        before = shown(at)
        press(at, f"Show me: {label}")
        assert shown(at) == dataclasses.replace(before, **changed)
        assert next(button for button in at.button if button.label == f"Show me: {label}").disabled


def shown(at: AppTest) -> Settings:
    return settings_from_query(Settings, address(at))[0]


def test_three_classes_are_shown_in_compare() -> None:
    link = next(link for link in open_lab("activations").get("page_link") if "three classes" in link.proto.label)
    pair, _, problems = from_query(parse_qs(link.proto.query_string))
    assert problems == [] and pair.a == activation_outputs.THREE


def test_the_last_activation_stays() -> None:
    at = open_lab("activations", {"activations": "tanh"})
    put(at, "button_group", "lab.activations", [])
    assert [each["label"] for each in drawn(at)["curves"]] == ["Tanh"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_curves_are_the_registrys_to_six_digits(name: str) -> None:
    sent, x = curve.curve(name), np.linspace(-LIMIT, LIMIT, curve.POINTS)
    np.testing.assert_allclose(sent["values"], ACTIVATIONS[name].value(x), rtol=6e-6)
    np.testing.assert_allclose(sent["slopes"], ACTIVATIONS[name].slope(x), rtol=6e-6)


def test_an_x_between_the_points_of_the_grid_stays_as_it_is() -> None:
    at = open_lab("activations", {"x": "0.1234"})
    assert drawn(at)["x"] == 0.1234
    assert settings_from_query(Settings, address(put(at, "slider", "lab.depth", 3)))[0].x == 0.1234


@pytest.mark.parametrize("x", [0.1234, -3.00001, 8.0])
def test_values_at_x_are_the_registrys(x: float) -> None:
    for name, told in zip(ACTIVATIONS, curve.message(tuple(ACTIVATIONS), x)["at"], strict=True):
        row, point = ACTIVATIONS[name], np.array(x)
        np.testing.assert_allclose(told, [row.value(point), row.slope(point)], rtol=6e-6)


def test_all_of_them_fit_in_a_message() -> None:
    assert len(json.dumps(curve.message(tuple(ACTIVATIONS), 0.0))) < 400_000


@pytest.mark.parametrize(
    "told, place", [(2, 2.0), (-7.999, -8.0), (8.5, 1.0), (float("nan"), 1.0), ("2", 1.0), (True, 1.0), (None, 1.0)]
)
def test_what_the_browser_says_is_checked(told: Any, place: float) -> None:
    assert curve.place(told, 1.0) == place
