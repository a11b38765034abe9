"""What a field of a settings dataclass may hold: its check, its text in a link, its label on a screen.

A rule is stored in the dataclass field's metadata by `setting`; experiments, views and the labs' settings
are built from the same rules, so the link, the widgets and the checks can not disagree.
"""

import dataclasses
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

SHOWN = 40  # characters of a bad value that a message repeats
LISTED = 20  # names that a message lists; of more only the first ten


class Rule(Protocol):
    """What one kind of value must be (`rule`, a phrase), how it is checked, read from a link and written to one.

    `parse` takes any text and raises ValueError, and nothing else, for what it can not read; what it returns may still
    break the rule. For every accepted value, `parse(write(value)) == value`, and equal values are written alike.
    """

    @property
    def rule(self) -> str: ...
    def accepts(self, value: Any) -> bool: ...
    def parse(self, text: str) -> Any: ...
    def write(self, value: Any) -> str: ...


@dataclass(frozen=True)
class Whole:
    """A whole number in [low, high]."""

    low: int
    high: int

    @property
    def rule(self) -> str:
        return f"a whole number from {self.low} to {self.high}"

    def accepts(self, value: Any) -> bool:
        return type(value) is int and self.low <= value <= self.high

    def parse(self, text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise ValueError(text)
        return int(text)

    def write(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class WholeText:
    """A whole number in [low, high] as text, each number in one way only (`7`, not `+07`); may be empty."""

    low: int
    high: int

    @property
    def rule(self) -> str:
        return f"empty or {Whole(self.low, self.high).rule}"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not re.fullmatch(r"|0|-?[1-9][0-9]{0,17}", value):
            return False
        return not value or self.low <= int(value) <= self.high

    def parse(self, text: str) -> str:
        return str(Whole(self.low, self.high).parse(text)) if text else ""

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Real:
    """A finite number in [low, high]."""

    low: float
    high: float

    @property
    def rule(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    def accepts(self, value: Any) -> bool:
        return type(value) in (int, float) and self.low <= value <= self.high

    def parse(self, text: str) -> float:
        if len(text) > 40 or not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?", text):
            raise ValueError(text)
        return float(text)

    def write(self, value: float) -> str:
        return repr(float(value) + 0.0).removesuffix(".0")  # + 0.0: -0.0 equals 0.0, so it is written like it

    @property
    def ladder(self) -> list[float]:
        """Those of 0, 1e-6, 3e-6, 1e-5 ... 10 that are allowed: values worth trying where orders of magnitude count."""
        steps = [float(f"{digit}e{power}") for power in range(-6, 1) for digit in (1, 3)]
        return [step for step in (0.0, *steps, 10.0) if self.accepts(step)]


@dataclass(frozen=True)
class Flag:
    """Yes or no, written `true` and `false`."""

    rule = "true or false"

    def accepts(self, value: Any) -> bool:
        return type(value) is bool

    def parse(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"

    def write(self, value: bool) -> str:
        return str(value).lower()


@dataclass(frozen=True)
class Choice:
    """One of the names of a registry (any collection of names)."""

    options: Collection[str]

    @property
    def rule(self) -> str:
        return "one of " + ", ".join(self.options)

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.options

    def parse(self, text: str) -> str:
        return text

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Text:
    """A text of at most `most` printable ASCII characters; may be empty."""

    most: int

    @property
    def rule(self) -> str:
        return f"a text of at most {self.most} printable ASCII characters"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) <= self.most and value.isascii() and value.isprintable()

    def parse(self, text: str) -> str:
        return text

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Names:
    """A tuple of different names of a registry, written with commas; at least `least` of them."""

    options: Collection[str]
    least: int = 0

    @property
    def rule(self) -> str:
        names = list(self.options) if len(self.options) <= LISTED else list(self.options)[: LISTED // 2]
        more = f" and {left} more" if (left := len(self.options) - len(names)) else ""
        return (f"at least {self.least}" if self.least else "any") + " of " + ", ".join(names) + more + ", each once"

    def accepts(self, value: Any) -> bool:
        return (
            isinstance(value, tuple)
            and all(isinstance(name, str) for name in value)
            and len(value) >= self.least
            and len(set(value)) == len(value)
            and set(value) <= set(self.options)
        )

    def parse(self, text: str) -> tuple[str, ...]:
        return tuple(name for name in text.split(",") if name)

    def known(self, text: str) -> tuple[str, ...]:
        """Those names of a text that are in the registry, each once."""
        return tuple(dict.fromkeys(name for name in self.parse(text) if name in self.options))

    def write(self, value: tuple[str, ...]) -> str:
        return ",".join(value)


@dataclass(frozen=True)
class Sizes:
    """A tuple of at most `most` whole numbers in [low, high], written with commas; may be empty."""

    most: int
    low: int
    high: int

    @property
    def rule(self) -> str:
        return f"at most {self.most} whole numbers from {self.low} to {self.high}, separated by commas"

    def accepts(self, value: Any) -> bool:
        return (
            isinstance(value, tuple)
            and len(value) <= self.most
            and all(type(n) is int and self.low <= n <= self.high for n in value)
        )

    def parse(self, text: str) -> tuple[int, ...]:
        if len(text) > 20 * self.most:
            raise ValueError(text)
        return tuple(Whole(self.low, self.high).parse(part) for part in text.split(",")) if text else ()

    def write(self, value: tuple[int, ...]) -> str:
        return ",".join(map(str, value))


@dataclass(frozen=True)
class OneOrPerLayer:
    """One name of a registry for all layers, or a tuple with one name a layer, written with commas.

    A tuple holds two names or more: for a single layer the name alone says the same, in one way only.
    """

    options: Collection[str]

    @property
    def rule(self) -> str:
        return "one name, or one for each hidden layer separated by commas, of " + ", ".join(self.options)

    def accepts(self, value: Any) -> bool:
        if isinstance(value, str):
            return value in self.options
        return (
            isinstance(value, tuple) and len(value) > 1 and all(isinstance(n, str) and n in self.options for n in value)
        )

    def parse(self, text: str) -> str | tuple[str, ...]:
        return tuple(text.split(",")) if "," in text else text

    def write(self, value: str | tuple[str, ...]) -> str:
        return value if isinstance(value, str) else ",".join(value)


def setting(default: Any, rule: Rule, label: str) -> Any:
    """A dataclass field with its rule and the label that screens and messages use."""
    return dataclasses.field(default=default, metadata={"rule": rule, "label": label})


def rules(kind: Any) -> dict[str, Rule]:
    """The rule of every field of a settings dataclass (class or value) that has one."""
    return {f.name: f.metadata["rule"] for f in dataclasses.fields(kind) if "rule" in f.metadata}


def in_sentence(label: str) -> str:
    """A label as it stands within a sentence: `learning rate`, but `L1 penalty` and `TensorFlow Playground's seed`."""
    first = label.split()[0]
    return label[0].lower() + label[1:] if first[1:].islower() else label


def label(kind: Any, name: str) -> str:
    """The label of the field `name`."""
    return next(f.metadata["label"] for f in dataclasses.fields(kind) if f.name == name)


def check(settings: Any) -> None:
    """Raise ValueError (name, rule, value) for the first field of a settings dataclass that breaks its rule."""
    for name, rule in rules(settings).items():
        value = getattr(settings, name)
        if not rule.accepts(value):
            raise ValueError(f"{name} must be {rule.rule}; got {shortened(value)}")


def shortened(value: Any) -> str:
    """A value for a message: printable (control and bidirectional characters escaped), at most `SHOWN` characters."""
    try:
        text = repr(value[:SHOWN] if isinstance(value, str) else value)
    except (ValueError, RecursionError):  # Python refuses to print integers of thousands of digits and endless nests
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
