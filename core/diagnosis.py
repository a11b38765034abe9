"""What is the matter with a run, in a sentence computed from measured values.

`diagnose` asks the functions in RULES from top to bottom; the first that applies speaks. What each measures and where
its threshold comes from stands beside it. Thresholds were measured on some 100 runs of 5 to 10,000 epochs: every data
set, no hidden layer to ten of 64, learning rates 1e-6 to 1000.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.network import OPTIMIZERS
from core.network.tails import SATURATED, largest_slope
from core.phrases import neighbours, on_both, percent, scientific, short, units, with_score
from core.symptoms import FALLING, FEW_EPOCHS, SATURATED_ROWS, STEADY, Idle, Measured
from core.training import LOSS_LIMIT, Run

Verdict = Literal[
    "diverged",
    "overfitting",
    "fine",
    "dead",
    "saturated",
    "vanishing",
    "exploding",
    "under-trained",
    "unsteady",
    "no signal",
    "too narrow",
]

LEARNED = (
    0.95  # training accuracy; the presets that learn end at 0.97 to 1. R^2: six Gaussians by 8,8 and Adam end at 0.98
)
TEST_GAP = 0.1  # training minus test accuracy, or R^2, worth a word
OVERFITTING = 0.3  # the same, not fine: diabetes with 8,8 units 0.26, with 64,64 trained on 88 rows 1.2
FEW_ROWS = 10  # test rows whose accuracy, or R^2, hangs on single ones
IDLE_SHARE = 0.5  # of a layer's units; ReLU 4x10 learns with 3 of 4 idle, so short of a whole layer it must be stuck
WRONG_SATURATED = 0.5  # share of wrong rows; squared loss on squared features, stuck seeds 3 and 8: all of them
VANISHING = 1e-3  # delta against the output layer's: logistic 8,8,8 (8e-4) is stuck, ReLU 4x10 (2e-3) learns
EXPLODING = 10.0  # likewise: runs that learn end below 9, identity 8x10 with He's weights starts at 13 and diverges
SWING = 0.2  # (highest - lowest loss) / mean over the last half: settled runs 0.05, tanh 64x10 with He's weights 3
GUESSING = 0.02  # distance from the loss of the best constant; logistic 8,8 after 200 epochs 0.002. Also an R^2
OVERLAP_MARGIN = 0.02  # accuracy, or R^2, by which the network may stay behind its nearest neighbours
GENTLE = 0.5  # activations whose slope never exceeds this shrink delta by themselves: the logistic, at most 1/4


@dataclass(frozen=True)
class Diagnosis:
    """A verdict on one frame of a run.

    sentence: what was measured. advice: a second sentence, what it comes from or what usually helps; may be empty.
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
    """The loss is no longer finite, or the run ended because it had grown too large."""
    limit = LOSS_LIMIT * float(m.run.train_loss[0])
    if not np.isfinite(m.loss):
        return Diagnosis("diverged", f"At epoch {m.epoch:,} the loss is no longer a finite number.", m.loss, limit)
    if m.frame < len(m.run.epochs) - 1 or not m.run.ended.startswith("diverged"):
        return None
    what, _, advice = m.run.ended.removeprefix("diverged ").partition(". ")
    return Diagnosis("diverged", f"{what[0].upper()}{what[1:]}.", m.loss, limit, f"{advice}." if advice else "")


def no_step(m: Measured) -> Diagnosis | None:
    """TensorFlow Playground's descent steps after `batch_size` rows of an epoch: of fewer rows it takes none at all."""
    rows, segments = len(m.run.y_train), m.run.experiment.segments
    smallest = min(segment.batch_size for segment in segments)
    if smallest <= rows or not all(OPTIMIZERS[segment.optimizer].in_order for segment in segments):
        return None
    sentence = f"No step is taken: one follows every {smallest:,} rows, and there are {rows:,} training rows."
    return Diagnosis("under-trained", sentence, rows, smallest, "A smaller batch size helps.")


