"""How long a class takes to grade: `python -m benchmarks.grading [--links 30] [--all]`.

A class whose links answer the questions of the course, each with a handle, so with data and numbers, of its own; half
of them right. With --all each answers every exercise that there is. The links are made before the clock runs; what is
timed is the command, from its start to its file.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.exercises import EXERCISES
from core.exercises.grading import needs_of, read_lines
from core.exercises.hand_in import HandIn
from core.exercises.pool import cores
from core.exercises.trained import estimated_s
from core.questions import QUESTIONS
from tests.core.exercises.links import address, handed_in

ROOT = Path(__file__).parents[1]


def link_of_student(number: int, ids: tuple[str, ...]) -> str:
    """What one student hands in: every other answer is wrong, another one for the next."""
    hand_in = HandIn(asked=ids, handle=f"student {number}")
    for place, id in enumerate(ids):
        is_right = (number + place) % 2 == 0
        hand_in = handed_in(hand_in, id, "right" if is_right else "wrong", "reaches" if is_right else "fails")
    return address(hand_in, ids[-1])


def main() -> None:
    """Make a class, grade it, and print what that took."""
    parser = argparse.ArgumentParser(description="How long a class takes to grade.")
    parser.add_argument("--links", type=int, default=30)
    parser.add_argument("--all", action="store_true", help="every exercise, not the questions of the course alone")
    told = parser.parse_args()
    ids = tuple(id for id in EXERCISES if told.all or id in QUESTIONS)
    text = "\n".join(f"Student {number}\t{link_of_student(number, ids)}" for number in range(1, told.links + 1))
    asked = needs_of(read_lines(text))
    print(
        f"{told.links} links of {', '.join(ids)}; the longest line has {max(map(len, text.splitlines()))} characters."
    )
    seconds = sum(map(estimated_s, asked.needs))
    print(f"{len(asked.needs)} trainings, {seconds:.0f} s of one core by estimate; {len(asked.refused)} are refused.")
    with tempfile.TemporaryDirectory() as folder:
        links, out = Path(folder) / "links.txt", Path(folder) / "grades.csv"
        links.write_text(text, encoding="utf-8")
        start = time.perf_counter()
        command = [sys.executable, "-m", "core.grade", str(links), "--out", str(out)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        print(f"Graded in {time.perf_counter() - start:.0f} s on {cores()} cores.")


if __name__ == "__main__":
    main()
