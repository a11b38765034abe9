"""Small pictures of the data sets, to choose one by."""

from base64 import b64encode
from functools import cache

import numpy as np

from core.data import DATASETS, draw
from core.figures.palette import CLASSES, NEGATIVE, POSITIVE, mix

SIDE = 32  # units of the picture's coordinates
MARGIN = 3
POINTS = 90
BANDS = [mix(NEGATIVE, POSITIVE, share) for share in (0, 0.5, 1)]  # of a target below -1/3, between, above 1/3


@cache
def thumbnail(dataset: str) -> str:
    """A picture of a data set's points in their colours, as a `data:` address of an SVG of about 1 kB.

    dataset : key of `DATASETS`; drawn without noise, a table on its first two principal components
    """
    X, y, _ = draw(dataset, POINTS, 0, "principal", 0)
    low, high = X.min(axis=0), X.max(axis=0)
    places = MARGIN + (SIDE - 2 * MARGIN) * (X - low) / (high - low)
    kinds, colors = (y, CLASSES) if DATASETS[dataset].classes else (np.digitize(y, (-1 / 3, 1 / 3)), BANDS)
    dots = (_dots(places[kinds == kind], colors[kind]) for kind in np.unique(kinds))
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" fill="none" stroke-width="2.6" '
        f'stroke-linecap="round">{"".join(dots)}</svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"


def _dots(places: np.ndarray, color: str) -> str:
    """Dots at places (n, 2), their second coordinate upwards: lines without length, which have round ends."""
    return f'<path stroke="{color}" d="{"".join(f"M{x:.0f} {SIDE - y:.0f}h0" for x, y in places)}"/>'
