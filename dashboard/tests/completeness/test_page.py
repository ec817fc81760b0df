"""The Completeness page and its panel on the first page, as readers see them."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard.completeness.weeks import keep_weeks
from dashboard.days import site_date
from dashboard.models import DayTotals, FilmDay, Snapshot, TermDay
from dashboard.rollup import folding
from dashboard.tests import rows
from dashboard.tests.completeness.telling import known
from dashboard.tests.reading import work_out
from movies.models import Outcome
from movies.words import when

pytestmark = pytest.mark.django_db

PAGE = reverse("dashboard:completeness")
INDEX = reverse("admin:index")
SPACE = "\N{NO-BREAK SPACE}"
FACTS = [
    "Chance that the next search is new",
    "New in the last tenth",
    "First-time terms",
    "New films",
    "Share held",
    "Films complete",
]


@pytest.fixture(params=["Viewers", "Operators"])
def reader(client, member, request):
    client.force_login(member(request.param))
    return client


@pytest.fixture
def viewer(client, member):
    client.force_login(member("Viewers"))
    return client


def fill(days: int = 20) -> None:
    """Write three searches a day, one of them new, and work all out."""
    now = timezone.now()
    for day in reversed(range(days)):
        at = now - timedelta(days=day)
        asked = {"outcome": Outcome.FETCHED, "pages_done": 1, "films_found": 4, "films_new": 1}
        rows.search(f"term {day}", at=at, **asked)
        rows.search("dune", at=at, films_found=3)
        rows.search("heat", at=at, films_found=1)
    known("dune", films=4, held=3)
    FilmDay.objects.create(day=timezone.localdate(), held=10, complete=4)
    count()


def count() -> None:
    folding.fold()
    keep_weeks()
    work_out()


def facts_of(response) -> dict[str, tuple[str, str, str]]:
    return {one.label: (one.value, one.interval, one.note) for one in response.context["facts"]}


def test_a_site_without_searches_says_so_and_draws_nothing(reader):
    count()

    page = reader.get(PAGE)

    assert "nothing can be said." in page.text
    assert "<canvas" not in page.text
    assert "The weeks are drawn as soon as the first one is counted." in page.text
    assert {value for value, _, _ in facts_of(page).values()} == {"—"}


def test_the_page_answers_first_then_says_how_sure_that_is(reader):
    fill()

    page = reader.get(PAGE)

    facts = facts_of(page)
    assert list(facts) == FACTS
    assert facts["Chance that the next search is new"][0] == f"33.3{SPACE}%"
    assert facts["New films"] == (
        f"25.0{SPACE}%",
        "16.8–35.5",  # noqa: RUF001
        "of 80 films that OMDb returned",
    )
    assert facts["Share held"][0] == f"75.0{SPACE}%"
    assert facts["Films complete"][0] == f"40.0{SPACE}%"
    said = ("First-time terms are", "No sign that habits change, but there", "<canvas")
    places = [page.text.index(one) for one in said]
    assert places == sorted(places)
    assert page.text.count("<canvas") == 5


def test_where_all_is_held_the_interval_still_says_how_little_that_proves(viewer):
    rows.search("dune")
    known("dune", films=1, held=1)
    count()

    value, interval, _ = facts_of(viewer.get(PAGE))["Share held"]

    assert (value, interval) == (f"100{SPACE}%", "20.7–100")  # noqa: RUF001


def test_changed_habits_are_named_with_what_to_trust(viewer):
    now = timezone.now()
    for number in range(200):
        rows.search(f"term {number % 4}", at=now - timedelta(days=9))
    for number in range(40):
        rows.search(f"new {number}", at=now - timedelta(days=1))
    count()

    text = viewer.get(PAGE).context["habits"]

    assert text.startswith("Habits are changing: 100")
    assert text.endswith("Trust what was seen there, not the estimated chance.")


def test_what_is_being_worked_out_renews_itself_sooner(viewer):
    fill(3)
    today = timezone.localdate()

    page = viewer.get(f"{PAGE}?from={today - timedelta(days=1)}&to={today}")

    assert "data-soon" in page.text
    assert facts_of(page)["Chance that the next search is new"] == ("—", "", "being worked out")
    assert "data-soon" not in viewer.get(PAGE).text


def test_a_period_of_one_day_has_no_last_tenth(viewer):
    rows.search()
    count()

    facts = facts_of(viewer.get(f"{PAGE}?period=today"))

    assert facts["New in the last tenth"] == ("—", "", "all searches are of one day")


def test_terms_that_are_kept_no_more_are_said_to_be(viewer):
    at = timezone.now() - timedelta(days=900)
    rows.search("dune", at=at)
    count()
    TermDay.objects.all().delete()
    DayTotals.objects.update(only_totals=True)
    address = f"?from={site_date(at)}&to={site_date(at)}&compare=none"
    viewer.get(PAGE + address)
    work_out()

    facts = facts_of(viewer.get(PAGE + address))

    assert facts["Chance that the next search is new"][2] == "Terms are kept 800 days."
    assert facts["First-time terms"][0] == f"100{SPACE}%"


def test_searches_that_are_not_counted_whole_are_being_worked_out(viewer):
    rows.search()
    count()
    TermDay.objects.all().delete()
    keep_weeks()
    view = f"{PAGE}?period=7&compare=year"
    viewer.get(view)
    work_out()

    assert facts_of(viewer.get(view))["Share held"][2] == "being worked out"


def test_the_periods_are_named_where_they_are_compared(viewer):
    fill()

    page = viewer.get(f"{PAGE}?period=7")

    assert " against " in page.context["periods"]
    assert page.context["found"].direction == "same"


def test_the_page_renews_itself_by_a_part_of_the_same_view(viewer):
    fill(3)

    page = viewer.get(f"{PAGE}?period=7&everyone=1")
    part = viewer.get(page.context["live"], headers={"HX-Request": "true"})

    assert page.context["live"] == f"{PAGE}?period=7&everyone=1"
    assert facts_of(part) == facts_of(page)
    assert "<html" not in part.text


def test_the_controls_offer_no_buckets_for_they_are_always_weeks(viewer):
    fill(3)
    rows.search("spam", is_bot=True)
    count()

    left_out = viewer.get(PAGE).context["controls"]
    everyone = viewer.get(f"{PAGE}?everyone=1").context["controls"]

    assert (left_out.grains, left_out.detail) == ([], "1 left out")
    assert everyone.detail == "Everyone"


def test_a_week_leads_to_its_page_unless_it_is_that(viewer):
    fill()

    page = viewer.get(PAGE)
    urls = page.context["first"].drawn["urls"]
    viewer.get(urls[-1])
    work_out()
    week = viewer.get(urls[-1])

    assert week.context["found"].view.last == timezone.localdate()
    assert week.context["first"].drawn["urls"][-1] == ""
    assert page.context["first"].drawn["notes"][-1].startswith("so far, to ")


def test_the_week_that_the_figures_end_in_names_their_day_if_it_is_over(viewer):
    fill()
    yesterday = timezone.now() - timedelta(days=1)
    Snapshot.objects.update(figures_to=yesterday)

    so_far = viewer.get(PAGE).context["first"].so_far

    assert so_far == f"so far, to {when(yesterday, timezone.localdate())}"


def test_the_page_costs_as_many_queries_however_much_there_is(viewer):
    counts = []
    for days in (3, 60):
        fill(days) if days == 3 else more(days)
        viewer.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            viewer.get(PAGE)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def more(days: int) -> None:
    for day in range(days):
        rows.search(f"more {day}", at=timezone.now() - timedelta(days=day))
    count()


def test_the_panel_says_what_the_page_says(reader):
    fill()

    panel = reader.get(INDEX).context["completeness"]
    page = reader.get(panel.url)

    value, interval, _ = facts_of(page)["Chance that the next search is new"]
    assert panel.chance == f"{value} ({interval})"
    assert panel.verdict == page.context["found"].verdict
    assert panel.chart.table == page.context["first"].table
    assert panel.note.startswith("chance that the next search is new to ")


def test_the_panel_draws_the_weeks_and_leads_to_the_page(viewer):
    fill()

    page = viewer.get(INDEX).text

    assert "Is the cache getting complete?" in page
    assert 'id="weeks-chance-drawn"' in page
    assert re.search(r'href="/admin/completeness/[^"]*">How sure that is</a>', page)


def test_the_panel_waits_for_what_is_being_worked_out(viewer):
    fill(3)

    panel = viewer.get(f"{INDEX}?compare=previous&everyone=1").context["completeness"]

    assert (panel.chance, panel.note, panel.chart) == ("—", "being worked out", None)
    assert panel.verdict


def test_the_panel_is_not_there_where_nobody_searched_or_for_who_may_not_see_it(
    client, staff, viewer
):
    assert viewer.get(INDEX).context["completeness"] is None

    fill(2)
    staff.user_permissions.add(Permission.objects.get(codename="view_searchterm"))
    client.force_login(staff)
    assert client.get(INDEX).context["completeness"] is None
