"""What if: the frame with weights set by hand, against a network computed beside it; and what may be set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.branch import forked, lengthened
from core.diagnosis import diagnose
from core.edits import BIAS, MOST, Edit
from core.experiment import Experiment, changed
from core.link import Pair, from_query, to_query
from core.phrases import percent
from core.remedies import planned
from core.training import train
from core.what_if import follows, frames_of, in_words, is_what_if, set_at, undone, with_weights

A = changed(Experiment(rows=60), epochs=12)
W, V = Edit(1, 0, 2, 0.5), Edit(2, BIAS, 1, -3.0)


def tanh_network(X: np.ndarray, layers: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Outputs of a network of tanh layers and one sigmoid: as in a textbook, without any code of ours."""
    for W, b in layers[:-1]:
        X = np.tanh(X @ W + b)
    W, b = layers[-1]
    return (1 / (1 + np.exp(-(X @ W + b))))[:, 0]


@pytest.mark.parametrize("epoch", [0, 7, 12])
def test_the_last_frame_has_the_weights_and_the_numbers_that_belong_to_them(epoch: int) -> None:
    plain, asked = train(A), train(with_weights(A, epoch, [W, V]))
    layers = [(W.copy(), b.copy()) for W, b in plain.layers[epoch]]
    layers[0][0][0, 2], layers[1][1][1] = 0.5, -3.0
    for (W1, b1), (W2, b2) in zip(asked.layers[-1], layers, strict=True):
        np.testing.assert_array_equal(W1, W2)
        np.testing.assert_array_equal(b1, b2)
    assert asked.epochs[-1] == epoch and asked.ended == "finished"
    for X, y, loss, accuracy in (
        (asked.X_train, asked.y_train, asked.train_loss, asked.train_accuracy),
        (asked.X_test, asked.y_test, asked.test_loss, asked.test_accuracy),
    ):
        p = tanh_network(X, layers)
        assert accuracy[-1] == np.mean((p > 0.5) == y)
        assert loss[-1] == pytest.approx(-np.mean(np.where(y == 1, np.log(p), np.log(1 - p))), rel=1e-9)
    np.testing.assert_array_equal(asked.train_loss[:-1], plain.train_loss[:epoch])  # those before are A's


def test_a_feature_cross_is_solved_by_one_weight() -> None:
    xor = changed(Experiment(), dataset="xor", features=("x1", "x2", "x1x2"), hidden=(), epochs=3)
    by_hand = with_weights(xor, 0, [Edit(1, 0, 0, 0), Edit(1, 1, 0, 0), Edit(1, 2, 0, 20.0), Edit(1, BIAS, 0, 0)])
    run = train(by_hand)
    assert min(run.train_accuracy[-1], run.test_accuracy[-1]) > 0.98
    opened, _, problems = from_query(to_query(Pair(by_hand, by_hand)))
    assert (opened.a, problems) == (by_hand, [])


def test_weights_join_those_that_are_set_and_the_last_value_counts() -> None:
    asked = with_weights(with_weights(A, 7, [W, V]), 7, [Edit(1, 0, 2, 9.0)])
    assert set_at(asked, 7) == (Edit(1, 0, 2, 9.0), V) and len(asked.segments) == 2
    assert is_what_if(asked) and asked.epochs == 7
    earlier = with_weights(asked, 3, [V])  # what was asked at a later epoch is not there any more
    assert (earlier.epochs, set_at(earlier, 3), set_at(earlier, 7)) == (3, (V,), ())


