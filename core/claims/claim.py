"""A statement about networks with the measurement that supports it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """One checked statement.

    statement: a sentence, true as it stands; LaTeX between dollar signs is allowed.
    measured: what the value is, in words (`largest error on 2,001 points`).
    value: the measured number. tolerance: the number that it is compared with.
    at_least: the claim holds where value >= tolerance; otherwise where value <= tolerance.
    """

    statement: str
    measured: str
    value: float
    tolerance: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """The verdict. A value that is not a number never holds."""
        return self.value >= self.tolerance if self.at_least else self.value <= self.tolerance
