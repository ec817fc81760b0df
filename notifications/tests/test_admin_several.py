"""Several at once. What can be done with one: test_admin_actions.py."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from notifications.admin import several
from notifications.admin.answers import MOST_LINKED
from notifications.models import Notification
from notifications.tests.log import ANSWERS as ANSWERED
from notifications.tests.log import CONFIRMED, LIST, SEVERAL, chosen, page_of, said

pytestmark = pytest.mark.django_db
OPERATOR = ("retry_notification", "review_notification")
# Each question of the list, a state that it concerns, and its words for two.
QUESTIONS = [
    ("retry_selected", "failed", "Retry 2 notifications?", "Leave them as they are"),
    ("send_now_selected", "held", "Send 2 notifications now?", "Let them wait"),
    ("cancel_selected", "held", "Cancel 2 notifications?", "Keep them"),
    ("settle_selected", "uncertain", "Did 2 notifications arrive?", "Not now"),
    ("copy_selected", "sent", "Send a copy of 2 notifications?", "Send no copy"),
    ("review_selected", "failed", "Mark 2 notifications as reviewed?", "Keep them on the list"),
]
# Each answer, a state that it changes, what it says and what becomes of it.
ANSWERS = [
    ("retry", "failed", "Queued again", "queued"),
    ("send_now", "held", "Go out now", "queued"),
    ("cancel", "held", "Cancelled", "cancelled"),
    ("arrived", "uncertain", "Settled, they arrived", "sent"),
    ("again", "uncertain", "Settled, sent again", "queued"),
    ("copy", "sent", "Go out as copies", "sent"),
    ("review", "failed", "Reviewed", "failed"),
]


def asked_for(question: str) -> str:
    """Return the keys that the question names, as its form posts them."""
    return re.search(r'name="notifications" value="(.*?)"', question)[1]


def address_in(message: str) -> str:
    return re.search('href="(.*?)"', message)[1]


def answer(client, verb: str, keys: object, **more: str):
    data = ANSWERED["copy"] | {"verb": verb, "notifications": keys} | more
    return client.post(SEVERAL, data, follow=True)


def keys_of(*rows: Notification) -> str:
    return ",".join(str(row.pk) for row in rows)


@pytest.mark.parametrize(("action", "state", "title", "stay"), QUESTIONS)
def test_it_asks_first_and_names_how_many(client, sign_in, queued, action, state, title, stay):
    sign_in(*OPERATOR)
    concerned = [queued(state=state), queued(state=state)]
    other = queued(state="merged")

    text = client.post(LIST, chosen(action, *concerned, other)).content.decode()

    assert f"<h1>{title}</h1>" in text
    assert f">{stay}</a>" in text
    assert sorted(asked_for(text).split(",")) == sorted(str(row.pk) for row in concerned)
    assert Notification.objects.filter(state=state, reviewed_at=None).count() == 2
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(("verb", "state", "word", "becomes"), ANSWERS)
def test_an_answer_is_done_once_to_what_the_question_named(
    client, sign_in, queued, verb, state, word, becomes
):
    user = sign_in(*OPERATOR)
    rows, other = [queued(state=state), queued(state=state)], queued(state=state)

    [first] = said(answer(client, verb, keys_of(*rows)))
    [second] = said(answer(client, verb, keys_of(*rows)))

    assert first.startswith(f"{word}: <a")
    assert "2 notifications" in first
    assert client.get(address_in(first)).context["cl"].result_count == 2
    assert second.startswith(f"Already done by {user.username}, ")
    assert [Notification.objects.get(pk=row.pk).state for row in rows] == [becomes] * 2
    other.refresh_from_db()
    assert (other.state, other.reviewed_at) == (state, None)
    assert LogEntry.objects.count() == 2


def test_the_question_about_one_names_one(client, sign_in, failed):
    sign_in(*OPERATOR)
    row = failed()

    text = client.post(LIST, chosen("retry_selected", row)).content.decode()

    assert "Retry 1 notification?" in text
    assert "in up to 8 attempts; what some have already, to the rest alone." in text
    assert "Leave it as it is" in text


def test_whether_they_arrived_has_two_answers(client, sign_in, queued):
    sign_in(*OPERATOR)

    text = client.post(LIST, chosen("settle_selected", queued(state="uncertain"))).content.decode()

    assert re.findall(r'name="verb" value="(.*?)">(.*?)<', text) == [
        ("arrived", "All arrived"),
        ("again", "Send the same mails again"),
    ]


def test_several_are_reviewed_with_one_note(client, sign_in, failed):
    sign_in(*OPERATOR)
    rows = [failed(), failed()]

    text = client.post(LIST, chosen("review_selected", *rows)).content.decode()
    answer(client, "review", asked_for(text), note="The server was moved.")

    assert '<input name="note" maxlength="300">' in text
    notes = Notification.objects.values_list("review_note", flat=True)
    assert set(notes) == {"The server was moved."}


def test_several_are_copied_once_for_each_question(client, sign_in, queued):
    sign_in(*OPERATOR)
    rows = [queued(state="sent"), queued(state="partial")]

    def token() -> str:
        text = client.post(LIST, chosen("copy_selected", *rows)).content.decode()
        assert "Each copy is a mail of its own to 2 admins, beside the first." in text
        return re.search(r'name="token" value="(.*?)"', text)[1]

    for one in (token(), token()):
        answer(client, "copy", keys_of(*rows), token=one)
        answer(client, "copy", keys_of(*rows), token=one)

    assert [row.copies.count() for row in rows] == [2, 2]


@pytest.mark.parametrize("token", ["", "no token"])
def test_copies_without_a_token_are_not_sent(client, sign_in, queued, token):
    sign_in(*OPERATOR)
    row = queued(state="sent")

    [message] = said(answer(client, "copy", row.pk, token=token))

    assert message == "Nothing was changed: choose the notifications again."
    assert row.copies.count() == 0


def test_what_fails_after_the_question_was_asked_is_not_mailed(client, sign_in, failed):
    sign_in(*OPERATOR)
    all_pages = chosen("retry_selected", failed(), select_across="1")
    asked = asked_for(client.post(LIST, all_pages).content.decode())
    late = failed()

    answer(client, "retry", asked)

    late.refresh_from_db()
    assert late.state == "failed"


def test_of_very_many_the_question_names_the_newest(client, sign_in, failed, monkeypatch):
    monkeypatch.setattr(several, "MOST", 2)
    sign_in(*OPERATOR)
    oldest, *newest = failed(), failed(), failed()

    all_pages = chosen("retry_selected", oldest, select_across="1")
    text = client.post(LIST, all_pages).content.decode()

    assert "Retry 2 notifications?" in text
    assert "Only the newest 2." in text
    assert sorted(asked_for(text).split(",")) == [str(row.pk) for row in newest]
    [refused] = said(answer(client, "retry", keys_of(oldest, *newest)))
    assert refused == "Nothing was changed: choose the notifications again."


def test_of_what_somebody_else_retried_meanwhile_only_the_rest_is_retried(client, sign_in, failed):
    mine, theirs = failed(), failed()
    other = sign_in(*OPERATOR)
    client.post(page_of(theirs, "retry"), CONFIRMED, follow=True)
    client.force_login(User.objects.create_superuser("me"))

    queued, before = said(answer(client, "retry", keys_of(mine, theirs)))

    assert queued.startswith("Queued again: <a")
    assert page_of(mine) in queued
    assert before.startswith(f"Already done by {other.username}, ")
    assert page_of(theirs) in before


def test_what_is_gone_since_the_question_is_no_error(client, sign_in):
    sign_in(*OPERATOR)

    [message] = said(answer(client, "retry", "4711"))

    assert message.startswith("Nothing needed to be done: <a")
    assert "1 notification<" in message


@pytest.mark.parametrize("keys", ["", "1,", "1,two", "9" * 19, "²"])
@pytest.mark.parametrize("verb", ["retry", "review"])
def test_an_answer_that_names_no_notifications_changes_nothing(client, sign_in, failed, verb, keys):
    sign_in(*OPERATOR)
    row = failed()

    [message] = said(answer(client, verb, keys))

    row.refresh_from_db()
    assert message == "Nothing was changed: choose the notifications again."
    assert (row.state, row.reviewed_at) == ("failed", None)


@pytest.mark.parametrize("verb", ["", "delete"])
def test_an_answer_that_is_none_changes_nothing(client, sign_in, failed, verb):
    sign_in(*OPERATOR)

    [message] = said(answer(client, verb, failed().pk))

    assert message == "Nothing was changed: choose the notifications again."


def test_more_than_an_address_holds_are_linked_as_the_whole_log(client, sign_in, failed):
    sign_in(*OPERATOR)
    asked = keys_of(*(failed() for _ in range(MOST_LINKED + 1)))

    assert address_in(said(answer(client, "retry", asked))[0]) == LIST


def test_it_leads_back_to_the_list_as_it_was_narrowed(client, sign_in, failed):
    sign_in(*OPERATOR)
    narrowed = f"{LIST}?review=open"

    text = client.post(narrowed, chosen("retry_selected", failed())).content.decode()
    start = re.search(r'class="asks" method="post" action="(.*?)"', text)[1]

    assert f'href="{narrowed}"' in text
    data = {"verb": "retry", "notifications": asked_for(text)}
    assert client.post(start.replace("&amp;", "&"), data).url == narrowed


@pytest.mark.parametrize("action", [action for action, *_ in QUESTIONS])
def test_chosen_rows_that_leave_nothing_to_do_say_so(client, sign_in, queued, action):
    sign_in(*OPERATOR)
    row = queued(state="merged")

    [message] = said(client.post(LIST, chosen(action, row), follow=True))

    assert message.startswith("Nothing needed to be done: <a")
    assert page_of(row) in message


def test_it_is_answered_by_post_alone(client, sign_in):
    sign_in(*OPERATOR)

    assert client.get(SEVERAL).status_code == 405


@pytest.mark.parametrize(("action", "state", "title", "stay"), QUESTIONS)
def test_a_viewer_is_not_asked(client, member, queued, action, state, title, stay):
    client.force_login(member("Viewers"))
    row = queued(state=state)

    text = client.post(LIST, chosen(action, row), follow=True).content.decode()

    assert f'value="{action}"' not in text
    assert "<h1>" + title not in text


@pytest.mark.parametrize(("verb", "state", "word", "becomes"), ANSWERS)
def test_a_viewer_answers_nothing(client, member, queued, verb, state, word, becomes):
    client.force_login(member("Viewers"))
    row = queued(state=state)

    assert answer(client, verb, row.pk).status_code == 403

    row.refresh_from_db()
    assert (row.state, row.reviewed_at) == (state, None)


def test_who_may_review_alone_retries_nothing(client, sign_in, failed):
    sign_in("review_notification")

    assert answer(client, "retry", failed().pk).status_code == 403


def test_who_may_see_nothing_learns_nothing(client, staff):
    client.force_login(staff)

    assert answer(client, "", "1").status_code == 403
