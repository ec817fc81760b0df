"""The Worklist page and its files."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard.models import Snapshot
from dashboard.tests import rows
from dashboard.tests.reading import words, work_out
from dashboard.tests.worklist import lists
from movies.models import Movie, OmdbDay, Origin, Refill, RefillItem, Search, SearchTerm
from movies.words import when

pytestmark = pytest.mark.django_db

PAGE = reverse("dashboard:worklist")
CSV = reverse("dashboard:worklist_csv")
JSON = reverse("dashboard:worklist_json")


def shown(client, address: str = "") -> list[str]:
    response = client.get(PAGE + address)
    return [line.term for line in response.context["page"]["lines"]]


def test_the_page_answers_first_and_lists_what_lacks_most_first(operator):
    lists.some()

    html = operator.get(PAGE).text

    assert "2 terms lack films and 1 term lacks details." in words(html)
    assert shown(operator) == ["dune", "never", "alien"]
    assert "3 of 117 films held" in words(html)
    assert "Fetch the rest, about 12 calls: dune" in words(html)
    assert "Fetch the rest, at least 1 call: never" in words(html)
    assert "Re-fill 2 films: alien" in words(html)
    assert "1,000 of 1,000 OMDb calls are left today, 200 reserved for visitors." in words(html)


def test_the_list_says_of_which_day_it_is_if_not_of_today(viewer):
    lists.some()
    yesterday = timezone.now() - timedelta(days=1)
    Snapshot.objects.update(figures_to=yesterday)

    html = viewer.get(PAGE).text

    assert f"Figures to {when(yesterday, timezone.localdate())}" in words(html)


def test_a_viewer_has_no_buttons_and_is_sent_to_an_operator(viewer):
    lists.some()

    html = viewer.get(PAGE).text

    assert "Ask an operator." in words(html)
    assert 'type="checkbox"' not in html[html.index("<main") :]
    assert "Re-fill 2" not in html
    assert "OMDb calls are left" not in html, "the demo catalogue costs none"


def test_where_no_row_can_be_ticked_nobody_is_told_to(operator):
    lists.some()

    assert "Tick terms to fetch" in operator.get(PAGE).text
    assert "Tick terms to fetch" not in operator.get(f"{PAGE}?lacks=details").text


def test_what_lacks_and_how_often_it_was_searched_narrow_the_list(operator):
    lists.some()

    assert shown(operator, "?lacks=films&minimum=4") == ["dune"]
    assert shown(operator, "?lacks=details") == ["alien"]
    html = operator.get(f"{PAGE}?minimum=4").text
    assert "At least 4 searches" in words(html)
    assert 'href="/admin/worklist/"' in html
    assert "Nothing matches. Clear filters" in words(operator.get(f"{PAGE}?minimum=99").text)


def test_what_the_demo_catalogue_counted_tells_nothing_of_the_cost(operator):
    lists.term("dune", 2, held=3, answered_by_demo=True)
    work_out()

    assert "Fetch the rest, at least 1 call: dune" in words(operator.get(PAGE).text)


def test_the_demo_catalogues_buttons_name_no_calls(operator, settings):
    settings.OMDB_DEMO = True
    lists.some()

    assert "Fetch the rest: dune" in words(operator.get(PAGE).text)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("?lacks=nothing", "Nothing lacks &#x27;nothing&#x27;."),
        ("?minimum=many", "is no number of searches."),
        ("?period=nine", "There is no period"),
    ],
)
def test_what_was_not_understood_is_said(viewer, address, problem):
    lists.some()

    assert problem in viewer.get(PAGE + address).text
    assert viewer.get(CSV + address).status_code == 400


def test_a_page_beyond_the_last_shows_the_last(viewer):
    for number in range(26):
        lists.short(f"term {number:02}", 1, held=0, total=9)
    work_out()

    assert len(shown(viewer)) == 25
    second = viewer.get(f"{PAGE}?page=99")
    assert len(second.context["page"]["lines"]) == 1
    assert f'href="{PAGE}?page=1"' in second.text
    assert f'href="{PAGE}?page=2"' in viewer.get(PAGE).text


def test_each_row_says_how_it_is_now(operator):
    terms = lists.some()
    OmdbDay.objects.all().delete()
    Search.objects.create(term=terms["dune"], origin=Origin.STAFF)
    refill = Refill.objects.create()
    for film in Movie.objects.filter(hits__term=terms["alien"], is_full_record=False):
        RefillItem.objects.create(refill=refill, movie=film)
    SearchTerm.objects.filter(term="never").update(last_search=terms["dune"].last_search)

    html = words(operator.get(PAGE).text)

    for state in ("Being fetched", "Being re-filled", "Done"):
        assert state in html


def test_what_does_not_fit_into_the_day_says_so_and_has_no_button(operator, settings):
    settings.OMDB_DAILY_LIMIT = 10
    lists.some()

    html = words(operator.get(PAGE).text)

    assert "more calls than are left today" in html
    assert "Fetch the rest, about 12 calls" not in html


def test_a_custom_period_is_named_and_can_be_left(viewer):
    lists.some()

    html = viewer.get(f"{PAGE}?from=2026-01-01&to=2026-01-09").text

    assert "1–9 Jan" in words(html)  # noqa: RUF001
    assert 'aria-current="true">1–9 Jan' in html  # noqa: RUF001


def test_a_list_that_is_not_worked_out_yet_is_asked_for_until_it_is(viewer):
    rows.search("dune")

    page = viewer.get(PAGE)
    assert "Being worked out" in page.text
    assert 'hx-trigger="every 2s' in page.text
    lists.some()

    part = viewer.get(PAGE, headers={"HX-Request": "true"}).text

    assert "<html" not in part
    assert 'hx-swap-oob="true"' in part
    assert "hx-trigger" not in part


def test_an_empty_list_says_what_will_fill_it(viewer):
    lists.term("heat", 3, held=2)
    work_out()

    html = words(viewer.get(PAGE).text)

    assert "Nothing is worth fetching now." in html
    assert "Terms come here when a fetch breaks off" in html


def test_an_empty_period_says_that_nobody_searched(viewer):
    rows.search("dune", at=timezone.now() - timedelta(days=3))
    work_out()

    assert "No searches " in words(viewer.get(f"{PAGE}?period=today").text)


def test_the_file_holds_every_row_and_runs_no_formula(viewer):
    lists.short("=1+1", 2, held=3, total=117)
    lists.some()

    response = viewer.get(f"{CSV}?minimum=2")
    text = b"".join(response.streaming_content).decode()

    assert "worklist-" in response["Content-Disposition"]
    assert '"Term","Searches","Films held"' in text
    assert '"\'=1+1",2,3,117,114,0,12' in text
    assert '"alien",4,4,4,0,2,0' in text
    assert viewer.head(CSV).content == b""


def test_the_same_rows_come_as_json(viewer):
    lists.short("wanted", 2, held=3, total=117)
    lists.some()

    answer = viewer.get(JSON, {"minimum": 2}).json()

    assert answer["figures_to"]
    assert (answer["lacks"], answer["minimum"]) == ("", 2)
    by_term = {row.pop("term"): row for row in answer["terms"]}
    assert by_term["wanted"] == {
        "searches": 2,
        "held": 3,
        "results": 117,
        "missing": 114,
        "without_details": 0,
        "calls": 12,
    }
    assert viewer.get(JSON, {"lacks": "x"}).json() == {"problem": "Nothing lacks 'x'."}
    assert viewer.post(JSON).status_code == 405


def test_before_the_list_is_worked_out_its_files_have_no_rows(viewer):
    answer = viewer.get(JSON).json()

    assert (answer["figures_to"], answer["terms"]) == (None, [])


def test_a_term_of_ten_thousand_words_in_the_address_is_no_error(viewer):
    assert viewer.get(PAGE, {"lacks": "x" * 10_000}).status_code == 200


def test_the_page_costs_the_same_however_many_rows(operator):
    lists.some()
    operator.get(PAGE)

    def asked() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            operator.get(PAGE)
        return len(queries)

    few = asked()
    for number in range(9):
        lists.short(f"term {number}", 2, held=1, total=9)
    work_out()

    assert asked() == few <= 16
