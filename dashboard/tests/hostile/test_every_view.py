"""Whatever is asked of whichever address: no error of ours, and nothing comes back as markup."""

from itertools import batched
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils.html import format_html, json_script
from hypothesis import HealthCheck, given, settings

from conftest import IS_LONG
from dashboard.tests.access_table import addresses
from dashboard.tests.hostile.pages import echoed, formulas
from dashboard.tests.hostile.requests import Request, of_lists, parameters, requests
from dashboard.tests.hostile.site import hostile_site
from dashboard.tests.hostile.values import FORMULAS, MARK, MARKUP
from movies.csv_safe import safe

REQUESTS = 10_000 if IS_LONG else 120
# In the long form each address is asked as often as any other, in the short one some of them are.
AT_ONCE = 1 if IS_LONG else len(addresses())
# Says so by design, while nothing runs beside it.
UNAVAILABLE = {"system:readyz"}


@pytest.fixture
def site(db, broker) -> dict:
    return hostile_site()


@pytest.fixture
def session(site) -> str:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


def check(request: Request, response: HttpResponseBase) -> None:
    allowed = {503} if request.name in UNAVAILABLE else set()
    assert response.status_code < 500 or response.status_code in allowed
    # A stream is read to its end, too.
    content = response.getvalue().decode(errors="replace")
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        assert echoed(content) == []
    elif kind.startswith("text/csv"):
        assert formulas(content) == []
    leads_to = urlsplit(response.headers.get("Location", ""))
    assert leads_to.scheme in ("", "http")
    assert leads_to.netloc in ("", "testserver", "localhost")
    for header, value in response.headers.items():
        assert "\n" not in value, header


@pytest.mark.timeout(3600)
def test_no_request_is_an_error_of_ours_and_nothing_comes_back_as_markup(
    site, session, subtests, caplog
):
    # What is logged is kept with all that its frames hold, ten thousand times.
    caplog.set_level("CRITICAL")
    asked = 0

    def ask(request: Request) -> None:
        nonlocal asked
        asked += 1
        client = Client()
        if request.role == "superuser":
            client.cookies[django_settings.SESSION_COOKIE_NAME] = session
        with transaction.atomic():
            check(request, request.send(client, site))
            # The next request meets the same site.
            transaction.set_rollback(True)

    names = sorted(addresses())
    groups = [list(group) for group in batched(names, AT_ONCE)]
    each = settings(
        max_examples=-(-REQUESTS // len(groups)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    for group in groups:
        with subtests.test(group[0]):
            each(given(request=requests(group))(ask))()

    assert asked >= REQUESTS


def test_the_parameters_are_those_that_the_product_reads():
    assert {"period", "from", "term", "q", "page", "tab", "how_long", "token"} <= set(parameters())
    films = of_lists()["admin:movies_movie_changelist"]
    assert {"q", "o", "id__in", "year_from", "year_to", "genre"} <= set(films)
    assert set(of_lists()) == {name for name in addresses() if name.endswith("_changelist")}


@pytest.mark.parametrize(
    "page",
    [
        f"<p><marquee-{MARK}></p>",
        f'<p class="a" x-data-{MARK}="b">',
        f"<p x-text=\"'{MARK}'\">",
        f'<p @click="go({MARK})">',
        f'<a href=" javascript:{MARK}()">',
        f"<script>const typed = '{MARK}'</script>",
        f"<p>49{MARK}</p>",
    ],
)
def test_what_would_run_is_found(page):
    assert echoed(page)


@pytest.mark.parametrize("typed", MARKUP)
def test_what_is_only_text_is_not(typed):
    link = format_html('<a href="?q={}" title="{}">{}</a>', quote(typed), typed, typed)

    assert echoed(f"<p>{link}</p>{json_script(typed)}") == []


@pytest.mark.parametrize("typed", FORMULAS)
def test_a_formula_is_found_in_a_file_unless_it_is_quoted(typed):
    assert formulas(f'1,"{typed}"\r\n') == [typed]
    assert formulas(f'1,"{safe(typed)}"\r\n') == []
