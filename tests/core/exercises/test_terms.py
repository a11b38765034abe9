"""Terms that somebody types: each way to write a function is that function, and what is none is refused."""

import re
from random import Random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import expit

from core.exercises import EXERCISES, terms

X = np.random.RandomState(1).uniform(-3, 3, 50)
VALUES = {"x": X, "s": expit(X)}
SLOPE = expit(X) * expit(-X)  # of the logistic, without the formula that is asked for


def computed(text: str, functions: tuple[str, ...] = ("s",), **values: np.ndarray) -> np.ndarray:
    values = values or VALUES
    return terms.read(text, [*values], functions)(values)


@pytest.mark.parametrize(
    "text",
    [
        "s(1 - s)",
        "s(x)(1 - s(x))",
        "s(1 - s(x))",
        "s*(1-s)",
        "s - s^2",
        "s − s²",
        "-s**2 + s",
        "s(x) - s^2(x)",
        "σ(x) · (1 − σ(x))",
        "Sigmoid(x) (1 - logistic(x))",
        "s(x) s(-x)",
        "0,25 - (s - 1/2)^2",
        ".5(s-s^2)/.5",
        "s^2(1 - s) / s",
    ],
)
def test_a_function_is_itself_however_it_is_written(text: str) -> None:
    np.testing.assert_allclose(computed(text), SLOPE, atol=1e-14)
    assert terms.is_same(text, "s(x) s(-x)", VALUES, ["s"])


@pytest.mark.parametrize(
    "text, value",
    [
        ("2 + 3 * 4", 14),
        ("2 - 3 - 4", -5),
        ("8 / 4 / 2", 1),
        ("2 ^ 3 ^ 2", 512),
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("2 * -3", -6),
        ("--2", 2),
        ("1 / 2 x", 5),
        ("2x^2", 200),
        ("(2)(3)", 6),
        ("x(x - 1)", 90),
        ("relu(-2) + relu(3) + abs(-4)", 7),
        ("sqrt(16)", 4),
        ("tanh(0)", 0),
        ("exp(0) + e^0", 2),
        ("sqrt^3(4)", 8),
        ("2³", 8),
        ("1,5 + 1.5", 3),
        ("X", 10),
    ],
)
def test_signs_bind_as_they_do_in_algebra(text: str, value: float) -> None:
    found = computed(text, tuple(terms.FUNCTIONS), x=np.full(3, 10.0))
    np.testing.assert_allclose(found, np.full(3, float(value)))


@pytest.mark.parametrize(
    "text, why",
    [
        ("", "it ends too early"),
        ("s(", "it ends too early"),
        ("s(x", "it ends too early"),
        ("s(x)) + 1", "')' stands where nothing can"),
        ("s (1 - s]", "']' can not be read"),
        ("s ^", "it ends too early"),
        ("* s", "'*' is not known here"),
        ("y", "'y' is not known here"),
        ("tanh(x)", "'tanh' is not known here"),
        ("e^x", "'e' is not known here"),
        ("s2", "'2' stands where a sign has to be"),
        ("1.000.000", "'.000' stands where a sign has to be"),
        ("1e5", "'e' is not known here"),
        ("½", "'½' can not be read"),
        ("x٣", "'٣' can not be read"),
        ("x\0", r"'\x00' can not be read"),
        ("\ud800", r"'\ud800' can not be read"),
        ("s'", """"'" can not be read"""),
        ("(" * 22 + "x" + ")" * 22, "more than 20 signs and parentheses are within each other"),
        ("-" * 100 + "x", "more than 20 signs and parentheses are within each other"),
        ("x" + "^x" * 50, "more than 20 signs and parentheses are within each other"),
        ("x" * 201, "it has 201 characters"),
    ],
)
def test_what_is_no_term_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        terms.read(text, ["x", "s"], ["s"])


def test_a_function_needs_its_parentheses() -> None:
    for text in ("tanh x", "tanh", "tanh^-1(x)", "tanh^(2)(x)"):
        with pytest.raises(ValueError, match="'tanh' has no parenthesis behind it"):
            terms.read(text, ["x"], ["tanh"])


@pytest.mark.parametrize(
    "text",
    [
        "s(1 + s)",
        "s",
        "0",
        "0.25",
        "s(1 - s) + 0.00001",
        "exp(-x)/exp(0)",
        "s(1 - s) + 0/0",
        "9^9^9^9^9",
        "s(1 - s) + 1/0 - 1/0",
        "s(1 - s) + sqrt(x) - sqrt(x)",  # not a number where x is negative
    ],
)
def test_another_function_is_not_the_same_and_neither_is_what_is_not_finite(text: str) -> None:
    assert not terms.is_same(text, "s(1 - s)", VALUES, ["s", "exp", "sqrt"])


