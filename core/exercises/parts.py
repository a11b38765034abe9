"""The parts that exercises are made of, each with its judge: what is right stands in the rows, in the one place."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.exercises import terms
from core.exercises.answers import Number, Options, Order, Term, WrongLine
from core.exercises.exercise import Found, Judged, Need, Part
from core.exercises.variants import Draw


def choice(draw: Draw, words: str, right: str, wrong: Sequence[str], why: str, points: int = 1) -> Part:
    """One of some options, shuffled. why: what is true, in a sentence."""
    labels = tuple(draw.shuffled([right, *wrong]))
    return Part(words, Options(labels), lambda answer, _: Judged(labels[int(answer) - 1] == right, why), points=points)


def measured_choice(
    words: str, labels: Sequence[str], right: Callable[[Found], tuple[int, str]], needs: Sequence[Need], points: int = 1
) -> Part:
    """One of some options in their order. right: which of them, from 0, is measured to be, and the measurement."""

    def judge(answer: str, found: Found) -> Judged:
        index, why = right(found)
        return Judged(int(answer) - 1 == index, why)

    return Part(words, Options(tuple(labels)), judge, lambda _: tuple(needs), points)


def order(draw: Draw, words: str, lines: Sequence[str], points: int = 1) -> Part:
    """Lines of a derivation, shuffled, to be put into the order in which they are given here."""
    shown = draw.shuffled(list(lines))
    if shown == list(lines):
        shown = [*shown[1:], shown[0]]
    kind = Order(tuple(shown))
    right = "".join(kind.letters[shown.index(line)] for line in lines)

    def judge(answer: str, _: Found) -> Judged:
        if answer == right:
            return Judged(True, "Each line follows from those before it.")
        first = next(i for i, (one, other) in enumerate(zip(answer, right, strict=True)) if one != other)
        before = f"The first {'line is' if first == 1 else f'{first} lines are'} in place; " if first else ""
        return Judged(False, f"{before}{answer[first]} does not come {'next' if first else 'first'}.")

    return Part(words, kind, judge, points=points)


def wrong_line(words: str, lines: Sequence[str], wrong: int, why: str, points: int = 1) -> Part:
    """A proof of which one line, from 1, is wrong. why: what is wrong with it."""
    return Part(
        words,
        WrongLine(tuple(lines)),
        lambda answer, _: Judged(answer == str(wrong), f"Line {wrong}: {why}"),
        points=points,
    )


def term(
    words: str,
    before: str,
    right: str,
    values: Mapping[str, np.ndarray],
    functions: Sequence[str],
    why: str,
    points: int = 1,
) -> Part:
    """A term that completes a formula. values: random ones (n,) of each variable, on which it is compared."""

    def judge(answer: str, _: Found) -> Judged:
        return Judged(terms.is_same(answer, right, values, functions), why)

    return Part(words, Term(tuple(values), tuple(functions), before), judge, points=points)


def number(words: str, kind: Number, right: float, why: str, points: int = 1) -> Part:
    """A number that is known."""
    return Part(words, kind, lambda answer, _: _near(kind, answer, right, why), points=points)


def measured(
    words: str, kind: Number, right: Callable[[Found], tuple[float, str]], needs: Sequence[Need], points: int = 1
) -> Part:
    """A number that is measured. right: it, and the measurement in a sentence."""

    def judge(answer: str, found: Found) -> Judged:
        value, why = right(found)
        return _near(kind, answer, value, why)

    return Part(words, kind, judge, lambda _: tuple(needs), points)


def _near(kind: Number, answer: str, right: float, why: str) -> Judged:
    return Judged(bool(abs(float(answer) - right) <= kind.tolerance * (1 + 1e-9)), why)
