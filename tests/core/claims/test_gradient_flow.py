import dataclasses
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest

from core.claims import gradient_flow
from core.claims.deep_stack import (
    INPUTS,
    MAP_DEPTHS,
    MAP_ROWS,
    MAP_WIDTH,
    SEEDS,
    Stack,
    chunks,
    depth_ratios,
    draw,
    drawn_moments,
    histogram,
    measure,
    theory,
    theory_delta,
)
from core.claims.gradient_flow import (
    PRESETS,
    REFERENCE_SEEDS,
    REFERENCES,
    Reference,
    backpropagation_claim,
    bound_claim,
    claims_on_paths,
    counter_examples,
    factors,
    learning_claim,
    product_claim,
    reference_claim,
    slope_claim,
    theory_claim,
    trained,
    update_sizes,
    verdict,
    way,
    ways,
)
from core.claims.paths import Path, train_paths
from core.experiment import changed
from core.link import settings_from_query, settings_to_query
from core.network import ACTIVATIONS, INITIALIZERS
from core.network.flow import backpropagated, direction, flow, forward, joined
from core.training import train

SMALL = Stack(depth=4, width=8, rows=16)


# ---- each kind of claim fails where what it says is not so -----------------------------------------------------------


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda r: f"{r.activation} {r.in_words}")
def test_wrong_figures_fail(reference: Reference) -> None:
    found = measure(reference.stack, range(1))
    for name in ("delta", "weight_gradient"):
        wrong = dataclasses.replace(reference, **{name: 1.05 * getattr(reference, name)})
        assert not reference_claim(wrong, found).holds


def test_theory_fails_for_weights_of_another_size() -> None:
    flows = [measure(dataclasses.replace(r.stack, scale=1.1 * r.stack.scale), range(1)) for r in REFERENCES]
    assert not theory_claim(flows).holds


def test_theory_fails_where_a_single_layer_is_another() -> None:
    """The mean over all layers is as it was."""
    flows = [measure(r.stack, REFERENCE_SEEDS) for r in REFERENCES]
    assert theory_claim(flows).holds
    flows[2].delta[:, 7] *= 1.2
    assert not theory_claim(flows).holds


def test_the_product_with_other_slopes_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def steeper(*given):  # type: ignore[no-untyped-def]
        values, slopes = forward(*given)
        return values, 1.01 * slopes

    assert product_claim().holds
    monkeypatch.setattr(gradient_flow, "forward", steeper)
    assert not product_claim().holds


def test_another_function_and_a_steeper_one_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [claim.holds for claim in (slope_claim(), bound_claim())] == [True, True]
    monkeypatch.setattr(
        gradient_flow, "measure", lambda stack, seeds: measure(dataclasses.replace(stack, activation="identity"), seeds)
    )
    assert not bound_claim().holds
    monkeypatch.setitem(ACTIVATIONS, "logistic", ACTIVATIONS["tanh"])  # type: ignore[arg-type]
    assert not slope_claim().holds


def test_backpropagation_without_the_slope_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_slopes(layers, activation, X, error):  # type: ignore[no-untyped-def]
        return backpropagated(layers, "identity", X, error)

    monkeypatch.setattr(gradient_flow, "backpropagated", without_slopes)
    assert not backpropagation_claim().holds


def test_counter_examples_fail_for_ordinary_nets(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = measure(Stack(depth=16), range(3))  # logistic with Glorot's weights, whatever is asked for
    monkeypatch.setattr(gradient_flow, "measure", lambda stack, seeds: ordinary)
    assert not any(claim.holds for claim in counter_examples())


def test_claims_of_training_fail_for_the_other_activations() -> None:
    stuck, learnt = path(loss=0.693, moved=1e-5), path(loss=0.001, moved=0.5)
    right = {"logistic": [stuck] * 2, "tanh": [learnt] * 2, "relu": [learnt] * 2}
    wrong = {"logistic": [stuck, learnt], "tanh": [stuck, learnt], "relu": [learnt, stuck]}
    assert all(claim.holds for claim in claims_on_paths(right))
    assert not any(claim.holds for claim in claims_on_paths(wrong))
    worse = path(loss=0.9, moved=1e-5)  # has not learnt, and is not at ln 2
    assert not claims_on_paths({**right, "logistic": [stuck, worse]})[0].holds
    assert not learning_claim([dataclasses.replace(learnt, test_accuracy=share) for share in (1.0, 0.98)]).holds


def path(loss: float, moved: float) -> Path:
    """Two epochs, of which the second has this loss and a first layer that has moved by this share of its size."""
    W, b = np.ones((2, 3)), np.zeros(3)
    return Path(np.array([0, 300]), np.array([0.7, loss]), [[(W, b)], [(W * (1 + moved), b)]], 0.5)


# ---- what is measured ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "activation, initializer, low, high",
    [
        ("tanh", "glorot_normal", 0.2, 0.24),
        ("relu", "glorot_normal", 0.004, 0.006),
        ("logistic", "glorot_normal", 2.5e-10, 4e-10),
        ("relu", "he_normal", 0.75, 1.05),
    ],
)
def test_ratios_of_16_layers_of_64(activation: str, initializer: str, low: float, high: float) -> None:
    found = measure(Stack(activation=activation, initializer=initializer, depth=16), range(SEEDS))
    assert low < np.median(flow(found.delta)[1]) < high


