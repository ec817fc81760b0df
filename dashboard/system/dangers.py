"""Settings that start, and go wrong later: what `manage.py check` and the System page say of them.

Production refuses to start with the last three. `manage.py check --deploy` says them of every
environment, before it becomes one that strangers reach.
"""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, Warning

from notifications import sites

# What the System page shows.
TAG = "marquee"
UNSENT = ("console.EmailBackend", "dummy.EmailBackend", "locmem.EmailBackend")


def register() -> None:
    for check in (immediate_transactions, time_limit, socket_time_outs):
        checks.register(check, TAG)
    for check in (sent_mail, own_key, own_name):
        checks.register(check, TAG, Tags.security, deploy=True)


def immediate_transactions(**facts: Any) -> list[CheckMessage]:
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    if database.get("OPTIONS", {}).get("transaction_mode") == "IMMEDIATE":
        return []
    return [
        Error(
            "SQLite's transactions do not begin as IMMEDIATE: with two workers some fail at once.",
            hint='Set transaction_mode to "IMMEDIATE" in the OPTIONS of the database.',
            id="marquee.E001",
        )
    ]


def time_limit(**facts: Any) -> list[CheckMessage]:
    patience: Any = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("visibility_timeout", 3600)
    limit = settings.CELERY_TASK_TIME_LIMIT
    if limit is not None and limit < patience:
        return []
    return [
        Error(
            "A task may run longer than the broker waits for it: it would run twice.",
            hint=f"Set CELERY_TASK_TIME_LIMIT below the visibility_timeout of {patience} s.",
            id="marquee.E002",
        )
    ]


def socket_time_outs(**facts: Any) -> list[CheckMessage]:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    names = [name for name in ("socket_timeout", "socket_connect_timeout") if not options.get(name)]
    if not settings.EMAIL_TIMEOUT:
        names.append("EMAIL_TIMEOUT")
    if not names:
        return []
    return [
        Warning(
            f"A silent server holds a worker for ever. Not set: {', '.join(names)}.",
            hint="Set each to some seconds.",
            id="marquee.W001",
        )
    ]


def sent_mail(**facts: Any) -> list[CheckMessage]:
    if not settings.EMAIL_BACKEND.endswith(UNSENT):
        return []
    return [
        Error(
            "Mail is printed or dropped, not sent.",
            hint="Set EMAIL_URL to a mail server.",
            id="marquee.E003",
        )
    ]


def own_key(**facts: Any) -> list[CheckMessage]:
    if settings.SECRET_KEY != settings.DEVELOPMENT_SECRET_KEY:
        return []
    return [
        Error(
            "SECRET_KEY is the one that everybody can read in the source.",
            hint="Set SECRET_KEY to a long random text.",
            id="marquee.E004",
        )
    ]


def own_name(**facts: Any) -> list[CheckMessage]:
    if sites.name() not in settings.DEVELOPMENT_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS begins with a name of this machine: mails would lead to it.",
            hint="Set ALLOWED_HOSTS to the names of the site, first the one that people use.",
            id="marquee.E005",
        )
    ]
