import itertools
import math
from collections import Counter
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from core.data import DATASETS, axes_allowed, check_axes, draw
from core.data.tables import plane

GENERATED = [name for name, row in DATASETS.items() if row.generate]
CLASSES = [name for name, row in DATASETS.items() if row.classes]
NUMBERS = [name for name, row in DATASETS.items() if not row.classes]
SHIPPED = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast_cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "diabetes": partial(datasets.load_diabetes, scaled=False),
}
SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("name", DATASETS)
@settings(max_examples=15)
@given(rows=st.integers(50, 5000), noise=st.floats(0, 80), seed=SEEDS)
def test_rows_are_drawn_as_asked(name: str, rows: int, noise: float, seed: int) -> None:
    """As many as asked for, or as the table has; every class among them, or finite numbers."""
    X, y, labels = draw(name, rows, noise, "principal", seed)
    expected = rows if name in GENERATED else min(rows, len(SHIPPED[name]().target))
    assert X.shape == (expected, 2) and y.shape == (expected,)
    assert np.isfinite(X).all() and np.isfinite(y).all()
    assert y.dtype.kind == ("i" if name in CLASSES else "f")
    assert name in NUMBERS or set(y) == set(range(DATASETS[name].classes))
    assert len(labels) == 2 and labels[0] != labels[1]


