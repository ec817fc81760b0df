from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

import movies.services
from dashboard import services
from dashboard.days import site_date
from dashboard.models import ActorDay, DayTotals, FilmDay, HourTotals, RollUp, Snapshot, TermDay
from dashboard.rollup import folding, retention
from dashboard.rollup.rebuilding import ask_for_rebuild
from dashboard.tests.figures_of import differences, searches_in
from dashboard.tests.rows import imported, search
from movies.models import Search

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
KEPT_FROM = datetime(2026, 8, 23, 22, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folded() -> None:
    for days in (92, 91, 90, 89, 0):
        search("dune", at=NOW - timedelta(days=days), actor="a")
    folding.fold()


def test_retention_freezes_the_days_whose_searches_it_removes(folded):
    removed = services.prune(NOW)

    assert (removed["searches"], removed["searcher days"]) == (2, 2)
    assert RollUp.objects.get().raw_from == movies.services.kept_from(NOW) == KEPT_FROM
    assert differences() == []
    assert searches_in() == {"days": 5, "hours": 5, "terms": 5}
    assert services.prune(NOW)["searches"] == 0


def test_a_crash_before_the_searches_go_is_harmless(folded, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(movies.services, "prune", lambda now: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.prune(NOW)
    assert RollUp.objects.get().raw_from == KEPT_FROM
    assert Search.objects.count() == 5

    services.prune(NOW)

    assert differences() == []
    assert searches_in()["days"] == 5


def test_a_clock_that_goes_back_thaws_nothing(folded):
    services.prune(NOW)

    services.prune(NOW - timedelta(days=30))

    assert RollUp.objects.get().raw_from == KEPT_FROM


def test_a_search_that_waits_for_its_fold_is_kept_and_counted_exactly(folded):
    search("late", at=NOW - timedelta(days=91), actor="a")
    search("heat", at=NOW - timedelta(days=91), actor="a", outcome="")

    services.prune(NOW)
    assert Search.objects.filter(created_at__lt=KEPT_FROM).count() == 2
    folding.fold()

    day = DayTotals.objects.get(day=site_date(NOW - timedelta(days=91)))
    assert (day.searches, day.terms, day.searchers) == (2, 2, 1)
    assert services.prune(NOW)["searches"] == 1
    assert differences() == []


def test_a_rebuild_that_is_asked_for_comes_before_the_days_are_frozen(folded):
    day = site_date(NOW - timedelta(days=91))
    DayTotals.objects.filter(day=day).update(searches=99)
    ask_for_rebuild()

    services.prune(NOW)

    assert DayTotals.objects.get(day=day).searches == 1


def test_so_does_a_change_of_the_time_zone(folded, settings):
    settings.TIME_ZONE = "Pacific/Niue"

    services.prune(NOW)

    assert differences() == []
    assert searches_in()["days"] == 5
    assert RollUp.objects.get().raw_from == movies.services.kept_from(NOW)


def test_read_models_by_term_and_hour_are_kept_800_days_and_totals_for_ever(monkeypatch):
    monkeypatch.setattr(retention, "ROWS_A_BATCH", 2)
    for days in (799, 800, 801, 802):
        for term in ("dune", "alien", "heat"):
            search(term, at=NOW - timedelta(days=days))
    folding.fold()
    FilmDay.objects.create(day=date(2020, 1, 1), held=1, complete=1)

    removed = services.prune(NOW)

    assert (removed["term days"], removed["hours"]) == (6, 2)
    first = site_date(NOW - timedelta(days=800))
    assert TermDay.objects.count() == TermDay.objects.filter(day__gte=first).count() == 6
    assert HourTotals.objects.count() == 2
    assert DayTotals.objects.count() == 4
    assert list(DayTotals.objects.filter(only_totals=False)) == list(
        DayTotals.objects.filter(day__gte=first)
    )
    assert FilmDay.objects.exists()


def test_searchers_are_forgotten_a_few_at_a_time(folded, monkeypatch):
    monkeypatch.setattr(retention, "ROWS_A_BATCH", 2)
    for number in range(5):
        search("dune", at=NOW - timedelta(days=92), actor=f"searcher {number}")
    folding.fold()

    assert services.prune(NOW)["searcher days"] == 7
    assert ActorDay.objects.count() == 3
    assert DayTotals.objects.get(day=site_date(NOW - timedelta(days=92))).searchers == 6


def test_snapshots_that_nobody_wanted_for_two_days_go():
    for hours in (47, 49):
        day = NOW.date()
        Snapshot.objects.create(
            key=f"{hours}", first=day, last=day, wanted_at=NOW - timedelta(hours=hours)
        )

    assert services.prune(NOW)["snapshots"] == 1
    assert Snapshot.objects.get().key == "47"


def test_days_that_lost_their_terms_before_that_was_written_down_are_marked(folded):
    for days in (802, 900, 901):
        search("dune", at=timezone.now() - timedelta(days=days))
    folding.fold()
    gone, mixed = (site_date(timezone.now() - timedelta(days=days)) for days in (900, 901))
    TermDay.objects.filter(day__in=[gone, mixed]).delete()
    search("alien", at=timezone.now() - timedelta(days=901), source=imported())
    folding.fold()

    import_module("dashboard.migrations.0020_only_totals").mark(apps, connection.schema_editor())

    assert {row.day for row in DayTotals.objects.filter(only_totals=True)} == {gone, mixed}
