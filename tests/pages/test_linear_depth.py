"""The lab on linear depth: the address decides, one layer is off by what was measured, checks are folded."""

import dataclasses
import json
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.claims.linear_depth import PRESETS, LinearDepth, experiment, first_updates, numbers, off_by
from core.experiment import changed
from core.link import from_query, settings_from_query, settings_to_query
from core.training import train
from pages.parts.labs import linear_depth as linear
from pages.parts.labs.lab import Heard
from tests.pages.background.links import Here
from tests.pages.conftest import address, open_address, press, put, run, sentences, widget, words
from tests.pages.labs.screens import open_lab


@pytest.fixture(autouse=True)
def _nothing_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "DEPTHS", range(1))


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def names_of_lines(at: AppTest) -> list[str]:
    return [trace.get("name") for trace in json.loads(at.get("plotly_chart")[0].proto.spec)["data"]]


def test_a_bare_address_shows_the_default_and_its_answer() -> None:
    at = open_lab("linear_depth")
    found = train(experiment(LinearDepth()))
    value, sentence = off_by(found, -1)
    assert value == "off by 0" and f"**{value}**" in words(at) and sentence in words(at)
    assert metrics(at) == numbers(found, -1)
    assert "one layer: W and b" in names_of_lines(at)
    assert any("W_1 W_2 W_3 W_4" in latex.value for latex in at.latex)
    assert address(at) == {}


def test_the_one_layer_can_be_left_out_and_back_brings_it() -> None:
    at = put(open_lab("linear_depth", {"dataset": "xor"}), "toggle", "lab.multiplied", False)
    assert address(at)["multiplied"] == "false" and address(at)["dataset"] == "xor"
    assert "one layer: W and b" not in names_of_lines(at)
    assert metrics(at) == numbers(train(experiment(LinearDepth(dataset="xor"))), -1)
    assert "one layer: W and b" in names_of_lines(open_address(at, {"dataset": "xor"}))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_chosen_and_shows_that_it_is_on(name: str) -> None:
    at = open_lab("linear_depth", {"seed": "7"})
    assert preset(at).value is None
    preset(at).set_value(name)
    run(at)
    assert settings_from_query(LinearDepth, address(at)) == (PRESETS[name], [])
    assert preset(at).value == name
    value, sentence = off_by(train(experiment(PRESETS[name])), -1)
    assert f"**{value}**" in words(at) and sentence in words(at)


@pytest.mark.parametrize("said, case", [(linear.NOTHING, linear.LINE), (linear.EQUALLY, linear.SPREAD)], ids=str)
def test_show_me_sets_the_case_that_refutes_and_nothing_else(said: Heard, case: dict[str, Any]) -> None:
    at = open_lab("linear_depth", {"activation": "tanh", "width": "6"})
    assert f"**Heard:** “{said.sentence}”" in words(at) and f"**In truth:** {said.truth}" in words(at)
    before = names_of_lines(at), metrics(at)
    press(at, f"Show me: {said.case}")
    settings, problems = settings_from_query(LinearDepth, address(at))
    assert (settings, problems) == (dataclasses.replace(LinearDepth(width=6), **case), [])
    assert (names_of_lines(at), metrics(at)) != before
    assert next(button for button in at.button if button.label == f"Show me: {said.case}").disabled


def test_the_counter_examples_show_what_they_say() -> None:
    """A deep linear network that learnt, and updates a hundred times apart within one matrix."""
    learnt = train(experiment(dataclasses.replace(LinearDepth(), **linear.LINE)))
    assert learnt.test_accuracy[-1] > 0.85
    spread = first_updates(train(experiment(dataclasses.replace(LinearDepth(), **linear.SPREAD))))
    assert max(dW.max() / dW.min() for dW in spread) > 100


def test_checks_derivations_and_the_link_are_folded(worker: Here) -> None:
    worker.holds = "depths "
    folded = {expander.label: expander.proto.expanded for expander in open_lab("linear_depth").expander}
    assert set(folded) == {
        "Proof: layers with a linear activation are one layer",
        "Derivation: why the gradients differ",
        "7 checks hold so far; others follow when the networks of all depths are trained",
    }
    assert not any(folded.values())


def test_a_check_that_fails_is_not_folded_away() -> None:
    """Networks of one depth alone do not differ, and few epochs have no steep fall."""
    folded = {expander.label: expander.proto.expanded for expander in open_lab("linear_depth").expander}
    assert folded["2 of 13 checks fail"]


