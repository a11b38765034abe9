"""The activations lab: a wrong line or run is found; the table against published numbers."""

import re
from dataclasses import replace
from math import e, exp, log, pi, sqrt

import numpy as np
import pytest
from scipy.special import expit
from scipy.special import softmax as scipy_softmax
from scipy.stats import norm
from sklearn.calibration import calibration_curve

from core.claims import activation_outputs, activations, saturation
from core.claims.activation_outputs import calibration, posterior, share_of_one_sign
from core.claims.activations import (
    LIMIT,
    LOGISTIC_SLOPE,
    MOST_EPOCHS,
    SOFTMAX_OF_TWO,
    TANH_BY_LOGISTIC,
    TANH_SLOPE,
    Settings,
    Step,
    facts,
)
from core.claims.saturation import limit_steps, recovers_claim, recovery, tail_error, zones
from core.data import draw
from core.network import ACTIVATIONS
from tests.latex import evaluate

every = pytest.mark.parametrize("name", ACTIVATIONS)


# ---- derivations ----------------------------------------------------------------------------------------------------


derivation = pytest.mark.parametrize("steps", [LOGISTIC_SLOPE, TANH_BY_LOGISTIC, TANH_SLOPE, SOFTMAX_OF_TWO])


@derivation
def test_every_line_has_its_reason_and_its_latex_says_what_is_computed(steps: tuple[Step, ...]) -> None:
    x = np.linspace(-5, 5, 101)
    for step in steps:
        assert step.why
        values = {"x": x, "z_1": x, "z_0": np.cos(x)}
        np.testing.assert_allclose(evaluate(step.latex, values), step.value(x), rtol=1e-12, atol=1e-15)


def test_softmax_of_two_classes_is_that_of_scipy() -> None:
    x = np.linspace(-50, 50, 101)
    for step in SOFTMAX_OF_TWO:
        np.testing.assert_allclose(step.value(x), scipy_softmax([np.cos(x), x], axis=0)[1], rtol=1e-12)


@derivation
def test_a_wrong_line_is_found(steps: tuple[Step, ...]) -> None:
    for line in range(len(steps)):
        value = steps[line].value
        wrong = [*steps]
        wrong[line] = Step("", lambda x, value=value: value(x) * (1 + 1e-9))  # type: ignore[misc]
        assert max(activations.step_errors(wrong)) > activations.ROUNDING


@pytest.mark.parametrize("name, steps", [("logistic", LOGISTIC_SLOPE), ("tanh", TANH_SLOPE)])
def test_lines_that_agree_and_are_all_wrong_are_found(name: str, steps: tuple[Step, ...]) -> None:
    assert max(activations.slope_errors(steps, name)) < activations.NUMERICAL
    wrong = [Step("", lambda x, value=step.value: value(x) * (1 + 1e-6)) for step in steps]  # type: ignore[misc]
    assert max(activations.step_errors(wrong)) < activations.ROUNDING
    assert min(activations.slope_errors(wrong, name)) > activations.NUMERICAL


def test_tanh_of_0_is_0() -> None:
    for zero in (0.0, -0.0):
        assert ACTIVATIONS["tanh"].value(np.array(zero)) == 0
    (claim,) = [claim for claim in activations.claims() if "tanh 0" in claim.statement]
    assert claim.value == claim.tolerance == 0


def test_the_factor_4_lost_is_no_slope_of_tanh() -> None:
    tanh = ACTIVATIONS["tanh"].value
    for wrong in (lambda x: expit(2 * x) * expit(-2 * x), lambda x: 4 * expit(x) * expit(-x)):
        assert activations.central_difference_error(tanh, wrong) > 0.1


# ---- table ----------------------------------------------------------------------------------------------------------


@every
def test_bounds_are_those_of_the_registry(name: str) -> None:
    found, row = facts(name), ACTIVATIONS[name]
    assert (found.low, found.high) == pytest.approx(row.range, rel=1e-12, abs=1e-15)
    assert (found.low_reached, found.high_reached) == row.closed


@every
def test_a_bound_is_rounded_to_from_there_on_and_not_before(name: str) -> None:
    """At each end whose limit is a bound that no value reaches."""
    found, value = facts(name), ACTIVATIONS[name].value
    missed = [b for b, closed in zip((found.low, found.high), ACTIVATIONS[name].closed, strict=True) if not closed]
    ends = [end for end in (-1e6, 1e6) if any(abs(value(np.array(end)) - bound) < 2e-6 for bound in missed)]
    assert [np.sign(x) for x in found.rounds] == [np.sign(end) for end in ends]
    for x in found.rounds:
        assert value(np.array(1.001 * x)) in missed and value(np.array(0.999 * x)) not in missed


