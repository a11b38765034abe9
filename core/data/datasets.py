"""The data sets by name, and drawing rows from them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.data import generators, tables
from core.data.generators import Generate
from core.data.sampling import DATA, shuffled, stream
from core.data.tables import Table, column_numbers, plane


@dataclass(frozen=True)
class DataSet:
    """A data set: its rows are either generated or a sample of a table. Without class names it is for regression.

    noise: a sentence on what it does, said of 50 %.
    """

    name: str
    label: str
    class_names: tuple[str, ...]
    description: str
    generate: Generate | None = None
    load: Callable[[], Table] | None = None
    noise: str = ""

    @property
    def classes(self) -> int:
        """Number of classes; 0 for regression."""
        return len(self.class_names)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the raw columns, two or more."""
        return self.load().columns if self.load else ("x₁", "x₂")


def numbered(classes: int) -> tuple[str, ...]:
    """Names of classes that have none: `class 0`, `class 1` ..."""
    return tuple(f"class {k}" for k in range(classes))


def _labels(what: str, most: float) -> str:
    return f"the points stay. Their {what} is read elsewhere, at 50 % up to {most:g} away along each axis."


_OF_A_TABLE = "the points move, at 50 % by a normal number of half the axis’ deviation."
DATASETS = {
    row.name: row
    for row in (
        DataSet(
            "circle", "Circle", numbered(2), "A disc inside a ring.", generators.circle, noise=_labels("class", 2.5)
        ),
        DataSet(
            "xor", "XOR", numbered(2), "Opposite quadrants share a class.", generators.xor, noise=_labels("class", 2.5)
        ),
        DataSet(
            "gauss",
            "Two Gaussians",
            numbered(2),
            "Two round clouds, one line apart.",
            generators.gauss,
            noise="the points move: the clouds’ deviation is 0.7 at 0 % and 2 at 50 %.",
        ),
        DataSet(
            "spiral",
            "Spiral",
            numbered(2),
            "Two arms wound around each other.",
            generators.spiral,
            noise="the points move, at 50 % by up to 0.5 along each axis.",
        ),
        DataSet(
            "moons",
            "Moons",
            numbered(2),
            "Two interleaved half circles.",
            generators.moons,
            noise="the points move, at 50 % by a normal number of deviation 1 along each axis.",
        ),
        DataSet(
            "spiral3",
            "Spiral, three arms",
            numbered(3),
            "Three arms, one a class.",
            generators.spiral3,
            noise="the points move, at 50 % by up to 0.5 along each axis.",
        ),
        DataSet(
            "blobs3",
            "Three blobs",
            numbered(3),
            "Three round clouds on a circle.",
            generators.blobs3,
            noise="the points move: the clouds’ deviation is 0.4 at 0 % and 1.4 at 50 %.",
        ),
        DataSet(
            "blobs5",
            "Five blobs",
            numbered(5),
            "Five round clouds on a circle.",
            generators.blobs5,
            noise="the points move: the clouds’ deviation is 0.4 at 0 % and 1.4 at 50 %.",
        ),
        DataSet(
            "checkerboard",
            "Checkerboard",
            numbered(2),
            "Four by four squares.",
            generators.checkerboard,
            noise=_labels("class", 1.5),
        ),
        DataSet(
            "iris",
            "Iris",
            ("setosa", "versicolor", "virginica"),
            "150 flowers of three species, measured by sepal and petal.",
            load=tables.iris,
            noise=_OF_A_TABLE,
        ),
        DataSet(
            "wine",
            "Wine",
            ("cultivar 0", "cultivar 1", "cultivar 2"),
            "178 wines of three cultivars, by chemical analysis.",
            load=tables.wine,
            noise=_OF_A_TABLE,
        ),
        DataSet(
            "breast_cancer",
            "Breast cancer",
            ("malignant", "benign"),
            "569 tumours, by the shape of their cell nuclei.",
            load=tables.breast_cancer,
            noise=_OF_A_TABLE,
        ),
        DataSet(
            "digits",
            "Digits",
            tuple("0123456789"),
            "1,797 handwritten digits of 8 by 8 pixels.",
            load=tables.digits,
            noise=_OF_A_TABLE,
        ),
        DataSet(
            "reg_plane",
            "Plane",
            (),
            "A tilted plane, to be met in height.",
            generators.plane,
            noise=_labels("number", 3),
        ),
        DataSet(
            "reg_gauss", "Six Gaussians", (), "Six peaks and troughs.", generators.gaussians, noise=_labels("number", 3)
        ),
        DataSet(
            "saddle",
            "Saddle",
            (),
            "A surface that rises one way and falls the other.",
            generators.saddle,
            noise=_labels("number", 3),
        ),
        DataSet("ripple", "Ripple", (), "A wave around the centre.", generators.ripple, noise=_labels("number", 3)),
        DataSet(
            "diabetes",
            "Diabetes",
            (),
            "442 patients; the target is the disease's progression in a year, scaled to [-1, 1].",
            load=tables.diabetes,
            noise=_OF_A_TABLE,
        ),
    )
}


def draw(name: str, rows: int, noise: float, axes: str, seed: int) -> tuple[np.ndarray, np.ndarray, tuple[str, str]]:
    """Draw rows of a data set, in the order of their classes where they are generated.

    A table gives a sample without replacement of at most `rows` rows in which every class is present. Targets of
    regression lie about [-1, 1].

    Parameters
    ----------
    name : key of `DATASETS`
    rows : number of rows; at least one for each class
    noise : percent; for a table the deviation of added normal noise, in percent of the axis' standard deviation
    axes : `principal` or two column numbers such as `0,3`; ignored where rows are generated
    seed : 0 .. 2**32 - 1

    Returns
    -------
    X (n, 2), y (n,) of classes 0 .. K-1 or of numbers, names of the two axes

    Raises
    ------
    ValueError
        For `axes` that the table does not have.
    """
    dataset, random = DATASETS[name], stream(seed, DATA)
    if dataset.generate:
        points = np.array(list(dataset.generate(rows, noise / 100, random.random_sample)))
        y = points[:, 2].astype(int) if dataset.classes else points[:, 2]
        return points[:, :2], y, ("x₁", "x₂")
    assert dataset.load
    check_axes(name, axes)
    table = dataset.load()
    X, labels = plane(table, axes)
    chosen = shuffled(table.y, random)[:rows]
    return X[chosen] + noise / 100 * X.std(axis=0) * random.standard_normal((len(chosen), 2)), table.y[chosen], labels


def check_axes(dataset: str, axes: str) -> None:
    """Raise ValueError (name, rule, value) for column numbers beyond the table's last column."""
    numbers = column_numbers(axes)
    if DATASETS[dataset].load and numbers and max(numbers) >= (columns := len(DATASETS[dataset].columns)):
        raise ValueError(f"axes must be column numbers from 0 to {columns - 1} for {dataset}; got {axes!r}")
