"""Names at the ends of lines: at the height of the line where there is room, never over each other."""

from typing import Any

import numpy as np
import pytest

from core.figures.labels import AROUND, LINE, at_ends, spread

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
