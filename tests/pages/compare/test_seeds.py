"""The tab "Over seeds": what is trained for it, what it says, and the way to a single seed."""

import dataclasses
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.experiment import Experiment, changed
from core.link import Pair, View, from_query, to_query
from core.reach import Seeds
from core.seeds import experiments, in_words, paired_in_words, table, train
from pages.parts.background.work import Do
from pages.parts.compare import seeds as tab
from tests.pages.background.links import Here
from tests.pages.conftest import (
    address,
    keys,
    linked,
    on_stage,
    open_address,
    open_compare,
    press,
    put,
    refused,
    run,
    sentences,
    specs,
    words,
)

A = changed(Experiment(), dataset="xor", epochs=30, rows=60)
PAIR = Pair(A, changed(A, hidden=(4,)))
ASKED = Seeds(12, threshold="test_accuracy>=0.8")


def opened(pair: Pair = PAIR, seeds: Seeds = ASKED, **more: Any) -> AppTest:
    return open_compare(to_query(pair, View(tab="seeds", seeds=seeds, **more)))


def ordered(worker: Here) -> list[str]:
    """The keys of the seeds that a worker was told to train."""
    return [order.work.key for order in worker.orders if isinstance(order, Do) and order.work.key.startswith("seeds")]


def test_counts_curves_planes_and_ends_of_both_sides() -> None:
    at = opened()
    a, b = (train(each, ASKED) for each in (PAIR.a, PAIR.b))
    assert f"**A** · {in_words(a)}" in words(at) and f"**B** · {in_words(b)}" in words(at)
    assert paired_in_words(a, b) in words(at)
    curves_a, plane_a, curves_b, plane_b, ends = specs(at)
    assert curves_a["layout"]["yaxis"]["range"] == curves_b["layout"]["yaxis"]["range"]
    assert plane_a["data"][0]["type"] == plane_b["data"][0]["type"] == "heatmap"
    assert [len(trace["text"]) for trace in ends["data"]] == [12, 12]
    assert at.get("progress") == []


def test_nothing_is_trained_while_another_tab_is_open(worker: Here) -> None:
    open_compare(to_query(PAIR, View(seeds=ASKED)))
    assert ordered(worker) == []


def test_a_link_with_seeds_opens_the_tab_and_keeps_what_it_asks() -> None:
    at = open_compare({"rows": "60", "epochs": "5", "seeds": "3", "b.hidden": "2", "b.engine": "numpy"})
    pair = from_query({"rows": "60", "epochs": "5", "b.hidden": "2", "b.engine": "numpy"})[0]
    assert all(in_words(train(each, Seeds(3))) in words(at) for each in (pair.a, pair.b))
    assert {"seeds.count", "seeds.data", "seeds.reach", "seeds.when", "seeds.curve"} <= keys(at)
    assert address(at)["seeds"] == "3" and "tab" not in address(at)  # the address is left as it came


def test_another_threshold_counts_the_same_runs_anew(worker: Here) -> None:
    at = opened()
    before = ordered(worker)
    assert len(before) == 2
    put(at, "number_input", "seeds.number", 0.5)
    assert linked(at) == PAIR and address(at)["seeds.reach"] == "test_accuracy>=0.5"
    assert ordered(worker) == before
    asked = dataclasses.replace(ASKED, threshold="test_accuracy>=0.5")
    assert in_words(train(PAIR.a, asked)) in words(at)
    put(at, "selectbox", "seeds.reach", "test_loss")
    assert address(at)["seeds.reach"] == "test_loss<0.1"
    put(at, "selectbox", "seeds.when", "any")
    assert address(at)["seeds.when"] == "any" and ordered(worker) == before


def test_other_points_and_another_number_are_trained(worker: Here) -> None:
    at = opened()
    put(at, "selectbox", "seeds.data", "anew")
    put(at, "number_input", "seeds.count", 6)
    assert address(at)["seeds"] == "6" and address(at)["seeds.data"] == "anew"
    assert len(ordered(worker)) == 6
    assert in_words(train(PAIR.a, dataclasses.replace(ASKED, count=6, data="anew"))) in words(at)


@pytest.mark.parametrize("count", [1, 61, 2.5])
def test_a_number_that_is_not_allowed_is_a_sentence(count: float) -> None:
    at = put(opened(), "number_input", "seeds.count", count)
    assert refused(at) == [f"Seeds must be a whole number from 2 to 60; got {count}, so 12 is used."]
    assert address(at)["seeds"] == "12"


def test_where_the_engine_alone_differs_b_is_trained_for_three_seeds(worker: Here) -> None:
    at = opened(Pair(A, changed(A, engine="sklearn")))
    assert "**B** is A on scikit-learn: on seeds 1, 2 and 3 its weights end equal to A's to" in words(at)
    assert [key.split(" of ")[0] for key in ordered(worker)] == ["seeds 12 fixed", "seeds 3 fixed"]
    assert "Paired" not in words(at)
    assert len(specs(at)) == 3


def test_a_seed_that_is_chosen_opens_in_compare_and_back_leads_back() -> None:
    at = opened()
    before = address(at)
    assert "seeds.open" in keys(at)
    put(at, "selectbox", "seeds.open", ("B", 7))
    a, b = (experiments(ASKED, each)[7] for each in (PAIR.a, PAIR.b))
    pair, view, problems = from_query(address(at))
    assert (pair, view.tab, view.seeds, problems) == (Pair(a, b), "gradients", ASKED, [])
    assert a.seed == 8 and len(on_stage(at)) == 2
    open_address(at, before)
    assert "seeds.open" in keys(at)


