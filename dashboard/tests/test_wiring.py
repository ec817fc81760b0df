import pytest
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.urls import reverse

from dashboard import wiring
from dashboard.tests.test_banner import MINUTE
from movies.models import Movie, SearchTerm
from notifications.models import Notification

PAGE = "dashboard:signals"


def heard(name: str) -> list[wiring.Receiver]:
    return next(wire for wire in wiring.wires() if wire.name == name).receivers


@pytest.mark.django_db
def test_each_receiver_is_named_with_what_it_hears_and_how_it_is_kept():
    [receiver] = [one for one in heard("post_save") if one.name == "announce_new_term"]

    assert receiver.module == "notifications.receivers"
    assert receiver.sender == "movies.SearchTerm"
    assert receiver.dispatch_uid == "announce_new_term"
    assert receiver.is_weak
    assert not receiver.is_twice


@pytest.mark.django_db
def test_celerys_signals_are_read_like_djangos():
    [receiver] = heard("task_failure")

    assert receiver.name == "announce_failed_task"
    assert receiver.sender == "Anybody"


@pytest.mark.django_db
def test_the_last_notification_that_a_receiver_led_to_is_linked(client, member):
    SearchTerm.objects.create(term="alien")
    SearchTerm.objects.create(term="dune")
    older, newer = Notification.objects.order_by("pk")
    Notification.objects.filter(pk=newer.pk).update(created_at=older.created_at + MINUTE)
    client.force_login(member("Viewers"))

    words = client.get(reverse(PAGE)).content.decode()

    address = reverse("admin:notifications_notification_change", args=[newer.pk])
    assert f'href="{address}"' in words
    assert "each connected once" in words


@pytest.mark.django_db
def test_what_is_connected_twice_is_a_warning(client, member):
    def twice(**facts: object) -> None:
        """Hear what is said."""

    post_save.connect(twice, sender=Movie, weak=False, dispatch_uid="first")
    post_save.connect(twice, sender=Movie, weak=False, dispatch_uid="second")
    client.force_login(member("Viewers"))
    try:
        words = client.get(reverse(PAGE)).content.decode()
    finally:
        post_save.disconnect(sender=Movie, dispatch_uid="first")
        post_save.disconnect(sender=Movie, dispatch_uid="second")

    assert "Connected twice, and so heard twice: " in words
    assert "Strongly" in words


def test_a_receiver_that_is_gone_is_no_receiver(monkeypatch):
    signal = Signal()

    def gone(**facts: object) -> None:
        """Hear nothing: it is dropped at once."""

    signal.connect(gone, sender=object())
    del gone
    monkeypatch.setattr(wiring, "USED", (("signal", signal, "Nothing"),))

    assert heard("signal") == []


def test_an_unknown_sender_is_another_object(monkeypatch):
    signal, sender = Signal(), object()

    def hears(**facts: object) -> None:
        """Hear one object alone."""

    signal.connect(hears, sender=sender)
    monkeypatch.setattr(wiring, "USED", (("signal", signal, "Nothing"),))

    [receiver] = heard("signal")
    assert receiver.sender == "Another object"
    assert receiver.dispatch_uid == ""


@pytest.mark.django_db
def test_who_may_not_see_notifications_does_not_see_the_signals(client, staff):
    client.force_login(staff)

    assert client.get(reverse(PAGE)).status_code == 403
