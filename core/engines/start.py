"""The weights that both engines start from, and the order in which both take the rows."""

from collections.abc import Iterator

import numpy as np

from core.data import DATASETS, playground_data
from core.experiment import Experiment
from core.network import Layer, initial_layers, orders, uniform_layers


def first_layers(experiment: Experiment) -> list[Layer]:
    """The initial layers [(W (n_in, n_out), b (n_out,)), ...] of an experiment.

    They are drawn from its seed. Uniform ones are TensorFlow Playground's where its seed draws the data and there is no
    other seed of the data: its numbers go on where the data end.
    """
    e = experiment
    goes_on = e.playground_seed and not e.data_seed and DATASETS[e.dataset].generate
    if goes_on and e.initializer == "uniform":
        return uniform_layers(e.sizes, playground_data(e.dataset, e.rows, e.noise, e.playground_seed).source())
    return initial_layers(e.sizes, e.activation, e.initializer, np.random.RandomState(e.seed))


def row_orders(experiment: Experiment, n: int) -> Iterator[np.ndarray]:
    """The order (n,) of the training rows in each epoch, the same whichever weights it starts from.

    From the same numbers as `MLPClassifier`, which draws the order after its own initial weights and biases.
    """
    random = np.random.RandomState(experiment.seed)
    random.random_sample(experiment.drawn_before)
    return orders(random, n)
