"""Write down what is out of the ordinary, and have it mailed twice a day at most."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from dashboard.alerts.found import Found
from dashboard.days import site_date
from dashboard.models import Incident
from notifications.cleaning import one_line
from notifications.composing import Event
from notifications.services import notify

# Of one kind on one site day. What comes after is a mark on the charts.
MOST_A_DAY = 2
# What comes again so soon has not ended.
REST = timedelta(hours=1)


def tell(found: Found, now: datetime) -> bool:
    """Write down what was found, and have it mailed unless it was; return whether it is new.

    Safe to repeat, and at once: one incident of a kind is open at a time, and a day has one first
    and one second mail of a kind; the database holds both to be so.
    """
    with transaction.atomic():
        if _is_known(found, now):
            return False
        day = site_date(now)
        told = Incident.objects.filter(kind=found.kind, told_on=day).count()
        number = told + 1 if told < MOST_A_DAY else None
        _, is_new = Incident.objects.get_or_create(
            kind=found.kind,
            ended_at=None,
            defaults={
                "began_at": found.since,
                "seen_at": now,
                "words": found.words,
                "terms": list(found.terms),
                "told_on": day if number else None,
                "number": number,
            },
        )
        if is_new and number:
            notify(_event(found, f"{found.kind}:{day}:{number}"))
    return is_new


def _is_known(found: Found, now: datetime) -> bool:
    """Return whether it goes on, or is one again that had seemed to be over."""
    seen = {"seen_at": now, "words": found.words, "ended_at": None}
    incidents = Incident.objects.filter(kind=found.kind)
    goes_on = incidents.filter(ended_at=None).update(**seen)
    return bool(goes_on or incidents.filter(began_at=found.since).update(**seen))


def _event(found: Found, key: str) -> Event:
    # A term may stand in them.
    figures = [(name, one_line(value)) for name, value in found.figures]
    extra = {"figures": figures, "page": found.page}
    return Event(found.kind, key, found.subject, (found.sentence,), extra=extra)


def end_others(kinds: set[str], now: datetime) -> int:
    """End what is open, but for these kinds, and was not seen for an hour; return how many."""
    calm = Incident.objects.filter(ended_at=None, seen_at__lte=now - REST).exclude(kind__in=kinds)
    return calm.update(ended_at=F("seen_at"))
