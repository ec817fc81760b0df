"""What the recording of a search costs, and which search of a term is its first."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from movies import services
from movies.models import Hit, Movie, Origin, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db

AT_ONCE = 4
migration = import_module("movies.migrations.0002_search_is_first")


def answered_term(text: str, *, films: int, of: int) -> SearchTerm:
    """Write a fresh term that holds so many films of those that OMDb has."""
    term = SearchTerm.objects.create(
        term=text, last_search=timezone.now(), answered_by_demo=True, total_results=of
    )
    for rank in range(1, films + 1):
        movie = Movie.objects.create(imdb_id=f"{text}{rank}", title=f"Film {rank}")
        Hit.objects.create(term=term, movie=movie, rank=rank, seen_by=uuid.uuid4())
    return term


def search_for(text: str, **options) -> Search:
    return services.request_search(text, origin=Origin.VISITOR, in_place=True, **options)


def in_thread(text: str) -> Search:
    """Search in a thread, whose connection ends with the search."""
    try:
        return search_for(text)
    finally:
        connection.close()


def test_an_answer_from_the_cache_costs_one_statement(django_assert_num_queries, staff):
    answered_term("alien", films=1, of=1)
    term = answered_term("dune", films=3, of=12)

    with django_assert_num_queries(1) as executed:
        search = search_for(" DUNE", actor="abc", is_bot=True, user=staff)

    assert executed.captured_queries[0]["sql"].startswith("INSERT")
    search = Search.objects.get(pk=search.pk)
    assert (search.term, search.actor, search.is_bot) == (term, "abc", True)
    assert search.requested_by == staff
    assert (search.outcome, search.origin) == (Outcome.CACHED, Origin.VISITOR)
    assert (search.films_found, search.total_results) == (3, 12)
    assert search.created_at == search.started_at == search.finished_at
    assert not search.counted


def test_a_fresh_term_without_films_is_answered_at_the_same_cost(django_assert_num_queries):
    answered_term("dune", films=0, of=0)

    with django_assert_num_queries(1):
        assert search_for("dune").films_found == 0


def test_the_cost_is_the_same_however_many_films_and_searches(django_assert_num_queries):
    term = answered_term("dune", films=30, of=30)
    Search.objects.bulk_create(
        Search(term=term, origin=Origin.VISITOR, outcome=Outcome.CACHED) for _ in range(50)
    )

    with django_assert_num_queries(1):
        assert search_for("dune").films_found == 30


def test_what_is_returned_is_what_was_written():
    term = answered_term("dune", films=1, of=1)

    search = search_for("dune")

    assert (search.term, search.films_found, search.total_results) == (term, 1, 1)
    search.message = "It can be saved again."
    search.save()
    assert Search.objects.get() == search


def test_a_term_being_answered_while_its_search_waits_is_not_asked_again(transactional_db):
    term = SearchTerm.objects.create(term="dune")
    looked = threading.Event()

    def hear(execute, *arguments):
        # SQLite's first statement waits itself, PostgreSQL's second one does.
        if connection.vendor == "sqlite":
            looked.set()
        try:
            return execute(*arguments)
        finally:
            looked.set()

    def search() -> Search:
        with connection.execute_wrapper(hear):
            return in_thread("dune")

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        SearchTerm.objects.select_for_update().get(pk=term.pk)
        # It finds the term stale, or waits for this transaction to look at it.
        waiting = pool.submit(search)
        assert looked.wait(10)
        SearchTerm.objects.update(last_search=timezone.now(), answered_by_demo=True)

    assert Search.objects.get().outcome == waiting.result(10).outcome == Outcome.CACHED


def test_the_search_that_brings_a_term_is_its_first(omdb):
    first = search_for("dune")
    again = search_for("DUNE")

    assert Search.objects.get(is_first=True) == first
    assert again.joined == first


@pytest.mark.parametrize("force", [True, False])
def test_a_search_of_a_known_term_is_no_first_one(force):
    answered_term("dune", films=1, of=1)
    SearchTerm.objects.create(term="alien")

    assert not search_for("dune", force=force).is_first
    assert not search_for("alien", force=force).is_first


@pytest.mark.parametrize("text", ["dune", "alien", "heat"])
def test_one_of_many_at_once_is_the_first(transactional_db, text):
    together = threading.Barrier(AT_ONCE)

    def search(_: int) -> Search:
        connection.ensure_connection()
        together.wait(10)
        return in_thread(text)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        searches = list(pool.map(search, range(AT_ONCE)))

    assert SearchTerm.objects.count() == 1
    assert Search.objects.count() == AT_ONCE
    (first,) = [search for search in searches if search.is_first]
    assert Search.objects.get(is_first=True) == first
    assert {search.joined for search in searches if not search.is_first} == {first}


def test_a_term_whose_search_broke_off_is_still_to_have_its_first(transactional_db):
    def break_off() -> None:
        with transaction.atomic():
            search_for("dune")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        break_off()

    assert search_for("dune").is_first
    assert Search.objects.count() == 1


def test_the_migration_finds_the_first_searches_that_are_left():
    now = timezone.now()
    first_seen = {
        "kept": now - timedelta(days=10),
        "same moment": now - timedelta(days=9),
        "removed": now - timedelta(days=200),
        "imported": now,
        "never": now,
    }
    terms = {
        text: SearchTerm.objects.create(term=text, created_at=seen)
        for text, seen in first_seen.items()
    }

    def made(text: str, *, later: timedelta) -> Search:
        return Search.objects.create(
            term=terms[text],
            origin=Origin.VISITOR,
            outcome=Outcome.CACHED,
            created_at=first_seen[text] + later,
        )

    second = timedelta(seconds=1)
    made("kept", later=2 * second)
    kept = made("kept", later=second)
    same_moment = made("same moment", later=second)
    made("same moment", later=second)
    made("removed", later=timedelta(days=150))
    imported = made("imported", later=-timedelta(days=3))
    made("imported", later=timedelta(0))

    migration.mark_first_searches(apps, connection.schema_editor())

    assert set(Search.objects.filter(is_first=True)) == {kept, same_moment, imported}
