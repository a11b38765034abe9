"""Backpropagation against numerical gradients, one real scikit-learn step, definitions and published depth factors."""

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor

from core.network import ACTIVATIONS, LOSSES, Gradients, Layer, Probe, forward, initial_layers, reference
from core.network.gradients import rms

LOSS_CASES = [(row.name, classes) for row in LOSSES.values() for classes in (0, 2, 3) if row.output(classes)]


def problem(classes: int, hidden: tuple[int, ...], seed: int = 0) -> tuple[np.ndarray, np.ndarray, list[Layer]]:
    random = np.random.RandomState(seed)
    X, y = random.normal(0, 1.5, (17, 3)), np.arange(17) % classes if classes else np.linspace(-1, 1, 17)
    sizes = (3, *hidden, classes if classes > 2 else 1)
    return X, y, initial_layers(sizes, "tanh", "sklearn", random)


def network_loss(
    layers: Sequence[Layer], X: np.ndarray, y: np.ndarray, activations: Sequence[str], loss: str, classes: int
) -> float:
    """Mean loss of the network, as the reference has it."""
    _, a = reference.forward(X, layers, activations, LOSSES[loss].output(classes))
    return reference.loss(a, LOSSES[loss].targets(y, classes).T, loss)


def backward(
    layers: Sequence[Layer], X: np.ndarray, y: np.ndarray, activations: Sequence[str], loss: str, classes: int
) -> list[Layer]:
    z, a = reference.forward(X, layers, activations, LOSSES[loss].output(classes))
    return reference.backward(z, a, LOSSES[loss].targets(y, classes).T, layers, activations, loss)


def derivative(f: Callable[[float], float]) -> float:
    """Five-point central difference: its error h^4 f'''''/30 and rounding are both near 1e-12."""
    h = 1e-3
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def away_from_kinks(X: np.ndarray, layers: Sequence[Layer], activations: Sequence[str]) -> bool:
    """Whether no z lies where the step of `derivative` would cross a kink of any activation."""
    a = X
    for (W, b), name in zip(layers, activations, strict=False):
        z = a @ W + b
        if min(np.abs(z - kink).min() for kink in (-3, -1, 0, 1, 3, 6)) < 8e-3:
            return False
        a = ACTIVATIONS[name].value(z)
    return True


def smooth_problem(classes: int, activations: Sequence[str]) -> tuple[np.ndarray, np.ndarray, list[Layer]]:
    problems = (problem(classes, (5, 4), seed) for seed in range(1000))
    return next((X, y, layers) for X, y, layers in problems if away_from_kinks(X, layers, activations))


