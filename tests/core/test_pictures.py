"""The pictures on Home are those of the presets: each is made again and compared."""

import io

import numpy as np
import pytest
from PIL import Image

from core import pictures
from core.presets import PRESETS
from pages.parts.home.experiments import PICTURES

LARGEST = 10_000  # bytes
STRAY = 1 / 200  # of the pixels may differ: exp and tanh round otherwise on other processors. On this one none does


def read(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)


def test_there_is_one_for_each_preset_and_no_other() -> None:
    assert {path.name for path in PICTURES.iterdir()} == {f"{name}.png" for name in PRESETS}


@pytest.mark.parametrize("name", PRESETS)
def test_a_picture_is_that_of_its_preset(name: str) -> None:
    stored = (PICTURES / f"{name}.png").read_bytes()
    assert len(stored) < LARGEST
    old, new = read(stored), read(pictures.made(name))
    assert old.shape == new.shape
    differs = (old != new).any(axis=-1).mean()
    assert differs <= STRAY, f"python -m core.pictures pages/parts/home/pictures makes it anew: {differs:.1%} differ"


def test_a_side_that_is_another_engine_alone_is_not_drawn() -> None:
    assert [len(pictures.shown(name)) for name in ("squares", "linear")] == [1, 2]
    assert {side.engine for name in PRESETS for side in pictures.shown(name)} == {"numpy"}
