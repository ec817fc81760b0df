"""Rows 14 to 23 and 30 to 33: what happens to the events, and to what was written of them."""

import json
import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from movies.models import Movie, SearchTerm
from movies.queueing import waiting
from movies.signals import movie_filled
from notifications import digests, kinds, policies, receivers, reconciling, relaying, retention
from notifications.composing import Event, compose
from notifications.delivery import deliver
from notifications.kinds import Kind
from notifications.models import Notification
from notifications.services import notify
from notifications.tests.moments import (
    BOB,
    change_policy,
    leases_are_over,
    put_off_is_over,
    windows_are_over,
)

objects = Notification.objects
CRASH = f"""
import os
from django.db import connection
from movies.models import SearchTerm

def crash(execute, sql, params, many, context):
    if sql.startswith('INSERT INTO "notifications_notification"'):
        os._exit({os.EX_SOFTWARE})
    return execute(sql, params, many, context)

with connection.execute_wrapper(crash):
    SearchTerm.objects.create(term="dune")
"""


def failing(beginning: str, error: Exception):
    """Make the database fail whatever begins like this."""

    def fail(execute, sql, params, many, context):
        if sql.startswith(beginning):
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(fail)


def reconcile_later() -> int:
    """Run the reconciler when receivers have had their time."""
    ago = timezone.now() - timedelta(minutes=5)
    SearchTerm.objects.update(created_at=ago)
    Movie.objects.exclude(filled_at=None).update(filled_at=ago)
    return reconciling.reconcile()


@pytest.mark.django_db(transaction=True)
def test_14_an_event_that_is_rolled_back_leaves_no_row_no_mail_and_no_hint(broker, smtp):
    with transaction.atomic():
        SearchTerm.objects.create(term="dune")
        transaction.set_rollback(True)

    assert relaying.relay() == {}
    assert not objects.exists()
    assert waiting("interactive") == 0


def test_15_a_crash_between_a_term_and_its_receiver_is_healed_by_the_reconciler(start):
    crashed = start("shell", "-c", CRASH)
    assert crashed.wait(60) == os.EX_SOFTWARE
    assert SearchTerm.objects.get().term == "dune"
    assert not objects.exists()

    assert reconcile_later() == 1

    assert objects.about(SearchTerm.objects.get()).get().origin == "reconcile"


@pytest.mark.django_db(transaction=True)
def test_16_a_row_that_cannot_be_inserted_spares_the_term_and_is_written_later(caplog):
    with failing('INSERT INTO "notifications_notification"', OperationalError("full")):
        SearchTerm.objects.create(term="dune")
    assert SearchTerm.objects.exists()
    assert "announce_new_term wrote no notification" in caplog.text

    assert reconcile_later() == 1

    assert objects.get().about_text == "dune"


@pytest.mark.django_db
def test_17_what_is_written_past_the_signals_is_found_and_imports_are_not_mailed(tmp_path):
    SearchTerm.objects.bulk_create(
        [SearchTerm(term="dune"), SearchTerm(term="heat", origin="import")]
    )
    Movie.objects.create(imdb_id="tt1", title="Alien")
    Movie.objects.update(filled_at=timezone.now())
    fixture = tmp_path / "terms.json"
    fields = {"term": "up", "created_at": timezone.now().isoformat()}
    fixture.write_text(json.dumps([{"model": "movies.searchterm", "pk": 9, "fields": fields}]))
    call_command("loaddata", str(fixture), verbosity=0)
    assert not objects.exists()

    assert reconcile_later() == 3

    assert set(objects.values_list("about_text", flat=True)) == {"dune", "Alien", "up"}


@pytest.mark.django_db
def test_18_a_receiver_that_is_connected_twice_and_a_fill_told_twice_are_one_row_each():
    receivers.connect()
    movie = Movie.objects.create(imdb_id="tt1", title="Dune", filled_at=timezone.now())

    SearchTerm.objects.create(term="dune")
    movie_filled.send_robust(sender=None, movie=movie, refill=None)
    movie_filled.send_robust(sender=None, movie=movie, refill=None)

    assert objects.count() == 2


def test_19_five_hundred_terms_in_a_minute_are_twenty_mails_and_one_digest(smtp, db):
    for number in range(500):
        SearchTerm.objects.create(term=f"term {number}")

    assert relaying.relay() == {"sent": 20}
    windows_are_over()
    assert relaying.relay() == {"sent": 1}

    digest = objects.get(origin="digest")
    assert objects.counts_by_state() == {"sent": 21, "merged": 480}
    assert digest.members.count() == 480
    assert len(smtp.messages) == 21
    lost = SearchTerm.objects.get(term="term 499")
    assert objects.about(lost).get().digest == digest


