"""All exercises, in the order in which they are listed. Adding one is adding a row."""

from core.claims import Claim
from core.exercises import curves, excess, linear, playground, quiz, slopes, stalls, weights
from core.exercises.exercise import Exercise

_ROWS: tuple[Exercise, ...] = (
    *linear.ROWS,
    *slopes.ROWS,
    *curves.ROWS,
    *quiz.ROWS,
    playground.FIRST_ROW,
    *stalls.ROWS,
    *excess.ROWS,
    *weights.ROWS,
    *playground.ROWS,
)
EXERCISES = {row.id: row for row in _ROWS}


def claims_of(id: str, handle: str) -> list[Claim]:
    """The checks of what the explanation of an exercise says, for a handle."""
    return [claim() for claim in EXERCISES[id].task(handle).claims]
