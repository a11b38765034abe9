"""Networks in NumPy: activations, losses, initial weights, optimizers, the perceptron, its training and gradients."""

from core.network.activations import ACTIVATIONS
from core.network.classifier import NumpyMLPClassifier
from core.network.descent import descend, orders, whole_epochs
from core.network.gradients import Gradients, Probe, forward, forward_pass
from core.network.initializers import INITIALIZERS, Layer, initial_layers, uniform_layers
from core.network.losses import LOSSES
from core.network.mlp import MLP, flatten
from core.network.optimizers import OPTIMIZERS, Options
from core.network.regressor import NumpyMLPRegressor

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "MLP",
    "OPTIMIZERS",
    "Gradients",
    "Layer",
    "NumpyMLPClassifier",
    "NumpyMLPRegressor",
    "Options",
    "Probe",
    "descend",
    "flatten",
    "forward",
    "forward_pass",
    "initial_layers",
    "orders",
    "uniform_layers",
    "whole_epochs",
]