@pytest.mark.parametrize("name", DATASETS)
def test_the_seed_decides_the_rows(name: str) -> None:
    first, again, other = (draw(name, 100, 10, "principal", seed)[0] for seed in (7, 7, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", DATASETS)
def test_noise_changes_the_rows(name: str) -> None:
    quiet, noisy = (draw(name, 200, noise, "principal", 1) for noise in (0, 50))
    assert not (np.array_equal(quiet[0], noisy[0]) and np.array_equal(quiet[1], noisy[1]))


@pytest.mark.parametrize("name", GENERATED)
def test_generated_rows_lie_on_the_map(name: str) -> None:
    X, _, _ = draw(name, 5000, 0, "principal", 3)
    assert (np.abs(X) <= 6).mean() > 0.999


@pytest.mark.parametrize("name", [name for name in GENERATED if name in CLASSES])
def test_generated_classes_are_balanced(name: str) -> None:
    _, y, _ = draw(name, 5000, 0, "principal", 3)
    assert np.bincount(y).min() > 0.9 * 5000 / DATASETS[name].classes


@pytest.mark.parametrize("name, largest", [(name, 1.2 if name == "reg_plane" else 1) for name in NUMBERS])
def test_numbers_lie_about_minus_1_to_1_on_both_sides(name: str, largest: float) -> None:
    _, y, _ = draw(name, 5000, 0, "principal", 3)
    assert -largest <= y.min() < -0.9 and 0.9 < y.max() <= largest


def nearest(X: np.ndarray, centres: list[tuple[float, float]]) -> np.ndarray:
    return np.linalg.norm(X[:, None] - np.array(centres), axis=2).argmin(axis=1)


def polygon(corners: int) -> list[tuple[float, float]]:
    turns = [2 * math.pi * k / corners for k in range(corners)]
    return [(4 * math.sin(t), 4 * math.cos(t)) for t in turns]


def arm(X: np.ndarray, turns: float, arms: int) -> np.ndarray:
    """The arm of each point: how far its direction is ahead of the first arm's at its radius."""
    ahead = np.arctan2(X[:, 0], X[:, 1]) - turns * 2 * np.pi * np.hypot(X[:, 0], X[:, 1]) / 5
    return np.rint(ahead / (2 * np.pi) * arms).astype(int) % arms


def upper_moon(X: np.ndarray) -> np.ndarray:
    """Which points lie on the half circle of radius 3 above (-1.5, -0.75)."""
    x, y = X[:, 0] + 1.5, X[:, 1] + 0.75
    return (np.abs(np.hypot(x, y) - 3) < 1e-9) & (y >= 0)


DEFINITIONS = {
    "circle": lambda X: (X**2).sum(axis=1) < 2.5**2,
    "xor": lambda X: X[:, 0] * X[:, 1] > 0,
    "spiral": lambda X: 1 - arm(X, 1.75, 2),
    "spiral3": lambda X: arm(X, 1.25, 3),
    "moons": lambda X: np.select([upper_moon(X), upper_moon(-X)], [0, 1], -1),
    "blobs3": lambda X: nearest(X, polygon(3)),
    "blobs5": lambda X: nearest(X, polygon(5)),
    "checkerboard": lambda X: (X // 3).sum(axis=1) % 2,
}


@pytest.mark.parametrize("name", DEFINITIONS)
@settings(max_examples=10, derandomize=True)
@given(seed=SEEDS)
def test_without_noise_the_defining_rule_gives_the_classes(name: str, seed: int) -> None:
    X, y, _ = draw(name, 400, 0, "principal", seed)
    beside_the_centre = np.hypot(*X.T) > 1e-9  # the arms of a spiral all begin in the centre
    assert np.array_equal(DEFINITIONS[name](X)[beside_the_centre], y[beside_the_centre])


def cones(X: np.ndarray) -> np.ndarray:
    """Radius 2, height 1 around (-4, 0, 4) x (2.5, -2.5), the signs alternating like a chessboard's."""
    x, y = X.T
    height = np.zeros(len(X))
    for column, row in itertools.product(range(3), range(2)):
        distance = np.sqrt((x - (4 * column - 4)) ** 2 + (y - (2.5 - 5 * row)) ** 2)
        cone = (-1) ** (column + row) * np.clip(1 - distance / 2, 0, 1)
        height = np.where(np.abs(cone) > np.abs(height), cone, height)
    return height


SURFACES = {
    "reg_plane": lambda X: X.sum(axis=1) / 10,
    "reg_gauss": cones,
    "saddle": lambda X: X.prod(axis=1) / 36,
    "ripple": lambda X: np.cos(np.linalg.norm(X, axis=1)),
}


@pytest.mark.parametrize("name", SURFACES)
@settings(max_examples=10, derandomize=True)
@given(seed=SEEDS)
def test_without_noise_the_numbers_are_heights_of_the_surface(name: str, seed: int) -> None:
    X, y, _ = draw(name, 400, 0, "principal", seed)
    np.testing.assert_allclose(y, SURFACES[name](X), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", SURFACES)
def test_noise_moves_the_point_whose_height_is_taken_not_the_one_shown(name: str) -> None:
    """The same points, and heights off by about the surface's slope times the shift."""
    (X, quiet, _), (X_noisy, noisy, _) = (draw(name, 2000, noise, "principal", 5) for noise in (0, 1))
    np.testing.assert_array_equal(X, X_noisy)
    steepest = {"reg_plane": math.sqrt(2) / 10, "reg_gauss": 0.5, "saddle": math.sqrt(2) / 6, "ripple": 1.0}[name]
    shift = math.hypot(0.06, 0.06)
    off = np.abs(noisy - quiet)
    assert 0 < off.max() <= steepest * shift * 1.02 + 1e-12
    assert off.max() > 0.7 * steepest * shift


BORDERS = {  # the distance from it, and how far 20 % of noise moves the point that is labelled
    "circle": (lambda X: np.abs(np.hypot(*X.T) - 2.5), math.hypot(1, 1)),
    "checkerboard": (lambda X: np.abs(X - 3 * np.rint(X / 3)).min(axis=1), 0.6),
}


@pytest.mark.parametrize("name", BORDERS)
def test_noise_gives_another_class_near_the_border_alone(name: str) -> None:
    (X, quiet, _), (X_noisy, noisy, _) = (draw(name, 5000, noise, "principal", 5) for noise in (0, 20))
    np.testing.assert_array_equal(X, X_noisy)
    distance, reach = BORDERS[name]
    other = quiet != noisy
    assert 0.8 * reach < distance(X)[other].max() <= reach
    assert other[distance(X) < 0.1 * reach].mean() > 0.3


CENTRES = {"blobs3": polygon(3), "blobs5": polygon(5), "gauss": [(-2, -2), (2, 2)]}
DEVIATIONS = {"blobs3": (0.4, 0.9), "blobs5": (0.4, 0.9), "gauss": (0.5**0.5, 2.25**0.5)}


@pytest.mark.parametrize("name", CENTRES)
def test_noise_spreads_each_cloud_around_its_own_centre(name: str) -> None:
    """At 25 %: the same normal numbers, times another deviation."""
    (X, y, _), (X_noisy, y_noisy, _) = (draw(name, 500, noise, "principal", 5) for noise in (0, 25))
    np.testing.assert_array_equal(y, y_noisy)
    centres, (quiet, noisy) = np.array(CENTRES[name])[y], DEVIATIONS[name]
    np.testing.assert_allclose((X_noisy - centres) / noisy, (X - centres) / quiet, rtol=0, atol=1e-12)
    assert ((X - centres) / quiet).std() == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("name", ["spiral", "spiral3"])
def test_noise_moves_points_of_an_arm_evenly_by_up_to_its_share(name: str) -> None:
    (X, y, _), (X_noisy, y_noisy, _) = (draw(name, 1000, noise, "principal", 5) for noise in (0, 25))
    np.testing.assert_array_equal(y, y_noisy)
    moved = X_noisy - X
    assert 0.24 < moved.max() <= 0.25 and -0.25 <= moved.min() < -0.24
    assert moved.std() == pytest.approx(0.25 / 3**0.5, rel=0.1)


def test_noise_moves_points_of_a_moon_normally() -> None:
    (X, y, _), (X_noisy, y_noisy, _) = (draw("moons", 1000, noise, "principal", 5) for noise in (0, 25))
    np.testing.assert_array_equal(y, y_noisy)
    moved = X_noisy - X
    assert moved.std() == pytest.approx(0.5, rel=0.1) and np.abs(moved).max() > 3 * 0.5


def test_every_set_of_classes_has_its_rule() -> None:
    assert {*DEFINITIONS, "gauss"} == {name for name in CLASSES if name in GENERATED}


def test_every_surface_has_its_formula() -> None:
    assert set(SURFACES) == {name for name in NUMBERS if name in GENERATED}


def test_the_diabetes_target_is_scikit_learns_between_minus_1_and_1() -> None:
    bunch = datasets.load_diabetes(scaled=False)
    expected = MinMaxScaler((-1, 1)).fit_transform(bunch.target[:, None])[:, 0]
    X, y, labels = draw("diabetes", 442, 0, "2,3", 1)
    assert labels == ("body mass index", "blood pressure")
    rows, found = np.column_stack([bunch.data[:, [2, 3]], expected]), np.column_stack([X, y])
    np.testing.assert_allclose(found[np.lexsort(found.T)], rows[np.lexsort(rows.T)], rtol=0, atol=1e-12)


def test_the_diabetes_columns_are_named_in_scikit_learns_order() -> None:
    short = [
        name[0] if name.startswith("s") and name[1:].isdigit() else name
        for name in datasets.load_diabetes().feature_names
    ]
    assert short == ["age", "sex", "bmi", "bp", *"ssssss"]
    assert DATASETS["diabetes"].columns[:4] == ("age", "sex", "body mass index", "blood pressure")
    assert DATASETS["diabetes"].columns[4:] == tuple(f"serum {k}" for k in range(1, 7))


@pytest.mark.parametrize("noise", [0, 25, 50])
def test_the_clouds_have_the_variance_that_is_promised(noise: float) -> None:
    X, y, _ = draw("gauss", 5000, noise, "principal", 2)
    variance = 0.5 + 3.5 * noise / 50
    for label, centre in (0, -2), (1, 2):
        cloud = X[y == label]
        assert np.allclose(cloud.mean(axis=0), centre, atol=5 * math.sqrt(variance / len(cloud)))
        assert np.allclose(cloud.var(axis=0), variance, rtol=0.15)


@pytest.mark.parametrize("name", [name for name in SHIPPED if name in CLASSES])
def test_two_columns_are_those_of_the_table(name: str) -> None:
    bunch = SHIPPED[name]()
    X, y, labels = draw(name, 5000, 0, "2,1", 1)
    drawn = sorted(map(tuple, np.column_stack([X, y])))
    assert drawn == sorted(map(tuple, np.column_stack([bunch.data[:, [2, 1]], bunch.target])))
    assert labels == (bunch.feature_names[2], bunch.feature_names[1])
    assert DATASETS[name].columns == tuple(bunch.feature_names)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_principal_plane_is_scikit_learns_row_by_row(name: str) -> None:
    """Up to the sign of a component, which is ours: its largest loading is positive."""
    bunch = SHIPPED[name]()
    values = bunch.data if name == "digits" else StandardScaler().fit_transform(bunch.data)
    pca = PCA(2, svd_solver="full").fit(values)
    largest = pca.components_[[0, 1], np.abs(pca.components_).argmax(axis=1)]
    X, labels = plane(DATASETS[name].load(), "principal")
    np.testing.assert_allclose(X, pca.transform(values) * np.sign(largest), rtol=0, atol=1e-9)
    for label, share in zip(labels, pca.explained_variance_ratio_, strict=True):
        assert f"{share:.0%}" in label


@pytest.mark.parametrize("name", SHIPPED)
def test_targets_stand_in_scikit_learns_order(name: str) -> None:
    target = SHIPPED[name]().target
    table = DATASETS[name].load()
    np.testing.assert_allclose(
        table.y, target if name in CLASSES else MinMaxScaler((-1, 1)).fit_transform(target[:, None])[:, 0]
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_a_row_is_drawn_with_its_own_target_and_no_more_often_than_it_is_there(name: str) -> None:
    table = DATASETS[name].load()
    whole = Counter(map(tuple, np.column_stack([plane(table, "principal")[0], table.y])))
    for rows in 60, 5000:
        X, y, _ = draw(name, rows, 0, "principal", 1)
        assert Counter(map(tuple, np.column_stack([X, y]))) <= whole


@pytest.mark.parametrize("name", SHIPPED)
def test_noise_of_a_table_is_a_share_of_each_axis_deviation(name: str) -> None:
    clean, noisy = (draw(name, 5000, noise, "0,2", 1)[0] for noise in (0, 20))
    assert np.allclose((noisy - clean).std(axis=0), 0.2 * clean.std(axis=0), rtol=0.25)


@pytest.mark.parametrize("name", [name for name in SHIPPED if name in CLASSES])
def test_class_names_are_as_many_as_the_tables(name: str) -> None:
    assert DATASETS[name].classes == len(SHIPPED[name]().target_names)


@pytest.mark.parametrize("axes", ["principal", "0,3", "3,0", "12,5", "63,0"])
def test_axes_accepted(axes: str) -> None:
    assert axes_allowed.accepts(axes)
    assert axes_allowed.parse(axes_allowed.write(axes)) == axes


@pytest.mark.parametrize(
    "axes", ["", "0", "0,0", "00,1", "0, 1", "0,1,2", "-1,0", "1.0,2", "٠,١", "0,1\n", "Principal", "0,99999", None, 3]
)
def test_axes_refused(axes: object) -> None:
    assert not axes_allowed.accepts(axes)


@given(
    st.text("0123456789,-+. ٣", max_size=9)
    | st.tuples(st.integers(-1, 11_000), st.integers(0, 99)).map("{0[0]},{0[1]}".format)
)
def test_axes_are_two_different_numbers_of_at_most_four_digits(text: str) -> None:
    parts = text.split(",")
    numbers = [part for part in parts if part in map(str, range(10_000))]
    assert axes_allowed.accepts(axes_allowed.parse(text)) == (len(parts) == len(set(numbers)) == 2)


def test_axes_beyond_the_last_column_name_field_rule_and_value() -> None:
    message = r"^axes must be column numbers from 0 to 3 for iris; got '0,4'$"
    with pytest.raises(ValueError, match=message):
        check_axes("iris", "0,4")
    with pytest.raises(ValueError, match=message):
        draw("iris", 50, 0, "0,4", 1)


def test_the_last_columns_are_allowed_and_generated_sets_ignore_axes() -> None:
    for name, row in DATASETS.items():
        check_axes(name, f"0,{len(row.columns) - 1}")
        if name in GENERATED:
            pairs = itertools.pairwise(draw(name, 50, 0, axes, 1)[0] for axes in ("principal", "0,1", "7,9"))
            assert all(np.array_equal(a, b) for a, b in pairs)
