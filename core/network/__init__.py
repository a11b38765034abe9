"""Networks in NumPy: activations, losses, initial weights, optimizers, the perceptron, its training and gradients.

The two estimators are imported when somebody asks for them: they need scikit-learn, which takes two seconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.network.activations import ACTIVATIONS
from core.network.descent import descend, orders, whole_epochs
from core.network.gradients import Gradients, Probe, forward, forward_pass
from core.network.initializers import INITIALIZERS, Layer, Layers, initial_layers, uniform_layers
from core.network.losses import LOSSES
from core.network.mlp import MLP, flatten
from core.network.optimizers import OPTIMIZERS, Options
from core.network.probes import Probes

if TYPE_CHECKING:
    from core.network.classifier import NumpyMLPClassifier
    from core.network.regressor import NumpyMLPRegressor

ESTIMATORS = {"NumpyMLPClassifier": "core.network.classifier", "NumpyMLPRegressor": "core.network.regressor"}

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "MLP",
    "OPTIMIZERS",
    "Gradients",
    "Layer",
    "Layers",
    "NumpyMLPClassifier",
    "NumpyMLPRegressor",
    "Options",
    "Probe",
    "Probes",
    "descend",
    "flatten",
    "forward",
    "forward_pass",
    "initial_layers",
    "orders",
    "uniform_layers",
    "whole_epochs",
]


def __getattr__(name: str) -> Any:
    if name in ESTIMATORS:
        return getattr(import_module(ESTIMATORS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