def test_a_term_that_agrees_at_a_few_points_only_is_another() -> None:
    """A polynomial through the slope at -2, 0 and 2 is off everywhere else."""
    at = expit(2.0) * expit(-2.0)
    parabola = f"0.25 - {(0.25 - at) / 4:.17f} x^2"
    few = {"x": np.array([-2.0, 0.0, 2.0]), "s": expit(np.array([-2.0, 0.0, 2.0]))}
    assert terms.is_same(parabola, "s(1 - s)", few, ["s"])
    assert not terms.is_same(parabola, "s(1 - s)", VALUES, ["s"])


def test_the_rule_names_what_may_be_used() -> None:
    assert terms.rule(["x", "s"], ["s"]).startswith("a term in x, s, s(…), numbers and + - * / ^")
    assert "e^(…)" in terms.rule(["x"], ["exp"])


PIECES = (
    *(*"0123456789.,+-*/^()xs eE", "**", "s(", "exp(", ")(", "^-", "9" * 50),
    *("²", "½", "٣", "\0", "\ud800", "İ", "Σ", "\u202e"),
)


def is_read(text: str) -> bool:
    """Whether it is a term; then it can be compared. ValueError alone may refuse one."""
    try:
        terms.read(text, ["x", "s"], ["s", "exp"])
    except ValueError:
        return False
    return terms.is_same(text, "s", VALUES, ["s", "exp"]) in (True, False)


def test_of_three_thousand_strings_each_is_read_or_refused() -> None:
    random = Random(0)
    texts = ["".join(random.choices(PIECES, k=random.randrange(20))) for _ in range(3000)]
    assert 100 < sum(is_read(text) for text in texts) < 2900


@given(st.text(max_size=250) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("9^" * 19 + "9")
@example("exp(" * 19 + "x" + ")" * 19)
@example("+x" * 100)
@example("9" * 200)
@example("(x" * 20)
@example("²" * 200)
def test_whatever_is_typed_is_read_or_refused_and_nothing_else(text: str) -> None:
    assert is_read(text) in (True, False)


# ---- of exercises ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "id, number, forms",
    [
        (
            "P2",
            2,
            [
                "b + relu(a - b)",
                "a + relu(b - a)",
                "relu(a-b)+b",
                "(a + b + relu(a - b) + relu(b - a)) / 2",
                "relu(a) - relu(-a) + relu(b - a)",
                "A − 1·relu(B−A)·(−1)",
            ],
        ),
        ("P3", 2, ["s(1-s)", "s(x)(1-s(x))", "s - s²", "s(x) s(-x)", "s*s(-x)", "1/4 - (s - 0,5)^2", "S(x) − S²(x)"]),
        ("P4", 1, ["a(1-a)", "s(z)(1-s(z))", "a - a^2", "a s(-z)", "s(z) − a²", "(1 - s(z)) * a"]),
        (
            "P5",
            2,
            [
                "4 s(2x)(1 - s(2x))",
                "1 - (2s(2x) - 1)^2",
                "4s(2x)s(-2x)",
                "4(s(2x) - s²(2x))",
                "2 s(2x) (2 - 2 s(2x))",
                "σ(2x)·(1−σ(2x))·4",
            ],
        ),
    ],
)
def test_a_term_is_right_in_any_form(id: str, number: int, forms: list[str]) -> None:
    asked = EXERCISES[id].task().parts[number - 1]
    assert [form for form in forms if not asked.judge(asked.kind.parse(form), {}).right] == []


@pytest.mark.parametrize(
    "id, number, forms",
    [
        ("P2", 2, ["a", "b", "relu(a - b)", "relu(a) + relu(b)", "a + relu(a - b)", "b + relu(a - b) + 0.00002"]),
        ("P3", 2, ["s", "1 - s", "s(1 + s)", "s^2", "0.25", "s(x)(1 - x)", "0.25 - x^2/16 + x^4/96"]),
        ("P4", 1, ["a", "z", "1 - a", "z(1 - z)", "s(a)(1 - s(a))", "0.25", "a(1 - a) + 0.00001"]),
        ("P5", 2, ["2 s(2x)(1 - s(2x))", "s(2x)(1 - s(2x))", "4 s(x)(1 - s(x))", "2 s(2x) - 1", "1 - x^2"]),
    ],
)
def test_another_term_is_wrong(id: str, number: int, forms: list[str]) -> None:
    asked = EXERCISES[id].task().parts[number - 1]
    assert [form for form in forms if asked.judge(asked.kind.parse(form), {}).right] == []