def one_target(m: Measured) -> Diagnosis | None:
    """Regression: without differences among the targets there is nothing to learn from the inputs, and no R^2."""
    spread = float(np.ptp(m.run.y_train))
    if not m.regression or spread > 0:
        return None
    rows = "single training row has" if len(m.run.y_train) == 1 else "training rows all have"
    sentence = f"The {rows} the target {short(m.run.y_train[0])}, so R² is not defined there; the loss is {m.loss:.2g}."
    return Diagnosis("no signal", sentence, spread, 0.0, "More training rows help.")


def overfitting(m: Measured) -> Diagnosis | None:
    """Far better on the rows it was trained with than on others: what it learned there alone is not fine."""
    ahead = m.score - m.test_score
    if not (m.score > GUESSING and ahead >= OVERFITTING and len(m.run.y_test) >= FEW_ROWS):
        return None
    sentence = f"{on_both(m)}."
    return Diagnosis("overfitting", sentence, ahead, OVERFITTING, "More training rows or a penalty usually help.")


def learned(m: Measured) -> Diagnosis | None:
    """Nearly all training rows are right, and more than by naming the largest class."""
    if m.score < LEARNED or m.score <= m.guessing_score:
        return None
    sentence = f"{on_both(m)}, at a loss of {m.loss:.2g}."
    idle = max(m.idle, key=lambda layer: layer.share, default=None)
    advice = gap(m)
    if not advice and idle and idle.share >= IDLE_SHARE:
        advice = f"It learned although {units(idle)} are {'dead' if idle.rectifier else 'saturated'}."
    return Diagnosis("fine", sentence, m.score, LEARNED, advice)


def dead(m: Measured) -> Diagnosis | None:
    """Units with slope 0 on every row keep training from moving."""
    layer = blocked(m, rectifier=True)
    if not layer:
        return None
    sentence = f"{units(layer)} are dead: their slope is zero on every training row."
    advice = "A smaller learning rate, other initial weights or leaky ReLU usually help."
    return Diagnosis("dead", sentence, layer.share, IDLE_SHARE, advice)


def saturated(m: Measured) -> Diagnosis | None:
    """Units with hardly any slope on nearly every row keep training from moving."""
    layer = blocked(m, rectifier=False)
    if not layer:
        return None
    sentence = (
        f"{units(layer)} are saturated: their slope is below {percent(SATURATED)} of the largest possible "
        f"on at least {percent(SATURATED_ROWS)} of the training rows."
    )
    advice = "Units can leave saturation, slowly; a smaller learning rate or smaller weights usually help."
    return Diagnosis("saturated", sentence, layer.share, IDLE_SHARE, advice)


def saturated_output(m: Measured) -> Diagnosis | None:
    """Squared loss: dL/dz = (a - t)(1 - a^2) vanishes where the output is wrong and sure of it."""
    if m.run.experiment.loss != "squared" or m.moving:
        return None
    count, wrong = m.wrong_saturated
    if not wrong or count / wrong < WRONG_SATURATED:
        return None
    sentence = (
        f"The output is saturated on {count:,} of the {wrong:,} training rows that are wrong: its slope there is below "
        f"{percent(SATURATED)} of the largest possible, so they send hardly any gradient back."
    )
    return Diagnosis("saturated", sentence, count / wrong, WRONG_SATURATED, "Log loss does not stall there.")


def vanishing(m: Measured) -> Diagnosis | None:
    """Small now, and in most frames before or in a network that does no better than guessing.

    Without the second condition a network at rest in a solution that saturates its units would count, and a linear
    one whose best boundary on the circle is none: its weights rightly go to zero.
    """
    layer = int(np.argmin(m.delta_ratios[-1]))
    ratio = float(m.delta_ratios[-1, layer])
    throughout = np.median(m.delta_ratios[:, layer]) < VANISHING
    guesses = m.loss >= (1 - GUESSING) * m.guessing_loss and not m.linear
    if not ratio < VANISHING or not (throughout or guesses):
        return None
    share = scientific(ratio) if ratio > 0 else "nothing"
    sentence = f"Layer {layer + 1} receives {share} of the output layer's gradient (delta): vanishing."
    return Diagnosis("vanishing", sentence, ratio, VANISHING, why_vanishing(m, layer))


