"""Links of regression: the loss follows the data set, and a TensorFlow Playground seed is text of its own kind."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from core.data import DATASETS
from core.experiment import Experiment
from core.link import Pair, from_query, query_of, to_query


@pytest.mark.parametrize("dataset", [name for name, row in DATASETS.items() if not row.classes])
def test_a_data_set_for_regression_alone_opens_with_its_loss(dataset: str) -> None:
    pair, _, problems = from_query({"dataset": dataset})
    assert (pair.a, problems) == (Experiment(dataset=dataset, loss="squared_linear"), [])
    assert pair.b == replace(pair.a, engine="sklearn")
    pair, _, problems = from_query({"b.dataset": dataset})
    assert (pair.a, problems) == (Experiment(), [])
    assert pair.b == replace(pair.a, dataset=dataset, loss="squared_linear", engine="sklearn")
    pair, _, problems = from_query({"dataset": dataset, "b.dataset": "iris"})
    assert (pair.a.loss, pair.b.loss, problems) == ("squared_linear", "log", [])


@pytest.mark.parametrize("prefix", ["", "b."])
@pytest.mark.parametrize(
    "dataset, loss, used", [("ripple", "log", "squared_linear"), ("ripple", "squared", "squared_linear"),
                            ("xor", "squared_linear", "log"), ("iris", "squared", "log")],
)  # fmt: skip
def test_a_loss_for_other_targets_gives_way_to_the_data_set(prefix: str, dataset: str, loss: str, used: str) -> None:
    pair, _, (said,) = from_query({prefix + "dataset": dataset, prefix + "loss": loss})
    experiment = pair.b if prefix else pair.a
    assert (experiment.dataset, experiment.loss) == (dataset, used)
    assert said.startswith(f"{prefix}loss='{loss}' does not go with the rest of the link (loss must be ")
    assert said.endswith(f", so {used} is used.")


def test_links_from_before_later_fields_open_as_they_were() -> None:
    query = to_query(Pair())
    old = {name: text for name, text in query.items() if name not in ("playground_seed", "data_seed", "clamp")}
    assert from_query(old) == from_query(query)


@pytest.mark.parametrize("text", ["", " ", "0.5", "a&b=c#d", "%00", "+", "<script>", "~" * 200])
def test_a_playground_seed_of_printable_ascii_is_kept(text: str) -> None:
    experiment = Experiment(playground_seed=text)
    assert from_query(query_of("?" + urlencode(to_query(Pair(experiment)))))[0].a == experiment


@pytest.mark.parametrize(
    "text", ["٥", "é", "\x00", "0.5\n", "\x7f", "\u202e", "\ud800", "x" * 201, "x" * 10**6, None, 5, [5]]
)
def test_a_hostile_playground_seed_is_refused(text: Any) -> None:
    pair, _, problems = from_query({"playground_seed": text, "b.playground_seed": text, "seed": "7"})
    assert pair.a.playground_seed == pair.b.playground_seed == ""
    assert pair.a.seed == 7
    for key, said in zip(("playground_seed", "b.playground_seed"), problems, strict=True):
        assert said.startswith(
            f"TensorFlow Playground's seed must be a text of at most 200 printable ASCII characters; got {key}="
        )
        assert said.endswith(", so none is used.") and said.isprintable()
