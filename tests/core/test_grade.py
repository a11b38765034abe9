"""The command that grades a class: a file of links in, a CSV file out, and an exit code that says which."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import grade
from core.exercises import EXERCISES
from core.exercises.grading import CANNOT_PROVE, COLUMNS
from core.exercises.pool import Limits
from core.grade import LARGEST, main
from tests.core.exercises.links import link_of

ROOT = Path(__file__).parents[2]
OF = EXERCISES["E3"].task("s4").of


def command(*arguments: object) -> subprocess.Popen[str]:
    told = [sys.executable, "-m", "core.grade", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(told, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_class_is_graded_by_the_command(tmp_path: Path) -> None:
    links, out = tmp_path / "links.txt", tmp_path / "grades.csv"
    right, wrong = link_of("E3", "s4", handed="reaches"), link_of("E3", "s4", "wrong", "fails")
    lines = ["# 2b", f"Ada\t{right}", f"Ben, B.\t{wrong}", "", "=1+1\tnonsense", wrong.replace("s4", "Zo\xeb")]
    links.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode("latin-1"))
    done = command(links, "--out", out)
    said, progress = done.communicate(timeout=120)
    assert done.returncode == 0, progress
    rows = read(out)
    assert tuple(rows[0]) == COLUMNS
    assert [(row["line"], row["name"], row["exercise"], row["points"], row["of"]) for row in rows] == [
        ("2", "Ada", "E3", str(OF), str(OF)),
        ("3", "Ben, B.", "E3", "0", str(OF)),
        ("5", "'=1+1", "", "0", "0"),
        ("6", "", "E3", "0", str(OF)),
    ]
    assert [row["verdict"] for row in rows] == ["right", "wrong", "not graded", "wrong"]
    assert rows[3]["for"] == "Zo\ufffd"
    assert f"line 2, Ada: {OF} of {OF}\n  line 3, Ben, B.: 0 of {OF}" in said
    assert "Not graded: 1 of 4 rows" in said
    assert CANNOT_PROVE in said
    assert progress.endswith(" trained\n")
    assert sorted(tmp_path.iterdir()) == [out, links]


def test_a_file_of_a_spreadsheet_is_read_and_an_older_file_of_grades_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links, out = tmp_path / "links.txt", tmp_path / "grades.csv"
    links.write_text("Zoë\tnonsense\n", encoding="utf-16")
    out.write_text("older")
    out.chmod(0o600)
    assert main([str(links), "--out", str(out)]) == 0
    assert [(row["name"], row["verdict"]) for row in read(out)] == [("Zoë", "not graded")]
    assert out.stat().st_mode & 0o777 == 0o600
    assert "line 1, Zoë: 0 of 0" in capsys.readouterr().out


def test_what_takes_too_long_is_a_row_that_says_so(tmp_path: Path) -> None:
    links, out = tmp_path / "links.txt", tmp_path / "grades.csv"
    links.write_text(link_of("E3", "s4"))
    assert main([str(links), "--out", str(out)], Limits(seconds=0.01)) == 0
    (row,) = read(out)
    assert (row["points"], row["verdict"]) == ("0", "not graded")
    assert "training takes more than 0.01 s of the processor" in row["reason"]


def test_files_that_can_not_be_read_or_written_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    links, large, out = tmp_path / "links.txt", tmp_path / "large.txt", tmp_path / "grades.csv"
    links.write_text("nonsense")
    large.write_bytes(b"x" * (LARGEST + 1))
    cases = [
        ([tmp_path / "none.txt", "--out", out], "must be a file of links; there is none"),
        ([tmp_path, "--out", out], "can not be read: Is a directory"),
        ([large, "--out", out], "must have at most 5 MB"),
        ([links, "--out", links], "--out must be a file that may be written, other than the links"),
        ([links, "--out", tmp_path], "--out must be a file that may be written"),
        ([links, "--out", "/dev/null"], "--out must be a file that may be written"),
        ([links, "--out", tmp_path / "none" / "grades.csv"], "--out must be in a folder that may be written"),
    ]
    for arguments, words in cases:
        assert main([*map(str, arguments)]) == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert words in said.err
    assert sorted(tmp_path.iterdir()) == [large, links]


def test_a_file_that_can_not_be_written_at_the_end_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    (tmp_path / "links.txt").write_text("nonsense")
    assert main([str(tmp_path / "links.txt"), "--out", str(tmp_path / "grades.csv")]) == 2
    assert "can not be written: No space left on device. No grades are written." in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["links.txt"]


def test_ctrl_c_ends_the_workers_and_writes_nothing(tmp_path: Path) -> None:
    links, out = tmp_path / "links.txt", tmp_path / "grades.csv"
    out.write_text("older")
    links.write_text("\n".join(link_of("E3", f"s{number}", handed="reaches") for number in range(30)))
    grading = command(links, "--out", out)
    workers = wait_for_children(grading.pid)
    os.kill(grading.pid, signal.SIGINT)
    said, progress = grading.communicate(timeout=60)
    assert (grading.returncode, said) == (130, "")
    assert progress.endswith("Stopped. No grades are written.\n")
    assert "Traceback" not in progress
    assert out.read_text() == "older"
    assert sorted(tmp_path.iterdir()) == [out, links]
    assert wait_for_ends(workers) == []


def wait_for_children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for _ in range(600):
        if found := children.read_text().split():
            return [*map(int, found)]
        time.sleep(0.05)
    raise AssertionError("no worker was started")


def wait_for_ends(pids: list[int]) -> list[int]:
    """Those that are left: one that had just been started ends by itself."""
    for _ in range(600):
        if not (left := [pid for pid in pids if is_running(pid)]):
            return []
        time.sleep(0.05)
    return left


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_progress_is_one_line_on_a_terminal_and_one_every_few_seconds_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Stream:
        def __init__(self, is_terminal: bool) -> None:
            self.text, self._is_terminal = "", is_terminal

        def isatty(self) -> bool:
            return self._is_terminal

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None: ...

    now_s = 0.0
    monkeypatch.setattr(grade.time, "monotonic", lambda: now_s)
    terminal, file = Stream(True), Stream(False)
    bars = [grade._Progress(4, stream) for stream in (terminal, file)]  # type: ignore[arg-type]
    for done, now_s in ((1, 1.0), (2, 6.0), (3, 7.0), (4, 7.0)):  # noqa: B007
        for bar in bars:
            bar.show(done)
    assert terminal.text == "\r1 of 4 trained\r2 of 4 trained\r3 of 4 trained\r4 of 4 trained\n"
    assert file.text == "2 of 4 trained\n4 of 4 trained\n"
