"""TensorFlow Playground's links: read as an experiment and a view, and written.

Its state stands in the address' fragment, `#activation=tanh&batchSize=10&...`. What is read follows its own rules
(`src/state.ts`, `src/playground.ts` of tensorflow/playground), so that the experiment has its data, initial weights and
losses. The sentences quote the link as text; a screen has to show them as text, not as Markdown.
"""

import re
from collections.abc import Mapping, Sequence
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
from core.link import GROUPS, HIDEABLE, View, bounded, repeated_keys, unknown_keys
from core.network import ACTIVATIONS, LOSSES, OPTIMIZERS
from core.playground_text import HOST, SAFE, fragment_as_shown, links_in, parts_of, read_number, write_number

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
    "problem": ("problem",),
    "dataset": ("dataset",),
    "percTrainData": ("train_share", "test_loss"),
    "noise": ("noise",),
    "batchSize": ("batch_size",),
    "numHiddenLayers": ("layers",),
    **{name: (feature,) for name, feature in INPUTS.items()},  # which removes the input, too
}
FLAGS = {
    *(name for name, text in DEFAULTS.items() if text in ("true", "false")),
    *(name + "_hide" for name in (*HIDDEN, "cosX", "cosY")),
}
OPTIONS: dict[str, Mapping[str, str]] = {
    "activation": {**ACTIVATION, "sine": "sine"},  # of a fork
    "regularization": {name: name for name in ("none", "L1", "L2")},
    "dataset": CLASSIFICATION,
    "regDataset": REGRESSION,
    "problem": {name: name for name in ROWS},
}
TEXTS = ("seed", "tutorial", "networkShape")
KNOWN = {*DEFAULTS, "tutorial", *FLAGS}
ORDER = [name for name in DEFAULTS if name != "regularization"]  # which it leaves out for none
SHARE: Any = rules(Experiment)["train_share"]
SEED: Any = rules(Experiment)["playground_seed"]
RATE: Any = rules(Segment)["learning_rate"]
PENALTY: Any = rules(Segment)["l1"]
BATCH: Any = rules(Segment)["batch_size"]
Parts = Sequence[tuple[str, str | None]]
OURS = {*rules(Experiment), *rules(Segment), *rules(View)}  # in queries of one's own too, so they tell nothing


def is_link(text: str) -> bool:
    """Whether pasted text holds a link of TensorFlow Playground, whole or not; never raises."""
    address, fragment = links_in(text, _says)[0]
    return HOST in address.lower() or bool(fragment)


def parse_link(text: str) -> tuple[Experiment, View, list[str]]:
    """The experiment and the view of a link, and a sentence for everything that could not be kept.

    Never raises.

    Parameters
    ----------
    text : a whole address of any host, its fragment with or without #, or text, markup or an encoded address with one

    Returns
    -------
    experiment, view, problems
        The experiment of the NumPy engine with the link's data, initial weights and losses. A link without a seed gets
        one made from its text, always the same. Links hold no number of epochs: there are `EPOCHS`, fewer where the
        limit of an experiment's work asks for it.
    """
    links = links_in(text, _says)
    address, fragment = links[0][0], fragment_as_shown(_fullest([fragment for _, fragment in links]))
    if not fragment:
        seed = _made_seed("")
        return *_read(_Reading({"seed": seed})), [_nothing_in(address, seed)]
    parts = parts_of(fragment)
    read = parts[:-1] if _is_torn(parts) else parts
    reading = _Reading(dict(read))
    different = {tuple(_settings(each).items()) for _, each in links if not _is_part_of(each, fragment)}
    if different:
        reading.problems.append(f"The text holds {len(different) + 1} different links; the first is opened.")
    _say_what_is_missing(reading, parts, fragment)
    experiment, view = _read(reading)
    of_each = {name: [value for key, value in read if key == name] for name in reading.values if name in KNOWN}
    problems = [*reading.problems, *repeated_keys(of_each), *unknown_keys(reading.values, {*KNOWN, ""})]
    return experiment, view, bounded(problems)


def rejoined(query: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, list[str]]]:
    """The link under `tfp` of a query, and what else the query holds.

    Where its & were not encoded, the query has its settings beside it. They are joined to it again.
    """
    link = query["tfp"][-1]
    has = dict(parts_of(link.partition("#")[2]))
    ours = {name: list(values) for name, values in query.items() if name != "tfp"}
    if not has.keys() & KNOWN:
        return link, ours
    own = {name: ours.pop(name) for name in query if name in KNOWN and name not in has}
    return link + "".join(f"&{name}={value}" for name, values in own.items() for value in values), ours


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

    def __init__(self, values: dict[str, str | None]):
        self.values = values
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        """The value as it stands; the default where it is missing or empty."""
        value = self.values.get(name)
        return value if value and value.strip() else DEFAULTS[name]

    def flag(self, name: str) -> bool:
        """All but `false` is true; for what hides a control all but `true` is false."""
        hides = name.endswith("_hide")
        text = (self.values.get(name) or "false") if hides else self.text(name)
        return text == "true" if hides else text != "false"

    def choice(self, name: str) -> str:
        """What the value stands for."""
        text, options = self.text(name), OPTIONS[name]
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
    problem = reading.choice("problem")
    regression = problem == "regression"
    experiment = Experiment(
        dataset=reading.choice("regDataset" if regression else "dataset"),
        rows=ROWS[problem],
        noise=_noise(reading),
        train_share=int(reading.within("percTrainData", SHARE)),
        playground_seed=_seed(reading),
        features=_features(reading),
        hidden=_hidden(reading),
        activation=reading.choice("activation"),
        initializer="zeros" if reading.flag("initZero") else "uniform",
        loss="squared_linear" if regression else "squared",
        segments=(_segment(reading),),
    )
    controls = {name for control, names in HIDDEN.items() if reading.flag(control + "_hide") for name in names}
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
    """The inputs that are on; none, and the bias alone is trained."""
    return tuple(feature for name, feature in INPUTS.items() if reading.flag(name) and not reading.flag(name + "_hide"))


