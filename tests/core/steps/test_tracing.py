"""The traced numbers are those that training used: they lead from each frame to the next."""

import json
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.neural_network import MLPClassifier, MLPRegressor

from core.branch import forked
from core.edits import Edit, set_by_hand
from core.engines import ENGINES
from core.experiment import Experiment, Segment, changed
from core.network import OPTIMIZERS, Options, flatten, reference
from core.picks import Pick
from core.steps import Batch, moments, traced, training, unflatten
from core.steps.lines import LETTERS, _filled
from core.steps.tracing import batches
from core.steps.updates import EQUATIONS, MEMORY, equations, step
from core.training import completed, prepare, train
from tests.core.steps.problems import small
from tests.latex import evaluate

GOLDEN = json.loads((Path(__file__).parents[2] / "fixtures" / "optimizers.json").read_text())
QUICK = changed(Experiment(), rows=60, epochs=8)


def of_epoch(experiment: Experiment, epoch: int) -> list[Batch]:
    """All batches of one epoch, 1 is the first."""
    prepared, found = prepare(experiment), []
    for moment in moments(experiment, prepared):
        if moment.epoch > epoch:
            break
        if moment.epoch == epoch:
            found.append(traced(experiment, prepared, moment))
    return found


@given(small(), st.integers(0, 5))
def test_the_updates_of_an_epoch_lead_from_its_frame_to_the_next(experiment: Experiment, epoch: int) -> None:
    run = train(experiment)
    assume(run.ended == "finished" and epoch < experiment.epochs)
    steps = of_epoch(experiment, epoch + 1)
    w = flatten(run.layers[epoch])
    for batch in steps:
        np.testing.assert_allclose(batch.before, w, rtol=1e-12, atol=1e-12)
        w = w + (batch.after - batch.before)
    for start, segment in zip(experiment.starts, experiment.segments, strict=True):
        if start == epoch + 1:
            set_by_hand(unflatten(w, experiment.sizes), segment.edits)  # views of w
    np.testing.assert_allclose(w, flatten(run.layers[epoch + 1]), rtol=1e-12, atol=1e-12)
    rows = [row for batch in steps for row in batch.rows.tolist()]
    assert len(rows) == len(set(rows))
    if not any(OPTIMIZERS[segment.optimizer].in_order for segment in experiment.segments):
        assert len(rows) == len(run.X_train)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_after_many_epochs_the_weights_are_the_engine_s_in_every_bit(optimizer: str) -> None:
    """Here rounding grows tenfold in a few epochs: a trace with rounding of its own would be another training."""
    e = changed(QUICK, optimizer=optimizer, hidden=(8, 8, 8), learning_rate=0.1, epochs=150, l1=1e-4, l2=1e-3)
    prepared = prepare(e)
    run = train(e)
    frame = len(run.epochs) - 2
    batch = completed(training(e, int(run.epochs[frame])))
    np.testing.assert_array_equal(batch.before, flatten(run.layers[frame]))
    assert batch.segment == e.segments[0] and batch.number == 0
    np.testing.assert_array_equal(batch.X, prepared.X_train[batch.rows])
    assert batch.y.tolist() == prepared.y_train[batch.rows].tolist()


def test_steps_go_on_over_epochs_segments_and_the_last_epoch() -> None:
    two = (Segment(epochs=2, batch_size=7, optimizer="adam"), Segment(epochs=2, batch_size=15))
    e = changed(QUICK, segments=two)  # 30 rows: 5 batches an epoch, then 2
    found = [completed(training(e, 1, steps)) for steps in range(11)]
    places = [(batch.epoch, batch.number, batch.count) for batch in found]
    assert places[:6] == [(2, 0, 5), (2, 1, 5), (2, 2, 5), (2, 3, 5), (2, 4, 5), (3, 0, 2)]
    assert places[-1] == (5, 1, 2) and e.epochs == 4
    assert len(found[4].rows) == 2  # what is left
    assert [batch.segment for batch in found[4:6]] == list(two)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_fork_with_nothing_changed_is_traced_as_the_training_without_it(optimizer: str) -> None:
    whole = changed(QUICK, optimizer=optimizer, batch_size=7, l1=0.03, epochs=20)
    fork = forked(whole, 9)
    for epoch, steps in ((8, 2), (9, 0), (12, 1)):
        a, b = (completed(training(e, epoch, steps)) for e in (whole, fork))
        np.testing.assert_array_equal(a.before, b.before)
        for own, other in zip(a.terms, b.terms, strict=True):
            np.testing.assert_array_equal(own.after, other.after)
    afresh = completed(training(forked(whole, 9, carry=False), 12))
    assert (completed(training(whole, 12)).before == afresh.before).all() == (optimizer == "sgd")


