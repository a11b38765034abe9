"""The executor with workers that a test answers for, and a clock that goes on by hand: watchers are names."""

import gzip
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.diagnosis import diagnose
from core.edits import Edit
from core.experiment import Experiment, changed
from core.remedies import planned
from core.training import Run, train, without_weights
from core.what_if import with_weights
from pages.parts.background import executor as module
from pages.parts.background.executor import ASKED_S, PAUSED_S, Executor
from pages.parts.background.look import Look
from pages.parts.background.news import news
from pages.parts.background.work import (
    Answer,
    Do,
    Drop,
    Dropped,
    Ended,
    Failed,
    Live,
    Measurement,
    News,
    Order,
    Outcome,
    Pause,
    Scores,
    Sessions,
    Stop,
    Stopped,
    Training,
    Turn,
    Work,
)
from tests.pages.background.links import Answered, ByHand, Clock, Died
from tests.pages.conftest import header_of

BASE = changed(Experiment(rows=50), epochs=5)
A, B, C, D = (Training(changed(BASE, seed=seed)) for seed in range(4))
OTHER = Training(changed(BASE, engine="sklearn"))
RUN: Run = train(BASE)
LIVE = Live(Scores(3, 0.5, 0.5, 1.0, 1.0, 0.1), b"live")


def outcome(state: str = "finished") -> Outcome:
    found = diagnose(RUN)
    return Outcome(without_weights(RUN), state, found, state.encode(), planned(RUN, found))  # type: ignore[arg-type]


class Server:
    """An executor, its workers in the order in which they started, its clock, and what was published."""

    def __init__(self, **more: Any) -> None:
        self.links, self.published, self.clock = list[ByHand](), dict[str, bytes](), Clock()
        self.opened = set[str]()
        self.executor = Executor(self.start, self.publish, "news of {}".format, clock=self.clock, **more)

    def start(self, _lane: str, answered: Answered, died: Died) -> ByHand:
        self.links.append(ByHand(answered, died))
        return self.links[-1]

    def publish(self, key: str, news: bytes) -> None:
        self.published[key] = news

    def look(self, work: Work, watcher: str = "session stage") -> Look:
        """A look of a screen that has been drawn."""
        if watcher not in self.opened:
            self.executor.look([], watcher)
        self.opened.add(watcher)
        return self.executor.look([work], watcher)[0]

    @property
    def worker(self) -> ByHand:
        return self.links[-1]

    def orders(self, kind: type) -> list[Any]:
        """Of one kind, to all workers: the keys of works, or the orders themselves."""
        found = [order for link in self.links for order in link.orders if isinstance(order, kind)]
        return [order.work.key for order in found] if kind is Do else [order.key for order in found]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr(module.log, "propagate", True)  # to caplog
    monkeypatch.setattr(module, "STOP_S", 0.0)  # nobody answers while one waits
    return Server()


def measurement(key: str, parts: int, **more: Any) -> Measurement:
    return Measurement(key, key, [int] * parts, **more)


# one job a work


def test_thirty_sessions_have_one_job_whoever_asks(server: Server) -> None:
    with ThreadPoolExecutor(30) as pool:
        looks = list(pool.map(lambda n: server.look(A, f"{n} stage"), range(30)))
    assert server.orders(Do) == [A.key] and {look.state for look in looks} == {"waiting"}
    assert len(server.worker.orders[-1].sessions) == 30  # type: ignore[union-attr]
    server.worker.answer(Ended(A.key, outcome()))
    found = {id(server.look(A, f"{n} stage").outcome) for n in range(30)}
    assert len(found) == 1 and server.orders(Do) == [A.key]


def test_what_it_comes_to_is_seen_and_published_before(server: Server) -> None:
    server.look(A)
    assert header_of(gzip.decompress(server.published[A.key])) == header_of(gzip.decompress(news(A.key, "waiting")))
    server.worker.answer(News(A.key, LIVE))
    look = server.look(A)
    assert (look.state, look.scores, look.progress, look.id) == ("training", LIVE.scores, 3 / 5, "")
    assert server.published[A.key] == b"live" and look.address == f"news of {A.key}"
    server.worker.answer(Ended(A.key, outcome("diverged")))
    look = server.look(A)
    assert (look.state, look.busy, look.id) == ("diverged", False, f"{A.key} 6")
    assert server.published[A.key] == b"diverged"


