"""An outage of OMDb, and a key that it refuses, cost re-fills a few calls a pause and no film."""

from datetime import timedelta

import pytest
from django.utils import timezone

from movies import batches, filling, holding, searching, services
from movies.models import Movie, Origin, Refill, RefillHold, RefillItem
from movies.querysets import MAX_ATTEMPTS
from movies.tests.films import films
from movies.tests.omdb_server import Reply

pytestmark = pytest.mark.django_db

REFUSED = Reply.refusing("Invalid API key!", 401)
AWAY = Reply(status=503)


@pytest.fixture
def items() -> list[RefillItem]:
    """The films of two re-fills."""
    pks = films(lacking=3, complete=0)
    refills = services.refill(pks[:2]), services.refill(pks[2:])
    return [item for refill in refills for item in refill.items.all()]


def hold() -> None:
    until = timezone.now() + timedelta(minutes=5)
    RefillHold.objects.create(pk=1, until=until, message="Away.", is_refused=False)


def let_time_pass(**lasted: float) -> None:
    """Let the pause be over, of an outage that has lasted so long."""
    now = timezone.now()
    RefillHold.objects.update(since=now - timedelta(**lasted), until=now)


@pytest.mark.parametrize(
    ("reply", "calls", "message"),
    [
        (REFUSED, 1, "OMDb does not accept the API key."),
        (AWAY, 3, "OMDb failed with status 503."),
        (Reply(b"<html>"), 3, "OMDb sent a web page instead of data."),
        (Reply(), 3, "OMDb sent an empty answer."),
    ],
)
def test_trouble_of_omdb_holds_all_re_fills_up_and_fails_no_film(
    omdb, items, reply, calls, message
):
    omdb.script(reply, times=None)

    assert filling.run_item(items[0].pk) == "waiting"
    assert [filling.run_item(item.pk) for item in items[1:]] == ["not mine", "not mine"]

    items[0].refresh_from_db()
    assert (items[0].message, RefillHold.objects.get().message) == (message, message)
    assert RefillHold.objects.get().until > timezone.now() + timedelta(minutes=4)
    assert len(omdb.calls) == calls


def test_pauses_grow_with_the_trouble_until_an_answer_ends_it(omdb, items):
    omdb.script(REFUSED, times=None)
    filling.run_item(items[0].pk)

    for lasted, pause in ((7, 7), (45, 45), (600, 60), (6000, 60)):
        let_time_pass(minutes=lasted)
        assert filling.run_item(items[0].pk) == "waiting"
        until = RefillHold.objects.get().until - timezone.now()
        assert round(until / timedelta(minutes=1)) == pause

    omdb.forget()
    let_time_pass(minutes=1)
    for item, imdb_id in zip(items, ("tt0076759", "tt0080684"), strict=False):
        Movie.objects.filter(pk=item.movie_id).update(imdb_id=imdb_id)
        assert filling.run_item(item.pk) == "changed"
    assert not RefillHold.objects.exists()


def test_while_omdb_answers_nobody_no_film_runs_out_of_attempts(omdb, items):
    omdb.script(AWAY, times=None)
    hold()
    let_time_pass(minutes=5)
    RefillItem.objects.update(attempts=MAX_ATTEMPTS - 1)

    assert filling.run_item(items[0].pk) == "waiting"
    items[0].refresh_from_db()
    assert items[0].attempts == MAX_ATTEMPTS - 1


def test_a_film_that_alone_is_not_answered_fails_in_the_end(omdb, items):
    omdb.script(AWAY, times=None)

    for attempt in range(1, MAX_ATTEMPTS):
        assert filling.run_item(items[0].pk) == "waiting"
        items[0].refresh_from_db()
        assert items[0].attempts == attempt
        # As an answer about another film does.
        holding.release()

    assert filling.run_item(items[0].pk) == "failed"


def test_the_last_film_of_all_fails_in_the_end_though_nobody_else_asks(omdb, items):
    omdb.script(AWAY, times=None)
    RefillItem.objects.exclude(pk=items[0].pk).update(state="changed")

    for _ in range(MAX_ATTEMPTS - 1):
        assert filling.run_item(items[0].pk) == "waiting"
        let_time_pass(minutes=5)

    assert filling.run_item(items[0].pk) == "failed"


def test_data_of_a_film_that_cannot_be_read_are_its_own_trouble(omdb, items):
    omdb.script(Reply(b'{"Title": '), times=None)

    assert filling.run_item(items[0].pk) == "failed"
    assert not RefillHold.objects.exists()


def test_a_day_that_is_spent_is_an_answer_to_the_key(omdb, items):
    hold()
    let_time_pass(minutes=5)
    omdb.script(Reply.refusing("Request limit reached!", 401), times=None)

    assert filling.run_item(items[0].pk) == "waiting"
    assert not RefillHold.objects.exists()


def test_what_omdb_answers_to_a_visitor_lets_re_fills_go_on(omdb, items):
    hold()

    search = services.request_search("alien", origin=Origin.VISITOR, in_place=True)
    searching.run(search.pk)

    assert not RefillHold.objects.exists()


def test_an_operator_who_resumes_or_tries_again_lets_re_fills_go_on(admin_user, items):
    hold()
    refill = items[0].refill
    assert batches.resume(refill, admin_user)
    assert not batches.resume(refill, admin_user)

    hold()
    refill.items.filter(pk=items[0].pk).update(state="failed")
    Refill.objects.recount()
    assert batches.retry_failed(refill, admin_user) == 1

    assert not RefillHold.objects.exists()


def test_resuming_one_that_is_over_asks_nobody(admin_user, items):
    hold()
    batches.cancel_rest(items[0].refill, admin_user)

    assert not batches.resume(items[0].refill, admin_user)
    assert RefillHold.objects.exists()
