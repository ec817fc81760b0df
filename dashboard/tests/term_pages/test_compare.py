import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from dashboard.models import RollUp
from dashboard.ranks import refreshing, snapshots
from dashboard.term_pages import compare
from dashboard.tests.term_days import (
    NOON,
    ago,
    first_searched,
    folded,
    only_totals_before,
    period,
    searched,
)
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db
WEEK = {"from": "2026-11-16", "to": "2026-11-22"}


@pytest.fixture(autouse=True)
def _figures(db):
    folded()
    first_searched()


@pytest.fixture
def pks() -> list[int]:
    found = [searched(f"term {number}", ago(1), 10 + number) for number in range(5)]
    searched("term 0", ago(8), 30)
    return found


def page(client, *terms: object, **asked: object) -> str:
    response = client.get(reverse("dashboard:compare"), WEEK | asked | {"term": terms})
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(unescape(strip_tags(html[html.index("<main") :])).split())


def test_two_to_five_terms_are_one_chart(admin_client, pks):
    for count in (2, 5):
        html = page(admin_client, *pks[:count])

        assert html.count("data-chart=") == 1
        assert len(re.findall('class="legend-line colour-', html)) == 2 * count
        assert all(f"term {number}" in html for number in range(count))


def test_a_comparison_leads_to_its_files(admin_client, pks):
    html = unescape(page(admin_client, *pks[:2]))

    for kind in ("csv", "json"):
        [url] = re.findall(rf'href="(/admin/compare\.{kind}[^"]*)"', html)
        assert admin_client.get(url).status_code == 200


def test_the_first_line_is_the_answer(admin_client, pks):
    said = words(page(admin_client, *pks[:3]))

    assert "“term 2” was searched most, 12 times; “term 0” least, 10 times." in said


def test_of_terms_searched_as_often_none_is_the_most(admin_client, pks):
    searched("term 0", ago(2), 1)

    assert "Each was searched 11 times." in words(page(admin_client, *pks[:2]))


def test_a_comparison_has_the_changes_of_the_term_tables(admin_client, pks):
    snapshot = snapshots.wanted(period(), NOON)
    assert refreshing.refresh(snapshot.pk, NOON) == "refreshed"

    html = page(admin_client, *pks[:2])

    assert "term-why" in html
    assert f"/admin/movies/searchterm/{pks[0]}/change/?from=2026-11-16" in html


def test_changes_that_nobody_worked_out_are_not_invented(admin_client, pks):
    assert "nothing to compare with" in page(admin_client, *pks[:2])


def test_another_period_compares_the_same_terms(admin_client, pks):
    html = unescape(page(admin_client, *pks[:2], everyone="1"))

    assert f"?everyone=1&period=7&term={pks[0]}%2C{pks[1]}" in html
    again = page(admin_client, f"{pks[0]},{pks[1]}")
    assert "term 0" in again
    assert "term 1" in again


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ([], "A comparison takes two terms or more."),
        (["{0}"], "A comparison takes two terms or more."),
        (["{0}", "{0}", "0{0}"], "A comparison takes two terms or more."),
        (["{0},{1},{2},{3},{4},9999"], "6 terms do not fit into one chart: five do."),
        (["{0}", "9998"], "1 of these terms is gone."),
        (["9998", "9999"], "2 of these terms are gone."),
        (["dune", "{0}"], "That address names no terms."),
        (["{0}", "\0"], "That address names no terms."),
        (["9" * 5000, "{0}"], "That address names no terms."),
    ],
)
def test_what_makes_no_comparison_says_why(admin_client, pks, terms, why):
    html = page(admin_client, *(text.format(*pks) for text in terms))

    assert why in words(html)
    assert "Tick two to five terms" in words(html)
    assert "data-chart=" not in html


def test_before_anything_was_counted_there_is_nothing_to_compare(admin_client, pks):
    RollUp.objects.all().delete()

    assert "No figures yet: nothing was counted so far." in words(page(admin_client, *pks[:2]))


def test_terms_that_begin_alike_keep_lines_of_their_own():
    long = ["x" * 100 + str(number) for number in range(2)]

    first, second, third = compare._names(SearchTerm(term=term) for term in [*long, "dune"])

    assert (first, third) == ("x" * 39 + "…", "dune")
    assert second == f"{first} (2)"


def test_comparing_costs_the_same_for_two_and_for_five(
    client, member, pks, django_assert_max_num_queries
):
    client.force_login(member("Viewers"))
    page(client, *pks)

    with django_assert_max_num_queries(13) as few:
        page(client, *pks[:2])
    with django_assert_max_num_queries(len(few.captured_queries)):
        page(client, *pks)


def test_terms_that_are_kept_no_more_are_not_compared(admin_client, pks):
    searched("old", ago(900))
    only_totals_before(ago(800))

    html = page(admin_client, *pks[:2], **{"from": "2024-06-01", "to": "2024-06-10"})

    assert "Terms are kept 800 days." in html
    assert "data-chart=" not in html