def test_those_who_wait_know_how_many_others_do(server: Server) -> None:
    for n, work in enumerate((A, B, OTHER)):
        server.look(work, f"{n} stage")
    assert [server.look(work, f"{n} stage").others for n, work in enumerate((A, B, OTHER))] == [1, 1, 0]


def test_only_idle_jobs_wait_for_idle_ones(server: Server) -> None:
    works = [measurement("a", 1), measurement("b", 1), measurement("i", 1, idle=True), measurement("j", 1, idle=True)]
    server.executor.look([], "session stage")
    server.executor.look(works, "session stage")
    assert [look.others for look in server.executor.look(works, "session stage")] == [1, 1, 3, 3]


def test_scikit_learns_worker_starts_when_the_screen_is_drawn(server: Server) -> None:
    server.executor.look([A, OTHER], "session stage")
    assert len(server.links) == 1 and server.orders(Do) == [A.key]
    server.executor.look([A, OTHER], "session stage")
    assert len(server.links) == 2 and server.orders(Do) == [A.key, OTHER.key]


def test_on_a_small_host_one_worker_does_it_all() -> None:
    server = Server(together=True)
    looks = server.executor.look([A, OTHER], "session stage")
    assert len(server.links) == 1 and server.orders(Do) == [A.key, OTHER.key]
    assert [look.others for look in looks] == [1, 1]


def test_a_measurement_is_seen_part_by_part_and_found_by_others_when_complete(server: Server) -> None:
    asked = measurement("m", 3)
    server.look(asked)
    server.worker.answer(News("m", [1, 2]))
    look = server.look(asked)
    assert (look.state, look.found, look.progress, look.complete) == ("training", (1, 2), 2 / 3, False)
    assert server.executor.found(asked) == ()
    server.worker.answer(Ended("m", [3]))
    assert server.look(asked, "another").complete and server.executor.found(asked) == (1, 2, 3)


# who moves on, is gone, comes back


def test_of_what_a_session_left_the_two_newest_are_kept_and_paused(server: Server) -> None:
    for work in (A, B, C, D):
        server.clock.now_s += 1
        server.look(work)
    assert server.orders(Pause) == [A.key, B.key, C.key]
    assert server.orders(Drop) == [A.key, B.key]
    server.look(C)
    assert server.orders(Do) == [A.key, B.key, C.key, D.key, C.key]


def test_who_moves_on_leaves_the_job_to_the_others(server: Server) -> None:
    server.look(A, "leaves stage"), server.look(A, "stays stage")
    for work in (B, C, D):
        server.clock.now_s += 1
        server.look(work, "leaves stage")
    assert A.key not in server.orders(Pause) + server.orders(Drop)
    last = [order for order in server.worker.orders if isinstance(order, Sessions)][-1]
    assert last == Sessions(A.key, ("stays",))


def test_in_a_gap_a_job_goes_on_for_a_minute_then_pauses_and_goes_on(server: Server) -> None:
    server.look(A, "offline stage"), server.look(B, "there stage")
    server.clock.now_s += ASKED_S - 1
    server.look(B, "there stage")
    assert server.orders(Pause) == []
    server.clock.now_s += 2
    server.look(B, "there stage")
    assert server.orders(Pause) == [A.key]
    for _ in range(10):
        server.clock.now_s += (PAUSED_S - ASKED_S - 10) / 10
        server.look(B, "there stage")
    assert server.orders(Pause) == [A.key] and server.orders(Drop) == []
    server.look(A, "offline stage")
    assert server.orders(Do) == [A.key, B.key, A.key] and server.orders(Drop) == []


def test_what_nobody_asks_for_in_ten_minutes_is_dropped(server: Server) -> None:
    server.look(A, "gone stage")
    for _ in range(12):
        server.clock.now_s += 55
        server.look(B, "there stage")
    assert server.orders(Drop) == [A.key]
    server.worker.answer(Dropped(A.key))  # late
    assert server.look(A, "gone stage").state == "waiting"


