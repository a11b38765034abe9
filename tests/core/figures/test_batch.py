"""The rows of a batch on the boundary: in their colours, where they lie, the chosen one larger."""

import numpy as np
import pytest

from core.experiment import Experiment, changed
from core.figures.batch import batch_figure
from core.figures.palette import CLASSES
from core.picks import Pick
from core.steps import Walk, shown
from core.training import completed

QUICK = changed(Experiment(), rows=60, epochs=5)


def found(experiment: Experiment):  # type: ignore[no-untyped-def]
    walk = Walk(experiment, 2)
    return shown(walk.prepared, completed(walk.to(1)), Pick("b", 1, 0))


def figure(experiment: Experiment, theme: str = "light"):  # type: ignore[no-untyped-def]
    it = found(experiment)
    drawn = batch_figure(it.plane, it.domain, it.X, it.y, it.row, experiment.classes, it.limit, theme, 165)
    return it, *drawn.data


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("dataset", ["circle", "spiral3", "digits", "iris"])
def test_each_row_has_its_class_and_its_place(dataset: str, theme: str) -> None:
    it, picture, rows = figure(changed(QUICK, dataset=dataset), theme)
    assert list(rows.marker.color) == [CLASSES[k] for k in it.y]
    np.testing.assert_array_equal(np.column_stack([rows.x, rows.y]), it.X)
    assert np.flatnonzero(rows.marker.size == 14).tolist() == [it.row]
    assert np.shape(picture.z) == (64, 64, 3)


def test_the_picture_is_the_network_s_upright() -> None:
    """Without a hidden layer the output rises along the weights: blue lies where they point."""
    it, picture, _ = figure(changed(QUICK, dataset="gauss", hidden=(), epochs=20))
    walk = Walk(changed(QUICK, dataset="gauss", hidden=(), epochs=20), 2)
    (W, _) = completed(walk.to(1)).layers[0]
    blue = np.array(picture.z, float)[..., 2] - np.array(picture.z, float)[..., 0]
    upward, rightward = blue[-1].mean() - blue[0].mean(), blue[:, -1].mean() - blue[:, 0].mean()
    assert np.sign([rightward, upward]).tolist() == np.sign(W[:, 0]).tolist()
    assert (picture.x0, picture.y0) == (-6 + 6 / 64, -6 + 6 / 64) and it.domain == (-6, 6, -6, 6)


def test_targets_of_a_regression_are_coloured_by_their_size() -> None:
    it, _, rows = figure(changed(QUICK, dataset="reg_plane"))
    reds = [int(color[1:3], 16) - int(color[5:7], 16) for color in rows.marker.color]
    assert np.argmax(reds) == np.argmin(it.y) and np.argmin(reds) == np.argmax(it.y)


def test_what_is_shown_is_the_batch_s() -> None:
    for dataset in ("circle", "spiral3", "reg_gauss"):
        e = changed(QUICK, dataset=dataset)
        it, batch = found(e), completed(Walk(e, 2).to(1))
        assert (it.epoch, it.number, it.count, it.loss) == (batch.epoch, batch.number, batch.count, batch.loss)
        if dataset == "spiral3":
            np.testing.assert_allclose(it.row_losses, -np.log(it.outputs), rtol=1e-12)
        else:
            np.testing.assert_array_equal(it.outputs, batch.a[-1][:, 0])
