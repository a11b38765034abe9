"""The picture of a run: its PNG read by Pillow, its colours where the classes are."""

import io

import numpy as np
import pytest
from PIL import Image

from core.experiment import Experiment, changed
from core.figures.palette import NEGATIVE, POSITIVE
from core.figures.picture import BOUNDARY, GAP, ZOOM, picture, png
from core.training import Run, train

SIDE = BOUNDARY * ZOOM


def read(data: bytes) -> np.ndarray:
    """Red, green, blue and opacity: (H, W, 4)."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)


def rgb(color: str) -> list[int]:
    return list(bytes.fromhex(color[1:]))


@pytest.fixture(scope="module")
def circle() -> Run:
    return train(changed(Experiment(), features=("x1sq", "x2sq"), hidden=()))


def test_a_png_holds_the_indices_and_the_palette() -> None:
    random = np.random.default_rng(0)
    palette = random.integers(0, 256, (128, 4), dtype=np.uint8)
    image = random.integers(0, 128, (7, 13), dtype=np.uint8)
    np.testing.assert_array_equal(read(png(image, palette)), palette[image])


def test_the_disc_is_blue_and_the_corners_are_orange(circle: Run) -> None:
    image = read(picture([circle]))
    assert image.shape == (SIDE, SIDE, 4)
    for corner in (image[0, 0], image[0, -1], image[-1, 0], image[-1, -1]):
        assert corner[:3].tolist() == rgb(NEGATIVE) and 200 < corner[3] < 230
    blue = (image[..., :3] == rgb(POSITIVE)).all(axis=-1)
    assert blue[SIDE // 3 : -SIDE // 3, SIDE // 3 : -SIDE // 3].mean() > 0.5


def test_a_network_that_tells_nothing_is_faint(circle: Run) -> None:
    zeros = train(changed(circle.experiment, initializer="zeros", learning_rate=1e-6, epochs=1))
    image = read(picture([zeros]))
    assert np.median(image[..., 3]) < 30


def test_points_are_where_the_rows_are(circle: Run) -> None:
    image = read(picture([circle]))
    for (x, y), label in zip(circle.X_train[95:100], circle.y_train[95:100], strict=True):  # drawn last: none is hidden
        pixel = image[int((6 - y) / 12 * SIDE), int((x + 6) / 12 * SIDE)]
        assert pixel.tolist() == [*rgb(POSITIVE if label else NEGATIVE), 255]


def test_two_runs_stand_side_by_side(circle: Run) -> None:
    one, two = read(picture([circle])), read(picture([circle, circle]))
    assert two.shape == (SIDE, 2 * SIDE + GAP, 4)
    np.testing.assert_array_equal(two[:, :SIDE], one)
    np.testing.assert_array_equal(two[:, -SIDE:], one)
    assert (two[:, SIDE:-SIDE, 3] == 0).all()
