"""The shared data sets against TensorFlow Playground's own points."""

import json
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest

from core.data import DATASETS, Uniform
from core.data.seedrandom import SeedRandom

FIXTURES = Path(__file__).parents[2] / "fixtures"
LINKS = json.loads((FIXTURES / "tensorflow_playground.json").read_text())
ROWS = {"classification": 500, "regression": 1200}


def wanted(link: dict) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(link["hash"]).items()}


def dataset(link: dict) -> str:
    fields = wanted(link)
    return fields["dataset"] if fields["problem"] == "classification" else fields["regDataset"].replace("-", "_")


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


@pytest.mark.parametrize("link", LINKS, ids=lambda link: f"{dataset(link)} {wanted(link)['seed']}")
def test_points_are_those_of_the_original(link: dict) -> None:
    fields, row = wanted(link), DATASETS[dataset(link)]
    uniform = SeedRandom(fields["seed"])
    assert row.generate is not None
    drawn = list(row.generate(ROWS[fields["problem"]], float(fields["noise"]) / 100, uniform))
    points = np.array(shuffled_from_the_end(drawn, uniform))
    if row.classes:
        points[:, 2] = 2 * points[:, 2] - 1
    train, test = points[: link["n_train"]], points[link["n_train"] :]
    assert len(test) == link["n_test"]
    np.testing.assert_allclose(train[: len(link["train_head"])], link["train_head"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(test[: len(link["test_head"])], link["test_head"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(train.sum(axis=0), link["sum_train"], rtol=0, atol=1e-10)


def test_the_links_cover_all_sets_but_the_plane_whose_points_are_those_of_the_six_gaussians() -> None:
    assert {dataset(link) for link in LINKS} == {"circle", "xor", "gauss", "spiral", "reg_gauss"}
    plane, gaussians = (
        np.array(list(DATASETS[name].generate(100, 0.3, SeedRandom("0.27182")))) for name in ("reg_plane", "reg_gauss")
    )
    np.testing.assert_array_equal(plane[:, :2], gaussians[:, :2])
