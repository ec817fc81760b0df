"""Rows 28 and 29: staff press twice, together, or what they may not press."""

import threading
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import NoReverseMatch, reverse

from notifications import services
from notifications.models import Notification

objects = Notification.objects


def together(*works: Callable[[], object]) -> None:
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        start.wait()
        work()
        connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_28_a_copy_that_is_asked_for_twice_at_once_is_one(queued, staff):
    original, token = queued(state="sent"), str(uuid.uuid4())

    together(*[lambda: services.resend_copy(original, staff, token)] * 2)

    assert original.copies.count() == 1


@pytest.mark.django_db(transaction=True)
def test_28_of_two_who_retry_at_once_one_did_it(failed, staff):
    pk = failed().pk
    moved = []

    together(*[lambda: moved.append(services.retry([pk], staff))] * 2)

    assert sorted(moved) == [[], [pk]]
    assert LogEntry.objects.count() == 1
    assert objects.get().state == "queued"


def addresses(notification: Notification) -> Iterator[str]:
    """Return every address of the log in the admin, about this row where it is about one."""
    for pattern in admin.site._registry[Notification].get_urls():
        converters = pattern.pattern.converters
        keys = {
            name: notification.uuid if "UUID" in type(converter).__name__ else notification.pk
            for name, converter in converters.items()
        }
        try:
            yield reverse(f"admin:{pattern.name}", kwargs=keys)
        except NoReverseMatch:
            # Django's redirect of old addresses has no name.
            assert pattern.name is None


def snapshot() -> list[tuple]:
    return list(objects.order_by("pk").values_list("pk", "state", "reason", "reviewed_at"))


@pytest.fixture
def site(queued, failed) -> list[str]:
    rows = [failed(), queued(state="uncertain"), queued()]
    return [address for row in rows for address in addresses(row)]


def test_29_whoever_is_not_signed_in_is_refused_everything(client, site):
    before = snapshot()

    answers = [ask(address) for address in site for ask in (client.get, client.post)]

    assert {answer.status_code for answer in answers} == {302}
    assert all("/login/" in answer["Location"] for answer in answers)
    assert snapshot() == before


def test_29_whoever_may_only_look_changes_nothing(client, site, sign_in):
    sign_in()
    before = snapshot()
    keys = list(objects.values_list("pk", flat=True))

    for address in site:
        for action in ("retry_selected", "review_selected", "send_now_selected", "cancel_selected"):
            client.post(address, {"action": action, "_selected_action": keys, "_confirmed": "1"})

    assert snapshot() == before


def test_29_looking_changes_nothing_whoever_looks(admin_client, site):
    before = snapshot()

    for address in site:
        admin_client.get(address)

    assert snapshot() == before
