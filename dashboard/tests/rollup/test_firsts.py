"""The first search of a term is its earliest, in whatever order files bring them."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import IS_LONG
from dashboard import services
from dashboard.models import DayTotals, HourTotals, TermDay
from dashboard.rollup import firsts, folding, rolling
from dashboard.tests.figures_of import differences
from dashboard.tests.rows import search
from movies.importing import running
from movies.models import FormerFirst, Origin, Search, SearchTerm

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def bring_in(*searches: tuple[float, str]) -> None:
    """Import a file of these terms, each so many days ago; whatever else it has, it is new."""
    lines = [f"{(NOW - ago * DAY).isoformat()},{term},not_found\n" for ago, term in searches]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{Search.objects.count()}.csv")
        path.write_text("".join(lines))
        call_command("import_searches", str(path), verbosity=0)


def first_times() -> dict[int, int]:
    """Return how many first-time terms there were, by how many days ago; all tables say so."""
    days = DayTotals.objects.filter(first_time__gt=0).values_list("day", "first_time")
    hours, terms = HourTotals.objects.all(), TermDay.objects.all()
    assert sum(count for _, count in days) == sum(row.first_time for row in hours)
    assert sum(count for _, count in days) == sum(
        row.first_time + row.left_out_first_time for row in terms
    )
    return {(NOW.date() - day).days: count for day, count in days}


def test_an_earlier_search_of_an_import_takes_over_from_one_that_was_counted():
    live = search("dune", at=NOW)
    bring_in((5, "dune"), (3, "dune"))
    rolling.roll_up()
    assert first_times() == {5: 1}

    bring_in((9, "dune"), (7, "alien"))
    assert differences() == []
    rolling.roll_up()

    assert first_times() == {9: 1, 7: 1}
    assert differences() == []
    assert not FormerFirst.objects.exists()
    live.refresh_from_db()
    assert not live.is_first
    assert SearchTerm.objects.get(term="dune").created_at == NOW - 9 * DAY


def test_a_visitors_first_search_is_a_little_younger_than_its_term():
    search("dune", at=NOW, new_at=NOW - timedelta(milliseconds=3))
    folding.fold()

    bring_in((1, "dune"))
    rolling.roll_up()

    assert first_times() == {1: 1}
    assert differences() == []


def test_what_staff_searched_first_is_taken_out_on_their_side():
    search("dune", at=NOW, origin=Origin.STAFF)
    folding.fold()

    bring_in((1, "dune"))
    rolling.roll_up()

    assert list(DayTotals.objects.filter(first_time=1).values_list("left_out", flat=True)) == [
        False
    ]
    assert first_times() == {1: 1}
    assert differences() == []


def test_of_frozen_days_the_figures_know_which_term_was_new():
    search("dune", at=NOW - 95 * DAY)
    search("alien", at=NOW - 95 * DAY, is_bot=True)
    search("up", at=NOW - 95 * DAY, is_first=False)
    folding.fold()
    services.prune(NOW)
    assert not Search.objects.exists()

    bring_in((99, "dune"), (98, "alien"), (97, "up"), (96, "heat"))
    rolling.roll_up()

    assert first_times() == {99: 1, 98: 1, 97: 1, 96: 1}


def test_a_search_that_is_not_counted_yet_is_never_counted_as_the_first(monkeypatch):
    search("dune", at=NOW)

    def taken_back(searches):
        found = events(searches)
        monkeypatch.undo()
        bring_in((2, "dune"))
        firsts.take_back_firsts()
        return found

    events = folding.events
    monkeypatch.setattr(folding, "events", taken_back)
    rolling.roll_up()

    assert first_times() == {2: 1}
    assert differences() == []


def test_a_term_that_nobody_had_searched_begins_with_the_import():
    SearchTerm.objects.create(term="dune", created_at=NOW)
    folding.fold()

    bring_in((2, "dune"))
    rolling.roll_up()

    assert first_times() == {2: 1}
    assert not FormerFirst.objects.exists()


def test_figures_of_another_time_zone_wait():
    search("dune", at=NOW)
    folding.fold()
    bring_in((2, "dune"))

    with override_settings(TIME_ZONE="Asia/Tokyo"):
        firsts.take_back_firsts()

    assert FormerFirst.objects.exists()


def test_what_is_left_for_later_comes_with_the_next_round(monkeypatch):
    monkeypatch.setattr(firsts, "BATCH", 1)
    search("dune", at=NOW)
    search("alien", at=NOW)
    folding.fold()
    bring_in((2, "dune"), (2, "alien"))

    firsts.take_back_firsts(until=0)
    assert FormerFirst.objects.count() == 2
    rolling.roll_up()

    assert first_times() == {2: 2}


HOURS = st.integers(1, 5 * 24).map(lambda hours: hours / 24)
files = st.lists(
    st.lists(
        st.tuples(HOURS, st.sampled_from(["dune", "alien", "heat", "up"])), min_size=1, max_size=8
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=40 if IS_LONG else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(files, st.data())
def test_files_in_any_order_make_the_figures_of_one_that_ascends(monkeypatch, parts, data):
    for name in ("FIRST_BATCH", "BATCH"):
        monkeypatch.setattr(running, name, 3)
    monkeypatch.setattr(firsts, "BATCH", 2)

    def fold() -> None:
        firsts.take_back_firsts()
        folding.fold()

    def figures() -> list[object]:
        fold()
        assert differences() == []
        models = (TermDay, HourTotals, DayTotals)
        rows = [
            sorted(
                [value for name, value in row.items() if name not in ("term_id", "root_id")]
                for row in model.objects.values()
            )
            for model in models
        ]
        return [rows, sorted(SearchTerm.objects.values_list("term", "created_at"))]

    def of(*files: list[tuple[float, str]]) -> list[object]:
        with transaction.atomic():
            for file in files:
                bring_in(*file)
                if data.draw(st.booleans()):
                    fold()
            found = figures()
            transaction.set_rollback(True)
        return found

    assert of(*parts) == of(sorted((one for part in parts for one in part), reverse=True))
