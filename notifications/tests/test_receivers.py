import json

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from movies.models import Movie, SearchTerm
from movies.signals import movie_filled
from notifications import receivers
from notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_table():
    """Make every insert of a notification fail in the database itself."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "notifications_notification"'):
            sql = sql.replace("notifications_notification", "not_there", 1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def test_a_new_term_is_announced():
    term = SearchTerm.objects.create(term="dune")

    notification = Notification.objects.get()
    assert notification.kind == "new_search_term"
    assert notification.subject == "New Search Term"
    assert notification.text == "A new search term was used: 'dune'\n"
    assert notification.about == term
    assert notification.about_text == "dune"
    assert (notification.state, notification.origin) == ("queued", "signal")


def test_a_term_that_is_saved_again_is_not_announced_again():
    term = SearchTerm.objects.create(term="dune")

    term.hidden = True
    term.save()
    SearchTerm.objects.get_or_create(term="dune")

    assert Notification.objects.count() == 1


def test_an_imported_term_is_silent():
    SearchTerm.objects.create(term="dune", origin="import")

    assert not Notification.objects.exists()


def test_bulk_create_is_silent():
    SearchTerm.objects.bulk_create([SearchTerm(term="dune")])

    assert not Notification.objects.exists()


def test_a_loaded_fixture_is_silent(tmp_path):
    fixture = tmp_path / "terms.json"
    fields = {"term": "dune", "created_at": timezone.now().isoformat()}
    fixture.write_text(json.dumps([{"model": "movies.searchterm", "pk": 1, "fields": fields}]))

    call_command("loaddata", str(fixture), verbosity=0)

    assert SearchTerm.objects.get().term == "dune"
    assert not Notification.objects.exists()


def test_a_receiver_connected_twice_writes_one_row():
    receivers.connect()
    receivers.connect()

    SearchTerm.objects.create(term="dune")

    assert Notification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_search_leaves_no_row():
    def search() -> None:
        with transaction.atomic():
            SearchTerm.objects.create(term="dune")
            assert Notification.objects.exists()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        search()

    assert not Notification.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_table")
def test_a_notification_that_cannot_be_written_does_not_veto_the_search(caplog):
    with transaction.atomic():
        SearchTerm.objects.create(term="dune")
        # On PostgreSQL an error outside a savepoint would fail every later query.
        assert SearchTerm.objects.filter(term="dune").exists()

    assert SearchTerm.objects.get().term == "dune"
    assert not Notification.objects.exists()
    assert "announce_new_term wrote no notification" in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_table")
def test_a_notification_that_cannot_be_written_does_not_veto_in_autocommit():
    assert SearchTerm.objects.create(term="dune").pk


def test_a_filled_film_is_written_down_and_not_mailed():
    movie = Movie.objects.create(
        imdb_id="tt1160419", title="Dune", year=2021, filled_at=timezone.now()
    )

    movie_filled.send_robust(sender=None, movie=movie, refill=None)

    notification = Notification.objects.get()
    assert notification.kind == "movie_filled"
    assert notification.subject == "Film filled: Dune (2021)"
    assert notification.about == movie
    assert notification.state == "suppressed"
    assert notification.reason == "Written down only: this kind is not mailed."


def test_each_fill_is_a_row_and_the_same_fill_told_twice_is_one():
    movie = Movie.objects.create(imdb_id="tt1160419", title="Dune", filled_at=timezone.now())
    movie_filled.send_robust(sender=None, movie=movie, refill=None)
    movie_filled.send_robust(sender=None, movie=movie, refill=None)
    movie.filled_at = timezone.now()

    movie_filled.send_robust(sender=None, movie=movie, refill=None)

    assert Notification.objects.about(movie).count() == 2
