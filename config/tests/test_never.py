"""What the tutorial project this product grew out of did wrong, and must not happen here.

Each test is named after one of its twenty known defects (D1 to D20).
"""

import logging
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail, serializers
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils import timezone

from movies import calls, filling, searching, services, tasks
from movies.models import Genre, Movie, Origin, Outcome, Search, SearchTerm
from movies.omdb import OmdbClient
from movies.queueing import waiting
from movies.terms import TermError
from movies.tests.omdb_server import Reply
from notifications import delivery, receivers
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def row(imdb_id: str = "tt0000001", **fields: str) -> dict[str, str]:
    facts = {"imdbID": imdb_id, "Title": "A film", "Year": "1999", "Type": "movie", "Poster": "N/A"}
    return facts | fields


def results(*rows: dict[str, str], total: str | None = None) -> Reply:
    return Reply.of(
        {"Search": list(rows), "totalResults": total or str(len(rows)), "Response": "True"}
    )


def search(text: str = "alien", **options: object) -> Search:
    found = services.request_search(text, origin=Origin.COMMAND, in_place=True, **options)
    searching.run(found.pk)
    found.refresh_from_db()
    return found


def test_d1_a_failed_search_never_poisons_the_term_for_a_day(omdb):
    omdb.script(Reply.refusing("Invalid API key!", 401))
    assert search().outcome == Outcome.REFUSED

    assert search().outcome == Outcome.FETCHED


def test_d2_an_answer_that_says_false_is_never_taken_for_films(omdb, client):
    omdb.script(Reply.refusing("Movie not found!"))

    found = search("zzyzzy")

    assert found.outcome == Outcome.NOT_FOUND
    assert client.get(reverse("movies:results", args=[found.uuid])).status_code == 200


@pytest.mark.parametrize(
    "reply",
    [
        Reply.refusing("Invalid API key!", 401),
        Reply(status=503, body=b"<html>"),
        Reply(body=b"{"),
        Reply(drop="before"),
        Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    ],
)
def test_d3_the_key_is_never_in_a_log_a_row_or_a_page(omdb, reply, caplog, admin_client):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    omdb.script(reply, times=6)

    found = search()
    movie = Movie.objects.create(imdb_id="tt0000001", title="A film")
    filling.run_item(services.refill([movie.pk]).items.get().pk)

    pages = [
        admin_client.get(reverse(name, args=[key]), follow=True).content.decode()
        for name, key in (
            ("movies:results", found.uuid),
            ("admin:movies_search_change", found.pk),
        )
    ]
    assert omdb.key not in caplog.text + repr(Search.objects.values()) + "".join(pages)


@pytest.mark.django_db(transaction=True)
def test_d4_a_rollback_never_mails_a_term_that_does_not_exist(broker):
    with transaction.atomic():
        services.request_search("alien", origin=Origin.VISITOR)
        transaction.set_rollback(True)

    assert not SearchTerm.objects.exists()
    assert not Notification.objects.exists()
    assert waiting("interactive") == 0


@pytest.mark.django_db(transaction=True)
def test_d5_a_broker_that_is_down_never_fails_a_search(omdb):
    call_command("movie_search", "alien", stdout=StringIO())

    assert Search.objects.get().outcome == Outcome.FETCHED
    assert Notification.objects.get().state == Notification.State.QUEUED


def test_d6_no_search_ever_spends_more_calls_than_the_day_has(omdb, settings):
    settings.OMDB_DAILY_LIMIT = 3
    omdb.script(Reply(status=503, body=b"<html>"), times=10)

    search()

    assert len(omdb.calls) == 3
    assert search().outcome == Outcome.OVER_BUDGET
    assert len(omdb.calls) == 3


@pytest.mark.parametrize(
    "pages",
    [
        [results(total="50")],
        [results(row(), total="50"), results(row(), total="50")],
        [results(row(), total="50"), Reply.refusing("Movie not found!")],
        [results(row(), total="50"), results(row("tt0000002"), total="2")],
    ],
    ids=["empty page", "repeated page", "short total", "changing total"],
)
def test_d7_a_page_loop_never_runs_for_ever(omdb, pages):
    for page in pages:
        omdb.script(page)

    assert search().outcome in {Outcome.FETCHED, Outcome.NOT_FOUND}
    assert len(omdb.calls) == len(pages)


@pytest.mark.parametrize("year", ["2010\u20132015", "2011\u2013", "N/A", ""])
def test_d8_an_odd_year_never_kills_a_search(omdb, year):
    omdb.script(results(row(Year=year)))

    assert search().films_found == 1


