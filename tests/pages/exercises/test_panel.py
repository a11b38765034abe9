"""The panel above a screen: nothing of the answer before the prediction, then verdict, explanation and next."""

import pytest

from core.exercises import EXERCISES
from core.exercises.answers import Order, Term
from core.exercises.hand_in import read
from core.link import Pair, from_query, to_query
from tests.core.exercises.solutions import SOLUTIONS
from tests.pages.background.links import Here
from tests.pages.conftest import (
    address,
    on_stage,
    open_address,
    open_compare,
    put,
    refused,
    run,
    sentences,
    widget,
    words,
)
from tests.pages.exercises.screens import (
    commit,
    fill,
    going_back,
    open_exercise,
    open_list,
    open_popover,
    ways,
)
from tests.pages.labs.screens import open_lab
from tests.pages.texts import texts

PARTS = {"answer.E3": "85"}


def said(at: object) -> str:
    return "\n".join(text.text for text in texts(at))  # type: ignore[arg-type]


@pytest.mark.parametrize("id", list(EXERCISES))
def test_before_the_prediction_neither_page_nor_link_has_the_answer(id: str, waiting: None) -> None:
    at = open_exercise(id, {"for": "ada"})
    task = EXERCISES[id].task("ada")
    assert sentences(at) == ""
    assert [*at.title, *at.get("bidi_component"), *at.get("plotly_chart"), *at.latex, *at.expander] == []
    assert task.explanation not in said(at) and task.then not in said(at)
    for number, right in SOLUTIONS[id](task).right.items():
        kind = task.parts[number - 1].kind
        if isinstance(kind, Order | Term):
            assert right not in said(at)
    assert address(at) == {"exercise": id, "for": "ada"}


@pytest.mark.parametrize("id", list(EXERCISES))
def test_committed_answers_are_in_the_link_and_the_screen_opens(id: str, worker: Here) -> None:
    worker.turns = 0
    task = EXERCISES[id].task("ada")
    right = SOLUTIONS[id](task).right
    at = open_exercise(id, {"for": "ada"})
    fill(at, id, task, right)
    at = commit(at)
    assert refused(at) == [] and sentences(at) == ""
    hand_in, problems = read(address(at))
    assert problems == []
    assert (hand_in.open, hand_in.handle) == (id, "ada")
    kinds = [part.kind for part in task.parts]
    assert hand_in.answers_of(id) == {n: kinds[n - 1].parse(text) for n, text in right.items()}
    assert f"of {task.of} points" in words(at)
    if task.start:
        pair, view, problems = from_query(address(at))
        assert (pair.a, problems) == (task.start, [])
        assert view.hides("dataset") or "dataset" in task.changes


@pytest.mark.parametrize("id", [id for id in EXERCISES if id.startswith("P")])
def test_right_answers_get_all_points_and_wrong_ones_none(id: str) -> None:
    task = EXERCISES[id].task("bob")
    solution = SOLUTIONS[id](task)
    at = open_exercise(id, {"for": "bob"})
    fill(at, id, task, solution.wrong)
    at = commit(at)
    assert f"**0 of {task.of} points**" in words(at)
    answers = {f"answer.{id}" + (f".{n}" if n > 1 else ""): text for n, text in solution.right.items()}
    at = open_exercise(id, {"for": "bob", **answers})
    assert f"**{task.of} of {task.of} points**" in words(at)


def test_an_experiment_is_judged_by_its_run_and_again_when_it_is_changed() -> None:
    task = EXERCISES["E3"].task("ada")
    solution = SOLUTIONS["E3"](task)
    assert solution.reaches
    answers = {"answer.E3": solution.right[1], "for": "ada", "b.engine": "numpy"}
    at = open_exercise("E3", answers)
    assert f"**1 of {task.of} points**" in words(at)
    changed = {key: text for key, text in to_query(Pair(solution.reaches)).items() if task.opens.get(key) != text}
    at = open_exercise("E3", {**answers, **changed})
    assert f"**{task.of} of {task.of} points**" in words(at)
    at = open_exercise("E3", {**answers, **changed, "noise": "10"})
    assert f"**1 of {task.of} points**" in words(at)
    assert "must stay 0; got 10" in words(at)


def test_what_is_no_answer_is_refused_with_a_sentence_and_nothing_is_lost(waiting: None) -> None:
    at = open_exercise("E3", {"for": "ada"})
    fill(at, "E3", EXERCISES["E3"].task("ada"), {1: "many"})
    at = commit(at)
    assert refused(at) == ["Answer 1 must be a number from 0 to 100; got 'many'. Nothing is committed yet."]
    assert address(at) == {"exercise": "E3", "for": "ada"}
    assert widget(at, "text_input", "exercise.E3.1").value == "many"


