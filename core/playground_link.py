"""TensorFlow Playground's links: read as an experiment and a view, and written.

Its state stands in the address' fragment, `#activation=tanh&batchSize=10&...`. What is read follows its own rules
(`src/state.ts`, `src/playground.ts` of tensorflow/playground), so that the experiment has its data, initial weights and
losses. The sentences quote the link as text; a screen has to show them as text, not as Markdown.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from math import ceil, isfinite, isnan
from typing import Any
from urllib.parse import quote

from core import fields
from core.data import DATASETS, FEATURES
from core.experiment import ENGINES, MAX_LAYERS, MAX_WIDTH, MAX_WORK, Experiment, Segment
from core.fields import Real, Whole, rules, shortened
from core.link import GROUPS, HIDEABLE, View, bounded, unknown_keys
from core.network import ACTIVATIONS, LOSSES, OPTIMIZERS
from core.playground_text import HOST, SAFE, fragment_of, pasted_address, read_number, values_of, write_number

EPOCHS = 1000  # links hold none: it trains until it is paused

CLASSIFICATION = {name: name for name in ("circle", "xor", "gauss", "spiral")}
REGRESSION = {"reg-plane": "reg_plane", "reg-gauss": "reg_gauss"}
ACTIVATION = {row.playground: name for name, row in ACTIVATIONS.items() if row.playground}
INPUTS = {row.playground: name for name, row in FEATURES.items() if row.playground}  # in the order of its inputs
ROWS = {"classification": 500, "regression": 1200}
DEFAULTS = {
    "activation": "tanh",
    "regularization": "none",
    "batchSize": "10",
    "dataset": "circle",
    "regDataset": "reg-plane",
    "learningRate": "0.03",
    "regularizationRate": "0",
    "noise": "0",
    "networkShape": "4,2",
    "seed": "",
    "showTestData": "false",
    "discretize": "false",
    "percTrainData": "50",
    "x": "true",
    "y": "true",
    **dict.fromkeys(("xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY", "collectStats"), "false"),
    "problem": "classification",
    "initZero": "false",
    "hideText": "false",
}  # in the order in which it writes them
HIDDEN = {
    "showTestData": ("test_points",),
    "discretize": ("discretize",),
    "playButton": ("play",),
    "stepButton": ("step",),
    "resetButton": ("reset",),
    "learningRate": ("learning_rate",),
    "activation": ("activation",),
    "regularization": ("l1", "l2"),
    "regularizationRate": ("l1", "l2"),
    "problem": ("dataset",),
    "dataset": ("dataset",),
    "percTrainData": ("train_share",),
    "noise": ("noise",),
    "batchSize": ("batch_size",),
    "numHiddenLayers": ("hidden",),
    **{name: (feature,) for name, feature in INPUTS.items()},  # which removes the input, too
}
KNOWN = {*DEFAULTS, "tutorial", *(name + "_hide" for name in (*HIDDEN, "cosX", "cosY"))}
SHARE: Any = rules(Experiment)["train_share"]
SEED: Any = rules(Experiment)["playground_seed"]
RATE: Any = rules(Segment)["learning_rate"]
PENALTY: Any = rules(Segment)["l1"]
BATCH: Any = rules(Segment)["batch_size"]
OURS = {*rules(Experiment), *rules(Segment), *rules(View)}  # in queries of one's own too, so they tell nothing


def is_link(text: str) -> bool:
    """Whether pasted text holds a link of TensorFlow Playground, whole or not; never raises."""
    address = pasted_address(text)
    telling = KNOWN if "#" in address else KNOWN - OURS
    return HOST in address or bool(values_of(fragment_of(address)).keys() & telling)


def parse_link(text: str) -> tuple[Experiment, View, list[str]]:
    """The experiment and the view of a link, and a sentence for everything that could not be kept.

    Never raises.

    Parameters
    ----------
    text : a whole address of any host, its fragment with or without #, or an <iframe> or a line of Markdown with one

    Returns
    -------
    experiment, view, problems
        The experiment of the NumPy engine with the link's data, initial weights and losses. A link without a seed gets
        one made from its text, always the same. Links hold no number of epochs: there are `EPOCHS`, fewer where the
        limit of an experiment's work asks for it.
    """
    address = pasted_address(text)
    fragment = fragment_of(address)
    values = values_of(fragment)
    if not values.keys() & KNOWN:
        return *_read(_Reading({"seed": _made_seed("")})), [_nothing_in(address)]
    reading = _Reading(values)
    if not reading.text("seed"):
        values["seed"] = _made_seed(fragment)
        reading.problems.append(
            "The link has no seed, so its author saw other points and initial weights. "
            f"Seed {values['seed']}, made from the link's text, is used."
        )
    experiment, view = _read(reading)
    return experiment, view, bounded([*reading.problems, *unknown_keys(values, {*KNOWN, ""})])


def to_link(experiment: Experiment, view: View = View()) -> tuple[str, list[str]]:
    """The link of an experiment, and a sentence for everything that TensorFlow Playground has not or does differently.

    The link is empty where the data set or the activations are none of its own; the sentences say which.
    """
    obstacles = _obstacles(experiment)
    if obstacles:
        return "", obstacles
    parts = [_data(experiment), _network(experiment), _training(experiment), _display(experiment, view)]
    values = {**DEFAULTS, **{name: text for part, _ in parts for name, text in part.items()}}  # in the defaults' order
    query = "&".join(f"{name}={text}" for name, text in values.items() if (name, text) != ("regularization", "none"))
    return f"https://{HOST}/#{query}", [sentence for _, lost in parts for sentence in lost]


def same_numbers(experiment: Experiment) -> bool:
    """Whether TensorFlow Playground has an experiment's numbers at every epoch: its link loses only how many it has."""
    url, lost = to_link(experiment)
    return bool(url) and set(lost) <= {_epochs_lost(experiment)}


