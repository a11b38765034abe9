"""What is the matter with a run, in a sentence computed from measured values.

`diagnose` asks the functions in RULES from top to bottom; the first that applies speaks. What each measures and where
its threshold comes from stands beside it. It knows one run: whether another start would end elsewhere it can not tell.
Thresholds were measured on the runs of `tests/core/experts.py` and on some 400 drawn at random, each trained again
without what its verdict blames.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.network import OPTIMIZERS
from core.network.flow import direction, flow
from core.network.tails import SATURATED
from core.phrases import neighbours, on_both, percent, scientific, short, units, with_score
from core.recording import HELPS, LOSS_LIMIT
from core.symptoms import FALLING, FEW_EPOCHS, SATURATED_ROWS, STEADY, SWING, Idle, Measured
from core.training import Run

Verdict = Literal[
    "diverged",
    "no signal",
    "overfitting",
    "fine",
    "symmetric",
    "unscaled",
    "penalised",
    "unsteady",
    "dead",
    "saturated",
    "vanishing",
    "exploding",
    "under-trained",
    "linear",
    "at rest",
    "stuck",  # these two in place of "at rest", once other starts were tried: `core.remedies`
    "too narrow",
]

LARGEST = 1 / float(np.finfo(float).eps)  # of a weight: 4.5e15, beyond it adding 1 changes nothing
LEARNED = (
    0.95  # training accuracy; the presets that learn end at 0.97 to 1. R^2: six Gaussians by 8,8 and Adam end at 0.98
)
TEST_GAP = 0.1  # training minus test accuracy, or R^2, worth a word
OVERFITTING = 0.3  # the same, not fine: diabetes with 8,8 units 0.26, with 64,64 trained on 88 rows 1.2
TEST_RISE, OF_GUESSING = 1.5, 0.1  # test loss over its lowest so far; and how far above it, of the loss of guessing
FEW_ROWS = 30  # test rows whose loss, accuracy or R^2 hang on single ones
LARGE, SMALL = 10.0, 0.1  # root mean square of a feature: raw columns of wine reach 300, standardised ones have 1
PENALISED = 0.5  # gradient of the penalty over that of the loss: at rest the two are nearly equal
GAIN = 0.04  # of the loss: spiral 8,8 that an L2 of 0.3 holds has 0.047; a line that loses 2 % by its penalty less
DECAY = 3.0  # shrunk to 1/20: an L2 of 1 has 15 after 200 epochs, 0.01 in a deep logistic net 0.15
DRAWN = 0.2  # the largest weight then: at most 0.14 with Adam, 0.07 with plain descent; 28 where Adam's rate is 3
UNSTEADY = 0.25  # share of the frames
RANGE = (
    0.2  # highest less lowest loss of the last half over its mean: units all dead or saturated rest, at most at 0.17
)
IDLE_SHARE = 0.5  # of a layer's units; ReLU 4x10 learns with 3 of 4 idle, so short of a whole layer it must be stuck
WRONG_SATURATED = 0.5  # share of wrong rows; squared loss on squared features, stuck seeds 3 and 8: all of them
VANISHING = 1e-3  # delta against the output layer's: logistic 8,8,8 (8e-4) is stuck, ReLU 4x10 (2e-3) learns
EXPLODING = 10.0  # likewise: runs that learn end below 9, identity 8x10 with He's weights starts at 13 and diverges
GUESSING = 0.02  # distance from the loss of the best constant; logistic 8,8 after 200 epochs 0.002. Also an R^2
OVERLAP_MARGIN = 0.02  # accuracy, or R^2, by which the network may stay behind its nearest neighbours


@dataclass(frozen=True)
class Diagnosis:
    """A verdict on one frame of a run.

    sentence: what was measured. advice: a second sentence, what it comes from and what follows from it; may be empty.
    value, threshold: the measured number behind the verdict, and the one it was compared with.
    """

    verdict: Verdict
    sentence: str
    value: float
    threshold: float
    advice: str = ""


def diagnose(run: Run, frame: int = -1) -> Diagnosis:
    """The verdict on a run as it stands at one of its T frames, counted from the end where negative.

    Raises
    ------
    ValueError
        For a frame that the run does not have.
    """
    frames = len(run.epochs)
    if not -frames <= frame < frames:
        raise ValueError(f"frame must be from {-frames} to {frames - 1}; got {frame}")
    measured = Measured(run, frame % frames)
    with np.errstate(over="ignore", invalid="ignore"):  # the last frames before a divergence overflow
        return next(diagnosis for rule in RULES if (diagnosis := rule(measured)))


# ---- the rules ------------------------------------------------------------------------------------------------------


def diverged(m: Measured) -> Diagnosis | None:
    """The loss is no longer finite, the run ended because it had grown too large, or a weight has lost its digits."""
    limit = LOSS_LIMIT * float(m.run.train_loss[0])
    if not np.isfinite(m.loss):
        sentence = f"At epoch {m.epoch:,} the loss is no longer a finite number."
        return Diagnosis("diverged", sentence, m.loss, limit, blown_up(m))
    if m.frame == len(m.run.epochs) - 1 and m.run.ended.startswith("diverged"):
        what, _, advice = m.run.ended.removeprefix("diverged ").removesuffix(HELPS).rstrip(". ").partition(". ")
        advice = blown_up(m) or (f"{advice}." if advice else "")
        return Diagnosis("diverged", f"{what[0].upper()}{what[1:]}.", m.loss, limit, advice)
    if m.largest_weight <= LARGEST:
        return None
    sentence = (
        f"At epoch {m.epoch:,} a weight has grown to {scientific(m.largest_weight)}: adding 1 to it changes nothing."
    )
    return Diagnosis("diverged", sentence, m.largest_weight, LARGEST, blown_up(m))


def no_step(m: Measured) -> Diagnosis | None:
    """TensorFlow Playground's descent steps after `batch_size` rows of an epoch: of fewer rows it takes none at all."""
    rows, segments = len(m.run.y_train), m.run.experiment.segments
    smallest = min(segment.batch_size for segment in segments)
    if smallest <= rows or not all(OPTIMIZERS[segment.optimizer].in_order for segment in segments):
        return None
    sentence = f"No step is taken: one follows every {smallest:,} rows, and there are {rows:,} training rows."
    return Diagnosis("under-trained", sentence, rows, smallest, "With a smaller batch size there are steps.")