@pytest.mark.parametrize("runtime", ["N/A", "1 h 30 min", "2 h 1 min", "1,440 min", "long"])
def test_d9_an_odd_runtime_never_fails_a_fill(omdb, runtime):
    omdb.script(Reply.of(row(Runtime=runtime) | {"Response": "True"}))
    movie = Movie.objects.create(imdb_id="tt0000001", title="A film")

    filling.fill_movie_details(movie)

    assert movie.is_full_record


def test_d10_not_available_is_never_stored_as_a_plot_or_a_genre(omdb):
    omdb.script(Reply.of(row(Plot="N/A", Genre="N/A") | {"Response": "True"}))
    movie = Movie.objects.create(imdb_id="tt0000001", title="A film")

    filling.fill_movie_details(movie)

    assert (movie.plot, movie.poster_url, Genre.objects.count()) == ("", "", 0)


def test_d11_two_spellings_are_never_two_terms_and_blank_is_never_one():
    for text in (" star wars ", "Star Wars", "star\u00a0wars", "STAR\n WARS"):
        services.request_search(text, origin=Origin.VISITOR)

    assert SearchTerm.objects.count() == 1
    with pytest.raises(TermError):
        services.request_search(" ", origin=Origin.VISITOR)


@pytest.mark.django_db(transaction=True)
def test_d12_two_workers_never_fetch_the_same_search_twice(omdb):
    found = services.request_search("zzyzzy", origin=Origin.COMMAND, in_place=True)
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        searching.run(found.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(omdb.calls) == 1


def test_d13_a_fill_never_overwrites_what_it_does_not_know(omdb):
    movie = Movie.objects.create(imdb_id="tt0076759", title="Star Wars")
    stale = Movie.objects.get(pk=movie.pk)
    added = timezone.now() - timedelta(days=9)
    Movie.objects.update(created_at=added)

    filling.fill_movie_details(stale)

    assert Movie.objects.get().created_at == added


@pytest.mark.parametrize("path", ["/searches/", "/searches/?term=x", "/?term=%00"])
def test_d14_no_address_of_the_search_ever_ends_in_a_500_or_changes_a_thing(client, path):
    assert client.get(path).status_code < 500
    assert client.post("/searches/").status_code < 500
    assert not Search.objects.exists()


def test_d15_a_page_never_waits_for_a_worker(client, django_assert_max_num_queries):
    found = services.request_search("alien", origin=Origin.VISITOR)

    with django_assert_max_num_queries(20):
        answer = client.get(reverse("movies:results", args=[found.uuid]))

    assert answer.status_code == 200


def test_d16_an_unknown_search_is_never_pending_for_ever(client):
    address = reverse("movies:results", args=["00000000-0000-4000-8000-000000000000"])

    assert client.get(address).status_code == 404


def test_d17_a_term_never_forges_a_header_or_a_second_line_of_a_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    SearchTerm.objects.create(term="x\nBcc: eve@example.com\x0b\r\nSubject: y")

    delivery.deliver(Notification.objects.get().pk)

    (message,) = mail.outbox
    assert message.subject == "[Django] New Search Term"
    first, blank, *links = message.body.splitlines()
    assert first == "A new search term was used: 'x Bcc: eve@example.com Subject: y'"
    assert blank == ""
    assert all("http://" in line for line in links if line)
    assert "eve@example.com" not in message.recipients()


def test_d18_loaded_data_is_never_announced_and_an_edit_is_silent():
    term = SearchTerm.objects.create(term="alien")
    dump = serializers.serialize("json", [term])
    Notification.objects.all().delete()
    term.delete()

    for loaded in serializers.deserialize("json", dump):
        loaded.save()
    SearchTerm.objects.get().save()

    assert not Notification.objects.exists()


def test_d18_a_receiver_connected_twice_never_writes_two_notifications():
    receivers.connect()
    SearchTerm.objects.create(term="alien")

    assert Notification.objects.count() == 1
    assert len([r for r in post_save.receivers if "announce_new_term" in str(r[0])]) <= 1


def test_d19_movie_fill_never_says_success_for_a_film_it_did_not_find(omdb):
    with pytest.raises(CommandError, match="0 of 1"):
        call_command("movie_fill", "tt9999999")


def test_d20_a_task_never_shadows_what_it_calls_and_no_client_is_made_at_import(settings):
    assert tasks.run_search.run.__module__ == "movies.tasks"
    assert tasks.run_search.run is not searching.run
    settings.OMDB_API_KEY, settings.OMDB_DEMO = "changed", False
    assert isinstance(calls.client(), OmdbClient)
    assert "changed" not in repr(calls.client())


def test_d20_a_missing_key_is_never_a_surprise_in_the_worker_alone(settings):
    settings.OMDB_API_KEY, settings.OMDB_DEMO = "", False

    found = search()

    assert found.outcome == Outcome.REFUSED
    assert "No API key" in found.message
