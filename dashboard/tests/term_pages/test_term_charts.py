from datetime import UTC, date, datetime

import pytest

from dashboard.front.charts import Chart
from dashboard.periods import view_of
from dashboard.rollup import folding
from dashboard.term_pages import term_charts, term_trends
from dashboard.tests.rows import search
from movies.models import Outcome, SearchTerm

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)


def chart_of(draw, **address: str) -> Chart:
    folding.fold()
    view = term_trends.by_day(view_of(address, date(2026, 11, 22)))
    trend = term_trends.read(view, SearchTerm.objects.get(term="dune").pk, NOW)
    return draw(trend, view, NOW, {"tab": "searches"})


def searched(day: int, **facts: object) -> None:
    search("dune", at=datetime(2026, 11, day, 12, tzinfo=UTC), **facts)


def test_a_term_is_drawn_with_what_it_is_compared_with():
    search("old", at=datetime(2026, 9, 1, tzinfo=UTC))
    searched(12)
    searched(20)
    searched(20)

    chart = chart_of(term_charts.volume, period="7")

    now, before = chart.series
    assert (now.name, before.name) == ("Searches", "9–15 Nov")  # noqa: RUF001
    assert now.values == (0, 0, 0, 0, 2, 0, 0)
    assert before.values == (0, 0, 0, 1, 0, 0, 0)
    assert chart.title == "Searches per day"
    assert "2 searches" in chart.summary


def test_a_term_without_a_comparison_is_one_line():
    searched(20)

    [line] = chart_of(term_charts.volume, compare="none").series

    assert line.name == "Searches"


def test_the_outcomes_of_a_term_add_up_to_its_searches():
    searched(20, films_found=1)
    searched(20, films_found=1, outcome=Outcome.FETCHED)
    searched(20, outcome=Outcome.NOT_FOUND)
    searched(20, outcome=Outcome.FAILED)

    chart = chart_of(term_charts.outcomes, period="7")

    assert [one.values[4] for one in chart.series] == [1, 1, 1, 1]
    assert "Nothing found 25.0\N{NO-BREAK SPACE}%" in chart.summary
    assert chart.drawn["urls"][4].startswith("?from=2026-11-20&to=2026-11-20")
    assert "tab=searches" in chart.drawn["urls"][4]
