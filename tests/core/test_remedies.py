"""What is tried: from the same starts on the same data, advised by what was measured, within its time."""

from dataclasses import replace
from functools import cache
from math import inf
from statistics import median
from typing import Any

import pytest
from scipy.stats import binomtest

from core import remedies
from core.candidates import Remedy, candidates
from core.diagnosis import Diagnosis, diagnose
from core.experiment import Experiment, changed
from core.reach import Seeds
from core.remedies import (
    OTHERS,
    PATIENCE_S,
    STARTS,
    Outcome,
    Plan,
    Start,
    Trials,
    Tried,
    did_better,
    heading,
    judged,
    label,
    on_request,
    others,
    parts,
    planned,
    settled,
    together_with,
    tried,
)
from core.seeds import experiments
from core.training import Run, completed, train

XOR = changed(Experiment(), dataset="xor")
SMALL = changed(Experiment(rows=60, hidden=(4, 3)), epochs=6)
AT_REST = Diagnosis("at rest", "At rest at loss 0.3 with 70 % of the training rows right.", 0.7, 0.95)


@pytest.fixture(autouse=True)
def _no_machine_is_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remedies, "thread_time", lambda: 0.0)


@cache
def trained(experiment: Experiment) -> Run:
    return train(experiment)


@cache
def tried_of(experiment: Experiment) -> Tried:
    return tried(trained(experiment))


def helpful(experiment: Experiment) -> list[str]:
    return [outcome.remedy.words for outcome in tried_of(experiment).outcomes if outcome.helps]


def outcome_of(experiment: Experiment, words: str) -> Outcome:
    return next(each for each in tried_of(experiment).outcomes if each.remedy.words == words)


# ---- real runs ------------------------------------------------------------------------------------------------------


def test_an_unlucky_start_is_stuck_and_a_single_unit_too_narrow() -> None:
    found = tried_of(XOR).diagnosis
    assert (found.verdict, diagnose(trained(XOR)).verdict) == ("stuck", "at rest")
    assert found.sentence == (
        "At rest at loss 0.355 with 77.2 % of the training rows right. 6 of 8 other starts did better, the best with "
        "100 % of the training rows right."
    )
    narrow = tried_of(replace(XOR, hidden=(1,)))
    assert narrow.diagnosis.verdict == "too narrow"
    assert narrow.diagnosis.sentence.endswith("0 of 8 other starts did better: fewer than a third would, 95 %.")
    assert "hidden layers 4" in helpful(replace(XOR, hidden=(1,)))


def test_other_starts_are_those_of_single_trainings_on_the_same_points() -> None:
    """An oracle that trains each alone: the run's own seed and the eight that follow it."""
    plan = planned(trained(XOR), diagnose(trained(XOR)))
    as_it_is = completed(parts(plan)[0]())
    singles = [train(replace(XOR, seed=seed, data_seed="1")) for seed in range(1, 10)]
    assert [each.seed for each in as_it_is] == list(range(1, 10))
    assert [each.learns for each in as_it_is] == [diagnose(run).verdict == "fine" for run in singles]
    for each, run in zip(as_it_is, singles, strict=True):
        ends = (run.train_accuracy[-1], run.train_loss[-1], run.test_loss[-1])
        assert (each.score, each.train_loss, each.test_loss) == pytest.approx(ends, abs=1e-9)


@pytest.mark.parametrize("number", range(3))
def test_a_remedy_is_tried_from_the_same_five_starts_as_the_run(number: int) -> None:
    remedy = planned(trained(XOR), diagnose(trained(XOR))).remedies[number]
    with_it = [train(e) for e in experiments(Seeds(STARTS, "fixed"), remedy.experiment)]
    as_it_is = [train(e) for e in experiments(Seeds(STARTS, "fixed"), XOR)]
    found = outcome_of(XOR, remedy.words)
    assert all((a.X_train == b.X_train).all() for a, b in zip(with_it, as_it_is, strict=True))
    learn, did = (sum(diagnose(run).verdict == "fine" for run in runs) for runs in (with_it, as_it_is))
    loss, was = (median(float(run.train_loss[-1]) for run in runs) for runs in (with_it, as_it_is))
    assert (found.learn, found.of, found.did) == (learn, STARTS, did)
    assert (found.loss, found.was) == pytest.approx((loss, was), rel=1e-6)
    assert found.helps == (learn >= did + 2 or (loss <= was / 2 and learn >= did))


