"""What travels in a link: nothing good in it is lost, nothing bad in it raises, and what was handed in stays."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.edits import Edit
from core.exercises import EXERCISES
from core.exercises.exercise import Exercise, Task
from core.exercises.hand_in import (
    LONGEST_ANSWER,
    LONGEST_HANDLE,
    LONGEST_RUN,
    HandIn,
    _changed,
    _opened,
    carried,
    completed,
    experiment_of,
    link,
    read,
)
from core.experiment import MAX_SEGMENTS, Experiment, Segment, changed
from core.link import MAX_PROBLEMS, from_query, query_of
from tests.core.strategies import experiments

OPEN = [row for row in EXERCISES.values() if row.task().start is not None]  # those that end in an experiment
IDS = st.sampled_from([*EXERCISES])
STRANGE = st.one_of(
    st.none(),
    st.integers(),
    st.just(10**5000),
    st.floats(),
    st.binary(),
    st.text(),
    st.just("\ud83d"),
    st.just("\0"),
    st.just("x" * 100_000),
    st.lists(st.one_of(st.text(), st.none(), st.lists(st.text()))),
    st.tuples(st.text()),
    st.dictionaries(st.text(), st.text(), max_size=1),
)
KEYS = st.one_of(
    st.sampled_from(
        ["exercise", "set", "for", "answer.", "run.", "answer.\0", "answer.E9", "run.E3.2", "v", "dataset"]
    ),
    st.builds("answer.{}".format, IDS),
    st.builds("answer.{}.{}".format, IDS, st.integers(0, 20)),
    st.builds("run.{}".format, IDS),
    st.text(),
    st.integers(),
    st.none(),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=LONGEST_HANDLE)
HAND_INS = st.builds(
    HandIn,
    open=st.sampled_from(["", *EXERCISES]),
    asked=st.sets(IDS).map(lambda ids: tuple(id for id in EXERCISES if id in ids)),
    handle=st.one_of(st.just(""), TEXT),
    answers=st.dictionaries(st.tuples(IDS, st.integers(1, 9)), TEXT, max_size=5),
    runs=st.dictionaries(IDS, st.one_of(st.just(""), TEXT), max_size=3),
)


def in_a_link(query: dict[str, str]) -> dict[str, Any]:
    """A query, once it was an address. It ends with #, or a dot at its end would be that of a sentence."""
    return query_of(f"https://example.org/?{urlencode(query)}#")


@given(st.dictionaries(KEYS, STRANGE, max_size=8))
def test_no_mapping_raises_and_what_was_read_reads_the_same(mapping: dict[Any, Any]) -> None:
    found, problems = read(mapping)
    assert all(isinstance(problem, str) and problem.isprintable() and len(problem) < 400 for problem in problems)
    assert len(problems) <= MAX_PROBLEMS + 1
    assert read(found.query) == (found, [])
    assert read(in_a_link(found.query)) == (found, [])
    assert found.touched is not None and found.listed
    for exercise in found.touched:
        experiment_of(found, exercise, mapping)


@pytest.mark.parametrize("mapping", [None, 3, "exercise=E3", [("exercise", "E3")], b"\0"])
def test_what_is_no_mapping_says_nothing(mapping: Any) -> None:
    assert read(mapping) == (HandIn(), [])


@given(HAND_INS)
def test_a_hand_in_survives_its_link(hand_in: HandIn) -> None:
    assert read(hand_in.query) == (hand_in, [])
    assert read(in_a_link(hand_in.query)) == (hand_in, [])


@pytest.mark.parametrize(
    "query, words",
    [
        ({"exercise": "E99"}, "exercise='E99', so none is open"),
        ({"exercise": []}, "exercise=[], so none is open"),
        ({"exercise": [["E3"]]}, "exercise=['E3'], so none is open"),
        ({"set": "E3,E99"}, "got 'E99', which is left out"),
        ({"set": 10**5000}, "got set=a value of type int, which is left out"),
        ({"for": "x" * (LONGEST_HANDLE + 1)}, "so the variant for nobody is used"),
        ({"for": "\ud800"}, r"for='\ud800', so the variant for nobody is used"),
        ({"answer.E99": "3"}, "answer.E99='3' is no answer to an exercise"),
        ({"answer.E3.1": "3"}, "answer.E3.1='3' is no answer to an exercise"),
        ({"answer.E3.٣": "3"}, "answer.E3.٣='3' is no answer to an exercise"),
        ({"answer.E3": None}, "answer.E3=None is no answer to an exercise"),
        ({"answer.E3": "3" * (LONGEST_ANSWER + 1)}, "is no answer to an exercise"),
        ({"run.E3.2": "epochs=3"}, "run.E3.2='epochs=3' is no answer to an exercise"),
        ({"answer.\x1b[31m": "3"}, r"'answer.\x1b[31m'='3' is no answer to an exercise"),
        ({"answer.E3": ["3", "4"]}, "The link has answer.E3 twice; the last value, '4', is used."),
    ],
)
def test_what_is_not_kept_is_said(query: dict[str, Any], words: str) -> None:
    _, (problem,) = read(query)
    assert words in problem


def test_of_a_damaged_link_what_is_good_is_kept() -> None:
    query = {"exercise": "E3", "set": "E99,E3", "for": "ada", "answer.E3": ["7", "85"], "answer.E99": "1", "run.": "x"}
    found, problems = read(query)
    assert found == HandIn("E3", ("E3",), "ada", {("E3", 1): "85"})
    assert len(problems) == 4


