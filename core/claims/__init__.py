"""What the labs claim, each claim with its check: a statement, a measured value and the tolerance that it must keep.

A check computes; it is what a screen, a notebook and a test call, so that none of them can show a verdict that nobody
measured. `LABS` has all of them: for each lab the functions that return its claims, quick ones first. What trains for
long is several functions, for who waits for it and for who leaves in between.
"""

from collections.abc import Callable, Sequence
from functools import partial

from core.claims import activation_outputs, activations, gradient_flow, linear_depth, max_pooling, saturation
from core.claims.claim import Claim

LABS: dict[str, tuple[Callable[[], Sequence[Claim]], ...]] = {
    "activations": (
        activations.claims,
        saturation.claims,
        activation_outputs.claims,
        activation_outputs.counter_examples,
    ),
    "linear_depth": (
        linear_depth.claims,
        *(partial(linear_depth.trained_claims, rows, "identity") for rows in linear_depth.TRAINED),
        *(partial(linear_depth.trained_claims, rows, "tanh") for rows in linear_depth.BENT),
        linear_depth.learning_claims,
    ),
    "max_pooling": (
        max_pooling.claims,
        *(partial(max_pooling.train_split, split) for split in max_pooling.SPLITS),
        max_pooling.trained_claims,
    ),
    "gradient_flow": (
        gradient_flow.claims,
        gradient_flow.counter_examples,
        gradient_flow.training_claims,
        gradient_flow.learning_claims,
    ),
}

__all__ = ["LABS", "Claim"]
