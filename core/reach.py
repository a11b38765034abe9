"""What is asked of an experiment over N seeds: how many of them, on which points, and what counts as reached."""

import re
from dataclasses import dataclass, replace

from core import fields
from core.fields import Choice, Real, Whole, setting

MOST = 60  # seeds
GRADIENT = "gradient_"  # before the number of a layer, from 1
CURVES = (
    *("test_accuracy", "train_accuracy", "test_loss", "train_loss"),
    *(f"{GRADIENT}{layer}" for layer in range(1, 12)),
)


@dataclass(frozen=True)
class Quantity:
    """What a threshold is put on. of: the curve of a `core.training.Run`; worst: what a run that diverged counts as.

    better: 1 where more is better, -1 where less is. classes: whether it is of classes, of numbers (False) or of both
    (None). usual: a number for a threshold.
    """

    name: str
    label: str
    of: str
    rule: Real
    worst: float
    better: int
    classes: bool | None
    usual: float

    @property
    def sign(self) -> str:
        """Between the quantity and the number."""
        return ">=" if self.better > 0 else "<"

    @property
    def counterpart(self) -> str:
        """The name of what is the same of numbers where this is of classes, and the other way round."""
        rows = (row for row in QUANTITIES.values() if row.of == self.of and row.classes != self.classes)
        return next((row.name for row in rows), self.name)


_ROWS = (
    Quantity("test_accuracy", "test accuracy", "test_accuracy", Real(0, 1), 0.0, 1, True, 0.95),
    Quantity("train_accuracy", "training accuracy", "train_accuracy", Real(0, 1), 0.0, 1, True, 0.95),
    Quantity("test_r2", "test R²", "test_accuracy", Real(-1, 1), -float("inf"), 1, False, 0.95),
    Quantity("train_r2", "training R²", "train_accuracy", Real(-1, 1), -float("inf"), 1, False, 0.95),
    Quantity("test_loss", "test loss", "test_loss", Real(0, 1e6), float("inf"), -1, None, 0.1),
    Quantity("train_loss", "training loss", "train_loss", Real(0, 1e6), float("inf"), -1, None, 0.1),
)
QUANTITIES = {row.name: row for row in _ROWS}


@dataclass(frozen=True)
class Threshold:
    """The text of a threshold: `test_accuracy>=0.95`, `test_loss<0.04`. Each is written in one way only."""

    rule = ", or ".join(
        f"{' or '.join(row.name for row in rows)} {rows[0].sign} {rows[0].rule.rule}"
        for rows in (_ROWS[:2], _ROWS[2:4], _ROWS[4:])
    )

    def accepts(self, value: object) -> bool:
        try:
            return isinstance(value, str) and self.parse(value) == value
        except ValueError:
            return False

    def parse(self, text: str) -> str:
        found = re.fullmatch(r"(\w+)(>=|<)(\S+)", text.replace(" ", ""), re.ASCII)
        row = QUANTITIES.get(found[1]) if found else None
        if not (found and row) or found[2] != row.sign or not row.rule.accepts(value := row.rule.parse(found[3])):
            raise ValueError(text)
        return threshold(row.name, value)

    def write(self, value: str) -> str:
        return value


def threshold(name: str, number: float) -> str:
    """The text of a threshold on a quantity."""
    row = QUANTITIES[name]
    return f"{name}{row.sign}{row.rule.write(number)}"


@dataclass(frozen=True)
class Seeds:
    """N runs of one experiment whose seeds are its own, the next, and so on.

    data: `fixed`, all on the points of the first, or `anew`, each on points of its own seed.
    threshold: `test_accuracy>=0.95`; when: whether a run has to be beyond it at its `end`, or at `any` recorded epoch.
    curve: what is drawn of each run by epoch; an accuracy is R² where the targets are numbers.

    Raises ValueError (name, rule, value) for a field that breaks its rule.
    """

    count: int = setting(20, Whole(2, MOST), "Seeds")
    data: str = setting("fixed", Choice(("fixed", "anew")), "Points")
    threshold: str = setting("test_accuracy>=0.95", Threshold(), "Reached")
    when: str = setting("end", Choice(("end", "any")), "Reached when")
    curve: str = setting("test_accuracy", Choice(CURVES), "Curve")

    def __post_init__(self) -> None:
        fields.check(self)

    @property
    def quantity(self) -> Quantity:
        """What the threshold is put on."""
        return QUANTITIES[re.split("[<>]", self.threshold)[0]]

    @property
    def number(self) -> float:
        """The threshold's number."""
        return self.quantity.rule.parse(self.threshold[len(self.quantity.name + self.quantity.sign) :])


def suited(seeds: Seeds, classes: int) -> Seeds:
    """The same for so many classes (0: targets are numbers): accuracy becomes R² there, with the same number."""
    quantity = seeds.quantity
    if quantity.classes in (None, bool(classes)):
        return seeds
    return replace(seeds, threshold=threshold(quantity.counterpart, max(0.0, seeds.number)))