@pytest.mark.parametrize("scale, centred, expected", [(4, False, 0.62), (8, True, 1.12)])
def test_large_weights_of_logistic_nets(scale: float, centred: bool, expected: float) -> None:
    found = measure(Stack(depth=20, width=256, scale=scale, centred=centred, rows=64), REFERENCE_SEEDS)
    assert flow(found.delta)[0].mean() == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(
    "activation, changes",
    [
        *((name, {"inputs": "positive"}) for name in ACTIVATIONS),
        *((name, {"inputs": "large", "bias": 1.0}) for name in ("logistic", "relu", "gaussian")),
        *((name, {"initializer": "uniform", "scale": 0.5}) for name in ("logistic", "relu", "gaussian")),
        *((name, {"initializer": "sklearn", "centred": True}) for name in ("logistic", "relu", "gaussian")),
    ],
    ids=str,
)
def test_theory_meets_measurement_whatever_is_set(activation: str, changes: dict[str, object]) -> None:
    stack = Stack(**{"activation": activation, "depth": 4, "width": 128, "rows": 32, **changes})  # type: ignore[arg-type]
    measured = measure(stack, range(4))
    expected = flow(theory_delta(stack))[0]
    assert np.median(flow(measured.delta)[0]) == pytest.approx(expected, rel=0.06)
    assert np.nanmedian(measured.weight_factor) == pytest.approx(theory(stack)[0], rel=0.05)


def test_drawn_stacks_follow_their_settings() -> None:
    plain, X, _ = draw(SMALL, range(2, 5))
    assert X.shape == (3, 8, 16) and [W.shape for W, _ in plain] == [(3, 8, 8)] * 4
    larger, same_X, _ = draw(dataclasses.replace(SMALL, scale=3), range(2, 5))
    np.testing.assert_array_equal(X, same_X)
    np.testing.assert_allclose(larger[1][0], 3 * plain[1][0])
    assert all((b == 0).all() for _, b in plain)
    np.testing.assert_array_equal(draw(SMALL, range(3, 4))[0][2][0][0], plain[2][0][1])  # a seed is a seed
    biased, _, _ = draw(dataclasses.replace(SMALL, bias=2, width=256), range(1))
    assert np.std(np.stack([b for _, b in biased])) == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize("activation", ["logistic", "gaussian", "softplus"])
def test_centred_biases_keep_z_around_0(activation: str) -> None:
    """Where every input and value is at its centre, z is 0 in every layer."""
    stack = Stack(activation=activation, depth=3, width=8, centred=True, inputs="positive")
    layers, X, _ = draw(stack, range(2))
    values, _ = forward(layers, activation, np.full_like(X, INPUTS["positive"].mean))
    for a in values[1:]:
        np.testing.assert_allclose(a, ACTIVATIONS[activation].value(np.zeros(1))[0], rtol=1e-12)


@pytest.mark.parametrize("name", INPUTS)
def test_inputs_have_the_moments_they_say(name: str) -> None:
    row = INPUTS[name]
    drawn = row.draw(np.random.default_rng(3), (400, 400))
    assert drawn.mean() == pytest.approx(row.mean, abs=0.01 * row.square**0.5)
    assert np.mean(drawn**2) == pytest.approx(row.square, rel=0.02)


