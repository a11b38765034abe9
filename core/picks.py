"""What is looked at of a network: a weight, a bias or a neuron, as a link writes it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

Kind = Literal["w", "b", "n"]


@dataclass(frozen=True)
class Pick:
    """A weight (`w1:0:2`), bias (`b1:2`) or neuron (`n1:2`).

    layer: 1 is the first after the features. source, unit: 0 is the first; source counts for a weight alone.
    """

    kind: Kind
    layer: int
    unit: int
    source: int = 0

    def __str__(self) -> str:
        source = f"{self.source}:" if self.kind == "w" else ""
        return f"{self.kind}{self.layer}:{source}{self.unit}"

    def place(self, sizes: Sequence[int]) -> int:
        """Where the weight, or the bias of the neuron, stands among the parameters (P,) of `core.network.flatten`."""
        start = sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes[: self.layer]))
        n_in, n_out = sizes[self.layer - 1 : self.layer + 1]
        return start + (self.source if self.kind == "w" else n_in) * n_out + self.unit


@dataclass(frozen=True)
class Picked:
    """A weight, bias or neuron of any network: `w1:0:2`, `b1:2`, `n1:2`."""

    rule = (
        "a weight, bias or neuron, as w1:0:2 (layer 1, from its first input to its third neuron), b1:2 or n1:2 "
        "(the third neuron of layer 1)"
    )

    def accepts(self, value: Any) -> bool:
        number = r"(0|[1-9][0-9]{0,3})"
        pattern = rf"(w[1-9][0-9]{{0,2}}:{number}|[bn][1-9][0-9]{{0,2}}):{number}"
        return isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None

    def parse(self, text: str) -> str:
        return text

    def write(self, value: str) -> str:
        return value


def picked(text: str) -> Pick:
    """The pick that a text accepted by `Picked` stands for."""
    layer, *rest = map(int, text[1:].split(":"))
    return Pick(text[0], layer, rest[-1], rest[0] if len(rest) > 1 else 0)  # type: ignore[arg-type]


def fitting(pick: Pick, sizes: Sequence[int]) -> Pick:
    """The pick, or the nearest one that a network of these sizes has; a bias where it has no such weight."""
    layer = min(pick.layer, len(sizes) - 1)
    sources, units = sizes[layer - 1], sizes[layer]
    kind = "b" if pick.kind == "w" and not sources else pick.kind
    source = min(pick.source, sources - 1) if kind == "w" else 0
    return Pick(kind, layer, min(pick.unit, units - 1), source)
