from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format

from notifications import kinds, policies, services
from notifications.models import KindPolicy, Notification
from notifications.tests.moments import change_policy

pytestmark = pytest.mark.django_db


def states() -> dict[str, int]:
    return Notification.objects.counts_by_state()


def test_a_kind_nobody_changed_does_as_it_was_registered():
    policy = policies.of(kinds.MOVIE_FILLED)

    assert str(policy) == "Film filled"
    assert (policy.delivery, policy.rate_per_hour, policy.ambiguous) == ("none", 20, "resend")
    assert (policy.expiry, policy.window) == (timedelta(hours=24), timedelta(minutes=15))


def test_what_staff_changed_stays():
    change_policy(rate_per_hour=3)

    assert policies.of(kinds.NEW_SEARCH_TERM).rate_per_hour == 3
    assert KindPolicy.objects.count() == 1


def test_what_may_go_passes_and_has_an_end_from_then_on(new):
    written = timezone.now() - timedelta(hours=1)
    notification = new(created_at=written)

    assert policies.sort_out() == 1

    notification.refresh_from_db()
    assert notification in Notification.objects.due()
    assert notification.expires_at == written + timedelta(hours=24)


def test_an_end_that_was_given_stays(new):
    end = timezone.now() + timedelta(minutes=5)
    notification = new(expires_at=end)

    policies.sort_out()

    notification.refresh_from_db()
    assert notification.expires_at == end


def test_nothing_is_sorted_twice(new):
    new()

    assert policies.sort_out() == 1
    assert policies.sort_out() == 0


def test_one_row_is_sorted_and_the_others_wait(new):
    one, other = new(), new()

    policies.sort_one(one.pk)
    policies.sort_one(one.pk)

    assert list(Notification.objects.due()) == [one]
    assert list(Notification.objects.unsorted()) == [other]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"enabled": False}, "This kind is switched off."),
        ({"delivery": "none"}, "Written down only: this kind is not mailed."),
    ],
)
def test_a_kind_that_is_not_mailed_says_why(new, fields, reason):
    change_policy(**fields)
    notification = new()

    policies.sort_out()

    notification.refresh_from_db()
    assert (notification.state, notification.reason) == ("suppressed", reason)


def test_a_muted_kind_is_not_mailed_until_it_is_over(new):
    until = timezone.now() + timedelta(hours=1)
    change_policy(muted_until=until)
    muted = new()
    policies.sort_out()
    change_policy(muted_until=timezone.now())

    heard = new()
    policies.sort_out()

    muted.refresh_from_db()
    assert muted.state == "suppressed"
    by_the_site = date_format(timezone.localtime(until), "j M Y, H:i")
    assert muted.reason == f"Muted until {by_the_site} ({settings.TIME_ZONE})."
    assert list(Notification.objects.due()) == [heard]


def test_one_muted_kind_does_not_silence_another(new):
    change_policy("test", enabled=False)
    new()
    new(kind="test")

    policies.sort_out()

    assert states() == {"queued": 1, "suppressed": 1}


def test_a_mail_to_nobody_is_not_mailed(new, settings):
    settings.ADMINS = []
    notification = new()

    policies.sort_out()

    notification.refresh_from_db()
    assert notification.reason == "This reaches nobody: ADMINS is empty."


@pytest.mark.parametrize("backend", ["console", "dummy", "locmem"])
def test_mail_that_is_printed_reaches_nobody_in_production(settings, backend):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    assert policies.reaches_nobody() == ""

    settings.PRODUCTION = True

    assert policies.reaches_nobody() == policies.PRINTED


def test_mail_that_is_sent_reaches_somebody_in_production(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.PRODUCTION = True

    assert policies.reaches_nobody() == ""


@pytest.mark.parametrize(("site", "named"), [("a.example", "a.example"), ("", "another site")])
def test_a_row_of_another_site_is_not_mailed_from_here(new, site, named):
    notification, ours = new(site=site), new()

    policies.sort_out()

    notification.refresh_from_db()
    assert notification.state == "suppressed"
    assert notification.reason == f"Written on {named}: not mailed from localhost."
    assert list(Notification.objects.due()) == [ours]


def test_what_had_passed_is_not_mailed_once_its_kind_is_stopped(queued, admin_user):
    passed, other = queued(), queued(kind="task_failed")
    services.switch("new_search_term", admin_user, on=False)
    asked_for = queued()

    policies.sort_out()

    passed.refresh_from_db()
    assert (passed.state, passed.reason) == ("suppressed", policies.SWITCHED_OFF)
    # The last one staff sent after that, knowing it.
    assert set(Notification.objects.due()) == {other, asked_for}


def test_what_is_more_than_an_hours_share_is_collected(new):
    change_policy(rate_per_hour=2, digest_minutes=30)
    rows = [new() for _ in range(5)]

    policies.sort_out()

    assert states() == {"queued": 2, "held": 3}
    assert set(Notification.objects.due()) == set(rows[:2])
    window = Notification.objects.filter(state="held").values_list("next_attempt_at", flat=True)
    assert len(set(window)) == 1
    assert window[0] > timezone.now() + timedelta(minutes=29)


def test_the_share_of_the_last_hour_counts_and_no_older_one(new, queued):
    change_policy(rate_per_hour=2)
    queued(state="sent", passed_at=timezone.now() - timedelta(minutes=59))
    queued(state="sent", passed_at=timezone.now() - timedelta(minutes=61))
    queued(kind="test")
    new()
    new()

    policies.sort_out()

    assert states() == {"sent": 2, "queued": 2, "held": 1}


def test_a_kind_that_is_collected_opens_one_window_and_fills_it(new):
    change_policy(delivery="digest", digest_minutes=10)
    new()
    policies.sort_out()
    new()

    policies.sort_out()

    assert states() == {"held": 2}
    assert Notification.objects.values("next_attempt_at").distinct().count() == 1


def test_what_staff_sent_while_the_policy_was_asked_goes_all_the_same(new, staff):
    change_policy(delivery="digest")
    notification = new()
    presses = iter([lambda: services.send_now([notification.pk], staff)])

    def press_between(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if f"LIMIT {policies.MOST_SORTED}" in sql:
            for press in presses:
                press()
        return found

    with connection.execute_wrapper(press_between):
        policies.sort_out()

    assert list(Notification.objects.due()) == [notification]


def test_what_is_too_many_at_once_is_sorted_the_next_time(new, monkeypatch):
    monkeypatch.setattr(policies, "MOST_SORTED", 2)
    for _ in range(3):
        new()

    assert policies.sort_out() == 2
    assert policies.sort_out() == 1
