import os
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from conftest import database_environment
from movies import searching, services
from movies.management.commands import movie_search
from movies.models import Movie, Origin, Outcome, Search
from movies.tests.omdb_server import Reply

pytestmark = pytest.mark.django_db


def test_movie_search_searches_in_place_and_says_what_came_of_it(omdb, capsys):
    call_command("movie_search", "blade", "runner")

    search = Search.objects.get()
    assert (search.term.term, search.origin) == ("blade runner", Origin.COMMAND)
    assert search.outcome == Outcome.FETCHED
    assert (
        capsys.readouterr().out
        == f"{search.films_found} films found, {search.films_found} new: New films.\n"
    )


def test_movie_search_answers_from_the_cache_unless_forced(omdb, capsys):
    call_command("movie_search", "alien")
    asked = len(omdb.calls)

    call_command("movie_search", "Alien")
    assert "From cache." in capsys.readouterr().out
    assert len(omdb.calls) == asked

    call_command("movie_search", "alien", "--force")
    assert "Nothing new." in capsys.readouterr().out
    assert len(omdb.calls) > asked


def test_movie_search_fails_when_there_is_no_answer(omdb):
    omdb.script(Reply.refusing("Invalid API key!", 401))

    with pytest.raises(CommandError, match="0 films found, 0 new: Key refused"):
        call_command("movie_search", "alien")


def test_movie_search_refuses_what_is_no_term():
    with pytest.raises(CommandError, match="Type a film title"):
        call_command("movie_search", " ")


@pytest.mark.django_db(transaction=True)
def test_movie_search_waits_for_the_process_that_fetches_the_term(omdb):
    leader = services.request_search("alien", origin=Origin.VISITOR)
    omdb.script(Reply(status=503, body=b"", delay=0.5))

    def work() -> None:
        searching.run(leader.pk)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    while not omdb.calls:
        time.sleep(0.01)
    call_command("movie_search", "alien")
    thread.join(20)

    follower = Search.objects.exclude(pk=leader.pk).get()
    assert (follower.joined, follower.outcome) == (leader, Outcome.FETCHED)


def test_movie_search_gives_up_when_the_other_process_never_ends(omdb, monkeypatch):
    monkeypatch.setattr(movie_search, "LONGEST_WAIT", -1.0)
    leader = services.request_search("alien", origin=Origin.VISITOR)
    Search.objects.claim(leader.pk)

    with pytest.raises(CommandError, match="Another process"):
        call_command("movie_search", "alien")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("word", "status"), [("zzyzzy", 0), ("fail", 1)])
def test_the_exit_status_of_movie_search_tells_the_truth(omdb, word, status):
    omdb.script(
        Reply.refusing("Error getting data."), when=lambda params: params.get("s") == "fail"
    )

    done = subprocess.run(
        [sys.executable, "manage.py", "movie_search", word],
        env=other_process(omdb),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == status, done.stderr
    assert f"Performing a search for '{word}'" in done.stderr
    assert omdb.key not in done.stdout + done.stderr


def other_process(omdb) -> dict[str, str]:
    return {
        **os.environ,
        **database_environment(),
        "OMDB_URL": omdb.url,
        "OMDB_API_KEY": omdb.key,
    }


def test_movie_fill_fills_known_films_and_creates_unknown_ones(omdb, capsys):
    Movie.objects.create(imdb_id="tt0076759", title="Star Wars")

    call_command("movie_fill", "tt0076759", "tt0080684")

    assert Movie.objects.complete().count() == 2
    assert capsys.readouterr().out == "2 of 2 films filled.\n"


def test_movie_fill_fails_when_a_film_was_not_filled(omdb, caplog):
    with pytest.raises(CommandError, match="1 of 2 films filled"):
        call_command("movie_fill", "tt9999999", "tt0076759")

    assert "Movie with IMDB ID 'tt9999999' was not found" in caplog.text


def test_movie_fill_missing_takes_the_films_that_lack_details(omdb, capsys):
    for imdb_id in ("tt0076759", "tt0080684", "tt0086190"):
        Movie.objects.create(imdb_id=imdb_id, title=imdb_id)

    call_command("movie_fill", "--missing", "--limit", "2")
    assert Movie.objects.complete().count() == 2

    call_command("movie_fill", "--missing")
    call_command("movie_fill", "--missing")
    assert capsys.readouterr().out.splitlines() == [
        "2 of 2 films filled.",
        "1 of 1 films filled.",
        "0 of 0 films filled.",
    ]


def test_movie_fill_stops_when_the_day_is_spent(omdb, settings, caplog):
    settings.OMDB_DAILY_LIMIT = 1

    with pytest.raises(CommandError, match="1 of 3 films filled"):
        call_command("movie_fill", "tt0076759", "tt0080684", "tt0086190")

    assert "Expected again at 00:00 UTC" in caplog.text
    assert len(omdb.calls) == 1


def test_movie_fill_stops_at_a_refused_key(omdb, caplog):
    omdb.script(Reply.refusing("Invalid API key!", 401), times=None)

    with pytest.raises(CommandError, match="0 of 2 films filled"):
        call_command("movie_fill", "tt0076759", "tt0080684")

    assert "No other film can be filled either" in caplog.text
    assert len(omdb.calls) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Name the films"),
        (["tt0076759", "--missing"], "Name the films"),
        (["tt0076759", "--limit", "2"], "--limit goes with --missing"),
        (["--missing", "--limit", "0"], "--limit goes with --missing"),
    ],
)
def test_movie_fill_says_what_it_needs(words, message):
    with pytest.raises(CommandError, match=message):
        call_command("movie_fill", *words)


def test_movie_fill_shows_a_bar_on_a_terminal_alone(omdb, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    call_command("movie_fill", "tt0076759")

    shown = capsys.readouterr().err
    assert "0 of 1 tt0076759" in shown
    assert "█" * 30 in shown