def test_20_a_crash_while_a_digest_is_closed_leaves_every_member_where_it_was(queued):
    members = {queued(state="held", passed_at=None).pk for _ in range(3)}
    closing = OperationalError("away")

    with (
        failing('UPDATE "notifications_notification"', closing),
        pytest.raises(OperationalError),
        transaction.atomic(),
    ):
        digests.close_windows()
    assert objects.counts_by_state() == {"held": 3}
    assert digests.close_windows() == 1

    digest = objects.get(origin="digest")
    assert set(digest.members.values_list("pk", flat=True)) == members


@pytest.mark.parametrize(
    "term",
    [
        "a\r\nBcc: eve@example.org",
        "a\x0bBcc: eve@example.org",
        "a\0b",
        "a\ud800b",
        "x" * 10_000,
        "<script>alert(1)</script>",
        "\u202egnp.exe",
    ],
)
def test_21_whatever_was_typed_is_delivered_and_kept(db, smtp, term):
    event = Event(kinds.TASK_FAILED, "key", f"Task failed: {term}", (term,))

    notification = notify(event)

    assert deliver(notification.pk) == "sent"
    [message] = smtp.messages
    assert message["Bcc"] is None
    assert len(message.get_all("Subject")) == 1
    text, html = (part.get_payload(decode=True).decode() for part in message.get_payload())
    assert len(text.splitlines()) == 3  # what was typed, nothing, and the link to its own page
    assert "<script>" not in html
    assert len(objects.get(pk=notification.pk).text) > min(len(term), 9000)


def test_22_a_thing_that_is_deleted_before_the_mail_is_told_of_all_the_same(db, smtp):
    term = SearchTerm.objects.create(term="dune")
    notification = objects.get()
    term.delete()

    assert deliver(notification.pk) == "sent"

    notification.refresh_from_db()
    assert (notification.about, notification.about_text) == (None, "dune")
    assert "A new search term was used: 'dune'" in smtp.messages[0].as_string()


@pytest.fixture
def _broken_kind():
    kinds.register(Kind("broken", "Broken", "broken", template="not_there"))
    yield
    del kinds._kinds["broken"]


@pytest.mark.usefixtures("_broken_kind")
def test_23_a_text_that_cannot_be_made_fails_alone(queued, smtp):
    notify(Event("broken", "key", "Broken", ("words",)))
    queued()

    assert relaying.relay() == {"sent": 1}

    failed = objects.needs_review().get()
    assert failed.kind == "broken"
    assert "The text could not be made: " in failed.reason


def test_30_what_was_not_mailed_while_a_kind_was_muted_stays_so(new, smtp):
    change_policy(muted_until=timezone.now() + timedelta(hours=1))
    muted = new()
    assert relaying.relay() == {}
    change_policy(muted_until=timezone.now())
    new()

    assert relaying.relay() == {"sent": 1}

    muted.refresh_from_db()
    assert muted.state == "suppressed"


@pytest.mark.django_db(transaction=True)
def test_31_a_purge_while_a_mail_is_under_way_touches_nothing_that_is_open(queued, failed, smtp):
    old = {"created_at": timezone.now() - timedelta(days=400)}
    pk = queued(**old).pk
    failed(**old)
    queued(state="sent", **old)

    def purge() -> None:
        retention.prune(timezone.now())
        connection.close()

    smtp.on_message = purge

    assert deliver(pk) == "sent"

    assert objects.counts_by_state() == {"sent": 1, "failed": 1}
    assert objects.get(pk=pk).attempt_log.get().outcome == "sent"


def test_32_a_row_of_a_kind_of_another_release_is_mailed_from_its_frozen_text(queued, smtp):
    notification = queued(kind="of_another_release", text="Frozen\n")

    assert deliver(notification.pk) == "sent"

    assert "Frozen" in smtp.messages[0].as_string()


def test_33_rows_that_were_copied_from_another_site_are_not_mailed(new, smtp, settings):
    production, ours = new(site="marquee.example.org"), new()

    assert relaying.relay() == {"sent": 1}

    production.refresh_from_db()
    ours.refresh_from_db()
    assert (production.state, ours.state) == ("suppressed", "sent")
    assert "Written on marquee.example.org" in production.reason
    assert compose(Event(kinds.TEST, "key", "Test", ())).site == "localhost"
    assert policies.sort_out() == 0


def test_33_nor_are_those_that_had_passed_were_collected_or_being_sent(queued, claimed, smtp):
    queued(site="marquee.example.org")
    for _ in range(2):
        queued(site="marquee.example.org", state="held", passed_at=None)
    claimed()
    objects.filter(state="sending").update(site="marquee.example.org")
    leases_are_over()
    windows_are_over()

    relaying.relay()
    put_off_is_over()
    relaying.relay()

    assert objects.counts_by_state() == {"suppressed": 4}
    assert smtp.messages == []


def test_33_what_some_have_already_goes_no_further(queued, smtp):
    rest = queued(site="marquee.example.org", sent_at=timezone.now(), remaining=[BOB])

    assert (deliver(rest.pk), relaying.relay()) == ("not mine", {})
    objects.update(expires_at=timezone.now())
    relaying.relay()

    assert objects.get().state == "partial"
    assert smtp.messages == []
