"""The first page in Chromium: what its scripts draw, renew and keep."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.tests.chromium import browsing
from dashboard.rollup import folding
from dashboard.tests import rows

pytestmark = [pytest.mark.sqlite, pytest.mark.timeout(120)]

PRESSABLE = ":is(button, input, select, textarea, .action, #main [role=button]):visible"
A_MINUTE = 61_000


@pytest.fixture
def site(live_server) -> tuple[str, str]:
    """A site with searches, and the session of a superuser."""
    for day in range(60):
        rows.search(at=timezone.now() - timedelta(days=day))
    folding.fold()
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return live_server.url, client.cookies["sessionid"].value


@contextmanager
def opened(site: tuple[str, str], address: str = "", width: int = 1440) -> Iterator[Page]:
    """Open the first page; nothing of the database may be asked meanwhile."""
    url, session = site
    with browsing() as browser:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page = context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.clock.install()
        page.goto(f"{url}/admin/{address}")
        yield page
    assert troubles == []


def test_arrow_keys_step_through_the_chart(site):
    with opened(site) as page:
        page.locator("canvas").focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")

        said = page.locator("[data-spoken]").inner_text()

        assert re.fullmatch(r"\w{3} \d+ \w{3}: Searches 1; .*: 1, 0.%; First-time terms [01]", said)


def test_another_chart_keeps_the_page_and_is_in_the_address(site):
    with opened(site) as page:
        page.get_by_text("Show as table").click()
        page.get_by_role("link", name="Outcomes").click()

        expect(page.locator(".legend")).to_contain_text("Asked OMDb")
        expect(page.locator("#chart-table")).to_have_attribute("open", "")
        expect(page.locator("#chart-table thead")).to_contain_text("Too broad")
        assert page.url.endswith("?chart=outcomes")
        assert "chart=outcomes" in page.locator("[data-copy]").get_attribute("data-copy")


def test_figures_renew_themselves_and_leave_the_focus_and_the_chart_alone(site):
    with opened(site) as page:
        page.locator(".presets a").nth(3).focus()
        page.evaluate("() => { window.drawn = Chart.getChart(document.querySelector('canvas')) }")
        page.evaluate("() => { document.querySelector('[data-fresh]').textContent = 'old' }")

        with page.expect_response("**/admin/figures/*"):
            page.clock.run_for(A_MINUTE)

        expect(page.locator("[data-fresh]")).to_contain_text("Figures to")
        assert page.evaluate("Chart.getChart(document.querySelector('canvas')) === window.drawn")
        assert page.evaluate("document.activeElement.textContent") == "90 days"


def test_a_paused_page_asks_for_nothing(site):
    with opened(site) as page:
        asked: list[str] = []
        page.locator("[data-pause]").click()
        page.on("request", lambda request: asked.append(request.url))

        page.clock.run_for(3 * A_MINUTE)

        expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
        assert asked == []


def test_who_was_signed_out_is_told_so_on_the_page(site):
    with opened(site) as page:
        page.context.clear_cookies()

        page.clock.run_for(A_MINUTE)

        expect(page.locator(".live-trouble")).to_have_text("You are signed out. Sign in")
        expect(page.locator("canvas")).to_be_visible()


def test_menus_open_one_at_a_time_and_escape_returns_the_focus(site):
    with opened(site) as page:
        page.locator("#menu-compare summary").click()
        page.locator("#menu-detail summary").click()
        expect(page.locator("#menu-compare")).not_to_have_attribute("open", "")

        page.keyboard.press("Escape")

        expect(page.locator("#menu-detail")).not_to_have_attribute("open", "")
        expect(page.locator("#menu-detail summary")).to_be_focused()


def test_a_phone_has_a_select_of_periods_and_nothing_is_too_wide(site):
    with opened(site, width=390) as page:
        page.locator("select[data-go]").select_option("7 days")

        page.wait_for_url("**/admin/?period=7")
        expect(page.locator(".presets")).not_to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_paper_is_white_in_the_dark_theme_and_keeps_the_swatches(site):
    line = "Chart.getChart(document.querySelector('canvas')).data.datasets[0].borderColor"
    width = "Chart.getChart(document.querySelector('canvas')).width"
    swatch = "getComputedStyle(document.querySelector('.legend-column')).backgroundColor"
    with opened(site) as page:
        page.emulate_media(color_scheme="dark")
        page.reload()
        assert page.evaluate(line) == "#6ea8fe"

        page.emulate_media(color_scheme="dark", media="print")
        # At once: in a window, other than on paper, the chart follows its width.
        assert page.evaluate(f"window.dispatchEvent(new Event('beforeprint')) && {width}") == 640

        assert page.evaluate(line) == "#1e3a8a"
        assert page.evaluate(swatch) == "rgb(47, 143, 216)"
        assert page.evaluate("document.querySelector('#main').offsetLeft") == 0
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.evaluate(line) == "#6ea8fe"
        assert page.evaluate(width) > 1000


def test_nothing_to_press_is_on_paper(site):
    with opened(site) as page:
        for address in ("", "terms/", "movies/search/", "movies/searchterm/1/change/"):
            page.emulate_media(media="screen")
            page.goto(f"{site[0]}/admin/{address}")
            assert page.locator(PRESSABLE).count() > 0

            page.emulate_media(media="print")

            assert page.locator(PRESSABLE).all_inner_texts() == []
