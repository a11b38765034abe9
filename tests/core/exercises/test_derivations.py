"""P1 to P6: a right derivation holds on random numbers, a faulty proof in all lines but one."""

import dataclasses
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from core.claims.deep_stack import SEEDS, measure
from core.claims.gradient_flow import HALVED
from core.exercises import EXERCISES
from core.exercises.answers import Order, WrongLine
from core.exercises.exercise import Part
from core.network import ACTIVATIONS
from core.network.flow import flow
from tests.core.exercises.solutions import SOLUTIONS
from tests.core.exercises.solving import HANDLES, line, numbers
from tests.latex import evaluate

FAULTY = [("P1", 3), ("P2", 3), ("P4", 3), ("P5", 3)]  # exercise, part
X = np.random.RandomState(2).uniform(-4, 4, 200)
H = 1e-5


class Matrix(np.ndarray):
    """An array whose * is the matrix product, as in LaTeX."""

    def __mul__(self, other: Any) -> Any:
        return np.matmul(self, other)


def part(id: str, number: int, handle: str = "") -> Part:
    return EXERCISES[id].task(handle).parts[number - 1]


def lines(id: str, number: int, handle: str = "") -> tuple[str, ...]:
    kind = part(id, number, handle).kind
    assert isinstance(kind, Order | WrongLine)
    return kind.lines


def in_order(id: str, number: int, handle: str = "") -> list[str]:
    """The lines of an order as the solution puts them."""
    task = EXERCISES[id].task(handle)
    kind = task.parts[number - 1].kind
    assert isinstance(kind, Order)
    return [kind.lines[kind.letters.index(letter)] for letter in SOLUTIONS[id](task).right[number]]


def formula(text: str) -> str:
    """What stands between the first two dollar signs."""
    return text.split("$")[1]


def difference(function: Any, x: np.ndarray) -> np.ndarray:
    """The central difference (n,) at x (n,)."""
    return (function(x + H) - function(x - H)) / (2 * H)


# ---- derivations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handle", HANDLES[:3])
def test_each_line_of_the_collapse_is_the_network(handle: str) -> None:
    random = np.random.RandomState(0)
    shapes = {"x": (7, 2), "W_1": (2, 5), "W_2": (5, 3), "W_3": (3, 4), "b_1": (1, 5), "b_2": (1, 3), "b_3": (1, 4)}
    v = {name: random.standard_normal(shape).view(Matrix) for name, shape in shapes.items()}
    v["a_1"] = v["x"] @ v["W_1"] + v["b_1"]
    v["a_2"] = v["a_1"] @ v["W_2"] + v["b_2"]
    v["W"] = v["W_1"] @ v["W_2"] @ v["W_3"]
    v["b"] = v["b_1"] @ v["W_2"] @ v["W_3"] + v["b_2"] @ v["W_3"] + v["b_3"]
    output = np.asarray(v["a_2"]) @ np.asarray(v["W_3"]) + np.asarray(v["b_3"])
    found = [evaluate(formula(text), v) for text in in_order("P1", 1, handle)]
    assert len(found) == 6
    for value in found:
        np.testing.assert_allclose(value, output, atol=1e-12)


@pytest.mark.parametrize("handle", HANDLES[:3])
def test_each_line_of_the_slope_of_the_logistic_is_its_slope(handle: str) -> None:
    first, *rest = [formula(text) for text in in_order("P3", 1, handle)]
    np.testing.assert_allclose(evaluate(first, {"x": X}), expit(X), atol=1e-14)
    inner = difference(lambda x: 1 + np.exp(-x), X)
    assert len(rest) == 5
    for text in rest:
        found = evaluate(text.replace("(1 + e^{-x})'", "v"), {"x": X, "v": inner})
        np.testing.assert_allclose(found, difference(expit, X), atol=1e-9)


@pytest.mark.parametrize("handle", HANDLES[:3])
def test_each_line_of_tanh_is_tanh(handle: str) -> None:
    found = [evaluate(formula(text), {"x": X}) for text in in_order("P5", 1, handle)]
    assert len(found) == 5
    for value in found:
        np.testing.assert_allclose(value, np.tanh(X), atol=1e-14)


