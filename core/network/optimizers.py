"""Optimizers: each takes the flat parameters w and the flat gradient g and returns a function that makes one step.

w and g are (P,), or (S, P) for S networks at once; the step changes both in place (g is scratch afterwards). `rate` is
a zero-dimensional array, or (S, 1) with one rate a network. Each step is a few NumPy calls for the whole network,
because at these sizes the price is the number of calls.

Sources: Polyak 1964 (momentum); Sutskever et al. 2013, eq. 3 and 4, in scikit-learn's form (Nesterov); Duchi et al.
2011 (AdaGrad); Tieleman and Hinton 2012 (RMSprop); Kingma and Ba 2015, section 2, last form (Adam); Loshchilov and
Hutter 2019, algorithm 2 (AdamW); tensorflow/playground, `updateWeights` in `src/nn.ts`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from math import sqrt
from typing import Any, TypeVar

import numpy as np

Array = np.ndarray
Kept = TypeVar("Kept")
Step = Callable[[], None]
Start = Callable[[Array, Array, Array, "Options"], Step]


@dataclass(frozen=True)
class Options:
    """What an optimizer may need.

    decay, sparsity: (P,), l2 and l1 at weights and 0 at biases, where the optimizer takes the penalty itself.
    state: what it keeps from step to step, by name: put there where it starts, taken from there where it goes on. The
    arrays are changed in place. Without one every start is afresh.
    """

    momentum: float = 0.9
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    decay: Array | float = 0.0
    sparsity: Array | float = 0.0
    state: dict[str, Any] | None = None

    def kept(self, name: str, start: Kept) -> Kept:
        """What an optimizer keeps under a name: as an earlier start left it, or as it starts."""
        return start if self.state is None else self.state.setdefault(name, start)


@dataclass(frozen=True)
class Optimizer:
    """One row of the registry.

    start(w, g, rate, options) -> step: w and g (P,) or (S, P), rate zero-dimensional or (S, 1); step() changes w.
    sklearn: settings that make `MLPClassifier` do the same, None where it can not.
    nearest: the most similar optimizer that scikit-learn has. decoupled: l2 shrinks the weights instead of adding to g.
    in_order: as in TensorFlow Playground the rows are never shuffled, rows left over at the end of an epoch join the
    next step, and l1 is decoupled like l2; scikit-learn's estimators have nothing like it.
    stateless: it keeps nothing from step to step.
    """

    name: str
    label: str
    latex: str
    start: Start
    sklearn: dict[str, object] | None = None
    nearest: str = "adam"
    decoupled: bool = False
    in_order: bool = False
    stateless: bool = False


def sgd(w: Array, g: Array, rate: Array, options: Options) -> Step:
    """w <- w - rate g."""

    def step() -> None:
        np.multiply(g, rate, g)
        np.subtract(w, g, w)  # w <- w - rate g

    return step


def playground(w: Array, g: Array, rate: Array, options: Options) -> Step:
    """w <- w - rate g - rate (l1 sign w + l2 w); a weight that l1 takes across 0 is set to 0 and moves no more
    (`src/nn.ts`).
    """
    descend, alive = sgd(w, g, rate, options), options.kept("alive", np.ones_like(w))
    if alive.all() and not (np.any(options.decay) or np.any(options.sparsity)):
        return descend
    penalty, scratch = np.empty_like(w), np.empty_like(w)

    def step() -> None:
        np.sign(w, penalty)
        np.multiply(penalty, options.sparsity, penalty)
        np.multiply(w, options.decay, scratch)
        np.add(penalty, scratch, penalty)
        np.multiply(penalty, rate, penalty)
        np.multiply(penalty, alive, penalty)
        np.multiply(g, alive, g)
        descend()  # w <- w - rate g
        np.subtract(w, penalty, penalty)  # w <- w - rate (l1 sign(w_old) + l2 w_old)
        np.multiply(w, penalty, scratch)
        np.copyto(w, penalty)
        crossed = (scratch < 0) & (options.sparsity > 0)
        if crossed.any():
            w[crossed] = alive[crossed] = 0.0

    return step


def momentum(w: Array, g: Array, rate: Array, options: Options) -> Step:
    """v <- mu v - rate g, w <- w + v (Sutskever et al. 2013, eq. 1 and 2; Polyak 1964)."""
    v, mu = options.kept("v", np.zeros_like(w)), np.array(options.momentum)

    def step() -> None:
        np.multiply(g, rate, g)
        np.multiply(v, mu, v)
        np.subtract(v, g, v)  # v <- mu v - rate g
        np.add(w, v, w)

    return step


def nesterov(w: Array, g: Array, rate: Array, options: Options) -> Step:
    """v <- mu v - rate g, w <- w + mu v - rate g: w is the point looked ahead to (Sutskever et al. 2013, eq. 3, 4)."""
    v, mu, ahead = options.kept("v", np.zeros_like(w)), np.array(options.momentum), np.empty_like(w)

    def step() -> None:
        np.multiply(g, rate, g)
        np.multiply(v, mu, v)
        np.subtract(v, g, v)  # v <- mu v - rate g
        np.multiply(v, mu, ahead)
        np.subtract(ahead, g, ahead)
        np.add(w, ahead, w)  # w <- w + mu v - rate g

    return step


def adagrad(w: Array, g: Array, rate: Array, options: Options) -> Step:
    """v <- v + g^2, w <- w - rate g / (sqrt v + epsilon) (Duchi et al. 2011)."""
    v = options.kept("v", np.zeros_like(w))
    scratch, epsilon = np.empty_like(w), np.array(options.epsilon)

    def step() -> None:
        np.multiply(g, g, scratch)
        np.add(v, scratch, v)  # v <- v + g^2
        _scaled_step(w, g, v, rate, epsilon, scratch)

    return step


def rmsprop(w: Array, g: Array, rate: Array, options: Options) -> Step:
    """v <- 0.9 v + 0.1 g^2, w <- w - rate g / (sqrt v + epsilon) (Tieleman and Hinton 2012, lecture 6.5)."""
    v = options.kept("v", np.zeros_like(w))
    scratch, epsilon = np.empty_like(w), np.array(options.epsilon)
    keep, take = np.array(0.9), np.array(1 - 0.9)

    def step() -> None:
        np.multiply(g, g, scratch)
        np.multiply(scratch, take, scratch)
        np.multiply(v, keep, v)
        np.add(v, scratch, v)  # v <- 0.9 v + 0.1 g^2
        _scaled_step(w, g, v, rate, epsilon, scratch)

    return step


def _scaled_step(w: Array, g: Array, v: Array, rate: Array, epsilon: Array, scratch: Array) -> None:
    """w <- w - rate g / (sqrt v + epsilon)."""
    np.sqrt(v, scratch)
    np.add(scratch, epsilon, scratch)
    np.divide(g, scratch, g)
    np.multiply(g, rate, g)
    np.subtract(w, g, w)


def adam(w: Array, g: Array, rate: Array, options: Options) -> Step:
    """w <- w - rate sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt v + epsilon) (Kingma and Ba 2015, end of section 2).

    The moments are kept divided by 1 - beta (m = (1 - beta_1) m', v = (1 - beta_2) v'), which saves two calls.
    """
    m, v = options.kept("m", np.zeros_like(w)), options.kept("v", np.zeros_like(w))
    scratch, steps = np.empty_like(w), options.kept("steps", count(1))
    beta_1, beta_2 = np.array(options.beta_1), np.array(options.beta_2)
    epsilon = np.array(options.epsilon / sqrt(1 - options.beta_2))
    correction = (1 - options.beta_1) / sqrt(1 - options.beta_2)
    step_size = np.empty_like(rate)

    def step() -> None:
        t = next(steps)
        np.multiply(m, beta_1, m)
        np.add(m, g, m)  # m <- beta_1 m + (1 - beta_1) g
        np.multiply(g, g, g)
        np.multiply(v, beta_2, v)
        np.add(v, g, v)  # v <- beta_2 v + (1 - beta_2) g^2
        bias = sqrt(1 - options.beta_2**t) / (1 - options.beta_1**t)
        np.multiply(rate, bias * correction, step_size)
        np.sqrt(v, scratch)
        np.add(scratch, epsilon, scratch)
        np.divide(m, scratch, scratch)
        np.multiply(scratch, step_size, scratch)
        np.subtract(w, scratch, w)  # w <- w - rate sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt v + epsilon)

    return step


def adamw(w: Array, g: Array, rate: Array, options: Options) -> Step:
    """w <- w - rate l2 w, then Adam's step without l2 (Loshchilov and Hutter 2019, algorithm 2; as in PyTorch, rate l2
    stands for the paper's lambda).
    """
    adam_step, shrink = adam(w, g, rate, options), np.empty_like(w)

    def step() -> None:
        np.multiply(options.decay, rate, shrink)
        np.multiply(shrink, w, shrink)
        np.subtract(w, shrink, w)  # w <- w - rate l2 w, outside the moments
        adam_step()

    return step


_SGD = {"solver": "sgd", "nesterovs_momentum": False}
_ROWS = (
    Optimizer("sgd", "SGD", r"w \leftarrow w - \eta\,g", sgd, {**_SGD, "momentum": 0.0}, "sgd", stateless=True),
    Optimizer(
        "momentum", "Momentum", r"v \leftarrow \mu v - \eta\,g,\; w \leftarrow w + v", momentum, _SGD, "momentum"
    ),
    Optimizer(
        "nesterov",
        "Nesterov",
        r"v \leftarrow \mu v - \eta\,g,\; w \leftarrow w + \mu v - \eta\,g",
        nesterov,
        {"solver": "sgd", "nesterovs_momentum": True},
        "nesterov",
    ),
    Optimizer(
        "rmsprop",
        "RMSprop",
        r"v \leftarrow 0.9\,v + 0.1\,g^2,\; w \leftarrow w - \frac{\eta\,g}{\sqrt{v} + \epsilon}",
        rmsprop,
    ),
    Optimizer(
        "adagrad",
        "AdaGrad",
        r"v \leftarrow v + g^2,\; w \leftarrow w - \frac{\eta\,g}{\sqrt{v} + \epsilon}",
        adagrad,
    ),
    Optimizer(
        "adam",
        "Adam",
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\,g,\; v \leftarrow \beta_2 v + (1 - \beta_2)\,g^2,\; "
        r"w \leftarrow w - \eta\,\dfrac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \cdot \dfrac{m}{\sqrt{v} + \epsilon}",
        adam,
        {"solver": "adam"},
    ),
    Optimizer(
        "adamw",
        "AdamW",
        r"w \leftarrow w - \eta\,\lambda_2\,w,\; \text{then as Adam}",
        adamw,
        decoupled=True,
    ),
    Optimizer(
        "playground",
        "SGD as in TensorFlow Playground",
        r"w \leftarrow w - \eta\,g - \eta\,(\lambda_1 \operatorname{sign} w + \lambda_2 w)",
        playground,
        nearest="sgd",
        decoupled=True,
        in_order=True,
    ),
)
OPTIMIZERS: dict[str, Optimizer] = {row.name: row for row in _ROWS}