def test_the_eleventh_weight_is_refused_and_a_known_one_is_not() -> None:
    wide = changed(A, hidden=(6, 6))
    full = with_weights(wide, 7, [Edit(2, 0, 0, 1.0)])
    for number in range(1, MOST):
        full = with_weights(full, 7, [Edit(2, number % 6, number // 6, 1.0)])
    with pytest.raises(ValueError, match="At most 10 weights can be set by hand"):
        with_weights(full, 7, [Edit(2, 5, 5, 1.0)])
    assert len(set_at(with_weights(full, 7, [Edit(2, 0, 0, 2.0)]), 7)) == MOST


@pytest.mark.parametrize("epoch, edit", [(13, W), (-1, W), ("7", W), (None, W), (7, Edit(4, 0, 0, 1.0))])
def test_what_is_not_there_is_refused_in_a_sentence(epoch: object, edit: Edit) -> None:
    with pytest.raises(ValueError, match="must be"):
        with_weights(A, epoch, [edit])  # type: ignore[arg-type]


@pytest.mark.parametrize("epoch", [0, 7, 12])
def test_undone_is_the_training_up_to_there(epoch: int) -> None:
    left = undone(with_weights(A, epoch, [W, V]))
    assert not is_what_if(left) and left.edits == () and left.epochs == epoch
    np.testing.assert_array_equal(train(left).train_loss, train(A).train_loss[: epoch + 1])
    assert undone(A) is A


def test_what_trains_on_asks_no_more() -> None:
    trained = lengthened(with_weights(A, 7, [W]), epochs=5)
    assert not is_what_if(trained) and undone(trained) is trained
    assert train(trained).layers[7][0][0][0, 2] == 0.5


# which runs have its frame

KNOWN = (
    A,
    forked(A, 7),
    forked(A, 9, learning_rate=0.001),
    forked(A, 5, learning_rate=0.001),
    forked(A, 7, edits=(V,)),
    with_weights(A, 7, [W]),
    with_weights(A, 7, [V]),
    with_weights(A, 5, [W]),
    changed(A, seed=2),
    changed(A, learning_rate=0.01),
)


@given(st.sampled_from(KNOWN), st.sampled_from([[W], [V], [W, V]]), st.integers(0, 12))
def test_a_run_that_is_followed_has_the_frame(known: Experiment, weights: list[Edit], epoch: int) -> None:
    what_if, run = with_weights(A, epoch, weights), train(known)
    frames = frames_of(what_if, run)
    assert bool(frames) == follows(what_if, known)
    if not frames:
        return
    trained = train(what_if)
    assert [frame.epoch for frame in frames] == trained.epochs.tolist()
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_gradient", "delta"):
        np.testing.assert_array_equal([getattr(frame, name) for frame in frames], getattr(trained, name))
    layers = [(W.copy(), b.copy()) for W, b in run.layers[list(run.epochs).index(epoch)]]
    for edit in set_at(what_if, epoch):
        target, place = layers[edit.layer - 1], edit.unit
        if edit.source == BIAS:
            target[1][place] = edit.value
        else:
            target[0][edit.source, place] = edit.value
    for (W1, b1), (W2, b2) in zip(train(what_if).layers[-1], layers, strict=True):
        np.testing.assert_array_equal(W1, W2)
        np.testing.assert_array_equal(b1, b2)


def test_which_runs_are_followed() -> None:
    both = with_weights(A, 7, [W, V])
    assert follows(both, A) and follows(both, with_weights(A, 7, [W])) and follows(with_weights(A, 7, [V]), A)
    assert not follows(with_weights(A, 7, [V]), with_weights(A, 7, [W]))  # its weight would stay
    assert not follows(both, changed(A, seed=2)) and not follows(A, A)


def test_it_is_told_as_a_what_if_and_nothing_is_tried_for_it() -> None:
    stuck = changed(Experiment(), dataset="xor")
    one, two = (train(with_weights(stuck, 200, weights)) for weights in ([W], [W, V]))
    train_rows, test_rows = percent(one.train_accuracy[-1]), percent(one.test_accuracy[-1])
    told = f"{train_rows} of the training rows and {test_rows} of the test rows"
    assert in_words(one) == (
        f"**What if, at epoch 200.** {told} are right, at a loss of {one.train_loss[-1]:.3g}, "
        "with a weight or bias set by hand, and nothing trained since."
    )
    assert "with 2 weights or biases set by hand" in in_words(two)
    for run in one, two:
        assert planned(run, diagnose(run)).count == 0
    assert planned(train(stuck), diagnose(train(stuck))).count > 0
