from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import retention
from notifications.models import Attempt, Notification

NOW = timezone.now()


def ago(days: int) -> dict:
    return {"created_at": NOW - timedelta(days=days)}


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)


def test_what_is_over_for_a_year_is_removed_with_its_attempts(queued, failed):
    gone = [queued(state="sent", **ago(366)) for _ in range(3)]
    gone += [queued(state="suppressed", **ago(366)), failed(reviewed_at=NOW, **ago(366))]
    gone[0].attempt_log.create(number=1)
    kept = queued(state="sent", **ago(364))

    assert retention.prune(NOW)["notifications"] == 5

    assert list(Notification.objects.all()) == [kept]
    assert not Attempt.objects.exists()
    assert retention.prune(NOW)["notifications"] == 0


@pytest.mark.parametrize("state", ["queued", "held", "sending", "failed", "uncertain"])
def test_what_waits_and_what_nobody_has_reviewed_keeps_its_text_and_its_row(queued, state):
    queued(state=state, **ago(400))

    assert set(retention.prune(NOW).values()) == {0}

    assert Notification.objects.get().text


def test_the_text_goes_after_45_days_and_the_envelope_stays(queued):
    old = [queued(state="sent", **ago(46)) for _ in range(3)]
    queued(state="sent", **ago(44))

    assert retention.prune(NOW) == {"texts of notifications": 3, "notifications": 0}

    without = Notification.objects.filter(text="", html="")
    assert set(without) == set(old)
    assert without.first().subject == "New Search Term"
    assert retention.prune(NOW)["texts of notifications"] == 0


def test_a_digest_that_goes_leaves_its_members(queued):
    digest = queued(state="sent", **ago(366))
    member = queued(state="merged", digest=digest, **ago(10))

    retention.prune(NOW)

    member.refresh_from_db()
    assert member.digest is None
