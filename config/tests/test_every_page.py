"""Every page in Chromium: for those who listen, on a phone, in the dark, and asking nobody else."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import axe_playwright_python
import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Browser, Page

from config.tests import links
from config.tests.chromium import browsing
from conftest import IS_LONG
from dashboard.rollup import folding
from dashboard.tests import rows
from dashboard.tests.one_of_each import one_of_each

pytestmark = [pytest.mark.sqlite, pytest.mark.timeout(1200 if IS_LONG else 240)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FINDINGS = """async rules => {
    const found = await axe.run({runOnly: rules, resultTypes: ["violations"]});
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`));
}"""
# What moved by itself, as Chromium adds it up: up to 0.1 counts as steady.
WATCH = """new PerformanceObserver(list => list.getEntries().forEach(one => {
    if (!one.hadRecentInput) window.moved = (window.moved || 0) + one.value;
})).observe({type: "layout-shift", buffered: true})"""
STEADY = 0.1

OPENERS = 'a[hx-target="#modal-content"]'

PHONE, DESK = 390, 1440
LOOKS = [(DESK, "light"), (PHONE, "dark"), (PHONE, "light"), (DESK, "dark")]
# In the suite the first pages are looked at, every other one as the first says, the rest as the
# second.
SHORT = 20


@dataclass
class Seen:
    """What is wrong with pages, which dialogs they opened, and the most that one of them moved."""

    troubles: list[str] = field(default_factory=list)
    dialogs: set[tuple[str, ...] | None] = field(default_factory=set)
    moved: float = 0


@pytest.fixture
def client(live_server) -> Client:
    """A superuser of a site that has one row of everything and two months of searches."""
    for day in range(60):
        rows.search(at=timezone.now() - timedelta(days=day))
    one_of_each()
    folding.fold()
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def look(browser: Browser, site: str, session: str, width: int, theme: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, locale="en-GB"
    )
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    context.add_init_script(WATCH)
    return context.new_page()


def read(page: Page, address: str, seen: Seen) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_function("!document.documentElement.hasAttribute('x-cloak')")
    moved = page.evaluate("window.moved || 0")
    page.evaluate(AXE)
    troubles = page.evaluate(FINDINGS, RULES) + dialogs(page, seen)
    host = "/".join(address.split("/")[:3])
    troubles += [f"asks {url}" for url in asked if not url.startswith((host, "data:"))]
    width = page.viewport_size["width"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    seen.moved = max(seen.moved, moved)
    troubles += [f"is {wide} wide"] if wide > width else []
    troubles += [f"moves by {moved:.3f}"] if moved > STEADY else []
    seen.troubles += [f"{address} at {width}: {one}" for one in troubles]


def dialogs(page: Page, seen: Seen) -> list[str]:
    """Open each dialog that the page offers and nobody has seen in this look; return its faults."""
    troubles = []
    for opener in page.locator(OPENERS).all():
        kind = links.kind_of(opener.get_attribute("href") or "")
        if kind in seen.dialogs:
            continue
        seen.dialogs.add(kind)
        # Some stand in a menu that is shut.
        opener.dispatch_event("click")
        page.locator("#modal-content #dialog").wait_for()
        troubles += page.evaluate(FINDINGS, RULES)
        page.keyboard.press("Escape")
        page.locator("#modal-content").wait_for(state="hidden")
    return troubles


def test_every_page_is_for_everybody(live_server, client):
    # Before the browser, in whose thread no database is asked.
    every = links.pages(client)
    session = client.cookies["sessionid"].value
    seen = Seen()
    with browsing() as browser:
        for place, (width, theme) in enumerate(LOOKS if IS_LONG else LOOKS[:2]):
            page = look(browser, live_server.url, session, width, theme)
            seen.dialogs.clear()
            for address in every if IS_LONG else every[place:SHORT:2]:
                read(page, f"{live_server.url}{address}", seen)
            page.context.close()

    print(f"{len(every)} pages; the most that one moved by itself: {seen.moved:.3f}")  # noqa: T201
    assert seen.troubles == []


# Kilobytes beside what Unfold itself ships.
MOST_WEIGHT = 150
WEIGHT = """() => {
    const own = one => !/static.(unfold|admin)./.test(one.name);
    const all = [...performance.getEntriesByType("resource"),
                 ...performance.getEntriesByType("navigation")];
    const weight = list => Math.round(list.reduce((sum, one) => sum + one.transferSize, 0) / 1024);
    const page = performance.getEntriesByType("navigation")[0];
    return {own: weight(all.filter(own)), all: weight(all), requests: all.length,
            answered: Math.round(page.responseEnd), loaded: Math.round(page.loadEventEnd)};
}"""


def test_every_page_outside_is_for_everybody(live_server, db):
    boss = User.objects.create_superuser("boss", "boss@example.org")
    key = urlsafe_base64_encode(force_bytes(boss.pk))
    token = default_token_generator.make_token(boss)
    outside = [
        reverse("admin:login"),
        *(reverse(f"dashboard:{name}") for name in ("forgotten", "link_mailed", "password_is_new")),
        reverse("dashboard:new_password", args=[key, token]),
        reverse("dashboard:new_password", args=[key, "spent"]),
        "/",
        "/nowhere/",
    ]
    seen = Seen()
    with browsing() as browser:
        for width, theme in LOOKS if IS_LONG else LOOKS[1:2]:
            page = look(browser, live_server.url, "nobody", width, theme)
            for address in outside:
                read(page, f"{live_server.url}{address}", seen)
            page.context.close()

    assert seen.troubles == []


def test_the_first_page_weighs_little(live_server, client):
    session = client.cookies["sessionid"].value
    with browsing() as browser:
        page = look(browser, live_server.url, session, DESK, "light")
        page.goto(f"{live_server.url}/admin/", wait_until="load")
        page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
        weight = page.evaluate(WEIGHT)

    print(  # noqa: T201
        "The first page: {own} KB beside Unfold's, {all} KB in all, {requests} requests, answered "
        "after {answered} ms, loaded after {loaded} ms.".format_map(weight)
    )
    assert weight["own"] <= MOST_WEIGHT
