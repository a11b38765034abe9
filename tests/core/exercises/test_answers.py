"""Answers: what each kind takes, the one text that it writes of it, and its words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.exercises.answers import Kind, Number, Options, Order, Term, WrongLine

KINDS: dict[str, Kind] = {
    "options": Options(("one", "two", "three")),
    "line": WrongLine(("$a = b$", "$b = c$")),
    "order": Order(("first", "second", "third", "fourth")),
    "number": Number(-5, 200, 0.5, "%"),
    "whole": Number(-20, 20, 0, whole=True),
    "term": Term(("x", "s"), ("s",), "s'(x) ="),
}


@pytest.mark.parametrize(
    "kind, text, answer, words",
    [
        ("options", "2", "2", "two"),
        ("options", "+2", "2", "two"),
        ("line", "1", "1", "line 1"),
        ("order", "BADC", "BADC", "B, A, D, C"),
        ("order", " b, a > d;c ", "BADC", "B, A, D, C"),
        ("number", "12.50", "12.5", "12.5 %"),
        ("number", " 12,5 % ", "12.5", "12.5 %"),
        ("number", "−3", "-3", "-3 %"),
        ("number", "-0", "0", "0 %"),
        ("number", "1e2", "100", "100 %"),
        ("whole", " −7 ", "-7", "-7"),
        ("term", "  s (1  -  s) ", "s (1 - s)", "s (1 - s)"),
    ],
)
def test_an_answer_is_read_written_and_said(kind: str, text: str, answer: str, words: str) -> None:
    assert KINDS[kind].parse(text) == answer
    assert KINDS[kind].in_words(answer) == words


@pytest.mark.parametrize(
    "kind, text",
    [
        *(("options", text) for text in ("", "0", "4", "2.0", "two", "٢", "²", "1 2")),
        *(("line", text) for text in ("0", "3", "A")),
        *(("order", text) for text in ("", "ABC", "ABCC", "ABCDE", "1234", "ΑBCD", "A.B.C.D")),
        *(("number", text) for text in ("", "%", "-6", "201", "nan", "inf", "1e999", "3/16", "1 2", "٣", "½", "5 %%")),
        *(("whole", text) for text in ("1.5", "21", "1e1")),
        *(("term", text) for text in ("", "t", "s(", "x" * 201)),
    ],
)
def test_what_is_no_answer_is_refused(kind: str, text: str) -> None:
    assert parsed(KINDS[kind], text) is None


@pytest.mark.parametrize("kind", list(KINDS))
@given(text=st.text(max_size=30) | st.from_regex(r"[-+−0-9.,eE %A-Dsx()^*]{0,12}", fullmatch=True))
@example(text="\ud800")
@example(text="\0")
@example(text="9" * 300)
def test_any_text_is_an_answer_in_one_way_or_none(kind: str, text: str) -> None:
    row = KINDS[kind]
    answer = parsed(row, text)
    if answer is not None:
        assert row.parse(answer) == answer
        assert row.in_words(answer)


def parsed(kind: Kind, text: str) -> str | None:
    """The answer; None where it is refused, which ValueError alone may do."""
    try:
        return kind.parse(text)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "kind, rule",
    [
        ("options", "a whole number from 1 to 3"),
        ("line", "a whole number from 1 to 2"),
        ("order", "the letters A, B, C, D in the order of the derivation, each once"),
        ("number", "a number from -5 to 200"),
        ("whole", "a whole number from -20 to 20"),
    ],
)
def test_each_kind_says_what_an_answer_must_be(kind: str, rule: str) -> None:
    assert KINDS[kind].rule == rule
