"""Shares with their interval, and pairs with their test, against published values and SciPy."""

import pytest
from scipy.stats import binomtest

from core.shares import FEWEST_PAIRS, Paired, Share

# Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3: the score method without continuity correction.
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("count", "of", "low", "high"), NEWCOMBE)
def test_the_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    share = Share(count, of)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_the_interval_is_scipys_of_every_count_of_up_to_60() -> None:
    for of in range(1, 61):
        for count in range(of + 1):
            expected = binomtest(count, of).proportion_ci(method="wilson")
            found = Share(count, of)
            assert found.low == pytest.approx(expected.low, rel=0, abs=1e-12), (count, of)
            assert found.high == pytest.approx(expected.high, rel=0, abs=1e-12), (count, of)
            assert 0 <= found.low <= count / of <= found.high <= 1


def test_thirteen_of_twenty_are_43_to_82_percent() -> None:
    share = Share(13, 20)
    assert f"{100 * share.low:.0f} to {100 * share.high:.0f} %" == "43 to 82 %"


def test_the_sign_test_is_scipys() -> None:
    for unequal in range(FEWEST_PAIRS, 61):
        for better in range(unequal + 1):
            found = Paired(better, equal=7, worse=unequal - better).p
            assert found == pytest.approx(binomtest(better, unequal, 0.5).pvalue, rel=1e-10), (better, unequal)


def test_below_ten_unequal_pairs_there_is_no_sign_test_however_many_are_equal() -> None:
    for unequal in range(10):
        assert Paired(better=unequal, equal=60, worse=0).p is None
    assert Paired(better=10, equal=0, worse=0).p == pytest.approx(2 / 2**10)
