import uuid
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.mail.message import SafeMIMEText
from django.utils import timezone

from movies.models import Movie, SearchTerm
from notifications import services
from notifications.models import Notification
from notifications.services import notify

pytestmark = pytest.mark.django_db
HOSTILE = "a\r\n\x0b\0\ud800\u202e<b>" + "x" * 10_000


def test_the_same_key_twice_is_one_row_with_the_first_words():
    first = notify("new_search_term", "One", "1", None, "the same")
    second = notify("new_search_term", "Two", "2", None, "the same")

    assert second == first
    assert Notification.objects.get().subject == "One"


def test_any_text_can_be_written_down():
    movie = Movie.objects.create(imdb_id="tt1", title="Dune")
    movie.title = HOSTILE

    notification = notify("new_search_term", HOSTILE, HOSTILE, movie, "hostile")

    notification.refresh_from_db()
    assert notification.subject.startswith("a <b>xxx")
    assert len(notification.subject) == 200
    assert len(notification.about_text) == 300
    assert "\0" not in notification.text
    assert SafeMIMEText(notification.text, "plain", "utf-8")


def test_a_subject_of_nothing_visible_becomes_the_name_of_the_kind():
    assert notify("new_search_term", "\r\n", "", None, "key").subject == "New search term"


def test_the_message_id_is_made_with_the_row_at_the_senders_domain(settings):
    settings.SERVER_EMAIL = "Marquee <marquee@kino.example>"

    notification = notify("new_search_term", "One", "1", None, "key")

    assert notification.message_id == f"<{notification.uuid}@kino.example>"
    assert uuid.UUID(str(notification.uuid))


def test_a_sender_without_a_domain_still_gives_a_message_id(settings):
    settings.SERVER_EMAIL = "root"

    assert notify("new_search_term", "One", "1", None, "key").message_id.endswith("@localhost>")


def test_a_mailed_kind_is_handed_over_after_the_commit_and_once(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks() as first:
        notify("new_search_term", "One", "1", None, "the same")
    with django_capture_on_commit_callbacks() as second:
        notify("new_search_term", "One", "1", None, "the same")
        notify("movie_filled", "Two", "2", None, "another")

    assert (len(first), len(second)) == (1, 0)


def test_a_film_filled_at_an_unknown_time_is_written_down_now():
    assert services.note_filled(Movie.objects.create(imdb_id="tt1", title="Dune")).about_text


def test_a_broker_that_is_away_stops_nothing(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        SearchTerm.objects.create(term="dune")

    assert Notification.objects.get().state == "queued"


def test_another_try_starts_with_all_attempts(failed, staff, django_capture_on_commit_callbacks):
    tomorrow = timezone.now() + timedelta(days=1)
    notification = failed(reviewed_at=timezone.now(), next_attempt_at=tomorrow)

    with django_capture_on_commit_callbacks() as callbacks:
        assert services.retry([notification.pk], staff) == [notification.pk]

    notification.refresh_from_db()
    assert notification.state == "queued"
    assert notification.attempts == 0
    assert notification.reviewed_at is None
    assert notification.reason == "sam asked for another try."
    assert notification in Notification.objects.due()
    assert len(callbacks) == 1


def test_of_two_who_ask_for_another_try_the_second_is_told(failed, staff):
    pk = failed().pk

    assert services.retry([pk], staff) == [pk]
    assert services.retry([pk], staff) == []

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (staff, str(pk))
    assert entry.change_message == "Asked for another try."
    assert services.last_actions([pk, failed().pk]) == {pk: entry}


def test_what_staff_did_last_is_what_is_told_of_each(failed, staff):
    one, other = failed().pk, failed().pk
    services.mark_reviewed([one, other], staff)
    services.retry([one], staff)

    last = services.last_actions([one, other])

    assert last[one].change_message == "Asked for another try."
    assert last[other].change_message == "Marked as reviewed."


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "suppressed"])
def test_what_has_not_failed_is_not_tried_again(queued, staff, state):
    assert services.retry([queued(state=state).pk], staff) == []
    assert not LogEntry.objects.exists()


def test_reviewing_takes_failures_off_the_list_and_says_who_did(queued, failed, staff):
    rows = [failed(), failed(), failed(reviewed_at=timezone.now()), queued()]
    pks = [row.pk for row in rows]

    assert services.mark_reviewed(pks, staff) == pks[:2]
    assert services.mark_reviewed(pks, staff) == []

    assert not Notification.objects.needs_review().exists()
    assert {entry.object_id for entry in LogEntry.objects.all()} == set(map(str, pks[:2]))


@pytest.mark.parametrize("act", [services.mark_reviewed, services.retry])
def test_what_is_done_to_several_costs_the_same_however_many(
    failed, staff, django_assert_num_queries, act
):
    one, many = [failed().pk], [failed().pk for _ in range(20)]
    act([failed().pk], staff)  # the content type is cached from now on

    with django_assert_num_queries(5) as few:
        act(one, staff)
    with django_assert_num_queries(len(few.captured_queries)):
        act(many, staff)


def test_pruning_removes_what_is_over_for_a_year(queued, failed, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    now = timezone.now()
    old = now - timedelta(days=366)
    gone = [queued(state="sent", created_at=old) for _ in range(3)]
    gone += [queued(state="suppressed", created_at=old), failed(created_at=old, reviewed_at=old)]
    gone[0].attempt_log.create(number=1)
    kept = [
        queued(created_at=old),
        queued(state="sending", created_at=old),
        failed(created_at=old),
        queued(state="sent", created_at=now - timedelta(days=364)),
    ]

    assert services.prune(now) == 5

    assert set(Notification.objects.all()) == set(kept)
    assert services.prune(now) == 0
