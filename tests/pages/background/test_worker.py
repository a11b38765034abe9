"""A worker without its process: what it answers to orders, turn by turn, with a clock that goes on by hand."""

import gzip
import json
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import pytest

from core.edits import Edit
from core.experiment import Experiment, changed
from core.link import from_query
from core.recording import schedule
from core.training import completed, train
from core.what_if import with_weights
from pages.parts.background import tasks, worker
from pages.parts.background.tasks import MeasuringTask, TrainingTask, runs
from pages.parts.background.work import (
    Answer,
    Do,
    Drop,
    Dropped,
    Ended,
    Failed,
    Measurement,
    News,
    Order,
    Outcome,
    Pause,
    Sessions,
    Stop,
    Stopped,
    Training,
    Turn,
)
from pages.parts.background.worker import Usage, Worker
from tests.pages.background.links import Clock

SHORT = Training(changed(Experiment(rows=50), epochs=5))
LONG = changed(Experiment(rows=50), epochs=300)


class Bench:
    """A worker, its clock, and what it answered."""

    def __init__(self) -> None:
        self.clock, self.answers = Clock(), list[Answer]()
        self.worker = Worker(self.answers.append, self.clock)

    def take(self, *orders: Order) -> None:
        for order in orders:
            self.worker.take(order)

    def turn(self, turns: int = 1) -> None:
        for _ in range(turns):
            self.worker.turn()
            self.clock.now_s += 1e-6  # which was earlier is never a tie

    def work(self) -> None:
        for _ in range(1000):
            if self.worker.rest_s() is None:
                return
            self.clock.now_s += self.worker.rest_s() or 0.0
            self.turn()
        raise AssertionError("it does not end")

    def measurement(self, key: str, parts: int, cost_s: float = 0.05, idle: bool = False) -> Measurement:
        """Parts that give their number after so many seconds of the clock."""

        def part(number: int) -> int:
            self.clock.now_s += cost_s
            return number

        numbered = [lambda number=number: part(number) for number in range(parts)]  # type: ignore[misc]
        return Measurement(key, key, numbered, idle=idle)

    def of(self, kind: type) -> list[Any]:
        return [answer for answer in self.answers if isinstance(answer, kind)]

    def turns(self) -> str:
        """The keys in the order in which they had their turns, of one letter each."""
        return "".join(answer.key * len(answer.value) for answer in self.answers if isinstance(answer, News | Ended))


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def one_step_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TURN_S", 0.0)


# turns


def test_jobs_of_one_session_take_turns(bench: Bench) -> None:
    bench.take(*(Do(bench.measurement(key, 3), ("session",)) for key in "abc"))
    bench.work()
    assert bench.turns() == "abcabcabc"


def test_turns_go_to_the_session_that_used_least(bench: Bench) -> None:
    bench.take(*(Do(bench.measurement(key, 6), ("many",)) for key in "abc"), Do(bench.measurement("d", 4), ("one",)))
    bench.work()
    assert bench.turns()[:8] == "adbdcdad"  # not one turn in four


def test_a_session_whose_turns_cost_less_has_more_of_them(bench: Bench) -> None:
    bench.take(Do(bench.measurement("a", 4, cost_s=0.3), ("dear",)), Do(bench.measurement("b", 8, 0.1), ("cheap",)))
    bench.work()
    assert bench.turns() == "abbbabbbabba"


def test_a_job_that_several_ask_for_is_charged_to_them_in_equal_shares(bench: Bench) -> None:
    usage = Usage(bench.clock)
    usage.add(("a", "b"), 1.0)
    usage.add(("b",), 0.25)
    assert [usage.least((session,)) for session in "abc"] == [500_000_000, 750_000_000, 0]
    assert usage.least(("a", "b")) == 500_000_000


def test_what_was_used_counts_for_a_minute_and_leaves_nothing_behind(bench: Bench) -> None:
    usage = Usage(bench.clock)
    for n in range(1000):
        usage.add((f"session {n}", "all"), 0.1 / 3)
        bench.clock.now_s += 0.06
    bench.clock.now_s += worker.USED_S - 0.06
    assert usage.least(("all",)) > 0
    bench.clock.now_s += 0.07
    assert usage.least(("all",)) == 0
    assert not usage._turns and not usage._used