@pytest.mark.parametrize(
    "name, at",
    [
        ("logistic", (-745.13, 36.74)),  # ln of half the smallest number, not of the largest, which is 709.78
        ("tanh", (-18.99, 18.99)),
        ("gaussian", (-27.3, 27.3)),
        ("softplus", (-745.13,)),
        ("relu", ()),
    ],
)
def test_where_float64_rounds(name: str, at: tuple[float, ...]) -> None:
    assert facts(name).rounds == pytest.approx(at, rel=1e-3)


@pytest.mark.parametrize(
    "name, largest, at",
    [
        ("logistic", 0.25, "0"),
        ("tanh", 1, "0"),
        ("softsign", 1, "0"),
        ("relu", 1, "x > 0"),
        ("elu", 1, "x ≥ 0"),
        ("relu6", 1, "0 < x < 6"),
        ("hardtanh", 1, "-1 < x < 1"),
        ("identity", 1, "everywhere"),
        ("softplus", 1, "x → ∞"),
        ("gelu", 1.12890, "1.41"),
        ("silu", 1.09984, "2.4"),
        ("mish", 1.08850, "1.49"),
        ("hard_swish", 1.5, "x → 3 from below"),
        ("sine", 1, "every multiple of π"),
        ("gaussian", sqrt(2 / e), "±0.707"),
    ],
)
def test_largest_slope(name: str, largest: float, at: str) -> None:
    assert facts(name).largest_slope == pytest.approx(largest, abs=6e-6)
    assert facts(name).largest_at == at


@every
def test_the_slope_is_largest_where_it_is_said_to_be_and_nowhere_else(name: str) -> None:
    """The words of the table are read, and the slope is looked at there and everywhere else."""
    at, largest = facts(name).largest_at, facts(name).largest_slope
    x = np.arange(-9500, 9501) / 1000
    slope = np.abs(ACTIVATIONS[name].slope(x))
    assert slope.max() <= largest * (1 + 1e-12)
    named = said(at, x)
    assert named.any()
    if "→" in at:
        assert 0 < 1 - slope[named].max() / largest < 5e-3 and (slope < largest * (1 - 1e-6)).all()
    else:
        assert (slope[named] >= largest * (1 - 1e-4)).all()
        assert (slope[~near(named, 6)] < largest * (1 - 1e-6)).all()
    if re.search("[<>≥]", at):  # of a stretch every x, and its ends as they are said to be
        np.testing.assert_array_equal(slope >= largest * (1 - 1e-12), named)


def said(at: str, x: np.ndarray) -> np.ndarray:
    """Which x the words of the table mean."""
    number = r"(-?\d+(?:\.\d+)?)"
    if at == "everywhere":
        return np.ones_like(x, bool)
    if at == "every multiple of π":
        return np.abs(x - np.round(x / pi) * pi) < 6e-4
    if at == "x → ∞":
        return x == x.max()
    if found := re.fullmatch(rf"x → {number} from below", at):
        return np.isclose(x, float(found[1]) - 1e-3)
    if found := re.fullmatch(rf"x (>|≥) {number}", at):
        return x > float(found[2]) if found[1] == ">" else x >= float(found[2])
    if found := re.fullmatch(rf"{number} < x < {number}", at):
        return (float(found[1]) < x) & (x < float(found[2]))
    if found := re.fullmatch(rf"±{number}", at):
        return np.abs(np.abs(x) - float(found[1])) < 6e-4
    return np.abs(x - float(at)) < 6e-3 * (at != "0") + 1e-9


def near(some: np.ndarray, reach: int) -> np.ndarray:
    """These places, and those beside them."""
    return np.convolve(some, np.ones(2 * reach + 1), "same") > 0


@pytest.mark.parametrize(
    "name, mean", [("logistic", 0.5), ("tanh", 0), ("relu", 1 / sqrt(2 * pi)), ("selu", 0), ("gaussian", 1 / sqrt(3))]
)
def test_mean_output(name: str, mean: float) -> None:
    assert facts(name).mean == pytest.approx(mean, abs=1e-9)
    assert facts(name).zero_centred == (mean == 0)


