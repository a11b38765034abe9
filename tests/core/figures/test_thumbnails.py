"""A thumbnail holds the points of its data set in the colours of their classes, or the heights of its surface."""

import re
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest

from core.data import DATASETS, draw
from core.figures.palette import CLASSES, NEGATIVE, POSITIVE
from core.figures.thumbnails import BANDS, CELLS, POINTS, SIDE, thumbnail

PATH = "{http://www.w3.org/2000/svg}path"


def dots(dataset: str, length: str = "h0") -> dict[str, list[tuple[float, float]]]:
    """The places of a thumbnail's dots, or of its lines of some length, by their colour, upwards."""
    head, _, body = thumbnail(dataset).partition(",")
    assert head == "data:image/svg+xml;base64"
    paths = ElementTree.fromstring(b64decode(body)).iter(PATH)
    return {
        path.attrib["stroke"]: [
            (float(x), SIDE - float(y)) for x, y in re.findall(rf"M(\d+) (\d+){length}", path.attrib["d"])
        ]
        for path in paths
    }


@pytest.mark.parametrize("dataset", [name for name, row in DATASETS.items() if row.classes or row.load])
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


@pytest.mark.parametrize("dataset", [name for name, row in DATASETS.items() if row.generate and not row.classes])
def test_a_surface_is_covered_with_squares_in_the_colours_of_its_heights(dataset: str) -> None:
    generate = DATASETS[dataset].generate
    assert generate
    near: dict[str, list[float]] = {}
    cells = [(color, *place) for color, places in dots(dataset, "h4").items() for place in places]
    assert len({cell[1:] for cell in cells}) == len(cells) == CELLS**2
    X, y, _ = draw(dataset, 5000, 0, "principal", 5)  # other points than those of the picture
    for color, left, middle in cells:
        place = 12 * (np.array([left + 2, middle]) / SIDE - 0.5)
        near.setdefault(color, []).append(y[np.linalg.norm(X - place, axis=1).argmin()])
    means = [np.mean(near[color]) for color in BANDS if color in near]
    assert means == sorted(means) and len(means) > 2


def test_it_is_small() -> None:
    assert max(len(thumbnail(name)) for name in DATASETS) < 2500
