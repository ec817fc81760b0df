import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from dashboard.alerts import weekly
from dashboard.curation.hiding import hide
from dashboard.models import Incident, RollUp, Snapshot
from dashboard.rollup import folding
from dashboard.tests import rows
from movies.models import Outcome, SearchTerm
from notifications.models import Notification

# A Monday, 08:40 in Berlin; the last week was 16 to 22 November.
NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 11, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def searched(*ago: int, term: str = "dune", **facts) -> None:
    """Write a search so many days before the last Sunday, each."""
    for days in ago:
        rows.search(term, at=SUNDAY - days * DAY, **facts)


def figures(to: datetime = NOW) -> None:
    folding.fold()
    RollUp.objects.update_or_create(pk=1, defaults={"figures_to": to})


def told(now: datetime = NOW) -> Notification:
    assert weekly.tell(now) == "told"
    return Notification.objects.get(kind="weekly_digest")


def test_a_week_is_told_once_with_its_figures_and_what_is_worth_doing():
    searched(0, 1, 1, 8, 9)
    searched(2, term="nothing <b>", outcome=Outcome.NOT_FOUND)
    searched(30)
    Incident.objects.create(
        kind="spike", began_at=SUNDAY, seen_at=SUNDAY, ended_at=SUNDAY, words="Spike: 3 searches"
    )
    figures()

    mail = told()

    assert mail.subject == "Last week, 16–22 Nov: 4 searches"  # noqa: RUF001
    assert "AGAINST 9–15 NOV\n- Searches: 4, ▲ +100\N{NO-BREAK SPACE}%\n" in mail.text  # noqa: RUF001
    assert "first-time terms" in mail.text.splitlines()[1].lower()
    assert "- nothing <b>: 1" in mail.text
    assert "nothing &lt;b&gt;" in mail.html
    assert "- Sun 22 Nov: Spike: 3 searches\n" in mail.text
    assert "/admin/?from=2026-11-16&to=2026-11-22\n" in mail.text
    assert "OMDb calls left" not in mail.text
    assert weekly.tell(NOW + DAY) == "told"
    assert Notification.objects.filter(kind="weekly_digest").count() == 1


def test_every_link_of_the_mail_leads_to_a_page(admin_client):
    searched(0, 1, 8)
    searched(3, term="alien", outcome=Outcome.NOT_FOUND)
    figures()

    links = re.findall(r"http://localhost:\d+(\S+)", told().text)

    assert len(links) >= 4
    for link in links:
        assert admin_client.get(link, follow=True).status_code == 200


def test_a_week_without_a_search_is_told_as_such():
    searched(9)
    figures()

    mail = told()

    assert mail.text.startswith("No searches 16–22 Nov.\n")  # noqa: RUF001
    assert "TOP" not in mail.text


def test_a_site_that_nobody_had_searched_by_then_has_no_digest():
    rows.search("dune", at=NOW)
    figures()

    assert weekly.tell(NOW) == "nobody had searched by then"
    assert not Notification.objects.filter(kind="weekly_digest").exists()


@pytest.mark.parametrize(
    ("now", "figures_to", "answer"),
    [
        # 06:40 on Monday is for last week not late enough, and 23:40 on Sunday is in it.
        (NOW - timedelta(hours=2), NOW, "waits for Monday"),
        (NOW, SUNDAY + timedelta(hours=11), "waits for the figures"),
    ],
)
def test_what_is_not_over_or_not_known_yet_is_told_later(now, figures_to, answer):
    searched(0)
    figures(figures_to)

    assert weekly.tell(now) == answer
    assert not Notification.objects.filter(kind="weekly_digest").exists()
    figures()
    assert told(NOW + 5 * DAY).subject.startswith("Last week, 16–22 Nov")  # noqa: RUF001


def test_terms_that_somebody_looked_at_on_sunday_are_worked_out_once_more():
    searched(3)
    figures(SUNDAY)
    view = weekly.week_before(NOW)
    weekly.refreshing.refresh(weekly.snapshots.wanted(view, SUNDAY).pk, SUNDAY)
    searched(0, 0)
    figures()

    assert told().subject.endswith("3 searches")
    assert Snapshot.objects.get().searches == 3


def test_terms_that_somebody_looked_at_on_monday_are_told_as_they_are():
    searched(0)
    figures()
    snapshot = weekly.snapshots.wanted(weekly.week_before(NOW), NOW)
    weekly.refreshing.refresh(snapshot.pk, NOW)
    worked_out = Snapshot.objects.get().took_ms, Snapshot.objects.get().figures_to

    assert told().subject.endswith("1 search")
    assert (Snapshot.objects.get().took_ms, Snapshot.objects.get().figures_to) == worked_out


def test_while_days_are_put_right_the_digest_waits(settings):
    searched(0)
    figures()
    RollUp.objects.update(needs_rebuild=True)
    assert weekly.tell(NOW) == "waits for the figures"

    RollUp.objects.update(needs_rebuild=False)
    settings.TIME_ZONE = "Asia/Kolkata"
    assert weekly.tell(NOW) == "waits for the figures"


def test_a_term_that_was_hidden_since_is_not_named():
    searched(0, 1)
    searched(2, 2, term="buy pills")
    figures()
    snapshot = weekly.snapshots.wanted(weekly.week_before(NOW), NOW)
    weekly.refreshing.refresh(snapshot.pk, NOW)
    assert hide(SearchTerm.objects.get(term="buy pills"), User.objects.create())
    # Its old table is not taken while a worker makes the new one.
    Snapshot.objects.update(lease_until=NOW + timedelta(minutes=2))
    assert weekly.tell(NOW) == "waits for the terms"

    Snapshot.objects.update(lease_until=None)
    assert "buy pills" not in told().text


def test_a_verdict_that_is_the_answer_is_told_once():
    searched(20)
    for number in range(70):
        searched(7 + number % 7, term=f"never seen {number}")
        searched(number % 7)
    figures()

    assert told().text.count("The cache is getting more complete") == 1


def test_while_another_worker_works_terms_out_the_digest_waits():
    searched(0)
    figures()
    snapshot = weekly.snapshots.wanted(weekly.week_before(NOW), NOW)
    Snapshot.objects.filter(pk=snapshot.pk).update(lease_until=NOW + timedelta(minutes=2))

    assert weekly.tell(NOW) == "waits for the terms"
