"""Weights set by hand: which weight of a network, and its value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from core.fields import Real, Rule, Whole, shortened

BIAS = "b"  # as the source of a weight
MOST = 10  # weights that one segment sets
NUMBER: dict[str, Rule] = {"layer": Whole(1, 11), "source": Whole(0, 63), "unit": Whole(0, 63)}  # the largest network's
VALUE = Real(-1e6, 1e6)


@dataclass(frozen=True)
class Edit:
    """A weight or bias set by hand: `layer` counts from 1, `source` (a unit of the layer below, or BIAS) and `unit`
    from 0.

    Raises ValueError (name, rule, value) for a field that no network has.
    """

    layer: int
    source: int | str
    unit: int
    value: float

    def __post_init__(self) -> None:
        for name, rule in {**NUMBER, "value": VALUE}.items():
            given = getattr(self, name)
            if not (rule.accepts(given) or (name == "source" and given == BIAS)):
                other = f", or {BIAS!r}" if name == "source" else ""
                raise ValueError(f"{name} must be {rule.rule}{other}; got {shortened(given)}")

    @property
    def weight(self) -> tuple[int, int | str, int]:
        """Which weight it is, whatever its value."""
        return self.layer, self.source, self.unit

    @property
    def text(self) -> str:
        """`layer:source:unit:value`, as a link writes it."""
        return ":".join([*map(str, self.weight), VALUE.write(self.value)])

    @property
    def words(self) -> str:
        """As a sentence says it; units count from 1 there."""
        what = f"bias of unit {self.unit + 1}"
        if isinstance(self.source, int):
            what = f"weight from {self.source + 1} to {self.unit + 1}"
        return f"layer {self.layer}, {what}: {VALUE.write(self.value)}"

    def fits(self, sizes: Sequence[int]) -> bool:
        """Whether a network of these sizes (features, hidden layers, outputs) has this weight."""
        if self.layer >= len(sizes) or self.unit >= sizes[self.layer]:
            return False
        return isinstance(self.source, str) or self.source < sizes[self.layer - 1]


@dataclass(frozen=True)
class Edits:
    """The rule of a tuple of edits of at most MOST weights, written with commas; may be empty."""

    rule = f"at most {MOST} weights as layer:source:unit:value, {BIAS} the source of a bias, the value {VALUE.rule}"

    def accepts(self, value: object) -> bool:
        if not (isinstance(value, tuple) and all(isinstance(edit, Edit) for edit in value)):
            return False
        return len(last_of_each(value)) <= MOST

    def parse(self, text: str) -> tuple[Edit, ...]:
        if len(text) > 100 * MOST:
            raise ValueError(text)
        return last_of_each(map(_edit, text.split(","))) if text else ()

    def known(self, text: str) -> tuple[Edit, ...]:
        """Those edits of a text that can be read, of the first MOST weights."""
        return last_of_each(filter(None, map(_readable, text.split(","))))[:MOST]

    def write(self, value: tuple[Edit, ...]) -> str:
        return ",".join(edit.text for edit in value)


def last_of_each(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """One edit a weight, the last, in the order in which the weights are first named."""
    return tuple({edit.weight: edit for edit in edits}.values())


def set_by_hand(layers: Sequence[tuple[np.ndarray, np.ndarray]], edits: Iterable[Edit]) -> None:
    """Set weights and biases of layers [(W (n_in, n_out), b (n_out,)), ...], in place."""
    for edit in edits:
        W, b = layers[edit.layer - 1]
        if isinstance(edit.source, int):
            W[edit.source, edit.unit] = edit.value
        else:
            b[edit.unit] = edit.value


def _edit(text: str) -> Edit:
    parts = text.split(":")
    if len(parts) != len(fields(Edit)):
        raise ValueError(text)
    layer, source, unit, value = parts
    from_unit = source if source == BIAS else NUMBER["source"].parse(source)
    return Edit(NUMBER["layer"].parse(layer), from_unit, NUMBER["unit"].parse(unit), VALUE.parse(value))


def _readable(text: str) -> Edit | None:
    try:
        return _edit(text)
    except ValueError:
        return None
