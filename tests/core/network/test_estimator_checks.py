"""All of scikit-learn's own estimator checks, in several configurations: none may fail, none may skip."""

from unittest import SkipTest

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from core.network import NumpyMLPClassifier, NumpyMLPRegressor

CONFIGURATIONS = [
    NumpyMLPClassifier(),
    NumpyMLPClassifier((20,), "gelu", solver="adamw", alpha=0.01, learning_rate_init=0.01),
    NumpyMLPClassifier((), solver="sgd", learning_rate_init=0.05, batch_size=20),
    NumpyMLPClassifier((12, 8), ("tanh", "silu"), solver="rmsprop", l1=1e-4, learning_rate_init=0.01),
    NumpyMLPClassifier((20,), "softsign", solver="adagrad", initializer="he_normal", learning_rate_init=0.1),
    NumpyMLPClassifier((20,), loss="squared", learning_rate_init=0.02),
    NumpyMLPRegressor(),
    NumpyMLPRegressor(hidden_layer_sizes=(20,), activation="gelu", solver="adamw", alpha=0.01, learning_rate_init=0.01),
    NumpyMLPRegressor("squared_error", (), solver="sgd", learning_rate_init=0.02, batch_size=20),
    NumpyMLPRegressor("squared_error", (12, 8), ("tanh", "silu"), solver="rmsprop", l1=1e-4, learning_rate_init=0.01),
    NumpyMLPRegressor(
        "squared_error", 20, "softsign", solver="adagrad", initializer="he_normal", learning_rate_init=0.1
    ),
]


@pytest.mark.filterwarnings("ignore")  # the checks provoke warnings of scikit-learn's own
@parametrize_with_checks(CONFIGURATIONS, xfail_strict=True)
def test_scikit_learns_check(estimator, check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # read when the check of array API input runs; it skips without
    try:
        check(estimator)
    except SkipTest as why:
        pytest.fail(f"skipped: {why}")