@pytest.mark.parametrize("loss, classes", LOSS_CASES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_backpropagation_is_the_numerical_gradient(activation: str, loss: str, classes: int) -> None:
    activations = (activation, activation)
    X, y, layers = smooth_problem(classes, activations)
    fast = Probe(activations, loss, classes, layers, X, y).gradients(layers).layers
    plain = backward(layers, X, y, activations, loss, classes)
    for number, (layer, *found) in enumerate(zip(layers, fast, plain, strict=True)):
        for parameter, *gradients in zip(layer, *found, strict=True):
            numerical = np.empty_like(parameter)
            for entry in np.ndindex(parameter.shape):
                original = parameter[entry]

                def moved(step: float, parameter=parameter, entry=entry, original=original) -> float:
                    parameter[entry] = original + step
                    return network_loss(layers, X, y, activations, loss, classes)

                numerical[entry] = derivative(moved)
                parameter[entry] = original
            scale = np.abs(numerical).max()
            assert scale > 1e-6, "a gradient of zero would agree with anything"
            for gradient in gradients:
                assert gradient.shape == parameter.shape
                np.testing.assert_allclose(gradient, numerical, rtol=1e-6, atol=1e-6 * scale, err_msg=f"layer {number}")
            np.testing.assert_allclose(*gradients, rtol=1e-11, atol=1e-13 * scale)


@pytest.mark.parametrize("loss, classes", LOSS_CASES)
def test_deltas_and_factors_are_their_definitions(loss: str, classes: int) -> None:
    activations = ("gelu", "tanh")
    X, y, layers = problem(classes, (5, 4))
    found = Probe(activations, loss, classes, layers, X, y).gradients(layers)
    for row in range(len(X)):  # of a single row delta is the gradient of the biases
        single = backward(layers, X[row : row + 1], y[row : row + 1], activations, loss, classes)
        for delta, (_, db) in zip(found.deltas, single, strict=True):
            np.testing.assert_allclose(delta[row], db, rtol=1e-11, atol=1e-15)

    def size(values: np.ndarray) -> float:
        return sqrt((values**2).mean())

    np.testing.assert_allclose(found.delta, [size(d) for d in found.deltas], rtol=1e-13)
    np.testing.assert_allclose(found.weight_gradient, [size(dW) for dW, _ in found.layers], rtol=1e-13)
    for number in range(2):
        carried = found.deltas[number + 1] @ layers[number + 1][0].T
        np.testing.assert_allclose(found.deltas[number], carried * found.slopes[number], rtol=1e-12)
        assert found.weight_factor[number] == pytest.approx(size(carried) / size(found.deltas[number + 1]), rel=1e-12)
        assert found.slope_factor[number] == pytest.approx(size(found.deltas[number]) / size(carried), rel=1e-12)
    assert np.isnan([found.weight_factor[-1], found.slope_factor[-1]]).all()


@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize(
    "activation, hidden", [("tanh", ()), *((row.name, (5, 4)) for row in ACTIVATIONS.values() if row.sklearn)]
)
def test_gradient_is_what_one_scikit_learn_step_takes_away(
    activation: str, classes: int, hidden: tuple[int, ...]
) -> None:
    X, y, _ = problem(classes, hidden)
    settings = {"solver": "sgd", "momentum": 0, "alpha": 0, "learning_rate_init": 1, "batch_size": len(X)}
    if classes:
        model = MLPClassifier(hidden, activation=activation, random_state=3, **settings)
        model.partial_fit(X, y, classes=np.arange(classes))
    else:
        model = MLPRegressor(hidden_layer_sizes=hidden, activation=activation, random_state=3, **settings).partial_fit(
            X, y
        )
    before = [(W.copy(), b.copy()) for W, b in zip(model.coefs_, model.intercepts_, strict=True)]
    model.partial_fit(X, y)
    loss = "log" if classes else "squared_linear"
    found = Probe((activation,) * len(hidden), loss, classes, before, X, y).gradients(before)
    for number, ((W, b), (dW, db)) in enumerate(zip(before, found.layers, strict=True)):
        np.testing.assert_allclose(W - model.coefs_[number], dW, rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(b - model.intercepts_[number], db, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", [row.name for row in ACTIVATIONS.values() if row.sklearn])
def test_outputs_loss_and_accuracy_are_scikit_learns(activation: str, classes: int) -> None:
    X, y, _ = problem(classes, (5, 4))
    model = MLPClassifier((5, 4), activation, solver="sgd", learning_rate_init=0.5, max_iter=3, random_state=3)
    model.fit(X, y)
    layers = list(zip(model.coefs_, model.intercepts_, strict=True))
    p = model.predict_proba(X)
    probe = Probe((activation,) * 2, "log", classes, layers, X, y)
    loss, accuracy = probe.loss_and_score(layers)
    assert loss == pytest.approx(log_loss(y, p), rel=1e-12)
    assert accuracy == accuracy_score(y, model.predict(X))
    np.testing.assert_allclose(probe.forward(layers), p[:, 1:].T if classes == 2 else p.T, rtol=1e-12)


@pytest.mark.parametrize("activation", [row.name for row in ACTIVATIONS.values() if row.sklearn])
def test_numbers_loss_and_r_squared_are_scikit_learns(activation: str) -> None:
    X, y, _ = problem(0, (5, 4))
    model = MLPRegressor(
        hidden_layer_sizes=(5, 4), activation=activation, solver="sgd", learning_rate_init=0.1, max_iter=3
    ).fit(X, y)
    layers = list(zip(model.coefs_, model.intercepts_, strict=True))
    found = model.predict(X)
    probe = Probe((activation,) * 2, "squared_linear", 0, layers, X, y)
    loss, score = probe.loss_and_score(layers)
    assert loss == pytest.approx(mean_squared_error(y, found) / 2, rel=1e-12)
    assert score == pytest.approx(r2_score(y, found), rel=1e-12)
    np.testing.assert_allclose(probe.forward(layers), found[None, :], rtol=1e-12)
    np.testing.assert_allclose(forward(X, layers, (activation,) * 2, "identity")[-1][:, 0], found, rtol=1e-12)


def test_forward_gives_every_layers_values() -> None:
    X, _, layers = problem(3, (5, 4))
    first, second, output = forward(X, layers, ("gelu", "relu"), "softmax")
    _, (_, *values) = reference.forward(X, layers, ("gelu", "relu"), "softmax")
    for found, wanted in zip((first, second, output), values, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12)
    e = np.exp(second @ layers[-1][0] + layers[-1][1])
    np.testing.assert_allclose(output, e / e.sum(axis=1, keepdims=True), rtol=1e-12)


def test_results_stay_when_the_probe_is_used_again() -> None:
    X, y, layers = problem(2, (5, 4))
    probe = Probe(("tanh", "tanh"), "log", 2, layers, X, y)
    first = probe.gradients(layers)
    kept = [array.copy() for array in (*first.deltas, *first.slopes, *(dW for dW, _ in first.layers))]
    probe.gradients([(2 * W, b) for W, b in layers])
    for array, was in zip((*first.deltas, *first.slopes, *(dW for dW, _ in first.layers)), kept, strict=True):
        np.testing.assert_array_equal(array, was)


def test_sizes_do_not_underflow_or_overflow() -> None:
    assert rms(np.array([3e-200, 4e-200])) == pytest.approx(sqrt(12.5) * 1e-200, rel=1e-14)
    assert rms(np.array([3e200, 4e200])) == pytest.approx(sqrt(12.5) * 1e200, rel=1e-14)
    assert rms(np.zeros(3)) == 0
    assert np.isnan(rms(np.array([1.0, np.nan])))


def test_a_gradient_of_1e_minus_200_is_measured() -> None:
    """Forty linear layers of one unit, each weight 1e-5: the first layer's delta is 1e-200 of the output's."""
    layers = [(np.full((1, 1), 1e-5), np.zeros(1)) for _ in range(41)]
    found = Probe(("identity",) * 40, "log", 2, layers, np.ones((4, 1)), np.array([0, 1, 1, 1])).gradients(layers)
    assert found.delta[0] / found.delta[-1] == pytest.approx(1e-200, rel=1e-10)
    np.testing.assert_allclose(found.weight_factor[:-1], 1e-5, rtol=1e-12)
    np.testing.assert_allclose(found.slope_factor[:-1], 1, rtol=1e-12)


def test_factors_are_nan_where_nothing_comes_back() -> None:
    X, y, layers = problem(2, (5, 4))
    layers[1] = (np.zeros((5, 4)), np.full(4, -1.0))  # the second layer's relus are all off
    found = Probe(("relu", "relu"), "log", 2, layers, X, y).gradients(layers)
    assert found.delta[1] == 0 and found.slope_factor[1] == 0
    assert np.isnan(found.weight_factor[0]) and np.isnan(found.slope_factor[0])


# ---- depth: theory's factors per layer ------------------------------------------------------------------------------


def depth_gradients(activation: str, n_var: float, seed: int) -> Gradients:
    """20 layers of 256, zero biases, standard-normal inputs.

    Above them 256 classes drawn at random, through weights too small to prefer any: an error that is pure noise.
    """
    random, width = np.random.default_rng(seed), 256
    layers = [(random.normal(0, sqrt(n_var / width), (width, width)), np.zeros(width)) for _ in range(20)]
    layers.append((random.normal(0, 1e-6, (width, width)), np.zeros(width)))
    X, y = random.normal(size=(width, width)), random.integers(0, width, width)
    return Probe((activation,) * 20, "log", width, layers, X, y).gradients(layers)


@pytest.mark.parametrize(
    "activation, n_var, delta, weight",
    [
        ("identity", 1 / 3, 0.577, 1.000),
        ("tanh", 1, 0.917, 1.009),
        ("relu", 2, 0.999, 0.999),
        ("logistic", 1, 0.234, 0.242),
    ],
)
def test_delta_shrinks_with_depth_as_theory_says(activation: str, n_var: float, delta: float, weight: float) -> None:
    """Factor per layer towards the input, n Var W = n_var: sqrt(n_var E[phi'(z)^2]) for delta."""
    runs = [depth_gradients(activation, n_var, seed) for seed in range(3)]

    def factor(sizes: str) -> float:
        return float(np.mean([(getattr(g, sizes)[0] / getattr(g, sizes)[19]) ** (1 / 19) for g in runs]))

    assert factor("delta") == pytest.approx(delta, rel=0.03)
    assert factor("weight_gradient") == pytest.approx(weight, rel=0.03)
