"""What the scripts of the Terms page do, in Chromium."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from config.tests.chromium import browsing
from dashboard.tests.term_days import ago, folded, searched

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]
TERMS = "/admin/terms/?from=2026-11-16&to=2026-11-22&compare=none"


@pytest.fixture
def page(live_server) -> Iterator[Page]:
    """A page signed in to a site with eight terms; no test touches the database after it."""
    folded()
    for number in range(8):
        searched(f"term {number}", ago(1), 20 - number)
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with browsing() as browser:
        context: BrowserContext = browser.new_context(base_url=live_server.url)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        yield context.new_page()


def test_two_to_five_ticked_terms_are_compared_and_others_are_told_why_not(page):
    page.goto(TERMS)
    boxes = page.get_by_role("checkbox", name="Compare term")
    bar = page.locator("[data-picked]")
    button = bar.get_by_role("button", name="Compare")
    expect(bar).to_contain_text("Tick 2 to 5 terms")
    expect(button).to_be_hidden()

    boxes.nth(0).check()
    expect(bar).to_contain_text("tick one more")
    for number in range(1, 6):
        boxes.nth(number).check()
    expect(bar).to_contain_text("6 terms ticked: a chart has room for 5.")
    expect(button).to_be_hidden()
    boxes.nth(5).uncheck()
    button.click()

    expect(page.locator(".home-headline")).to_contain_text("was searched most, 20 times")
    page.go_back()
    expect(bar).to_contain_text("5 terms ticked.")


def test_what_is_proven_shows_with_the_focus(page):
    page.goto(TERMS)
    page.locator("#terms-table").evaluate(
        """table => table.querySelector(".terms-change").innerHTML =
        '<span class="term-why" tabindex="0">x<span class="term-note">proof</span></span>'"""
    )

    page.locator(".term-why").focus()

    expect(page.locator(".term-note")).to_have_css("opacity", "1")
