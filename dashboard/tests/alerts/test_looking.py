from datetime import timedelta

import pytest

from dashboard import tasks
from dashboard.alerts import looking, outages
from dashboard.models import Incident, RollUp, TaskHour
from dashboard.tests import rows
from dashboard.tests.alerts.rhythms import (
    HOUR,
    NOW,
    THIS_HOUR,
    counted,
    go_on,
    history,
    steady,
    store,
)
from movies.models import Origin
from notifications.models import Notification

pytestmark = pytest.mark.django_db
SPIKE = history(steady(10)) | {THIS_HOUR - HOUR: counted(80)}


def test_a_spike_is_told_once_however_often_somebody_looks():
    store(SPIKE)

    assert looking.look(NOW) == 1
    assert looking.look(NOW) == 0
    assert looking.look(NOW + timedelta(minutes=5)) == 0

    assert Notification.objects.get().kind == "spike"


def test_an_ordinary_hour_is_nothing():
    store(history(steady(10)))

    assert looking.look(NOW) == 0
    assert not Incident.objects.exists()


def test_everything_at_once_is_one_mail_each():
    busy = counted(400, nothing_found=200, not_answered=150, failed=150, cached=10)
    store(history(steady(100)) | {THIS_HOUR: busy, THIS_HOUR - HOUR: busy})

    assert looking.look(NOW) == 3

    told = set(Notification.objects.values_list("kind", flat=True))
    assert told == {"spike", "nothing_found_surge", "omdb_errors"}


def test_an_import_into_these_hours_alarms_nobody():
    store(SPIKE)
    rows.search(at=NOW - HOUR, origin=Origin.IMPORT)

    assert looking.look(NOW) == 0


def test_figures_that_are_behind_neither_begin_nor_end_anything():
    store(SPIKE)
    looking.look(NOW)
    RollUp.objects.update(figures_to=NOW - HOUR)

    assert looking.look(NOW + HOUR * 2) == 0
    assert Incident.objects.get().ended_at is None


def test_what_is_over_ends():
    store(SPIKE)
    looking.look(NOW)
    go_on(NOW + HOUR * 3)

    looking.look(NOW + HOUR * 3)

    assert Incident.objects.get().ended_at == NOW


def test_silence_is_told_once_until_somebody_searches():
    """Looked at every second hour for a day and a half, through two midnights."""
    store(history(steady(30)))
    for number in range(0, 36, 2):
        go_on(NOW + HOUR * number)
        looking.look(NOW + HOUR * number)

    assert [mail.kind for mail in Notification.objects.all()] == ["silence"]


def test_hours_without_a_worker_are_written_down_once():
    store(history(steady(10)))
    TaskHour.objects.filter(hour__in=[THIS_HOUR - HOUR * 5, THIS_HOUR - HOUR * 4]).delete()

    looking.look(NOW)
    looking.look(NOW)

    outage = Incident.objects.get()
    assert (outage.kind, outage.words) == ("outage", "No worker ran for 2 h")
    assert (outage.began_at, outage.ended_at) == (THIS_HOUR - HOUR * 5, THIS_HOUR - HOUR * 3)
    assert not Notification.objects.exists()


def test_an_outage_begins_and_ends_with_whole_hours():
    assert list(outages.gaps([])) == []
    assert list(outages.gaps([NOW, NOW + HOUR])) == []
    assert list(outages.gaps([NOW, NOW + HOUR * 3])) == [(NOW + HOUR, NOW + HOUR * 3)]


def test_the_task_says_how_much_is_new():
    assert tasks.alert() == "0 new incidents"
