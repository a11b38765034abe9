"""Generated data as TensorFlow Playground draws it: points, shuffle and split follow from one text.

The same source goes on to the initial weights (`PlaygroundData.source`). Source: tensorflow/playground,
`src/dataset.ts` and `src/playground.ts`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.data.datasets import DATASETS
from core.data.seedrandom import SeedRandom


@dataclass(frozen=True)
class PlaygroundData:
    """Shuffled rows, X (n, 2) and y (n,), both read-only, and the source that drew them, as it stands after that."""

    X: np.ndarray
    y: np.ndarray
    after: SeedRandom

    def source(self) -> SeedRandom:
        """The numbers that follow the data: the initial weights."""
        return self.after.copy()

    def split(self, train_share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """X_train (m, 2), y_train (m,), X_test (n - m, 2), y_test (n - m,): the first m rows and the rest.

        m is floor(n * train_share / 100), train_share in percent, and each part has at least one row. No class is
        looked after, unlike in `core.data.split`.
        """
        count = min(max(int(len(self.y) * train_share / 100), 1), len(self.y) - 1)
        return self.X[:count], self.y[:count], self.X[count:], self.y[count:]


@lru_cache(maxsize=16)
def playground_data(dataset: str, rows: int, noise: float, seed: str) -> PlaygroundData:
    """Draw rows of a generated data set from a seed text.

    Parameters
    ----------
    dataset : key of `DATASETS`
    rows : number of rows
    noise : percent
    seed : text

    Returns
    -------
    PlaygroundData with X (rows, 2) and y (rows,): classes 0 .. K-1, or numbers for regression

    Raises
    ------
    ValueError
        For a data set that is a table.
    """
    row = DATASETS[dataset]
    if not row.generate:
        raise ValueError(f"dataset must be a generated one; got {dataset!r}")
    source = SeedRandom(seed)
    points = list(row.generate(rows, noise / 100, source))
    for counter in range(len(points), 0, -1):  # Fisher and Yates' shuffle, from the end
        index = int(source() * counter)
        points[counter - 1], points[index] = points[index], points[counter - 1]
    drawn = np.array(points)
    X, y = drawn[:, :2].copy(), drawn[:, 2].astype(int if row.classes else float)
    X.flags.writeable = y.flags.writeable = False
    return PlaygroundData(X, y, source)
