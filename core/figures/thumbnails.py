"""Small pictures of the data sets, to choose one by."""

from base64 import b64encode
from functools import cache

import numpy as np

from core.data import DATASETS, draw
from core.figures.palette import CLASSES, NEGATIVE, POSITIVE, mix

SIDE = 32  # units of the picture's coordinates
MARGIN = 3
POINTS = 90
CELLS = 8  # in a row of a surface's picture
EVEN = "#a9b0bb"  # of targets about 0, on either theme
BANDS = [NEGATIVE, mix(NEGATIVE, EVEN, 0.6), EVEN, mix(POSITIVE, EVEN, 0.6), POSITIVE]
EDGES = (-0.5, -0.15, 0.15, 0.5)  # of the targets between the bands


@cache
def thumbnail(dataset: str) -> str:
    """A small picture of a data set, as a `data:` address of an SVG of about 1 kB: points, or a surface's heights.

    dataset : key of `DATASETS`; drawn without noise, a table on its first two principal components
    """
    row = DATASETS[dataset]
    drawn = surface(dataset) if row.generate and not row.classes else points(dataset)
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" fill="none" stroke-width="2.6" '
        f'stroke-linecap="round">{drawn}</svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"


def points(dataset: str) -> str:
    """A sample of the points, upwards, in the colours of their classes or of the bands of their targets."""
    X, y, _ = draw(dataset, POINTS, 0, "principal", 0)
    low, high = X.min(axis=0), X.max(axis=0)
    places = MARGIN + (SIDE - 2 * MARGIN) * (X - low) / (high - low)
    kinds, colors = (y, CLASSES) if DATASETS[dataset].classes else (np.digitize(y, EDGES), BANDS)
    return "".join(_dots(places[kinds == kind], colors[kind]) for kind in np.unique(kinds))


def surface(dataset: str) -> str:
    """Squares in the colours of the mean target of the points in them."""
    X, y, _ = draw(dataset, 20 * CELLS**2, 0, "principal", 0)
    low, high = X.min(axis=0), X.max(axis=0)
    cells = np.minimum(CELLS * (X - low) / (high - low), CELLS - 1).astype(int) @ (CELLS, 1)
    means = np.bincount(cells, y, CELLS**2) / np.maximum(np.bincount(cells, minlength=CELLS**2), 1)
    bands = np.digitize(means, EDGES).reshape(CELLS, CELLS)
    side = SIDE // CELLS
    paths = (
        f'<path stroke="{BANDS[band]}" d="'
        + "".join(f"M{side * x} {SIDE - side * (y + 0.5):g}h{side}" for x, y in np.argwhere(bands == band))
        + '"/>'
        for band in np.unique(bands)
    )
    return f'<g stroke-width="{side}" stroke-linecap="butt">{"".join(paths)}</g>'


def _dots(places: np.ndarray, color: str) -> str:
    """Dots at places (n, 2): lines without length, which have round ends."""
    return f'<path stroke="{color}" d="{"".join(f"M{x:.0f} {SIDE - y:.0f}h0" for x, y in places)}"/>'
