import re
from typing import Any

import numpy as np
import pandas
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.experiment import Experiment, changed
from core.figures.palette import MISSED, REACHED, faint
from core.figures.seeds import (
    ACCURACY,
    GRADIENT,
    LOSS,
    R_SQUARED,
    Measure,
    Seeded,
    by_epoch,
    describe_seed_curves,
    quartiles,
    seed_curves,
)
from core.training import train_together

INF = np.inf
EPOCHS = np.array([0, 1, 2, 5])


def side(
    name: str, ends: list[float], reached: int, start: float = 0.5, lengths: dict[int, int] | None = None
) -> Seeded:
    """Runs from `start` to each end, the first `reached` of which reached it; lengths: of runs that ended early."""
    length = [(lengths or {}).get(i, len(EPOCHS)) for i in range(len(ends))]
    values = [np.linspace(start, end, len(EPOCHS))[:n] for end, n in zip(ends, length, strict=True)]
    flags = np.arange(len(ends)) < reached
    return Seeded(name, range(7, 7 + len(ends)), [EPOCHS[:n] for n in length], values, flags)


def drawn(figure: go.Figure, what: str) -> list[Any]:
    """The traces of `bands`, `lines` (thin), `medians` or `keys` (in the legend)."""
    kinds = {
        "keys": lambda t: t.showlegend is not False,
        "bands": lambda t: t.showlegend is False and t.fill == "toself",
        "medians": lambda t: (t.name or "").startswith("median"),
        "lines": lambda t: t.customdata is not None,
    }
    return [trace for trace in figure.data if kinds[what](trace)]


@settings(max_examples=60)
@given(arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=st.floats(-1e6, 1e6)))
def test_quartiles_are_those_of_pandas(values: np.ndarray) -> None:
    theirs = pandas.DataFrame(values).quantile([0.25, 0.5, 0.75]).to_numpy()
    np.testing.assert_allclose(quartiles(values), theirs, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1, 2, 3, INF], [1, 2, 3]),  # the infinite neighbour has no weight
        ([0, 1, 2, INF, INF], [1, 2, INF]),
        ([0, 1, 2, INF], [0.75, 1.5, INF]),  # a quarter of 2 and three quarters of infinity
        ([0, 1, INF, INF], [0.75, INF, INF]),
        ([INF, INF, INF], [INF, INF, INF]),
        ([-INF, 0, 1, 2], [-INF, 0.5, 1.25]),
        ([-INF, -INF, 1, 2, 3], [-INF, 1, 2]),
        ([5], [5, 5, 5]),
    ],
)
def test_an_infinite_neighbour_makes_a_quartile_infinite_where_it_has_weight(
    values: list[float], expected: list[float]
) -> None:
    shuffled = np.array(values, dtype=float)[::-1, None]
    assert quartiles(shuffled)[:, 0].tolist() == expected


@given(st.lists(st.sampled_from([0.0, 1e308, 1e-300, INF]), min_size=1, max_size=9))
def test_quartiles_are_never_not_a_number(values: list[float]) -> None:
    assert not np.isnan(quartiles(np.array(values)[:, None])).any()
    assert not np.isnan(quartiles(-np.array(values)[:, None])).any()


def test_a_run_counts_as_the_worst_from_where_it_ended() -> None:
    runs = side("A", [1, 1], 1, lengths={1: 2})
    runs.values[0][1] = np.nan
    table = by_epoch(runs, INF)
    assert table[1].tolist() == [*runs.values[1], INF, INF]
    assert np.isinf(table[0, 1]) and np.isfinite(np.delete(table[0], 1)).all()


def test_each_run_is_a_line_of_its_own_in_the_colour_of_its_group() -> None:
    runs = side("A", [1.0, 0.9, 0.6], 2, lengths={2: 2})
    (figure,) = seed_curves([runs], ACCURACY, "test accuracy")
    reached, missed = drawn(figure, "lines")
    assert (reached.line.color, missed.line.color) == (faint(REACHED, 0.9), faint(MISSED, 0.9))
    for line, members in ((reached, [0, 1]), (missed, [2])):
        y, ends = np.array(line.y), np.flatnonzero(np.isnan(line.y))
        assert len(ends) == len(members)
        for i, part, x, seeds in zip(
            members, *(np.split(np.array(v), ends + 1)[:-1] for v in (y, line.x, line.customdata)), strict=True
        ):
            assert np.array_equal(part[:-1], runs.values[i])
            assert np.array_equal(x[:-1], runs.epochs[i])
            assert set(seeds) == {runs.seeds[i]}


