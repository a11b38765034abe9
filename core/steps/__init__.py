"""One batch of a training by hand: what went forward, what came back, and the step that every parameter took."""

from core.steps.batch import Batch, Moment, traced, unflatten
from core.steps.checking import Check, central_difference
from core.steps.lines import PARTS, Line, explained
from core.steps.shown import Shown, shown
from core.steps.tracing import Walk, moments, training

__all__ = [
    "PARTS",
    "Batch",
    "Check",
    "Line",
    "Moment",
    "Shown",
    "Walk",
    "central_difference",
    "explained",
    "moments",
    "shown",
    "traced",
    "training",
    "unflatten",
]
