"""The Chromium that the browser tests drive: one that is there, else one that is installed.

`python -m tests.browser.chromium` installs one where there is none and prints its path.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

# The shell is Chromium without its windows: a page is on the screen in two thirds of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Path of a Chromium that starts: one on the PATH, else Playwright's own."""
    return next((path for path in candidates() if starts(path)), None)


def candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Whether it runs at all; Ubuntu's `chromium-browser` without snap, for one, does not."""
    return run(path, "--version")


def install() -> None:
    """Install one with apt-get when root, and with Playwright where that brought none."""
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        print("No Chromium found: installing it with apt-get", flush=True)
        apt = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", **apt)
        for name in NAMES[:2]:
            if run("apt-get", "install", "--yes", name, **apt) and find():
                return
    print("No Chromium found: installing it with Playwright", flush=True)
    run(sys.executable, "-m", "playwright", "install", "chromium")


def run(*command: str, **environment: str) -> bool:
    """Whether the command ended well; what it said is shown only if it did not."""
    try:
        done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    except OSError:
        return False
    if done.returncode:
        print(*command, "failed:", (done.stderr or done.stdout).strip()[:500], sep=" ", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    if not find():
        install()
    path = find()
    if not path:
        sys.exit(
            "The browser tests need Chromium, and neither apt-get (as root) nor Playwright could install it: "
            "put chromium or google-chrome on the PATH and run this again."
        )
    print("Browser tests use", path)
