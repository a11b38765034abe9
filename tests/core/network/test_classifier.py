"""NumpyMLPClassifier: MLPClassifier's weights to 1e-10, its books, and which classes and losses it takes."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from core.network import NumpyMLPClassifier

OPTIMIZERS = {
    "sgd": {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 0.1},
    "momentum": {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False, "learning_rate_init": 0.03},
    "nesterov": {"solver": "sgd", "momentum": 0.9, "learning_rate_init": 0.03},
    "adam": {"solver": "adam", "learning_rate_init": 0.01},
    # an epsilon that shows where it stands, and moments that are not the default ones
    "adam, other constants": {"solver": "adam", "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-2},
}


def data(classes: int) -> tuple[np.ndarray, np.ndarray]:
    if classes == 2:
        return make_moons(87, noise=0.2, random_state=0)
    return make_blobs(87, centers=classes, cluster_std=2.0, random_state=0)


def fitted_pair(classes: int, hidden: tuple[int, ...] = (6,), **settings) -> tuple[NumpyMLPClassifier, MLPClassifier]:
    """Both after 50 epochs: 87 rows in batches of 20 leave a last one of 7."""
    X, y = data(classes)
    common = {"alpha": 0.01, "batch_size": 20, "max_iter": 50, "tol": 0.0, "n_iter_no_change": 50, "random_state": 11}
    common |= settings
    return (
        NumpyMLPClassifier(hidden, **common).fit(X, y),
        MLPClassifier(hidden, **common).fit(X, y),
    )


def assert_equal(ours: NumpyMLPClassifier, theirs: MLPClassifier, tolerance: float = 1e-10) -> None:
    for W, W_theirs in zip(ours.coefs_, theirs.coefs_, strict=True):
        np.testing.assert_allclose(W, W_theirs, rtol=0, atol=tolerance)
    for b, b_theirs in zip(ours.intercepts_, theirs.intercepts_, strict=True):
        np.testing.assert_allclose(b, b_theirs, rtol=0, atol=tolerance)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_fifty_epochs_end_on_mlpclassifiers_weights(optimizer: str, activation: str, classes: int) -> None:
    ours, theirs = fitted_pair(classes, activation=activation, **OPTIMIZERS[optimizer])
    assert ours.n_iter_ == theirs.n_iter_ == 50
    assert_equal(ours, theirs)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=0, atol=1e-12)
    assert ours.loss_ == ours.loss_curve_[-1] and ours.best_loss_ == pytest.approx(theirs.best_loss_, abs=1e-12)
    X, _ = data(classes)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-9)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": ()},
        {"hidden": (5, 4)},
        {"batch_size": "auto"},
        {"batch_size": 1, "max_iter": 5, "learning_rate_init": 0.01},
        {"batch_size": 87},
        {"shuffle": False},
        {"alpha": 0.0},
        {"activation": "logistic", "hidden": (200,), "batch_size": 40, "max_iter": 10},  # the large logistic's own path
    ],
    ids=str,
)
def test_parity_holds_at_the_edges(settings: dict) -> None:
    ours, theirs = fitted_pair(2, **{"activation": "tanh", "solver": "sgd", "learning_rate_init": 0.05} | settings)
    assert_equal(ours, theirs)


@pytest.mark.parametrize("settings", [{"solver": "sgd", "learning_rate_init": 0.2}, {"learning_rate_init": 0.02}])
def test_training_stops_in_mlpclassifiers_epoch(settings: dict) -> None:
    ours, theirs = fitted_pair(3, max_iter=500, tol=1e-3, n_iter_no_change=5, **settings)
    assert 6 < ours.n_iter_ < 500
    assert ours.n_iter_ == theirs.n_iter_
    assert_equal(ours, theirs)


def test_warm_start_goes_on_as_mlpclassifier_does() -> None:
    X, y = data(3)
    ours, theirs = fitted_pair(3, warm_start=True, max_iter=5)
    assert_equal(ours.fit(X, y), theirs.fit(X, y))
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, atol=1e-12)


def test_a_warm_start_after_the_end_stops_where_mlpclassifier_does() -> None:
    """The epochs without progress of the last fit count: both stop after one epoch more."""
    X, y = data(3)
    ours, theirs = fitted_pair(3, warm_start=True, max_iter=500, tol=1e-3, n_iter_no_change=5, learning_rate_init=0.02)
    assert ours.n_iter_ == theirs.n_iter_ > 6
    assert_equal(ours.fit(X, y), theirs.fit(X, y))
    assert ours.n_iter_ == theirs.n_iter_ == 1


def test_warm_start_with_other_classes_is_refused() -> None:
    X, y = data(3)
    model = NumpyMLPClassifier((3,), warm_start=True, max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match=r"y must have the classes of the last fit"):
        model.fit(X, np.minimum(y, 1))


def test_it_learns_the_moons_with_everything_it_has_alone() -> None:
    X, y = make_moons(200, noise=0.1, random_state=1)
    for activation, solver, loss in [
        (("mish", "sine"), "adamw", "log"),
        ("gelu", "rmsprop", "squared"),
        ("gaussian", "adagrad", "log"),
        ("leaky_relu", "sgd", "squared"),
    ]:
        model = NumpyMLPClassifier(
            (10, 10),
            activation,
            solver=solver,
            loss=loss,
            learning_rate_init=0.05,
            batch_size=20,
            max_iter=300,
            random_state=0,
        )
        assert model.fit(X, y).score(X, y) > 0.97, (activation, solver, loss)
        p = model.predict_proba(X)
        np.testing.assert_allclose(p.sum(axis=1), 1)
        assert log_loss(y, p) < 0.2


@pytest.mark.parametrize("l1, l2", [(5.0, 0.0), (0.0, 5.0), (2.0, 3.0)])
def test_without_hidden_layer_it_is_penalised_logistic_regression(l1: float, l2: float) -> None:
    """scikit-learn's C is 1 / (l1 + l2), its l1_ratio l1 / (l1 + l2)."""
    X, y = make_moons(200, noise=0.1, random_state=1)
    X = np.hstack([X, np.random.default_rng(0).normal(size=(200, 6))])  # six columns of noise
    ours = NumpyMLPClassifier(
        (), solver="sgd", alpha=l2, l1=l1, learning_rate_init=0.02, batch_size=200, random_state=0
    )
    ours.set_params(max_iter=3000, n_iter_no_change=3000).fit(X, y)
    theirs = LogisticRegression(C=1 / (l1 + l2), l1_ratio=l1 / (l1 + l2), solver="saga", tol=1e-8, max_iter=10_000)
    theirs.fit(X, y)
    # 2e-3: with a fixed rate a weight that L1 holds at zero steps to and fro across it
    np.testing.assert_allclose(ours.coefs_[0][:, 0], theirs.coef_[0], rtol=0, atol=2e-3)
    np.testing.assert_allclose(ours.intercepts_[0], theirs.intercept_, rtol=0, atol=2e-3)
    assert l1 != 5 or (np.abs(ours.coefs_[0]) < 2e-3).sum() == (theirs.coef_ == 0).sum() == 3


