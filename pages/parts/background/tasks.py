"""What a worker does, a little at a time: a training or a measurement that can be left between two of its steps."""

from collections import OrderedDict
from collections.abc import Generator, Iterator
from contextlib import suppress
from time import perf_counter
from types import GeneratorType
from typing import Any

from core.data import Prepared
from core.diagnosis import diagnose
from core.difference import Differences, by_epoch
from core.experiment import Experiment
from core.network import Layers
from core.packed import Packed, pack, pack_neuron, pack_newest
from core.picks import Pick
from core.recording import FRAMES, Diverged, Frame
from core.remedies import planned
from core.rounding import comparing
from core.steps import Shown, Walk, shown
from core.training import Run, Step, collect, epochs, prepare, without_weights
from core.what_if import frames_of
from pages.parts.background.news import news
from pages.parts.background.timers import COMPUTE_LIMIT_S, NEWS_S
from pages.parts.background.work import Live, Measurement, Outcome, Scores, State, Training, Work

BATCH_BYTES = 1_200  # that the views of one batch take, by tracemalloc
RUNS_BYTES = 60_000_000  # of finished runs whose single neurons can be asked for

runs: OrderedDict[tuple[Experiment, int], Run] = OrderedDict()  # the newest last
walks: dict[tuple[Experiment, int], Walk] = {}  # the last one, by what it trains and the epoch that it counts from


class TrainingTask:
    """An experiment in training; `frames` grows while it works, and `latest` is what it has come to since.

    ahead: of a what-if all frames up to its last, where a run is remembered that has them: they are told at once, and
    it is trained nevertheless, so that a finished run has the same frames whatever was remembered.
    """

    def __init__(self, work: Training) -> None:
        self.work, self.experiment = work, work.experiment
        self.prepared: Prepared | None = None
        self.steps: Iterator[Step] | None = None
        self.frames: list[Frame] = []
        self.latest: Frame | None = None
        self.ahead: list[Frame] = []
        self.epoch = 0
        self.used_s = 0.0
        self.told_s = self.seen_s = 0.0  # when the last news, and `latest`, were made
        self.pause_s = NEWS_S  # between two of them

    def advance(self, until_s: float) -> str:
        """Train until this time; returns how the training ended, or nothing if it goes on.

        until_s: of `perf_counter`.
        """
        start_s, ended = perf_counter(), ""
        try:
            if self.steps is None:
                self.prepared = prepare(self.experiment)
                self.steps = epochs(self.experiment, self.prepared)
                self.ahead = seen_ahead(self.experiment)
                if self.ahead:
                    return ""
            for step in self.steps:
                self.epoch = step.epoch
                if step.frame:
                    self.frames.append(step.frame)
                now_s = perf_counter()
                if step.measure and now_s - self.seen_s >= self.pause_s:
                    self.latest, self.seen_s = step.frame or step.measure(), now_s
                if now_s > until_s:
                    break
            else:
                ended = "finished"
        except Diverged as why:
            ended = str(why)
        self.used_s += perf_counter() - start_s
        if self.used_s > COMPUTE_LIMIT_S and not ended:
            ended = f"stopped at epoch {self.epoch}, after {COMPUTE_LIMIT_S:.0f} seconds: the limit for one run"
        return ended

    def news(self, others: int) -> Live | None:
        """What it has come to, where there is a frame and that is due: the more others there are, the later."""
        self.pause_s = NEWS_S * (1 + others)
        if perf_counter() - self.told_s < self.pause_s or not (run := self._run("training")):
            return None
        self.told_s = perf_counter()
        return Live(Scores.of(run), news(self.work.key, "training", "", self.progress, pack_newest(run)))

    def outcome(self, ended: str) -> Outcome | None:
        """What there is as a run that ended so; None before the first frame."""
        run = self._run(ended)
        if run is None:
            return None
        remember(run)
        state = _state(ended)
        note = "" if state == "finished" else ended
        told = news(self.work.key, state, note, self.progress, pack(run))
        found = diagnose(run)
        return Outcome(without_weights(run), state, found, told, planned(run, found))

    @property
    def progress(self) -> float:
        """The share of its epochs that is done."""
        return self.epoch / self.experiment.epochs if self.experiment.epochs else 1.0

    @property
    def held_bytes(self) -> int:
        """About what it comes to hold in memory: its frames, its rows, and the views of its batches."""
        e = self.experiment
        batches = e.rows // min(segment.batch_size for segment in e.segments) + 1
        return FRAMES * (8 * e.parameters + 2_000) + 24 * e.rows * sum(e.sizes) + batches * BATCH_BYTES

    def _run(self, ended: str) -> Run | None:
        frames, latest = list(self.ahead if ended == "training" and self.ahead else self.frames), self.latest
        if not frames or not self.prepared:
            return None
        if latest and latest.epoch > frames[-1].epoch and ended != "finished":
            frames.append(latest)
        return collect(self.experiment, self.prepared, frames, ended)


