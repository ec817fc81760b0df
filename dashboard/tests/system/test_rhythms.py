from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.models import RollUp
from dashboard.system import rhythms
from dashboard.system.lines import State
from movies.models import SearchTerm
from notifications import health
from notifications.models import Heartbeat, Notification

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def beaten(name: str, ago: timedelta) -> None:
    Heartbeat.objects.create(name=name, at=NOW - ago)


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (5 * SECOND, State.FINE),
        (MINUTE, State.FINE),
        (MINUTE + SECOND, State.UNKNOWN),
        (2 * MINUTE, State.UNKNOWN),
        (2 * MINUTE + SECOND, State.BROKEN),
    ],
)
def test_what_was_not_heard_of_for_a_minute_is_unknown_and_for_two_silent(ago, state):
    beaten(health.RELAY, ago)
    RollUp.objects.create(pk=1, figures_to=NOW - ago, time_zone="UTC")

    assert rhythms.relay(NOW).state == rhythms.roll_up(NOW).state == state


def test_a_silent_relay_is_silent_since_it_last_ran():
    beaten(health.RELAY, 3 * MINUTE)

    line = rhythms.relay(NOW)

    assert (line.words, line.since) == ("silent", NOW - 3 * MINUTE)
    assert "nothing is lost" in line.by_itself
    assert "relay_notifications" in line.you_can


def test_a_relay_that_never_ran_is_unknown_and_silent_once_something_waits_for_it():
    assert rhythms.relay(NOW).state == State.UNKNOWN

    SearchTerm.objects.create(term="dune")
    Notification.objects.update(created_at=NOW - 3 * MINUTE)

    assert rhythms.relay(NOW).state == State.BROKEN


@pytest.mark.parametrize(
    ("ago", "state"),
    [(11, State.FINE), (12, State.UNKNOWN), (22, State.UNKNOWN), (23, State.BROKEN)],
)
def test_the_reconciler_rests_for_ten_minutes(ago, state):
    beaten(health.RECONCILER, ago * MINUTE)

    assert rhythms.reconciler(NOW).state == state


def test_of_a_new_site_the_reconciler_is_expected_where_the_relay_runs():
    assert rhythms.reconciler(NOW).state == State.UNKNOWN

    beaten(health.RELAY, SECOND)

    assert rhythms.reconciler(NOW).state == State.FINE


def test_the_lag_of_the_figures_is_measured():
    assert rhythms.roll_up(NOW).state == State.UNKNOWN
    assert rhythms.roll_up(NOW).figures == ()

    RollUp.objects.create(pk=1, figures_to=NOW - 5 * SECOND, time_zone="UTC")

    [lag] = rhythms.roll_up(NOW).figures
    assert (lag.name, lag.value) == ("marquee_rollup_lag_seconds", 5)
