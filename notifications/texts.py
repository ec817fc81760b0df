"""The words of a mail, as text and as HTML, made once when its event is written down."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string

from notifications import sites
from notifications.cleaning import one_line
from notifications.kinds import Kind
from notifications.models import KindPolicy, Notification

FOLDER = "notifications/mail"
# A digest names so many; the others are one click away.
MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str


def of_event(
    kind: Kind,
    subject: str,
    lines: Sequence[str],
    about: Model | None,
    identity: uuid.UUID,
    extra: Mapping[str, Any] | None = None,
) -> Words:
    """Return the mail about one event, with links to what it is about and to its own page.

    `extra` is what the template of its kind takes beside that.
    """
    context = {
        **(extra or {}),
        "kind": kind,
        "lines": [one_line(line) for line in lines],
        "about_url": address_of(about),
        "own_url": own_address(identity),
    }
    return _rendered(kind.template, subject, context)


def of_digest(
    kind: Kind,
    subject: str,
    members: Sequence[Notification],
    policy: KindPolicy,
    identity: uuid.UUID,
) -> Words:
    """Return one mail about all members, oldest first, each linked to its own page."""
    named = [
        (one_line(member.about_text or member.subject), own_address(member.uuid))
        for member in members[:MOST_LINES]
    ]
    context = {
        "kind": kind,
        "members": named,
        "more": max(0, len(members) - MOST_LINES),
        "count": len(members),
        "policy": policy,
        "own_url": own_address(identity),
    }
    return _rendered("digest", subject, context)


def address_of(thing: Model | None) -> str:
    """Return the absolute address of a thing's page in the admin; empty for nothing."""
    if thing is None:
        return ""
    return sites.address(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", thing.pk)


def own_address(identity: uuid.UUID) -> str:
    """Return the absolute address of a notification's page."""
    return sites.address("admin:notifications_notification_by_uuid", identity)


def _rendered(template: str, subject: str, context: dict[str, Any]) -> Words:
    # The text is not escaped, for no program reads it as anything but text.
    text = render_to_string(f"{FOLDER}/{template}.txt", context).strip() + "\n"
    html = render_to_string(f"{FOLDER}/{template}.html", context | {"subject": subject})
    return Words(subject, text, html)
