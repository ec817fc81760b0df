"""`manage.py completeness`, and what became of an estimate on the second half of a stream."""

import io
import json
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dashboard.completeness.weeks import keep_weeks
from dashboard.models import DayTotals, TermDay
from dashboard.rollup import folding
from dashboard.tests import rows
from dashboard.tests.completeness import streams
from dashboard.tests.completeness.telling import known
from dashboard.tests.reading import NOW, TODAY, fold
from movies.models import Origin, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db

SPACE = "\N{NO-BREAK SPACE}"
DAYS = 40
SEARCHES_A_DAY = 150


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def printed(*options: str) -> str:
    output = io.StringIO()
    call_command("completeness", *options, stdout=output)
    return output.getvalue()


def dates(first_days_ago: int, last_days_ago: int) -> tuple[str, ...]:
    first, last = (TODAY - timedelta(days=days) for days in (first_days_ago, last_days_ago))
    return "--from", str(first), "--to", str(last)


def write(stream: streams.Terms) -> None:
    """Write a stream of searches, as many a day, that ends at NOW."""
    names = {int(number) for number in stream}
    SearchTerm.objects.bulk_create(SearchTerm(term=str(name), created_at=NOW) for name in names)
    terms = dict(SearchTerm.objects.values_list("term", "pk"))
    Search.objects.bulk_create(
        Search(
            term_id=terms[str(number)],
            created_at=NOW - timedelta(days=DAYS - 1 - place // SEARCHES_A_DAY, hours=1),
            outcome=Outcome.CACHED,
            origin=Origin.VISITOR,
        )
        for place, number in enumerate(stream.tolist())
    )
    folding.fold()


@pytest.mark.parametrize("is_drifting", [False, True])
def test_the_estimate_of_a_first_half_is_compared_with_the_second(is_drifting):
    chances = streams.zipf(3000)
    stream = streams.draw(chances, DAYS * SEARCHES_A_DAY, np.random.default_rng(9))
    if is_drifting:
        stream += np.arange(len(stream)) // 2
    write(stream)

    found = json.loads(printed(*dates(DAYS - 1, DAYS // 2), "--json"))

    half = len(stream) // 2
    first, second = stream[:half], stream[half:]
    unseen = int((~np.isin(second, first)).sum())
    chance, after = found["chance_of_new"], found["afterwards"]
    assert (chance["searches"], chance["terms"]) == (half, len(np.unique(first)))
    assert (after["searches"], after["unseen"]) == (half, unseen)
    assert after["value"] == unseen / half
    agree = chance["low"] <= after["high"] and after["low"] <= chance["high"]
    assert found["habits_are_changing"] is is_drifting
    assert agree is not is_drifting


def test_it_prints_in_words_what_the_page_says():
    for days in (9, 3):
        rows.search("dune", at=NOW - timedelta(days=days))
    known("dune", films=2, held=1)
    fold()
    keep_weeks()

    said = printed(*dates(9, 4))

    assert said.splitlines() == [
        "13–18 Nov",  # noqa: RUF001
        "Nothing to compare with: the first search was on 13 Nov 2026. First-time terms are "
        f"100{SPACE}% of searches.",
        f"Chance that the next search is new: 100{SPACE}% (20.7–100), for a term not searched "  # noqa: RUF001
        "13–18 Nov",  # noqa: RUF001
        "New in the last tenth: —, all searches are of one day",
        f"First-time terms: 100{SPACE}% (20.7–100), of searches: nobody had searched it before",  # noqa: RUF001
        "New films: —, OMDb returned no films",
        f"Share held: 50.0{SPACE}% (5.5–94.5), of what people searched for, where "  # noqa: RUF001
        f"OMDb has films: 100{SPACE}% of searches",
        "Films complete: —, not counted 13–18 Nov",  # noqa: RUF001
        f"New afterwards, 19–22 Nov: 0{SPACE}% (0–79.3), for a term not searched 13–18 Nov, "  # noqa: RUF001
        "of 1 search",
    ]


def test_without_dates_it_is_the_period_of_the_page():
    rows.search("dune", at=NOW)
    rows.search("spam", at=NOW, is_bot=True)
    fold()

    found = json.loads(printed("--json"))
    everyone = json.loads(printed("--json", "--everyone", "--compare", "none"))

    assert (found["view"]["from"], found["view"]["to"]) == ("2026-10-26", "2026-11-22")
    assert (found["searches"], found["afterwards"]) == (1, None)
    assert found["why_no_afterwards"] == "nothing after it is counted yet"
    assert "New afterwards: —, nothing after it is counted yet" in printed()
    assert (everyone["searches"], everyone["direction"]) == (2, None)


def test_of_terms_that_are_kept_no_more_it_says_nothing_afterwards():
    rows.search("dune", at=NOW - timedelta(days=900))
    rows.search("dune", at=NOW - timedelta(days=800))
    fold()
    TermDay.objects.all().delete()
    DayTotals.objects.update(only_totals=True)

    found = json.loads(printed(*dates(900, 890), "--json"))

    assert (found["chance_of_new"], found["afterwards"]) == (None, None)
    assert found["why_no_afterwards"] == "terms are kept 800 days"
    assert found["searches"] == 1


def test_of_an_old_log_whose_terms_are_kept_it_says_what_came_afterwards():
    for term, days in (("dune", 900), ("dune", 888), ("heat", 887)):
        rows.search(term, at=NOW - timedelta(days=days))
    fold()

    found = json.loads(printed(*dates(900, 890), "--json"))
    nobody = json.loads(printed(*dates(888, 880), "--json"))

    after = found["afterwards"]
    assert (after["searches"], after["unseen"], found["why_no_afterwards"]) == (2, 1, None)
    assert nobody["afterwards"] is None
    assert nobody["why_no_afterwards"] == "no searches 26 Jun–4 Jul 2024"  # noqa: RUF001


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--from", "2026-11-31", "--to", "2026-12-01"), "A period needs two dates"),
        (("--from", "2026-11-02"), "A period needs two dates"),
        (("--to", "2026-11-02"), "A period needs two dates"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), "ends before it begins"),
        ((), "Nothing has been counted yet. Run: manage.py roll_up"),
    ],
)
def test_what_was_not_understood_is_an_error(options, problem):
    with pytest.raises(CommandError, match=problem):
        printed(*options)