def exploding(m: Measured) -> Diagnosis | None:
    """A layer receives many times the output layer's delta."""
    layer = int(np.argmax(m.delta_ratios[-1]))
    ratio = float(m.delta_ratios[-1, layer])
    if not ratio > EXPLODING:
        return None
    sentence = f"Layer {layer + 1} receives {ratio:.0f} times the output layer's gradient (delta): exploding."
    return Diagnosis("exploding", sentence, ratio, EXPLODING, "Smaller initial weights or fewer layers usually help.")


def under_trained(m: Measured) -> Diagnosis | None:
    """The loss still falls, or will fall in frames to come."""
    if not m.moving:
        return None
    right = with_score(m)
    advice = "Train longer, or raise the learning rate."
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
    return Diagnosis("under-trained", sentence, (before - last) / total, STEADY, "Raise the learning rate.")


def unsteady(m: Measured) -> Diagnosis | None:
    """The loss goes up and down without falling."""
    so_far = slice(0, m.frame + 1)
    half = m.run.train_loss[so_far][m.run.epochs[so_far] >= 0.5 * m.epoch]
    swing = float((half.max() - half.min()) / half.mean())
    if swing < SWING:
        return None
    sentence = (
        f"Over the last half of {m.epoch:,} epochs the loss swings between {half.min():.2g} and {half.max():.2g} "
        f"without falling, {with_score(m)}."
    )
    return Diagnosis("unsteady", sentence, swing, SWING, "A smaller learning rate or larger batches usually help.")


def no_signal(m: Measured) -> Diagnosis | None:
    """Regression: neither the network on the test rows nor the nearest neighbours do better than the mean."""
    if not m.regression or not m.mixed or m.test_score > GUESSING or m.neighbour_score > GUESSING:
        return None
    sentence = f"{on_both(m)}; {neighbours(m)}, so the inputs hardly tell the target."
    advice = "Less noise, other axes or more rows may help."
    return Diagnosis("no signal", sentence, m.neighbour_score, GUESSING, advice)


def as_good_as_neighbours(m: Measured) -> Diagnosis | None:
    """Rows of different classes lie among each other, and the network tells them apart as well as neighbours do."""
    if not m.mixed or m.score < m.neighbour_score - OVERLAP_MARGIN or no_better_than_mean(m):
        return None
    if m.regression:
        sentence = f"{on_both(m)}; {neighbours(m)}, so the inputs do not tell the target exactly."
    else:
        sentence = (
            f"{percent(m.score)} of the training rows are right; their nearest neighbours tell the class of "
            f"{percent(m.neighbour_score)}, so the classes overlap."
        )
    return Diagnosis("fine", sentence, m.score, m.neighbour_score - OVERLAP_MARGIN, gap(m))


def linear(m: Measured) -> Diagnosis | None:
    """At rest, and linear in its features."""
    if not m.linear:
        return None
    why = "all activations are the identity" if m.run.experiment.hidden else "there is no hidden layer"
    shape = "the output is a plane over the features" if m.regression else "every boundary is straight in the features"
    if not m.run.experiment.features:
        why, shape = "there is no feature", "the output is the same everywhere"
    sentence = f"The loss has settled at {m.loss:.3g} {with_score(m)}: {why}, so {shape}."
    add = "a nonlinear activation" if m.run.experiment.hidden else "a hidden layer"
    which = "over which the target is a plane" if m.regression else "in which the classes lie on two sides of a line"
    advice = f"Add {add}, or features {which}." if m.run.experiment.features else "Switch a feature on."
    return Diagnosis("too narrow", sentence, m.score, LEARNED, advice)


def guessing(m: Measured) -> Diagnosis | None:
    """Classes: no better than the shares of the classes as answer to every row."""
    guess = m.guessing_loss
    if m.regression or m.loss < (1 - GUESSING) * guess:
        return None
    sentence = (
        f"After {m.epoch:,} epochs the loss is {m.loss:.3g}; guessing by the size of the classes gives {guess:.3g}, "
    )
    if m.loss > (1 + GUESSING) * guess:
        sentence += f"which is better, {with_score(m)}."
        advice = "A smaller learning rate usually helps."
    else:
        sentence += "so it has hardly begun to tell them apart."
        advice = hardly_begun(m)
    return Diagnosis("under-trained", sentence, m.loss, (1 - GUESSING) * guess, advice)


