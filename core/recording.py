"""What is recorded of an epoch, of which epochs, and when a run has diverged."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.data import Prepared
from core.experiment import Experiment
from core.network import LOSSES, Layers, Probe, Probes

FRAMES = 120  # recorded epochs of a long run, about
LOSS_LIMIT = 1e6  # a run whose loss exceeds this many times its first value has diverged
HELPS = "A smaller learning rate usually helps"
TAME = 1e20  # with weights below no value of a network overflows: ten layers of 64 make at most (65 TAME)^11 of a 1


class Diverged(Exception):
    """Raised by `iterate` after the last good frame: which epoch, which layer went first, what usually helps."""


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


def schedule(epochs: int, starts: Collection[int] = ()) -> list[int]:
    """The recorded epochs: all up to 119; beyond, 0 to 10, 50, 100, the last and geometric steps, about 120 in all.

    starts: of segments, which are recorded too.
    """
    if epochs < FRAMES:
        return list(range(epochs + 1))
    points, chosen = FRAMES, set[int]()
    while len(chosen) < FRAMES:  # rounding makes early points coincide: ask for more until enough differ
        chosen = {*range(11), 50, 100, *np.geomspace(10, epochs, points).round().astype(int).tolist()}
        points += 5
    return sorted(chosen.union(starts))


class Recorder:
    """Measures frames of one experiment on its training and test rows.

    layers: those before training, [(W (n_in, n_out), b (n_out,)), ...].
    """

    def __init__(self, experiment: Experiment, prepared: Prepared, layers: Layers):
        def probe(X: np.ndarray, y: np.ndarray) -> Probe:
            return Probe(experiment.activations, experiment.loss, experiment.classes, layers, prepared.inputs(X), y)

        self.train = probe(prepared.X_train, prepared.y_train)
        self.test = probe(prepared.X_test, prepared.y_test)
        self.recorded = set(schedule(experiment.epochs, experiment.starts))
        self.set_by_hand = {at for at, of in zip(experiment.starts, experiment.segments, strict=True) if of.edits}
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
        if epoch in self.set_by_hand:  # what weights set by hand make worse has not diverged
            self.loss_limit = max(self.loss_limit, LOSS_LIMIT * loss)
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
    return f"diverged at epoch {epoch}: {what}. {HELPS}"
