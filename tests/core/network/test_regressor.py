"""NumpyMLPRegressor: MLPRegressor's weights to 1e-10, its books, and what of it is not there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.exceptions import DataConversionWarning
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.network import NumpyMLPRegressor

OPTIMIZERS = {
    "sgd": {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 0.05},
    "momentum": {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False, "learning_rate_init": 0.01},
    "nesterov": {"solver": "sgd", "momentum": 0.9, "learning_rate_init": 0.01},
    "adam": {"solver": "adam", "learning_rate_init": 0.01},
    "adam, other constants": {"solver": "adam", "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-2},
}


def data() -> tuple[np.ndarray, np.ndarray]:
    """87 rows of Friedman's first function, five features, y about in [-2, 2]."""
    X, y = make_friedman1(87, n_features=5, noise=0.5, random_state=0)
    return X, (y - y.mean()) / y.std()


def fitted_pair(hidden: tuple[int, ...] = (6,), **changed) -> tuple[NumpyMLPRegressor, MLPRegressor]:
    """Both after 50 epochs: 87 rows in batches of 20 leave a last one of 7."""
    X, y = data()
    common = {"alpha": 0.01, "batch_size": 20, "max_iter": 50, "tol": 0.0, "n_iter_no_change": 50, "random_state": 11}
    common |= changed
    return (
        NumpyMLPRegressor("squared_error", hidden, **common).fit(X, y),
        MLPRegressor("squared_error", hidden, **common).fit(X, y),
    )


def assert_equal(ours: NumpyMLPRegressor, theirs: MLPRegressor, tolerance: float = 1e-10) -> None:
    assert ours.n_iter_ == theirs.n_iter_
    for W, W_theirs in zip(ours.coefs_, theirs.coefs_, strict=True):
        np.testing.assert_allclose(W, W_theirs, rtol=0, atol=tolerance)
    for b, b_theirs in zip(ours.intercepts_, theirs.intercepts_, strict=True):
        np.testing.assert_allclose(b, b_theirs, rtol=0, atol=tolerance)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=0, atol=1e-12)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_fifty_epochs_end_on_mlpregressors_weights(optimizer: str, activation: str) -> None:
    ours, theirs = fitted_pair(activation=activation, **OPTIMIZERS[optimizer])
    assert ours.n_iter_ == 50
    assert_equal(ours, theirs)
    assert ours.loss_ == ours.loss_curve_[-1] and ours.best_loss_ == pytest.approx(theirs.best_loss_, abs=1e-12)
    X, y = data()
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=0, atol=1e-10)
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), abs=1e-10)


@pytest.mark.parametrize(
    "changed",
    [
        {"hidden": ()},
        {"hidden": (5, 4)},
        {"batch_size": "auto"},
        {"batch_size": 1, "max_iter": 5, "learning_rate_init": 0.01},
        {"batch_size": 87},
        {"shuffle": False},
        {"alpha": 0.0},
        {"alpha": 5.0},
    ],
    ids=str,
)
def test_parity_holds_at_the_edges(changed: dict) -> None:
    assert_equal(*fitted_pair(**{"activation": "tanh", "solver": "sgd", "learning_rate_init": 0.02} | changed))


@pytest.mark.parametrize("changed", [{"solver": "sgd", "learning_rate_init": 0.02}, {"learning_rate_init": 0.02}])
def test_training_stops_in_mlpregressors_epoch(changed: dict) -> None:
    ours, theirs = fitted_pair(max_iter=500, tol=1e-3, n_iter_no_change=5, **changed)
    assert 6 < ours.n_iter_ < 500
    assert_equal(ours, theirs)


def test_warm_start_goes_on_as_mlpregressor_does() -> None:
    X, y = data()
    ours, theirs = fitted_pair(warm_start=True, max_iter=5)
    assert_equal(ours.fit(X, y), theirs.fit(X, y))
    assert len(ours.loss_curve_) == 10


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(2, 40),
    batch_size=st.integers(1, 40),
    hidden=st.lists(st.integers(1, 8), max_size=2).map(tuple),
    seed=st.integers(0, 2**32 - 1),
)
def test_parity_holds_for_any_shape(n: int, batch_size: int, hidden: tuple[int, ...], seed: int) -> None:
    random = np.random.default_rng(seed)
    X, y = random.normal(size=(n, 3)), random.normal(size=n)
    common = {"batch_size": min(n, batch_size), "max_iter": 5, "learning_rate_init": 0.01, "random_state": seed}
    ours = NumpyMLPRegressor("squared_error", hidden, "tanh", **common).fit(X, y)
    assert_equal(ours, MLPRegressor("squared_error", hidden, "tanh", **common).fit(X, y))


