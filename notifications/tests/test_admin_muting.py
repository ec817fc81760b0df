"""Muting a kind and sending a test, from the log and from the kinds."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.utils import timezone

from notifications import kinds, policies, services
from notifications.models import KindPolicy, Notification
from notifications.tests.log import CONFIRMED, KINDS, LIST, SEVERAL, chosen, page_of, said, words

pytestmark = pytest.mark.django_db
CODENAMES = ("view_kindpolicy", "change_kindpolicy", "retry_notification")
TOKEN = {"token": "c3b7a5f2-2a0f-4c3d-9a55-0f6a5f0f0001"}
HOUR = timedelta(hours=1)


@pytest.fixture(params=["log", "kinds"])
def row(request, queued) -> Notification | KindPolicy:
    """What is muted from: the page of a notification, and that of its kind."""
    return queued() if request.param == "log" else policies.of(kinds.NEW_SEARCH_TERM)


def mute(client, row, **answer: str):
    return client.post(page_of(row, "mute"), CONFIRMED | answer, follow=True)


def muted_for() -> timedelta:
    until = policies.of(kinds.NEW_SEARCH_TERM).muted_until
    return until - timezone.now() if until else timedelta()


@pytest.mark.parametrize(("answer", "long"), [("hour", HOUR), ("day", 24 * HOUR)])
def test_a_kind_is_muted_for_a_while(client, sign_in, row, answer, long):
    sign_in(*CODENAMES)

    [message] = said(mute(client, row, how_long=answer))

    assert words(message).startswith("Muted until ")
    assert "New search term" in message
    assert long - timedelta(minutes=1) < muted_for() <= long
    entry = LogEntry.objects.get().change_message
    assert re.fullmatch(rf"Muted until .*, \d\d:\d\d \({settings.TIME_ZONE}\)\.", entry)


def test_a_kind_is_muted_until_a_moment_by_the_sites_clock(client, sign_in, row):
    sign_in(*CODENAMES)
    until = timezone.localtime(timezone.now() + 3 * HOUR)

    mute(client, row, how_long="until", until=f"{until:%Y-%m-%dT%H:%M}")

    assert 3 * HOUR - timedelta(minutes=2) < muted_for() <= 3 * HOUR


def test_who_switched_a_kind_did_not_mute_it(client, sign_in, row):
    user = sign_in(*CODENAMES)
    mute(client, row, how_long="hour")
    other = User.objects.create_superuser("other")
    services.switch(kinds.NEW_SEARCH_TERM, other, on=False)

    [message] = said(mute(client, row, how_long="hour"))

    assert message.startswith(f"Already done by {user.username}, ")


@pytest.mark.parametrize("until", ["", "yesterday", "2020-01-01T00:00", "9999-01-01T00:00"])
def test_a_moment_that_makes_no_sense_is_asked_for_again(client, sign_in, row, until):
    sign_in(*CODENAMES)

    answer = mute(client, row, how_long="until", until=until)

    assert "Choose a moment within the next 365 days." in answer.content.decode()
    assert not muted_for()


def test_the_question_names_the_kind_and_the_clock(client, sign_in, row):
    sign_in(*CODENAMES)

    text = words(client.get(page_of(row, "mute")).content.decode())

    assert "Mute “New search term”?" in text
    assert f"Until, by the clock of {settings.TIME_ZONE}" in text
    assert "mail it again" not in text


def test_a_muted_kind_can_be_mailed_again(client, sign_in, row):
    user = sign_in(*CODENAMES)
    services.mute(kinds.NEW_SEARCH_TERM, timezone.now() + HOUR, user)

    text = words(client.get(page_of(row, "mute")).content.decode())
    [message] = said(mute(client, row, how_long="unmute"))

    assert "No longer: mail it again" in text
    assert message.startswith("Mailed again: <a")
    assert not muted_for()


def test_what_somebody_else_unmuted_is_said_to_be_done(client, sign_in, row):
    user = sign_in(*CODENAMES)
    policy = services.mute(kinds.NEW_SEARCH_TERM, timezone.now() + HOUR, user)
    question = CONFIRMED | {"how_long": "unmute"}
    client.post(page_of(policy, "mute"), question, follow=True)

    answer = client.post(page_of(policy, "mute"), question, follow=True)

    # No longer offered, so that it is asked again.
    assert "Mute “New search term”?" in answer.content.decode()
    assert LogEntry.objects.count() == 2


# --- Several --------------------------------------------------------------------------


@pytest.fixture
def rows(queued) -> list[Notification]:
    return [queued(), queued(state="sent"), queued(kind=kinds.MOVIE_FILLED)]


def mute_all(client, rows, **answer: str):
    keys = ",".join(str(row.pk) for row in rows)
    return client.post(SEVERAL, {"verb": "mute", "notifications": keys} | answer, follow=True)


def test_the_question_names_the_kinds_of_what_was_chosen(client, sign_in, rows):
    sign_in(*CODENAMES)

    text = words(client.post(LIST, chosen("mute_selected", *rows)).content.decode())

    assert "Mute 2 kinds? Film filled, New search term: meanwhile written down and" in text
    assert "How long For 1 hour For 1 day Until" in text
    assert f"Until, by the clock of {settings.TIME_ZONE} Mute nothing Mute 2 kinds" in text
    assert not LogEntry.objects.exists()


def test_the_kinds_of_several_are_muted_once_with_an_entry_each(client, sign_in, rows):
    user = sign_in(*CODENAMES)

    first = said(mute_all(client, rows, how_long="day"))
    second = said(mute_all(client, rows, how_long="day"))

    assert [words(message).startswith("Muted until ") for message in first] == [True, True]
    assert {message.split(",")[0] for message in second} == {f"Already done by {user.username}"}
    assert 23 * HOUR < muted_for() <= 24 * HOUR
    assert LogEntry.objects.count() == 2
    assert not policies.of(kinds.TASK_FAILED).muted_until


@pytest.mark.parametrize("answer", [{}, {"how_long": "until"}, {"how_long": "unmute"}])
def test_without_a_moment_no_kind_is_muted(client, sign_in, rows, answer):
    sign_in(*CODENAMES)

    [message] = said(mute_all(client, rows, **answer))

    assert message == "Nothing was muted: choose a moment within the next 365 days."
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("codename", ["retry_notification", "review_notification"])
def test_who_may_not_change_kinds_mutes_none(client, sign_in, rows, codename):
    sign_in(codename)

    assert 'value="mute_selected"' not in client.get(LIST).content.decode()
    assert mute_all(client, rows, how_long="hour").status_code == 403
    assert not muted_for()


# --- A test ---------------------------------------------------------------------------


@pytest.fixture(params=["log", "kinds", "kind"])
def place(request, db) -> str:
    """Where a test is sent from: the log, the list of kinds, the page of one."""
    if request.param == "kind":
        return page_of(policies.of(kinds.NEW_SEARCH_TERM), "test")
    return f"{LIST if request.param == 'log' else KINDS}send-test/"


def test_a_test_is_sent_once_however_often_it_is_pressed(client, sign_in, place):
    user = sign_in(*CODENAMES)

    [first] = said(client.post(place, CONFIRMED | TOKEN, follow=True))
    [second] = said(client.post(place, CONFIRMED | TOKEN, follow=True))

    test = Notification.objects.get()
    assert test.origin == "test"
    assert first.startswith(f'A test goes out: <a class="link" href="{page_of(test)}">')
    assert second.startswith(f"Already done by {user.username}, ")
    assert LogEntry.objects.count() == 1


def test_a_test_asks_first_and_says_to_how_many(client, sign_in, place):
    sign_in(*CODENAMES)

    text = words(client.get(place, CONFIRMED | TOKEN).content.decode())

    assert "Send a test to 2 admins? It says whether mail arrives" in text
    assert not Notification.objects.exists()


def test_a_viewer_sends_no_test_and_mutes_nothing(client, member, place, row):
    client.force_login(member("Viewers"))
    Notification.objects.filter(origin="test").delete()

    assert client.post(place, CONFIRMED | TOKEN).status_code == 403
    assert mute(client, row, how_long="hour").status_code == 403
    assert not muted_for()
    assert not Notification.objects.filter(origin="test").exists()
