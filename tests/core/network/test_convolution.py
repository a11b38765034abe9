"""Convolution and pooling against scipy and block by block, gradients against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.signal import correlate

from core.network import LOSSES
from core.network.convolution import POOLINGS, PooledClassifier, convolve, input_gradient, kernel_gradient

Shape = tuple[int, ...]


def draw(seed: int, *shape: int) -> np.ndarray:
    return np.random.RandomState(seed).standard_normal(shape)


shapes = st.one_of(
    st.tuples(st.tuples(st.integers(4, 9)), st.tuples(st.integers(1, 4))),
    st.tuples(st.tuples(st.integers(4, 7), st.integers(4, 7)), st.tuples(st.integers(1, 4), st.integers(1, 4))),
)


@given(shapes, st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_convolution_is_scipys_summed_over_channels(sizes: tuple[Shape, Shape], C: int, F: int, seed: int) -> None:
    x, kernels = draw(seed, 2, C, *sizes[0]), draw(seed + 1, F, C, *sizes[1])
    ours = convolve(x, kernels)
    for n in range(2):
        for f in range(F):
            expected = sum(correlate(x[n, c], kernels[f, c], "valid") for c in range(C))
            np.testing.assert_allclose(ours[n, f], expected, atol=1e-12)


@given(shapes, st.integers(0, 99))
def test_gradients_of_convolution_are_slopes(sizes: tuple[Shape, Shape], seed: int) -> None:
    x, kernels = draw(seed, 2, 2, *sizes[0]), draw(seed + 1, 3, 2, *sizes[1])
    delta = draw(seed + 2, *convolve(x, kernels).shape)

    # The sum of delta * z is linear in x and in the kernels: a difference of any step is its slope.
    def of_kernels(change: np.ndarray) -> float:
        return float((delta * convolve(x, change)).sum())

    def of_input(change: np.ndarray) -> float:
        return float((delta * convolve(change, kernels)).sum())

    for f, at, gradient in (
        (of_kernels, kernels, kernel_gradient(x, delta, kernels.shape[2:])),
        (of_input, x, input_gradient(delta, kernels)),
    ):
        direction = draw(seed + 3, *at.shape)
        assert f(at + direction) - f(at) == pytest.approx(float((gradient * direction).sum()), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name, reduce", [("average", np.mean), ("max", np.max)])
@pytest.mark.parametrize("shape", [(7,), (6, 5)])
def test_pooling_takes_each_block_by_itself(name: str, reduce: object, shape: Shape) -> None:
    x, size = draw(0, 2, 3, *shape), 2
    pooled = POOLINGS[name].value(x, size)
    assert pooled.shape == (2, 3, *(n // size for n in shape))
    for index in np.ndindex(*pooled.shape):
        block = (*index[:2], *(slice(size * i, size * i + size) for i in index[2:]))
        assert pooled[index] == pytest.approx(reduce(x[block]))  # type: ignore[operator]


@pytest.mark.parametrize("name", list(POOLINGS))
@pytest.mark.parametrize("shape", [(7,), (6, 5)])
def test_gradients_of_pooling_are_slopes(name: str, shape: Shape) -> None:
    x, pooling = draw(1, 2, 3, *shape), POOLINGS[name]
    delta = draw(2, *pooling.value(x, 2).shape)
    numerical = approx_fprime(x.ravel(), lambda flat: float((delta * pooling.value(flat.reshape(x.shape), 2)).sum()))
    np.testing.assert_allclose(pooling.gradient(x, 2, delta).ravel(), numerical, atol=1e-6)


def test_equal_values_of_a_block_share_its_gradient() -> None:
    gradient = POOLINGS["max"].gradient(np.array([[[3.0, 3.0, 1.0, 2.0]]]), 2, np.array([[[8.0, 5.0]]]))
    np.testing.assert_array_equal(gradient, [[[4.0, 4.0, 0.0, 5.0]]])


@pytest.mark.parametrize("pooling", list(POOLINGS))
def test_the_classifiers_gradient_is_the_slope_of_its_loss(pooling: str) -> None:
    net = PooledClassifier(6, 2, 3, 2, 3, pooling, np.random.RandomState(0))
    x, targets = draw(3, 5, 1, 6, 6), LOSSES["log"].targets(np.array([0, 1, 2, 2, 0]), 3)
    net.backward(x, targets)
    gradient, start = net.gradient.copy(), net.parameters.copy()

    def loss(parameters: np.ndarray) -> float:
        net.parameters[:] = parameters
        return net.loss(x, targets)

    numerical = approx_fprime(start, loss, 1e-7)
    np.testing.assert_allclose(gradient, numerical, atol=1e-6)
    assert np.abs(gradient).max() > 0.05


def test_both_classifiers_have_the_same_parameters() -> None:
    nets = [PooledClassifier(8, 16, 3, 2, 10, pooling, np.random.RandomState(0)) for pooling in POOLINGS]
    np.testing.assert_array_equal(nets[0].parameters, nets[1].parameters)
    assert nets[0].parameters.size == 16 * 9 + 16 + 144 * 10 + 10
    kernels, biases, W, b = nets[0].views(nets[0].parameters)
    assert (kernels.shape, biases.shape, W.shape, b.shape) == ((16, 1, 3, 3), (16,), (144, 10), (10,))
    assert np.shares_memory(W, nets[0].parameters)
