from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.tests import rows
from dashboard.tests.flow.flowing import SWEEP, ran, worker
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db
PAGE = "dashboard:flow"
QUEUES = ["interactive", "periodic", "bulk"]


@pytest.fixture
def viewer(client, member) -> Client:
    client.force_login(member("Viewers"))
    return client


def words(client: Client, query: str = "") -> str:
    return client.get(reverse(PAGE) + query).content.decode()


def answer(client: Client, query: str = "") -> str:
    return client.get(reverse(PAGE) + query).context["answer"]


def test_an_empty_site_says_what_will_fill_the_page(viewer, broker):
    shown = words(viewer)

    assert "Nothing ran in this time. Workers count each task they run" in shown
    assert "No worker told of itself within a day." in shown
    assert "<canvas" not in shown


def test_work_that_flows_is_said_with_its_numbers(viewer, broker):
    worker(queues=QUEUES)
    ran(timezone.now(), *[0.2] * 300, failures=1, waited=[0.03] * 300)

    shown = words(viewer)

    assert answer(viewer) == "Work flows: 300 runs in 24 hours, 1 failed."
    assert answer(viewer, "?period=7d") == "Work flows: 300 runs in 7 days, 1 failed."
    assert "1 (0.3\N{NO-BREAK SPACE}%)" in shown
    assert "27 ms / 27 ms / 27 ms" in shown
    assert "Nothing waits" in shown


def test_nothing_failed_is_said_too(viewer, broker):
    worker(queues=QUEUES)
    ran(timezone.now(), 1)

    assert answer(viewer) == "Work flows: 1 run in 24 hours, none failed."


def test_a_broker_that_is_away_fails_no_page(viewer, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert answer(viewer).startswith("The broker is out of reach;")


def test_a_queue_that_nobody_takes_from_is_named_with_who_did(viewer, broker):
    worker("one@here", queues=["interactive"])
    assert answer(viewer) == "Nobody takes from periodic, bulk: no worker runs for it."

    worker("two@here", queues=QUEUES, at=timezone.now() - timedelta(minutes=5))
    assert answer(viewer).startswith("Nobody takes from periodic, bulk: two@here silent since ")
    assert "Nobody" in words(viewer)


def test_a_silent_worker_is_said_though_others_do_its_work(viewer, broker):
    worker("one@here", queues=QUEUES)
    worker("two@here", queues=QUEUES, at=timezone.now() - timedelta(minutes=5))

    assert answer(viewer).startswith("Every queue is served, but a worker is gone: two@here silent")


def test_what_waits_for_long_is_said(viewer, broker):
    worker(queues=QUEUES)
    rows.search("waits", at=timezone.now() - timedelta(minutes=3), outcome="")

    assert answer(viewer).startswith("A search has waited for 3 min")


def test_one_task_can_be_looked_at_alone(viewer, broker):
    worker(queues=QUEUES)
    ran(timezone.now(), 1, 1)
    ran(timezone.now(), 1, task=SWEEP)

    shown = viewer.get(reverse(PAGE), {"task": SWEEP, "period": "28d"})

    assert "1 run, 0 failed" in shown.context["chart"].summary
    assert "Task: Find lost searches and re-fills" in shown.content.decode()
    assert f"?period=7d&amp;task={SWEEP}" in shown.content.decode()


def test_a_task_that_nobody_knows_is_no_filter(viewer, broker):
    ran(timezone.now(), 1)

    shown = viewer.get(reverse(PAGE), {"task": "<script>", "period": "'\0"})

    assert shown.context["chip"] is None
    assert "<script>'" not in shown.content.decode()


def test_the_table_of_the_chart_is_of_days_or_of_hours(viewer, broker):
    ran(timezone.now(), 1)

    hours, days = (
        viewer.get(reverse(PAGE), {"period": key}).context["chart"] for key in ("24h", "28d")
    )

    assert (hours.title, days.title) == ("Runs per hour", "Runs per day")
    assert (len(hours.drawn["labels"]), len(days.drawn["labels"])) == (24, 28)
    assert days.drawn["series"][0]["values"][-1] == 1
    assert "not counted" in days.table
    assert days.so_far in days.table


def test_workers_are_shown_with_what_they_do(viewer, member, broker):
    since = (timezone.now() - timedelta(seconds=3)).isoformat()
    running = [
        {"task": "movies.tasks.run_search", "about": 17, "since": since},
        {"task": "movies.tasks.fill_refill_item", "about": 18, "since": since},
        {"task": SWEEP, "about": None, "since": since},
    ]
    now = timezone.now()
    worker("busy@here", queues=QUEUES, running=running, concurrency=4)
    worker("old@here", version="older")
    worker("ending@here", stopping_at=now)
    worker("gone@here", stopped_at=now)

    shown = words(viewer)

    address = reverse("admin:movies_search_change", args=[17])
    assert f'<a class="link" href="{address}">Run a search 17</a>, for 3' in shown
    assert "Fill a film 18, for 3" in shown
    assert "Find lost searches and re-fills, for 3" in shown
    assert "3 of 4" in shown
    assert "not that of this page" in shown
    assert "when its tasks are done" in shown
    assert "Stopped" in shown


def test_who_may_not_see_a_search_is_led_to_none(client, broker):
    client.force_login(allowed("view_taskresult"))
    since = timezone.now().isoformat()
    worker(running=[{"task": "movies.tasks.run_search", "about": 17, "since": since}])

    shown = words(client)

    assert "Run a search 17, for" in shown
    assert reverse("admin:movies_search_change", args=[17]) not in shown


def test_the_page_costs_the_same_however_much_ran(viewer, broker, django_assert_num_queries):
    worker(queues=QUEUES)
    ran(timezone.now(), 1)
    viewer.get(reverse(PAGE))

    for hours in range(24):
        ran(timezone.now() - timedelta(hours=hours), 1, 1, task=f"a.task.{hours}")
        worker(f"{hours}@here", queues=QUEUES)

    with django_assert_num_queries(10):
        viewer.get(reverse(PAGE))


def test_the_open_page_renews_itself_by_its_part(viewer):
    url = reverse("dashboard:flow")

    part = viewer.get(url, headers={"HX-Request": "true"}).text

    assert f'data-live="{url}" data-every="10"' in viewer.get(url).text
    assert "data-state" in part
    assert "<html" not in part


def test_a_page_whose_reader_has_left_puts_no_sign_in_into_itself(client):
    url = reverse("dashboard:flow")

    assert client.get(url, headers={"HX-Request": "true"}).status_code == 401