@pytest.mark.parametrize("id", ["P1", "P3", "P5"])
def test_neighbours_may_not_be_exchanged(id: str) -> None:
    task = EXERCISES[id].task()
    right = SOLUTIONS[id](task).right[1]
    for first in range(len(right) - 1):
        other = right[:first] + right[first + 1] + right[first] + right[first + 2 :]
        judged = task.parts[0].judge(other, {})
        assert not judged.right
        assert f"{other[first]} does not come {'next' if first else 'first'}." in judged.reason


# ---- faulty proofs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id, number", FAULTY)
def test_each_line_is_a_mistake_or_is_none(id: str, number: int) -> None:
    """Exactly one answer is right for every handle, and it is not the same number for all."""
    places = set()
    for handle in HANDLES:
        proof = part(id, number, handle)
        right = [i for i in range(1, len(lines(id, number, handle)) + 1) if proof.judge(str(i), {}).right]
        assert len(right) == 1
        places |= set(right)
    assert len(places) == 2


@pytest.mark.parametrize("handle", HANDLES)
def test_equal_updates(handle: str) -> None:
    *given, derivative, delta_line, gradient_line, wrong, last = lines("P1", 3, handle)
    assert given in ([], [r"A step of gradient descent is $-\eta\,\partial L/\partial W$."])
    slope = float(re.findall(r"= ([\d.]+)\$ for", derivative)[0])
    assert f"= {slope:g}\\,z" in derivative and f"= {slope:g}\\;" in delta_line
    random = np.random.RandomState(0)
    a, W, b, target = (random.standard_normal(shape) for shape in ((1, 3), (3, 2), (1, 2), (1, 2)))

    def loss(W: np.ndarray) -> float:
        return float(np.sum((slope * (a @ W + b) - target) ** 2) / 2)

    delta = slope * (slope * (a @ W + b) - target)  # slope times dL/dh
    steps = [H * np.eye(6)[i].reshape(3, 2) for i in range(6)]
    numerical = np.array([loss(W + step) - loss(W - step) for step in steps]).reshape(3, 2) / (2 * H)
    assert "= a^T \\delta$" in gradient_line
    np.testing.assert_allclose(numerical, a.T @ delta, rtol=1e-6)
    assert "equal entries" in wrong and np.ptp(np.abs(a.T @ delta)) > 0.1
    assert last == r"So $-\eta\,\partial L/\partial W$ moves all weights equally."  # as it does where they are equal


@pytest.mark.parametrize("handle", HANDLES[:3])
def test_max_pooling_is_not_relu(handle: str) -> None:
    *_, first, second, third, wrong, last = lines("P2", 3, handle)
    z_1, z_2 = np.random.RandomState(0).uniform(-3, 3, (2, 200))
    p = evaluate(formula(second), {"z_1": z_1, "z_2": z_2})
    relu = ACTIVATIONS["relu"].value
    np.testing.assert_array_equal(relu(p), evaluate(formula(first), {"z": p}))
    np.testing.assert_array_equal(relu(p), np.maximum.reduce([z_1, z_2, 0 * z_1]))
    assert r"\max(z_1, z_2, 0)" in third and r"\max(z_1, z_2, 0)" in last
    assert r"\mathrm{relu}(p) = p$" in wrong
    holds = relu(p) == p
    assert 0 < holds.mean() < 1
    np.testing.assert_array_equal(holds, p == np.maximum.reduce([z_1, z_2, 0 * z_1]))  # the last line follows from it


@pytest.mark.parametrize("handle", HANDLES)
def test_a_quarter_a_layer(handle: str) -> None:
    *_, slope, _, wrong, product, share = lines("P4", 3, handle)
    assert "\\le 1/4" in slope and (expit(X) * expit(-X)).min() > 0 and (expit(X) * expit(-X)).max() <= 0.25
    assert "at most a quarter" in wrong
    layers = int(re.findall(r"0\.25\^\{(\d+)\}", product)[0])
    assert f"delta_{{{layers + 1}}}" in product and f"delta_{{{layers + 1}}}" in share
    part_of_it = {"thousandth": 1e-3, "millionth": 1e-6}[share.split("a ")[1].split(" ")[0]]
    assert part_of_it / 2 < 0.25**layers <= part_of_it
    kept, sizes = passed_back(0.9, layers)
    assert kept and sizes[-1] <= 0.25**layers * sizes[0]  # where the mistake holds, the line after it does
    kept, sizes = passed_back(20.0, layers)
    assert not kept and sizes[-1] > sizes[0]


