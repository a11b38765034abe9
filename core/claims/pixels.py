"""Images of 8 by 8 pixels, as scikit-learn's digits are, and as the text that stands for one in a link."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from core.data.tables import digits

Array = np.ndarray
SIDE, LEVELS = 8, "0123456789abcdefg"  # scikit-learn's digits: 8 by 8 pixels of 0 to 16
THREE = "007fd10008d6f400021dd000002fb1000001cc1000001a8000845e90007dd900"  # the first of the digits that is a 3
EIGHT = "009e810000ceec00009a0f40003gce20004gg20003g8ad2001f13g8000bgfb10"


@dataclass(frozen=True)
class Pixels:
    """An image of 8 by 8 pixels, row by row, each of the 17 levels from 0 to g."""

    rule = f"{SIDE * SIDE} characters from 0 to 9 and a to g, a pixel each"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and re.fullmatch(rf"[0-9a-g]{{{SIDE * SIDE}}}", value) is not None

    def parse(self, text: str) -> str:
        return text

    def write(self, value: str) -> str:
        return value


def image(pixels: str) -> Array:
    """64 pixels as an image (8, 8) of values from 0 to 1. Raises ValueError for what `Pixels` does not accept."""
    return np.array([LEVELS.index(level) for level in pixels]).reshape(SIDE, SIDE) / (len(LEVELS) - 1)


def digit(number: int) -> str:
    """The first of scikit-learn's digits that shows this number, 0 to 9, as pixels."""
    table = digits()
    first = table.values[int(np.argmax(table.y == number))].astype(int)
    return "".join(LEVELS[level] for level in first)


@cache
def images() -> tuple[Array, Array]:
    """All digits as images (1797, 1, 8, 8) of values from 0 to 1, and their classes (1797,)."""
    table = digits()
    return table.values.reshape(-1, 1, SIDE, SIDE) / (len(LEVELS) - 1), table.y
