"""What the Terms page finds beyond the rows that its tables keep."""

import pytest

from dashboard.tests.term_days import ago, first_searched, folded, searched
from dashboard.tests.term_pages.test_terms import listed, many, page, worked_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures(db):
    folded()
    first_searched()


def test_what_is_not_among_the_first_rows_is_found_all_the_same(admin_client):
    many(30)
    searched("dune", ago(8), 10)

    html = page(admin_client, find="term 0029")

    assert listed(html) == ["term 0029"]
    # It has no rank yet, and is one of all terms.
    assert "Rank" not in html
    assert "Only of the first" not in html


def test_what_is_only_of_the_first_rows_says_so(admin_client, monkeypatch):
    many(30)
    monkeypatch.setattr("dashboard.ranks.ranking.MOST", 10)
    worked_out()

    assert "Only of the first 10 by searches." in page(admin_client, sort="term")
    monkeypatch.setattr("dashboard.ranks.finding.MOST", 20)
    assert "Only of the first 10 by searches." in page(admin_client, find="term")
    monkeypatch.setattr("dashboard.ranks.finding.MOST", 0)
    assert "Nothing matches of the first 10 by searches." in page(admin_client, find="term 0029")


def test_what_many_terms_match_may_still_come(admin_client, monkeypatch):
    many(30)
    monkeypatch.setattr("dashboard.ranks.finding.MOST", 0)

    html = page(admin_client, find="term 0029", compare="none")

    assert "Nothing matches so far" in html
    assert "every 2s" in html