def test_what_a_moving_control_passes_over_rests(server: Server) -> None:
    works = [Training(changed(BASE, seed=seed)) for seed in range(20)]
    for work in works:
        server.clock.now_s += 0.05
        server.look(work)
    rests = [order.rest_s for order in server.worker.orders if isinstance(order, Do)]
    assert rests == [0.0] + [module.REST_S] * 19 and module.REST_S > 0.05  # all but the last pause before they begin
    assert server.orders(Pause) == [work.key for work in works[:-1]]


def test_what_its_worker_dropped_begins_again_only_where_it_is_asked_for(server: Server) -> None:
    server.look(A, "one stage"), server.look(B, "one stage")
    server.worker.answer(Dropped(A.key))
    assert server.orders(Do) == [A.key, B.key]
    server.worker.answer(Dropped(B.key))  # it was asked for again at the same moment
    server.look(B, "one stage")
    assert server.orders(Do) == [A.key, B.key, B.key]


# stop


def test_a_stop_keeps_what_there_is_while_others_go_on(server: Server) -> None:
    server.look(A, "stops stage"), server.look(A, "stays stage")
    server.executor.stop("stops stage")
    assert server.orders(Stop) == [A.key] and server.orders(Pause) == []
    server.worker.answer(Stopped(A.key, "stops stage", outcome("stopped")))
    look, other = server.look(A, "stops stage"), server.look(A, "stays stage")
    assert (look.state, other.state) == ("stopped", "waiting")
    assert look.outcome and look.address == f"news of stops stage {A.key}" != other.address
    assert server.published[f"stops stage {A.key}"] == b"stopped"
    server.worker.answer(Ended(A.key, outcome()))
    assert server.look(A, "stays stage").state == "finished"
    assert server.look(A, "stops stage").outcome is look.outcome
    server.look(B, "stops stage")
    assert [*server.executor._store] == [A.key]
    assert server.look(A, "stops stage").state == "finished"


def test_a_stop_that_comes_too_late_shows_the_whole_run(server: Server) -> None:
    server.look(A)
    server.executor.stop("session stage")
    server.worker.answer(Ended(A.key, outcome()))
    server.worker.answer(Stopped(A.key, "session stage", None))
    assert server.look(A).state == "finished"


def answer_at_once(monkeypatch: pytest.MonkeyPatch, reply: Callable[[ByHand, Order], Answer | None]) -> None:
    """Have workers answer orders as they come; who waits longer than half of `LONG_S` waited in vain."""
    send = ByHand.send

    def answering(link: ByHand, order: Order) -> None:
        send(link, order)
        if answer := reply(link, order):
            link.answer(answer)

    monkeypatch.setattr(ByHand, "send", answering)


LONG_S = 30.0


def test_a_stop_before_the_first_frame_has_no_outcome_and_is_not_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_S", LONG_S)
    answer_at_once(monkeypatch, lambda _, to: Stopped(to.key, to.watcher, None) if isinstance(to, Stop) else None)
    server.executor.look([A, OTHER], "session stage")  # a first look: scikit-learn's worker has nothing of it
    before_s = time.monotonic()
    server.executor.stop("session stage")
    assert time.monotonic() - before_s < LONG_S / 2
    looks = server.executor.look([A, OTHER], "session stage")
    assert [(look.state, look.outcome, look.busy) for look in looks] == [("stopped", None, False)] * 2


