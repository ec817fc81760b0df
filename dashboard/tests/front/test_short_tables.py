"""The term tables of the first page: their first rows, or why there are none."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.models import Snapshot
from dashboard.tests.reading import fill
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")


@pytest.fixture
def viewer(client, member):
    client.force_login(member("Viewers"))
    return client


def test_short_tables_lead_to_their_terms_and_to_the_whole_table(viewer):
    fill()

    response = viewer.get(f"{INDEX}?period=7")

    tables = {table.key: table for table in response.context["tables"]}
    assert list(tables) == ["rising", "new", "empty"]
    assert len(tables["new"].rows) == 7
    assert tables["new"].url == f"{reverse('dashboard:terms')}?period=7&tab=new"
    first = tables["new"].rows[0]
    assert (first.count, first.change, first.is_proven) == ("1", "+ New", True)
    term = SearchTerm.objects.get(term=first.term)
    assert first.url == reverse("admin:movies_searchterm_change", args=[term.pk]) + "?period=7"
    assert tables["rising"].reason in response.text


def test_where_every_term_is_new_the_table_says_why_instead(viewer):
    fill(2)

    tables = viewer.get(INDEX).context["tables"]

    assert (tables[1].key, tables[1].rows) == ("new", [])
    assert tables[1].reason == tables[0].reason
    assert tables[1].reason.startswith("Nothing to compare with: the first search was on ")


def test_the_change_of_a_term_is_grey_unless_it_is_proven(viewer):
    fill()
    pk = SearchTerm.objects.get(term="dune").pk
    entries = [
        [pk, 30, 10, 9, 0, "rising", 3.0, 1.2, 9.0],
        [pk, 10, 30, 9, 0, "falling", 0.33, 0.1, 0.8],
        [pk, 10, 10, 8, 0, "steady", 1.05, 0.5, 2.0],
        [pk, 2, 1, 7, 0, "few", None, None, None],
        [pk, 2, None, 6, 0, "", None, None, None],
    ]
    Snapshot.objects.update(heads={key: [entries, 5, 5] for key in ("rising", "new", "empty")})

    tables = viewer.get(INDEX).context["tables"]

    shown = [(row.change, row.is_proven) for row in tables[0].rows]
    assert shown == [
        ("▲ +200.0\N{NO-BREAK SPACE}%", True),
        ("▼ −67.0\N{NO-BREAK SPACE}%", True),  # noqa: RUF001
        ("▲ +5.0\N{NO-BREAK SPACE}%", False),
        ("Too few to tell", False),
        ("—", True),
    ]
    assert tables[0].rows[0].proof.startswith("at least +20")
    # What found nothing is counted, not what was searched.
    assert [row.count for row in tables[2].rows] == ["9", "9", "8", "7", "6"]
    assert 'class="quiet"' in viewer.get(INDEX).text


def test_tables_that_are_older_than_the_figures_say_so(viewer):
    fill(2)
    Snapshot.objects.update(figures_to=timezone.now() - timedelta(days=1))

    assert 'class="panel-to">to ' in viewer.get(INDEX).text
