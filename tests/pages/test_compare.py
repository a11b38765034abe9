"""Compare: the address decides the experiment, the widgets change the address, and nothing of either is lost."""

import dataclasses
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sklearn.metrics import r2_score
from streamlit.testing.v1 import AppTest

from core.data import Prepared
from core.experiment import Experiment, changed
from core.link import HIDEABLE, Pair, View, experiment_key, from_query, to_query
from core.presets import PRESETS
from core.sides import on_engine
from core.training import predicted, prepare, train
from pages.parts.background import tasks
from pages.parts.stage import stage
from tests.core.strategies import pairs, views
from tests.core.test_link import HOSTILE
from tests.pages.background.links import Here
from tests.pages.conftest import (
    QUICK,
    address,
    arrays_of,
    keys,
    linked,
    news_of,
    on_stage,
    open_address,
    open_compare,
    press,
    press_on_stage,
    put,
    run,
    sentences,
    to_stage,
    widget,
    words,
)

BASE = changed(Experiment(), epochs=5, rows=60)
LONG = {"epochs": "10000", "hidden": "8,8"}  # half a minute in NumPy


def shown(at: AppTest) -> list[str]:
    """The experiments on the stage."""
    return [side["key"] for side in on_stage(at)]


def experiment_keys(pair: Pair) -> list[str]:
    return [experiment_key(pair.a), experiment_key(pair.b)]


# the way of a link


def test_a_bare_address_shows_the_default_pair() -> None:
    at = open_compare()
    assert shown(at) == experiment_keys(Pair())
    assert address(at) == {}  # nothing was changed, so Back leads to where one came from
    assert "equal to" in words(at)


def test_the_figures_are_those_of_the_training() -> None:
    pair = Pair(changed(BASE, dataset="xor", seed=7), changed(BASE, dataset="xor", seed=7, activation="relu"))
    for side, experiment in zip(on_stage(open_compare(to_query(pair))), (pair.a, pair.b), strict=True):
        trained, told = train(experiment), arrays_of(side)
        for name in ("train_accuracy", "test_accuracy", "train_loss", "test_loss"):
            np.testing.assert_array_equal(told[name], getattr(trained, name).astype(told[name].dtype))


def test_the_values_of_a_link_arrive_in_the_widgets() -> None:
    link = {
        "dataset": "iris", "axes": "2,0", "noise": "3", "rows": "150", "train_share": "70", "seed": "11",
        "features": "x2,x1x2", "standardize": "true", "hidden": "5,4,3", "activation": "relu,tanh,gelu",
        "initializer": "he_normal", "optimizer": "nesterov", "momentum": "0.5", "learning_rate": "0.015625",
        "batch_size": "7", "epochs": "6", "l1": "0.001", "l2": "0.002", "gradient": "delta", "chart": "heatmap",
    }  # fmt: skip
    at = open_compare(link)
    arrived = {
        ("button_group", "a.dataset"): "iris",
        ("selectbox", "a.axes"): "columns",
        ("selectbox", "a.axes.first"): 2,
        ("selectbox", "a.axes.second"): 0,
        ("slider", "a.noise"): 3.0,
        ("number_input", "a.rows"): 150,
        ("slider", "a.train_share"): 70,
        ("number_input", "a.seed"): 11,
        ("button_group", "a.features"): ["x2", "x1x2"],
        ("toggle", "a.standardize"): True,
        ("number_input", "a.hidden"): 3,
        ("number_input", "a.hidden.0"): 5,
        ("number_input", "a.hidden.2"): 3,
        ("selectbox", "a.activation.0"): "relu",
        ("selectbox", "a.activation.2"): "gelu",
        ("selectbox", "a.initializer"): "he_normal",
        ("selectbox", "a.optimizer"): "nesterov",
        ("slider", "a.momentum"): 0.5,
        ("selectbox", "a.learning_rate"): "0.015625",
        ("number_input", "a.batch_size"): 7,
        ("number_input", "a.epochs"): 6,
        ("selectbox", "a.l1"): "0.001",
        ("selectbox", "a.l2"): "0.002",
        ("button_group", "chart"): "heatmap",
    }
    assert {place: widget(at, *place).value for place in arrived} == arrived
    assert shown(at)[0] == experiment_key(from_query(link)[0].a)


