"""Pages that renew themselves, in Chromium: what they do when they are refused."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from config.tests.chromium import browsing
from dashboard.tests import rows

pytestmark = [pytest.mark.sqlite, pytest.mark.timeout(120)]

# Each page, how long it waits, and what stays on it.
PAGES = [("", 61_000, "#home .home-headline"), ("system/", 11_000, ".system .record-title")]


@pytest.fixture
def site(live_server) -> str:
    rows.all_fine()
    return live_server.url


@pytest.fixture
def viewer(site) -> str:
    """The session of somebody who may see the system."""
    user = User.objects.create_user("vera", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_systemstate"))
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def opened(browser: Browser, site: str, session: str, address: str) -> Page:
    context = browser.new_context(locale="en-GB")
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    page = context.new_page()
    page.clock.install()
    page.goto(f"{site}/admin/{address}")
    return page


def answered(page: Page, wait: int) -> int:
    """Let time pass until the page renews itself; return what it was answered."""
    parts = re.compile("/admin/(figures|system/lines)/")
    with page.expect_response(parts) as found:
        page.clock.run_for(wait)
    return found.value.status


def test_who_is_signed_out_keeps_the_page_and_is_told_so(site, viewer):
    with browsing() as browser:
        for address, wait, kept in PAGES:
            page = opened(browser, site, viewer, address)
            words = page.locator(kept).inner_text()
            page.context.clear_cookies()

            assert answered(page, wait) == 401

            expect(page.locator(".live-trouble")).to_have_text("You are signed out. Sign in")
            expect(page.locator(kept)).to_have_text(words, use_inner_text=True)
            expect(page.locator("#id_username")).to_have_count(0)


def elsewhere(change: Callable[[], object]) -> None:
    """Change something in the database while a browser is open, as another process would."""

    def run() -> None:
        change()
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()


def test_who_lost_a_permission_keeps_the_page_and_is_told_so(site, viewer):
    user = User.objects.get(username="vera")
    with browsing() as browser:
        system = opened(browser, site, viewer, "system/")
        words = system.locator(".record-title").inner_text()
        elsewhere(user.user_permissions.clear)

        assert answered(system, 11_000) == 403

        expect(system.locator(".live-trouble")).to_contain_text("You may not see this any more")
        expect(system.locator(".record-title")).to_have_text(words, use_inner_text=True)

        home = opened(browser, site, viewer, "")
        elsewhere(lambda: User.objects.update(is_staff=False))

        assert answered(home, 61_000) == 401

        expect(home.locator(".live-trouble")).to_contain_text("You are signed out.")
        expect(home.locator(".home-headline")).to_be_visible()


def test_answers_that_are_a_minute_old_are_called_fine_no_more(site, viewer):
    with browsing() as browser:
        page = opened(browser, site, viewer, "system/")
        title = page.locator(".system .record-title")
        words = title.inner_text()
        page.route("**/system/lines/", lambda route: route.abort())

        page.clock.run_for(75_000)

        expect(title).to_have_text(re.compile("^Nothing is known any more"), use_inner_text=True)
        expect(page.locator("[data-age]")).to_contain_text("1 min ago")
        expect(page.locator(".live-trouble")).to_contain_text("Trying again.")

        page.unroute("**/system/lines/")
        page.clock.run_for(11_000)

        expect(title).to_have_text(words, use_inner_text=True)
        expect(page.locator(".live-trouble")).to_have_count(0)

        asked: list[str] = []
        page.locator("[data-pause]").click()
        page.on("request", lambda request: asked.append(request.url))
        page.clock.run_for(75_000)

        assert asked == []
        expect(title).to_have_text(re.compile("^Nothing is known any more"), use_inner_text=True)
