"""What the page of a notification says: the answer, whom it reached and what it is about."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from movies import formats
from movies import labels as words
from movies.admin.parts import Record, link, may_view, person
from notifications import kinds, labels
from notifications.admin import timeline
from notifications.models import KindPolicy, Notification
from notifications.refusals import code_of
from notifications.states import NEEDS_REVIEW, OPEN

State = Notification.State
COPIES = 5


def record(notification: Any, request: HttpRequest, *, may_retry: bool) -> Record:
    state = labels.shown_state(notification)
    eml = reverse("admin:notifications_notification_eml", args=[notification.pk])
    return Record(
        title=format_html("{}: {}", labels.state_label(state), labels.name_of(notification)),
        # It stands in the title.
        label=SafeString(""),
        sentence=_sentence(notification, may_retry=may_retry),
        technical=_technical(notification),
        extra={
            # For the browser's tab, which shows no label.
            "title": f"{labels.LABELS.get(state, labels.UNKNOWN)[1]}: "
            f"{labels.name_of(notification)}",
            "timeline": timeline.of(notification),
            "recipients": recipients(notification),
            "goes_to": _goes_to(notification),
            "about": _about(notification, request),
            "eml": eml if notification.has_text and settings.ADMINS else "",
        },
    )


def recipients(notification: Notification) -> list[tuple[str, SafeString]]:
    """Return each address with what became of the mail to it."""
    known = dict.fromkeys(
        [*notification.recipients, *notification.refused, *notification.remaining]
    )
    return [(address, _outcome(notification, address)) for address in known]


def _outcome(notification: Notification, address: str) -> SafeString:
    if why := notification.refused.get(address):
        # Not all are the words of a mail server: the rest may have been given up before.
        return words.label("needs", "Refused" if code_of(why) else "Not reached", why)
    waits = address in notification.remaining
    if waits and notification.state in OPEN:
        return words.label("moving", "Not reached yet", "it is tried again")
    if waits and notification.state == State.UNCERTAIN:
        return labels.state_label(State.UNCERTAIN)
    if notification.sent_at and not waits:
        at = format_html("by the mail server, {}", formats.moment(notification.sent_at))
        return words.label("good", "Accepted", at)
    return words.label("rest", "Not reached")


def _goes_to(notification: Notification) -> str:
    """Return whom it is for, where no address is known of yet."""
    if notification.state in (*OPEN, State.UNCERTAIN):
        return f"{formats.counted(len(settings.ADMINS), 'admin')}."
    return "Those of its digest." if notification.state == State.MERGED else "Nobody."


def _about(notification: Any, request: HttpRequest) -> list[tuple[str, object]]:
    kind = kinds.get(notification.kind).label
    policy = KindPolicy.objects.filter(kind=notification.kind).first()
    linked = link(policy, kind) if policy and may_view(request, KindPolicy) else kind
    about: list[tuple[str, object]] = [("About", notification.about_link), ("Kind", linked)]
    if notification.digest:
        about.append(("Mailed in", link(notification.digest)))
    if notification.resent_from:
        about.append(("Copy of", link(notification.resent_from)))
    copies = list(notification.copies.without_bodies().order_by("-pk")[:COPIES])
    if copies:
        linked_copies = ((link(one, formats.moment(one.created_at)),) for one in copies)
        about.append(("Copies", format_html_join(", ", "{}", linked_copies)))
    if notification.reviewed_at:
        about.append(("Reviewed", _reviewed(notification)))
    return about


def _reviewed(notification: Notification) -> SafeString:
    note = f": {notification.review_note}" if notification.review_note else ""
    who, at = person(notification.reviewed_by), formats.moment(notification.reviewed_at)
    return format_html("{}, {}<bdi>{}</bdi>", who, at, note)


def _sentence(notification: Notification, *, may_retry: bool) -> SafeString:
    sentence = labels.what_happened(notification)
    unseen = notification.state in NEEDS_REVIEW and not notification.reviewed_at
    return format_html("{} Ask an operator.", sentence) if unseen and not may_retry else sentence


def _technical(notification: Notification) -> list[tuple[str, object]]:
    return [
        ("Message-ID", notification.message_id),
        ("Dedup key", notification.dedup_key),
        ("Id", notification.uuid),
        ("Written by", notification.get_origin_display()),
        ("Site", notification.site or formats.NONE),
        ("Due", formats.moment(notification.next_attempt_at)),
        ("Expires", formats.moment(notification.expires_at)),
        ("Attempts that count", formats.number(notification.attempts)),
        ("Sent again in doubt", formats.number(notification.repeats)),
        ("Lease", notification.lease or formats.NONE),
        ("Leased until", formats.moment(notification.lease_until)),
    ]
