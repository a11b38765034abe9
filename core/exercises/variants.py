"""Variants: the same question with other data and other numbers for each handle, as a name or a student's number.

A handle decides by a hash, and draws by `random.Random.random` alone, whose numbers Python keeps from version to
version: a link asks the same wherever it is opened.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """The draws of one exercise for one handle. The empty handle draws the first of what it may pick."""

    def __init__(self, exercise: str, handle: str) -> None:
        name = f"{exercise} {handle}".encode("utf-8", "backslashreplace")  # half a surrogate pair may be in it
        self._random = Random(name)  # which hashes it with SHA-512
        self._is_first = not handle

    def pick(self, options: Sequence[T]) -> T:
        """One of some values, each as likely."""
        return options[0 if self._is_first else self._below(len(options))]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """The values in another order, each as likely (Fisher and Yates), also for the empty handle."""
        values = list(values)
        for last in range(len(values) - 1, 0, -1):
            other = self._below(last + 1)
            values[last], values[other] = values[other], values[last]
        return values

    def _below(self, count: int) -> int:
        return int(self._random.random() * count)
