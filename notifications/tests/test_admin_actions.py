"""What can be done with one notification. Several at once: test_admin_several.py."""

import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from notifications import services
from notifications.models import Notification
from notifications.tests.log import (
    ANSWERS,
    CONFIRMED,
    LIST,
    OPERATOR,
    SEVERAL,
    chosen,
    page_of,
    press,
    said,
    state_of,
    words,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
# Each action, and a state in which it has something to do.
ACTIONS = {
    "send-now": {"state": "held"},
    "retry": {"state": "failed"},
    "settle": {"state": "uncertain"},
    "copy": {"state": "sent"},
    "cancel": {"state": "held"},
    "review": {"state": "failed"},
    "mute": {},
}


def offered(client, row: Notification) -> set[str]:
    html = client.get(page_of(row)).content.decode()
    return set(re.findall(rf'hx-get="{LIST}{row.pk}/([a-z-]+)/"', html))


@pytest.mark.parametrize(
    ("fields", "useful"),
    [
        ({"state": "queued", "passed_at": None}, {"send-now", "cancel", "mute"}),
        ({"state": "queued", "next_attempt_at": NOW}, {"cancel", "mute"}),
        (
            {"state": "queued", "next_attempt_at": NOW + timedelta(hours=1)},
            {"send-now", "cancel", "mute"},
        ),
        ({"state": "held"}, {"send-now", "cancel", "mute"}),
        ({"state": "merged"}, {"mute"}),
        ({"state": "sending"}, {"mute"}),
        ({"state": "sent"}, {"copy", "mute"}),
        ({"state": "partial"}, {"retry", "copy", "mute"}),
        ({"state": "uncertain"}, {"settle", "review", "mute"}),
        ({"state": "failed"}, {"retry", "review", "mute"}),
        ({"state": "failed", "reviewed_at": NOW}, {"retry", "mute"}),
        ({"state": "failed", "text": "", "html": ""}, {"review", "mute"}),
        ({"state": "suppressed"}, {"retry", "mute"}),
        ({"state": "cancelled"}, {"retry", "mute"}),
        ({"state": "expired"}, {"retry", "mute"}),
    ],
)
def test_only_what_has_something_to_do_is_offered(client, sign_in, queued, fields, useful):
    sign_in(*OPERATOR)
    row = queued()
    Notification.objects.filter(pk=row.pk).update(**_whole(fields))

    assert offered(client, row) == useful


def _whole(fields: dict) -> dict:
    if fields["state"] == "sending":
        return fields | {"lease": "c3b7a5f2-2a0f-4c3d-9a55-0f6a5f0f0001"}
    return fields | ({"sent_at": NOW} if fields["state"] in ("sent", "partial") else {})


@pytest.mark.parametrize(
    ("codename", "may"),
    [
        ("retry_notification", {"retry"}),
        ("review_notification", {"review"}),
        ("change_kindpolicy", {"mute"}),
    ],
)
def test_what_the_reader_may_not_do_is_absent(client, sign_in, failed, codename, may):
    sign_in(codename)

    assert offered(client, failed()) == may


def test_a_viewer_is_offered_nothing(client, member, failed):
    client.force_login(member("Viewers"))

    assert offered(client, failed()) == set()


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_without_its_permission_is_refused(client, sign_in, queued, action):
    sign_in("view_kindpolicy")
    row = queued(**ACTIONS[action])
    before = state_of(row)

    assert client.get(page_of(row, action)).status_code == 403
    assert press(client, row, action).status_code == 403
    assert state_of(row) == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_with_what_the_reader_may_not_see(client, sign_in, queued, action):
    user = sign_in(*OPERATOR)
    user.user_permissions.remove(Permission.objects.get(codename="view_notification"))
    row = queued(**ACTIONS[action])

    assert client.get(page_of(row, action)).status_code == 403
    assert press(client, row, action).status_code == 403
    assert client.post(LIST, chosen("retry_selected", row)).status_code == 403
    assert client.post(SEVERAL, {"verb": "retry", "notifications": row.pk}).status_code == 403
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", ["change", "history", *ACTIONS])
@pytest.mark.parametrize("key", ["abc", "0", "9" * 30])
def test_an_address_of_no_row_breaks_nothing(client, sign_in, action, key):
    sign_in(*OPERATOR)
    url = f"{LIST}{key}/{action}/"

    answers = [client.get(url, follow=True), client.post(url, CONFIRMED | ANSWERS.get(action, {}))]

    assert max(answer.status_code for answer in answers) < 500


@pytest.mark.parametrize("action", ACTIONS)
def test_a_plain_get_asks_and_changes_nothing(client, sign_in, queued, action):
    sign_in(*OPERATOR)
    row = queued(**ACTIONS[action])
    before = state_of(row)

    answer = client.get(page_of(row, action), CONFIRMED | ANSWERS.get(action, {}))

    assert "?</h2>" in answer.content.decode()
    assert state_of(row) == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_is_done_for_another_site(client, sign_in, queued, action):
    user = sign_in(*OPERATOR)
    row = queued(**ACTIONS[action])
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(user)

    assert press(strict, row, action).status_code == 403
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("action", "word"),
    [
        ("send-now", "Goes out now: "),
        ("retry", "Queued again: "),
        ("settle", "Settled, it arrived: "),
        ("copy", "A copy goes out: "),
        ("cancel", "Cancelled: "),
        ("review", "Reviewed: "),
        ("mute", "Muted until "),
    ],
)
def test_pressed_twice_it_is_done_once_and_names_who_was_first(
    client, sign_in, queued, action, word
):
    user = sign_in(*OPERATOR)
    row = queued(**ACTIONS[action])
    first = said(press(client, row, action))
    before = Notification.objects.count(), state_of(row)

    second = said(press(client, row, action))

    assert words(first[-1]).startswith(word)
    assert words(second[-1]).startswith(f"Already done by {user.username}, ")
    assert (Notification.objects.count(), state_of(row)) == before
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "mute"])
def test_an_action_that_has_nothing_to_do_says_that_nothing_changed(
    client, sign_in, queued, action
):
    sign_in(*OPERATOR)
    row = queued(state="merged")

    [message] = said(press(client, row, action))

    assert message.startswith("Nothing needed to be done: <a")
    assert state_of(row) == ("merged", False)
    assert Notification.objects.count() == 1


def test_who_did_something_else_did_not_do_this(client, sign_in, queued):
    user = sign_in(*OPERATOR)
    row = queued(state="uncertain")
    services.mark_reviewed([row.pk], user)
    # Its mail was heard late to have arrived.
    Notification.objects.update(state="sent", sent_at=NOW)

    [settled] = said(press(client, row, "settle"))
    [reviewed] = said(press(client, row, "review"))

    assert settled.startswith("Nothing needed to be done: <a")
    assert reviewed.startswith(f"Already done by {user.username}, ")


def test_the_dialog_of_a_live_page_is_told_where_to_go(client, sign_in, failed):
    sign_in("review_notification")
    row = failed()

    answer = client.post(page_of(row, "review"), CONFIRMED, headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == page_of(row)


def test_a_dialog_opened_in_a_tab_of_its_own_leads_to_the_page_of_its_row(client, sign_in, failed):
    sign_in("review_notification")
    dialog = page_of(failed(), "review")

    html = client.get(dialog).content.decode()
    of_the_page = client.get(dialog, headers={"HX-Request": "true"}).content.decode()

    [way] = re.findall(r'content="0; url=([^"]+)"', html)
    assert client.get(urljoin(dialog, way)).status_code == 200
    assert "http-equiv" not in of_the_page
