"""NumpyMLPClassifier: the NumPy network as a scikit-learn classifier, with `MLPClassifier`'s parameter names."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets

from core.network.estimators import NumpyMLP
from core.network.losses import LOSSES

Array = np.ndarray


@dataclass(eq=False, repr=False)
class NumpyMLPClassifier(ClassifierMixin, NumpyMLP):
    """A multilayer perceptron in NumPy that tells classes.

    With the same seed and settings it ends on `sklearn.neural_network.MLPClassifier`'s weights. Parameters have that
    class's names, meanings and defaults; these have more choices or are new:

    Parameters
    ----------
    activation : a name in ACTIVATIONS, or a tuple with one name for each hidden layer.
    solver : "sgd" (with `momentum` and `nesterovs_momentum`), "adam", "adamw", "rmsprop" or "adagrad".
    loss : "log", or "squared" (tanh output, two classes).
    initializer : a name in INITIALIZERS.
    l1 : weight of the L1 penalty, divided by the batch size as `alpha` is.

    Not there, and refused: `solver="lbfgs"`, `learning_rate` other than "constant" and `early_stopping=True`
    (`power_t`, `validation_fraction` and `max_fun` have a meaning with those only), `partial_fit`, `sample_weight`,
    several targets, sparse input and a single class. X of float32 is taken as float64, in which all is computed.

    Attributes
    ----------
    coefs_ : list of (n_in, n_out) arrays; intercepts_ : list of (n_out,) arrays.
    loss_curve_ : loss of each epoch as scikit-learn books it (weights before each step, penalty included).
    classes_, n_iter_, loss_, best_loss_, n_layers_, n_outputs_, n_features_in_ : as in `MLPClassifier`.
    After an interrupted fit they tell of the epochs that ended; where none did, n_iter_ is 0 and loss_ the last one
    booked, NaN where there is none.
    """

    loss_rows: ClassVar[dict[str, str]] = {name: name for name, row in LOSSES.items() if row.output(2)}

    loss: str = field(default="log", kw_only=True)

    def __sklearn_tags__(self) -> Tags:
        """What scikit-learn may expect of the estimator: two classes alone with a loss that is made for two."""
        tags: Tags = super().__sklearn_tags__()
        assert tags.classifier_tags is not None  # ClassifierMixin has set them
        two_only = [name for name, row in LOSSES.items() if not row.many_class_output]
        tags.classifier_tags.multi_class = self.loss not in two_only
        return tags

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (n, K) for X (n, F), columns in the order of `classes_`; for squared loss (a + 1) / 2.

        Raises NotFittedError before `fit`, as the methods below do.
        """
        p = self._outputs(X)
        if self._loss_row().output(self._classes()) == "tanh":
            p = (p + 1) / 2
        return np.hstack([1 - p, p]) if p.shape[1] == 1 else p

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithms of `predict_proba`, (n, K) for X (n, F)."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> Array:
        """The most probable class of each row, (n,) for X (n, F)."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def _encoded(self, y: Array) -> Array:
        check_classification_targets(y)
        classes, y = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y must have at least two classes; got {len(classes)} class")
        if not self._loss_row().output(len(classes)):
            raise ValueError(
                "Only binary classification is supported. "  # scikit-learn's words for it, which its checks look for
                f"loss must be 'log' for more than two classes; got {self.loss!r} for {len(classes)}"
            )
        if self._goes_on() and not np.array_equal(classes, self.classes_):
            raise ValueError(f"y must have the classes of the last fit, {self.classes_}; got {classes}")
        self.classes_: Array = classes
        return y

    def _classes(self) -> int:
        return len(self.classes_)
