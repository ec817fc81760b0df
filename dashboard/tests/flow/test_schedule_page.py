import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import ScheduledRun
from dashboard.tests.flow import flowing
from movies import queueing
from movies.queueing import waiting
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SWEEP, PRUNE = "movies.tasks.sweep", "dashboard.tasks.prune"


@pytest.fixture
def viewer(client, member) -> Client:
    client.force_login(member("Viewers"))
    return client


@pytest.fixture
def operator(client, member) -> Client:
    client.force_login(member("Operators"))
    return client


def page(client: Client) -> str:
    return client.get(reverse("dashboard:schedule")).content.decode()


def answer(client: Client) -> str:
    return client.get(reverse("dashboard:schedule")).context["answer"]


def pressed(client: Client, name: str = "sweep") -> str:
    """Press Run now; return what is answered."""
    response = client.post(reverse("dashboard:run_now", args=[name]))
    assert response.url == reverse("dashboard:schedule")
    *_, last = get_messages(response.wsgi_request)
    return str(last)


def ticking(**plans: object) -> None:
    flowing.beat(timezone.now(), **plans)


def ran(task: str, state: str = "done", **facts: object) -> ScheduledRun:
    known = {"begun_at": timezone.now(), "seconds": 0.25, "words": "2 searches"}
    return ScheduledRun.objects.create(task=task, state=state, **known | facts)


def test_a_site_whose_beat_never_ran_says_so(viewer):
    assert answer(viewer) == "Beat has not run yet: nothing starts by itself."
    assert "Not run yet" in page(viewer)


def test_what_runs_and_how_often_stands_in_words(viewer):
    next_at = (timezone.now() + 9 * SECOND).isoformat()
    ticking(sweep={"sent_at": None, "next_at": next_at})
    ran(SWEEP)

    shown = page(viewer)

    count = len(settings.CELERY_BEAT_SCHEDULE)
    assert answer(viewer) == f"{count} things run by themselves, and all are on time."
    for words in ("every 15 s", "every 10 min", "every day at 03:30", "2 searches", "in 250 ms"):
        assert words in shown
    assert '<span class="unit">next </span>' in shown
    assert "Run now<" not in shown, "that is for operators"


def test_a_silent_beat_comes_before_all_else(viewer):
    now = timezone.now()
    flowing.beat(now - timedelta(minutes=2))
    ran(SWEEP, "failed")
    assert answer(viewer).startswith("Beat: silent since ")

    flowing.beat(now, stopped_at=now)
    assert answer(viewer).startswith("Beat: stopped ")


def test_a_run_that_failed_is_named(viewer):
    ticking()
    ran(SWEEP, "failed", words="OperationalError: gone", seconds=None)

    assert answer(viewer) == "Failed when it last ran: Find lost searches and re-fills."
    assert "OperationalError: gone" in page(viewer)


def test_late_and_missed_are_worth_a_look(viewer):
    ticking()
    now = timezone.now()
    ran(SWEEP, begun_at=now - 50 * SECOND)
    ran(PRUNE, begun_at=now - timedelta(days=3))

    shown = page(viewer)

    behind = "Behind: Find lost searches and re-fills, Remove what is too old."
    assert answer(viewer) == behind
    assert "Late" in shown
    assert "Missed" in shown
    assert "was to begin" in shown


def test_what_runs_now_says_so(viewer):
    ticking()
    running = [{"task": PRUNE, "about": None, "since": timezone.now().isoformat()}]
    flowing.worker(running=running)
    flowing.worker("gone@here", running=running, at=timezone.now() - timedelta(minutes=5))

    assert page(viewer).count("Running") == 1


def test_run_now_publishes_once_however_often_it_is_pressed(operator, broker):
    assert pressed(operator).startswith("Started: <a")
    again = pressed(operator)

    assert again.startswith("Already done by a operator, <time")
    assert waiting("periodic") == 1
    entry = LogEntry.objects.get()
    assert (entry.get_change_message(), entry.object_id) == ("Asked for a run.", SWEEP)
    assert "Asked for by a operator, " in page(operator)


def test_what_was_asked_for_may_be_asked_for_again_once_it_ran(operator, broker):
    pressed(operator)
    ScheduledRun.objects.update(begun_at=timezone.now())

    assert pressed(operator).startswith("Started:")
    assert LogEntry.objects.count() == 2


def test_a_message_that_was_lost_blocks_nobody_for_long(operator, broker):
    pressed(operator)
    ScheduledRun.objects.update(asked_at=timezone.now() - timedelta(seconds=61))

    assert pressed(operator).startswith("Started:")


def test_who_asked_may_be_gone(operator, broker):
    pressed(operator)
    ScheduledRun.objects.update(asked_by=None)

    assert pressed(operator).startswith("Already done by —, ")


def test_a_broker_that_is_away_starts_nothing_and_fails_no_page(operator, monkeypatch):
    monkeypatch.setattr(queueing, "_closed_again_at", time.monotonic() + 60)

    assert pressed(operator).startswith("Nothing was started, the broker is out of reach.")

    assert ScheduledRun.objects.get().asked_at is None
    assert "Run now<" in page(operator)


def test_an_entry_that_is_none_is_not_found(operator):
    assert operator.post(reverse("dashboard:run_now", args=["nothing"])).status_code == 404


def test_running_takes_both_rights(client, broker):
    client.force_login(allowed("run_schedule"))

    assert client.post(reverse("dashboard:run_now", args=["sweep"])).status_code == 403
    assert not User.objects.filter(logentry__isnull=False).exists()


def test_the_page_costs_the_same_however_much_ran(viewer, django_assert_num_queries):
    ticking()
    page(viewer)
    for number in range(20):
        flowing.worker(f"{number}@here")
    for task in (SWEEP, PRUNE):
        ran(task, asked_at=timezone.now(), asked_by=User.objects.get())

    with django_assert_num_queries(8):
        page(viewer)


def test_the_open_page_renews_itself_by_its_part(viewer):
    url = reverse("dashboard:schedule")

    part = viewer.get(url, headers={"HX-Request": "true"}).text

    assert f'data-live="{url}" data-every="10"' in viewer.get(url).text
    assert "data-state" in part
    assert "<html" not in part


def test_a_page_whose_reader_has_left_puts_no_sign_in_into_itself(client):
    url = reverse("dashboard:schedule")

    assert client.get(url, headers={"HX-Request": "true"}).status_code == 401
