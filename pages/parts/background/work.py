"""What a worker is asked to do, and what it answers: values that are pickled on the way.

A training answers with what it has come to (`Live`) and in the end with its outcome; a measurement with each part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

from core.diagnosis import Diagnosis
from core.experiment import Experiment
from core.link import experiment_key
from core.remedies import Plan
from core.training import Run
from core.what_if import is_what_if

State = Literal["waiting", "training", "finished", "stopped", "diverged", "failed"]


@dataclass(frozen=True)
class Training:
    """An experiment that is to be trained."""

    experiment: Experiment
    idle: ClassVar[bool] = False  # somebody waits for it

    @cached_property
    def key(self) -> str:
        """The name of this work, and of what it comes to, for all sessions."""
        return experiment_key(self.experiment)

    @property
    def engine(self) -> str:
        """Which worker does it."""
        return self.experiment.engine

    @property
    def hurried(self) -> bool:
        """Whether it was typed: no moving control passes over it."""
        return is_what_if(self.experiment)


@dataclass(frozen=True)
class Measurement:
    """Functions that are called one after the other; what each returns is one part of what is found.

    A part that takes long is a generator function: it yields where it can be interrupted, and returns what it found.
    label: what is being done, above the progress. idle: it is done only while its worker has nothing else to do.
    """

    key: str
    label: str
    parts: Sequence[Callable[[], Any]]
    engine: str = "sklearn"  # NumPy's worker is for those who wait for a picture
    idle: bool = False
    hurried: ClassVar[bool] = False


Work = Training | Measurement


@dataclass(frozen=True)
class Scores:
    """Where a training stands: accuracies (R² for regression), losses, and processor seconds of training alone."""

    epoch: int
    train_accuracy: float
    test_accuracy: float
    train_loss: float
    test_loss: float
    seconds: float

    @classmethod
    def of(cls, run: Run) -> "Scores":
        """The scores of a run's last frame."""
        curves = (run.train_accuracy, run.test_accuracy, run.train_loss, run.test_loss)
        a, b, c, d = (float(curve[-1]) for curve in curves)
        return cls(int(run.epochs[-1]), a, b, c, d, run.seconds)


@dataclass(frozen=True)
class Live:
    """What a training has come to. news: the newest frame as the browser reads it (`channel.news`)."""

    scores: Scores
    news: bytes


@dataclass(frozen=True)
class Outcome:
    """What a training came to: its run with the last frame's layers alone, and all frames as the browser reads them.

    plan: what may help it, to be tried.
    """

    run: Run
    state: State
    diagnosis: Diagnosis
    news: bytes
    plan: Plan

    @property
    def scores(self) -> Scores:
        return Scores.of(self.run)


# ---- orders to a worker, and its answers -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Do:
    """Begin this work for these sessions, or go on with it.

    rest_s: seconds before it may begin. done: how many parts of a measurement are there already.
    """

    work: Work
    sessions: tuple[str, ...]
    rest_s: float = 0.0
    done: int = 0


@dataclass(frozen=True)
class Sessions:
    """Who asks for a work now."""

    key: str
    sessions: tuple[str, ...]


@dataclass(frozen=True)
class Pause:
    """Give it no more turns until it is asked for again."""

    key: str


@dataclass(frozen=True)
class Drop:
    """Forget it."""

    key: str


@dataclass(frozen=True)
class Stop:
    """Tell what a training has come to as an outcome, for a watcher that stopped it."""

    key: str
    watcher: str


Order = Do | Sessions | Pause | Drop | Stop


@dataclass(frozen=True)
class Turn:
    """This work has the next turn: if the process dies in it, it is the one to blame."""

    key: str


@dataclass(frozen=True)
class News:
    """What a work has come to: `Live` of a training, further parts of a measurement."""

    key: str
    value: Any


@dataclass(frozen=True)
class Ended:
    """The outcome of a training, or the last parts of a measurement."""

    key: str
    value: Any


@dataclass(frozen=True)
class Stopped:
    """The outcome that a watcher stopped at; None before the first frame."""

    key: str
    watcher: str
    value: Outcome | None


@dataclass(frozen=True)
class Failed:
    """It raised; the reason is in the log."""

    key: str


@dataclass(frozen=True)
class Dropped:
    """Paused for long, it was forgotten to make room."""

    key: str


Answer = Turn | News | Ended | Stopped | Failed | Dropped
