from datetime import date, timedelta

import pytest
from django.utils.html import strip_tags

from dashboard.models import DayTotals, RollUp
from dashboard.periods import view_of
from dashboard.ranks import refreshing, snapshots, term_tables
from dashboard.rollup import folding
from dashboard.term_pages import term_story
from dashboard.tests.rows import search
from dashboard.tests.term_days import (
    NOON,
    TODAY,
    ago,
    first_searched,
    folded,
    only_totals_before,
    period,
    searched,
)
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures(db):
    folded()
    first_searched()


def worked_out(view=None):
    snapshot = snapshots.wanted(view or period(), NOON)
    assert refreshing.refresh(snapshot.pk, NOON) == "refreshed"


def told(term: str = "dune", view=None, chart: str = "") -> term_story.Story:
    row = SearchTerm.objects.get(term=term)
    return term_story.tell(row, view or period(), NOON, chart=chart, kept={"tab": "films"})


def test_a_term_has_the_numbers_of_the_term_tables():
    searched("alien", ago(1), 40)
    searched("alien", ago(8), 90)
    searched("dune", ago(1), 30)
    searched("dune", ago(8), 10)
    view = view_of({"period": "7"}, TODAY)
    worked_out(view)
    [_, row] = term_tables.read(view, "top", NOON).rows

    story = told(view=view)

    words = strip_tags(story.sentence)
    assert words.startswith(f"{row.searches} searches, rank {row.rank}, first ")
    assert row.state == "rising"
    assert "Rising" in story.state
    assert f"; share ▲ +{100 * (row.ratio - 1):.1f}" in words
    assert words.endswith(" against 9–15 Nov, on days that are over")  # noqa: RUF001
    assert sum(value for value in story.chart.series[0].values) == row.searches


def test_a_term_says_when_it_was_searched_last():
    searched("dune", ago(1), 1)
    search("dune")
    folding.fold()

    assert "last just now" in strip_tags(told().sentence)


def test_a_term_says_on_which_day_it_was_searched_last_when_that_search_is_gone():
    searched("dune", ago(120), 1)

    assert strip_tags(told().sentence).endswith(", last 25 Jul")


def test_a_term_that_only_rises_has_a_state_but_no_rank(monkeypatch):
    searched("alien", ago(1), 40)
    searched("alien", ago(8), 90)
    searched("dune", ago(1), 30)
    searched("dune", ago(8), 10)
    monkeypatch.setattr("dashboard.ranks.ranking.MOST", 1)
    worked_out()

    story = told()

    assert "Rising" in story.state
    assert "rank" not in story.sentence


def test_a_term_beyond_all_tables_is_new_or_gone_without_proof():
    searched("other", ago(30))
    searched("dune", ago(1), 1, first_time=1)
    searched("alien", ago(8), 2)
    searched("heat", ago(1), 1)

    assert "New" in told("dune").state
    assert "Gone" in told("alien").state
    assert told("heat").state == ""


def test_a_term_is_not_new_where_the_site_is():
    DayTotals.objects.all().delete()
    searched("dune", ago(1), 1, first_time=1)

    assert told("dune").state == ""


def test_a_term_that_is_gone_is_drawn_with_what_it_was():
    searched("other", ago(30))
    searched("dune", ago(8), 2)

    story = told()

    assert story.sentence.startswith("No searches 16–22 Nov, first ")  # noqa: RUF001
    assert sum(story.chart.series[1].values) == 2


def test_a_term_without_searches_in_either_period_has_no_chart():
    searched("dune", ago(30))

    story = told()

    assert story.chart is None
    assert story.nothing == "No searches 16–22 Nov."  # noqa: RUF001


def test_before_anything_was_counted_there_are_no_numbers():
    searched("dune", ago(1))
    RollUp.objects.all().delete()

    story = told()

    assert story.nothing == "No figures yet: nothing was counted so far."
    assert (story.chart, story.left_out, story.state) == (None, 0, "")
    assert story.sentence.startswith("first ")


def test_a_chart_that_there_is_not_is_the_first_one():
    searched("dune", ago(1))

    assert told(chart="pie").shown == ""
    assert told(chart="outcomes").shown == "outcomes"
    assert len(told(chart="outcomes").chart.series) == 4


def test_staff_and_bots_are_left_out_and_counted():
    searched("dune", ago(1), 3, left_out_searches=2)

    assert told().left_out == 2
    assert told(view=period(everyone=True)).sentence.startswith("5 searches")


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("2024-09-08", "Terms are kept 800 days, and not all of 8–11 Sep 2024 are left, first "),  # noqa: RUF001
        ("2024-09-10", "3 searches since 13 Sep 2024; terms are kept 800 days, first "),
    ],
)
def test_a_term_of_days_that_are_kept_no_more_has_no_zeros_and_no_rank(first, words):
    searched("alien", ago(1500), 2)
    searched("alien", ago(801), 2)
    searched("dune", ago(802), 9)
    searched("dune", ago(800), 3)
    only_totals_before(ago(800))
    last = date.fromisoformat(first) + timedelta(days=3)
    view = view_of({"from": first, "to": last.isoformat()}, TODAY)
    worked_out(view)

    story = told(view=view)

    assert strip_tags(story.sentence).startswith(words)
    assert (story.chart is None) == (first == "2024-09-08")
    assert story.nothing == "Terms are kept 800 days."