def test_a_batch_starts_from_the_weights_that_were_set_by_hand() -> None:
    e = forked(QUICK, 3, edits=(Edit(1, 0, 2, 7.5),))
    assert completed(training(e, 3)).layers[0][0][0, 2] == 7.5
    assert completed(training(QUICK, 3)).layers[0][0][0, 2] != 7.5
    asks = forked(QUICK, 8, epochs=0, edits=(Edit(1, "b", 1, 0.25),))  # what if, at the end
    assert completed(training(asks, 8)).layers[0][1][1] == 0.25


def test_a_weight_that_is_set_by_hand_after_l1_took_it_to_zero_stays_as_it_is_set() -> None:
    dead = changed(QUICK, optimizer="playground", l1=0.1, epochs=60)
    place = next(np.argwhere(W == 0)[0] for W, _ in [train(dead).layers[-1][0]])
    e = forked(dead, 60, l1=0.0, edits=(Edit(1, int(place[0]), int(place[1]), 0.5),))
    batch = completed(training(e, 62))
    w = Pick("w", 1, int(place[1]), int(place[0])).place(e.sizes)
    assert batch.before[w] == batch.after[w] == 0.5
    assert flatten(train(e).layers[-1])[w] == 0.5


def test_a_step_that_never_comes_is_refused() -> None:
    e = changed(QUICK, optimizer="playground", batch_size=40)
    with pytest.raises(ValueError, match="batch_size must be at most the 30 training rows with this optimizer; got 40"):
        completed(training(e, 0))


