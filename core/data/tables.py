"""Real tables that scikit-learn ships, and the two axes of a table that a network is trained on.

They are read from scikit-learn's files. To import it takes up to two seconds, in which neither the server nor the
NumPy engine's worker would do anything else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
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


IRIS = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
WINE = (
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280/od315_of_diluted_wines",
    "proline",
)
NUCLEI = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
BREAST_CANCER = (
    *(f"mean {name}" for name in NUCLEI),
    *(f"{name} error" for name in NUCLEI),
    *(f"worst {name}" for name in NUCLEI),
)
DIGITS = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))
DIABETES = ("age", "sex", "body mass index", "blood pressure", *(f"serum {k}" for k in range(1, 7)))


def _file(name: str) -> Path:
    """A file of scikit-learn's data sets, which is found without importing it."""
    package = find_spec("sklearn")
    assert package and package.origin
    return Path(package.origin).parent / "datasets" / "data" / name


def _classified(name: str, columns: tuple[str, ...], skip: int = 1, standardize: bool = True) -> Callable[[], Table]:
    """A table whose last column is the class. skip: lines before the first row."""

    @cache
    def table() -> Table:
        values = np.loadtxt(_file(name), delimiter=",", skiprows=skip)
        return Table(columns, values[:, :-1], values[:, -1].astype(int), standardize)

    return table


iris = _classified("iris.csv", IRIS)
wine = _classified("wine_data.csv", WINE)
breast_cancer = _classified("breast_cancer.csv", BREAST_CANCER)
digits = _classified("digits.csv.gz", DIGITS, skip=0, standardize=False)


@cache
def diabetes() -> Table:
    """442 rows in the units of the measurement (Efron et al. 2004); the progression, 25 to 346, becomes -1 to 1."""
    values, target = np.loadtxt(_file("diabetes_data_raw.csv.gz")), np.loadtxt(_file("diabetes_target.csv.gz"))
    low, high = target.min(), target.max()
    return Table(DIABETES, values, 2 * (target - low) / (high - low) - 1)