def test_after_a_minute_in_which_it_rested_a_session_comes_first_again(bench: Bench) -> None:
    bench.take(Do(bench.measurement("a", 5, cost_s=1.0), ("early",)))
    bench.turn(4)
    bench.clock.now_s += worker.USED_S + 1
    bench.take(Do(bench.measurement("b", 2, cost_s=0.1), ("late",)))
    bench.turn(2)
    assert bench.turns() == "aaaaba"


def test_who_joins_a_job_moves_it_forward(bench: Bench) -> None:
    bench.take(*(Do(bench.measurement(key, 9), (f"session {key}",)) for key in "ab"))
    bench.turn(6)
    bench.take(Sessions("b", ("fresh", "session b")))
    bench.turn(3)
    assert bench.turns() == "ababab" + "bbb"


def test_a_job_waits_its_rest(bench: Bench) -> None:
    bench.take(Do(bench.measurement("a", 1), ("session",), rest_s=0.5))
    assert bench.worker.rest_s() == 0.5
    bench.turn()
    assert bench.answers == []
    bench.clock.now_s += 0.5
    bench.turn()
    assert bench.turns() == "a" and bench.worker.rest_s() is None


def test_who_has_the_turn_is_said_before_it_begins(bench: Bench) -> None:
    bench.take(Do(bench.measurement("a", 3), ("one",)), Do(bench.measurement("b", 1), ("two",)))
    bench.work()
    said = [answer.key for answer in bench.answers]
    assert [type(answer) for answer in bench.answers if answer.key == "b"] == [Turn, Ended]
    assert said == ["a", "a", "b", "b", "a", "a", "a"]  # said once for turns in a row


