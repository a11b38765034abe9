"""The feed: what is written is what a browser reads."""

import gzip
import os
from pathlib import Path

import pytest

from pages.parts.background import feed


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(feed, "FOLDER", tmp_path)
    return tmp_path


def read(folder: Path, key: str) -> bytes:
    return gzip.decompress((folder / feed.address(key).rsplit("/", 1)[1]).read_bytes())


def test_the_newest_news_replace_those_before(folder: Path) -> None:
    feed.write("seed=1", b"first")
    feed.write("seed=2", b"another's")
    feed.write("seed=1", b"second")
    assert (read(folder, "seed=1"), read(folder, "seed=2")) == (b"second", b"another's")
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("key", ["a=1&b=../../etc", "x" * 10_000, "ё\0/"])
def test_an_address_is_a_plain_name_whatever_the_key(key: str) -> None:
    assert feed.address(key) == f"component/pages.parts.background.feed.feed/{feed.address(key)[-35:]}"
    assert feed.address(key)[-35:-3].isalnum()


def test_the_oldest_news_go_but_not_those_of_what_trains(folder: Path) -> None:
    keys = [f"seed={n}" for n in range(feed.KEPT + 5)]
    for age, key in enumerate(reversed(keys)):
        feed.write(key, key.encode())
        os.utime(folder / feed.address(key).rsplit("/", 1)[1], (1e9 + age, 1e9 + age))
    oldest, newest = keys[-1], keys[0]
    feed.tidy([oldest])
    left = {file.name for file in folder.iterdir()}
    assert len(left) == feed.KEPT + 1
    assert read(folder, oldest) == oldest.encode() and read(folder, newest) == newest.encode()
    assert feed.address(keys[-2]).rsplit("/", 1)[1] not in left
