"""The scikit-learn engine against the `fit` of MLPClassifier and MLPRegressor, and what it says it can not express."""

import dataclasses
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_regression
from sklearn.neural_network import MLPClassifier, MLPRegressor

from core.engines import ENGINES, nearest, sklearn_engine
from core.engines.start import row_orders
from core.experiment import Experiment, Segment, changed, in_order_of
from core.network import ACTIVATIONS, INITIALIZERS, OPTIMIZERS, initial_layers

BASE = Experiment(dataset="moons", hidden=(5, 4), engine="sklearn", segments=(Segment(batch_size=20, epochs=25),))


def data(experiment: Experiment, n: int = 87) -> tuple[np.ndarray, np.ndarray]:
    """Blobs or a noisy plane, whatever the data set: engines are given their rows. 87 leave a last batch of 7."""
    if not experiment.classes:
        X, y = make_regression(n, n_features=2, noise=30.0, random_state=1)
        return X, y / 100
    return make_blobs(n, centers=experiment.classes, cluster_std=2.5, random_state=1)


def epochs(experiment: Experiment) -> Iterator[list]:
    X, y = data(experiment)
    layers = ENGINES[experiment.engine](experiment, X, y)
    return ([(W.copy(), b.copy()) for W, b in epoch] for epoch in layers)


def assert_equal(layers: list, others: list, tolerance: float) -> None:
    for (W, b), (W_other, b_other) in zip(layers, others, strict=True):
        np.testing.assert_allclose(W, W_other, rtol=0, atol=tolerance)
        np.testing.assert_allclose(b, b_other, rtol=0, atol=tolerance)


SOLVERS = {
    "sgd": {"solver": "sgd", "momentum": 0.0},
    "momentum": {"solver": "sgd", "momentum": 0.7, "nesterovs_momentum": False},
    "nesterov": {"solver": "sgd", "momentum": 0.7, "nesterovs_momentum": True},
    "adam": {"solver": "adam"},
}


@pytest.mark.parametrize("dataset", ["moons", "blobs3", "ripple"])
@pytest.mark.parametrize("optimizer", SOLVERS)
@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_last_frame_is_what_fit_ends_on(activation: str, optimizer: str, dataset: str) -> None:
    experiment = changed(
        BASE, dataset=dataset, activation=activation, optimizer=optimizer, learning_rate=0.02, momentum=0.7, l2=0.05
    )
    X, y = data(experiment)
    estimator = MLPClassifier if experiment.classes else MLPRegressor
    reference = estimator(
        hidden_layer_sizes=experiment.hidden,
        activation=activation,
        alpha=0.05,
        batch_size=20,
        learning_rate_init=0.02,
        max_iter=25,
        tol=0,
        n_iter_no_change=25,
        random_state=experiment.seed,
        **SOLVERS[optimizer],
    ).fit(X, y)
    frames = list(epochs(experiment))
    assert len(frames) == 26
    assert_equal(frames[-1], list(zip(reference.coefs_, reference.intercepts_, strict=True)), 1e-10)


@pytest.mark.parametrize("optimizer", SOLVERS)
@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_every_initializer_enters_and_trains_as_in_the_numpy_engine(initializer: str, optimizer: str) -> None:
    experiment = changed(BASE, initializer=initializer, optimizer=optimizer, learning_rate=0.02, epochs=5)
    frames = list(epochs(experiment))
    random = np.random.RandomState(experiment.seed)
    assert_equal(frames[0], initial_layers(experiment.sizes, "tanh", initializer, random), 0)
    for frame, ours in zip(frames, epochs(changed(experiment, engine="numpy")), strict=True):
        assert_equal(frame, ours, 1e-10)


@pytest.mark.parametrize("optimizer", SOLVERS)
def test_regression_trains_as_in_the_numpy_engine(optimizer: str) -> None:
    experiment = changed(BASE, dataset="ripple", initializer="he_normal", optimizer=optimizer, epochs=5)
    for frame, ours in zip(epochs(experiment), epochs(changed(experiment, engine="numpy")), strict=True):
        assert_equal(frame, ours, 1e-10)


def test_one_epoch_by_hand() -> None:
    """One full batch from He's weights, plain SGD: W - rate (a^T delta + l2 W) / n, for one hidden layer."""
    experiment = changed(
        BASE, hidden=(4,), initializer="he_normal", optimizer="sgd", batch_size=87, epochs=1, learning_rate=0.5, l2=0.3
    )
    X, y = data(experiment)
    [(W1, b1), (W2, b2)], after = epochs(experiment)
    a = np.tanh(X @ W1 + b1)
    delta2 = 1 / (1 + np.exp(-(a @ W2 + b2))) - y[:, None]
    delta1 = (delta2 @ W2.T) * (1 - a**2)
    by_hand = [
        (W - 0.5 * (a_in.T @ delta + 0.3 * W) / 87, b - 0.5 * delta.mean(axis=0))
        for W, b, a_in, delta in ((W1, b1, X, delta1), (W2, b2, a, delta2))
    ]
    assert_equal(after, by_hand, 1e-12)


