"""Small pictures of what networks do with the plane, for a screen that has no figure yet: PNG with a palette.

The boundary is faint where the network is undecided, so that the picture suits the light and the dark theme.
"""

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from core.data import Prepared
from core.experiment import Experiment
from core.figures.maps import (
    BOUNDARY,
    Domain,
    boundary,
    domain,
    domain_of,
    network,
    output_limit,
    output_name,
    plane,
)
from core.figures.palette import NEGATIVE, POSITIVE, mix
from core.training import Run

ZOOM = 3  # pixels of a cell of the boundary: sharp at half the size on a screen with two pixels in one
GAP = 12  # see-through columns between two pictures
LEVELS = 63  # of the boundary, and as many of the points: an odd number, so that one is zero
RING, CLEAR = 2 * LEVELS, 2 * LEVELS + 1  # after them: around a point, and outside the pictures
POINTS = 100  # the first training rows: more would hide the boundary
RADIUS = 4.5  # of a point, in pixels
FAINTEST, STRONGEST = 0.1, 0.85  # opacity where the network is undecided, and where it is sure: its points stand out
GREY = "#8a94a0"  # of what is undecided: visible on a light and on a dark screen


def picture(runs: Sequence[Run]) -> bytes:
    """The last frames of runs side by side as PNG, each with training points: two classes (n,), or regression."""
    gap = np.full((BOUNDARY * ZOOM, GAP), CLEAR, np.uint8)
    images = [image for run in runs for image in (gap, indices(run))]
    return png(np.hstack(images[1:]), colours())


def indices(run: Run) -> np.ndarray:
    """One run's picture, as indices into `colours`: uint8 (N, N), N = BOUNDARY x ZOOM."""
    limits, limit, output = domain(run), output_limit(run), output_name(run)
    values = network(plane(run, limits, BOUNDARY), run)(run.layers[-1])[-1]
    cells = boundary(values, output, limit)
    image = np.kron(level(cells / 127.5 - 1), np.ones((ZOOM, ZOOM), np.uint8))
    y = run.y_train
    return _with_points(image, limits, run.X_train, y / limit if output == "identity" else 2 * y - 1)


def points(data: Prepared, experiment: Experiment) -> bytes:
    """The training rows of an experiment as PNG, two classes (n,) or regression, on a plane that nothing divides."""
    y, N = data.y_train, BOUNDARY * ZOOM
    plane = np.full((N, N), level(np.zeros(())), np.uint8)
    targets = 2 * y - 1 if experiment.classes else y / np.abs(y).max()
    return png(_with_points(plane, domain_of(experiment.dataset, data), data.X_train, targets), colours())


def _with_points(image: np.ndarray, limits: Domain, X: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The image (N, N) with the first POINTS rows of X (n, 2) drawn on it, in the colours of targets (n,)."""
    x_low, x_high, y_low, y_high = limits
    across = (X[:POINTS, 0] - x_low) / (x_high - x_low) * len(image)
    down = (y_high - X[:POINTS, 1]) / (y_high - y_low) * len(image)
    centres = np.arange(len(image)) + 0.5
    for at_column, at_row, index in zip(across, down, LEVELS + level(targets[:POINTS]), strict=True):
        rows, columns = (slice(*np.searchsorted(centres, (at - RADIUS, at + RADIUS))) for at in (at_row, at_column))
        distance = np.hypot(centres[columns] - at_column, centres[rows, None] - at_row)
        around = image[rows, columns]
        around[distance < RADIUS] = RING
        around[distance < RADIUS - 1] = index
    return image


def level(values: np.ndarray) -> np.ndarray:
    """Values from -1 to 1, of any shape, as one of `LEVELS`: uint8."""
    return np.rint((np.clip(values, -1, 1) + 1) / 2 * (LEVELS - 1)).astype(np.uint8)


def colours() -> np.ndarray:
    """The palette as red, green, blue and opacity: uint8 (n, 4), n = 2 LEVELS + 2."""
    sheer, points = [], []
    for value in np.linspace(-1, 1, LEVELS):
        size, end = abs(value), POSITIVE if value > 0 else NEGATIVE
        opacity = FAINTEST + (STRONGEST - FAINTEST) * size
        sheer.append(f"{mix(GREY, end, min(3 * size, 1))}{round(255 * opacity):02x}")
        points.append(f"{mix(GREY, end, size)}ff")
    return np.array([list(bytes.fromhex(text[1:])) for text in [*sheer, *points, "#ffffffff", "#00000000"]], np.uint8)


def png(image: np.ndarray, palette: np.ndarray) -> bytes:
    """A PNG of indices (H, W) into a palette (n, 4), both uint8. Source: ISO/IEC 15948, sections 5 and 11."""
    height, width = image.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), image])  # each row begins with its filter: none
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", palette[:, :3].tobytes()),
            (b"tRNS", palette[:, 3].tobytes()),
            (b"IDAT", zlib.compress(rows.tobytes(), 9)),
            (b"IEND", b""),
        )
    )