def test_without_hidden_layer_it_is_ridge_regression() -> None:
    """Its loss is |a - y|^2 / (2n) + alpha |W|^2 / (2n): Ridge's, whose penalty has no n."""
    X, y = data()
    model = NumpyMLPRegressor("squared_error", (), solver="sgd", alpha=3.0, learning_rate_init=0.5, batch_size=87)
    model.set_params(max_iter=3000, tol=0.0, n_iter_no_change=3000, random_state=0).fit(X, y)
    ridge = Ridge(alpha=3.0).fit(X, y)
    np.testing.assert_allclose(model.coefs_[0][:, 0], ridge.coef_, rtol=0, atol=1e-10)
    assert model.intercepts_[0][0] == pytest.approx(ridge.intercept_, abs=1e-10)
    loss = (mean_squared_error(y, model.predict(X)) + 3.0 * np.sum(ridge.coef_**2) / 87) / 2
    assert model.loss_ == pytest.approx(loss, abs=1e-12)


def test_score_is_r_squared() -> None:
    X, y = data()
    model = NumpyMLPRegressor("squared_error", (), solver="sgd", alpha=0.0, learning_rate_init=0.5, max_iter=2000)
    model.set_params(tol=0.0, n_iter_no_change=2000).fit(X, y)
    assert model.score(X, y) == r2_score(y, model.predict(X))
    assert model.score(X, y) == pytest.approx(LinearRegression().fit(X, y).score(X, y), abs=1e-10)


def test_it_learns_with_everything_it_has_alone() -> None:
    X, y = make_friedman1(200, n_features=5, noise=0.0, random_state=1)
    X, y = StandardScaler().fit_transform(X), (y - y.mean()) / y.std()
    for activation, solver in [(("mish", "sine"), "adamw"), ("gelu", "rmsprop"), ("softsign", "adagrad")]:
        model = NumpyMLPRegressor("squared_error", (20, 10), activation, solver=solver, l1=1e-4, batch_size=20)
        model.set_params(learning_rate_init=0.02, max_iter=200, random_state=0).fit(X, y)
        assert model.score(X, y) > 0.9, (activation, solver)


def test_it_works_in_a_search_over_a_pipeline() -> None:
    X, y = load_diabetes(return_X_y=True)
    model = make_pipeline(StandardScaler(), NumpyMLPRegressor("squared_error", (8,), learning_rate_init=0.05))
    model.set_params(numpymlpregressor__max_iter=100, numpymlpregressor__random_state=0)
    search = GridSearchCV(model, {"numpymlpregressor__alpha": [0.1, 1e4]}, cv=3).fit(X, y)
    assert search.best_params_ == {"numpymlpregressor__alpha": 0.1}
    assert search.best_score_ > 0.3


def test_it_has_all_of_mlpregressors_parameters_and_defaults() -> None:
    ours, theirs = NumpyMLPRegressor().get_params(), MLPRegressor().get_params()
    assert {name: ours.get(name, "missing") for name in theirs} == theirs
    assert set(ours) - set(theirs) == {"initializer", "l1"}


def test_its_first_parameters_stand_where_mlpregressors_do() -> None:
    given = ("squared_error", (3,), "tanh")
    ours, theirs = NumpyMLPRegressor(*given).get_params(), MLPRegressor(*given).get_params()
    assert {name: ours[name] for name in theirs} == theirs
    with pytest.raises(TypeError):
        NumpyMLPRegressor(*given, "sgd")


@pytest.mark.parametrize("loss", ["poisson", "squared_linear", "log", "squared"])
def test_a_loss_that_it_has_not_is_refused(loss: str) -> None:
    with pytest.raises(ValueError, match=f"loss must be one of 'squared_error'; got '{loss}'"):
        NumpyMLPRegressor(loss).fit(*data())


def test_a_column_is_taken_as_a_row_of_numbers_with_scikit_learns_warning() -> None:
    X, y = data()
    row = NumpyMLPRegressor(max_iter=3, random_state=0).fit(X, y)
    with pytest.warns(DataConversionWarning):
        column = NumpyMLPRegressor(max_iter=3, random_state=0).fit(X, y[:, None])
    np.testing.assert_array_equal(row.predict(X), column.predict(X))
    assert column.predict(X).shape == (87,)


@pytest.mark.parametrize(
    "y, what",
    [
        (np.zeros((87, 2)), "y should be a 1d array"),
        (np.full(87, np.nan), "Input y contains NaN"),
        (np.full(87, "a"), "could not convert string to float"),
    ],
)
def test_targets_that_are_not_one_number_a_row_are_refused(y: np.ndarray, what: str) -> None:
    X, _ = data()
    with pytest.raises(ValueError, match=what):
        NumpyMLPRegressor().fit(X, y)
