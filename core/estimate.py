"""How long training over seeds takes, told before it begins."""

from math import ceil

from core.experiment import ENGINES, Experiment
from core.recording import schedule

TOGETHER, QUICK_TOGETHER = 10, 20  # networks that NumPy trains as one; of 20 it is 1.3 times as fast, but
QUICK_STEPS = 6_000  # where each takes more of them, a group of 20 is long before one sees how far it is
STACKED = 40_000  # parameters of them together: beyond, stacking saves nothing
ROWS_HELD = 500_000  # rows x units of them together, at 80 bytes, by tracemalloc: what is held to measure them
MAX_SECONDS = 120.0  # of all seeds


def at_once(experiment: Experiment) -> int:
    """How many seeds of an experiment are trained as one: of scikit-learn a single one."""
    e = experiment
    if e.engine != "numpy":
        return 1
    most = QUICK_TOGETHER if _steps(e) <= QUICK_STEPS else TOGETHER
    return max(1, min(most, STACKED // e.parameters, ROWS_HELD // (e.rows * sum(e.sizes))))


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


def estimated_seconds(experiment: Experiment, together: int = 0) -> float:
    """About how long one seed of an experiment takes, in seconds of one core.

    together: how many seeds are trained as one; 0 stands for as many as there may be (`at_once`).

    Of the recorded frames, the steps with their layers, and the parameters that each row passes. The factors are those
    of 19 experiments on a core that adds five million numbers in Python in 0.3 s: off by at most 2 times there, but
    with GELU by 2.7.
    """
    e, steps = experiment, _steps(experiment)
    together = min(together or at_once(e), at_once(e))
    frames, layers = len(schedule(e.epochs, e.starts)), len(e.sizes) - 1
    passed = e.parameters * (_training_rows(e) * e.epochs + e.rows * frames)
    if e.engine == "numpy":
        return 1e-4 * frames + 1e-3 * frames / together + 1e-5 * layers * steps / together + 3e-10 * passed
    return 5e-4 * frames + 8e-4 * e.epochs + (6e-5 + 2e-5 * layers) * steps + 5e-10 * passed


def _steps(experiment: Experiment) -> int:
    """How many steps the optimizer takes."""
    n = _training_rows(experiment)
    return sum(segment.epochs * ceil(n / min(segment.batch_size, n)) for segment in experiment.segments)


def _training_rows(experiment: Experiment) -> int:
    return max(1, experiment.rows * experiment.train_share // 100)


def _minutes(seconds: float) -> str:
    if seconds < 180:  # else just beyond the limit would read like the limit
        return f"{ceil(seconds)} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.0f} hours"
