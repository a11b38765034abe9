"""Segments with weights set by hand: a plain loop as oracle, both engines alike, many networks at once."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.branch import forked, replaced
from core.difference import largest_difference
from core.edits import BIAS, Edit
from core.engines import ENGINES
from core.engines.start import first_layers, row_orders
from core.experiment import Experiment, Segment, changed
from core.network import LOSSES, OPTIMIZERS
from core.network.reference import backward, forward, step
from core.recording import LOSS_LIMIT
from core.sides import on_engine
from core.training import prepare, train, train_together
from tests.core.strategies import edits

BASE = Experiment(rows=60, dataset="moons", hidden=(3, 2))
EDITS = (Edit(1, 0, 2, 0.5), Edit(2, BIAS, 1, -3.0), Edit(3, 1, 0, 2.0))
MINE = dataclasses.replace(
    BASE,
    segments=(
        Segment(epochs=4, learning_rate=0.1, edits=(Edit(1, BIAS, 0, 1.0),)),
        Segment(epochs=0, edits=EDITS),
        Segment(epochs=3, learning_rate=0.02, batch_size=7, edits=(Edit(1, 0, 2, -0.25),)),
        Segment(epochs=0, edits=(Edit(3, BIAS, 0, 5.0),)),
    ),
)


def by_hand(e: Experiment) -> list[Any]:
    """The layers of every epoch, by the reference network and SGD written out; Edit by Edit."""
    data = prepare(e)
    X, y = data.inputs(data.X_train), data.y_train
    layers, orders = [(W.copy(), b.copy()) for W, b in first_layers(e)], row_orders(e, len(X))
    loss, frames = LOSSES[e.loss], []
    targets = loss.targets(y, e.classes).T
    for segment in e.segments:
        for edit in segment.edits:
            W, b = layers[edit.layer - 1]
            (b if edit.source == BIAS else W[edit.source])[edit.unit] = edit.value
        for _ in range(segment.epochs):
            frames.append([(W.copy(), b.copy()) for W, b in layers])
            order = next(orders)
            for rows in (order[i : i + segment.batch_size] for i in range(0, len(order), segment.batch_size)):
                z, a = forward(X[rows], layers, e.activations, loss.output(e.classes))
                gradient = backward(z, a, targets[rows], layers, e.activations, e.loss)
                layers = step(layers, gradient, segment.learning_rate)
    return [*frames, layers]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("dataset", ["moons", "blobs3", "ripple"])
def test_every_frame_is_that_of_a_plain_loop(dataset: str, engine: str) -> None:
    e = changed(MINE, dataset=dataset, engine=engine)
    run = train(e)
    assert run.epochs.tolist() == [*range(8)]
    assert max(map(largest_difference, run.layers, by_hand(e))) <= 1e-10


@pytest.mark.parametrize("engine", ENGINES)
def test_a_frame_shows_the_weights_from_which_its_next_epoch_starts(engine: str) -> None:
    run, before = train(changed(MINE, engine=engine)), train(replaced(replaced(MINE, 3, edits=()), 2, edits=()))
    assert run.layers[0][0][1][0] == 1.0
    assert run.layers[4][0][0][0, 2] == -0.25 and run.layers[4][1][1][1] == -3.0
    assert run.layers[7][2][1][0] == 5.0
    assert run.train_loss[:4] == pytest.approx(before.train_loss[:4])
    assert run.train_loss[4] != pytest.approx(before.train_loss[4])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("features", [(), ("x1", "x2")])
def test_without_epochs_there_is_one_frame_of_the_edited_start(features: tuple[str, ...], engine: str) -> None:
    e = changed(BASE, features=features, epochs=0, edits=(Edit(1, BIAS, 0, 4.0),), engine=engine)
    run = train(e)
    assert run.epochs.tolist() == [0] and run.ended == "finished"
    expected = first_layers(e)
    expected[0][1][0] = 4.0
    assert largest_difference(run.layers[0], expected) == 0


@st.composite
def courses(draw: st.DrawFn) -> Experiment:
    """Small networks with up to four segments of what scikit-learn can express, with edits."""
    hidden = draw(st.sampled_from([(), (3,), (4, 2)]))
    dataset = draw(st.sampled_from(["moons", "blobs3", "ripple"]))
    e = changed(BASE, dataset=dataset, hidden=hidden, activation=draw(st.sampled_from(["tanh", "relu", "logistic"])))
    small = edits(e.sizes).map(lambda edit: dataclasses.replace(edit, value=float(np.clip(edit.value, -2, 2))))
    segments = st.builds(
        Segment,
        optimizer=st.sampled_from([name for name, row in OPTIMIZERS.items() if row.sklearn is not None]),
        learning_rate=st.floats(0.001, 0.05),
        momentum=st.floats(0, 0.9),
        batch_size=st.integers(1, 40),
        epochs=st.integers(0, 4),
        l2=st.floats(0, 0.5),
        edits=st.lists(small, max_size=4).map(tuple),
    )
    return dataclasses.replace(
        e, seed=draw(st.integers(0, 9)), segments=tuple(draw(st.lists(segments, min_size=1, max_size=4)))
    )


@settings(max_examples=40)
@given(courses())
def test_both_engines_agree_across_segments_and_hand_set_weights(e: Experiment) -> None:
    ours, theirs = train(e), train(on_engine(e, "sklearn"))
    assert ours.epochs.tolist() == theirs.epochs.tolist() == [*range(e.epochs + 1)]
    assert max(map(largest_difference, ours.layers, theirs.layers)) <= 1e-10


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_networks_trained_together_equal_their_single_runs(optimizer: str) -> None:
    first = changed(BASE, optimizer=optimizer, epochs=9, l1=0.01, batch_size=7)
    course = forked(forked(first, 3, edits=EDITS, learning_rate=0.02), 6, epochs=4)
    assert course.segments[1].carry and course.segments[2].carry
    course = dataclasses.replace(course, segments=(*course.segments, Segment(epochs=0, edits=EDITS[:1])))
    experiments = [dataclasses.replace(course, seed=seed, data_seed="1") for seed in range(3)]
    for run, e in zip(train_together(experiments), experiments, strict=True):
        assert max(map(largest_difference, run.layers, train(e).layers)) <= 1e-10


def test_where_segments_begin_is_recorded_in_a_long_run_too() -> None:
    e = forked(changed(BASE, epochs=600), 333, edits=EDITS)
    assert 333 in train(e).epochs
    assert 333 not in train(changed(BASE, epochs=600)).epochs


def test_a_loss_that_weights_set_by_hand_make_large_has_not_diverged() -> None:
    e = changed(BASE, dataset="ripple", epochs=5)
    run = train(forked(e, 3, epochs=0, edits=(Edit(3, BIAS, 0, 1e6),)))
    assert run.ended == "finished" and run.train_loss[-1] > LOSS_LIMIT * run.train_loss[0]
    on = train(forked(e, 3, edits=(Edit(3, BIAS, 0, 1e6),)))
    assert on.ended == "finished" and on.train_loss[-1] < on.train_loss[3]


@settings(max_examples=30)
@given(st.data())
def test_the_largest_weights_that_can_be_set_raise_nothing(data: st.DataObject) -> None:
    dataset = data.draw(st.sampled_from(["moons", "blobs3", "ripple"]))
    activation = data.draw(st.sampled_from(["identity", "relu", "gelu", "tanh"]))
    e = changed(BASE, dataset=dataset, activation=activation, engine=data.draw(st.sampled_from([*ENGINES])), epochs=2)
    e = on_engine(e, e.engine)
    extreme = edits(e.sizes).map(lambda edit: dataclasses.replace(edit, value=1e6 if edit.value >= 0 else -1e6))
    by_hand = tuple(data.draw(st.lists(extreme, max_size=10)))
    run = train(changed(e, edits=by_hand))
    assert run.epochs[0] == 0
    assert train(on_engine(forked(e, 1, edits=by_hand), e.engine)).epochs[0] == 0
