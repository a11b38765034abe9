"""Convolution and pooling: which of them are linear, and what max pooling adds.

Sources: Goodfellow, Bengio and Courville 2016, chapter 9 (convolution, pooling); Goodfellow et al. 2013 (maxout: max as
an activation).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core import fields
from core.claims.claim import Claim
from core.claims.image_maps import POOL, Map, both_sides, maps, matrix_error, multiplied_out, stack, superposition
from core.claims.pixels import EIGHT, SIDE, THREE, Pixels, image, images
from core.claims.pixels import digit as digit
from core.experiment import Experiment, changed
from core.fields import Choice, Real, setting
from core.link import Pair
from core.network import ACTIVATIONS, LOSSES, OPTIMIZERS, Options
from core.network.convolution import POOLINGS, PooledClassifier, average_pool, convolve, max_pool

Array = np.ndarray
SPLITS = range(5)
FILTERS, KERNEL, BATCH, EPOCHS, RATE = 16, 3, 48, 30, 0.01
ROUNDING = 1e-12  # a smaller defect is one of rounding
PENALTIES = (0.1, 1.0, 3.0, 10.0, 100.0)  # the inverse, scikit-learn's C
relu = ACTIVATIONS["relu"].value


@dataclass(frozen=True)
class Kernel:
    """A kernel of 3 by 3 under a name."""

    label: str
    weights: tuple[tuple[float, ...], ...]


KERNELS = {
    "vertical": Kernel("Vertical edges", ((1, 0, -1), (2, 0, -2), (1, 0, -1))),
    "horizontal": Kernel("Horizontal edges", ((1, 2, 1), (0, 0, 0), (-1, -2, -1))),
    "outline": Kernel("Outline", ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1))),
    "blur": Kernel("Blur", ((1 / 9,) * 3,) * 3),
}


@dataclass(frozen=True)
class MaxPooling:
    """What can be set in this lab: two images and their factors, the kernel, the level v in max(u, v).

    Raises ValueError (field, rule, value) for a value that its rule does not accept.
    """

    kernel: str = setting("vertical", Choice(KERNELS), "Kernel")
    a: float = setting(1.0, Real(-2, 2), "Factor a")
    b: float = setting(-1.0, Real(-2, 2), "Factor b")
    level: float = setting(1.0, Real(-3, 3), "Level v")
    x: str = setting(THREE, Pixels(), "Image x")
    y: str = setting(EIGHT, Pixels(), "Image y")

    def __post_init__(self) -> None:
        fields.check(self)


def in_compare() -> Pair:
    """A network on two components of the digits, linear and with relu."""
    linear = Experiment(dataset="digits", hidden=(16,), activation="identity", rows=1000, standardize=True)
    linear = changed(linear, optimizer="adam", learning_rate=0.01, batch_size=32, epochs=60)
    return Pair(linear, changed(linear, activation="relu"))


# ---- superposition ---------------------------------------------------------------------------------------------------


def defects(settings: MaxPooling) -> dict[str, float]:
    """The largest |f(a x + b y) - a f(x) - b f(y)| of each of `maps`, by label, for the settings' images."""
    x, y, kernel = image(settings.x), image(settings.y), np.array(KERNELS[settings.kernel].weights, float)
    pairs = {name: superposition(f, x, y, settings.a, settings.b) for name, f in maps(kernel).items()}
    return {name: float(np.abs(left - right).max()) for name, (left, right) in pairs.items()}


def off_by(defect: float) -> str:
    """A defect in a few words; one of rounding counts as none."""
    return f"off by {defect if defect > ROUNDING else 0:.2g}"


