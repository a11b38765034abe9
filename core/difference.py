"""How far the weights of A and B lie apart, epoch by epoch, and whether rounding can be what parts them.

Two engines sum in another order, so each step rounds otherwise, and training can make such a difference grow. Whether
that is all is not to be read off its size. So it is tried: the same run with every weight moved by one rounding after
each epoch goes as far from itself as rounding alone can drive it.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from core.engines.start import first_layers
from core.experiment import Experiment
from core.link import differences
from core.network import Layers
from core.phrases import scientific
from core.rounding import AS_IN_TRAINING, again, move
from core.training import Run

EQUAL = 1e-10  # weights that differ by no more are called equal
EPS = float(np.finfo(float).eps)  # of a weight: one rounding
# More than so many times what rounding does is not rounding. Of 18 pairs (0 to 10 hidden layers of 4 to 32, tanh, ReLU
# and logistic, SGD, Nesterov and Adam, batches of 1 to all rows) one reached 41, one 5, the others at most 2.
LARGEST_EXCESS = 1e3
FEWEST, LEAST_FIT = 4, 0.8  # points of a fit, and the share of their variance that its line explains


@dataclass(frozen=True, eq=False)
class Differences:
    """The largest absolute difference (T,) between weights or biases of A and B at the epochs (T,) recorded of both.

    rounding (T,): what rounding alone can make of it up to there, never less than EPS times the largest weight; None
    where A and B differ in more than their engine.
    """

    epochs: np.ndarray
    largest: np.ndarray
    rounding: np.ndarray | None = None


def not_subtracted(a: Experiment, b: Experiment) -> str:
    """Why the weights of two experiments are not subtracted, in a sentence; empty where they are."""
    if a.sizes != b.sizes:
        shapes = (" – ".join(map(str, experiment.sizes)) for experiment in (a, b))
        return "Networks of different shape can not be subtracted: A is {}, B is {}.".format(*shapes)
    starts = zip(first_layers(a), first_layers(b), strict=True)
    if not all(np.array_equal(W, V) and np.array_equal(c, d) for (W, c), (V, d) in starts):
        return "A and B start from different weights, so no weight of A has its counterpart in B."
    return ""


def only_engines_differ(a: Experiment, b: Experiment) -> bool:
    """Whether two experiments differ in their engine and in nothing else: then rounding alone may part them."""
    return [label for label, _, _ in differences(a, b)] == ["Engine"]


def by_epoch(a: Run, b: Run) -> Generator[None, None, Differences]:
    """Measure two runs of one shape, both with the layers of all frames. It yields where it may be left."""
    epochs, of_a, of_b = np.intersect1d(a.epochs, b.epochs, return_indices=True)
    with np.errstate(over="ignore"):  # the difference of two of the largest numbers is none
        gaps = [largest_difference(a.layers[i], b.layers[j]) for i, j in zip(of_a, of_b, strict=True)]
    largest = np.minimum(gaps, np.finfo(float).max)
    if not only_engines_differ(a.experiment, b.experiment):
        return Differences(epochs, largest)
    run, frames = (a, of_a) if a.experiment.engine == "numpy" else (b, of_b)
    rounding = yield from _rounding(run, frames)
    return Differences(epochs, largest, rounding)


def largest_difference(a: Layers, b: Layers) -> float:
    """The largest absolute difference between weights or biases of two networks of one shape; NaN where one is NaN."""
    pairs = [pair for layers in zip(a, b, strict=True) for pair in zip(*layers, strict=True)]
    return float(np.max([np.abs(v - w).max(initial=0.0) for v, w in pairs]))


def beyond_rounding(found: Differences) -> int | None:
    """Index of the first epoch at which the difference is more than rounding can make of it; None where there is none.

    Nor is there one where rounding is not measured.
    """
    if found.rounding is None:
        return None
    beyond = np.flatnonzero(found.largest > LARGEST_EXCESS * found.rounding)
    return int(beyond[0]) if beyond.size else None


def tenfold_every(found: Differences) -> float | None:
    """In how many epochs the difference grows tenfold: least squares on its logarithm over the part in which it does.

    That part ends before the difference comes to within a tenth of its largest, and begins where it was last within
    ten times its first that is not 0. None where it has too few epochs, or where its growth is no power of a number.
    """
    nonzero = np.flatnonzero(found.largest)
    if not nonzero.size:
        return None
    end = int(np.flatnonzero(found.largest >= found.largest.max() / 10)[0])
    small = np.flatnonzero(found.largest[:end] <= 10 * found.largest[nonzero[0]])
    part = [i for i in range(int(small[-1]), end) if found.largest[i] > 0] if small.size else []
    if len(part) < FEWEST:
        return None
    epochs, powers = found.epochs[part].astype(float), np.log10(found.largest[part])
    slope, start = np.polyfit(epochs, powers, 1)
    missed = ((powers - start - slope * epochs) ** 2).sum() / ((powers - powers.mean()) ** 2).sum()
    return float(1 / slope) if slope > 0 and 1 - missed >= LEAST_FIT else None


def in_words(found: Differences) -> str:
    """What was measured, in a sentence or two. Rounding is named where it was measured and explains the difference."""
    epochs, largest = found.epochs, found.largest
    if not largest.any():
        return "Equal in every digit at every recorded epoch."
    over, top = np.flatnonzero(largest > EQUAL), int(largest.argmax())
    if over.size:
        equal = f"Equal to 1e-10 up to epoch {epochs[over[0] - 1]:,}"
        end = f" At epoch {epochs[-1]:,} the difference is {_size(largest[-1])}."
    else:
        equal = "Equal to 1e-10 at every recorded epoch"
        end = f" The largest difference is {_size(largest[top])}, at epoch {epochs[top]:,}."
    first = beyond_rounding(found)
    if found.rounding is not None and first is not None:
        return (
            f"{equal}. Not rounding: {_size(largest[first])} at epoch {epochs[first]:,}, where rounding makes "
            f"{_size(found.rounding[first])}."
        )
    if not over.size:
        return f"{equal}.{end}"
    pace = _pace(tenfold_every(found))
    cause = ": rounding." if found.rounding is not None else "."
    return f"{equal}, then {pace}{cause}{end}"


def at_the_end(a: Run, b: Run) -> str:
    """How far apart two runs of one shape ended, in a sentence of Markdown; the end alone does not tell the cause."""
    gap, epoch = largest_difference(a.layers[-1], b.layers[-1]), f"{a.epochs[-1]:,}"
    if gap == 0:
        return f"The weights of A and B are **equal** at epoch {epoch}."
    if gap <= EQUAL:
        return f"The weights of A and B are **equal to {_size(gap)}** at epoch {epoch}."
    return f"The weights of A and B differ by up to **{_size(gap)}** at epoch {epoch}: see A minus B."


def _size(difference: float) -> str:
    """A difference with one digit."""
    if not 0.01 <= difference < 1000:
        return scientific(difference)
    return f"{difference:.0f}" if difference >= 1 else f"{difference:.1g}"


def _pace(epochs: float | None) -> str:
    """The growth, after "then"."""
    if epochs is None:
        return "they part"
    if epochs < 1:
        return "tenfold within an epoch"
    return f"tenfold every {epochs:,.0f} epochs" if epochs >= 1.5 else "tenfold each epoch"


def _rounding(run: Run, frames: np.ndarray) -> Generator[None, None, np.ndarray]:
    """`Differences.rounding` (T,) at frames (T,) of a run of the NumPy engine: it is trained again, and moved."""
    random, gaps = np.random.RandomState(0), list[float]()
    with_frames = dict(zip(run.epochs[frames].tolist(), frames, strict=True))
    for step in again(run):
        yield
        if step is None:
            continue
        epoch, layers = step
        with np.errstate(**AS_IN_TRAINING):
            if epoch in with_frames:
                gap = largest_difference(run.layers[with_frames[epoch]], layers)
                gaps.append(gap if np.isfinite(gap) else np.inf)
            move(layers, EPS, random)
        if len(gaps) == len(frames):
            break
    least = [EPS * max(np.abs(part).max(initial=0.0) for layer in run.layers[i] for part in layer) for i in frames]
    return np.maximum(np.maximum.accumulate(gaps), least)
