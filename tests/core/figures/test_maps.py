"""Maps: their bytes against the documented encoding, networks set by hand and scikit-learn's own outputs."""

import dataclasses

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from core.data import FEATURES
from core.experiment import Experiment, changed
from core.figures import maps
from core.network import Layers, forward
from core.training import Run, prepare, train, without_weights


def run_of(**settings: object) -> Run:
    return train(changed(Experiment(rows=60), **{"epochs": 1, **settings}))


def weights(*layers: tuple[list[list[float]], list[float]]) -> Layers:
    return [(np.array(W, float), np.array(b, float)) for W, b in layers]


RIGHT = weights(([[1000.0], [0.0]], [0.0]))  # class 1 wherever x1 > 0
UP = weights(([[0.0], [1000.0]], [0.0]))


def test_row_0_is_the_top_and_column_0_the_left() -> None:
    run = run_of(hidden=())
    F = maps.plane(run, maps.domain(run), 8)
    right, up = (maps.boundary(forward(F, layers, [], "logistic")[-1], "logistic") for layers in (RIGHT, UP))
    assert right.shape == (8, 8) and right.dtype == np.uint8
    assert (right[:, :4] == 0).all() and (right[:, 4:] == 255).all()
    assert (up[:4] == 255).all() and (up[4:] == 0).all()


def test_cells_are_sampled_at_their_centres() -> None:
    run = run_of()
    F = maps.plane(run, (-6, 6, -6, 6), 4)
    np.testing.assert_allclose(F[:4, 0], [-4.5, -1.5, 1.5, 4.5])
    np.testing.assert_allclose(F[::4, 1], [4.5, 1.5, -1.5, -4.5])


