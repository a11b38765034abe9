"""What helps a run, tried and not guessed: changes of one field, trained from the same seeds as the run's own.

    found = tried(train(Experiment(dataset="xor")))
    found.diagnosis.verdict                                              # "stuck"
    [each.remedy.words for each in found.outcomes if each.helps]

A run at rest is `stuck` or `too narrow`: eight other starts tell which.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from statistics import median
from time import thread_time
from typing import TypeVar

from core.candidates import Remedy, candidates
from core.diagnosis import Diagnosis, Verdict, diagnose
from core.estimate import estimated_seconds
from core.experiment import ENGINES, Experiment
from core.phrases import scored
from core.reach import Seeds
from core.seeds import experiments, groups
from core.shares import Share
from core.sides import on_engine
from core.symptoms import RISING
from core.training import Run, completed, together
from core.what_if import is_what_if

T = TypeVar("T")
STARTS, OTHERS = 5, 8  # from which a change is trained; and those beside the run's own that say whether it is stuck
HIGHER = 0.1  # by which the score of a start that did better is higher; near 1, half of what is missing
LOWEST = 1e9  # R², below which one is as bad as another; of what diverged, too
STUCK = 2  # of the other starts, which did better
GAINED, HALVED = 2, 0.5  # more starts that learn, or a median loss so many times as high: that helps
OF_THE_START = ("at rest", "dead", "saturated")  # what another start may be spared
PATIENCE_S = 5.0  # beyond the seconds that the run took
KINDS = {"train_loss": "loss", "test_loss": "test loss"}
SLOWER = 1.2  # than estimated, which may be
MOST, LONGEST_S = 3, 120.0  # remedies that are tried on request, and for how long at most


@dataclass(frozen=True)
class Start:
    """What an experiment comes to from one seed, at the end; of one that diverged the worst of each."""

    seed: int
    learns: bool
    score: float
    train_loss: float
    test_loss: float


@dataclass(frozen=True)
class Outcome:
    """What a remedy came to beside the experiment as it is.

    learn, of: how many of how many starts learn; did: how many as it is. loss, was: with it and as it is, the median
    over the starts, of another seed its own; kind: `loss`, of the test rows `test loss`, or nothing where they are
    different losses. helps: whether it is advised.
    """

    remedy: Remedy
    helps: bool
    learn: int
    of: int
    did: int
    loss: float
    was: float
    kind: str


@dataclass(frozen=True)
class Plan:
    """What is tried for a run, within so many seconds of a processor.

    experiment: the run's on NumPy's engine; count: from how many seeds it is trained as it is, 0 if nothing is tried.
    """

    verdict: Verdict
    experiment: Experiment
    count: int
    remedies: tuple[Remedy, ...]
    seconds: float

    @property
    def loss(self) -> str:
        """The field of a `Start` by which remedies are compared."""
        return "test_loss" if self.verdict == "overfitting" else "train_loss"

    @property
    def tasks(self) -> list[tuple[Experiment, int]]:
        """What is trained, and from how many seeds: the experiment as it is, then each remedy."""
        if not self.count:
            return []
        return [(self.experiment, self.count), *((remedy.experiment, STARTS) for remedy in self.remedies)]

    @property
    def estimated_s(self) -> float:
        """About how long all of it takes, in seconds."""
        return sum(count * estimated_seconds(experiment, count) for experiment, count in self.tasks)


@dataclass(frozen=True)
class Trials:
    """What came of a plan: of the experiment as it is, none where that took too long; what helps first."""

    plan: Plan
    as_it_is: tuple[Start, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Tried:
    """A run's diagnosis once something was tried, and what that came to."""

    diagnosis: Diagnosis
    outcomes: tuple[Outcome, ...]


def tried(run: Run) -> Tried:
    """Diagnose a run and try what may help, for as long as the run took and PATIENCE_S at most."""
    found = diagnose(run)
    plan = planned(run, found)
    trials = judged(plan, [completed(part()) for part in parts(plan)])
    return Tried(settled(found, trials), trials.outcomes)


def planned(run: Run, found: Diagnosis) -> Plan:
    """What is tried of itself for a run with this diagnosis: the candidates that fit into the time."""
    return _fitting(run, found, candidates(run, found), run.seconds + PATIENCE_S)