@every
def test_mean_and_monotony_are_those_of_many_points(name: str) -> None:
    """Of a hundred thousand quantiles of the standard normal, and of neighbours among random points."""
    row, found = ACTIVATIONS[name], facts(name)
    z = norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert found.mean == pytest.approx(float(row.value(z).mean()), abs=2e-4)
    assert found.zero_centred == (abs(row.value(z).mean()) < 2e-4)
    x = np.sort(np.random.default_rng(0).uniform(-9, 9, 5000))
    for monotone, function in ((found.value_monotone, row.value), (found.slope_monotone, row.slope)):
        assert monotone == bool(np.diff(function(x)).min() > -1e-12)


@pytest.mark.parametrize(
    "name, value, slope",
    [("relu", True, True), ("elu", True, True), ("selu", True, False), ("tanh", True, False), ("gelu", False, False)],
)
def test_monotone(name: str, value: bool, slope: bool) -> None:
    assert (facts(name).value_monotone, facts(name).slope_monotone) == (value, slope)


@pytest.mark.parametrize("bad", [{"x": 8.1}, {"activations": ()}, {"epochs": 51}, {"depth": 6}, {"scale": 0}])
def test_settings_keep_their_rules(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=rf"^{next(iter(bad))} must be "):
        replace(Settings(), **bad)  # type: ignore[arg-type]


# ---- signs ----------------------------------------------------------------------------------------------------------


def test_share_of_one_sign_by_hand() -> None:
    a, delta = np.array([[1.0, 2.0], [1.0, 3.0]]), np.array([[1.0], [-0.5]])
    assert share_of_one_sign(a, delta, 1) == 1
    assert share_of_one_sign(a, delta, 2) == 1  # 1 - 0.5 and 2 - 1.5: both positive
    assert share_of_one_sign(a, np.array([[1.0], [-0.8]]), 2) == 0  # 1 - 0.8 and 2 - 2.4
    assert share_of_one_sign(a * [1, -1], delta, 1) == 0


def test_the_claim_on_signs_fails_where_inputs_have_both() -> None:
    runs = activation_outputs.sign_runs(1)
    measured = {name: activation_outputs.signs(found, 1) for name, found in runs.items()}
    assert measured["logistic"].lowest_output > 0 > measured["tanh"].lowest_output
    swapped = {"logistic": measured["tanh"], "tanh": measured["logistic"]}
    assert [claim.holds for claim in activation_outputs.sign_claims(swapped)] == [False, False, True, False]
    forced = replace(measured["logistic"], one_sign=np.ones_like(measured["logistic"].one_sign))
    assert not activation_outputs.sign_claims({**measured, "logistic": forced})[2].holds


def test_claims_on_signs_hold_at_both_ends_of_the_slider() -> None:
    runs = activation_outputs.sign_runs(MOST_EPOCHS)
    for epochs in (0, MOST_EPOCHS):
        measured = {name: activation_outputs.signs(found, epochs) for name, found in runs.items()}
        claims = activation_outputs.sign_claims(measured)
        assert all(claim.holds for claim in claims)
    assert claims[3].value == pytest.approx(0.52, abs=0.01) and claims[3].tolerance == 10 * 2 / 2**8
    swapped = {"logistic": measured["tanh"], "tanh": measured["logistic"]}
    assert not activation_outputs.faster_claim(swapped).holds


# ---- probabilities --------------------------------------------------------------------------------------------------


def test_posterior_is_the_share_of_class_1() -> None:
    """Points of the data set itself, sorted by it: within four standard errors in each of ten bins."""
    X, y, _ = draw("gauss", 5000, 50, "principal", 3)
    p = posterior(X, 50)
    predicted, observed = calibration(p, y).predicted, calibration(p, y).observed
    rows = calibration(p, y).rows
    assert (np.abs(predicted - observed) < 4 * np.sqrt(predicted * (1 - predicted) / rows) + 1e-3).all()


def test_calibration_is_scikit_learns() -> None:
    random = np.random.default_rng(0)
    p = random.uniform(0.01, 0.99, 3000)
    y = (random.uniform(size=3000) < p**2).astype(int)
    observed, predicted = calibration_curve(y, p, n_bins=10)
    found = calibration(p, y)
    np.testing.assert_allclose(found.observed, observed, rtol=1e-9)
    np.testing.assert_allclose(found.predicted, predicted, rtol=1e-9)
    assert found.rows.sum() == 3000 and found.gap > 0.1


