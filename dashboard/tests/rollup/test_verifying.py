from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F

from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, TermDay
from dashboard.rollup import folding, verifying
from dashboard.rollup.covered import OtherTimeZone
from dashboard.tests.figures_of import at_once, differences
from dashboard.tests.rows import search
from movies.models import Origin, Outcome, Search

MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folded() -> None:
    for number in range(4):
        search("dune", at=MONDAY + timedelta(hours=number), actor="ada", films_found=number)
    search("alien", at=MONDAY, actor="ben", origin=Origin.STAFF, outcome=Outcome.FAILED)
    search("dune", at=MONDAY + timedelta(days=1))
    folding.fold()


def test_what_was_folded_is_right_and_is_counted(folded):
    report = verifying.verify([].append)

    assert (report.days, report.searches, report.found) == (2, 6, 0)


def test_nothing_to_check_is_right_too():
    assert verifying.verify([].append) == verifying.Report(0, 0, 0)


def test_each_kind_of_difference_is_named(folded):
    TermDay.objects.filter(searches=4).update(from_cache=7)
    HourTotals.objects.filter(left_out=True).update(failed=0)
    ActorDay.objects.filter(actor="ada").update(searches=F("searches") + 1)
    DayTotals.objects.filter(left_out=False, day=MONDAY.date()).update(searchers=1204)

    assert differences() == [
        "16 Nov 2026, 10:00 CET, left out: failed is 0, should be 1",
        "16 Nov 2026, 'dune': from cache is 7, should be 3",
        "16 Nov 2026, searcher ada: searches is 5, should be 4",
        "16 Nov 2026, the whole day: searchers is 1,204, should be 1",
        "16 Nov 2026, the whole day, left out: failed is 1, should be 0",
    ]


def test_a_row_that_is_missing_or_too_much_is_named():
    search("dune", at=MONDAY)
    folding.fold()
    TermDay.objects.update(day=date(2026, 11, 14))

    assert differences() == [
        "14 Nov 2026, 'dune': searches is 1, should be 0",
        "14 Nov 2026, 'dune': nothing found is 1, should be 0",
        "14 Nov 2026, 'dune': first time is 1, should be 0",
        "14 Nov 2026, the whole day: terms is 0, should be 1",
        "16 Nov 2026, 'dune': searches is 0, should be 1",
        "16 Nov 2026, 'dune': nothing found is 0, should be 1",
        "16 Nov 2026, 'dune': first time is 0, should be 1",
        "16 Nov 2026, the whole day: terms is 1, should be 0",
    ]


def test_a_search_that_is_marked_but_was_never_added_is_found(folded):
    search("alien", at=MONDAY, counted=True)

    assert len(differences()) > 3


def test_a_search_that_waits_for_its_fold_is_no_difference(folded):
    search("alien", at=MONDAY)
    search("heat", at=MONDAY, outcome="")

    assert differences() == []


def test_frozen_days_are_not_checked(folded):
    TermDay.objects.update(searches=99)
    RollUp.objects.update(raw_from=datetime(2026, 11, 16, 23, tzinfo=UTC))

    assert verifying.verify([].append).days == 1
    RollUp.objects.update(raw_from=datetime(2026, 11, 17, 23, tzinfo=UTC))
    assert verifying.verify([].append) == verifying.Report(0, 0, 0)


def test_a_day_that_is_frozen_while_it_is_checked_raises_no_alarm(folded, monkeypatch):
    differing = verifying.differing

    def freeze_and_look(table, day):
        RollUp.objects.update(raw_from=datetime(2026, 11, 20, tzinfo=UTC))
        Search.objects.all().delete()
        return differing(table, day)

    monkeypatch.setattr(verifying, "differing", freeze_and_look)

    assert verifying.verify([].append).found == 0


def test_figures_of_another_time_zone_cannot_be_checked(folded, settings):
    settings.TIME_ZONE = "Asia/Kolkata"

    with pytest.raises(OtherTimeZone, match=r"days of Europe/Berlin, but TIME_ZONE is Asia/Kolkat"):
        verifying.verify([].append)


@pytest.mark.django_db(transaction=True)
def test_folds_that_go_on_meanwhile_raise_no_alarm(monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 2)
    for number in range(40):
        search(f"term {number % 3}", at=MONDAY, actor=f"{number % 5}", is_bot=number % 2 == 0)
    found = []

    at_once(
        folding.fold,
        folding.fold,
        *[lambda: [found.extend(differences()) for _ in range(5)]] * 2,
    )

    assert found == []
    assert verifying.verify([].append).searches == 40