CHANGES: dict[tuple[str, str], tuple[Any, str, Any]] = {
    ("button_group", "a.dataset"): ("xor", "dataset", "xor"),
    ("slider", "a.noise"): (12.0, "noise", 12.0),
    ("slider", "a.train_share"): (70, "train_share", 70),
    ("number_input", "a.rows"): (80, "rows", 80),
    ("number_input", "a.seed"): (2, "seed", 2),
    ("button_group", "a.features"): (["x1sq", "x1"], "features", ("x1", "x1sq")),
    ("toggle", "a.standardize"): (True, "standardize", True),
    ("number_input", "a.hidden"): (3, "hidden", (4, 2, 2)),
    ("number_input", "a.hidden.0"): (6, "hidden", (6, 2)),
    ("selectbox", "a.activation"): ("relu", "activation", "relu"),
    ("selectbox", "a.initializer"): ("zeros", "initializer", "zeros"),
    ("selectbox", "a.optimizer"): ("adam", "optimizer", "adam"),
    ("selectbox", "a.learning_rate"): ("0.5", "learning_rate", 0.5),
    ("number_input", "a.batch_size"): (20, "batch_size", 20),
    ("number_input", "a.epochs"): (3, "epochs", 3),
    ("selectbox", "a.l2"): ("0.1", "l2", 0.1),
}


@pytest.mark.parametrize("place", CHANGES, ids=[key for _, key in CHANGES])
def test_a_changed_widget_changes_the_address_and_the_experiment(place: tuple[str, str]) -> None:
    value, field, expected = CHANGES[place]
    at = put(open_compare({**QUICK, "hide": "charts,playground"}), *place, value)
    a = changed(BASE, **{field: expected})
    assert linked(at) == Pair(a, on_engine(a, "sklearn"))
    assert address(at) == to_query(linked(at), View(hide=("charts", "playground")))  # every value is written
    assert shown(at) == experiment_keys(linked(at))


def test_a_rerun_that_changes_nothing_writes_nothing() -> None:
    link = {**QUICK, "embed": "true"}
    at = open_compare(link)
    assert address(at) == link
    put(at, "number_input", "a.seed", 3)
    written = address(at)
    assert address(run(at)) == written


def test_back_and_forward_set_the_widgets_again() -> None:
    at = open_compare(QUICK)
    put(at, "number_input", "a.seed", 3)
    older = address(at)
    put(at, "selectbox", "a.activation", "relu")
    put(at, "number_input", "a.hidden", 1)
    newer = address(at)
    open_address(at, older)
    assert widget(at, "selectbox", "a.activation").value == "tanh"
    assert widget(at, "number_input", "a.hidden").value == 2
    assert address(at) == older
    assert shown(at) == experiment_keys(linked(at))
    open_address(at, newer)
    assert widget(at, "selectbox", "a.activation").value == "relu"
    assert widget(at, "number_input", "a.hidden").value == 1
    assert shown(at) == experiment_keys(linked(at))


def test_a_bad_link_says_so_and_keeps_its_good_fields() -> None:
    at = open_compare(
        {**QUICK, "seed": "minus one", "activation": "**relu**", "noise": "nan", "hidden": "3", "colour": "red"}
    )
    assert shown(at) == experiment_keys(Pair(changed(BASE, hidden=(3,)), changed(BASE, hidden=(3,), engine="sklearn")))
    for said in (
        "Seed must be a whole number",
        "Activation must be",
        "Noise (%) must be",
        "'colour'",
        "seed='minus one'",
    ):
        assert said in sentences(at)
    assert "**relu**" not in words(at)  # what somebody typed is text, never Markdown
    assert "Seed must be" in sentences(run(at))  # it stays until something is changed
    put(at, "number_input", "a.seed", 3)
    assert sentences(at) == ""
    assert linked(at).a == changed(BASE, hidden=(3,), seed=3)