def test_thousands_of_bad_keys_are_one_list_of_sentences() -> None:
    _, problems = read({f"answer.Y{number}": "1" for number in range(5000)})
    assert problems[-1] == f"And {5000 - MAX_PROBLEMS} more."


def test_an_empty_answer_is_none() -> None:
    hand_in = HandIn("E3").answered("E3", {1: "85", 2: ""})
    assert hand_in.answers == {("E3", 1): "85"}
    assert hand_in.answered("E3", {1: ""}).query == {"exercise": "E3"}


def test_what_is_graded_is_what_is_set_answered_or_open() -> None:
    (first, *_), (*_, last) = EXERCISES, EXERCISES
    assert HandIn().touched == []
    assert HandIn().listed == [*EXERCISES.values()]
    assert [row.id for row in HandIn(open=last).touched] == [last]
    assert [row.id for row in HandIn(asked=(first,)).touched] == [first]
    assert [row.id for row in HandIn(answers={(last, 1): "3"}).touched] == [last]
    assert HandIn(runs={first: ""}).touched == []


# ---- the experiment ---


@given(st.sampled_from(OPEN), experiments(), TEXT)
def test_an_experiment_survives_the_way_to_another_screen_and_back(
    exercise: Exercise, experiment: Experiment, handle: str
) -> None:
    """From the screen on which it is open, whose address says all of it, and from one that says what was changed."""
    hand_in = HandIn(exercise.id, (), handle, {(exercise.id, 1): "1"})
    task = hand_in.task(exercise)
    query = {**completed(hand_in.query), **settings(experiment, task), **hand_in.query}
    assert experiment_of(hand_in, exercise, query) == (experiment, [])
    along = carried(query)
    assert along.open == ""
    assert len(along.runs[exercise.id]) <= LONGEST_RUN
    elsewhere = in_a_link(along.query)
    assert read(elsewhere) == (along, [])
    assert experiment_of(along, exercise, elsewhere) == (experiment, [])
    back = in_a_link(link(along, exercise))
    assert read(back) == (hand_in, [])
    assert experiment_of(hand_in, exercise, back) == (experiment, [])


def settings(experiment: Experiment, task: Task) -> dict[str, str]:
    """What a screen writes of an experiment beside the keys of exercises."""
    return _changed(task, experiment)


def test_the_longest_experiment_fits() -> None:
    edits = tuple(Edit(10, 50 + i, 63, -123456.78901234567 - i) for i in range(10))
    segment = Segment("nesterov", 0.12345678901234567, 0.12345678901234567, 1234, 200, 1e-05 / 3, 1e-05 / 3, edits)
    longest = Experiment(
        playground_seed="%" * 200,
        hidden=(64,) * 10,
        rows=50,
        activation=("logistic",) * 9 + ("tanh",),
        segments=(segment,) * MAX_SEGMENTS,
    )
    for exercise in OPEN:
        query = {**settings(longest, exercise.task()), "exercise": exercise.id, "answer." + exercise.id: "1"}
        along = carried(query)
        assert experiment_of(along, exercise, in_a_link(along.query)) == (longest, [])


@pytest.mark.parametrize("exercise", OPEN, ids=[row.id for row in OPEN])
def test_what_nobody_changed_or_answered_leaves_nothing_behind(exercise: Exercise) -> None:
    opened = {"exercise": exercise.id, "run." + exercise.id: "epochs=3"}  # the latter of a link that was edited by hand
    assert carried(opened) == HandIn()
    answered = {**opened, "answer." + exercise.id: "1"}
    assert carried(answered).runs == {exercise.id: ""}
    assert experiment_of(carried(answered), exercise, {}) == (exercise.task().start, [])
    moved = {**opened, "epochs": "7"}
    assert carried(moved).runs == {exercise.id: "epochs=7"}


def test_nothing_is_handed_in_for_an_exercise_that_is_neither_open_nor_carried() -> None:
    assert experiment_of(HandIn(), OPEN[0], {"epochs": "7"}) == (None, [])


def test_a_run_that_was_edited_by_hand_is_read_as_well_as_possible() -> None:
    exercise = OPEN[0]
    hand_in = HandIn(runs={exercise.id: "epochs=7&epochs=9&rows=many&exercise=E99&hidden=3"})
    experiment, problems = experiment_of(hand_in, exercise, {})
    start = exercise.task().start
    assert start and experiment
    assert experiment == changed(start, epochs=9, hidden=(3,), rows=experiment.rows)
    assert any("The link has epochs twice" in problem for problem in problems)
    assert any("rows='many'" in problem for problem in problems)


def test_a_query_with_fewer_segments_than_the_start_has_fewer() -> None:
    start = Experiment(segments=(Segment(epochs=10), Segment(epochs=20), Segment(epochs=30)))
    task = Task("", (), "", "", start)
    pair, _, problems = from_query(_opened(task, {"segments": "2"}))
    assert problems == []
    assert pair.a.segments == start.segments[:2]
    assert from_query(_opened(task, {"segments": ["x"]}))[0].a.segments == start.segments


def test_what_is_wrong_with_b_is_no_matter_of_what_is_handed_in() -> None:
    hand_in, _ = read({"exercise": "X2"})
    experiment, problems = experiment_of(hand_in, EXERCISES["X2"], {"dataset": "reg_plane", "b.epochs": "many"})
    assert experiment is not None
    assert experiment.dataset == "reg_plane" and [each for each in problems if "b." in each] == []
