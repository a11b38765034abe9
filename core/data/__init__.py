"""Data sets, features of their points, and the split into training and test rows."""

from core.data.datasets import DATASETS, DataSet, check_axes, draw
from core.data.features import FEATURES, Feature, feature_matrix, scaling
from core.data.generators import Uniform
from core.data.playground import PlaygroundData, playground_data
from core.data.prepared import Prepared
from core.data.sampling import split
from core.data.tables import axes_allowed

__all__ = [
    "DATASETS",
    "FEATURES",
    "DataSet",
    "Feature",
    "PlaygroundData",
    "Prepared",
    "Uniform",
    "axes_allowed",
    "check_axes",
    "draw",
    "feature_matrix",
    "playground_data",
    "scaling",
    "split",
]
