"""Linear networks: claims hold, and fail where what they say is not so. Oracles: augmented matrices, x², scipy."""

import dataclasses
import re
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from core.claims import linear_depth, one_layer
from core.claims.linear_depth import (
    PRESETS,
    RATE,
    STARTS,
    LinearDepth,
    Trained,
    affine_claim,
    claims,
    collapse_claims,
    converse_claim,
    experiment,
    gradient_claim,
    gradients_by_row,
    in_compare,
    input_claim,
    learning_claim,
    lowest_loss,
    numbers,
    off_by,
    plateau_claims,
    rank_claims,
    spread,
    train_depth,
    training_claims,
    unequal_claim,
    way,
)
from core.claims.one_layer import (
    boundary_in_sight,
    difference,
    least_error,
    product_latex,
    products,
    ranks,
    singular_values,
    square,
)
from core.experiment import Experiment
from core.link import settings_from_query, settings_to_query
from core.network import ACTIVATIONS, Layer
from core.training import Run, prepare, train


@cache
def trained(settings: LinearDepth) -> Run:
    return train(experiment(settings))


def layers_of(sizes: list[int], seed: int) -> list[Layer]:
    random = np.random.RandomState(seed)
    return [(random.standard_normal((n_in, n_out)), random.standard_normal(n_out)) for n_in, n_out in pairwise(sizes)]


def augmented(layer: Layer) -> np.ndarray:
    """x W + b as one matrix for (x, 1)."""
    W, b = layer
    return np.block([[W, np.zeros((len(W), 1))], [b[None, :], np.ones((1, 1))]])


@given(st.lists(st.integers(1, 6), min_size=2, max_size=7), st.integers(0, 99))
def test_the_product_is_that_of_the_augmented_matrices(sizes: list[int], seed: int) -> None:
    layers = layers_of(sizes, seed)
    expected = np.eye(sizes[0] + 1)
    for layer, product in zip(layers, products(layers), strict=True):
        expected = expected @ augmented(layer)
        np.testing.assert_allclose(augmented(product), expected, rtol=1e-10, atol=1e-10 * np.abs(expected).max())


def test_a_narrow_layer_lowers_the_rank_from_there_on() -> None:
    layers = layers_of([5, 6, 2, 6, 4], 0)
    assert ranks(layers) == [5, 2, 2, 2]
    values = singular_values(layers)
    assert values[-1][1] > 1e-3 and values[-1][2] < 1e-12


@pytest.mark.parametrize("name", [name for name in linear_depth.SHOWN if name != LinearDepth().dataset])
def test_quick_claims_hold_for_the_other_data_sets(name: str) -> None:
    found = claims(LinearDepth(dataset=name))
    assert len(found) == 8
    assert [claim for claim in found if not claim.holds] == []


@settings(max_examples=20)  # each is 20,000 points
@given(st.integers(0, 40), st.lists(st.integers(1, 16), min_size=1, max_size=6))
def test_untrained_networks_of_any_shape_collapse(seed: int, hidden: list[int]) -> None:
    layers = layers_of([2, *hidden, 3], seed)
    z, product = one_layer.collapse(layers, "identity")
    assert difference(z, product) < 1e-12
    assert np.abs(one_layer.collapse(layers, "tanh")[1] - product).max() == 0


def test_a_product_without_one_bias_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_first_bias(layers: list[Layer]) -> list[Layer]:
        return products([(layers[0][0], 0 * layers[0][1]), *layers[1:]])

    monkeypatch.setattr(one_layer, "products", without_first_bias)
    assert not collapse_claims(trained(LinearDepth()))[0].holds


