"""Depth without nonlinearity: a composition of affine maps is one affine map; only the way of training differs.

The algebra of it is in `one_layer`. Source of what is said of training: Saxe, McClelland and Ganguli 2014, section 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from core import fields
from core.claims.claim import Claim
from core.claims.one_layer import HALF_SIDE as HALF_SIDE
from core.claims.one_layer import RESOLUTION as RESOLUTION
from core.claims.one_layer import boundary_in_sight as boundary_in_sight
from core.claims.one_layer import collapse, difference, least_error, origin, products, ranks
from core.claims.one_layer import product_latex as product_latex
from core.claims.one_layer import singular_values as singular_values
from core.claims.paths import train_paths
from core.data import DATASETS
from core.experiment import Experiment, Segment, changed
from core.fields import Choice, Flag, Sizes, Whole, setting
from core.link import Pair
from core.network import ACTIVATIONS, INITIALIZERS, Gradients, Layers, Probe, initial_layers
from core.recording import schedule
from core.training import Run, prepare, train

Array = np.ndarray

SHOWN = {name: DATASETS[name] for name in ("circle", "xor", "gauss", "blobs3")}
TRAINED = {name: DATASETS[name] for name in ("circle", "xor", "gauss")}
NOISE = {"gauss": 50}  # percent: the clouds overlap, as rows that a line can separate have no lowest log loss
RATE = {"circle": 0.14, "xor": 0.1, "gauss": 0.1}  # half of where the first of the networks diverges, or less
FUNCTIONS = {name: ACTIVATIONS[name] for name in ("identity", "tanh", "relu")}
STARTS = {name: INITIALIZERS[name] for name in ("uniform", "glorot_uniform")}
DEPTHS = range(7)
SEEDS = range(1, 7)
SHORT = Segment("adam", 0.01, batch_size=25, epochs=60)  # the network of the picture: 0.1 s
EPOCHS = 1000
PROVEN = 1e-6  # far above rounding: a larger error, or difference, is one
SHAPE = (2, 8, 3, 8, 1)  # of drawn networks: inputs, hidden layers and output
ROUNDING = 1e-12  # relative: a smaller difference of two ways to multiply is one of rounding
BENT = ("circle", "xor")  # rows that no line separates: here a nonlinearity shows
BENT_DEPTHS = (1, 2)  # hidden layers that are enough for tanh to leave the lowest loss of one layer far above it
PLATEAUS = (5, 6)  # hidden layers of 4 with uniform weights whose loss falls slowly at first, on two Gaussians
STEEPER = 1.5  # times the first epoch's fall, at least, is a later steep one; measured 2.0 to 79
NEAR = 0.1  # of the first excess over the lowest loss that is left when a run counts as near it


@dataclass(frozen=True)
class LinearDepth:
    """What can be set in this lab: six fields for the network that is multiplied out, three for those trained.

    Raises ValueError (field, rule, value) for a value that its rule does not accept.
    """

    dataset: str = setting("blobs3", Choice(SHOWN), "Data set")
    hidden: tuple[int, ...] = setting((8, 1, 8), Sizes(6, 1, 16), "Hidden layers")
    activation: str = setting("identity", Choice(FUNCTIONS), "Activation")
    seed: int = setting(1, Whole(0, 99_999), "Seed")
    epoch: int = setting(SHORT.epochs, Whole(0, SHORT.epochs), "Epochs trained")
    multiplied: bool = setting(True, Flag(), "Draw the one layer, dashed")
    rows: str = setting("circle", Choice(TRAINED), "Trained on")
    width: int = setting(4, Whole(4, 8), "Units in each hidden layer")
    initializer: str = setting("uniform", Choice(STARTS), "Initial weights")

    def __post_init__(self) -> None:
        fields.check(self)


PRESETS = {
    "Narrow layer": LinearDepth(),
    "Linear": LinearDepth(hidden=(8, 3, 8)),
    "tanh": LinearDepth(dataset="xor", activation="tanh", rows="xor"),
}


# ---- one network and its product ------------------------------------------------------------------------------------


def experiment(settings: LinearDepth) -> Experiment:
    """The network of the picture, trained for a moment."""
    return Experiment(
        dataset=settings.dataset,
        noise=NOISE.get(settings.dataset, 0),
        seed=settings.seed,
        hidden=settings.hidden,
        activation=settings.activation,
        initializer="glorot_uniform",
        segments=(SHORT,),
    )


def in_compare(settings: LinearDepth) -> Pair:
    """The network of the picture beside the same one with tanh, or where it has a nonlinearity with the identity."""
    shown = experiment(settings)
    return Pair(shown, changed(shown, activation="tanh" if settings.activation == "identity" else "identity"))


def first_updates(run: Run) -> list[Array]:
    """|dL/dW| (n_in, n_out) of every layer at the initial weights, over all training rows.

    The first step of plain gradient descent is proportional to it.
    """
    return [np.abs(dW) for dW, _ in _gradients(run, run.layers[0]).layers]


def gradients_by_row(run: Run) -> tuple[Array, Array]:
    """Training rows of class 0, (n, 2), and dL_row/dw of the first weight of the first layer for each, (n,).

    dL_row/dW_1 = x^T delta_1 at the initial weights, of which this is the entry for x_1 and the first unit.
    """
    delta = _gradients(run, run.layers[0]).deltas[0]
    of_class = run.y_train == 0
    return run.X_train[of_class], (run.inputs(run.X_train)[:, 0] * delta[:, 0])[of_class]


def numbers(run: Run, epoch: int) -> dict[str, str]:
    """What the network after an epoch and the product of its layers come to, by label."""
    layers = run.layers[epoch]
    W, b = products(layers)[-1]
    return {
        "Layers": str(len(layers)),
        "Weights and biases": str(run.experiment.parameters),
        "Of the one layer": str(W.size + b.size),
        "Rank of W": str(ranks(layers)[-1]),
        "Training accuracy": f"{run.train_accuracy[epoch]:.1%}",
    }


def off_by(run: Run, epoch: int) -> tuple[str, str]:
    """How far one layer is from the network after an epoch, in a few words and in a sentence that says of what."""
    layers, activation = run.layers[epoch], str(run.experiment.activation)
    z, product = collapse(layers, activation)
    if activation == "identity" or not run.experiment.hidden:
        gap = difference(z, product)
        found = (
            "The largest difference between this network and the one layer that its weights multiply into is "
            f"**{gap:.2g}** of the largest output, on 10,000 points"
        )
        return ("off by 0", f"{found}: rounding.") if gap <= ROUNDING else (f"off by {gap:.2g}", f"{found}.")
    label, least = ACTIVATIONS[activation].label, least_error(z, origin(layers, activation))
    if least < PROVEN:
        return (
            "no bend",
            f"This network has {label} between its layers and does not show it. Another seed or epoch may.",
        )
    return (
        f"off by {least:.0%}",
        f"With {label} between the layers any one layer is wrong somewhere, by **{least:.1%}** of the network's "
        "largest output or more.",
    )


def _gradients(run: Run, layers: Layers) -> Gradients:
    e = run.experiment
    probe = Probe(e.activations, e.loss, e.classes, layers, run.inputs(run.X_train), run.y_train)
    return probe.gradients(layers)


def collapse_claims(run: Run, epoch: int = -1) -> list[Claim]:
    """What holds for a network after an epoch: its collapse where it is linear, the failure where it is not.

    epoch: place among the run's frames; IndexError where there is none.
    """
    layers, activation = run.layers[epoch], str(run.experiment.activation)
    z, product = collapse(layers, activation)
    if activation != "identity" and run.experiment.hidden:
        least = least_error(z, origin(layers, activation))
        measured = "least error of any one layer, relative"
        if least < PROVEN:
            return [
                Claim(
                    "This network does not show a bend as it is: $f(x) + f(-x) - 2 f(0)$ is 0 all over the square.",
                    measured,
                    least,
                    PROVEN,
                )
            ]
        return [
            Claim(
                f"With {ACTIVATIONS[activation].label} between the layers no single $W$ and $b$ does what they do.",
                measured,
                least,
                PROVEN,
                at_least=True,
            )
        ]
    return [
        Claim(
            "All layers together are one layer, with $W = W_1 W_2 \\cdots W_n$ and the bias that goes with it.",
            "largest difference on 10,000 points, relative",
            difference(z, product),
            ROUNDING,
        ),
        *rank_claims(layers),
    ]


def rank_claims(layers: Layers) -> list[Claim]:
    """That a layer of one unit bounds the rank of the product from there on, where the shapes do not say so already.

    layers: pairs (W (n_in, n_out), b (n_out,)). With two inputs no wider layer lowers a rank.
    """
    widths = [len(b) for _, b in layers]
    if 1 not in widths or max(widths[widths.index(1) :]) == 1:
        return []
    return [
        Claim(
            "From a layer of one unit on the product's rank is at most 1, however wide the others are.",
            "largest rank from there on",
            max(ranks(layers)[widths.index(1) :]),
            1,
        )
    ]


def affine_claim() -> Claim:
    """The collapse with phi(x) = 2 x + 1 between the layers: c and d move into the weights and biases."""
    random, (c, d) = np.random.RandomState(0), (2.0, 1.0)
    layers = [(W, random.standard_normal(W.shape[1:])) for W, _ in initial_layers(SHAPE, "identity", "sklearn", random)]
    X = z = random.standard_normal((1000, SHAPE[0]))
    for W, b in layers[:-1]:
        z = c * (z @ W + b) + d
    z = z @ layers[-1][0] + layers[-1][1]
    taken_in: Layers = [(c * W, c * b + d) for W, b in layers[:-1]]
    W, b = products([*taken_in, layers[-1]])[-1]
    return Claim(
        "The same with $\\varphi(x) = c\\,x + d$ between the layers, here $2x + 1$, of slope 2.",
        "largest difference on 1,000 points, relative",
        difference(z, X @ W + b),
        ROUNDING,
    )


def converse_claim() -> Claim:
    """One unit of every other activation, phi(x + 1) over the line: odd functions show no bend around 0 itself."""
    x = np.linspace(-HALF_SIDE, HALF_SIDE, 2 * RESOLUTION + 1)[:, None]
    bent = [row.value(x + 1) for name, row in ACTIVATIONS.items() if name != "identity"]
    return Claim(
        "No other activation collapses: already one unit of it is no single layer.",
        f"smallest least error of {len(bent)} activations, relative",
        min(least_error(a, a[len(x) // 2 : len(x) // 2 + 1]) for a in bent),
        0.01,
        at_least=True,
    )


def gradient_claim(seed: int = 0) -> Claim:
    """The gradient of every layer of a linear network follows from that of the product (zero biases).

    dL/dW_k = (W_1 ... W_(k-1))^T dL/dW (W_(k+1) ... W_n)^T: the chain rule, as in Saxe et al. 2014, section 1.
    """
    random = np.random.RandomState(seed)
    layers = initial_layers(SHAPE, "identity", "glorot_uniform", random)
    X, y = random.standard_normal((200, 2)), random.randint(0, 2, 200)
    of_layers = Probe(("identity",) * 3, "log", 2, layers, X, y).gradients(layers).layers
    product = products(layers)[-1:]
    of_product = Probe((), "log", 2, product, X, y).gradients(product).layers[0][0]
    weights = [W for W, _ in layers]
    errors = []
    for k, (dW, _) in enumerate(of_layers):
        before = np.linalg.multi_dot([np.eye(2), np.eye(2), *weights[:k]])
        after = np.linalg.multi_dot([*weights[k + 1 :], np.eye(1), np.eye(1)])
        errors.append(np.abs(dW - before.T @ of_product @ after.T).max() / np.abs(dW).max())
    return Claim(
        "Each layer's gradient is the product's, multiplied by all other layers (zero biases).",
        "largest relative error, layers of 8, 3, 8",
        float(max(errors)),
        1e-12,
    )


def spread(run: Run) -> float:
    """Largest over smallest first |dL/dw| within a layer, of the layer where they differ most.

    Infinite where one weight is not updated and another one is; 1 where all are updated equally, or none is.
    """
    bounds = [(float(dW.max()), float(dW.min())) for dW in first_updates(run)]
    return max(most / least if least else np.inf if most else 1.0 for most, least in bounds)


def unequal_claim(run: Run) -> Claim:
    """Against "all weights are updated equally"."""
    return Claim(
        "The weights of a layer do not get equal first updates, though $\\varphi'$ is constant.",
        "difference of the largest and smallest |∂L/∂w|, relative",
        1 - 1 / spread(run),
        PROVEN,
        at_least=True,
    )


def input_claim(run: Run) -> Claim:
    """Against "whatever the input": one weight, one class, two rows."""
    rows, gradients = gradients_by_row(run)
    low, high = int(gradients.argmin()), int(gradients.argmax())
    largest = float(np.abs(gradients).max())

    def at(row: int) -> str:
        found = f"{gradients[row]:.2g} at ({rows[row, 0]:.2g}, {rows[row, 1]:.2g})"
        return found.replace("-", "−")

    return Claim(
        f"A weight's ∂L/∂w changes with the input: {at(low)}, {at(high)}.",
        "difference within class 0, relative",
        float(np.ptp(gradients)) / largest if largest else 0.0,
        PROVEN,
        at_least=True,
    )


# ---- many networks, trained ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trained:
    """Networks of one depth from several seeds. Each seed has its own rows and its own lowest loss.

    epochs (T,): those recorded. loss (S, T): log loss of the training rows in nats. lowest (S,): the same of
    scikit-learn's logistic regression without penalty. accuracy (S,): share of the test rows classified right at the
    end.
    """

    depth: int
    epochs: Array
    loss: Array
    lowest: Array
    accuracy: Array

    @property
    def excess(self) -> Array:
        """(S, T): loss above the lowest of a single layer."""
        return self.loss - self.lowest[:, None]

    @property
    def best(self) -> Array:
        """(S,): the smallest excess on the way."""
        return self.excess.min(axis=1)

    @property
    def late_falls(self) -> tuple[Array, Array]:
        """(S,) each: the epoch from which the loss falls fastest, and how often as fast that is as in the first."""
        falls = -np.diff(self.loss, axis=1) / np.diff(self.epochs)
        return self.epochs[falls.argmax(axis=1)], falls.max(axis=1) / falls[:, 0]

    @property
    def epochs_to_near(self) -> Array:
        """(S,): the first recorded epoch with at most a tenth of the first excess left; NaN where there is none."""
        near = self.excess <= NEAR * self.excess[:, :1]
        return np.where(near.any(axis=1), self.epochs[near.argmax(axis=1)], np.nan)


@lru_cache(256)  # the lab draws what its checks train
def train_depth(dataset: str, activation: str, width: int, initializer: str, depth: int) -> Trained:
    """Train networks with `depth` hidden layers from all SEEDS, by plain gradient descent on all rows: 0.2 to 1 s.

    dataset: name in TRAINED. activation: name in ACTIVATIONS. initializer: name in INITIALIZERS. Raises KeyError or
    ValueError for other names, and ValueError for a width or depth beyond an experiment's.
    """
    base = Experiment(
        dataset=dataset,
        noise=NOISE.get(dataset, 0),
        hidden=(width,) * depth,
        activation=activation,
        initializer=initializer,
        segments=(Segment("sgd", RATE[dataset], batch_size=5000, epochs=EPOCHS),),
    )
    paths = train_paths([changed(base, seed=seed) for seed in SEEDS], schedule(EPOCHS))
    return Trained(
        depth,
        paths[0].epochs,
        np.array([path.train_loss for path in paths]),
        np.array([_lowest_loss(dataset, seed) for seed in SEEDS]),
        np.array([path.test_accuracy for path in paths]),
    )


@cache
def _lowest_loss(dataset: str, seed: int) -> float:
    """Of one layer, whatever the depth and the activation are of the networks that are compared with it."""
    return lowest_loss(Experiment(dataset=dataset, noise=NOISE.get(dataset, 0), seed=seed, hidden=()))


def lowest_loss(experiment: Experiment) -> float:
    """The lowest log loss of a single layer on an experiment's training rows: scikit-learn's logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    data = prepare(experiment)
    X = data.inputs(data.X_train)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, data.y_train)
    return float(log_loss(data.y_train, model.predict_proba(X)))


