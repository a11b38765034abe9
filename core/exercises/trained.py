"""What a check needs, trained: one run, or one for each seed."""

from collections.abc import Generator

from core.estimate import estimated_seconds
from core.exercises.exercise import Need
from core.seeds import experiments, groups, runs_of
from core.training import Run, completed, training, without_weights

LONGEST_S = 20.0  # that a need may take, by estimate: what a student may try, and a class of thirty hands in


def trained(need: Need) -> Generator[None, None, tuple[Run, ...]]:
    """Train what is needed: it yields where it may be left. Runs have the layers of their last frame alone."""
    if need.seeds is None:
        return (without_weights((yield from training(need.experiment))),)
    runs: list[Run] = []
    for group in groups(experiments(need.seeds, need.experiment)):
        runs += yield from runs_of(group)
    return tuple(runs)


def refusal(need: Need) -> str:
    """Why a need is not trained, in a sentence: it would take too long; empty where it is."""
    seconds = estimated_s(need)
    if seconds <= LONGEST_S:
        return ""
    return f"Not graded: training would take about {seconds:.0f} s, and at most {LONGEST_S:.0f} s are allowed."


def estimated_s(need: Need) -> float:
    """About how long it takes to train a need, in seconds of one core."""
    count = need.seeds.count if need.seeds else 1
    return count * estimated_seconds(need.experiment, count)


def runs(need: Need) -> tuple[Run, ...]:
    """What is needed, trained at once."""
    return completed(trained(need))