class _Reading:
    """The values of a link, and what there is to say about them."""

    def __init__(self, values: Mapping[str, str | None]):
        self.values = values
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        """The value as it stands; the default where it is missing or empty."""
        value = self.values.get(name)
        return value if value and value.strip() else DEFAULTS[name]

    def flag(self, name: str) -> bool:
        return self.text(name) != "false"

    def hides(self, name: str) -> bool:
        return self.values.get(name + "_hide") == "true"

    def choice(self, name: str, options: Mapping[str, str]) -> str:
        """What the value stands for."""
        text = self.text(name)
        if text not in options:
            self.refuse(name, "one of " + ", ".join(options), DEFAULTS[name])
        return options.get(text, options[DEFAULTS[name]])

    def number(self, name: str) -> float:
        return read_number(self.text(name))

    def within(self, name: str, rule: Real | Whole) -> float:
        """The number brought within the rule's limits, rounded down where it must be whole."""
        value = self.number(name)
        used = float(DEFAULTS[name]) if isnan(value) else min(max(value, rule.low), rule.high)
        used = float(int(used)) if isinstance(rule, Whole) else used
        if used != value:
            self.refuse(name, rule.rule, write_number(used))
        return used

    def refuse(self, name: str, rule: str, used: str) -> None:
        self.problems.append(f"{name} must be {rule}; got {shortened(self.text(name))}, so {used} is used.")


def _read(reading: _Reading) -> tuple[Experiment, View]:
    problem = reading.choice("problem", {name: name for name in ROWS})
    regression = problem == "regression"
    experiment = Experiment(
        dataset=reading.choice("regDataset", REGRESSION) if regression else reading.choice("dataset", CLASSIFICATION),
        rows=ROWS[problem],
        noise=_noise(reading),
        train_share=int(reading.within("percTrainData", SHARE)),
        playground_seed=_seed(reading),
        features=_features(reading),
        hidden=_hidden(reading),
        activation=reading.choice("activation", ACTIVATION),
        initializer="zeros" if reading.flag("initZero") else "uniform",
        loss="squared_linear" if regression else "squared",
        segments=(_segment(reading),),
    )
    controls = {name for control, names in HIDDEN.items() if reading.hides(control) for name in names}
    view = View(
        test_points=reading.flag("showTestData"),
        discretize=reading.flag("discretize"),
        clamp=True,
        hide=tuple(name for name in HIDEABLE if name in controls),
    )
    return _within_work(experiment, reading), view


def _noise(reading: _Reading) -> float:
    """Percent; above 80 it takes 50, and no noise for a negative one."""
    noise = reading.number("noise")
    if 0 <= noise <= 80:
        return noise
    used = 50.0 if noise > 80 else 0.0
    reading.refuse("noise", "a number from 0 to 80", f"{used:g}")
    return used


def _seed(reading: _Reading) -> str:
    seed = reading.text("seed")
    if len(seed) > SEED.most:
        reading.problems.append(
            f"seed must be {SEED.rule}; got {len(seed)}. The first {SEED.most} are used, so its author saw other "
            "points and initial weights."
        )
    return seed[: SEED.most]


