"""Grading a class: links in, a row for each link and exercise out. Nothing here trains, and nothing raises.

    lines = read_lines("Ada\thttps://…\nhttps://…")       # a link a line, or a name, a tab and a link
    asked = needs_of(lines)                               # what has to be trained, each once
    csv_text(rows(lines, {need: runs, ...}, asked.refused))

A link is all that counts: what somebody says that came out is not in it, and would not be believed.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from core.exercises.answers import Order
from core.exercises.exercise import Answers, Exercise, Found, Grade, Mark, Need, Task, Verdict, graded, needed
from core.exercises.hand_in import HandIn, experiment_of, read
from core.exercises.registry import EXERCISES
from core.exercises.trained import refusal
from core.experiment import Experiment
from core.link import bounded, differences, parsed, query_of
from core.training import completed

MOST_LINES, LONGEST_LINE = 200, 20_000  # characters
COLUMNS = ("line", "name", "for", "exercise", "points", "of", "verdict", "reason", "answers")
FORMULA = tuple("=+-@\t\r＝＋－＠")  # what a spreadsheet takes for the start of a formula
ALONE = re.compile(r"(?![(\[{])[^\s?#<>\"']*\?([^\s#<>\"']+=[^\s#<>\"']*)(?:#\S*)?")  # an address
CANNOT_PROVE = (
    "A link says what was answered and what was set up, and all of it was trained again here. It cannot prove who did "
    "the work, nor that a prediction was made before its run."
)


@dataclass(frozen=True)
class Work:
    """One exercise of a link. problems: what of its experiment could not be read."""

    exercise: Exercise
    task: Task
    answers: Answers
    experiment: Experiment | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line, by its number. problems: what of its link could not be read. why_not: why nothing of it is graded."""

    number: int
    name: str
    link: str
    hand_in: HandIn = field(default_factory=HandIn)
    works: tuple[Work, ...] = ()
    problems: tuple[str, ...] = ()
    why_not: str = ""


class Asked(NamedTuple):
    """What has to be trained, each once, and why the rest is not."""

    needs: tuple[Need, ...]
    refused: dict[Need, str]


@dataclass(frozen=True)
class Row:
    """What one exercise of a line came to; of a line with none, why. parts: of each mark what it is of."""

    line: int
    name: str
    handle: str
    exercise: str
    points: int
    of: int
    verdict: Verdict
    reason: str
    answers: str
    marks: tuple[Mark, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A wrong answer to a part of an exercise, in words, and how many gave it, of how many that answered."""

    exercise: str
    part: str
    answer: str
    count: int
    of: int


# ---- reading --------------------------------------------------------------------------------------------------------


def read_lines(text: str) -> list[Line]:
    """The lines of a class. Blank ones and those that start with # are none; beyond MOST_LINES one says so for all."""
    return completed(reading(text))


def reading(text: str) -> Generator[None, None, list[Line]]:
    """`read_lines`, a line at a time: it yields where it may be left."""
    numbered = enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), 1)
    said = [(number, line.strip()) for number, line in numbered if line.strip() and line.strip()[0] != "#"]
    lines = list[Line]()
    for number, line in said[:MOST_LINES]:
        lines.append(_line(number, line))
        yield
    if beyond := said[MOST_LINES:]:
        why = f"At most {MOST_LINES} links are graded at once; {len(beyond)} from this line on are left out."
        lines.append(Line(beyond[0][0], "", "", why_not=why))
    return lines


def _line(number: int, text: str) -> Line:
    name, tab, link = text.partition("\t")
    name, link = (name.strip()[:100], link.strip()) if tab else ("", text)
    if len(text) > LONGEST_LINE:
        why = f"A line must have at most {LONGEST_LINE:,} characters; got {len(text):,}."
        return Line(number, name, link[:100], why_not=why)
    query = _query(link)
    if not query:
        return Line(number, name, link, why_not="There is no link in this line: no query such as ?exercise=…")
    hand_in, problems = read(query)
    works = tuple(_work(hand_in, exercise, query) for exercise in hand_in.touched)
    why = "" if works else "The link names no exercise: none is open, set or answered in it."
    return Line(number, name, link, hand_in, works, tuple(problems), why)


def _query(link: str) -> dict[str, str | list[str]]:
    """The query of a link: of an address that stands alone all of it, also parentheses and a dot at its end."""
    alone = ALONE.fullmatch(link)
    if alone:
        return parsed(alone[1].replace("&amp;", "&"))
    return query_of(link if " " in link else f"{link}#")  # as of a query alone, whose end is no end of a sentence


def _work(hand_in: HandIn, exercise: Exercise, query: Mapping[str, str | list[str]]) -> Work:
    task, answers = hand_in.task(exercise), hand_in.answers_of(exercise.id)
    experiment, problems = experiment_of(hand_in, exercise, query)
    if beyond := sorted(part for part in answers if part > len(task.parts)):
        problems = [*problems, f"{exercise.id} has no part {' and no part '.join(map(str, beyond))} to be answered."]
    return Work(exercise, task, answers, experiment, tuple(problems))


# ---- grading --------------------------------------------------------------------------------------------------------


def needs_of(lines: Sequence[Line]) -> Asked:
    """What has to be trained to grade these lines: equal experiments once. What would take too long is refused."""
    of_works = [need for line in lines for work in line.works for need in _needed(work)]
    refused = {need: why for need in dict.fromkeys(of_works) if (why := refusal(need))}
    return Asked(tuple(need for need in dict.fromkeys(of_works) if need not in refused), refused)


