from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from movies import querysets
from movies.models import Movie, Outcome, Search, SearchTerm
from movies.tests.plans import plan_of
from movies.tests.search_pages import (
    ended,
    make_search,
    progress,
    shown_titles,
    words,
)

pytestmark = pytest.mark.django_db

# --- While it runs ---


def running(**facts) -> Search:
    facts = {"pages_done": 3, "pages_total": 12, "films_found": 24, "total_results": 117} | facts
    return make_search(started_at=timezone.now(), **facts)


def test_progress_names_the_page_and_the_films_so_far(client):
    page = words(client, running(films=3))

    assert "<h1>Asking OMDb: page 3 of 12, 24 films so far</h1>" in page
    assert 'max="12" value="3"' in page
    assert "Film 3" in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page


def test_a_search_that_has_no_page_yet_only_asks(client):
    assert "<h1>Asking OMDb</h1>" in words(client, make_search())


def test_numbers_have_thousands_separators(client):
    search = running(pages_done=1000, pages_total=2345, films_found=10000)

    assert "page 1,000 of 2,345, 10,000 films so far" in words(client, search)


@pytest.mark.parametrize(
    "facts",
    [
        {"created_at": timezone.now() - timedelta(seconds=6)},
        {"started_at": timezone.now(), "lease_until": timezone.now() - timedelta(seconds=1)},
    ],
    ids=["not begun", "broken off"],
)
def test_a_search_that_nobody_runs_waits(client, facts):
    page = words(client, make_search(**facts))

    assert "Your search waits and runs by itself. Come back to this page." in page


def test_a_joined_search_shows_the_progress_of_its_leader(client):
    leader = running(films=2)
    page = words(client, make_search(joined=leader))

    assert "Asking OMDb: page 3 of 12, 24 films so far" in page
    assert "Film 2" in page


def test_films_of_an_older_answer_stay_out_of_a_growing_list(client):
    ended(Outcome.FETCHED, films=3)

    assert shown_titles(client, running()) == []


def test_a_list_being_fetched_is_not_cut_into_pages(client):
    assert len(shown_titles(client, running(films=30), page="2")) == 30


def test_progress_adds_only_what_is_new(client):
    page = progress(client, running(films=30), after="28", known="asking.2.28").content.decode()

    assert page.count("<h2>") == 2
    assert "<h2>Film 30</h2>" in page
    assert 'hx-swap-oob="beforeend:#films"' in page
    assert "after=30&amp;known=asking.3.30" in page
    # Counts are not read aloud, only a new state is.
    assert 'id="news"' not in page


def test_nothing_new_is_nothing_to_send(client):
    response = progress(client, running(films=2), after="2", known="asking.3.2")

    assert (response.status_code, response.content) == (204, b"")


def test_a_new_state_is_read_aloud(client):
    search = make_search(films=2, outcome=Outcome.FETCHED, finished_at=timezone.now())

    page = progress(client, search, after="2", known="asking.1.2").content.decode()

    assert '<p id="news" hx-swap-oob="innerHTML">2 films</p>' in page
    assert "hx-get" not in page
    begun = progress(client, running(), after="0", known="waiting.0.0").content.decode()
    assert '<p id="news" hx-swap-oob="innerHTML">Asking OMDb</p>' in begun


def test_a_list_that_older_films_join_is_drawn_anew(client):
    search = ended(Outcome.FAILED, films=2)

    assert progress(client, search, after="2")["HX-Refresh"] == "true"
    assert "HX-Refresh" not in progress(client, search)


@pytest.mark.parametrize("after", ["-1", "x", "9" * 5000, "1.5", "²"])
def test_garbage_for_after_counts_as_nothing(client, after):
    assert progress(client, running(films=1), after=after).content.count(b"<h2>") == 1


# --- How it ended ---


@pytest.mark.parametrize("outcome", [Outcome.FETCHED, Outcome.NOTHING_NEW])
def test_films_are_counted(client, outcome):
    assert "<h1>2 films</h1>" in words(client, ended(outcome, films=2))
    assert "<h1>1 film</h1>" in words(client, ended(outcome, "other", films=1))


def test_nothing_found_names_the_term(client):
    page = words(client, ended(Outcome.NOT_FOUND, "xyz"))

    assert 'No film called "xyz". Check the spelling or try fewer words.' in page
    assert "refresh" not in page


def test_too_broad_asks_for_a_word(client):
    assert 'Too many films match "up". Add a word.' in words(client, ended("too_many", "up"))


