"""How long training over seeds takes, told before it begins."""

from math import ceil

from core.experiment import ENGINES, Experiment
from core.training import schedule

TOGETHER = 10  # networks that NumPy trains as one: of 20 it is 1.2 times as fast, of 10 one sees how far it is
STACKED = 40_000  # parameters of them together: beyond, stacking saves nothing
ROWS_HELD = 1_000_000  # rows x units of them together, at some 60 bytes: what is held to measure them
MAX_SECONDS = 120.0  # of all seeds


def at_once(experiment: Experiment) -> int:
    """How many seeds of an experiment are trained as one: of scikit-learn a single one."""
    e = experiment
    if e.engine != "numpy":
        return 1
    return max(1, min(TOGETHER, STACKED // e.parameters, ROWS_HELD // (e.rows * sum(e.sizes))))


def refusal(experiment: Experiment, count: int) -> str:
    """Why so many seeds are not trained, in a sentence: they would take too long; empty where they are."""
    each = estimated_seconds(experiment)
    if count * each <= MAX_SECONDS:
        return ""
    fitting = int(MAX_SECONDS / each)
    less = f"{fitting} seeds fit" if fitting > 1 else "fewer epochs, rows or units, or larger batches, would fit"
    return (
        f"{count} seeds of this experiment on {ENGINES[experiment.engine]} would take about {_minutes(count * each)}, "
        f"and at most {MAX_SECONDS / 60:g} minutes are allowed; {less}."
    )


def estimated_seconds(experiment: Experiment) -> float:
    """About how long one seed of an experiment takes, in seconds of one core.

    Of the recorded frames, the steps with their layers, and the parameters that each row passes. The factors are
    those of 19 experiments on a core that adds five million numbers in Python in 0.3 s: off by at most 1.7 times there.
    """
    e = experiment
    n = max(1, e.rows * e.train_share // 100)
    frames, layers = len(schedule(e.epochs)), len(e.sizes) - 1
    steps = sum(segment.epochs * ceil(n / min(segment.batch_size, n)) for segment in e.segments)
    passed = e.parameters * (n * e.epochs + e.rows * frames)
    if e.engine == "numpy":
        return 3e-4 * frames + 1e-5 * layers * steps / at_once(e) + 5e-10 * passed
    return 5e-4 * frames + 8e-4 * e.epochs + (6e-5 + 2e-5 * layers) * steps + 5e-10 * passed


def _minutes(seconds: float) -> str:
    if seconds < 180:  # else just beyond the limit would read like the limit
        return f"{ceil(seconds)} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.0f} hours"