def rows(lines: Sequence[Line], found: Found, refused: Mapping[Need, str]) -> list[Row]:
    """A row for each exercise of each line, and one for a line that has none.

    found, refused: what was trained, and why other was not.
    """
    return [row for line in lines for row in ([_row(line, work, found, refused) for work in line.works] or [_no(line)])]


def _needed(work: Work) -> tuple[Need, ...]:
    try:
        return needed(work.task, work.answers, work.experiment)
    except Exception:  # said in its row
        return ()


def _row(line: Line, work: Work, found: Found, refused: Mapping[Need, str]) -> Row:
    try:
        grade = graded(work.task, work.answers, work.experiment, found, refused)
    except Exception as error:  # a fault of one check must not cost a class its grades
        why = f"The check of {work.exercise.id} failed with {type(error).__name__}: {str(error)[:200]}."
        grade = Grade((Mark(0, work.task.of, "not graded", why),))
    parts = tuple(_names(work.task)[: len(grade.marks)])
    reason = " ".join([*_reasons(grade, parts), *bounded([*line.problems, *work.problems])])
    own = (line.number, line.name, line.hand_in.handle, work.exercise.id, grade.points, grade.of, grade.verdict)
    marks = tuple(_with_words(mark, work, index) for index, mark in enumerate(grade.marks))
    answers = "; ".join(f"{part}: {mark.answer}" for part, mark in zip(parts, marks, strict=True) if mark.answer)
    return Row(*own, reason, answers, marks, parts)


def _no(line: Line) -> Row:
    reason = " ".join([line.why_not, *line.problems])
    return Row(line.number, line.name, line.hand_in.handle, "", 0, 0, "not graded", reason, "")


def _names(task: Task) -> list[str]:
    """What each mark of a task is of: the number of its part, or its goal."""
    return [*(f"part {number}" for number in range(1, len(task.parts) + 1)), *(["goal"] if task.goal else [])]


def _reasons(grade: Grade, parts: Sequence[str]) -> list[str]:
    if len(grade.marks) == 1:
        return [grade.reason]
    return [f"{part}: {mark.verdict}. {mark.reason}" for part, mark in zip(parts, grade.marks, strict=True)]


def _with_words(mark: Mark, work: Work, index: int) -> Mark:
    """A mark whose answer a teacher can read: lines in their order, and of an experiment what was changed."""
    words = mark.answer
    if index < len(work.task.parts):
        kind = work.task.parts[index].kind
        letters = [letter for letter in words if letter.isalpha()]
        if isinstance(kind, Order) and sorted(letters) == list(kind.letters):
            words = " / ".join(kind.lines[kind.letters.index(letter)] for letter in letters)
    elif work.experiment and work.task.start:
        changes = differences(work.task.start, work.experiment)
        words = ", ".join(f"{label} {now}" for label, _, now in changes) or "nothing changed"
    return Mark(mark.points, mark.of, mark.verdict, mark.reason, words)


# ---- in a worker, which is left between two lines --------------------------------------------------------------------


def planned(text: str) -> Generator[None, None, Asked]:
    """What has to be trained for the links in a text."""
    return needs_of((yield from reading(text)))


def graded_rows(text: str, found: Found, refused: Mapping[Need, str]) -> Generator[None, None, list[Row]]:
    """The rows of the links in a text."""
    return rows((yield from reading(text)), found, refused)


# ---- what a teacher sees --------------------------------------------------------------------------------------------


def totals(rows: Sequence[Row]) -> list[tuple[int, str, int, int]]:
    """Number, name, points and how many there are of each line."""
    lines: dict[int, list[Row]] = {}
    for row in rows:
        lines.setdefault(row.line, []).append(row)
    return [
        (line, own[0].name, sum(row.points for row in own), sum(row.of for row in own)) for line, own in lines.items()
    ]


def common_mistakes(rows: Sequence[Row], most: int = 3) -> list[Mistake]:
    """The most frequent wrong answers to each part, at most so many a part; what a goal needs is no answer."""
    answered, wrong = Counter[tuple[str, str]](), dict[tuple[str, str], Counter[str]]()
    for row in rows:
        for part, mark in zip(row.parts, row.marks, strict=True):
            if part != "goal" and mark.verdict in ("right", "wrong"):
                answered[row.exercise, part] += 1
                wrong.setdefault((row.exercise, part), Counter())[mark.answer] += mark.verdict == "wrong"
    return [
        Mistake(*key, answer, count, answered[key])
        for key, answers in sorted(wrong.items(), key=lambda each: ([*EXERCISES].index(each[0][0]), each[0][1]))
        for answer, count in answers.most_common(most)
        if count
    ]


def table(rows: Sequence[Row]) -> list[dict[str, str | int]]:
    """The rows as they are shown and written: texts are safe in a spreadsheet."""
    return [
        {
            column: value if isinstance(value := own["handle" if column == "for" else column], int) else safe(value)
            for column in COLUMNS
        }
        for own in map(asdict, rows)
    ]


def csv_text(rows: Sequence[Row]) -> str:
    """The rows as a CSV file with a header."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(table(rows))
    return text.getvalue()


def safe(text: str) -> str:
    """A text for a cell: none that starts a formula, and control characters escaped."""
    shown = printable(text)
    return f"'{shown}" if text.startswith(FORMULA) or shown.lstrip().startswith(FORMULA) else shown


def printable(text: str) -> str:
    """A text with control and bidirectional characters and halves of surrogate pairs escaped."""
    return "".join(
        letter if letter.isprintable() else " " if letter == "\xa0" else letter.encode("unicode_escape").decode()
        for letter in text
    )