def on_request(run: Run, found: Diagnosis, done: Trials) -> Plan:
    """What is tried besides where somebody asks for it: the next MOST candidates, within LONGEST_S."""
    known = {outcome.remedy for outcome in done.outcomes}
    left = [remedy for remedy in candidates(run, found) if remedy not in known]
    return _fitting(run, found, left[:MOST], LONGEST_S)


def parts(plan: Plan) -> list[Callable[[], Generator[None, None, tuple[Start, ...]]]]:
    """What is to be done for a plan, part by part: the experiment as it is, then each remedy.

    Each has a share of the plan's seconds as large as its share of the estimated ones.
    """
    return [
        partial(
            starts, experiment, count, plan.seconds * count * estimated_seconds(experiment, count) / plan.estimated_s
        )
        for experiment, count in plan.tasks
    ]


def judged(plan: Plan, found: Sequence[tuple[Start, ...]]) -> Trials:
    """What the parts of a plan came to, of which the first ones are through."""
    as_it_is = found[0] if found else ()
    outcomes = [
        _outcome(plan, remedy, those, as_it_is[:STARTS])
        for remedy, those in zip(plan.remedies, found[1:], strict=False)
        if as_it_is and those
    ]
    if len(did_better(as_it_is)) >= STUCK:
        outcomes.append(_another_seed(plan, as_it_is))
    return Trials(plan, as_it_is, in_order(outcomes))


def together_with(done: Trials, more: Trials) -> Trials:
    """What came of two plans for one run."""
    outcomes = {outcome.remedy: outcome for outcome in (*done.outcomes, *more.outcomes)}
    return Trials(done.plan, done.as_it_is or more.as_it_is, in_order(outcomes.values()))


