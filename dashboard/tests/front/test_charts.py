import json
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard import trends
from dashboard.front import charts
from dashboard.front.charts import Chart
from dashboard.periods import View, view_of
from dashboard.rollup import folding
from dashboard.tests.rows import search
from movies.models import Outcome

pytestmark = pytest.mark.django_db
# A Sunday, 10:35 in Berlin.
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def days_ago(*numbers: int, **facts: object) -> None:
    for number in numbers:
        search(at=NOW - timedelta(days=number, hours=1), **facts)


def chart_of(draw=charts.volume, extra: dict[str, str] | None = None, **address: str) -> Chart:
    folding.fold()
    view = view_of(address, TODAY)
    return draw(trends.read(view, NOW), view, NOW, extra or {})


def test_the_volume_has_searches_what_they_are_compared_with_and_first_time_terms():
    days_ago(40, 28, 0, 0)

    chart = chart_of()

    searches, before, first_time = chart.series
    assert (searches.name, searches.colour, searches.kind) == ("Searches", "current", "line")
    assert (before.name, before.colour, before.kind) == ("28 Sep–25 Oct", "before", "line")  # noqa: RUF001
    assert (first_time.name, first_time.kind) == ("First-time terms", "column")
    assert (searches.values[-1], before.values[-1], first_time.values[-1]) == (2, 1, 0)
    assert chart.drawn["before"][-1] == "Sun 25 Oct"


def test_without_a_comparison_there_is_no_line_of_it():
    days_ago(40, 0)

    chart = chart_of(compare="none")

    assert [one.name for one in chart.series] == ["Searches", "First-time terms"]
    assert set(chart.drawn["before"]) == {""}


def test_a_day_without_searches_is_zero_and_one_before_the_first_a_gap():
    days_ago(2, 2, 0)

    chart = chart_of()

    assert chart.series[0].values[-4:] == (None, 2, 0, 1)
    assert chart.drawn["labels"][-4:] == ["19 Nov", "20 Nov", "21 Nov", "22 Nov"]


def test_what_is_drawn_can_be_sent():
    days_ago(0)

    drawn = json.loads(json.dumps(chart_of().drawn))

    assert len(drawn["series"][0]["values"]) == len(drawn["names"]) == 28


def test_today_is_said_to_be_unfinished_by_the_sites_clock():
    days_ago(0)

    chart = chart_of()

    assert chart.so_far == "so far, to 10:35"
    assert chart.drawn["notes"][-2:] == ["", "so far, to 10:35"]
    assert chart.drawn["open"] == [27]


def test_a_day_that_the_figures_end_in_is_named_when_it_is_not_today():
    days_ago(0)
    folding.fold()
    view = view_of({}, TODAY + timedelta(days=1))

    chart = charts.volume(trends.read(view, NOW), view, NOW, {})

    assert chart.so_far == "so far, to Sun 22 Nov, 10:35"
    assert chart.drawn["notes"][-2:] == [chart.so_far, ""]


@pytest.mark.parametrize(
    ("address", "is_said"),
    [
        ({"period": "7"}, True),
        ({"period": "7", "compare": "none"}, False),
        ({"from": "2026-11-15", "to": "2026-11-21"}, False),
    ],
)
def test_the_sums_of_a_period_that_runs_say_what_the_other_sum_is_of(address, is_said):
    days_ago(40, 8, 0)

    foot = chart_of(**address).table.split("<tfoot>")[1]

    assert ("<td>all of 9–15 Nov</td>" in foot) == is_said  # noqa: RUF001


def test_a_period_that_is_over_has_nothing_unfinished():
    days_ago(2)

    chart = chart_of(**{"from": "2026-11-19", "to": "2026-11-20"}, by="day")

    assert chart.so_far == ""
    assert chart.drawn["open"] == []
    assert chart.summary.endswith("1 in all.")


@pytest.mark.parametrize(
    ("grain", "notes"),
    [("week", ["4 of 7 days", "", "2 of 7 days"]), ("month", ["13 of 30 days"])],
)
def test_a_bucket_that_the_period_cuts_says_so(grain, notes):
    days_ago(30)

    chart = chart_of(**{"from": "2026-11-05", "to": "2026-11-17"}, by=grain)

    assert chart.drawn["notes"] == notes


