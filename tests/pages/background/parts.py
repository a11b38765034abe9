"""Parts of measurements that a worker process imports by name: this module imports nothing of the dashboard."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def modules() -> list[str]:
    """What the worker has imported."""
    return sorted(sys.modules)


def chatter() -> str:
    """As a library that reports what it does."""
    print("a library says something", flush=True)
    subprocess.run(["echo", "and so does a program"], check=True)
    return "found"


def die(mark: Path, times: int) -> int:
    """Kill this process as the first thing, so many times; then return how often it died."""
    died = len(mark.read_text()) if mark.exists() else 0
    if died < times:
        mark.write_text("x" * (died + 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return died


def hang(mark: Path, seconds: float) -> None:
    """Take long and be interrupted by nothing; the file says that it has begun, and where."""
    mark.write_text(str(os.getpid()))
    time.sleep(seconds)
