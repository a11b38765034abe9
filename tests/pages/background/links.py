"""Workers without processes: what tests put in the place of `background.process.Process`."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field

from pages.parts.background.executor import Executor
from pages.parts.background.work import Answer, Do, Order
from pages.parts.background.worker import Worker

Answered = Callable[[Answer, int], None]
Died = Callable[[], None]


@dataclass
class Clock:
    """Seconds that go on when a test says so."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Here:
    """A worker in the thread of the one who asks: a work is done before `send` returns.

    turns: how many each order of a work may take; None: until nothing is left to do. holds: how the keys begin of works
    that are not done at all; nothing where it is empty.
    """

    def __init__(self, answered: Answered, turns: int | None = None) -> None:
        self.turns, self.holds = turns, ""
        self.orders: list[Order] = []
        self._answered, self._clock = answered, Clock()
        self._worker = Worker(self._pass_on, self._clock)

    def send(self, order: Order) -> None:
        self.orders.append(order)
        if not isinstance(order, Do):
            self._worker.take(order)
        elif not self.holds or not order.work.key.startswith(self.holds):
            self._worker.take(order)
            self.work(self.turns)

    def work(self, turns: int | None = None) -> None:
        """Give turns; nothing waits for what has to rest."""
        while turns != 0 and (rest_s := self._worker.rest_s()) is not None:
            self._clock.now_s += rest_s + 1e-3
            self._worker.turn()
            turns = turns - 1 if turns else turns

    def close(self) -> None:
        """Nothing runs between two calls."""

    def _pass_on(self, answer: Answer) -> None:
        data = pickle.dumps(answer)
        self._answered(pickle.loads(data), len(data))


@dataclass
class ByHand:
    """A worker that only takes down its orders: a test answers, and lets it die."""

    answered: Answered
    died: Died
    orders: list[Order] = field(default_factory=list)
    closed: bool = False

    def send(self, order: Order) -> None:
        self.orders.append(order)

    def answer(self, answer: Answer, size: int = 100) -> None:
        self.answered(answer, size)

    def close(self) -> None:
        self.closed = True


def in_this_thread(publish: Callable[[str, bytes], None], address: Callable[[str], str]) -> tuple[Executor, Here]:
    """An executor that does everything at once where it is asked to, and its worker."""
    made: list[Here] = []

    def start(_lane: str, answered: Answered, died: Died) -> Here:
        made.append(Here(answered))
        return made[-1]

    return Executor(start, publish, address, together=True, rest_s=0.0), made[0]
