"""The LaTeX of formulas, read and computed: what a screen shows is compared with what the code does."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.special import erf, expit

TOKEN = re.compile(
    r"\s*(\\begin\{cases\}|\\end\{cases\}|\\text\{[^}]*\}|\\operatorname\{[^}]*\}|\\\\|\\[A-Za-z]+|\d+(?:\.\d+)?|.)",
    re.S,
)
SPACES = re.compile(r"\\[,;:!]|\\left|\\right|\\cdot|\\big[lr]?")
FUNCTIONS: dict[str, Callable[..., Any]] = {
    r"\tanh": np.tanh,
    r"\ln": np.log,
    r"\sin": np.sin,
    r"\cos": np.cos,
    r"\max": np.maximum,
    r"\min": np.minimum,
    r"\operatorname{erf}": erf,
    r"\operatorname{sign}": np.sign,
    r"\operatorname{atan2}": np.arctan2,
    "s": expit,
    "s'": lambda x: expit(x) * expit(-x),
    r"\Phi": lambda x: (1 + erf(x / np.sqrt(2))) / 2,
}
COMPARED: dict[str, Callable[..., Any]] = {
    "<": np.less,
    ">": np.greater,
    r"\le": np.less_equal,
    r"\ge": np.greater_equal,
}
ENDS = {")", "}", "&", r"\\", r"\end{cases}", "+", "-", ",", "=", "]", None, *COMPARED}


def parts(latex: str) -> list[str]:
    """A formula and what its letters stand for."""
    return re.split(r",\\;\s*", latex)


def evaluate(latex: str, values: Mapping[str, Any]) -> Any:
    """What a formula comes to. values: of its letters, by their LaTeX (`x`, `x_1`, `u'`).

    Of equations the last right side counts; what stands after `,\\;` gives letters, `a = b` or about.
    """
    first, *defined = parts(latex)
    known = {r"\pi": np.pi, **values}
    for each in reversed(defined):
        name, _, right = re.split(r"\s*(=|\\approx)\s*", each, maxsplit=1)
        if not re.fullmatch(r"s\(x\)|\\Phi\(x\)", name):  # functions that the reader knows; checked on their own
            known[name] = Reader(right, known).all()
    return Reader(right_side(first), known).all()


def right_side(latex: str) -> str:
    """Of an equation, or of an assignment, what stands on its right."""
    depth, start = 0, 0
    for match in re.finditer(r"[{(]|[})]|=|\\leftarrow|\\sim", latex):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(match[0], 0)
        if depth == 0 and match[0] in ("=", r"\leftarrow", r"\sim"):
            start = match.end()
    return latex[start:]


class Reader:
    """Recursive descent: sums of products of powers."""

    def __init__(self, latex: str, values: Mapping[str, Any]):
        self.tokens: list[str | None] = [*TOKEN.findall(SPACES.sub(" ", latex).strip()), None]
        self.values, self.bars = values, 0

    @property
    def next(self) -> str | None:
        return self.tokens[0]

    def take(self, wanted: str | None = None) -> str:
        token = self.tokens.pop(0)
        assert token is not None and wanted in (None, token), (token, wanted, self.tokens)
        return token

    def all(self) -> Any:
        value = self.sum()
        assert self.next is None, self.tokens
        return value

    def sum(self) -> Any:
        negative = self.next == "-" and bool(self.take())
        value = -self.product() if negative else self.product()
        while self.next in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self) -> Any:
        value = self.power()
        while self.next not in ENDS and not (self.next == "|" and self.bars):
            if self.next == "/":
                self.take()
                value = value / self.power()
            else:
                value = value * self.power()
        return value

    def power(self) -> Any:
        value = self.atom()
        while self.next == "^":
            self.take()
            value = value ** self.argument()
        return value

    def argument(self) -> Any:
        """Of ^ and \\frac: what stands in braces, or one sign."""
        if self.next == "{":
            self.take()
            value = self.sum()
            self.take("}")
            return value
        return self.atom()

    def atom(self) -> Any:
        token = self.take()
        if re.fullmatch(r"\d+(\.\d+)?", token):
            return float(token)
        if token in ("(", "{", "["):
            value = self.sum()
            self.take({"(": ")", "{": "}", "[": "]"}[token])
            return value
        if token == "|":
            self.bars += 1
            value = np.abs(self.sum())
            self.bars -= 1
            self.take("|")
            return value
        if token in (r"\frac", r"\tfrac", r"\dfrac"):
            above = self.argument()
            return above / self.argument()
        if token == r"\sqrt":
            return np.sqrt(self.argument())
        if token == r"\sum":
            self.subscript()
            return np.sum(self.product())
        if token == r"\begin{cases}":
            return self.cases()
        name = token + self.subscript()
        while self.next == "'":
            name += self.take()
        if name in self.values:
            return self.values[name]
        if name == "e":
            return np.e
        assert name in FUNCTIONS, name
        return self.applied(FUNCTIONS[name])

    def subscript(self) -> str:
        if self.next != "_":
            return ""
        self.take()
        if self.next != "{":
            return "_" + self.take()
        text = "_"
        while not text.endswith("}"):
            text += self.take()
        return text

    def applied(self, function: Callable[..., Any]) -> Any:
        exponent = 1.0
        if self.next == "^":
            self.take()
            exponent = self.argument()
        if self.next == "(":
            self.take()
            arguments = [self.sum()]
            while self.next == ",":
                self.take()
                arguments.append(self.sum())
            self.take(")")
        else:
            arguments = [self.power()]
        return function(*arguments) ** exponent

    def cases(self) -> Any:
        """Rows `value & condition`, the first one that holds."""
        conditions, found = [], []
        while self.next != r"\end{cases}":
            found.append(self.sum())
            self.take("&")
            conditions.append(self.condition())
            if self.next == r"\\":
                self.take()
        self.take()
        arrays = np.broadcast_arrays(*conditions, *found)
        return np.select(arrays[: len(found)], arrays[len(found) :])

    def condition(self) -> Any:
        assert self.next is not None
        if self.next.startswith(r"\text"):
            word = self.take()[6:-1]
            return np.bool_(True) if word == "else" else np.bool_(self.values[word])
        left, holds = self.sum(), np.bool_(True)
        while self.next in COMPARED:
            compare = COMPARED[self.take()]
            right = self.sum()
            holds, left = holds & compare(left, right), right
        return holds