def test_the_failure_with_tanh_is_not_claimed_of_a_linear_map(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(LinearDepth(activation="tanh"))
    assert collapse_claims(run)[0].holds
    assert "no single $W$ and $b$" in collapse_claims(run)[0].statement
    monkeypatch.setattr(one_layer, "outputs", lambda X, layers, activation: X @ np.ones((2, 1)) + 3)
    assert "does not show a bend" in collapse_claims(run)[0].statement


def test_the_least_error_is_exact_for_a_parabola() -> None:
    # The best line for x² on [-6, 6] is 18, which is off by 18 at the ends and in the middle: half of the largest 36.
    x = square()[:, :1]
    assert least_error(x**2, np.zeros((1, 1))) == pytest.approx(0.5)
    assert least_error(3 * x + 2, np.full((1, 1), 2.0)) < 1e-15


def test_points_of_the_square_mirror_each_other() -> None:
    X = square()
    assert X.shape == (10_000, 2)
    np.testing.assert_allclose(X, -X[::-1], atol=1e-14)


def test_the_gradient_claim_notices_another_product(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gradient_claim().holds
    monkeypatch.setattr(linear_depth, "products", lambda layers: [(1.1 * W, b) for W, b in products(layers)])
    assert not gradient_claim().holds


@pytest.mark.parametrize(
    "updates, ratio",
    [
        ([[0.1, 0.1], [0.1, 0.1]], 1),  # equal
        ([[0.1, 0.1], [0.3, 0.3]], 1),  # in each layer, however different the layers are
        ([[0.0, 0.0], [0.0, 0.0]], 1),  # none at all
        ([[0.0, 0.3], [0.1, 0.1]], np.inf),
        ([[0.1, 0.1], [0.1, 0.3]], 3),
    ],
)
def test_how_unequal_first_updates_are(
    updates: list[list[float]], ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(LinearDepth())
    assert unequal_claim(run).holds and spread(run) > 10
    monkeypatch.setattr(linear_depth, "first_updates", lambda run: [np.array([layer]) for layer in updates])
    assert spread(run) == pytest.approx(ratio)
    claim = unequal_claim(run)
    assert claim.value == pytest.approx(1 - 1 / ratio) and claim.holds == (ratio > 1)
    assert claim.tolerance > 0  # a difference is at least 0: that alone would prove nothing


@pytest.mark.parametrize(
    "sizes, claimed", [([2, 8, 1, 8, 3], True), ([2, 1, 4, 1], True), ([2, 8, 3, 8, 3], False), ([2, 8, 1], False)]
)
def test_a_rank_is_claimed_where_the_shapes_do_not_say_it(sizes: list[int], claimed: bool) -> None:
    assert [claim.holds for claim in rank_claims(layers_of(sizes, 0))] == [True] * claimed


def test_a_rank_that_stays_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(collapse_claims(trained(LinearDepth()))) == 2  # the lab opens with a rank that could be higher
    monkeypatch.setattr(linear_depth, "ranks", lambda layers: [2] * len(layers))
    assert not collapse_claims(trained(LinearDepth()))[1].holds


def test_another_slope_and_an_activation_that_is_a_line_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert affine_claim().holds and converse_claim().holds
    monkeypatch.setattr(linear_depth, "products", lambda layers: [(1.01 * W, b) for W, b in products(layers)])
    assert not affine_claim().holds
    line = dataclasses.replace(ACTIVATIONS["relu"], value=lambda x, out=None: 2 * x + 1)
    monkeypatch.setitem(ACTIVATIONS, "relu", line)  # type: ignore[arg-type]
    assert not converse_claim().holds


def test_plateaus_are_claimed_where_losses_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saxe et al. 2014: small weights, and only with many layers."""
    assert all(claim.holds for claim in plateau_claims())
    monkeypatch.setattr(linear_depth, "PLATEAUS", (1, 2))
    assert not plateau_claims()[0].holds
    deep = train_depth("gauss", "identity", 4, "uniform", 6)
    monkeypatch.setattr(linear_depth, "train_depth", lambda *_: deep)
    assert not plateau_claims()[1].holds


def test_a_plateau_is_said_of_losses_that_have_one() -> None:
    """Ten epochs at 0.01 each, then one of 0.5: the steepest fall begins at epoch 10, 50 times the first."""
    plateau = np.append(1 - 0.01 * np.arange(11), 0.4)
    late = Trained(6, np.arange(12), np.array([plateau]), np.array([0.4]), np.ones(1))
    assert [part[0] for part in late.late_falls] == pytest.approx([10, 50])
    at_once = Trained(6, np.arange(12), np.array([0.4 + 0.6 * 0.5 ** np.arange(12.0)]), np.array([0.4]), np.ones(1))
    assert "With 6 the loss stays on a plateau before its steepest fall, at epoch 10, which is 50 times" in way(
        [late, late], "identity"
    )
    assert "plateau" not in way([late, at_once], "identity")


def test_the_gradient_of_one_weight_is_another_for_another_input(monkeypatch: pytest.MonkeyPatch) -> None:
    run, step = trained(LinearDepth()), 1e-6
    rows, gradients = gradients_by_row(run)
    X, which = rows[:3], np.arange(3)

    def losses(change: float) -> np.ndarray:
        layers = [(W.copy(), b) for W, b in run.layers[0]]
        layers[0][0][0, 0] += change
        z = one_layer.outputs(X, layers, "identity")
        return np.log(np.exp(z).sum(axis=1)) - z[which, 0]

    np.testing.assert_allclose(gradients[:3], (losses(step) - losses(-step)) / (2 * step), rtol=1e-5)
    assert input_claim(run).holds
    for same in (0.2, 0.0):
        monkeypatch.setattr(linear_depth, "gradients_by_row", lambda run, same=same: (rows, np.full(len(rows), same)))
        assert not input_claim(run).holds


@pytest.mark.parametrize(
    "settings",
    [
        LinearDepth(dataset="xor", activation="relu", hidden=(1, 1, 1, 1), seed=1, epoch=0),  # the output is constant
        LinearDepth(hidden=(16, 1, 16, 16, 16, 16), seed=131, epoch=0),  # rounding of six factors
        LinearDepth(hidden=(), dataset="gauss", seed=21),
        LinearDepth(hidden=(1, 1), dataset="gauss"),
    ],
)
def test_claims_hold_for_networks_at_the_edge(settings: LinearDepth) -> None:
    run, linear = trained(settings), trained(dataclasses.replace(settings, activation="identity"))
    claims = [*collapse_claims(run, settings.epoch), unequal_claim(linear), input_claim(linear)]
    assert [claim.statement for claim in claims if not claim.holds] == []
    assert "nan" not in "".join([*numbers(run, settings.epoch).values(), *off_by(run, settings.epoch)])


def test_first_updates_are_the_slopes_of_the_loss() -> None:
    run = trained(LinearDepth(hidden=(3,)))
    updates, step = linear_depth.first_updates(run), 1e-6

    def loss(change: float) -> float:
        layers = [(W.copy(), b) for W, b in run.layers[0]]
        layers[0][0][1, 2] += change
        z = one_layer.outputs(run.X_train, layers, "identity")
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), run.y_train]))

    assert updates[0][1, 2] == pytest.approx(abs(loss(step) - loss(-step)) / (2 * step), rel=1e-5)


@pytest.mark.parametrize("name", list(RATE))
def test_the_lowest_loss_is_scipys(name: str) -> None:
    e = Experiment(dataset=name, noise=linear_depth.NOISE.get(name, 0), hidden=())
    data = prepare(e)
    X = np.column_stack([data.X_train, np.ones(len(data.X_train))])
    sign = 2 * data.y_train - 1
    found = minimize(lambda w: np.mean(np.logaddexp(0, -sign * (X @ w))), np.zeros(3), tol=1e-12)
    assert lowest_loss(e) == pytest.approx(found.fun, abs=1e-9)


@pytest.mark.parametrize("width", [5, 6])
def test_the_rate_is_below_where_networks_diverge(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At twice this rate one of these six networks is lost within 50 epochs."""
    monkeypatch.setattr(linear_depth, "EPOCHS", 50)
    anew = train_depth.__wrapped__
    assert np.isfinite(anew("xor", "identity", width, "glorot_uniform", 6).loss).all()
    monkeypatch.setitem(RATE, "xor", 2 * RATE["xor"])
    assert not np.isfinite(anew("xor", "identity", width, "glorot_uniform", 6).loss).all()


def test_claims_on_training_can_fail() -> None:
    def one(depth: int, loss: list[float]) -> Trained:
        return Trained(depth, np.arange(len(loss)), np.array([loss]), np.array([0.5]), np.array([1.0]))

    same = [one(0, [1.0, 0.5, 0.5]), one(1, [1.0, 0.5, 0.5])]
    above_and_below = [one(0, [1.0, 0.7, 0.6]), one(1, [1.0, 0.5, 0.4])]
    assert [claim.holds for claim in training_claims(same, "identity", "circle")] == [True, True, False]
    assert [claim.holds for claim in training_claims(above_and_below, "identity", "circle")][:2] == [False, False]
    assert [claim.holds for claim in training_claims(same, "tanh", "xor")] == [False]
    assert [claim.holds for claim in training_claims(above_and_below, "tanh", "xor")] == [True]
    assert training_claims(above_and_below, "tanh", "gauss") == []


def test_a_run_that_stays_on_its_plateau_has_no_epoch() -> None:
    run = Trained(1, np.array([0, 5, 10]), np.array([[1.0, 0.9, 0.9], [1.0, 0.54, 0.5]]), np.full(2, 0.5), np.ones(2))
    assert np.isnan(run.epochs_to_near[0]) and run.epochs_to_near[1] == 5
    np.testing.assert_allclose(run.best, [0.4, 0.0])


def test_what_was_not_learnt_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_depth, "EPOCHS", 1)
    monkeypatch.setattr(linear_depth, "train_depth", train_depth.__wrapped__)
    monkeypatch.setitem(RATE, "gauss", 1e-6)
    assert not learning_claim().holds


def test_the_boundary_is_in_sight_or_not() -> None:
    W = np.array([[1.0], [0.0]])
    assert boundary_in_sight([(W, np.zeros(1))], "identity")
    assert not boundary_in_sight([(W, np.full(1, 7.0))], "identity")
    assert not boundary_in_sight([(np.zeros((2, 3)), np.array([0.0, 1.0, 0.0]))], "identity")


def test_numbers_and_matrices_of_the_product() -> None:
    run = trained(LinearDepth())
    assert list(numbers(run, 0).values())[:4] == ["4", "76", "9", "1"]
    assert list(numbers(run, 0)) == [
        "Layers",
        "Weights and biases",
        "Of the one layer",
        "Rank of W",
        "Training accuracy",
    ]
    text = product_latex([(np.array([[1.0], [2.0]]), np.array([3.0]))])
    assert text == (
        r"\begin{aligned} W &= W_1 = \begin{pmatrix} 1 \\ 2 \end{pmatrix} \\"
        r" b &= \begin{pmatrix} 3 \end{pmatrix} \end{aligned}"
    )


def test_the_layers_of_a_linear_network_are_off_by_nothing_but_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    value, sentence = off_by(trained(LinearDepth()), -1)
    layers = trained(LinearDepth()).layers[-1]
    exact = [(W.astype(np.longdouble), b.astype(np.longdouble)) for W, b in layers]  # rounds 2,048 times finer
    X = square().astype(np.longdouble)
    for W, b in exact:
        X = X @ W + b
    error = np.abs(X - one_layer.outputs(square(), products(layers)[-1:], "identity")).max() / np.abs(X).max()
    assert value == "off by 0" and error < 1e-14
    assert float(re.search(r"\*\*(.*)\*\*", sentence)[1]) < 1e-14 and sentence.endswith("rounding.")
    monkeypatch.setattr(linear_depth, "collapse", lambda layers, activation: (np.ones((4, 1)), np.full((4, 1), 1.01)))
    assert off_by(trained(LinearDepth()), -1)[0] == "off by 0.01"


def test_where_a_nonlinearity_shows_one_layer_is_off_and_where_not_nothing_is_said_of_it() -> None:
    bent = trained(PRESETS["tanh"])
    least = collapse_claims(bent)[0].value
    assert off_by(bent, -1)[0] == f"off by {least:.0%}" and f"**{least:.1%}**" in off_by(bent, -1)[1]
    dead = trained(LinearDepth(dataset="xor", activation="relu", hidden=(1, 1, 1, 1), seed=1))
    assert off_by(dead, 0)[0] == "no bend"


def test_what_depth_changes_is_said_in_measured_numbers() -> None:
    fast = Trained(0, np.array([0, 7]), np.array([[1.0, 0.5], [1.0, 0.52]]), np.full(2, 0.5), np.ones(2))
    slow = Trained(1, np.array([0, 7]), np.array([[1.0, 0.9], [1.0, 0.9]]), np.full(2, 0.5), np.ones(2))
    said = way([fast, slow], "identity")
    assert "after **7** epochs without" in said and f"after **more than {linear_depth.EPOCHS:,}** with" in said
    assert said.endswith("within 0.4.")
    assert "is **0.01** at best, with 0 hidden layers" in way([fast, slow], "tanh")
    for activation in ("identity", "tanh"):
        assert "**–**" in way((), activation) and "nan" not in way((), activation)


def test_presets_are_cases_of_their_own() -> None:
    shown = [trained(preset) for preset in PRESETS.values()]
    assert [off_by(run, -1)[0] for run in shown[:2]] == ["off by 0"] * 2 and off_by(shown[2], -1)[0] != "off by 0"
    assert [ranks(run.layers[-1])[-1] for run in shown[:2]] == [1, 2]


def test_settings_travel_through_a_link_and_are_checked() -> None:
    settings = LinearDepth("xor", (), "relu", 7, 3, True, "gauss", 8, "glorot_uniform")
    assert settings_from_query(LinearDepth, settings_to_query(settings)) == (settings, [])
    with pytest.raises(ValueError, match="width must be a whole number from 4 to 8; got 9"):
        dataclasses.replace(settings, width=9)
    assert set(RATE) == set(linear_depth.TRAINED) and set(STARTS) == {"uniform", "glorot_uniform"}


@pytest.mark.parametrize("activation, other", [("identity", "tanh"), ("tanh", "identity"), ("relu", "identity")])
def test_compare_shows_this_network_beside_another_activation(activation: str, other: str) -> None:
    settings = LinearDepth(activation=activation)
    pair = in_compare(settings)
    assert pair.a == experiment(settings) and pair.b.activation == other
    assert dataclasses.replace(pair.a, activation=other) == pair.b
