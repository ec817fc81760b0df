from datetime import timedelta

from django.utils import timezone
from django_celery_results.models import TaskResult

from conftest import wait_until
from movies.models import SearchTerm
from notifications import tasks
from notifications.models import Notification


def test_the_task_delivers_the_row_of_its_id(queued, smtp):
    assert tasks.deliver(queued().pk) == "sent"
    assert tasks.deliver(0) == "not mine"


def test_the_tick_says_what_it_did_or_nothing(queued, smtp):
    queued()
    queued()

    assert tasks.relay() == "2 sent"
    assert tasks.relay() is None


def test_the_reconciler_says_what_it_wrote_or_nothing(db):
    term = SearchTerm(term="dune", created_at=timezone.now() - timedelta(minutes=5))
    SearchTerm.objects.bulk_create([term])

    assert tasks.reconcile() == "1 written"
    assert tasks.reconcile() is None


def test_only_deliveries_keep_their_result():
    assert not tasks.deliver.ignore_result
    assert tasks.relay.ignore_result
    assert tasks.reconcile.ignore_result


def test_a_new_term_reaches_the_admins_through_a_real_worker(start_worker, smtp):
    start_worker(EMAIL_URL=f"smtp://127.0.0.1:{smtp.port}", ADMINS="Ann <ann@example.org>")

    SearchTerm.objects.create(term="dune")

    wait_until(lambda: TaskResult.objects.filter(status="SUCCESS").exists())
    assert smtp.messages[0]["Subject"] == "[Django] New Search Term"
    assert smtp.envelopes == [["ann@example.org"]]
    assert Notification.objects.get().state == "sent"
    assert TaskResult.objects.get().result == '"sent"'
