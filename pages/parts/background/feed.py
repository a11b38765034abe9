"""Files of news, which the stage reads by itself.

Streamlit has the browser draw the whole page anew at each rerun. Eight a second keep it so busy that a click waits for
seconds. Streamlit serves the files of a component's folder; the component declared here is never drawn.
"""

import fcntl
import os
import shutil
import tempfile
import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.logger import get_logger

KEPT = 256  # files, the newest: what trains is written ten times a second, and what is over is read within one
PREFIX, LOCK = "gradient-lab-", "lock"

log = get_logger(__name__)


class Feed:
    """The files of one server. works: whether the last one could be written."""

    def __init__(self, folder: Path, route: str) -> None:
        self.works = True
        self._folder, self._route = folder, route

    def address(self, key: str) -> str:
        """Where the browser finds the news of this key, from any screen; empty where nothing can be written."""
        return f"{self._route}/{self._file(key).name}" if self.works else ""

    def write(self, key: str, news: bytes) -> None:
        """Replace the news of a key at once, so that nobody reads half of them. A fault is logged once."""
        file = self._file(key)
        new = file.with_suffix(f".{threading.get_ident()}")  # two threads may write the same key
        try:
            self._folder.mkdir(exist_ok=True)  # long unused, it may have been cleaned away
            is_first = not file.exists()
            new.write_bytes(news)
            os.replace(new, file)
        except OSError:
            if self.works:
                log.exception("no news can be written: runs go to the browser in messages")
            self.works = False
            with suppress(OSError):
                new.unlink(missing_ok=True)
        else:
            if not self.works:
                log.info("news can be written again")
            self.works = True
            if is_first:
                self._tidy()

    def _tidy(self) -> None:
        """Remove the oldest files. Who still needs one is sent the same news in a message."""
        with suppress(OSError):
            files = [(file.stat().st_mtime, file) for file in self._folder.glob("*.gz")]
            for _, file in sorted(files)[:-KEPT]:
                file.unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self._folder / f"{sha256(key.encode()).hexdigest()[:32]}.gz"


@st.cache_resource(show_spinner=False)
def _folder() -> tuple[Path, IO[bytes]]:
    """This server's folder, the same where Streamlit loads changed sources again, and the lock that says it is in use.

    Folders of servers that were killed are removed: the system has released their locks.
    """
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), (old / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where its server lives
            shutil.rmtree(old, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=PREFIX))
    held = (made / LOCK).open("wb")
    fcntl.flock(held, fcntl.LOCK_EX)
    return made, held


FOLDER = _folder()[0]
component = declare_component("feed", path=FOLDER)
feed = Feed(FOLDER, f"component/{component.name}")
