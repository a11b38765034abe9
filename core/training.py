"""Train an experiment and record frames: the run that every screen, figure and lab reads."""

import dataclasses
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import thread_time
from typing import Any, NamedTuple, TypeVar

import numpy as np

from core.data import DATASETS, draw, feature_matrix, playground_data, scaling, split
from core.engines import ENGINES
from core.engines.numpy_engine import epochs_together
from core.experiment import Experiment
from core.network import LOSSES, Layer, Probe, Probes, forward

Layers = list[Layer]
T = TypeVar("T")
FRAMES = 120  # recorded epochs of a long run, about
LOSS_LIMIT = 1e6  # a run whose loss exceeds this many times its first value has diverged
TAME = 1e20  # with weights below no value of a network overflows: ten layers of 64 make at most (65 TAME)^11 of a 1


class Diverged(Exception):
    """Raised by `iterate` after the last good frame: which epoch, which layer went first, what usually helps."""


@dataclass(frozen=True)
class Prepared:
    """An experiment's data, split and turned into features.

    X_train, X_test (n, 2): raw inputs; y_train, y_test (n,): classes 0 .. K-1, or numbers for regression;
    axis_labels: names of the two inputs.
    mean, scale (F,): what the features are standardised with (0 and 1 where they are not).
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    axis_labels: tuple[str, str]
    features: tuple[str, ...]

    def inputs(self, X: np.ndarray) -> np.ndarray:
        """Raw inputs (n, 2) as the network sees them: features (n, F), standardised where that was chosen."""
        return (feature_matrix(X, self.features) - self.mean) / self.scale


@dataclass(frozen=True)
class Frame:
    """One recorded epoch. Losses are the data's, without penalty; accuracies are R^2 for regression.

    layers: [(W (n_in, n_out), b (n_out,)), ...]; weight_gradient, delta, weight_factor, slope_factor: (L,), see
    `core.network.Gradients`. seconds: the engine's processor time up to here.
    """

    epoch: int
    layers: Layers
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    weight_gradient: np.ndarray
    delta: np.ndarray
    weight_factor: np.ndarray
    slope_factor: np.ndarray
    seconds: float


@dataclass(frozen=True)
class Run(Prepared):
    """What training an experiment returns: its data and T frames.

    epochs (T,); layers: T lists of (W, b); the losses and accuracies (T,); the four gradient arrays (T, L). For
    regression the accuracies are R^2.
    seconds: processor time of training alone. ended: `finished`, `stopped` or `diverged at epoch N: ...`.
    """

    experiment: Experiment
    epochs: np.ndarray
    layers: list[Layers]
    train_loss: np.ndarray
    test_loss: np.ndarray
    train_accuracy: np.ndarray
    test_accuracy: np.ndarray
    weight_gradient: np.ndarray
    delta: np.ndarray
    weight_factor: np.ndarray
    slope_factor: np.ndarray
    seconds: float
    ended: str


class Step(NamedTuple):
    """Where a training stands: the epochs done, the frame if it is recorded, and what makes one of it if it is not.

    measure: to be called before the training goes on; None within an epoch.
    """

    epoch: int
    frame: Frame | None
    measure: Callable[[], Frame] | None


def train(experiment: Experiment) -> Run:
    """Train an experiment to its end, or to where it diverges."""
    return completed(training(experiment))


def training(experiment: Experiment) -> Generator[None, None, Run]:
    """`train`, a little at a time: it yields where it may be left."""
    prepared, ended = prepare(experiment), "finished"
    frames: list[Frame] = []
    try:
        for step in epochs(experiment, prepared):
            frames += [step.frame] if step.frame else []
            yield
    except Diverged as why:
        ended = str(why)
    return collect(experiment, prepared, frames, ended)


def prepare(experiment: Experiment) -> Prepared:
    """Draw, split and scale an experiment's data."""
    e = experiment
    if e.playground_seed and DATASETS[e.dataset].generate:
        data, axis_labels = playground_data(e.dataset, e.rows, e.noise, e.playground_seed), ("x₁", "x₂")
        X_train, y_train, X_test, y_test = data.split(e.train_share)
    else:
        X, y, axis_labels = draw(e.dataset, e.rows, e.noise, e.axes, e.seed_of_data)
        X_train, y_train, X_test, y_test = split(X, y, e.train_share, e.seed_of_data)
    mean, scale = scaling(feature_matrix(X_train, e.features), e.standardize)
    return Prepared(X_train, y_train, X_test, y_test, mean, scale, axis_labels, e.features)


