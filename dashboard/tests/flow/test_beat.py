from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab, schedule
from django.utils import timezone

from dashboard.admin.task_labels import NAMES
from dashboard.flow import beat
from dashboard.flow.beat import Entry, entries, how_often
from dashboard.models import ScheduledRun
from dashboard.tests.flow import flowing

SECOND = timedelta(seconds=1)


def ran(name: str, begun_at: datetime) -> None:
    task = {"sweep": "movies.tasks.sweep", "prune": "dashboard.tasks.prune"}[name]
    ScheduledRun.objects.create(
        task=task, begun_at=begun_at, seconds=0.2, state="done", words="nothing"
    )


def entry(name: str, now: datetime) -> Entry:
    return next(one for one in entries(now) if one.name == name)


@pytest.mark.parametrize(
    ("planned", "words"),
    [
        (schedule(15), "every 15 s"),
        (schedule(0.5), "every 0.5 s"),
        (schedule(600), "every 10 min"),
        (schedule(timedelta(hours=1)), "every 1 h"),
        (crontab(hour="3", minute="30"), "every day at 03:30"),
        (crontab(hour="3", minute="*/5"), "by crontab */5 3 * * *"),
        (crontab(hour="3", minute="0", day_of_week="1"), "by crontab 0 3 * * 1"),
    ],
)
def test_how_often_is_said_in_words(planned, words):
    assert how_often(planned) == words


@pytest.mark.django_db
def test_of_a_site_that_never_ran_nothing_is_known_and_nothing_is_late():
    now = timezone.now()

    assert beat.beat(now) is None
    assert beat.beat_at() is None
    for one in entries(now):
        assert (one.last_at, one.next_at, one.due_at) == (None, None, None)
        assert (one.is_late, one.is_missed) == (False, False)


@pytest.mark.django_db
def test_an_entry_tells_its_last_run_and_what_beat_means_to_do_next():
    now = timezone.now()
    next_at = now + 9 * SECOND
    flowing.beat(now, sweep={"sent_at": now.isoformat(), "next_at": next_at.isoformat()})
    ran("sweep", now - 6 * SECOND)

    found = entry("sweep", now)

    assert beat.beat_at() == now
    assert (found.task, found.words) == ("movies.tasks.sweep", "Find lost searches and re-fills")
    assert found.how_often == "every 15 s"
    assert (found.last_at, found.last_seconds) == (now - 6 * SECOND, 0.2)
    assert (found.last_state, found.last_words) == ("done", "nothing")
    assert found.next_at == next_at
    assert abs(found.due_at - next_at) < SECOND
    assert (found.is_late, found.is_missed) == (False, False)


@pytest.mark.django_db
def test_what_should_have_begun_is_late_and_then_missed():
    begun_at = timezone.now()
    ran("sweep", begun_at)

    def at(seconds: int) -> tuple[bool, bool]:
        found = entry("sweep", begun_at + seconds * SECOND)
        return found.is_late, found.is_missed

    assert at(44) == (False, False)
    assert at(46) == (True, False)
    assert at(74) == (True, False)
    assert at(76) == (False, True)


@pytest.mark.django_db
def test_the_nightly_run_is_late_after_ten_minutes_and_missed_once_its_message_expired():
    ran("prune", datetime(2026, 11, 22, 2, 30, tzinfo=UTC))
    due_at = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

    def at(minutes: int) -> tuple[bool, bool]:
        found = entry("prune", due_at + timedelta(minutes=minutes))
        return found.is_late, found.is_missed

    found = entry("prune", due_at)
    assert abs(found.due_at - due_at) < SECOND
    assert at(9) == (False, False)
    assert at(11) == (True, False)
    assert at(71) == (False, True)


@pytest.mark.django_db
def test_what_was_sent_and_never_ran_is_late():
    now = timezone.now()
    sent_at = now - 40 * SECOND
    flowing.beat(now, sweep={"sent_at": sent_at.isoformat(), "next_at": now.isoformat()})

    assert entry("sweep", now).is_late


@pytest.mark.django_db
def test_a_beat_that_is_silent_or_has_stopped_has_no_next():
    now = timezone.now()
    flowing.beat(now, sweep={"sent_at": None, "next_at": now.isoformat()})
    later = now + timedelta(seconds=31)
    assert beat.beat(now).is_alive
    assert beat.beat(later).is_silent
    assert entry("sweep", now).next_at == now
    assert entry("sweep", later).next_at is None

    flowing.beat(now, stopped_at=now, sweep={"sent_at": None, "next_at": now.isoformat()})
    assert not beat.beat(later).is_silent
    assert not beat.beat(now).is_alive
    assert entry("sweep", now).next_at is None


@pytest.mark.django_db
def test_what_runs_for_long_is_not_late():
    now = timezone.now()
    ran("sweep", now - timedelta(minutes=5))
    assert entry("sweep", now).is_missed

    since = now - 10 * SECOND
    running = [{"task": "movies.tasks.sweep", "about": None, "since": since.isoformat()}]
    flowing.worker(running=running)

    found = entry("sweep", now)
    assert found.running_since == since
    assert (found.is_late, found.is_missed) == (False, False)
    assert entry("sweep", now + timedelta(minutes=1)).running_since is None, "of a silent worker"


def test_all_that_is_scheduled_has_plain_words_and_a_message_that_expires(settings):
    for planned in settings.CELERY_BEAT_SCHEDULE.values():
        assert planned["task"] in NAMES
        assert planned["options"]["expires"] > 0
