"""Exercises: a question, a prediction committed to before the run, a check computed from runs, an explanation.

`EXERCISES` has them all; `Exercise.task(handle)` is one with its data and numbers; `graded` checks it; `hand_in` is how
answers travel in a link.
"""

from core.exercises.exercise import Exercise, Grade, Mark, Need, Task, graded, is_committed, needed
from core.exercises.registry import EXERCISES

__all__ = ["EXERCISES", "Exercise", "Grade", "Mark", "Need", "Task", "graded", "is_committed", "needed"]
