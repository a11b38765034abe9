"""What both estimators have in common: each parameter is used or refused by name, and divergence is said."""

import io
import pickle
import re
import sys

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.exceptions import NotFittedError

from core.fields import shortened
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
    with pytest.raises(ValueError, match=f"^{next(iter(settings))} must be .*; got "):
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
    with pytest.raises(ValueError, match=f"^{next(iter(settings))} must be .*; got "):
        estimator(**settings).fit(X, y)


ODD = ["?", None, [], ["?"], {}, float("nan"), True, np.True_, -1, 10**400, np.inf, np.float32(0.5), np.array(3), b"1"]


@both
@pytest.mark.filterwarnings("ignore:batch_size")
@pytest.mark.parametrize("value", ODD, ids=shortened)
def test_any_value_of_any_parameter_trains_or_is_refused_in_a_sentence(estimator: Estimator, value: object) -> None:
    for name in estimator().get_params():
        model = estimator(**{"hidden_layer_sizes": 2, "max_iter": 1, name: value})
        said = refusal(model)
        assert said == "" or re.fullmatch(rf"{name} must be .*; got .{{1,40}}", said)
        assert said == "" or vars(model) == model.get_params(deep=False)
        assert name not in REAL or not isinstance(value, bool | np.bool_) or not hasattr(model, "coefs_")


def refusal(model: NumpyMLPClassifier | NumpyMLPRegressor) -> str:
    """What `fit` raises ValueError with; empty where it trains."""
    try:
        model.fit(X, y)
    except ValueError as error:
        return str(error)
    return ""


REAL = ("alpha", "l1", "learning_rate_init", "tol", "momentum", "beta_1", "beta_2", "epsilon", "max_iter", "batch_size")


@both
def test_settings_are_checked_before_the_data(estimator: Estimator) -> None:
    with pytest.raises(ValueError, match="alpha must be"):
        estimator(alpha=-1.0).fit("no data", None)


def state(model: object) -> dict:
    return {name: pickle.dumps(value) for name, value in vars(model).items()}


@both
@pytest.mark.parametrize("warm_start", [False, True])
def test_a_refused_refit_changes_nothing(estimator: Estimator, warm_start: bool) -> None:
    model = estimator(hidden_layer_sizes=2, max_iter=3, random_state=0, warm_start=warm_start).fit(X, y)
    before = state(model)
    for data in [(X[:, :1], y[:-1]), (X * np.nan, y), (X, np.stack([y, y], axis=1)), (X * 1e300, y)]:
        model.set_params(activation="identity", solver="sgd", learning_rate_init=1e300)
        with pytest.raises(ValueError, match=r".+"):
            model.fit(*data)
        model.set_params(activation="relu", solver="adam", learning_rate_init=0.001)
        assert state(model) == before


class Ctrl(io.StringIO):
    """A standard output in which Ctrl-C is pressed at the n-th epoch."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.left = n

    def write(self, text: str) -> int:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return len(text)


@both
@pytest.mark.parametrize("refit", [False, True])
def test_an_interrupted_fit_warns_and_keeps_the_network_reached(
    estimator: Estimator, refit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"hidden_layer_sizes": 3, "random_state": 0, "tol": 0.0}
    model = estimator(**settings, max_iter=9, verbose=True)
    if refit:
        model.fit(X[:40], y[:40])
    monkeypatch.setattr(sys, "stdout", Ctrl(4))
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        assert model.fit(X, y) is model
    expected = estimator(**settings, max_iter=4).fit(X, y)
    assert model.n_iter_ == 4 and model.loss_curve_ == expected.loss_curve_ and model.loss_ == expected.loss_
    for W, V in zip(model.coefs_, expected.coefs_, strict=True):
        np.testing.assert_array_equal(W, V)
    np.testing.assert_array_equal(model.predict(X), expected.predict(X))


@both
@pytest.mark.parametrize("warm_start", [False, True])
def test_a_refit_interrupted_in_its_first_epoch_keeps_one_network(
    estimator: Estimator, warm_start: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = estimator(hidden_layer_sizes=3, random_state=0, max_iter=5, warm_start=warm_start).fit(X, y)
    booked, wide = list(model.loss_curve_), X if warm_start else np.hstack([X, X])

    def interrupted(*args: object, **others: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("core.network.mlp.Batch.backward", interrupted)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        model.fit(wide, y)
    assert model.n_iter_ == 0 and model.loss_curve_ == (booked if warm_start else [])
    assert model.loss_ == booked[-1] if warm_start else np.isnan(model.loss_)
    assert model.n_features_in_ == len(model.coefs_[0]) == wide.shape[1]
    assert len(model.predict(wide)) == len(X)


@both
@pytest.mark.parametrize("big", [1e155, 1e200, 1e308])
@pytest.mark.parametrize("rate", [1e-9, 0.1])
def test_large_inputs_are_blamed_and_not_the_rate(estimator: Estimator, big: float, rate: float) -> None:
    model = estimator((), solver="sgd") if estimator is NumpyMLPClassifier else estimator(solver="sgd")
    model.set_params(hidden_layer_sizes=(4, 4), activation="identity", learning_rate_init=rate, random_state=0)
    with pytest.raises(ValueError, match=r"X must be small enough .*; got values of up to .*failed in epoch \d,"):
        model.fit(X / np.abs(X).max() * big, y)


@pytest.mark.parametrize("big", [1e200, 1e308])
def test_large_targets_are_blamed(big: float) -> None:
    with pytest.raises(ValueError, match=r"y must be small enough .* failed in epoch \d, and do not once standardised"):
        NumpyMLPRegressor(solver="sgd", random_state=0).fit(X, y * big)


@both
def test_a_penalty_that_is_too_large_is_blamed(estimator: Estimator) -> None:
    model = estimator(solver="sgd", alpha=1e200, hidden_layer_sizes=3, random_state=0)
    with pytest.raises(ValueError, match=r"alpha and l1 must be small enough .*; got 1e\+200 and 0"):
        model.fit(X, y)


@both
def test_what_is_not_there_is_said(estimator: Estimator) -> None:
    model = estimator(hidden_layer_sizes=2, max_iter=1)
    assert not hasattr(model, "partial_fit")
    with pytest.raises(TypeError, match="sample_weight"):
        model.fit(X, y, sample_weight=np.ones(len(X)))
    with pytest.raises(ValueError, match="y should be a 1d array"):
        model.fit(X, np.stack([y, y], axis=1))
    with pytest.raises(TypeError, match="Sparse data was passed for X"):
        model.fit(csr_array(X), y)
    assert model.fit(X.astype(np.float32), y).coefs_[0].dtype == np.float64
    for words in ("partial_fit", "sample_weight", "several targets", "sparse input", "float32"):
        assert words in estimator.__doc__


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
    with pytest.raises(
        ValueError, match=r"learning_rate_init must be small enough .*; got 1000\.0, which failed in epoch"
    ):
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
