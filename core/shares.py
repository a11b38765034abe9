"""Counts of successes, and what they tell of the share behind them."""

from dataclasses import dataclass
from math import sqrt

from scipy.special import bdtr

Z = 1.959963984540054  # 95 % of a standard normal lie within so many deviations
FEWEST_PAIRS = 10  # unequal ones, for a sign test


@dataclass(frozen=True)
class Share:
    """How many of how many, and an interval that holds the true share in about 95 of 100 such samples.

    Wilson's: for k of n from (k + z^2 / 2 - z sqrt(k (n - k) / n + z^2 / 4)) / (n + z^2) to the same with + (Wilson,
    "Probable inference, the law of succession, and statistical inference", 1927).
    """

    count: int
    of: int

    @property
    def low(self) -> float:
        return max(0.0, self._end(-1))

    @property
    def high(self) -> float:
        return min(1.0, self._end(1))

    def _end(self, side: int) -> float:
        k, n = self.count, self.of
        return (k + Z**2 / 2 + side * Z * sqrt(k * (n - k) / n + Z**2 / 4)) / (n + Z**2)


@dataclass(frozen=True)
class Paired:
    """B against A, seed by seed: on how many B is better, equal (within 1e-9) and worse at the end.

    p: of the two-sided sign test (Conover 1999, section 3.4): how often so uneven a split would come about if neither
    were better more often; None with fewer than `FEWEST_PAIRS` unequal pairs.
    """

    better: int
    equal: int
    worse: int

    @property
    def p(self) -> float | None:
        unequal = self.better + self.worse
        if unequal < FEWEST_PAIRS:
            return None
        return min(1.0, 2 * float(bdtr(min(self.better, self.worse), unequal, 0.5)))
