"""The page of one notification. What can be done there: test_admin_actions.py."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from movies.models import SearchTerm
from notifications import services
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def page(client, notification: Notification, tab: str = "") -> str:
    url = f"/admin/notifications/notification/{notification.pk}/change/"
    return client.get(url, {"tab": tab} if tab else {}).content.decode()


def test_the_title_says_state_kind_and_what_it_is_about(client, sign_in):
    sign_in()
    SearchTerm.objects.create(term="dune")
    Notification.objects.update(state="failed", reason="550 no such user")

    html = page(client, Notification.objects.get())

    assert "Failed: New search term &#x27;dune&#x27; |" in html
    assert "Failed</span>: New search term &#x27;dune&#x27;</bdi></h1>" in html


def test_the_title_of_what_is_about_nothing_is_its_subject(client, sign_in, queued):
    sign_in()

    html = page(client, queued("Hello", state="later"))

    assert "Unknown: Hello |" in html


def test_it_says_what_happened_and_what_happens_next(client, sign_in, failed):
    sign_in("retry_notification")

    html = page(client, failed())

    assert "550 no such user. Nothing more happens by itself.</span>" in html


def test_who_may_not_retry_reads_whom_to_ask_until_it_is_reviewed(client, sign_in, failed, queued):
    sign_in()

    assert "Ask an operator." in page(client, failed())
    assert "Ask an operator." not in page(client, failed(reviewed_at=timezone.now()))
    assert "Ask an operator." not in page(client, queued(state="sent"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"recipients": ["ann@example.org", "bob@example.org"]},
            "ann@example.org, bob@example.org",
        ),
        ({"state": "queued"}, "Nobody yet"),
        ({"state": "suppressed"}, "Nobody"),
    ],
)
def test_it_names_the_recipients(client, sign_in, queued, fields, words):
    sign_in()

    assert f"<dt>Recipients</dt><dd>{words}</dd>" in page(client, queued(**fields))


def test_it_opens_with_the_text_of_the_mail_escaped(client, sign_in, queued):
    sign_in()

    html = page(client, queued("A subject", "<b>Dune</b>"))

    assert "<bdi>A subject</bdi>" in html
    assert "&lt;b&gt;Dune&lt;/b&gt;</div>" in html


def test_the_attempts_say_when_how_and_why_they_ended_the_newest_first(client, sign_in, queued):
    sign_in()
    notification, now = queued(), timezone.now()
    attempts = notification.attempt_log
    ended = now + timedelta(seconds=4.2)
    attempts.create(number=1, outcome="temporary", error="451 <later>", ended_at=ended)
    attempts.update(started_at=now)
    attempts.create(number=2)

    html = page(client, notification, "attempts")

    assert html.index("Started") < html.index("Refused for now")
    assert "451 &lt;later&gt;" in html
    assert "4.2 s" in html


def test_what_was_never_tried_says_so(client, sign_in, queued):
    sign_in()

    assert "Nobody has tried to mail it." in page(client, queued(), "attempts")


def test_more_attempts_than_are_shown_are_not_hidden(client, sign_in, queued):
    sign_in()
    notification = queued()
    for number in range(50):
        notification.attempt_log.create(number=number)

    assert "The newest 50 attempts." not in page(client, notification, "attempts")

    notification.attempt_log.create(number=50)

    assert "The newest 50 attempts." in page(client, notification, "attempts")


def test_its_history_names_who_did_what(client, sign_in, failed):
    user = sign_in()
    notification = failed()
    services.retry([notification.pk], user)

    html = page(client, notification, "history")

    assert LogEntry.objects.get().user == user
    assert "Asked for another try." in html
    assert f"<td >{user.username}</td>" in html


def test_the_address_of_its_history_leads_to_its_page(client, sign_in, queued):
    sign_in()
    url = f"/admin/notifications/notification/{queued().pk}"

    assert client.get(f"{url}/history/").url == f"{url}/change/?tab=history"


def test_ids_are_folded_away(client, sign_in, failed):
    sign_in()
    notification = failed()

    details = page(client, notification).partition("<summary>Technical details</summary>")[2]

    assert notification.dedup_key in details
    assert str(notification.uuid) in details
    assert "Lease" in details
