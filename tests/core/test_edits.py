"""Weights set by hand: what may be set, how it is written, and that it is set."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.edits import BIAS, MOST, Edit, Edits, last_of_each, set_by_hand
from core.experiment import MAX_LAYERS, MAX_WIDTH, Experiment, Segment, changed
from core.link import Pair, from_query, to_query
from core.network import initial_layers
from tests.core.strategies import edits, experiments

RULE = Edits()
BAD = [
    "1:0:2:nan", "1:0:2:inf", "1:0:2:1e400", "1:0:2:-1e400", "1:0:2:1000001", "1:-1:2:1", "-1:0:2:1", "0:0:2:1",
    "12:0:0:1", "1:64:0:1", "1:0:64:1", "1:0:2", "1:0:2:1:1", "1:B:2:1", "b:0:2:1", "1:0:b:1", ":::", "1::2:1", ",",
    "1:0:2:", "١:0:2:1", "1:0:2:1 ", "1:0:2:0x1", "9" * 5000, ",".join(["1:0:2:1"] * 5000),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("layer", 0, "a whole number from 1 to 11"),
        ("layer", 12, "a whole number from 1 to 11"),
        ("layer", True, "a whole number from 1 to 11"),
        ("source", -1, "a whole number from 0 to 63, or 'b'"),
        ("source", "bias", "a whole number from 0 to 63, or 'b'"),
        ("source", 1.0, "a whole number from 0 to 63, or 'b'"),
        ("unit", 64, "a whole number from 0 to 63"),
        ("unit", BIAS, "a whole number from 0 to 63"),
        ("value", float("nan"), "a number from -1e+06 to 1e+06"),
        ("value", float("inf"), "a number from -1e+06 to 1e+06"),
        ("value", 1000001, "a number from -1e+06 to 1e+06"),
        ("value", "1", "a number from -1e+06 to 1e+06"),
    ],
)
def test_an_edit_names_field_rule_and_value(field: str, value: Any, rule: str) -> None:
    given = {"layer": 1, "source": 0, "unit": 2, "value": 0.5, field: value}
    with pytest.raises(ValueError, match=r"; got ") as caught:
        Edit(**given)
    assert str(caught.value) == f"{field} must be {rule}; got {value!r}"


def test_any_weight_of_the_largest_network_can_be_set() -> None:
    assert Edit(MAX_LAYERS + 1, MAX_WIDTH - 1, MAX_WIDTH - 1, 1e6).fits((MAX_WIDTH,) * (MAX_LAYERS + 2))
    assert RULE.parse("1:0:2:0.5,1:b:0:-3") == (Edit(1, 0, 2, 0.5), Edit(1, BIAS, 0, -3))


def test_of_one_weight_the_last_edit_counts_at_the_place_of_the_first() -> None:
    first, other, last = Edit(1, 0, 2, 0.5), Edit(1, BIAS, 2, 1.0), Edit(1, 0, 2, 7.0)
    assert Segment(edits=(first, other, last)).edits == (last, other)
    assert Segment(edits=(first,) * 1000).edits == RULE.parse("1:0:2:0.5,1:0:2:9,1:0:2:0.5") == (first,)


@pytest.mark.parametrize("sizes", [(2, 4, 1), (0, 3), (5, 1)])
def test_a_network_has_the_weights_that_it_has(sizes: tuple[int, ...]) -> None:
    layers = initial_layers(sizes, "tanh", "zeros", np.random.RandomState(0))
    fitting = 0
    for layer in range(1, len(sizes) + 1):
        for source in (BIAS, *range(6)):
            for unit in range(6):
                edit = Edit(layer, source, unit, 2.0)
                if edit.fits(sizes):
                    set_by_hand(layers, [edit])
                    fitting += 1
    assert fitting == sum(W.size + b.size for W, b in layers)
    assert all((W == 2).all() and (b == 2).all() for W, b in layers)


def test_edits_of_weights_that_are_not_there_are_refused_by_name() -> None:
    message = r"^edits must be of weights and biases of the network 2 – 4 – 2 – 1; got '1:0:4:1,3:2:0:1,4:b:0:1'$"
    with pytest.raises(ValueError, match=message):
        changed(Experiment(), edits=(Edit(1, 0, 4, 1), Edit(1, 0, 3, 1), Edit(3, 2, 0, 1), Edit(4, BIAS, 0, 1)))


def test_another_shape_sets_no_more_what_it_lacks() -> None:
    a = changed(Experiment(), edits=(Edit(1, 0, 3, 1.0), Edit(1, 1, 0, 2.0)))
    assert changed(a, hidden=(3, 2)).segments[0].edits == (Edit(1, 1, 0, 2.0),)
    assert changed(a, features=("x1",)).segments[0].edits == (Edit(1, 0, 3, 1.0),)
    with pytest.raises(ValueError, match=r"^edits must be"):
        changed(a, hidden=(3, 2), edits=(Edit(1, 0, 3, 5.0),))


# in a link


@pytest.mark.parametrize("key", ["edits", "2.edits", "b.edits", "b.2.edits"])
@pytest.mark.parametrize("text", BAD)
def test_a_bad_edit_costs_a_sentence_and_nothing_else(key: str, text: str) -> None:
    pair, _, problems = from_query({key: text, "activation": "relu", "2.learning_rate": "0.5"})
    assert len(problems) == 1 and key in problems[0]
    assert pair.a.activation == "relu" and pair.a.segments[1].learning_rate == 0.5
    assert not pair.a.edits and not pair.b.edits


@pytest.mark.parametrize("bad", ["1:0:2:nan", "9:0:0:1", "1:0:4:1", "1:2:0:1", "nonsense", ""])
def test_a_bad_edit_costs_itself_alone(bad: str) -> None:
    pair, _, problems = from_query({"2.edits": f"1:0:2:0.5,{bad},1:b:0:-3", "2.epochs": "0"})
    assert pair.a.segments[1].edits == (Edit(1, 0, 2, 0.5), Edit(1, BIAS, 0, -3.0))
    assert pair.a.segments[1].epochs == 0
    assert len(problems) == 1 and problems[0].endswith("so 1:0:2:0.5,1:b:0:-3 is used.")


def test_the_eleventh_edit_is_refused_with_a_sentence() -> None:
    text = ",".join(f"1:{source}:{unit}:1" for source in (0, 1, BIAS) for unit in range(4))
    pair, _, problems = from_query({"edits": text})
    assert len(pair.a.edits) == MOST and pair.a.edits == RULE.parse(text)[:MOST]
    assert len(problems) == 1 and problems[0].startswith("Weights set by hand must be at most 10 weights")


def test_a_segment_that_a_link_does_not_name_sets_no_weight() -> None:
    pair, _, problems = from_query({"edits": "1:0:2:0.5", "2.carry": "true", "3.epochs": "5"})
    assert problems == []
    assert [len(segment.edits) for segment in pair.a.segments] == [1, 0, 0]
    assert [segment.carry for segment in pair.a.segments] == [False, True, False]
    assert [segment.carry for segment in pair.b.segments] == [False, True, False]


def test_b_of_another_shape_takes_over_the_edits_that_it_can() -> None:
    pair, _, problems = from_query({"edits": "1:0:3:1,1:0:0:2", "b.hidden": "2,2", "b.learning_rate": "0.5"})
    assert problems == []
    assert pair.b.hidden == (2, 2) and pair.b.edits == (Edit(1, 0, 0, 2.0),)


def test_the_first_segment_has_no_state_to_keep() -> None:
    e = Experiment(segments=(Segment(carry=True), Segment(carry=True)))
    assert [segment.carry for segment in e.segments] == [False, True]
    assert "carry" not in to_query(Pair(e, e)) and to_query(Pair(e, e))["2.carry"] == "true"


@given(experiments(), st.lists(edits((3, 5, 5, 2)), max_size=12), st.text("0123456789:b,.-e", max_size=60))
def test_edits_of_any_network_and_any_text_come_back(e: Experiment, others: list[Edit], text: str) -> None:
    written = ",".join(edit.text for edit in others)
    for edits_text in (written, text, f"{written},{text}", f"{text},{written}"):
        query = {**to_query(Pair(e, e)), "edits": edits_text}
        pair, _, problems = from_query(query)
        assert dataclasses.replace(pair.a, segments=e.segments) == e
        fitting = [edit for edit in last_of_each(others) if edit.fits(e.sizes)]
        if edits_text == written and len(last_of_each(others)) <= MOST:
            assert pair.a.segments[0].edits == tuple(fitting)
            assert bool(problems) == (len(fitting) < len(last_of_each(others)))
        assert from_query(to_query(pair)) == (pair, from_query({})[1], [])
