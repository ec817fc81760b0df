"""Find a Chromium for the browser tests, or install playwright's; print nothing if all is well."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

# A machine that is busy with the rest of the suite is slow to show what it will.
expect.set_options(timeout=15_000)

# As root and in containers; and none of the browser's own conversations with its maker.
OPTIONS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """Return the path of a Chromium on this machine, or None for playwright's own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start a browser that nobody sees, and close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=OPTIONS)
        yield browser
        browser.close()


if __name__ == "__main__" and executable() is None:
    installed = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=False
    )
    if installed.returncode:
        sys.exit("No Chromium: install the package chromium, then run make test again.")