def training_claims(trained: Sequence[Trained], activation: str, dataset: str) -> list[Claim]:
    """What holds for networks of all depths: one lowest loss and different ways for linear ones, lower losses else.

    trained: one for each depth, of the same rows and epochs. Nothing is claimed of nonlinear networks on rows that a
    line separates as well as can be.
    """
    best, label = np.array([t.best for t in trained]), DATASETS[dataset].label
    if activation != "identity":
        lower = [
            Claim(
                "With a nonlinearity, depth gets below the lowest loss of a single layer.",
                f"{label}: median below it, best depth",
                float(-np.median(best, axis=1).min()),
                0.01,
                at_least=True,
            )
        ]
        return lower if dataset in BENT else []
    shares = np.array([np.median(t.excess / t.excess[:, :1], axis=0) for t in trained])
    return [
        Claim(
            f"With {DEPTHS[0]} to {DEPTHS[-1]} hidden layers the loss comes down to logistic regression's lowest.",
            f"{label}: largest excess of {best.size} runs",
            float(best.max()),
            1e-3,
        ),
        Claim(
            "None of them gets below it: depth adds no function.",
            f"{label}: largest step below",
            float(-best.min()),
            1e-9,
        ),
        Claim(
            "The way there differs with depth: in the share that is left of the first excess loss.",
            f"{label}: largest difference at an epoch",
            float(np.ptp(shares, axis=0).max()),
            0.2,
            at_least=True,
        ),
    ]


