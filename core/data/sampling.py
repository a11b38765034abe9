"""Random orders of rows, and the split into training and test rows.

Data, split and initial weights come from the same seed. Each has its own stream of numbers, else the first points
would determine the first weights.
"""

import numpy as np

DATA, SPLIT = 1, 2


def stream(seed: int, purpose: int) -> np.random.RandomState:
    """The random numbers of one purpose, `DATA` or `SPLIT`, for a seed in 0 .. 2**32 - 1."""
    return np.random.RandomState([purpose, seed])


def shuffled(y: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    """Row numbers (n,) in random order for y (n,); for whole y the first row of every class comes before the rest."""
    order = random.permutation(len(y))
    if y.dtype.kind == "f":
        return order
    _, first = np.unique(y[order], return_index=True)
    return np.concatenate([order[first], np.delete(order, first)])


def split(
    X: np.ndarray, y: np.ndarray, train_share: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Shuffle the rows and cut them into a training and a test part.

    Of n rows, floor(n * train_share / 100) are for training. Every class has at least one row among them: where
    chance left a class out, its first row in the shuffled order replaces the last of those chosen, and where there
    are more classes than rows to choose, the training part is one row a class. The test part has at least one row.

    Parameters
    ----------
    X : (n, 2)
    y : (n,) classes, whole numbers; or numbers to be met, floating
    train_share : percent
    seed : 0 .. 2**32 - 1

    Returns
    -------
    X_train (m, 2), y_train (m,), X_test (n - m, 2), y_test (n - m,)
    """
    order = shuffled(y, stream(seed, SPLIT))
    fewest = 2 if y.dtype.kind == "f" else len(np.unique(y))
    count = max(int(len(y) * train_share / 100), fewest)
    train, test = np.split(order, [min(count, len(y) - 1)])
    return X[train], y[train], X[test], y[test]
