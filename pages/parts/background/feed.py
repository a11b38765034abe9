"""News of what trains and runs that ended, as files that the stage reads by itself.

Each rerun has the browser draw the whole page anew, however little changed: eight a second keep its main thread busy
without a pause, and a click waits for seconds. Streamlit serves the files in the folder of a component; the one
declared here is never drawn.
"""

import atexit
import gzip
import os
import shutil
import tempfile
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

import streamlit as st
from streamlit.components.v1 import declare_component

KEPT = 64  # files of trainings that are over: whoever watched one has read it within a second


@st.cache_resource(show_spinner=False)
def _folder() -> Path:
    """The server's folder; the same where Streamlit loads changed sources again."""
    made = Path(tempfile.mkdtemp(prefix="gradient-lab-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


FOLDER = _folder()
component = declare_component("feed", path=FOLDER)


def address(key: str) -> str:
    """Where the browser finds the news of an experiment, from any screen."""
    return f"component/{component.name}/{_file(key).name}"


def write(key: str, news: bytes) -> None:
    """Replace the news of an experiment at once, so that nobody reads half of them. Raises OSError as the disk does."""
    file = _file(key)
    new = file.with_suffix(".new")
    FOLDER.mkdir(exist_ok=True)  # long unused, it may have been cleaned away
    new.write_bytes(gzip.compress(news, compresslevel=1))
    os.replace(new, file)


def tidy(under_way: Collection[str]) -> None:
    """Remove the oldest news of all but the experiments under way."""
    keep = {_file(key).name for key in under_way}
    over = [(file.stat().st_mtime, file) for file in FOLDER.glob("*.gz") if file.name not in keep]
    for _, file in sorted(over)[:-KEPT]:
        file.unlink(missing_ok=True)


def _file(key: str) -> Path:
    return FOLDER / f"{sha256(key.encode()).hexdigest()[:32]}.gz"
