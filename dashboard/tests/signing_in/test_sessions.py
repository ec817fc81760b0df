"""How sessions end: by being idle, at their own end, and by a new password elsewhere."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.signing_in.sessions import ENDS_AT
from dashboard.tests.signing_in.typing_in import sign_in

pytestmark = pytest.mark.django_db

PASSWORD = "a password of my own"
HOME = reverse("admin:password_change")
HOUR = timedelta(hours=1)


@pytest.fixture
def sam(client) -> User:
    user = User.objects.create_user("sam", password=PASSWORD, is_staff=True)
    assert sign_in(client, "sam", PASSWORD)
    return user


def is_in(client) -> bool:
    return client.get(HOME).status_code == 200


def left() -> timedelta:
    return Session.objects.get().expire_date - timezone.now()


def let_pass(client, time: timedelta) -> None:
    """Have the session begin so much earlier."""
    session = client.session
    session[ENDS_AT] -= time.total_seconds()
    session.set_expiry(session.get_expiry_date() - time)
    session.save()


def test_a_session_ends_after_eight_idle_hours(client, sam):
    assert 7.9 * HOUR < left() <= 8 * HOUR

    let_pass(client, 8 * HOUR)

    assert not is_in(client)


def test_using_it_puts_the_end_off(client, sam):
    let_pass(client, 7 * HOUR)

    assert is_in(client)
    assert 7.9 * HOUR < left() <= 8 * HOUR


def test_the_parts_that_an_open_page_asks_for_do_not(client, sam):
    let_pass(client, 7 * HOUR)

    client.get(reverse("dashboard:figures"), headers={"HX-Request": "true"})

    assert left() <= HOUR


def test_however_busy_it_ends_after_a_week(client, sam):
    for _ in range(33):
        let_pass(client, 5 * HOUR)
        assert is_in(client)

    assert 2.9 * HOUR < left() <= 3 * HOUR
    let_pass(client, 3 * HOUR)
    assert not is_in(client)


def test_a_session_in_use_is_not_written_for_each_page(client, sam, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(reverse("admin:jsi18n"))


def test_a_session_from_before_an_upgrade_has_an_end_from_now_on(client, sam):
    session = client.session
    del session[ENDS_AT]
    session.set_expiry(14 * 24 * HOUR)
    session.save()

    assert is_in(client)
    assert left() <= 8 * HOUR


def test_a_new_password_ends_all_other_sessions(client, sam):
    other = Client()
    assert sign_in(other, "sam", PASSWORD)

    new = {"new_password1": "quite another one", "new_password2": "quite another one"}
    client.post(HOME, {"old_password": PASSWORD, **new})

    assert is_in(client)
    assert not is_in(other)


def test_a_visitor_gets_no_session(client):
    client.get(reverse("admin:login"))

    assert not Session.objects.exists()
