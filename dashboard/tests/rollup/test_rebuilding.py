import time
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, TermDay
from dashboard.periods import view_of
from dashboard.ranks import refreshing
from dashboard.rollup import folding, rebuilding
from dashboard.rollup.covered import OtherTimeZone
from dashboard.tests.figures_of import at_once, differences, searches_in
from dashboard.tests.rows import search
from movies.models import Search

MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 16, 23, tzinfo=UTC)
DAYS = [date(2026, 11, 16) + timedelta(days=number) for number in range(4)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def folded(monkeypatch) -> None:
    monkeypatch.setattr(rebuilding, "UNITS_A_BATCH", 3)
    for number in range(90):
        search(
            f"term {number % 7}",
            at=MONDAY + timedelta(minutes=47 * number),
            actor=f"{number % 4}",
            films_found=number % 3,
            is_bot=number % 5 == 0,
        )
    folding.fold()


def spoil() -> None:
    TermDay.objects.filter(day=DAYS[0]).update(searches=99, left_out_from_cache=99)
    TermDay.objects.filter(day=DAYS[1], searches=1).delete()
    HourTotals.objects.filter(left_out=True).delete()
    HourTotals.objects.create(
        hour=MONDAY + timedelta(minutes=1), left_out=False, searches=4, failed=4
    )
    ActorDay.objects.filter(day=DAYS[1]).delete()
    ActorDay.objects.create(day=DAYS[2], actor="nobody", searches=5)
    DayTotals.objects.filter(day=DAYS[0], left_out=True).delete()
    DayTotals.objects.create(day=date(2026, 11, 2), left_out=False, searches=8, terms=2)


def test_everything_is_put_right_whatever_was_wrong(folded):
    right = searches_in()
    spoil()
    done = []

    snapshot = refreshing.row_of(view_of({}, DAYS[2]), MONDAY)[0]

    rebuilding.rebuild(progress=done.append)

    assert differences() == []
    assert searches_in() == right
    assert done == [date(2026, 11, 2), *DAYS]
    assert not RollUp.objects.get().needs_rebuild
    snapshot.refresh_from_db()
    assert snapshot.outdated_at


def test_read_models_that_are_lost_come_back(folded):
    right = searches_in()
    for model in (TermDay, ActorDay, HourTotals, DayTotals):
        model.objects.all().delete()

    rebuilding.rebuild()

    assert differences() == []
    assert searches_in() == right


def test_what_is_right_is_not_written_again(folded, django_assert_num_queries):
    with django_assert_num_queries(5):
        rebuilding.repair(DAYS[0])


def test_a_crash_goes_on_with_the_day_it_was_at(folded, monkeypatch):
    spoil()
    repair = rebuilding.repair

    def crash(day):
        if day == DAYS[1]:
            raise ZeroDivisionError
        repair(day)

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, "repair", crash)
        with pytest.raises(ZeroDivisionError):
            rebuilding.rebuild()
    roll_up = RollUp.objects.get()
    assert (roll_up.needs_rebuild, roll_up.rebuilt_to) == (True, DAYS[0])

    rebuilding.go_on()

    assert differences() == []
    assert not RollUp.objects.get().needs_rebuild


def test_no_day_is_begun_when_the_time_is_over(folded):
    spoil()
    rebuilding.ask_for_rebuild()

    rebuilding.go_on(until=time.monotonic() - 1)

    assert RollUp.objects.get().needs_rebuild
    assert differences()


def test_without_anything_asked_for_nothing_is_done(folded):
    spoil()

    rebuilding.go_on()

    assert differences()


def test_a_rebuild_that_begins_anew_meanwhile_is_not_cut_short(folded, monkeypatch):
    repair, done = rebuilding.repair, []

    def repair_and_ask(day):
        repair(day)
        done.append(day)
        if done == DAYS[:2]:
            rebuilding.ask_for_rebuild()

    monkeypatch.setattr(rebuilding, "repair", repair_and_ask)

    rebuilding.rebuild()

    assert done == [*DAYS[:2], *DAYS]


def test_frozen_days_stay_as_they_are(folded):
    spoil()
    RollUp.objects.update(raw_from=TUESDAY)
    Search.objects.filter(created_at__lt=TUESDAY).delete()

    rebuilding.rebuild()

    assert differences() == []
    assert TermDay.objects.filter(day=DAYS[0], searches=99).exists()


def test_a_day_that_is_frozen_while_it_is_repaired_keeps_its_rows(folded, monkeypatch):
    spoil()
    differing = rebuilding.differing

    def freeze_first(table, day, units=None):
        RollUp.objects.update(raw_from=datetime(2026, 12, 1, tzinfo=UTC))
        Search.objects.all().delete()
        return differing(table, day, units)

    monkeypatch.setattr(rebuilding, "differing", freeze_first)
    rebuilding.repair(DAYS[0])

    assert TermDay.objects.filter(day=DAYS[0], searches=99).exists()


def test_figures_of_another_time_zone_are_not_touched(folded, settings):
    spoil()
    settings.TIME_ZONE = "Asia/Kolkata"

    with pytest.raises(OtherTimeZone):
        rebuilding.rebuild()
    with pytest.raises(OtherTimeZone):
        rebuilding.repair(DAYS[0])

    assert RollUp.objects.get().needs_rebuild


@pytest.mark.django_db(transaction=True)
def test_two_rebuilds_and_two_folds_at_once_end_in_the_right_figures(folded, monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 4)
    spoil()
    for number in range(40):
        search(f"term {number % 9}", at=MONDAY + timedelta(minutes=97 * number), actor="new")

    at_once(rebuilding.rebuild, rebuilding.rebuild, folding.fold, folding.fold)

    assert differences() == []
    assert searches_in() == {"days": 130, "hours": 130, "terms": 130}


@pytest.mark.django_db(transaction=True)
def test_no_page_ever_finds_a_row_missing_during_a_rebuild(folded):
    TermDay.objects.update(searches=99)
    rows = TermDay.objects.count()
    seen = set()

    at_once(
        rebuilding.rebuild,
        lambda: [seen.add(TermDay.objects.count()) for _ in range(50)],
    )

    assert differences() == []
    assert seen <= {rows, TermDay.objects.count()}


@pytest.mark.parametrize("folds", [1, rebuilding.TRIES])
def test_what_is_folded_while_it_is_counted_is_counted_again(folded, monkeypatch, folds):
    TermDay.objects.filter(day=DAYS[0]).update(searches=999)
    left = [search(f"late {number}", at=MONDAY, outcome="") for number in range(folds)]
    differing = rebuilding.differing

    def interrupted(table, day, units=None):
        rows = differing(table, day, units)
        if left and units is not None:
            Search.objects.filter(pk=left.pop().pk).update(outcome="cached")
            folding.fold()
        return rows

    monkeypatch.setattr(rebuilding, "differing", interrupted)

    rebuilding.rebuild()

    monkeypatch.undo()
    assert not left
    assert differences() == []
