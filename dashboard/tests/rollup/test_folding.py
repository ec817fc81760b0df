import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

import movies.services
from dashboard.days import end_of, start_of
from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, TermDay
from dashboard.rollup import folding
from dashboard.tests.figures_of import at_once, differences, searches_in
from dashboard.tests.rows import search
from movies.models import Origin, Outcome, Search

MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_a_finished_search_is_counted_once_in_each_read_model():
    search("dune", at=MONDAY, actor="a", films_found=3)

    assert folding.fold() == 1
    assert folding.fold() == 0

    term_day = TermDay.objects.get()
    assert (term_day.day, term_day.term.term) == (date(2026, 11, 16), "dune")
    assert (term_day.searches, term_day.from_cache, term_day.first_time) == (1, 1, 1)
    hour = HourTotals.objects.get()
    assert hour.hour == datetime(2026, 11, 16, 9, tzinfo=UTC)
    day = DayTotals.objects.get()
    assert (day.searches, day.cached, day.terms, day.searchers) == (1, 1, 1, 1)
    assert ActorDay.objects.get().searches == 1
    assert Search.objects.get().counted
    assert RollUp.objects.get().figures_to


def test_an_unfinished_search_waits():
    search(outcome="")

    assert folding.fold() == 0
    assert not TermDay.objects.exists()


def test_who_is_left_out_does_not_count_twice_in_a_days_terms_and_searchers():
    search("dune", at=MONDAY, origin=Origin.STAFF, actor="a")
    search("alien", at=MONDAY, is_bot=True, actor="b")
    folding.fold()
    assert totals(left_out=True) == (2, 2, 2)

    search("dune", at=MONDAY, actor="a")
    search("dune", at=MONDAY, actor="")
    folding.fold()

    assert totals(left_out=False) == (2, 1, 1)
    assert totals(left_out=True) == (2, 1, 1)


def totals(*, left_out: bool) -> tuple[int, int, int]:
    row = DayTotals.objects.get(left_out=left_out)
    return row.searches, row.terms, row.searchers


@pytest.mark.parametrize(
    ("outcome", "films", "measure"),
    [
        (Outcome.CACHED, 2, "from_cache"),
        (Outcome.CACHED, 0, "nothing_found"),
        (Outcome.NOT_FOUND, 0, "nothing_found"),
        (Outcome.TOO_MANY, 0, "nothing_found"),
        (Outcome.FETCHED, 5, None),
        (Outcome.NOTHING_NEW, 5, None),
        (Outcome.OVER_BUDGET, 0, "not_answered"),
        (Outcome.REFUSED, 0, "not_answered"),
        (Outcome.FAILED, 4, "not_answered"),
    ],
)
def test_each_outcome_is_in_one_part_of_the_whole(outcome, films, measure):
    search(outcome=outcome, films_found=films)

    folding.fold()

    day = DayTotals.objects.get()
    parts = ("from_cache", "nothing_found", "not_answered")
    assert [part for part in parts if getattr(day, part)] == ([measure] if measure else [])
    assert getattr(day, outcome) == 1


def test_the_first_batch_after_the_time_is_over_is_left_to_the_next_fold(monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 2)
    for _ in range(5):
        search()

    assert folding.fold(until=time.monotonic() - 1) == 2
    assert RollUp.objects.get().figures_to is None
    assert folding.fold(until=time.monotonic() + 60) == 3
    assert RollUp.objects.get().figures_to


def test_nothing_is_folded_into_the_days_of_another_time_zone(settings):
    search(at=MONDAY)
    folding.fold()
    before = RollUp.objects.get().figures_to
    search(at=MONDAY)
    settings.TIME_ZONE = "Asia/Kolkata"

    assert folding.fold() == 0
    assert RollUp.objects.get().figures_to == before
    assert not Search.objects.exclude(counted=True).get().counted


def test_what_is_marked_without_being_added_up_is_an_error(monkeypatch):
    search()
    monkeypatch.setattr(movies.services, "mark_counted", lambda pks: 0)
    monkeypatch.setattr(folding, "MOST_MISSED", 10)

    with pytest.raises(folding.TakenMeanwhile):
        folding.fold()

    assert not TermDay.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_another_fold_takes_meanwhile_is_counted_once(monkeypatch):
    for _ in range(3):
        search(at=MONDAY)
    sums_of, others = folding.sums_of, [folding.fold]

    def interrupted(batch):
        if others:
            others.pop()()
        return sums_of(batch)

    monkeypatch.setattr(folding, "sums_of", interrupted)

    assert folding.fold() == 0
    assert totals(left_out=False)[0] == 3
    assert differences() == []