def test_a_link_with_two_kinds_of_trouble_says_both() -> None:
    a = changed(BASE, activation=("relu", "logistic"))
    b = changed(BASE, activation="elu", hidden=(3, 3, 3), engine="sklearn")
    at = open_compare({**to_query(Pair(a, b)), "seed": "none"})
    assert "B: scikit-learn has no ELU" in sentences(at)
    assert "Seed must be a whole number" in sentences(at)
    assert from_query(address(at))[0].b.hidden == (3, 3, 3)


def lightened(query: dict[str, str]) -> dict[str, str]:
    """The same link with little to train."""
    light = {"epochs": "2", "rows": "50", "batch_size": "50"}
    return {key: light.get(key.split(".")[-1], text) for key, text in query.items()}


FEW = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],  # an example trains: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@FEW
@given(pairs(), views())
def test_any_link_opens(pair: Pair, view: View) -> None:
    query = lightened(to_query(pair, view))
    expected, _, problems = from_query(query)
    at = open_compare(query)
    assert problems == []
    assert shown(at) == experiment_keys(fitted(expected))


def fitted(pair: Pair) -> Pair:
    """The pair as its engines can train it."""
    return Pair(on_engine(pair.a, pair.a.engine), on_engine(pair.b, pair.b.engine))


TEXTS = [text for text in HOSTILE if len(text) < 10_000 and text.isprintable()] + ["\x00", "12\x00", "\u202e12"]


@FEW
@given(
    st.dictionaries(
        st.sampled_from([*to_query(Pair()), "b.activation", "2.epochs", "9.epochs", "b.segments", "<b>", "a"]),
        st.sampled_from(TEXTS) | st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3),
        min_size=1,
    )
)
def test_a_hostile_link_costs_a_sentence_for_each_bad_field(link: dict[str, Any]) -> None:
    query = {**QUICK, "seed": "4", **link}
    at = open_compare(query)
    expected, _, problems = from_query(query)
    assert shown(at) == experiment_keys(fitted(expected))
    assert all(problem in sentences(at) for problem in problems)


@pytest.mark.parametrize("more", [{}, {"b.seed": "3"}])  # alone it is a change, with another one of several
def test_what_a_link_brings_is_never_markdown(more: dict[str, str]) -> None:
    seed = "![x](http://evil.example/x.png) www.evil.example <b>:red[x]$x$"
    at = open_compare({**QUICK, **more, "playground_seed": "a", "b.playground_seed": seed})
    texts = [element.value for element in (*at.markdown, *at.caption)]
    quoted = [text for text in texts if "evil" in text]
    assert len(quoted) == 1 + len(more)
    assert all(f"` {seed} `" in text for text in quoted)  # as code, in which a browser makes no link


def test_what_is_chosen_on_the_stage_is_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_compare(QUICK)
    chosen = {"gradient": "delta", "clamp": True}
    monkeypatch.setattr(stage, "chosen", lambda view, key="stage": replace(view, **chosen))
    run(at)
    assert (address(at)["gradient"], address(at)["clamp"]) == ("delta", "true")
    assert to_stage(at)["choices"] == {"test_points": False, "discretize": False, "edit": False, **chosen}
    assert "gradient=delta" in to_stage(at)["query"]


# hidden controls

UNUSUAL = {
    "dataset": "iris", "axes": "1,3", "rows": "60", "noise": "5", "train_share": "60", "seed": "8",
    "features": "x1,absx", "standardize": "true", "hidden": "3,2", "activation": "relu", "initializer": "he_normal",
    "loss": "log", "engine": "sklearn", "optimizer": "nesterov", "learning_rate": "0.02", "momentum": "0.6",
    "batch_size": "9", "epochs": "4", "l1": "0", "l2": "0.01", "b.engine": "numpy", "b.activation": "gelu",
}  # fmt: skip


