import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils import timezone

from dashboard.tests import rows
from movies.models import Origin, Outcome, SearchTerm
from notifications.models import Notification

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")


def staff(client, *permissions: str, group: str = ""):
    """Sign in somebody with these rights and return the client."""
    account = User.objects.create_user("somebody", is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        held = Permission.objects.get(content_type__app_label=app, codename=codename)
        account.user_permissions.add(held)
    if group:
        account.groups.add(Group.objects.get(name=group))
    client.force_login(account)
    return client


@pytest.fixture
def viewer(client):
    return staff(client, group="Viewers")


def figures_of(response) -> dict[str, tuple[str, str]]:
    return {one.label: (one.value, one.note) for one in response.context["figures"]}


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def test_the_first_line_is_how_many_search(viewer):
    for days in (0, 0, 1, 27, 28):
        rows.search(at=days_ago(days))

    response = viewer.get(INDEX)

    assert response.context["title"] == "Dashboard"
    assert "4 searches in the last 28 days, 2 today." in response.text


def test_figures_say_what_they_are_of(viewer):
    rows.search("dune", at=days_ago(1))
    rows.search("alien", at=days_ago(0), new_at=days_ago(50))
    rows.film(is_full_record=True)
    for _ in range(7):
        rows.film()

    figures = figures_of(viewer.get(INDEX))

    assert figures["Searches today"] == ("1", "1 yesterday")
    assert figures["Searches in 7 days"][0] == "2"
    assert figures["First-time terms"] == ("50.0\xa0%", "1 of 2 searches in 28 days")
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
    assert listed == {
        "Searches today": 1,
        "Searches in 7 days": 2,
        "First-time terms": 2,
        "Films complete": 1,
        "OMDb calls left today": 0,
        "Tasks failed": 1,
    }


def test_every_state_of_a_notification_leads_to_its_rows(viewer):
    for state in ("sent", "sent", "failed"):
        rows.notification(state)

    states = viewer.get(INDEX).context["states"]

    assert [state.count for state in states] == ["0", "0", "2", "1", "0"]
    assert [viewer.get(one.url).context["cl"].result_count for one in states] == [0, 0, 2, 1, 0]


def test_what_failed_comes_before_the_figures_and_leads_to_it(viewer):
    rows.notification("failed")
    rows.notification("failed", reviewed_at=timezone.now())
    rows.search("dune", outcome=Outcome.FAILED)
    rows.search("dune", outcome=Outcome.REFUSED)
    rows.task_result("FAILURE")

    response = viewer.get(INDEX)

    needs = response.context["needs"]
    assert [need.sentence for need in needs] == [
        "1 notification failed",
        "2 searches failed in 24 hours",
        "1 task failed in 24 hours",
    ]
    assert [viewer.get(need.url).context["cl"].result_count for need in needs] == [1, 2, 1]
    assert response.text.index("1 notification failed") < response.text.index("Searches today")
    assert "Nothing needs you." not in response.text


def test_a_page_in_good_health_says_so_and_has_no_red(viewer):
    rows.search()
    rows.notification("failed", reviewed_at=timezone.now())

    response = viewer.get(INDEX)

    assert "Nothing needs you." in response.text
    assert not any(figure.role for figure in response.context["figures"])
    assert [state.is_calm for state in response.context["states"]][3]


def test_a_failure_nobody_reviewed_is_not_calm(viewer):
    rows.notification("failed")

    assert not any(state.is_calm for state in viewer.get(INDEX).context["states"])


def test_an_empty_site_says_what_will_fill_it(viewer):
    response = viewer.get(INDEX)

    assert "No search has been made yet." in response.text
    assert f'<a href="{reverse("movies:index")}">Search for a film</a>' in response.text
    assert "None yet. Each new search term brings one." in response.text
    assert figures_of(response).keys() == {
        "Films complete",
        "OMDb calls left today",
        "Tasks failed",
    }
    assert figures_of(response)["Films complete"] == ("—", "no film is held yet")
    assert "<canvas" not in response.text


def test_a_site_only_bots_search_says_so(viewer):
    rows.search(is_bot=True)

    assert "Nobody but staff and bots has searched yet." in viewer.get(INDEX).text


def test_an_empty_period_names_the_last_search_and_leads_to_it(viewer):
    rows.search(at=days_ago(40))

    response = viewer.get(INDEX)

    url = re.search(r'No searches .*? <a href="(.*?)">The last was', response.text)[1]
    assert viewer.get(url.replace("&amp;", "&")).context["cl"].result_count == 1


def test_what_is_left_out_is_counted(viewer):
    rows.search()
    rows.search(is_bot=True)

    assert "Without 1 search by staff and bots in these 28 days." in viewer.get(INDEX).text


def test_nothing_left_out_needs_no_words(viewer):
    rows.search()

    assert "by staff and bots" not in viewer.get(INDEX).text


def test_calls_left_are_of_a_limit_and_come_back(viewer, settings):
    settings.OMDB_DEMO = False
    settings.TIME_ZONE = "Asia/Tokyo"

    figures = figures_of(viewer.get(INDEX))

    assert figures["OMDb calls left today"] == ("1,000", "of 1,000, new ones expected at 09:00")


def test_no_call_left_is_worth_a_look(viewer, settings):
    settings.OMDB_DAILY_LIMIT = 0

    figures = {one.label: one.role for one in viewer.get(INDEX).context["figures"]}

    assert figures["OMDb calls left today"] == "look"


def test_staff_without_rights_see_one_sentence_and_no_figure(client):
    rows.search()

    response = staff(client).get(INDEX)

    assert "nothing has been shared with you yet: ask an administrator." in response.text
    assert response.context["figures"] == response.context["needs"] == []
    assert "Nothing needs you." not in response.text
    assert "<canvas" not in response.text


@pytest.mark.parametrize(
    ("permission", "labels", "words"),
    [
        ("movies.view_movie", {"Films complete"}, "This is what has been shared with you."),
        (
            "movies.view_search",
            {"Searches today", "Searches in 7 days", "OMDb calls left today"},
            "1 search in the last 28 days",
        ),
        ("django_celery_results.view_taskresult", {"Tasks failed"}, "Nothing needs you."),
        ("notifications.view_notification", set(), "Waiting"),
        ("movies.view_searchterm", set(), "nothing has been shared"),
    ],
)
def test_one_right_shows_its_own_block_and_no_other(client, permission, labels, words):
    rows.search()

    response = staff(client, permission).get(INDEX)

    assert set(figures_of(response)) == labels
    assert words in response.text
    assert bool(response.context["states"]) == (permission == "notifications.view_notification")


def test_the_page_costs_the_same_however_much_there_is(viewer, django_assert_num_queries):
    def fill() -> None:
        for number in range(10):
            rows.search(f"term {SearchTerm.objects.count()}", at=days_ago(number))
            rows.film()
            rows.notification("failed")
            rows.task_result("FAILURE")

    fill()
    viewer.get(INDEX)
    with django_assert_num_queries(14) as first:
        viewer.get(INDEX)

    fill()

    with django_assert_num_queries(len(first)):
        viewer.get(INDEX)
    assert Notification.objects.count() > 20


def test_what_is_drawn_is_in_the_page_and_no_script_is(viewer):
    rows.search()

    page = viewer.get(INDEX).text

    assert '<script id="searches-per-day-drawn" type="application/json">' in page
    assert 'role="img" aria-label="Searches per day, ' in page
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page) == []
