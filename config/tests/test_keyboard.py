"""The admin in Chromium without a mouse, without motion and without JavaScript."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from config.tests.chromium import browsing
from dashboard.tests import rows

pytestmark = [pytest.mark.sqlite, pytest.mark.timeout(240)]

LOG = "notifications/notification/"
STOPS = 45
# What has the focus, if nothing shows that it has.
UNSEEN = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    const shows = part => {
        const style = getComputedStyle(part);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    };
    // A field may leave it to the box around it.
    return shows(one) || shows(one.parentElement) ? null : one.outerHTML.slice(0, 200);
}"""
UNREACHED = """() => [...document.querySelectorAll("[x-on\\\\:click]")]
    .filter(one => one.checkVisibility() && one.tabIndex < 0 && one.matches("div, span, a, button"))
    .filter(one => one.id !== "changelist-filter-close")
    .map(one => one.outerHTML.slice(0, 200))"""


@pytest.fixture
def site(live_server) -> tuple[str, str]:
    """A site with a failed notification, and the session of a superuser."""
    rows.all_fine()
    rows.search("dune")
    for _ in range(3):
        rows.notification("failed", reason="Refused.")
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return live_server.url, client.cookies["sessionid"].value


@contextmanager
def opened(site: tuple[str, str], address: str = "", **options: object) -> Iterator[Page]:
    url, session = site
    with browsing() as browser:
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-GB", **options
        )
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{url}/admin/{address}")
        yield page


def stays_in(page: Page, part: Locator) -> bool:
    """Return whether Tab never leaves a part, forwards or backwards."""
    for key in ("Tab",) * 12 + ("Shift+Tab",) * 15:
        page.keyboard.press(key)
        if not part.evaluate("part => part.contains(document.activeElement)"):
            return False
    return True


def test_tab_shows_where_it_is_and_reaches_what_can_be_clicked(site):
    with opened(site, LOG) as page:
        page.keyboard.press("Tab")
        expect(page.locator(".skip-link")).to_be_focused()

        unseen = []
        for _ in range(STOPS):
            unseen.append(page.evaluate(UNSEEN))
            page.keyboard.press("Tab")

        assert [one for one in unseen if one] == []
        assert page.evaluate(UNREACHED) == []


def test_the_skip_link_leads_into_the_content(site):
    with opened(site) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.locator("#content")).to_be_focused()


def test_a_dialog_keeps_the_focus_and_gives_it_back(site):
    with opened(site, LOG) as page:
        page.locator("#result_list tbody th a").first.press("Enter")
        opener = page.get_by_role("link", name="Retry", exact=True)
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        page.wait_for_function(
            "document.querySelector('#modal-content').contains(document.activeElement)"
        )

        assert stays_in(page, dialog)
        page.keyboard.press("Escape")

        expect(dialog).not_to_be_visible()
        expect(opener).to_be_focused()


def test_the_filters_keep_the_focus_and_give_it_back(site):
    with opened(site, LOG) as page:
        opener = page.locator(".filter-open-button")
        opener.focus()
        page.keyboard.press("Enter")
        sheet = page.get_by_role("dialog", name="Filters")
        expect(sheet).to_be_visible()
        page.wait_for_timeout(200)

        assert stays_in(page, sheet)
        page.keyboard.press("Escape")

        expect(sheet).not_to_be_visible()
        expect(opener).to_be_focused()


def test_ctrl_k_leads_to_what_it_finds_and_gives_the_focus_back(site):
    with opened(site) as page:
        page.locator("#site-name a").focus()
        page.keyboard.press("Control+k")
        field = page.locator("#search-input-command")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        expect(field).not_to_be_visible()
        expect(page.locator("#site-name a")).to_be_focused()

        page.keyboard.press("Control+k")
        expect(field).to_be_focused()
        field.press_sequentially("worklist")
        expect(page.locator("#command-results-list a")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        chosen = page.get_by_role("option", name="Worklist", selected=True)
        expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
        page.keyboard.press("Enter")

        page.wait_for_url("**/admin/worklist/")


def test_the_slash_key_can_be_turned_off_and_other_single_keys_do_nothing(site):
    with opened(site, LOG) as page:
        for key in ("f", "c", "[", "?"):
            page.keyboard.press(key)
        expect(page.get_by_role("dialog", name="Filters")).not_to_be_visible()
        expect(page.locator("#nav-sidebar")).to_be_visible()
        page.keyboard.press("/")
        expect(page.locator("#searchbar")).to_be_focused()

        account = page.get_by_role("button", name="boss")
        account.focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Turn off the / key").press("Enter")
        page.keyboard.press("Escape")
        expect(account).to_be_focused()
        page.reload()
        page.keyboard.press("/")

        expect(page.locator("#searchbar")).not_to_be_focused()


def test_nothing_moves_for_whoever_wants_no_motion(site):
    moving = """() => [...document.querySelectorAll("*")].filter(one =>
        getComputedStyle(one).transitionDuration.split(", ").some(time => parseFloat(time) > 0.001)
        && getComputedStyle(one).transitionProperty !== "none").length"""
    with opened(site, reduced_motion="reduce") as page:
        assert page.evaluate(moving) == 0


def test_without_javascript_the_admin_says_that_it_needs_it(site):
    with opened(site, java_script_enabled=False) as page:
        # What stands in a noscript is text to playwright, but for its box.
        expect(page.locator(".needs-javascript")).to_be_visible()
        expect(page.locator("#page")).not_to_be_visible()
