"""What an experiment has to reach: a goal is made of checks, each of the finished run, and all of them must hold.

goal("Get at least 95 % of the test rows right.", accuracy(0.95))
reach(0.95, "Keep one hidden layer.", few_units)     # the same, with a check of one's own
"""

from collections.abc import Callable

from core.exercises.exercise import Found, Goal, Judged, Need
from core.experiment import Experiment
from core.phrases import percent
from core.training import Run

Check = Callable[[Run], Judged]  # the last frame's layers alone


def goal(words: str, *checks: Check, points: int = 2) -> Goal:
    """What holds where every check does. A run that did not come to its end reaches nothing."""

    def judge(experiment: Experiment, found: Found) -> Judged:
        (run,) = found[Need(experiment)]
        if run.ended != "finished":
            return Judged(False, f"Training {run.ended}.")
        judged = [check(run) for check in checks]
        return Judged(all(each.right for each in judged), " ".join(each.reason for each in judged))

    return Goal(words, judge, points=points)


def reach(share: float, more: str = "", *checks: Check, points: int = 2) -> Goal:
    """To get so much of the test rows right at the end. more: sentences behind that one, on what else is checked."""
    words = f"Get at least {percent(share)} of the test rows right. {more}".rstrip()
    return goal(words, accuracy(share), *checks, points=points)


def accuracy(at_least: float) -> Check:
    """Whether so much of the test rows is right at the end."""

    def check(run: Run) -> Judged:
        score = float(run.test_accuracy[-1])
        return Judged(
            score >= at_least, f"{percent(score)} of the test rows are right; {percent(at_least)} are asked for."
        )

    return check


def loss(below: float) -> Check:
    """Whether the test loss ends below a number."""

    def check(run: Run) -> Judged:
        value = float(run.test_loss[-1])
        return Judged(value < below, f"The test loss ends at {value:.3g}; less than {below:g} is asked for.")

    return check
