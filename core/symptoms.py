"""What is measured on a run for its diagnosis, with the thresholds that belong to the measurements."""

from dataclasses import dataclass
from functools import cached_property
from math import inf, nan

import numpy as np

from core.data import DATASETS
from core.experiment import Segment
from core.network import ACTIVATIONS, LOSSES, OPTIMIZERS, Layers, Probe
from core.network.losses import r_squared
from core.network.tails import SATURATED, saturated
from core.training import Run

SATURATED_ROWS = 0.95  # share of training rows; runs that learn have hardly such a unit, tanh 4,2 at rate 10 has 2 of 2
EQUAL = 1e-9  # relative: weights that differ by less are rounded copies of each other
FEW_EPOCHS = 10  # too few to say that a loss has settled
FALLING = 0.02  # fall of the loss from one quarter to the next: stuck XOR runs 0.017, a spiral's plateau 0.028
RISING = 0.05  # of the test loss over the last half
SWING = 1.5  # times the lowest loss so far
STEADY = 0.1  # the same fall as a share of the fall since epoch 0: 0.25 on a straight line, 0.03 once it has settled
NEIGHBOURS = 5  # that vote, or whose numbers are averaged


@dataclass(frozen=True)
class Idle:
    """Units of hidden layer `layer` (from 1) that no training row, or hardly one, can teach."""

    layer: int
    count: int
    units: int
    rectifier: bool

    @property
    def share(self) -> float:
        """Share of the layer's units that are idle."""
        return self.count / self.units


