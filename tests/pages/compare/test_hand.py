"""The row of Edit: weights set by hand on the diagram, in words and in the table, and what becomes of A and B."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data import FEATURES
from core.edits import Edit
from core.experiment import Experiment, changed
from core.link import Pair, experiment_key, from_query, to_query
from core.training import train
from core.what_if import in_words, set_at, with_weights
from pages.parts.compare import hand
from pages.parts.stage import stage
from tests.core.test_link import HOSTILE
from tests.pages.conftest import (
    address,
    arrays_of,
    linked,
    on_stage,
    open_address,
    open_compare,
    press,
    refused,
    run,
    sentences,
    to_stage,
    words,
)

QUICK = {"epochs": "9", "rows": "60", "edit": "true"}
A = changed(Experiment(rows=60), epochs=9)


def field(at: AppTest, start: str, kind: str = "selectbox") -> Any:
    return next(each for each in at.get(kind) if str(each.key).startswith(f"hand{start}"))


def typed(at: AppTest, text: str) -> AppTest:
    """Type a value of the weight that is named."""
    field(at, " ", "text_input").set_value(text)
    return run(at)


def on_diagram(
    at: AppTest, epoch: Any = 9, layer: Any = 1, source: Any = 0, unit: Any = 2, value: Any = 0.5
) -> AppTest:
    """Set a weight on the diagram, which tells it once."""
    told = [stage.Hand(epoch, (layer, source, unit, value))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "by_hand", lambda experiment, view: told.pop() if told else None)
        return run(at)


def captions(at: AppTest) -> str:
    return "\n".join(each.value for each in at.caption)


def test_the_row_is_open_where_the_link_says_so_and_a_link_can_hide_it() -> None:
    assert [field(open_compare(QUICK), name).label for name in (".layer", ".from", ".to")] == ["Layer", "From", "To"]
    for query in ({**QUICK, "edit": "false"}, {**QUICK, "hide": "edit"}, {**QUICK, "hide": "player"}):
        assert not any(str(each.key).startswith("hand") for each in open_compare(query).selectbox)


def test_a_weight_named_in_words_becomes_a_what_if_of_a_and_b() -> None:
    at = open_compare(QUICK)
    last = train(A).layers[-1]
    assert float(field(at, " ", "text_input").value) == pytest.approx(last[0][0][0, 0], rel=1e-5)
    field(at, ".from").select("b")
    field(at, ".to").select(3)
    at = run(at)
    assert float(field(at, " ", "text_input").value) == pytest.approx(last[0][1][3], rel=1e-5)
    at = typed(at, "1,5")  # a comma is a decimal point
    pair = linked(at)
    assert pair.a == with_weights(A, 9, [Edit(1, "b", 3, 1.5)])
    assert pair.b.engine == "sklearn" and set_at(pair.b, 9) == set_at(pair.a, 9)
    assert in_words(train(pair.a)) in words(at) and "A: what if at epoch 9." in " ".join(
        element.proto.body for element in at.get("html")
    )
    for side, experiment in zip(on_stage(at), (pair.a, pair.b), strict=True):
        assert (side["key"], side["what_if"]) == (experiment_key(experiment), 9)
        trained, told = train(experiment), arrays_of(side)
        for name in ("train_accuracy", "test_accuracy", "train_loss", "test_loss", "weight_gradient"):
            np.testing.assert_allclose(told[name], getattr(trained, name))
    assert "What if at epoch 9, 1 of 10 weights set" in captions(at) and address(at)["frame"] == "9"
    assert field(at, " ", "text_input").value == "1,5"  # what was typed stands there, and asks for no more
    at = typed(at, "2")
    assert set_at(linked(at).a, 9) == (Edit(1, "b", 3, 2.0),)


@pytest.mark.parametrize("text", ["abc", "", "1e7", "-1000001", "nan", "inf", "1e400", "0x10", "1 2", "<b>", "9" * 500])
def test_a_wrong_value_gets_a_sentence_and_changes_nothing(text: str) -> None:
    at = typed(open_compare(QUICK), text)
    (said,) = refused(at)
    assert "must be a number from -1e+06 to 1e+06" in said
    assert "2.edits" not in address(at)
    at = typed(at, "0.25")
    assert refused(at) == [] and set_at(linked(at).a, 9) == (Edit(1, 0, 0, 0.25),)


def test_a_weight_is_set_in_the_frame_that_is_shown() -> None:
    at = on_diagram(open_compare(QUICK), epoch=4)
    assert linked(at).a == with_weights(A, 4, [Edit(1, 0, 2, 0.5)])
    told = to_stage(at)["hand"]
    assert (told["epoch"], told["weights"]) == (4, [[1, 0, 2]])
    at = on_diagram(at, epoch=4, value=0.75)  # replaces it
    at = on_diagram(at, epoch=4, layer=3, source=1, unit=0)
    assert set_at(linked(at).a, 4) == (Edit(1, 0, 2, 0.75), Edit(3, 1, 0, 0.5))


def test_the_field_follows_what_is_set_elsewhere() -> None:
    at = typed(open_compare(QUICK), "1.5")
    at = on_diagram(at, unit=0, value=-2.0)
    assert field(at, " ", "text_input").value == "-2.0" or float(field(at, " ", "text_input").value) == -2.0
    assert set_at(linked(run(at)).a, 9) == (Edit(1, 0, 0, -2.0),)


@pytest.mark.parametrize(
    "asked",
    [
        {"epoch": 10},
        {"epoch": -1},
        {"epoch": "4"},
        {"epoch": None},
        {"layer": 4},
        {"layer": 0},
        {"layer": True},
        {"layer": [1]},
        {"source": 2},
        {"source": "c"},
        {"source": None},
        {"unit": 4},
        {"unit": 1.5},
        {"value": 1e7},
        {"value": "1"},
        {"value": None},
        {"value": float("nan")},
        {"value": 10**400},
    ],
)
def test_a_hostile_weight_of_the_diagram_gets_a_sentence(asked: dict[str, Any]) -> None:
    at = on_diagram(open_compare(QUICK), **asked)
    assert "nothing was changed" in sentences(at)
    assert "2.edits" not in address(at) and len(on_stage(at)) == 2


def test_the_eleventh_weight_is_refused_and_undo_puts_all_away() -> None:
    ten = [Edit(1, source, unit, 1.0) for source in (0, 1, "b") for unit in range(4)][:10]
    at = open_compare({**to_query(Pair(A, A)), "edit": "true"})
    opened = address(at)
    for edit in ten:
        at = on_diagram(at, 9, *edit.weight, edit.value)
    assert len(set_at(linked(at).a, 9)) == 10
    at = on_diagram(at, layer=2, source=0, unit=0)
    assert "At most 10 weights" in sentences(at) and len(set_at(linked(at).a, 9)) == 10
    at = press(at, "Undo edits")
    assert linked(at) == from_query(opened)[0] and address(at)["frame"] == "9"


def test_undo_restores_what_was_there_before_or_else_the_training_up_to_there() -> None:
    at = on_diagram(open_compare(QUICK), epoch=4)
    link = address(at)
    assert linked(press(at, "Undo edits")).a == A
    other = press(open_compare(link), "Undo edits")  # a session that does not know what was there
    assert (linked(other).a.epochs, linked(other).a.edits, address(other)["frame"]) == (4, (), "4")
    assert linked(press(other, "Undo edits")).a.epochs == 4  # there is nothing to undo


def test_a_cross_is_solved_by_hand_and_opened_again() -> None:
    cross = {"dataset": "xor", "features": "x1,x2,x1x2", "hidden": "", "epochs": "1", "edit": "true"}
    at = open_compare(cross)
    for source, value in ((0, 0.0), (1, 0.0), (2, 40.0), ("b", 0.0)):
        at = on_diagram(at, 1, 1, source, 0, value)
    link = address(at)
    again = open_compare(link)
    assert address(again) == link
    for side in on_stage(again):
        assert arrays_of(side)["test_accuracy"][-1] > 0.98
    labels = [field(again, ".from").options, field(again, ".to").options]
    assert labels == [[*(FEATURES[name].label for name in ("x1", "x2", "x1x2")), "Bias"], ["Output"]]


@pytest.mark.parametrize(
    "text", [*HOSTILE[:6], "1:0:0:nan", "1:0:0:1e400", "9:9:9:9", ",".join(["1:0:0:1"] * 3000), "1:b:0"]
)
def test_a_hostile_link_opens_with_the_row(text: str) -> None:
    at = open_compare({**QUICK, "2.epochs": "0", "2.edits": text, "edit": "true"})
    assert len(on_stage(at)) == 2 and field(at, ".layer")


def test_another_network_has_the_row_of_its_own_layers() -> None:
    at = open_compare(QUICK)
    field(at, ".layer").select(3)
    at = open_address(run(at), {**QUICK, "hidden": "2", "dataset": "iris"})
    assert field(at, ".layer").options == ["Layer 1", "Output"]
    field(at, ".layer").select(2)
    assert field(run(at), ".to").options == ["setosa", "versicolor", "virginica"]


# the table


@pytest.fixture
def in_table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The keys under which the table was drawn, what it showed, and the cells that somebody changes in it next."""
    told: dict[str, Any] = {"keys": [], "cells": {}}

    def editor(columns: dict[str, list[Any]], key: str, **more: Any) -> dict[str, list[Any]]:
        told["keys"].append(key)
        told["shown"] = columns
        edited = {name: list(values) for name, values in columns.items()}
        for (name, row), value in told["cells"].items():
            edited[name][row] = value
        return edited

    monkeypatch.setattr(hand.st, "data_editor", editor)
    return told


