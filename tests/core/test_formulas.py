"""Every formula that a screen shows is read and computed, and compared with what the code of its row does."""

import re
from typing import Any

import numpy as np
import pytest

from core import words
from core.data import DATASETS, FEATURES, draw
from core.experiment import Experiment, Segment
from core.fields import rules
from core.formulas import FIELDS, FORMULAS, formulas, help
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, Options
from core.network.losses import OUTPUTS
from tests.latex import evaluate, parts, right_side

x = np.linspace(-6, 6, 1201)  # with every kink


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_slope_are_those_of_the_code(name: str) -> None:
    row, rounded = ACTIVATIONS[name], 5e-5 if r"\approx" in ACTIVATIONS[name].value_latex else 1e-12
    np.testing.assert_allclose(evaluate(row.value_latex, {"x": x}) + 0 * x, row.value(x), rtol=rounded, atol=1e-12)
    slope = r",\; ".join([row.slope_latex, *parts(row.value_latex)[1:]])
    np.testing.assert_allclose(evaluate(slope, {"x": x}) + 0 * x, row.slope(x), rtol=rounded, atol=1e-12)


def test_rounded_numbers_are_said_to_be() -> None:
    """SELU's constants have sixteen digits."""
    assert ACTIVATIONS["selu"].value_latex.count(r"\approx") == 2
    for row in ACTIVATIONS.values():
        for name, number in re.findall(r"\\(lambda|alpha) (?:=|\\approx) ([\d.]+)", row.value_latex):
            assert rf"\{name} \approx {number}" in row.value_latex


