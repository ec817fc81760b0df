import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
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


@pytest.mark.parametrize("who", [{"origin": Origin.STAFF}, {"is_bot": True}])
@pytest.mark.parametrize("days", [0, 40])
def test_a_site_only_staff_and_bots_search_says_so_however_long_ago(viewer, days, who):
    rows.search(at=days_ago(days), **who)

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
        (
            "movies.view_searchterm",
            {"First-time terms"},
            "This is what has been shared with you.",
        ),
        ("movies.view_refill", set(), "No figures have been shared with you; the menu leads"),
    ],
)
def test_one_right_shows_its_own_block_and_no_other(client, permission, labels, words):
    rows.search()

    response = staff(client, permission).get(INDEX)

    assert set(figures_of(response)) == labels
    assert words in response.text
    assert bool(response.context["states"]) == (permission == "notifications.view_notification")


def test_new_terms_without_the_searches_are_a_number_and_lead_to_their_list(client):
    rows.search("dune")
    rows.search("alien", new_at=days_ago(50))
    rows.search("heat", origin=Origin.STAFF)

    reader = staff(client, "movies.view_searchterm")
    [figure] = reader.get(INDEX).context["figures"]

    assert (figure.value, figure.note) == ("1", "in 28 days")
    assert reader.get(figure.url).context["cl"].result_count == 1


def test_the_page_costs_the_same_however_much_there_is(viewer, django_assert_num_queries):
    def fill() -> None:
        for number in range(10):
            rows.search(f"term {SearchTerm.objects.count()}", at=days_ago(number))
            rows.film()
            rows.notification("failed")
            rows.task_result("FAILURE")

    fill()
    viewer.get(INDEX)
    cache.clear()  # badges and figures are counted each time
    with django_assert_num_queries(19) as first:
        viewer.get(INDEX)

    fill()
    cache.clear()

    with django_assert_num_queries(len(first)):
        viewer.get(INDEX)
    assert Notification.objects.count() > 20


def test_what_is_drawn_is_in_the_page_and_no_script_is(viewer):
    rows.search()

    page = viewer.get(INDEX).text

    assert '<script id="searches-per-day-drawn" type="application/json">' in page
    assert 'role="img" aria-label="Searches per day, ' in page
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page) == []
