"""The gradient-flow lab: the address decides what is measured, widgets change it, checks come when measured."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.claims.deep_stack import SEEDS, Stack, measure
from core.claims.gradient_flow import PRESETS, claims, counter_examples, numbers, training_claims, verdict
from core.link import settings_to_query
from pages.parts.verdicts import verdicts
from tests.pages.conftest import (
    PATIENCE,
    ROOT,
    address,
    open_address,
    press,
    put,
    run,
    sentences,
    settle,
    widget,
    words,
)

QUICK = {"depth": "3", "width": "4", "rows": "16"}


def open_lab(query: Mapping[str, str]) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.switch_page("pages/gradient_flow.py")
    return open_address(at, query)


def charts(at: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def test_a_bare_address_shows_the_default_stack() -> None:
    at = open_lab({})
    found = measure(Stack(), range(SEEDS))
    assert verdict(found) in words(at)
    assert metrics(at) == numbers(Stack(), found)


def test_a_link_sets_every_widget_and_the_measurement() -> None:
    stack = Stack("relu", 6, 8, "sklearn", 1.7, 0.4, True, "positive", 16)
    at = open_lab(settings_to_query(stack))
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
    at = open_lab(QUICK)
    before = metrics(at)
    put(at, "slider", "lab.depth", 5)
    assert address(at) == settings_to_query(Stack(depth=5, width=4, rows=16))
    assert metrics(at) == numbers(
        Stack(depth=5, width=4, rows=16), measure(Stack(depth=5, width=4, rows=16), range(SEEDS))
    )
    assert metrics(at) != before


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_opened_like_links(name: str) -> None:
    at = open_lab(QUICK)
    press(at, PRESETS[name].label)
    assert address(at) == settings_to_query(PRESETS[name].stack)
    assert widget(at, "slider", "lab.depth").value == PRESETS[name].stack.depth
    assert f"**{PRESETS[name].label}**" in words(at)


def test_a_bad_link_opens_with_defaults_and_says_so() -> None:
    at = open_lab({**QUICK, "depth": "51", "activation": "sigmoid", "bogus": "1"})
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
    at = open_lab({**QUICK, **query})
    assert len(metrics(at)) == 5


def test_training_and_checks_appear_when_they_are_there() -> None:
    at = open_lab(QUICK)
    assert "Often heard, and wrong" in words(at)
    settle(at)
    for measures in (counter_examples, claims, training_claims):
        verdicts().of(measures).result(PATIENCE)
    text = words(run(at))
    every = [
        claim for measures in (counter_examples, claims, training_claims) for claim in verdicts().of(measures).result()
    ]
    assert all(claim.statement in text for claim in every)
    assert text.count(":green-badge[holds]") == len(every) and "red-badge" not in text
    assert text.count("Counter-example") == 3
    assert "Training loss" in text and "Logistic: change of each layer's W in an epoch" in text
    assert [caption.value for caption in at.caption if "Measuring" in caption.value] == []
    assert len(charts(at)) == 8


def test_training_can_be_stopped() -> None:
    at = open_lab({**QUICK, "width": "5"})
    if any(button.label == "Stop" for button in at.button):  # elsewhere it may have been trained already
        press(at, "Stop")
    assert not [button for button in at.button if button.label == "Stop"]
