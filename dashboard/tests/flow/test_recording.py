import time
from types import SimpleNamespace

import pytest

from dashboard.flow import recording
from dashboard.flow.recorder import Recorder
from dashboard.models import TaskHour
from dashboard.models.flow import WAITED
from movies.tasks import run_search

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recorder(monkeypatch) -> Recorder:
    """The counts of a process of this test's own."""
    own = Recorder()
    monkeypatch.setattr(recording, "_recorder", own)
    return own


def test_a_run_is_counted_with_the_time_since_its_message_was_published(recorder):
    headers: dict[str, float] = {}
    recording.note_published(headers=headers)
    recording.note_begun(task_id="one")
    run_search.push_request(id="one", published_at=headers["published_at"] - 60)
    try:
        recording.count_run(task_id="one", task=run_search, state="SUCCESS", retval="nothing_new")
    finally:
        run_search.pop_request()
    recording.write_the_rest()

    row = TaskHour.objects.get()
    assert (row.task, row.runs, row.failures) == (run_search.name, 1, 0)
    assert row.wait_32 == 1, "a minute"
    assert abs(headers["published_at"] - time.time()) < 60


def test_a_message_of_an_older_release_has_no_wait(recorder):
    recording.note_begun(task_id="one")
    run_search.push_request(id="one")
    try:
        recording.count_run(task_id="one", task=run_search, state="SUCCESS", retval="nothing_new")
    finally:
        run_search.pop_request()
    recording.write_the_rest()

    row = TaskHour.objects.get()
    assert sum(getattr(row, name) for name in WAITED) == 0


def test_the_worker_counts_those_whose_process_was_killed_and_no_others(recorder):
    recording.note_begun(task_id="its own")
    recording.count_killed(sender=run_search, task_id="its own")
    recording.count_killed(sender=run_search, task_id="killed")
    recording.count_killed_and_repeated(sender=run_search, request=SimpleNamespace(id="again"))
    recording.start_afresh()
    recorder.writer.finish(5)

    row = TaskHour.objects.get()
    assert (row.runs, row.failures) == (2, 2)


def test_a_forked_process_counts_from_nothing(recorder, monkeypatch):
    recording.count_killed(sender=run_search, task_id="killed")
    recorder.writer.finish(5)

    recording.start_afresh()
    recording.write_the_rest()

    assert TaskHour.objects.get().runs == 1