def _hidden(reading: _Reading) -> tuple[int, ...]:
    """Widths of the hidden layers; a value that is there but empty is no hidden layer."""
    text = reading.values.get("networkShape")
    text = re.sub("%(?:25)*2C", ",", DEFAULTS["networkShape"] if text is None else text, flags=re.IGNORECASE)
    wanted = list(map(read_number, text.split(",", 10 * MAX_LAYERS))) if text.strip() else []
    used = tuple(ceil(min(width, MAX_WIDTH)) for width in wanted if width > 0)[:MAX_LAYERS]
    if list(used) != wanted:
        shown = ",".join(map(str, used)) or "no hidden layer"
        reading.refuse("networkShape", rules(Experiment)["hidden"].rule, shown)
    return used


def _segment(reading: _Reading) -> Segment:
    kind = reading.choice("regularization")
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


def _nothing_in(address: str, seed: str) -> str:
    if HOST in address.lower() or "://" in address:
        return (
            f"The address holds no settings; its defaults are shown, with the seed {seed}. If settings stood behind "
            'its #, a browser has left them out: the whole address can be pasted into the field "Open a link" on Home.'
        )
    return (
        "A link of TensorFlow Playground must hold fields such as activation=tanh after a #; "
        f"got {shortened(address)}, so its defaults are used."
    )


def _settings(fragment: str) -> dict[str, str]:
    """The settings that are whole."""
    return {name: value for name, value in parts_of(fragment) if value is not None and _is_whole(name, value)}


def _is_whole(name: str, value: str) -> bool:
    if name in FLAGS:
        return value in ("true", "false")
    if name == "networkShape":
        return not re.search(r"[^\d,]|,$", re.sub("%(?:25)*2C", ",", value, flags=re.IGNORECASE))
    if name in TEXTS:
        return bool(value)
    return value in OPTIONS[name] if name in OPTIONS else name in DEFAULTS and not isnan(read_number(value))


def _says(fragment: str, marked: bool) -> int:
    """What a fragment says: settings that are whole before others; 0 for what may be a query of one's own."""
    named, settings = {name for name, _ in parts_of(fragment)} & KNOWN, _settings(fragment).keys()
    return 100 * len(settings) + len(named) if marked or settings - OURS else 0


def _fullest(fragments: Sequence[str]) -> str:
    """The first of several links; the whole one where the first is shortened, as the text of a link may be."""
    return max(fragments, key=lambda fragment: (_is_part_of(fragments[0], fragment), len(_settings(fragment))))


def _is_part_of(fragment: str, whole: str) -> bool:
    """Whether all settings of a link but its last, which may be cut off, are those of another."""
    return set(list(_settings(fragment).items())[:-1]) <= set(_settings(whole).items())


def _is_torn(parts: Parts) -> bool:
    """Whether a link ends within a key or a value."""
    name, value = parts[-1]
    end = name if value is None else f"{name}={value}"
    whole = [f"{key}={option}" for key in OPTIONS for option in OPTIONS[key]]
    whole += [f"{key}={option}" for key in FLAGS for option in ("true", "false")]
    if value is None and name in KNOWN:
        return name in dict(parts[:-1])  # x of xTimesY
    return bool(end) and value != "" and end not in whole and any(each.startswith(end) for each in [*whole, *KNOWN])


def _is_cut_off(parts: Parts) -> bool:
    """Whether a link ends before its settings do: they have no gap as far as they go, as it writes them."""
    given = [name for name, _ in parts if name in ORDER]
    is_early = parts[-1][1] is None or "problem" not in given
    return _is_torn(parts) or (len(parts) > 1 and bool(given) and given == ORDER[: len(given)] and is_early)


def _say_what_is_missing(reading: _Reading, parts: Parts, fragment: str) -> None:
    """The link's end, its seed, which is replaced, and flags that are neither true nor false."""
    name, value = parts[-1]
    cut = f"The link is cut off after {shortened(name if value is None else f'{name}={value}')}"
    if not reading.text("seed"):
        reading.values["seed"] = _made_seed(fragment)
        lost = f"{cut}. Its seed is lost" if _is_cut_off(parts) else "The link has no seed"
        reading.problems.append(
            f"{lost}, so its author saw other points and initial weights. "
            f"Seed {reading.values['seed']}, made from the link's text, is used."
        )
    elif _is_cut_off(parts):
        reading.problems.append(f"{cut}; defaults are used for the rest.")
    for flag in (name for name in reading.values if name in FLAGS):
        if reading.values[flag] not in (None, "", "true", "false"):
            reading.refuse(flag, "true or false", str(reading.flag(flag)).lower())


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
    seed = quote(e.playground_seed or str(e.seed_of_data), safe=re.sub(r"[&=\\]", "", SAFE))[:200]
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
    known = tuple(feature for feature in INPUTS.values() if feature in e.features)
    return known if known or not e.features else ("x1", "x2")


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
    if e.edits:
        lost.append("Its links hold no weights set by hand.")
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
