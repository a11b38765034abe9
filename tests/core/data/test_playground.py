"""Data drawn from a seed text against TensorFlow Playground's own points."""

import json
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest

from core.data import playground_data

FIXTURES = Path(__file__).parents[2] / "fixtures"
LINKS = json.loads((FIXTURES / "tensorflow_playground.json").read_text())


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link["hash"][:50])
def test_rows_and_split_are_those_of_the_original(link: dict) -> None:
    wanted = {name: values[0] for name, values in parse_qs(link["hash"]).items()}
    regression = wanted["problem"] == "regression"
    name = wanted["regDataset"].replace("-", "_") if regression else wanted["dataset"]
    data = playground_data(name, 1200 if regression else 500, float(wanted["noise"]), wanted["seed"])
    X_train, y_train, X_test, y_test = data.split(int(wanted["percTrainData"]))
    assert (len(y_train), len(y_test)) == (link["n_train"], link["n_test"])
    train = np.column_stack([X_train, y_train if regression else 2 * y_train - 1])
    test = np.column_stack([X_test, y_test if regression else 2 * y_test - 1])
    np.testing.assert_allclose(train[: len(link["train_head"])], link["train_head"], rtol=0, atol=1e-14)
    np.testing.assert_allclose(test[: len(link["test_head"])], link["test_head"], rtol=0, atol=1e-14)
    np.testing.assert_allclose(train.sum(axis=0), link["sum_train"], rtol=0, atol=1e-11)


def test_the_links_cover_all_sets_but_the_plane() -> None:
    links = [parse_qs(link["hash"]) for link in LINKS]
    assert {link["dataset"][0] for link in links} == {"circle", "xor", "gauss", "spiral"}
    assert "reg-gauss" in {link["regDataset"][0] for link in links if link["problem"] == ["regression"]}


def test_the_plane_is_what_its_formula_says() -> None:
    """x and y uniform in the square of half side 6; the label scales [-10, 10] to [-1, 1]."""
    data = playground_data("reg_plane", 1200, 0.0, "0.5")
    np.testing.assert_allclose(data.y, data.X.sum(axis=1) / 10, rtol=0, atol=1e-14)
    assert 5.9 < np.abs(data.X).max() <= 6


@pytest.mark.parametrize(
    "share, rows, count", [(50, 500, 250), (50, 51, 25), (33, 500, 165), (1, 50, 1), (99, 50, 49), (29, 500, 145)]
)
def test_the_split_keeps_a_row_on_each_side(share: int, rows: int, count: int) -> None:
    X_train, y_train, X_test, y_test = playground_data("gauss", rows, 0.0, "a").split(share)
    assert len(X_train) == len(y_train) == count
    assert len(X_test) == len(y_test) == rows - count


def test_the_rows_are_drawn_once_and_can_not_be_changed() -> None:
    data = playground_data("moons", 60, 5.0, "b")
    assert playground_data("moons", 60, 5.0, "b") is data
    with pytest.raises(ValueError, match="read-only"):
        data.X[0, 0] = 1.0


def test_whoever_draws_weights_leaves_the_source_where_it_is() -> None:
    data = playground_data("moons", 60, 5.0, "b")
    assert data.source()() == data.source()()


def test_tables_have_no_such_draw() -> None:
    with pytest.raises(ValueError, match="dataset must be a generated one; got 'iris'"):
        playground_data("iris", 50, 0.0, "b")