@pytest.mark.parametrize(
    ("changes", "verdict", "helps", "hurts"),
    [
        ({"hidden": (8, 8), "learning_rate": 2.0, "seed": 4}, "unsteady", "learning rate 0.2", "learning rate 6"),
        ({"dataset": "wine", "axes": "0,12"}, "unscaled", "standardised features", "learning rate 0.003"),
        ({"initializer": "zeros"}, "symmetric", "initial weights Glorot uniform", ""),
        ({"l2": 1.0}, "penalised", "no penalty", ""),
        ({"activation": "relu", "hidden": (8, 8), "optimizer": "adam", "learning_rate": 10.0, "seed": 2}, "dead",
         "leaky ReLU", "initial weights He normal"),
        ({"hidden": (8, 8), "activation": "logistic"}, "under-trained", "learning rate 0.3", "learning rate 0.01"),
        ({"activation": "identity"}, "linear", "tanh", ""),
        ({"hidden": (8, 8, 8), "activation": "logistic"}, "vanishing", "ReLU", "learning rate 0.3"),
        ({"hidden": (), "learning_rate": 0.3, "l2": 100.0}, "diverged", "L2 penalty 10", ""),
        ({"hidden": (), "features": ("x1sq", "x2sq"), "loss": "squared", "seed": 3}, "saturated",
         "seed 11, the best of 8", "log loss"),
    ],
)  # fmt: skip
def test_what_helps_is_advised_and_what_does_not_is_not(
    changes: dict[str, Any], verdict: str, helps: str, hurts: str
) -> None:
    e = changed(Experiment(), **changes)
    assert tried_of(e).diagnosis.verdict == verdict
    assert helps in helpful(e)
    assert hurts not in helpful(e)


def test_advice_that_was_wrong_is_not_given() -> None:
    """Where steps are too large, larger ones were advised."""
    regression = changed(
        Experiment(), dataset="diabetes", hidden=(8, 8), epochs=100, loss="squared_linear", learning_rate=0.7
    )
    for e in (changed(Experiment(), hidden=(8, 8), learning_rate=2.0, seed=4), regression):
        rates = {each.remedy.experiment.segments[0].learning_rate for each in tried_of(e).outcomes if each.helps}
        assert rates and max(rates) < e.segments[0].learning_rate


def test_for_overfitting_the_test_loss_decides_and_that_is_said() -> None:
    e = changed(Experiment(), noise=50.0, rows=50, train_share=30, hidden=(32, 32), epochs=1000)
    run = trained(e)
    found = tried_of(e)
    assert found.diagnosis.verdict == "overfitting"
    best = int(run.epochs[run.test_loss.argmin()])
    first = found.outcomes[0]
    assert (first.remedy.words, first.kind, first.helps) == (f"{best} epochs", "test loss", True)
    assert label(first).endswith("learn") or f"test loss {first.loss:.3g}" in label(first)
    plan = planned(run, found.diagnosis)
    said = heading(judged(plan, [completed(part()) for part in parts(plan)]), "numpy")
    assert said.endswith("Chosen by looking at the test rows.") and "median test loss" in said


def test_a_run_of_scikit_learn_is_tried_on_numpy_and_that_is_said() -> None:
    run = trained(changed(SMALL, engine="sklearn"))
    plan = planned(run, diagnose(run))
    assert {experiment.engine for experiment, _ in plan.tasks} == {"numpy"}
    trials = judged(plan, [completed(part()) for part in parts(plan)])
    assert heading(trials, "sklearn").startswith("Tried on NumPy from the same 5 starts (as it is, ")
    assert heading(trials, "numpy").startswith("Tried from the same 5 starts (as it is, ")


def test_nothing_is_tried_for_a_run_that_is_fine() -> None:
    for e in (Experiment(), changed(Experiment(), dataset="ripple", noise=80.0)):
        found = tried_of(e)
        assert (found.outcomes, found.diagnosis) == ((), diagnose(trained(e)))


def test_trying_is_repeatable() -> None:
    e = changed(SMALL, epochs=20)
    assert tried(train(e)) == tried(train(e))


