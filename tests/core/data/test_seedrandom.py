"""The generator against numbers of the original."""

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.seedrandom import SeedRandom

NUMBERS = json.loads((Path(__file__).parents[2] / "fixtures" / "seedrandom.json").read_text())


@pytest.mark.parametrize("seed", NUMBERS, ids=lambda seed: repr(seed[:10]))
def test_it_gives_the_original_numbers_to_the_last_bit(seed: str) -> None:
    source = SeedRandom(seed)
    assert [source() for _ in NUMBERS[seed]] == NUMBERS[seed]


def test_the_fixture_has_a_key_that_wraps_around() -> None:
    assert any(len(seed) > 256 for seed in NUMBERS) and "" in NUMBERS


@given(st.text())
def test_any_text_is_a_seed_and_its_numbers_lie_between_0_and_1(seed: str) -> None:
    source = SeedRandom(seed)
    assert all(0 <= source() < 1 for _ in range(50))


def test_a_copy_goes_on_from_the_same_place_on_its_own() -> None:
    source = SeedRandom("abc")
    source()
    copy = source.copy()
    assert [copy() for _ in range(5)] == NUMBERS["abc"][1:6] == [source() for _ in range(5)]


def test_the_numbers_are_uniform() -> None:
    numbers = np.array(list(islice(iter(SeedRandom("uniform"), None), 4000)))
    assert abs(numbers.mean() - 0.5) < 4 / np.sqrt(12 * 4000)
    assert abs(numbers.var() - 1 / 12) < 0.005
