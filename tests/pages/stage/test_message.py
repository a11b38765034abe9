"""The stage's message, decoded as the browser does it."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from core.data import FEATURES
from core.experiment import MAX_LAYERS, MAX_WIDTH, Experiment, changed
from core.link import View
from core.packed import _parameters, _strongest, pack, pack_newest
from core.training import Run, train
from pages.parts.stage import stage
from pages.parts.stage.stage import Edit, Side
from tests.pages.conftest import header_of


@cache
def run_of(hidden: tuple[int, ...] = (4, 2), dataset: str = "circle", epochs: int = 5) -> Run:
    return train(changed(Experiment(rows=60, hidden=hidden), dataset=dataset, epochs=epochs))


def decode(message: bytes) -> tuple[dict[str, Any], Any]:
    header, base = header_of(message), 4 + int.from_bytes(message[:4], "little")

    def arrays(packed: dict[str, Any]) -> dict[str, np.ndarray]:
        found = {}
        for name, (dtype, shape, offset) in packed["arrays"].items():
            start = base + packed["start"] + offset
            assert start % 8 == 0, f"{name} is not aligned"
            count = int(np.prod(shape))
            found[name] = np.frombuffer(message, np.dtype(dtype).newbyteorder("<"), count, start).reshape(shape)
        return found

    return header, arrays


def finished(key: str, run: Run) -> Side:
    return Side(key, "NumPy", "tanh 4, 2", "finished", packed=pack(run), run=run)


def test_a_finished_run_arrives_whole() -> None:
    run = run_of()
    header, arrays = decode(stage.message([finished("a", run)], View()))
    side = header["sides"][0]
    found = arrays(side["run"])
    assert side["state"] == "finished" and side["run"]["sizes"] == [2, 4, 2, 1] and side["run"]["first"] == 0
    for name in ("epochs", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_gradient", "delta"):
        np.testing.assert_array_equal(found[name], getattr(run, name))
    np.testing.assert_allclose(found["X_test"], run.X_test, rtol=1e-6)
    np.testing.assert_array_equal(found["y_train"], run.y_train)
    assert found["boundary"].shape == (6, 64, 64) and found["neurons"].shape == (6, 7, 24, 24)


def test_weights_are_right_to_three_digits() -> None:
    run = run_of()
    header, arrays = decode(stage.message([finished("a", run)], View()))
    found = arrays(header["sides"][0]["run"])["parameters"].view(np.float16)
    for t, layers in enumerate(run.layers):
        flat = np.concatenate([part.ravel() for layer in layers for part in layer])
        np.testing.assert_allclose(found[t], flat, rtol=5e-4, atol=1e-7)


def test_a_wide_layer_sends_its_strongest_weights() -> None:
    W = np.random.default_rng(0).normal(size=(40, 30))
    drawn = _strongest(W)
    rest = np.delete(W.ravel(), drawn)
    assert len(drawn) == stage.MOST_LINKS and (np.diff(drawn) > 0).all()
    assert np.abs(W.ravel()[drawn]).min() >= np.abs(rest).max()


def test_diverged_weights_stay_numbers() -> None:
    layers = [(np.array([[1e300, -1e300]]), np.array([0.5, np.inf]))]
    bits = _parameters(layers, [np.arange(2)])
    np.testing.assert_array_equal(bits.view(np.float16), [65504, -65504, 0.5, 65504])


def test_a_run_in_training_sends_its_newest_frame_and_all_losses() -> None:
    run = run_of()
    side = Side("a", "NumPy", state="training", progress=0.5, packed=pack_newest(run))
    header, arrays = decode(stage.message([side], View()))
    packed = header["sides"][0]["run"]
    found, whole = arrays(packed), decode(stage.message([finished("a", run)], View()))
    assert packed["first"] == 5 and found["boundary"].shape == (1, 64, 64) and found["train_loss"].shape == (6,)
    last = whole[1](whole[0]["sides"][0]["run"])
    np.testing.assert_array_equal(found["boundary"][0], last["boundary"][-1])
    np.testing.assert_array_equal(found["neurons"][0], last["neurons"][-1])


def test_a_run_that_the_feed_has_is_only_named_but_where_it_could_not_be_read() -> None:
    sides = [replace(finished(key, run_of(hidden)), feed=f"feed/{key}") for key, hidden in (("a", (4, 2)), ("b", (3,)))]
    named = stage.message(sides, View())
    header, _ = decode(named)
    assert [(side["complete"], side["run"], side["feed"]) for side in header["sides"]] == [
        (True, None, "feed/a"),
        (True, None, "feed/b"),
    ]
    assert len(named) < 4000
    header, arrays = decode(stage.message(sides, View(), lost=[header["sides"][1]["key"], None, 3]))
    assert header["sides"][0]["run"] is None
    assert arrays(header["sides"][1]["run"])["boundary"].shape == (6, 64, 64)


def test_news_are_laid_out_as_a_message() -> None:
    run = run_of()
    side = Side("a", state="diverged", note="diverged at epoch 5", progress=0.5, packed=pack(run))
    header, arrays = decode(stage.news(side))
    (told,) = header["sides"]
    assert (told["key"], told["id"], told["state"], told["complete"]) == ("a", stage.identity(side), "diverged", True)
    assert (told["note"], told["progress"]) == ("diverged at epoch 5", 0.5)
    np.testing.assert_array_equal(arrays(told["run"])["train_loss"], run.train_loss)


def test_a_stopped_run_is_not_taken_for_the_finished_one() -> None:
    stopped = Side("a", "NumPy", state="stopped", packed=pack(run_of(epochs=3)))
    assert stage.identity(stopped) != stage.identity(finished("a", run_of(epochs=5)))


def test_a_waiting_side_has_words_only() -> None:
    header, _ = decode(stage.message([Side("a", "scikit-learn", note="Waiting: 2 before it")], View()))
    assert header["sides"][0]["run"] is None and header["sides"][0]["note"] == "Waiting: 2 before it"


def test_packing_does_not_depend_on_the_view() -> None:
    side = finished("a", run_of())
    one, other = (stage.message([side], view) for view in (View(), View(frame=3, test_points=True, gradient="delta")))
    headers = [decode(message)[0] for message in (one, other)]
    assert headers[0]["sides"] == headers[1]["sides"]
    expected = {"frame": 3, "test_points": True, "discretize": False, "clamp": False, "gradient": "delta"}
    assert headers[1]["view"] == expected
    assert one.endswith(side.packed.body if side.packed else b"") and other.endswith(one[-1000:])


def test_one_neuron_is_fetched() -> None:
    run = run_of()
    asked = {"key": "a", "side": 0, "layer": 1, "neuron": 1}
    header, arrays = decode(stage.message([finished("a", run)], View(), neuron=asked))
    side = header["sides"][0]
    assert (side["fetched"]["layer"], side["fetched"]["neuron"]) == (1, 1)
    np.testing.assert_array_equal(arrays(side["fetched"])["neurons"], arrays(side["run"])["neurons"][:, 5])


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "a",
        {"key": "old", "side": 0, "layer": 0, "neuron": 0},
        {"key": "a", "side": 1, "layer": 0, "neuron": 0},
        {"key": "a", "side": 0, "layer": 3, "neuron": 0},
        {"key": "a", "side": 0, "layer": 0, "neuron": -1},
        {"key": "a", "side": 0, "layer": 0, "neuron": 1.5},
        {"key": "a", "side": 0},
    ],
)
def test_a_neuron_that_is_not_there_is_not_fetched(asked: Any) -> None:
    header, _ = decode(stage.message([finished("a", run_of())], View(), neuron=asked))
    assert header["sides"][0]["fetched"] is None


def test_names_of_classes_and_axes() -> None:
    header, _ = decode(stage.message([finished("a", run_of(dataset="iris"))], View()))
    packed = header["sides"][0]["run"]
    assert packed["classes"] == ["setosa", "versicolor", "virginica"]
    assert packed["axes"][0].startswith("component 1")
    assert packed["output"] == "softmax"


def test_targets_of_regression_arrive_as_numbers() -> None:
    run = run_of(dataset="reg_gauss")
    header, arrays = decode(stage.message([finished("a", run)], View()))
    packed = header["sides"][0]["run"]
    found = arrays(packed)
    assert packed["classes"] == [] and packed["output"] == "identity"
    assert packed["limit"] == np.abs([*run.y_train, *run.y_test]).max()
    for name in ("y_train", "y_test"):
        assert found[name].dtype == np.float32
        np.testing.assert_allclose(found[name], getattr(run, name), rtol=1e-6)


def test_where_training_failed_the_browser_waits_for_no_run() -> None:
    header, _ = decode(stage.message([Side("a", "NumPy", state="stopped", note="training failed")], View()))
    assert header["sides"][0]["complete"] is False and header["sides"][0]["state"] == "stopped"


def test_features_that_are_not_used_have_maps_too() -> None:
    header, arrays = decode(stage.message([finished("a", run_of())], View()))
    packed = header["sides"][0]["run"]
    assert packed["used"] == [0, 1]
    assert [feature["name"] for feature in header["features"]] == list(FEATURES)
    assert len(arrays(packed)["feature_maps"]) == len(arrays(packed)["feature_scales"]) == len(FEATURES)


# editing


def test_what_can_be_edited_is_told_with_its_limits() -> None:
    view = View(hide=("hidden", "play"))
    header, _ = decode(stage.message([finished("a", run_of())], view, editable=Experiment(hidden=(4, 2))))
    edit = header["edit"]
    assert (edit["features"], edit["hidden"], edit["outputs"]) == (["x1", "x2"], [4, 2], 1)
    assert edit["may"] == {"features": True, "hidden": False}
    assert (edit["most_layers"], edit["most_neurons"]) == (MAX_LAYERS, MAX_WIDTH)
    assert header["hide"] == ["hidden", "play"]
    assert decode(stage.message([finished("a", run_of())], View()))[0]["edit"] is None


def test_an_edit_is_taken_as_asked() -> None:
    asked = {"features": ["x1", "sinx1"], "hidden": [4, 3]}
    assert stage.edited(asked, Experiment()) == Edit(("x1", "sinx1"), (4, 3))
    assert stage.edited({"features": ["x1", "x2"], "hidden": []}, Experiment()) == Edit(("x1", "x2"), ())


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "x1",
        [],
        {"features": ["x1", "x2"]},
        {"hidden": [4]},
        {"features": [], "hidden": [4]},
        {"features": ["x1", "x1"], "hidden": [4]},
        {"features": ["x3"], "hidden": [4]},
        {"features": [["x1"]], "hidden": [4]},
        {"features": "x1", "hidden": [4]},
        {"features": ["x1"], "hidden": [0]},
        {"features": ["x1"], "hidden": [MAX_WIDTH + 1]},
        {"features": ["x1"], "hidden": [4] * (MAX_LAYERS + 1)},
        {"features": ["x1"], "hidden": [2.5]},
        {"features": ["x1"], "hidden": [True]},
        {"features": ["x1", "x2"], "hidden": [4, 2]},  # nothing changes
    ],
)
def test_an_edit_that_is_not_allowed_is_none(asked: Any) -> None:
    assert stage.edited(asked, Experiment()) is None


def test_what_a_link_hides_can_not_be_edited() -> None:
    fewer = {"features": ["x1"], "hidden": [4, 2]}
    assert stage.edited(fewer, Experiment(), ("features",)) is None
    assert stage.edited(fewer, Experiment(), ("hidden",)) == Edit(("x1",), (4, 2))
    assert stage.edited(fewer, None) is None


@pytest.mark.parametrize(
    ("activation", "hidden", "expected"),
    [
        ("relu", (3,), "relu"),
        (("relu", "tanh"), (4, 2, 2, 1), ("relu", "tanh", "tanh", "tanh")),
        (("relu", "tanh"), (4,), "relu"),
        (("relu", "tanh"), (), "relu"),
    ],
)
def test_activations_follow_the_layers(activation: Any, hidden: tuple[int, ...], expected: Any) -> None:
    experiment = Edit(("x1",), hidden).applied(Experiment(activation=activation))
    assert (experiment.features, experiment.hidden, experiment.activation) == (("x1",), hidden, expected)


def test_an_edit_beyond_the_bound_on_work_raises() -> None:
    long = changed(Experiment(rows=5000), epochs=10_000)
    with pytest.raises(ValueError, match="rows x epochs x parameters"):
        Edit(("x1",), (64, 64)).applied(long)
