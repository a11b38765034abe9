"""Train an experiment and record frames: the run that every screen, figure and lab reads."""

import dataclasses
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import thread_time
from typing import Any, NamedTuple, TypeVar

import numpy as np

from core.data import DATASETS, Prepared, draw, feature_matrix, playground_data, scaling, split
from core.engines import ENGINES
from core.engines.numpy_engine import epochs_together
from core.experiment import Experiment
from core.network import LOSSES, Layers, forward
from core.recording import Diverged, Frame, Recorder, Recorders

T = TypeVar("T")


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

    def frame_at(self, epoch: int) -> int:
        """The number of the frame nearest to an epoch, the earlier of two; of a negative epoch the last."""
        return int(np.abs(self.epochs - epoch).argmin()) if epoch >= 0 else len(self.epochs) - 1


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