@pytest.mark.parametrize(("dataset", "output"), [("moons", "logistic"), ("blobs3", "softmax")])
def test_boundary_against_scikit_learn(dataset: str, output: str) -> None:
    run = run_of(dataset=dataset, hidden=(5,))
    model = MLPClassifier((5,), activation="tanh", max_iter=60, random_state=0).fit(run.X_train, run.y_train)
    F = maps.plane(run, maps.domain(run), 16)
    image = maps.boundary(
        forward(F, list(zip(model.coefs_, model.intercepts_, strict=True)), ["tanh"], output)[-1], output
    ).ravel()
    p = model.predict_proba(F.astype(float))
    if output == "logistic":
        assert np.abs(image - 255 * p[:, 1]).max() < 0.51
    else:
        np.testing.assert_array_equal(image // 25, p.argmax(axis=1))
        assert np.abs((image % 25) / 24.99 - p.max(axis=1)).max() < 1 / 24.99 + 1e-3


@pytest.mark.parametrize(
    ("dataset", "loss"), [("moons", "log"), ("moons", "squared"), ("blobs3", "log"), ("iris", "log"), ("digits", "log")]
)
def test_the_class_of_a_point_is_that_of_scikit_learn_with_the_same_weights(dataset: str, loss: str) -> None:
    run = run_of(dataset=dataset, loss=loss, hidden=(5,), rows=100, epochs=20, standardize=True)
    limits = maps.domain(run)
    image = maps.classes(run, limits, 16)
    assert image.shape == (16, 16) and image.dtype == np.uint8
    points = run.inputs(maps.centres(limits, 16))
    model = MLPClassifier((5,), activation="tanh", max_iter=1).fit(run.inputs(run.X_train), run.y_train)
    model.coefs_, model.intercepts_ = [W for W, _ in run.layers[-1]], [b for _, b in run.layers[-1]]
    expected = np.arange(run.experiment.classes)[model.predict(points)]  # of tanh as of the logistic: where z > 0
    assert (image.ravel() != expected).mean() <= 1 / 256 and len(set(expected)) > 1  # one point in float32


def test_classes_have_row_0_at_the_top_and_are_those_of_the_last_frame() -> None:
    run = run_of(hidden=(), epochs=2)
    right, up = (
        maps.classes(dataclasses.replace(run, layers=[*run.layers[:-1], layers]), (-6, 6, -6, 6), 8)
        for layers in (RIGHT, UP)
    )
    assert (right[:, :4] == 0).all() and (right[:, 4:] == 1).all()
    assert (up[:4] == 1).all() and (up[4:] == 0).all()


def test_a_run_without_other_weights_has_the_same_classes_and_one_of_numbers_none() -> None:
    run = run_of(hidden=(3,), epochs=3)
    np.testing.assert_array_equal(
        maps.classes(without_weights(run), maps.domain(run), 12), maps.classes(run, maps.domain(run), 12)
    )
    numbers = run_of(dataset="ripple")
    assert maps.classes(numbers, maps.domain(numbers), 12).shape == (0, 0)


@pytest.mark.parametrize("dataset", ["moons", "blobs5"])
def test_a_diverged_network_gives_every_point_a_class(dataset: str) -> None:
    run = run_of(dataset=dataset, hidden=(2,))
    outputs = 1 if dataset == "moons" else 5
    broken = weights(
        ([[1e300, np.nan], [1.0, -1e300]], [0, 0]), ([[1e300] * outputs, [np.nan] * outputs], [0] * outputs)
    )
    image = maps.classes(dataclasses.replace(run, layers=[broken]), maps.domain(run), 12)
    assert image.shape == (12, 12) and set(image.ravel()) <= set(range(run.experiment.classes))


@pytest.mark.parametrize("dataset", ["spiral", "iris", "ripple", "diabetes"])
def test_the_plane_of_data_is_that_of_their_run(dataset: str) -> None:
    run = run_of(dataset=dataset)
    data = prepare(run.experiment)
    assert maps.domain_of(dataset, data) == maps.domain(run)
    rows = np.vstack([data.X_train, data.X_test])
    x_low, x_high, y_low, y_high = maps.domain_of(dataset, data)
    assert ((x_low, y_low) < rows).all() and ((x_high, y_high) > rows).all()


def test_ten_classes_fit_a_byte() -> None:
    a = np.eye(10)
    np.testing.assert_array_equal(maps.boundary_bytes(a, "softmax"), 25 * np.arange(10) + 24)


@given(st.floats(-1, 1))
def test_a_tanh_output_counts_from_minus_1_to_1(a: float) -> None:
    assert abs(int(maps.boundary_bytes(np.array([[a]]), "tanh")[0]) - 255 * (a + 1) / 2) <= 0.5 + 1e-9


def test_zero_is_grey_and_a_bounded_neuron_keeps_its_scale() -> None:
    image, scale = maps.activation_bytes(np.array([[-1.0], [0.0], [0.5], [1.0]]), 1.0)
    np.testing.assert_array_equal(image[:, 0], [1, 128, 192, 255])
    assert scale.tolist() == [1.0]


def test_an_unbounded_neuron_is_scaled_by_its_largest_value() -> None:
    image, scale = maps.activation_bytes(np.array([[0.0, 0.0], [40.0, -0.5], [-10.0, 0.25]]), np.inf)
    np.testing.assert_array_equal(image, [[128, 128], [255, 1], [96, 192]])
    assert scale.tolist() == [40.0, 0.5]


def test_a_silent_neuron_and_values_that_are_not_finite_have_maps() -> None:
    image, scale = maps.activation_bytes(np.array([[0.0, np.nan], [0.0, np.inf]]), np.inf)
    assert image[:, 0].tolist() == [128, 128] and scale[0] == 1
    assert image[:, 1].tolist() == [128, 255]
    assert maps.boundary_bytes(np.array([[np.nan]]), "logistic")[0] == 128


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_diverged_network_has_maps(activation: str) -> None:
    run = run_of(hidden=(2,))
    layers = weights(([[1e300, 1.0], [1.0, -1e300]], [0, np.nan]), ([[1e300], [np.nan]], [0]))
    diverged = dataclasses.replace(run, layers=[layers])
    a = maps.network(maps.plane(run, maps.domain(run), 12), diverged)(layers)
    assert maps.boundary(a[-1], "logistic").shape == (12, 12)
    assert maps.neuron_maps(a, [activation], "logistic", [True, True])[0].shape == (3, 12, 12)


def test_neurons_come_layer_by_layer_and_only_where_shown() -> None:
    run = run_of(hidden=(3, 2), activation="relu")
    F, layers = maps.plane(run, maps.domain(run), 12), run.layers[-1]
    a, names = maps.network(F, run)(layers), run.experiment.activations
    every, scales = maps.neuron_maps(a, names, "logistic", [True, True, True])
    some, _ = maps.neuron_maps(a, names, "logistic", [False, True, True])
    assert every.shape == (6, 12, 12) and scales.shape == (6,)
    np.testing.assert_array_equal(some, every[3:])
    first = np.maximum(0, F @ layers[0][0] + layers[0][1])
    np.testing.assert_allclose(scales[:3], np.where(first.max(axis=0) > 0, first.max(axis=0), 1), rtol=1e-4)
    np.testing.assert_array_equal(every[5], maps.boundary(a[-1], "logistic"))


def test_the_network_of_a_run_is_that_of_any_of_its_frames() -> None:
    run = run_of(hidden=(3, 2), epochs=3)
    F = maps.plane(run, maps.domain(run), 12)
    answers = maps.network(F, run)
    for layers in (run.layers[0], run.layers[2]):
        for a, expected in zip(answers(layers), forward(F, layers, ("tanh", "tanh"), "logistic"), strict=True):
            assert a.dtype == np.float32
            np.testing.assert_allclose(a, expected, atol=1e-5)


def test_every_feature_has_a_map_used_or_not() -> None:
    images, scales = maps.feature_maps(run_of(features=("x2sq",)), (-6, 6, -6, 6), 12)
    assert images.shape == (len(FEATURES), 12, 12) and images.dtype == np.uint8
    x1, x2_squared = images[0], images[list(FEATURES).index("x2sq")]
    assert x1[0, 0] == 1 and x1[0, -1] == 255
    assert x2_squared[0, 0] == 255 and 128 <= x2_squared[5, 0] <= 130
    assert scales[0] == pytest.approx(5.5) and scales[list(FEATURES).index("x2sq")] == pytest.approx(5.5**2)


def test_features_are_standardised_as_the_network_sees_them() -> None:
    run = run_of(standardize=True, features=("x1", "x1x2"))
    _, scales = maps.feature_maps(run, (-6, 6, -6, 6), 12)
    seen = np.abs(maps.plane(run, (-6, 6, -6, 6), 12)).max(axis=0)
    np.testing.assert_allclose(scales[[0, list(FEATURES).index("x1x2")]], seen, rtol=1e-5)


def test_the_plane_of_a_table_is_standardised_as_scikit_learn_does() -> None:
    run = run_of(dataset="iris", standardize=True, hidden=(), features=("x1", "x2"))
    limits = maps.domain(run)
    expected = StandardScaler().fit(run.X_train).transform(maps.centres(limits, 12))
    np.testing.assert_allclose(maps.plane(run, limits, 12), expected, rtol=1e-5, atol=1e-5)
    images, scales = maps.feature_maps(run, limits, 12)
    x1 = (images[0].ravel().astype(float) - 128) / 127 * scales[0]
    np.testing.assert_allclose(x1, expected[:, 0], atol=scales[0] / 127)


SLOPE = weights(([[0.25], [0.0]], [0.0]))  # the output is x1 / 4


def test_regression_is_coloured_by_value_around_0() -> None:
    run = run_of(dataset="reg_plane", hidden=())
    F = maps.plane(run, (-6, 6, -6, 6), 12)
    a = forward(F, SLOPE, [], "identity")
    image = maps.boundary(a[-1], "identity", 2.0)
    expected = np.clip((np.arange(12) + 0.5) - 6, -8, 8) / 4 / 2
    np.testing.assert_allclose((image[0].astype(int) - 128) / 127, expected, atol=0.5 / 127 + 1e-6)
    images, scales = maps.neuron_maps(a, [], "identity", [True], 2.0)
    np.testing.assert_array_equal(images[0], image)
    assert scales.tolist() == [2.0]


@given(st.floats(-5, 5), st.floats(0.1, 3))
def test_an_output_beyond_the_limit_has_the_last_colour(a: float, limit: float) -> None:
    byte = int(maps.boundary_bytes(np.array([[a]]), "identity", limit)[0])
    assert 1 <= byte <= 255
    if abs(a) >= limit:
        assert byte == (255 if a > 0 else 1)
    else:
        assert abs((byte - 128) / 127 * limit - a) <= 0.51 / 127 * limit


@pytest.mark.parametrize("dataset", ["reg_gauss", "diabetes"])
def test_the_limit_is_the_largest_target(dataset: str) -> None:
    run = run_of(dataset=dataset, train_share=30)
    assert maps.output_limit(run) == np.abs(np.concatenate([run.y_train, run.y_test])).max()
    assert maps.output_limit(run_of()) == 1


def test_generated_data_lie_on_the_playgrounds_square() -> None:
    assert maps.domain(run_of(dataset="spiral")) == (-6, 6, -6, 6)


def test_a_table_is_shown_whole_with_a_margin() -> None:
    run = run_of(dataset="iris", axes="0,2")
    x_low, x_high, y_low, y_high = maps.domain(run)
    X = np.vstack([run.X_train, run.X_test])
    assert (x_low, y_low) < tuple(X.min(axis=0)) and (x_high, y_high) > tuple(X.max(axis=0))
    assert x_high - x_low == pytest.approx(1.12 * np.ptp(X[:, 0]))


sizes = st.lists(st.integers(1, 64), min_size=2, max_size=12)


@given(sizes, st.integers(1, 125))
@example([2, *[64] * 11], 125)
def test_neuron_maps_stay_within_the_budget(sizes: list[int], frames: int) -> None:
    resolution, shown = maps.within_budget(sizes, frames)
    drawn = [width for width, kept in zip(sizes[1:], shown, strict=True) if kept]
    left_out = [width for width, kept in zip(sizes[1:], shown, strict=True) if not kept]
    assert sum(drawn) * resolution**2 * frames <= maps.BUDGET
    assert all((sum(drawn) + width) * resolution**2 * frames > maps.BUDGET for width in left_out)
    assert resolution == min(maps.RESOLUTIONS) or not left_out


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((2, 8, 8, 8, 1), 24), ((2, 8, 8, 8, 8, 8, 8, 1), 24), ((2, 64, 32, 10), 16), ((2, *[64] * 10, 1), 12)],
)
def test_the_resolution_falls_with_the_number_of_neurons(sizes: tuple[int, ...], expected: int) -> None:
    resolution, shown = maps.within_budget(sizes, 120)
    assert resolution == expected
    assert shown[-1]  # the output always has a map
