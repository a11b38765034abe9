"""Runs: what a frame says, how a run ends, and many runs at once."""

import dataclasses
import pickle
import tracemalloc
from collections.abc import Generator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, mean_squared_error, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor

from core import training
from core.data import DATASETS
from core.engines.start import row_orders
from core.experiment import ENGINES, Experiment, Segment, changed
from core.recording import Diverged, schedule
from core.sides import on_engine
from core.training import Run, epochs, iterate, prepare, train, train_together

SMALL = Experiment(rows=80, hidden=(4, 3), segments=(Segment(epochs=12, learning_rate=0.1),))
BOTH = pytest.mark.parametrize("engine", ["numpy", "sklearn"])
DIVERGING = changed(SMALL, activation="identity", features=("x1", "x2", "x1sq"), learning_rate=0.3, momentum=0.999)
DIVERGING = changed(DIVERGING, optimizer="momentum", hidden=(8, 8, 8), epochs=60)


def same(run: Run, other: Run, tolerance: float = 0.0) -> None:
    np.testing.assert_array_equal(run.epochs, other.epochs)
    for layers, others in zip(run.layers, other.layers, strict=True):
        for (W, b), (W_other, b_other) in zip(layers, others, strict=True):
            np.testing.assert_allclose(W, W_other, rtol=0, atol=tolerance)
            np.testing.assert_allclose(b, b_other, rtol=0, atol=tolerance)
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_gradient", "delta"):
        np.testing.assert_allclose(getattr(run, name), getattr(other, name), rtol=0, atol=tolerance, err_msg=name)
    assert run.ended == other.ended


# ---- what a run holds -----------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("dataset", ["circle", "blobs3", "ripple"])
def test_a_run_and_its_shapes(dataset: str, engine: str) -> None:
    experiment = changed(SMALL, dataset=dataset, engine=engine, features=("x1", "x2", "sinx1"), train_share=60)
    run = train(experiment)
    outputs, frames = (3 if dataset == "blobs3" else 1), 13
    assert run.experiment == experiment
    assert run.ended == "finished"
    assert run.X_train.shape == (48, 2) and run.y_train.shape == (48,)
    assert run.X_test.shape == (32, 2) and run.y_test.shape == (32,)
    assert run.inputs(run.X_test).shape == (32, 3)
    np.testing.assert_array_equal(run.epochs, np.arange(frames))
    for layers in run.layers:
        assert [W.shape for W, _ in layers] == [(3, 4), (4, 3), (3, outputs)]
        assert [b.shape for _, b in layers] == [(4,), (3,), (outputs,)]
    assert len(run.layers) == frames
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        assert getattr(run, name).shape == (frames,)
    for name in ("weight_gradient", "delta", "weight_factor", "slope_factor"):
        assert getattr(run, name).shape == (frames, 3)
    assert run.seconds > 0


@BOTH
@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("dataset", ["spiral", "iris"])
def test_losses_and_accuracies_are_scikit_learns_of_the_frames_weights(
    dataset: str, standardize: bool, engine: str
) -> None:
    """A real MLPClassifier is given the frame's weights; the penalty is in none of the losses."""
    run = train(changed(SMALL, dataset=dataset, engine=engine, standardize=standardize, l2=0.5))
    model = MLPClassifier((4, 3), "tanh", max_iter=1, batch_size=10).fit(run.inputs(run.X_train), run.y_train)
    for frame in (0, 5, 12):
        model.coefs_ = [W for W, _ in run.layers[frame]]
        model.intercepts_ = [b for _, b in run.layers[frame]]
        for part in ("train", "test"):
            X, y = run.inputs(getattr(run, f"X_{part}")), getattr(run, f"y_{part}")
            expected = log_loss(y, model.predict_proba(X), labels=model.classes_)
            assert getattr(run, f"{part}_loss")[frame] == pytest.approx(expected, rel=1e-10)
            assert getattr(run, f"{part}_accuracy")[frame] == accuracy_score(y, model.predict(X))


