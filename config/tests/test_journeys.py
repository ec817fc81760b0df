"""The five people whom Marquee is for, each in Chromium, from what they come for to what they see.

One demo with some weeks behind it serves them all.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, Page, expect

from config.environment import BASE_DIR
from config.tests.chromium import browsing
from config.tests.environment import UNWATCHED
from config.tests.running import Running
from conftest import wait_until

pytestmark = [pytest.mark.sqlite, pytest.mark.timeout(300)]

PASSWORD = "a long enough sentence"
# A headless Chromium calls itself a machine, and machines are left out of the figures.
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
STAFF = f"""
from django.contrib.auth.models import Group, User
for name, group in (("vera", "Viewers"), ("otto", "Operators")):
    user = User.objects.create_user(name, password="{PASSWORD}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
"""


@pytest.fixture(scope="module")
def marquee(tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("journeys") / "var"
    environment = os.environ | {"VAR_DIR": str(folder), "DATABASE_URL": "", "ENVIRONMENT": "demo"}
    for words in (["migrate"], ["sample_history", "--days", "60", "--searches", "4000"]):
        subprocess.run(
            [sys.executable, "manage.py", *words, "--verbosity", "0"],
            cwd=BASE_DIR,
            env=environment | UNWATCHED,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", STAFF],
        cwd=BASE_DIR,
        env=environment | UNWATCHED,
        check=True,
    )
    system = Running(folder, ENVIRONMENT="demo")
    wait_until(system.answers, 120)
    yield system
    system.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, marquee: Running) -> Iterator[Page]:
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{marquee.port}",
        viewport={"width": 1440, "height": 900},
        user_agent=PERSON,
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert troubles == []


def sign_in(page: Page, name: str) -> None:
    page.goto("/admin/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    expect(page.get_by_role("heading", name="Dashboard", exact=True).first).to_be_visible()


def search(page: Page, title: str) -> None:
    page.goto("/")
    page.get_by_label("Film title").fill(title)
    page.get_by_role("button", name="Search").click()


def test_a_visitor_sees_films_and_finds_them_again(page):
    search(page, "Metropolis")

    expect(page.locator("#films li").first).to_be_visible()
    expect(page.locator("#state")).to_contain_text(re.compile(r"\d+ films?"))
    search(page, "metropolis")
    expect(page.locator("#films li").first).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="metropolis").first).to_be_visible()


def test_a_viewer_reads_in_five_minutes_how_things_are(page):
    sign_in(page, "vera")

    expect(page.locator(".home-headline")).to_contain_text(re.compile(r"\w{3}"))
    expect(page.locator("#home")).to_contain_text(re.compile("Nothing needs you|needs? you"))
    page.goto("/admin/terms/?table=rising")
    expect(page.locator("main table tbody tr").first).to_be_visible()
    page.goto("/admin/terms/?table=empty")
    page.locator("main table tbody a").first.click()
    expect(page.get_by_role("link", name="Search again")).to_have_count(0)
    page.goto("/admin/completeness/")
    expect(page.locator("main")).to_contain_text("Chance that the next search is new")
    page.goto("/admin/dashboard/errorgroup/")
    expect(page.locator("main")).to_be_visible()
    page.goto("/admin/auth/user/")
    expect(page.locator("main")).not_to_contain_text("vera")


def test_an_operator_puts_things_right(page):
    sign_in(page, "otto")

    # Repeats a search.
    page.goto("/admin/terms/?table=top")
    page.locator("main table tbody a").first.click()
    page.get_by_role("link", name="Search again").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Search again").click()
    expect(page.locator("main, body").first).to_contain_text("Searching again")

    # Re-fills films.
    page.goto("/admin/movies/movie/")
    page.locator("#result_list tbody input[type=checkbox]").first.check()
    page.locator("select[name=action]").select_option(label="Re-fill from OMDb")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name=re.compile("Re-fill")).first.click()
    expect(page.locator("body")).to_contain_text(re.compile("started: 1 film"))

    # Resends a notification.
    page.goto("/admin/notifications/notification/")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("button", name="More", exact=True).first.click()
    page.get_by_role("link", name=re.compile("copy", re.IGNORECASE)).first.click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.locator("body")).to_contain_text("A copy goes out")

    # Merges two terms.
    page.goto("/admin/terms/?table=top")
    page.locator("main table tbody a").nth(1).click()
    page.get_by_role("button", name="More", exact=True).first.click()
    page.get_by_role("link", name="Merge into…").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("metropolis")
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.locator("body")).to_contain_text("Merged into metropolis")


def words_of(page: Page, address: str) -> str:
    page.goto(address)
    return page.locator("body").inner_text()


def status_of(marquee: Running, path: str) -> int:
    try:
        marquee.get(path)
    except HTTPError as error:
        return error.code
    return 200


def test_whoever_is_on_call_sees_what_is_broken_since_when_and_what_comes_next(marquee, page):
    sign_in(page, "vera")
    wait_until(lambda: status_of(marquee, "readyz") == 200, 60)
    workers = [pid for pid, words in marquee.programs().items() if "\0worker\0" in words]
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    try:
        wait_until(lambda: status_of(marquee, "readyz") == 503, 90)
        page.goto("/admin/system/")
        expect(page.locator("main")).to_contain_text("Workers")
        expect(page.locator("main")).to_contain_text(re.compile(r"since\s+\d\d:\d\d"))
        # Other pages say so as soon as they have read of it.
        wait_until(lambda: "worker" in words_of(page, "/admin/terms/"), 60)
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)

    wait_until(lambda: status_of(marquee, "readyz") == 200, 90)
    # What was found before it is shown for a while, as what it is.
    wait_until(lambda: "Everything works." in words_of(page, "/admin/system/"), 90)


def test_whoever_deploys_it_starts_it_again_and_all_is_there(marquee, page):
    search(page, "Blade Runner")
    expect(page.locator("#films li").first).to_be_visible()
    address = page.url

    assert marquee.stop() == 0
    assert marquee.left_behind() == []
    marquee.process = marquee.start()
    wait_until(marquee.answers, 60)

    page.goto(address)
    expect(page.locator("#films li").first).to_be_visible()
