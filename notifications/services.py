"""What can be done with notifications: write one, try it again, review it, prune old ones."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from itertools import batched

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.encoding import punycode

from movies.models import Movie, SearchTerm
from movies.queueing import enqueue_on_commit
from notifications import kinds, tasks
from notifications.cleaning import clean_header, clean_text, one_line
from notifications.models import ABOUT_LENGTH, Notification
from notifications.querysets import NotificationQuerySet

KEPT_FOR = timedelta(days=365)
BATCH = 1000
NOT_MAILED = "Written down only: this kind is not mailed."

State = Notification.State


def notify(
    kind: str,
    subject: str,
    text: str,
    about: Model | None,
    dedup_key: str,
    *,
    origin: str = Notification.Origin.SIGNAL,
) -> Notification:
    """Write one notification and, if its kind is mailed, have it sent after the commit.

    Takes any text. The same `dedup_key` a second time returns the first row and sends nothing.
    """
    the_kind = kinds.get(kind)
    identity = uuid.uuid4()
    # A savepoint: on PostgreSQL an error inside would otherwise take the caller's work along.
    with transaction.atomic():
        notification, created = Notification.objects.get_or_create(
            dedup_key=dedup_key,
            defaults={
                "uuid": identity,
                "kind": kind,
                "origin": origin,
                "subject": clean_header(subject) or the_kind.label,
                "text": clean_text(text),
                "content_type": ContentType.objects.get_for_model(about) if about else None,
                "object_id": about.pk if about else None,
                "about_text": clean_text(str(about))[:ABOUT_LENGTH] if about else "",
                "state": State.QUEUED if the_kind.mailed else State.SUPPRESSED,
                "reason": "" if the_kind.mailed else NOT_MAILED,
                "message_id": _message_id(identity),
            },
        )
        if created and the_kind.mailed:
            enqueue_on_commit(tasks.deliver, notification.pk)
    return notification


def announce_new_term(term: SearchTerm) -> Notification:
    """Tell the admins that somebody looked for something new; once for each term."""
    return notify(
        kinds.NEW_SEARCH_TERM,
        "New Search Term",
        f"A new search term was used: '{one_line(term.term)}'\n",
        term,
        f"{kinds.NEW_SEARCH_TERM}:{term.pk}",
    )


def note_filled(movie: Movie) -> Notification:
    """Write down that a film's details were fetched; every fill is a row of its own."""
    filled_at = movie.filled_at or timezone.now()
    return notify(
        kinds.MOVIE_FILLED,
        f"Film filled: {movie}",
        f"The details of '{one_line(str(movie))}' ({movie.imdb_id}) were fetched.\n",
        movie,
        f"{kinds.MOVIE_FILLED}:{movie.pk}:{filled_at.isoformat()}",
    )


def retry(pks: Iterable[int], user: User) -> list[int]:
    """Queue those again, with all their attempts, that are still failed; return their keys."""
    return [pk for batch in batched(pks, BATCH) for pk in _retry_batch(batch, user)]


def _retry_batch(pks: Sequence[int], user: User) -> list[int]:
    changes = {
        "state": State.QUEUED,
        "reason": f"{user.get_username()} asked for another try.",
        "attempts": 0,
        "next_attempt_at": timezone.now(),
        "reviewed_at": None,
    }
    failed = Notification.objects.filter(pk__in=pks, state=State.FAILED)
    queued = _change(failed, changes, user, "Asked for another try.")
    for pk in queued:
        enqueue_on_commit(tasks.deliver, pk)
    return queued


def mark_reviewed(pks: Iterable[int], user: User) -> list[int]:
    """Take failures off everybody's list of what needs them; return the keys that were on it."""
    return [pk for batch in batched(pks, BATCH) for pk in _mark_batch(batch, user)]


def _mark_batch(pks: Sequence[int], user: User) -> list[int]:
    unseen = Notification.objects.needs_review().filter(pk__in=pks)
    return _change(unseen, {"reviewed_at": timezone.now()}, user, "Marked as reviewed.")


def _change(
    rows: NotificationQuerySet, changes: dict[str, object], user: User, words: str
) -> list[int]:
    # Locked, so that of two people at once only one is written down for each row.
    with transaction.atomic():
        mine = list(rows.order_by("pk").defer("text").select_for_update())
        pks = [notification.pk for notification in mine]
        Notification.objects.filter(pk__in=pks).update(**changes)
        LogEntry.objects.log_actions(user.pk, mine, CHANGE, words)
    return pks


def last_actions(pks: Iterable[int]) -> dict[int, LogEntry]:
    """Return what staff did last to each of these, with who did it; nothing for the others."""
    this = ContentType.objects.get_for_model(Notification)
    last = {}
    for batch in batched(pks, BATCH):
        keys = [str(pk) for pk in batch]
        entries = LogEntry.objects.filter(content_type=this, object_id__in=keys)
        for entry in entries.select_related("user").order_by("action_time", "pk"):
            last[int(str(entry.object_id))] = entry
    return last


def prune(now: datetime) -> int:
    """Remove what was over a year ago and return how many rows that was.

    What still waits, and a failure that nobody has reviewed, stays however old it is.
    """
    removed = 0
    while batch := _prune_batch(now - KEPT_FOR):
        removed += batch
    return removed


def _prune_batch(before: datetime) -> int:
    # Locked, so that none is queued again between the choice and the removal.
    with transaction.atomic():
        old = Notification.objects.prunable(before).order_by("pk").select_for_update()
        pks = list(old.values_list("pk", flat=True)[:BATCH])
        Notification.objects.filter(pk__in=pks).delete()
    return len(pks)


def _message_id(identity: uuid.UUID) -> str:
    domain = parseaddr(settings.SERVER_EMAIL)[1].partition("@")[2]
    return f"<{identity}@{punycode(domain) or 'localhost'}>"
