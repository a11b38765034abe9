"""What counts as reached: the text of a threshold, read and refused, and how it suits classes and numbers."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reach import MOST, QUANTITIES, Quantity, Seeds, Threshold, suited, threshold
from core.training import Run
from tests.core.strategies import values

RULE = Threshold()
QUANTITY = st.sampled_from(list(QUANTITIES.values()))


@given(QUANTITY.flatmap(lambda row: st.tuples(st.just(row), values(row.rule))))
def test_every_accepted_text_parses_to_itself_and_says_quantity_and_number(case: tuple[Quantity, float]) -> None:
    row, number = case
    text = threshold(row.name, number)
    assert RULE.accepts(text) and RULE.parse(text) == text == RULE.write(text)
    seeds = Seeds(threshold=text)
    assert (seeds.quantity, seeds.number) == (row, number)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("test_accuracy >= 0.95", "test_accuracy>=0.95"),
        (" test_accuracy>=.95 ", "test_accuracy>=0.95"),
        ("train_accuracy>=1.0", "train_accuracy>=1"),
        ("test_r2>=-5e-1", "test_r2>=-0.5"),
        ("test_r2>=-0", "test_r2>=0"),
        ("test_loss < 4e-2", "test_loss<0.04"),
        ("train_loss<1000000", "train_loss<1000000"),
    ],
)
def test_a_text_with_spaces_or_in_another_notation_is_written_in_one_way(text: str, read: str) -> None:
    assert RULE.parse(text) == read
    assert RULE.accepts(read) and RULE.accepts(text) == (text == read)


WRONG = [
    "",
    " ",
    "0.95",
    "test_accuracy",
    "test_accuracy>=",
    ">=0.95",
    "test_accuracy>=1.5",
    "test_accuracy>=-0.1",
    "test_r2>=1.01",
    "test_r2>=-1.01",
    "test_loss<-1",
    "test_loss<1e7",
    "test_loss>=1",
    "test_loss<=1",
    "test_loss=1",
    "test_accuracy<0.95",
    "test_accuracy>0.95",
    "test_accuracy=>0.95",
    "test_accuracy>=95%",
    "test_accuracy>=0,95",
    "test_accuracy>=nan",
    "test_loss<inf",
    "test_loss<1e400",
    "test_accuracy>=０.９５",
    "test_accuracy>=٠",
    "test_accuracy≥0.95",
    "test_accuracy>=0.95\n",
    "test_accuracy\t>=0.95",
    "test_accuracy>=0.9>=0.95",
    "Test_accuracy>=0.95",
    "accuracy>=0.95",
    "seconds<1",
    "test_accuracy>=" + "1" * 3000,
    "test_accuracy>=0." + "9" * 3000,
    "t" * 3000,
]


def refused(text: str) -> bool:
    try:
        RULE.parse(text)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("text", WRONG, ids=lambda text: ascii(text[:30]))
def test_a_wrong_threshold_is_refused(text: str) -> None:
    assert not RULE.accepts(text)
    assert refused(text)
    with pytest.raises(
        ValueError, match=r"^threshold must be test_accuracy or train_accuracy >= a number from 0 to 1, "
    ):
        Seeds(threshold=text)


@pytest.mark.parametrize("value", [None, 0.95, True, b"test_accuracy>=0.95", ["test_accuracy>=0.95"], object()])
def test_what_is_no_text_is_no_threshold(value: Any) -> None:
    assert not RULE.accepts(value)


PARTS = st.sampled_from(
    [*QUANTITIES, ">=", "<", ">", "=", " ", "0.5", ".", "e", "-", "nan", "９", "\x00", "\ud800", "²"]
)


@given(st.text() | st.lists(PARTS).map("".join))
def test_any_text_is_read_or_refused_as_a_wrong_value(text: str) -> None:
    if refused(text):
        assert not RULE.accepts(text)
    else:
        read = RULE.parse(text)
        assert RULE.parse(read) == read and RULE.accepts(read)


def test_quantities_are_curves_of_a_run_and_the_worst_is_never_beyond() -> None:
    for name, row in QUANTITIES.items():
        assert row.name == name and row.of in Run.__annotations__
        assert row.rule.accepts(row.usual)
        best_threshold = row.rule.low if row.better > 0 else row.rule.high
        if row.name not in ("test_accuracy", "train_accuracy"):  # every share is at least 0
            assert not (row.worst >= best_threshold if row.better > 0 else row.worst < best_threshold)


@pytest.mark.parametrize(
    ("asked", "classes", "used"),
    [
        ("test_accuracy>=0.9", 2, "test_accuracy>=0.9"),
        ("test_accuracy>=0.9", 0, "test_r2>=0.9"),
        ("train_accuracy>=1", 0, "train_r2>=1"),
        ("test_r2>=0.9", 0, "test_r2>=0.9"),
        ("test_r2>=0.9", 3, "test_accuracy>=0.9"),
        ("train_r2>=-0.5", 2, "train_accuracy>=0"),
        ("test_loss<0.04", 0, "test_loss<0.04"),
        ("train_loss<2", 5, "train_loss<2"),
    ],
)
def test_an_accuracy_is_asked_of_classes_and_r_squared_of_numbers(asked: str, classes: int, used: str) -> None:
    seeds = Seeds(12, "anew", asked, "any", "train_loss")
    assert suited(seeds, classes) == Seeds(12, "anew", used, "any", "train_loss")
    assert suited(suited(seeds, classes), classes) == suited(seeds, classes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": 1}, f"count must be a whole number from 2 to {MOST}; got 1"),
        ({"count": MOST + 1}, f"count must be a whole number from 2 to {MOST}; got 61"),
        ({"count": 20.0}, f"count must be a whole number from 2 to {MOST}; got 20.0"),
        ({"count": True}, f"count must be a whole number from 2 to {MOST}; got True"),
        ({"data": "same"}, "data must be one of fixed, anew; got 'same'"),
        ({"when": ""}, "when must be one of end, any; got ''"),
        ({"curve": "gradient_12"}, "got 'gradient_12'"),
    ],
)
def test_seeds_outside_their_limits_are_refused_by_name(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=rf"{re.escape(said)}$"):
        Seeds(**change)
