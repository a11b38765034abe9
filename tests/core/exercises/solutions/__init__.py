"""Solutions of all exercises by id: a module of them for each module of exercises."""

from tests.core.exercises.solutions import quiz

SOLUTIONS = {**quiz.SOLUTIONS}
