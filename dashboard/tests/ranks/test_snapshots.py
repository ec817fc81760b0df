from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import wait_until, watched
from dashboard.models import Snapshot
from dashboard.ranks import refreshing, snapshots
from dashboard.tests.term_days import NOON, ago, folded, period, searched
from movies import queueing

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures(db, broker):
    folded()


def hints() -> int:
    return queueing.waiting("periodic")


def test_a_view_that_nobody_looked_at_yet_is_hinted_at_once(django_capture_on_commit_callbacks):
    view = period(5)

    with django_capture_on_commit_callbacks(execute=True):
        snapshot = snapshots.wanted(view, NOON)

    assert (snapshot.first, snapshot.last, snapshot.before) == (view.first, view.last, view.before)
    assert (snapshot.figures_to, snapshot.wanted_at) == (None, NOON)
    assert hints() == 1


def test_looking_again_within_a_minute_costs_one_query_and_no_hint(
    django_capture_on_commit_callbacks,
):
    snapshots.wanted(period(5), NOON)

    with (
        CaptureQueriesContext(connection) as queries,
        django_capture_on_commit_callbacks() as callbacks,
    ):
        snapshot = snapshots.wanted(period(5), NOON + MINUTE / 2)

    assert len(queries) == 1
    assert not callbacks
    assert snapshot.wanted_at == NOON


def test_looking_again_later_keeps_it_wanted_and_hints_if_it_is_old(
    django_capture_on_commit_callbacks,
):
    snapshot = snapshots.wanted(period(5), NOON)
    refreshing.refresh(snapshot.pk, NOON)

    with django_capture_on_commit_callbacks(execute=True):
        snapshots.wanted(period(5), NOON + MINUTE)

    assert Snapshot.objects.get().wanted_at == NOON + MINUTE
    assert hints() == 1


def test_days_that_are_over_are_not_hinted_again(django_capture_on_commit_callbacks):
    view = period(5, last=ago(30))
    refreshing.refresh(snapshots.wanted(view, NOON).pk, NOON)

    with django_capture_on_commit_callbacks() as callbacks:
        snapshots.wanted(view, NOON + MINUTE)

    assert not callbacks


def test_of_two_pages_at_the_same_moment_one_hints(monkeypatch, django_capture_on_commit_callbacks):
    snapshots.wanted(period(5), NOON)
    row_of = refreshing.row_of

    def while_another_asks(view, now):
        found = row_of(view, now)
        Snapshot.objects.update(wanted_at=now)
        return found

    monkeypatch.setattr(snapshots, "row_of", while_another_asks)

    with django_capture_on_commit_callbacks() as callbacks:
        snapshots.wanted(period(5), NOON + MINUTE)

    assert not callbacks


@pytest.mark.django_db(transaction=True)
def test_a_worker_works_out_what_a_page_asked_for(start_worker):
    searched("dune", ago(0), 3)
    start_worker("--queues", "periodic", **watched())

    snapshot = snapshots.wanted(period(5), NOON)

    wait_until(lambda: Snapshot.objects.get(pk=snapshot.pk).figures_to)
    assert Snapshot.objects.get().searches == 3