def test_a_group_of_five_has_a_median_and_a_band_and_one_of_four_has_neither() -> None:
    runs = side("A", [0.96, 0.97, 0.98, 0.99, 1.0, 0.5, 0.6, 0.7, 0.8], 5)
    (figure,) = seed_curves([runs], ACCURACY, "test accuracy")
    (median,), (band,) = drawn(figure, "medians"), drawn(figure, "bands")
    table = pandas.DataFrame(runs.values[:5])
    assert median.line.color == REACHED and median.line.width >= 3
    np.testing.assert_allclose(median.y, table.median())
    low, high = table.quantile([0.25, 0.75]).to_numpy()
    np.testing.assert_allclose(band.y, [*high, *low[::-1]])
    assert [key.name for key in drawn(figure, "keys")] == ["middle half of the 5 that reached it", "4 that did not"]


@pytest.mark.parametrize(("reached", "words"), [(6, "that reached it"), (0, "that did not")])
def test_where_all_or_none_reached_it_there_is_one_group(reached: int, words: str) -> None:
    (figure,) = seed_curves([side("", [0.9] * 6, reached)], ACCURACY, "test accuracy")
    assert [key.name for key in drawn(figure, "keys")] == [f"middle half of the 6 {words}"]
    assert figure.layout.yaxis.title.text == "test accuracy"


def test_both_sides_have_one_scale_and_one_frame() -> None:
    a, b = side("A", [0.01] * 5, 5, lengths=dict.fromkeys(range(5), 3)), side("B", [2.0, 3.0], 0)
    figures = seed_curves([a, b], LOSS, "test loss", 0.04)
    for axis in ("xaxis", "yaxis"):
        assert figures[0].layout[axis].range == figures[1].layout[axis].range
    assert figures[0].layout.margin == figures[1].layout.margin
    assert figures[0].layout.height == figures[1].layout.height
    assert figures[0].layout.xaxis.range[1] >= 5 and figures[0].layout.yaxis.range[1] >= 3
    assert [figure.layout.yaxis.title.text for figure in figures] == ["test loss of A", "test loss of B"]


@pytest.mark.parametrize(
    ("measure", "ends", "kind"),
    [
        (LOSS, [0.1, 4.9], "linear"),
        (LOSS, [0.1, 5.1], "log"),
        (GRADIENT, [0.1, 0.2], "log"),
        (ACCURACY, [1, 0], "linear"),
    ],
)
def test_the_axis_is_logarithmic_for_gradients_and_for_a_loss_that_rose_tenfold(
    measure: Measure, ends: list[float], kind: str
) -> None:
    (figure,) = seed_curves([side("A", ends, 1)], measure, "it")
    assert figure.layout.yaxis.type == kind


def test_r_squared_far_below_zero_leaves_the_chart_and_the_axis_says_so() -> None:
    (figure,) = seed_curves([side("A", [0.9, -40.0], 1)], R_SQUARED, "R²")
    assert figure.layout.yaxis.range[0] == -1
    assert figure.layout.yaxis.title.text == "R² of A (below -1 not shown)"
    (figure,) = seed_curves([side("A", [0.9, -0.4], 1)], R_SQUARED, "R²")
    assert figure.layout.yaxis.title.text == "R² of A"


@pytest.mark.parametrize(("measure", "edge"), [(LOSS, 1), (R_SQUARED, 0), (ACCURACY, 0)])
def test_of_diverged_runs_the_band_ends_at_the_worse_edge(measure: Measure, edge: int) -> None:
    runs = side("A", [0.4] * 6, 0, lengths=dict.fromkeys(range(4), 2))
    (figure,) = seed_curves([runs], measure, "it")
    (band,), (median,) = drawn(figure, "bands"), drawn(figure, "medians")
    assert np.isfinite(band.y).all()
    assert figure.layout.yaxis.range[edge] in (band.y[2], band.y[-3])  # the upper or the lower quartile of epoch 2
    assert np.isnan(median.y[2:]).all() if np.isinf(measure.worst) else (np.array(median.y[2:]) == 0).all()
    text = describe_seed_curves(runs, measure, "it")
    assert "4 diverged and count as" in text
    assert ("the band ends at the chart's edge" in text) == bool(np.isinf(measure.worst))