def one_target(m: Measured) -> Diagnosis | None:
    """Without differences among the targets there is nothing to learn from the inputs, and no R^2."""
    spread = float(np.ptp(m.run.y_train))
    if spread > 0:
        return None
    rows = "single training row has" if len(m.run.y_train) == 1 else "training rows all have"
    what = f"the target {short(m.run.y_train[0])}, so R² is not defined there"
    if not m.regression:
        what = "one class, so nothing tells it from others"
    sentence = f"The {rows} {what}; the loss is {m.loss:.2g}."
    return Diagnosis("no signal", sentence, spread, 0.0)


def no_signal(m: Measured) -> Diagnosis | None:
    """Neither the network on the test rows nor the nearest neighbours do better than one answer to every row."""
    if not m.mixed or m.test_score > m.guessing_score + GUESSING or m.neighbour_score > m.guessing_score + GUESSING:
        return None
    if m.regression:
        sentence = f"{on_both(m)}; {neighbours(m)}, so the inputs hardly tell the target."
    elif len(m.run.y_train) < FEW_ROWS:
        return None  # the vote of so few neighbours says little
    else:
        sentence = (
            f"{on_both(m)}; their nearest neighbours tell the class of {percent(m.neighbour_score)} of the training "
            f"rows and the largest class has {percent(m.guessing_score)}, so the inputs hardly tell the class."
        )
    return Diagnosis("no signal", sentence, m.neighbour_score, m.guessing_score + GUESSING)


def overfitting(m: Measured) -> Diagnosis | None:
    """What it learned since the test loss was lowest holds for the training rows alone; or they are far ahead."""
    if len(m.run.y_test) < FEW_ROWS or no_better_than_guessing(m):
        return None
    test, lowest = m.run.test_loss, m.lowest_test
    rise = float(test[m.frame] / test[lowest]) if test[lowest] > 0 else 1.0
    if (
        rise >= TEST_RISE
        and test[m.frame] - test[lowest] >= OF_GUESSING * m.guessing_loss
        and m.loss < m.run.train_loss[lowest]
    ):
        sentence = f"{on_both(m)}; the test loss is {test[m.frame]:.3g}."
        return Diagnosis("overfitting", sentence, rise, TEST_RISE, best_epoch(m))
    ahead = m.score - m.test_score
    if not ahead >= OVERFITTING:  # or not defined
        return None
    return Diagnosis("overfitting", f"{on_both(m)}.", ahead, OVERFITTING, best_epoch(m) if m.test_rises else "")


