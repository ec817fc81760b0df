"""The log of notifications. What its search does: test_admin_search.py."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from movies.models import Movie, SearchTerm
from notifications import services
from notifications.admin import bounds
from notifications.announcing import filled
from notifications.composing import Event
from notifications.models import Notification
from notifications.tests.log import LIST, page_of, words

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize("action", ["change", "retry", "review", "html", "copy"])
def test_a_stranger_is_led_to_the_sign_in(client, failed, action):
    answer = client.get(page_of(failed(), action))

    assert answer.status_code == 302
    assert "/login/" in answer.url


def test_staff_without_the_permission_see_nothing(client, staff, queued):
    client.force_login(staff)
    row = queued()

    for url in (LIST, page_of(row), page_of(row, "html"), f"{LIST}{row.pk}/mail.eml"):
        assert client.get(url).status_code == 403


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
            SearchTerm.objects.create(term=f"dune {number}")
            film = Movie.objects.create(imdb_id=f"tt{number:07}", title=f"Dune {number}")
            services.notify(filled(film))

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
    assert len(many) == len(few)
    assert not any('"notifications_notification"."text"' in query["sql"] for query in many)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state__exact=failed", 1),
        ("?kind=new_search_term", 2),
        ("?kind=movie_filled", 0),
        ("?review=open", 1),
        ("?refused=some", 1),
        ("?origin__exact=signal", 2),
        ("?origin__exact=manual", 0),
        ("?day_from=2020-01-01", 2),
        ("?day_to=2020-01-01", 0),
    ],
)
def test_the_list_can_be_narrowed(client, sign_in, queued, failed, query, found):
    sign_in()
    queued()
    failed(has_refused=True)

    answer = client.get(LIST + query)

    assert len(answer.context["cl"].result_list) == found


def test_what_staff_asked_for_is_found_by_that(client, sign_in, queued):
    user = sign_in()
    copy = services.resend_copy(queued(), user, "token")

    answer = client.get(f"{LIST}?origin__exact=manual")

    assert [row.pk for row in answer.context["cl"].result_list] == [copy.pk]


def test_filters_that_are_set_are_chips(client, sign_in, failed):
    sign_in()
    failed()

    answer = client.get(f"{LIST}?state__exact=failed&review=open&refused=some&day_from=2020-01-01")

    assert [chip.words for chip in answer.context["cl"].chips] == [
        "State: Failed",
        "Review: Not reviewed yet",
        "Recipients: Some were refused",
        "From 1 Jan 2020",
    ]


def test_no_more_is_counted_than_anybody_would_turn(client, sign_in, queued, monkeypatch):
    monkeypatch.setattr(bounds.Pages, "most_counted", 2)
    sign_in()
    queued()
    queued()

    whole = client.get(LIST)
    queued()
    cut = client.get(LIST)

    assert "The newest of more." not in whole.content.decode()
    assert cut.context["cl"].result_count == 2
    assert "The newest of more." in cut.content.decode()


def test_what_a_visitor_typed_is_escaped_everywhere(client, sign_in):
    sign_in()
    SearchTerm.objects.create(term=HOSTILE)
    notification = Notification.objects.get()
    Notification.objects.update(state="failed", reason=HOSTILE)
    notification.attempt_log.create(number=1, error=HOSTILE, worker=HOSTILE)
    tabs = [f"{page_of(notification)}?tab={tab}" for tab in ("text", "html", "headers", "attempts")]

    for url in (LIST, page_of(notification), *tabs):
        text = client.get(url).content.decode()
        assert HOSTILE not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_what_it_is_about_is_linked_in_the_list_and_on_the_page(client, admin_user):
    client.force_login(admin_user)
    term = SearchTerm.objects.create(term="dune")
    link = f'href="{reverse("admin:movies_searchterm_change", args=[term.pk])}"><bdi>dune</bdi>'

    for url in (LIST, page_of(Notification.objects.get())):
        assert link in client.get(url).content.decode()


def test_what_the_reader_may_not_see_is_named_and_not_linked(client, sign_in):
    sign_in()
    term = SearchTerm.objects.create(term="dune")
    address = f'href="{reverse("admin:movies_searchterm_change", args=[term.pk])}"'

    for url in (LIST, page_of(Notification.objects.get())):
        text = client.get(url).content.decode()
        assert "<bdi>dune</bdi>" in text
        assert address not in text


def test_what_is_gone_is_named_and_not_linked(client, admin_user):
    client.force_login(admin_user)
    term = SearchTerm.objects.create(term="dune")
    address = f'href="{reverse("admin:movies_searchterm_change", args=[term.pk])}"'
    SearchTerm.objects.all().delete()

    for url in (LIST, page_of(Notification.objects.get())):
        text = client.get(url).content.decode()
        assert "<bdi>dune</bdi>" in text
        assert address not in text


def test_what_has_no_page_is_named_and_not_linked(client, admin_user, queued):
    client.force_login(admin_user)
    a_type = ContentType.objects.get_for_model(ContentType)
    gone = ContentType.objects.create(app_label="once", model="upon")
    queued(content_type=a_type, object_id=gone.pk, about_text="a type")
    queued(content_type=gone, object_id=1, about_text="of a model that was removed")

    text = client.get(LIST).content.decode()

    assert "<bdi>a type</bdi>" in text
    assert "<bdi>of a model that was removed</bdi>" in text


def test_what_is_about_nothing_is_called_by_its_subject(client, sign_in):
    sign_in()
    services.notify(Event("omdb_refused", "today", "OMDb refuses our key", ("Check it.",)))

    assert "<bdi>OMDb refuses our key</bdi>" in client.get(LIST).content.decode()


def test_of_a_young_one_the_list_says_how_long_ago_it_was_written(client, sign_in, queued):
    sign_in()
    queued(created_at=timezone.now() - timedelta(minutes=12))

    assert "12 min ago" in words(client.get(LIST).content.decode())


def test_of_an_old_one_the_list_says_the_year(client, sign_in, queued):
    sign_in()
    queued(created_at=timezone.now() - timedelta(days=800))

    html = client.get(LIST).content.decode()

    assert "<time datetime=" in html
    assert " ago" not in words(html)


def test_the_address_in_a_mail_leads_to_its_page(client, sign_in, queued):
    sign_in()
    row = queued()

    assert client.get(f"{LIST}by/{row.uuid}/").url == page_of(row)


def test_the_address_in_a_mail_tells_nothing_to_who_may_not_look(client, staff, queued):
    client.force_login(staff)

    assert client.get(f"{LIST}by/{queued().uuid}/").status_code == 403