def way(trained: Sequence[Trained], activation: str) -> str:
    """What depth changes, in a sentence. trained: one for each depth, 0 first, of the same rows; () before they are."""
    if activation != "identity":
        lows = [float(np.median(t.best)) for t in trained]
        best, low = (lows.index(min(lows)), f"{min(lows):.2g}".replace("-", "−")) if lows else ("–", "–")
        return (
            f"With {ACTIVATIONS[activation].label} the lowest loss, minus that of one layer, is **{low}** at best, "
            f"with {best} hidden layers (median over {len(SEEDS)} seeds)."
        )
    first, last = (_epochs(t) for t in (trained[0], trained[-1])) if trained else ("–", "–")
    above = f"{max(float(t.best.max()) for t in trained):.2g}" if trained else "–"
    return (
        f"The way of training, not where it ends. A tenth of the excess loss is left after **{first}** epochs without "
        f"a hidden layer, after **{last}** with {DEPTHS[-1]} (medians over {len(SEEDS)} seeds). All depths come down "
        f"to the lowest loss of one layer, within {above}.{_plateau(trained[-1]) if trained else ''}"
    )


def _plateau(deepest: Trained) -> str:
    """That the loss stays on a plateau and falls steeply only then, where it does so for every seed."""
    epochs, times = deepest.late_falls
    if not (epochs.min() > 0 and times.min() >= STEEPER):
        return ""
    return (
        f" With {deepest.depth} the loss stays on a plateau before its steepest fall, at epoch "
        f"{np.median(epochs):,.0f}, which is {np.median(times):,.0f} times as fast as the first epoch's."
    )