def learned(m: Measured) -> Diagnosis | None:
    """Nearly all training rows are right, and more than by naming the largest class."""
    if usual_score(m) < LEARNED or m.score <= m.guessing_score:
        return None
    sentence = f"{on_both(m)}, at a loss of {m.loss:.2g}."
    idle = max(m.idle, key=lambda layer: layer.share, default=None)
    advice = gap(m)
    if not advice and idle and idle.share >= IDLE_SHARE:
        advice = f"It learned although {units(idle)} are {'dead' if idle.rectifier else 'saturated'}."
    return Diagnosis("fine", sentence, m.score, LEARNED, advice)


def as_good_as_neighbours(m: Measured) -> Diagnosis | None:
    """Rows of different classes lie among each other, and the network tells them apart as well as neighbours do."""
    if not m.mixed or usual_score(m) < m.neighbour_score - OVERLAP_MARGIN or no_better_than_guessing(m):
        return None
    if m.regression:
        sentence = f"{on_both(m)}; {neighbours(m)}, so the inputs do not tell the target exactly."
    else:
        sentence = (
            f"{percent(m.score)} of the training rows are right; their nearest neighbours tell the class of "
            f"{percent(m.neighbour_score)}, so the classes overlap."
        )
    return Diagnosis("fine", sentence, m.score, m.neighbour_score - OVERLAP_MARGIN, gap(m))


def no_feature(m: Measured) -> Diagnosis | None:
    """At rest, without anything that tells one row from another."""
    if m.moving or m.run.experiment.features:
        return None
    sentence = f"{rest(m)}: there is no feature, so the output is the same everywhere."
    return Diagnosis("linear", sentence, m.score, LEARNED)


def symmetric(m: Measured) -> Diagnosis | None:
    """Units of a layer that are copies of each other stay so: their gradients are the same (or, at 0, there is none).

    Weights of 0 may also be what a penalty left, which is another matter.
    """
    layer = m.symmetric
    if not layer or (penalised_by(m) and m.run.experiment.initializer != "zeros"):
        return None
    W, b = m.layers[layer - 1]
    if W.any():
        sentence = f"The {len(b)} units of layer {layer} are equal: their weights in and out and their biases."
    else:
        sentence = f"Every weight of layer {layer} is 0: no gradient has moved them."
    sentence += f" The loss is {m.loss:.3g}, {with_score(m)}."
    advice = "Units that are equal stay equal: they get the same gradient." if W.any() else ""
    return Diagnosis("symmetric", sentence, len(b), 1, advice)


def unscaled(m: Measured) -> Diagnosis | None:
    """Raw features, far from 1 in size: large ones push units into their flat parts, small ones hardly move them."""
    sizes = m.feature_sizes
    if m.run.experiment.standardize or m.epoch < FEW_EPOCHS or not len(sizes):
        return None
    far = float(sizes.max() if sizes.max() > LARGE else sizes.min())
    if not (far > LARGE or far < SMALL):
        return None
    is_idle = bool(m.idle) and m.idle[0].share >= IDLE_SHARE
    if not (is_idle or m.loss >= (1 - GUESSING) * m.guessing_loss):
        return None
    what = (
        f"{units(m.idle[0])} are {'dead' if m.idle[0].rectifier else 'saturated'}"
        if is_idle
        else (f"the loss, {m.loss:.3g}, is no better than that of guessing, {m.guessing_loss:.3g}")
    )
    sentence = (
        f"The features have root mean squares from {sizes.min():.2g} to {sizes.max():.2g}, and {what}, {with_score(m)}."
    )
    return Diagnosis("unscaled", sentence, far, LARGE if far > LARGE else SMALL, "Standardise the features.")


