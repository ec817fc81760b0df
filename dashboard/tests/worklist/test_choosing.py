"""The nightly choice: which films, how many, and never twice."""

from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard import tasks
from dashboard.tests import rows
from dashboard.tests.figures_of import at_once
from dashboard.tests.plans import plans_of
from dashboard.tests.reading import work_out
from dashboard.tests.worklist import lists
from dashboard.worklist import choosing
from movies import batches
from movies.models import Hit, Movie, OmdbDay, Refill, RefillItem, SearchTerm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _budget(settings):
    settings.OMDB_DEMO = False


def choose() -> str:
    return tasks.choose_films()


def ranks(term: SearchTerm, *films: Movie) -> None:
    for rank, film in enumerate(films, start=1):
        Hit.objects.create(term=term, movie=film, rank=rank, seen_by="0" * 32)


def filled(refill: Refill) -> None:
    """End a re-fill, with the details of its films."""
    Movie.objects.filter(refill_items__refill=refill).update(is_full_record=True)
    refill.items.update(state="changed", finished_at=timezone.now())
    Refill.objects.filter(pk=refill.pk).update(finished_at=timezone.now(), changed=refill.films)


def test_what_stands_highest_among_the_results_of_what_is_searched_most_comes_first(broker):
    first, second, third, both = (rows.film() for _ in range(4))
    ranks(lists.term("dune", 10), first, second, both)
    ranks(lists.term("alien", 6), third, both)
    work_out()

    # 10, then 6, then 10/3 + 6/2, then 10/2.
    assert choosing.most_wanted(timezone.now(), 9) == [
        film.pk for film in (first, both, third, second)
    ]
    assert choosing.most_wanted(timezone.now(), 1) == [first.pk]


def test_complete_films_hidden_terms_and_what_stands_too_low_are_not_chosen():
    found = lists.term("dune", 3, held=2, bare=0)
    low = rows.film()
    Hit.objects.create(term=found, movie=low, rank=101, seen_by="0" * 32)
    lists.term("spam", 9, held=2, bare=2, hidden=True)
    work_out()

    assert choosing.most_wanted(timezone.now(), 9) == []


def test_one_re_fill_is_started_and_says_what_it_is(broker):
    lists.term("dune", 3, held=3, bare=2)
    work_out()

    said = choose()

    refill = Refill.objects.get()
    assert said == f"{refill}: 2 films"
    assert (refill.films, refill.requested_by, refill.include_complete) == (2, None, False)
    assert refill.reason == "Nightly choice: the 2 most wanted films without details."
    assert choosing.is_chosen(refill)


def test_it_takes_what_the_visitors_share_and_other_re_fills_leave(broker, settings):
    settings.OMDB_DAILY_LIMIT = 10
    lists.term("dune", 3, held=9, bare=9)
    work_out()
    OmdbDay.objects.create(day=timezone.now().astimezone(UTC).date(), calls=3)
    batches.refill([Movie.objects.last().pk])

    choose()

    # Of ten three are used, two are the visitors', and one film is being re-filled.
    assert Refill.objects.order_by("pk").last().films == 4


def test_when_no_call_is_left_nothing_is_written(broker, settings):
    settings.OMDB_DAILY_LIMIT = 0
    lists.term("dune", 3, held=9, bare=9)
    work_out()

    assert choose() == "no call is left for it today"
    assert not Refill.objects.exists()


def test_when_nothing_is_worked_out_nothing_is_written(broker, settings):
    settings.OMDB_DAILY_LIMIT = 0
    lists.term("dune", 3, held=9, bare=9)

    assert choose() == "the most searched terms are not worked out yet"
    assert not Refill.objects.exists()


def test_when_nothing_lacks_nothing_is_written(broker):
    lists.term("dune", 3, held=2)
    work_out()

    assert choose() == "nothing to fill"
    assert not Refill.objects.exists()


def test_twice_on_one_omdb_day_starts_nothing_more(broker):
    lists.term("dune", 3, held=3, bare=2)
    work_out()
    choose()
    refill = Refill.objects.get()
    filled(refill)
    Movie.objects.update(is_full_record=False)

    assert choose() == f"{refill} was chosen before"
    assert Refill.objects.count() == 1


def test_the_next_day_chooses_again_unless_the_last_one_still_runs(broker):
    lists.term("dune", 3, held=3, bare=2)
    work_out()
    choose()
    first = Refill.objects.get()
    Refill.objects.update(created_at=timezone.now() - timedelta(days=1))

    assert choose() == f"{first} was chosen before"
    filled(first)
    Movie.objects.filter(pk=first.items.first().movie_id).update(is_full_record=False)
    assert choose() == f"{Refill.objects.order_by('pk').last()}: 1 film"


def test_a_person_may_call_their_reason_the_same(broker, member):
    lists.term("dune", 3, held=3, bare=2)
    work_out()
    film = Movie.objects.filter(is_full_record=False).first()
    theirs = batches.refill([film.pk], user=member("Operators"), reason="Nightly choice: mine")

    assert not choosing.is_chosen(theirs)
    assert choose().endswith(": 1 film")


def test_the_demo_catalogue_keeps_to_the_same_bound(broker, settings):
    settings.OMDB_DEMO = True
    settings.OMDB_DAILY_LIMIT = 5
    lists.term("dune", 3, held=9, bare=9)
    work_out()

    assert choose().endswith(": 4 films")


def test_its_re_fill_names_it_in_the_list_and_on_its_page(broker, admin_client):
    lists.term("dune", 3, held=3, bare=2)
    work_out()
    choose()
    refill = Refill.objects.get()
    batches.refill(Movie.objects.all(), include_complete=True)

    listed = admin_client.get(reverse("admin:movies_refill_changelist")).text
    page = admin_client.get(reverse("admin:movies_refill_change", args=[refill.pk])).text

    assert listed.count("the nightly choice") == 1
    assert "the nightly choice" in page


def test_choosing_reads_no_searches_and_no_table_whole(broker):
    lists.term("dune", 3, held=3, bare=2)
    work_out()
    films = Movie.objects.bulk_create(
        Movie(imdb_id=f"tt9{number:06}", title="Film") for number in range(2000)
    )
    others = SearchTerm.objects.bulk_create(
        SearchTerm(term=f"term {number}") for number in range(200)
    )
    Hit.objects.bulk_create(
        Hit(term=others[number % 200], movie=film, rank=1, seen_by="0" * 32)
        for number, film in enumerate(films)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            # Of a few rows it would read all, whatever index there is.
            cursor.execute("SET LOCAL enable_seqscan = off")

    with CaptureQueriesContext(connection) as queries:
        assert len(choosing.most_wanted(timezone.now(), 9)) == 2

    assert len(queries) == 3
    assert not [query for query in queries if "movies_search " in query["sql"]]
    for plan in plans_of(queries):
        assert "Seq Scan on movies_hit" not in plan
        assert "Seq Scan on movies_movie" not in plan
        assert "SCAN movies_hit" not in plan
        assert "SCAN movies_movie" not in plan


@pytest.mark.django_db(transaction=True)
def test_two_that_choose_at_the_same_moment_start_one_re_fill(broker):
    lists.term("dune", 3, held=4, bare=4)
    work_out()

    at_once(choose, choose)

    assert Refill.objects.count() == 1
    assert RefillItem.objects.count() == 4
