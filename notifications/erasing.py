"""Forget what people typed, wherever a notification names it; the envelope stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.utils.html import escape

from movies.erasing import ERASED, NotErasable, without
from movies.models import SearchTerm
from notifications.kinds import TASK_FAILED
from notifications.models import Notification
from notifications.querysets import NotificationQuerySet
from notifications.states import State

QUOTES = (("'", "'"), ('"', '"'), ("“", "”"))


@dataclass(frozen=True, slots=True)
class Naming:
    """The keys of the notifications that name a text, of all up to the key `newest`."""

    pks: Sequence[int]
    newest: int


def look_for(term: SearchTerm, text: str) -> Naming:
    """Return which notifications name `text`: that takes longer than others may have to wait."""
    newest = Notification.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return Naming(list(_naming(term, text).values_list("pk", flat=True)), newest)


def forget(term: SearchTerm, text: str, known: Naming) -> int:
    """Replace `text`, which was that of a term, in all notifications; return in how many.

    They name it in quotes, or at the beginning of a line of a digest; a failure in its own words.
    What waits is mailed without it. Of those that were there when it was looked for, others are
    not looked at. In a transaction of the caller. Raises NotErasable where one is being sent.
    """
    there = Notification.objects.filter(pk__in=known.pks)
    newer = _naming(term, text).filter(pk__gt=known.newest)
    forgotten: set[int] = set()
    found = [*there, *newer]
    while found:
        for row in found:
            _forget_in(row, text)
        forgotten |= {row.pk for row in found}
        # While one of them was waited for, a digest of it may have been written.
        found = list(newer.exclude(pk__in=forgotten))
    return len(forgotten)


def _forget_in(row: Notification, text: str) -> None:
    for name in ("subject", "text", "html", "about_text", "reason"):
        setattr(row, name, _without(getattr(row, name), text))
        if row.kind == TASK_FAILED:
            setattr(row, name, without(getattr(row, name), text))
            setattr(row, name, without(getattr(row, name), escape(text)))
    written = {"subject": row.subject, "text": row.text, "html": row.html}
    kept = Notification.objects.filter(pk=row.pk).exclude(state=State.SENDING)
    if not kept.update(about_text=row.about_text, reason=row.reason, **written):
        raise NotErasable("A mail that names it is being sent: erase it in a minute.")
    _forget_in_log(row)


def _naming(term: SearchTerm, text: str) -> NotificationQuerySet:
    named = Q(about_text=text) | Q(kind=TASK_FAILED, text__contains=text)
    for words in _spellings(text):
        for name in ("subject", "text", "html", "reason"):
            named |= Q(**{f"{name}__contains": words})
    return Notification.objects.filter(named) | Notification.objects.about(term)


def _spellings(text: str) -> dict[str, str]:
    """Return how a text is named, each with what is said in its place."""
    quoted = {f"{begin}{text}{end}": f"{begin}{ERASED}{end}" for begin, end in QUOTES}
    return {
        **quoted,
        **{escape(named): escape(instead) for named, instead in quoted.items()},
        f"- {text}\n": f"- {ERASED}\n",
        f"- {text}: ": f"- {ERASED}: ",
        f">{escape(text)}<": f">{ERASED}<",
    }


def _without(words: str, text: str) -> str:
    if words == text:
        return ERASED
    for spelling, instead in _spellings(text).items():
        words = words.replace(spelling, instead)
    return words


def _forget_in_log(row: Notification) -> None:
    this = ContentType.objects.get_for_model(Notification)
    lines = LogEntry.objects.filter(content_type=this, object_id=str(row.pk))
    lines.update(object_repr=str(row)[:200])
