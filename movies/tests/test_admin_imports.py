"""The pages of imports: how far each file is, and what it brought."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from movies.models import Import, Origin, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db
LIST = reverse("admin:movies_import_changelist")
FIRST, LAST = datetime(2025, 3, 1, 8, tzinfo=UTC), datetime(2025, 3, 9, 20, tzinfo=UTC)


def entry(name: str = "old.csv", **facts) -> Import:
    known = {
        "sha256": f"{name:>064}",
        "size": 4096,
        "run_by": "sam@web1",
        "encoding": "utf-8",
        "time_zone": "Europe/Berlin",
        "finished_at": timezone.now(),
        "lines": 1000,
        "line": 1000,
        "searches": 998,
        "terms": 40,
        "skipped": 2,
        "bad_lines": [[7, "“<b>” is no time"]],
        "first_at": FIRST,
        "last_at": LAST,
    }
    return Import.objects.create(name=name, **known | facts)


def page(client, one: Import, **query: str) -> str:
    html = client.get(reverse("admin:movies_import_change", args=[one.pk]), query).text
    return html[html.index("<main") :]


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


@pytest.fixture
def viewer(client, member):
    client.force_login(member("Viewers"))
    return client


def test_a_list_without_imports_says_how_one_is_made(viewer):
    assert "No imports yet." in (html := viewer.get(LIST).text)
    assert "manage.py import_searches FILE" in html


def test_imports_are_listed_with_what_each_brought(viewer):
    entry()

    html = words(viewer.get(LIST).text)

    assert "old.csv" in html
    assert "998" in html
    assert "Done" in html


def test_an_import_says_what_it_brought_and_leads_to_its_searches(viewer):
    one = entry()
    term = SearchTerm.objects.create(term="dune")
    Search.objects.create(
        term=term, origin=Origin.IMPORT, outcome=Outcome.NOT_FOUND, source=one, created_at=FIRST
    )

    html = page(viewer, one)

    assert "It brought 998 searches and 40 new terms." in words(html)
    assert "sam@web1" in html
    link = f"{reverse('admin:movies_search_changelist')}?source__exact={one.pk}"
    assert f'href="{link}"' in html
    found = viewer.get(link).text
    assert "dune" in found
    assert "One import" in found


def test_lines_left_out_are_named_and_never_run(viewer):
    html = page(viewer, entry(), tab="bad")

    assert "“&lt;b&gt;” is no time" in html
    assert "and 1 more" in html
    assert "Every line was a search." in page(viewer, entry("b.csv", skipped=0, bad_lines=[]))


def test_earlier_imports_of_the_same_time_are_named(viewer):
    earlier = entry("earlier.csv", started_at=FIRST)
    one = entry(first_at=LAST, last_at=LAST + timedelta(days=1))

    assert "earlier.csv" in page(viewer, one, tab="overlaps")
    assert "No earlier import has searches of the same time." in page(
        viewer, earlier, tab="overlaps"
    )


@pytest.mark.parametrize(
    ("ago", "state"), [(timedelta(), "Running"), (timedelta(minutes=2), "Paused")]
)
def test_one_that_is_not_done_says_how_far_it_is_and_how_it_goes_on(viewer, ago, state):
    one = entry(finished_at=None, line=250, written_at=timezone.now() - ago)

    html = words(page(viewer, one))

    assert f"{state}line 250 of 1,000" in html
    assert "250 of 1,000 lines" in html
    assert "the same command goes on from there: manage.py import_searches old.csv" in html


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"outcome": "fetched", "films_found": 9, "total_results": 9}, "the file says: New films."),
        ({"outcome": "over_budget", "message": "The file does not say how it ended."}, "Unknown"),
        ({"outcome": "cached", "films_found": 1}, "the file says: From cache."),
    ],
)
def test_a_search_from_a_file_says_so_and_claims_no_more(viewer, facts, expected):
    term = SearchTerm.objects.create(term="dune")
    search = Search.objects.create(term=term, origin=Origin.IMPORT, source=entry(), **facts)

    html = viewer.get(reverse("admin:movies_search_change", args=[search.pk])).text

    assert expected in html
    assert "Imported from" in html
    assert viewer.get(reverse("admin:movies_search_changelist")).status_code == 200


def test_who_may_not_see_searches_sees_no_imports(client):

    client.force_login(User.objects.create_user("stranger", is_staff=True))

    assert client.get(LIST).status_code == 403
