import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from dashboard.tests import rows
from movies.models import Origin

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")


@pytest.fixture
def viewer(client, member):
    client.force_login(member("Viewers"))
    return client


def figures_of(response) -> dict[str, tuple[str, str]]:
    return {one.label: (one.value, one.note) for one in response.context["figures"]}


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def test_figures_say_what_they_are_of(viewer):
    rows.search("dune", at=days_ago(1))
    rows.search("alien", at=days_ago(0), new_at=days_ago(50))
    rows.film(is_full_record=True)
    for _ in range(7):
        rows.film()

    figures = figures_of(viewer.get(INDEX))

    assert figures["Searches today"] == ("1", "1 yesterday")
    assert figures["Searches in 7 days"][0] == "2"
    assert figures["First-time terms"] == ("50.0\xa0%", "1 of 2 searches in 28 days, with bots")
    assert figures["Films complete"] == ("12.5\xa0%", "1 of 8 films held")
    assert figures["Tasks failed"] == ("0", "in 24 hours")


def test_a_site_on_its_first_day_compares_with_nothing(viewer):
    rows.search()

    assert figures_of(viewer.get(INDEX))["Searches today"] == ("1", "the first day")


def test_every_figure_leads_to_the_rows_it_counted(viewer):
    rows.search("dune", at=days_ago(1), calls=1)
    rows.search("alien", at=days_ago(0), origin=Origin.COMMAND)
    rows.search("heat", at=days_ago(9), new_at=days_ago(50))
    rows.search("bot", at=days_ago(0), new_at=days_ago(50), is_bot=True)
    rows.search("staff", at=days_ago(0), new_at=days_ago(50), origin=Origin.STAFF)
    rows.search("only staff", at=days_ago(0), origin=Origin.STAFF)
    rows.search("only bots", at=days_ago(0), is_bot=True)
    rows.film(is_full_record=True)
    rows.film()
    rows.task_result("FAILURE")
    rows.task_result("FAILURE", days_ago(2))
    rows.task_result("SUCCESS")

    response = viewer.get(INDEX)

    listed = {
        one.label: viewer.get(one.url).context["cl"].result_count
        for one in response.context["figures"]
    }
    assert figures_of(response)["First-time terms"][1].startswith("3 of 5 searches")
    assert listed == {
        "Searches today": 1,
        "Searches in 7 days": 2,
        "First-time terms": 3,
        "Films complete": 1,
        "OMDb calls left today": 0,
        "Tasks failed": 1,
    }


def test_calls_left_are_of_a_limit_and_come_back(viewer, settings):
    settings.OMDB_DEMO = False
    settings.TIME_ZONE = "Asia/Tokyo"

    value, note = figures_of(viewer.get(INDEX))["OMDb calls left today"]

    assert (value, strip_tags(note)) == ("1,000", "of 1,000, new ones expected at 09:00")


def test_when_calls_come_back_is_a_time_that_the_reader_sees_in_their_own_zone(viewer, settings):
    settings.OMDB_DEMO = False

    assert re.search(r'new ones expected at <time datetime="[^"]+"', viewer.get(INDEX).text)


def test_no_call_left_is_worth_a_look(viewer, settings):
    settings.OMDB_DAILY_LIMIT = 0

    figures = {one.label: one.role for one in viewer.get(INDEX).context["figures"]}

    assert figures["OMDb calls left today"] == "look"
