"""An experiment as a script that trains it and prints its losses, and the sources of what trains it."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np

from core.data import DATASETS, Prepared
from core.edits import Edit
from core.engines.sklearn_engine import settings
from core.experiment import Experiment, Segment
from core.sides import lacking, on_engine
from core.training import prepare

ROOT = Path(__file__).parents[1]
READ_FIRST = "core/network/reference.py"
SOURCES = {
    "numpy": (
        "core/training.py",
        "core/engines/numpy_engine.py",
        "core/engines/start.py",
        "core/edits.py",
        "core/network/initializers.py",
        "core/network/descent.py",
        "core/network/mlp.py",
        "core/network/activations.py",
        "core/network/losses.py",
        "core/network/optimizers.py",
        "core/network/gradients.py",
    ),
    "sklearn": (
        "core/training.py",
        "core/engines/sklearn_engine.py",
        "core/engines/start.py",
        "core/edits.py",
        "core/network/initializers.py",
    ),
}  # what runs in a training with each engine, from the top
TRAINING = {"solver", "nesterovs_momentum", "momentum", "alpha", "batch_size", "learning_rate_init"}  # of a segment
EDIT_IMPORT = "from core.edits import {names}\n"
WIDTH = 100  # characters of a line

NUMPY = '''"""{title}, in NumPy. Run it in the folder of Gradient Lab."""

{imports}from core.experiment import Experiment{segment}
from core.training import train

experiment = {experiment}

run = train(experiment)
print(f"{{run.ended}}, epoch {{run.epochs[-1]}}")
print(f"training loss {{float(run.train_loss[-1])!r}}")
print(f"test loss {{float(run.test_loss[-1])!r}}")
'''

SKLEARN = '''"""{title}, in scikit-learn. Run it in the folder of Gradient Lab."""

import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import {metric}
from sklearn.neural_network import {model}

{imports}from core.experiment import Experiment{segment}
from core.training import prepare

warnings.simplefilter("ignore", ConvergenceWarning)  # it trains for as many epochs as it is told

{lacking}experiment = {experiment}

data = prepare(experiment)  # drawn, split, and its features standardised where that is chosen
X, y = data.inputs(data.X_train), data.y_train

{training}
for name, X, y in (("training", X, y), ("test", data.inputs(data.X_test), data.y_test)):
    print(f"{{name}} loss {{float({loss})!r}}")
'''

FIT = """model = {model}
model.fit(X, y)
"""

SET_BY_HAND = "    set_by_hand(list(zip(model.coefs_, model.intercepts_)), edits)\n"

EPOCHS = """# `fit` would start from other weights{why}: a first pass makes them, and the experiment's take their place.
model = {model}
model.partial_fit({first})
model.coefs_, model.intercepts_ = map(list, zip(*first_layers(experiment)))

orders = row_orders(experiment, len(X))  # `fit` would shuffle the rows so
for {each} in [
{segments}]:
{edits}    model.set_params(**settings)
    vars(model).pop("_optimizer", None)  # it starts afresh
    for _ in range(epochs):
        rows = next(orders)
        model.partial_fit(X[rows], y[rows])
