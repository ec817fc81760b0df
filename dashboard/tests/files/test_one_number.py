"""One number is the same everywhere: on a card, in the chart, the tables, CSV, JSON, of terms."""

import csv
import io
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import IS_LONG
from dashboard.days import site_date
from dashboard.periods import view_of
from dashboard.ranks import refreshing
from dashboard.tests.histories import AHEAD, LONG_DAY, MEASURES, NOW, finish, histories, play
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db

TODAY = site_date(NOW)
HEADINGS = {
    "searches": "Searches",
    "from_cache": "From cache",
    "asked": "Asked OMDb",
    "nothing_found": "Nothing found",
    "not_answered": "Not answered",
    "first_time": "First-time",
}
# What the rows of a term table add up to.
TABLES = {"top": "searches", "empty": "nothing_found", "new": "first_time"}
DAYS = st.dates(date(2026, 10, 10), TODAY)
PRESETS = st.sampled_from(["today", "7", "28", "90", "month"]).map(lambda name: {"period": name})
CUSTOM = st.tuples(DAYS, DAYS).map(
    lambda days: {"from": min(days).isoformat(), "to": max(days).isoformat()}
)
# Where the clocks are changed, by the hour.
CHANGE = {"from": "2026-10-24", "to": "2026-10-26"}

type Address = dict[str, str]


@pytest.fixture
def reader(monkeypatch) -> Client:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client = Client()
    client.force_login(User.objects.create_superuser("reader"))
    return client


@settings(
    max_examples=15 if IS_LONG else 5,
    deadline=None,
    # Every run of the suite tries the same histories: none fails by chance.
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(history=AHEAD, period={"period": "7"})
@example(history=LONG_DAY, period=CHANGE)
@given(history=histories, period=st.one_of(PRESETS, CUSTOM, st.just(CHANGE)))
def test_a_number_is_the_same_wherever_it_stands(reader, history, period):
    with transaction.atomic():
        ledger = play(history)
        of_figures(reader, period)

        finish(ledger)
        for address in (period, period | {"everyone": "1"}):
            view = view_of(address, TODAY)
            expected = ledger.sums(view)
            assert of_figures(reader, address) == expected
            assert of_terms(reader, address) == expected
            refreshing.refresh(refreshing.row_of(view, NOW)[0].pk, NOW)
            for table, measure in TABLES.items():
                assert of_table(reader, address | {"table": table}, measure) == expected[measure]

        transaction.set_rollback(True)


def of_figures(reader: Client, address: Address) -> dict[str, int]:
    """Return what the cards say; fail if charts or files of any grain add up to another number."""
    cards = {}
    for grain in view_of(address, TODAY).grains:
        at_grain = address | {"by": grain}
        found = get_json(reader, "json", at_grain)
        of_grain = {measure: found["cards"][measure]["value"] for measure in MEASURES}
        cards = cards or of_grain
        assert of_grain == cards
        assert of_buckets(found) == cards
        assert of_rows(get_rows(reader, "csv", at_grain)) == cards
    return cards


def of_terms(reader: Client, address: Address) -> dict[str, int]:
    """Return what the figures of all terms add up to, in their charts and in their files."""
    charts: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for pk in SearchTerm.objects.values_list("pk", flat=True):
        charts.update(of_buckets(get_json(reader, "term_json", address, pk)))
        files.update(of_rows(get_rows(reader, "term_csv", address, pk)))
    assert files == charts
    return {measure: charts[measure] for measure in MEASURES}


def of_table(reader: Client, address: Address, measure: str) -> int:
    """Return what a table adds up to, with what has no row, on the page and in the file."""
    table = get_json(reader, "terms_json", address)
    assert table["is_ready"]
    shown = sum(row[measure] for row in table["rows"]) + table["other"]
    written = get_rows(reader, "terms_csv", address)
    assert sum(int(row[HEADINGS[measure]] or 0) for row in written) == shown
    return shown


def get_json(reader: Client, name: str, address: Address, *keys: int) -> dict[str, Any]:
    return reader.get(reverse(f"dashboard:{name}", args=keys), address).json()


def get_rows(reader: Client, name: str, address: Address, *keys: int) -> list[dict[str, str]]:
    content = reader.get(reverse(f"dashboard:{name}", args=keys), address).getvalue()
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def of_buckets(found: dict[str, Any]) -> dict[str, int]:
    return {name: sum(bucket[name] or 0 for bucket in found["buckets"]) for name in MEASURES}


def of_rows(rows: list[dict[str, str]]) -> dict[str, int]:
    return {name: sum(int(row[words] or 0) for row in rows) for name, words in HEADINGS.items()}