@pytest.mark.parametrize(
    ("last_outcome", "films", "sentence"),
    [
        ("fetched", 2, "<h1>2 films</h1>"),
        ("", 1, "<h1>1 film</h1>"),
        ("too_many", 0, 'Too many films match "dune". Add a word.'),
        ("not_found", 0, 'No film called "dune". Check the spelling or try fewer words.'),
    ],
)
def test_an_answer_from_the_cache_is_the_terms_last(client, last_outcome, films, sentence):
    search = ended(Outcome.CACHED, films=films)
    SearchTerm.objects.update(last_outcome=last_outcome)

    assert sentence in words(client, search)


def test_an_old_link_shows_how_the_term_was_answered_since(client):
    search = ended(Outcome.FAILED, films=2)
    later = timezone.now() + timedelta(minutes=1)
    SearchTerm.objects.update(last_search=later, last_outcome=Outcome.FETCHED)

    assert "<h1>2 films</h1>" in words(client, search)


def test_out_of_budget_says_until_when_in_the_sites_zone(client, settings):
    settings.TIME_ZONE = "Asia/Kolkata"
    tomorrow = timezone.now().astimezone(UTC).replace(hour=0, minute=0) + timedelta(days=1)
    clock = f"{tomorrow.astimezone(ZoneInfo('Asia/Kolkata')):%H:%M}"

    page = words(client, ended(Outcome.OVER_BUDGET, films=1))

    assert f"We cannot look for new films until {clock}. Here is what we have." in page
    assert "Times are in Asia/Kolkata." in page
    assert "Film 1" in page


def test_a_day_later_the_budget_is_no_excuse(client):
    before = timezone.now() - timedelta(days=2)
    search = make_search(outcome=Outcome.OVER_BUDGET, created_at=before, finished_at=before)

    page = words(client, search)

    assert "We cannot look" not in page
    assert "Search again to look now." in page


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.FAILED])
def test_out_of_reach_shows_what_we_have(client, outcome):
    page = words(client, ended(outcome, films=2, message="Invalid API key! 3 workers, a queue"))

    assert "The film database is out of reach. Here is what we have; try later." in page
    assert "Film 2" in page
    assert not {word for word in ("key!", "worker", "queue") if word in page}


def test_without_films_of_its_own_a_title_that_holds_the_term_will_do(client):
    Movie.objects.create(imdb_id="tt0087182", title="Jodorowsky's DUNE", year=2013)
    Movie.objects.create(imdb_id="tt0087183", title="Alien", year=1979)

    assert shown_titles(client, ended(Outcome.FAILED)) == ["Jodorowsky's DUNE"]


def test_lookalikes_end_at_the_newest_fifty(client):
    Movie.objects.bulk_create(
        Movie(imdb_id=f"tt{number:07}", title=f"Dune {number:02}") for number in range(60)
    )

    assert shown_titles(client, ended(Outcome.FAILED), page="9") == ["Dune 58", "Dune 59"]


def test_few_films_are_read_for_lookalikes_and_one_called_so_however_old(client, monkeypatch):
    monkeypatch.setattr(querysets, "TITLES_SEARCHED", 10)
    titles = ["Dune", "The road to Dune", *map(str, range(2_000)), "Jodorowsky's Dune"]
    Movie.objects.bulk_create(
        Movie(imdb_id=f"tt{number:07}", title=title) for number, title in enumerate(titles)
    )
    search = ended(Outcome.FAILED)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as queries:
        assert shown_titles(client, search) == ["Dune", "Jodorowsky's Dune"]
        assert progress(client, search).content.count(b"<h2>") == 2

    # Of each page the films called so, the newest key, and the newest films.
    asked = [query["sql"] for query in queries if 'FROM "movies_movie"' in query["sql"]]
    assert len([sql for sql in asked if "movies_hit" not in sql]) == 6
    for plan in map(plan_of, asked):
        is_whole = "SCAN movies_movie" in plan or "Seq Scan on movies_movie" in plan
        assert not is_whole or "USING COVERING INDEX" in plan


def test_having_nothing_is_said(client):
    page = words(client, ended(Outcome.FAILED, "xyz"))

    assert 'We found no film with "xyz" in its title.' in page


@pytest.mark.parametrize("outcome", [Outcome.OVER_BUDGET, Outcome.REFUSED, Outcome.FAILED])
def test_a_search_that_broke_off_says_how_much_is_missing(client, outcome):
    search = ended(outcome, films=60, films_found=60, total_results=1117)

    sentence = "Showing 60 of 1,117 films; the rest could not be fetched."
    assert sentence in words(client, search)


def test_films_held_from_before_are_not_called_missing(client):
    search = ended(Outcome.FAILED, films=12, films_found=10, total_results=12)

    assert "could not be fetched" not in words(client, search)