"""


def script(experiment: Experiment, engine: str = "") -> str:
    """A Python script that trains an experiment, and prints its training and test loss at the end.

    It runs in the folder of Gradient Lab, whose `core` draws the data. What scikit-learn lacks is said in a comment,
    and the nearest it has is trained.

    engine: `numpy` or `sklearn`; empty for the experiment's own.

    >>> print(script(Experiment(seed=3)).split("experiment = ")[1].splitlines()[0])
    Experiment(seed=3)
    """
    fitted = on_engine(experiment, engine or experiment.engine)
    return _numpy(fitted) if fitted.engine == "numpy" else _sklearn(fitted, lacking(experiment, "sklearn"))


def source(path: str) -> str:
    """The text of one of `SOURCES`, or of `READ_FIRST`."""
    return (ROOT / path).read_text(encoding="utf-8")


def _numpy(e: Experiment) -> str:
    written = _experiment(e)
    imports = EDIT_IMPORT.format(names="Edit") if e.edits else ""
    return NUMPY.format(title=_title(e), imports=imports, experiment=written, segment=_segment_import(written))


def _sklearn(e: Experiment, lacks: list[str]) -> str:
    data, written = prepare(e), _experiment(e)
    simple = _is_fit(e, data)
    return SKLEARN.format(
        title=_title(e),
        metric="log_loss" if e.classes else "mean_squared_error",
        model="MLPClassifier" if e.classes else "MLPRegressor",
        imports="" if simple else _imports(e),
        segment=_segment_import(written),
        lacking="".join(f"# {sentence}\n" for sentence in lacks),
        experiment=written,
        training=_fit(e, data) if simple else _epoch_by_epoch(e, data),
        loss=f"log_loss(y, model.predict_proba(X), labels=range({e.classes}))"
        if e.classes
        else "mean_squared_error(y, model.predict(X)) / 2",
    )


def _is_fit(e: Experiment, data: Prepared) -> bool:
    """Whether scikit-learn's own `fit` starts from this experiment's weights and takes its rows in its order."""
    all_classes = not e.classes or len(np.unique(data.y_train)) == e.classes
    own_order = e.drawn_before == e.parameters
    uncut = len(e.segments) == 1 and e.epochs > 0 and not e.edits
    return e.initializer == "sklearn" and uncut and own_order and all_classes


def _imports(e: Experiment) -> str:
    by_hand = EDIT_IMPORT.format(names="Edit, set_by_hand") if e.edits else ""
    return f"{by_hand}from core.engines.start import first_layers, row_orders\n"


def _fit(e: Experiment, data: Prepared) -> str:
    segment = e.segments[0]
    own = {"max_iter": segment.epochs, "n_iter_no_change": segment.epochs, "random_state": e.seed}
    values = {**settings(e, segment, len(data.y_train)), **own}
    del values["shuffle"]  # as it does by itself
    return FIT.format(model=_model(e, values))


def _epoch_by_epoch(e: Experiment, data: Prepared) -> str:
    each = [settings(e, segment, len(data.y_train)) for segment in e.segments]
    shared = {name: value for name, value in each[0].items() if name not in TRAINING}
    segments = []
    for segment, values in zip(e.segments, each, strict=True):
        settings_of_it = _call("dict", {name: values[name] for name in values if name in TRAINING}, 4)
        edits_of_it = f"{_written(segment.edits, 4)}, " if e.edits else ""
        segments.append(f"    ({segment.epochs}, {edits_of_it}{settings_of_it}),\n")
    return EPOCHS.format(
        model=_model(e, shared),
        first=f"X, y, classes=range({e.classes})" if e.classes else "X, y",
        each="epochs, edits, settings" if e.edits else "epochs, settings",
        segments="".join(segments),
        edits=SET_BY_HAND if e.edits else "",
        why=", or take the rows in another order" if e.drawn_before != e.parameters else "",
    )


def _model(e: Experiment, values: Mapping[str, Any]) -> str:
    return _call("MLPClassifier" if e.classes else "MLPRegressor", values)


def _title(e: Experiment) -> str:
    return f"{DATASETS[e.dataset].label}, layers of {', '.join(map(str, e.sizes))}"


def _experiment(e: Experiment) -> str:
    """`Experiment(...)` with what differs from its defaults."""
    own = _own(e)
    if e.segments != Experiment().segments:
        own["segments"] = e.segments
    return _call("Experiment", own)


def _segment_import(written: str) -> str:
    return ", Segment" if "Segment(" in written else ""


def _own(value: Experiment | Segment) -> dict[str, Any]:
    """The fields that differ from their defaults, segments aside."""
    default = type(value)()
    names = [f.name for f in fields(value) if f.name != "segments"]
    return {name: getattr(value, name) for name in names if getattr(value, name) != getattr(default, name)}


def _call(name: str, arguments: Mapping[str, Any], indent: int = 0) -> str:
    """A call with named arguments, on one line or, where that is too long, one argument a line."""
    written = [f"{key}={_written(value, indent + 4)}" for key, value in arguments.items()]
    line = f"{name}({', '.join(written)})"
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    inner = " " * (indent + 4)
    return f"{name}(\n" + "".join(f"{inner}{each},\n" for each in written) + " " * indent + ")"


def _tuple(items: Sequence[str], indent: int) -> str:
    """A tuple, on one line or, where that is too long, one item a line."""
    line = f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    inner = " " * (indent + 4)
    return "(\n" + "".join(f"{inner}{item},\n" for item in items) + " " * indent + ")"


def _written(value: Any, indent: int) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], Segment):
        return _tuple([_call("Segment", _own(segment), indent + 4) for segment in value], indent)
    if isinstance(value, tuple) and value and isinstance(value[0], Edit):
        return _tuple([f"Edit({', '.join(_written(each, 0) for each in astuple(edit))})" for edit in value], indent)
    text = repr(value)
    return text if set(text) & {'"', "\\"} else text.replace("'", '"')
