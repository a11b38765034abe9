"""The weights that both engines start from."""

import numpy as np

from core.data import DATASETS, playground_data
from core.experiment import Experiment
from core.network import Layer, initial_layers, uniform_layers


def first_layers(experiment: Experiment, random: np.random.RandomState) -> list[Layer]:
    """The initial layers [(W (n_in, n_out), b (n_out,)), ...] of an experiment.

    They are drawn from `random`; uniform ones of generated data with a TensorFlow Playground seed from what follows the
    data in that program's numbers.
    """
    e = experiment
    if e.playground_seed and e.initializer == "uniform" and DATASETS[e.dataset].generate:
        return uniform_layers(e.sizes, playground_data(e.dataset, e.rows, e.noise, e.playground_seed).source())
    return initial_layers(e.sizes, e.activation, e.initializer, random)