def iterate(experiment: Experiment, prepared: Prepared) -> Iterator[Frame]:
    """Train and yield the recorded frames; raises as `epochs`."""
    return (step.frame for step in epochs(experiment, prepared) if step.frame)


def epochs(experiment: Experiment, prepared: Prepared) -> Iterator[Step]:
    """Train and yield after every epoch, and at times within a long one: whoever asks may stop anywhere.

    Raises
    ------
    Diverged
        At the first epoch after which a weight or the loss is not finite, or exceeds LOSS_LIMIT times its first value.
    """
    engine = ENGINES[experiment.engine](experiment, prepared.inputs(prepared.X_train), prepared.y_train)
    seconds, recorder = 0.0, None
    epoch = -1
    while epoch < experiment.epochs:
        frame, measure = None, None
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # divergence is found and reported here
            start = thread_time()
            layers = next(engine)
            seconds += thread_time() - start
            if layers:
                epoch += 1
                recorder = recorder or Recorder(experiment, prepared, layers)
                frame = recorder.frame(epoch, layers, seconds)
                measure = partial(recorder.measure, epoch, layers, seconds)
        yield Step(epoch, frame, measure)


def train_together(experiments: Sequence[Experiment]) -> list[Run]:
    """Train experiments of the NumPy engine that differ in seeds or learning rate at once; see `together`."""
    return completed(together(experiments))


def together(experiments: Sequence[Experiment], last_layers: bool = False) -> Generator[None, None, list[Run]]:
    """Train experiments of the NumPy engine as stacked arrays: it yields where it may be left.

    Each run is what `train` gives, up to rounding; the processor time is shared out equally.
    last_layers: the runs have the layers of their last frame alone (`without_weights`), and no others are held.

    Raises
    ------
    ValueError
        Naming the first field, other than seed, data_seed, playground_seed and learning_rate, in which two of them
        differ.
    """
    _check_alike(experiments)
    prepared = []
    for experiment in experiments:
        prepared.append(prepare(experiment))
        yield
    X = np.stack([p.inputs(p.X_train) for p in prepared])
    y = np.stack([p.y_train for p in prepared])
    engine = epochs_together(experiments, X, y)
    frames: list[list[Frame]] = [[] for _ in experiments]
    recorders: Recorders | None = None
    seconds, epoch = 0.0, -1
    while epoch < experiments[0].epochs and not (recorders and recorders.all_ended):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            start = thread_time()
            stacked = next(engine)
            seconds += (thread_time() - start) / len(experiments)
            if stacked:
                epoch += 1
                recorders = recorders or Recorders(experiments, prepared, stacked)
                for s, frame in recorders.frames(epoch, stacked, seconds):
                    if last_layers:
                        frames[s][-1:] = [replace(before, layers=[]) for before in frames[s][-1:]]
                    frames[s].append(frame)
        yield
    assert recorders
    runs = list(map(collect, experiments, prepared, frames, recorders.ended))
    return list(map(without_weights, runs)) if last_layers else runs


def completed(steps: Generator[None, None, T]) -> T:
    """What a generator returns that yields only where it may be left."""
    while True:
        try:
            next(steps)
        except StopIteration as returned:
            return returned.value


def schedule(epochs: int) -> list[int]:
    """The recorded epochs: all up to 119; beyond, 0 to 10, 50, 100, the last and geometric steps, about 120 in all."""
    if epochs < FRAMES:
        return list(range(epochs + 1))
    points, chosen = FRAMES, set[int]()
    while len(chosen) < FRAMES:  # rounding makes early points coincide: ask for more until enough differ
        chosen = {*range(11), 50, 100, *np.geomspace(10, epochs, points).round().astype(int).tolist()}
        points += 5
    return sorted(chosen)


def collect(experiment: Experiment, prepared: Prepared, frames: Sequence[Frame], ended: str) -> Run:
    """Frames, at least one, as a run."""

    def column(name: str) -> np.ndarray:
        return np.array([getattr(frame, name) for frame in frames])

    return Run(
        **{f.name: getattr(prepared, f.name) for f in dataclasses.fields(Prepared)},
        experiment=experiment,
        epochs=column("epoch"),
        layers=[frame.layers for frame in frames],
        train_loss=column("train_loss"),
        test_loss=column("test_loss"),
        train_accuracy=column("train_accuracy"),
        test_accuracy=column("test_accuracy"),
        weight_gradient=column("weight_gradient"),
        delta=column("delta"),
        weight_factor=column("weight_factor"),
        slope_factor=column("slope_factor"),
        seconds=frames[-1].seconds,
        ended=ended,
    )


