"""What a worker is asked to do, and what it answers: values that are pickled on the way.

A training answers with what it has come to (`Live`) and in the end with its outcome; a measurement with each part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from core.diagnosis import Diagnosis
from core.experiment import Experiment
from core.link import experiment_key
from core.training import Run

State = Literal["waiting", "training", "finished", "stopped", "diverged", "failed"]


@dataclass(frozen=True)
class Training:
    """An experiment that is to be trained."""

    experiment: Experiment

    @cached_property
    def key(self) -> str:
        """The name of this work, and of what it comes to, for all sessions."""
        return experiment_key(self.experiment)

    @property
    def engine(self) -> str:
        """Which worker does it."""
        return self.experiment.engine


@dataclass(frozen=True)
class Measurement:
    """Functions that are called one after the other; what each returns is one part of what is found.

    A part that takes long is a generator function: it yields where it can be interrupted, and returns what it found.
    label: what is being done, above the progress.
    """

    key: str
    label: str
    parts: Sequence[Callable[[], Any]]
    engine: str = "sklearn"  # NumPy's worker is for those who wait for a picture


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
        return cls(int(run.epochs[-1]), *(float(curve[-1]) for curve in curves), run.seconds)


@dataclass(frozen=True)
class Live:
    """What a training has come to. news: the newest frame as the browser reads it (`channel.news`)."""

    scores: Scores
    news: bytes


@dataclass(frozen=True)
class Outcome:
    """What a training came to: its run with the last frame's layers alone, and all frames as the browser reads them."""

    run: Run
    state: State
    diagnosis: Diagnosis
    news: bytes

    @property
    def scores(self) -> Scores:
        return Scores.of(self.run)