@pytest.mark.parametrize("name", HIDEABLE)
def test_a_hidden_control_is_gone_and_its_value_stays(name: str) -> None:
    hide = name if name == "charts" else f"{name},charts"  # without charts in half the time
    at = open_compare({**UNUSUAL, "hide": hide})
    expected, _, problems = from_query(UNUSUAL)
    assert problems == []
    own = {"presets": {"preset"}, "charts": {"tab", "chart"}, "run": set(), "b": {"b.kind", "b.field"}}
    assert not [
        key for key in keys(at) if key in own.get(name, set()) or key == f"a.{name}" or key.startswith(f"a.{name}.")
    ]
    left = {"New seed", "Reset"} - {"run": {"New seed"}, "reset": {"New seed", "Reset"}, "sidebar": {"New seed"}}.get(
        name, set()
    )
    assert {button.label for button in at.button} == left
    assert shown(at) == experiment_keys(expected)
    kind, key, value = (
        ("number_input", "a.batch_size", 8) if name in ("seed", "data") else ("number_input", "a.seed", 9)
    )
    if name == "sidebar":
        assert not [each for each in keys(at) if each.startswith("a.")]
        return
    put(at, kind, key, value)
    field = key.removeprefix("a.")
    assert linked(at) == Pair(changed(expected.a, **{field: value}), changed(expected.b, **{field: value}))
    assert address(at)["hide"] == hide


def test_everything_hidden_at_once() -> None:
    at = open_compare({**UNUSUAL, "hide": ",".join(HIDEABLE)})
    assert keys(at) == set()
    assert len(at.button) == 0
    assert shown(at) == experiment_keys(from_query(UNUSUAL)[0])


# buttons and presets


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_opens_its_pair(name: str) -> None:
    hide = ("noise", "charts", "playground")
    at = put(open_compare({**QUICK, "hide": ",".join(hide), "seed": "5"}), "selectbox", "preset", name)
    assert address(at) == to_query(PRESETS[name].pair, dataclasses.replace(PRESETS[name].view, hide=hide))
    assert shown(at) == experiment_keys(PRESETS[name].pair)
    assert widget(at, "number_input", "a.epochs").value == PRESETS[name].pair.a.epochs
    assert widget(at, "selectbox", "preset").value is None


def test_a_new_seed_changes_the_seed_of_both_sides_alone() -> None:
    at = open_compare({**QUICK, "b.engine": "numpy", "b.activation": "relu", "chart": "heatmap"})
    press(at, "New seed")
    seed = linked(at).a.seed
    assert seed != 1
    a = changed(BASE, seed=seed)
    assert linked(at) == Pair(a, changed(a, activation="relu"))
    assert address(at)["chart"] == "heatmap"
    assert widget(at, "number_input", "a.seed").value == seed


@pytest.mark.usefixtures("waiting")
def test_reset_goes_back_to_what_the_link_brought() -> None:
    link = {**UNUSUAL, "hide": "noise,charts"}
    at = open_compare(link)
    put(at, "number_input", "a.seed", 9)
    press(at, "New seed")
    assert address(press(at, "Reset")) == link
    assert shown(at) == experiment_keys(from_query(link)[0])
    assert widget(at, "number_input", "a.seed").value == 8


@pytest.mark.usefixtures("waiting")
def test_all_defaults_stand_in_the_menu_and_hide_what_was_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_compare({**UNUSUAL, "hide": "noise,charts"})
    picked = ["All defaults"]
    monkeypatch.setattr(streamlit, "menu_button", lambda *_, **__: picked.pop() if picked else None)
    run(at)
    assert linked(at) == Pair()
    assert address(at)["hide"] == "noise,charts"
    assert widget(at, "button_group", "a.dataset").value == "circle"


def test_what_waits_or_trains_says_so_and_how_many_others_do(worker: Here) -> None:
    worker.turns = 0
    at = open_compare(LONG)
    assert [side["state"] for side in on_stage(at)] == ["waiting", "waiting"]
    assert words(at).count("Waiting: 1 other trains.") == 1  # once where both sides have the same to say
    worker.work(20)
    assert [side["state"] for side in on_stage(run(at))] == ["training", "training"]
    assert len(re.findall(r"Epoch [\d,]+ of 10,000, in turns with 1 other trains\.", words(at))) == 2
    assert at.get("plotly_chart") == []


