"""Make a row of an event: clean words, a name for the event, an identity that never changes."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.encoding import punycode

from notifications import kinds, sites, texts
from notifications.cleaning import clean_header, clean_text
from notifications.models import ABOUT_LENGTH, Notification, Origin
from notifications.states import State


@dataclass(frozen=True, slots=True)
class Event:
    """Something to say. The same `dedup_key` is the same event; `lines` are paragraphs.

    `extra` is what the template of its kind takes beside them.
    """

    kind: str
    dedup_key: str
    subject: str
    lines: tuple[str, ...]
    about: Model | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def compose(event: Event, *, origin: str = Origin.SIGNAL, **fields: Any) -> Notification:
    """Return the row of an event, whatever its text; `fields` are other columns of it.

    A template that fails makes a row that says so, and stops nobody else's.
    """
    identity = uuid.uuid4()
    kind = kinds.get(event.kind)
    words, failure = worded(
        event.subject,
        lambda: texts.of_event(
            kind, event.subject, event.lines, event.about, identity, event.extra
        ),
    )
    made = row(event.kind, words, identity, dedup_key=event.dedup_key, origin=origin)
    if event.about:
        made.content_type = ContentType.objects.get_for_model(event.about)
        made.object_id = event.about.pk
        made.about_text = clean_text(str(event.about))[:ABOUT_LENGTH]
    for name, value in (fields | failure).items():
        setattr(made, name, value)
    return made


def worded(subject: str, make: Callable[[], texts.Words]) -> tuple[texts.Words, dict[str, Any]]:
    """Return what `make` makes, and no columns; or no text, and columns that say what failed."""
    try:
        return make(), {}
    except Exception as error:
        reason = clean_text(f"The text could not be made: {error}")[:500]
        return texts.Words(subject, "", ""), {"state": State.FAILED, "reason": reason}


def row(
    kind_name: str, words: texts.Words, identity: uuid.UUID, *, dedup_key: str, origin: str
) -> Notification:
    """Return a notification of these words, cleaned so that no database refuses it."""
    domain = parseaddr(settings.SERVER_EMAIL)[1].partition("@")[2]
    return Notification(
        uuid=identity,
        kind=kind_name,
        origin=origin,
        dedup_key=dedup_key[:200],
        site=sites.name(),
        subject=clean_header(words.subject) or kinds.get(kind_name).label,
        text=clean_text(words.text),
        html=clean_text(words.html),
        message_id=f"<{identity}@{punycode(domain) or 'localhost'}>",
    )


def insert(made: Notification) -> Notification:
    """Insert a row by one statement, unless one of its `dedup_key` is there.

    Returns the row that is there, of which only the key is sure.
    """
    # A savepoint: on PostgreSQL an error inside would otherwise take the caller's work along.
    with transaction.atomic():
        # The update changes nothing; without it the key of a row that is there is not told.
        [written] = Notification.objects.bulk_create(
            [made],
            update_conflicts=True,
            unique_fields=["dedup_key"],
            update_fields=["dedup_key"],
        )
    return written
