"""What both estimators have in common: each parameter is used or refused by name, and divergence is said."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.exceptions import NotFittedError

from core.network import INITIALIZERS, OPTIMIZERS, NumpyMLPClassifier, NumpyMLPRegressor

Estimator = type[NumpyMLPClassifier] | type[NumpyMLPRegressor]
both = pytest.mark.parametrize("estimator", [NumpyMLPClassifier, NumpyMLPRegressor])
X, y = make_moons(87, noise=0.2, random_state=0)  # two classes, and numbers to a regressor


@both
@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_initializer_is_used(estimator: Estimator, initializer: str) -> None:
    settings = {"initializer": initializer, "solver": "sgd", "learning_rate_init": 1e-300, "max_iter": 1}
    model = estimator(hidden_layer_sizes=50, activation="tanh", random_state=0, **settings).fit(X, y)
    W, b = INITIALIZERS[initializer].draw(np.random.RandomState(0), 2, 50, "tanh")
    np.testing.assert_allclose(model.coefs_[0], W, rtol=0, atol=1e-299)  # one step of the smallest rate was taken
    np.testing.assert_allclose(model.intercepts_[0], b, rtol=0, atol=1e-299)


@both
@pytest.mark.parametrize(
    "settings",
    [
        {"solver": "lbfgs"},
        {"solver": "nesterov"},
        {"solver": "playground"},
        {"learning_rate": "adaptive"},
        {"learning_rate": "invscaling"},
        {"early_stopping": True},
        {"activation": "swish"},
        {"activation": ("tanh", "swish")},
        {"activation": ("tanh",), "hidden_layer_sizes": (3, 3)},
        {"hidden_layer_sizes": (3, 0)},
        {"hidden_layer_sizes": -1},
        {"initializer": "ones"},
        {"alpha": -1.0},
        {"alpha": float("nan")},
        {"l1": -0.1},
        {"learning_rate_init": 0.0},
        {"learning_rate_init": float("nan")},
        {"power_t": -0.5},
        {"momentum": 1.5},
        {"validation_fraction": 1.0},
        {"beta_1": 1.0},
        {"beta_2": -0.1},
        {"epsilon": 0.0},
        {"tol": -1e-3},
        {"batch_size": 0},
        {"max_iter": 0},
        {"max_fun": 0},
        {"n_iter_no_change": 0},
        {"verbose": -1},
        {"random_state": -1},
    ],
    ids=str,
)
def test_a_wrong_value_is_refused_by_name(estimator: Estimator, settings: dict) -> None:
    model = estimator(**{"hidden_layer_sizes": (3, 3)} | settings)
    # numpy refuses the seed itself, without the parameter's name
    with pytest.raises(ValueError, match=next(iter(settings)).replace("random_state", "[Ss]eed")):
        model.fit(X, y)


@both
@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": "all"},
        {"alpha": "0.1"},
        {"max_iter": 2.5},
        {"max_iter": np.inf},
        {"hidden_layer_sizes": (3.0,)},
        {"hidden_layer_sizes": "3"},
        {"hidden_layer_sizes": None},
        {"activation": None},
        {"activation": 3},
        {"solver": ["sgd"]},
        {"loss": {}},
        {"shuffle": "no"},
        {"warm_start": 1},
        {"nesterovs_momentum": None},
        {"early_stopping": "yes"},
        {"verbose": "yes"},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_type_is_refused_by_name(estimator: Estimator, settings: dict) -> None:
    with pytest.raises((ValueError, TypeError), match=next(iter(settings))):
        estimator(**settings).fit(X, y)


@both
def test_solvers_and_momentum_reach_every_optimizer_that_shuffles(estimator: Estimator) -> None:
    reached = set()
    for solver in ("sgd", "adam", "adamw", "rmsprop", "adagrad"):
        for settings in ({"momentum": 0.0}, {"nesterovs_momentum": False}, {}):
            model = estimator(hidden_layer_sizes=2, solver=solver, max_iter=1, **settings).fit(X, y)
            reached.add(model._optimizer())
    assert reached == {name for name, row in OPTIMIZERS.items() if not row.in_order}


@both
def test_an_endless_patience_is_allowed(estimator: Estimator) -> None:
    model = estimator(hidden_layer_sizes=2, n_iter_no_change=np.inf, tol=1e9, max_iter=30, random_state=0).fit(X, y)
    assert model.n_iter_ == 30


@both
def test_divergence_is_an_error_that_names_the_rate(estimator: Estimator) -> None:
    model = estimator(
        hidden_layer_sizes=(4, 4), activation="identity", solver="sgd", learning_rate_init=1e3, random_state=0
    )
    with pytest.raises(ValueError, match="learning_rate_init must be small enough for finite weights; got 1000"):
        model.fit(1e3 * X, y)


@both
def test_a_batch_larger_than_the_data_is_said(estimator: Estimator) -> None:
    with pytest.warns(UserWarning, match="batch_size 100 is larger than the 87 rows"):
        large = estimator(hidden_layer_sizes=3, batch_size=100, max_iter=3, random_state=0).fit(X, y)
    exact = clone(large).set_params(batch_size=87).fit(X, y)
    np.testing.assert_array_equal(large.coefs_[0], exact.coefs_[0])


@both
def test_verbose_prints_the_epochs(estimator: Estimator, capsys: pytest.CaptureFixture[str]) -> None:
    model = estimator(hidden_layer_sizes=3, max_iter=2, verbose=True, random_state=0).fit(X, y)
    assert capsys.readouterr().out.splitlines()[-1] == f"Iteration 2, loss = {model.loss_:.8f}"


@both
@pytest.mark.parametrize("changed", [{"hidden_layer_sizes": 4}, {"hidden_layer_sizes": (3, 3)}], ids=str)
def test_a_warm_start_with_other_layers_is_refused(estimator: Estimator, changed: dict) -> None:
    model = estimator(hidden_layer_sizes=3, warm_start=True, max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match=r"hidden_layer_sizes must give the layers of the last fit, \(2, 3, 1\)"):
        model.set_params(**changed).fit(X, y)
    with pytest.raises(
        ValueError, match=r"X and .* must give the layers of the last fit, \(2, 3, 1\).*got \(3, 3, 1\)"
    ):
        model.set_params(hidden_layer_sizes=3).fit(np.hstack([X, X[:, :1]]), y)


@both
def test_nothing_is_predicted_before_a_fit(estimator: Estimator) -> None:
    with pytest.raises(NotFittedError):
        estimator().predict(X)
