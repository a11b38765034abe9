"""How long training over seeds takes: what is refused, with which sentence, and what would fit."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.estimate import MAX_SECONDS, estimated_seconds, refusal
from core.experiment import ENGINES, MAX_EPOCHS, MAX_WORK, Experiment, changed
from core.reach import MOST, Seeds
from core.seeds import train
from core.sides import on_engine
from tests.core.strategies import experiments

ENGINE = pytest.mark.parametrize("engine", list(ENGINES))
WIDEST = Experiment(hidden=(64,) * 10).parameters
LARGEST = {
    "widest": {"hidden": (64,) * 10, "rows": 5000, "epochs": int(MAX_WORK / 5000 / WIDEST)},
    "most rows in batches of one": {"rows": 5000, "train_share": 99, "batch_size": 1, "epochs": MAX_EPOCHS},
}
SENTENCE = re.compile(
    r"(\d+) seeds of this experiment on (NumPy|scikit-learn) would take about (\d+) (seconds|minutes|hours), and at "
    r"most 2 minutes are allowed; (?:(\d+) seeds fit|fewer epochs, rows or units, or larger batches, would fit)\."
)
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}


@ENGINE
@pytest.mark.parametrize("changes", LARGEST.values(), ids=LARGEST)
def test_the_largest_experiments_are_refused_before_anything_is_trained(changes: dict, engine: str) -> None:
    experiment = on_engine(changed(Experiment(), **changes), engine)
    said = refusal(experiment, MOST)
    assert SENTENCE.fullmatch(said).group(1, 2) == (str(MOST), ENGINES[engine])
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        train(experiment, Seeds(MOST))


@ENGINE
def test_the_default_experiment_is_trained_with_as_many_seeds_as_there_may_be(engine: str) -> None:
    assert refusal(Experiment(engine=engine), MOST) == ""


# A sentence of 60 seeds that names what fits, one that can not, and one just beyond the limit.
@example(changed(Experiment(), **LARGEST["widest"]), MOST)
@example(changed(Experiment(), **LARGEST["most rows in batches of one"]), 2)
@example(changed(Experiment(engine="sklearn"), epochs=1580), 20)
@given(experiments(), st.integers(2, MOST))
def test_what_is_refused_is_beyond_the_limit_and_what_is_said_to_fit_fits(experiment: Experiment, count: int) -> None:
    said = refusal(experiment, count)
    assert bool(said) == (count * estimated_seconds(experiment) > MAX_SECONDS)
    if said:
        number, _, time, unit, fitting = SENTENCE.fullmatch(said).groups()
        assert int(number) == count
        assert int(time) * SECONDS[unit] == pytest.approx(count * estimated_seconds(experiment), rel=0.34)
        assert int(time) * SECONDS[unit] > MAX_SECONDS
        fits = int(fitting or 1)
        assert fits < count and (fits == 1 or not refusal(experiment, fits))
        assert refusal(experiment, fits + 1)


@ENGINE
@pytest.mark.parametrize(
    "changes", [{}, {"hidden": (64, 64)}, {"batch_size": 5000}, {"batch_size": 1, "train_share": 9}]
)
@pytest.mark.parametrize("more", [{"rows": 1000}, {"epochs": 400}, {"epochs": 201}, {"hidden": (64, 64, 64)}])
def test_more_rows_epochs_or_parameters_take_longer(engine: str, changes: dict, more: dict) -> None:
    experiment = changed(Experiment(engine=engine), **changes)
    assert estimated_seconds(changed(experiment, **more)) > estimated_seconds(experiment) > 0