def test_a_steeper_output_answers_alike_and_is_too_sure() -> None:
    p = np.random.default_rng(1).uniform(0.01, 0.99, 20_000)
    y = (np.random.default_rng(2).uniform(size=20_000) < p).astype(int)
    assert calibration(p, y, 3).accuracy == calibration(p, y).accuracy
    assert calibration(p, y).gap < 0.02 < 0.1 < calibration(p, y, 3).gap
    claims = activation_outputs.calibration_claims(expit(3 * np.log(p / (1 - p))), y, p)
    assert [claim.holds for claim in claims[:2]] == [False, False]


# ---- saturation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, edge", [("logistic", log(398)), ("tanh", 2.993), ("relu", 0), ("hardtanh", 1), ("elu", log(100))]
)
def test_zones_begin_where_the_slope_is_a_hundredth(name: str, edge: float) -> None:
    """s(1 - s) = 0.0025 where e^x + e^-x = 398; 1 - t^2 = 0.01 where t = sqrt(0.99); e^x = 0.01."""
    assert zones(name)[0][1] == pytest.approx(-edge, abs=0.011)


@pytest.mark.parametrize("name", ["identity", "leaky_relu", "softsign", "sine"])
def test_what_never_gets_flat_has_no_zone(name: str) -> None:
    assert zones(name) == []


@every
def test_zones_reach_the_edge(name: str) -> None:
    """A top, a minimum or a peak is no tail."""
    assert all(start == -LIMIT or end == LIMIT for start, end in zones(name))


def test_asymptotes_of_another_activation_do_not_fit() -> None:
    assert tail_error("softsign", 1e5, 1e6) < 1e-4 < tail_error("softsign", 10, 30)
    assert tail_error("logistic", 10, 30) < 1e-4 < 0.5 < tail_error("logistic", 0, 1)


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
@pytest.mark.parametrize("loss", ["squared", "log"])
def test_recovery_is_gradient_descent(activation: str, loss: str) -> None:
    """A plain loop over z with the numerical gradient of the loss."""

    def value(z: float) -> float:
        a = np.tanh(z) if activation == "tanh" else 1 / (1 + exp(-z))
        if loss == "squared":
            return float(0.5 * (a - 1) ** 2)
        return float(np.logaddexp(0, -2 * z if activation == "tanh" else -z))  # tanh z as 2 s(2 z) - 1

    found = recovery([2.0, 3.0], activation, loss)
    np.testing.assert_array_equal(found.z[0], [-2, -3])
    z = -3.0
    for step in range(40):
        assert found.z[step, 1] == pytest.approx(z, abs=1e-5)
        z -= (value(z + 1e-5) - value(z - 1e-5)) / 2e-5
    first = int(found.steps[1])
    assert found.z[first, 1] > 0 >= found.z[first - 1, 1]


@pytest.mark.parametrize("activation, depths, growth", [("tanh", [4, 5], e**2), ("logistic", [6, 7], e)])
def test_steps_grow_exponentially_with_squared_loss_whatever_the_activation(
    activation: str, depths: list[float], growth: float
) -> None:
    squared, log_loss = recovery(depths, activation, "squared").steps, recovery(depths, activation, "log").steps
    assert squared[1] / squared[0] == pytest.approx(growth, rel=0.05)
    assert log_loss.max() < 10


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_the_limit_is_named_only_where_the_steps_are_near_it(activation: str) -> None:
    depths = np.arange(1, 7.5, 0.5) if activation == "logistic" else np.arange(1, 5.5, 0.5)
    for depth, steps in zip(depths, recovery(depths, activation, "squared").steps, strict=True):
        limit = limit_steps(activation, depth)
        wanted = e ** (2 * depth) / 16 if activation == "tanh" else e**depth
        assert (limit is not None) == (abs(steps / wanted - 1) < 0.05)
        assert limit is None or limit == pytest.approx(wanted)


def test_what_recovers_was_saturated(monkeypatch: pytest.MonkeyPatch) -> None:
    assert recovers_claim().holds and recovers_claim().value == 1
    monkeypatch.setitem(saturation.DEPTHS, "tanh", np.array([1.0, 2.0]))
    assert not recovers_claim().holds


def test_too_few_steps_are_no_recovery() -> None:
    assert np.isnan(recovery([6.0], "tanh", "squared").steps).all()