@dataclass(frozen=True)
class Measured:
    """A run up to one frame, and what the rules ask of it; each measured when first asked for."""

    run: Run
    frame: int

    @property
    def epoch(self) -> int:
        """Number of the frame's epoch."""
        return int(self.run.epochs[self.frame])

    @property
    def loss(self) -> float:
        """The training loss, without penalty."""
        return float(self.run.train_loss[self.frame]) + 0.0  # no -0

    @property
    def regression(self) -> bool:
        """Whether the targets are numbers."""
        return self.run.experiment.classes == 0

    @property
    def score(self) -> float:
        """Share of the training rows that are right; for regression their R^2."""
        return float(self.run.train_accuracy[self.frame])

    @property
    def test_score(self) -> float:
        """The same of the test rows; NaN where R^2 is not defined, because all of them have one target."""
        if self.regression and np.ptp(self.run.y_test) == 0:
            return nan
        return float(self.run.test_accuracy[self.frame])

    @property
    def layers(self) -> Layers:
        """Its [(W (n_in, n_out), b (n_out,)), ...], counted from the end: a run may have its last ones alone."""
        return self.run.layers[self.frame - len(self.run.epochs)]

    @cached_property
    def probe(self) -> Probe:
        """Measures the frame's weights on the training rows."""
        e = self.run.experiment
        X = self.run.inputs(self.run.X_train)
        return Probe(e.activations, e.loss, e.classes, self.layers, X, self.run.y_train)

    @property
    def linear(self) -> bool:
        """Whether the network is one affine map of its features."""
        return all(name == "identity" for name in self.run.experiment.activations)

    @cached_property
    def delta_ratios(self) -> np.ndarray:
        """Every layer's delta against the output layer's, (T, L) for the T frames so far; NaN where that is 0."""
        delta = self.run.delta[: self.frame + 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return delta / delta[:, -1:]

    @cached_property
    def idle(self) -> list[Idle]:
        """Idle units of every hidden layer.

        A rectifier (ReLU, GELU ...: bounded below only, and the bound is reached) idles where its slope is exactly
        zero on every row: dead. Anything else idles where at least SATURATED_ROWS of the rows are in a flat tail
        (`core.network.tails`): saturated.
        """
        found, a = [], self.run.inputs(self.run.X_train)
        for layer, (name, (W, b)) in enumerate(zip(self.run.experiment.activations, self.layers, strict=False), 1):
            row, z = ACTIVATIONS[name], a @ W + b
            rectifier = row.closed[0] and row.range[1] == inf
            off = row.slope(z) == 0 if rectifier else saturated(name, z)
            units = off.mean(axis=0) >= (1 if rectifier else SATURATED_ROWS)
            found.append(Idle(layer, int(units.sum()), len(units), rectifier))
            a = row.value(z)
        return found

    @property
    def segment(self) -> Segment:
        """The segment that made the frame."""
        return self._segment[0]

    @property
    def _segment(self) -> tuple[Segment, int]:
        """The segment that made the frame, and how many of its epochs are done."""
        segments = self.run.experiment.segments
        ends = np.cumsum([segment.epochs for segment in segments])
        segment = segments[index := min(int(np.searchsorted(ends, self.epoch)), len(ends) - 1)]
        return segment, self.epoch - int(ends[index]) + segment.epochs

    @property
    def largest_weight(self) -> float:
        """The largest weight or bias in size."""
        return max(float(np.abs(each).max(initial=0.0)) for layer in self.layers for each in layer)

    @property
    def symmetric(self) -> int:
        """The first hidden layer (from 1) of two or more units that are all alike, or whose weights are all 0; or 0.

        Alike are units with the same incoming weights, bias and outgoing weights: they have the same gradients.
        """
        for layer, ((W, b), (V, _)) in enumerate(zip(self.layers, self.layers[1:], strict=False), 1):
            if len(b) < 2 and W.any():
                continue
            alike = all(np.ptp(each, axis=-1).max(initial=0.0) <= EQUAL * np.abs(each).max(initial=0.0)
                        for each in (W, b, V.T))  # fmt: skip
            if alike or not W.any():
                return layer
        return 0

    @cached_property
    def feature_sizes(self) -> np.ndarray:
        """Root mean square of each feature over the training rows, as the network sees it: (F,)."""
        return np.sqrt(np.mean(np.square(self.run.inputs(self.run.X_train)), axis=0))

    @cached_property
    def pulls(self) -> tuple[float, float]:
        """How the penalty pulls against the loss, on weights that the two hold in balance; 0 without a penalty.

        The size of the penalty's gradient over that of the loss's, the median over the layers. And the share of the
        loss by which it would fall, to first order, while all weights grew by the factor e.
        """
        shares, gain = [], 0.0
        for (W, _), (dW, _) in zip(self.layers, self.probe.gradients(self.layers).layers, strict=True):
            pull = self.penalty_rate * W + self.segment.l1 / self._rows_a_penalty * np.sign(W)
            shares.append(np.linalg.norm(pull) / (np.linalg.norm(dW) or inf))
            gain -= float(np.vdot(dW, W))
        return float(np.median(shares)), gain / (self.loss or inf)

    @property
    def decay(self) -> float:
        """What plain descent on the penalty alone would have done in this segment.

        L2's shrinks weights by the factor e^-decay; L1's moves them by it.
        """
        segment, epochs = self._segment
        steps = epochs * np.ceil(len(self.run.y_train) / segment.batch_size)
        return float(steps * segment.learning_rate * (segment.l1 + segment.l2) / self._rows_a_penalty)

    @property
    def penalty_rate(self) -> float:
        """What a weight is multiplied by to give the gradient of its L2 penalty."""
        return self.segment.l2 / self._rows_a_penalty

    @property
    def _rows_a_penalty(self) -> int:
        """What the penalty is divided by: the batch size, except where the optimizer takes the penalty itself."""
        row = OPTIMIZERS[self.segment.optimizer]
        return 1 if row.decoupled else min(self.segment.batch_size, len(self.run.y_train))

    @property
    def lowest_test(self) -> int:
        """The frame so far with the lowest test loss."""
        losses = self.run.test_loss[: self.frame + 1]
        return int(np.argmin(np.where(np.isfinite(losses), losses, inf)))

    @property
    def test_rises(self) -> bool:
        """Whether the test loss has risen by more than the share RISING over the last half of the epochs."""
        epochs, losses = self.run.epochs[: self.frame + 1], self.run.test_loss[: self.frame + 1]
        return bool(losses[-1] > (1 + RISING) * losses[epochs >= 0.5 * self.epoch][0])

    @property
    def last_half(self) -> np.ndarray:
        """The training losses of the last half of the epochs."""
        return self._last_half(self.run.train_loss)

    @property
    def usual_score(self) -> float:
        """The median of `score` over the last half of the epochs."""
        return float(np.median(self._last_half(self.run.train_accuracy)))

    def _last_half(self, column: np.ndarray) -> np.ndarray:
        so_far = slice(0, self.frame + 1)
        return column[so_far][self.run.epochs[so_far] >= 0.5 * self.epoch]

    @property
    def swings(self) -> float:
        """Share of the frames of the last half whose loss lies above SWING times the lowest before them."""
        losses, half = self.run.train_loss[: self.frame + 1], self.last_half
        return float((half > SWING * np.minimum.accumulate(losses)[-len(half) :]).mean())

    @cached_property
    def wrong_saturated(self) -> tuple[int, int]:
        """Of the rows that squared loss gets wrong: how many have a saturated tanh output; how many there are."""
        output = self.probe.forward(self.layers)
        wrong = LOSSES["squared"].predict(output) != self.run.y_train
        return int((1 - output[0] ** 2 < SATURATED)[wrong].sum()), int(wrong.sum())

    @cached_property
    def quarters(self) -> tuple[float, float]:
        """Mean loss over the third and the last quarter of the epochs so far."""
        epochs, losses = self.run.epochs[: self.frame + 1], self.run.train_loss[: self.frame + 1]
        last = epochs > 0.75 * self.epoch
        third = (epochs >= 0.5 * self.epoch) & ~last
        before = losses[third] if third.any() else losses[~last][-1:]
        return float(before.mean()), float(losses[last].mean())

    @property
    def fall(self) -> float:
        """Share by which the loss fell from the third to the last quarter."""
        before, last = self.quarters
        return 1 - last / before if before else 0.0

    @property
    def steady(self) -> bool:
        """Whether the loss keeps falling at the pace it had, however slow."""
        before, last = self.quarters
        return before - last > STEADY * (self.run.train_loss[0] - self.loss) > 0

    @property
    def later(self) -> float:
        """The lowest loss of the frames after this one."""
        return float(self.run.train_loss[self.frame + 1 :].min(initial=inf))

    @property
    def falls_later(self) -> bool:
        """Whether a later frame's loss is lower by more than the share FALLING."""
        return self.later < (1 - FALLING) * self.loss

    @property
    def moving(self) -> bool:
        """Whether it is too early to say that the loss has settled."""
        return self.epoch < FEW_EPOCHS or self.falls_later or self.fall >= FALLING or self.steady

    @property
    def class_shares(self) -> np.ndarray:
        """(K,), of the training rows."""
        return np.bincount(self.run.y_train) / len(self.run.y_train)

    @property
    def guessing_score(self) -> float:
        """The score of the best output that is the same for every row."""
        return 0.0 if self.regression else float(self.class_shares.max())

    @property
    def guessing_loss(self) -> float:
        """The loss of the best output that is the same for every row."""
        if self.regression:
            return float(np.var(self.run.y_train) / 2)
        shares = self.class_shares
        if self.run.experiment.loss == "log":
            return float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())
        return float(1 - (shares**2).sum())  # half the variance of targets -1 and 1: (1 - (p - q)^2) / 2 = 2 p q

    @property
    def mixed(self) -> bool:
        """Whether rows that lie close together may differ in their targets: noise, or a table."""
        noisy = self.run.experiment.noise > 0 or DATASETS[self.run.experiment.dataset].load is not None
        return noisy and len(self.run.y_train) > 1

    @cached_property
    def neighbour_score(self) -> float:
        """The score of answering every training row by its nearest neighbours, the row itself left out.

        Their vote for a class, the mean of their numbers: a measure of how far targets can be told from the inputs that
        knows nothing of the network (Cover and Hart 1967; Cover 1968).
        """
        from scipy.spatial import KDTree

        X, y = self.run.X_train, self.run.y_train
        deviation = X.std(axis=0)
        X = X / np.where(deviation > 0, deviation, 1.0)
        _, nearest = KDTree(X).query(X, range(1, min(NEIGHBOURS, len(X) - 1) + 2))
        own = nearest == np.arange(len(X))[:, None]
        own[:, -1] |= ~own.any(axis=1)  # a row with so many equals that it is not among its nearest
        nearest = nearest[~own].reshape(len(X), -1)
        if self.regression:
            return r_squared(y[nearest].mean(axis=1), y)
        votes = (y[nearest][:, :, None] == np.arange(self.run.experiment.classes)).sum(axis=1)
        return float(np.mean(votes.argmax(axis=1) == y))
