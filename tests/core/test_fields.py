"""Each rule reads back what it writes, refuses what it must, and says so."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import fields
from core.data import axes_allowed
from core.edits import Edits
from core.fields import (
    SHOWN,
    Choice,
    Flag,
    Names,
    OneOrPerLayer,
    Real,
    Rule,
    Sizes,
    Text,
    Whole,
    WholeText,
    check,
    label,
    rules,
    setting,
    shortened,
)
from tests.core.strategies import values

NAMES = ("tanh", "relu", "gelu")
RULES: list[Rule] = [
    Whole(-1, 10_000),
    Whole(0, 2**32 - 1),
    WholeText(0, 2**32 - 1),
    WholeText(-5, 5),
    Real(1e-6, 1000),
    Real(0, 0.999),
    Real(-1, 1),
    Flag(),
    Choice(NAMES),
    Names(NAMES),
    Names(NAMES, least=1),
    Text(20),
    Sizes(10, 1, 64),
    OneOrPerLayer(dict.fromkeys(NAMES)),
    axes_allowed,
    Edits(),
]


@pytest.mark.parametrize("rule", RULES, ids=repr)
@given(data=st.data())
def test_a_rule_reads_back_what_it_writes(rule: Rule, data: st.DataObject) -> None:
    value = data.draw(values(rule))
    assert rule.accepts(value)
    assert rule.parse(rule.write(value)) == value
    assert rule.accepts(rule.parse(rule.write(value)))


@pytest.mark.parametrize("rule", RULES, ids=repr)
@given(text=st.text() | st.text("0123456789+-.,eE") | st.sampled_from(["nan", "inf", "1e400", "0x10", "tanh,"]))
def test_a_rule_reads_any_text_or_raises_value_error(rule: Rule, text: str) -> None:
    try:
        value = rule.parse(text)
    except ValueError:
        return
    if rule.accepts(value):
        assert rule.parse(rule.write(value)) == value


OTHERS = (None, object(), b"1", [], {}, float("nan"), float("inf"), 1j, 10**5000, ("nothing",), (None,), 1e300)


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_no_rule_accepts_values_of_another_kind(rule: Rule) -> None:
    assert [shortened(value) for value in OTHERS if rule.accepts(value)] == []
    assert rule.accepts("nothing") is isinstance(rule, Text)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (Whole(0, 5), True),
        (Whole(0, 5), 2.0),
        (Whole(0, 5), 6),
        (WholeText(0, 5), 3),
        (WholeText(0, 5), "6"),
        (WholeText(0, 5), "-1"),
        (WholeText(0, 5), "03"),
        (WholeText(0, 5), "+3"),
        (WholeText(-5, 5), "-0"),
        (WholeText(0, 5), "3\n"),
        (WholeText(0, 5), "٣"),
        (Real(0, 5), True),
        (Real(0, 5), 5.000001),
        (Flag(), 1),
        (Flag(), "true"),
        (Choice(NAMES), "Tanh"),
        (Choice(NAMES), ("tanh",)),
        (Names(NAMES), ("tanh", "tanh")),
        (Names(NAMES), ["tanh"]),
        (Names(NAMES, least=1), ()),
        (Text(5), "6 long"),
        (Text(5), "tab\t"),
        (Text(5), "\x00"),
        (Text(5), "\u202e"),
        (Text(5), "é"),
        (Text(5), "١"),
        (Text(5), b"five"),
        (Sizes(2, 1, 4), (1, 1, 1)),
        (Sizes(2, 1, 4), (5,)),
        (Sizes(2, 1, 4), (True,)),
        (OneOrPerLayer(NAMES), ("tanh",)),
        (OneOrPerLayer(NAMES), ("tanh", "sine")),
        (axes_allowed, "1,1"),
        (axes_allowed, "0,1,2"),
    ],
    ids=repr,
)
def test_values_just_outside_are_refused(rule: Rule, value: Any) -> None:
    assert not rule.accepts(value)


@pytest.mark.parametrize("rule", [Whole(0, 100), WholeText(0, 100), Real(0, 100)], ids=repr)
def test_numbers_are_written_in_ascii_digits_and_finite(rule: Rule) -> None:
    texts = ("nan", "inf", "1e400", "-1e400", "١٢", "¹", "1 ", "0x10", "1_0", " ", "1e", "1" * 50)
    assert [text for text in texts if reads(rule, text)] == []
    assert reads(rule, "12")
    assert reads(rule, "") is isinstance(rule, WholeText)


def reads(rule: Rule, text: str) -> bool:
    """Whether a link with this text is accepted."""
    try:
        return rule.accepts(rule.parse(text))
    except ValueError:
        return False


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_a_megabyte_is_refused_in_a_moment(rule: Rule) -> None:
    start = time.process_time()
    assert [part for part in ("1", "1,", "é", ".") if reads(rule, part * 1_000_000)] == []
    assert time.process_time() - start < 2


def test_a_text_is_kept_as_it_is() -> None:
    assert all(reads(Text(5), text) for text in ("", " ", "0.5", "<b>&%", "~" * 5))


def test_equal_numbers_are_written_alike() -> None:
    rule = Real(-1, 1000)
    assert [rule.write(x) for x in (0, 0.0, -0.0)] == ["0", "0", "0"]
    assert [rule.write(x) for x in (3, 3.0, 0.03, 1e-6)] == ["3", "3", "0.03", "1e-06"]


def test_a_ladder_has_powers_of_ten_and_their_threefolds_as_far_as_they_are_allowed() -> None:
    whole = Real(0, 100).ladder
    assert whole[:4] == [0, 1e-6, 3e-6, 1e-5] and whole[-3:] == [1, 3, 10] and len(whole) == 16
    assert Real(1e-6, 1000).ladder == whole[1:]
    assert Real(0.002, 0.5).ladder == [0.003, 0.01, 0.03, 0.1, 0.3]


def test_equal_whole_numbers_as_text_are_written_alike() -> None:
    rule = WholeText(-9, 9)
    assert [rule.parse(text) for text in ("7", "07", "+7", "-0", "", "-3")] == ["7", "7", "7", "0", "", "-3"]


@dataclass(frozen=True)
class Small:
    share: float = setting(0.5, Real(0, 1), "Share of rows")
    name: str = setting("tanh", Choice(NAMES), "Activation")
    note: str = ""

    def __post_init__(self) -> None:
        check(self)


def test_rules_and_labels_come_from_the_fields() -> None:
    assert list(rules(Small)) == list(rules(Small())) == ["share", "name"]
    assert label(Small, "share") == label(Small(), "share") == "Share of rows"


def test_check_names_field_rule_and_value() -> None:
    with pytest.raises(ValueError, match=r"^share must be a number from 0 to 1; got 1\.5$"):
        Small(share=1.5)
    with pytest.raises(ValueError, match=r"^name must be one of tanh, relu, gelu; got 'sine'$"):
        Small(name="sine")


@given(st.text() | st.integers() | st.lists(st.text()))
def test_a_value_in_a_message_is_short_and_printable(value: Any) -> None:
    text = shortened(value)
    assert len(text) <= SHOWN
    assert text.isprintable()


@pytest.mark.parametrize("value", ["\u202edrawkcab", "\x00\x1b[31m", "\ud800", "x" * 10**6, 10**5000], ids=type)
def test_hostile_values_in_a_message(value: Any) -> None:
    assert shortened(value).isprintable()
    assert shortened(value).isascii() or shortened(value).endswith("…")
    assert len(shortened(value)) <= SHOWN


@pytest.mark.parametrize(
    "label, within",
    [
        ("Learning rate", "learning rate"),
        ("L1 penalty", "L1 penalty"),
        ("TensorFlow Playground's seed", "TensorFlow Playground's seed"),
        ("Optimizer (segment 2)", "optimizer (segment 2)"),
    ],
)
def test_a_label_within_a_sentence_keeps_its_names(label: str, within: str) -> None:
    assert fields.in_sentence(label) == within