def without_weights(run: Run) -> Run:
    """The run with the layers of its last frame alone, which is what a worker sends.

    Curves, tables, boundaries, residuals, `predicted` and the diagnosis of that frame need no more. What reads the
    weights of another frame (the stage's packing, `core.rounding`) needs the whole run.

    Returns
    -------
    The same run, but for `layers`: a list of one, the last frame's [(W (n_in, n_out), b (n_out,)), ...].
    """
    return replace(run, layers=run.layers[-1:])


def largest_difference(a: Run, b: Run) -> float:
    """The largest absolute difference between the weights and biases of two networks of one shape at the end."""
    pairs = zip(a.layers[-1], b.layers[-1], strict=True)
    return max(float(max(np.abs(W - V).max(initial=0.0), np.abs(b - c).max())) for (W, b), (V, c) in pairs)


def confusion(run: Run) -> np.ndarray:
    """Test rows by true class (rows) and class predicted by the last frame (columns): counts (K, K)."""
    K = run.experiment.classes
    return np.bincount(K * run.y_test + predicted(run, run.X_test), minlength=K * K).reshape(K, K)


def predicted(run: Run, X: np.ndarray) -> np.ndarray:
    """Classes, or numbers, (n,) that the last frame gives raw inputs X (n, 2)."""
    e = run.experiment
    loss = LOSSES[e.loss]
    output = forward(run.inputs(X), run.layers[-1], e.activations, loss.output(e.classes))[-1]
    return loss.predict(output.T)