def test_stop_keeps_what_is_there(worker: Here) -> None:
    worker.turns = 5
    at = press_on_stage(open_compare(LONG), "stop")
    assert [side["state"] for side in on_stage(at)] == ["stopped", "stopped"]
    for side in on_stage(at):
        kept = news_of(side)
        assert side["complete"] and side["news"] is None and kept["run"]
        assert [kept[name] for name in ("key", "id", "state")] == [side[name] for name in ("key", "id", "state")]
    assert len(at.get("plotly_chart")) == 1


def test_the_first_message_brings_the_runs_along_and_later_ones_name_them() -> None:
    at = open_compare(QUICK)
    assert all(side["complete"] and side["news"] for side in on_stage(at))
    assert [(side["complete"], side["news"]) for side in on_stage(run(at))] == [(True, None), (True, None)]


def test_a_change_after_stop_trains_again(worker: Here) -> None:
    worker.turns = 1
    at = press_on_stage(open_compare(LONG), "stop")
    worker.turns = None
    put(at, "number_input", "a.epochs", 5)
    assert [side["state"] for side in on_stage(at)] == ["finished", "finished"]


@pytest.mark.parametrize("hide, stoppable", [("reset", True), ("run", False), ("features,hidden", True)])
def test_what_trains_can_be_stopped_unless_a_link_hides_that(worker: Here, hide: str, stoppable: bool) -> None:
    worker.turns = 1
    assert to_stage(open_compare({**LONG, "hide": hide}))["stoppable"] is stoppable


def test_new_seed_in_the_player_is_that_of_the_sidebar() -> None:
    at = press_on_stage(open_compare(QUICK), "seed")
    assert linked(at).a.seed != 1


def test_a_training_that_breaks_is_a_sentence_and_another_setting_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(experiment: Experiment) -> Prepared:
        if experiment.seed == 13:
            raise RuntimeError("no such luck")
        return prepare(experiment)

    monkeypatch.setattr(tasks, "prepare", refuse)
    at = open_compare({**QUICK, "seed": "13"})
    assert [(side["state"], side["complete"]) for side in on_stage(at)] == [("failed", False)] * 2
    assert words(at).count("Training failed, and the reason is in the server's log.") == 1
    put(at, "number_input", "a.seed", 14)
    assert [side["state"] for side in on_stage(at)] == ["finished", "finished"]


def test_a_diverged_run_says_when_and_what_helps() -> None:
    link = {
        **QUICK,
        "activation": "identity",
        "learning_rate": "1000",
        "epochs": "50",
        "b.engine": "numpy",
        "b.learning_rate": "0.03",
    }
    at = open_compare(link)
    assert [side["state"] for side in on_stage(at)] == ["diverged", "finished"]
    assert on_stage(at)[0]["note"].startswith("diverged at epoch ")
    assert "smaller learning rate" in on_stage(at)[0]["note"]
    assert "Diverged" in words(at)


# regression


def test_regression_has_r_squared_and_residuals_in_place_of_accuracy_and_confusion() -> None:
    a = changed(BASE, dataset="reg_gauss", hidden=(8, 8))
    at = open_compare(to_query(Pair(a, on_engine(a, "sklearn"))))
    for side, engine in zip(on_stage(at), ("numpy", "sklearn"), strict=True):
        trained, told = train(on_engine(a, engine)), arrays_of(side)
        for X, y, name in (
            (trained.X_train, trained.y_train, "train_accuracy"),
            (trained.X_test, trained.y_test, "test_accuracy"),
        ):
            assert told[name][-1] == pytest.approx(r2_score(y, predicted(trained, X)))
    assert "ccuracy" not in words(at)
    assert "equal to" in words(at)


def test_each_side_shows_what_its_own_task_has() -> None:
    at = open_compare({**QUICK, "b.dataset": "saddle", "b.engine": "numpy"})
    told = [arrays_of(side) for side in on_stage(at)]
    assert told[0]["y_train"].dtype == np.uint8 and told[1]["y_train"].dtype == np.float32  # classes, numbers
