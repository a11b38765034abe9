"""What the check of an exercise has the workers train, and what there is of it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from core.exercises import Need
from core.exercises.exercise import Found
from core.exercises.registry import claims_of
from core.exercises.trained import refusal
from core.training import Run
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.work import Measurement, Training, Work
from pages.parts.compare import seeds


def work(need: Need) -> Work:
    """The work that trains a need: that of Compare, or of its tab over seeds, so that nothing is trained twice. Here
    somebody waits for it: it takes turns with what others wait for.
    """
    if need.seeds is None:
        return Training(need.experiment)
    return replace(seeds.measurement(need.experiment, need.seeds), idle=False)


def look(needs: Sequence[Need], place: str) -> tuple[list[Look], Found, dict[Need, str]]:
    """What there is of needs, which are trained if they are not yet; and why some are not, in sentences."""
    refused = {need: why for need in needs if (why := refusal(need))}
    asked = [need for need in needs if need not in refused]
    looks = screen.look([work(need) for need in asked], place)
    return looks, found(asked, looks), {**refused, **_ended_early(asked, looks)}


def found(needs: Sequence[Need], looks: Sequence[Look]) -> Found:
    """The runs of the needs that are through."""
    runs = {need: _runs(each) for need, each in zip(needs, looks, strict=True)}
    return {need: known for need, known in runs.items() if known}


def checks(id: str, handle: str) -> Measurement:
    """The checks of what the explanation of an exercise says."""
    return Measurement(f"checks of exercise {id} {handle}", "Measuring the checks", [partial(claims_of, id, handle)])


def _runs(look: Look) -> tuple[Run, ...]:
    if isinstance(look.work, Training):
        is_through = look.outcome and look.state in ("finished", "diverged")
        return (look.outcome.run,) if look.outcome and is_through else ()
    return tuple(each.run for group in look.found for each in group) if look.complete else ()


def _ended_early(needs: Sequence[Need], looks: Sequence[Look]) -> dict[Need, str]:
    words = {"stopped": "Training was stopped.", "failed": "Training failed; the server’s log says why."}
    return {need: words[look.state] for need, look in zip(needs, looks, strict=True) if look.state in words}