@BOTH
@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("dataset", ["ripple", "diabetes"])
def test_losses_and_r_squared_are_scikit_learns_of_the_frames_weights(
    dataset: str, standardize: bool, engine: str
) -> None:
    run = train(changed(SMALL, dataset=dataset, engine=engine, standardize=standardize, l2=0.5, learning_rate=0.01))
    assert run.ended == "finished"
    model = MLPRegressor(hidden_layer_sizes=(4, 3), activation="tanh", max_iter=1, batch_size=10)
    model.fit(run.inputs(run.X_train), run.y_train)
    for frame in (0, 5, 12):
        model.coefs_ = [W for W, _ in run.layers[frame]]
        model.intercepts_ = [b for _, b in run.layers[frame]]
        for part in ("train", "test"):
            y, found = getattr(run, f"y_{part}"), model.predict(run.inputs(getattr(run, f"X_{part}")))
            assert getattr(run, f"{part}_loss")[frame] == pytest.approx(mean_squared_error(y, found) / 2, rel=1e-10)
            assert getattr(run, f"{part}_accuracy")[frame] == pytest.approx(r2_score(y, found), rel=1e-10)
    np.testing.assert_allclose(training.predicted(run, run.X_test), found, rtol=1e-12)


@pytest.mark.parametrize("dataset", ["circle", "iris", "digits"])
def test_confusion_is_scikit_learns(dataset: str) -> None:
    run = train(changed(SMALL, dataset=dataset))
    model = MLPClassifier((4, 3), "tanh", max_iter=1, batch_size=10).fit(run.inputs(run.X_train), run.y_train)
    model.coefs_, model.intercepts_ = [W for W, _ in run.layers[-1]], [b for _, b in run.layers[-1]]
    expected = model.predict(run.inputs(run.X_test))
    np.testing.assert_array_equal(training.predicted(run, run.X_test), expected)
    np.testing.assert_array_equal(
        training.confusion(run), confusion_matrix(run.y_test, expected, labels=model.classes_)
    )


@BOTH
def test_a_run_without_weights_has_the_last_frames_alone_and_all_else(engine: str) -> None:
    run = train(changed(SMALL, engine=engine))
    light = training.without_weights(run)
    assert len(light.layers) == 1 and len(run.layers) == 13
    assert dataclasses.replace(light, layers=run.layers) == run
    np.testing.assert_array_equal(training.confusion(light), training.confusion(run))
    assert len(pickle.dumps(light)) < 0.7 * len(pickle.dumps(run))


@st.composite
def lean(draw: st.DrawFn) -> Experiment:
    """Regression at the edges: two training rows, one test row, rates that diverge, either engine."""
    experiment = changed(
        Experiment(),
        dataset=draw(st.sampled_from([name for name, row in DATASETS.items() if not row.classes])),
        rows=50,
        train_share=draw(st.sampled_from([1, 2, 50, 98, 99])),
        noise=draw(st.sampled_from([0.0, 80.0])),
        seed=draw(st.integers(0, 2**32 - 1)),
        playground_seed=draw(st.sampled_from(["", "0.5"])),
        hidden=tuple(draw(st.lists(st.integers(1, 5), max_size=3))),
        activation=draw(st.sampled_from(["tanh", "relu", "identity"])),
        learning_rate=draw(st.sampled_from([1e-6, 0.03, 1.0, 1000.0])),
        epochs=5,
    )
    return on_engine(experiment, draw(st.sampled_from(list(ENGINES))))


@given(lean())
def test_nothing_in_a_run_of_regression_is_not_a_number(experiment: Experiment) -> None:
    run = train(experiment)
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_gradient", "delta"):
        assert np.isfinite(getattr(run, name)).all(), name
    assert len(run.y_train) >= (1 if experiment.playground_seed else 2) and len(run.y_test) >= 1


def test_standardised_features_have_mean_0_and_deviation_1_on_the_training_rows() -> None:
    prepared = prepare(changed(SMALL, dataset="wine", standardize=True))
    X = prepared.inputs(prepared.X_train)
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1, rtol=1e-12)


def test_gradient_sizes_are_those_of_the_training_loss() -> None:
    """The size of dL/dW in the last layer, from differences of the run's own training loss as log_loss gives it."""
    run = train(changed(SMALL, epochs=3))
    (W1, b1), (W2, b2), (W3, b3) = run.layers[3]
    X, y = run.inputs(run.X_train), run.y_train

    def loss(W: np.ndarray) -> float:
        z = np.tanh(np.tanh(X @ W1 + b1) @ W2 + b2) @ W + b3
        return log_loss(y, 1 / (1 + np.exp(-z[:, 0])))

    steps = 1e-5 * np.eye(3)[:, :, None]
    gradient = [(loss(W3 + step) - loss(W3 - step)) / 2e-5 for step in steps]
    assert run.weight_gradient[3, 2] == pytest.approx(np.sqrt(np.mean(np.square(gradient))), rel=1e-6)


