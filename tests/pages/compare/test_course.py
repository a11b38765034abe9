"""The course of a training on Compare: a branch off A, a change in mid-run, its segments; each from its link."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.branch import branched, forked, lengthened, with_restart
from core.edits import Edit
from core.experiment import MAX_SEGMENTS, Experiment, changed
from core.link import Pair, View, from_query, to_query
from core.sides import fork, on_engine
from core.training import train
from core.what_if import with_weights
from pages.parts.compare import figures, results
from tests.pages.conftest import (
    address,
    keys,
    linked,
    news_of,
    on_stage,
    open_address,
    open_compare,
    press,
    put,
    refused,
    run,
    sentences,
    specs,
    widget,
    words,
)

A = changed(Experiment(), epochs=60, rows=60)
ADAM = changed(A, optimizer="adam", learning_rate=0.01)
EDIT = Edit(1, 0, 1, 0.5)
HERE = View(frame=40, edit=True)
BUTTONS = {"Branch here", "Change A here", "Train on"}


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    figures.drawn.clear()
    yield
    figures.drawn.clear()


def opened(a: Experiment, b: Experiment | None = None, view: View = HERE) -> AppTest:
    return open_compare(to_query(Pair(a, b or a), view))


def buttons(at: AppTest) -> set[str]:
    return {button.label for button in at.button}


def listed(at: AppTest) -> list[str]:
    """The segments of A, as they stand in their list."""
    return [text.partition("\u2002")[2] for text in words(at).splitlines() if "\u2002" in text]


def choose(at: AppTest, *names: str) -> AppTest:
    """Choose what changes."""
    pills = next(each for each in at.get("button_group") if each.label.startswith(("From epoch", "After epoch")))
    return run(pills.set_value(list(names)) and at)


def remove(at: AppTest, number: int) -> AppTest:
    next(button for button in at.button if button.key == f"remove {number}").click()
    return run(at)


# a branch


def test_a_press_branches_off_a_with_a_tenth_of_the_rate() -> None:
    at = press(opened(A), "Branch here")
    pair, view, _ = from_query(address(at))
    assert pair == Pair(A, forked(A, 40, learning_rate=0.003))
    assert view == HERE  # nothing jumps
    assert "B is A up to epoch **40**, then learning rate **0.003** (A: 0.03)." in words(at)
    assert [side["fork"] for side in on_stage(at)] == [None, 40]
    assert on_stage(at)[1]["subtitle"].endswith("SGD 0.03, from epoch 40 on learning rate 0.003")
    assert widget(at, "selectbox", "b.kind").options[-1] == "A up to epoch 40"


def test_it_looks_the_same_from_its_link_in_a_new_session() -> None:
    at = press(opened(A), "Branch here")
    again = open_compare(address(at))
    assert words(again) == words(at) and sentences(again) == ""
    assert on_stage(again)[1]["key"] == on_stage(at)[1]["key"]


def test_several_things_change_at_once_and_start_from_what_b_has() -> None:
    at = choose(opened(ADAM), "learning_rate", "batch_size", "l2")
    at = put(put(at, "selectbox", "course.learning_rate", "0.0025"), "number_input", "course.batch_size", 20)
    at = press(put(at, "selectbox", "course.l2", "0.1"), "Branch here")
    assert linked(at).b == forked(ADAM, 40, learning_rate=0.0025, batch_size=20, l2=0.1)
    pills = next(each for each in at.get("button_group") if each.label == "From epoch 40 on")
    assert set(pills.value) == {"learning_rate", "batch_size", "l2"}
    assert widget(at, "selectbox", "course.learning_rate").value == "0.0025"


def test_momentum_comes_with_an_optimizer_that_has_it() -> None:
    at = choose(opened(A), "optimizer")
    assert not {key for key in keys(at) if key.endswith("course.momentum")}
    at = put(at, "selectbox", "course.optimizer", "nesterov")
    at = press(put(at, "slider", "course.momentum", 0.5), "Branch here")
    assert linked(at).b == forked(A, 40, optimizer="nesterov", momentum=0.5)


def test_against_scikit_learn_a_starts_afresh_at_the_fork_too() -> None:
    at = press(put(opened(ADAM), "selectbox", "course.engine", "sklearn"), "Branch here")
    pair = linked(at)
    assert pair == Pair(*branched(ADAM, 40, "sklearn", learning_rate=0.001))
    assert pair.a == with_restart(ADAM, 40) and fork(pair) == 40
    said = "B is A in scikit-learn up to epoch **40**, then learning rate **0.001** (A: 0.01)."
    assert f"{said} The optimizer starts afresh there in both." in words(at)
    assert listed(at)[1] == "Epochs 40 to 60: the optimizer starts afresh"
    assert widget(at, "selectbox", "course.engine").value == "sklearn"


def test_a_branch_off_scikit_learn_is_one_of_scikit_learn() -> None:
    a = on_engine(ADAM, "sklearn")
    at = press(opened(a), "Branch here")
    pair = linked(at)
    assert pair.b.engine == pair.a.engine == "sklearn" and fork(pair) == 40
    assert sentences(at) == ""  # nothing that it lacks was asked of it


def test_what_scikit_learn_lacks_is_said() -> None:
    at = choose(opened(on_engine(ADAM, "sklearn")), "optimizer")
    at = press(put(at, "selectbox", "course.optimizer", "rmsprop"), "Branch here")
    assert "scikit-learn has no RMSprop; Adam is the nearest." in sentences(at)


def test_a_branch_of_which_nothing_differs_is_refused() -> None:
    at = press(choose(opened(A)), "Branch here")
    assert refused(at) == ["Nothing that is chosen differs from what A has after epoch 40, so B would be A."]
    assert linked(at) == Pair(A, A)
    at = press(choose(at), "Change A here")
    assert refused(at) == ["Nothing that is chosen differs from what A has after epoch 40."]


def test_at_the_end_a_branch_goes_on_longer() -> None:
    at = press(opened(A, view=View(edit=True)), "Branch here")
    assert linked(at).b == lengthened(A, learning_rate=0.003)
    assert "B is A up to epoch **60**, then learning rate **0.003** (A: 0.03); it ends at epoch **160**" in words(at)


def test_weights_of_a_what_if_become_those_of_b() -> None:
    """Both go on from there: A as it was made, if this session knows that it is longer."""
    at = press(opened(with_weights(A, 40, [EDIT])), "Branch here")
    longer = lengthened(changed(A, epochs=40))
    assert linked(at) == Pair(longer, forked(longer, 40, edits=(EDIT,)))
    assert "B is A up to epoch **40**, then **layer 1, weight from 1 to 2: 0.5**." in words(at)
    at = opened(with_weights(A, 40, [EDIT]))
    at.session_state["before weights were set"] = to_query(Pair(A, A), HERE)
    assert linked(press(at, "Branch here")) == Pair(A, forked(A, 40, edits=(EDIT,)))


def test_a_branch_follows_a() -> None:
    at = opened(A, forked(A, 40, learning_rate=0.003))
    at = put(at, "selectbox", "a.learning_rate", "0.1")
    to = changed(A, learning_rate=0.1)
    assert linked(at) == Pair(to, forked(to, 40, learning_rate=0.003))
    at = put(at, "number_input", "a.epochs", 80)
    assert linked(at).b == forked(changed(to, epochs=80), 40, learning_rate=0.003)
    at = put(at, "selectbox", "a.activation", "relu")
    assert fork(linked(at)) == 40 and linked(at).b.activation == "relu"


# the course of A


def test_a_changes_its_course_in_mid_run_and_b_with_it() -> None:
    at = press(opened(ADAM), "Change A here")
    assert linked(at) == Pair(*[forked(ADAM, 40, learning_rate=0.001)] * 2)
    first, second = "Epochs 0 to 40: Adam, learning rate 0.01, batch size 10", "Epochs 40 to 60: learning rate 0.001"
    assert listed(at) == [first, second]


@pytest.mark.parametrize("a", [A, ADAM])
def test_beside_scikit_learn_every_segment_starts_afresh_so_that_both_agree(a: Experiment) -> None:
    at = press(press(opened(a, on_engine(a, "sklearn")), "Change A here"), "Train on")
    pair = linked(at)
    assert [segment.carry for segment in pair.a.segments] == [False] * 3
    assert pair.b == on_engine(pair.a, "sklearn")
    assert "The weights of A and B are **equal" in words(at)
    assert ["starts afresh" in line for line in listed(at)] == [False, *[a == ADAM] * 2]


def test_a_trains_on_and_a_segment_is_removed() -> None:
    at = press(put(opened(A), "number_input", "course.epochs", 25), "Train on")
    assert linked(at) == Pair(lengthened(A, epochs=25), lengthened(A, epochs=25))
    assert listed(at)[1] == "Epochs 60 to 85: goes on unchanged"
    assert linked(remove(at, 2)) == Pair(A, A)


def test_the_only_segment_has_no_button_that_removes_it() -> None:
    assert not {button.key for button in opened(A).button if str(button.key).startswith("remove")}


def test_training_on_is_the_longer_training() -> None:
    at = press(put(opened(ADAM, ADAM), "number_input", "course.epochs", 20), "Train on")
    whole = opened(changed(ADAM, epochs=80))
    np.testing.assert_allclose(
        train(linked(at).a).train_loss[-1], train(linked(whole).a).train_loss[-1], rtol=1e-12, atol=0
    )


def full() -> Experiment:
    """A training of as many segments as there may be."""
    a = A
    for epoch in range(5, 5 * MAX_SEGMENTS, 5):
        a = forked(a, epoch, learning_rate=0.001 * epoch)
    return a


def test_a_ninth_segment_is_refused_with_a_sentence() -> None:
    at = opened(full(), view=View(edit=True, frame=50))
    assert len(listed(at)) == MAX_SEGMENTS
    for button in sorted(BUTTONS):
        at = press(at, button)
        assert refused(at) == ["A training has at most 8 segments; this would make 9."]
        assert linked(at).a == full()


def test_more_than_ten_thousand_epochs_are_refused_with_a_sentence() -> None:
    at = press(put(opened(A), "number_input", "course.epochs", 9941), "Train on")
    assert refused(at) == ["A training has at most 10,000 epochs; this would make 10,001."]


def test_the_sidebar_edits_the_first_segment() -> None:
    a = lengthened(A, learning_rate=0.003, epochs=10)
    at = put(put(opened(a), "selectbox", "a.learning_rate", "0.1"), "number_input", "a.epochs", 50)
    first, second = linked(at).a.segments
    assert (first.learning_rate, first.epochs, second) == (0.1, 50, a.segments[1])


# what is hidden


def test_what_a_link_hides_is_not_offered() -> None:
    hidden = replace(HERE, hide=("learning_rate", "b"))
    at = opened(A, view=hidden)
    pills = next(each for each in at.get("button_group") if each.label == "From epoch 40 on")
    assert "learning_rate" not in pills.options and pills.value == []
    assert buttons(at) & BUTTONS == {"Change A here", "Train on"}
    at = opened(A, view=replace(HERE, hide=("training", "network")))
    assert buttons(at) & BUTTONS == set()
    assert buttons(opened(A, view=replace(HERE, edit=False))) & BUTTONS == set()


# how it is drawn


def shapes(at: AppTest) -> list[list[tuple[str, float, float]]]:
    """The bands and the line of the fork in the charts of loss and accuracy."""
    return [[(each["type"], each["x0"], each["x1"]) for each in spec["layout"]["shapes"]] for spec in specs(at)[:2]]


def test_segments_are_bands_and_the_shared_part_is_drawn_once() -> None:
    a = forked(A, 20, learning_rate=0.1)
    at = opened(a, forked(a, 40, learning_rate=0.003), replace(HERE, tab="loss"))
    assert shapes(at) == [[("rect", 20, 60), ("line", 40, 40)]] * 2
    lines = [line for line in specs(at)[0]["data"] if line.get("showlegend") is False]
    begins = {line["name"]: np.frombuffer(*decoded(line["x"]))[0] for line in lines}
    assert begins == {"A training": 0, "A test": 0, "B training": 40, "B test": 40}
    assert "B branches off A at epoch 40." in at.get("plotly_chart")[0].proto.alt


def decoded(array: Any) -> tuple[bytes, str]:
    """The bytes of an array in a chart, and their kind."""
    return b64decode(array["bdata"]), array["dtype"]


def test_without_a_course_nothing_is_marked() -> None:
    assert shapes(opened(A, view=replace(HERE, tab="loss"))) == [[], []]


@pytest.mark.parametrize(
    "experiment, said",
    [
        (A, "Tanh 4, 2 · SGD 0.03"),
        (forked(A, 40, learning_rate=0.003), "Tanh 4, 2 · SGD 0.03, from epoch 40 on learning rate 0.003"),
        (forked(A, 40, optimizer="adam"), "Tanh 4, 2 · SGD 0.03, from epoch 40 on Adam"),
        (forked(A, 40), "Tanh 4, 2 · SGD 0.03, 2 segments"),
        (forked(forked(A, 40, l2=0.1), 50, l2=1.0), "Tanh 4, 2 · SGD 0.03, 3 segments"),
    ],
)
def test_a_side_says_its_course_in_a_few_words(experiment: Experiment, said: str) -> None:
    assert results.in_words(experiment) == said


def test_a_fork_between_engines_is_marked_and_both_are_drawn_whole() -> None:
    at = opened(*branched(ADAM, 40, "sklearn", learning_rate=0.001), replace(HERE, tab="loss"))
    assert shapes(at) == [[("rect", 40, 60), ("line", 40, 40)]] * 2
    lines = [line for line in specs(at)[0]["data"] if line.get("showlegend") is False]
    assert {np.frombuffer(*decoded(line["x"]))[0] for line in lines} == {0}


def test_the_stage_knows_where_segments_begin() -> None:
    at = opened(forked(A, 20, l2=0.1), A)
    assert [news_of(side)["run"]["starts"] for side in on_stage(at)] == [[20], []]
    assert [side["fork"] for side in on_stage(at)] == [None, 20]


def test_one_course_in_two_segments_is_no_difference() -> None:
    assert "B differs in: nothing." in words(opened(A, forked(A, 40)))


def test_the_course_of_a_side_stays_where_another_thing_differs() -> None:
    a = forked(A, 40, learning_rate=0.003)
    assert "B differs in: activation **ReLU** (A: Tanh)." in words(opened(a, changed(a, activation="relu")))


def test_another_course_is_named_as_a_whole() -> None:
    said = words(opened(A, lengthened(changed(A, learning_rate=0.01), epochs=5)))
    assert (
        "training **` epochs 0 to 60: SGD, learning rate 0.01, batch size 10; epochs 60 to 65: goes on unchanged `**"
        in said
    )


# links


@pytest.mark.parametrize(
    "query, said",
    [
        ({"2.epochs": "-5"}, "Epochs (segment 2) must be"),
        ({"2.epochs": "1e400"}, "Epochs (segment 2) must be"),
        ({"2.learning_rate": "nan"}, "Learning rate (segment 2) must be"),
        ({"2.carry": "perhaps"}, "Keep the optimizer's state (segment 2) must be"),
        ({"2.optimizer": "<script>"}, "Optimizer (segment 2) must be"),
        ({"2.epochs": "9999"}, "at most 10000 together"),
        ({"9.epochs": "5"}, "not known here"),
        ({"segments": "9"}, "Segments must be"),
        ({"segments": "1e9"}, "Segments must be"),
        ({"2.edits": "7:0:0:1"}, "edits must be of weights and biases of the network"),
        ({"2.edits": "1:0:0:nan"}, "Weights set by hand (segment 2) must be"),
        ({"2.edits": ",".join(["1:0:0:1"] * 3000)}, "Weights set by hand (segment 2) must be"),
        ({"b.2.epochs": "x", "b.segments": "0"}, "Segments must be"),
        ({"frame": "99999"}, "Frame must be"),
    ],
)
def test_hostile_segments_in_a_link_are_named_and_nothing_else_is_lost(query: dict[str, str], said: str) -> None:
    good = to_query(Pair(A, A), HERE) | {"seed": "7"}
    at = open_compare({**good, **query})
    assert said in sentences(at)
    assert {side["state"] for side in on_stage(at)} == {"finished"}
    assert from_query(good)[0].a.seed == 7 and "seed" not in sentences(at).lower()
    assert run(open_address(at, good)) and sentences(at) == ""


def test_a_frame_beyond_the_end_is_the_end() -> None:
    assert "After epoch 60" in [each.label for each in opened(A, view=View(edit=True, frame=5000)).get("button_group")]
