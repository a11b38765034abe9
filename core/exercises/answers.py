"""What may be answered: each kind says what an answer must be, reads it from a link and says it in words.

`parse` returns the one text of an answer that a link writes, and raises ValueError, and nothing else, for what is none;
`in_words` says such a text.
"""

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Protocol

from core.exercises import terms
from core.fields import Real, Whole


class Kind(Protocol):
    """What one part of an exercise takes as its answer."""

    @property
    def rule(self) -> str: ...
    def parse(self, text: str) -> str: ...
    def in_words(self, answer: str) -> str: ...


@dataclass(frozen=True)
class Options:
    """One of some options, Markdown each: the answer is its number, from 1."""

    labels: tuple[str, ...]

    @property
    def rule(self) -> str:
        return Whole(1, len(self.labels)).rule

    def parse(self, text: str) -> str:
        return _number_of(text, len(self.labels))

    def in_words(self, answer: str) -> str:
        return self.labels[int(answer) - 1]


@dataclass(frozen=True)
class WrongLine:
    """The number, from 1, of the line of a faulty proof that is wrong. lines: LaTeX or Markdown with LaTeX in it."""

    lines: tuple[str, ...]

    @property
    def rule(self) -> str:
        return Whole(1, len(self.lines)).rule

    def parse(self, text: str) -> str:
        return _number_of(text, len(self.lines))

    def in_words(self, answer: str) -> str:
        return f"line {answer}"


@dataclass(frozen=True)
class Order:
    """Lines of a derivation in their order: the answer is their letters, A for the first that is shown."""

    lines: tuple[str, ...]

    @property
    def letters(self) -> str:
        return ascii_uppercase[: len(self.lines)]

    @property
    def rule(self) -> str:
        return f"the letters {', '.join(self.letters)} in the order of the derivation, each once"

    def parse(self, text: str) -> str:
        text = "".join(letter for letter in text.upper() if letter not in " ,;>")
        if sorted(text) != list(self.letters):
            raise ValueError(text)
        return text

    def in_words(self, answer: str) -> str:
        return ", ".join(answer)


@dataclass(frozen=True)
class Number:
    """A number in [low, high] that counts as right within `tolerance`. unit: behind it, as `%`."""

    low: float
    high: float
    tolerance: float
    unit: str = ""
    whole: bool = False

    @property
    def rule(self) -> str:
        return self._field.rule

    def parse(self, text: str) -> str:
        text = text.strip().removesuffix(self.unit).rstrip()
        value = self._field.parse(text.replace(",", ".").replace("−", "-"))
        if not self._field.accepts(value):
            raise ValueError(text)
        return self._field.write(value)  # type: ignore[arg-type]

    def in_words(self, answer: str) -> str:
        return f"{answer} {self.unit}".rstrip()

    @property
    def _field(self) -> Whole | Real:
        return Whole(int(self.low), int(self.high)) if self.whole else Real(self.low, self.high)


@dataclass(frozen=True)
class Term:
    """A term in some variables and functions (`terms`), compared as a function: how it is written does not matter.

    before: LaTeX that it completes, as `s'(x) =`.
    """

    variables: tuple[str, ...]
    functions: tuple[str, ...] = ()
    before: str = ""

    @property
    def rule(self) -> str:
        return terms.rule(self.variables, self.functions)

    def parse(self, text: str) -> str:
        text = " ".join(text.split())
        terms.read(text, self.variables, self.functions)
        return text

    def in_words(self, answer: str) -> str:
        return answer


def _number_of(text: str, most: int) -> str:
    rule = Whole(1, most)
    value = rule.parse(text)
    if not rule.accepts(value):
        raise ValueError(text)
    return str(value)