@BOTH
@pytest.mark.parametrize("dataset", ["moons", "iris", "ripple"])
def test_the_datas_seed_draws_the_rows_and_the_seed_the_weights_and_row_order(dataset: str, engine: str) -> None:
    base = changed(SMALL, dataset=dataset, noise=20.0, engine=engine, seed=3, epochs=1)
    same(train(changed(base, data_seed="3")), train(base))
    other_data, other_start = train(changed(base, data_seed="4")), train(changed(base, seed=4, data_seed="3"))
    for name in ("X_train", "y_train", "X_test", "y_test"):
        np.testing.assert_array_equal(getattr(other_data, name), getattr(train(changed(base, seed=4)), name))
        np.testing.assert_array_equal(getattr(other_start, name), getattr(train(base), name))
    for run, seed in ((other_data, 3), (other_start, 4)):
        np.testing.assert_array_equal(run.layers[0][0][0], train(changed(base, seed=seed)).layers[0][0][0])
        np.testing.assert_array_equal(
            next(row_orders(run.experiment, 40)), next(row_orders(changed(base, seed=seed), 40))
        )


@BOTH
def test_a_run_can_be_repeated_and_the_seed_matters(engine: str) -> None:
    experiment = changed(SMALL, engine=engine, optimizer="adam")
    same(train(experiment), train(experiment))
    other = train(changed(experiment, seed=2))
    assert not np.array_equal(other.layers[0][0][0], train(experiment).layers[0][0][0])
    assert not np.array_equal(other.X_train, train(experiment).X_train)


