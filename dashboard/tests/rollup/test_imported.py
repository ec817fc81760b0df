"""What was imported is in the figures, and stays there as if it had been made just now."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from dashboard import services
from dashboard.days import site_date
from dashboard.models import DayTotals, HourTotals, RollUp, Snapshot, TermDay
from dashboard.periods import view_of
from dashboard.ranks import ranking
from dashboard.rollup import folding
from dashboard.tests.figures_of import differences, searches_in
from dashboard.tests.rows import imported, search
from movies.models import Import, Search
from notifications.models import Notification

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def bring_in(*ago: int, folder, written_at: datetime = NOW) -> Import:
    """Import a search of each of these days; the file says that nothing was found."""
    lines = [f"{(NOW - days * DAY).isoformat()},dune,not_found\n" for days in ago]
    (folder / "old.csv").write_text("".join(lines))
    call_command("import_searches", str(folder / "old.csv"), verbosity=0)
    Import.objects.update(written_at=written_at)
    return Import.objects.get()


def test_imported_searches_are_in_the_figures_of_their_days_and_verify_finds_no_difference(
    tmp_path, django_capture_on_commit_callbacks
):
    search("alien", at=NOW, films_found=3)
    folding.fold()

    with django_capture_on_commit_callbacks(execute=True):
        bring_in(0, 1, 1, 89, folder=tmp_path)
    folding.fold()

    assert searches_in() == {"days": 5, "hours": 5, "terms": 5}
    assert differences() == []
    assert sum(DayTotals.objects.values_list("nothing_found", flat=True)) == 4
    assert not Notification.objects.filter(about_text="dune").exists()


def test_days_that_are_frozen_take_what_is_imported_into_them(tmp_path):
    search("alien", at=NOW - 95 * DAY)
    search("alien", at=NOW)
    folding.fold()
    services.prune(NOW)
    assert RollUp.objects.get().raw_from

    bring_in(95, 96, folder=tmp_path)
    folding.fold()

    assert searches_in() == {"days": 4, "hours": 4, "terms": 4}
    assert differences() == []


def test_retention_of_what_was_imported_counts_from_the_import(tmp_path):
    search("alien", at=NOW - 900 * DAY)
    bring_in(850, 400, 1, folder=tmp_path, written_at=NOW - 89 * DAY)
    folding.fold()

    removed = services.prune(NOW)

    assert (removed["searches"], Search.objects.count()) == (1, 3)
    # Days of terms are kept for 800 days, and those of the file as long from its import on.
    assert TermDay.objects.count() == HourTotals.objects.count() == 3
    assert differences() == []

    removed = services.prune(NOW + 2 * DAY)

    assert (removed["searches"], Search.objects.count()) == (3, 0)
    assert TermDay.objects.count() == 3

    services.prune(NOW + 800 * DAY)

    assert not TermDay.objects.exists()
    assert sum(DayTotals.objects.values_list("searches", flat=True)) == 4


def test_of_an_old_log_all_tables_are_whole_and_of_the_sites_own_old_days_none_is(tmp_path):
    search("alien", at=NOW - 850 * DAY)
    search("alien", at=NOW - 1200 * DAY)
    bring_in(901, 900, 900, folder=tmp_path, written_at=NOW - 89 * DAY)
    folding.fold()
    services.prune(NOW)
    logged, own, both = (
        view_of(
            {"from": str(site_date(NOW - first * DAY)), "to": str(site_date(NOW - last * DAY))},
            site_date(NOW),
        )
        for first, last in ((900, 900), (850, 850), (901, 840))
    )

    whole = ranking.rank(Snapshot(first=logged.first, last=logged.last, before=logged.before), NOW)

    assert (logged.has_terms, logged.has_terms_before, logged.grain) == (True, True, "hour")
    assert [(row[1], row[2]) for row in whole.tables["top"].rows] == [(2, 1)]
    assert not own.has_terms
    assert (
        both.why_not_all_terms == "Terms are kept 800 days; none are shown from before 26 Jul 2024."
    )


def test_nothing_is_removed_before_it_was_counted(tmp_path):
    bring_in(400, folder=tmp_path, written_at=NOW - 200 * DAY)

    services.prune(NOW)

    assert Search.objects.count() == 1


def test_an_import_that_is_not_done_keeps_its_searches_too():
    entry = imported(finished_at=None, written_at=NOW)
    search("dune", at=NOW - 400 * DAY, source=entry, counted=True)

    services.prune(NOW)

    assert Search.objects.count() == 1