class Recorder:
    """Measures frames of one experiment on its training and test rows.

    layers: those before training, [(W (n_in, n_out), b (n_out,)), ...].
    """

    def __init__(self, experiment: Experiment, prepared: Prepared, layers: Layers):
        def probe(X: np.ndarray, y: np.ndarray) -> Probe:
            return Probe(experiment.activations, experiment.loss, experiment.classes, layers, prepared.inputs(X), y)

        self.train = probe(prepared.X_train, prepared.y_train)
        self.test = probe(prepared.X_test, prepared.y_test)
        self.recorded = set(schedule(experiment.epochs))
        self.loss_limit = LOSS_LIMIT * self.train.loss_of(layers)
        self.has_ceiling = LOSSES[experiment.loss].highest <= self.loss_limit
        self.last: Frame | None = None

    def frame(self, epoch: int, layers: Layers, seconds: float, measured: Frame | None = None) -> Frame | None:
        """The frame of an epoch that is recorded, with a copy of its layers [(W (n_in, n_out), b (n_out,)), ...].

        seconds: processor time up to here. measured: that frame, where it is known. Raises Diverged, recorded or not,
        where a weight or the loss is not finite, or the loss exceeds its limit.
        """
        recorded = epoch in self.recorded
        # There is no need to know the loss. Measured on 2-4-2-1 and 2-8-8-8-1, 250 rows, 1,000 epochs: 8 % more epochs
        # a second in batches of 10, 17 % in batches of 32, 30 % with all rows in one; 23 % for 16 networks at once.
        if not recorded and self.has_ceiling and _squares(layers) < TAME**2:
            return None
        if not all(np.isfinite(W).all() and np.isfinite(b).all() for W, b in layers):
            raise Diverged(_reason(epoch, layers, self.last))
        frame = (measured or self.measure(epoch, layers, seconds)) if recorded else None
        loss = frame.train_loss if frame else self.train.loss_of(layers)
        if not loss <= self.loss_limit:
            raise Diverged(_reason(epoch, layers, self.last))
        self.last = frame or self.last
        return frame

    def measure(self, epoch: int, layers: Layers, seconds: float) -> Frame:
        """The frame of any epoch, with a copy of its layers [(W (n_in, n_out), b (n_out,)), ...]."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # shortly before a divergence
            train_loss, train_accuracy = self.train.loss_and_score(layers)
            test_loss, test_accuracy = self.test.loss_and_score(layers)
            gradients = self.train.gradients(layers)
        return Frame(
            epoch,
            [(W.copy(), b.copy()) for W, b in layers],
            train_loss,
            test_loss,
            train_accuracy,
            test_accuracy,
            gradients.weight_gradient,
            gradients.delta,
            gradients.weight_factor,
            gradients.slope_factor,
            seconds,
        )


class Recorders:
    """Measures frames of experiments that are trained together.

    stacked: of each its layers before training, [(W (n_in, n_out), b (n_out,)), ...]. ended: of each `finished`, or how
    it diverged.
    """

    def __init__(self, experiments: Sequence[Experiment], prepared: Sequence[Prepared], stacked: Sequence[Layers]):
        def probes(X: list[np.ndarray], y: list[np.ndarray]) -> Probes:
            first = experiments[0]
            inputs = np.stack([p.inputs(rows) for p, rows in zip(prepared, X, strict=True)])
            return Probes(first.activations, first.loss, first.classes, stacked, inputs, np.stack(y))

        self.train = probes([p.X_train for p in prepared], [p.y_train for p in prepared])
        self.test = probes([p.X_test for p in prepared], [p.y_test for p in prepared])
        self.single = list(map(Recorder, experiments, prepared, stacked))
        self.ended = ["finished"] * len(experiments)

    @property
    def all_ended(self) -> bool:
        """Whether every network has diverged."""
        return "finished" not in self.ended

    def frames(self, epoch: int, stacked: Sequence[Layers], seconds: float) -> Iterator[tuple[int, Frame]]:
        """If the epoch is recorded, the number of each network that has not diverged, and its frame.

        stacked: of each its layers [(W (n_in, n_out), b (n_out,)), ...]. seconds: processor time of each up to here.
        """
        recorded = epoch in self.single[0].recorded
        unknown: Sequence[Frame | None] = [None] * len(stacked)
        measured = self._measured(epoch, stacked, seconds) if recorded else unknown
        for s in (s for s, how in enumerate(self.ended) if how == "finished"):
            try:
                frame = self.single[s].frame(epoch, stacked[s], seconds, measured[s])
            except Diverged as why:
                self.ended[s] = str(why)
            else:
                if frame:
                    yield s, frame

    def _measured(self, epoch: int, stacked: Sequence[Layers], seconds: float) -> Sequence[Frame | None]:
        train_loss, train_score = self.train.losses_and_scores(stacked)
        sizes = self.train.sizes()
        test_loss, test_score = self.test.losses_and_scores(stacked)
        return [
            Frame(
                epoch,
                [(W.copy(), b.copy()) for W, b in layers],
                float(train_loss[s]),
                float(test_loss[s]),
                train_score[s],
                test_score[s],
                *(sizes.weight_gradient[s], sizes.delta[s], sizes.weight_factor[s], sizes.slope_factor[s]),
                seconds=seconds,
            )
            for s, layers in enumerate(stacked)
        ]


def _squares(layers: Layers) -> float:
    """The sum of the squares of all weights and biases."""
    return float(sum(np.vdot(W, W) + np.vdot(b, b) for W, b in layers))


def _reason(epoch: int, layers: Layers, last: Frame | None) -> str:
    """What happened, which layer went first, what usually helps.

    Within one epoch everything can go; then the layer with the largest gradient in the last frame before is named.
    """
    lost = [number for number, (W, b) in enumerate(layers, 1) if not (np.isfinite(W).all() and np.isfinite(b).all())]
    if lost and len(lost) < len(layers):
        what = f"layer {lost[0]} went first, its weights are no longer finite"
    elif lost:
        what = "the weights are no longer finite"
        if last and np.isfinite(last.weight_gradient).all() and last.weight_gradient.any():
            first = int(np.argmax(last.weight_gradient))
            what += (
                f". Layer {first + 1} most likely went first: it had the largest gradient before, "
                f"{last.weight_gradient[first]:.1e} at epoch {last.epoch}"
            )
    else:
        sizes = [[float(np.abs(each).max(initial=0.0)) for each in layer] for layer in layers]
        first = int(np.argmax([max(size) for size in sizes]))
        kind = "weights" if sizes[first][0] >= sizes[first][1] else "biases"
        what = f"layer {first + 1} went first, with {kind} up to {max(sizes[first]):.1e}"
    return f"diverged at epoch {epoch}: {what}. A smaller learning rate usually helps"


def _check_alike(experiments: Sequence[Experiment]) -> None:
    def shared(experiment: Experiment) -> dict[str, Any]:
        """What must not differ: the experiment's fields, the number of segments, their values under each field."""
        own = {f.name: getattr(experiment, f.name) for f in dataclasses.fields(Experiment)}
        own |= {"seed": None, "data_seed": None, "playground_seed": None, "segments": len(experiment.segments)}
        for segment in experiment.segments:
            for name, value in dataclasses.asdict(segment).items():
                own[name] = (*own.get(name, ()), value)
        return own | {"learning_rate": None}

    first = shared(experiments[0])
    for experiment in map(shared, experiments):
        for name, value in experiment.items():
            if value != first[name]:
                raise ValueError(f"{name} must be the same in all experiments; got {value!r} and {first[name]!r}")
    if first["engine"] != "numpy":
        raise ValueError(f"engine must be 'numpy' to train experiments together; got {first['engine']!r}")
