"""Workers with limits: what takes too long, needs too much or ends its process is refused, and the rest is done."""

import os
from pathlib import Path

import pytest

from core.exercises.pool import Limits, Refused, cores, outcomes
from tests.core.exercises.hostile import done

QUICK = Limits(seconds=0.3, clock=60, memory=800_000_000)


def test_what_is_hostile_is_refused_and_costs_nothing_else(tmp_path: Path) -> None:
    once = f"dies-once {tmp_path}/file"
    kinds = ["busy", "good 1", "hungry", "good 2", "dies", "good 3", "fails", "noisy", once, "threads"]
    found = dict(outcomes(done, kinds, QUICK, workers=2))
    assert found == {
        "busy": Refused("Not graded: training takes more than 0.3 s of the processor."),
        "hungry": Refused("Not graded: training needs more memory than is allowed."),
        "dies": Refused("Not graded: training ended its process 2 times."),
        "fails": Refused("Not graded: training failed with ArithmeticError: no such number."),
        "threads": "1",
        **{kind: kind for kind in ("good 1", "good 2", "good 3", "noisy", once)},
    }


def test_what_only_waits_is_refused_by_the_clock_and_its_worker_ends() -> None:
    found = dict(outcomes(done, ["asleep"], Limits(clock=0.2), workers=1))
    assert found == {"asleep": Refused("Not graded: training takes more than 0.2 s.")}


def test_a_worker_does_one_after_the_other_and_ends_with_who_asked() -> None:
    asked = outcomes(done, ["process 1", "process 2", "asleep"], workers=1)
    (_, one), (_, other) = next(asked), next(asked)
    assert one == other
    asked.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(one)), 0)


def test_nothing_to_do_starts_nothing() -> None:
    assert list(outcomes(done, [])) == []
    assert cores() >= 1
