"""What is told of a period, from what the roll-up has worked out."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.completeness.reading import completeness_of
from dashboard.completeness.weeks import keep_weeks
from dashboard.completeness.words import habits
from dashboard.models import FilmDay, Snapshot, TermDay
from dashboard.periods import view_of
from dashboard.ranks import refreshing
from dashboard.tests import rows
from dashboard.tests.completeness.telling import known, searches, tell
from dashboard.tests.reading import NOW, TODAY, fold
from movies.models import Origin, Outcome

pytestmark = pytest.mark.django_db


def test_nothing_is_known_of_an_empty_site():
    found = tell()

    assert found.verdict == "No searches 26 Oct–22 Nov: nothing can be said."  # noqa: RUF001
    nothing = (found.chance, found.last_tenth, found.new_films, found.held, found.films)
    assert nothing == (None,) * 5
    assert (found.is_changing, found.trusted, found.weeks) == (None, "", ())


def test_a_period_is_told_in_full():
    searches("aab", 9, outcome=Outcome.FETCHED, pages_done=1, films_found=4, films_new=1)
    searches("ac", 1)
    searches("d", 1, origin=Origin.STAFF)
    known("a", films=2, held=1)
    FilmDay.objects.create(day=TODAY - timedelta(days=1), held=8, complete=6)

    found = tell()

    assert found.chance.value == pytest.approx(2 / 5)
    last = found.last_tenth
    assert (last.first, last.last, last.searches, last.new) == (
        *(TODAY - timedelta(days=1), TODAY),
        *(2, 1),
    )
    assert (found.is_changing, found.trusted) == (False, "")
    assert (found.new_films.returned, found.new_films.new) == (12, 3)
    assert (found.held.share.value, found.held.with_films, found.held.searches) == (0.5, 3, 5)
    assert (found.films.held, found.films.complete) == (8, 6)
    assert [week.monday for week in found.weeks] == [date(2026, 11, 9), date(2026, 11, 16)]
    assert (found.searches, found.left_out) == (5, 1)


@pytest.mark.parametrize(
    ("last", "trusted", "said"),
    [
        ("ab" * 15, "estimate", "No sign that habits change: "),
        ("ab", "", "No sign that habits change, but there is too little to tell: "),
    ],
)
def test_two_intervals_that_meet_prove_no_sameness(last, trusted, said):
    searches("abcd" * 4, 9)
    searches(last, 1)

    found = tell()

    assert (found.is_changing, found.trusted) == (False, trusted)
    assert habits(found).startswith(said)
    assert ("Trust" in habits(found)) is bool(trusted)


def test_where_habits_change_what_was_seen_is_trusted():
    searches("abcdefgh" * 30, 9)
    searches("".join(chr(1000 + number) for number in range(40)), 1)

    found = tell()

    assert (found.is_changing, found.trusted) == (True, "observed")
    assert found.last_tenth.share.low > found.chance.high


def test_of_days_whose_terms_are_gone_the_totals_are_told():
    searches("aab", 9)
    fold()
    TermDay.objects.all().delete()

    found = tell()

    assert (found.chance, found.last_tenth, found.held) == (None, None, None)
    assert found.first_time.value == pytest.approx(2 / 3)


def test_nothing_is_said_of_what_is_held_where_no_searched_term_has_films():
    searches("ab", 1)
    known("a", films=0, held=0)

    assert tell().held is None


def test_what_is_not_worked_out_yet_is_asked_for():
    searches("aab", 1)
    fold()
    keep_weeks()
    view = view_of({"period": "7"}, TODAY)

    assert completeness_of(view, NOW).counted_to is None
    refreshing.refresh(Snapshot.objects.get().pk, NOW)

    found = completeness_of(view, NOW)
    assert (found.counted_to, found.chance.value) == (NOW, pytest.approx(1 / 3))
    assert len(found.weeks) == 1


def test_it_costs_as_many_queries_however_much_there_is():
    view = view_of({"period": "90"}, TODAY)
    counts = []
    for day in (1, 60):
        for back in range(day):
            rows.search(f"term {back}", at=NOW - timedelta(days=back, hours=1))
        fold()
        keep_weeks()
        refreshing.refresh_due(NOW)
        with CaptureQueriesContext(connection) as queries:
            completeness_of(view, NOW)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 6
