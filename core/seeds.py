"""An experiment over N seeds: on how many of them it learns, not whether it did once.

    over = train(Experiment(dataset="xor"), Seeds(20, "fixed", "test_accuracy>=0.95"))
    over.share    # Share(count=13, of=20, low=0.43, high=0.82)
    over.table()  # a pandas table, a row a seed

Runs of one experiment that differ in the seed alone are shown one by one, by their median and middle half, and by the
share of those that reached a threshold: never by a mean alone.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from core.diagnosis import Verdict, diagnose
from core.difference import largest_difference
from core.estimate import at_once, refusal
from core.experiment import ENGINES, LARGEST_SEED, Experiment
from core.fields import in_sentence
from core.figures import maps
from core.link import Pair, to_query
from core.network import LOSSES
from core.phrases import percent, scientific
from core.reach import Quantity, Seeds, suited
from core.shares import Paired, Share
from core.sides import on_engine, other_engine
from core.training import Run, completed, prepare, together, training, without_weights

if TYPE_CHECKING:
    import pandas as pd

TWENTY = Seeds()
EQUAL = 1e-9  # ends that differ by no more are called equal
SAME_WEIGHTS = 1e-10  # likewise, of the weights of two engines


@dataclass(frozen=True, eq=False)
class SeedRun:
    """One seed. run: with the layers of its last frame alone; verdict: of its last frame.

    classes: uint8 (G, G), the class that the last frame gives each point of `maps.domain_of`, the largest x2 in row 0;
    (0, 0) for regression.
    """

    run: Run
    verdict: Verdict
    classes: np.ndarray

    @property
    def diverged(self) -> bool:
        """Whether it ended before its last epoch."""
        return _diverged(self.run)


@dataclass(frozen=True, eq=False)
class Over:
    """What an experiment came to over the seeds that are through, one or more."""

    seeds: Seeds
    runs: tuple[SeedRun, ...]

    @property
    def experiment(self) -> Experiment:
        """That of the first seed."""
        return self.runs[0].run.experiment

    @cached_property
    def asked(self) -> Seeds:
        """The seeds as they suit the targets: of numbers R² is asked in place of an accuracy."""
        return suited(self.seeds, self.experiment.classes)

    @cached_property
    def reached(self) -> np.ndarray:
        """(n,): which runs are beyond the threshold, at the end or at any recorded epoch; one that diverged is not."""
        return np.array([is_reached(each.run, self.asked) for each in self.runs])

    @property
    def share(self) -> Share:
        """Of those that are through, how many reached it."""
        return Share(int(self.reached.sum()), len(self.runs))

    def curve(self, each: SeedRun) -> np.ndarray:
        """What the threshold is put on, at the recorded epochs (T,) of a run."""
        return getattr(each.run, self.asked.quantity.of)

    def ends(self, quantity: Quantity) -> np.ndarray:
        """(n,): a quantity at the end of each run; of one that diverged the worst value there is."""
        return np.array(
            [quantity.worst if each.diverged else float(getattr(each.run, quantity.of)[-1]) for each in self.runs]
        )

    @property
    def trained(self) -> list[SeedRun]:
        """Those that did not diverge: a network that did gives no point a class that would mean anything."""
        return [each for each in self.runs if not each.diverged]

    def class_shares(self) -> np.ndarray:
        """(K, G, G): which share of `trained`, one or more, gives each class at each point of the plane, at the end.

        (0, 0, 0) for regression.
        """
        classes = np.stack([each.classes for each in self.trained])
        return (classes == np.arange(self.experiment.classes)[:, None, None, None]).mean(axis=1)

    def table(self) -> "pd.DataFrame":
        """`table` without the sides."""
        return table({"": self}).drop(columns="side")


def is_reached(run: Run, asked: Seeds) -> bool:
    """Whether a run is beyond the threshold, at the end or at any recorded epoch; one that diverged is not.

    asked: as it suits the run's targets (`suited`).
    """
    if _diverged(run):
        return False
    curve = getattr(run, asked.quantity.of)
    beyond = curve >= asked.number if asked.quantity.better > 0 else curve < asked.number
    return bool(beyond.any() if asked.when == "any" else beyond[-1])


def paired(a: Over, b: Over) -> Paired:
    """B against A on what A's threshold is put on, over the seeds that are through on both sides.

    Raises
    ------
    ValueError
        With the sentence of `not_paired`.
    """
    if reason := not_paired(a.experiment, b.experiment, a.asked):
        raise ValueError(reason)
    quantity, count = a.asked.quantity, min(len(a.runs), len(b.runs))
    of_a, of_b = a.ends(quantity)[:count], b.ends(quantity)[:count]
    equal = np.isclose(of_a, of_b, rtol=0, atol=EQUAL)  # as two infinities are
    better = ~equal & (quantity.better * of_b > quantity.better * of_a)
    return Paired(int(better.sum()), int(equal.sum()), int((~equal & ~better).sum()))


def not_paired(a: Experiment, b: Experiment, seeds: Seeds) -> str:
    """Why B is not set against A seed by seed, in a sentence; empty where it is."""
    asked = suited(seeds, a.classes)
    if asked.quantity.classes not in (None, bool(b.classes)):
        return f"{b.dataset} has no {asked.quantity.label}, so B is not set against A."
    if asked.quantity.better < 0 and a.loss != b.loss:
        labels = (in_sentence(LOSSES[loss].label) for loss in (a.loss, b.loss))
        return "The {} of A and the {} of B are different numbers, so B is not set against A.".format(*labels)
    return ""


def table(overs: Mapping[str, Over]) -> "pd.DataFrame":
    """A row a seed of each side; overs: by the side's name.

    Columns: side, seed, data_seed, epochs, the losses and accuracies (R² for regression) at the last recorded epoch,
    gradient_ratio (rms of dL/dW of the first layer against the last), verdict, reached, seconds (of the processor, for
    training alone), ended, and link: the query that opens the run in Compare.
    """
    import pandas as pd

    return pd.DataFrame([
        {"side": side, **_row(each, bool(reached))}
        for side, over in overs.items()
        for each, reached in zip(over.runs, over.reached, strict=True)
    ])  # fmt: skip


def experiments(seeds: Seeds, experiment: Experiment) -> list[Experiment]:
    """The experiment with `seeds.count` seeds, its own first; after the largest seed comes 0.

    With fixed data all have the points of its own. Anew, each has points of its own seed; where TensorFlow Playground's
    seed draws them, that is the seed's number. Initial weights that are that program's, too, are none of any seed: on
    fixed points all start from others.
    """
    e = experiment
    if seeds.data == "fixed":
        return [replace(e, seed=_shifted(e.seed, i), data_seed=str(e.seed_of_data)) for i in range(seeds.count)]
    return [
        replace(
            e,
            seed=_shifted(e.seed, i),
            data_seed=str(_shifted(int(e.data_seed), i)) if e.data_seed else "",
            playground_seed=str(_shifted(e.seed, i)) if e.playground_seed else "",
        )
        for i in range(seeds.count)
    ]


def train(experiment: Experiment, seeds: Seeds = TWENTY) -> Over:
    """Train an experiment over seeds.

    Raises
    ------
    ValueError
        With the sentence of `refusal`, where it would take too long.
    """
    if refused := refusal(experiment, seeds.count):
        raise ValueError(refused)
    of_seeds = experiments(seeds, experiment)
    return Over(seeds, tuple(run for group in groups(of_seeds) for run in completed(trained(group, of_seeds[0]))))


def groups(experiments: Sequence[Experiment]) -> list[list[Experiment]]:
    """Experiments that differ in seeds alone, as they are trained: NumPy's several at once, scikit-learn's singly."""
    size = at_once(experiments[0])
    return [list(experiments[start : start + size]) for start in range(0, len(experiments), size)]


def trained(group: Sequence[Experiment], first: Experiment) -> Generator[None, None, list[SeedRun]]:
    """Train a group of `groups`: it yields where it may be left. first: of all groups, whose plane is shown."""
    runs = yield from runs_of(group)
    plane, found = maps.domain_of(first.dataset, prepare(first)), []
    for run in runs:
        with np.errstate(over="ignore", invalid="ignore"):  # the last frames before a divergence
            found.append(SeedRun(run, diagnose(run).verdict, maps.classes(run, plane, maps.BOUNDARY)))
        yield
    return found


def runs_of(group: Sequence[Experiment]) -> Generator[None, None, list[Run]]:
    """Train a group of `groups`, without weights but those of the last frame: it yields where it may be left."""
    if group[0].engine == "numpy":
        return (yield from together(group, last_layers=True))
    (experiment,) = group
    return [without_weights((yield from training(experiment)))]


def in_words(over: Over) -> str:
    """How many reached the threshold, in a sentence of Markdown."""
    share, asked = over.share, over.asked
    through = "" if share.of == asked.count else f" seeds that are through (of {asked.count})"
    points = "these points" if asked.data == "fixed" else "new points"
    return (
        f"**{share.count} of {share.of}**{through} reach it: {percent(share.count / share.of)} of starts on {points} "
        f"(95 % interval {100 * share.low:.0f} to {100 * share.high:.0f} %)."
    )


def paired_in_words(a: Over, b: Over) -> str:
    """B against A, in a sentence of Markdown."""
    if reason := not_paired(a.experiment, b.experiment, a.asked):
        return reason
    found = paired(a, b)
    test = "" if found.p is None else f"; sign test p {_p(found.p)}"
    return (
        f"Paired by seed, B's {a.asked.quantity.label} at the end is better on **{found.better}**, equal (within 1e-9) "
        f"on **{found.equal}** and worse on **{found.worse}**{test}."
    )


def as_other_engine(a: Over, b: Over) -> str:
    """What B is, which is A on the other engine and trained for a few of its seeds, in a sentence of Markdown."""
    pairs = list(zip(a.runs, b.runs, strict=False))
    engine, seeds = ENGINES[b.experiment.engine], _listed([str(each.run.experiment.seed) for each, _ in pairs])
    epochs = {(int(one.run.epochs[-1]), int(other.run.epochs[-1])) for one, other in pairs}
    if any(one != other for one, other in epochs):
        return f"**B** is A on {engine}. Trained on seeds {seeds}, it does not end at the same epochs as A."
    gap = max(largest_difference(one.run.layers[-1], other.run.layers[-1]) for one, other in pairs)
    first = f"**B** is A on {engine}: on seeds {seeds} its weights end "
    if gap <= SAME_WEIGHTS:
        size = f" to {scientific(gap)}" if gap else ""
        return first + f"equal to A's{size}, so no other seed is trained."
    same = (a.reached[: len(pairs)] == b.reached[: len(pairs)]).all()
    reach = "reaches it on the same of them" if same else "does not reach it on the same of them"
    return first + f"up to {scientific(gap)} away from A's, and it {reach}. No other seed is trained."


def _row(each: SeedRun, reached: bool) -> dict[str, Any]:
    run = each.run
    score = "accuracy" if run.experiment.classes else "r2"
    first, last = run.weight_gradient[-1][[0, -1]]
    return {
        "seed": run.experiment.seed,
        "data_seed": run.experiment.seed_of_data,
        "epochs": int(run.epochs[-1]),
        "train_loss": float(run.train_loss[-1]),
        "test_loss": float(run.test_loss[-1]),
        f"train_{score}": float(run.train_accuracy[-1]),
        f"test_{score}": float(run.test_accuracy[-1]),
        "gradient_ratio": float(first / last) if last else float("nan"),
        "verdict": each.verdict,
        "reached": reached,
        "seconds": run.seconds,
        "ended": run.ended,
        "link": "?" + urlencode(to_query(_with_other_engine(run.experiment))),
    }


def _diverged(run: Run) -> bool:
    return run.ended.startswith("diverged")


def _shifted(seed: int, by: int) -> int:
    return (seed + by) % (LARGEST_SEED + 1)


def _with_other_engine(experiment: Experiment) -> Pair:
    return Pair(experiment, on_engine(experiment, other_engine(experiment.engine)))


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"= {value:.2g}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
