"""What trains: our NumPy network, and scikit-learn's MLPClassifier and MLPRegressor as the second, trusted engine.

An engine is a function (experiment, X, y) -> iterator over layers: first the initial ones, then those after each epoch
of each segment; and None at times within a long epoch, so that whoever asks may stop there too. X (n, F) are the
features, y (n,) the classes 0 .. K-1, or numbers for regression. Where a segment begins, its weights are set by hand
before the layers of that epoch are given. The layers are live views: copy to keep.
"""

from collections.abc import Callable, Iterator

import numpy as np

from core.engines import numpy_engine, sklearn_engine
from core.engines.sklearn_engine import nearest
from core.experiment import Experiment
from core.network import Layer

Engine = Callable[[Experiment, np.ndarray, np.ndarray], Iterator[list[Layer] | None]]
ENGINES: dict[str, Engine] = {"numpy": numpy_engine.epochs, "sklearn": sklearn_engine.epochs}

__all__ = ["ENGINES", "Engine", "nearest"]
