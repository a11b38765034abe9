"""The course of a training: forks, restarts, segments added, changed and removed."""

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.branch import (
    LONGER,
    branched,
    course_in_words,
    fork_in_words,
    fork_of,
    forked,
    lengthened,
    moved,
    replaced,
    same_course,
    with_restart,
    without,
    without_edits,
)
from core.difference import largest_difference
from core.edits import Edit
from core.experiment import MAX_EPOCHS, MAX_SEGMENTS, Experiment, Segment, changed
from core.link import Pair, from_query, to_query
from core.network import OPTIMIZERS
from core.sides import on_engine
from core.training import Run, train
from tests.core.strategies import experiments

BASE = changed(Experiment(rows=80, dataset="xor"), epochs=24, l2=0.01, momentum=0.7)
THREE = dataclasses.replace(
    BASE,
    segments=(
        Segment("adam", 0.02, epochs=10, edits=(Edit(1, 0, 0, 1.0),)),
        Segment("adam", 0.01, epochs=20, l2=0.1, carry=True),
        Segment("sgd", 0.1, epochs=5, edits=(Edit(1, 0, 0, 2.0), Edit(1, 0, 1, 3.0))),
    ),
)


def gap(a: Run, b: Run) -> float:
    """The largest difference between weights or biases at any epoch."""
    assert a.epochs.tolist() == b.epochs.tolist()
    return max(map(largest_difference, a.layers, b.layers))


def epochs_of(e: Experiment) -> list[int]:
    return [segment.epochs for segment in e.segments]


@pytest.mark.parametrize("l1", [0.0, 0.02])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_fork_with_nothing_changed_is_the_uncut_run(optimizer: str, l1: float) -> None:
    """Batches of 7 leave 5 of 40 rows over, which TensorFlow Playground's SGD counts into the next epoch."""
    whole = changed(BASE, optimizer=optimizer, l1=l1, batch_size=7)
    uncut = train(whole)
    for epoch in (1, 11):
        twice = forked(forked(whole, epoch), epoch + 6)
        assert len(twice.segments) == 3
        assert gap(uncut, train(twice)) <= 1e-12
    afresh = gap(uncut, train(with_restart(whole, 11)))
    assert (afresh > 1e-6) == (optimizer != "sgd")


def test_what_may_change_keeps_the_state_and_another_optimizer_starts_afresh() -> None:
    for changes in ({"learning_rate": 0.001}, {"batch_size": 20}, {"momentum": 0.2}, {"l2": 1.0}, {"l1": 0.1}):
        whole = changed(BASE, optimizer="momentum")
        assert gap(train(forked(whole, 8, **changes)), train(forked(whole, 8, carry=False, **changes))) > 1e-6
    for before, after in (("momentum", "nesterov"), ("adam", "adamw"), ("adam", "rmsprop")):
        whole = changed(BASE, optimizer=before)
        kept, afresh = (train(forked(whole, 8, carry=carry, optimizer=after)) for carry in (True, False))
        assert gap(kept, afresh) == 0


def test_a_what_if_in_between_keeps_the_state() -> None:
    whole = changed(BASE, optimizer="adam")
    what_if = forked(whole, 8, epochs=0, edits=(Edit(1, 0, 0, 9.0),))
    assert epochs_of(what_if) == [8, 0]
    (W, _), *_ = train(whole).layers[8]
    back = forked(what_if, 8, epochs=16, edits=(Edit(1, 0, 0, float(W[0, 0])),))
    assert gap(train(back), train(whole)) <= 1e-12


def test_a_fork_within_a_segment_takes_over_all_of_it_but_the_changes() -> None:
    b = forked(THREE, 15, learning_rate=0.3)
    first, second, third = THREE.segments
    assert b.segments == (
        first,
        dataclasses.replace(second, epochs=5),
        dataclasses.replace(second, epochs=15, learning_rate=0.3),
        dataclasses.replace(third, learning_rate=0.3),
    )
    assert b.epochs == THREE.epochs
    assert not forked(THREE, 15, carry=False).segments[2].carry


