"""Samples a second of our engine and of others on the same work: `python -m benchmarks.training [--quick]`.

A sample is one row of one epoch. Ours and scikit-learn's are whole `fit` calls, all books included; PyTorch, where it
is installed, is an eager module with its own optimizer in a plain loop. Processor time is counted, on one thread, and
the programs run in turns, round after round, so that a busy machine slows all of them alike; a ratio is the median of
the rounds' ratios.
"""

import argparse
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from time import process_time
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from core.engines.numpy_engine import epochs, epochs_together
from core.experiment import Experiment, Segment
from core.network import NumpyMLPClassifier

torch: Any = import_module("torch") if find_spec("torch") else None

SMALL_NETWORKS = ((2, 4, 2, 1), (2, 8, 8, 8, 1), (7, 8, 8, 8, 8, 8, 8, 1))
BATCHES = (10, 32, 200)
OPTIMIZERS: dict[str, dict[str, Any]] = {"sgd": {"solver": "sgd", "momentum": 0.0}, "adam": {"solver": "adam"}}
ACTIVATIONS = ("tanh", "logistic", "relu")
ROWS = 250
SECONDS = 0.1  # a single measurement takes about that long in scikit-learn
STACKED = 32

Train = Callable[[], object]


@dataclass(frozen=True)
class Work:
    """One row of the table: what is trained, on what."""

    sizes: tuple[int, ...]
    batch: int
    optimizer: str
    activation: str
    X: np.ndarray
    y: np.ndarray

    def __str__(self) -> str:
        return f"{'-'.join(map(str, self.sizes)):17} {self.batch:5}  {self.optimizer:5} {self.activation:9}"

    def settings(self, epochs: int) -> dict[str, Any]:
        """Parameters of both classifiers; no epoch is left out."""
        return {
            "hidden_layer_sizes": self.sizes[1:-1],
            "activation": self.activation,
            **OPTIMIZERS[self.optimizer],
            "batch_size": self.batch,
            "max_iter": epochs,
            "tol": 0.0,
            "n_iter_no_change": epochs,
            "random_state": 0,
        }


def works() -> list[Work]:
    """Small networks on two classes, then digits."""
    random = np.random.default_rng(0)
    rows = []
    for sizes, batch, optimizer, activation in product(SMALL_NETWORKS, BATCHES, OPTIMIZERS, ACTIVATIONS):
        X = random.normal(size=(ROWS, sizes[0]))
        rows.append(Work(sizes, batch, optimizer, activation, X, (X[:, 0] * X[:, 1] > 0).astype(int)))
    X, y = load_digits(return_X_y=True)
    return [*rows, *(Work((64, 100, 10), batch, "adam", "relu", X / 16, y) for batch in (32, 200))]


def trainings(work: Work, epochs: int) -> list[Train]:
    """Ours, scikit-learn's and, where it is installed, PyTorch's training of that many epochs."""
    settings = work.settings(epochs)
    rivals: list[Train] = [
        lambda: NumpyMLPClassifier(**settings).fit(work.X, work.y),
        lambda: MLPClassifier(**settings).fit(work.X, work.y),
    ]
    if torch:
        rivals.append(lambda: train_in_torch(work, epochs))
    return rivals


def train_in_torch(work: Work, epochs: int) -> None:
    """The same network, batches and optimizer as an eager PyTorch module in float64."""
    activation = {"tanh": torch.nn.Tanh, "logistic": torch.nn.Sigmoid, "relu": torch.nn.ReLU}[work.activation]
    torch.set_num_threads(1)
    layers: list[object] = []
    for n_in, n_out in zip(work.sizes[:-1], work.sizes[1:], strict=True):
        layers += [torch.nn.Linear(n_in, n_out, dtype=torch.float64), activation()]
    network = torch.nn.Sequential(*layers[:-1])
    optimizer = (torch.optim.SGD if work.optimizer == "sgd" else torch.optim.Adam)(network.parameters(), lr=1e-3)
    binary = work.sizes[-1] == 1
    loss = torch.nn.BCEWithLogitsLoss() if binary else torch.nn.CrossEntropyLoss()
    X, y = torch.from_numpy(work.X), torch.from_numpy(work.y[:, None].astype(float) if binary else work.y)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(work.batch):
            optimizer.zero_grad()
            loss(network(X[rows]), y[rows]).backward()
            optimizer.step()


def seconds(train: Train) -> float:
    start = process_time()
    train()
    return process_time() - start


def in_turns(trainings: list[Train], rounds: int) -> np.ndarray:
    """Seconds (rounds, trainings)."""
    return np.array([[seconds(train) for train in trainings] for _ in range(rounds)])


def compare(work: Work, rounds: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples a second of each training, and how many times as fast as each of the others ours is."""
    once = seconds(trainings(work, 2)[1]) / 2
    epochs = max(3, round(SECONDS / once))
    times = in_turns(trainings(work, epochs), rounds)
    return len(work.X) * epochs / np.median(times, axis=0), np.median(times[:, 1:] / times[:, :1], axis=0)


def compare_stacked(rounds: int) -> float:
    """How many times as fast STACKED networks train together as one after the other."""
    segment = Segment(epochs=20, batch_size=10)
    experiments = [Experiment(hidden=(8, 8, 8), seed=seed, segments=(segment,)) for seed in range(STACKED)]
    random = np.random.default_rng(0)
    X = random.normal(size=(STACKED, ROWS, 2))
    y = (X[..., 0] * X[..., 1] > 0).astype(int)

    def together() -> None:
        for _ in epochs_together(experiments, X, y):
            pass

    def singly() -> None:
        for experiment, X_one, y_one in zip(experiments, X, y, strict=True):
            for _ in epochs(experiment, X_one, y_one):
                pass

    times = in_turns([together, singly], rounds)
    return float(np.median(times[:, 1] / times[:, 0]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description="Training speed.")
    parser.add_argument("--quick", action="store_true", help="without the logistic, three rounds")
    quick = parser.parse_args().quick
    rounds = 3 if quick else 9
    warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are what is wanted
    others = ["scikit-learn", *(["PyTorch"] if torch else [])]
    print("samples a second, and how many times as fast as the others ours is")
    titles = ["ours", *others, *(f"/ {name}" for name in others)]
    print(f"{'network':17} batch  {'optimizer, activation':21}" + "".join(f"{title:>15}" for title in titles))
    small = []
    with threadpool_limits(1):
        for work in works():
            if quick and work.activation == "logistic":
                continue
            speeds, ratios = compare(work, rounds)
            columns = [*(f"{speed:,.0f}" for speed in speeds), *(f"{ratio:.1f}" for ratio in ratios)]
            print(f"{work!s:46}" + "".join(f"{column:>15}" for column in columns), flush=True)
            if work.sizes in SMALL_NETWORKS:
                small.append(ratios)
        stacked = compare_stacked(rounds)
    print()
    for name, ratios in zip(others, np.transpose(small), strict=True):
        mean = np.exp(np.log(ratios).mean())
        print(f"small networks against {name}: geometric mean {mean:.2f}, smallest {ratios.min():.2f}")
    print(f"{STACKED} networks 2-8-8-8-1 at once, batch 10: {stacked:.1f} times as fast as one after the other")


if __name__ == "__main__":
    main()