def test_stop_keeps_the_seeds_that_are_through(worker: Here) -> None:
    slow = changed(A, epochs=2500)  # long enough for two groups
    worker.turns = 1
    at = opened(Pair(slow, changed(slow, hidden=(4,))), Seeds(20))
    assert progress(at) == "Seeds that are through: A 0 of 20, B 0 of 20"
    while "A 0 of 20" in progress(at):
        worker.work(1)
        run(at)
    assert progress(at).startswith("Seeds that are through: A 10 of 20, B ")
    press(at, "Stop")
    assert "of 10** seeds that are through (of 20) reach it" in words(at)
    assert "Stopped. What was measured so far is kept." in words(at) and at.get("progress") == []
    worker.turns = None
    press(at, "Go on")
    assert "of 20** reach it" in words(at) and "through" not in words(at)


def progress(at: AppTest) -> str:
    (bar,) = at.get("progress")
    return str(bar.proto.text)


def test_what_would_take_too_long_is_refused_with_a_sentence(worker: Here) -> None:
    large = changed(A, rows=5000, hidden=(64,) * 10, epochs=20)
    worker.holds = "dataset"  # nor is it trained here
    at = opened(Pair(large, changed(large, hidden=(2,), epochs=1)), Seeds(60))
    assert "60 seeds of this experiment on NumPy would take about" in words(at)
    assert "at most 2 minutes are allowed" in words(at)
    assert [key.split(" of ")[0] for key in ordered(worker)] == ["seeds 60 fixed"]  # B's


def test_regression_asks_for_r_squared_and_has_no_plane() -> None:
    a = changed(A, dataset="reg_gauss")
    at = opened(Pair(a, changed(a, hidden=(8,))), Seeds(5))
    assert sentences(at) == "" and len(specs(at)) == 3
    assert specs(at)[0]["layout"]["yaxis"]["title"]["text"].startswith("test R²")
    assert in_words(train(a, Seeds(5))) in words(at)


def test_an_accuracy_in_the_link_of_a_regression_is_named() -> None:
    query = to_query(Pair(changed(A, dataset="reg_gauss"), changed(A, dataset="reg_gauss", hidden=(2,))))
    at = open_compare({**query, "seeds": "3", "seeds.reach": "test_accuracy>=0.7"})
    assert (
        "seeds.reach=test_accuracy>=0.7 does not suit the targets of reg_gauss, so test_r2>=0.7 is used."
        in sentences(at)
    )


def test_sides_of_another_kind_are_drawn_by_themselves() -> None:
    at = opened(Pair(A, changed(A, dataset="saddle")), Seeds(5))
    assert "saddle has no test accuracy, so B is not set against A." in words(at)
    assert len(specs(at)) == 5  # curves, plane, curves, and two strips


def test_every_curve_can_be_drawn() -> None:
    at = opened(seeds=Seeds(5))
    for name in tab._curves(PAIR):
        put(at, "selectbox", "seeds.curve", name)
        assert address(at)["seeds.curve"] == name
        assert len(specs(at)) == 5


def test_the_table_has_a_row_a_seed_of_each_side() -> None:
    at = opened(seeds=Seeds(4))
    press(at, "Table")
    found = at.dataframe[0].value
    a, b = (train(each, Seeds(4)) for each in (PAIR.a, PAIR.b))
    expected = table({"A": a, "B": b})
    assert list(found.columns) == list(expected.columns) and len(found) == 8
    assert list(found["seed"]) == [1, 2, 3, 4] * 2 and list(found["verdict"]) == list(expected["verdict"])


def test_seeds_that_diverge_are_no_error() -> None:
    a = changed(A, dataset="reg_gauss", learning_rate=1000.0)
    at = opened(Pair(a, changed(a, learning_rate=0.01)), Seeds(6))
    assert "**A** · **0 of 6** reach it" in words(at)


def test_a_seed_that_diverges_is_a_cross_and_not_a_row_of_wrong_answers() -> None:
    a = changed(A, activation="identity", learning_rate=1000.0, batch_size=1)
    at = opened(Pair(a, changed(a, learning_rate=0.01)), Seeds(5))
    of_a, of_b = specs(at)[-1]["data"]
    diverged = [each.diverged for each in train(a, Seeds(5)).runs]
    assert any(diverged)
    assert [symbol == "x" for symbol in of_a["marker"]["symbol"]] == diverged
    assert set(of_b["marker"]["symbol"]) == {"circle"}


def test_seeds_that_diverged_have_no_say_on_the_plane() -> None:
    linear = changed(A, activation="identity")
    some, all_of_them = changed(linear, learning_rate=1.0), changed(linear, learning_rate=1000.0)
    count = len(train(some, Seeds(12)).trained)
    assert 0 < count < 12 and train(all_of_them, Seeds(12)).trained == []
    at = opened(Pair(some, changed(linear, learning_rate=0.01)), Seeds(12))
    planes = [each["data"][0]["hovertemplate"] for each in specs(at) if each["data"][0]["type"] == "heatmap"]
    assert [plane.partition(" % of ")[2].partition(" ")[0] for plane in planes] == [str(count), "12"]
    at = opened(Pair(some, all_of_them), Seeds(12))
    assert [each["data"][0]["type"] for each in specs(at)].count("heatmap") == 1  # A's alone
