"""The page of a term and the plain list of all terms."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from dashboard.ranks import refreshing, snapshots
from dashboard.tests import rows
from dashboard.tests.plans import plans_of
from dashboard.tests.term_days import NOON, ago, first_searched, folded, period, searched
from movies.models import Hit, Origin, Outcome, Search, SearchTerm
from notifications.models import Notification

pytestmark = pytest.mark.django_db
WEEK = {"from": "2026-11-16", "to": "2026-11-22"}
TABS = ("films", "searches", "notifications", "history")


@pytest.fixture
def dune() -> SearchTerm:
    folded()
    first_searched()
    searched("alien", ago(8), 90)
    pk = searched("dune", ago(1), 30, left_out_searches=2)
    searched("dune", ago(8), 10)
    assert refreshing.refresh(snapshots.wanted(period(), NOON).pk, NOON) == "refreshed"
    return SearchTerm.objects.get(pk=pk)


def page(client, term: SearchTerm, **asked: str) -> str:
    url = reverse("admin:movies_searchterm_change", args=[term.pk])
    response = client.get(url, WEEK | asked)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(unescape(strip_tags(html[html.index("<main") :])).split())


def test_a_term_says_its_state_its_searches_and_its_rank(admin_client, dune):
    html = page(admin_client, dune)

    assert "dune ▲ Rising 30 searches, rank 1, first" in words(html)
    assert 'aria-label="Searches per day, 16–22 Nov' in html  # noqa: RUF001
    assert "Days, 2 left out" in words(html)


def test_a_term_leads_back_to_the_tables_of_the_same_view(admin_client, dune):
    html = page(admin_client, dune)

    assert re.search(r'way-back" href="/admin/terms/\?from=2026-11-16&amp;to=2026-11-22">', html)


def test_the_tabs_and_the_chart_keep_each_other_and_the_view(admin_client, dune):
    html = unescape(page(admin_client, dune, chart="outcomes", tab="searches"))

    view = "?from=2026-11-16&to=2026-11-22"
    assert f'"{view}&chart=outcomes&tab=notifications"' in html
    assert f'"{view}&tab=searches"' in html
    assert f'"/admin/term/{dune.pk}.csv{view}"' in html
    assert "Nothing found" in html
    assert '"?tab=films"' in unescape(
        admin_client.get(reverse("admin:movies_searchterm_change", args=[dune.pk])).content.decode()
    )


def test_a_term_never_searched_in_the_period_says_so(admin_client, dune):
    other = SearchTerm.objects.create(term="other")

    html = page(admin_client, other)

    assert "No searches 16–22 Nov" in words(html)  # noqa: RUF001
    assert "data-chart=" not in html


def test_a_term_before_anything_was_counted_has_no_period(admin_client):
    term = SearchTerm.objects.create(term="other")

    html = page(admin_client, term)

    assert "No figures yet: nothing was counted so far." in html
    assert "Figures to" not in html


def test_a_term_is_shown_by_day_where_hours_are_asked_for(admin_client, dune):
    html = page(admin_client, dune, **WEEK | {"from": "2026-11-21", "by": "hour"})

    assert "Searches per day" in html
    assert ">Hours<" not in html


@pytest.mark.parametrize("tab", TABS)
def test_a_term_costs_the_same_however_much_is_known_of_it(client, member, dune, tab):
    client.force_login(member("Operators"))
    counts = []
    for _ in range(2):
        for _ in range(5):
            rows.search("dune")
            Hit.objects.create(term=dune, movie=rows.film(), rank=1, seen_by="0" * 32)
            rows.notification(about=dune)
        page(client, dune, tab=tab)
        cache.clear()  # badges are counted each time
        with CaptureQueriesContext(connection) as queries:
            page(client, dune, tab=tab)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 23


@pytest.mark.parametrize("tab", TABS)
def test_a_heavy_term_is_never_read_whole(admin_client, dune, tab):
    Search.objects.bulk_create(
        Search(term=dune, origin=Origin.VISITOR, outcome=Outcome.CACHED) for _ in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as queries:
        page(admin_client, dune, tab=tab)
        admin_client.get(reverse("admin:movies_searchterm_changelist"))

    counted = [query["sql"] for query in queries if 'COUNT("movies_search"' in query["sql"]]
    assert counted == []
    for plan in plans_of(queries):
        assert "Seq Scan on movies_search " not in plan
        assert not re.search(r"SCAN (movies_search|U0)\b(?! USING)", plan)


# --- Who was told ---------------------------------------------------------------------


def told(client, term: SearchTerm) -> str:
    return words(page(client, term, tab="notifications"))


def test_a_notification_that_is_not_mailed_says_why(admin_client, dune):
    rows.notification("suppressed", about=dune, reason="Written down only.")

    assert "Not mailed" in told(admin_client, dune)
    assert "Written down only." in told(admin_client, dune)


def test_an_imported_term_is_not_mailed(admin_client):
    term = SearchTerm.objects.create(term="old", origin=Origin.IMPORT)

    assert "Nobody was told: imported terms are not mailed." in told(admin_client, term)


def test_a_notification_that_is_older_than_what_is_kept_may_have_been(admin_client):
    term = SearchTerm.objects.create(
        term="old", created_at=timezone.now() - timedelta(days=400), origin=Origin.VISITOR
    )
    Notification.objects.all().delete()

    assert "Whoever was told: notifications are kept for 365 days." in told(admin_client, term)


def test_a_notification_that_is_missing_says_who_searched_first(admin_client):
    term = SearchTerm.objects.create(term="new", origin=Origin.COMMAND)
    Notification.objects.all().delete()

    assert "It was first searched by the command line, " in told(admin_client, term)


# --- The plain list -------------------------------------------------------------------


def test_the_list_counts_the_searches_of_all_kept_days(admin_client, dune):
    SearchTerm.objects.create(term="never counted")

    html = admin_client.get(reverse("admin:movies_searchterm_changelist")).content.decode()

    assert '42<span class="unit"> searches</span>' in html
    assert '0<span class="unit"> searches</span>' in html


def test_the_list_is_the_last_tab_of_the_term_tables(admin_client):
    html = admin_client.get(reverse("admin:movies_searchterm_changelist")).content.decode()

    assert 'href="/admin/terms/?tab=rising"' in html
    assert 'aria-current="page">All terms</a>' in html


@pytest.mark.parametrize("pk", ["999", "abc"])
def test_a_term_that_is_gone_leads_to_the_terms(admin_client, pk):
    url = reverse("admin:movies_searchterm_change", args=[pk])

    answer = admin_client.get(url, follow=True)

    assert answer.redirect_chain == [(reverse("dashboard:terms"), 302)]
    assert "This term is gone." in answer.text