def test_figures_get_no_older_when_an_earlier_fold_is_done_last(monkeypatch):
    folding.fold()
    newest = RollUp.objects.get().figures_to
    for back, expected in ((timedelta(seconds=15), newest), (timedelta(hours=1), None)):
        moment = newest - back
        monkeypatch.setattr(folding.timezone, "now", lambda moment=moment: moment)

        folding.fold()

        assert RollUp.objects.get().figures_to == (expected or moment)


def test_a_long_backlog_leaves_the_database_to_others_now_and_then(monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 2)
    monkeypatch.setattr(folding, "SECONDS_A_BATCH", 60.0)
    rests: list[float] = []
    monkeypatch.setattr(folding.time, "sleep", rests.append)
    for _ in range(5):
        search(at=MONDAY)

    assert folding.fold() == 5
    assert len(rests) == (2 if connection.vendor == "sqlite" else 0)


def test_where_batches_take_long_they_become_smaller(monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 4)
    monkeypatch.setattr(folding, "SECONDS_A_BATCH", 0.0)
    monkeypatch.setattr(folding.time, "sleep", lambda _: None)
    batches: list[int] = []
    fold_batch = folding.fold_batch
    monkeypatch.setattr(
        folding, "fold_batch", lambda most: batches.append(fold_batch(most)) or batches[-1]
    )
    for _ in range(6):
        search(at=MONDAY)

    folding.fold()

    assert batches == ([4, 1, 1, 0] if connection.vendor == "sqlite" else [4, 2, 0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", ["add_to_days", "add_to"])
def test_a_crash_in_the_middle_of_a_batch_leaves_nothing_half_done(monkeypatch, broken):
    search(actor="a", at=MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(folding, broken, lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            folding.fold()
    assert not Search.objects.get().counted
    assert not TermDay.objects.exists()

    assert folding.fold() == 1
    assert differences() == []
    assert totals(left_out=False) == (1, 1, 1)


def test_a_search_that_is_committed_late_is_not_missed():
    early = search(outcome="")
    search()
    folding.fold()
    Search.objects.filter(pk=early.pk).update(outcome=Outcome.FAILED)

    assert folding.fold() == 1
    assert differences() == []


@pytest.mark.parametrize("year", [1971, 2099])
def test_a_clock_that_is_wrong_by_years_makes_days_of_its_own(year):
    search(at=MONDAY.replace(year=year))
    search(at=MONDAY)

    assert folding.fold() == 2
    assert DayTotals.objects.get(day=date(year, 11, 16)).searches == 1
    assert differences() == []


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Asia/Kolkata", date(2026, 10, 25), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24),
        ("Australia/Lord_Howe", date(2026, 10, 4), 24),
    ],
)
def test_the_hours_of_every_day_add_up_to_it(settings, zone, day, hours):
    settings.TIME_ZONE = zone
    moment, searches = start_of(day), 0
    search(at=moment - timedelta(microseconds=1))
    while moment < end_of(day):
        search(at=moment)
        moment, searches = moment + timedelta(minutes=30), searches + 1
    search(at=moment)

    folding.fold()

    assert HourTotals.objects.filter(hour__gte=start_of(day), hour__lt=moment).count() == hours
    assert DayTotals.objects.get(day=day).searches == searches
    assert DayTotals.objects.count() == 3
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_searches_made_while_two_folds_run_are_counted_once(monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 3)
    search("dune", at=MONDAY)

    def write(actor: str) -> None:
        for number in range(15):
            search("dune", at=MONDAY + timedelta(minutes=number), actor=actor)

    at_once(
        lambda: write("a"), lambda: write("b"), *[lambda: [folding.fold() for _ in range(5)]] * 2
    )
    folding.fold()

    assert totals(left_out=False) == (31, 1, 2)
    assert searches_in() == {"days": 31, "hours": 31, "terms": 31}
    assert differences() == []