# ---- definitions ----------------------------------------------------------------------------------------------------


def starts_of(scores: list[float], losses: list[float] | None = None, learn: int = 0) -> tuple[Start, ...]:
    losses = losses or [1.0] * len(scores)
    return tuple(Start(i, i < learn, *each, each[1]) for i, each in enumerate(zip(scores, losses, strict=True)))


def plan_of(verdict: Any = "at rest", *remedies: Remedy) -> Plan:
    return Plan(verdict, SMALL, 1 + OTHERS, remedies, 5.0)


@pytest.mark.parametrize(
    ("own", "score", "is_better"),
    [
        (0.7, 0.8 + 1e-9, True),
        (0.7, 0.8 - 1e-9, False),
        (0.92, 0.96, True),
        (0.92, 0.959, False),
        (-3.0, -2.8, True),
        (-inf, 0.5, True),
        (-inf, -inf, False),
        (0.5, -inf, False),
    ],
)
def test_a_start_did_better_by_a_tenth_or_near_one_by_half_of_what_is_missing(
    own: float, score: float, is_better: bool
) -> None:
    assert len(did_better(starts_of([own, score] + [own] * 7))) == is_better


@pytest.mark.parametrize(
    ("better", "verdict", "said"),
    [
        (0, "too narrow", "0 of 8 other starts did better: fewer than a third would, 95 %."),
        (1, "too narrow", "1 of 8 other starts did better: fewer than half would, 95 %."),
        (2, "stuck", "2 of 8 other starts did better, the best with 90 % of the training rows right."),
        (8, "stuck", "8 of 8 other starts did better, the best with 90 % of the training rows right."),
    ],
)
def test_the_edge_of_stuck(better: int, verdict: str, said: str) -> None:
    trials = judged(plan_of(), [starts_of([0.7] + [0.9] * better + [0.7] * (OTHERS - better))])
    found = settled(AT_REST, trials)
    assert (found.verdict, found.sentence) == (verdict, f"{AT_REST.sentence} {said}")
    assert (found.value, found.threshold) == (better, 2)
    interval = binomtest(better, OTHERS).proportion_ci(method="wilson")
    assert ("a third" in said) <= (interval.high < 1 / 3) and ("half would" in said) <= (interval.high < 1 / 2)


def test_another_verdict_stays_and_so_does_one_at_rest_before_other_starts_are_known() -> None:
    other = replace(AT_REST, verdict="dead")
    assert settled(other, judged(plan_of("dead"), [starts_of([0.7] + [0.9] * 8)])) == other
    assert settled(AT_REST, Trials(plan_of())) == AT_REST


@pytest.mark.parametrize(
    ("learn", "did", "loss", "was", "helps"),
    [
        (3, 1, 1.0, 1.0, True),
        (2, 1, 0.51, 1.0, False),
        (2, 1, 0.5, 1.0, True),
        (1, 1, 0.5, 1.0, True),
        (0, 1, 0.1, 1.0, False),
        (0, 0, inf, inf, False),
        (0, 0, 3.0, inf, True),
        (0, 0, 0.0, 0.0, False),
    ],
)
def test_advised_is_two_more_that_learn_or_half_the_loss(
    learn: int, did: int, loss: float, was: float, helps: bool
) -> None:
    remedy = Remedy("learning rate 0.1", changed(SMALL, learning_rate=0.1))
    as_it_is, with_it = starts_of([0.7] * 5, [was] * 5, did), starts_of([0.7] * 5, [loss] * 5, learn)
    (found,) = judged(plan_of("under-trained", remedy), [as_it_is, with_it]).outcomes
    assert found.helps == helps
    log_loss = Remedy("another loss", changed(SMALL, loss="squared"))  # whose loss is another number
    (found,) = judged(plan_of("saturated", log_loss), [as_it_is, with_it]).outcomes
    assert (found.helps, found.kind) == (learn >= did + 2, "")


def test_longer_is_not_advised_at_the_cost_of_the_test_rows() -> None:
    longer = Remedy("18 epochs", changed(SMALL, epochs=18))
    as_it_is = starts_of([0.7] * 5, [1.0] * 5)
    for test_loss, helps in (1.04, True), (1.06, False):
        with_it = tuple(replace(each, train_loss=0.1, test_loss=test_loss) for each in as_it_is)
        (found,) = judged(plan_of("under-trained", longer), [as_it_is, with_it]).outcomes
        assert found.helps == helps


