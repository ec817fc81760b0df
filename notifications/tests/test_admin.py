from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from movies.models import Movie, SearchTerm
from notifications.models import Notification
from notifications.services import announce_new_term, note_filled, notify

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


def test_an_empty_list_says_why(client, sign_in):
    sign_in()

    assert "No notifications yet." in client.get(LIST).content.decode()


def test_the_list_costs_the_same_when_its_rows_are_doubled(client, admin_user):
    def add_rows(batch: int) -> None:
        for number in range(batch * 5, batch * 5 + 5):
            term = SearchTerm.objects.create(term=f"dune {number}")
            film = Movie.objects.create(imdb_id=f"tt{number:07}", title=f"Dune {number}")
            note_filled(film)
            notify("new_search_term", "Gone", "", SearchTerm(pk=10_000 + number), f"g{term.pk}")

    client.force_login(admin_user)
    add_rows(0)
    client.get(LIST)
    cache.clear()  # badges are counted each time
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    add_rows(1)
    cache.clear()

    with CaptureQueriesContext(connection) as many:
        html = client.get(LIST).content.decode()

    assert html.count('<a class="link" href="/admin/movies/') == 20
    assert len(many) == len(few) <= 16
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


def test_a_filter_that_is_set_is_a_chip(client, sign_in, failed):
    sign_in()
    failed()

    answer = client.get(f"{LIST}?state__exact=failed&review=open")

    words = [chip.words for chip in answer.context["cl"].chips]
    assert words == ["State: Failed", "Review: Not reviewed yet"]


def test_what_it_is_about_is_linked_in_the_list_and_on_the_page(client, admin_user):
    client.force_login(admin_user)
    term = SearchTerm.objects.create(term="dune")
    link = f'href="{reverse("admin:movies_searchterm_change", args=[term.pk])}"><bdi>dune</bdi>'

    for url in (LIST, page_of(Notification.objects.get())):
        assert link in client.get(url).content.decode()


def test_what_the_reader_may_not_see_is_named_and_not_linked(client, sign_in):
    sign_in()
    term = SearchTerm.objects.create(term="dune")
    address = reverse("admin:movies_searchterm_change", args=[term.pk])

    for url in (LIST, page_of(Notification.objects.get())):
        text = client.get(url).content.decode()
        assert "<bdi>dune</bdi>" in text
        assert address not in text


def test_what_is_gone_is_named_and_not_linked(client, admin_user):
    client.force_login(admin_user)
    term = SearchTerm.objects.create(term="dune")
    address = reverse("admin:movies_searchterm_change", args=[term.pk])
    SearchTerm.objects.all().delete()

    for url in (LIST, page_of(Notification.objects.get())):
        text = client.get(url).content.decode()
        assert "<bdi>dune</bdi>" in text
        assert address not in text


def test_what_has_no_page_is_named_and_not_linked(client, admin_user):
    client.force_login(admin_user)
    gone = ContentType.objects.create(app_label="once", model="upon")
    notify("new_search_term", "About a type", "", gone, "without a page")
    without_model = notify("new_search_term", "About what was removed", "", gone, "no model")
    Notification.objects.filter(pk=without_model.pk).update(content_type=gone)
    notify("new_search_term", "About nothing", "", None, "nothing")

    text = client.get(LIST).content.decode()

    assert text.count(f"<bdi>{gone}</bdi>") == 2
    assert "<bdi>—</bdi>" in text


def test_the_written_column_has_the_exact_time_on_hover(client, sign_in, queued):
    sign_in()
    queued(created_at=timezone.now() - timedelta(days=800))

    written = client.get(LIST).content.decode()

    assert "<time datetime=" in written