def superposition_claims(settings: MaxPooling) -> list[Claim]:
    """On the settings' images and on 40 random pairs in one and two dimensions."""
    random = np.random.RandomState(0)
    kernels = np.array(KERNELS[settings.kernel].weights, float), random.standard_normal(3)
    largest = dict.fromkeys(maps(kernels[0]), 0.0)
    for kernel, shape in zip(kernels, ((SIDE, SIDE), (16,)), strict=True):
        x, y = random.standard_normal((2, 20, 1, *shape))
        a, b = random.uniform(-2, 2, (2, 20, 1, *(1 for _ in shape)))
        for name, f in maps(kernel).items():
            left, right = both_sides(f, x, y, a, b)
            largest[name] = max(largest[name], float(np.abs(left - right).max()))
    own = defects(settings)
    measured = "largest |f(a x + b y) − a f(x) − b f(y)|"
    linear = [
        Claim(
            f"{name}: superposition holds (your images, 40 random pairs).",
            measured,
            max(own[name], largest[name]),
            ROUNDING,
        )
        for name in list(own)[:2]
    ]
    name = list(own)[2]
    failing = Claim(
        f"{name}: superposition fails (40 random pairs).",
        measured,
        largest[name],
        0.1,
        True,
    )
    return [*linear, failing]


# ---- a stack, multiplied out -----------------------------------------------------------------------------------------


def stack_errors(kernel: str) -> dict[str, tuple[Array, float]]:
    """By name of the pooling: the matrix (64, 4) of the stack with a kernel of KERNELS, and its `matrix_error`."""
    found = {}
    for name in POOLINGS:
        f = stack(np.array(KERNELS[kernel].weights, float), name)
        matrix = multiplied_out(f)
        found[name] = matrix, matrix_error(f, matrix)
    return found


def stack_claims(settings: MaxPooling) -> list[Claim]:
    """Two layers of convolutions: one matrix with average pooling, none with max pooling."""
    errors = stack_errors(settings.kernel)
    measured = "largest difference on 1,000 images, relative"
    return [
        Claim(
            "Two layers of convolutions with average pooling between them are one matrix of 64 by 4.",
            measured,
            errors["average"][1],
            1e-12,
        ),
        Claim(
            "The same recipe with max pooling gives a matrix that is not the stack.",
            measured,
            errors["max"][1],
            0.01,
            at_least=True,
        ),
    ]


# ---- max and relu ----------------------------------------------------------------------------------------------------


def relu_claims() -> list[Claim]:
    """What max and relu have in common: max(u, v) = v + relu(u - v), and max(x, 0) = relu(x)."""
    u, v = np.meshgrid(np.linspace(-5, 5, 201), np.linspace(-5, 5, 201))
    z = np.random.RandomState(0).standard_normal((200, 4, 6, 6))
    largest, average = max_pool(z, POOL), average_pool(z, POOL)
    windows = sliding_window_view(z, (POOL, POOL), axis=(2, 3))[:, :, ::POOL, ::POOL].reshape(*largest.shape, POOL**2)
    of_windows = np.concatenate([windows, np.zeros((*largest.shape, 1))], axis=-1).max(axis=-1)  # with a constant 0
    return [
        Claim(
            "$\\max(u, v) = v + \\mathrm{relu}(u - v)$: a max of two is built from one relu.",
            "largest error on 40,401 pairs",
            float(np.abs(np.maximum(u, v) - (v + relu(u - v))).max()),
            1e-14,
        ),
        Claim(
            "Relu is a max whose window holds a constant 0; so relu and max pooling commute.",
            "larger error of the two on 7,200 windows",
            float(max(np.abs(of_windows - relu(largest)).max(), np.abs(max_pool(relu(z), POOL) - relu(largest)).max())),
            0.0,
        ),
        Claim(
            "Relu and average pooling do not commute.",
            "largest |average(relu z) − relu(average z)|",
            float(np.abs(average_pool(relu(z), POOL) - relu(average)).max()),
            0.1,
            at_least=True,
        ),
    ]


