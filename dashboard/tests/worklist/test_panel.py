"""What stands of the worklist on the first page, and on the page of a term."""

import pytest
from django.urls import reverse

from dashboard.models import Snapshot, Worklist
from dashboard.tests.reading import words, work_out
from dashboard.tests.worklist import lists
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

PAGE = reverse("dashboard:worklist")


def test_the_first_page_shows_the_first_rows_and_leads_to_the_others(viewer):
    lists.some()

    response = viewer.get(reverse("admin:index"))

    panel = response.context["worth"]
    assert [(row.term, row.searches, row.lacks) for row in panel.rows] == [
        ("dune", "5", "3 of 117 films held"),
        ("never", "3", "not answered yet"),
        ("alien", "4", "2 of 4 lack details"),
    ]
    assert f'<a class="link" href="{PAGE}?">Worklist</a>' in response.text


def test_a_panel_without_a_row_says_why(viewer):
    lists.term("heat", 3, held=2)
    work_out()

    assert "Nothing: of the most searched terms every film is held" in words(
        viewer.get(reverse("admin:index")).text
    )


def test_a_snapshot_of_before_there_was_a_worklist_has_none(viewer):
    lists.some()
    Worklist.objects.all().delete()
    Snapshot.objects.update(heads={key: [[], 0, 0] for key in ("rising", "new", "empty")})

    assert viewer.get(reverse("admin:index")).context["worth"].rows == []
    assert "Being worked out" in viewer.get(PAGE).text


def test_who_may_not_see_terms_sees_no_panel(client):
    client.force_login(allowed("view_search"))
    lists.some()

    assert client.get(reverse("admin:index")).context["worth"] is None


def test_the_page_of_a_term_offers_the_rest_to_those_who_may_fetch_it(operator, member):
    terms = lists.some()
    page = reverse("admin:movies_searchterm_change", args=[terms["dune"].pk])

    html = operator.get(page).text
    operator.force_login(member("Viewers"))
    seen = operator.get(page).text

    assert "Fetch the rest, about 12 calls</a>" in html
    assert "3 of 117 films held" in seen
    assert "Fetch the rest" not in seen


def test_the_page_of_a_term_says_how_many_details_lack_and_what_they_cost(operator, settings):
    terms = lists.some()
    page = reverse("admin:movies_searchterm_change", args=[terms["alien"].pk])

    assert "2 films held lack details. Details cost one call a film." in words(
        operator.get(page).text
    )
    settings.OMDB_DEMO = True
    assert "one call a film" not in words(operator.get(page).text)
