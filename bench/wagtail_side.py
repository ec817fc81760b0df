"""What runs in Wagtail's process: its search-terms report and its recording, by its own code."""

import time
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits
from wagtail.contrib.search_promotions.views.reports import SearchTermsReportView

from bench.loading import quickly
from bench.timing import TERMS, Pace, paced, stream

NEW_DAY = timezone.localdate() + timedelta(days=1)
BUSY_DAY = NEW_DAY + timedelta(days=1)
QUERIES, HITS = Query._meta.db_table, QueryDailyHits._meta.db_table


def fill() -> int:
    """Make Wagtail's tables of the searches in our figures; return how many rows of hits."""
    if QUERIES in connection.introspection.table_names():
        return int(QueryDailyHits.objects.count())
    with connection.schema_editor() as editor:
        editor.create_model(Query)
        editor.create_model(QueryDailyHits)
    with quickly([Query, QueryDailyHits]), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {QUERIES} (id, query_string) SELECT id, term FROM movies_searchterm"
        )
        # PostgreSQL keeps the unique index meanwhile, which is quicker in its own order.
        order = "ORDER BY term_id, day" if connection.vendor == "postgresql" else ""
        cursor.execute(
            f"INSERT INTO {HITS} (query_id, date, hits) SELECT term_id, day, searches "
            f"FROM dashboard_termday WHERE searches > 0 {order}"
        )
        rows: int = cursor.rowcount
    return rows


def report(first: str, last: str, *, as_shown: bool = False) -> dict[str, Any]:
    """Return the milliseconds of a page of the report with a date filter, and its first rows.

    The view filters twice, so each hit is counted once more for each day in the period, and the
    statement takes many times as long: `as_shown` is that, otherwise it filters once.
    """
    address = {"hit_date_from": first, "hit_date_to": last}
    request = RequestFactory().get("/", address)
    request.user = User(is_superuser=True, is_active=True)
    view = SearchTermsReportView()
    view.setup(request)
    began = time.perf_counter()
    if as_shown:
        queryset = view.get_filtered_queryset()
    else:
        queryset = view.filter_queryset(view.order_queryset(view.get_base_queryset()))
    # It counts all rows as well.
    _, _, page, _ = view.paginate_queryset(queryset, view.paginate_by)
    rows = [[row.query_string, int(row._hits)] for row in page]
    return {"ms": (time.perf_counter() - began) * 1000, "rows": rows}


def report_as_shown(first: str, last: str) -> dict[str, Any]:
    return report(first, last, as_shown=True)


def correct(first: str, last: str, limit: int) -> dict[str, Any]:
    """Return the milliseconds of the SQL that would be right over Wagtail's tables."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT query_string, total FROM (SELECT query_id, SUM(hits) AS total FROM {HITS} "
            "WHERE date BETWEEN %s AND %s GROUP BY query_id ORDER BY total DESC, query_id "
            f"LIMIT %s) AS found JOIN {QUERIES} AS q ON q.id = query_id "
            "ORDER BY total DESC, query_id",
            [first, last, limit],
        )
        rows = [[term, int(total)] for term, total in cursor.fetchall()]
    return {"ms": (time.perf_counter() - began) * 1000, "rows": rows}


def begin_days() -> None:
    """Let the busy day begin on which each term has a row already; the new one has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {HITS} (query_id, date, hits) SELECT id, %s, 1 FROM {QUERIES} "
            "WHERE id <= %s",
            [BUSY_DAY, TERMS],
        )


def record(seconds: float, seed: int) -> Pace:
    """Count hits of known terms for a while, of a day that has just begun."""
    return _recorded(NEW_DAY, seconds, seed)


def record_again(seconds: float, seed: int) -> Pace:
    """Count hits of known terms for a while, none of which is the first of its day."""
    return _recorded(BUSY_DAY, seconds, seed)


def _recorded(day: date, seconds: float, seed: int) -> Pace:
    return paced(lambda term: Query.get(term).add_hit(day), stream(_known(), seed), seconds)


@cache
def _known() -> list[str]:
    found = Query.objects.filter(pk__lte=TERMS).order_by("pk")
    return list(found.values_list("query_string", flat=True))
