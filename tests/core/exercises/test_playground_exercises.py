"""Exercises with TensorFlow Playground's rules: its published settings, and how the fewest units are judged."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.exercises import EXERCISES, Need, graded
from core.exercises.playground import XOR
from core.experiment import changed
from core.playground_link import parse_link
from core.presets import PRESETS
from core.training import Run, train
from tests.core.exercises.solving import HANDLES, grade

WILD = json.loads((Path(__file__).parents[2] / "fixtures" / "tensorflow_playground_wild.json").read_text())
SMALL = changed(EXERCISES["T2"].task().start, dataset="circle")


def test_without_a_handle_the_fewest_units_are_asked_of_the_preset_whose_numbers_are_known() -> None:
    pair, seeds = PRESETS["units"].pair, PRESETS["units"].view.seeds  # 1 and 13 of 20: tests/core/test_seeds.py
    four = changed(pair.b, order_after=0)  # this optimizer walks the rows as they are
    assert EXERCISES["X1"].task().parts[0].needs("4") == (Need(four, seeds), Need(pair.a, seeds))


def test_the_first_network_starts_from_the_points_of_the_published_link() -> None:
    (link,) = (each["text"] for each in WILD["links"] if each["id"] == "L103")  # the same points, another network
    published = changed(parse_link(link)[0], hidden=(1,), activation="identity", epochs=500)
    assert EXERCISES["T1"].task().start == published


@pytest.mark.parametrize(
    "answer, with_n, with_fewer, right",
    [("4", 10, 9, True), ("4", 9, 0, False), ("4", 20, 10, False), ("1", 10, None, True), ("1", 9, None, False)],
)
def test_the_fewest_are_those_with_which_half_get_there_and_with_one_less_not(
    answer: str, with_n: int, with_fewer: int | None, right: bool
) -> None:
    task = EXERCISES["X1"].task()
    needs = task.parts[0].needs(answer)
    counts = [with_n] if with_fewer is None else [with_n, with_fewer]
    assert [need.experiment.hidden for need in needs] == [(int(answer) - less,) for less in range(len(counts))]
    found = {need: ending(count) for need, count in zip(needs, counts, strict=True)}
    assert (graded(task, {1: answer}, None, found).points == 1) is right


@pytest.mark.parametrize("handle", HANDLES[:4])
def test_a_feature_cross_is_set_by_hand_and_nothing_is_trained(handle: str) -> None:
    task = EXERCISES["T2"].task(handle)
    assert task.start and task.by_hand
    assert task.opens["edit"] == "true"
    assert grade(task, {1: "3"}, changed(task.start, epochs=100)).marks[-1].verdict == "not allowed"
    assert grade(task, {1: "3"}, task.start).marks[-1].verdict == "wrong"


def ending(reached: int) -> list[Run]:
    """20 runs of which so many get below the threshold."""
    run = train(SMALL)
    return [replace(run, test_loss=run.test_loss * 0 + (0.0 if i < reached else 1.0)) for i in range(XOR.count)]
