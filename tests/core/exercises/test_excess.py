"""X4: two runs beside the claimed rate come to the same verdict as the largest second derivative of the loss."""

import numpy as np
import pytest

from core.exercises import EXERCISES, Task, graded, needed
from core.training import prepare
from tests.core.exercises.solving import HANDLES, runs


def largest_rate(task: Task) -> float:
    """2 / the largest eigenvalue of the second derivatives, by numerical differences of the loss."""
    assert task.start
    prepared = prepare(task.start)
    X = np.column_stack([prepared.inputs(prepared.X_train), np.ones(len(prepared.y_train))])

    def loss(w: np.ndarray) -> float:
        return float(np.mean((X @ w - prepared.y_train) ** 2) / 2)

    unit = np.eye(X.shape[1])
    H = [[loss(a + b) - loss(a) - loss(b) + loss(0 * a) for a in unit] for b in unit]  # exact: it is quadratic
    return 2 / float(np.linalg.eigvalsh(H)[-1])


@pytest.mark.parametrize("handle", HANDLES[:8])
@pytest.mark.parametrize("share, verdict", [(-1.1, "wrong"), (-0.9, "right"), (0.9, "right"), (1.1, "wrong")])
def test_a_claim_is_right_within_its_tolerance_of_the_largest_rate(handle: str, share: float, verdict: str) -> None:
    task = EXERCISES["X4"].task(handle)
    tolerance = task.parts[0].kind.tolerance  # type: ignore[attr-defined]
    answers = {1: repr(largest_rate(task) + share * tolerance)}
    found = graded(task, answers, None, {need: runs(need) for need in needed(task, answers, None)})
    assert found.marks[0].verdict == verdict, found.marks[0].reason
