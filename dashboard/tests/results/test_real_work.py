"""What real workers leave, and real operators who press at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone
from django_celery_results.models import TaskResult

from conftest import wait_until
from dashboard.models import ErrorGroup, TaskRecord
from dashboard.results.folding import fold_tasks
from dashboard.results.retrying import claim
from dashboard.tests.results.failures import failed_films, the_error
from movies import services, tasks
from movies.models import Origin
from movies.tests.omdb_server import Reply

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_real_worker_leaves_is_understood(omdb, start_worker):
    omdb.script(Reply.refusing("Invalid API key!", 401))
    start_worker(OMDB_URL=omdb.url, OMDB_API_KEY=omdb.key)
    search = services.request_search("blade runner", origin=Origin.VISITOR)
    tasks.run_search.delay("no key of a row")

    runs = TaskResult.objects.filter(task_name="movies.tasks.run_search")
    wait_until(lambda: runs.filter(status__in=["SUCCESS", "FAILURE"]).count() == 2)
    fold_tasks(timezone.now())

    refused = TaskRecord.objects.get(about_kind="search", about_id=search.pk)
    assert (refused.state, refused.asked_by) == ("failed", "Visitor")
    assert refused.group.exception == "InvalidKey"
    assert refused.wait_ms is not None
    assert refused.run_ms is not None
    raised = ErrorGroup.objects.get(exception="ValueError")
    assert raised.frame == "movies.querysets:claim"
    assert raised.message == "Field '…' expected a number but got '…'."


def test_of_operators_who_press_at_the_same_moment_one_retries(django_user_model):
    failed_films(1)
    error = the_error()
    operators = [django_user_model.objects.create_user(f"operator {n}") for n in range(4)]

    def press(operator) -> LogEntry | None:
        try:
            return claim(error, 0, [], operator)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(operators)) as threads:
        firsts = list(threads.map(press, operators))

    entry = LogEntry.objects.get()
    assert firsts.count(None) == 1
    assert all(first == entry for first in firsts if first)