@pytest.mark.parametrize(("measure", "threshold", "place"), [(ACCURACY, 0.95, 0.95), (GRADIENT, 0.01, -2)])
def test_the_threshold_is_a_line_with_its_value(measure: Measure, threshold: float, place: float) -> None:
    (figure,) = seed_curves([side("A", [1.0], 1)], measure, "it", threshold)
    (line,), (text,) = figure.layout.shapes, figure.layout.annotations
    assert line.y0 == line.y1 == threshold
    assert text.y == pytest.approx(place) and text.text == measure.written(threshold)
    low, high = figure.layout.yaxis.range
    assert low <= place <= high


def test_a_log_axis_has_no_threshold_of_zero() -> None:
    (figure,) = seed_curves([side("A", [1.0], 1)], GRADIENT, "it", 0.0)
    assert not figure.layout.shapes


def test_the_sentence_has_the_figures_of_each_group() -> None:
    runs = side("B", [0.96, 0.97, 0.98, 0.99, 1.0, 0.5, 0.7], 5)
    assert describe_seed_curves(runs, ACCURACY, "test accuracy") == (
        "B: test accuracy of 7 seeds. Of the 5 that reached the threshold the middle half end between 97 % and 99 %, "
        "the median at 98 %. The 2 that did not ended between 50 % and 70 %."
    )


def test_only_a_whole_share_is_100_percent() -> None:
    assert [ACCURACY.written(value) for value in (0.9999, 1.0, 0.984, 0.0)] == ["99.9 %", "100 %", "98.4 %", "0 %"]
    assert [LOSS.written(value) for value in (INF, 0.123456)] == ["infinity", "0.123"]
    assert R_SQUARED.written(-INF) == "minus infinity"


@settings(max_examples=30, deadline=None)
@given(
    arrays(float, st.tuples(st.integers(1, 7), st.integers(1, 5)), elements=st.sampled_from([0, 1e-300, 1, 1e30, INF])),
    st.sampled_from([ACCURACY, R_SQUARED, LOSS, GRADIENT]),
    st.integers(0, 7),
    st.none() | st.just(0.5),
)
def test_whatever_was_measured_can_be_drawn_and_described(
    values: np.ndarray, measure: Measure, reached: int, threshold: float | None
) -> None:
    n, frames = values.shape
    runs = Seeded("A", range(n), [np.arange(frames)] * n, list(values), np.arange(n) < reached)
    (figure,) = seed_curves([runs], measure, "it", threshold)
    assert np.isfinite(figure.layout.yaxis.range).all()
    assert "nan" not in describe_seed_curves(runs, measure, "it")


def test_sixty_runs_are_few_traces_and_little_to_send() -> None:
    rng = np.random.default_rng(0)
    runs = Seeded("A", range(60), [np.arange(121)] * 60, list(rng.random((60, 121))), np.arange(60) < 30)
    (figure,) = seed_curves([runs], GRADIENT, "it")
    assert len(figure.data) <= 8
    assert len(figure.to_json()) < 400_000


def test_trained_runs_as_pandas_has_them() -> None:
    base = changed(Experiment(), dataset="xor", data_seed="1", epochs=30)
    trained = train_together([changed(base, seed=seed) for seed in range(1, 9)])
    losses = [run.test_loss for run in trained]
    runs = Seeded("A", range(1, 9), [run.epochs for run in trained], losses, np.ones(8, dtype=bool))
    (figure,) = seed_curves([runs], LOSS, "test loss")
    (median,) = drawn(figure, "medians")
    np.testing.assert_allclose(median.y, pandas.DataFrame(losses).median(), rtol=1e-12)
    shown = re.findall(r"[\d.]+\d", describe_seed_curves(runs, LOSS, "test loss"))
    assert shown == [f"{pandas.Series([loss[-1] for loss in losses]).quantile(q):.3g}" for q in (0.25, 0.75, 0.5)]