def test_a_fork_at_a_border_adds_no_segment_and_at_0_changes_all() -> None:
    first, second, third = THREE.segments
    at_border = forked(THREE, 30, edits=(Edit(1, 0, 0, 7.0),))
    assert at_border.segments == (
        first,
        second,
        dataclasses.replace(third, edits=(Edit(1, 0, 0, 7.0), Edit(1, 0, 1, 3.0))),
    )
    assert forked(THREE, 10).segments == THREE.segments
    assert forked(THREE, 10, carry=False) == with_restart(THREE, 10) != THREE
    assert [segment.learning_rate for segment in forked(THREE, 0, learning_rate=0.5).segments] == [0.5] * 3


def test_at_the_end_the_rest_is_as_long_as_asked() -> None:
    assert epochs_of(forked(BASE, 24)) == [24, LONGER] == epochs_of(lengthened(BASE))
    assert epochs_of(lengthened(BASE, epochs=7, optimizer="adam")) == [24, 7]
    assert epochs_of(forked(THREE, 15, epochs=0)) == [10, 5, 0]
    assert lengthened(THREE).segments[-1].edits == () and lengthened(THREE).segments[-1].carry
    assert with_restart(BASE, 24) == BASE == with_restart(BASE, 0)


def test_segments_are_changed_and_removed() -> None:
    first, second, third = THREE.segments
    assert without(THREE, 2).segments == (first, third)
    assert without(THREE, 1).segments == (dataclasses.replace(second, carry=False), third)
    assert replaced(THREE, 3, epochs=1).segments == (first, second, dataclasses.replace(third, epochs=1))


def test_what_is_too_much_is_refused_with_a_sentence() -> None:
    full = dataclasses.replace(BASE, segments=(Segment(epochs=2),) * MAX_SEGMENTS)
    with pytest.raises(ValueError, match=r"^A training has at most 8 segments; this would make 9\.$"):
        forked(full, 3)
    assert len(forked(full, 4).segments) == MAX_SEGMENTS
    with pytest.raises(ValueError, match=r"^A training has at most 8 segments; this would make 9\.$"):
        lengthened(full)
    with pytest.raises(ValueError, match=r"^A training has at most 10,000 epochs; this would make 10,024\.$"):
        lengthened(BASE, epochs=MAX_EPOCHS)
    with pytest.raises(ValueError, match=r"^A training has at least one segment"):
        without(BASE, 1)
    for epoch in (-1, 25, 2.0):
        with pytest.raises(ValueError, match=r"^epoch must be a whole number from 0 to 24; got "):
            forked(BASE, epoch)  # type: ignore[arg-type]
    for number in (0, 2, True):
        with pytest.raises(ValueError, match=r"^segment must be a whole number from 1 to 1; got "):
            without(BASE, number)
    with pytest.raises(ValueError, match=r"^edits must be at most 10 weights"):
        forked(BASE, 3, edits=tuple(Edit(1, source, unit, 1.0) for source in (0, 1, "b") for unit in range(4)))


def test_where_two_trainings_part() -> None:
    assert fork_of(BASE, forked(BASE, 11, learning_rate=0.5)) == 11
    assert fork_of(forked(BASE, 11, learning_rate=0.5), BASE) == 11
    assert fork_of(with_restart(BASE, 11), forked(BASE, 11, carry=False, learning_rate=0.5)) == 11
    assert fork_of(BASE, with_restart(BASE, 11)) == 11
    assert fork_of(BASE, forked(BASE, 11, edits=(Edit(1, 0, 0, 1.0),))) == 11
    assert fork_of(BASE, forked(BASE, 11, epochs=0, edits=(Edit(1, 0, 0, 1.0),))) == 11
    assert fork_of(BASE, lengthened(BASE)) == 24
    assert fork_of(forked(BASE, 5), forked(BASE, 11, l1=0.1)) == 11
    assert fork_of(forked(THREE, 12, l1=0.1), forked(THREE, 33, l1=0.1)) == 12
    assert fork_of(BASE, BASE) is fork_of(BASE, forked(BASE, 11)) is None
    assert fork_of(BASE, changed(BASE, learning_rate=0.5)) is None
    assert fork_of(BASE, dataclasses.replace(forked(BASE, 11, l1=0.1), seed=2)) is None
    assert fork_of(BASE, on_engine(forked(BASE, 11, l1=0.1), "sklearn")) is None
    assert fork_of(BASE, dataclasses.replace(forked(BASE, 11, l1=0.1), hidden=(1,))) is None


