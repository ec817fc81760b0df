from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dashboard.alerts import telling
from dashboard.alerts.found import Found
from dashboard.days import site_date
from dashboard.models import Incident
from dashboard.tests.alerts.rhythms import HOUR, NOW
from notifications import kinds
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def spike(since: datetime = NOW, **facts) -> Found:
    found = Found(
        kind="spike",
        since=since,
        subject="Searches spike: 5.0 times as usual",
        sentence="Searches spike: 50 in the hour from 19:00, 5.0 times as usual.",
        figures=(("Searches in the hour", "50"), ("Terms that rise today", '"<b>\x0bdune" 40')),
        page="http://localhost:8000/admin/?from=2026-11-27&to=2026-11-27",
        words="Spike: 50 searches in an hour",
    )
    return replace(found, **facts)


def test_an_alarm_is_one_mail_with_its_figures_and_its_page():
    assert telling.tell(spike(terms=(7,)), NOW)

    mail, incident = Notification.objects.get(), Incident.objects.get()
    assert (mail.kind, mail.subject) == ("spike", "Searches spike: 5.0 times as usual")
    assert mail.text.startswith("Searches spike: 50 in the hour from 19:00, 5.0 times as usual.")
    assert "Searches in the hour: 50\n" in mail.text
    assert "/admin/?from=2026-11-27&to=2026-11-27\n" in mail.text
    assert f"{mail.uuid}/\n" in mail.text
    assert "&lt;b&gt; dune" in mail.html
    assert 'href="http://localhost:8000/admin/?from=2026-11-27&amp;to=2026-11-27"' in mail.html
    assert (incident.number, incident.terms, incident.ended_at) == (1, [7], None)
    assert str(incident) == "spike: Spike: 50 searches in an hour"


def test_what_goes_on_is_told_once():
    telling.tell(spike(), NOW)

    assert not telling.tell(spike(words="Spike: 90 searches"), NOW + HOUR / 2)

    incident = Incident.objects.get()
    assert (incident.words, incident.seen_at) == ("Spike: 90 searches", NOW + HOUR / 2)
    assert Notification.objects.count() == 1


def test_what_was_not_seen_for_an_hour_has_ended_when_it_was_last_seen():
    telling.tell(spike(), NOW)

    assert telling.end_others(set(), NOW + HOUR / 2) == 0
    assert telling.end_others({"spike"}, NOW + HOUR) == 0
    assert telling.end_others({"silence"}, NOW + HOUR) == 1

    assert Incident.objects.get().ended_at == NOW


def test_the_same_one_that_seemed_to_be_over_is_no_other():
    telling.tell(spike(), NOW)
    telling.end_others(set(), NOW + HOUR)

    assert not telling.tell(spike(), NOW + HOUR * 2)

    assert Incident.objects.get().ended_at is None
    assert Notification.objects.count() == 1


def test_a_third_one_of_a_day_is_written_down_and_not_mailed():
    for number in range(3):
        at = NOW - HOUR * 12 + HOUR * 2 * number
        assert telling.tell(spike(since=at), at)
        telling.end_others(set(), at + HOUR)

    assert list(Incident.objects.order_by("began_at").values_list("number", flat=True)) == [
        1,
        2,
        None,
    ]
    assert Notification.objects.count() == 2


def test_of_two_tasks_at_once_one_tells(monkeypatch):
    """The other one has looked before the first wrote anything."""
    telling.tell(spike(), NOW)
    monkeypatch.setattr(telling, "_is_known", lambda found, now: False)

    assert not telling.tell(spike(since=NOW + HOUR), NOW)

    assert Notification.objects.count() == 1


def test_the_database_holds_a_day_to_one_first_mail():
    telling.tell(spike(), NOW)
    telling.end_others(set(), NOW + HOUR)

    facts = {"kind": "spike", "seen_at": NOW, "words": "", "told_on": site_date(NOW), "number": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(began_at=NOW + HOUR, **facts)


@pytest.mark.parametrize("name", ["spike", "nothing_found_surge", "silence", "omdb_errors"])
def test_each_kind_is_registered_and_mailed_at_once(name):
    kind = kinds.get(name)

    assert kind.goes_at_once
    assert (kind.template, kind.expiry_hours) == ("alert", 6)
    assert kind.label != name


moments = st.lists(
    st.tuples(st.sampled_from(["spike", "silence"]), st.integers(0, 4 * 24 * 12), st.booleans()),
    max_size=60,
)


class Streams(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(moments)
    def test_whatever_comes_a_day_has_at_most_two_mails_of_a_kind(self, stream):
        for kind, ticks, restarts in sorted(stream, key=lambda one: one[1]):
            at = NOW + timedelta(minutes=5) * ticks
            telling.tell(spike(since=at - timedelta(minutes=ticks % 7), kind=kind), at)
            telling.end_others(set() if restarts else {kind}, at + HOUR)

        told = Incident.objects.exclude(number=None).values_list("kind", "told_on")
        of_a_day = [list(told).count(one) for one in set(told)]
        assert max(of_a_day, default=0) <= 2
        assert Notification.objects.count() == len(told)