def test_the_penaltys_gradient_and_value_are_its_definition() -> None:
    """One full-batch step from known weights: what it takes beyond the plain step, and books beyond the plain loss."""
    X, y = data(2)
    common = {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 1.0, "batch_size": 87, "max_iter": 1}
    start, plain, l1, l2 = (
        NumpyMLPClassifier((4,), "tanh", random_state=5, **common | settings).fit(X, y)
        for settings in (
            {"learning_rate_init": 1e-300, "alpha": 0.0},
            {"alpha": 0.0},
            {"alpha": 0.0, "l1": 0.7},
            {"alpha": 0.7},
        )
    )
    for W, W_plain, W_l1, W_l2 in zip(start.coefs_, plain.coefs_, l1.coefs_, l2.coefs_, strict=True):
        np.testing.assert_allclose(W_plain - W_l1, 0.7 * np.sign(W) / 87, rtol=1e-12)
        np.testing.assert_allclose(W_plain - W_l2, 0.7 * W / 87, rtol=1e-10)
    for b_plain, b_l1, b_l2 in zip(plain.intercepts_, l1.intercepts_, l2.intercepts_, strict=True):
        np.testing.assert_array_equal(b_plain, b_l1)
        np.testing.assert_array_equal(b_plain, b_l2)
    weights = np.concatenate([W.ravel() for W in start.coefs_])
    assert l1.loss_ - plain.loss_ == pytest.approx(0.7 * np.abs(weights).sum() / 87, rel=1e-12)
    assert l2.loss_ - plain.loss_ == pytest.approx(0.7 * (weights**2).sum() / 2 / 87, rel=1e-12)


def test_it_has_all_of_mlpclassifiers_parameters_and_defaults() -> None:
    ours, theirs = NumpyMLPClassifier().get_params(), MLPClassifier().get_params()
    assert {name: ours.get(name, "missing") for name in theirs} == theirs
    assert set(ours) - set(theirs) == {"loss", "initializer", "l1"}


def test_a_loss_that_is_not_for_classes_is_refused() -> None:
    for loss in ("hinge", "squared_linear", "squared_error"):
        with pytest.raises(ValueError, match=f"loss must be one of 'log', 'squared'; got '{loss}'"):
            NumpyMLPClassifier(loss=loss).fit(*data(2))


def test_squared_loss_is_for_two_classes() -> None:
    with pytest.raises(ValueError, match="loss must be 'log' for more than two classes"):
        NumpyMLPClassifier(loss="squared").fit(*data(3))


def test_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match="y must have at least two classes; got 1 class"):
        NumpyMLPClassifier().fit(np.ones((4, 2)), np.zeros(4))
