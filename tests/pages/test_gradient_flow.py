"""The gradient-flow lab: the address decides what is measured, widgets change it, checks come when measured."""

import pytest
from streamlit.testing.v1 import AppTest

from core.claims.deep_stack import SEEDS, Stack, measure
from core.claims.gradient_flow import PRESETS, counter_examples, numbers, verdict
from core.link import settings_to_query
from pages.parts.labs import lab
from tests.pages.background.links import Here
from tests.pages.conftest import address, press, put, sentences, widget, words
from tests.pages.labs.screens import labels, open_lab

QUICK = {"depth": "3", "width": "4", "rows": "16"}


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def test_a_bare_address_shows_the_default_stack() -> None:
    at = open_lab("gradient_flow")
    found = measure(Stack(), range(SEEDS))
    assert verdict(found) in words(at)
    assert metrics(at) == numbers(Stack(), found)


def test_a_link_sets_every_widget_and_the_measurement() -> None:
    stack = Stack("relu", 6, 8, "sklearn", 1.7, 0.4, True, "positive", 16)
    at = open_lab("gradient_flow", settings_to_query(stack))
    for kind, name in (
        ("selectbox", "activation"),
        ("slider", "depth"),
        ("slider", "width"),
        ("selectbox", "initializer"),
        ("slider", "scale"),
        ("slider", "bias"),
        ("toggle", "centred"),
        ("selectbox", "inputs"),
        ("number_input", "rows"),
    ):
        assert widget(at, kind, f"lab.{name}").value == getattr(stack, name), name
    assert metrics(at) == numbers(stack, measure(stack, range(SEEDS)))
    assert address(at) == settings_to_query(stack)


def test_moving_a_slider_measures_and_rewrites_the_address() -> None:
    at = open_lab("gradient_flow", QUICK)
    before = metrics(at)
    put(at, "slider", "lab.depth", 5)
    assert address(at) == settings_to_query(Stack(depth=5, width=4, rows=16))
    assert metrics(at) == numbers(
        Stack(depth=5, width=4, rows=16), measure(Stack(depth=5, width=4, rows=16), range(SEEDS))
    )
    assert metrics(at) != before


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_opened_like_links(name: str) -> None:
    at = open_lab("gradient_flow", QUICK)
    press(at, PRESETS[name].label)
    assert address(at) == settings_to_query(PRESETS[name].stack)
    assert widget(at, "slider", "lab.depth").value == PRESETS[name].stack.depth
    assert f"**{PRESETS[name].label}**" in words(at)


def test_a_bad_link_opens_with_defaults_and_says_so() -> None:
    at = open_lab("gradient_flow", {**QUICK, "depth": "51", "activation": "sigmoid", "bogus": "1"})
    assert widget(at, "slider", "lab.depth").value == Stack().depth
    assert widget(at, "slider", "lab.width").value == 4
    said = sentences(at)
    assert "depth='51'" in said and "sigmoid" in said and "bogus" in said


@pytest.mark.parametrize(
    "query",
    [
        {"depth": "1", "width": "4"},
        {"initializer": "zeros", "activation": "relu"},
        {"scale": "10", "activation": "relu6", "depth": "50", "width": "4"},
        {"activation": "identity", "scale": "0.1", "depth": "50", "width": "4"},
    ],
    ids=str,
)
def test_extremes_are_shown_without_faults(query: dict[str, str]) -> None:
    at = open_lab("gradient_flow", {**QUICK, **query})
    assert len(metrics(at)) == 5


def test_training_appears_when_it_is_there() -> None:
    at = open_lab("gradient_flow", QUICK)
    assert "Training loss" in words(at) and "Logistic: change of each layer's W in an epoch" in words(at)
    assert "weights moved, relative to their size: Logistic **" in words(at)
    assert len(at.get("plotly_chart")) == 8


def test_counter_examples_stand_beside_what_is_often_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "LABS", {"gradient_flow": (counter_examples,)})
    at = open_lab("gradient_flow", QUICK)
    assert words(at).count("Often heard, and wrong") == 3
    text = words(at)
    for claim in counter_examples():
        assert f"Counter-example: {lab.result(claim)}" in text and claim.statement in text
    assert text.count(":green-badge[holds]") == 3


def test_training_can_be_stopped_and_begun_again(worker: Here) -> None:
    worker.holds = "nets "
    at = open_lab("gradient_flow", QUICK)
    press(at, "Stop")
    assert "Stop" not in labels(at) and len(at.get("plotly_chart")) == 4
    press(at, "Go on")
    assert "Stop" in labels(at)
    press(at, "Stop")
    worker.holds = ""
    assert len(press(at, "Go on").get("plotly_chart")) == 8
