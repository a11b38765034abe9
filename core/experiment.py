"""Experiment: everything that decides a training result, as one frozen, hashable value.

The same value is the link, the key of a job and the input of `core.training.train`.
"""

import dataclasses
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from core import fields
from core.data import DATASETS, FEATURES, axes_allowed, check_axes
from core.edits import Edit, Edits, last_of_each
from core.fields import Choice, Flag, Names, OneOrPerLayer, Real, Sizes, Text, Whole, WholeText, setting
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS

MAX_LAYERS, MAX_WIDTH, MAX_SEGMENTS, MAX_EPOCHS = 10, 64, 8, 10_000
MAX_WORK = 4e9  # rows x epochs x parameters: some two minutes of the NumPy engine at full width
LARGEST_SEED = 2**32 - 1  # of NumPy's RandomState
ENGINES = {"numpy": "NumPy", "sklearn": "scikit-learn"}


@dataclass(frozen=True)
class Segment:
    """A stretch of training under one setting.

    edits: weights set by hand before its first epoch; of one weight the last counts. The frame of the epoch at which a
    segment begins shows them, so a frame always has the weights from which the next epoch starts. With 0 epochs it only
    asks what if: the frame of that epoch is what it changes.
    carry: the optimizer goes on as the segment before left it, if it is the same one; else it starts afresh. The first
    segment has nothing to go on from.
    """

    optimizer: str = setting("sgd", Choice(OPTIMIZERS), "Optimizer")
    learning_rate: float = setting(0.03, Real(1e-6, 1000), "Learning rate")
    momentum: float = setting(0.9, Real(0, 0.999), "Momentum")
    batch_size: int = setting(10, Whole(1, 5000), "Batch size")
    epochs: int = setting(200, Whole(0, MAX_EPOCHS), "Epochs")
    l1: float = setting(0.0, Real(0, 100), "L1 penalty")
    l2: float = setting(0.0, Real(0, 100), "L2 penalty")
    edits: tuple[Edit, ...] = setting((), Edits(), "Weights set by hand")
    carry: bool = setting(False, Flag(), "Keep the optimizer's state")

    def __post_init__(self) -> None:
        fields.check(self)
        object.__setattr__(self, "edits", last_of_each(self.edits))


