"""The stage's message and the news of its sides, decoded as the browser does it."""

import gzip
from functools import cache
from typing import Any

import numpy as np
import pytest

from core.data import FEATURES
from core.edits import Edit as Weight
from core.experiment import MAX_LAYERS, MAX_WIDTH, Experiment, changed
from core.link import View, experiment_key
from core.packed import pack, pack_neuron, pack_newest
from core.training import Run, train
from core.what_if import with_weights
from pages.parts.background.news import identity, news
from pages.parts.stage import stage
from pages.parts.stage.stage import Edit, Neuron, Side
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


def told(run: Run, **more: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What the news of a finished run say, and their arrays."""
    header, arrays = decode(gzip.decompress(news("a", "finished", packed=pack(run), **more)))
    return header["run"], arrays(header["run"])


def finished(key: str, run: Run) -> Side:
    known = news(key, "finished", progress=1.0, packed=pack(run))
    return Side(
        key, "NumPy", "tanh 4, 2", "finished", id=identity(key, len(run.epochs)), address=f"feed/{key}", news=known
    )


# news


def test_a_finished_run_arrives_whole() -> None:
    run = run_of()
    packed, found = told(run)
    assert packed["sizes"] == [2, 4, 2, 1] and packed["first"] == 0
    for name in ("epochs", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_gradient", "delta"):
        np.testing.assert_array_equal(found[name], getattr(run, name))
    np.testing.assert_allclose(found["X_test"], run.X_test, rtol=1e-6)
    np.testing.assert_array_equal(found["y_train"], run.y_train)
    assert found["boundary"].shape == (6, 64, 64) and found["neurons"].shape == (6, 7, 24, 24)


def test_a_run_in_training_sends_its_newest_frame_and_all_losses() -> None:
    run = run_of()
    header, arrays = decode(gzip.decompress(news("a", "training", progress=0.5, packed=pack_newest(run))))
    found, (_, whole) = arrays(header["run"]), told(run)
    assert header["run"]["first"] == 5 and found["boundary"].shape == (1, 64, 64) and found["train_loss"].shape == (6,)
    np.testing.assert_array_equal(found["boundary"][0], whole["boundary"][-1])
    np.testing.assert_array_equal(found["neurons"][0], whole["neurons"][-1])


def test_news_say_where_a_training_is_and_what_ended_it() -> None:
    header, _ = decode(gzip.decompress(news("a", "diverged", "diverged at epoch 5", 0.5, pack(run_of()))))
    assert {name: header[name] for name in ("key", "id", "state", "note", "progress")} == {
        "key": "a",
        "id": identity("a", 6),
        "state": "diverged",
        "note": "diverged at epoch 5",
        "progress": 0.5,
    }
    waiting, _ = decode(gzip.decompress(news("a", "waiting")))
    assert waiting == {"key": "a", "state": "waiting", "note": "", "progress": 0.0}


def test_names_of_classes_and_axes() -> None:
    packed, _ = told(run_of(dataset="iris"))
    assert packed["classes"] == ["setosa", "versicolor", "virginica"]
    assert packed["axes"][0].startswith("component 1")
    assert packed["output"] == "softmax"


def test_targets_of_regression_arrive_as_numbers() -> None:
    run = run_of(dataset="reg_gauss")
    packed, found = told(run)
    assert packed["classes"] == [] and packed["output"] == "identity"
    assert packed["limit"] == np.abs([*run.y_train, *run.y_test]).max()
    for name in ("y_train", "y_test"):
        assert found[name].dtype == np.float32
        np.testing.assert_allclose(found[name], getattr(run, name), rtol=1e-6)


def test_features_that_are_not_used_have_maps_too() -> None:
    packed, found = told(run_of())
    header, _ = decode(stage.message([finished("a", run_of())], View()))
    assert packed["used"] == [0, 1]
    assert [feature["name"] for feature in header["features"]] == list(FEATURES)
    assert len(found["feature_maps"]) == len(found["feature_scales"]) == len(FEATURES)


# the message


def test_a_message_names_runs_and_carries_those_that_are_asked_for() -> None:
    sides = [finished("a", run_of((4, 2))), finished("b", run_of((3,)))]
    named = stage.message(sides, View())
    header, _ = decode(named)
    assert [(side["complete"], side["news"], side["address"]) for side in header["sides"]] == [
        (True, None, "feed/a"),
        (True, None, "feed/b"),
    ]
    assert len(named) < 4000
    for carried in (["b", None, 3], ["b", "a"]):
        message = stage.message(sides, View(), carried)
        header, base = header_of(message), 4 + int.from_bytes(message[:4], "little")
        for side, whole in zip(header["sides"], sides, strict=True):
            assert (side["news"] is not None) == (side["key"] in carried)
            if side["news"]:
                start, size = side["news"]
                assert (base + start) % 8 == 0
                assert message[base + start : base + start + size] == whole.news


def test_a_waiting_side_has_words_only() -> None:
    header, _ = decode(stage.message([Side("a", "scikit-learn", note="waiting, 2 others train")], View(), ["a"]))
    (side,) = header["sides"]
    assert (side["news"], side["complete"], side["note"]) == (None, False, "waiting, 2 others train")


def test_where_training_failed_the_browser_waits_for_no_run() -> None:
    header, _ = decode(stage.message([Side("a", "NumPy", state="failed", note="training failed")], View()))
    assert header["sides"][0]["complete"] is False and header["sides"][0]["state"] == "failed"


def test_where_nothing_was_trained_before_a_stop_there_is_no_run_to_wait_for() -> None:
    header, _ = decode(stage.message([Side("a", "NumPy", state="stopped")], View()))
    assert header["sides"][0]["complete"] is False


@pytest.mark.parametrize(
    ("view", "pick"),
    [
        (View(tab="step", pick="w1:1:2"), {"layer": 1, "unit": 2, "source": 1}),
        (View(tab="step", pick="n9:9"), {"layer": 3, "unit": 0, "source": None}),
        (View(tab="step", pick="w1:1:2", hide=("charts",)), None),
        (View(tab="loss", pick="w1:1:2"), None),
    ],
)
def test_what_step_looks_at_is_lit_up_while_its_tab_is_open(view: View, pick: dict[str, Any] | None) -> None:
    e = Experiment()
    assert decode(stage.message([Side("key")], view, editable=e))[0]["pick"] == pick
    assert decode(stage.message([Side("key")], view))[0]["pick"] is None


def test_a_choice_of_the_view_changes_nothing_of_the_sides() -> None:
    side = finished("a", run_of())
    views = View(), View(frame=3, test_points=True, gradient="delta")
    one, other = (stage.message([side], view, ["a"], answered=7) for view in views)
    headers = [header_of(message) for message in (one, other)]
    assert headers[0]["sides"] == headers[1]["sides"]
    assert (headers[1]["frame"], headers[1]["answered"]) == (3, 7)
    expected = {"test_points": True, "discretize": False, "clamp": False, "gradient": "delta", "edit": False}
    assert headers[1]["choices"] == expected
    assert other.endswith(one[-1000:])


def test_the_maps_of_one_neuron_are_those_of_the_whole_run() -> None:
    run = run_of()
    side = Side("a", "NumPy", neuron=pack_neuron(run, 1, 1))
    header, arrays = decode(stage.message([side], View()))
    maps = header["sides"][0]["neuron"]
    assert (maps["layer"], maps["neuron"]) == (1, 1)
    np.testing.assert_array_equal(arrays(maps)["neurons"], told(run)[1]["neurons"][:, 5])


WITH_LAYERS = Side("a", experiment=Experiment(hidden=(4, 2)))


def test_a_neuron_is_asked_for() -> None:
    asked = {"key": "a", "side": 0, "layer": 1, "neuron": 1}
    assert stage.asked_for(asked, [WITH_LAYERS]) == Neuron(0, "a", 1, 1)


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
def test_a_neuron_that_is_not_there_can_not_be_asked_for(asked: Any) -> None:
    assert stage.asked_for(asked, [WITH_LAYERS]) is None


# editing


def test_what_can_be_edited_is_told_with_its_limits() -> None:
    view = View(hide=("hidden", "play"))
    header, _ = decode(stage.message([finished("a", run_of())], view, editable=Experiment(hidden=(4, 2))))
    edit = header["edit"]
    assert (edit["features"], edit["hidden"], edit["outputs"]) == (["x1", "x2"], [4, 2], 1)
    assert edit["may"] == {"features": True, "hidden": False, "layers": True}
    assert (edit["most_layers"], edit["most_neurons"]) == (MAX_LAYERS, MAX_WIDTH)
    assert header["hide"] == ["hidden", "play"]
    assert decode(stage.message([finished("a", run_of())], View()))[0]["edit"] is None


CLICK = {"generation": 0, "click": 7}


def test_an_edit_is_taken_as_asked() -> None:
    asked = {**CLICK, "features": ["x1", "sinx1"], "hidden": [4, 3]}
    assert stage.allowed(asked, Experiment()) == Edit(7, ("x1", "sinx1"), (4, 3))
    no_layer = {**CLICK, "features": ["x1", "x2"], "hidden": []}
    assert stage.allowed(no_layer, Experiment()) == Edit(7, ("x1", "x2"), ())


def test_the_message_names_the_click_that_it_answers() -> None:
    edit = Edit(7, ("x1",), (4, 2))
    header, _ = decode(stage.message([finished("a", run_of())], View(), editable=Experiment(), edit=edit))
    assert (header["edit"]["answered"], header["generation"]) == (7, 0)


@pytest.mark.parametrize(
    "asked",
    [
        {"features": ["x1", "x2"]},
        {"hidden": [4]},
        {"features": None, "hidden": [4]},
        {"features": ["x1", "x1"], "hidden": [4]},
        {"features": ["x3"], "hidden": [4]},
        {"features": [["x1"]], "hidden": [4]},
        {"features": "x1", "hidden": [4]},
        {"features": ["x1"], "hidden": [0]},
        {"features": ["x1"], "hidden": [MAX_WIDTH + 1]},
        {"features": ["x1"], "hidden": [4] * (MAX_LAYERS + 1)},
        {"features": ["x1"], "hidden": [2.5]},
        {"features": ["x1"], "hidden": [True]},
        {"features": ["x1"], "hidden": [4], "click": "7"},
        {"features": ["x1"], "hidden": [4], "generation": 1},
    ],
)
def test_an_edit_that_is_not_allowed_is_none(asked: Any) -> None:
    assert stage.allowed({**CLICK, **asked}, Experiment()) is None


@pytest.mark.parametrize("asked", [None, "x1", []])
def test_what_is_no_edit_is_none(asked: Any) -> None:
    assert stage.allowed(asked, Experiment()) is None


def test_what_a_link_hides_can_not_be_edited() -> None:
    fewer = {**CLICK, "features": ["x1"], "hidden": [4, 2]}
    assert stage.allowed(fewer, Experiment(), ("features",)) is None
    assert stage.allowed(fewer, Experiment(), ("hidden",)) == Edit(7, ("x1",), (4, 2))


# choices and buttons


@pytest.fixture
def told_by_the_browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {}
    monkeypatch.setattr(stage.st, "session_state", {"generation": 2, "stage": state})
    return state


CHOSEN = {"test_points": True, "discretize": False, "clamp": True, "gradient": "delta"}


def test_what_was_chosen_on_the_stage_is_in_the_view(told_by_the_browser: dict[str, Any]) -> None:
    told_by_the_browser["choices"] = {"generation": 2, "click": 7, **CHOSEN}
    assert stage.chosen(View(frame=3)) == View(frame=3, test_points=True, clamp=True, gradient="delta")
    assert stage.chosen(View(hide=("clamp",))) == View(test_points=True, gradient="delta", hide=("clamp",))


@pytest.mark.parametrize(
    "asked, expected",
    [
        (None, View()),
        ("delta", View()),
        ({**CHOSEN, "click": 7, "generation": 1}, View()),  # of controls that are gone
        ({**CHOSEN, "click": "7", "generation": 2}, View()),
        ({"click": 7, "generation": 2}, View()),
        ({"click": 7, "generation": 2, "gradient": "loss", "clamp": 1, "test_points": True}, View(test_points=True)),
        ({"click": 7, "generation": 2, "gradient": ["delta"], "discretize": None}, View()),
    ],
)
def test_what_is_no_choice_changes_nothing(told_by_the_browser: dict[str, Any], asked: Any, expected: View) -> None:
    told_by_the_browser["choices"] = asked
    assert stage.chosen(View()) == expected


def test_a_button_counts_for_the_sides_and_controls_that_it_was_pressed_beside(
    told_by_the_browser: dict[str, Any],
) -> None:
    assert not stage.pressed("stop", ["a", "b"])
    told_by_the_browser["stop"] = {"generation": 2, "click": 7, "sides": ["a", "b"]}
    assert stage.pressed("stop", ["a", "b"]) and stage.pressed("stop")
    assert not stage.pressed("stop", ["a", "c"]) and not stage.pressed("seed")
    told_by_the_browser["stop"]["generation"] = 1
    assert not stage.pressed("stop", ["a", "b"])


# weights set by hand

WEIGHT = {"layer": 1, "source": "b", "unit": 3, "value": 0.5}


def by_hand(**more: Any) -> dict[str, Any]:
    return {"generation": 2, "click": 7, "key": experiment_key(Experiment()), "epoch": 40, **WEIGHT, **more}


def test_a_weight_that_was_set_on_the_diagram_is_taken_as_it_is(told_by_the_browser: dict[str, Any]) -> None:
    assert stage.by_hand(Experiment(), View()) is None
    told_by_the_browser["hand"] = by_hand()
    assert stage.by_hand(Experiment(), View()) == stage.Hand(40, (1, "b", 3, 0.5))
    assert stage.by_hand(Experiment(), View(hide=("player",))) is None
    assert stage.by_hand(Experiment(), View(hide=("edit",))) is None
    told = stage.by_hand(Experiment(seed=2), View())
    assert isinstance(told, str) and "nothing was changed" in told


@pytest.mark.parametrize("asked", [None, "x", [], {"generation": 1}, {"generation": 2, "click": "7"}])
def test_what_sets_no_weight_in_these_controls_is_none(told_by_the_browser: dict[str, Any], asked: Any) -> None:
    told_by_the_browser["hand"] = asked
    assert stage.by_hand(Experiment(), View()) is None


@pytest.mark.parametrize(
    "told, epoch",
    [
        ({"epoch": 12}, 12),
        ({"epoch": 0}, 0),
        ({"epoch": -7}, 3),
        ({"epoch": 1e9}, 3),
        ({"epoch": "12"}, 3),
        ({"epoch": True}, 3),
        ({"epoch": None}, 3),
        ({"epoch": 12, "generation": 1}, 3),
        ({"epoch": 12, "click": None}, 3),
    ],
)
def test_the_stage_tells_at_which_epoch_it_rests(told_by_the_browser: dict[str, Any], told: Any, epoch: int) -> None:
    told_by_the_browser["shown"] = {"generation": 2, "click": 7, **told}
    assert stage.epoch(View(frame=3)) == epoch


def test_the_message_says_what_can_be_set_and_which_side_asks_what_if() -> None:
    what_if = with_weights(changed(Experiment(), epochs=5), 3, [Weight(1, 0, 2, 0.5), Weight(2, "b", 1, 3.0)])
    sides = [Side("a", experiment=what_if), Side("b", experiment=Experiment())]
    header, _ = decode(stage.message(sides, View(frame=3), editable=what_if, by_hand=7))
    assert [side["what_if"] for side in header["sides"]] == [3, None]
    hand = header["hand"]
    assert (hand["answered"], hand["at"], hand["epoch"]) == (7, 3, 3)
    assert (hand["weights"], hand["most"], hand["largest"]) == ([[1, 0, 2], [2, "b", 1]], 10, 1e6)
    assert decode(stage.message(sides, View(hide=("edit",)), editable=what_if))[0]["hand"] is None
    assert decode(stage.message(sides, View()))[0]["hand"] is None
