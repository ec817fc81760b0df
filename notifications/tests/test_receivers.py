import json
from datetime import timedelta

import pytest
from celery import Task
from celery.signals import task_failure
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from movies.models import Movie, Refill, Search, SearchTerm
from movies.signals import movie_filled, refill_finished, search_finished
from movies.tasks import run_search
from notifications import policies, receivers
from notifications.models import Notification
from notifications.tasks import deliver

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
    assert notification.text.splitlines()[0] == "A new search term was used: 'dune'"
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

    policies.sort_out()
    notification.refresh_from_db()
    assert notification.state == "suppressed"
    assert notification.reason == "Written down only: this kind is not mailed."


def test_each_fill_is_a_row_and_the_same_fill_told_twice_is_one():
    movie = Movie.objects.create(imdb_id="tt1160419", title="Dune", filled_at=timezone.now())
    movie_filled.send_robust(sender=None, movie=movie, refill=None)
    movie_filled.send_robust(sender=None, movie=movie, refill=None)
    movie.filled_at = timezone.now()

    movie_filled.send_robust(sender=None, movie=movie, refill=None)

    assert Notification.objects.about(movie).count() == 2


def finished_search(outcome: str) -> Search:
    term, _ = SearchTerm.objects.get_or_create(term="dune", defaults={"origin": "import"})
    return Search.objects.create(term=term, origin="visitor", outcome=outcome)


def test_a_refused_key_is_told_once_a_day_however_many_searches_meet_it():
    for _ in range(3):
        search_finished.send_robust(sender=None, search=finished_search("refused"))

    notification = Notification.objects.get()
    assert (notification.kind, notification.subject) == ("omdb_refused", "OMDb refuses our key")
    assert "Check OMDB_API_KEY." in notification.text


def test_a_day_without_calls_is_told_apart_from_a_refused_key():
    search_finished.send_robust(sender=None, search=finished_search("refused"))
    search_finished.send_robust(sender=None, search=finished_search("over_budget"))

    subjects = Notification.objects.order_by("pk").values_list("subject", flat=True)
    assert list(subjects) == ["OMDb refuses our key", "The day's OMDb calls are used up"]


@pytest.mark.parametrize("outcome", ["cached", "fetched", "nothing_new", "not_found", "failed"])
def test_a_search_that_ends_otherwise_is_silent(outcome):
    search_finished.send_robust(sender=None, search=finished_search(outcome))

    assert not Notification.objects.exists()


def test_a_refill_that_is_done_is_one_mail_that_counts_its_films():
    refill = Refill.objects.create(films=3, changed=2, failed=1, finished_at=timezone.now())

    refill_finished.send_robust(sender=None, refill=refill)
    refill_finished.send_robust(sender=None, refill=refill)

    notification = Notification.objects.get()
    assert notification.text.splitlines()[0] == f"Re-fill {refill.pk} is done: 2 changed, 1 failed."
    assert notification.about == refill


def test_a_refill_that_is_done_once_more_is_told_of_again():
    refill = Refill.objects.create(films=3, changed=2, failed=1, finished_at=timezone.now())
    refill_finished.send_robust(sender=None, refill=refill)
    refill.finished_at += timedelta(minutes=1)

    refill_finished.send_robust(sender=None, refill=refill)

    assert Notification.objects.count() == 2


def test_a_refill_of_nothing_says_so():
    refill_finished.send_robust(sender=None, refill=Refill.objects.create())

    assert "is done: nothing was left to do." in Notification.objects.get().text


def fail(task: Task, error: Exception) -> None:
    task_failure.send(sender=task, exception=error)


def test_a_task_that_fails_again_and_again_is_told_once_an_hour_for_each_error():
    fail(run_search, ValueError("first"))
    fail(run_search, ValueError("second"))
    fail(run_search, KeyError("third"))

    texts = list(Notification.objects.order_by("pk").values_list("text", flat=True))
    assert len(texts) == 2
    assert "The task movies.tasks.run_search failed with ValueError." in texts[0]
    assert "first" in texts[0]


def test_a_mail_about_mail_that_fails_is_never_written():
    fail(deliver, ValueError("no"))

    assert not Notification.objects.exists()


def test_a_failure_that_names_no_task_is_told_all_the_same():
    task_failure.send(sender=None, exception=ValueError("no"))

    assert Notification.objects.get().subject == "Task failed: a task"


@pytest.mark.django_db(transaction=True)
def test_a_new_term_costs_one_insert_and_a_savepoint():
    SearchTerm.objects.create(term="the content type is cached from now on")

    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        SearchTerm.objects.create(term="dune")

    about_terms, own = queries.captured_queries[0], queries.captured_queries[1:]
    assert about_terms["sql"].startswith('INSERT INTO "movies_searchterm"')
    verbs = [query["sql"].split()[0] for query in own]
    assert verbs == ["SAVEPOINT", "INSERT", "RELEASE"]
    assert own[1]["sql"].startswith('INSERT INTO "notifications_notification"')
