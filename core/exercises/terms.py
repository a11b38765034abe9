"""Terms that somebody types, as `4 s(2x) (1 - s(2x))`: read by a grammar of a few lines, computed with NumPy.

    sum = product (("+" | "-") product)*      product = power (("*" | "/" | nothing) power)*
    power = ("-" | "+") power | atom (("^" | "**") power)?
    atom = number | name | name (("^" | "**") number)? "(" sum ")" | "(" sum ")"

Two things that stand beside each other are multiplied, but a number stands first: `x2` could mean three things. A name
that is a variable and a function is the function where what is in its parentheses lacks the name: `s(2x)`, but in
`s(1 - s)` a factor. A power may stand before a function's parentheses: `tanh^2(x)`. Capitals count as small letters.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.fields import shortened
from core.network.activations import ACTIVATIONS

Array = np.ndarray
Value = Callable[[Mapping[str, Array]], Array]  # of a term, for values of its variables

FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "s": ACTIVATIONS["logistic"].value,
    "tanh": np.tanh,
    "relu": ACTIVATIONS["relu"].value,
    "exp": np.exp,
    "abs": np.abs,
    "sqrt": np.sqrt,
}
SAME = {"σ": "s", "sigmoid": "s", "logistic": "s"} | {
    **dict.fromkeys("·⋅×", "*"),
    **dict.fromkeys("−–", "-"),
    "²": "^2",
    "³": "^3",
    ",": ".",
}
LONGEST, DEEPEST = 200, 20  # characters; parentheses and signs within each other
TOKEN = re.compile(r"\s*([0-9]+\.?[0-9]*|\.[0-9]+|[a-z]+|\*\*|[-+*/^()])")


def rule(variables: Sequence[str], functions: Sequence[str]) -> str:
    """What a term must be, in words."""
    known = ", ".join([*variables, *(f"{name}(…)" for name in functions)])
    known += " or e^(…)" if "exp" in functions else ""
    return f"a term in {known}, numbers and + - * / ^, of at most {LONGEST} characters"


def read(text: str, variables: Sequence[str], functions: Sequence[str]) -> Value:
    """The term as a function of its variables' values. Raises ValueError, with what is wrong, for what is none."""
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text)} characters")
    text = text.lower()
    for said, meant in SAME.items():
        text = text.replace(said, meant)
    reader = _Reader(_tokens(text), frozenset(variables), frozenset(functions))
    value = reader.sum(0)
    if reader.next:
        raise ValueError(f"{shortened(reader.next)} stands where nothing can")
    return value.of


def is_same(text: str, right: str, values: Mapping[str, Array], functions: Sequence[str]) -> bool:
    """Whether two terms are one function on these values (n,) of their variables, to 1e-6 of its size.

    Raises ValueError for what is no term.
    """
    one, other = (_computed(read(each, [*values], functions), values) for each in (text, right))
    scale = np.maximum(1.0, np.abs(other))
    return bool(np.isfinite(one).all() and (np.abs(one - other) <= 1e-6 * scale).all())


def _computed(term: Value, values: Mapping[str, Array]) -> Array:
    with np.errstate(all="ignore"):
        return term(values)


@dataclass(frozen=True)
class _Read:
    """A part of a term. names: variables and functions in it."""

    of: Value
    names: frozenset[str]


class _Reader:
    """Reads the tokens of a term, one after the other; a method for each line of the grammar."""

    def __init__(self, tokens: list[str], variables: frozenset[str], functions: frozenset[str]) -> None:
        self._tokens, self._variables, self._functions = tokens, variables, functions

    @property
    def next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def take(self) -> str:
        if not self._tokens:
            raise ValueError("it ends too early")
        return self._tokens.pop(0)

    def sum(self, depth: int) -> _Read:
        left = self.product(depth)
        while self.next in ("+", "-"):
            left = _joined(self.take(), left, self.product(depth))
        return left

    def product(self, depth: int) -> _Read:
        left = self.power(depth)
        while self.next and self.next not in ("+", "-", ")"):
            if _is_number(self.next):
                raise ValueError(f"{shortened(self.next)} stands where a sign has to be")
            sign = self.take() if self.next in ("*", "/") else "*"
            left = _joined(sign, left, self.power(depth))
        return left

    def power(self, depth: int) -> _Read:
        if depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} signs and parentheses are within each other")
        if self.next in ("-", "+"):
            sign, of = self.take(), self.power(depth + 1)
            return _joined("-", _number(0.0), of) if sign == "-" else of
        base = self.atom(depth)
        if self.next in ("^", "**"):
            self.take()
            return _joined("^", base, self.power(depth + 1))
        return base

    def atom(self, depth: int) -> _Read:
        token = self.take()
        if token == "(":
            return self.rest(depth)
        if _is_number(token):
            return _number(float(token))
        if token in self._functions and self.is_applied:
            return self.applied(token, depth)
        if token in self._variables:
            return _variable(token)
        if token == "e" and "exp" in self._functions:
            return _number(np.e)
        known = token in self._functions
        raise ValueError(f"{shortened(token)} {'has no parenthesis behind it' if known else 'is not known here'}")

    @property
    def is_applied(self) -> bool:
        """Whether a parenthesis stands next, or one after a power, as in tanh^2(x)."""
        power, exponent, after = [*self._tokens, "", "", ""][:3]
        return power == "(" or (power in ("^", "**") and _is_number(exponent) and after == "(")

    def applied(self, name: str, depth: int) -> _Read:
        """A function, after its name: a power of it, what is in its parentheses."""
        power = 1.0
        if self.take() != "(":
            power = float(self.take())
            self.take()
        inner = self.rest(depth)
        if name in self._variables and name in inner.names:
            return _joined("*", _joined("^", _variable(name), _number(power)), inner)
        return _joined("^", _called(name, inner), _number(power))

    def rest(self, depth: int) -> _Read:
        """What is within parentheses, after the first."""
        inner = self.sum(depth + 1)
        if self.take() != ")":
            raise ValueError("a parenthesis is not closed")
        return inner


SIGNS: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}


def _joined(sign: str, a: _Read, b: _Read) -> _Read:
    apply = SIGNS[sign]
    return _Read(lambda values: apply(a.of(values), b.of(values)), a.names | b.names)


def _called(name: str, a: _Read) -> _Read:
    apply = FUNCTIONS[name]
    return _Read(lambda values: apply(a.of(values)), a.names | {name})


def _variable(name: str) -> _Read:
    return _Read(lambda values: values[name], frozenset({name}))


def _number(value: float) -> _Read:
    return _Read(lambda values: np.full_like(next(iter(values.values())), value), frozenset())


def _is_number(token: str) -> bool:
    return token[:1].isdecimal() or token[:1] == "."


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if not found:
            raise ValueError(f"{shortened(text[place:].strip())} can not be read")
        tokens.append(found[1])
        place = found.end()
    return tokens
