from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from movies import searching, services
from movies.models import (
    ActorSalt,
    Movie,
    Origin,
    Outcome,
    Refill,
    Search,
    SearchTerm,
)
from movies.signals import search_finished
from movies.tests.films import films

pytestmark = pytest.mark.django_db


def search_for(text: str, **options) -> Search:
    """Search in place and return the finished row."""
    search = services.request_search(text, origin=Origin.COMMAND, in_place=True, **options)
    searching.run(search.pk)
    search.refresh_from_db()
    return search


def test_a_search_is_one_row_and_a_new_term_another():
    search = services.request_search("  Star  WARS ", origin=Origin.VISITOR, actor="abc")

    assert Search.objects.get() == search
    assert SearchTerm.objects.get().term == "star wars"
    assert (search.term.origin, search.actor, search.outcome) == (Origin.VISITOR, "abc", "")


def test_a_term_answered_within_a_day_is_answered_from_the_cache(omdb, caplog):
    first = search_for("alien")
    calls = len(omdb.calls)

    again = services.request_search("ALIEN ", origin=Origin.VISITOR)

    assert again.outcome == Outcome.CACHED
    assert again.films_found == first.films_found > 0
    assert len(omdb.calls) == calls
    assert (
        "Search for 'alien' was performed in the past 24 hours so not searching again."
        in caplog.text
    )


def test_a_term_answered_longer_ago_is_asked_again(omdb):
    search_for("alien")
    SearchTerm.objects.update(last_search=timezone.now() - timedelta(hours=25))

    assert services.request_search("alien", origin=Origin.VISITOR).outcome == ""


def test_force_asks_again_although_the_answer_is_fresh(omdb):
    search_for("alien")

    assert search_for("alien", force=True).outcome == Outcome.NOTHING_NEW


def test_an_answer_from_the_cache_does_not_make_the_term_fresh_again(omdb):
    search_for("alien")
    answered = SearchTerm.objects.get().last_search

    services.request_search("alien", origin=Origin.VISITOR)

    assert SearchTerm.objects.get().last_search == answered


def test_answers_of_the_demo_catalogue_are_not_fresh_once_a_key_is_there(settings):
    assert settings.OMDB_DEMO
    search_for("alien")
    assert services.request_search("alien", origin=Origin.VISITOR).outcome == Outcome.CACHED

    settings.OMDB_DEMO = False

    assert services.request_search("alien", origin=Origin.VISITOR).outcome == ""


def test_a_second_search_of_a_term_being_fetched_joins_the_first(omdb):
    first = services.request_search("alien", origin=Origin.VISITOR)
    second = services.request_search("Alien", origin=Origin.VISITOR)

    searching.run(first.pk)

    calls = len(omdb.calls)
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.joined == first
    assert second.outcome == first.outcome == Outcome.FETCHED
    assert second.films_found == first.films_found == second.total_results
    assert second.films_new == 0, "films are new once"
    assert searching.run(second.pk) == searching.NOT_MINE
    assert len(omdb.calls) == calls


def test_the_database_refuses_two_fetches_of_one_term():
    term = SearchTerm.objects.create(term="alien")
    Search.objects.create(term=term, origin=Origin.VISITOR)

    with pytest.raises(IntegrityError), transaction.atomic():
        Search.objects.create(term=term, origin=Origin.VISITOR)


def test_a_cached_search_is_announced_too(omdb, django_capture_on_commit_callbacks):
    search_for("alien")
    heard = []
    search_finished.connect(listener := lambda search, **_: heard.append(search))

    with django_capture_on_commit_callbacks(execute=True):
        search = services.request_search("alien", origin=Origin.VISITOR)

    search_finished.disconnect(listener)
    assert heard == [search]


def test_a_refill_takes_the_films_that_lack_details():
    lacking = Movie.objects.create(imdb_id="tt0000001", title="One")
    complete = Movie.objects.create(imdb_id="tt0000002", title="Two", is_full_record=True)

    refill = services.refill([lacking.pk, complete.pk], reason="x" * 300)

    assert [item.movie for item in refill.items.all()] == [lacking]
    assert len(refill.reason) == 200


def test_a_refill_of_complete_films_has_to_be_asked_for():
    complete = Movie.objects.create(imdb_id="tt0000002", title="Two", is_full_record=True)

    assert services.refill([complete.pk]) is None
    assert services.refill([complete.pk], include_complete=True).items.count() == 1
    assert Refill.objects.count() == 1


def test_the_cost_of_a_refill_is_a_call_a_film_within_what_visitors_leave(settings):
    settings.OMDB_DAILY_LIMIT = 10
    movies = [
        Movie.objects.create(imdb_id=f"tt000000{n}", title=str(n), is_full_record=n == 0)
        for n in range(10)
    ]

    cost = services.refill_cost([movie.pk for movie in movies])

    assert (cost.films, cost.incomplete, cost.complete) == (10, 9, 1)
    assert cost.budget.reserved == 2
    assert cost.fit_today(cost.incomplete) == 8
    assert cost.fit_today(3) == 3


def test_what_fits_today_is_beside_what_running_re_fills_still_take(settings):
    settings.OMDB_DAILY_LIMIT = 10
    pks = films(lacking=10, complete=0)
    running = services.refill(pks[:5])

    assert services.refill_cost(pks[5:]).fit_today(5) == 3
    Refill.objects.filter(pk=running.pk).update(paused_at=timezone.now())
    assert services.refill_cost(pks[5:]).fit_today(5) == 5


def test_only_finished_searches_are_marked_counted_and_only_once():
    term = SearchTerm.objects.create(term="alien")
    open_one = Search.objects.create(term=term, origin=Origin.VISITOR)
    done = Search.objects.create(term=term, origin=Origin.VISITOR, outcome="cached")

    assert services.mark_counted([open_one.pk, done.pk]) == 1
    assert services.mark_counted([open_one.pk, done.pk]) == 0


def test_prune_removes_what_retention_has_outlived_and_nothing_uncounted(monkeypatch):
    monkeypatch.setattr(services, "PRUNE_BATCH", 2)
    now = timezone.now()
    old = now - timedelta(days=92)
    term = SearchTerm.objects.create(term="alien")
    for counted in (True, True, True, False):
        Search.objects.create(
            term=term, origin="visitor", outcome="cached", created_at=old, counted=counted
        )
    Search.objects.create(term=term, origin="visitor", outcome="cached", counted=True)
    Refill.objects.create(finished_at=now - timedelta(days=366))
    Refill.objects.create()
    today = timezone.localdate(now)
    for days in range(4):
        ActorSalt.objects.create(day=today - timedelta(days=days), salt=b"s")

    removed = services.prune(now)

    assert removed == {"actor salts": 2, "searches": 3, "re-fills": 1}
    assert Search.objects.filter(counted=False).count() == 1
    assert services.prune(now) == {"actor salts": 0, "searches": 0, "re-fills": 0}
