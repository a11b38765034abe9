"""B as A with something changed: what a choice changes, what an engine or a data set does."""

import contextlib
import dataclasses
from typing import Any

import pytest
from hypothesis import given

from core.branch import forked, lengthened
from core.engines import nearest
from core.experiment import Experiment, beside, changed
from core.link import Pair, differences
from core.sides import differing, expressible, lacking, on_engine, other_engine, own_changes
from tests.core.strategies import pairs

CIRCLE, RIPPLE = Experiment(), Experiment(dataset="ripple", loss="squared_linear")


def side_b(a: Experiment, changes: dict[str, Any], engine: str) -> Experiment:
    """B as its engine can train it."""
    return on_engine(beside(a, **changes, engine=engine), engine)


@given(pairs())
def test_own_changes_make_b_out_of_a_again(pair: Pair) -> None:
    """Where B is one that its engine can train."""
    with contextlib.suppress(ValueError):  # too much work; an activation a layer of A does not go with layers of B
        b = on_engine(pair.b, pair.b.engine)
        assert side_b(pair.a, own_changes(Pair(pair.a, b)), b.engine) == b


def test_later_segments_of_b_are_a_change_and_what_its_engine_lacks_is_named() -> None:
    first = CIRCLE.segments[0]
    b = dataclasses.replace(CIRCLE, segments=(first, dataclasses.replace(first, optimizer="rmsprop")))
    assert own_changes(Pair(CIRCLE, b)) == {"segments": b.segments}
    longer = dataclasses.replace(b, segments=(first, dataclasses.replace(b.segments[1], epochs=7)))
    assert own_changes(Pair(b, longer)) == {"segments": longer.segments}
    playground = changed(CIRCLE, optimizer="playground", l2=0.03, batch_size=10)
    assert "0.3 there is 0.03 here" in lacking(playground, "sklearn")[1]
    assert "100 there is 10 here" in lacking(changed(playground, l2=50.0), "sklearn")[1]  # 500 is more than it may be
    twice = dataclasses.replace(b, segments=(*b.segments, b.segments[1]))
    assert lacking(b, "sklearn") == lacking(twice, "sklearn") == ["scikit-learn has no RMSprop; Adam is the nearest."]


def test_a_b_of_another_shape_takes_its_rows_in_the_order_of_a() -> None:
    b = side_b(CIRCLE, {"hidden": (8, 8)}, "sklearn")
    assert (b.order_after, b.drawn_before) == (CIRCLE.parameters, CIRCLE.drawn_before)
    assert side_b(CIRCLE, {"initializer": "he_normal"}, "numpy").order_after == 0
    assert own_changes(Pair(CIRCLE, b)) == {"hidden": (8, 8)}
    alone = dataclasses.replace(b, order_after=0)  # as in a link that was made so
    assert own_changes(Pair(CIRCLE, alone)) == {"hidden": (8, 8), "order_after": 0}


@pytest.mark.parametrize("engine", ["numpy", "sklearn"])
@pytest.mark.parametrize(
    "a, changes, own",
    [
        (CIRCLE, {}, {}),
        (CIRCLE, {"seed": 5}, {"seed": 5}),
        (CIRCLE, {"dataset": "ripple"}, {"dataset": "ripple"}),
        (RIPPLE, {"dataset": "circle"}, {"dataset": "circle"}),
        (RIPPLE, {"dataset": "saddle"}, {"dataset": "saddle"}),
        (changed(CIRCLE, loss="squared"), {"dataset": "iris"}, {"dataset": "iris"}),
    ],
)
def test_the_loss_that_a_data_set_brings_is_no_change_of_its_own(
    a: Experiment, changes: dict, own: dict, engine: str
) -> None:
    b = side_b(a, changes, engine)
    assert own_changes(Pair(a, b)) == own
    assert side_b(a, own_changes(Pair(a, b)), engine) == b


def test_a_loss_that_the_data_set_does_not_bring_is() -> None:
    b = changed(CIRCLE, dataset="xor", loss="squared")
    assert own_changes(Pair(CIRCLE, b)) == {"dataset": "xor", "loss": "squared"}


def test_what_scikit_learn_lacks_is_named() -> None:
    assert lacking(RIPPLE, "sklearn") == lacking(CIRCLE, "sklearn") == []
    assert lacking(changed(CIRCLE, loss="squared"), "sklearn") == [
        "scikit-learn has no Squared loss, tanh output; Log loss is the nearest."
    ]
    assert len(lacking(changed(RIPPLE, activation="gelu", l1=0.1), "sklearn")) == 2


def test_scikit_learn_restarts_the_optimizer_and_that_is_said_once() -> None:
    goes_on = dataclasses.replace(CIRCLE.segments[0], epochs=5, carry=True)
    a = dataclasses.replace(CIRCLE, segments=(goes_on,) * 3)
    assert lacking(a, "sklearn") == ["scikit-learn restarts the optimizer at each segment."]
    assert not any(segment.carry for segment in nearest(a).segments)
    assert lacking(a, "numpy") == []
    assert expressible(Pair(CIRCLE, dataclasses.replace(a, engine="sklearn")))[1] == [
        "B: scikit-learn restarts the optimizer at each segment."
    ]


def test_a_pair_is_fitted_to_its_engines() -> None:
    a = changed(RIPPLE, activation="gelu")
    pair, said = expressible(Pair(a, changed(a, engine="sklearn")))
    assert pair == Pair(a, nearest(a)) and said == []
    _, said = expressible(Pair(CIRCLE, changed(CIRCLE, engine="sklearn", activation="gelu")))
    assert said == ["B: scikit-learn has no GELU; ReLU is the nearest."]


def test_each_engine_is_compared_with_the_other() -> None:
    assert [other_engine(engine) for engine in ("numpy", "sklearn")] == ["sklearn", "numpy"]


def test_courses_in_different_numbers_of_segments_differ_as_a_whole() -> None:
    slower = changed(CIRCLE, learning_rate=0.01, activation="relu")
    found = differing(CIRCLE, lengthened(slower, epochs=50, l2=1.0))
    assert found == [
        ("Activation", "tanh", "relu"),
        (
            "Training",
            "epochs 0 to 200: SGD, learning rate 0.03, batch size 10",
            "epochs 0 to 200: SGD, learning rate 0.01, batch size 10; epochs 200 to 250: L2 penalty 1",
        ),
    ]
    assert differing(CIRCLE, forked(CIRCLE, 40)) == []
    assert differing(CIRCLE, slower) == differences(CIRCLE, slower)