@dataclass(frozen=True)
class Experiment:
    """Data, features, network and training of one run.

    seed: draws the initial weights and the order of the rows. data_seed: draws the points, their noise and their split;
    empty stands for `seed`.
    playground_seed: where it is not empty, it draws generated data and their split as TensorFlow Playground does; and
    uniform initial weights too, where `data_seed` is empty.
    order_after: how many of the seed's numbers come before the order of the rows; 0 stands for as many as there are
    weights and biases, which is where `MLPClassifier` draws it.

    Raises
    ------
    ValueError
        Naming the field, its rule and the value, for a field outside its limits.
    """

    dataset: str = setting("circle", Choice(DATASETS), "Data set")
    axes: str = setting("principal", axes_allowed, "Axes")
    rows: int = setting(500, Whole(50, 5000), "Rows")
    noise: float = setting(0.0, Real(0, 80), "Noise (%)")
    train_share: int = setting(50, Whole(1, 99), "Training rows (%)")
    seed: int = setting(1, Whole(0, LARGEST_SEED), "Seed")
    data_seed: str = setting("", WholeText(0, LARGEST_SEED), "Data seed")
    playground_seed: str = setting("", Text(200), "TensorFlow Playground's seed")
    features: tuple[str, ...] = setting(("x1", "x2"), Names(FEATURES), "Features")
    standardize: bool = setting(False, Flag(), "Standardise the features")
    hidden: tuple[int, ...] = setting((4, 2), Sizes(MAX_LAYERS, 1, MAX_WIDTH), "Hidden layers")
    activation: str | tuple[str, ...] = setting("tanh", OneOrPerLayer(ACTIVATIONS), "Activation")
    initializer: str = setting("sklearn", Choice(INITIALIZERS), "Initial weights")
    order_after: int = setting(0, Whole(0, 100_000), "Row order drawn after")
    loss: str = setting("log", Choice(LOSSES), "Loss")
    engine: str = setting("numpy", Choice(ENGINES), "Engine")
    segments: tuple[Segment, ...] = (Segment(),)

    def __post_init__(self) -> None:
        fields.check(self)
        if not (
            isinstance(self.segments, tuple)
            and 1 <= len(self.segments) <= MAX_SEGMENTS
            and all(isinstance(segment, Segment) for segment in self.segments)
        ):
            raise ValueError(
                f"segments must be a tuple of 1 to {MAX_SEGMENTS} segments; got {fields.shortened(self.segments)}"
            )
        if self.segments[0].carry:  # from nothing: equal experiments are written alike
            first = dataclasses.replace(self.segments[0], carry=False)
            object.__setattr__(self, "segments", (first, *self.segments[1:]))
        if self.epochs > MAX_EPOCHS:
            raise ValueError(f"epochs of all segments must be at most {MAX_EPOCHS} together; got {self.epochs}")
        check_axes(self.dataset, self.axes)
        if not isinstance(self.activation, str) and len(self.activation) != len(self.hidden):
            raise ValueError(
                f"activation must be one name or one for each of the {len(self.hidden)} hidden layers; "
                f"got {fields.shortened(self.activation)}"
            )
        if not LOSSES[self.loss].output(self.classes):
            kind = f"{self.classes} classes" if self.classes else "numbers"
            raise ValueError(
                f"loss must be {' or '.join(losses_for(self.classes))} for {self.dataset}, whose targets are {kind}; "
                f"got {self.loss!r}"
            )
        if strange := [edit.text for edit in self.edits if not edit.fits(self.sizes)]:
            raise ValueError(
                f"edits must be of weights and biases of the network {' – '.join(map(str, self.sizes))}; "
                f"got {fields.shortened(','.join(strange))}"
            )
        if self.work > MAX_WORK:
            raise ValueError(
                f"rows x epochs x parameters must be at most {MAX_WORK:.0e}; got {self.rows} x {self.epochs} x "
                f"{self.parameters} = {self.work:.1e}"
            )

    @property
    def classes(self) -> int:
        """Number of classes in the data; 0 for regression."""
        return DATASETS[self.dataset].classes

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths of all layers: features, hidden layers, outputs (one for two classes and for regression)."""
        return (len(self.features), *self.hidden, self.classes if self.classes > 2 else 1)

    @property
    def activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        return (self.activation,) * len(self.hidden) if isinstance(self.activation, str) else self.activation

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False))

    @property
    def seed_of_data(self) -> int:
        """The seed that draws the data, where no `playground_seed` does."""
        return int(self.data_seed) if self.data_seed else self.seed

    @property
    def drawn_before(self) -> int:
        """How many of the seed's numbers come before the order of the rows."""
        return self.order_after or self.parameters

    @property
    def epochs(self) -> int:
        """Epochs of all segments together."""
        return sum(segment.epochs for segment in self.segments)

    @property
    def starts(self) -> tuple[int, ...]:
        """The epoch at which each segment begins."""
        return tuple(accumulate((segment.epochs for segment in self.segments[:-1]), initial=0))

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The weights set by hand, of all segments."""
        return tuple(edit for segment in self.segments for edit in segment.edits)

    @property
    def work(self) -> int:
        """rows x epochs x parameters, which `MAX_WORK` bounds."""
        return self.rows * self.epochs * self.parameters


def applies(name: str, dataset: str, optimizer: str) -> bool:
    """Whether a field means anything beside this data set and optimizer."""
    if name == "axes":
        return DATASETS[dataset].load is not None
    return name != "momentum" or optimizer in ("momentum", "nesterov")


def losses_for(classes: int) -> list[str]:
    """Names of the losses for so many classes (0: regression); the first is the usual one."""
    return [name for name, loss in LOSSES.items() if loss.output(classes)]


def suited(experiment: Experiment, dataset: str) -> str:
    """The loss of an experiment once it has this data set: its own, or the usual one where that does not suit."""
    fitting = losses_for(DATASETS[dataset].classes)
    return experiment.loss if experiment.loss in fitting else fitting[0]


def in_order_of(a: Experiment, b: Experiment) -> Experiment:
    """B with its rows in A's order, whatever its shape: weights and order are drawn from one stream of numbers."""
    return dataclasses.replace(b, order_after=a.order_after if b.parameters == a.parameters else a.drawn_before)


def beside(a: Experiment, **changes: Any) -> Experiment:
    """B: A with fields replaced as in `changed`, its rows in A's order unless the changes say another."""
    b = changed(a, **changes)
    return b if "order_after" in changes else in_order_of(a, b)


def changed(experiment: Experiment, **changes: Any) -> Experiment:
    """The experiment with fields of its own or of its first segment replaced.

    A new data set brings a loss that suits it, unless one is given. Weights that the experiment sets by hand and the
    changed network lacks are set no more; others that it lacks are refused.
    """
    if changes.get("dataset") in DATASETS:
        changes = {"loss": suited(experiment, changes["dataset"]), **changes}
    own = {f.name for f in dataclasses.fields(Experiment)}
    training = {name: value for name, value in changes.items() if name not in own}
    first = dataclasses.replace(experiment.segments[0], **training)
    rest = {name: value for name, value in changes.items() if name in own}
    rest = {"segments": (first, *experiment.segments[1:]), **rest}
    if own_edits := set(experiment.edits):
        sizes = dataclasses.replace(experiment, **{**rest, "segments": (Segment(epochs=0),)}).sizes
        rest["segments"] = tuple(
            dataclasses.replace(
                segment, edits=tuple(edit for edit in segment.edits if edit.fits(sizes) or edit not in own_edits)
            )
            for segment in rest["segments"]
        )
    return dataclasses.replace(experiment, **rest)
