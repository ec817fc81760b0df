import json
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard import charts, figures
from dashboard.tests import rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, 35, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_london(settings):
    settings.TIME_ZONE = "Europe/London"


def chart_of(*days_ago: int) -> charts.Chart:
    for days in days_ago:
        rows.search(at=NOW - timedelta(days=days))
    return charts.searches_per_day(figures.searches(NOW), NOW)


def test_a_day_without_searches_is_zero_and_one_before_the_first_a_gap():
    chart = chart_of(2, 2, 0)

    assert chart.drawn["values"][-4:] == [None, 2, 0, 1]
    assert chart.drawn["labels"][-4:] == ["19 Nov", "20 Nov", "21 Nov", "22 Nov"]


def test_what_is_drawn_can_be_sent():
    assert len(json.loads(json.dumps(chart_of(0).drawn))["values"]) == 28


def test_today_is_said_to_be_unfinished():
    chart = chart_of(0)

    assert chart.so_far == "so far, to 10:35"
    assert (chart.rows[0].name, chart.rows[0].note) == ("Sun 22 Nov", "so far, to 10:35")


def test_the_clock_is_the_sites(settings):
    settings.TIME_ZONE = "Europe/Berlin"

    assert chart_of(0).so_far == "so far, to 11:35"


def test_the_table_has_every_day_newest_first_and_says_why_some_have_no_number():
    chart = chart_of(1)

    assert len(chart.rows) == 28
    assert [(row.name, row.value) for row in chart.rows[:2]] == [
        ("Sun 22 Nov", "0"),
        ("Sat 21 Nov", "1"),
    ]
    before = chart.rows[2]
    assert (before.value, before.note, before.url) == ("—", "before the first search", "")


def test_the_summary_is_one_sentence_with_the_busiest_complete_day():
    assert chart_of(2, 2, 1, 0, 0, 0).summary == (
        "Searches per day, 26 Oct–22 Nov: 6 in all; 2 on the busiest complete day, "  # noqa: RUF001
        "Fri 20 Nov; 3 today, so far, to 10:35."
    )


def test_the_summary_of_the_first_day_names_no_complete_one():
    assert chart_of(0).summary == (
        "Searches per day, 26 Oct–22 Nov: 1 in all; 1 today, so far, to 10:35."  # noqa: RUF001
    )


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 1), date(2026, 11, 7), "1–7 Nov"),  # noqa: RUF001
        (date(2026, 10, 26), date(2026, 11, 22), "26 Oct–22 Nov"),  # noqa: RUF001
        (date(2026, 12, 26), date(2027, 1, 22), "26 Dec 2026–22 Jan 2027"),  # noqa: RUF001
    ],
)
def test_a_period_says_no_more_than_it_must(first, last, words):
    assert charts.dates(first, last) == words