def _features(reading: _Reading) -> tuple[str, ...]:
    chosen = tuple(feature for name, feature in INPUTS.items() if reading.flag(name) and not reading.hides(name))
    if not chosen:
        reading.problems.append("At least one input must be selected; the link selects none, so x and y are used.")
    return chosen or ("x1", "x2")


def _hidden(reading: _Reading) -> tuple[int, ...]:
    """Widths of the hidden layers; a value that is there but empty is no hidden layer."""
    text = reading.values.get("networkShape")
    text = (DEFAULTS["networkShape"] if text is None else text).replace("%2C", ",")  # some mail programs encode commas
    wanted = list(map(read_number, text.split(",", 10 * MAX_LAYERS))) if text.strip() else []
    used = tuple(ceil(min(width, MAX_WIDTH)) for width in wanted if width > 0)[:MAX_LAYERS]
    if list(used) != wanted:
        shown = ",".join(map(str, used)) or "no hidden layer"
        reading.refuse("networkShape", rules(Experiment)["hidden"].rule, shown)
    return used


def _segment(reading: _Reading) -> Segment:
    kind = reading.choice("regularization", {name: name for name in ("none", "L1", "L2")})
    penalty = 0.0 if kind == "none" else reading.within("regularizationRate", PENALTY)
    return Segment(
        optimizer="playground",
        learning_rate=reading.within("learningRate", RATE),
        batch_size=_batch_size(reading),
        epochs=1,
        l1=penalty if kind == "L1" else 0.0,
        l2=penalty if kind == "L2" else 0.0,
    )


def _batch_size(reading: _Reading) -> int:
    """It steps after row i where i is a multiple of the size: of 2.5 these are multiples of 5, of 0 there are none."""
    size = reading.number("batchSize")
    used = min(Fraction(abs(size)).numerator, BATCH.high) if isfinite(size) and size else BATCH.high
    if used != size:
        reading.refuse("batchSize", BATCH.rule, f"{used}{', with which it never takes a step,' * (used == BATCH.high)}")
    return used