def test_a_stop_waits_for_numpys_worker_alone(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.look(A)
    assert [look.state for look in server.executor.look([A, OTHER], "session stage")] == ["waiting"] * 2
    numpys, sklearns = server.links
    stopped = {work.key: Stopped(work.key, "session stage", outcome("stopped")) for work in (A, OTHER)}
    monkeypatch.setattr(module, "STOP_S", LONG_S)
    answer_at_once(monkeypatch, lambda link, to: stopped[to.key] if link is numpys and isinstance(to, Stop) else None)
    before_s = time.monotonic()
    server.executor.stop("session stage")
    assert time.monotonic() - before_s < LONG_S / 2

    def states() -> list[str]:
        return [look.state for look in server.executor.look([A, OTHER], "session stage")]

    assert states() == ["stopped", "waiting"]  # it is looked for, until it has answered
    sklearns.answer(stopped[OTHER.key])
    assert states() == ["stopped", "stopped"] and not server.executor.is_busy("session stage")


def test_what_a_worker_had_of_a_stopped_run_dies_with_it(server: Server) -> None:
    server.look(A)
    server.executor.stop("session stage")
    assert server.look(A).busy
    server.worker.died()
    assert (server.look(A).state, server.look(A).outcome) == ("stopped", None)


def test_what_another_worker_has_of_a_stopped_run_is_still_looked_for(server: Server) -> None:
    server.look(A)
    server.executor.look([A, OTHER], "session stage")
    server.executor.stop("session stage")
    server.links[0].died()
    looks = server.executor.look([A, OTHER], "session stage")
    assert [(look.state, look.busy) for look in looks] == [("stopped", False), ("waiting", True)]


def test_a_look_waits_for_a_worker_that_has_answered(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_at_once(monkeypatch, lambda _, to: Turn(to.work.key) if isinstance(to, Do) else None)
    waits: list[float | None] = []
    wait_for = threading.Condition.wait_for
    monkeypatch.setattr(
        threading.Condition,
        "wait_for",
        lambda self, holds, timeout=None: waits.append(timeout) or wait_for(self, holds, 0.0),
    )
    server.executor.look([A], "session stage", wait_s=LONG_S)
    assert waits == [LONG_S]


def test_no_look_waits_for_an_idle_work(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_at_once(monkeypatch, lambda _, to: Turn(to.work.key) if isinstance(to, Do) else None)
    before_s = time.monotonic()
    asked = measurement("i", 1, engine="numpy", idle=True)
    looks = [server.executor.look([asked], "session stage", wait_s=LONG_S)[0] for _ in range(2)]
    assert time.monotonic() - before_s < LONG_S / 2 and [look.state for look in looks] == ["waiting"] * 2


def test_nobody_waits_for_a_worker_that_starts(server: Server) -> None:
    before_s = time.monotonic()
    server.executor.look([A], "session stage", wait_s=LONG_S)
    assert time.monotonic() - before_s < LONG_S / 2


def test_what_was_stopped_goes_on_when_it_is_asked_for_again(server: Server) -> None:
    asked = measurement("m", 3)
    server.look(asked)
    server.worker.answer(News("m", [1]))
    server.executor.stop("session stage")
    assert (server.look(asked).state, server.look(asked).found) == ("stopped", (1,))
    assert server.orders(Pause) == ["m"] and server.orders(Do) == ["m"]
    server.executor.again("session stage")
    assert server.look(asked).busy and server.orders(Do) == ["m", "m"]


def swept(server: Server) -> None:
    server.clock.now_s += PAUSED_S + 1
    server.look(A, "other stage")
    assert server.orders(Drop) == ["m"]


def dropped(server: Server) -> None:
    server.worker.answer(Dropped("m"))


def failed(server: Server) -> None:
    server.worker.answer(Failed("m"))


def died_twice(server: Server) -> None:
    server.look(measurement("m", 3), "stays checks")
    for _ in range(2):
        server.worker.answer(Turn("m"))
        server.worker.died()
    assert server.look(measurement("m", 3), "stays checks").state == "failed"


@pytest.mark.parametrize("becomes", [swept, dropped, failed, died_twice])
def test_what_a_stopped_measurement_found_is_kept_whatever_becomes_of_its_job(
    server: Server, becomes: Callable[[Server], None]
) -> None:
    asked = measurement("m", 3)
    server.look(asked)
    server.worker.answer(News("m", [1]))
    server.executor.stop("session stage")
    becomes(server)
    for _ in range(2):
        look = server.look(asked)
        assert (look.state, look.found, look.busy) == ("stopped", (1,), False)
    server.executor.again("session stage")
    look, order = server.look(asked), server.worker.orders[-1]
    assert (look.state, look.found) == ("training", (1,)) and isinstance(order, Do) and order.done == 1
    server.worker.answer(Ended("m", [2, 3]))
    assert server.look(asked).found == (1, 2, 3) and [*server.executor._store] == ["m"]


def test_who_stopped_a_measurement_sees_what_others_add_to_it(server: Server) -> None:
    asked = measurement("m", 3)
    server.look(asked)
    server.worker.answer(News("m", [1]))
    server.executor.stop("session stage")
    swept(server)
    assert server.look(asked, "other checks").found == (1,)
    server.worker.answer(News("m", [2]))
    assert (server.look(asked).state, server.look(asked).found) == ("stopped", (1, 2))
    server.worker.answer(Ended("m", [3]))
    assert (server.look(asked).state, server.look(asked).found) == ("finished", (1, 2, 3))


def test_parts_that_are_kept_count_in_the_stores_bytes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STORE_BYTES", 250)
    for key in "mno":
        server.look(measurement(key, 3), f"{key} checks")
        server.worker.answer(News(key, [1]), size=100)
        server.executor.stop(f"{key} checks")
        server.worker.answer(Dropped(key))
    assert [server.look(measurement(key, 3), f"{key} checks").found for key in "mno"] == [(), (1,), (1,)]
    server.executor.again("n checks")
    server.look(measurement("n", 3), "n checks")
    server.worker.answer(Ended("n", [2, 3]), size=60)  # 160 with the part before: too much beside the other's 100
    assert server.look(measurement("n", 3), "n checks").complete
    assert server.look(measurement("o", 3), "o checks").found == ()


def test_stopped_runs_are_kept_within_the_stores_bytes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STORE_BYTES", 250)
    for n in range(20):
        server.look(A, f"{n} stage")
        server.executor.stop(f"{n} stage")
        server.worker.answer(Stopped(A.key, f"{n} stage", outcome("stopped")), size=100)
    kept = [n for n in range(20) if server.look(A, f"{n} stage").outcome]
    assert kept == [18, 19]


# faults


def test_a_failure_is_said_to_who_watches_and_can_be_asked_for_again(server: Server) -> None:
    asked = measurement("m", 3)
    for watcher in ("one checks", "two checks"):
        server.look(asked, watcher)
    server.worker.answer(News("m", [1]))
    server.worker.answer(Failed("m"))
    for watcher in ("one checks", "two checks"):
        look = server.look(asked, watcher)
        assert (look.state, look.found, look.busy) == ("failed", (1,), False)
    assert server.orders(Do) == ["m"]
    server.executor.again("one checks")
    assert server.look(asked, "one checks").busy and server.orders(Do) == ["m", "m"]
    assert server.look(asked, "two checks").state == "failed"


def test_what_failed_goes_on_at_the_part_that_is_missing(server: Server) -> None:
    asked = measurement("m", 3)
    server.look(asked)
    server.worker.answer(News("m", [1]))
    server.worker.answer(Failed("m"))
    server.worker.answer(Ended("m", [3]))  # late, and of no use without those before
    assert server.look(asked).state == "failed"
    server.executor.again("session stage")
    assert server.look(asked).found == (1,)
    server.worker.answer(Ended("m", [2, 3]))
    assert server.look(asked).complete


def test_three_hundred_failures_leave_nothing_behind(server: Server) -> None:
    for seed in range(300):
        work = Training(changed(BASE, seed=seed))
        server.look(work)
        server.worker.answer(Failed(work.key))
        assert server.look(work).state == "failed"
    server.look(A)
    server.worker.answer(Ended(A.key, outcome()))
    made = server.executor
    assert server.look(A).state == "finished"
    assert not made._jobs and not made._failed and not made._stopped and len(made._store) == 1


def test_an_answer_that_can_not_be_used_costs_its_job_alone(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(key: str, news: bytes) -> None:
        if key == A.key:
            raise RuntimeError("no such luck")

    server.look(A, "one stage"), server.look(B, "two stage")
    server.executor._publish = refuse
    server.worker.answer(News(A.key, LIVE))
    assert "no such luck" in caplog.text and server.orders(Drop) == [A.key]
    server.worker.answer(Ended(B.key, outcome()))
    assert server.look(A, "one stage").state == "failed" and server.look(B, "two stage").state == "finished"


def test_the_store_is_bounded_by_bytes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STORE_BYTES", 250)
    for n, work in enumerate((A, B, C)):
        server.look(work, f"{n} stage")
        server.worker.answer(Ended(work.key, outcome()), size=100)
    assert [server.executor._stored(work.key) is not None for work in (A, B, C)] == [False, True, True]
    asked = measurement("m", 3)
    server.look(asked)
    server.worker.answer(News("m", [1]), size=150)
    server.worker.answer(Ended("m", [2, 3]), size=90)  # 240 with the part before
    assert [server.executor._stored(work.key) is not None for work in (A, B, C)] == [False] * 3
    assert server.look(asked).complete
    server.look(A)
    server.worker.answer(Ended(A.key, outcome()), size=1000)
    assert server.look(A).state == "finished"  # one that is larger than the store is still shown


def test_when_a_worker_dies_its_jobs_run_again_and_nobody_sees_an_error(server: Server) -> None:
    asked = measurement("m", 3)
    server.look(A, "one stage"), server.look(asked, "two"), server.look(OTHER, "three stage")
    numpy, sklearn = server.links
    sklearn.answer(Turn("m"))
    sklearn.answer(News("m", [1, 2]))
    sklearn.died()
    again = server.links[-1]
    assert len(server.links) == 3
    assert [(order.work.key, order.done) for order in again.orders if isinstance(order, Do)] == [
        ("m", 2),
        (OTHER.key, 0),
    ]
    again.answer(Ended("m", [3]))
    assert server.look(asked, "two").found == (1, 2, 3)
    assert server.look(A, "one stage").busy and len(numpy.orders) == 1


def test_what_kills_its_worker_twice_has_failed_and_the_others_go_on(server: Server) -> None:
    server.look(A, "one stage"), server.look(B, "two stage")
    for _ in range(2):
        assert server.look(A, "one stage").busy
        server.worker.answer(Turn(B.key))
        server.worker.answer(Turn(A.key))
        server.worker.died()
    assert server.look(A, "one stage").state == "failed" and server.look(B, "two stage").busy
    assert [order.work.key for order in server.worker.orders if isinstance(order, Do)] == [B.key]


def test_a_worker_that_never_answers_fails_its_jobs_and_is_tried_again_when_asked(server: Server) -> None:
    server.look(A)
    for _ in range(3):
        assert server.look(A).busy
        server.worker.died()
    started = len(server.links)
    assert started == 3 and server.look(A).state == "failed" and len(server.links) == started
    assert server.look(B).busy and len(server.links) == started + 1
    server.worker.answer(Ended(B.key, outcome()))
    assert server.look(B).state == "finished"


def test_where_no_process_can_be_started_jobs_fail_and_later_ones_are_tried() -> None:
    class Poor(Server):
        memory = False

        def start(self, lane: str, answered: Answered, died: Died) -> ByHand:
            if not self.memory:
                raise OSError("no memory")
            return super().start(lane, answered, died)

    server = Poor()
    assert server.look(A).state == "failed"
    server.memory = True
    assert server.look(A).state == "failed"  # until one looks elsewhere
    assert server.look(B).state == "waiting" and server.orders(Do) == [B.key]


def test_numpys_worker_that_died_without_work_is_back_at_the_next_look(server: Server) -> None:
    server.worker.died()
    server.executor.look([A], "session stage")
    assert len(server.links) == 2 and server.orders(Do) == [A.key]


def test_work_that_can_not_be_handed_over_fails(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(link: ByHand, order: Any) -> None:
        if isinstance(order, Do):
            raise AttributeError("can not be pickled")

    monkeypatch.setattr(ByHand, "send", refuse)
    assert server.look(measurement("m", 1)).state == "failed"


def test_when_it_is_closed_no_worker_is_started_again(server: Server) -> None:
    server.look(A)
    server.executor.close()
    (link,) = server.links
    link.died()
    assert link.closed and len(server.links) == 1


# what is typed


def test_a_what_if_does_not_rest_and_is_seen_with_its_last_frame(server: Server) -> None:
    what_if = Training(with_weights(BASE, 3, [Edit(1, 0, 0, 1.0)]))
    server.look(A)
    server.look(what_if)
    assert [order.rest_s for order in server.worker.orders if isinstance(order, Do)] == [0.0, 0.0]
    server.worker.answer(Ended(A.key, outcome()))  # the worker has answered, so it is waited for
    server.worker.answer(News(what_if.key, LIVE))  # of epoch 3, its last
    start_s = time.monotonic()
    (seen,) = server.executor.look([what_if], "session stage", wait_s=LONG_S)
    assert seen.live is LIVE and seen.progress == 1.0 and time.monotonic() - start_s < LONG_S / 2