def test_a_default_experiment_is_not_held_up_by_sixty_of_the_most_expensive(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    default, advance = Training(Experiment()), TrainingTask.advance

    def nominal(task: TrainingTask, until_s: float) -> str:
        """All turns cost the same, and what the others compute in theirs does not matter."""
        bench.clock.now_s += worker.TURN_S
        return advance(task, until_s) if task.work == default else ""

    monkeypatch.setattr(TrainingTask, "advance", nominal)
    query = {"rows": "5000", "train_share": "99", "epochs": "10000", "batch_size": "1", "hidden": "4"}
    dearest = from_query(query)[0].a
    bench.take(Do(default, ("alone",)))
    alone = turns_until_complete(bench, default.key)
    for n in range(60):
        bench.take(Do(Training(changed(dearest, seed=n)), (f"session {n}",)))
    bench.turn(1000)
    begun = {answer.key for answer in bench.of(Turn)} - {default.key}
    bench.take(Do(default, ("somebody",)))
    took = turns_until_complete(bench, default.key)
    assert 10 < len(begun) < 60  # the rest waits for room
    assert took <= 2 * alone + 2  # a busy machine trains less in a turn


def turns_until_complete(bench: Bench, key: str) -> int:
    before = len(bench.of(Ended))
    for turns in range(1, 1000):
        bench.turn()
        if len(bench.of(Ended)) > before:
            assert bench.of(Ended)[-1].key == key
            return turns
    raise AssertionError("it does not end")


# idle ones


def test_an_idle_job_has_the_turns_that_nobody_else_wants(bench: Bench) -> None:
    bench.take(Do(bench.measurement("i", 6, idle=True), ("idle",)))
    bench.turn()
    bench.take(*(Do(bench.measurement(key, 3), ("busy",)) for key in "ab"))
    bench.turn(4)
    bench.take(Pause("a"), Pause("b"))
    bench.turn()
    bench.take(Do(bench.measurement("a", 3), ("busy",)))
    bench.turn(2)
    bench.take(Do(bench.measurement("c", 1), ("busy",), rest_s=0.08))  # while it rests nobody waits for it
    bench.turn(4)
    assert bench.turns() == "i" + "abab" + "i" + "a" + "iiici"


def test_idle_turns_do_not_count_where_somebody_waits(bench: Bench) -> None:
    bench.take(Do(bench.measurement("i", 60, cost_s=1.0, idle=True), ("student",)))
    bench.turn(30)
    bench.take(Do(bench.measurement("a", 3), ("student",)), Do(bench.measurement("b", 3), ("other",)))
    bench.turn(6)
    assert bench.turns() == "i" * 30 + "ababab"


def test_idle_jobs_are_fair_among_themselves(bench: Bench) -> None:
    bench.take(Do(bench.measurement("a", 4, cost_s=1.0), ("one",)))
    bench.turn(4)
    bench.take(*(Do(bench.measurement(key, 6, idle=True), ("many",)) for key in "ijk"))
    bench.take(Do(bench.measurement("l", 4, idle=True), ("one",)))
    bench.turn(8)
    assert bench.turns() == "aaaa" + "iljlklil"  # not one turn in four


@pytest.mark.usefixtures("one_step_a_turn")
def test_an_idle_job_passes_what_waits_for_room_and_keeps_no_room(bench: Bench, sizes: dict[int, int]) -> None:
    sizes.update({1: worker.HELD_BYTES // 2, 2: 3 * worker.HELD_BYTES})
    bench.take(of_seed(1), of_seed(2))
    bench.turn(3)
    bench.take(Do(bench.measurement("i", 9, idle=True), ("idle",)))
    bench.turn(3)
    assert {answer.key for answer in bench.of(Turn)} == {of_seed(1).work.key}
    bench.take(Pause(of_seed(1).work.key), Pause(of_seed(2).work.key))
    bench.turn(2)
    assert [answer.value for answer in bench.of(News) if answer.key == "i"] == [[0], [1]]
    bench.take(Do(of_seed(2).work, ("session 2",)))
    bench.turn()
    assert bench.of(Turn)[-1].key == of_seed(2).work.key


def test_idle_jobs_make_no_news_later(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    monkeypatch.setattr(TrainingTask, "news", lambda _, others: counted.append(others))
    monkeypatch.setattr(worker, "TURN_S", 0.0)
    bench.take(Do(Training(LONG), ("session",)), Do(bench.measurement("i", 9, idle=True), ("session",)))
    bench.turn()
    bench.take(Do(SHORT, ("session",)))
    bench.turn()
    assert counted == [0, 1]


# room


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """How many bytes a training holds, by its seed."""
    held: dict[int, int] = {}
    monkeypatch.setattr(TrainingTask, "held_bytes", property(lambda task: held[task.experiment.seed]))
    return held


def of_seed(seed: int) -> Do:
    return Do(Training(changed(LONG, seed=seed)), (f"session {seed}",))


@pytest.mark.usefixtures("one_step_a_turn")
def test_a_job_waits_for_room_and_a_small_one_does_not(bench: Bench, sizes: dict[int, int]) -> None:
    sizes.update({1: worker.HELD_BYTES // 2, 2: worker.HELD_BYTES // 2, 3: worker.HELD_BYTES, 4: worker.SMALL_BYTES})
    orders = [of_seed(seed) for seed in (1, 2, 3, 4)]
    bench.take(*orders)
    bench.turn(20)
    assert {answer.key for answer in bench.of(Turn)} == {orders[n].work.key for n in (0, 1, 3)}
    bench.take(Drop(orders[0].work.key), Drop(orders[1].work.key), Drop(orders[3].work.key))
    bench.turn()
    assert bench.of(Turn)[-1] == Turn(orders[2].work.key)


@pytest.mark.usefixtures("one_step_a_turn")
def test_one_that_needs_more_than_there_is_runs_alone(bench: Bench, sizes: dict[int, int]) -> None:
    sizes[1] = 3 * worker.HELD_BYTES
    bench.take(of_seed(1))
    bench.work()
    assert bench.of(Ended)


@pytest.mark.usefixtures("one_step_a_turn")
def test_paused_ones_make_room_the_oldest_first(bench: Bench, sizes: dict[int, int]) -> None:
    sizes.update(dict.fromkeys((1, 2, 3), worker.HELD_BYTES // 3) | {4: worker.HELD_BYTES // 2})
    orders = [of_seed(seed) for seed in (2, 1, 3)]
    bench.take(*orders)
    bench.turn(3)
    bench.take(*(Pause(order.work.key) for order in orders[:2]), of_seed(4))
    bench.turn(2)
    dropped = [answer.key for answer in bench.of(Dropped)]
    assert dropped == [orders[0].work.key, orders[1].work.key]
    assert of_seed(4).work.key in {answer.key for answer in bench.of(Turn)}


@pytest.mark.usefixtures("one_step_a_turn")
def test_no_more_paused_ones_go_than_must(bench: Bench, sizes: dict[int, int]) -> None:
    sizes.update(dict.fromkeys((1, 2, 3, 4), worker.HELD_BYTES // 3))
    orders = [of_seed(seed) for seed in (1, 2, 3)]
    bench.take(*orders)
    bench.turn(3)
    bench.take(*(Pause(order.work.key) for order in orders), of_seed(4))
    bench.turn(3)
    assert [answer.key for answer in bench.of(Dropped)] == [orders[0].work.key]


# trainings


@pytest.mark.usefixtures("one_step_a_turn")
@pytest.mark.parametrize("more", [{}, {"optimizer": "adam", "batch_size": 1}, {"engine": "sklearn", "epochs": 30}])
def test_what_was_paused_goes_on_at_its_epoch_and_ends_as_if_it_had_not(bench: Bench, more: dict[str, Any]) -> None:
    work = Training(changed(LONG, epochs=more.pop("epochs", 130), **more))
    bench.take(Do(work, ("session",)))
    bench.turn(20)
    bench.take(Pause(work.key))
    assert bench.worker.rest_s() is None
    answers = len(bench.answers)
    bench.turn(5)
    assert len(bench.answers) == answers
    bench.take(Do(work, ("session",)))
    bench.work()
    (ended,) = bench.of(Ended)
    run, whole = ended.value.run, train(work.experiment)
    assert (ended.value.state, run.ended) == ("finished", "finished")
    for name in ("epochs", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_gradient", "delta"):
        np.testing.assert_array_equal(getattr(run, name), getattr(whole, name))
    for kept, expected in zip(run.layers[-1], whole.layers[-1], strict=True):
        np.testing.assert_array_equal(kept[0], expected[0])
        np.testing.assert_array_equal(kept[1], expected[1])


@pytest.mark.usefixtures("one_step_a_turn")
def test_news_come_with_the_newest_frame_and_not_with_every_turn(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Training(LONG)
    bench.take(Do(work, ("session",)))
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "NEWS_S", 0.0)
        bench.turn(LONG.epochs // 2)
    epochs = [answer.value.scores.epoch for answer in bench.of(News)]
    assert epochs == sorted(epochs) and len(epochs) > LONG.epochs // 3
    assert set(epochs) - set(schedule(LONG.epochs))  # also between recorded frames
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "NEWS_S", 1000.0)
        bench.turn(20)
    assert len(bench.of(News)) == len(epochs)


@pytest.mark.usefixtures("one_step_a_turn")
def test_a_stop_is_told_what_there_is_and_the_training_can_go_on(bench: Bench) -> None:
    work = Training(LONG)
    bench.take(Do(work, ("session",)))
    bench.turn(200)
    bench.take(Pause(work.key), Stop(work.key, "session stage"))
    (stopped,) = bench.of(Stopped)
    outcome = stopped.value
    assert stopped.watcher == "session stage" and isinstance(outcome, Outcome)
    assert (outcome.state, outcome.run.ended, len(outcome.run.layers)) == ("stopped", "stopped", 1)
    last = outcome.run.epochs[-1]
    assert 100 < last < LONG.epochs
    assert set(outcome.run.epochs[:-1]) == {epoch for epoch in schedule(LONG.epochs) if epoch < last}
    bench.take(Do(work, ("session",)))
    bench.work()
    assert bench.of(Ended)[0].value.state == "finished"


def test_a_stop_before_the_first_frame_has_nothing_to_tell(bench: Bench) -> None:
    bench.take(Do(SHORT, ("session",)), Stop(SHORT.key, "w"), Stop("unknown", "w"))
    assert [answer.value for answer in bench.of(Stopped)] == [None, None]


def test_a_stop_that_breaks_costs_no_worker(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError("does not fit")

    bench.take(Do(Training(LONG), ("session",)))
    bench.turn()
    monkeypatch.setattr(tasks, "pack", breaks)
    bench.take(Stop(Training(LONG).key, "w"))
    assert bench.answers[-1] == Stopped(Training(LONG).key, "w", None)


@pytest.mark.parametrize("engine", ["numpy", "sklearn"])
def test_a_divergence_ends_as_diverged_and_keeps_its_frames(bench: Bench, engine: str) -> None:
    work = Training(changed(Experiment(), engine=engine, activation="identity", learning_rate=1000))
    bench.take(Do(work, ("session",)))
    bench.work()
    (ended,) = bench.of(Ended)
    assert ended.value.state == "diverged" and ended.value.run.ended.startswith("diverged at epoch ")
    assert ended.value.run.epochs[-1] < work.experiment.epochs and ended.value.diagnosis.verdict == "diverged"


def test_a_training_may_compute_only_so_long(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "COMPUTE_LIMIT_S", 0.0)
    bench.take(Do(Training(changed(LONG, epochs=10_000)), ("session",)))
    bench.turn()
    (ended,) = bench.of(Ended)
    assert ended.value.state == "stopped" and "the limit for one run" in ended.value.run.ended


def test_what_breaks_has_failed_and_the_others_go_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: Experiment) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(tasks, "prepare", refuse)
    bench.take(Do(SHORT, ("one",)), Do(bench.measurement("a", 2), ("two",)))
    bench.work()
    assert bench.of(Failed) == [Failed(SHORT.key)] and bench.turns() == "aa"
    assert "RuntimeError: no such luck" in capfd.readouterr().err


# measurements


def test_a_part_that_is_a_generator_is_left_where_it_yields() -> None:
    steps: list[int] = []

    def long() -> Generator[None, None, str]:
        for step in range(3):
            steps.append(step)
            yield
        return "found"

    parts: list[Callable[[], Any]] = [long, lambda: "next"]
    task = MeasuringTask(Measurement("a", "a", parts), 0)
    assert task.advance(float("inf")) == "" and (steps, task.news()) == ([0, 1, 2], ["found"])
    task = MeasuringTask(Measurement("a", "a", parts), 0)
    assert task.advance(0.0) == "" and (steps, task.news()) == ([0, 1, 2], None)  # nothing is done beyond the time
    assert task.advance(float("inf")) == "" and (steps, task.news()) == ([0, 1, 2] * 2, ["found"])
    assert task.advance(0.0) == "finished" and task.outcome("finished") == ["next"]


def test_a_measurement_goes_on_at_the_part_that_is_missing(bench: Bench) -> None:
    bench.take(Do(bench.measurement("a", 5), ("session",), done=3))
    bench.work()
    assert [part for answer in bench.of(News) + bench.of(Ended) for part in answer.value] == [3, 4]


def test_orders_for_what_is_not_there_are_ignored(bench: Bench) -> None:
    bench.take(Pause("a"), Drop("a"), Sessions("a", ("b",)))
    bench.turn()
    assert bench.answers == [] and bench.worker.rest_s() is None


# what is remembered


@pytest.fixture
def _nothing_remembered() -> None:
    runs.clear()


@pytest.mark.usefixtures("_nothing_remembered")
def test_a_neuron_of_a_run_that_is_remembered_needs_no_second_training(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = SHORT.experiment
    again = completed(tasks.neuron(experiment, 5, 0, 1))
    tasks.remember(train(experiment))
    monkeypatch.setattr(tasks, "prepare", None)
    remembered = completed(tasks.neuron(experiment, 5, 0, 1))
    assert remembered.header == again.header and remembered.body == again.body
    assert (remembered.header["layer"], remembered.header["neuron"]) == (0, 1)


@pytest.mark.usefixtures("_nothing_remembered")
def test_runs_are_remembered_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [train(changed(SHORT.experiment, seed=seed)) for seed in range(4)]
    monkeypatch.setattr(tasks, "RUNS_BYTES", 2.5 * tasks._weights_bytes(made[0]))
    for run in made:
        tasks.remember(run)
    assert [experiment.seed for experiment, _ in runs] == [2, 3]


WHAT_IF = with_weights(SHORT.experiment, 4, [Edit(1, 0, 1, 0.5), Edit(2, "b", 0, -2.0)])


@pytest.mark.usefixtures("_nothing_remembered", "one_step_a_turn")
@pytest.mark.parametrize("known", [SHORT.experiment, with_weights(SHORT.experiment, 4, [Edit(1, 0, 1, 9.0)])])
def test_the_last_frame_of_a_what_if_is_told_first_where_a_run_has_it(bench: Bench, known: Experiment) -> None:
    tasks.remember(train(known))
    bench.take(Do(Training(WHAT_IF), ("session",)))
    bench.work()
    first, *_, last = [answer.value for answer in bench.answers if isinstance(answer, News | Ended)]
    expected = train(WHAT_IF)
    assert (first.scores.epoch, last.scores.epoch) == (4, 4) and last.state == "finished"
    for scores in (first.scores, last.scores):
        assert scores.train_loss == expected.train_loss[-1] and scores.test_accuracy == expected.test_accuracy[-1]
    told, whole = (arrays(each.news) for each in (first, last))
    for name in ("boundary", "neurons", "parameters"):
        np.testing.assert_array_equal(told[name][0], whole[name][-1])
    for name in ("epochs", "train_loss", "weight_gradient"):
        np.testing.assert_array_equal(told[name], whole[name])
    np.testing.assert_array_equal(last.run.epochs, expected.epochs)


@pytest.mark.usefixtures("_nothing_remembered", "one_step_a_turn")
@pytest.mark.parametrize(
    "known",
    [
        changed(SHORT.experiment, seed=2),
        changed(SHORT.experiment, learning_rate=0.01),
        with_weights(SHORT.experiment, 4, [Edit(3, 0, 0, 9.0)]),  # whose weight would stay
        with_weights(SHORT.experiment, 3, [Edit(1, 0, 1, 0.5)]),
    ],
)
def test_where_no_run_has_it_a_what_if_is_told_as_it_trains(bench: Bench, known: Experiment) -> None:
    tasks.remember(train(known))
    bench.take(Do(Training(WHAT_IF), ("session",)))
    bench.work()
    (first, *_) = [answer.value for answer in bench.answers if isinstance(answer, News | Ended)]
    assert first.scores.epoch == 0 or isinstance(first, Outcome)
    (ended,) = bench.of(Ended)
    assert ended.value.scores.train_loss == train(WHAT_IF).train_loss[-1]


@pytest.mark.usefixtures("_nothing_remembered")
@pytest.mark.parametrize("epoch", [0, 3, 5])
def test_the_weights_of_a_frame_are_those_that_were_recorded(epoch: int) -> None:
    for _ in range(2):
        layers = completed(tasks.weights(SHORT.experiment, 5, epoch))
        for (W, b), (W2, b2) in zip(layers, train(SHORT.experiment).layers[epoch], strict=True):
            np.testing.assert_array_equal(W, W2)
            np.testing.assert_array_equal(b, b2)
        tasks.remember(train(SHORT.experiment))


def test_a_training_of_no_epochs_ends(bench: Bench) -> None:
    bench.take(Do(Training(with_weights(SHORT.experiment, 0, [Edit(1, 0, 1, 0.5)])), ("session",)))
    bench.work()
    (ended,) = bench.of(Ended)
    assert ended.value.state == "finished" and list(ended.value.run.epochs) == [0]


def arrays(news: bytes) -> dict[str, np.ndarray]:
    """The arrays of a run that the browser reads."""
    data = gzip.decompress(news)
    length = int.from_bytes(data[:4], "little")
    packed = json.loads(data[4 : 4 + length])["run"]
    return {
        name: np.frombuffer(data, dtype, int(np.prod(shape)), 4 + length + packed["start"] + offset).reshape(shape)
        for name, (dtype, shape, offset) in packed["arrays"].items()
    }
