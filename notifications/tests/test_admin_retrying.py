"""Retrying several at once. What can be done with one: test_admin_actions.py."""

import re

import pytest
from django.contrib.auth.models import User

from notifications.admin.answers import MOST_LINKED
from notifications.models import Notification
from notifications.tests.log import CONFIRMED, LIST, SEVERAL, chosen, page_of, said

pytestmark = pytest.mark.django_db


def asked_for(question: str) -> str:
    """Return the keys that the question names, as its form posts them."""
    return re.search(r'name="notifications" value="(.*?)"', question)[1]


def address_in(message: str) -> str:
    return re.search('href="(.*?)"', message)[1]


def test_retrying_several_asks_first(client, sign_in, queued, failed):
    sign_in("retry_notification")
    rows = [failed(), failed(), queued(state="sent")]

    text = client.post(LIST, chosen("retry_selected", *rows)).content.decode()

    assert "Retry 2 notifications?" in text
    assert "Leave them failed" in text
    assert Notification.objects.filter(state="failed").count() == 2

    answer = client.post(SEVERAL, {"notifications": asked_for(text)}, follow=True)

    assert Notification.objects.filter(state="queued").count() == 2
    assert Notification.objects.filter(state="sent").count() == 1
    [message] = said(answer)
    assert message.startswith("Queued again: <a")
    assert "2 notifications" in message
    assert client.get(address_in(message)).context["cl"].result_count == 2


def test_the_question_before_retrying_one_names_one(client, sign_in, failed):
    sign_in("retry_notification")
    row = failed()

    text = client.post(LIST, chosen("retry_selected", row)).content.decode()

    assert "Retry 1 notification?" in text
    assert "Leave it failed" in text
    assert asked_for(text) == str(row.pk)


def test_what_fails_after_the_question_was_asked_is_not_mailed(client, sign_in, failed):
    sign_in("retry_notification")
    all_pages = chosen("retry_selected", failed(), select_across="1")
    asked = asked_for(client.post(LIST, all_pages).content.decode())
    late = failed()

    client.post(SEVERAL, {"notifications": asked})

    late.refresh_from_db()
    assert late.state == "failed"


def test_retrying_several_twice_names_who_was_first(client, sign_in, failed):
    user = sign_in("retry_notification")
    asked = f"{failed().pk},{failed().pk}"
    client.post(SEVERAL, {"notifications": asked}, follow=True)

    answer = client.post(SEVERAL, {"notifications": asked}, follow=True)

    [message] = said(answer)
    assert message.startswith(f"Already done by {user.username}, ")
    assert client.get(address_in(message)).context["cl"].result_count == 2


def test_of_what_somebody_else_retried_meanwhile_only_the_rest_is_retried(client, sign_in, failed):
    mine, theirs = failed(), failed()
    other = sign_in("retry_notification")
    client.post(page_of(theirs, "retry"), CONFIRMED, follow=True)
    client.force_login(User.objects.create_superuser("me"))

    answer = client.post(SEVERAL, {"notifications": f"{mine.pk},{theirs.pk}"}, follow=True)

    queued, before = said(answer)
    assert queued.startswith("Queued again: <a")
    assert page_of(mine) in queued
    assert before.startswith(f"Already done by {other.username}, ")
    assert page_of(theirs) in before


def test_what_is_gone_since_the_question_is_no_error(client, sign_in):
    sign_in("retry_notification")

    answer = client.post(SEVERAL, {"notifications": "4711"}, follow=True)

    [message] = said(answer)
    assert message.startswith("Nothing needed to be done: <a")
    assert "1 notification<" in message


@pytest.mark.parametrize("words", ["", "1,", "1,two", "9" * 19, "²"])
def test_an_answer_that_names_no_notifications_changes_nothing(client, sign_in, failed, words):
    sign_in("retry_notification")
    failed()

    answer = client.post(SEVERAL, {"notifications": words}, follow=True)

    assert said(answer) == ["Nothing was retried: choose the notifications again."]
    assert Notification.objects.get().state == "failed"


def test_more_than_an_address_holds_are_linked_as_the_whole_log(client, sign_in, failed):
    sign_in("retry_notification")
    asked = ",".join(str(failed().pk) for _ in range(MOST_LINKED + 1))

    answer = client.post(SEVERAL, {"notifications": asked}, follow=True)

    assert address_in(said(answer)[0]) == LIST


def test_retrying_several_leads_back_to_the_list_as_it_was_narrowed(client, sign_in, failed):
    sign_in("retry_notification")
    narrowed = f"{LIST}?review=open"

    text = client.post(narrowed, chosen("retry_selected", failed())).content.decode()
    start = re.search(r'class="asks" method="post" action="(.*?)"', text)[1]

    assert f'href="{narrowed}"' in text
    answer = client.post(start.replace("&amp;", "&"), {"notifications": asked_for(text)})
    assert answer.url == narrowed


def test_retrying_several_that_have_not_failed_changes_nothing(client, sign_in, queued):
    sign_in("retry_notification")
    row = queued(state="sent")

    answer = client.post(LIST, chosen("retry_selected", row), follow=True)

    [message] = said(answer)
    assert message.startswith("Nothing needed to be done: <a")
    assert page_of(row) in message