@pytest.mark.parametrize("width", [4, 64, 256])
def test_moments_of_what_initializers_draw(width: int) -> None:
    known = {
        "glorot_uniform": (1 / width, 0, 0),
        "glorot_normal": (1 / width, 0, 0),
        "he_normal": (2 / width, 0, 0),
        "lecun_normal": (1 / width, 0, 0),
        "sklearn": (1 / width, 0, 1 / width),
        "uniform": (1 / 12, 0.1, 0),
        "zeros": (0, 0, 0),
    }
    assert known.keys() == INITIALIZERS.keys()
    for name, (weight, bias_mean, bias) in known.items():
        found = drawn_moments(name, "tanh", width)
        assert found[0] == pytest.approx(weight, rel=0.03)
        assert found[1] == pytest.approx(bias_mean, abs=0.1 / width**0.5)
        assert found[2] == pytest.approx(bias, rel=0.2, abs=1e-12)


@pytest.mark.parametrize("stack", [Stack(), SMALL, Stack(depth=50, width=256, rows=256), Stack(depth=1, width=4)])
def test_portions_hold_every_seed_once_and_bounded_memory(stack: Stack) -> None:
    portions = list(chunks(stack))
    assert [seed for portion in portions for seed in portion] == list(range(SEEDS))
    assert max(map(len, portions)) * stack.depth * stack.width * stack.rows <= 50 * 256 * 256


def test_portions_and_all_at_once_agree() -> None:
    together, apart = measure(SMALL, range(4)), joined([measure(SMALL, range(2)), measure(SMALL, range(2, 4))])
    np.testing.assert_allclose(together.delta, apart.delta, rtol=1e-12)


@pytest.mark.parametrize("activation", ["logistic", "tanh", "relu", "identity", "gaussian"])
def test_histograms_hold_every_value_once(activation: str) -> None:
    found = histogram(dataclasses.replace(SMALL, activation=activation))
    shares, edges = found.shares, found.edges
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    assert len(shares) == SMALL.depth and len(edges) == shares.shape[1] + 1
    assert activation not in ("logistic", "gaussian") or (edges[0], edges[-1]) == (0, 1)
    assert activation != "relu" or edges[0] == 0
    assert (found.middle[:, 0] < found.middle[:, 1]).all()


def test_a_histogram_says_where_values_lie_that_are_beyond_its_bins() -> None:
    exploding = histogram(Stack(activation="identity", depth=20, width=64, scale=3))
    assert exploding.middle[-1, 1] > 1e6 > exploding.edges[-1]
    assert exploding.shares[-1, [0, -1]].sum() > 0.99
    first = histogram(Stack(activation="identity", depth=1, width=256)).middle[0]
    assert first == pytest.approx([-1.2816, 1.2816], rel=0.05)  # of a standard normal variable


def test_a_stack_without_weights_has_histograms_and_a_verdict() -> None:
    stack = dataclasses.replace(SMALL, activation="relu", initializer="zeros")
    assert histogram(stack).shares.sum() == pytest.approx(stack.depth)
    assert verdict(measure(stack, range(2))) == "**No gradient** reaches the first layer."
    assert "a layer multiplies delta by **–**" in factors(stack, measure(stack, range(2)))
    single = Stack(depth=1, width=4)
    assert factors(single, measure(single, range(2))) == (
        "On average a layer multiplies delta by **–** (theory –): weight factor **–**, slope factor **–**. "
        "dL/dW changes by **–** a layer."
    )


def test_factors_are_those_that_were_measured() -> None:
    """He et al. 2015: with n Var W = 2 ReLU keeps delta, as weight factor sqrt(2) times slope factor sqrt(1/2)."""
    stack = Stack(activation="relu", depth=20, initializer="he_normal")
    said = re.findall(r"\*\*([\d.]+)\*\*", factors(stack, measure(stack, range(SEEDS))))
    assert [float(number) for number in said] == pytest.approx([1, np.sqrt(2), np.sqrt(1 / 2), 1], abs=0.03)


@pytest.mark.parametrize("settings", [{}, {"scale": 8, "centred": True, "inputs": "positive"}], ids=str)
def test_the_map_has_the_ratios_of_its_stacks(settings: dict[str, Any]) -> None:
    """Each is that of a stack of its own, made of the first layers; centred, by what its own activation gives at 0."""
    stack = Stack("tanh", depth=max(MAP_DEPTHS), width=MAP_WIDTH, rows=MAP_ROWS, **settings)
    layers, X, error = draw(dataclasses.replace(stack, centred=False), range(1))
    for activation, found in zip(ACTIVATIONS, depth_ratios(stack), strict=True):
        at_0 = ACTIVATIONS[activation].value(np.zeros(1))[0]
        centres = [INPUTS[stack.inputs].mean, *[at_0] * stack.depth] if stack.centred else [0.0] * stack.depth
        own = [(W, b - centre * W.sum(axis=1)) for (W, b), centre in zip(layers, centres, strict=False)]
        flows = [backpropagated(own[:depth], activation, X, error) for depth in MAP_DEPTHS]
        np.testing.assert_allclose(found, [flow(one.delta)[1][0] for one in flows], rtol=1e-9, err_msg=activation)


