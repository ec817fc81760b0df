import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications import digests, services, texts
from notifications.models import Notification
from notifications.tests.moments import change_policy

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)


@pytest.fixture
def held(queued):
    """Return a maker of notifications that are collected in a window that is over."""

    def make(**fields) -> Notification:
        return queued(state="held", passed_at=None, **fields)

    return make


def digest() -> Notification:
    return Notification.objects.get(origin="digest")


def test_everything_collected_becomes_one_mail_that_names_it(held):
    members = [held(about_text="dune"), held(about_text="heat")]

    assert digests.close_windows() == 1

    assert list(digest().members.order_by("pk")) == members
    assert {member.state for member in digest().members.all()} == {"merged"}
    assert digest().subject == "2 new search terms"
    assert "- dune\n- heat\n" in digest().text
    assert digest() in Notification.objects.due()
    assert digest().expires_at > timezone.now() + timedelta(hours=23)


def test_a_window_that_is_open_stays_open(held):
    held(next_attempt_at=timezone.now() + LATER)

    assert digests.close_windows() == 0

    assert Notification.objects.get().state == "held"


def test_one_alone_is_mailed_as_it_is(held):
    notification = held()

    assert digests.close_windows() == 1

    assert Notification.objects.due().get() == notification


def test_one_alone_does_not_expire_by_what_its_window_took(held):
    held(created_at=timezone.now() - timedelta(hours=24))

    digests.close_windows()

    assert Notification.objects.due().get().expires_at > timezone.now() + timedelta(hours=23)


@pytest.mark.django_db(transaction=True)
def test_what_staff_send_now_is_not_in_the_digest_as_well(held, admin_user, monkeypatch):
    first, _ = held(about_text="dune"), held(about_text="heat")
    of_digest = texts.of_digest
    pressed = []

    def press() -> None:
        pressed.append(services.send_now([first.pk], admin_user))
        connection.close()

    other = threading.Thread(target=press)

    def slowly(*arguments):
        other.start()
        # On PostgreSQL it waits for the rows, on SQLite for the one writer.
        other.join(0.5)
        return of_digest(*arguments)

    monkeypatch.setattr(texts, "of_digest", slowly)
    digests.close_windows()
    other.join(30)

    assert pressed == [[]]
    assert digest().members.count() == 2


def test_a_window_that_is_closed_is_not_closed_twice(held):
    held()
    held()
    digests.close_windows()

    assert not digests.close_window("new_search_term")
    assert Notification.objects.filter(origin="digest").count() == 1


def test_every_kind_has_a_digest_of_its_own(held):
    for kind in ("test", "test", "task_failed", "task_failed"):
        held(kind=kind)

    assert digests.close_windows() == 2

    subjects = Notification.objects.filter(origin="digest").values_list("subject", flat=True)
    assert set(subjects) == {"2 tests", "2 failed tasks"}


def test_a_kind_that_was_muted_meanwhile_is_not_mailed(held):
    held()
    held()
    change_policy(muted_until=timezone.now() + LATER)

    assert digests.close_windows() == 0

    assert Notification.objects.counts_by_state() == {"suppressed": 2}


def test_what_is_too_many_for_one_digest_gets_another(held, monkeypatch):
    monkeypatch.setattr(digests, "MOST_MEMBERS", 3)
    for _ in range(5):
        held()

    digests.close_windows()
    digests.close_windows()

    sizes = [one.members.count() for one in Notification.objects.filter(origin="digest")]
    assert sorted(sizes) == [2, 3]


def test_a_digest_that_cannot_be_worded_fails_and_keeps_its_members(held, monkeypatch):
    monkeypatch.setattr(texts, "FOLDER", "not_there")
    members = [held(), held()]

    assert digests.close_windows() == 1

    assert digest().state == "failed"
    assert digest().reason.startswith("The text could not be made: ")
    assert set(digest().members.all()) == set(members)