@pytest.mark.parametrize("dataset", ["moons", "blobs5", "reg_gauss"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
def test_both_engines_give_the_same_run(optimizer: str, dataset: str) -> None:
    experiment = changed(SMALL, dataset=dataset, optimizer=optimizer, learning_rate=0.02, l2=0.01)
    ours, theirs = train(experiment), train(changed(experiment, engine="sklearn"))
    same(ours, theirs, 1e-10)
    np.testing.assert_array_equal(ours.X_train, theirs.X_train)


@BOTH
@pytest.mark.parametrize("dataset", ["blobs5", "digits", "ripple", "diabetes"])
def test_hardly_any_rows_and_more_classes_than_rows_are_trained(dataset: str, engine: str) -> None:
    for share in (1, 10, 99):
        run = train(changed(SMALL, dataset=dataset, rows=50, train_share=share, engine=engine, epochs=2))
        assert run.ended == "finished" and len(run.epochs) == 3


@BOTH
@pytest.mark.parametrize("dataset", ["gauss", "blobs5", "ripple"])
def test_a_single_training_row_of_a_playground_seed_is_trained(dataset: str, engine: str) -> None:
    """TensorFlow Playground's split looks after no class: here one row, or rows of fewer classes than there are."""
    for share in (1, 6):
        run = train(changed(SMALL, dataset=dataset, rows=50, train_share=share, playground_seed="1", engine=engine))
        assert len(run.y_train) == max(share // 2, 1)
        assert run.ended == "finished"


# ---- how a run ends -------------------------------------------------------------------------------------------------


@BOTH
def test_divergence_ends_the_run_and_keeps_its_frames(engine: str) -> None:
    run = train(changed(DIVERGING, engine=engine))
    at = int(run.ended.removeprefix("diverged at epoch ").split(":")[0])
    assert run.ended.endswith("A smaller learning rate usually helps")
    assert "went first" in run.ended
    np.testing.assert_array_equal(run.epochs, np.arange(at))
    assert 1 < at < 60, run.ended
    assert all(np.isfinite(W).all() and np.isfinite(b).all() for layers in run.layers for W, b in layers)
    assert np.isfinite(run.train_loss).all()


@BOTH
def test_divergence_is_raised_after_the_last_good_frame(engine: str) -> None:
    experiment = changed(DIVERGING, engine=engine)
    frames = []
    with pytest.raises(Diverged, match=rf"^diverged at epoch {len(train(experiment).epochs)}: "):
        frames.extend(iterate(experiment, prepare(experiment)))


@BOTH
def test_whoever_asks_may_stop_anywhere_and_collect(engine: str) -> None:
    experiment = changed(SMALL, engine=engine)
    prepared, frames, seen = prepare(experiment), [], []
    for step in epochs(experiment, prepared):
        seen.append(step.epoch)
        frames.append(step.frame)
        if step.epoch == 5:
            break
    assert seen == list(range(6))
    run = training.collect(experiment, prepared, frames, "stopped")
    assert run.ended == "stopped"
    whole = train(experiment)
    np.testing.assert_array_equal(run.train_loss, whole.train_loss[:6])
    np.testing.assert_array_equal(run.layers[5][0][0], whole.layers[5][0][0])


def test_epochs_that_are_not_recorded_are_counted() -> None:
    experiment = changed(SMALL, rows=50, epochs=130)
    steps = list(epochs(experiment, prepare(experiment)))
    assert [step.epoch for step in steps] == list(range(131))
    assert [step.epoch for step in steps if step.frame] == schedule(130)


def test_any_epoch_can_be_measured_before_training_goes_on() -> None:
    experiment = changed(SMALL, rows=50, epochs=130)
    measured = [step.measure() for step in epochs(experiment, prepare(experiment)) if step.measure]
    assert [frame.epoch for frame in measured] == list(range(131))
    shorter = train(changed(SMALL, rows=50, epochs=117))  # the rows come in the same order
    assert 117 not in schedule(130)
    assert (measured[117].train_loss, measured[117].test_accuracy) == (
        shorter.train_loss[-1],
        shorter.test_accuracy[-1],
    )


def test_a_training_can_be_left_within_a_long_epoch() -> None:
    steps = list(epochs(changed(SMALL, rows=800, batch_size=1, epochs=2), prepare(changed(SMALL, rows=800))))
    assert [step.epoch for step in steps] == [0, 0, 1, 1, 2]
    assert [step.measure is None for step in steps] == [False, True, False, True, False]


@BOTH
def test_a_training_that_may_be_left_is_the_same_run(engine: str) -> None:
    experiment = changed(SMALL, engine=engine)
    steps = training.training(experiment)
    for _ in epochs(experiment, prepare(experiment)):
        assert next(steps) is None
    with pytest.raises(StopIteration) as returned:
        next(steps)
    same(returned.value.value, train(experiment))


def test_a_generator_is_completed_to_what_it_returns() -> None:
    def counting(last: int) -> Generator[None, None, int]:
        for _ in range(last):
            yield
        return last

    assert [training.completed(counting(last)) for last in (0, 1, 7)] == [0, 1, 7]


# ---- many at once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{}, {"dataset": "blobs3", "optimizer": "adam"}, {"loss": "squared", "l1": 0.01}, {"dataset": "ripple"}],
)
def test_runs_trained_together_equal_those_trained_singly(changes: dict) -> None:
    base = changed(SMALL, **changes)
    experiments = [changed(base, seed=seed, learning_rate=rate) for seed, rate in ((1, 0.1), (2, 0.1), (2, 0.01))]
    for run, experiment in zip(train_together(experiments), experiments, strict=True):
        assert run.experiment == experiment
        same(run, train(experiment), 1e-10)
        np.testing.assert_array_equal(run.X_test, train(experiment).X_test)


def test_networks_that_share_their_data_and_others_that_share_their_start_are_trained_together() -> None:
    seeds = [(1, "7"), (2, "7"), (2, ""), (2, "8")]
    experiments = [changed(SMALL, seed=seed, data_seed=data_seed) for seed, data_seed in seeds]
    runs = train_together(experiments)
    for run, experiment in zip(runs, experiments, strict=True):
        same(run, train(experiment), 1e-10)
    np.testing.assert_array_equal(runs[0].X_train, runs[1].X_train)
    np.testing.assert_array_equal(runs[1].layers[0][0][0], runs[3].layers[0][0][0])


def test_one_that_diverges_does_not_disturb_the_others() -> None:
    experiments = [DIVERGING, changed(DIVERGING, learning_rate=0.001, momentum=0.999)]
    diverged, fine = train_together(experiments)
    assert diverged.ended.startswith("diverged at epoch ")
    np.testing.assert_array_equal(diverged.epochs, np.arange(len(diverged.epochs)))
    same(fine, train(experiments[1]), 1e-8)
    assert fine.ended == "finished"


def test_with_last_layers_the_runs_are_the_same_and_have_those_of_their_last_frame_alone() -> None:
    experiments = [DIVERGING, changed(DIVERGING, learning_rate=0.001)]
    whole = train_together(experiments)
    light = training.completed(training.together(experiments, last_layers=True))
    assert [run.ended.split(":")[0] for run in light] == [run.ended.split(":")[0] for run in whole]
    assert light[0].ended.startswith("diverged") and 1 < len(light[0].epochs) < len(light[1].epochs)
    for run, other in zip(light, whole, strict=True):
        assert len(run.layers) == 1 and len(other.layers) == len(other.epochs)
        same(run, training.without_weights(other))


def test_with_last_layers_no_others_are_held_in_memory() -> None:
    base = changed(SMALL, rows=50, hidden=(64, 64, 64), batch_size=5000, epochs=60)
    experiments = [changed(base, seed=seed) for seed in (1, 2)]
    bytes_of_layers = 8 * 2 * base.parameters
    peaks = []
    for last_layers in (True, False):
        tracemalloc.start()
        training.completed(training.together(experiments, last_layers=last_layers))
        peaks.append(tracemalloc.get_traced_memory()[1] / bytes_of_layers)
        tracemalloc.stop()
    assert peaks[1] - peaks[0] > 50  # of the 61 frames


@pytest.mark.parametrize("last_layers", [False, True])
def test_runs_trained_together_can_be_left_anywhere(last_layers: bool) -> None:
    experiments = [changed(SMALL, rows=50, epochs=3, seed=seed) for seed in (1, 2)]
    yields = sum(1 for _ in training.together(experiments, last_layers))
    assert yields == 2 + 4  # the data of each are drawn; before training, and after every epoch
    for last in range(yields + 1):
        steps = training.together(experiments, last_layers)
        for _ in range(last):
            next(steps)
        steps.close()
        assert list(steps) == []


def test_runs_trained_together_can_be_left_within_a_long_epoch() -> None:
    experiments = [changed(SMALL, rows=800, batch_size=1, epochs=2, seed=seed) for seed in (1, 2)]
    assert sum(1 for _ in training.together(experiments)) >= 1 + 2 * 2
    for run, experiment in zip(training.completed(training.together(experiments)), experiments, strict=True):
        same(run, train(experiment), 1e-10)


@pytest.mark.parametrize(
    "field, value",
    [("hidden", (4, 4)), ("dataset", "xor"), ("activation", "relu"), ("loss", "squared"), ("rows", 90), ("noise", 5.0)],
)
def test_experiments_that_differ_in_shape_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{field} must be the same in all experiments; got "):
        train_together([SMALL, changed(SMALL, **{field: value})])


@pytest.mark.parametrize("field, value", [("optimizer", "adam"), ("batch_size", 20), ("epochs", 13), ("l2", 0.1)])
def test_segments_that_differ_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{field} must be the same in all experiments; got "):
        train_together([SMALL, changed(SMALL, **{field: value})])


def test_another_number_of_segments_is_refused() -> None:
    two = dataclasses.replace(SMALL, segments=SMALL.segments * 2)
    with pytest.raises(ValueError, match=r"^segments must be the same in all experiments; got "):
        train_together([SMALL, two])


def test_only_the_numpy_engine_trains_together() -> None:
    with pytest.raises(ValueError, match=r"^engine must be 'numpy' to train experiments together; got 'sklearn'"):
        train_together([changed(SMALL, engine="sklearn")] * 2)


def test_the_playground_seed_decides_generated_rows_and_their_split_alone() -> None:
    base = Experiment("spiral", rows=60, train_share=33, noise=10.0, playground_seed="0.5")
    first, other_seeds = prepare(base), prepare(changed(base, seed=7, data_seed="5"))
    np.testing.assert_array_equal(first.X_train, other_seeds.X_train)
    assert first.X_train.shape == (19, 2) and first.X_test.shape == (41, 2)
    assert (first.X_train != prepare(changed(base, playground_seed="0.6")).X_train).any()
    assert (first.X_train != prepare(changed(base, playground_seed="")).X_train).any()


@pytest.mark.parametrize("dataset", [name for name, row in DATASETS.items() if row.load])
def test_tables_do_not_heed_the_playground_seed(dataset: str) -> None:
    with_text, without = (prepare(changed(Experiment(), dataset=dataset, playground_seed=text)) for text in ("0.5", ""))
    np.testing.assert_array_equal(with_text.X_train, without.X_train)
    np.testing.assert_array_equal(with_text.y_test, without.y_test)


@pytest.mark.parametrize("epoch, at", [(-1, 119), (0, 0), (3, 3), (10_000, 119)])
def test_the_frame_nearest_to_an_epoch(epoch: int, at: int) -> None:
    run = train(changed(SMALL, epochs=119))
    assert run.frame_at(epoch) == at
    sparse = dataclasses.replace(run, epochs=2 * run.epochs)
    assert sparse.frame_at(7) == 3 and sparse.frame_at(8) == 4  # of two the earlier