@pytest.mark.parametrize(
    "activation, words", [("identity", "Identity against Tanh"), ("relu", "ReLU against Identity")]
)
def test_the_way_to_compare_is_to_this_experiment(activation: str, words: str) -> None:
    at = open_lab("linear_depth", {"activation": activation, "hidden": "5,2", "seed": "3"})
    link = next(each.proto for each in at.get("page_link") if "in Compare" in each.proto.label)
    assert link.label == f"This experiment in Compare: {words}"
    pair, _, problems = from_query(parse_qs(link.query_string, keep_blank_values=True))
    shown = experiment(LinearDepth(activation=activation, hidden=(5, 2), seed=3))
    assert (pair.a, problems) == (shown, []) and pair.b == changed(shown, activation=pair.b.activation)


def preset(at: AppTest) -> Any:
    return next(group for group in at.get("button_group") if group.label == "Preset")


def test_a_link_sets_every_widget() -> None:
    settings = LinearDepth("gauss", (2, 5), "relu", 9, 12, True, "xor", 6, "glorot_uniform")
    at = open_lab("linear_depth", settings_to_query(settings))
    for kind, name in (
        ("selectbox", "dataset"),
        ("selectbox", "activation"),
        ("number_input", "seed"),
        ("slider", "epoch"),
        ("selectbox", "rows"),
        ("number_input", "width"),
        ("selectbox", "initializer"),
    ):
        assert widget(at, kind, f"lab.{name}").value == getattr(settings, name)
    assert [widget(at, "number_input", f"lab.hidden.{i}").value for i in range(2)] == [2, 5]
    assert widget(at, "toggle", "lab.multiplied").value
    assert metrics(at) == numbers(train(experiment(settings)), 12)


def test_a_widget_writes_the_whole_address() -> None:
    at = put(open_lab("linear_depth"), "selectbox", "lab.activation", "tanh")
    settings, problems = settings_from_query(LinearDepth, address(at))
    assert (settings, problems) == (LinearDepth(activation="tanh"), [])
    assert "any one layer is wrong somewhere" in words(at)


def test_a_bad_link_opens_with_one_notice() -> None:
    at = open_lab("linear_depth", {"hidden": "99", "activation": "nan", "seed": "-1", "what": "else"})
    assert sentences(at).count("\n") == 3
    assert metrics(at)["Layers"] == "4"


def test_no_hidden_layer_is_a_layer_too() -> None:
    at = open_lab("linear_depth", {"hidden": "", "activation": "tanh"})
    assert metrics(at)["Layers"] == "1" and "**off by 0**" in words(at)


@pytest.mark.parametrize(
    "query, said",
    [
        ({"hidden": "8,3,8"}, "The rank is 2 after every layer."),
        (
            {"hidden": "8,1,4"},
            "The rank falls to 1 in layer 2, 1 wide. So all boundaries between the 3 classes are parallel.",
        ),
        ({"hidden": "8,1,4", "dataset": "xor"}, "The rank falls to 1 in layer 2, 1 wide."),
        (
            {"hidden": "1", "activation": "tanh"},
            "The rank is 1 after every layer. These are the weights alone: the network has Tanh between them.",
        ),
    ],
    ids=str,
)
def test_what_is_said_of_the_rank_is_that_of_what_is_shown(query: dict[str, str], said: str) -> None:
    assert said in words(open_lab("linear_depth", query))


@pytest.mark.parametrize(
    "ratio, said",
    [
        (634.2, "Within one layer the largest first update of a weight is **634** times"),
        (np.inf, "some weights get no first update"),
    ],
)
def test_how_unequal_first_updates_are(ratio: float, said: str) -> None:
    assert said in linear.times(ratio)


def test_the_proof_has_the_step_every_affine_activation_and_the_converse() -> None:
    at = open_lab("linear_depth")
    assert "linear activation" in at.title[0].value
    formulas, said = "".join(latex.value for latex in at.latex), " ".join(caption.value for caption in at.caption)
    assert "a_n &= a_{n-1} W_n + b_n" in formulas and r"x\,(c\,W_k) + (c\,b_k + d)" in formulas
    assert r"\frac{\partial z_j}{\partial W_{ij}} = x_i" in formulas
    for words_of_it in ("induction", "The converse", "2x$ is 2", "layer's **input**", r"$\delta$ the gradient"):
        assert words_of_it in said, words_of_it


def test_where_the_boundary_is_out_of_sight_the_screen_says_so() -> None:
    assert any(
        "outside this square" in caption.value for caption in open_lab("linear_depth", {"dataset": "xor"}).caption
    )