def at_the_mean(m: Measured) -> Diagnosis | None:
    """Regression: R^2 near or below 0, what the mean of the training targets would reach."""
    if not no_better_than_mean(m):
        return None
    worse = m.score < -GUESSING
    sentence = (
        f"After {m.epoch:,} epochs R² is {short(m.score)} on the training rows: "
        f"{'worse' if worse else 'hardly better'} than answering the mean of their targets."
    )
    advice = "A smaller learning rate usually helps." if worse else hardly_begun(m)
    return Diagnosis("under-trained", sentence, m.score, GUESSING, advice)


def too_narrow(m: Measured) -> Diagnosis:
    """What is left: at rest, though nothing holds it up."""
    sentence = (
        f"The loss has settled at {m.loss:.3g} {with_score(m)}, though gradients reach every layer: the network may be "
        f"too small for this {'surface' if m.regression else 'boundary'}."
    )
    advice = "Try more units or features; another seed tells whether it was the start."
    if m.run.experiment.initializer == "zeros":
        advice = "Units that start equal stay equal: try other initial weights."
    elif penalised(m):
        advice = "Try a smaller penalty, more units or other features."
    return Diagnosis("too narrow", sentence, m.score, LEARNED, advice)


RULES: tuple[Callable[[Measured], Diagnosis | None], ...] = (
    diverged,
    no_step,
    one_target,
    overfitting,
    learned,
    dead,
    saturated,
    saturated_output,
    vanishing,
    exploding,
    under_trained,
    unsteady,
    no_signal,
    as_good_as_neighbours,
    linear,
    guessing,
    at_the_mean,
    too_narrow,
)


# ---- words ----------------------------------------------------------------------------------------------------------


def blocked(m: Measured, rectifier: bool) -> Idle | None:
    """The hidden layer with the largest share of idle units: a whole layer, or IDLE_SHARE where nothing moves."""
    layers = [layer for layer in m.idle if layer.rectifier == rectifier]
    worst = max(layers, key=lambda layer: layer.share, default=None)
    if worst and (worst.share == 1 or (worst.share >= IDLE_SHARE and not m.moving)):
        return worst
    return None


def why_vanishing(m: Measured, layer: int) -> str:
    """The measured factors by which delta shrinks on its way to a layer (from 0); what helps against the smaller."""
    weights, slopes = m.run.weight_factor[m.frame, layer:-1], m.run.slope_factor[m.frame, layer:-1]
    if (weights == 0).any():
        return "The weights above it pass nothing on; other initial weights help."
    if not (slopes > 0).all():
        return "The slopes above it pass nothing on; smaller weights or a smaller learning rate help."
    weight, slope = (float(np.exp(np.log(factors).mean())) for factors in (weights, slopes))
    if weight < slope:
        helps = "a smaller penalty helps" if penalised(m) else "larger initial weights help"
    elif any(largest_slope(name) < GENTLE for name in m.run.experiment.activations[layer:]):
        helps = "tanh and ReLU have larger slopes"
    else:
        helps = "smaller weights or a smaller learning rate help"
    return f"Each layer multiplies it by {weight * slope:.2g} (weights {weight:.2g}, slopes {slope:.2g}); {helps}."


def gap(m: Measured) -> str:
    """What to say of the test rows: that they are few, or behind the training rows; mostly nothing."""
    if m.regression and 1 < len(m.run.y_test) < FEW_ROWS:
        return f"R² of so few test rows, {len(m.run.y_test)}, says little."
    if m.score - m.test_score >= TEST_GAP:
        return "It fits the training rows better than others: more training rows or a penalty usually help."
    return ""


def no_better_than_mean(m: Measured) -> bool:
    """Whether this is regression, and R^2 near or below 0."""
    return m.regression and m.score <= GUESSING


def hardly_begun(m: Measured) -> str:
    """What helps a network that answers the same to every row."""
    return "A smaller penalty usually helps." if penalised(m) else "Train longer, or try another activation or seed."


def penalised(m: Measured) -> bool:
    """Whether any segment has a penalty."""
    return any(segment.l1 or segment.l2 for segment in m.run.experiment.segments)
