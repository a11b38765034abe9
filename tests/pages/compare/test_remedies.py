"""What was tried for a run that is not fine: its final verdict, buttons for what helps, and more on request."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import remedies
from core.diagnosis import diagnose
from core.experiment import Experiment, beside, changed
from core.link import Pair, to_query
from core.remedies import Outcome, Trials, heading, judged, label, others, parts, planned, settled
from core.training import completed, train
from pages.parts.background.work import Do
from tests.pages.background.links import Here
from tests.pages.conftest import linked, open_compare, press, run, words

STUCK = changed(Experiment(), dataset="xor")
SLOW = changed(Experiment(rows=60), epochs=4, learning_rate=1e-3)


@pytest.fixture(autouse=True)
def _what_helps_is_tried(worker: Here) -> None:
    worker.holds = ""


def trials_of(experiment: Experiment) -> Trials:
    made = train(experiment)
    plan = planned(made, diagnose(made))
    return judged(plan, [completed(part()) for part in parts(plan)])


def opened(a: Experiment, b: Experiment | None = None) -> AppTest:
    return open_compare(to_query(Pair(a, b or beside(a, engine="sklearn"))))


def offered(at: AppTest) -> list[str]:
    return [button.label for button in at.button if button.label not in ("New seed", "Reset")]


def helpful(trials: Trials) -> list[Outcome]:
    return [outcome for outcome in trials.outcomes if outcome.helps]


def captions(at: AppTest) -> str:
    return "\n".join(caption.value for caption in at.caption)


def tried(worker: Here) -> list[str]:
    """The keys of the trials that a worker was told to make."""
    return [
        order.work.key for order in worker.orders if isinstance(order, Do) and order.work.key.startswith("remedies")
    ]


def test_a_run_at_rest_gets_its_final_verdict_and_buttons_for_what_helps() -> None:
    made, trials = train(STUCK), trials_of(STUCK)
    found = settled(diagnose(made), trials)
    assert found.verdict in ("stuck", "too narrow")
    at = opened(STUCK)
    assert f"**{found.verdict.capitalize()} at epoch 200.** {found.sentence}" in words(at)
    spoken = f"A: {found.verdict} at epoch 200. B: {found.verdict} at epoch 200."
    assert spoken in " ".join(element.proto.body for element in at.get("html"))
    assert heading(trials, "numpy") in captions(at)
    assert offered(at) == list(map(label, helpful(trials))) != []
    assert others([outcome for outcome in trials.outcomes if not outcome.helps]) in captions(at)


def test_a_button_opens_its_change_as_b_and_leaves_a() -> None:
    best = helpful(trials_of(STUCK))[0]
    at = press(opened(STUCK), label(best))
    assert linked(at) == Pair(STUCK, best.remedy.experiment)


def test_until_then_it_is_at_rest_and_other_starts_are_being_tried(worker: Here) -> None:
    worker.holds = "remedies"
    at = opened(STUCK)
    loss = train(STUCK).train_loss[-1]
    assert f"**At rest** at loss {loss:.3g} with" in words(at) and "; trying other starts." in words(at)
    assert "Trying what may help." in captions(at)
    assert offered(at) == []


def test_both_engines_share_what_is_tried_and_nothing_is_tried_twice(worker: Here) -> None:
    at = opened(STUCK)
    assert len(tried(worker)) == 1 and all(order.work.idle for order in worker.orders if "remedies" in repr(order)[:40])
    run(at)
    opened(STUCK)
    assert len(tried(worker)) == 1


def test_what_a_fine_run_needs_is_nothing(worker: Here) -> None:
    at = opened(changed(Experiment(), rows=100, hidden=(), features=("x1sq", "x2sq")))
    assert offered(at) == [] and tried(worker) == []


def test_of_a_fine_a_and_another_b_b_is_helped_and_stays_beside_a() -> None:
    fine = changed(Experiment(), rows=100, hidden=(), features=("x1sq", "x2sq"))
    b = beside(fine, features=("x1", "x2"))
    trials = trials_of(b)
    at = opened(fine, b)
    assert offered(at) == list(map(label, helpful(trials))) != []
    best = helpful(trials)[0]
    assert linked(press(at, label(best))) == Pair(fine, best.remedy.experiment)


def test_a_run_of_scikit_learn_is_tried_on_numpy_and_that_is_said() -> None:
    at = opened(changed(STUCK, engine="sklearn"), beside(STUCK, engine="numpy"))
    assert "Tried on NumPy from the same 5 starts" in captions(at)


def test_a_verdict_that_is_hidden_has_nothing_tried(worker: Here) -> None:
    at = open_compare({**to_query(Pair(STUCK, beside(STUCK, engine="sklearn"))), "hide": "verdict"})
    assert tried(worker) == [] and "Tried" not in captions(at)


def test_what_takes_long_is_tried_on_request_alone(worker: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remedies, "PATIENCE_S", -60.0)  # however long the run itself took
    at = opened(SLOW)
    assert tried(worker) == []
    made = train(SLOW)
    known = [remedy.words for remedy in remedies.candidates(made, diagnose(made))]
    for asked in 1, 2:  # none of the six helps
        (button,) = offered(at)
        assert button.startswith("Try three remedies (about ") and button.endswith(" s)")
        press(at, button)
        assert len(tried(worker)) == asked
        said = captions(at)
        assert [words in said for words in known] == [number < 3 * asked for number in range(len(known))]
    assert len(known) == 6 and offered(at) == []
    elsewhere = opened(replace(SLOW, seed=2))
    assert [each[:3] for each in offered(elsewhere)] == ["Try"]  # of another experiment nothing was asked


def test_a_trial_that_fails_says_so_and_the_diagnosis_stays(monkeypatch: pytest.MonkeyPatch, worker: Here) -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError("a fault")

    monkeypatch.setattr(remedies, "starts", fails)
    at = opened(STUCK)
    assert not at.exception
    assert "**At rest** at loss" in words(at) and "trying" not in words(at)
    assert "Not measured: the server's log says why." in words(at)