@given(experiments(), st.data())
def test_a_fork_parts_where_it_was_made_and_comes_back_from_its_link(e: Experiment, data: st.DataObject) -> None:
    assume(e.epochs and len(e.segments) < MAX_SEGMENTS)
    epoch = data.draw(st.integers(0, e.epochs - 1))
    same = forked(e, epoch)
    b = forked(e, epoch, l1=0.5 if e.segments[0].l1 != 0.5 else 0.25)
    assert same.epochs == e.epochs and fork_of(e, same) is None
    assert fork_of(e, b) in (epoch or None, None)
    assert from_query(to_query(Pair(e, b)))[0] == Pair(e, b)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
def test_scikit_learn_forks_where_a_restarts(optimizer: str) -> None:
    """Up to the fork B is A, and with A restarted there one thing differs: nothing changed is the same run."""
    a = on_engine(changed(BASE, optimizer=optimizer), "sklearn")
    assert gap(train(with_restart(a, 9)), train(on_engine(forked(a, 9), "sklearn"))) == 0
    restarted = train(on_engine(with_restart(a, 9), "numpy"))
    assert gap(train(with_restart(a, 9)), restarted) <= 1e-10


# what is said of a course


ADAM = changed(BASE, optimizer="adam")
COURSES = {
    "one change": (BASE, forked(BASE, 8, learning_rate=0.003), "then learning rate **0.003** (A: 0.03)."),
    "two changes": (
        BASE,
        forked(BASE, 8, learning_rate=0.003, batch_size=20),
        "then learning rate **0.003** (A: 0.03), batch size **20** (A: 10).",
    ),
    "a small rate": (BASE, forked(BASE, 8, learning_rate=1e-5), "then learning rate **1e-5** (A: 0.03)."),
    "an optimizer starts afresh anyway": (BASE, forked(BASE, 8, optimizer="adam"), "then **Adam** (A: SGD)."),
    "two forks": (
        BASE,
        forked(forked(BASE, 8, learning_rate=0.003), 16, learning_rate=0.03),
        "then learning rate **0.003** (A: 0.03), from epoch 16 on as A.",
    ),
    "a change after the end of A": (
        BASE,
        lengthened(BASE, learning_rate=0.003, epochs=6),
        "then learning rate **0.003** (A: 0.03); it ends at epoch **30** (A: 24).",
    ),
    "longer alone": (BASE, lengthened(BASE, epochs=6), "**24**; it ends at epoch **30** (A: 24)."),
    "shorter": (forked(BASE, 8, l2=1.0), forked(BASE, 8, epochs=0, l2=1.0), "**8**; it ends at epoch **8** (A: 24)."),
    "a weight set by hand": (
        BASE,
        forked(BASE, 8, edits=(Edit(1, 0, 1, 0.5),)),
        "then **layer 1, weight from 1 to 2: 0.5**.",
    ),
    "A's weight is not set": (
        forked(BASE, 8, edits=(Edit(1, 0, 1, 0.5),)),
        forked(BASE, 8, l2=1.0),
        "then L2 penalty **1** (A: 0.01), without A's layer 1, weight from 1 to 2: 0.5.",
    ),
    "afresh in both": (
        with_restart(ADAM, 8),
        forked(ADAM, 8, carry=False, l2=1.0),
        "then L2 penalty **1** (A: 0.01). The optimizer starts afresh there in both.",
    ),
    "afresh in B": (
        ADAM,
        forked(ADAM, 8, carry=False, l2=1.0),
        "then L2 penalty **1** (A: 0.01). The optimizer starts afresh there in B.",
    ),
}


@pytest.mark.parametrize("name", COURSES)
def test_a_fork_is_said_in_a_sentence(name: str) -> None:
    a, b, said = COURSES[name]
    epoch = fork_of(a, b)
    assert epoch is not None
    sentence = fork_in_words(a, b, epoch)
    assert sentence.startswith(f"B is A up to epoch **{epoch}**") and sentence.endswith(said)
    assert (
        sentence == f"B is A up to epoch **{epoch}**{'; ' if said.startswith('**') else ', '}{said.split('**; ')[-1]}"
    )


def test_the_sentence_names_another_engine() -> None:
    b = on_engine(forked(BASE, 8, carry=False, l2=1.0), "sklearn")
    assert fork_in_words(BASE, b, 8).startswith("B is A in scikit-learn up to epoch **8**, then L2 penalty **1**")