def penalised(m: Measured) -> Diagnosis | None:
    """At rest because of the penalty: it drew the weights to 0, or holds them where the loss would still fall.

    AdamW's decay is no gradient. It lets no weight grow much beyond 1 / L2, as Adam's steps are about the rate at most
    (Xie and Li 2024).
    """
    if m.moving or not penalised_by(m):
        return None
    largest = max(float(np.abs(W).max(initial=0.0)) for W, _ in m.layers)
    row, l2, (share, gain) = OPTIMIZERS[m.segment.optimizer], m.segment.l2, m.pulls
    value, threshold = (share if gain >= GAIN else 0.0), PENALISED
    why = (
        f"the penalty’s gradient is {share:.2g} times the loss’s, and weights larger by 1 % would lower the loss by "
        f"{gain:.2g} %"
    )
    if row.decoupled and not row.in_order and l2:
        value = l2 * largest
        why = f"with L2 {l2:g} hardly a weight grows beyond {1 / l2:.3g}, and the largest is {largest:.2g}"
    drawn = m.decay >= DECAY and largest <= DRAWN and near_guessing(m)
    if drawn and m.run.experiment.hidden:  # without a hidden layer the loss is convex, and the gain tells
        value, threshold = m.decay, DECAY
        why = f"the penalty has drawn the weights towards 0, the largest is {largest:.2g}"
    return Diagnosis("penalised", f"{rest(m)}: {why}.", value, threshold) if value >= threshold else None


def unsteady(m: Measured) -> Diagnosis | None:
    """The loss is thrown up again and again: too large steps."""
    share, half = m.swings, m.last_half
    if not swinging(m):
        return None
    sentence = (
        f"Over the last half of {m.epoch:,} epochs the loss swings between {half.min():.2g} and {half.max():.2g}, and "
        f"{percent(share)} of the recorded ones lie above {SWING:g} times the lowest before them, {with_score(m)}."
    )
    return Diagnosis("unsteady", sentence, share, UNSTEADY)


def dead(m: Measured) -> Diagnosis | None:
    """Units with slope 0 on every row keep training from moving."""
    layer = blocked(m, rectifier=True)
    if not layer:
        return None
    sentence = f"{units(layer)} are dead: their slope is zero on every training row."
    return Diagnosis("dead", sentence, layer.share, IDLE_SHARE)


def saturated(m: Measured) -> Diagnosis | None:
    """Units with hardly any slope on nearly every row keep training from moving."""
    layer = blocked(m, rectifier=False)
    if not layer:
        return None
    sentence = (
        f"{units(layer)} are saturated: on at least {percent(SATURATED_ROWS)} of the training rows they are in a flat "
        f"tail, where the slope is below {percent(SATURATED)} of the largest."
    )
    return Diagnosis("saturated", sentence, layer.share, IDLE_SHARE, "Units can leave saturation, slowly.")


def saturated_output(m: Measured) -> Diagnosis | None:
    """Squared loss: dL/dz = (a - t)(1 - a^2) vanishes where the output is wrong and sure of it.

    A linear network that does better than guessing may be as good as a line can be: that is not asked here.
    """
    if m.run.experiment.loss != "squared" or m.moving or (m.linear and not no_better_than_guessing(m)):
        return None
    count, wrong = m.wrong_saturated
    if not wrong or count / wrong < WRONG_SATURATED:
        return None
    sentence = (
        f"The output is saturated on {count:,} of the {wrong:,} training rows that are wrong: its slope there is below "
        f"{percent(SATURATED)} of the largest possible, so they send hardly any gradient back."
    )
    return Diagnosis(
        "saturated", sentence, count / wrong, WRONG_SATURATED, "With log loss dL/dz = p - t does not stall there."
    )


def vanishing(m: Measured) -> Diagnosis | None:
    """Little of delta arrives, in most frames, and the network neither learned nor moves.

    Where no line is better than none, a linear network's weights go to 0, and delta with them: a consequence.
    """
    total = carried(m)
    if m.moving or not total < VANISHING or (m.linear and not flow(m.run.delta[:1])[1][0] < VANISHING):
        return None
    share = scientific(total) if total > 0 else "nothing"
    sentence = f"Layer 1 receives {share} of the output layer’s gradient (delta), {with_score(m)}: vanishing."
    return Diagnosis("vanishing", sentence, total, VANISHING, why_vanishing(m))


def exploding(m: Measured) -> Diagnosis | None:
    """Far more of delta arrives than left, in most frames, and the network neither learned nor moves."""
    total = carried(m)
    if m.moving or not total > EXPLODING:
        return None
    sentence = f"Layer 1 receives {total:.3g} times the output layer’s gradient (delta), {with_score(m)}: exploding."
    return Diagnosis("exploding", sentence, total, EXPLODING)