@pytest.mark.parametrize(
    ("grain", "first", "notes"),
    [
        # Nothing is drawn of what lies before it.
        ("week", "2026-09-28", {1: "2 of 7 days"}),
        ("month", "2026-10-01", {0: "22 of 31 days"}),
        ("day", "2026-10-09", {}),
    ],
)
def test_a_bucket_in_which_the_site_began_says_so(grain, first, notes):
    # Saturday, 10 October.
    days_ago(43)

    chart = chart_of(**{"from": first, "to": "2026-11-22"}, by=grain)

    *said, today = chart.drawn["notes"]
    assert today == "so far, to 10:35"
    assert {place: note for place, note in enumerate(said) if note} == notes
    assert chart.drawn["open"] == [*notes, len(said)]


def test_a_bucket_leads_to_its_own_period_with_all_else_kept():
    days_ago(0)

    chart = chart_of(compare="none", extra={"chart": "outcomes"})

    assert chart.drawn["urls"][0] == "?compare=none&from=2026-10-26&to=2026-10-26&chart=outcomes"


def test_a_bucket_that_is_the_whole_period_leads_nowhere():
    days_ago(0)

    assert set(chart_of(period="today").drawn["urls"]) == {""}


def test_hours_are_named_by_day_and_clock_and_labelled_from_midnight():
    days_ago(40, 0)

    one_day, two_days = chart_of(period="today"), chart_of(period="7", by="hour")

    assert one_day.title == "Searches per hour"
    assert one_day.drawn["names"][9] == "Sun 22 Nov, 09:00"
    assert one_day.drawn["labels"][9] == "09:00"
    assert one_day.drawn["fromEnd"] is False
    assert two_days.drawn["ticks"][:3] == [0, 24, 48]
    assert two_days.drawn["labels"][24] == "17 Nov"


def test_weeks_and_months_are_named_by_their_dates():
    days_ago(0)

    assert chart_of(by="week").drawn["names"][-1] == "16–22 Nov"  # noqa: RUF001
    months = chart_of(**{"from": "2025-12-01", "to": "2026-02-28"}, by="month").drawn
    assert months["labels"] == ["Dec", "Jan 2026", "Feb"]
    assert months["names"] == ["1–31 Dec 2025", "1–31 Jan", "1–28 Feb"]  # noqa: RUF001


def test_the_summary_is_one_sentence_with_the_busiest_complete_bucket():
    days_ago(2, 2, 1, 0, 0, 0)

    assert chart_of().summary == (
        "Searches per day, 26 Oct–22 Nov: 6 in all; 2 in the busiest complete day, "  # noqa: RUF001
        "Fri 20 Nov; Sun 22 Nov: 3, so far, to 10:35."
    )


def test_the_summary_of_the_first_day_names_no_complete_one():
    days_ago(0)

    assert chart_of().summary == (
        "Searches per day, 26 Oct–22 Nov: 1 in all; Sun 22 Nov: 1, so far, to 10:35."  # noqa: RUF001
    )


def test_the_outcomes_add_up_to_the_searches_and_the_table_splits_all_eight():
    days_ago(1, films_found=1)
    days_ago(1, films_found=1, outcome=Outcome.FETCHED)
    days_ago(1, outcome=Outcome.TOO_MANY)
    days_ago(1, outcome=Outcome.REFUSED)

    chart = chart_of(charts.outcomes)

    assert [one.values[-2] for one in chart.series] == [1, 1, 1, 1]
    assert {one.kind for one in chart.series} == {"stack"}
    assert "from cache 25.0\N{NO-BREAK SPACE}%, asked OMDb 25.0" in chart.summary
    for column in (*(one.name for one in chart.series), *(f"Outcome: {o.label}" for o in Outcome)):
        assert f">{column}</th>" in chart.table


def test_terms_are_compared_by_a_line_each():
    search("dune", at=NOW - timedelta(days=1))
    search("heat", at=NOW - timedelta(days=1))
    folding.fold()
    view: View = view_of({"period": "7"}, TODAY)
    buckets = trends.read(view, NOW).buckets

    chart = charts.lines({"dune": buckets, "heat": buckets}, view, NOW)

    assert [(one.name, one.colour) for one in chart.series] == [("dune", "one"), ("heat", "two")]
    assert "dune 2, heat 2, so far, to 10:35." in chart.summary
