"""All exercises: each check is right for what should pass and for what should not, for every handle."""

import pytest

from core.exercises import EXERCISES, Task, is_committed
from core.exercises.exercise import not_allowed
from core.link import from_query
from core.questions import QUESTIONS
from core.sides import expressible
from tests.core.exercises.solutions import SOLUTIONS
from tests.core.exercises.solving import HANDLES, grade


def test_the_questions_of_the_course_come_first_and_each_exercise_has_a_solution() -> None:
    of_course = [id for id in EXERCISES if id in QUESTIONS]
    assert [*EXERCISES][: len(of_course)] == of_course == [id for id in QUESTIONS if id in EXERCISES]
    assert all(EXERCISES[id].words == QUESTIONS[id].words for id in of_course)
    assert all(EXERCISES[id].screen == QUESTIONS[id].screen for id in of_course)
    assert SOLUTIONS.keys() == EXERCISES.keys()


@pytest.mark.parametrize("id", list(EXERCISES))
def test_what_is_right_gets_all_points_for_every_handle_and_what_is_wrong_none(id: str) -> None:
    for handle in HANDLES:
        task = EXERCISES[id].task(handle)
        solution = SOLUTIONS[id](task)
        assert is_committed(task, solution.right)
        found = grade(task, solution.right, solution.reaches)
        assert [(handle, mark.reason) for mark in found.marks if mark.verdict != "right"] == []
        assert (found.points, found.verdict) == (found.of, "right") == (task.of, "right")
    for handle in three(id):
        task = EXERCISES[id].task(handle)
        solution = SOLUTIONS[id](task)
        assert is_committed(task, solution.wrong)
        found = grade(task, solution.wrong, solution.fails)
        assert [(handle, mark.reason) for mark in found.marks if mark.verdict != "wrong"] == []
        assert (found.points, found.verdict) == (0, "wrong")


def three(id: str) -> list[str]:
    """Handles with three different variants."""
    return list({asked(EXERCISES[id].task(handle)): handle for handle in HANDLES[::-1]}.values())[-3:]


def asked(task: Task) -> str:
    """All that a handle decides of an exercise."""
    return repr((task.start, task.words, [(part.words, part.kind) for part in task.parts]))


@pytest.mark.parametrize("id", [id for id, row in EXERCISES.items() if row.screen == "compare"])
def test_its_link_opens_what_it_starts_from_and_nothing_has_to_be_left_out(id: str) -> None:
    for handle in HANDLES:
        task = EXERCISES[id].task(handle)
        pair, _, problems = from_query(task.opens)
        assert problems == []
        assert expressible(pair) == (pair, [])
        if task.start:
            assert pair.a == task.start
            assert not_allowed(task, pair.a) == ""


@pytest.mark.parametrize("id", list(EXERCISES))
def test_handles_ask_the_same_question_with_other_numbers(id: str) -> None:
    tasks = [EXERCISES[id].task(handle) for handle in HANDLES]
    assert len({(len(task.parts), task.of, task.changes) for task in tasks}) == 1
    assert len(set(map(asked, tasks))) > 2