def _within_work(experiment: Experiment, reading: _Reading) -> Experiment:
    """The experiment, so far of one epoch, with as many epochs as its limit of work allows, EPOCHS at most."""
    epochs = min(EPOCHS, int(MAX_WORK // experiment.work))
    if epochs < EPOCHS:
        reading.problems.append(
            f"rows x epochs x parameters must be at most {MAX_WORK:.0e}; {EPOCHS} epochs of this network are "
            f"{EPOCHS * experiment.work:.1e}, so {epochs} epochs are trained."
        )
    return replace(experiment, segments=(replace(experiment.segments[0], epochs=epochs),))


def _made_seed(fragment: str) -> str:
    """A seed of the form of its own random ones."""
    return f"0.{int(sha256(fragment.encode()).hexdigest(), 16) % 100_000:05d}"


def _nothing_in(address: str) -> str:
    if HOST in address or "://" in address:
        return (
            "The address holds no settings: what stood after its # was lost, as browsers do not pass it on. The whole "
            'address can be pasted into the field "Open a link" on Home; the defaults of TensorFlow Playground are '
            "shown now."
        )
    return (
        "A link of TensorFlow Playground must hold fields such as activation=tanh after a #; "
        f"got {shortened(address)}, so its defaults are used."
    )


def _obstacles(e: Experiment) -> list[str]:
    """Why an experiment can not be a link; empty if it can."""
    obstacles = []
    if e.dataset not in {*CLASSIFICATION.values(), *REGRESSION.values()}:
        obstacles.append(f"It has no data set {DATASETS[e.dataset].label}.")
    lacking = [name for name in dict.fromkeys(e.activations) if name not in ACTIVATION.values()]
    if lacking:
        obstacles.append(f"It has no activation {' or '.join(ACTIVATIONS[name].label for name in lacking)}.")
    elif len(set(e.activations)) > 1:
        obstacles.append("It has one activation for all layers.")
    return obstacles


def _data(e: Experiment) -> tuple[dict[str, str], list[str]]:
    problem = "classification" if e.classes else "regression"
    names = {ours: theirs for theirs, ours in (CLASSIFICATION | REGRESSION).items()}
    seed = quote(e.playground_seed or str(e.seed_of_data), safe=SAFE.replace("&", "").replace("=", ""))[:200]
    lost = []
    if e.rows != ROWS[problem]:
        lost.append(f"It draws {ROWS[problem]} rows, not {e.rows}.")
    if seed != e.playground_seed:
        lost.append(f"It draws other points and initial weights, from the seed text {shortened(seed)}.")
    elif e.data_seed and e.initializer == "uniform":
        lost.append(f"It draws other initial weights, from the seed text {shortened(seed)}.")
    return {
        "problem": problem,
        "dataset" if e.classes else "regDataset": names[e.dataset],
        "noise": write_number(e.noise),
        "percTrainData": str(e.train_share),
        "seed": seed,
    }, lost


def _inputs(e: Experiment) -> tuple[str, ...]:
    """The features that the link switches on, in its order."""
    return tuple(feature for feature in INPUTS.values() if feature in e.features) or ("x1", "x2")


def _network(e: Experiment) -> tuple[dict[str, str], list[str]]:
    inputs = _inputs(e)
    known = tuple(feature for feature in e.features if feature in inputs)
    left_out = [FEATURES[feature].label for feature in e.features if feature not in inputs]
    lost = []
    if left_out:
        lost.append(
            f"It has no input {' or '.join(left_out)}: " + ("it is left out." if known else "x and y are used.")
        )
    if known and inputs != known:
        lost.append("Its inputs stand in an order of their own, so each gets other initial weights.")
    if e.standardize:
        lost.append("It does not standardise its inputs.")
    if e.initializer not in ("uniform", "zeros"):
        lost.append("Its initial weights are uniform in (−0.5, 0.5), its biases 0.1.")
    names = {ours: theirs for theirs, ours in ACTIVATION.items()}
    return {
        **{name: str(feature in inputs).lower() for name, feature in INPUTS.items()},
        "networkShape": ",".join(map(str, e.hidden)),
        "activation": names.get(e.activation if isinstance(e.activation, str) else e.activation[0], "tanh"),
        "initZero": str(e.initializer == "zeros").lower(),
    }, lost


def _training(e: Experiment) -> tuple[dict[str, str], list[str]]:
    """Penalties are written as it counts them: for one step, not divided by the rows of a batch."""
    first, loss = e.segments[0], "squared" if e.classes else "squared_linear"
    optimizer = OPTIMIZERS[first.optimizer]
    batch_size = first.batch_size
    if not optimizer.in_order:  # takes all rows where they are fewer; TensorFlow Playground would never take a step
        rows = ROWS["classification" if e.classes else "regression"]
        batch_size = min(batch_size, rows * e.train_share // 100)
    l1 = first.l1 / (1 if optimizer.in_order else batch_size)
    l2 = first.l2 / (1 if optimizer.decoupled else batch_size)
    name, penalty = ("L1", l1) if l1 > l2 else ("L2", l2)
    lost = []
    if e.loss != loss:
        lost.append(f"It has one loss, half the squared error of a tanh output, not {LOSSES[e.loss].label.lower()}.")
    if e.engine != "numpy":
        lost.append(f"It trains by code of its own, not by {ENGINES[e.engine]}.")
    if not optimizer.in_order:
        lost.append(f"It has plain SGD that never shuffles the rows, not {optimizer.label}.")
    if l1 and l2:
        lost.append(f"It has one penalty at a time: {name}, the larger one, is taken.")
    if len(e.segments) > 1:
        lost.append(f"It has one setting for the whole training: the first of the {len(e.segments)} segments is taken.")
    if e.epochs != EPOCHS:
        lost.append(_epochs_lost(e))
    return {
        "learningRate": write_number(first.learning_rate),
        "batchSize": str(batch_size),
        "regularization": name if penalty else "none",
        "regularizationRate": write_number(penalty),
    }, lost


def _epochs_lost(e: Experiment) -> str:
    return f"Its links hold no number of epochs: it trains until it is paused, not for {e.epochs} epochs."


def _display(experiment: Experiment, view: View) -> tuple[dict[str, str], list[str]]:
    can = set(view.hidden) - set(_inputs(experiment))  # an input that is hidden there is not used
    hidden = {control: names for control, names in HIDDEN.items() if set(names) <= can}
    shown = set(view.hidden) - {name for names in hidden.values() for name in names} - GROUPS.keys()
    labels = {name: fields.label(kind, name) for kind in (Experiment, Segment) for name in rules(kind)}
    labels |= {name: row.label for name, row in FEATURES.items()}
    named = ", ".join(labels.get(name, name) for name in view.hidden if name in shown)
    return {
        "showTestData": str(view.test_points).lower(),
        "discretize": str(view.discretize).lower(),
        **{control + "_hide": "true" for control in hidden},
    }, [f"What is hidden here and can not be hidden there: {named}."] if named else []
