"""The kinds: how each is delivered, its form and its switch."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from notifications import kinds, policies
from notifications.models import KindPolicy
from notifications.tests.log import KINDS, page_of, said, words

pytestmark = pytest.mark.django_db
FORM = {
    "enabled": "on",
    "muted_until": "",
    "delivery": "now",
    "digest_minutes": 15,
    "rate_per_hour": 20,
    "expiry_hours": 24,
    "ambiguous": "resend",
}


@pytest.fixture
def policy(db) -> KindPolicy:
    return policies.of(kinds.NEW_SEARCH_TERM)


@pytest.fixture
def operator(client, member):
    user = member("Operators")
    client.force_login(user)
    return user


def row_of(client, label: str) -> str:
    html = client.get(KINDS).content.decode()
    [row] = [row for row in html.split("<tr") if f">{label}</a>" in row]
    return row


def switch(client, policy: KindPolicy, to: str):
    return client.post(f"{KINDS}{policy.pk}/switch/", {"to": to}, follow=True)


# --- The list -------------------------------------------------------------------------


def test_every_registered_kind_is_listed_by_its_label(client, operator):
    html = client.get(KINDS).content.decode()

    for kind in kinds.registered():
        assert f">{kind.label}</a>" in html
    assert KindPolicy.objects.count() == len(kinds.registered())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "At once"),
        ({"delivery": "digest", "digest_minutes": 30}, "In a digest every 30 min"),
        ({"delivery": "none"}, "Written down only"),
        ({"enabled": False}, "Switched off: written down only"),
    ],
)
def test_the_list_says_how_a_kind_is_delivered(client, operator, policy, changes, told):
    KindPolicy.objects.update(**changes)

    assert told in words(row_of(client, "New search term"))


def test_the_rate_is_that_of_what_is_mailed_one_by_one(client, operator, policy):
    assert "20 an hour" in words(row_of(client, "New search term"))

    KindPolicy.objects.update(delivery="digest")

    assert "an hour" not in words(row_of(client, "New search term"))


def test_a_kind_that_is_muted_says_until_when(client, operator, policy):
    now = timezone.now()
    KindPolicy.objects.update(muted_until=now - timedelta(hours=1))
    assert "muted until" not in row_of(client, "New search term")

    KindPolicy.objects.update(muted_until=now + timedelta(hours=1))
    assert "muted until" in row_of(client, "New search term")


def test_the_last_notification_of_a_kind_is_linked(client, operator, policy, queued):
    queued(created_at=timezone.now() - timedelta(days=1))
    last = queued()

    assert f'href="{page_of(last)}"' in row_of(client, "New search term")
    assert "/notification/" not in row_of(client, "Task failed")


def test_who_may_not_see_notifications_sees_none_of_a_kind(client, sign_in, policy, queued):
    user = sign_in("view_kindpolicy")
    user.user_permissions.remove(user.user_permissions.get(codename="view_notification"))

    assert f'href="{page_of(queued())}"' not in row_of(client, "New search term")


# --- The switch -----------------------------------------------------------------------


def test_the_switch_turns_a_kind_off_and_on(client, operator, policy):
    assert 'aria-checked="true"' in row_of(client, "New search term")

    [off] = said(switch(client, policy, "off"))
    assert off.startswith("Switched off: <a")
    assert not policies.of(policy.kind).enabled
    assert 'aria-checked="false"' in row_of(client, "New search term")

    [on] = said(switch(client, policy, "on"))
    assert on.startswith("Switched on: <a")
    assert policies.of(policy.kind).enabled
    assert LogEntry.objects.count() == 2


def test_a_switch_pressed_twice_names_who_was_first(client, operator, policy):
    switch(client, policy, "off")

    [message] = said(switch(client, policy, "off"))

    assert message.startswith(f"Already done by {operator.username}, ")
    assert LogEntry.objects.count() == 1


def test_a_switch_that_stands_so_already_does_nothing(client, operator, policy):
    [message] = said(switch(client, policy, "on"))

    assert message.startswith("Nothing needed to be done: <a")
    assert not LogEntry.objects.exists()


def test_a_switch_knows_two_positions_and_kinds_that_are_there(client, operator, policy):
    assert switch(client, policy, "sideways").status_code == 404
    assert client.post(f"{KINDS}4711/switch/", {"to": "off"}).status_code == 404


def test_a_switch_is_not_pressed_by_looking(client, operator, policy):
    assert client.get(f"{KINDS}{policy.pk}/switch/").status_code == 405


def test_a_viewer_reads_the_switch_and_does_not_press_it(client, member, policy):
    client.force_login(member("Viewers"))

    row = row_of(client, "New search term")

    assert "<button" not in row
    assert words(row).endswith("On")
    assert switch(client, policy, "off").status_code == 403
    assert policies.of(policy.kind).enabled


def test_a_stranger_sees_no_kinds_and_makes_none(client, staff):
    client.force_login(staff)

    assert client.get(KINDS).status_code == 403
    assert not KindPolicy.objects.exists()


# --- The form -------------------------------------------------------------------------


def test_the_page_is_called_by_the_label_of_the_kind(client, operator, policy):
    html = client.get(page_of(policy)).content.decode()

    assert "New search term |" in html
    assert "new_search_term" not in words(html)


def test_changing_a_policy_is_written_down(client, operator, policy):
    client.post(page_of(policy), FORM | {"delivery": "digest", "ambiguous": "hold"})

    policy.refresh_from_db()
    assert (policy.delivery, policy.ambiguous) == ("digest", "hold")
    assert LogEntry.objects.get().user == operator


def test_a_form_left_open_does_not_undo_what_was_done_meanwhile(client, operator, policy):
    html = client.get(page_of(policy)).content.decode()
    shown = dict(re.findall(r'name="(initial-[a-z_]+)" value="(.*?)"', html))
    until = timezone.now() + timedelta(hours=1)
    KindPolicy.objects.update(muted_until=until, enabled=False)

    client.post(page_of(policy), FORM | shown | {"rate_per_hour": 5})

    policy.refresh_from_db()
    assert policy.rate_per_hour == 5
    assert (policy.muted_until, policy.enabled) == (until, False)
    [entry] = LogEntry.objects.all()
    assert entry.get_change_message() == "Changed Single mails an hour, at most."


@pytest.mark.parametrize(
    "wrong", [{"digest_minutes": 0}, {"rate_per_hour": 0}, {"expiry_hours": ""}, {"delivery": "x"}]
)
def test_what_no_policy_can_be_is_not_saved(client, operator, policy, wrong):
    answer = client.post(page_of(policy), FORM | wrong)

    assert answer.status_code == 200
    assert not LogEntry.objects.exists()


def test_a_viewer_reads_a_policy_and_changes_nothing(client, member, policy):
    client.force_login(member("Viewers"))

    text = words(client.get(page_of(policy)).content.decode())

    assert "Single mails an hour, at most" in text
    assert "Save" not in text
    assert client.post(page_of(policy), FORM).status_code == 403


def test_kinds_are_neither_added_nor_removed(client, admin_user, policy):
    client.force_login(admin_user)

    assert client.get(f"{KINDS}add/").status_code == 403
    assert client.post(page_of(policy, "delete"), {"post": "yes"}).status_code == 403
