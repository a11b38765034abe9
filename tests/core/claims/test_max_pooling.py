"""Convolution and pooling: claims hold, and fail where what they say is not so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from core.claims import image_maps, max_pooling
from core.claims.image_maps import maps, matrix_error, multiplied_out, stack, superposition
from core.claims.max_pooling import (
    KERNELS,
    MaxPooling,
    Split,
    claims,
    classifier,
    convolution_claim,
    defects,
    gradient_claim,
    in_compare,
    not_relu_claim,
    opposite_claim,
    relu_claims,
    superposition_claims,
    training_claims,
)
from core.claims.pixels import EIGHT, THREE, digit, image
from core.link import settings_from_query, settings_to_query
from core.network.convolution import POOLINGS, average_pool, convolve, max_pool

AVERAGE, MAX = "Convolution, average pooling", "Convolution, max pooling"
factors = st.floats(-2, 2)


@pytest.mark.parametrize("kernel", list(KERNELS))
def test_all_claims_hold_for_every_kernel(kernel: str) -> None:
    found = claims(MaxPooling(kernel=kernel))
    assert len(found) == 12
    assert [claim for claim in found if not claim.holds] == []


@given(st.sampled_from(list(KERNELS)), factors, factors, st.integers(0, 9), st.integers(0, 9))
def test_superposition_holds_for_what_is_linear_on_any_digits(kernel: str, a: float, b: float, i: int, j: int) -> None:
    found = defects(MaxPooling(kernel, a, b, x=digit(i), y=digit(j)))
    assert found["Convolution"] < 1e-12 and found[AVERAGE] < 1e-12


def test_superposition_fails_with_max_pooling_on_the_images_that_the_screen_opens_with() -> None:
    assert defects(MaxPooling())[MAX] > 1


def test_max_pooling_is_linear_for_one_image_and_a_positive_factor() -> None:
    assert defects(MaxPooling(a=1.5, b=0.0))[MAX] < 1e-12
    assert defects(MaxPooling(a=-1.5, b=0.0))[MAX] > 0.1


def test_superposition_is_that_of_sums_by_hand() -> None:
    f = maps(np.array([1.0, 0.0]))[MAX]  # one dimension; the kernel takes the left of two
    left, right = superposition(f, np.array([1.0, 2, 0]), np.array([3.0, 0, 5]), 1, 1)
    assert (left.tolist(), right.tolist()) == ([4.0], [5.0])


@pytest.mark.parametrize(
    "broken, holding",
    [(average_pool, [True, True, False]), (lambda x, size: average_pool(x, size) ** 2, [True, True, True])],
)
def test_the_claims_on_superposition_can_fail(
    broken: object, holding: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_maps, "max_pool", broken)
    assert [claim.holds for claim in superposition_claims(MaxPooling())] == holding
    monkeypatch.setattr(image_maps, "average_pool", max_pool)
    assert not superposition_claims(MaxPooling())[1].holds


def test_random_images_alone_show_that_superposition_fails() -> None:
    """Whatever the images of the screen are; for these two it happens to hold."""
    happens = MaxPooling(b=0.0)
    assert defects(happens)[MAX] < 1e-12
    assert superposition_claims(happens)[2] == superposition_claims(MaxPooling())[2]


def test_a_stack_with_average_pooling_is_its_matrix_and_one_with_max_pooling_is_not() -> None:
    kernel, x = np.eye(3), np.random.RandomState(5).standard_normal((1, 1, 8, 8))
    linear, bent = stack(kernel, "average"), stack(kernel, "max")
    assert multiplied_out(linear).shape == (64, 4)
    np.testing.assert_allclose(linear(x).ravel(), x.ravel() @ multiplied_out(linear), atol=1e-12)
    assert matrix_error(bent, multiplied_out(bent)) > 0.1
    assert matrix_error(linear, multiplied_out(linear) * 1.001) > 1e-4


def test_the_other_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(max_pooling, "convolve", lambda x, kernel: convolve(x, kernel) + 1)
    assert not convolution_claim().holds
    monkeypatch.setattr(max_pooling, "convolve", convolve)
    monkeypatch.setattr(max_pooling, "_slope", lambda *_: 0.3)
    assert not gradient_claim().holds
    monkeypatch.setattr(max_pooling, "relu", lambda x: x)
    assert [claim.holds for claim in relu_claims()] == [False, False, False]
    assert not not_relu_claim().holds
    monkeypatch.setattr(image_maps, "max_pool", average_pool)
    assert not opposite_claim(MaxPooling()).holds


@pytest.mark.parametrize("pooling", POOLINGS)
def test_both_classifiers_have_as_many_parameters_as_the_screen_says(pooling: str) -> None:
    assert len(classifier(pooling, np.random.RandomState(0)).parameters) == 1610


def test_claims_on_digits_can_fail() -> None:
    equal = Split(dict.fromkeys(POOLINGS, 0.97), 0.97, 1610, 0.5)
    better = Split({"max": 0.97, "average": 0.98}, 0.97, 1610, 0.5)
    assert [claim.holds for claim in training_claims([equal])] == [False, True, False]
    assert [claim.holds for claim in training_claims([equal, better])] == [False, False, False]


def test_halves_share_no_row_and_every_class_is_halved() -> None:
    train, test = max_pooling.halves(2)
    assert not set(train) & set(test) and len(train) + len(test) == 1797
    counts = np.bincount(load_digits().target[train]) - np.bincount(load_digits().target[test])
    assert np.abs(counts).max() <= 1


def test_digits_as_pixels_are_scikit_learns() -> None:
    table = load_digits()
    for number in range(10):
        np.testing.assert_array_equal(16 * image(digit(number)), table.images[np.argmax(table.target == number)])
    assert (digit(3), digit(8)) == (THREE, EIGHT)


@given(st.text(alphabet="0123456789abcdefg", min_size=64, max_size=64))
def test_any_drawing_travels_through_a_link(pixels: str) -> None:
    settings = MaxPooling(x=pixels)
    assert settings_from_query(MaxPooling, settings_to_query(settings)) == (settings, [])


@pytest.mark.parametrize("pixels", ["", "0" * 63, "0" * 65, "h" + "0" * 63, "٣" * 64, "0" * 63 + "\n", None])
def test_what_is_no_image_is_refused(pixels: object) -> None:
    with pytest.raises(ValueError, match="x must be 64 characters"):
        MaxPooling(x=pixels)  # type: ignore[arg-type]


def test_compare_shows_identity_beside_relu_on_digits() -> None:
    pair = in_compare()
    assert pair.a.dataset == "digits" and (pair.a.activation, pair.b.activation) == ("identity", "relu")


@pytest.mark.parametrize(
    "defect, said", [(0.0, "off by 0"), (4e-15, "off by 0"), (1e-6, "off by 1e-06"), (2.24, "off by 2.2")]
)
def test_a_defect_of_rounding_is_none(defect: float, said: str) -> None:
    assert max_pooling.off_by(defect) == said
