"""Names at the ends of lines: at the height of the line where there is room, never over each other."""

from typing import Any

import numpy as np
import pytest

from core.figures.chart import Scale
from core.figures.labels import AROUND, LEGEND, LINE, at_ends, spread

HEIGHT = 300
LINEAR: dict[str, Any] = {"type": "linear", "range": [0.0, 2.0]}


def places(layout: dict[str, Any]) -> dict[str, float]:
    return {note["text"].split("</span> ")[1]: note["y"] for note in layout["annotations"]}


def test_a_name_is_at_the_height_of_the_last_value_that_is_drawn() -> None:
    lines = [("a", np.array([9.0, 1.5]), "#111111"), ("b", np.array([0.5, np.nan]), "#222222")]
    assert places(at_ends(lines, LINEAR, 256)) == {"a": 0.75, "b": 0.25}
    log: dict[str, Any] = {"type": "log", "range": [-4.0, 0.0]}
    assert places(at_ends([("a", np.array([1.0, 1e-3, 0.0]), "#111111")], log, 256)) == {"a": pytest.approx(0.25)}


def test_a_line_without_values_has_no_name() -> None:
    assert at_ends([("a", np.full(3, np.nan), "#111111")], LINEAR, 256)["annotations"] == []


def test_names_of_lines_that_end_together_are_below_each_other() -> None:
    lines = [(name, np.array([1.0]), "#111111") for name in "abc"]
    found = sorted(places(at_ends(lines, LINEAR, 256)).values())
    assert np.diff(found) == pytest.approx([LINE / (256 - AROUND)] * 2)


def test_a_longer_name_has_more_room() -> None:
    short, long = (at_ends([(name, np.ones(2), "#111111")], LINEAR, 256)["margin"]["r"] for name in ("a", "a" * 20))
    assert long > short + 100


@pytest.mark.parametrize(
    ("places", "moved"),
    [
        ([], []),
        ([0.2, 0.8], [0.2, 0.8]),
        ([0.5, 0.5], [0.5, 0.6]),
        ([0.95, 1.0], [0.9, 1.0]),
        ([-3.0, 7.0], [0.0, 1.0]),
        ([1.0, 1.0, 1.0], [0.8, 0.9, 1.0]),
    ],
)
def test_places_are_apart_and_within(places: list[float], moved: list[float]) -> None:
    assert spread(places, 0.1) == pytest.approx(moved)


def placed(values: list[float], log: bool = False, legend: bool = False) -> list[float]:
    """Where the names of lines that end at these values stand, in the lines' order: pixels above the plot's bottom."""
    axis = Scale(10, 0.01 if log else 0, 100, log).values_axis("")
    lines = [(str(number), np.array([value]), "#000000") for number, value in enumerate(values)]
    found = places(at_ends(lines, axis, HEIGHT, legend))
    return [found[name] * (HEIGHT - AROUND - LEGEND * legend) for name, _, _ in lines if name in found]


@pytest.mark.parametrize("legend, room", [(False, 244), (True, 210)])
def test_names_stand_at_the_ends_of_their_lines(legend: bool, room: int) -> None:
    assert placed([0, 50, 100], legend=legend) == pytest.approx([0, room / 2.1, room / 1.05])
    expected = [room * (0.2 + 2 * k) / 4.4 for k in range(3)]
    assert placed([0.01, 1, 100], log=True, legend=legend) == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("values", [[50, 50, 50], [100, 100, 99], [0, 0, 1e-9], [40, 45, 41, 44], [0] * 13])
def test_names_never_lie_on_each_other(values: list[float]) -> None:
    heights = placed(values, legend=True)
    assert len(heights) == len(values)
    gaps = np.diff(sorted(heights))
    assert (gaps >= LINE - 1e-9).all() and min(heights) >= 0 and max(heights) <= HEIGHT - AROUND - LEGEND + 1e-9
    assert all(heights[i] < heights[j] for i, v in enumerate(values) for j, w in enumerate(values) if v < w)


def test_where_names_have_no_room_the_first_and_the_last_line_have_one() -> None:
    lines = [(f"layer {number}", np.array([1.0]), "#000000") for number in range(40)]
    assert set(places(at_ends(lines, LINEAR, 280))) == {"layer 0", "layer 39"}


def test_the_legend_is_there_where_it_is_asked_for() -> None:
    assert [at_ends([], LINEAR, 280, legend)["showlegend"] for legend in (False, True)] == [False, True]