def under_trained(m: Measured) -> Diagnosis | None:
    """The loss still falls, or will fall in frames to come."""
    if not m.moving:
        return None
    right = with_score(m)
    advice = best_epoch(m) if m.test_rises else ""
    if m.falls_later:
        sentence = f"At epoch {m.epoch:,} the loss is {m.loss:.3g}, {right}; later it falls to {m.later:.3g}."
        return Diagnosis("under-trained", sentence, 1 - m.later / m.loss, FALLING)
    if m.epoch == 0:
        return Diagnosis("under-trained", f"Before training the loss is {m.loss:.3g}, {right}.", 0, FEW_EPOCHS)
    if m.epoch < FEW_EPOCHS:
        count = f"{m.epoch} epoch{'s' if m.epoch > 1 else ''}"
        sentence = f"After only {count} the loss is {m.loss:.3g}, {right}."
        return Diagnosis("under-trained", sentence, m.epoch, FEW_EPOCHS, advice)
    if m.fall >= FALLING:
        sentence = (
            f"After {m.epoch:,} epochs the loss is still falling, by {percent(m.fall)} from the third quarter of them "
            f"to the last, {right}."
        )
        return Diagnosis("under-trained", sentence, m.fall, FALLING, advice)
    total = float(m.run.train_loss[0]) - m.loss
    sentence = f"In {m.epoch:,} epochs the loss has fallen by {total:.2g}, to {m.loss:.3g}, and keeps that slow pace."
    before, last = m.quarters
    return Diagnosis("under-trained", sentence, (before - last) / total, STEADY, advice)


def hardly_begun(m: Measured) -> Diagnosis | None:
    """Not linear, and near the loss of one answer to every row: a plateau, for all that one run tells."""
    guess = m.guessing_loss
    if m.linear or not near_guessing(m):
        return None
    what = "the mean of the targets" if m.regression else "guessing by the size of the classes"
    sentence = (
        f"After {m.epoch:,} epochs the loss is {m.loss:.3g}, {with_score(m)}; {what} gives {guess:.3g}, so it has "
        "hardly begun."
    )
    return Diagnosis("under-trained", sentence, m.loss, (1 - GUESSING) * guess)


def linear(m: Measured) -> Diagnosis | None:
    """At rest, and linear in its features."""
    if not m.linear:
        return None
    e = m.run.experiment
    why = "all activations are the identity" if e.hidden else "there is no hidden layer"
    shape = "the output is a plane over the features" if m.regression else "every boundary is straight in the features"
    sentence = f"{rest(m)}: {why}, so {shape}."
    return Diagnosis("linear", sentence, m.score, LEARNED)


def at_rest(m: Measured) -> Diagnosis:
    """What is left: at rest, though nothing holds it up that one run could show."""
    guess = m.guessing_loss
    worse = f"; one answer to every row gives {guess:.3g}, which is better" if m.loss > (1 + GUESSING) * guess else ""
    return Diagnosis("at rest", f"{rest(m)}{worse}.", m.score, LEARNED)


RULES: tuple[Callable[[Measured], Diagnosis | None], ...] = (
    diverged,
    one_target,
    no_signal,
    overfitting,
    learned,
    as_good_as_neighbours,
    no_step,
    no_feature,
    symmetric,
    unscaled,
    penalised,
    unsteady,
    dead,
    saturated,
    saturated_output,
    vanishing,
    exploding,
    under_trained,
    hardly_begun,
    linear,
    at_rest,
)


# ---- words ----------------------------------------------------------------------------------------------------------


def blocked(m: Measured, rectifier: bool) -> Idle | None:
    """The hidden layer with the largest share of idle units: a whole layer, or IDLE_SHARE where nothing moves."""
    layers = [layer for layer in m.idle if layer.rectifier == rectifier]
    worst = max(layers, key=lambda layer: layer.share, default=None)
    if worst and (worst.share == 1 or (worst.share >= IDLE_SHARE and not m.moving)):
        return worst
    return None


def carried(m: Measured) -> float:
    """What arrives at layer 1 of the output layer's delta; 1 where the share is not as extreme over most frames.

    Extreme is less than VANISHING or more than EXPLODING, by layers that all in all shrink, or let it grow.
    """
    factors, totals = flow(m.run.delta[: m.frame + 1])
    now = direction(float(factors[-1]), float(totals[-1]))
    median = float(np.nanmedian(totals)) if np.isfinite(totals).any() else 1.0
    if (now == "shrinks" and median < VANISHING) or (now == "grows" and median > EXPLODING):
        return float(totals[-1])
    return 1.0


