"""Jobs without a browser: sessions are names, and what they see is what `look` returns."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from pages.parts.background.jobs import AT_WORK, Job, Jobs, Look

from core.experiment import Experiment, changed
from core.link import experiment_key
from core.training import Prepared, prepare, schedule, train
from pages.parts.background import jobs as module
from pages.parts.stage.stage import Side, identity
from tests.pages.conftest import header_of

PATIENCE = 30.0  # s; what a busy machine may take
SHORT = Experiment(rows=50, segments=changed(Experiment(), epochs=5).segments)
LONG = changed(Experiment(), hidden=(8, 8), epochs=10_000)  # half a minute


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    monkeypatch.setattr(module.log, "propagate", True)  # to caplog
    made = Jobs()
    yield made
    until(lambda: made.at_work() == 0)  # what a test leaves behind ends because nobody watches it


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def end(jobs: Jobs, experiment: Experiment, session: str = "somebody") -> Look:
    """Watch an experiment until it has ended."""
    until(lambda: not jobs.look([experiment], session)[0].busy)
    return jobs.look([experiment], session)[0]


def begin(jobs: Jobs, experiment: Experiment, session: str, epoch: int = 1) -> Look:
    """Watch an experiment until it has come to an epoch."""

    def under_way() -> bool:
        look = jobs.look([experiment], session)[0]
        return look.run is not None and look.run.epochs[-1] >= epoch

    until(under_way)
    return jobs.look([experiment], session)[0]


def seeds(experiment: Experiment, count: int) -> list[Experiment]:
    return [changed(experiment, seed=seed) for seed in range(count)]


def test_thirty_sessions_train_an_experiment_once(jobs: Jobs) -> None:
    together = Barrier(30)

    def session(name: str) -> Look:
        together.wait()
        return end(jobs, SHORT, name)

    with ThreadPoolExecutor(30) as pool:
        looks = list(pool.map(session, map(str, range(30))))
    assert jobs.started == 1
    assert {look.state for look in looks} == {"finished"}
    assert len({id(look.packed) for look in looks}) == 1  # packed once, not once for each


def test_who_is_patient_waits_for_what_is_soon_through(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", PATIENCE)
    monkeypatch.setattr(module, "SOON", {"numpy": PATIENCE, "sklearn": 0.0})
    b = changed(SHORT, engine="sklearn")
    assert jobs.look([SHORT, b], "somebody", patient=True)[0].state == "finished"
    monkeypatch.setattr(module, "SOON", {"numpy": 0.05, "sklearn": PATIENCE})
    looks = jobs.look([LONG, b], "somebody", patient=True)
    assert looks[0].busy and looks[1].state == "finished"
    monkeypatch.setattr(module, "PATIENCE", 0.0)


def test_a_finished_run_is_what_training_gives(jobs: Jobs) -> None:
    look, expected = end(jobs, SHORT), train(SHORT)
    assert look.run is not None and look.run.ended == "finished"
    np.testing.assert_array_equal(look.run.epochs, expected.epochs)
    np.testing.assert_allclose(look.run.train_loss, expected.train_loss, rtol=1e-9)
    np.testing.assert_allclose(look.run.layers[-1][0][0], expected.layers[-1][0][0], rtol=1e-9)


def test_stop_keeps_the_frames_for_that_session_and_training_goes_on_for_another(jobs: Jobs) -> None:
    experiment = changed(LONG, epochs=1500)
    begin(jobs, experiment, "stops", epoch=5)
    begin(jobs, experiment, "stays", epoch=5)
    jobs.stop("stops")
    stopped = jobs.look([experiment], "stops")[0]
    assert stopped.state == "stopped" and stopped.run is not None
    assert 5 <= stopped.run.epochs[-1] < experiment.epochs
    assert jobs.look([experiment], "stays")[0].busy
    finished = end(jobs, experiment, "stays")
    assert finished.state == "finished" and finished.run is not None
    assert finished.run.epochs[-1] == experiment.epochs
    still = jobs.look([experiment], "stops")[0]
    assert still.state == "stopped" and still.run is stopped.run
    assert jobs.started == 1


def test_between_recorded_frames_a_look_shows_what_training_has_come_to(jobs: Jobs) -> None:
    recorded = set(schedule(LONG.epochs))
    begin(jobs, LONG, "looks", epoch=200)
    until(lambda: jobs.look([LONG], "looks")[0].run.epochs[-1] not in recorded)
    jobs.stop("looks")
    look = jobs.look([LONG], "looks")[0]
    assert look.state == "stopped" and look.run is not None
    assert set(look.run.epochs[:-1].tolist()) == {epoch for epoch in recorded if epoch < look.run.epochs[-1]}


def test_who_stopped_and_looked_elsewhere_gets_the_whole_run(jobs: Jobs) -> None:
    experiment = changed(LONG, epochs=500)
    begin(jobs, experiment, "stops", epoch=5)
    jobs.stop("stops")
    end(jobs, SHORT, "stops")
    assert end(jobs, experiment, "stops").state == "finished"


def test_a_stop_is_for_what_the_session_watches_by_now(jobs: Jobs) -> None:
    begin(jobs, LONG, "stops", epoch=5)
    superseding = changed(LONG, seed=9)
    jobs.look([superseding], "stops")
    begin(jobs, LONG, "stays", epoch=5)
    jobs.stop("stops")
    assert jobs.look([superseding], "stops")[0].state == "stopped"
    assert jobs.look([LONG], "stays")[0].state == "training"


def test_a_stop_before_the_first_frame_trains_no_more(jobs: Jobs) -> None:
    for number, long in enumerate(seeds(LONG, AT_WORK)):
        jobs.look([long], f"{number}")
    jobs.look([SHORT], "stops")
    jobs.stop("stops")
    look = jobs.look([SHORT], "stops")[0]
    assert (look.state, look.busy, look.failed) == ("stopped", False, False)


def test_a_job_nobody_watches_ends_and_is_not_taken_for_finished(jobs: Jobs) -> None:
    begin(jobs, LONG, "leaves")
    until(lambda: jobs.at_work() == 0)
    again = jobs.look([LONG], "comes")[0]
    assert again.busy and again.epoch < LONG.epochs
    assert jobs.started == 2


def test_looking_at_another_experiment_leaves_the_first_at_once(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1000.0)
    begin(jobs, LONG, "moves on")
    end(jobs, SHORT, "moves on")
    until(lambda: jobs.at_work() == 0)


def test_those_who_wait_know_their_place(jobs: Jobs) -> None:
    experiments = seeds(LONG, AT_WORK + 3)
    for number, experiment in enumerate(experiments):
        jobs.look([experiment], f"{number}")
    looks = [jobs.look([experiment], f"{number}")[0] for number, experiment in enumerate(experiments)]
    assert [look.ahead for look in looks] == [0] * AT_WORK + [1, 2, 3]
    assert {look.state for look in looks[AT_WORK:]} == {"waiting"}
    jobs.look([SHORT], "0")  # the first moves on, behind the others
    until(lambda: all_watched(jobs, experiments[1:])[-1].ahead == 2)


def all_watched(jobs: Jobs, experiments: list[Experiment]) -> list[Look]:
    return [jobs.look([experiment], f"{number}")[0] for number, experiment in enumerate(experiments, 1)]


def test_a_short_job_ends_while_a_long_one_runs(jobs: Jobs) -> None:
    begin(jobs, LONG, "patient")
    assert end(jobs, SHORT, "hasty").state == "finished"
    assert jobs.look([LONG], "patient")[0].state == "training"


def test_one_engine_does_not_hold_up_the_other(jobs: Jobs) -> None:
    for number, experiment in enumerate(seeds(changed(LONG, engine="sklearn"), AT_WORK)):
        jobs.look([experiment], f"{number}")
    assert jobs.look([changed(SHORT, engine="sklearn")], "sklearn")[0].ahead == 1
    assert end(jobs, SHORT, "numpy").state == "finished"


def test_the_store_is_bounded_by_bytes(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    experiments = seeds(SHORT, 4)
    first = end(jobs, experiments[0])
    assert first.run is not None and first.packed is not None
    size = len(first.packed.body) + sum(W.nbytes + b.nbytes for layers in first.run.layers for W, b in layers)
    monkeypatch.setattr(module, "STORE_BYTES", 2.5 * size)
    for experiment in experiments:
        end(jobs, experiment)
    assert jobs.started == 4
    for experiment in experiments[2:]:
        assert not jobs.look([experiment], "later")[0].busy
    assert jobs.started == 4
    assert jobs.look([experiments[0]], "later")[0].busy  # the oldest made room
    assert jobs.started == 5


def test_a_run_larger_than_the_store_is_still_shown(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STORE_BYTES", 1)
    assert end(jobs, SHORT).state == "finished"


@pytest.mark.parametrize("engine", ["numpy", "sklearn"])
def test_divergence_ends_as_diverged_and_keeps_its_frames(jobs: Jobs, engine: str) -> None:
    experiment = changed(Experiment(), engine=engine, activation="identity", learning_rate=1000)
    look = end(jobs, experiment)
    assert look.state == "diverged" and look.run is not None and look.diagnosis is not None
    assert look.run.ended.startswith("diverged at epoch ")
    assert look.run.epochs[-1] < experiment.epochs


def test_a_training_that_fails_says_so_and_another_setting_trains(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(experiment: Experiment) -> Prepared:
        if experiment.seed == 13:
            raise RuntimeError("no such luck")
        return prepare(experiment)

    monkeypatch.setattr(module, "prepare", refuse)
    failed = end(jobs, changed(SHORT, seed=13))
    assert failed.failed and failed.run is None
    assert "no such luck" in caplog.text
    assert end(jobs, changed(SHORT, seed=14)).state == "finished"


def test_a_run_that_can_not_be_packed_fails_alone(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: object) -> None:
        raise RuntimeError("does not fit")

    with monkeypatch.context() as patch:
        patch.setattr(module, "pack", refuse)
        assert end(jobs, SHORT).failed
    assert "does not fit" in caplog.text
    assert end(jobs, changed(SHORT, seed=14)).state == "finished"


def test_a_job_may_compute_only_so_long(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMPUTE_LIMIT", 0.1)
    look = end(jobs, LONG)
    assert look.state == "stopped" and look.run is not None
    assert "the limit for one run" in look.run.ended


# what the browser reads by itself


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, Any]]]:
    """What the feed was told of each experiment, in order."""
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def write(key: str, news: bytes) -> None:
        told[key] += header_of(news)["sides"]

    monkeypatch.setattr(module.feed, "write", write)
    return told


def test_news_begin_at_once_and_end_with_the_whole_run(jobs: Jobs, told: dict[str, list[dict[str, Any]]]) -> None:
    experiment = changed(LONG, epochs=700)
    look = end(jobs, experiment)
    first, *training, last = told[look.key]
    assert (first["state"], first["run"]) == ("waiting", None)
    assert {side["state"] for side in training} == {"training"} and not any(side["complete"] for side in training)
    shown = [side["run"]["arrays"]["boundary"][1][0] for side in training]
    assert shown == [1] * len(training) and len(training) > 2
    progress = [side["progress"] for side in training]
    assert progress == sorted(progress) and progress[-1] < 1
    assert look.packed is not None and last["complete"] and last["progress"] == 1
    assert last["run"]["arrays"] == json.loads(json.dumps(look.packed.header["arrays"]))
    assert last["id"] == identity(Side(look.key, state="finished", packed=look.packed))


def test_news_of_a_divergence_say_what_happened(jobs: Jobs, told: dict[str, list[dict[str, Any]]]) -> None:
    look = end(jobs, changed(Experiment(), activation="identity", learning_rate=1000))
    assert look.run is not None and look.state == told[look.key][-1]["state"] == "diverged"
    assert told[look.key][-1]["note"] == look.run.ended


def test_what_was_stopped_has_a_place_of_its_own(jobs: Jobs, told: dict[str, list[dict[str, Any]]]) -> None:
    for session in ("stops", "stays"):
        begin(jobs, LONG, session, epoch=5)
    until(lambda: told[experiment_key(LONG)][-1]["state"] == "training")
    jobs.stop("stops")
    stopped, other = (jobs.look([LONG], session)[0] for session in ("stops", "stays"))
    assert stopped.place != other.place == other.key == stopped.key
    (last,) = told[stopped.place]
    assert (last["state"], last["note"], last["complete"]) == ("stopped", "stopped", True)
    assert told[other.place][-1]["state"] == "training"


def test_training_goes_on_where_news_can_not_be_written(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(key: str, news: bytes) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(module.feed, "write", refuse)
    assert end(jobs, SHORT).state == "finished"
    assert "no space left" in caplog.text


def test_a_turn_lasts_no_longer_than_it_should_ask_for() -> None:
    job = Job("long", LONG)
    job.turn()
    assert job.frames and not job.ended and job.epoch < LONG.epochs