def _epochs(trained: Trained) -> str:
    middle = float(np.median(trained.epochs_to_near))
    return f"{middle:,.0f}" if np.isfinite(middle) else f"more than {EPOCHS:,}"


def plateau_claims() -> list[Claim]:
    """Plateaus and steep falls: small weights on two Gaussians, many layers against none."""
    settings = LinearDepth()
    deep, single = (
        [train_depth("gauss", "identity", settings.width, "uniform", depth).late_falls for depth in depths]
        for depths in (PLATEAUS, (0,))
    )
    return [
        Claim(
            f"{' and '.join(map(str, PLATEAUS))} hidden layers, small weights, two Gaussians: a plateau, then a fall.",
            f"least steepest fall over the first, {len(deep) * len(SEEDS)} runs",
            float(min(times.min() for _, times in deep)),
            STEEPER,
            at_least=True,
        ),
        Claim(
            "Without a hidden layer it falls fastest at once.",
            f"latest epoch before the steepest fall, {len(SEEDS)} runs",
            float(single[0][0].max()),
            0,
        ),
    ]


def learning_claim(depth: int = 3) -> Claim:
    """Against "nothing can be learned": linear networks on two Gaussians."""
    accuracy = train_depth("gauss", "identity", 4, "glorot_uniform", depth).accuracy
    return Claim(
        f"A linear network of {depth} hidden layers learns what a line can separate: two Gaussians.",
        f"lowest test accuracy of {len(accuracy)} networks",
        float(accuracy.min()),
        0.85,
        at_least=True,
    )


def claims(settings: LinearDepth = LinearDepth()) -> list[Claim]:
    """What is quickly checked for one network: its collapse, its gradients, and the failure with tanh."""
    linear = train(changed(experiment(settings), activation="identity"))
    bent = train(changed(experiment(settings), activation="tanh"))
    return [
        *collapse_claims(linear),
        affine_claim(),
        converse_claim(),
        gradient_claim(),
        unequal_claim(linear),
        input_claim(linear),
        *collapse_claims(bent),
    ]


def trained_claims(dataset: str, activation: str) -> list[Claim]:
    """Trains networks of several depths from all seeds on the rows of a set in TRAINED: a second or two."""
    settings, depths = LinearDepth(), DEPTHS if activation == "identity" else BENT_DEPTHS
    runs = [train_depth(dataset, activation, settings.width, settings.initializer, depth) for depth in depths]
    return training_claims(runs, activation, dataset)


def learning_claims() -> list[Claim]:
    """What is claimed of networks that learn, whatever is set: two seconds."""
    return [learning_claim(), *plateau_claims()]
