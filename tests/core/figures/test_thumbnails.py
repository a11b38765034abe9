"""A thumbnail holds the points of its data set in the colours of their classes."""

import re
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest

from core.data import DATASETS, draw
from core.figures.palette import CLASSES, NEGATIVE, POSITIVE
from core.figures.thumbnails import POINTS, SIDE, thumbnail

PATH = "{http://www.w3.org/2000/svg}path"


def dots(dataset: str) -> dict[str, list[tuple[float, float]]]:
    """The dots of a thumbnail by their colour, upwards."""
    head, _, body = thumbnail(dataset).partition(",")
    assert head == "data:image/svg+xml;base64"
    paths = ElementTree.fromstring(b64decode(body)).iter(PATH)
    return {
        path.attrib["stroke"]: [(float(x), SIDE - float(y)) for x, y in re.findall(r"M(\d+) (\d+)h0", path.attrib["d"])]
        for path in paths
    }


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_point_is_there_and_within_the_picture(dataset: str) -> None:
    found = [place for places in dots(dataset).values() for place in places]
    assert len(found) == len(draw(dataset, POINTS, 0, "principal", 0)[1])
    assert all(0 < x < SIDE and 0 < y < SIDE for x, y in found)


@pytest.mark.parametrize("dataset", [name for name, row in DATASETS.items() if row.classes])
def test_each_class_has_its_colour(dataset: str) -> None:
    classes = DATASETS[dataset].classes
    assert list(dots(dataset)) == list(CLASSES[:classes])


def test_the_disc_of_the_circle_is_blue_and_within_the_ring() -> None:
    middle = np.array([SIDE / 2, SIDE / 2])
    radii = {color: np.linalg.norm(np.array(places) - middle, axis=1) for color, places in dots("circle").items()}
    assert radii[POSITIVE].max() < radii[NEGATIVE].min()


def test_a_plane_rises_from_orange_to_blue() -> None:
    X, y, _ = draw("reg_plane", POINTS, 0, "principal", 0)
    slope = np.linalg.lstsq(X, y)[0]
    means = {color: np.mean(np.array(places) @ slope) for color, places in dots("reg_plane").items()}
    assert means[NEGATIVE] < means[POSITIVE]
    assert len(means) == 3


def test_it_is_small() -> None:
    assert max(len(thumbnail(name)) for name in DATASETS) < 2500