def in_order(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """What helps first, the lowest loss first."""
    return tuple(sorted(outcomes, key=lambda each: (not each.helps, each.loss)))


def starts(experiment: Experiment, count: int, seconds: float) -> Generator[None, None, tuple[Start, ...]]:
    """Train an experiment of NumPy's engine from its own seed and those that follow, on the same data.

    It yields where it may be left. seconds: of a processor, for training; where they are over, it returns nothing.
    """
    found: list[Start] = []
    for group in groups(experiments(Seeds(count, "fixed"), experiment)):
        runs, seconds = yield from _within(seconds, together(group, last_layers=True))
        for run in runs or ():
            found.append(_start(run))
            yield
    return tuple(found) if seconds > 0 else ()


def did_better(as_it_is: Sequence[Start]) -> list[Start]:
    """The other starts whose training score is HIGHER than that of the first; near 1, half of what is missing."""
    if len(as_it_is) <= STARTS:
        return []
    own = max(as_it_is[0].score, -LOWEST)
    return [each for each in as_it_is[1:] if each.score >= own + min(HIGHER, (1 - own) / 2)]


def settled(found: Diagnosis, trials: Trials) -> Diagnosis:
    """The diagnosis of a run, `stuck` or `too narrow` where it is at rest and other starts were tried."""
    others = trials.as_it_is[1:]
    if found.verdict != "at rest" or not others:
        return found
    better = did_better(trials.as_it_is)
    share = Share(len(better), len(others))
    sentence = f"{found.sentence} {share.count} of {share.of} other starts did better"
    if len(better) >= STUCK:
        best = max(better, key=lambda each: each.score)
        sentence += f", the best {scored(best.score, not trials.plan.experiment.classes)}."
        return replace(found, verdict="stuck", sentence=sentence, value=len(better), threshold=STUCK)
    most = "a third" if share.high < 1 / 3 else "half"
    sentence += f": fewer than {most} would, 95 %."
    return replace(found, verdict="too narrow", sentence=sentence, value=len(better), threshold=STUCK)


# ---- one remedy -----------------------------------------------------------------------------------------------------


def _within(seconds: float, steps: Generator[None, None, T]) -> Generator[None, None, tuple[T | None, float]]:
    """What the steps return, and how many of the seconds are left; nothing where they are over before."""
    while seconds > 0:
        start = thread_time()
        try:
            next(steps)
        except StopIteration as returned:
            return returned.value, seconds
        seconds -= thread_time() - start
        yield
    return None, seconds


def _start(run: Run) -> Start:
    verdict = diagnose(run).verdict
    if verdict == "diverged":
        return Start(run.experiment.seed, False, -inf, inf, inf)
    ends = (float(curve[-1]) for curve in (run.train_accuracy, run.train_loss, run.test_loss))
    return Start(run.experiment.seed, verdict == "fine", *ends)


def _outcome(plan: Plan, remedy: Remedy, found: Sequence[Start], as_it_is: Sequence[Start]) -> Outcome:
    """What a remedy came to, from the same starts as the experiment as it is."""
    learn, did = (sum(each.learns for each in side) for side in (found, as_it_is))
    loss, was = _median(found, plan.loss), _median(as_it_is, plan.loss)
    is_comparable = remedy.experiment.loss == plan.experiment.loss
    helps = learn >= did + GAINED or (is_comparable and learn >= did and loss < was and loss <= HALVED * was)
    if remedy.experiment.epochs > plan.experiment.epochs:  # not at the test rows' cost
        helps = helps and _median(found, "test_loss") <= (1 + RISING) * _median(as_it_is, "test_loss")
    return Outcome(remedy, helps, learn, len(found), did, loss, was, KINDS[plan.loss] if is_comparable else "")


def _another_seed(plan: Plan, as_it_is: Sequence[Start]) -> Outcome:
    """The other start with the lowest loss."""
    own, *others = as_it_is
    best = min(others, key=lambda each: each.train_loss)
    experiment = experiments(Seeds(len(as_it_is), "fixed"), plan.experiment)[as_it_is.index(best)]
    remedy = Remedy(f"seed {best.seed}, the best of {len(others)}", experiment)
    learn, did = sum(each.learns for each in others), int(own.learns)
    helps = plan.verdict == "at rest" or learn >= did + GAINED or best.train_loss <= HALVED * own.train_loss
    return Outcome(remedy, helps, learn, len(others), did, best.train_loss, own.train_loss, KINDS["train_loss"])


def _median(starts: Sequence[Start], loss: str) -> float:
    return median(getattr(each, loss) for each in starts)


def _fitting(run: Run, found: Diagnosis, remedies: Sequence[Remedy], seconds: float) -> Plan:
    """As many of the remedies, the first ones, as fit into so many seconds."""
    count = 1 + OTHERS if found.verdict in OF_THE_START else STARTS
    plan = Plan(found.verdict, on_engine(run.experiment, "numpy"), count, tuple(remedies), seconds)
    while plan.remedies and SLOWER * plan.estimated_s > seconds:
        plan = replace(plan, remedies=plan.remedies[:-1])
    is_needed = (plan.remedies or found.verdict == "at rest") and not is_what_if(run.experiment)
    return plan if is_needed and SLOWER * plan.estimated_s <= seconds else replace(plan, count=0)


# ---- words ----------------------------------------------------------------------------------------------------------


def heading(trials: Trials, engine: str) -> str:
    """From which starts was tried, and what they come to as it is, in a sentence. engine: the run's own."""
    first, loss = trials.as_it_is[:STARTS], trials.plan.loss
    learn = sum(each.learns for each in first)
    where = "" if engine == "numpy" else f" on {ENGINES['numpy']}"
    as_it_is = f"as it is, {learn} learn, {_loss(f'median {KINDS[loss]}', _median(first, loss))}"
    chosen = " Chosen by looking at the test rows." if loss == "test_loss" else ""
    return f"Tried{where} from the same {STARTS} starts ({as_it_is}).{chosen}"


def label(outcome: Outcome) -> str:
    """A remedy that helps, and why."""
    words = outcome.remedy.words
    return f"{words[0].upper()}{words[1:]}: {result(outcome)}"


def others(outcomes: Sequence[Outcome]) -> str:
    """Remedies that are not advised, in sentences: what was worse, and what hardly helps."""
    worse = [each for each in outcomes if each.learn < each.did or (each.learn == each.did and each.loss > each.was)]
    hardly = [each for each in outcomes if each not in worse]
    return " ".join(
        f"{words}: {'; '.join(f'{each.remedy.words} ({result(each)})' for each in those)}."
        for words, those in (("Hardly better", hardly), ("Worse", worse))
        if those
    )


def result(outcome: Outcome) -> str:
    """How many starts learn with a remedy; where no more than before, its loss."""
    said = f"{outcome.learn} of {outcome.of} learn"
    return said if outcome.learn > outcome.did or not outcome.kind else f"{said}, {_loss(outcome.kind, outcome.loss)}"


def _loss(kind: str, value: float) -> str:
    return f"{kind} {value:.3g}" if value < inf else "most diverge"