def test_answers_stay_when_a_control_is_moved_and_on_the_way_to_another_screen(waiting: None) -> None:
    at = open_exercise("E3", {"for": "ada", **PARTS})
    at = put(at, "number_input", "a.epochs", 50)
    assert {**address(at), **PARTS, "for": "ada", "exercise": "E3", "epochs": "50"} == address(at)
    at.switch_page("pages/help.py")
    at = open_address(at, {})
    assert ways(at)["exercises"] == {"for": "ada", **PARTS, "run.E3": "epochs=50"}
    assert {**ways(at)["compare"], **PARTS, "exercise": "E3", "epochs": "50"} == ways(at)["compare"]


def test_a_preset_opened_in_between_costs_no_answer(waiting: None) -> None:
    at = open_exercise("E3", {"for": "ada", **PARTS})
    at = open_address(at, {"dataset": "spiral", "epochs": "5"})
    assert "exercise" not in address(at)
    assert {**ways(at)["exercises"], "for": "ada", **PARTS} == ways(at)["exercises"]


def test_a_link_of_somebody_else_counts_as_it_is(waiting: None) -> None:
    at = open_exercise("E3", {"for": "ada", **PARTS})
    at = open_address(at, {"exercise": "E3", "for": "bob"})
    assert ways(at)["exercises"] == {"for": "bob"}
    assert "Commit and run" in [button.label for button in at.button]


def test_an_experiment_in_which_nothing_was_changed_is_handed_in_as_well(waiting: None) -> None:
    at = open_exercise("E3", {"for": "ada", **PARTS})
    at.switch_page("pages/exercises.py")
    at = open_address(at, {})
    assert ways(at)["help"] == {"for": "ada", **PARTS, "run.E3": ""}
    at = open_address(at, {"for": "ada", **PARTS, "run.E3": ""})
    assert ways(at)["help"] == {"for": "ada", **PARTS, "run.E3": ""}


def test_back_to_before_an_answer_keeps_it(waiting: None) -> None:
    at = open_exercise("E3", {"for": "ada"})
    before = address(at)
    fill(at, "E3", EXERCISES["E3"].task("ada"), {1: "85"})
    at = commit(at)
    with going_back():
        at = open_address(at, before)
    assert "You answered “85 %”" in words(at)
    at = open_address(at, before)
    assert "You answered “85 %”" in words(at)


def test_a_prediction_that_was_changed_after_its_run_is_said(waiting: None) -> None:
    at = open_exercise("E3", {"for": "ada"})
    task = EXERCISES["E3"].task("ada")
    fill(at, "E3", task, {1: "60"})
    at = commit(at)
    assert "Changed after the run" not in said(at)
    at = open_popover(at, "Change the prediction")
    fill(at, "E3", task, {1: "85"})
    at = commit(at)
    assert "Changed after the run: answer 1 was “60 %”." in said(at)
    assert address(at)["answer.E3"] == "85"


def test_an_exercise_of_another_screen_leads_there(waiting: None) -> None:
    at = open_list({"exercise": "E3"})
    assert sentences(at) == ""
    at = open_lab("activations", {"exercise": "E3", "for": "ada", **PARTS})
    assert "Exercise E3" in words(at) and "is on another screen" in words(at)


@pytest.mark.parametrize(
    "key, text", [("exercise", "E99"), ("set", "E3,E99"), ("answer.E99", "1"), ("answer.E3.x", "1")]
)
def test_what_there_is_not_is_a_sentence(key: str, text: str, waiting: None) -> None:
    at = open_exercise("E3", {"dataset": "gauss", key: text})
    assert "E99" in sentences(at) or "answer.E3.x" in sentences(at)


def test_the_list_asks_whose_variant_it_is_until_something_is_answered(waiting: None) -> None:
    at = open_list()
    widget(at, "text_input", "handle").set_value("ada")
    at = run(at)
    assert address(at) == {"for": "ada"}
    assert ways(at)["compare"] == {"for": "ada"}
    assert [box for box in open_list({"for": "ada", **PARTS}).text_input if box.label == "Variant for"] == []


def test_an_answer_of_the_link_that_can_not_be_read_is_said_and_nothing_is_committed(waiting: None) -> None:
    at = open_exercise("E3", {"answer.E3": "many"})
    assert refused(at) == [
        "Answer 1 must be a number from 0 to 100; got 'many' from the link. Nothing is committed yet."
    ]
    assert widget(at, "text_input", "exercise.E3.1").value == ""


def test_what_is_wrong_with_answers_is_said_on_a_screen_without_an_exercise(waiting: None) -> None:
    at = open_compare({"epochs": "5", "answer.E99": "1", "noise": "much"})
    assert "answer.E99='1' is no answer to an exercise" in sentences(at)
    assert "noise='much'" in sentences(at)
    assert len(on_stage(at)) == 2


def test_an_exercise_that_there_is_not_is_a_sentence_and_the_screen_is_there(waiting: None) -> None:
    at = open_compare({"exercise": "E99", "epochs": "5"})
    assert "Exercise must be one of" in sentences(at) and "E99" in sentences(at)
    assert len(on_stage(at)) == 2
