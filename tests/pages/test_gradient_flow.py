"""The gradient-flow lab: the address decides what is measured, widgets change it, checks come when measured."""

from typing import cast

import pytest
from streamlit.testing.v1 import AppTest

from core.claims.deep_stack import SEEDS, Stack, measure
from core.claims.gradient_flow import FLAT, HALVED, LARGE, PRESETS, counter_examples, factors, verdict
from core.link import settings_to_query
from pages.parts.labs import lab
from tests.pages.background.links import Here
from tests.pages.conftest import address, press, put, sentences, widget, words
from tests.pages.labs.screens import labels, open_lab

QUICK = {"depth": "3", "width": "4", "rows": "16"}


def answer(stack: Stack) -> str:
    """What stands under the question when a stack is measured."""
    found = measure(stack, range(SEEDS))
    return f"{verdict(found)} {factors(stack, found)}"


def preset(at: AppTest) -> str | None:
    """The one that is on."""
    return cast(str | None, widget(at, "button_group", "lab.preset").value)


def test_a_bare_address_shows_the_default_stack() -> None:
    at = open_lab("gradient_flow")
    assert answer(Stack()) in words(at)


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
    assert answer(stack) in words(at)
    assert address(at) == settings_to_query(stack)


def test_moving_a_slider_measures_and_rewrites_the_address() -> None:
    at = open_lab("gradient_flow", QUICK)
    put(at, "slider", "lab.depth", 5)
    assert address(at) == settings_to_query(Stack(depth=5, width=4, rows=16))
    assert answer(Stack(depth=5, width=4, rows=16)) in words(at)
    assert answer(Stack(depth=3, width=4, rows=16)) not in words(at)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_opened_like_links(name: str) -> None:
    at = open_lab("gradient_flow", QUICK)
    assert preset(at) is None
    put(at, "button_group", "lab.preset", PRESETS[name].label)
    assert preset(at) == PRESETS[name].label
    assert PRESETS[name].point in [caption.value for caption in at.caption]
    assert address(at) == settings_to_query(PRESETS[name].stack)
    assert widget(at, "slider", "lab.depth").value == PRESETS[name].stack.depth
    assert f"**{PRESETS[name].label}**" in words(at)


def test_no_preset_is_on_once_a_setting_is_another() -> None:
    at = open_lab("gradient_flow")
    assert preset(at) == "Vanishing"
    put(at, "slider", "lab.depth", 9)
    assert preset(at) is None
    put(at, "slider", "lab.depth", 10)
    assert preset(at) == "Vanishing"


@pytest.mark.parametrize("case, label", [(LARGE, "8 × Glorot's"), (HALVED, "ReLU"), (FLAT, "linear")])
def test_a_case_that_is_shown_sets_the_controls(case: Stack, label: str) -> None:
    at = open_lab("gradient_flow", QUICK)
    button = next(button for button in at.button if button.label.startswith(f"Show me: {label}"))
    assert not button.disabled
    press(at, button.label)
    assert address(at) == settings_to_query(case) and answer(case) in words(at)
    assert next(each for each in at.button if each.label == button.label).disabled


def test_more_is_open_where_the_link_differs_there() -> None:
    folds = [
        next(fold for fold in open_lab("gradient_flow", query).sidebar.expander if fold.label == "More")
        for query in ({"depth": "3"}, QUICK)
    ]
    assert [fold.proto.expanded for fold in folds] == [False, True]


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
    assert "On average a layer multiplies delta by" in words(at)


def test_training_appears_when_it_is_there() -> None:
    at = open_lab("gradient_flow", QUICK)
    assert {"Training loss", "Change of each layer's W in an epoch"} <= {heading.value for heading in at.subheader}
    assert "weights moved, relative to their size: Logistic **" in words(at)
    assert len(at.get("plotly_chart")) == 6


def test_counter_examples_stand_beside_what_is_often_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "LABS", {"gradient_flow": (counter_examples,)})
    at = open_lab("gradient_flow", QUICK)
    said = [text for text in words(at).splitlines() if text.startswith(("**Heard:**", "**Measured:**"))]
    sentences, measured = [text for text in said if "Heard" in text], [text for text in said if "Measured" in text]
    grows, relu, flat = (f"**Measured:** {lab.result(claim)}" for claim in counter_examples())
    assert ["dL/dW" in sentences[0], "0.25ⁿ" in sentences[1], "ReLU" in sentences[2]] == [True] * 3
    assert measured == [flat, grows, relu]


def test_the_derivation_answers_p4_and_has_the_product_over_layers() -> None:
    at = open_lab("gradient_flow", {**QUICK, "question": "P4"})
    opened = {fold.label: fold.proto.expanded for fold in at.expander if fold.label.startswith("Derivation")}
    assert list(opened.values()) == [True, False] and "sigmoid" in next(iter(opened))
    formulas, said = "".join(latex.value for latex in at.latex), " ".join(caption.value for caption in at.caption)
    for part in (r"\le \tfrac14", r"\lim_{|x| \to \infty} s'(x) = 0", r"\prod_{l=2}^{N}", r"\prod_{l=1}^{N-1}"):
        assert part in formulas, part
    for words_of_it in (r"$\delta_l$ is the gradient", r"$\odot$ multiplies", "Assumed: weights", "plain SGD"):
        assert words_of_it in said, words_of_it
    assert "Slow is not never" in words(at)


def test_training_can_be_stopped_and_begun_again(worker: Here) -> None:
    worker.holds = "nets "
    at = open_lab("gradient_flow", QUICK)
    press(at, "Stop")
    assert "Stop" not in labels(at) and len(at.get("plotly_chart")) == 4
    press(at, "Go on")
    assert "Stop" in labels(at)
    press(at, "Stop")
    worker.holds = ""
    assert len(press(at, "Go on").get("plotly_chart")) == 6
