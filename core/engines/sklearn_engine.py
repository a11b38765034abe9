"""The scikit-learn engine: every epoch of a real `MLPClassifier.fit` (`MLPRegressor.fit`), one at a time.

`partial_fit` alone is not `fit`: it restarts the shuffle. So the rows are handed over in the order in which `fit` would
have shuffled them, and `shuffle` is off. The last epoch's weights are those of `fit(X, y)`.
"""

import dataclasses
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from core.edits import set_by_hand
from core.engines.start import first_layers, row_orders
from core.experiment import Experiment, Segment, losses_for
from core.fields import rules
from core.network import ACTIVATIONS, LOSSES, OPTIMIZERS, Layer

if TYPE_CHECKING:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

LARGEST_L2 = rules(Segment)["l2"].high  # type: ignore[attr-defined]  # a number's rule
STEPS = 64  # between two moments at which a training can be left: 0.2 s of the largest network
HUGE = 10**9  # epochs without progress that never stop a training


def epochs(experiment: Experiment, X: np.ndarray, y: np.ndarray) -> Iterator[list[Layer] | None]:
    """Train one experiment on X (n, F), y (n,); see `core.engines`.

    Raises
    ------
    ValueError
        For an experiment that scikit-learn can not express; `nearest` gives one that it can.
    """
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    if nearest(experiment) != dataclasses.replace(experiment, engine="sklearn"):
        raise ValueError("experiment must be one that scikit-learn can express; got one with " + _missing(experiment))
    layers, order = first_layers(experiment), row_orders(experiment, len(X))
    n_in = X.shape[1]
    if not n_in:  # which it refuses: a column of zeros, whose weights are 0 and stay so, is as good as none
        X, layers[0] = np.zeros((len(X), 1)), (np.zeros((1, experiment.sizes[1])), layers[0][1])
    # It takes weights from outside only once it has made its own, by a pass over the rows.
    first = {**settings(experiment, experiment.segments[0], len(X)), "learning_rate_init": 1e-12}
    if experiment.classes:
        model = MLPClassifier(**first).partial_fit(X, y, classes=np.arange(experiment.classes))
    else:
        model = MLPRegressor(**first).partial_fit(X, y)
    model.coefs_ = [W.copy() for W, _ in layers]
    model.intercepts_ = [b.copy() for _, b in layers]
    for segment in experiment.segments:
        set_by_hand(_layers(model, n_in), segment.edits)
        model.set_params(**settings(experiment, segment, len(X)))
        # It starts a new optimizer; `fit` would, too, but not without a row of every class.
        vars(model).pop("_optimizer", None)
        for _ in range(segment.epochs):
            yield _layers(model, n_in)
            rows = next(order)
            for number, part in enumerate(_parts(len(X), segment.batch_size)):
                if number:
                    yield None
                _train(model, X[rows[part]], y[rows[part]])
    yield _layers(model, n_in)


def nearest(experiment: Experiment) -> Experiment:
    """The most similar experiment that scikit-learn can express, with the engine `sklearn`.

    One activation for all layers, of its four; log loss, for regression squared loss; SGD, momentum, Nesterov or Adam,
    afresh in each segment; no L1 penalty. L2 is divided by the batch size here and not in TensorFlow Playground: from
    there it is multiplied.
    """
    activation = experiment.activation if isinstance(experiment.activation, str) else experiment.activation[0]
    segments = (
        dataclasses.replace(
            segment,
            optimizer=segment.optimizer
            if OPTIMIZERS[segment.optimizer].sklearn is not None
            else OPTIMIZERS[segment.optimizer].nearest,
            l1=0.0,
            carry=False,
            l2=min(segment.l2 * (segment.batch_size if OPTIMIZERS[segment.optimizer].in_order else 1), LARGEST_L2),
        )
        for segment in experiment.segments
    )
    return dataclasses.replace(
        experiment,
        engine="sklearn",
        activation=ACTIVATIONS[activation].nearest,
        loss=next(name for name in losses_for(experiment.classes) if LOSSES[name].sklearn),
        segments=tuple(segments),
    )


def settings(experiment: Experiment, segment: Segment, n: int) -> dict[str, object]:
    """The estimator's parameters for one segment on n rows."""
    return {
        "hidden_layer_sizes": experiment.hidden,
        "activation": experiment.activation,
        "alpha": segment.l2,
        "batch_size": min(segment.batch_size, n),
        "learning_rate_init": segment.learning_rate,
        "momentum": segment.momentum,
        "max_iter": 1,
        "shuffle": False,
        "tol": 0.0,
        "n_iter_no_change": HUGE,
        **(OPTIMIZERS[segment.optimizer].sklearn or {}),
    }


def _layers(model: "MLPClassifier | MLPRegressor", n_in: int) -> list[Layer]:
    """Views of its layers, as of a network with so many features."""
    return list(zip([model.coefs_[0][:n_in], *model.coefs_[1:]], model.intercepts_, strict=True))


def _parts(n: int, batch_size: int) -> list[slice]:
    """n rows of an epoch in parts of STEPS batches; the last has at least one whole batch, if there is one."""
    starts = range(0, max(n - batch_size, 0) + 1, STEPS * batch_size)
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], n], strict=True)]


def _train(model: "MLPClassifier | MLPRegressor", X: np.ndarray, y: np.ndarray) -> None:
    """One pass over rows X (m, F), y (m,) in their order."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # one pass is what is wanted
        try:
            model.partial_fit(X, y)
        except ValueError:
            if all(
                np.isfinite(W).all() and np.isfinite(b).all()
                for W, b in zip(model.coefs_, model.intercepts_, strict=True)
            ):
                raise  # otherwise it refuses the non-finite weights that a run reports as divergence


def _missing(experiment: Experiment) -> str:
    near = nearest(experiment)
    differing = [f.name for f in dataclasses.fields(experiment) if getattr(experiment, f.name) != getattr(near, f.name)]
    return ", ".join(f"{name} {getattr(experiment, name)!r}" for name in differing if name != "engine")
