"""The lab on linear depth: the address decides, the button multiplies, the checks are those of what is shown."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.claims.linear_depth import LinearDepth, experiment, numbers
from core.link import settings_from_query, settings_to_query
from core.training import train
from pages.parts.labs import linear_depth as linear
from tests.pages.conftest import address, open_address, press, put, sentences, widget, words
from tests.pages.labs.screens import open_lab


@pytest.fixture(autouse=True)
def _nothing_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "DEPTHS", range(1))


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def names_of_lines(at: AppTest) -> list[str]:
    return [trace.get("name") for trace in json.loads(at.get("plotly_chart")[0].proto.spec)["data"]]


def test_a_bare_address_shows_the_default() -> None:
    at = open_lab("linear_depth")
    assert metrics(at) == numbers(train(experiment(LinearDepth())), -1, False)
    assert "one layer: W and b" not in names_of_lines(at)
    assert address(at) == {}


def test_the_button_multiplies_and_back_undoes_it() -> None:
    at = press(open_lab("linear_depth", {"dataset": "xor"}), "Multiply the layers into one")
    assert address(at)["multiplied"] == "true" and address(at)["dataset"] == "xor"
    assert "one layer: W and b" in names_of_lines(at)
    assert metrics(at) == numbers(train(experiment(LinearDepth(dataset="xor"))), -1, True)
    assert any(r"W_1 W_2 W_3 W_4" in latex.value for latex in at.latex)
    assert "Rank of W" not in metrics(open_address(at, {"dataset": "xor"}))


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
    assert metrics(at) == numbers(train(experiment(settings)), 12, True)


def test_a_widget_writes_the_whole_address() -> None:
    at = put(open_lab("linear_depth"), "selectbox", "lab.activation", "tanh")
    settings, problems = settings_from_query(LinearDepth, address(at))
    assert (settings, problems) == (LinearDepth(activation="tanh"), [])
    assert "no longer one layer" in words(at)


def test_a_bad_link_opens_with_one_notice() -> None:
    at = open_lab("linear_depth", {"hidden": "99", "activation": "nan", "seed": "-1", "what": "else"})
    assert sentences(at).count("\n") == 3
    assert metrics(at)["Layers"] == "4"


def test_no_hidden_layer_is_a_layer_too() -> None:
    assert metrics(open_lab("linear_depth", {"hidden": "", "multiplied": "true"}))["Layers"] == "1"


@pytest.mark.parametrize(
    "query, said",
    [
        ({}, "The rank is 2 after every layer."),
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
    assert said in [caption.value for caption in open_lab("linear_depth", query).caption]


def test_where_the_boundary_is_out_of_sight_the_screen_says_so() -> None:
    assert any(
        "outside this square" in caption.value for caption in open_lab("linear_depth", {"dataset": "xor"}).caption
    )