def test_what_helps_comes_first_and_the_lowest_loss_before_the_others() -> None:
    for found in (
        tried_of(XOR).outcomes,
        tried_of(changed(Experiment(), hidden=(8, 8), activation="logistic")).outcomes,
    ):
        helps = [each.helps for each in found]
        assert helps == sorted(helps, reverse=True) and any(helps) and not all(helps)
        for kind in True, False:
            losses = [each.loss for each in found if each.helps == kind]
            assert losses == sorted(losses)


# ---- words ----------------------------------------------------------------------------------------------------------


def test_results_in_words() -> None:
    remedy = Remedy("learning rate 0.3", SMALL)
    gains = Outcome(remedy, True, 4, 5, 2, 0.1, 0.2, "loss")
    halves, diverges = replace(gains, learn=2), replace(gains, learn=0, loss=inf)
    assert label(gains) == "Learning rate 0.3: 4 of 5 learn"
    assert label(halves) == "Learning rate 0.3: 2 of 5 learn, loss 0.1"
    hardly = replace(gains, learn=3, remedy=Remedy("ReLU", SMALL))
    assert others([hardly, diverges]) == (
        "Hardly better: ReLU (3 of 5 learn). Worse: learning rate 0.3 (0 of 5 learn, most diverge)."
    )
    assert others([replace(halves, loss=0.3)]) == "Worse: learning rate 0.3 (2 of 5 learn, loss 0.3)."


# ---- time -----------------------------------------------------------------------------------------------------------


def test_only_what_fits_into_the_time_is_tried_and_the_rest_on_request() -> None:
    run = replace(trained(SMALL), seconds=0.0)
    found = Diagnosis("under-trained", "", 0, 0)
    everything = planned(run, found)
    assert list(everything.remedies) == candidates(run, found)
    assert 1.2 * everything.estimated_s <= everything.seconds == PATIENCE_S
    long = replace(run, experiment=changed(SMALL, rows=500, hidden=(16, 16), epochs=500))
    some = planned(long, found)
    assert 0 < len(some.remedies) < len(candidates(long, found)) and 1.2 * some.estimated_s <= PATIENCE_S
    longest = replace(run, experiment=changed(SMALL, rows=500, hidden=(16, 16), epochs=3000))
    none = planned(longest, found)
    assert (none.count, none.tasks, none.estimated_s) == (0, [], 0) and none.seconds == PATIENCE_S
    asked = on_request(longest, found, Trials(none))
    assert len(asked.remedies) == 3 and PATIENCE_S < asked.estimated_s < 120
    beyond = replace(run, experiment=changed(SMALL, rows=5000, hidden=(32, 32), epochs=600, batch_size=1))
    assert on_request(beyond, found, Trials(none)).count == 0


def test_on_request_come_those_that_were_not_tried() -> None:
    run, found = trained(SMALL), Diagnosis("under-trained", "", 0, 0)
    known = candidates(run, found)
    done = Trials(plan_of(), (), tuple(Outcome(each, False, 0, 5, 0, 1.0, 1.0, "loss") for each in known[:2]))
    assert list(on_request(run, found, done).remedies) == known[2:5]
    more = Trials(plan_of(), starts_of([0.7] * 5), (Outcome(known[2], True, 5, 5, 0, 0.1, 1.0, "loss"),))
    assert [each.remedy for each in together_with(done, more).outcomes] == [known[2], *known[:2]]
    assert together_with(done, more).as_it_is == more.as_it_is


def test_a_part_that_takes_longer_than_its_share_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(XOR)
    plan = planned(run, diagnose(run))
    assert sum(part.args[2] for part in parts(plan)) == pytest.approx(plan.seconds)
    clock = iter(range(10_000))
    monkeypatch.setattr(remedies, "thread_time", lambda: float(next(clock)))  # a second for each of its steps
    assert completed(parts(plan)[0]()) == ()
    assert judged(plan, [()]) == Trials(plan)
    assert settled(diagnose(run), judged(plan, [()])) == diagnose(run)
