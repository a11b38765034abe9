"""Real tables that scikit-learn ships, and the two axes of a table that a network is trained on.

Here as in all of core, scikit-learn is imported where it is used: that takes two seconds, and a screen that does
without it is there without them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from core.fields import Rule

PRINCIPAL = "principal"


@dataclass(frozen=True, eq=False)
class Table:
    """values (n, c), with the names of its columns; y (n,): classes 0 .. K-1, or numbers in [-1, 1] for regression.

    standardize: whether its principal components are those of the standardised columns. Not where all columns have
    one unit (the pixels of the digits, some of which never change).
    """

    columns: tuple[str, ...]
    values: np.ndarray
    y: np.ndarray
    standardize: bool = True


@dataclass(frozen=True)
class Axes:
    """The two axes of a table: `principal`, or two column numbers such as `0,3`."""

    rule = f"{PRINCIPAL}, or two different column numbers separated by a comma, such as 0,3"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        pair = re.fullmatch(r"(0|[1-9][0-9]{0,3}),(0|[1-9][0-9]{0,3})", value)
        return value == PRINCIPAL or (pair is not None and pair[1] != pair[2])

    def parse(self, text: str) -> str:
        return text

    def write(self, value: str) -> str:
        return value


axes_allowed: Rule = Axes()


def column_numbers(axes: str) -> tuple[int, int] | None:
    """The two column numbers of an `axes` text, None for the principal components."""
    if axes == PRINCIPAL:
        return None
    first, second = axes.split(",")
    return int(first), int(second)


def plane(table: Table, axes: str) -> tuple[np.ndarray, tuple[str, str]]:
    """The table's rows on two axes (n, 2), and the names of the axes."""
    numbers = column_numbers(axes)
    if numbers is None:
        return principal_plane(table)
    first, second = numbers
    return table.values[:, numbers], (table.columns[first], table.columns[second])


@cache
def principal_plane(table: Table) -> tuple[np.ndarray, tuple[str, str]]:
    """Scores (n, 2) on the first two principal components, and their labels, with the share of variance explained.

    Each component points to where its largest loading is positive.
    """
    centred = table.values - table.values.mean(axis=0)
    if table.standardize:
        centred = centred / centred.std(axis=0)
    _, singular, components = np.linalg.svd(centred, full_matrices=False)
    first, second = components[:2]
    directions = np.array([c * np.sign(c[np.abs(c).argmax()]) for c in (first, second)])
    explained = singular[:2] ** 2 / (singular**2).sum()
    labels = [f"component {i + 1} ({share:.0%} of the variance)" for i, share in enumerate(explained)]
    return centred @ directions.T, (labels[0], labels[1])


def _shipped(name: str, standardize: bool = True) -> Callable[[], Table]:
    @cache
    def table() -> Table:
        from sklearn import datasets

        bunch = getattr(datasets, f"load_{name}")()
        columns = tuple(str(name) for name in bunch.feature_names)
        return Table(columns, bunch.data.astype(float), bunch.target.astype(int), standardize)

    return table


iris = _shipped("iris")
wine = _shipped("wine")
breast_cancer = _shipped("breast_cancer")
digits = _shipped("digits", standardize=False)


@cache
def diabetes() -> Table:
    """442 rows in the units of the measurement (Efron et al. 2004); the progression, 25 to 346, becomes -1 to 1."""
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    names = ("age", "sex", "body mass index", "blood pressure", *(f"serum {k}" for k in range(1, 7)))
    low, high = bunch.target.min(), bunch.target.max()
    return Table(names, bunch.data.astype(float), 2 * (bunch.target - low) / (high - low) - 1)