def not_relu_claim() -> Claim:
    """Against "max pooling turns the convolution into relu"."""
    z = np.random.RandomState(0).standard_normal((200, 4, 6, 6))
    largest = max_pool(z, POOL)
    return Claim(
        "Max pooling is another operation than relu: a negative window stays negative.",
        "largest |max pooling − relu of it|",
        float(np.abs(largest - relu(largest)).max()),
        0.1,
        at_least=True,
    )


def opposite_claim(settings: MaxPooling) -> Claim:
    """Against "convolution with pooling is linear as long as there is no activation"."""
    kernel = np.array(KERNELS[settings.kernel].weights, float)
    f, x = maps(kernel)["Convolution, max pooling"], np.random.RandomState(0).uniform(0, 1, (1, 1, SIDE, SIDE))
    return Claim(
        "With max pooling, f(x) + f(−x) is not 0.",
        "largest |f(x) + f(−x)| for a random image",
        float(np.abs(f(x) + f(-x)).max()),
        0.1,
        at_least=True,
    )


# ---- convolution against scipy, gradients against differences --------------------------------------------------------


def convolution_claim() -> Claim:
    """Our convolution against `scipy.signal.correlate`, which convolves without turning the kernel around, too."""
    from scipy.signal import correlate

    random = np.random.RandomState(0)
    errors = []
    for shape, size in (((16,), (3,)), ((8, 8), (3, 3)), ((7, 9), (2, 4))):
        x, kernel = random.standard_normal(shape), random.standard_normal(size)
        ours = convolve(x[None, None], kernel[None, None])[0, 0]
        errors.append(np.abs(ours - correlate(x, kernel, "valid")).max())
    return Claim(
        "Our convolution is scipy.signal.correlate's.", "largest error in 1-D and 2-D", float(max(errors)), 1e-12
    )


def gradient_claim() -> Claim:
    """Backpropagation through convolution and both poolings against central differences."""
    random, errors = np.random.RandomState(0), []
    x, targets = random.standard_normal((4, 1, SIDE, SIDE)), LOSSES["log"].targets(np.array([0, 1, 2, 1]), 3)
    for pooling in POOLINGS:
        net = PooledClassifier(SIDE, 2, KERNEL, POOL, 3, pooling, random)
        net.backward(x, targets)
        numerical = np.array([_slope(net, i, x, targets) for i in range(len(net.parameters))])
        errors.append(np.abs(net.gradient - numerical).max() / np.abs(numerical).max())
    return Claim(
        "Backpropagation through convolution and pooling is right.",
        "largest difference from numerical, relative",
        float(max(errors)),
        1e-6,
    )


def _slope(net: PooledClassifier, i: int, x: Array, targets: Array, step: float = 1e-6) -> float:
    losses = []
    for sign in (1, -1):
        net.parameters[i] += sign * step
        losses.append(net.loss(x, targets))
        net.parameters[i] -= sign * step
    return (losses[0] - losses[1]) / (2 * step)