def test_the_rows_of_batches() -> None:
    order = np.arange(10)
    assert [rows.tolist() for rows in batches(order, 4, False, True)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert [rows.tolist() for rows in batches(order, 4, True, True)] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert [rows.tolist() for rows in batches(order, 4, True, False)] == [[8, 9, 0, 1, 2, 3], [4, 5, 6, 7]]
    assert batches(order, 11, True, True) == batches(order, 11, True, False) == []


def test_a_long_training_can_be_left() -> None:
    assert list(islice(training(changed(QUICK, epochs=10_000, batch_size=1), 9_000), 100)) == [None] * 100


# gradients and loss, against others


@given(small())
def test_the_gradient_is_the_reference_s_and_the_loss_too(experiment: Experiment) -> None:
    e, prepared = experiment, prepare(experiment)
    moment = next(moments(e, prepared), None)
    assume(moment is not None)
    batch = traced(e, prepared, moment)
    layers = batch.layers
    output = {2: "logistic" if e.loss == "log" else "tanh", 0: "identity", 3: "softmax"}[e.classes]
    z, a = reference.forward(batch.a[0], layers, e.activations, output)
    gradient = reference.backward(z, a, batch.targets, layers, e.activations, e.loss)
    np.testing.assert_allclose(batch.data_gradient, flatten(gradient), rtol=1e-12, atol=1e-15)
    assert batch.loss - batch.penalty == pytest.approx(reference.loss(a, batch.targets, e.loss), abs=1e-14)
    assert batch.row_losses.mean() == pytest.approx(batch.loss - batch.penalty, abs=1e-12)
    np.testing.assert_array_equal(batch.a[0], prepared.inputs(batch.X))


@pytest.mark.parametrize("dataset", ["circle", "spiral3", "reg_gauss"])
@pytest.mark.parametrize("activation", ["tanh", "relu", "logistic"])
def test_the_gradient_is_scikit_learn_s(dataset: str, activation: str) -> None:
    """One batch of SGD at rate 1 without momentum: the weights before minus those after are the gradient."""
    e = changed(QUICK, dataset=dataset, activation=activation, hidden=(4, 3), batch_size=12)
    batch = completed(training(e, 3, 1))
    kind = MLPClassifier if e.classes else MLPRegressor
    model = kind(
        hidden_layer_sizes=e.hidden,
        activation=activation,
        solver="sgd",
        momentum=0.0,
        alpha=0.0,
        learning_rate_init=1.0,
        batch_size=len(batch.rows),
        shuffle=False,
    )
    known = {"classes": np.arange(e.classes)} if e.classes else {}
    model.partial_fit(batch.a[0], batch.y, **known)
    for place, (W, b) in enumerate(batch.layers):
        model.coefs_[place][:], model.intercepts_[place][:] = W, b
    model.partial_fit(batch.a[0], batch.y)
    after = flatten(list(zip(model.coefs_, model.intercepts_, strict=True)))
    np.testing.assert_allclose(batch.before - after, batch.data_gradient, rtol=1e-9, atol=1e-13)
    assert model.loss_ == pytest.approx(batch.loss, abs=1e-12)


def test_a_penalty_in_the_gradient_is_scikit_learn_s() -> None:
    e = changed(QUICK, batch_size=12, l2=0.5)
    batch = completed(training(e, 2))
    model = MLPClassifier(
        e.hidden, "tanh", solver="sgd", momentum=0.0, alpha=0.5, learning_rate_init=1.0, shuffle=False
    )
    model.partial_fit(batch.a[0], batch.y, classes=[0, 1])
    for place, (W, b) in enumerate(batch.layers):
        model.coefs_[place][:], model.intercepts_[place][:] = W, b
    model.partial_fit(batch.a[0], batch.y)
    after = flatten(list(zip(model.coefs_, model.intercepts_, strict=True)))
    np.testing.assert_allclose(batch.before - after, batch.gradient, rtol=1e-9, atol=1e-13)
    assert model.loss_ == pytest.approx(batch.loss, abs=1e-12)


def test_backpropagation_is_carried_times_slope() -> None:
    batch = completed(training(changed(QUICK, hidden=(4, 3), activation="gelu"), 2))
    for layer, (carried, slope) in enumerate(zip(batch.carried, batch.slopes, strict=True)):
        W, _ = batch.layers[layer + 1]
        np.testing.assert_allclose(batch.deltas[layer], (batch.deltas[layer + 1] @ W.T) * slope, rtol=1e-14)
        np.testing.assert_allclose(carried, batch.deltas[layer + 1] @ W.T, rtol=1e-14)


def test_unflatten_is_the_inverse_of_flatten() -> None:
    layers = unflatten(np.arange(25.0), (2, 4, 2, 1))
    assert [W.shape for W, _ in layers] == [(2, 4), (4, 2), (2, 1)]
    np.testing.assert_array_equal(flatten(layers), np.arange(25.0))


# the equations of the optimizers


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["optimizer"])
def test_the_equations_step_as_pytorch_does(case: dict) -> None:
    options = Options(**case["options"])
    values = {
        "w": np.array(GOLDEN["start"]),
        "eta": GOLDEN["rate"],
        "mu": options.momentum,
        "l1": 0.0,
        "beta_1": options.beta_1,
        "beta_2": options.beta_2,
        "epsilon": options.epsilon,
        "l2": options.decay,
        **{name: np.full(5, start) for name, start in MEMORY.items()},
    }
    for t, (gradient, expected) in enumerate(zip(GOLDEN["gradients"], case["weights"], strict=True), 1):
        terms = step(EQUATIONS[case["optimizer"]], {**values, "g": np.array(gradient), "t": t})
        values |= {term.name: term.after for term in terms if term.name == "w" or term.name in MEMORY}
        np.testing.assert_allclose(values["w"], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_equation_s_latex_is_what_it_computes(optimizer: str) -> None:
    random = np.random.RandomState(0)
    values = {name: random.uniform(0.1, 0.9) for name in LETTERS} | {"t": 3, "p": 0.05}  # L1 takes it not as far as 0
    for each in equations(Segment(optimizer=optimizer, l1=0.1)):
        if each.latex:
            shown = evaluate(_filled(each.latex, **LETTERS), {LETTERS[name]: value for name, value in values.items()})
            assert shown == pytest.approx(float(each.value(SimpleNamespace(**values))), rel=1e-12), each.latex


def test_every_optimizer_has_its_equations() -> None:
    assert EQUATIONS.keys() == OPTIMIZERS.keys()


def test_a_weight_that_l1_takes_across_zero_stays_there_and_that_is_said() -> None:
    e = changed(QUICK, optimizer="playground", l1=0.1, epochs=200)
    steps = (batch for epoch in range(1, 200) for batch in of_epoch(e, epoch))
    batch = next(batch for batch in steps if ((batch.before != 0) & (batch.after == 0)).any())
    gone = (batch.before != 0) & (batch.after == 0)
    w = next(term for term in batch.terms if term.name == "w")
    assert w.note and (w.before["u"] * (w.before["u"] - w.before["p"]))[gone].max() < 0
    later = next(steps)
    assert later.gradient[gone].any() and not later.before[gone].any() and not later.after[gone].any()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_trace_is_numpy_s_on_either_engine_s_numbers(engine: str) -> None:
    """scikit-learn starts from the same weights and takes the same rows: its weights are the trace's up to rounding."""
    e = changed(QUICK, engine=engine)
    np.testing.assert_allclose(completed(training(e, 5)).before, flatten(train(e).layers[5]), atol=1e-12)
