"""What staff are told after an action: what was done, and who had done the rest before, linked."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from movies.admin.parts import link, person
from movies.formats import clock, counted
from notifications import services
from notifications.models import KindPolicy, Notification

LOG = "admin:notifications_notification_changelist"
# So many keys still make an address that every server takes.
MOST_LINKED = 200


def answer(
    request: HttpRequest, word: str, asked: Sequence[int], done: Sequence[int], did: str
) -> None:
    """Say `word` of what was done; of the rest, who was first or that there was nothing to do.

    First was who did the same, which the audit log words as `did`.
    """
    if done:
        messages.success(request, format_html("{}: {}.", word, _linked(done)))
    rest = sorted(set(asked) - set(done))
    entries = services.last_actions(rest, did=did)
    if entries:
        latest = max(entries.values(), key=lambda entry: entry.action_time)
        _already(request, latest, _linked(list(entries)))
    if untouched := [pk for pk in rest if pk not in entries]:
        messages.info(request, format_html("Nothing needed to be done: {}.", _linked(untouched)))


def answer_written(
    request: HttpRequest, word: str, written: Notification, asked_of: Notification | None = None
) -> None:
    """Say `word` of a new notification, or who asked for it first; of a copy, on `asked_of`."""
    if services.is_new(written):
        messages.success(request, format_html("{}: {}.", word, link(written, written.subject)))
        return
    asked = asked_of or written
    did = services.COPIED if asked_of else ""
    entry = services.last_actions([asked.pk], did=did)[asked.pk]
    _already(request, entry, link(written, written.subject))


def answer_policy(
    request: HttpRequest, words: SafeString | str, policy: KindPolicy, done: bool, did: str
) -> None:
    """Say what became of a kind, or who did it before: what the audit log words as `did`."""
    linked = link(policy)
    entries = services.last_actions([policy.pk], KindPolicy, did=did)
    if done:
        messages.success(request, format_html("{}: {}.", words, linked))
    elif entries:
        _already(request, entries[policy.pk], linked)
    else:
        messages.info(request, format_html("Nothing needed to be done: {}.", linked))


def _already(request: HttpRequest, entry: LogEntry, linked: SafeString) -> None:
    who, when = person(entry.user), clock(entry.action_time)
    messages.info(request, format_html("Already done by {}, {}: {}.", who, when, linked))


def _linked(pks: Sequence[int]) -> SafeString:
    """Return a link to the one, or to the log narrowed to them unless they are too many."""
    one = Notification.objects.without_bodies().filter(pk=pks[0]).first() if len(pks) == 1 else None
    if one:
        return link(one)
    keys = ",".join(map(str, pks))
    narrowed = f"?{urlencode({'id__in': keys})}" if len(pks) <= MOST_LINKED else ""
    words = counted(len(pks), "notification")
    return format_html('<a class="link" href="{}{}">{}</a>', reverse(LOG), narrowed, words)
