"""What a screen is told of a work."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pages.parts.background.news import identity
from pages.parts.background.work import Live, Measurement, Outcome, Scores, State, Work

W = TypeVar("W", bound=Work)


@dataclass(frozen=True, eq=False)
class Look(Generic[W]):
    """What one watcher sees of a work at one moment.

    found: the parts of a measurement so far; live and outcome: of a training, as far as it is. address: where the
    browser reads its news, empty where it can not. others: how many other jobs take turns with it.
    """

    work: W
    state: State
    found: tuple[Any, ...] = ()
    live: Live | None = None
    outcome: Outcome | None = None
    address: str = ""
    others: int = 0

    @property
    def busy(self) -> bool:
        return self.state in ("waiting", "training")

    @property
    def complete(self) -> bool:
        """Whether all parts of a measurement are there."""
        return isinstance(self.work, Measurement) and len(self.found) == len(self.work.parts)

    @property
    def id(self) -> str:
        """What the browser keeps the run of a training under, once it has ended; empty before."""
        return identity(self.work.key, len(self.outcome.run.epochs)) if self.outcome else ""

    @property
    def scores(self) -> Scores | None:
        """Where a training stands, or ended."""
        known = self.outcome or self.live
        return known.scores if known else None

    @property
    def progress(self) -> float:
        """A share from 0 to 1."""
        if isinstance(self.work, Measurement):
            return len(self.found) / len(self.work.parts)
        return self.scores.epoch / max(1, self.work.experiment.epochs) if self.scores else 0.0
