from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from movies.models import SearchTerm
from notifications.models import Notification
from notifications.services import announce_new_term, notify

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/notification/"
HOSTILE = "<script>alert(1)</script>"


def page_of(notification: Notification, action: str = "change") -> str:
    return f"{LIST}{notification.pk}/{action}/"


@pytest.mark.parametrize("action", ["change", "retry", "review"])
def test_a_stranger_is_led_to_the_sign_in(client, failed, action):
    answer = client.get(page_of(failed(), action))

    assert answer.status_code == 302
    assert "/login/" in answer.url


def test_staff_without_the_permission_see_nothing(client, staff, queued):
    client.force_login(staff)

    assert client.get(LIST).status_code == 403
    assert client.get(page_of(queued())).status_code == 403


def test_nothing_can_be_added_changed_or_deleted(client, admin_user, failed):
    client.force_login(admin_user)
    notification = failed()

    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(page_of(notification), {"subject": "other"}).status_code == 403
    assert client.post(page_of(notification, "delete"), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(LIST).content.decode()


def test_the_list_names_states_in_words(client, sign_in, queued, failed):
    sign_in()
    queued()
    failed()

    text = client.get(LIST).content.decode()

    assert "Waiting" in text
    assert "state-needs" in text
    assert "550 no such user" in text
    assert "New search term" in text


def test_the_list_costs_the_same_however_long_it_is(client, sign_in):
    sign_in()
    announce_new_term(SearchTerm.objects.create(term="dune"))
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    for number in range(20):
        SearchTerm.objects.create(term=f"dune {number}")

    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(few) <= 12
    assert not any('"notifications_notification"."text"' in query["sql"] for query in many)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state__exact=failed", 1),
        ("?kind=new_search_term", 2),
        ("?kind=movie_filled", 0),
        ("?review=open", 1),
        ("?origin__exact=signal", 2),
        ("?q=Search+Term", 2),
        ("?q=nothing+like+it", 0),
    ],
)
def test_the_list_can_be_narrowed_and_searched(client, sign_in, queued, failed, query, found):
    sign_in()
    queued()
    failed()

    answer = client.get(LIST + query)

    assert len(answer.context["cl"].result_list) == found


def test_it_is_found_by_message_id_and_by_what_it_is_about(client, sign_in):
    sign_in()
    notification = announce_new_term(SearchTerm(pk=1, term="dune"))

    for words in (notification.message_id, "dune"):
        assert list(client.get(LIST, {"q": words}).context["cl"].result_list) == [notification]


def test_what_a_visitor_typed_is_escaped_everywhere(client, sign_in):
    sign_in()
    SearchTerm.objects.create(term=HOSTILE)
    notification = Notification.objects.get()

    for url in (LIST, page_of(notification)):
        text = client.get(url).content.decode()
        assert HOSTILE not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_what_it_is_about_is_linked_where_there_is_a_page(client, sign_in, staff):
    sign_in()
    notify("new_search_term", "About Sam", "", staff, "with a page")
    notify("new_search_term", "About a type", "", ContentType.objects.first(), "without")
    notify("new_search_term", "About nothing", "", None, "nothing")

    text = client.get(LIST).content.decode()

    assert f'<a href="{reverse("admin:auth_user_change", args=[staff.pk])}"><bdi>sam' in text
    assert "<bdi>—</bdi>" in text


def test_the_page_says_what_happened_and_shows_every_attempt(client, sign_in, failed):
    sign_in()
    notification = failed(text="<b>Dune</b>", recipients=["ann@example.org"])
    ended = timezone.now()
    notification.attempt_log.create(number=1, outcome="permanent", error="550 no", ended_at=ended)

    text = client.get(page_of(notification)).content.decode()

    assert "550 no such user. Nothing more happens by itself." in text
    assert "&lt;b&gt;Dune&lt;/b&gt;</pre>" in text
    assert "Refused" in text
    assert "ann@example.org" in text
    assert "Technical details" in text
    assert notification.dedup_key in text


def test_the_written_column_has_the_exact_time_on_hover(client, sign_in, queued):
    sign_in()
    queued(created_at=timezone.now() - timedelta(days=800))

    written = client.get(LIST).content.decode()

    assert "<time datetime=" in written