def why_vanishing(m: Measured) -> str:
    """The measured factors by which delta shrinks on its way to layer 1."""
    weights, slopes = m.run.weight_factor[m.frame, :-1], m.run.slope_factor[m.frame, :-1]
    if (weights == 0).any():
        return "The weights above it pass nothing on."
    if not (slopes > 0).all():
        return "The slopes above it pass nothing on."
    weight, slope = (float(np.exp(np.log(factors).mean())) for factors in (weights, slopes))
    return f"Each layer multiplies it by {weight * slope:.2g} (weights {weight:.2g}, slopes {slope:.2g})."


def blown_up(m: Measured) -> str:
    """Where the L2 penalty alone makes every weight grow at each step: by which factor; else nothing.

    Plain descent and decoupled decay multiply a weight by 1 - rate penalty; with momentum the bound of rate penalty
    is 2 (1 + mu), and with Nesterov's 2 (1 + mu) / (1 + 2 mu) (Goh 2017; Cohen et al. 2021).
    """
    segment, row = m.segment, OPTIMIZERS[m.segment.optimizer]
    factor = segment.learning_rate * m.penalty_rate
    mu = segment.momentum
    plain = segment.optimizer == "sgd" or row.decoupled
    limits = {"momentum": 2 * (1 + mu), "nesterov": 2 * (1 + mu) / (1 + 2 * mu)}
    limit = 2.0 if plain else limits.get(segment.optimizer, np.inf)
    if not factor > limit:
        return ""
    divided = "" if row.decoupled else f" / {segment.l2 / m.penalty_rate:g} rows"
    said = f"learning rate x L2{divided} is {factor:.3g}"
    if plain:
        return f"The L2 penalty alone does it: {said}, so each step multiplies every weight by {1 - factor:.3g}."
    return f"The L2 penalty alone does it: {said}, and with momentum {mu:g} weights grow beyond {limit:.3g}."


def best_epoch(m: Measured) -> str:
    """When the test loss was lowest."""
    lowest = m.lowest_test
    return f"The test loss was lowest, {m.run.test_loss[lowest]:.3g}, at epoch {m.run.epochs[lowest]:,}."


def without_test_loss(found: Diagnosis) -> Diagnosis:
    """The same for who is not to see the loss of test rows: without what is said of it."""
    advice = "" if found.advice.startswith("The test loss") else found.advice
    return replace(found, sentence=re.sub("; the test loss is .*", ".", found.sentence), advice=advice)


def gap(m: Measured) -> str:
    """What to say of the test rows: that they are few, or behind the training rows; mostly nothing."""
    if m.regression and 1 < len(m.run.y_test) < FEW_ROWS:
        return f"R² of so few test rows, {len(m.run.y_test)}, says little."
    if m.score - m.test_score >= TEST_GAP:
        return "It fits the training rows better than others."
    return ""


def rest(m: Measured) -> str:
    """That the loss no longer falls, as the beginning of a sentence."""
    low, high = m.last_half.min(), m.last_half.max()
    return f"At rest at {f'losses from {low:.3g} to {high:.3g}' if ranges(m) else f'loss {m.loss:.3g}'} {with_score(m)}"


def ranges(m: Measured) -> bool:
    """Whether the losses of the last half differ by RANGE of their mean."""
    return bool(np.ptp(m.last_half) >= RANGE * m.last_half.mean())


def swinging(m: Measured) -> bool:
    """Whether the loss is thrown up again and again."""
    return m.epoch >= FEW_EPOCHS and m.swings >= UNSTEADY and ranges(m)


def usual_score(m: Measured) -> float:
    """The score; but no better than the median of the last half where the loss swings: the last frame is then luck."""
    return min(m.score, m.usual_score) if swinging(m) else m.score


def near_guessing(m: Measured) -> bool:
    """Whether the loss is about that of one answer to every row."""
    return abs(m.loss - m.guessing_loss) <= GUESSING * m.guessing_loss


def no_better_than_guessing(m: Measured) -> bool:
    """Whether one answer to every row would do as well."""
    return m.score <= m.guessing_score + GUESSING


def penalised_by(m: Measured) -> bool:
    """Whether the frame's segment has a penalty."""
    return bool(m.segment.l1 or m.segment.l2)
