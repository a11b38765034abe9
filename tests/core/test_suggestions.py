"""A wrong name in a link has the right one beside it, and the link with it opens without a complaint."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.claims.deep_stack import Stack
from core.data import DATASETS
from core.fields import rules
from core.link import FIELDS, Pair, from_query, to_query
from core.network import ACTIVATIONS
from core.suggestions import MOST, nearest, suggestions
from tests.core.test_link import HOSTILE


@pytest.mark.parametrize(
    "query, meant",
    [
        ({"dataset": "xro"}, "xor"),
        ({"dataset": "Spirall"}, "spiral"),
        ({"dataset": "breast cancer"}, "breast_cancer"),
        ({"activation": "sigmoid"}, "logistic"),  # TensorFlow Playground's name
        ({"activation": "linear"}, "identity"),
        ({"activation": "swish"}, "silu"),
        ({"hidden": "3,3,3", "activation": "relu,tnh,relu"}, "relu,tanh,relu"),
        ({"optimizer": "Adma"}, "adam"),
        ({"b.loss": "sqared"}, "squared"),
        ({"hide": "sed,rows,presetz"}, "seed,rows,presets"),
        ({"chart": "line"}, "lines"),
        ({"activaton": "relu"}, "activation"),
        ({"b.learning-rate": "0.1"}, "b.learning_rate"),
        ({"hidden layers": "3"}, "hidden"),
    ],
)
def test_a_wrong_name_has_the_right_one_beside_it(query: dict[str, str], meant: str) -> None:
    said = {**query, "seed": "7"}
    assert from_query(said)[2]
    (found,) = suggestions(said, FIELDS)
    assert found.meant == meant
    pair, _, problems = from_query(found.query)
    assert problems == [] and pair.a.seed == 7


def test_each_suggestion_mends_one_field_and_leaves_the_others() -> None:
    said = {"activaton": "relu", "dataset": "xro", "embed": "true", "v": "1", "noise": "nan"}
    first, second = suggestions(said, FIELDS)
    assert (first.said, second.said) == ("activaton", "dataset=xro")
    assert first.query == {"activation": "relu", "dataset": "xro", "embed": "true", "v": "1", "noise": "nan"}
    assert second.query == {**said, "dataset": "xor"}


@pytest.mark.parametrize("query", [{}, to_query(Pair()), {"dataset": "qqqq", "zzzzzzz": "1"}, {"noise": "nan"}])
def test_what_is_right_or_like_nothing_has_no_suggestion(query: dict[str, str]) -> None:
    assert suggestions(query, FIELDS) == []


def test_a_field_that_the_link_has_already_is_not_meant() -> None:
    assert [each.meant for each in suggestions({"activaton": "relu", "activation": "tanh"}, FIELDS)] != ["activation"]


def test_settings_of_a_lab_have_them_too() -> None:
    (found,) = suggestions({"activation": ["relu", "tahn"]}, rules(Stack))
    assert found.query == {"activation": "tanh"}


@pytest.mark.parametrize("name", [*DATASETS, *ACTIVATIONS])
def test_a_name_and_a_label_are_most_like_themselves(name: str) -> None:
    rows: Any = DATASETS if name in DATASETS else ACTIVATIONS
    assert nearest(name, rows) == nearest(name.upper(), rows) == nearest(rows[name].label, rows) == name


@given(st.dictionaries(st.sampled_from([*FIELDS, "seeed"]) | st.text(), st.sampled_from(HOSTILE) | st.none()))
def test_any_query_has_at_most_a_few(query: dict[str, Any]) -> None:
    assert len(suggestions(query, FIELDS)) <= MOST


def test_a_flood_is_looked_at_in_a_moment() -> None:
    flood = {f"{i} {'k' * 300}": "x" for i in range(1000)}
    values = dict.fromkeys(FIELDS, ",".join("qwz" * k for k in range(1, 11)))
    start = time.process_time()
    suggestions({**flood, **values}, FIELDS)
    assert time.process_time() - start < 2
