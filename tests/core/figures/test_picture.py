"""The picture of a run: its PNG read by Pillow, its colours where the classes are."""

import io

import numpy as np
import pytest
from PIL import Image

from core.experiment import Experiment, changed
from core.figures.palette import NEGATIVE, POSITIVE
from core.figures.picture import BOUNDARY, GAP, POINTS, ZOOM, picture, png, points
from core.training import Run, prepare, train

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


@pytest.mark.parametrize("dataset", ["circle", "xor", "reg_plane"])
def test_points_have_the_colours_of_their_targets_and_nothing_divides_the_plane(dataset: str) -> None:
    experiment = changed(Experiment(), dataset=dataset)
    data = prepare(experiment)
    image = read(points(data, experiment))
    X, y = data.X_train[:POINTS], data.y_train[:POINTS]
    column, row = ((X[:, 0] + 6) / 12 * SIDE).astype(int), ((6 - X[:, 1]) / 12 * SIDE).astype(int)
    bluer = image[row, column, 2] - image[row, column, 0]
    apart = np.array([np.sort(np.hypot(*(X - x).T))[1] > 0.4 for x in X])  # no other point is drawn over it
    high = y > 0.3 * y.max()
    low = y < (0.5 if experiment.classes else 0.3 * y.min())
    assert (bluer[apart & high] > 0).all() and (bluer[apart & low] < 0).all()
    assert min((apart & high).sum(), (apart & low).sum()) > 10
    corner = image[0, 0]
    assert ((image == corner).all(axis=2)).mean() > 0.7
