import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.html import strip_tags

from dashboard.front.needs import needs_of, work_of
from dashboard.front.sharing import Shared, shared_with
from dashboard.periods import view_of
from dashboard.results.folding import fold_tasks
from dashboard.rollup import folding
from dashboard.system.lines import Line, Report, State
from dashboard.tests import rows
from movies.models import Outcome, Refill

pytestmark = pytest.mark.django_db

FINE = Line(State.FINE, "answers", key="broker", name="Broker")
BROKEN = Line(State.BROKEN, "silent", key="relay", name="Relay")
UNKNOWN = Line(State.UNKNOWN, "never heard of", key="beat", name="Beat")


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


def said(shared: Shared, *lines: Line):
    return needs_of(shared, Report(timezone.now(), lines))


def listed(client, needs) -> list[int]:
    """Return how many rows each line leads to."""
    return [client.get(need.url).context["cl"].result_count for need in needs]


def test_what_failed_is_said_the_gravest_first_and_leads_to_its_rows(boss, client):
    rows.notification("failed")
    rows.notification("failed", reviewed_at=timezone.now())
    rows.search("dune", outcome=Outcome.FAILED)
    rows.search("dune", outcome=Outcome.REFUSED)
    rows.task_result("FAILURE")

    needs = said(shared(boss), FINE)

    assert [need.sentence for need in needs.shown] == [
        "1 notification failed",
        "2 searches failed in 24 hours",
        "1 new error in 24 hours",
    ]
    assert needs.others == []
    assert listed(client, needs.shown) == [1, 2, 1]


def test_what_is_broken_comes_first_and_leads_to_the_system_page(boss, client):
    rows.notification("failed")

    broken, failed = said(shared(boss), FINE, BROKEN).shown

    assert broken.sentence == "Relay: silent"
    assert client.get(broken.url).context["title"] == "System"
    assert failed.sentence == "1 notification failed"


def test_three_lines_are_shown_and_the_others_are_kept_apart(boss):
    rows.search("heat", outcome=Outcome.FAILED)
    rows.notification("failed")
    rows.task_result("FAILURE")

    needs = said(shared(boss), BROKEN)

    assert len(needs.shown) == 3
    assert [need.sentence for need in needs.others] == ["1 new error in 24 hours"]
    assert not needs.on_system


def test_others_that_the_system_page_names_are_left_to_it(boss):
    needs = said(shared(boss), *[BROKEN] * 5)

    assert (len(needs.shown), len(needs.others)) == (3, 2)
    assert needs.on_system


def test_nothing_needs_anybody_on_a_site_in_good_health(boss):
    rows.search()

    needs = said(shared(boss), FINE, FINE)

    assert (needs.shown, needs.others) == ([], [])
    assert needs.is_known
    assert re.fullmatch(r"Nothing needs you. 2 checks fine, \d\d:\d\d.", strip_tags(needs.calm))


def test_what_is_unknown_is_no_calm(boss):
    needs = said(shared(boss), FINE, UNKNOWN)

    assert not needs.is_known
    assert strip_tags(needs.calm).startswith(
        "Nothing is known to need you. 1 check fine, 1 unknown"
    )


def test_who_may_not_see_the_system_hears_of_what_they_may(boss, staff):
    assert needs_of(shared(boss), None).calm == "Nothing needs you."
    assert needs_of(shared(staff), None).calm == ""


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

    assert needs_of(shared(staff), None).shown == work_of(shared(staff)) == []
