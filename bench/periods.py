"""The most searched terms of any period: in two steps, by a plain scan, and by Wagtail's report."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import databases
from bench.databases import Size
from bench.lines import Line, ms
from bench.timing import interleaved, middle, timed
from bench.worker import Worker
from dashboard.days import site_date
from dashboard.periods import View, view_of
from dashboard.ranks.leaders import Measure, top
from movies.models import SearchTerm

AGAINST_SCAN = 10.0
AGAINST_REPORT = 100.0
AGAINST_CORRECT = 20.0
# The bounds are of this many searches; below, a plain scan is quick as well.
LARGE = 10_000_000
# Up to here Wagtail's whole view can be waited for, which filters by the dates twice.
SMALL = 100_000
ROWS = 20
ROUNDS = 7
MEASURES: tuple[Measure, ...] = ("searches", "nothing_found")


def lines(words: str, size: Size) -> Iterator[Line]:
    """Compare two steps with a plain scan, on the default database."""
    for days in (30, 60, 200):
        # Ends before today: no preset does.
        view = _view(days, ends_before=2)
        for measure in MEASURES:
            yield _against_scan(
                f"{words}: {days} days by {measure.replace('_', ' ')}", view, measure, size
            )


def _view(days: int, *, ends_before: int) -> View:
    today = site_date(timezone.now())
    last = today - timedelta(days=ends_before)
    first = last - timedelta(days=days - 1)
    return view_of({"from": str(first), "to": str(last)}, today)


def _against_scan(words: str, view: View, measure: Measure, size: Size) -> Line:
    leaders = top(view, measure, ROWS)
    if [tuple(row) for row in leaders.rows] != scan(view, measure, ROWS):
        raise RuntimeError(f"{words}: two steps and a plain scan differ.")
    ours, scans = interleaved(
        [
            lambda: timed(lambda: top(view, measure, ROWS)),
            lambda: timed(lambda: scan(view, measure, ROWS)),
        ],
        ROUNDS,
    )
    is_bound = size.searches >= LARGE and not size.is_flat
    return Line(
        f"{words}, {'proven' if leaders.is_proven else 'fallen back'}; plain scan",
        ms(middle(ours)),
        ms(middle(scans)),
        middle(scans) / middle(ours),
        at_least=AGAINST_SCAN if is_bound else None,
    )


def scan(view: View, measure: str, limit: int) -> list[tuple[int, ...]]:
    """Return the first terms of a period by summing all of its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT term_id, SUM(searches), SUM(nothing_found), SUM(first_time) "
            "FROM dashboard_termday WHERE day BETWEEN %s AND %s GROUP BY term_id "
            f"HAVING SUM({measure}) > 0 ORDER BY SUM({measure}) DESC, term_id LIMIT %s",
            [view.first, view.last, limit],
        )
        return [tuple(int(value) for value in row) for row in cursor.fetchall()]


def report_lines(words: str, size: Size) -> Iterator[Line]:
    """Compare the top terms of the last 30 days with Wagtail's report on the same searches."""
    view = _view(30, ends_before=0)
    dates = [str(view.first), str(view.last)]
    wagtail = Worker("bench.wagtail_side", "bench.wagtail_settings", databases.url(size.name))
    try:
        answers: dict[str, Any] = {}

        def ask(*question: Any) -> float:
            answers[question[0]] = wagtail.ask(*question)
            return float(answers[question[0]]["ms"])

        ask("correct", *dates, ROWS)
        named(view)
        if size.searches <= SMALL:
            ask("report", *dates)
            ask("report_as_shown", *dates)
        ours, right, theirs = map(
            middle,
            interleaved(
                [
                    lambda: timed(lambda: named(view)),
                    lambda: ask("correct", *dates, ROWS),
                    lambda: ask("report", *dates),
                ]
            ),
        )
    finally:
        wagtail.stop()
    true = answers["correct"]["rows"]
    yield _rightness(words, named(view), answers["report"]["rows"][:ROWS], true)
    bounds = (AGAINST_REPORT, AGAINST_CORRECT) if size.searches >= LARGE else (None, None)
    for peer, figure, bound in zip(
        ("Wagtail's report", "the right SQL over its tables"), (theirs, right), bounds, strict=True
    ):
        name = f"{words}: top {ROWS} of 30 days, {peer}"
        yield Line(name, ms(ours), ms(figure), figure / ours, at_least=bound)
    if whole := answers.get("report_as_shown"):
        name = f"{words}: top {ROWS} of 30 days, the report as it filters twice"
        yield Line(name, ms(ours), ms(whole["ms"]), whole["ms"] / ours)


def named(view: View) -> list[list[Any]]:
    """Return the first terms of a period as a page shows them, by their names."""
    rows = top(view, "searches", ROWS).rows
    terms = SearchTerm.objects.in_bulk([row.term_id for row in rows])
    return [[terms[row.term_id].term, row.searches] for row in rows]


def _rightness(words: str, ours: Any, theirs: Any, true: Any) -> Line:
    right = [row in true for row in ours]
    top_term, top_hits = theirs[0]
    told = dict(true).get(top_term, 0)
    return Line(
        f"{words}: right among the top {ROWS} of 30 days; Wagtail's report",
        f"{sum(right)} of {len(true)}",
        f"{sum(row in true for row in theirs)}; its first is {top_hits:,}, not {told:,}",
        sum(right) / len(true),
        at_least=1.0,
    )
