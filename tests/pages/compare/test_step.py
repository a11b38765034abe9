"""The tab "Step": which batch and weight stand in the address, and what is drawn is what the trace says."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.experiment import Experiment, changed
from core.link import Pair, View, to_query
from core.network import OPTIMIZERS
from core.picks import picked
from core.sides import on_engine
from core.steps import PARTS, central_difference, explained, training
from core.steps.lines import number
from core.training import completed
from pages.parts.background import tasks
from pages.parts.compare import step
from tests.pages.background.links import Here
from tests.pages.conftest import (
    QUICK,
    address,
    keys,
    on_stage,
    open_compare,
    press,
    put,
    run,
    sentences,
    specs,
    to_stage,
    widget,
    words,
)

BASE = changed(Experiment(), epochs=5, rows=60)  # 30 training rows: 3 batches an epoch
OPEN = {**QUICK, "tab": "step", "frame": "2", "step": "1", "pick": "w1:0:2"}


def heading(at: AppTest) -> str:
    return next(line for line in words(at).split("\n") if line.startswith("**Epoch"))


def button(at: AppTest, label: str) -> bool:
    """Whether it can be pressed."""
    return not next(each for each in at.button if each.label == label).disabled


def test_the_numbers_are_those_of_the_trace() -> None:
    at = open_compare(OPEN)
    batch, pick = completed(training(BASE, 2, 1)), picked("w1:0:2")
    said = words(at)
    assert heading(at) == (
        f"**Epoch 3, batch 2 of 3** · 10 rows · loss {batch.loss:.4g}, after its update {batch.loss_after:.4g}"
    )
    for line in explained(batch, pick):
        assert f"{line.symbols}$ $= {line.numbers}$ $= \\mathbf{{{number(line.result, line.digits)}}}$" in said
    check = central_difference(batch, pick)
    assert f"Central difference: ${number(check.difference)}$. {check.words}" in said
    assert check.words.startswith("In agreement")
    assert [part for part in PARTS if f"**{part}**" in said] == list(PARTS)
    table = at.dataframe[0].value
    assert sorted(table["row"]) == sorted(batch.rows) and table.columns[-3:].tolist() == ["target", "output", "loss"]
    assert table["loss"].mean() == pytest.approx(batch.loss)


def test_step_goes_from_batch_to_batch_and_its_link_opens_the_same() -> None:
    at = open_compare(OPEN)
    trained = [side["key"] for side in on_stage(at)]
    for epoch, batch in ((3, 3), (4, 1), (4, 2)):
        press(at, "Step")
        assert heading(at).startswith(f"**Epoch {epoch}, batch {batch} of 3**")
    assert address(at)["step"] == "4" and [side["key"] for side in on_stage(at)] == trained
    assert words(open_compare(address(at))) == words(at)
    press(at, "Step back")
    assert address(at)["step"] == "3" and heading(at).startswith("**Epoch 4, batch 1 of 3**")


def test_the_epoch_is_the_stage_s_frame() -> None:
    at = open_compare(OPEN)
    put(at, "number_input", "step.epoch", 4)
    assert (address(at)["frame"], address(at)["step"]) == ("4", "0")
    assert to_stage(at)["frame"] == 4 and heading(at).startswith("**Epoch 5, batch 1 of 3**")
    assert not button(at, "Step back") and button(at, "Step")


def test_without_a_frame_it_goes_on_after_the_last() -> None:
    at = open_compare({**QUICK, "tab": "step"})
    assert heading(at).startswith("**Epoch 6, batch 1 of 3**")
    assert address(at) == {**QUICK, "tab": "step"}  # nothing was chosen
    put(at, "selectbox", "step.To", 1)
    assert address(at)["frame"] == "-1" and address(at)["pick"] == "w1:0:1"


def test_a_weight_a_bias_and_a_neuron_are_chosen() -> None:
    at = open_compare(OPEN)
    assert widget(at, "selectbox", "step.From").options == [
        "x₁",
        "x₂",
        "Bias",
        "Neuron alone",
    ]
    put(at, "selectbox", "step.From", 1)
    assert address(at)["pick"] == "w1:1:2"
    put(at, "selectbox", "step.From", step.BIAS)
    assert address(at)["pick"] == "b1:2" and "**Update**" in words(at)
    put(at, "selectbox", "step.From", step.ALONE)
    assert address(at)["pick"] == "n1:2" and "**Update**" not in words(at)
    put(at, "selectbox", "step.Layer", 3)
    assert address(at)["pick"] == "w3:0:0"
    assert widget(at, "selectbox", "step.From").options == ["Neuron 1", "Neuron 2", "Bias", "Neuron alone"]
    assert widget(at, "selectbox", "step.Layer").options == ["Layer 1", "Layer 2", "Output layer"]


def test_a_pick_that_the_network_lacks_is_said_and_one_that_it_loses_is_not() -> None:
    at = open_compare({**OPEN, "pick": "w1:0:9"})
    assert "pick=w1:0:9 is not in the network of A, so w1:0:3 is used." in sentences(at)
    at = open_compare({**OPEN, "pick": "w1:0:3"})
    put(at, "number_input", "a.hidden.0", 2)
    assert address(at)["pick"] == "w1:0:1" and sentences(at) == ""


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dataset", ["spiral3", "reg_gauss"])
def test_every_optimizer_and_kind_of_target_is_drawn(optimizer: str, dataset: str) -> None:
    a = changed(BASE, dataset=dataset, optimizer=optimizer, l1=0.01, l2=0.1)
    at = open_compare(to_query(Pair(a, a), View(tab="step", frame=1, pick="w2:1:0")))
    assert "**Update**" in words(at) and "agreement" in words(at)
    picture, rows = specs(at)[0]["data"]
    assert picture["type"] == "image" and len(rows["marker"]["color"]) == len(at.dataframe[0].value)


def test_a_what_if_is_stepped_from_its_own_weights() -> None:
    edits = "1:0:2:7.5"
    at = open_compare({"rows": "60", "epochs": "0", "edits": edits, "tab": "step", "pick": "w1:0:2"})
    assert heading(at).startswith("**Epoch 1, batch 1 of 3**") and r"7.5 \cdot" in words(at)


def test_where_a_runs_in_scikit_learn_the_step_is_numpy_s_and_that_is_said() -> None:
    said = " · NumPy’s step on the same numbers, as A runs in scikit-learn"
    numpy = heading(open_compare(OPEN))
    assert heading(open_compare({**OPEN, "engine": "sklearn"})) == numpy + said


def test_a_batch_that_never_fills_is_a_sentence() -> None:
    at = open_compare({**OPEN, "optimizer": "playground", "batch_size": "40", "b.engine": "numpy"})
    assert "There is no batch: batch_size must be at most the 30 training rows" in words(at)
    assert "step.epoch" in keys(at)


def test_a_diverged_run_is_shown_up_to_its_last_frame() -> None:
    wild = {"activation": "identity", "learning_rate": "1000", "epochs": "60", "frame": "50"}
    at = open_compare({**OPEN, **wild})
    epoch = int(re.search(r"Epoch (\d+)", heading(at))[1])  # type: ignore[index]
    assert epoch < 51


def test_what_has_not_ended_leaves_room(worker: Here) -> None:
    worker.turns = 0
    at = open_compare(OPEN)
    assert "Drawn when training has ended." in [text.value for text in at.caption]
    assert {"step.epoch", "step.Layer"} <= keys(at)


def test_a_step_goes_on_from_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(tasks, "Walk", lambda e, epoch: made.append(epoch) or _walk(e, epoch))
    tasks.walks.clear()
    at = open_compare(OPEN)
    press(press(at, "Step"), "Step")
    put(at, "selectbox", "step.To", 0)
    assert made == [2]
    press(at, "Step back")  # what is behind is kept by the executor, or trained again
    put(at, "number_input", "step.epoch", 3)
    assert made[-1] == 3
    run(at)
    tasks.walks.clear()


_walk = tasks.Walk


def test_the_measurement_names_all_that_decides_it() -> None:
    a, b = BASE, changed(BASE, seed=2)
    view = View(tab="step", frame=3, step=2, pick="n1:0")
    made = step.measurement(a, view, 5)
    others = [
        step.measurement(b, view, 5),
        step.measurement(a, View(tab="step", frame=4, step=2, pick="n1:0"), 5),
        step.measurement(a, View(tab="step", frame=3, step=3, pick="n1:0"), 5),
        step.measurement(a, View(tab="step", frame=3, step=2, pick="b1:0"), 5),
    ]
    assert len({made.key, *(each.key for each in others)}) == 5
    assert step.measurement(on_engine(a, "sklearn"), view, 5).key == made.key
    assert made.engine == "numpy"
