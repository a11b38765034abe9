"""Solutions of all exercises by id: a module of them for each module of exercises."""

from tests.core.exercises.solutions import descent, linear, playground, quiz, slopes, weights

SOLUTIONS = {
    **linear.SOLUTIONS,
    **slopes.SOLUTIONS,
    **quiz.SOLUTIONS,
    **descent.SOLUTIONS,
    **playground.SOLUTIONS,
    **weights.SOLUTIONS,
}
