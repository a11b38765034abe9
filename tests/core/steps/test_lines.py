"""The chain rule in lines: what is written comes to the result, and the results are those of the batch."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.experiment import Experiment, changed
from core.network import ACTIVATIONS, OPTIMIZERS
from core.picks import Pick, Picked, fitting, picked
from core.steps import Batch, explained, lines, training
from core.training import completed
from tests.core.steps.problems import small
from tests.latex import evaluate

QUICK = changed(Experiment(), rows=60, epochs=8)


def picks(sizes: tuple[int, ...]) -> list[Pick]:
    """Every weight, bias and neuron of a network."""
    found = []
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        found += [Pick("w", layer, unit, source) for source in range(n_in) for unit in range(n_out)]
        found += [Pick(kind, layer, unit) for kind in ("b", "n") for unit in range(n_out)]  # type: ignore[arg-type]
    return found


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every digit is written, so that what is written can be computed."""

    def number(value: float, digits: int = 0) -> str:
        mantissa, _, power = repr(float(value)).partition("e")
        return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa

    monkeypatch.setattr(lines, "number", number)


def came_to(written: str) -> list[float]:
    """The value of each side of an equation."""
    return [float(evaluate(side, {})) for side in written.replace(r"\underline{", "{").split(" = ")]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dataset", ["circle", "spiral3", "reg_gauss"])
@pytest.mark.usefixtures("exact")
def test_what_is_written_comes_to_the_result(dataset: str, optimizer: str) -> None:
    e = changed(QUICK, dataset=dataset, optimizer=optimizer, batch_size=3, l1=0.01, l2=0.1, hidden=(3, 2))
    batch, computed = completed(training(e, 2, 3)), 0
    for pick in picks(e.sizes):
        for line in explained(batch, pick):
            if "varphi(" not in line.symbols and r"\cdots" not in line.numbers:
                for value in came_to(line.numbers):
                    assert value == pytest.approx(line.result, rel=1e-9, abs=1e-13), (pick, line)
                computed += 1
    assert computed > 200


@given(small(), st.data())
def test_the_results_are_the_batch_s(experiment: Experiment, data: st.DataObject) -> None:
    try:
        batch = completed(training(experiment, 1))
    except ValueError:
        assume(False)
    pick = data.draw(st.sampled_from(picks(experiment.sizes)))
    found = explained(batch, pick)
    by_name = {(line.part, line.name): line.result for line in found}
    place, row = pick.place(experiment.sizes), lines.shown_row(batch, pick)
    W, b = batch.layers[pick.layer - 1]
    end = rf"_{{{pick.unit + 1}}}^{{({pick.layer})}}"
    z = batch.a[pick.layer - 1][row] @ W[:, pick.unit] + b[pick.unit]
    assert by_name["Forward", "z" + end] == pytest.approx(z, rel=1e-12, abs=1e-14)
    if pick.layer < len(batch.z):
        phi = ACTIVATIONS[experiment.activations[pick.layer - 1]].value
        assert by_name["Forward", "a" + end] == pytest.approx(float(phi(np.array(z))), rel=1e-12, abs=1e-14)
    assert by_name["Loss", "L"] == batch.loss
    assert by_name["Backward", r"\delta" + end] == batch.deltas[pick.layer - 1][row, pick.unit]
    g = [line for line in found if line.part == "Backward" and line.name.startswith("g")]
    assert [line.result for line in g] == [batch.gradient[place]]
    last = found[-1]
    if pick.kind == "n":
        assert last.part == "Backward"
    else:
        assert last.part == "Update" and last.result == batch.after[place]
        value = W[pick.source, pick.unit] if pick.kind == "w" else b[pick.unit]
        assert value == batch.before[place]
    assert [line.part for line in found] == sorted((line.part for line in found), key=lines.PARTS.index)


def test_the_smaller_factor_is_marked() -> None:
    """A saturated unit: its slope is small. A unit whose weight to the output is small: that one."""
    batch = completed(training(changed(QUICK, hidden=(2,)), 0))

    def factors(z: float, weight: float) -> tuple[str, str, str]:
        batch.layers[1][0][0] = weight  # views of `before`
        batch.slopes[0][:, 0] = 1 - np.tanh(z) ** 2
        batch.carried[0][:, 0] = batch.deltas[1][:, 0] * weight
        line = next(line for line in explained(batch, Pick("n", 1, 0)) if line.name == r"\delta_{1}^{(1)}")
        return line.small, line.numbers, line.note

    small, numbers, note = factors(4.0, 0.5)
    assert small == "slope" and r"\underline{0.001341}" in numbers
    assert note == "Smaller factor: slope (slope 0.0013, weights 0.5)."
    small, numbers, note = factors(0.1, 0.01)
    assert small == "weight" and numbers.endswith(r"} \cdot 0.9901") and r"= \underline{" in numbers
    assert note == "Smaller factor: weights (slope 0.99, weights 0.01)."


def test_a_weight_of_the_first_layer_is_followed_to_the_output() -> None:
    batch = completed(training(changed(QUICK, hidden=(4, 3, 2)), 3))
    names = [line.name for line in explained(batch, picked("w1:0:2")) if line.name.startswith(r"\delta")]
    assert [name[-3] for name in names] == ["4", "3", "2", "1"] and names[-1].startswith(r"\delta_{3}")


def test_wide_sums_and_large_batches_are_cut_short_but_keep_what_is_looked_at() -> None:
    e = changed(QUICK, features=("x1", "x2", "x1sq", "x2sq", "x1x2", "sinx1"), hidden=(9,), batch_size=30)
    batch = completed(training(e, 1))
    found = explained(batch, picked("w1:5:8"))
    assert max(len(line.numbers) for line in found) < 250
    assert r"w_{6,9}^{(1)}\, x_{6}" in found[0].symbols and r"\cdots" in found[0].symbols


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_written_as_such(value: float) -> None:
    assert lines.number(value) in (r"\text{not a number}", r"\infty", r"-\infty")


def test_a_diverged_training_is_explained_without_an_error() -> None:
    e = changed(QUICK, activation="identity", learning_rate=1000.0, epochs=60)
    batch = completed(training(e, 50))
    assert not np.isfinite(batch.before).all()
    assert all(line.numbers for pick in picks(e.sizes) for line in explained(batch, pick))


# picks


def test_picks_are_written_as_they_are_read() -> None:
    for pick in picks((2, 4, 2, 1)):
        assert picked(str(pick)) == pick and Picked().accepts(str(pick))
    assert [picked(text).kind for text in ("w1:0:2", "b1:2", "n1:2")] == ["w", "b", "n"]


def test_places_are_those_of_the_flat_parameters() -> None:
    batch: Batch = completed(training(QUICK, 1))
    for pick in picks(QUICK.sizes):
        W, b = batch.layers[pick.layer - 1]
        value = W[pick.source, pick.unit] if pick.kind == "w" else b[pick.unit]
        assert batch.before[pick.place(QUICK.sizes)] == value


@pytest.mark.parametrize(
    ("text", "sizes", "found"),
    [
        ("w1:0:2", (2, 4, 1), "w1:0:2"),
        ("w9:0:2", (2, 4, 1), "w2:0:0"),
        ("w1:7:7", (2, 4, 1), "w1:1:3"),
        ("n3:5", (2, 4, 1), "n2:0"),
        ("w1:0:2", (0, 4, 1), "b1:2"),
    ],
)
def test_a_pick_that_a_network_lacks_becomes_the_nearest(text: str, sizes: tuple[int, ...], found: str) -> None:
    assert str(fitting(picked(text), sizes)) == found
