"""Lab: what the outputs of an activation do: to the signs of the next layer's gradient, and as a probability."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from core.claims.activations import MOST_EPOCHS, Settings
from core.claims.claim import Claim
from core.claims.saturation import recovers_claim
from core.experiment import Experiment, changed
from core.network import LOSSES, Probe, forward
from core.training import Run, train_together

Array = np.ndarray
SEEDS = range(1, 11)

# ---- signs of the next layer's gradient -----------------------------------------------------------------------------

COMPARED = ("logistic", "tanh")
SIGNS = Experiment(rows=400, hidden=(8, 8), initializer="glorot_uniform")
BATCHES = (1, 2, 5, 10, 20, 50, 100, 200)  # rows; all divide the 200 training rows
CHANCE = 2 / 2**8  # that eight signs are one, were each of them tossed


@dataclass(frozen=True)
class Signs:
    """How often all incoming weights of a neuron of the second hidden layer get gradients of one sign.

    one_sign: for each seed (rows) and size of batch (columns) the share of (neuron, batch) where that is so.
    mean_output (S,): of the first hidden layer, which these weights read. lowest_output: of all its values.
    accuracy (S,): on the test rows.
    """

    one_sign: Array
    mean_output: Array
    lowest_output: float
    accuracy: Array


def sign_runs(epochs: int) -> dict[str, list[Run]]:
    """A 2-8-8-1 network on the circle, trained from each of SEEDS, by activation of COMPARED.

    Raises ValueError for less than one epoch.
    """
    return {
        name: train_together([changed(SIGNS, activation=name, seed=seed, epochs=epochs) for seed in SEEDS])
        for name in COMPARED
    }


def signs(runs: Sequence[Run], frame: int) -> Signs:
    """Measure the runs' weights of one frame on their training rows, batches in the rows' order.

    runs: as of `sign_runs`, with two hidden layers or more. frame: place among their frames; IndexError where there is
    none.
    """
    shares, means, lowest = [], [], np.inf
    for run in runs:
        experiment, layers = run.experiment, run.layers[frame]
        X = run.inputs(run.X_train)
        a = forward(X, layers, experiment.activations, LOSSES[experiment.loss].output(experiment.classes))[0]
        delta = Probe(experiment.activations, experiment.loss, 2, layers, X, run.y_train).gradients(layers).deltas[1]
        shares.append([share_of_one_sign(a, delta, m) for m in BATCHES])
        means.append(a.mean())
        lowest = min(lowest, a.min())
    accuracy = np.array([run.test_accuracy[frame] for run in runs])
    return Signs(np.array(shares), np.array(means), float(lowest), accuracy)


def share_of_one_sign(a: Array, delta: Array, m: int) -> float:
    """Share of (batch of m rows, neuron) for which all of dL/dW[:, neuron] = a^T delta have one sign.

    a (n, n_in): what the neurons read; delta (n, n_out): dL/dz of them. Raises ValueError if n is no multiple of m.
    """
    gradients = np.einsum("kmi,kmj->kij", a.reshape(-1, m, a.shape[1]), delta.reshape(-1, m, delta.shape[1]))
    positive = (gradients > 0).mean(axis=1)
    return float(np.mean((positive == 0) | (positive == 1)))


def sign_claims(measured: Mapping[str, Signs]) -> list[Claim]:
    """One row: one sign where all inputs are positive. tanh: hardly ever. Ten rows: not forced, but not by chance.

    measured: by activation of COMPARED.
    """
    one, ten = BATCHES.index(1), BATCHES.index(10)
    logistic, tanh = measured["logistic"], measured["tanh"]
    return [
        Claim(
            "Behind logistic units a single row gives a neuron gradients of one sign.",
            f"smallest share of neurons, {len(SEEDS)} seeds",
            float(logistic.one_sign[:, one].min()),
            1.0,
            at_least=True,
        ),
        Claim(
            "Behind tanh units one sign for all eight weights is rare for a single row.",
            f"largest share of neurons, {len(SEEDS)} seeds",
            float(tanh.one_sign[:, one].max()),
            0.2,
        ),
        Claim(
            "Batches of 10 rows do not force one sign behind logistic units.",
            f"largest share of neurons, {len(SEEDS)} seeds",
            float(logistic.one_sign[:, ten].max()),
            0.9,
        ),
        Claim(
            "They give it far more often than chance: in more than ten times 2/2⁸ of all cases.",
            f"mean share of neurons, {len(SEEDS)} seeds",
            float(logistic.one_sign[:, ten].mean()),
            10 * CHANCE,
            at_least=True,
        ),
    ]


def faster_claim(measured: Mapping[str, Signs]) -> Claim:
    """tanh against the logistic in hidden layers, all else equal. measured: by activation, after MOST_EPOCHS."""
    return Claim(
        f"After {MOST_EPOCHS} epochs tanh's worst seed is better than the logistic's best.",
        "difference of these test accuracies",
        float(measured["tanh"].accuracy.min() - measured["logistic"].accuracy.max()),
        0.1,
        at_least=True,
    )


# ---- the output as a probability ------------------------------------------------------------------------------------

CLOUDS = Experiment(dataset="gauss", rows=1200, train_share=40, hidden=(8,))
CLOUD_EPOCHS = 40
BINS = 10


@dataclass(frozen=True)
class Calibration:
    """Test rows sorted by the output p into BINS bins of equal width, all seeds together; empty bins are left out.

    predicted, observed (B,): mean p and share of class 1 in a bin, both from 0 to 1; rows (B,): how many there are.
    gap: |predicted - observed|, mean over the rows. accuracy: share of rows on the right side of 1/2.
    """

    predicted: Array
    observed: Array
    rows: Array
    gap: float
    accuracy: float


def cloud_runs(noise: float) -> list[Run]:
    """A 2-8-1 network on two overlapping normal clouds, trained with log loss from each of SEEDS.

    noise: of the experiment, in percent; ValueError where an experiment takes none.
    """
    return train_together([changed(CLOUDS, noise=noise, seed=seed, epochs=CLOUD_EPOCHS) for seed in SEEDS])


def cloud_outputs(noise: float) -> tuple[Array, Array, Array]:
    """Outputs p, classes y and true probabilities, each (n,), of `cloud_runs`: `outputs` of them. noise: in percent."""
    return outputs(cloud_runs(noise))


def outputs(runs: Sequence[Run]) -> tuple[Array, Array, Array]:
    """Outputs p, classes y, and the true probability of class 1, each (n,), for the test rows of all runs."""
    p = [
        forward(run.inputs(run.X_test), run.layers[-1], run.experiment.activations, "logistic")[-1][:, 0]
        for run in runs
    ]
    true = [posterior(run.X_test, run.experiment.noise) for run in runs]
    return np.concatenate(p), np.concatenate([run.y_test for run in runs]), np.concatenate(true)


def posterior(X: Array, noise: float) -> Array:
    """Bayes: the probability of class 1, (n,), at X (n, 2), for clouds around (2, 2) and (-2, -2), equally frequent.

    With the variance v = 0.5 + 7 noise of `core.data`, it is s((|x + c|^2 - |x - c|^2) / (2 v)) = s(4 (x1 + x2) / v).
    """
    return expit(4 * X.sum(axis=1) / (0.5 + 7 * noise / 100))


def calibration(p: Array, y: Array, scale: float = 1.0) -> Calibration:
    """Sort rows by p = s(scale z), where s(z) is the network's output p (n,); y (n,): classes 0 and 1.

    The curve and its mean gap are those of Guo et al. 2017, section 2 (reliability diagram, eq. 3).
    """
    p = expit(scale * logit(p))
    places = np.minimum((p * BINS).astype(int), BINS - 1)
    rows = np.bincount(places, minlength=BINS)
    filled = rows > 0
    predicted = np.bincount(places, p, BINS)[filled] / rows[filled]
    observed = np.bincount(places, y, BINS)[filled] / rows[filled]
    gap = float(np.average(np.abs(predicted - observed), weights=rows[filled]))
    return Calibration(predicted, observed, rows[filled], gap, float(np.mean((p > 0.5) == y)))


def calibration_claims(p: Array, y: Array, true: Array) -> list[Claim]:
    """The output is near the share of class 1 and near Bayes' probability; a steeper one is not.

    p, y, true (n,): as of `outputs`.
    """
    trained, steep = calibration(p, y), calibration(p, y, 3.0)
    return [
        Claim(
            "Of the rows to which the output gives $p$, a share of about $p$ is of class 1.",
            f"mean gap, {len(y):,} test rows of {len(SEEDS)} seeds",
            trained.gap,
            0.02,
        ),
        Claim(
            "The output is near the probability that Bayes' rule gives for these clouds.",
            "mean difference on the same rows",
            float(np.mean(np.abs(p - true))),
            0.05,
        ),
        Claim(
            "$s(3z)$ is between 0 and 1 too, but its gap is a multiple.",
            "gap of $s(3z)$ over that of $s(z)$",
            steep.gap / trained.gap,
            2.0,
            at_least=True,
        ),
    ]


# ---- tanh beyond two classes ----------------------------------------------------------------------------------------


THREE = changed(Experiment(dataset="blobs3", noise=25, rows=300, hidden=(4,), activation="tanh"), epochs=30)


def three_class_claim() -> Claim:
    """Hidden tanh units with three classes: the range of a hidden unit has nothing to do with how many there are."""
    runs = train_together([changed(THREE, seed=seed) for seed in SEEDS])
    return Claim(
        "Networks with hidden tanh units tell three classes apart.",
        f"smallest test accuracy, {len(SEEDS)} seeds",
        float(min(run.test_accuracy[-1] for run in runs)),
        0.9,
        at_least=True,
    )


# ---- claims ---------------------------------------------------------------------------------------------------------


def claims() -> list[Claim]:
    """What holds of the lab's networks as they are when it is opened."""
    runs = sign_runs(MOST_EPOCHS)
    signs_of_one_row = sign_claims(_signs(runs, Settings().epochs))[:2]
    return [*signs_of_one_row, faster_claim(_signs(runs, MOST_EPOCHS)), *_calibration_claims()[:2]]


def counter_examples() -> list[Claim]:
    """For each sentence that is often heard: lost for good, one sign (two claims), a probability, two classes."""
    epochs = Settings().epochs
    in_batches = sign_claims(_signs(sign_runs(epochs), epochs))[2:]
    return [recovers_claim(), *in_batches, _calibration_claims()[2], three_class_claim()]


def _signs(runs: Mapping[str, Sequence[Run]], frame: int) -> dict[str, Signs]:
    return {name: signs(found, frame) for name, found in runs.items()}


def _calibration_claims() -> list[Claim]:
    return calibration_claims(*outputs(cloud_runs(Settings().noise)))
