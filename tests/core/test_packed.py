"""A packed run: its numbers at every magnitude, its line between two classes, its size."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.experiment import Experiment, changed
from core.figures import maps
from core.network import Layers
from core.packed import MOST_LINKS, Packed, _strongest, pack, pack_neuron, upper_half
from core.training import Run, train
from tests.core.courses import COURSES


def run_of(**settings: object) -> Run:
    return train(changed(Experiment(rows=60), **{"epochs": 5, **settings}))


def arrays(packed: Packed) -> dict[str, np.ndarray]:
    """The arrays of a packed run, upper halves as the float64 numbers that begin with them."""
    found = {}
    for name, (dtype, shape, offset) in packed.header["arrays"].items():
        array = np.frombuffer(packed.body, np.dtype(dtype), int(np.prod(shape)), offset).reshape(shape)
        found[name] = whole(array) if dtype == "uint32" else array
    return found


def whole(halves: np.ndarray) -> np.ndarray:
    return (halves.astype(np.uint64) << np.uint64(32)).view(np.float64)


def with_layers(run: Run, *layers: tuple[list[list[float]], list[float]]) -> Run:
    """The run with these weights in its last frame alone."""
    last: Layers = [(np.array(W, float), np.array(b, float)) for W, b in layers]
    return dataclasses.replace(run, layers=[*run.layers[:-1], last])


@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, min_value=-1e300, max_value=1e300))
def test_half_of_a_number_is_right_to_six_digits(value: float) -> None:
    (found,) = whole(upper_half(np.array([value])))
    assert found == pytest.approx(value, rel=5e-7, abs=0) and np.signbit(found) == np.signbit(value)


def test_the_largest_numbers_do_not_become_infinite() -> None:
    assert np.isfinite(whole(upper_half(np.array([1.797e308, -1.797e308, np.inf])))).all()


def test_all_weights_and_biases_are_right_to_six_digits() -> None:
    run = run_of(hidden=(4, 2))
    for found, layers in zip(arrays(pack(run))["parameters"], run.layers, strict=True):
        flat = np.concatenate([part.ravel() for layer in layers for part in layer])
        np.testing.assert_allclose(found, flat, rtol=5e-7)


@pytest.mark.parametrize("magnitude", [1e-300, 3.8e-9, 7e4, 2.3e142, 1e300])
def test_weights_and_what_a_neuron_reaches_are_told_at_every_magnitude(magnitude: float) -> None:
    run = with_layers(
        run_of(hidden=(2,), activation="relu"), ([[magnitude, 0], [0, -magnitude]], [0, 0]), ([[1], [2]], [0])
    )
    found = arrays(pack(run))
    np.testing.assert_allclose(found["parameters"][-1][:4], [magnitude, 0, 0, -magnitude], rtol=5e-7)
    corner = 6 - 6 / np.sqrt(len(found["neurons"][0, 0].ravel()))  # the centre of the last cell
    np.testing.assert_allclose(found["scales"][-1][:2], corner * magnitude, rtol=1e-6)
    np.testing.assert_array_equal(arrays(pack_neuron(run, 0, 1))["scales"], found["scales"][:, 1])


def test_a_wide_layer_sends_its_strongest_weights() -> None:
    W = np.random.default_rng(0).normal(size=(40, 30))
    drawn = _strongest(W)
    rest = np.delete(W.ravel(), drawn)
    assert len(drawn) == MOST_LINKS and (np.diff(drawn) > 0).all()
    assert np.abs(W.ravel()[drawn]).min() >= np.abs(rest).max()


SIGN = {"dataset": "gauss", "hidden": (2, 2)}


@pytest.mark.parametrize("magnitude", [1e-120, 1e-9, 1.0, 1e16, 1e31, 1e142, 1e300])
@pytest.mark.parametrize("activation", ["identity", "relu", "tanh"])
def test_the_picture_is_the_network_at_extreme_weights_too(activation: str, magnitude: float) -> None:
    side = [[magnitude, 0.0], [0.0, magnitude]]
    run = with_layers(
        run_of(**SIGN, activation=activation), (side, [0, 0]), (np.eye(2).tolist(), [0, 0]), ([[1], [-1]], [0])
    )
    found = arrays(pack(run))
    X = maps.centres((-6, 6, -6, 6), 64)
    first, second = np.maximum(X.T, 0) if activation == "relu" else X.T
    if activation == "tanh" and magnitude > 1:
        first, second = np.sign(first), np.sign(second)
    above = found["boundary"][-1].ravel() > 127
    np.testing.assert_array_equal(above, first > second)
    if magnitude >= 1e16 and activation != "tanh":
        assert set(found["boundary"][-1].ravel()[first != second]) == {0, 255}


def test_the_class_of_a_cell_is_the_sign_of_z_where_p_is_a_half() -> None:
    run = with_layers(run_of(hidden=()), ([[1e-30], [0]], [0]))
    found = arrays(pack(run))
    np.testing.assert_array_equal(found["boundary"][-1][:, :32], 127)
    np.testing.assert_array_equal(found["boundary"][-1][:, 32:], 128)
    assert found["lines"][found["line_ends"][-2] :].tolist() == [128] * 64  # in the middle of the edges of 64 rows


@pytest.mark.parametrize("dataset", ["blobs3", "iris", "reg_plane"])
def test_several_classes_and_numbers_have_no_line(dataset: str) -> None:
    found = arrays(pack(run_of(dataset=dataset)))
    assert found["lines"].size == 0 and found["line_ends"].tolist() == [0]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"hidden": ()},
        {"hidden": (), "features": ("x1sq", "x2sq")},
        {"hidden": (), "dataset": "checkerboard", "features": ("sinx1", "sinx2", "x1x2")},
        {"hidden": (1, 1)},
        {"hidden": (8, 8, 8), "dataset": "spiral"},
        {"hidden": (8,) * 6, "dataset": "spiral", "activation": "relu"},
        {"hidden": (64,) * 10, "epochs": 119},
        {"hidden": (64, 64), "dataset": "blobs5"},
    ],
)
def test_a_packed_run_grew_by_less_than_15_percent(settings: dict) -> None:
    """Over weights in half precision and no line."""
    run = run_of(**{"epochs": 30, **settings})
    packed = pack(run)
    found = arrays(packed)
    more = found["lines"].nbytes + found["line_ends"].nbytes + 2 * found["parameters"].size
    assert more < 0.15 * (len(packed.body) - more)


@pytest.mark.parametrize("course", COURSES)
def test_a_course_is_packed_frame_by_frame(course: str) -> None:
    run = train(COURSES[course])
    packed = pack(run)
    found = arrays(packed)
    assert packed.header["total"] == found["epochs"][-1] == COURSES[course].epochs
    assert (np.diff(found["epochs"]) > 0).all()
    W, b = run.layers[-1][0]
    np.testing.assert_allclose(found["parameters"][-1][: W.size + b.size], [*W.ravel(), *b], rtol=1e-6)
    assert len(arrays(pack_neuron(run, 0, 0))["neurons"]) == len(run.epochs)
