"""From a visitor's search to what staff see of it, in Chromium, on a whole running Marquee."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from config.tests.chromium import browsing
from config.tests.running import Running
from conftest import wait_until

pytestmark = [pytest.mark.sqlite, pytest.mark.timeout(240)]

# A headless Chromium calls itself a machine, and machines are left out of the figures.
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW_PASSWORD = "a long enough sentence"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def marquee(tmp_path_factory) -> Iterator[Running]:
    system = Running(tmp_path_factory.mktemp("browser") / "var")
    wait_until(system.answers, 60)
    yield system
    system.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(user_agent=PERSON, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda message: troubles.append(message.text) if message.type == "error" else None,
    )
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert troubles == []


def first_line_of(page: Page) -> str:
    page.reload()
    return page.locator(".home-headline").inner_text()


def body_of(page: Page) -> str:
    page.reload()
    return page.locator("main").inner_text()


def test_from_a_visitors_search_to_what_staff_see(marquee: Running, page: Page):
    site = f"http://127.0.0.1:{marquee.port}"

    page.goto(site)
    page.get_by_label("Film title").fill("Blade Runner")
    page.get_by_role("button", name="Search").press("Enter")
    expect(page.get_by_role("heading", name="Blade Runner 2049")).to_be_visible()
    wait_until(lambda: "A new search term was used: 'blade runner'" in marquee.words())

    page.goto(f"{site}/admin/")
    password = re.search(r"password: +(\S+)", marquee.words())[1]
    page.locator("#id_username").fill("admin")
    page.locator("#id_password").fill(password)
    page.locator("button[type=submit], input[type=submit]").first.click()
    expect(page.locator("#id_old_password")).to_be_visible()
    page.locator("#id_old_password").fill(password)
    page.locator("#id_new_password1").fill(NEW_PASSWORD)
    page.locator("#id_new_password2").fill(NEW_PASSWORD)
    page.locator("#id_new_password2").press("Enter")
    expect(page).to_have_url(re.compile("password_change/done"))

    page.goto(f"{site}/admin/")
    expect(page.get_by_role("heading", name="Dashboard", exact=True).first).to_be_visible()
    # It is counted with the next tick of the roll-up.
    wait_until(lambda: "1 search" in first_line_of(page), 60)

    page.goto(f"{site}/admin/movies/search/")
    expect(page.locator("#result_list, table").first).to_contain_text("blade runner")
    expect(page.locator("#result_list, table").first).to_contain_text("New films")
    page.goto(f"{site}/admin/notifications/notification/")
    expect(page.locator("#result_list, table").first).to_contain_text("Sent")
    page.goto(f"{site}/admin/dashboard/taskrecord/")
    # The same tick makes the records.
    wait_until(lambda: "Done" in body_of(page), 30)
