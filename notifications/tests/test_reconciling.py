from datetime import timedelta

import pytest
from django.utils import timezone

from movies.models import Movie, Refill, SearchTerm
from notifications import health, reconciling, relaying
from notifications.models import Heartbeat, Notification

pytestmark = pytest.mark.django_db


def ago(**words: float):
    return timezone.now() - timedelta(**words)


def forgotten_term(term: str = "dune", **fields) -> SearchTerm:
    """A term of which no receiver heard, for it was written in bulk."""
    fields = {"created_at": ago(minutes=5)} | fields
    return SearchTerm.objects.bulk_create([SearchTerm(term=term, **fields)])[0]


def test_a_term_nobody_heard_of_is_written_down_as_old_as_it_is():
    term = forgotten_term()

    assert reconciling.reconcile() == 1

    notification = Notification.objects.about(term).get()
    assert notification.origin == "reconcile"
    assert notification.created_at == term.created_at
    assert notification in Notification.objects.unsorted()


def test_a_film_nobody_heard_of_is_written_down():
    movie = Movie.objects.create(imdb_id="tt1", title="Dune", filled_at=ago(minutes=5))

    assert reconciling.reconcile() == 1

    assert Notification.objects.about(movie).get().kind == "movie_filled"


def test_a_second_run_finds_nothing():
    forgotten_term()
    reconciling.reconcile()

    assert reconciling.reconcile() == 0


def test_a_term_that_was_announced_is_not_announced_again():
    SearchTerm.objects.create(term="dune", created_at=ago(minutes=5))

    assert reconciling.reconcile() == 0


def test_an_imported_term_is_never_announced():
    forgotten_term(origin="import")

    assert reconciling.reconcile() == 0


def test_a_receiver_that_is_at_it_is_not_forestalled():
    forgotten_term(created_at=ago(seconds=30))

    assert reconciling.reconcile() == 0


def test_what_was_there_before_this_site_reconciled_is_not_announced():
    forgotten_term(created_at=ago(minutes=61))

    assert reconciling.reconcile() == 0


def test_after_an_outage_two_days_are_looked_at():
    health.beat("reconciler", epoch=ago(days=9).isoformat())
    forgotten_term("dune", created_at=ago(hours=47))
    forgotten_term("heat", created_at=ago(hours=49))

    assert reconciling.reconcile() == 1

    assert Notification.objects.get().about_text == "dune"


def test_it_keeps_from_when_on_it_looks_and_says_what_it_did():
    reconciling.reconcile()
    first = Heartbeat.objects.get(name="reconciler").info

    forgotten_term()
    reconciling.reconcile()

    second = Heartbeat.objects.get(name="reconciler").info
    assert first["epoch"] == second["epoch"]
    assert (first["written"], second["written"]) == (0, 1)


def test_after_days_of_silence_it_looks_back_from_when_it_last_ran():
    health.beat("reconciler", at=ago(days=4), epoch=ago(days=9).isoformat())
    forgotten_term(created_at=ago(days=5))
    forgotten_term("heat", created_at=ago(days=7))

    assert reconciling.reconcile() == 1


def test_a_re_fill_whose_end_nobody_heard_of_is_written_down():
    done = Refill.objects.create(finished_at=ago(minutes=5))
    Refill.objects.create()

    assert reconciling.reconcile() == 1
    assert Notification.objects.about(done).get().kind == "refill_finished"
    assert reconciling.reconcile() == 0


def test_what_is_found_too_late_to_be_news_expires_and_is_not_mailed(smtp):
    health.beat("reconciler", epoch=ago(days=9).isoformat())
    forgotten_term(created_at=ago(hours=30))
    reconciling.reconcile()

    assert relaying.relay() == {"expired": 1}

    assert smtp.messages == []
