from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dashboard.front.needs import needs_of, work_of
from dashboard.front.sharing import Shared, shared_with
from dashboard.periods import view_of
from dashboard.results.folding import fold_tasks
from dashboard.rollup import folding
from dashboard.tests import rows
from movies.models import Outcome, Refill

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(minutes=10)


@pytest.fixture
def boss(client) -> User:
    account = User.objects.create_superuser("boss")
    client.force_login(account)
    return account


def shared(reader: User) -> Shared:
    folding.fold()
    now = timezone.now()
    fold_tasks(now)
    return shared_with(reader, view_of({}, now.date()), now)


def listed(client, needs) -> list[int]:
    """Return how many rows each line leads to."""
    return [client.get(need.url).context["cl"].result_count for need in needs]


def test_what_failed_is_said_the_gravest_first_and_leads_to_its_rows(boss, client):
    rows.notification("failed")
    rows.notification("failed", reviewed_at=timezone.now())
    rows.search("dune", outcome=Outcome.FAILED)
    rows.search("dune", outcome=Outcome.REFUSED)
    rows.task_result("FAILURE")

    needs = needs_of(shared(boss))

    assert [need.sentence for need in needs.shown] == [
        "1 notification failed",
        "2 searches failed in 24 hours",
        "1 new error in 24 hours",
    ]
    assert needs.others == []
    assert listed(client, needs.shown) == [1, 2, 1]


def test_searches_and_mail_that_no_worker_takes_come_first_with_since_when(boss, client):
    rows.search("dune", at=timezone.now() - LONG_AGO, outcome="")
    rows.notification("queued", next_attempt_at=timezone.now() - LONG_AGO)

    search, mail = needs_of(shared(boss)).shown

    assert search.sentence.startswith("1 search waiting since <time")
    assert mail.sentence.startswith("1 notification waiting since <time")
    assert listed(client, [search]) == [1]


def test_three_lines_are_shown_and_the_others_are_kept_apart(boss):
    rows.search("dune", at=timezone.now() - LONG_AGO, outcome="")
    rows.search("heat", outcome=Outcome.FAILED)
    rows.notification("failed")
    rows.task_result("FAILURE")

    needs = needs_of(shared(boss))

    assert len(needs.shown) == 3
    assert [need.sentence for need in needs.others] == ["1 new error in 24 hours"]


def test_nothing_needs_anybody_on_a_site_in_good_health(boss):
    rows.search()

    needs = needs_of(shared(boss))

    assert (needs.shown, needs.others) == ([], [])


def test_work_is_calm_until_something_failed(boss):
    Refill.objects.create()
    rows.notification("sent")

    work = {line.label: (line.count, line.role) for line in work_of(shared(boss))}

    assert work == {
        "Re-fills": ("1", ""),
        "Mails": ("1", ""),
        "Failed mails": ("0", ""),
        "Errors": ("0", ""),
    }


def test_the_mails_sent_in_24_hours_lead_to_just_these(boss, client):
    rows.notification("sent")
    rows.notification("sent", created_at=timezone.now() - timedelta(hours=25))

    mails = [line for line in work_of(shared(boss)) if line.label == "Mails"]

    assert [line.count for line in mails] == ["1"]
    assert listed(client, mails) == [1]


def test_work_that_failed_is_red_and_leads_to_it(boss, client):
    rows.notification("failed")
    rows.task_result("FAILURE")

    failed = [line for line in work_of(shared(boss)) if line.role == "needs"]

    assert [line.label for line in failed] == ["Failed mails", "Errors"]
    assert listed(client, failed) == [1, 1]


def test_who_may_see_nothing_has_neither_needs_nor_work(staff):
    rows.notification("failed")

    assert needs_of(shared(staff)).shown == work_of(shared(staff)) == []
