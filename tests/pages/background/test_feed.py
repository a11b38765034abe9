"""The feed: what is written is what a browser reads, and a disk that fails costs one line of the log."""

import errno
import gzip
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from pages.parts.background import feed as module
from pages.parts.background.feed import KEPT, LOCK, PREFIX, Feed
from tests.pages.conftest import ROOT


@pytest.fixture
def feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Feed:
    monkeypatch.setattr(module.log, "propagate", True)  # to caplog
    return Feed(tmp_path / "news", "component/feed")


def file_of(feed: Feed, folder: Path, key: str) -> Path:
    return folder / "news" / feed.address(key).rsplit("/", 1)[1]


def test_the_newest_news_replace_those_before(feed: Feed, tmp_path: Path) -> None:
    for key, news in (("seed=1", b"first"), ("seed=2", b"another's"), ("seed=1", b"second")):
        feed.write(key, gzip.compress(news))
    read = [gzip.decompress(file_of(feed, tmp_path, key).read_bytes()) for key in ("seed=1", "seed=2")]
    assert read == [b"second", b"another's"]
    assert len(list((tmp_path / "news").iterdir())) == 2  # nothing else is left


@pytest.mark.parametrize("key", ["a=1&b=../../etc", "x" * 10_000, "ё\0/"])
def test_an_address_is_a_plain_name_whatever_the_key(feed: Feed, key: str) -> None:
    route, name = feed.address(key).rsplit("/", 1)
    assert route == "component/feed" and name.endswith(".gz") and len(name) == 35 and name[:-3].isalnum()


def test_the_oldest_files_go(feed: Feed, tmp_path: Path) -> None:
    keys = [f"seed={n}" for n in range(KEPT)]
    for age, key in enumerate(keys):
        feed.write(key, b"")
        os.utime(file_of(feed, tmp_path, key), (1e9 + age, 1e9 + age))
    feed.write(keys[0], b"written again")
    for key in ("new", "newer"):
        feed.write(key, b"")
    left = {file.name for file in (tmp_path / "news").iterdir()}
    assert len(left) == KEPT
    gone = {key for key in keys if file_of(feed, tmp_path, key).name not in left}
    assert gone == {keys[1], keys[2]}


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_fails_costs_one_line_of_the_log_and_works_again(
    feed: Feed, tmp_path: Path, fault: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: Path, data: bytes) -> None:
        raise OSError(fault, os.strerror(fault))

    feed.write("a", b"before")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fails)
        for n in range(30):
            feed.write("a", b"%d" % n)
        assert feed.address("a") == "" and not feed.works
    assert len(caplog.records) == 1 and os.strerror(fault) in caplog.text
    feed.write("a", b"after")
    assert feed.works and file_of(feed, tmp_path, "a").read_bytes() == b"after"
    assert [record.levelname for record in caplog.records] in (["ERROR"], ["ERROR", "INFO"])  # by the log's level


def test_a_file_that_can_not_be_replaced_leaves_no_half_of_it(
    feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fails)
        feed.write("a", b"news")
    assert list((tmp_path / "news").iterdir()) == []


def test_a_folder_that_was_cleaned_away_is_made_again(feed: Feed, tmp_path: Path) -> None:
    feed.write("a", b"before")
    file_of(feed, tmp_path, "a").unlink()
    (tmp_path / "news").rmdir()
    feed.write("a", b"after")
    assert feed.works and file_of(feed, tmp_path, "a").read_bytes() == b"after"


def test_of_two_feeds_side_by_side_one_fails_and_the_other_works(tmp_path: Path) -> None:
    good, bad = Feed(tmp_path / "good", "good"), Feed(tmp_path / "missing" / "bad", "bad")
    for feed in (good, bad):
        feed.write("a", b"news")
    assert good.address("a").startswith("good/") and bad.address("a") == ""
    assert [file.read_bytes() for file in (tmp_path / "good").iterdir()] == [b"news"]


SERVER = """
import sys
from pages.parts.background.feed import FOLDER, feed
feed.write("a", b"news")
print(FOLDER, flush=True)
sys.stdin.read()
"""


def test_folders_of_servers_that_were_killed_are_removed_at_the_next_start(tmp_path: Path) -> None:
    def started() -> "tuple[subprocess.Popen[str], Path]":
        server = servers.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", SERVER],
                cwd=ROOT,
                env={**os.environ, "TMPDIR": str(tmp_path)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        )
        servers.callback(server.kill)
        assert server.stdout
        return server, Path(server.stdout.readline().strip())

    with ExitStack() as servers:
        (killed, of_killed), (_, of_living) = started(), started()
        killed.kill()
        killed.wait()
        assert of_killed.is_dir() and (of_killed / LOCK).exists()
        _, of_new = started()
        assert not of_killed.exists()
        assert {*tmp_path.glob(f"{PREFIX}*")} == {of_living, of_new}
        assert all(len(list(folder.glob("*.gz"))) == 1 for folder in (of_living, of_new))
