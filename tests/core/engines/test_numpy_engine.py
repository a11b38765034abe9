"""The NumPy engine: the estimator's weights after every epoch, segments, and many networks at once."""

import dataclasses
from itertools import cycle

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_regression
from sklearn.neural_network import MLPClassifier, MLPRegressor

from core.engines import ENGINES
from core.engines.numpy_engine import epochs, epochs_together
from core.experiment import Experiment, Segment, changed, losses_for
from core.network import ACTIVATIONS, OPTIMIZERS, initial_layers, whole_epochs

BASE = Experiment(dataset="moons", hidden=(5, 4), segments=(Segment(batch_size=20, epochs=12, learning_rate=0.02),))


def data(experiment: Experiment, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """87 rows: with batches of 20 the last one has 7."""
    if not experiment.classes:
        X, y = make_regression(87, n_features=2, noise=30.0, random_state=seed)
        return X, y / 100
    return make_blobs(87, centers=experiment.classes, cluster_std=2.5, random_state=seed)


def copies(layers: list) -> list:
    return [(W.copy(), b.copy()) for W, b in layers]


def assert_equal(layers: list, others: list, tolerance: float) -> None:
    for (W, b), (W_other, b_other) in zip(layers, others, strict=True):
        np.testing.assert_allclose(W, W_other, rtol=0, atol=tolerance)
        np.testing.assert_allclose(b, b_other, rtol=0, atol=tolerance)


@pytest.mark.parametrize("dataset", ["moons", "blobs3"])
@pytest.mark.parametrize("solver, optimizer", [("adam", "adam"), ("sgd", "nesterov")])
def test_every_epoch_is_what_fit_ends_on(solver: str, optimizer: str, dataset: str) -> None:
    experiment = changed(BASE, dataset=dataset, optimizer=optimizer, l2=0.1)
    X, y = data(experiment)
    frames = [copies(layers) for layers in epochs(experiment, X, y)]
    assert len(frames) == 13
    for epoch in (1, 5, 12):
        reference = MLPClassifier(
            experiment.hidden,
            "tanh",
            solver=solver,
            alpha=0.1,
            batch_size=20,
            learning_rate_init=0.02,
            max_iter=epoch,
            random_state=experiment.seed,
        ).fit(X, y)
        assert_equal(frames[epoch], list(zip(reference.coefs_, reference.intercepts_, strict=True)), 1e-10)


SOLVERS = {
    "sgd": {"solver": "sgd", "momentum": 0.0},
    "momentum": {"solver": "sgd", "momentum": 0.7, "nesterovs_momentum": False},
    "nesterov": {"solver": "sgd", "momentum": 0.7, "nesterovs_momentum": True},
    "adam": {"solver": "adam"},
}


@pytest.mark.parametrize("optimizer", SOLVERS)
@pytest.mark.parametrize("activation", [name for name, row in ACTIVATIONS.items() if row.sklearn])
def test_fifty_epochs_of_regression_are_mlp_regressors(activation: str, optimizer: str) -> None:
    experiment = changed(
        BASE, dataset="ripple", activation=activation, optimizer=optimizer, momentum=0.7, l2=0.1, epochs=50
    )
    X, y = data(experiment)
    reference = MLPRegressor(
        hidden_layer_sizes=experiment.hidden,
        activation=activation,
        alpha=0.1,
        batch_size=20,
        learning_rate_init=0.02,
        max_iter=50,
        tol=0,
        n_iter_no_change=50,
        random_state=experiment.seed,
        **SOLVERS[optimizer],
    ).fit(X, y)
    first, *_, last = (copies(layers) for layers in epochs(experiment, X, y))
    assert_equal(last, list(zip(reference.coefs_, reference.intercepts_, strict=True)), 1e-10)
    assert max(np.abs(W - W_first).max() for (W, _), (W_first, _) in zip(last, first, strict=True)) > 0.1


def test_a_batch_larger_than_the_rows_is_all_of_them() -> None:
    X, y = data(BASE)
    *_, large = epochs(changed(BASE, batch_size=5000), X, y)
    *_, exact = epochs(changed(BASE, batch_size=87), X, y)
    assert_equal(large, exact, 0)


def test_a_segment_changes_the_rate_and_starts_a_new_optimizer() -> None:
    """Plain SGD keeps no state: two segments are one. Momentum does: two segments are not."""
    X, y = data(BASE)
    for optimizer, same in [("sgd", True), ("momentum", False)]:
        whole = changed(BASE, optimizer=optimizer)
        half = dataclasses.replace(whole.segments[0], epochs=6)
        *_, one = epochs(whole, X, y)
        *_, two = epochs(dataclasses.replace(whole, segments=(half, half)), X, y)
        assert all(np.array_equal(W, W_two) for (W, _), (W_two, _) in zip(one, two, strict=True)) == same


TARGETS = [("log", "moons"), ("log", "blobs3"), ("squared", "moons"), ("squared_linear", "ripple"), ("log", "gauss")]


@pytest.mark.parametrize("activation, optimizer, targets", [*zip(ACTIVATIONS, cycle(OPTIMIZERS), cycle(TARGETS))])
def test_networks_trained_together_equal_their_single_runs(
    activation: str, optimizer: str, targets: tuple[str, str]
) -> None:
    loss, dataset = targets
    base = changed(BASE, activation=activation, optimizer=optimizer, loss=loss, dataset=dataset, l1=0.01, l2=0.1)
    experiments = [changed(base, seed=seed, learning_rate=rate) for seed, rate in ((1, 0.02), (2, 0.02), (1, 0.005))]
    rows = [data(base, seed) for seed in range(3)]
    together = whole_epochs(
        epochs_together(experiments, np.stack([X for X, _ in rows]), np.stack([y for _, y in rows]))
    )
    for stacked, *single in zip(
        together, *(epochs(e, X, y) for e, (X, y) in zip(experiments, rows, strict=True)), strict=True
    ):
        for layers, alone in zip(stacked, single, strict=True):
            assert_equal(layers, alone, 1e-10)


@pytest.mark.parametrize("hidden", [(), (3,), (64, 64)])
def test_stacking_holds_for_other_shapes(hidden: tuple[int, ...]) -> None:
    experiments = [changed(BASE, hidden=hidden, seed=seed, activation="logistic", epochs=4) for seed in range(4)]
    X, y = data(BASE)
    together = whole_epochs(epochs_together(experiments, np.stack([X] * 4), np.stack([y] * 4)))
    *_, last = together
    for layers, experiment in zip(last, experiments, strict=True):
        *_, alone = epochs(experiment, X, y)
        assert_equal(layers, alone, 1e-10)


def test_segments_hold_for_stacked_networks_too() -> None:
    segments = (Segment("adam", 0.01, epochs=3), Segment("sgd", 0.2, epochs=3, batch_size=30))
    experiments = [dataclasses.replace(BASE, seed=seed, segments=segments) for seed in range(3)]
    X, y = data(BASE)
    *_, last = whole_epochs(epochs_together(experiments, np.stack([X] * 3), np.stack([y] * 3)))
    for layers, experiment in zip(last, experiments, strict=True):
        *_, alone = epochs(experiment, X, y)
        assert_equal(layers, alone, 1e-10)


@pytest.mark.parametrize("loss", losses_for(2))
def test_different_activations_in_the_layers_are_what_they_say(loss: str) -> None:
    """One batch of one epoch, against the row-major network written out."""
    experiment = changed(BASE, dataset="ripple" if loss == "squared_linear" else "moons", loss=loss, batch_size=87)
    experiment = changed(experiment, activation=("relu", "gelu"), epochs=1, learning_rate=0.5)
    X, y = data(experiment)
    iterator = epochs(experiment, X, y)
    before = copies(next(iterator))
    (W1, b1), (W2, b2), (W3, b3) = before
    relu, gelu = ACTIVATIONS["relu"], ACTIVATIONS["gelu"]
    z1 = X @ W1 + b1
    a1 = relu.value(z1)
    z2 = a1 @ W2 + b2
    a2 = gelu.value(z2)
    z3 = a2 @ W3 + b3
    out = np.tanh(z3)
    delta3 = {
        "log": 1 / (1 + np.exp(-z3)) - y[:, None],
        "squared": (out - (2 * y - 1)[:, None]) * (1 - out**2),
        "squared_linear": z3 - y[:, None],
    }[loss]
    delta2 = (delta3 @ W3.T) * gelu.slope(z2)
    delta1 = (delta2 @ W2.T) * relu.slope(z1)
    steps = [(X, delta1), (a1, delta2), (a2, delta3)]
    by_hand = [
        (W - 0.5 * a.T @ delta / 87, b - 0.5 * delta.mean(axis=0))
        for (W, b), (a, delta) in zip(before, steps, strict=True)
    ]
    assert_equal(next(iterator), by_hand, 1e-12)


def test_layers_that_are_handed_over_take_the_place_of_the_experiments_own() -> None:
    X, y = data(BASE)
    given = initial_layers(BASE.sizes, BASE.activation, "he_normal", np.random.RandomState(9))
    handed_over = epochs(BASE, X, y, given)
    assert_equal(next(handed_over), given, 0)
    own = epochs(changed(BASE, initializer="he_normal"), X, y)
    assert np.abs(next(own)[0][0] - given[0][0]).max() > 0.1


@pytest.mark.parametrize("engine", ENGINES)
def test_uniform_weights_follow_the_playground_seed_on_both_engines(engine: str) -> None:
    """Three uniform weights of one link of the fixture, read off TensorFlow Playground."""
    link = Experiment(
        "circle", playground_seed="0.66230", initializer="uniform", engine=engine, segments=(Segment(epochs=1),)
    )
    X, y = data(link)
    layers = copies(next(ENGINES[engine](link, X, y)))
    np.testing.assert_allclose(layers[0][0][:, 0], [-0.06302082828554378, -0.3561795936859353], rtol=0, atol=1e-15)
    np.testing.assert_allclose(layers[1][0][0, 0], 0.2962189336833634, rtol=0, atol=1e-15)
    assert all((b == 0.1).all() for _, b in layers)


@pytest.mark.parametrize("engine", ENGINES)
def test_with_a_seed_of_the_data_uniform_weights_are_the_seeds(engine: str) -> None:
    """Still uniform in (-0.5, 0.5) with biases of 0.1, as TensorFlow Playground's are, but not of its numbers."""
    link = Experiment("circle", playground_seed="0.66230", data_seed="0", initializer="uniform", engine=engine)
    X, y = data(link)
    random = np.random.RandomState(7)
    layers = copies(next(ENGINES[engine](changed(link, seed=7), X, y)))
    wanted = [(random.random_sample(W.shape) - 0.5, np.full(b.shape, 0.1)) for W, b in layers]
    assert_equal(layers, wanted, 1e-15)
    assert (layers[0][0] != next(ENGINES[engine](changed(link, seed=8), X, y))[0][0]).all()


@pytest.mark.parametrize("changes", [{"initializer": "he_normal"}, {"dataset": "iris"}])
def test_other_initializers_and_tables_draw_from_the_seed(changes: dict) -> None:
    base = changed(Experiment(playground_seed="0.5", initializer="uniform"), **changes)
    X, y = data(base)
    first, other_text, other_seed = (
        copies(next(epochs(changed(base, **change), X, y))) for change in ({}, {"playground_seed": "0.6"}, {"seed": 2})
    )
    assert_equal(first, other_text, 0)
    assert (first[0][0] != other_seed[0][0]).all()


def test_both_engines_are_registered() -> None:
    assert set(ENGINES) == {"numpy", "sklearn"}