def test_centring_follows_each_activation_of_the_map() -> None:
    stack = Stack(activation="tanh", scale=8, centred=True)
    ratio = depth_ratios(stack)[list(ACTIVATIONS).index("logistic"), MAP_DEPTHS.index(20)]
    assert ratio > 1  # explodes only where its biases are centred


# ---- presets, settings, training -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, said", [("vanishing", "shrinks"), ("exploding", "grows"), ("healthy", "keeps its size")]
)
def test_presets_show_what_they_are_called(name: str, said: str) -> None:
    preset, found = PRESETS[name], measure(PRESETS[name].stack, range(SEEDS))
    assert verdict(found).startswith(f"**{preset.label}**: delta {said} ")
    assert {direction(*pair) for pair in zip(*flow(found.delta), strict=True)} == {said}  # on every seed


@pytest.mark.parametrize(
    "said, settings",
    [
        ("grows", {"depth": 20, "width": 256, "scale": 8, "centred": True}),  # 1.12 a layer, 8 in all
        ("shrinks", {"activation": "relu", "depth": 20}),  # Glorot's weights: 0.71 a layer, 1e-3 in all
        ("shrinks", {"activation": "relu", "depth": 10}),
        ("shrinks", {"depth": 3}),
        ("shrinks", {"activation": "identity", "depth": 5, "scale": 0.6}),
        ("grows", {"activation": "identity", "depth": 12, "scale": 1.2}),
        ("keeps its size", {"activation": "tanh", "depth": 20}),  # 0.92 a layer
        ("keeps its size", {"activation": "relu", "depth": 4}),  # 0.71 a layer, but 0.35 in all
        ("keeps its size", {"activation": "selu", "depth": 50, "initializer": "lecun_normal"}),  # 1.036 a layer
    ],
    ids=str,
)
def test_verdicts_of_stacks(said: str, settings: dict[str, Any]) -> None:
    found = measure(Stack(**settings), range(4))
    assert f": delta {said} " in verdict(found)


def test_settings_survive_a_link_and_refuse_what_is_too_much() -> None:
    stack = Stack("relu", 33, 128, "sklearn", 1.7, 0.4, True, "positive", 64)
    assert settings_from_query(Stack, dict(parse_qsl(urlencode(settings_to_query(stack))))) == (stack, [])
    for name, value in {"depth": 51, "width": 257, "rows": 257, "scale": 10.1, "bias": -0.1, "inputs": "x"}.items():
        with pytest.raises(ValueError, match=name):
            Stack(**{name: value})  # type: ignore[arg-type]


def test_paths_are_those_of_single_runs() -> None:
    experiments = [changed(trained("tanh", seed), epochs=4) for seed in (1, 2)]
    for experiment, path in zip(experiments, train_paths(experiments, (0, 3, 4)), strict=True):
        run = train(experiment)
        assert path.epochs.tolist() == [0, 3, 4]
        np.testing.assert_allclose(path.train_loss, run.train_loss[path.epochs], rtol=1e-9)
        assert path.test_accuracy == run.test_accuracy[-1]
        np.testing.assert_allclose(way(path), way(run), rtol=1e-9)


def test_updates_and_ways_are_differences_of_weights() -> None:
    run = train(
        dataclasses.replace(trained("tanh"), segments=(dataclasses.replace(trained("tanh").segments[0], epochs=130),))
    )
    epochs, updates = update_sizes(run)
    assert np.array_equal(epochs, run.epochs[1:]) and updates.shape == (len(epochs), 7)
    last = run.layers[-1][2][0] - run.layers[-2][2][0]
    assert updates[-1, 2] == pytest.approx(np.sqrt(np.mean(last**2)) / (run.epochs[-1] - run.epochs[-2]), rel=1e-12)
    assert ways([run]) == (
        "How far the first layer's weights moved, relative to their size: "
        f"Tanh **{way(run)[0]:.2g}** (output layer {way(run)[6]:.2g})."
    )
    moved = run.layers[-1][0][0] - run.layers[0][0][0]
    assert way(run)[0] == pytest.approx(np.sqrt(np.mean(moved**2) / np.mean(run.layers[0][0][0] ** 2)), rel=1e-12)
