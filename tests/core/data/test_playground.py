"""The four shared data sets against TensorFlow Playground's own points."""

import json
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest

from core.data import DATASETS, Uniform
from core.data.seedrandom import SeedRandom

FIXTURES = Path(__file__).parents[2] / "fixtures"
LINKS = json.loads((FIXTURES / "tensorflow_playground.json").read_text())
CLASSIFICATION = [link for link in LINKS if "problem=classification" in link["hash"]]


@pytest.mark.parametrize(("seed", "numbers"), json.loads((FIXTURES / "seedrandom.json").read_text()).items())
def test_the_generator_gives_the_original_numbers(seed: str, numbers: list[float]) -> None:
    uniform = SeedRandom(seed)
    assert [uniform() for _ in numbers] == numbers


def shuffled_from_the_end(points: list, uniform: Uniform) -> list:
    """TensorFlow Playground's shuffle."""
    points = list(points)
    for counter in range(len(points), 0, -1):
        index = int(uniform() * counter)
        points[counter - 1], points[index] = points[index], points[counter - 1]
    return points


@pytest.mark.parametrize("link", CLASSIFICATION, ids=lambda link: link["hash"][:50])
def test_points_are_those_of_the_original(link: dict) -> None:
    wanted = {name: values[0] for name, values in parse_qs(link["hash"]).items()}
    uniform = SeedRandom(wanted["seed"])
    generate = DATASETS[wanted["dataset"]].generate
    assert generate is not None
    points = np.array(shuffled_from_the_end(list(generate(500, float(wanted["noise"]) / 100, uniform)), uniform))
    points[:, 2] = 2 * points[:, 2] - 1
    train, test = points[: link["n_train"]], points[link["n_train"] :]
    assert len(test) == link["n_test"]
    np.testing.assert_allclose(train[: len(link["train_head"])], link["train_head"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(test[: len(link["test_head"])], link["test_head"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(train.sum(axis=0), link["sum_train"], rtol=0, atol=1e-10)


def test_the_links_cover_all_four_sets() -> None:
    assert {parse_qs(link["hash"])["dataset"][0] for link in CLASSIFICATION} == {"circle", "xor", "gauss", "spiral"}
