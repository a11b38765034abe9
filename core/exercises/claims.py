"""Checks of what explanations of exercises say, where no lab has them."""

import numpy as np
from scipy.special import expit

from core.claims import Claim
from core.experiment import Experiment
from core.training import prepare


def two_units_claim() -> Claim:
    """From any point of a class there is a way on which two tanh units never leave it, however far it goes."""
    random = np.random.RandomState(0)
    W, b, v = random.normal(size=(1000, 2, 2)), random.normal(size=(1000, 2)), random.normal(size=(1000, 2))
    start = random.uniform(-3, 3, (1000, 2))
    along = np.stack([-W[:, 1, 0], W[:, 0, 0]], axis=1)  # the first unit, of weights W[:, :, 0], stays the same
    along *= np.sign(v[:, 1] * np.einsum("ni,ni->n", along, W[:, :, 1]))[:, None]  # the second adds to the output
    far = np.logspace(-2, 2, 60)
    x = start[:, None] + far[None, :, None] * along[:, None]
    output = np.einsum("ntj,nj->nt", np.tanh(np.einsum("nti,nij->ntj", x, W) + b[:, None]), v)
    return Claim(
        "Along a line on which one of two tanh units stays the same, the other moves the output one way alone.",
        "largest step back on such a line, 1,000 networks",
        float(np.maximum(0.0, -np.diff(output, axis=1)).max()),
        1e-12,
    )


def tanh_slope_claim() -> Claim:
    """The slope of tanh written with the logistic, against its central difference."""
    x, h = np.linspace(-6, 6, 1201), 1e-5
    difference = (np.tanh(x + h) - np.tanh(x - h)) / (2 * h)
    return Claim(
        r"$\tanh' x = 4\,s(2x)\,(1 - s(2x))$.",
        "largest difference to a central difference, 1,201 points",
        float(np.abs(4 * expit(2 * x) * (1 - expit(2 * x)) - difference).max()),
        1e-9,
    )


def circle_is_a_line_claim() -> Claim:
    """In the plane of the squares a line separates disc and ring."""
    data = prepare(Experiment())
    X, y = np.vstack([data.X_train, data.X_test]), np.concatenate([data.y_train, data.y_test])
    sums = (X**2).sum(axis=1)
    return Claim(
        "In the plane of $x_1^2$ and $x_2^2$ a line $x_1^2 + x_2^2 = r^2$ separates disc and ring.",
        "gap between the largest sum of squares of one class and the smallest of the other",
        float(max(sums[y == 0].min() - sums[y == 1].max(), sums[y == 1].min() - sums[y == 0].max())),
        0.0,
        at_least=True,
    )
