"""The pages of searches: what happened, in words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from movies import services
from movies.models import Origin, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db


def page(client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(f"admin:movies_{name}", args=args), query)
    return response.content.decode()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "It waits for a worker and runs by itself."),
        ({"started_at": timezone.now()}, "Asking the demo catalogue. Asked by"),
        ({"pages_total": 12, "pages_done": 3, "films_found": 24}, "page 3 of 12, 24 films so far."),
        ({"outcome": "cached", "films_found": 1}, "Answered with 1 film from the cache"),
        ({"outcome": "fetched", "films_found": 9, "films_new": 2}, "2 of them were new."),
        ({"outcome": "nothing_new", "films_found": 9}, "all of which were held already."),
        ({"outcome": "cached"}, "The demo catalogue showed no film when it was last asked;"),
        ({"outcome": "not_found"}, "The demo catalogue knows no film of this name."),
        ({"outcome": "too_many"}, "a longer term finds some."),
        ({"outcome": "failed", "message": "OMDb hung up."}, "OMDb hung up. It is not run again"),
    ],
)
def test_a_search_says_in_words_what_happened(admin_client, facts, expected):
    term = SearchTerm.objects.create(term="dune")
    search = Search.objects.create(term=term, origin=Origin.COMMAND, **facts)

    html = page(admin_client, "search_change", search.pk)

    assert expected in html
    assert "Asked by the command line" in html
    assert "Technical details" in html


def test_with_a_key_a_search_names_omdb(admin_client, settings):
    settings.OMDB_DEMO = False
    term = SearchTerm.objects.create(term="dune")
    search = Search.objects.create(term=term, origin=Origin.COMMAND, outcome=Outcome.NOT_FOUND)

    assert "OMDb knows no film of this name." in page(admin_client, "search_change", search.pk)


def test_a_cached_search_without_films_is_no_success(admin_client):
    term = SearchTerm.objects.create(term="up", last_outcome=Outcome.TOO_MANY)
    search = Search.objects.create(term=term, origin=Origin.VISITOR, outcome=Outcome.CACHED)

    for html in (
        page(admin_client, "search_changelist"),
        page(admin_client, "search_change", search.pk),
        page(admin_client, "searchterm_change", term.pk, tab="searches"),
    ):
        assert 'Too broad<span class="state-note">from cache</span>' in html


def test_a_search_that_joined_another_waits_for_it(admin_client, admin_user):
    first = services.request_search("dune", origin=Origin.VISITOR)
    joined = services.request_search("dune", origin=Origin.STAFF, user=admin_user)

    html = page(admin_client, "search_change", joined.pk)

    assert "It waits for a search of the same term" in html
    assert reverse("admin:movies_search_change", args=[first.pk]) in html
    assert "Asked by admin" in html


def test_a_search_says_how_long_it_took_and_what_it_left_out(admin_client):
    now = timezone.now()
    search = Search.objects.create(
        term=SearchTerm.objects.create(term="dune"),
        origin=Origin.VISITOR,
        outcome=Outcome.FAILED,
        started_at=now,
        finished_at=now + timedelta(seconds=4.2),
        films_found=60,
        total_results=117,
    )

    html = page(admin_client, "search_change", search.pk)

    assert "4.2 s" in html
    assert "60 of 117" in html