class MeasuringTask:
    """A measurement, part by part. found: what was found since it was last taken."""

    held_bytes = 0

    def __init__(self, work: Measurement, done: int) -> None:
        self.work = work
        self.next = done
        self.found: list[Any] = []
        self.steps: Generator[None, None, Any] | None = None

    def advance(self, until_s: float) -> str:
        """Make the next part, or a stretch of it that ends about `until_s` (of `perf_counter`)."""
        value = None if self.steps else self.work.parts[self.next]()
        if isinstance(value, GeneratorType):
            self.steps = value
        if self.steps:
            try:
                while perf_counter() < until_s:
                    next(self.steps)
                return ""
            except StopIteration as returned:
                self.steps, value = None, returned.value
        self.found.append(value)
        self.next += 1
        return "finished" if self.next == len(self.work.parts) else ""

    def news(self, others: int = 0) -> list[Any] | None:
        """The parts that were made since this was last asked."""
        found, self.found = self.found, []
        return found or None

    def outcome(self, ended: str) -> list[Any]:
        """As `news`: what a measurement comes to is all of its parts."""
        return self.news() or []


Task = TrainingTask | MeasuringTask


def begin(work: Work, done: int = 0) -> Task:
    """The task that does this work; of a measurement so many parts are there already."""
    return TrainingTask(work) if isinstance(work, Training) else MeasuringTask(work, done)


def remember(run: Run) -> None:
    """Keep a run with all its weights, for who asks for more of it than its outcome says."""
    runs[run.experiment, int(run.epochs[-1])] = run
    while sum(map(_weights_bytes, runs.values())) > RUNS_BYTES and len(runs) > 1:
        runs.popitem(last=False)


def recalled(experiment: Experiment, last: int) -> Generator[None, None, Run]:
    """The run of an experiment up to its epoch `last`: as it is remembered, else trained again."""
    if (experiment, last) in runs:
        return runs[experiment, last]
    prepared, frames = prepare(experiment), list[Frame]()
    with suppress(Diverged):
        for step in epochs(experiment, prepared):
            frame = step.frame or (step.measure() if step.measure and step.epoch == last else None)
            if frame:
                frames.append(frame)
                if frame.epoch == last:
                    break
            yield
    return collect(experiment, prepared, frames, "finished")


def seen_ahead(experiment: Experiment) -> list[Frame]:
    """The frames of a what-if, as a remembered run has them; none where there is no such run."""
    return next(filter(None, (frames_of(experiment, run) for run in reversed(runs.values()))), [])


def weights(experiment: Experiment, last: int, epoch: int) -> Generator[None, None, Layers]:
    """A part of a measurement: the layers of a run in its frame nearest to an epoch."""
    run = yield from recalled(experiment, last)
    return run.layers[run.frame_at(epoch)]


def neuron(experiment: Experiment, last: int, layer: int, unit: int) -> Generator[None, None, Packed]:
    """A part of a measurement: the maps of one neuron in all frames of a run; layer 0 is the first hidden layer."""
    run = yield from recalled(experiment, last)
    return pack_neuron(run, layer, unit)


def promise(experiment: Experiment, last: int) -> Generator[None, None, int | None]:
    """A part of a measurement: up to which epoch a run has TensorFlow Playground's numbers (`core.rounding`)."""
    run = yield from recalled(experiment, last)
    return (yield from comparing(run))


def difference(a: tuple[Experiment, int], b: tuple[Experiment, int]) -> Generator[None, None, Differences]:
    """A part of a measurement: how far two runs lie apart by epoch. Each is an experiment and its last epoch."""
    run_a = yield from recalled(*a)
    run_b = yield from recalled(*b)
    return (yield from by_epoch(run_a, run_b))


def step(experiment: Experiment, epoch: int, steps: int, pick: Pick) -> Generator[None, None, Shown | str]:
    """A part of a measurement: one batch after an epoch, and one pick of it; why there is none, in a sentence.

    The training that led there is kept, so the next step does not begin at the start.
    """
    walk = walks.pop((experiment, epoch), None)
    if walk is None or walk.passed > steps:
        walk = Walk(experiment, epoch)
    try:
        batch = yield from walk.to(steps)
    except ValueError as why:
        return f"There is no batch: {why}."
    walks.clear()
    walks[experiment, epoch] = walk
    return shown(walk.prepared, batch, pick)


def _weights_bytes(run: Run) -> int:
    return sum(W.nbytes + b.nbytes for layers in run.layers for W, b in layers)


def _state(ended: str) -> State:
    return "finished" if ended == "finished" else "diverged" if ended.startswith("diverged") else "stopped"
