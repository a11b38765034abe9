"""Adding to a registry is adding one row: it trains, and every screen opens with it, without an entry elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core.data import DATASETS, FEATURES, DataSet, Feature, Uniform
from core.experiment import Experiment, Segment, changed
from core.link import Pair, from_query, to_query
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, Layer, Options
from core.network.activations import Activation
from core.network.initializers import Initializer
from core.network.losses import Loss, one_hot
from core.network.optimizers import Optimizer
from core.sides import on_engine
from core.training import train
from tests.pages.conftest import ROOT, linked, on_stage, open_compare, open_home, sentences
from tests.pages.labs.screens import open_lab

LABS = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "compare")
CHOSEN = {  # labs that offer every row, and the control in which they do
    "activation": [("activations", "activations"), ("gradient_flow", "activation")],
    "initializer": [("gradient_flow", "initializer")],
}
STACK = {"gradient_flow": {"depth": "3", "width": "4", "rows": "16"}}  # a small one


def arctan_slope(x: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    return np.divide(1.0, 1 + np.square(np.clip(x, -1e150, 1e150)), out)


def stripes(rows: int, noise: float, uniform: Uniform) -> Iterator[tuple[float, float, float]]:
    for number in range(rows):
        yield 12 * uniform() - 6 + noise, 4 * uniform() + number % 3, number % 3


def brier_delta(p: np.ndarray, y: np.ndarray, out: np.ndarray) -> np.ndarray:
    return np.multiply(p - y, p * (1 - p), out)


def sign_descent(w: np.ndarray, g: np.ndarray, rate: np.ndarray, options: Options) -> Any:
    def step() -> None:
        np.subtract(w, rate * np.sign(g), w)

    return step


def orthogonal(random: np.random.RandomState, n_in: int, n_out: int, activation: str) -> Layer:
    return np.eye(n_in, n_out) + 0.1 * random.standard_normal((n_in, n_out)), np.zeros(n_out)


ROWS: dict[str, tuple[dict[str, Any], Any]] = {
    "activation": (
        ACTIVATIONS,
        Activation(
            "arctan", "Arctan", r"\arctan x", r"\frac{1}{1 + x^2}", "Nothing yet.",
            (-np.pi / 2, np.pi / 2), (False, False), np.arctan, arctan_slope,
        ),
    ),
    "dataset": (DATASETS, DataSet("stripes", "Stripes", ("a", "b", "c"), "Three stripes.", stripes)),
    "loss": (
        LOSSES,
        Loss(
            "brier", "Brier score", r"\frac{1}{2n}\sum_i (p_i - y_i)^2",
            lambda p, y: np.mean((p - y) ** 2, axis=(-2, -1)) / 2, brier_delta, one_hot, "logistic", highest=0.5,
        ),
    ),
    "optimizer": (OPTIMIZERS, Optimizer("signs", "Sign descent", r"w - \eta\,\mathrm{sign}\,g", sign_descent)),
    "initializer": (INITIALIZERS, Initializer("identity", "Identity and noise", r"I + N(0, 0.01)", orthogonal)),
    "features": (FEATURES, Feature("sum", "x₁ + x₂", "x_1 + x_2", lambda X: X.sum(axis=1))),
}  # fmt: skip


@pytest.fixture(params=ROWS)
def with_row(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Experiment]:
    """The field that the new row belongs to, and an experiment that uses it."""
    registry, row = ROWS[request.param]
    monkeypatch.setitem(registry, row.name, row)
    used = ("x1", "x2", row.name) if request.param == "features" else row.name
    return request.param, changed(Experiment(rows=60, segments=(Segment(epochs=5),)), **{request.param: used})


def test_an_experiment_with_a_new_row_trains_on_both_engines_and_is_a_link(with_row: tuple[str, Experiment]) -> None:
    _, experiment = with_row
    pair = Pair(experiment, on_engine(experiment, "sklearn"))
    for side in (pair.a, pair.b):
        run = train(side)
        assert run.ended == "finished" and run.train_loss[-1] != run.train_loss[0]
    assert from_query(to_query(pair))[::2] == (pair, [])


def test_compare_opens_with_a_new_row_on_both_sides(with_row: tuple[str, Experiment]) -> None:
    field, experiment = with_row
    at = open_compare(to_query(Pair(experiment, changed(experiment, seed=2))))
    assert linked(at) == Pair(experiment, changed(experiment, seed=2))
    assert [side["state"] for side in on_stage(at)] == ["finished", "finished"]
    options = {str(option) for box in (*at.selectbox, *at.get("button_group")) for option in box.options}
    assert ROWS[field][1].label in {re.sub(r"!\[(.*)\]\(.*", r"\1", option) for option in options}  # or of a picture


def test_home_and_the_labs_open_with_a_new_row_chosen_where_it_can_be(with_row: tuple[str, Experiment]) -> None:
    field, name = with_row[0], ROWS[with_row[0]][1].name
    assert open_home().title[0].value == "Gradient Lab"
    for lab in LABS:
        chosen = {control: name for of_lab, control in CHOSEN.get(field, ()) if of_lab == lab}
        assert sentences(open_lab(lab, {**chosen, **STACK.get(lab, {})})) == ""