def test_what_stands_for_a_function_is_that_function() -> None:
    """Where a formula says what s or Phi is, it is what the reader takes them for."""
    defined = [
        part for row in ACTIVATIONS.values() for latex in (row.value_latex, row.slope_latex) for part in parts(latex)
    ]
    for part in defined:
        if part.startswith(("s(x) =", r"\Phi(x) =")):
            name = part.split("(")[0] + "(x)"
            np.testing.assert_allclose(evaluate(part, {"x": x}), evaluate(name, {"x": x}), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", FEATURES)
def test_features_are_those_of_the_code(name: str) -> None:
    X = np.random.default_rng(0).normal(size=(50, 2))
    value = evaluate(FEATURES[name].latex, {"x_1": X[:, 0], "x_2": X[:, 1]})
    np.testing.assert_allclose(value, FEATURES[name].value(X), rtol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_those_of_the_code(name: str) -> None:
    random = np.random.default_rng(0)
    row, z, y = LOSSES[name], random.normal(size=(1, 30)), random.integers(0, 2, 30)
    classes = 0 if row.regression_output else 2
    targets = row.targets(y, classes)
    outputs = OUTPUTS[row.output(classes)](z)
    p = np.where(targets == 1, outputs, 1 - outputs)
    value = evaluate(row.latex, {"n": 30, "z_i": z, "t_i": targets, "p_i": p})
    assert value == pytest.approx(float(row.value(outputs, targets)), rel=1e-12)


def test_the_softmax_in_the_letters_of_the_losses_is_that_of_the_code() -> None:
    z = np.random.default_rng(0).normal(size=(4, 1))
    (softmax,) = re.findall(r"\$(e\^\{z_k\}[^$]*)\$", FORMULAS["loss"].letters)
    values = [evaluate(softmax, {"z_k": z_k, "z_j": z}) for z_k in z[:, 0]]
    np.testing.assert_allclose(values, OUTPUTS["softmax"](z)[:, 0], rtol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_step_as_their_formula_says(name: str) -> None:
    """Seven steps of the formula, assignment after assignment, against those of the code."""
    random, options = np.random.default_rng(0), Options(decay=0.3, sparsity=0.01)
    w, g = random.normal(size=6) + 3 * np.sign(random.normal(size=6)), np.empty(6)  # no weight crosses 0
    step = OPTIMIZERS[name].start(w, g, np.array(0.02), options)
    known: dict[str, Any] = {
        "w": w.copy(),
        "m": 0.0,
        "v": 0.0,
        r"\eta": 0.02,
        r"\mu": 0.9,
        r"\beta_1": 0.9,
        r"\beta_2": 0.999,
    }
    known |= {r"\epsilon": 1e-8, r"\lambda_1": 0.01, r"\lambda_2": 0.3}
    latex = OPTIMIZERS[name].latex.replace(r"\text{then as Adam}", OPTIMIZERS["adam"].latex)
    for t in range(1, 8):
        gradient = random.normal(size=6)
        g[:] = gradient
        known |= {"g": gradient, "t": t}
        for assignment in parts(latex):
            target, _ = assignment.split(r" \leftarrow ")
            known[target] = evaluate(assignment, known)
        step()
        np.testing.assert_allclose(known["w"], w, rtol=1e-9)


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
@pytest.mark.parametrize("name", INITIALIZERS)
def test_initial_weights_are_drawn_as_their_formula_says(name: str, activation: str) -> None:
    n_in, n_out = 300, 200
    drawn = dict(zip("Wb", INITIALIZERS[name].draw(np.random.RandomState(0), n_in, n_out, activation), strict=True))
    first, *defined = parts(INITIALIZERS[name].latex)
    said = {"n_{in}": n_in, "n_{out}": n_out, "logistic": activation == "logistic"}
    definitions = [each for each in defined if not each.startswith("b =")]
    told = [first, *(each for each in defined if each.startswith("b ="))]
    for each in told:
        for letter in re.findall("[Wb]", each.split("=")[0].split(r"\sim")[0]):
            law = re.fullmatch(r"([UN])\((.*), (.*)\)", re.sub(r"\\left|\\right", "", right_side(each)).strip())
            if not law:
                assert (drawn[letter] == evaluate(each, said)).all()
                continue
            low, high = (evaluate(r",\; ".join([end, *definitions]), said) for end in law.groups()[1:])
            if law[1] == "U":
                assert low <= drawn[letter].min() < 0.97 * low and 0.97 * high < drawn[letter].max() <= high
            else:
                assert drawn[letter].mean() == pytest.approx(low, abs=0.002)
                assert drawn[letter].var() == pytest.approx(high, rel=0.02)
    assert {letter for each in told for letter in re.findall("^W, b|^W|^b", each)} in ({"W, b"}, {"W", "b"})


# ---- on the screens -------------------------------------------------------------------------------------------------


def test_help_has_the_word_and_the_formulas_of_what_is_chosen() -> None:
    told = help("activation", ("gelu", "tanh", "gelu"))
    assert told and told.startswith(words.help("activation") or "!")
    for name in ("gelu", "tanh"):
        assert told.count(", ".join(formulas(ACTIVATIONS[name]))) == 1
    assert "ReLU" not in told
    assert help("epochs", 3) == words.help("epochs") and help("order_after", 0) is None


@pytest.mark.parametrize("field", FIELDS)
def test_every_row_has_its_formula_between_dollar_signs(field: str) -> None:
    for name, row in FORMULAS[FIELDS[field]].registry.items():
        told = help(field, (name,)) or ""
        assert row.label in told and told.count("$") % 2 == 0
        latex = [row.value_latex, row.slope_latex] if field.startswith("activation") else [row.latex]
        for part in (part for each in latex for part in parts(each)):
            assert re.search(r"\$[^$]*" + re.escape(part) + r"\$", told)


def test_every_registry_of_formulas_that_an_experiment_chooses_from_is_there() -> None:
    having = {
        name
        for kind in (Experiment, Segment)
        for name, rule in rules(kind).items()
        for row in (
            list(getattr(rule, "options", {}).values())[:1] if hasattr(getattr(rule, "options", None), "values") else []
        )
        if hasattr(row, "latex") or hasattr(row, "value_latex")
    }
    assert having == {*FORMULAS}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_another_name_is_in_the_long_label(name: str) -> None:
    other = {"identity": "linear", "logistic": "sigmoid", "tanh": "hyperbolic tangent"}
    row = ACTIVATIONS[name]
    assert row.long_label == (f"{row.label} ({other[name]})" if name in other else row.label)
    assert not row.playground or row.playground in (row.name, row.also)  # what TensorFlow Playground calls it is found


# ---- noise ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATASETS)
def test_what_noise_is_said_to_do_it_does(name: str) -> None:
    """Points and labels with and without noise, from the same random numbers."""
    (X, y, _), (moved, changed, _) = (draw(name, 2000, noise, "principal", 3) for noise in (0, 50))
    points = DATASETS[name].noise.startswith("the points move")
    assert points == bool(np.abs(moved - X).max() > 0)
    assert points or DATASETS[name].noise.startswith("the points stay. Their ")
    assert points == bool((y == changed).all())
    in_word = {"circle": "circle", "xor": "XOR", "checkerboard": "checkerboard"}.get(name, "generated surfaces")
    assert points or in_word in words.WORDS["noise"].sentence.partition("elsewhere")[0]
    assert not points or DATASETS[name].label.lower() not in words.WORDS["noise"].sentence.lower()