def passed_back(scale: float, layers: int) -> tuple[bool, list[float]]:
    """Whether each logistic layer makes delta at most a quarter, and its sizes; weights: rotations times scale."""
    random = np.random.RandomState(0)
    delta = random.standard_normal(8)
    sizes = [float(np.linalg.norm(delta))]
    for _ in range(layers):
        W, z = scale * np.linalg.qr(random.standard_normal((8, 8)))[0], random.uniform(-0.1, 0.1, 8)
        delta = (delta @ W.T) * expit(z) * expit(-z)
        sizes.append(float(np.linalg.norm(delta)))
    return all(after <= before / 4 for before, after in pairwise(sizes)), sizes


@pytest.mark.parametrize("handle", HANDLES)
def test_the_lost_factor(handle: str) -> None:
    *given, curve, of_curve, wrong, of_s, last = lines("P5", 3, handle)
    assert all(text == r"$s'(y) = s(y)\,(1 - s(y))$ for every $y$." for text in given)
    k = int(re.findall(r"s\((\d)x\)", curve)[0])

    def value(text: str, **values: np.ndarray) -> np.ndarray:
        return evaluate(formula(text).replace(f"(s({k}x))'", "d"), {"x": X, **values})

    inner = difference(lambda x: expit(k * x), X)
    numerical = difference(lambda x: evaluate(formula(curve), {"x": x}), X)
    np.testing.assert_allclose(value(of_curve, d=inner), numerical, atol=1e-8)
    assert np.abs(value(wrong) - inner).max() > 0.1
    np.testing.assert_allclose(k * value(wrong), inner, atol=1e-9)
    np.testing.assert_allclose(value(of_s), value(wrong), atol=1e-14)
    np.testing.assert_allclose(value(last), value(of_curve, d=value(of_s)), atol=1e-13)
    assert line(EXERCISES["P5"].task(handle), 3, formula(wrong)) == str(len(given) + 3)


# ---- what is said ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["P1", "P2", "P3", "P4"])
def test_what_its_explanation_says_is_measured(id: str) -> None:
    claims = [claim() for claim in EXERCISES[id].task().claims]
    assert claims and [claim.statement for claim in claims if not claim.holds] == []


def test_the_slopes_that_are_compared() -> None:
    said = part("P5", 4).judge("1", {}).reason
    expected = [float(ACTIVATIONS[name].slope(np.array(x))) for x in (0.0, 4.0) for name in ("tanh", "logistic")]
    found = numbers(said)
    np.testing.assert_allclose([found[i] for i in (1, 2, 4, 5)], expected, rtol=0.04)
    assert (found[0], found[3]) == (0, 4)


def test_the_stacks_that_are_compared() -> None:
    """Medians of 20 seeds: what is said is rounded."""
    said = numbers(part("P4", 4).judge("1", {}).reason)
    stacks = [dataclasses.replace(HALVED, activation=name) for name in ("tanh", "relu")]
    ratios = [float(np.median(flow(measure(stack, range(SEEDS)).delta)[1])) for stack in stacks]
    np.testing.assert_allclose(said[:2], ratios, rtol=0.05)
    assert said[2:] == [HALVED.depth, HALVED.width]


RENDERED = [
    (r"\\dfrac\{(.*?)\}\{", r"\1{"),  # a fraction is as wide as its longer half, about
    (r"\\(mathrm|partial|displaystyle|[,;])", ""),
    (r"\\[a-z]+", "x"),
    (r"[${}^_]", ""),
]


@pytest.mark.parametrize("id, number", [*FAULTY, ("P1", 1), ("P3", 1), ("P5", 1)])
def test_a_line_fits_a_phone(id: str, number: int) -> None:
    for handle in HANDLES:
        for text in lines(id, number, handle):
            for pattern, by in RENDERED:
                text = re.sub(pattern, by, text)
            assert len(text) <= 56, text
