"""Goals: every check of the finished run has to hold, and a run that did not come to its end reaches nothing."""

import pytest

from core.exercises.exercise import Goal, Judged, Need
from core.exercises.goals import goal, loss, reach
from core.exercises.trained import trained
from core.experiment import Experiment, changed
from core.training import Run, completed

LEARNS = changed(Experiment(), features=("x1sq", "x2sq"), hidden=(), epochs=50, learning_rate=0.1)
DIVERGES = changed(Experiment(), dataset="reg_plane", hidden=(), epochs=100, learning_rate=1.0)


def judged(one: Goal, experiment: Experiment) -> Judged:
    return one.judge(experiment, {Need(experiment): completed(trained(Need(experiment)))})


def never(run: Run) -> Judged:
    return Judged(False, "It never holds.")


@pytest.mark.parametrize("share", [0.95, 1.0])
def test_what_learns_reaches_its_share(share: float) -> None:
    right, reason = judged(reach(share), LEARNS)
    assert right
    assert reason.startswith("100 % of the test rows are right; ")


def test_what_does_not_learn_misses_it_and_the_reason_has_both_numbers() -> None:
    right, reason = judged(reach(0.95), changed(LEARNS, features=("x1", "x2")))
    assert not right
    assert reason.endswith("95 % are asked for.")


def test_another_check_that_fails_fails_the_goal() -> None:
    right, reason = judged(reach(0.95, "", never), LEARNS)
    assert not right
    assert reason.endswith("It never holds.")


def test_a_loss_is_reached_only_below_the_number() -> None:
    end = float(completed(trained(Need(LEARNS)))[0].test_loss[-1])
    assert judged(goal("", loss(end * 1.01)), LEARNS).right
    assert not judged(goal("", loss(end)), LEARNS).right


def test_what_diverges_reaches_nothing() -> None:
    right, reason = judged(goal("", lambda run: Judged(True, "")), DIVERGES)
    assert not right
    assert reason.startswith("Training diverged at epoch")


def test_the_words_of_a_goal_name_its_share() -> None:
    assert reach(0.9, "Use one hidden layer.").words == (
        "Get at least 90 % of the test rows right. Use one hidden layer."
    )
