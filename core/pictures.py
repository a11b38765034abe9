"""Makes the pictures of the presets that Home shows: `python -m core.pictures pages/parts/home/pictures`."""

import sys
from pathlib import Path

from core.experiment import Experiment
from core.figures.picture import picture
from core.presets import PRESETS
from core.sides import on_engine, own_changes
from core.training import train


def made(name: str) -> bytes:
    """The picture of a preset as PNG: A, and B beside it where it differs in more than its engine."""
    return picture([train(experiment) for experiment in shown(name)])


def shown(name: str) -> list[Experiment]:
    """What is trained for it: an engine alone changes nothing that a picture shows."""
    pair = PRESETS[name].pair
    return [on_engine(side, "numpy") for side in ((pair.a, pair.b) if own_changes(pair) else (pair.a,))]


if __name__ == "__main__":
    for preset in PRESETS:
        (Path(sys.argv[1]) / f"{preset}.png").write_bytes(made(preset))
