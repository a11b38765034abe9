"""What each parameter of the estimators may be.

NumPy's scalars are numbers as Python's are; a truth value is none, nor is an array without dimensions.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from core.fields import shortened
from core.network.activations import ACTIVATIONS
from core.network.initializers import INITIALIZERS
from core.network.optimizers import OPTIMIZERS

# not those that scikit-learn calls "sgd" with other settings, nor those that would ignore `shuffle`
SOLVERS = [name for name, row in OPTIMIZERS.items() if name not in ("momentum", "nesterov") and not row.in_order]
WIDEST = 2**31 - 1  # of a layer; its weights have to fit into memory as well
LAST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Rule:
    """What a value must be: `rule` is the phrase after "must be"."""

    rule: str
    accepts: Callable[[Any], bool]

    def check(self, name: str, value: Any) -> None:
        """Raise ValueError (name, rule, value) unless the value is accepted."""
        if not self.accepts(value):
            raise ValueError(f"{name} must be {self.rule}; got {shortened(value)}")


def one_of(names: Collection[str]) -> Rule:
    """One of the names of a registry."""
    return Rule(f"one of {', '.join(map(repr, names))}", lambda value: isinstance(value, str) and value in names)


def _is_whole(value: Any, low: int = 1, high: float = math.inf) -> bool:
    return not isinstance(value, bool) and isinstance(value, Integral) and low <= int(value) <= high


def _is_number(value: Any) -> bool:
    """Whether it is a real number that float64 holds: 10**400 is not."""
    try:
        return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)
    except OverflowError:
        return False


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool | np.bool_)


def _is_seed(value: Any) -> bool:
    if value is None or value is np.random or isinstance(value, np.random.RandomState):
        return True
    return _is_whole(value, 0, LAST_SEED)


NOT_NEGATIVE = Rule("a finite number of at least 0", lambda value: _is_number(value) and value >= 0)
POSITIVE = Rule("a finite number above 0", lambda value: _is_number(value) and value > 0)
BELOW_1 = Rule("a number of at least 0 and below 1", lambda value: _is_number(value) and 0 <= value < 1)
FROM_0_TO_1 = Rule("a number from 0 to 1", lambda value: _is_number(value) and 0 <= value <= 1)
COUNT = Rule("a whole number of at least 1", _is_whole)
FLAG = Rule("True or False", _is_flag)
# The limits are scikit-learn's. Not here: `loss`, of which each estimator has its own, and the functions below.
RULES = {
    "solver": one_of(SOLVERS),
    "alpha": NOT_NEGATIVE,
    "batch_size": Rule(
        "'auto' or a whole number of at least 1",
        lambda value: value == "auto" if isinstance(value, str) else _is_whole(value),
    ),
    "learning_rate": Rule(
        "'constant' (a rate that changes is not implemented)",
        lambda value: isinstance(value, str) and value == "constant",
    ),
    "learning_rate_init": POSITIVE,
    "power_t": NOT_NEGATIVE,
    "max_iter": COUNT,
    "shuffle": FLAG,
    "random_state": Rule(f"None, a whole number from 0 to {LAST_SEED} or a numpy.random.RandomState", _is_seed),
    "tol": NOT_NEGATIVE,
    "verbose": Rule(
        "True, False or a whole number of at least 0", lambda value: _is_flag(value) or _is_whole(value, 0)
    ),
    "warm_start": FLAG,
    "momentum": FROM_0_TO_1,
    "nesterovs_momentum": FLAG,
    "early_stopping": Rule(
        "False (early stopping is not implemented)", lambda value: _is_flag(value) and not bool(value)
    ),
    "validation_fraction": BELOW_1,
    "beta_1": BELOW_1,
    "beta_2": BELOW_1,
    "epsilon": POSITIVE,
    "n_iter_no_change": Rule(
        "a whole number of at least 1 or infinity",
        lambda value: _is_whole(value) or (isinstance(value, float) and value == math.inf),
    ),
    "max_fun": COUNT,
    "initializer": one_of(INITIALIZERS),
    "l1": NOT_NEGATIVE,
}


def widths(given: Any) -> list[int]:
    """`hidden_layer_sizes` as the width of each hidden layer. Raises ValueError."""
    sizes = given.tolist() if isinstance(given, np.ndarray) else given
    sizes = [sizes] if isinstance(given, Integral) else sizes
    Rule(
        f"a whole number from 1 to {WIDEST}, or a list of them",
        lambda _: (
            isinstance(sizes, Sequence)
            and not isinstance(sizes, str | bytes)
            and all(_is_whole(width, 1, WIDEST) for width in sizes)
        ),
    ).check("hidden_layer_sizes", given)
    return list(map(int, sizes))


def check_activation(given: Any, hidden: int) -> None:
    """Raise ValueError unless `activation` suits so many hidden layers."""
    names = [given] if isinstance(given, str) else given
    Rule(
        f"one name, or {hidden}, one a hidden layer, of {', '.join(map(repr, ACTIVATIONS))}",
        lambda _: (
            isinstance(names, tuple | list)
            and (isinstance(given, str) or len(names) == hidden > 0)
            and all(map(one_of(ACTIVATIONS).accepts, names))
        ),
    ).check("activation", given)
