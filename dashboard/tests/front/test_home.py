import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard.days import site_date
from dashboard.models import DayTotals, SystemState
from dashboard.system.lines import State
from dashboard.system.looking import CHECKS
from dashboard.tests import rows
from dashboard.tests.reading import fill, work_out
from movies.models import Outcome
from movies.tests.plans import plan_of

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")
FIGURES = reverse("dashboard:figures")
# The whole page: session, user and permissions included.
MOST_QUERIES = 12
PRESETS = ["", "?period=today", "?period=7", "?period=90", "?period=365", "?period=month"]


@pytest.fixture
def viewer(client, member):
    client.force_login(member("Viewers"))
    return client


@pytest.fixture
def boss(client):
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture(autouse=True)
def _looked_at(db) -> None:
    """Somebody has just looked at the system, as the tick does."""
    rows.all_fine()


def queries_of(client, address: str) -> CaptureQueriesContext:
    """Return what the page asks when nobody has opened any page for a while."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return queries


def test_the_page_answers_first_and_then_shows_its_figures_and_its_chart(viewer):
    fill()

    response = viewer.get(INDEX)

    assert response.context["title"] == "Dashboard"
    page = response.text
    places = [page.index(words) for words in ("home-headline", "First-time terms", "<canvas")]
    assert places == sorted(places)
    assert "against" in page
    assert page.index("1 notification failed") < page.index("Searchers a day")


def test_an_empty_site_says_what_will_fill_it(viewer):
    page = viewer.get(INDEX).text

    assert "No search has been made yet." in page
    assert f'href="{reverse("movies:index")}">Search for a film</a>' in page
    assert "<canvas" not in page
    assert "Nothing needs you." in page


def test_an_empty_period_has_one_sentence_and_no_empty_chart(viewer):
    fill(2)

    page = viewer.get(f"{INDEX}?from=2020-01-01&to=2020-01-10").text

    assert "No searches 1–10 Jan 2020." in page  # noqa: RUF001
    assert "<canvas" not in page
    assert "Before the first figures" not in page


def test_an_empty_period_after_one_that_was_not_is_drawn(viewer):
    rows.search(at=timezone.now() - timedelta(days=7))
    rows.search(at=timezone.now() - timedelta(days=20))
    work_out()
    yesterday = timezone.localdate() - timedelta(days=1)

    page = viewer.get(f"{INDEX}?from={yesterday - timedelta(days=4)}&to={yesterday}").text

    assert "<canvas" in page


def test_a_page_in_good_health_has_no_red(viewer):
    rows.search()
    work_out()

    page = viewer.get(INDEX).text

    assert "Nothing needs you." in page
    for sign in ("figure-needs", "figure-look", "work-needs", "delta-look", "home-needs"):
        assert sign not in page


def test_staff_without_rights_see_one_sentence_and_nothing_else(client, staff):
    fill(2)
    client.force_login(staff)

    page = client.get(INDEX).text

    assert "nothing has been shared with you yet: ask an administrator." in page
    for part in ("<canvas", "Nothing needs you.", 'class="figures"', "Copy link", "menu-detail"):
        assert part not in page


def test_terms_alone_are_shown_with_the_controls_and_without_the_searches(client, staff):
    staff.user_permissions.add(Permission.objects.get(codename="view_searchterm"))
    fill(2)
    client.force_login(staff)

    page = client.get(INDEX).text

    assert "menu-detail" in page
    assert "All that found nothing" in page
    assert "<canvas" not in page


def test_the_link_to_copy_names_the_dates_and_shows_the_same(viewer):
    fill()

    page = viewer.get(f"{INDEX}?period=7&compare=none&chart=outcomes")

    copied = page.context["copied"]
    assert copied.startswith("http://testserver/admin/?from=")
    colleague = viewer.get(copied)
    assert colleague.context["chart"].series == page.context["chart"].series
    assert page.context["csv"] == f"{reverse('dashboard:csv')}?period=7&compare=none"


def test_the_chart_is_the_addresss_and_every_link_keeps_it(viewer):
    fill()

    page = viewer.get(f"{INDEX}?chart=outcomes")

    assert page.context["chart"].series[0].name == "From cache"
    assert [choice.is_current for choice in page.context["switch"]] == [False, True]
    assert page.context["switch"][0].url == "?"
    assert all("chart=outcomes" in one.url for one in page.context["controls"].presets)


def test_what_was_not_understood_is_said(viewer):
    fill(2)

    page = viewer.get(f"{INDEX}?period=nine").text

    assert "There is no period &#x27;nine&#x27;. Shown is" in page


def test_more_than_three_troubles_are_folded(viewer):
    fill(2)
    rows.search("heat", outcome=Outcome.FAILED)
    SystemState.objects.filter(key="relay").update(state=State.BROKEN)
    work_out()

    page = viewer.get(INDEX).text

    assert "and 1 more" in page
    assert "1 new error in 24 hours" in page


def test_more_than_three_that_the_system_page_names_are_left_to_it(viewer):
    SystemState.objects.update(state=State.BROKEN)

    page = viewer.get(INDEX).text

    assert f"and {len(CHECKS) - 3} more on System" in page


def test_what_is_drawn_is_in_the_page_and_no_script_is(viewer):
    fill(2)

    page = viewer.get(INDEX).text

    assert '<script id="chart-drawn" type="application/json">' in page
    assert 'role="img" aria-label="Searches per day, ' in page
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page) == []


def test_a_page_renews_itself_by_a_part_of_the_same_view(viewer):
    fill(2)

    page = viewer.get(f"{INDEX}?period=7&chart=outcomes")
    part = viewer.get(page.context["live"], headers={"HX-Request": "true"})

    assert f'data-live="{FIGURES}?period=7&amp;chart=outcomes"' in page.text
    assert part.context["chart"].series == page.context["chart"].series
    assert "home-headline" in part.text
    assert "<html" not in part.text


def test_a_page_whose_terms_are_being_worked_out_renews_itself_sooner(viewer):
    fill(2)
    assert "data-soon" not in viewer.get(INDEX).text

    page = viewer.get(f"{INDEX}?compare=previous&everyone=1").text

    assert "data-soon" in page
    assert "being counted" in page
    assert page.count("Being worked out; this page shows it in a moment.") == 4


def test_a_page_whose_reader_has_left_puts_no_sign_in_into_itself(client):
    assert client.get(FIGURES, headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize("reader", ["viewer", "boss"])
def test_a_preset_costs_few_queries_however_much_there_is(reader, request):
    client = request.getfixturevalue(reader)
    fill(3)
    first = {address: len(queries_of(client, INDEX + address)) for address in PRESETS}
    fill(40)

    again = {address: len(queries_of(client, INDEX + address)) for address in PRESETS}

    for address in PRESETS:
        assert again[address] <= MOST_QUERIES, address
        assert again[address] <= first[address], address


@pytest.mark.parametrize("address", ["period=today&compare=none", "by=week&compare=previous"])
def test_a_period_that_nobody_has_looked_at_yet_costs_as_few(viewer, address):
    fill(40)
    today = timezone.localdate()
    dates = f"from={today - timedelta(days=17)}&to={today - timedelta(days=3)}"

    cold = queries_of(viewer, f"{INDEX}?{address}&{dates}")

    # A transaction asks nothing.
    asked = [one for one in cold if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= MOST_QUERIES
    assert not [one for one in cold if "dashboard_termday" in one["sql"]]


def test_terms_that_are_kept_no_more_are_said_to_be(viewer):
    at = timezone.now() - timedelta(days=900)
    rows.search("dune", at=at)
    work_out()
    DayTotals.objects.update(only_totals=True)

    page = viewer.get(f"{INDEX}?from={site_date(at)}&to={site_date(at)}").text

    assert page.count("Terms are kept 800 days.") == 5
    assert "Searches per day" in page


def test_no_preset_reads_the_raw_searches(viewer):
    fill()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Of a few rows it would read all, whatever index there is.
            cursor.execute("SET LOCAL enable_seqscan = off")

    for address in PRESETS:
        asked = [query["sql"] for query in queries_of(viewer, INDEX + address)]

        selects = [sql for sql in asked if "movies_search" in sql and sql.startswith("SELECT")]
        assert selects, address
        for plan in map(plan_of, selects):
            assert "Seq Scan on movies_search" not in plan, address
            assert "search_newest" not in plan, address
