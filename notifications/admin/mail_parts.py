"""The tabs of a notification's page: its mail in every form, its attempts, what is in a digest."""

from dataclasses import dataclass
from email import message_from_bytes
from typing import ClassVar

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import formats
from movies.admin.parts import Tab, Table, link
from notifications import labels, mail
from notifications.models import Attempt, Notification, Origin
from notifications.retention import BODIES_KEPT_FOR

ROWS = 50
REMOVED = f"Text removed after {BODIES_KEPT_FOR.days} days; the envelope is kept."
# How far an attempt that failed had come.
REACHED = {
    "": "not begun",
    "connect": "before the text was handed over",
    "data": "after the text was handed over",
}


@dataclass(frozen=True, slots=True)
class Text:
    """The mail as text, or why there is none."""

    template: ClassVar[str] = "notifications/text.html"
    subject: str
    text: str
    why_none: str


@dataclass(frozen=True, slots=True)
class Html:
    """The mail as HTML, at an address of its own, or why there is none."""

    template: ClassVar[str] = "notifications/html.html"
    url: str
    why_none: str


def tabs(notification: Notification) -> list[Tab]:
    shown = [
        Tab("text", "Text", lambda: text(notification)),
        Tab("html", "HTML", lambda: html(notification)),
        Tab("headers", "Headers", lambda: headers(notification)),
        Tab("attempts", "Attempts", lambda: attempts(notification)),
    ]
    if notification.origin == Origin.DIGEST:
        shown.append(Tab("members", "Digest members", lambda: members(notification)))
    return shown


def text(notification: Notification) -> Text:
    why = "" if notification.has_text else why_no_text(notification)
    return Text(notification.subject, notification.text, why)


def html(notification: Notification) -> Html:
    url = reverse("admin:notifications_notification_html", args=[notification.pk])
    why = ""
    if not notification.html:
        why = "It has text only." if notification.text else why_no_text(notification)
    return Html(url, why)


def why_no_text(notification: Notification) -> str:
    """Return why a mail has no text: one that could not be made says so in its reason."""
    if notification.state == Notification.State.FAILED and notification.reason:
        return notification.reason
    return REMOVED


def headers(notification: Notification) -> Table:
    """Return the headers that its mail has however often it is sent."""
    source = mail.source(notification) if notification.has_text else b""
    return Table(
        columns=("Header", "Value"),
        rows=[(name, _isolated(value)) for name, value in message_from_bytes(source).items()],
        empty="This reaches nobody: ADMINS is empty."
        if notification.has_text
        else why_no_text(notification),
    )


def attempts(notification: Notification) -> Table:
    """Return the attempts to mail it, newest first."""
    newest = list(notification.attempt_log.order_by("-number")[: ROWS + 1])
    return Table(
        columns=("Tried", "How it ended", "Reply or error", "Came as far as", "Took", "By"),
        rows=[_attempt(attempt) for attempt in newest[:ROWS]],
        numbers=(4,),
        is_wide=True,
        empty="Nobody has tried to mail it.",
        more=f"The newest {ROWS} attempts." if len(newest) > ROWS else "",
    )


def _attempt(attempt: Attempt) -> tuple[object, ...]:
    return (
        formats.second(attempt.started_at),
        labels.attempt_label(attempt),
        _isolated(attempt.error or formats.NONE),
        REACHED.get(attempt.phase, attempt.phase),
        took(attempt),
        _isolated(attempt.worker or formats.NONE),
    )


def took(attempt: Attempt) -> str:
    if attempt.ended_at is None:
        return formats.NONE
    return formats.duration((attempt.ended_at - attempt.started_at).total_seconds())


def members(digest: Notification) -> Table:
    """Return what was collected in a digest, oldest first as in its mail."""
    first = list(digest.members.without_bodies().order_by("pk")[: ROWS + 1])
    every = format_html(
        'The first {}. <a class="link" href="{}?digest__exact={}">All of them in the log</a>',
        ROWS,
        reverse("admin:notifications_notification_changelist"),
        digest.pk,
    )
    return Table(
        columns=("About", "State", "Written"),
        rows=[
            (
                link(member, member.about_text or member.subject),
                labels.state_label(member.state),
                formats.moment(member.created_at),
            )
            for member in first[:ROWS]
        ],
        empty="Nothing of it is kept any more.",
        more=every if len(first) > ROWS else "",
    )


def _isolated(words: str) -> SafeString:
    # A right-to-left override in it must not turn the rest of the page.
    return format_html("<bdi>{}</bdi>", words)
