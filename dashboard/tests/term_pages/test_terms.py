"""The Terms page; its words and its numbers have files of their own."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from dashboard.models import RollUp
from dashboard.ranks import refreshing, snapshots
from dashboard.ranks.boards import TITLES
from dashboard.tests import rows
from dashboard.tests.plans import plans_of
from dashboard.tests.term_days import NOON, ago, first_searched, folded, period, searched
from movies.models import Origin, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db
WEEK = {"from": "2026-11-16", "to": "2026-11-22"}


@pytest.fixture(autouse=True)
def _figures(db):
    folded()
    first_searched()


def worked_out(**view: object) -> None:
    snapshot = snapshots.wanted(period(**view), NOON)
    assert refreshing.refresh(snapshot.pk, NOON) == "refreshed"


def page(client, headers: dict[str, str] | None = None, **asked: object) -> str:
    response = client.get(reverse("dashboard:terms"), WEEK | asked, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def listed(html: str) -> list[str]:
    return re.findall(r'aria-label="Compare (.*?)"', html)


def many(count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        searched(f"term {number:04}", ago(1), count + first - number)


def test_the_page_answers_shows_its_rows_and_says_how_they_are_counted(admin_client):
    searched("alien", ago(1), 40)
    searched("alien", ago(8), 90)
    searched("dune", ago(1), 30)
    searched("dune", ago(8), 10)
    worked_out()

    html = page(admin_client)

    assert "70 searches for 2 terms" in html
    assert listed(html) == ["alien", "dune"]
    assert "at least" in html
    assert "How is this counted?" in html
    assert "Benjamini" in html
    assert 'hx-trigger="every 2s' not in html
    assert "57.1\N{NO-BREAK SPACE}% of all searches" in html


@pytest.mark.parametrize("table", TITLES)
def test_each_table_opens_with_and_without_figures(admin_client, table):
    html = page(admin_client, tab=table)
    assert f'aria-current="page">{TITLES[table]}<' in html

    searched("dune", ago(1), 30, nothing_found=2)
    worked_out()

    assert f'aria-current="page">{TITLES[table]}<' in page(admin_client, tab=table)


def test_a_bare_address_shows_28_days(admin_client):
    html = admin_client.get(reverse("dashboard:terms")).content.decode()

    assert re.search(r'aria-current="true">28<', html)


def test_links_keep_the_view_and_what_is_asked(admin_client):
    many(30)
    worked_out()

    html = page(admin_client, find="term", minimum=2, sort="-last")

    kept = "from=2026-11-16&amp;to=2026-11-22&amp;find=term&amp;minimum=2&amp;sort=-last"
    assert f'href="/admin/terms.csv?{kept}"' in html
    assert f'href="/admin/terms.json?{kept}"' in html
    assert f"{kept}&amp;page=2" in html
    assert "&amp;tab=rising&amp;find=term&amp;minimum=2" in html
    assert '<input type="hidden" name="sort" value="-last">' in html


def test_filters_that_are_set_are_chips_that_take_them_off(admin_client):
    many(3)
    worked_out()

    html = page(admin_client, find="term 0001", minimum=2)

    assert listed(html) == ["term 0001"]
    assert "Find: term 0001" in html
    assert "At least 2" in html
    assert 'to=2026-11-22&amp;minimum=2"' in html


def test_what_matches_nothing_offers_to_clear_the_filters(admin_client):
    many(3)
    worked_out()

    html = page(admin_client, find="zzz")

    assert "Nothing matches." in html
    assert 'href="/admin/terms/?from=2026-11-16&amp;to=2026-11-22">Clear filters' in html


def test_a_table_that_nothing_belongs_into_says_why_whatever_is_looked_for(admin_client):
    searched("dune", ago(1))
    searched("dune", ago(8))
    worked_out()

    html = page(admin_client, tab="rising", find="zzz")

    assert "Nothing provably rises." in html
    assert "Clear filters" not in html


def test_a_long_table_has_pages_and_each_adds_up(admin_client):
    many(60)
    worked_out()

    first, second, third = (page(admin_client, page=number) for number in (1, 2, 3))

    assert (len(listed(first)), len(listed(second)), len(listed(third))) == (25, 25, 10)
    assert "Page 2 of 3" in second
    assert (">Previous<" in first, ">Next<" in first) == (False, True)
    assert (">Previous<" in second, ">Next<" in second) == (True, True)
    assert (">Previous<" in third, ">Next<" in third) == (True, False)
    for html in (first, second, third):
        shown = sum(int(count) for count in re.findall(r'"terms-count">(\d+)', html))
        others = re.search(r"other terms: ([\d,]+) searches", html)
        assert shown + int(others[1].replace(",", "")) == 60 * 61 // 2


def test_a_table_that_is_not_ready_asks_again_and_appears(admin_client):
    searched("dune", ago(1), 30)
    searched("alien", ago(8), 30)

    html = page(admin_client, tab="gone")
    assert "are being worked out." in html
    assert 'hx-trigger="every 2s [!document.hidden]"' in html
    [poll] = re.findall('hx-get="(/admin/terms/.*?)"', html)
    worked_out()

    part = admin_client.get(
        poll.replace("&amp;", "&"), headers={"HX-Request": "true"}
    ).content.decode()

    assert listed(part) == ["alien"]
    assert "hx-trigger" not in part
    assert 'hx-swap-oob="true"' in part
    assert "<main" not in part


def test_rows_whose_changes_are_being_worked_out_ask_again_too(admin_client):
    searched("dune", ago(1), 30)

    html = page(admin_client)

    assert listed(html) == ["dune"]
    assert "every 2s" in html


def test_a_table_that_stays_empty_does_not_ask_again(admin_client):
    searched("dune", ago(1))
    worked_out()

    for asked in ({"tab": "rising"}, {"find": "zzz"}):
        assert "every 2s" not in page(admin_client, **asked)


def test_without_any_figures_the_page_says_so(admin_client):
    RollUp.objects.all().delete()

    html = page(admin_client)

    assert "No figures yet" in html
    assert "Figures to" not in html


def test_what_of_the_address_is_not_understood_is_named(admin_client):
    html = strip_tags(page(admin_client, tab="worst", compare="x"))

    assert "There is no table &#x27;worst&#x27;." in html
    assert "There is no comparison &#x27;x&#x27;." in html


def test_staff_and_bots_are_counted_beside_the_figures(admin_client):
    searched("dune", ago(1), 3, left_out_searches=4)

    assert "4 left out" in page(admin_client)


@pytest.mark.parametrize("term", ["<script>alert(1)</script>", "x" * 255, "مدينة الله", "a&b=c"])
def test_any_term_is_only_text(admin_client, term):
    searched(term, ago(1), 30)
    worked_out()

    html = page(admin_client, find=term)

    assert "<script>alert" not in html
    assert len(listed(html)) == 1


@pytest.mark.parametrize(
    "text", ["\0", "a" * 60_000, "%", "'\"<", "\ud800".encode("utf-8", "replace")]
)
def test_anything_may_be_asked_for(admin_client, text):
    for name in ("tab", "find", "minimum", "sort", "page", "period", "from", "by"):
        response = admin_client.get(reverse("dashboard:terms"), {name: text})
        assert response.status_code == 200


def test_who_is_signed_out_gets_no_sign_in_page_into_the_page(client):
    response = client.get(reverse("dashboard:terms"), headers={"HX-Request": "true"})

    assert response.status_code == 401


def test_a_viewer_sees_the_page(client, member):
    searched("dune", ago(1), 30)
    client.force_login(member("Viewers"))

    assert listed(page(client)) == ["dune"]


def test_the_page_costs_the_same_however_many_rows(client, member):
    client.force_login(member("Viewers"))
    rows.all_fine()
    counts = []
    for batch in range(2):
        many(30, first=30 * batch)
        worked_out(last=ago(0), days=7 + batch)
        cache.clear()  # badges are counted each time
        view = {"from": ago(6 + batch).isoformat(), "find": "term", "sort": "-last", "page": 2}
        page(client, **view)
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(listed(page(client, **view))) in (5, 25)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_no_table_reads_all_searches(admin_client):
    term = SearchTerm.objects.get(pk=searched("dune", ago(1), 30))
    Search.objects.bulk_create(
        Search(term=term, origin=Origin.VISITOR, outcome=Outcome.CACHED) for _ in range(3000)
    )
    worked_out()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    for table in TITLES:
        with CaptureQueriesContext(connection) as queries:
            page(admin_client, tab=table, sort="-last")
        for plan in plans_of(queries):
            assert "Seq Scan on movies_search " not in plan
            assert not re.search(r"SCAN (movies_search|U0)\b(?! USING)", plan)
