import re
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from dashboard.front import first_run
from dashboard.system.lines import Line, Report, State
from dashboard.tests import rows
from dashboard.tests.reading import work_out

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")
CHECKED = ("key", "mail", "workers")


def report(**states: State) -> Report:
    lines = (Line(states.get(key, State.FINE), "refused", key=key) for key in CHECKED)
    return Report(timezone.now(), tuple(replace(line, you_can="look.") for line in lines))


def said(found: Report | None) -> list[tuple[str, str]]:
    """Return the role of each step, and what it says."""
    steps = "".join(first_run.steps(found))
    return re.findall('class="state state-([a-z]+)">.*?state-note">(.*?)</span>', steps)


@pytest.fixture
def ready(settings) -> None:
    settings.OMDB_DEMO = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def test_a_new_site_says_what_it_still_needs(settings):
    settings.ADMINS = []

    assert said(report()) == [
        ("rest", "The demo catalogue answers until OMDB_API_KEY is set."),
        ("rest", "Nobody is told of anything until ADMINS is set."),
        ("rest", "Printed, not sent, until EMAIL_URL names a mail server."),
        ("good", "They are heard of."),
        ("rest", "Figures about searches and terms begin with it."),
    ]


@pytest.mark.usefixtures("ready")
def test_a_step_is_done_when_its_check_is_fine_and_not_before():
    rows.search()

    assert {role for role, _ in said(report())} == {"good"}
    troubled = said(report(key=State.BROKEN, workers=State.UNKNOWN))
    assert troubled[0] == ("needs", "Refused. You can: look.")
    assert troubled[3] == ("rest", "Refused. You can: look.")


def test_who_may_not_see_the_system_is_told_of_the_first_search_alone():
    assert said(None) == [("rest", "Figures about searches and terms begin with it.")]


def test_the_list_stands_in_the_place_of_figures_until_the_first_search_is_counted(client, member):
    rows.all_fine()
    client.force_login(member("Viewers"))
    page = client.get(INDEX).text
    assert "Before the first figures" in page
    assert "OMDb key" in page
    assert 'class="figures"' not in page

    rows.search()
    work_out()
    cache.clear()

    page = client.get(INDEX).text
    assert "Before the first figures" not in page
    assert 'class="figures"' in page
