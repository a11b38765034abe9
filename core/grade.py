"""Grade a class: `python -m core.grade links.txt --out grades.csv`.

links.txt has a link a line, or a name, a tab and a link; blank lines and lines that start with # are skipped. Only the
link is read, and all that it claims is trained again. grades.csv has a row for each line and exercise.
"""

import argparse
import codecs
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path
from typing import TextIO

from core.exercises.exercise import Need
from core.exercises.grading import (
    CANNOT_PROVE,
    Asked,
    Row,
    common_mistakes,
    csv_text,
    needs_of,
    printable,
    read_lines,
    rows,
    totals,
)
from core.exercises.pool import USUAL, Limits, Refused, outcomes
from core.exercises.trained import estimated_s, runs
from core.training import Run

LARGEST = 5_000_000  # bytes of a file: more than all the lines that are graded can have
EVERY_S = 5.0  # seconds between two lines of progress, where it goes to no terminal


class Stopped(Exception):
    """Why nothing is graded, in a sentence."""


def main(arguments: Sequence[str] | None = None, limits: Limits = USUAL) -> int:
    """Grade a file of links; the exit code: 0 where there are grades, 2 where not, 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # of a terminal that knows fewer letters
    try:
        links, out = _files(arguments)
        _write(out, graded(read(links), limits))
    except Stopped as why:
        sys.stderr.write(f"{why}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. No grades are written.\n")
        return 130
    return 0


def read(path: Path) -> str:
    """The text of a file of links, in UTF-8 or UTF-16 with its mark; what is neither is replaced.

    Raises
    ------
    Stopped
        Where it can not be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Stopped(f"{path} can not be read: {error.strerror}. Nothing is graded.") from error
    if len(data) > LARGEST:
        raise Stopped(f"{path} must have at most {LARGEST / 1e6:g} MB; it has more. Nothing is graded.")
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if is_wide else "utf-8-sig", errors="replace")


def graded(text: str, limits: Limits = USUAL) -> list[Row]:
    """The rows of a class, all that they need trained in worker processes."""
    lines = read_lines(text)
    found, refused = _trained(needs_of(lines), limits)
    return rows(lines, found, refused)


def _trained(asked: Asked, limits: Limits) -> tuple[dict[Need, tuple[Run, ...]], dict[Need, str]]:
    """What is needed, the longest first, so that no core is left alone with one at the end."""
    found, refused, progress = dict[Need, tuple[Run, ...]](), dict(asked.refused), _Progress(len(asked.needs))
    needs = sorted(asked.needs, key=estimated_s, reverse=True)
    with closing(outcomes(runs, needs, limits)) as trained:
        for done, (need, outcome) in enumerate(trained, 1):
            if isinstance(outcome, Refused):
                refused[need] = outcome.reason
            else:
                found[need] = outcome
            progress.show(done)
    return found, refused


class _Progress:
    """How many are trained, on the terminal; elsewhere a line every few seconds."""

    def __init__(self, of: int, stream: TextIO | None = None) -> None:
        self._of, self._stream = of, stream or sys.stderr
        self._said_s = time.monotonic()

    def show(self, done: int) -> None:
        is_last, words = done == self._of, f"{done} of {self._of} trained"
        if self._stream.isatty():
            self._stream.write(f"\r{words}" + "\n" * is_last)
        elif is_last or time.monotonic() - self._said_s >= EVERY_S:
            self._stream.write(f"{words}\n")
            self._said_s = time.monotonic()
        self._stream.flush()


# ---- files ----------------------------------------------------------------------------------------------------------


def _files(arguments: Sequence[str] | None) -> tuple[Path, Path]:
    """The files to read and to write, the latter tried before anything is trained."""
    parser = argparse.ArgumentParser(prog="python -m core.grade", description="Grade the links of a class.")
    parser.add_argument("links", type=Path, help="a file with a link a line, or a name, a tab and a link")
    parser.add_argument("--out", type=Path, default=Path("grades.csv"), help="the CSV file to write (grades.csv)")
    told = parser.parse_args(arguments)
    links, out = told.links, Path(os.path.realpath(told.out))
    if not links.exists():
        raise Stopped(f"{links} must be a file of links; there is none. Nothing is graded.")
    if out.exists() and (not out.is_file() or not os.access(out, os.W_OK) or out.samefile(links)):
        raise Stopped(f"--out must be a file that may be written, other than the links; got {told.out}.")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise Stopped(f"--out must be in a folder that may be written; got {told.out}.")
    return links, out


def _write(out: Path, graded_rows: Sequence[Row]) -> None:
    """Write the grades, all or none, and tell what they come to. The mark at the start is for spreadsheets."""
    half = ""
    try:
        with tempfile.NamedTemporaryFile("wb", dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
            half = file.name
            file.write(csv_text(graded_rows).encode("utf-8-sig"))
        mode = out.stat().st_mode if out.exists() else 0o666 & ~_umask()
        os.chmod(half, mode & 0o777)
        os.replace(half, out)
    except OSError as error:
        raise Stopped(f"{out} can not be written: {error.strerror}. No grades are written.") from error
    finally:
        with suppress(OSError):  # it is gone once it has its name
            os.unlink(half)
    with suppress(BrokenPipeError):
        sys.stdout.write(f"{summary(graded_rows)}\n\nThe grades are in {out}.\n")
        sys.stdout.flush()


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def summary(graded_rows: Sequence[Row]) -> str:
    """Points of each line, the most frequent wrong answers, what was not graded, and what can not be proved."""
    points = [
        f"  line {line}{f', {name}' if name else ''}: {got} of {of}" for line, name, got, of in totals(graded_rows)
    ]
    blocks = ["\n".join(["Points", *points]) if points else "There is no link in this file."]
    mistakes = [
        "\n".join(
            [f"  {' '.join(part)}", *(f"    {each.count} of {each.of} answered: {each.answer}" for each in group)]
        )
        for part, group in groupby(common_mistakes(graded_rows), key=lambda each: (each.exercise, each.part))
    ]
    blocks += ["\n".join(["The most frequent wrong answers to each part", *mistakes])] if mistakes else []
    left = sum(row.verdict == "not graded" for row in graded_rows)
    blocks += [f"Not graded: {left} of {len(graded_rows)} rows; each says why."] if left else []
    return "\n\n".join([*("\n".join(map(printable, block.split("\n"))) for block in blocks), CANNOT_PROVE])


if __name__ == "__main__":
    sys.exit(main())
