"""Sign-ins that fail: how many, until when, and what is written down of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from ipaddress import ip_network

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from dashboard import services
from dashboard.models import LockOut
from dashboard.signing_in import locking
from dashboard.tests.signing_in.typing_in import sign_in, submit

pytestmark = pytest.mark.django_db

PASSWORD = "a password of my own"
HERE = "192.0.2.7"
LIMIT = 5


@pytest.fixture
def sam(db) -> User:
    return User.objects.create_user("sam", password=PASSWORD, is_staff=True)


def fail(client, times: int = LIMIT, name: str = "sam", **options: str):
    """Guess so often; return the last answer."""
    options = {"REMOTE_ADDR": HERE} | options
    return [submit(client, name, f"guess {n}", **options) for n in range(times)][-1]


def let_pass(minutes: int) -> None:
    """Have all that is written down happen so much earlier."""
    earlier = timedelta(minutes=minutes)
    for attempt in AccessAttempt.objects.all():
        at = attempt.attempt_time - earlier
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=at)
    for row in LockOut.objects.all():
        LockOut.objects.filter(pk=row.pk).update(until=row.until - earlier)


def test_a_few_guesses_are_let_by_and_the_right_password_clears_them(client, sam):
    assert fail(client, LIMIT - 1).status_code == 200

    assert submit(client, "sam", PASSWORD, REMOTE_ADDR=HERE).status_code == 302
    assert fail(client, LIMIT - 1).status_code == 200
    assert not LockOut.objects.exists()


def test_the_fifth_guess_locks_out_and_the_page_says_until_when(client, sam):
    response = fail(client)

    assert response.status_code == 429
    assert 14 * 60 < int(response["Retry-After"]) <= 15 * 60
    words = " ".join(response.content.decode().split())
    assert "Too many sign-ins failed. Nothing is lost: try again at <time" in words
    assert "in 15 minutes, or ask an administrator to unlock you." in words


def test_the_right_password_is_refused_meanwhile_and_let_in_after_it(client, sam):
    fail(client)

    assert submit(client, "sam", PASSWORD, REMOTE_ADDR=HERE).status_code == 429
    let_pass(16)
    assert sign_in(client, "sam", PASSWORD)


def test_who_goes_on_trying_waits_no_longer(client, sam):
    fail(client)
    until = LockOut.objects.get().until
    let_pass(10)

    response = fail(client, 3)

    assert int(response["Retry-After"]) <= 5 * 60
    assert LockOut.objects.get().until == until - timedelta(minutes=10)


def test_the_answer_is_the_same_for_a_name_that_is_nobodys(client, sam):
    def told(name: str) -> list[str]:
        words = fail(Client(), name=name).content.decode()
        return [line for line in words.splitlines() if "<time" not in line]

    assert told("sam") == told("nobody")


def test_somebody_elsewhere_is_not_locked_out_by_it(client, sam):
    fail(client)

    assert sign_in(client, "sam", PASSWORD)


def test_another_browser_is_not_another_client(client, sam):
    for number in range(LIMIT):
        response = fail(Client(), 1, HTTP_USER_AGENT=f"Browser {number}")

    assert response.status_code == 429


def test_an_address_that_guesses_names_is_locked_out_in_one_row(client, sam, monkeypatch):
    monkeypatch.setattr(locking, "ADDRESS_LIMIT", 10)
    for number in range(12):
        response = fail(client, 1, f"name {number}")

    assert response.status_code == 429
    assert LockOut.objects.get().who == "Any name"
    assert submit(client, "sam", PASSWORD, REMOTE_ADDR=HERE).status_code == 429


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("", "0.0.0.0"),  # noqa: S104 - no socket
    ],
)
def test_of_ipv6_a_network_is_one_client(client, sam, sent, kept):
    fail(client, REMOTE_ADDR=sent)

    assert LockOut.objects.get().address == kept


def test_a_header_that_anybody_can_write_makes_no_new_client(client, sam, settings):
    for number in range(LIMIT):
        response = fail(client, 1, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert response.status_code == 429
    assert LockOut.objects.get().address == HERE

    settings.TRUSTED_PROXIES = [ip_network(HERE)]
    assert fail(client, 1, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 200


def test_neither_a_password_nor_what_may_be_one_is_written_down(client, sam, caplog):
    for _ in range(LIMIT):
        submit(client, "hunter2-secret", "hunter2-secret", REMOTE_ADDR=HERE)
        submit(client, "sam", "hunter2-secret", REMOTE_ADDR=HERE)

    assert "hunter2" not in caplog.text
    for model in apps.get_models():
        assert "hunter2" not in str(list(model._default_manager.values_list())), model
    assert {row.who for row in LockOut.objects.all()} == {"sam", "A name that is nobody's"}


@pytest.mark.parametrize("name", ["x" * 10_000, "nul\0", "émile\u202e", ""])
def test_no_name_is_an_error_of_ours(client, name):
    assert fail(client, name=name).status_code in (200, 429)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_counted_and_make_one_row(sam):
    def guess(number: int) -> int:
        try:
            return fail(Client(), 1).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(8)))

    assert submit(Client(), "sam", PASSWORD, REMOTE_ADDR=HERE).status_code == 429
    assert LockOut.objects.count() == 1


def test_what_is_old_is_removed(client, sam):
    fail(client)
    now = timezone.now()
    assert services.prune(now)["failed sign-ins"] == 0

    removed = services.prune(now + timedelta(days=91))

    assert (removed["failed sign-ins"], removed["lock-outs"]) == (1, 1)
