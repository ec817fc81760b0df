"""Celery's doors to the dashboard's periodic work, and to its self-test."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from dashboard import services
from dashboard.ranks import refreshing
from dashboard.rollup import rolling
from dashboard.signing_in import resetting
from dashboard.system import looking, probe
from dashboard.worklist import choosing
from movies.formats import counted

# Shorter than the interval: what is left is done by the next tick, and two of them never hold
# both workers of the queue.
SECONDS_A_TICK = 10


@shared_task(ignore_result=True)
def prune() -> str:
    """Remove what retention has outlived; return what that was. Safe to repeat."""
    return services.removed_in_words(services.prune(timezone.now()))


@shared_task(ignore_result=True)
def roll_up() -> str:
    """Bring the read models up to date; return how much was folded. Safe to repeat."""
    return counted(rolling.roll_up(seconds=SECONDS_A_TICK), "search", "searches")


@shared_task(ignore_result=True)
def refresh_snapshot(snapshot_id: int) -> str:
    """Work out the term tables that a page waits for; safe to repeat: only what is due is."""
    return refreshing.refresh(snapshot_id, timezone.now())


@shared_task(ignore_result=True)
def look() -> str:
    """Look at the system while nobody does, so that it is known since when a thing is broken.

    Mails that the queue lost are handed on as well: somebody waits for a new password.
    """
    resetting.hint_lost(mail_password_reset)
    return looking.look_for_everybody().headline


@shared_task(ignore_result=True)
def choose_films() -> str:
    """Have the most wanted films filled; safe to repeat: once an OMDb day something is chosen."""
    return choosing.choose(timezone.now())


@shared_task(ignore_result=True)
def alert() -> str:
    """Tell of what is out of the ordinary; return how much is new. Safe to repeat."""
    # Here, because pages read terms by way of this module.
    from dashboard.alerts import looking as alarms

    return counted(alarms.look(timezone.now()), "new incident")


@shared_task(ignore_result=True)
def digest_week() -> str:
    """Have the digest of last week mailed; safe to repeat: a week has one."""
    # Here, because pages read terms by way of this module.
    from dashboard.alerts import weekly

    return weekly.tell(timezone.now())


@shared_task
def mail_password_reset(reset_id: int) -> str:
    """Mail the link by which somebody chooses a new password; safe to repeat: it goes once."""
    return resetting.mail(reset_id)


@shared_task(bind=True)
def self_test(self: Any, test_id: int) -> str:
    """Go on with a self-test; safe to repeat: only the first does it."""
    return probe.probe(test_id, self.request.id or "")
