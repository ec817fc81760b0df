"""Holding a re-fill, ending it and trying again what failed, by whoever may."""

import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from movies import batches, services
from movies.models import Refill, RefillItem
from movies.tests.films import films
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

ASKED = {"_form_submitted": "True"}


@pytest.fixture
def refill() -> Refill:
    """One changed, two failed, one running, three waiting."""
    refill = services.refill(films(lacking=7, complete=0))
    items = list(refill.items.order_by("pk"))
    for item, state in zip(items, ("changed", "failed", "failed", "running"), strict=False):
        item.state = state
        item.finished_at = None if state == "running" else timezone.now()
    RefillItem.objects.bulk_update(items, ["state", "finished_at"])
    Refill.objects.recount()
    refill.refresh_from_db()
    return refill


def url(refill: Refill, action: str = "change") -> str:
    return reverse(f"admin:movies_refill_{action}", args=[refill.pk])


def press(client, refill: Refill, action: str) -> str:
    """Answer the question, if it is asked; return the page one comes to."""
    return client.post(url(refill, action), ASKED, follow=True).content.decode()


def test_pausing_acts_at_once_and_is_written_down(admin_client, admin_user, refill):
    html = press(admin_client, refill, "pause")

    refill.refresh_from_db()
    assert refill.paused_at is not None
    assert f'Paused: <a class="link" href="{url(refill)}"' in html
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (admin_user, "Paused.")


def test_a_paused_refill_is_resumed(admin_client, refill):
    press(admin_client, refill, "pause")

    html = press(admin_client, refill, "resume")

    refill.refresh_from_db()
    assert refill.paused_at is None
    assert "Resumed: " in html


@pytest.mark.parametrize("action", ["pause", "cancel_rest", "retry_failed"])
def test_pressed_twice_it_is_done_once_and_says_by_whom(
    client, member, admin_client, refill, action
):
    press(admin_client, refill, action)
    client.force_login(member("Operators"))

    html = press(client, refill, action)

    assert "Already done by admin, " in html
    assert LogEntry.objects.count() == 1


def test_what_nobody_did_and_nobody_has_to_is_said(admin_client, refill):
    assert "Nothing needed to be done: " in press(admin_client, refill, "resume")
    press(admin_client, refill, "pause")
    Refill.objects.update(paused_at=None, finished_at=timezone.now(), failed=0)
    RefillItem.objects.update(state="changed")
    assert "Nothing needed to be done: " in press(admin_client, refill, "cancel_rest")


def test_cancelling_asks_with_what_is_cancelled_and_what_stays(admin_client, refill):
    html = admin_client.get(url(refill, "cancel_rest")).content.decode()

    for words in (
        "Cancel 3 films not yet started?",
        "The 3 done stay done.",
        "Cancel 3 films",
        "Keep going",
    ):
        assert words in html
    assert not Refill.objects.filter(cancelled_at__isnull=False).exists()


def test_one_that_is_done_stays_so(admin_client, refill):
    Refill.objects.update(failed=0)

    assert "The 1 done stays done." in admin_client.get(url(refill, "cancel_rest")).content.decode()


def test_what_is_cancelled_is_not_begun_and_what_runs_is_finished(admin_client, refill):
    html = press(admin_client, refill, "cancel_rest")

    refill.refresh_from_db()
    assert (refill.cancelled, refill.finished_at) == (3, None)
    assert "Cancelled 3 films: " in html
    assert "1 changed, 2 failed, 1 waiting, 3 cancelled, 1 still running." in html
    assert refill.items.filter(state="running").count() == 1


def test_retrying_asks_with_what_it_costs(admin_client, refill, settings):
    settings.OMDB_DEMO = False

    html = admin_client.get(url(refill, "retry_failed")).content.decode()

    assert "Retry 2 failed films?" in html
    # The four that are open take calls as well.
    assert (
        "About 2 OMDb calls. 1,000 of 1,000 are left, 200 reserved for visitors, "
        "4 for re-fills that run: all fit."
    ) in html


def test_retrying_leaves_films_to_another_refill_and_says_so(admin_client, refill):
    failed = refill.items.filter(state="failed").values_list("movie", flat=True)
    services.refill(failed[:1])

    html = admin_client.get(url(refill, "retry_failed")).content.decode()

    assert "Retry 1 failed film?" in html
    assert "no OMDb calls are spent. 1 more is being re-filled already." in html


def test_where_another_refill_has_all_that_failed_nobody_is_said_to_be_first(admin_client, refill):
    press(admin_client, refill, "retry_failed")
    refill.items.update(state="failed")
    failed = refill.items.values_list("movie", flat=True)
    services.refill(failed)

    asked = admin_client.get(url(refill, "retry_failed")).content.decode()
    answered = press(admin_client, refill, "retry_failed")

    assert "Nothing to retry" in asked
    assert "7 are being re-filled already." in asked
    assert "Nothing needed to be done: " in answered


def test_what_failed_is_put_back(admin_client, refill):
    html = press(admin_client, refill, "retry_failed")

    refill.refresh_from_db()
    assert (refill.failed, refill.open) == (0, 6)
    assert "Retried 2 films: " in html


@pytest.mark.parametrize("action", ["cancel_rest", "retry_failed", "pause", "resume"])
def test_a_refill_that_is_gone_is_not_found(admin_client, refill, action):
    gone = url(refill, action)
    refill.delete()

    assert admin_client.post(gone, ASKED).status_code == 404


@pytest.mark.parametrize(
    ("facts", "shown", "hidden"),
    [
        ({}, ("Pause", "Cancel the rest…", "Retry 2 failed…"), ("Resume",)),
        ({"paused_at": timezone.now()}, ("Resume", "Cancel the rest…"), ("Pause<",)),
        ({"cancelled_at": timezone.now()}, ("Retry 2 failed…",), ("Pause", "Cancel the rest")),
        ({"finished_at": timezone.now()}, ("Retry 2 failed…",), ("Pause", "Cancel the rest")),
    ],
)
def test_buttons_are_those_that_have_something_to_do(admin_client, refill, facts, shown, hidden):
    Refill.objects.update(**facts)

    html = admin_client.get(url(refill, "progress")).content.decode()

    assert all(words in html for words in shown)
    assert 'id="refill-retry_failed"' in html
    assert not any(words in html for words in hidden)


def test_of_a_refill_without_failures_of_which_all_films_run_there_is_only_pause(admin_client):
    refill = services.refill(films(lacking=1, complete=0))
    RefillItem.objects.update(state="running")

    html = admin_client.get(url(refill)).content.decode()

    assert "Pause" in html
    assert "refill-more" not in html


def test_a_viewer_sees_no_buttons_and_presses_none(client, member, refill):
    client.force_login(member("Viewers"))

    assert "<button" not in client.get(url(refill, "progress")).content.decode()
    assert client.post(url(refill, "pause")).status_code == 403


def test_who_may_not_see_refills_holds_none(client, refill):
    client.force_login(allowed("refill_movie"))

    assert client.post(url(refill, "pause")).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("do", [batches.pause, batches.cancel_rest, batches.retry_failed])
def test_of_two_who_press_at_the_same_moment_one_does_it(broker, refill, do):
    both = threading.Barrier(2)
    done = []

    def press_too(user: User) -> None:
        both.wait()
        done.append(bool(do(refill, user)))
        connection.close()

    presses = [
        threading.Thread(target=press_too, args=(User.objects.create_user(name),))
        for name in ("ann", "bob")
    ]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert sorted(done) == [False, True]
    assert LogEntry.objects.count() == 1
