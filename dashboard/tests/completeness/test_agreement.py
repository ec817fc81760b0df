"""Page, panel, JSON, CSV and command say the same numbers of the same searches."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.completeness.weeks import keep_weeks
from dashboard.models import FilmDay
from dashboard.rollup import folding
from dashboard.tests import rows
from dashboard.tests.completeness.telling import known
from dashboard.tests.reading import NOW, TODAY, work_out
from movies.formats import rate
from movies.models import Outcome, SearchTerm

pytestmark = pytest.mark.django_db

# What a fact is called in JSON, and what a week's shares are called in CSV.
SHARES = {
    "Chance that the next search is new": "chance_of_new",
    "New in the last tenth": "last_tenth",
    "First-time terms": "first_time",
    "New films": "new_films",
    "Share held": "share_held",
    "Films complete": "films_complete",
}
WEEKS = {
    "Chance that the next search is new": "chance",
    "First-time terms": "first_time",
    "New films": "new_films",
    "Share held": "held",
}

searched = st.lists(
    st.tuples(st.integers(0, 25), st.sampled_from("abcdefgh"), st.integers(0, 3)),
    min_size=1,
    max_size=40,
)


@pytest.fixture
def reader(client, member, monkeypatch) -> Client:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client.force_login(member("Viewers"))
    return client


def search(history: list[tuple[int, str, int]]) -> None:
    for day, term, brought in sorted(history, reverse=True):
        rows.search(
            term,
            at=NOW - timedelta(days=day, hours=1),
            outcome=Outcome.FETCHED,
            pages_done=1,
            films_found=3,
            films_new=brought,
        )
    for number, term in enumerate(SearchTerm.objects.order_by("term")):
        known(term.term, films=number % 3, held=number % 2)
    FilmDay.objects.create(day=TODAY, held=9, complete=4)
    folding.fold()
    keep_weeks()
    work_out()


def printed(*options: str) -> str:
    output = io.StringIO()
    call_command("completeness", *options, stdout=output)
    return output.getvalue()


@settings(
    max_examples=8,
    deadline=None,
    # Every run of the suite tries the same histories: none fails by chance.
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=searched)
def test_a_number_is_the_same_wherever_it_stands(reader, history):
    with transaction.atomic():
        search(history)

        page = reader.get(reverse("dashboard:completeness"))
        data = reader.get(reverse("dashboard:completeness_json")).json()
        assert of_command() == data
        of_page(page.context, data)
        of_file(reader.get(reverse("dashboard:completeness_csv")), data)
        of_panel(reader.get(reverse("admin:index")).context["completeness"], page.context)

        transaction.set_rollback(True)


def of_command() -> dict[str, Any]:
    """Return what the command prints as JSON; fail if its words are others."""
    data, words = json.loads(printed("--json")), printed()
    # Of these alone the page says nothing.
    assert data.pop("afterwards") is None
    assert data.pop("why_no_afterwards") in words
    assert data["verdict"] in words
    for label, name in SHARES.items():
        assert f"{label}: {rate(data[name]['value'], 1) if data[name] else '—'}" in words
    return data


def of_page(context: Any, data: dict[str, Any]) -> None:
    assert (context["found"].verdict, context["habits"]) == (data["verdict"], data["habits"])
    facts = {fact.label: fact.value for fact in context["facts"]}
    assert facts == {
        label: rate(data[name]["value"], 1) if data[name] else "—" for label, name in SHARES.items()
    }


def of_file(response: Any, data: dict[str, Any]) -> None:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["Start"] for line in lines] == [week["start"] for week in data["weeks"]]
    for line, week in zip(lines, data["weeks"], strict=True):
        assert line["Searches"] == str(week["searches"] or "")
        for heading, name in WEEKS.items():
            low = line[f"{heading}, at least"]
            assert low == ("" if week[name] is None else f"{week[name]['low']:.9f}")


def of_panel(panel: Any, page: Any) -> None:
    fact = page["facts"][0]
    bounds = f" ({fact.interval})" if fact.interval else ""
    assert panel.chance == f"{fact.value}{bounds}"
    assert panel.verdict == page["found"].verdict
    assert panel.chart.table == page["first"].table
