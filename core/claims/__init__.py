"""What the labs claim, each claim with its check: a statement, a measured value and the tolerance that it must keep.

A check computes; it is what a screen, a notebook and a test call, so that none of them can show a verdict that nobody
measured. `LABS` has all of them: for each lab the functions that return its claims, quick ones first.
"""

from collections.abc import Callable, Sequence

from core.claims import activation_outputs, activations, gradient_flow, linear_depth, max_pooling, saturation
from core.claims.claim import Claim

LABS: dict[str, tuple[Callable[[], Sequence[Claim]], ...]] = {
    "activations": (
        activations.claims,
        saturation.claims,
        activation_outputs.claims,
        activation_outputs.counter_examples,
    ),
    "linear_depth": (linear_depth.claims, linear_depth.trained_claims),
    "max_pooling": (max_pooling.claims, max_pooling.trained_claims),
    "gradient_flow": (gradient_flow.claims, gradient_flow.counter_examples, gradient_flow.training_claims),
}

__all__ = ["LABS", "Claim"]