# ---- digits ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """One half of the digits trained on, the other tested: test accuracies of both classifiers and the linear model.

    accuracy: by name of the pooling; like `linear` a share of the test rows. parameters: of either classifier.
    matrix_error: how far the one with average pooling is from its matrix multiplied out, relative to its largest score.
    """

    accuracy: dict[str, float]
    linear: float
    parameters: int
    matrix_error: float


def halves(split: int) -> tuple[Array, Array]:
    """Numbers of the rows to train on (898,) and to test on (899,), each class halved; split: seed of the drawing."""
    from sklearn.model_selection import train_test_split

    rows = np.arange(len(images()[1]))
    train, test = train_test_split(rows, test_size=0.5, stratify=images()[1], random_state=split)
    return train, test


def classifier(pooling: str, random: np.random.RandomState) -> PooledClassifier:
    """The network before training: 16 filters of 3 by 3, pooling of 2 by 2 (name in POOLINGS), ten classes."""
    return PooledClassifier(SIDE, FILTERS, KERNEL, POOL, 10, pooling, random)


def train_pooled(split: int, pooling: str) -> PooledClassifier:
    """Train 16 filters of 3 by 3, pooling and softmax on one half of the digits: about 0.4 s.

    By Adam (Kingma and Ba 2015), EPOCHS epochs in batches of BATCH rows. split: seed of the half, of the first weights
    and of the order of the rows. pooling: name in POOLINGS.
    """
    X, y = images()
    train, _ = halves(split)
    X, targets = X[train], LOSSES["log"].targets(y[train], 10)
    random = np.random.RandomState(split)
    net = classifier(pooling, random)
    step = OPTIMIZERS["adam"].start(net.parameters, net.gradient, np.array(RATE), Options())
    for _ in range(EPOCHS):
        order = random.permutation(len(train))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            net.backward(X[rows], targets[:, rows])
            step()
    return net


@lru_cache(64)  # the lab draws what its checks train
def compare(split: int) -> Split:
    """Both classifiers and the linear model on one split: about 1.2 s."""
    X, y = images()
    _, test = halves(split)
    nets = {pooling: train_pooled(split, pooling) for pooling in POOLINGS}
    accuracy = {name: float(np.mean(net.scores(X[test]).argmax(axis=1) == y[test])) for name, net in nets.items()}
    average = _centred(nets["average"])
    error = matrix_error(average, multiplied_out(average))
    return Split(accuracy, best_regression(split), len(nets["max"].parameters), error)


def best_regression(split: int) -> float:
    """Test accuracy of logistic regression on the pixels, with the penalty that does best on these test rows."""
    from sklearn.linear_model import LogisticRegression

    X, y = images()
    train, test = halves(split)
    flat = X.reshape(len(X), -1)
    models = [LogisticRegression(C=C, max_iter=1000).fit(flat[train], y[train]) for C in PENALTIES]
    return max(float(model.score(flat[test], y[test])) for model in models)


def _centred(net: PooledClassifier) -> Map:
    """The classifier's scores without those of the empty image: linear, if it is affine."""
    empty = net.scores(np.zeros((1, 1, SIDE, SIDE)))
    return lambda x: net.scores(x) - empty


def training_claims(splits: list[Split]) -> list[Claim]:
    """What holds on all of these splits of the digits, one or more."""
    gain = np.array([split.accuracy["max"] - split.linear for split in splits])
    loss = np.array([split.accuracy["average"] - split.linear for split in splits])
    count = len(splits)
    return [
        Claim(
            "With max pooling the test accuracy is above the best logistic regression's.",
            f"smallest gain of {count} splits (mean {gain.mean():.3f})",
            float(gain.min()),
            0.001,
            at_least=True,
        ),
        Claim(
            "With average pooling it is not above that, on any split.",
            f"largest gain of {count} splits (mean {loss.mean():.3f})".replace("-", "−"),
            float(loss.max()),
            0.0,
        ),
        Claim(
            "The trained classifier with average pooling is one matrix of 64 by 10 and a bias.",
            "largest difference on 1,000 images, relative",
            max(split.matrix_error for split in splits),
            1e-12,
        ),
    ]


def fixed_claims() -> list[Claim]:
    """What holds whatever is set."""
    return [*relu_claims(), not_relu_claim(), convolution_claim(), gradient_claim()]


def claims(settings: MaxPooling = MaxPooling()) -> list[Claim]:
    """All that is checked without training."""
    own = [*superposition_claims(settings), *stack_claims(settings), opposite_claim(settings)]
    return [*own, *fixed_claims()]


def train_split(split: int) -> list[Claim]:
    """Trains on one split, for `trained_claims`: nothing is claimed of one alone."""
    compare(split)
    return []


def trained_claims() -> list[Claim]:
    """What holds on all SPLITS of the digits; trains those that are not trained yet: about eight seconds."""
    return training_claims([compare(split) for split in SPLITS])
