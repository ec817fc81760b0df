"""`make screenshots`: take the pictures of the documents anew, from a demo of its own.

The searches are invented, the same ones each time; days and times are those of today. What is shown
of trouble has happened: workers that were stopped. The error is one of the sample.
"""

import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from config.environment import BASE_DIR
from config.tests.chromium import browsing
from config.tests.running import Running

PICTURES = BASE_DIR / "docs" / "images"
SIZE = {"width": 1440, "height": 900}
PASSWORD = "a password of the pictures"
# Two folds of beat: what was just done stands in the figures.
FOLDED_WITHIN = 35.0
# Longer than a worker may be silent.
SILENT = 40.0
PAGES = {
    "dashboard": "/admin/?period=90",
    "terms": "/admin/terms/?period=28",
    "completeness": "/admin/completeness/?period=90",
    "worklist": "/admin/worklist/",
    "notifications": "/admin/notifications/notification/",
    "flow": "/admin/flow/",
    "system": "/admin/system/",
}
# The first row of a list leads to what is shown.
FIRST_OF = {
    "term": "/admin/terms/?period=28",
    "notification": "/admin/notifications/notification/",
    "task": "/admin/dashboard/taskrecord/?task=movies.tasks.run_search&state=done",
    "error": "/admin/dashboard/errorgroup/?seen=week",
}
OF_TROUBLE = ("refill", "trouble")


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder:
        system = Running(Path(folder) / "var", ENVIRONMENT="demo", TIME_ZONE="Europe/Berlin")
        try:
            take(system)
        finally:
            system.stop()
    return 0


def take(system: Running) -> None:
    deadline = time.monotonic() + 180
    while not system.answers():
        assert time.monotonic() < deadline, system.words()
        time.sleep(1)
    base = f"http://127.0.0.1:{system.port}"
    with browsing() as browser:
        page = browser.new_page(
            base_url=base, viewport=SIZE, locale="en-GB", timezone_id="Europe/Berlin"
        )
        search(page)
        sign_in(page, system.words())
        time.sleep(FOLDED_WITHIN)
        for name, address in PAGES.items():
            page.goto(address)
            for folded in page.locator("details.fine").all():
                folded.locator("summary").click()
            picture(page, name)
        for name, address in FIRST_OF.items():
            page.goto(address)
            page.locator("table tbody tr a[href*='/change/'], table tbody th a").first.click()
            picture(page, name)
        refill(system, page)
        with stopped(system):
            time.sleep(SILENT)
            page.goto("/admin/system/")
            picture(page, "trouble")


def search(page: Page) -> None:
    """Search as a visitor does, for something that nobody has searched for before."""
    ask_for(page, "metropolis")
    page.locator("#films li").first.wait_for(timeout=30_000)
    picture(page, "search")


def ask_for(page: Page, title: str) -> None:
    page.goto("/")
    page.get_by_label("Film title").fill(title)
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/searches/**")


def sign_in(page: Page, printed: str) -> None:
    first = re.search(r"password: (\S+)", printed)
    assert first
    page.goto("/admin/")
    page.locator("[name=username]").fill("admin")
    page.locator("[name=password]").fill(first[1])
    page.locator("[name=password]").press("Enter")
    page.locator("[name=old_password]").fill(first[1])
    page.locator("[name=new_password1]").fill(PASSWORD)
    page.locator("[name=new_password2]").fill(PASSWORD)
    page.locator("[name=new_password2]").press("Enter")
    page.wait_for_url("**/password_change/done/")


@contextmanager
def stopped(system: Running) -> Iterator[None]:
    """Stop the workers, and let them go on."""
    pids = [pid for pid, words in system.programs().items() if "\0worker\0" in words]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def refill(system: Running, page: Page) -> None:
    """Start a re-fill of a page of films, and look at it in the middle."""
    page.goto("/admin/movies/movie/")
    for box in page.locator("#result_list tbody input[type=checkbox]").all():
        box.check()
    page.locator("select[name=action]").select_option(label="Re-fill from OMDb")
    page.get_by_role("button", name="Run").click()
    page.locator("button.action-primary:visible").first.click()
    with stopped(system):
        page.get_by_role("link", name=re.compile("^Re-fill [0-9]+")).first.click()
        picture(page, "refill")


def picture(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    sys.exit(main())