def test_segments_go_on_with_the_weights_and_start_a_new_optimizer() -> None:
    segments = (
        Segment("adam", 0.01, batch_size=20, epochs=4),
        Segment("momentum", 0.05, 0.5, batch_size=10, epochs=3, l2=0.1),
        Segment("adam", 0.002, batch_size=87, epochs=4),
    )
    experiment = dataclasses.replace(BASE, segments=segments)
    frames = list(epochs(experiment))
    assert len(frames) == 12
    for frame, ours in zip(frames, epochs(changed(experiment, engine="numpy")), strict=True):
        assert_equal(frame, ours, 1e-10)


def test_the_global_generator_does_not_matter() -> None:
    np.random.seed(0)  # noqa: NPY002
    first = list(epochs(BASE))[-1]
    np.random.seed(1)  # noqa: NPY002
    assert_equal(first, list(epochs(BASE))[-1], 0)


@pytest.mark.parametrize("batch_size", [1, 20, 29, 200])
@pytest.mark.parametrize("optimizer", ["adam", "nesterov"])
def test_an_epoch_in_parts_is_the_same_epoch(optimizer: str, batch_size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = changed(BASE, optimizer=optimizer, learning_rate=0.02, batch_size=batch_size, epochs=4)
    X, y = data(experiment)
    reference = [
        [(W.copy(), b.copy()) for W, b in layers] for layers in sklearn_engine.epochs(experiment, X, y) if layers
    ]
    monkeypatch.setattr(sklearn_engine, "STEPS", 2)
    in_parts = [
        layers and [(W.copy(), b.copy()) for W, b in layers] for layers in sklearn_engine.epochs(experiment, X, y)
    ]
    whole = [layers for layers in in_parts if layers]
    assert len(whole) == 5
    assert in_parts.count(None) == 4 * (max(1, -(-(87 // batch_size) // 2)) - 1)
    for layers, others in zip(whole, reference, strict=True):
        assert_equal(layers, others, 1e-13)


@pytest.mark.parametrize(
    "changes", [{"hidden": (8,)}, {"initializer": "he_normal"}, {"features": ("x1", "x2", "x1x2")}]
)
def test_rows_come_in_the_order_of_another_experiment(changes: dict) -> None:
    """One batch a row, so that the order decides; the other engine and the order itself are the witnesses."""
    a = changed(BASE, batch_size=1, epochs=3)
    b = in_order_of(a, changed(a, **changes))
    for order, other in zip(islice(row_orders(a, 87), 4), islice(row_orders(b, 87), 4), strict=True):
        np.testing.assert_array_equal(order, other)
    X, y = data(b)
    X = np.column_stack([X, X[:, :1] * X[:, 1:]])[:, : len(b.features)]
    both = [list(filter(None, ENGINES[name](changed(b, engine=name), X, y)))[-1] for name in ("numpy", "sklearn")]
    assert_equal(*both, 1e-10)
    alone = list(filter(None, ENGINES["numpy"](changed(b, engine="numpy", order_after=0), X, y)))[-1]
    differs = max(np.abs(W - W_alone).max() for (W, _), (W_alone, _) in zip(both[0], alone, strict=True))
    assert (differs > 1e-6) == (b.parameters != a.parameters)


# ---- what scikit-learn lacks ----------------------------------------------------------------------------------------

LACKING = {
    "activation": [name for name, row in ACTIVATIONS.items() if not row.sklearn] + [("tanh", "relu")],
    "optimizer": [name for name, row in OPTIMIZERS.items() if row.sklearn is None],
    "loss": ["squared"],
    "l1": [0.01],
}
lacking = pytest.mark.parametrize("field, value", [(field, value) for field in LACKING for value in LACKING[field]])


@lacking
def test_nearest_differs_in_that_field_alone_and_trains(field: str, value: object) -> None:
    asked = changed(BASE, engine="numpy", epochs=1, **{field: value})
    found = nearest(asked)
    assert found == nearest(found)
    assert found.engine == "sklearn"
    segment = field in ("optimizer", "l1")
    was, now = (getattr(e.segments[0] if segment else e, field) for e in (asked, found))
    assert was != now
    assert found == changed(asked, engine="sklearn", **{field: now})
    assert len(list(epochs(found))) == 2


def test_nearest_keeps_numbers_as_targets() -> None:
    experiment = Experiment(dataset="reg_gauss", loss="squared_linear", activation="gelu")
    found = nearest(experiment)
    assert (found.dataset, found.loss, found.activation) == ("reg_gauss", "squared_linear", "relu")


@lacking
def test_what_can_not_be_expressed_is_refused_by_name(field: str, value: object) -> None:
    named = "segments" if field in ("optimizer", "l1") else field
    with pytest.raises(ValueError, match=f"experiment must be one that scikit-learn can express; got one with {named}"):
        next(epochs(changed(BASE, **{field: value})))


@pytest.mark.parametrize("optimizer", SOLVERS)
@pytest.mark.parametrize("activation", [name for name, row in ACTIVATIONS.items() if row.sklearn])
def test_what_can_be_expressed_is_its_own_nearest(activation: str, optimizer: str) -> None:
    experiment = changed(BASE, activation=activation, optimizer=optimizer, l2=0.1, initializer="he_normal")
    assert nearest(experiment) == experiment


def test_nearest_looks_at_every_segment() -> None:
    experiment = dataclasses.replace(BASE, segments=(Segment("adam"), Segment("rmsprop", l1=0.5), Segment("adamw")))
    assert [segment.optimizer for segment in nearest(experiment).segments] == ["adam", "adam", "adam"]
    assert not any(segment.l1 for segment in nearest(experiment).segments)
