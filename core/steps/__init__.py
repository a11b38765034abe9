"""One batch of a training by hand: what went forward, what came back, and the step that every parameter took."""

from core.steps.batch import Batch, traced, unflatten
from core.steps.checking import Check, central_difference
from core.steps.lines import PARTS, Line, explained
from core.steps.picks import Pick, fitting, picked
from core.steps.tracing import Moment, moments, training

__all__ = [
    "PARTS",
    "Batch",
    "Check",
    "Line",
    "Moment",
    "Pick",
    "central_difference",
    "explained",
    "fitting",
    "moments",
    "picked",
    "traced",
    "training",
    "unflatten",
]
