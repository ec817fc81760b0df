"""What administrators see of lock-outs, and how they end one."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import LockOut
from dashboard.tests.signing_in.typing_in import submit
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

LIST = reverse("admin:dashboard_lockout_changelist")


@pytest.fixture
def lock_out(db) -> LockOut:
    User.objects.create_user("sam", password="right", is_staff=True)
    for _ in range(5):
        submit(Client(), "sam", "wrong", REMOTE_ADDR="192.0.2.7")
    return LockOut.objects.get()


@pytest.fixture
def administrator(client, member) -> User:
    user = member("Administrators")
    client.force_login(user)
    return user


def page(lock_out: LockOut) -> str:
    return reverse("admin:dashboard_lockout_change", args=[lock_out.pk])


def unlock(client, lock_out: LockOut) -> str:
    """Press the button; return what is said then."""
    url = reverse("admin:dashboard_lockout_unlock", args=[lock_out.pk])
    return client.post(url, follow=True).content.decode()


def test_the_list_says_who_from_where_and_until_when(client, administrator, lock_out):
    html = client.get(LIST).content.decode()

    assert "sam" in html
    assert "192.0.2.7" in html
    assert 'Locked<span class="state-note">until <time' in html
    assert str(lock_out) == f"lock-out {lock_out.pk}"


def test_the_list_of_users_leads_there_and_its_badge_counts(client, administrator, lock_out):
    html = client.get(reverse("admin:auth_user_changelist")).content.decode()

    assert f'href="{LIST}">Lock-outs' in html
    assert 'badge-info">1<span class="spoken"> locked out' in html


def test_the_filter_leaves_those_that_hold(client, administrator, lock_out):
    over = timezone.now() - timedelta(hours=1)
    LockOut.objects.create(name="", address="192.0.2.8", locked_at=over, until=over)

    assert "192.0.2.8" in client.get(LIST).content.decode()
    assert "192.0.2.8" not in client.get(LIST, {"state": "locked"}).content.decode()


def test_unlocking_lets_them_try_again_and_is_written_down(client, administrator, lock_out):
    assert "Unlocked: <a" in unlock(client, lock_out)

    assert not AccessAttempt.objects.exists()
    assert submit(Client(), "sam", "right", REMOTE_ADDR="192.0.2.7").status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (administrator, "Unlocked.")
    html = client.get(page(lock_out)).content.decode()
    assert "Unlocked" in html
    assert ">Unlock<" not in html


def test_pressed_twice_it_says_who_was_first(client, administrator, lock_out):
    unlock(client, lock_out)

    assert "Already done by a administrator, <time" in unlock(client, lock_out)
    assert LogEntry.objects.count() == 1


def test_what_has_ended_by_itself_needs_no_unlocking(client, administrator, lock_out):
    LockOut.objects.update(until=timezone.now() - timedelta(minutes=1))

    assert "Nothing needed to be done: it ended <time" in unlock(client, lock_out)
    assert "Over" in client.get(page(lock_out)).content.decode()


def test_a_lock_out_that_is_gone_is_not_found(client, administrator, lock_out):
    lock_out.delete()

    url = reverse("admin:dashboard_lockout_unlock", args=[987654])
    assert client.post(url).status_code == 404


def test_who_may_only_look_sees_no_button(client, lock_out):
    client.force_login(allowed("view_lockout"))

    assert ">Unlock<" not in client.get(page(lock_out)).content.decode()
    url = reverse("admin:dashboard_lockout_unlock", args=[lock_out.pk])
    assert client.post(url).status_code == 403
