"""An experiment holds only what can be trained, and says which field breaks which rule with which value."""

import dataclasses
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import DATASETS
from core.edits import Edit
from core.experiment import MAX_LAYERS, MAX_SEGMENTS, MAX_WIDTH, MAX_WORK, Experiment, Segment, changed
from core.fields import label, rules
from tests.core.strategies import experiments


@pytest.mark.parametrize(
    ("kind", "field", "value", "rule"),
    [
        (Experiment, "dataset", "cirlce", "one of circle, "),
        (Experiment, "axes", "1,1", "principal, or two"),
        (Experiment, "rows", 49, "a whole number from 50 to 5000"),
        (Experiment, "rows", 5001, "a whole number from 50 to 5000"),
        (Experiment, "rows", 500.0, "a whole number from 50 to 5000"),
        (Experiment, "noise", float("nan"), "a number from 0 to 80"),
        (Experiment, "noise", float("inf"), "a number from 0 to 80"),
        (Experiment, "train_share", 0, "a whole number from 1 to 99"),
        (Experiment, "train_share", 100, "a whole number from 1 to 99"),
        (Experiment, "seed", -1, "a whole number from 0 to 4294967295"),
        (Experiment, "seed", 2**32, "a whole number from 0 to 4294967295"),
        (Experiment, "data_seed", "-1", "empty or a whole number from 0 to 4294967295"),
        (Experiment, "data_seed", str(2**32), "empty or a whole number from 0 to 4294967295"),
        (Experiment, "data_seed", 1, "empty or a whole number from 0 to 4294967295"),
        (Experiment, "noise", 80.1, "a number from 0 to 80"),
        (Experiment, "playground_seed", "x" * 201, "at most 200 printable ASCII characters"),
        (Experiment, "playground_seed", "0.5\n", "at most 200 printable ASCII characters"),
        (Experiment, "playground_seed", "½", "at most 200 printable ASCII characters"),
        (Experiment, "playground_seed", 0.5, "at most 200 printable ASCII characters"),
        (Experiment, "features", ("x3",), "any of x1, x2, "),
        (Experiment, "features", ("x1", "x1"), "each once"),
        (Experiment, "features", ["x1"], "any of x1, x2, "),
        (Experiment, "standardize", 1, "true or false"),
        (Experiment, "hidden", (0,), f"at most {MAX_LAYERS} whole numbers from 1 to {MAX_WIDTH}"),
        (Experiment, "hidden", (MAX_WIDTH + 1,), f"at most {MAX_LAYERS} whole numbers from 1 to {MAX_WIDTH}"),
        (Experiment, "hidden", (1,) * (MAX_LAYERS + 1), f"at most {MAX_LAYERS} whole numbers from 1 to {MAX_WIDTH}"),
        (Experiment, "activation", "rleu", "one name, or one for each hidden layer"),
        (Experiment, "activation", ("tanh", "relu", "tanh"), "one for each of the 2 hidden layers"),
        (Experiment, "initializer", "", "one of "),
        (Experiment, "loss", "hinge", "one of log, "),
        (Experiment, "engine", "torch", "one of numpy, sklearn"),
        (Experiment, "segments", (), f"a tuple of 1 to {MAX_SEGMENTS} segments"),
        (Experiment, "segments", (Segment(),) * (MAX_SEGMENTS + 1), f"a tuple of 1 to {MAX_SEGMENTS} segments"),
        (Experiment, "segments", (None,), f"a tuple of 1 to {MAX_SEGMENTS} segments"),
        (Segment, "optimizer", "lbfgs", "one of sgd, "),
        (Segment, "learning_rate", 0, "a number from 1e-06 to 1000"),
        (Segment, "learning_rate", 1001, "a number from 1e-06 to 1000"),
        (Segment, "momentum", 1.0, "a number from 0 to 0.999"),
        (Segment, "batch_size", 0, "a whole number from 1 to 5000"),
        (Segment, "epochs", -1, "a whole number from 0 to 10000"),
        (Segment, "epochs", 10_001, "a whole number from 0 to 10000"),
        (Segment, "l1", -0.1, "a number from 0 to 100"),
        (Segment, "l2", 101, "a number from 0 to 100"),
        (Segment, "edits", None, "at most 10 weights"),
        (Segment, "edits", ("1:0:0:1",), "at most 10 weights"),
        (Segment, "edits", tuple(Edit(1, 0, unit, 1.0) for unit in range(11)), "at most 10 weights"),
        (Segment, "carry", 1, "true or false"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_every_limit_names_field_rule_and_value(kind: type, field: str, value: Any, rule: str) -> None:
    with pytest.raises(ValueError, match="; got ") as caught:
        kind(**{field: value})
    said, got = str(caught.value).split("; got ")
    assert said.startswith(f"{field} must be ")
    assert rule in said
    assert got.rstrip("…") in repr(value)


def test_every_field_has_a_rule_and_a_label_of_its_own() -> None:
    assert [f.name for f in dataclasses.fields(Experiment)] == [*rules(Experiment), "segments"]
    assert [f.name for f in dataclasses.fields(Segment)] == list(rules(Segment))
    labels = [label(kind, name) for kind in (Experiment, Segment) for name in rules(kind)]
    assert len(set(labels)) == len(labels)


def test_a_loss_goes_with_its_kind_of_targets() -> None:
    assert Experiment(dataset="breast_cancer", loss="squared").classes == 2
    assert Experiment(dataset="diabetes", loss="squared_linear").classes == 0
    with pytest.raises(ValueError, match=r"^loss must be log for iris, whose targets are 3 classes; got 'squared'$"):
        Experiment(dataset="iris", loss="squared")
    with pytest.raises(ValueError, match=r"^loss must be squared_linear for ripple, whose .* numbers; got 'log'$"):
        Experiment(dataset="ripple")
    with pytest.raises(ValueError, match=r"^loss must be log or squared for xor, .* 2 classes; got 'squared_linear'$"):
        Experiment(dataset="xor", loss="squared_linear")


@pytest.mark.parametrize("start, loss", [("circle", "log"), ("circle", "squared"), ("saddle", "squared_linear")])
def test_a_new_data_set_brings_a_loss_that_suits_it(start: str, loss: str) -> None:
    """The own one where it goes with the new targets, else log loss for classes, squared loss for numbers."""
    for dataset, row in DATASETS.items():
        classes = len(row.class_names)
        expected = "squared_linear" if classes == 0 else "squared" if (loss, classes) == ("squared", 2) else "log"
        experiment = changed(Experiment(dataset=start, loss=loss), dataset=dataset)
        assert (experiment.dataset, experiment.loss, experiment.classes) == (dataset, expected, classes)
        assert experiment.sizes[-1] == (classes if classes > 2 else 1)


def test_a_loss_given_with_a_data_set_is_kept_or_refused() -> None:
    assert changed(Experiment(), dataset="xor", loss="squared").loss == "squared"
    with pytest.raises(ValueError, match=r"^loss must be squared_linear for ripple"):
        changed(Experiment(), dataset="ripple", loss="squared")
    with pytest.raises(ValueError, match=r"^dataset must be one of circle"):
        changed(Experiment(), dataset="cirlce")


def test_axes_must_exist_in_the_table() -> None:
    assert Experiment(dataset="iris", axes="0,3").axes == "0,3"
    with pytest.raises(ValueError, match=r"^axes must be .* 0 to 3 for iris; got '0,4'$"):
        Experiment(dataset="iris", axes="0,4")


def test_work_is_bounded_before_anything_is_allocated() -> None:
    widest = {"rows": 5000, "hidden": (MAX_WIDTH,) * MAX_LAYERS}
    experiment = changed(Experiment(), **widest, epochs=20)
    assert experiment.work == 5000 * 20 * experiment.parameters <= MAX_WORK
    with pytest.raises(ValueError, match=r"^rows x epochs x parameters must be at most 4e\+09; got 5000 x 10000 x "):
        changed(Experiment(), **widest, epochs=10_000)
    with pytest.raises(ValueError, match="rows x epochs x parameters"):
        changed(Experiment(), rows=5000, hidden=(64, 64), segments=(Segment(epochs=1000),) * MAX_SEGMENTS)


def test_sizes_and_parameters_are_those_of_the_network() -> None:
    experiment = Experiment(features=("x1", "x2", "sinx1"), hidden=(8, 4), dataset="iris")
    assert experiment.sizes == (3, 8, 4, 3)
    assert experiment.parameters == (3 * 8 + 8) + (8 * 4 + 4) + (4 * 3 + 3)
    assert Experiment(hidden=()).sizes == (2, 1)
    assert Experiment(hidden=()).activations == ()
    assert Experiment(hidden=(3, 3), activation=("relu", "tanh")).activations == ("relu", "tanh")
    assert Experiment(hidden=(3, 3), activation="relu").activations == ("relu", "relu")


@given(experiments(), experiments())
def test_an_experiment_is_a_value(one: Experiment, other: Experiment) -> None:
    copy = pickle.loads(pickle.dumps(one))
    assert copy == one
    assert hash(copy) == hash(one)
    assert len({one, copy, other}) == (1 if one == other else 2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.rows = 100  # type: ignore[misc]


@given(experiments(), st.integers(1, 20), st.integers(1, 100))
def test_changed_replaces_fields_of_the_experiment_and_of_its_first_segment(
    experiment: Experiment, epochs: int, batch_size: int
) -> None:
    epochs = min(epochs, experiment.segments[0].epochs)
    result = changed(experiment, epochs=epochs, batch_size=batch_size, seed=7)
    first = dataclasses.replace(experiment.segments[0], epochs=epochs, batch_size=batch_size)
    assert result.segments == (first, *experiment.segments[1:])
    assert result == dataclasses.replace(experiment, seed=7, segments=result.segments)


def test_changed_checks_its_values() -> None:
    with pytest.raises(ValueError, match=r"^epochs must be .*; got -1$"):
        changed(Experiment(), epochs=-1)
    with pytest.raises(TypeError):
        changed(Experiment(), epoch=5)