def open_table(query: dict[str, str]) -> AppTest:
    at = open_compare(query)
    at.session_state["hand.all"] = True
    return run(at)


def test_the_table_shows_the_weights_of_the_layer_and_sets_them(in_table: dict[str, Any]) -> None:
    at = open_table(QUICK)
    W, b = train(A).layers[-1][0]
    assert in_table["shown"]["From"] == ["x₁", "x₂", "Bias"]
    for unit in range(4):
        np.testing.assert_allclose(in_table["shown"][f"Neuron {unit + 1}"], [*W[:, unit], b[unit]], rtol=1e-5)
    in_table["cells"] = {("Neuron 2", 0): 0.7, ("Neuron 3", 2): -1.0}
    at = run(at)
    assert set_at(linked(at).a, 9) == (Edit(1, 0, 1, 0.7), Edit(1, "b", 2, -1.0))
    assert len(set(in_table["keys"])) == 1  # the same table still, which keeps the focus
    at = on_diagram(at, unit=1, value=3.0)
    assert len(set(in_table["keys"])) == 2  # another one, which has no value of the old one


def test_a_table_is_of_one_run_frame_and_layer(in_table: dict[str, Any]) -> None:
    at = open_table(QUICK)
    field(at, ".layer").select(2)
    at = run(at)
    at = open_address(at, {**QUICK, "seed": "2"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "epoch", lambda view: 4)
        run(at)
    assert in_table["shown"]["From"] == [f"Neuron {number}" for number in range(1, 5)] + ["Bias"]
    W, b = train(changed(A, seed=2)).layers[4][1]
    np.testing.assert_allclose(in_table["shown"]["Neuron 1"], [*W[:, 0], b[0]], rtol=1e-5)
    assert len(set(in_table["keys"])) == 4


@pytest.mark.parametrize("value", [None, 1e7, float("inf"), float("nan"), "1"])
def test_a_wrong_value_of_the_table_gets_a_sentence(in_table: dict[str, Any], value: Any) -> None:
    at = open_table(QUICK)
    in_table["cells"] = {("Neuron 2", 0): value}
    (said,) = refused(run(at))
    assert "value must be a number" in said and "nothing was changed" in said
    assert "2.edits" not in address(at)
