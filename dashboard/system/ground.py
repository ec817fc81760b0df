"""What everything stands on: the database, its tables, the disk, the broker and the settings."""

import functools
import shutil
import time
from datetime import datetime

from django.conf import settings
from django.core import checks
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.template.defaultfilters import filesizeformat

from dashboard.flow import queues
from dashboard.system import dangers
from dashboard.system.bounds import within
from dashboard.system.lines import Figure, Line, broken, fine
from movies.formats import counted, duration

# Less than this a day of searches, logs and a vacuum can fill.
LEAST_LEFT = 2**30
SECONDS = 1.0
NAMED = 3


def database(now: datetime) -> Line:
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return database_away(error)
    took = time.monotonic() - began
    means = "How long the database took for the smallest question"
    measured = Figure("marquee_database_answer_seconds", means, took)
    return fine(f"answers within {duration(max(took, 0.001))}", figures=(measured,))


def database_away(error: Error) -> Line:
    return broken(
        f"out of reach ({type(error).__name__})",
        by_itself="every page tries it anew, and workers wait for it.",
        you_can="start it, or check DATABASE_URL.",
    )


def migrations(now: datetime) -> Line:
    applied = set(MigrationRecorder.Migration.objects.values_list("app", "name"))
    missing = sorted(_migrations() - applied)
    means = "Migrations of this release that the database lacks"
    measured = (Figure("marquee_migrations_unapplied", means, len(missing)),)
    if not missing:
        return fine("all applied", figures=measured)
    named = ", ".join(".".join(one) for one in missing[:NAMED])
    return broken(
        f"{counted(len(missing), 'is', 'are')} not applied",
        by_itself="nothing; pages that need them fail.",
        you_can=f"run manage.py migrate ({named}{', …' if len(missing) > NAMED else ''}).",
        figures=measured,
    )


@functools.cache
def _migrations() -> set[tuple[str, str]]:
    # The files of a running process do not change.
    return set(MigrationLoader(None).graph.nodes)


def disk(now: datetime) -> Line:
    left = within(SECONDS, "disk", lambda: shutil.disk_usage(settings.VAR_DIR).free)
    means = "What is free on the disk of VAR_DIR"
    measured = (Figure("marquee_disk_free_bytes", means, left),)
    words = f"{filesizeformat(left)} left"
    if left >= LEAST_LEFT:
        return fine(words, figures=measured)
    return broken(
        words,
        by_itself="the nightly prune removes what retention has outlived.",
        you_can=f"make room on the disk of {settings.VAR_DIR}.",
        figures=measured,
    )


def broker(now: datetime) -> Line:
    found = within(SECONDS, "broker", queues.depths)
    if found is not None:
        means = "Messages that wait in a queue, and those that a worker holds, unacked"
        measured = tuple(
            Figure("marquee_queue_messages", means, count, (("queue", queue),))
            for queue, count in found.items()
        )
        waiting = sum(found.values()) - found[queues.UNACKED]
        return fine(counted(waiting, "message waits", "messages wait"), figures=measured)
    return broken(
        "out of reach",
        by_itself="searches, re-fills and mails wait in their rows, and nothing is lost.",
        you_can="start Redis, or check REDIS_URL.",
    )


def settings_are_safe(now: datetime) -> Line:
    is_production = settings.ENVIRONMENT == "production"
    found = checks.run_checks(tags=[dangers.TAG], include_deployment_checks=is_production)
    found.sort(key=lambda one: one.id or "")
    means = "Settings that manage.py check warns of"
    measured = (Figure("marquee_dangerous_settings", means, len(found)),)
    if not found:
        return fine("none is dangerous", figures=measured)
    ids = ", ".join(one.id or "" for one in found)
    return broken(
        f"{counted(len(found), 'is', 'are')} dangerous ({ids})",
        by_itself=" ".join(one.msg for one in found),
        you_can=" ".join(one.hint or "" for one in found),
        figures=measured,
    )