def test_one_course_may_be_written_in_several_segments() -> None:
    assert same_course(BASE, forked(forked(BASE, 8), 16)) and fork_of(BASE, forked(BASE, 8)) is None
    assert not same_course(BASE, forked(BASE, 8, l2=1.0)) and not same_course(BASE, with_restart(BASE, 8))


def test_a_course_is_said_segment_by_segment() -> None:
    course = forked(forked(ADAM, 8, carry=False), 16, optimizer="nesterov", edits=(Edit(2, "b", 0, -3.0),))
    course = forked(lengthened(course, l1=0.5, epochs=1200), course.epochs, epochs=0, edits=(Edit(1, 0, 0, 1.0),))
    assert course_in_words(course) == [
        "Epochs 0 to 8: Adam, learning rate 0.03, batch size 10, L2 penalty 0.01",
        "Epochs 8 to 16: the optimizer starts afresh",
        "Epochs 16 to 24: Nesterov; layer 2, bias of unit 1: -3",
        "At epoch 24: L1 penalty 0.5; layer 1, weight from 1 to 1: 1",
    ]
    assert course_in_words(forked(BASE, 8))[1] == "Epochs 8 to 24: goes on unchanged"
    assert course_in_words(lengthened(BASE, epochs=2000))[1].startswith("Epochs 24 to 2,024: ")


def test_against_scikit_learn_both_start_their_optimizer_afresh() -> None:
    """So that one thing differs: the run of A is that of B where nothing is changed."""
    for engines in (("numpy", "sklearn"), ("sklearn", "numpy"), ("sklearn", "sklearn")):
        a, b = branched(on_engine(ADAM, engines[0]), 8, engines[1])
        assert (a.engine, b.engine) == engines
        assert [segment.carry for segment in (*a.segments, *b.segments)] == [False] * 4
        assert gap(train(a), train(b)) <= 1e-10
    a, b = branched(ADAM, 8, "numpy", l2=1.0)
    assert a == ADAM and b.segments[1].carry
    sgd, _ = branched(BASE, 8, "sklearn", l2=1.0)  # it keeps nothing from step to step
    assert sgd == BASE


def test_a_branch_follows_what_it_branches_off() -> None:
    b = forked(BASE, 8, learning_rate=0.003)
    to = changed(BASE, learning_rate=0.3, batch_size=7, epochs=30)
    assert moved(BASE, b, to) == forked(to, 8, learning_rate=0.003).segments
    assert moved(BASE, b, changed(BASE, epochs=7)) == b.segments  # there is no such epoch
    assert moved(BASE, changed(BASE, l2=1.0), to) == changed(BASE, l2=1.0).segments
    assert moved(BASE, lengthened(BASE, l2=1.0), to) == lengthened(to, l2=1.0).segments  # at the end it stays there


@given(experiments(), st.data())
def test_a_branch_that_has_followed_is_a_branch_at_the_same_epoch(e: Experiment, data: st.DataObject) -> None:
    epoch = data.draw(st.integers(1, 40))
    try:
        e = dataclasses.replace(e, segments=(dataclasses.replace(e.segments[0], epochs=60, edits=()),))
        b = forked(e, epoch, learning_rate=0.123)
        to = changed(e, batch_size=3, learning_rate=0.456)
    except ValueError:
        assume(False)
    followed = dataclasses.replace(to, segments=moved(e, b, to))
    assert fork_of(to, followed) == epoch and followed.epochs == to.epochs
    assert followed.segments[-1].learning_rate == 0.123 and followed.segments[-1].batch_size == 3


def test_weights_set_by_hand_at_an_epoch_are_taken_out() -> None:
    edits = (Edit(1, 0, 1, 0.5),)
    what_if = forked(BASE, 8, epochs=0, edits=edits)
    assert without_edits(what_if, 8) == (changed(BASE, epochs=8), edits)
    within = forked(BASE, 8, edits=edits)
    assert without_edits(within, 8) == (forked(BASE, 8), edits)
    assert without_edits(within, 9) == (within, ()) and without_edits(BASE, 0) == (BASE, ())
    alone = changed(BASE, epochs=0, edits=edits)
    assert without_edits(alone, 0) == (changed(alone, edits=()), edits)
