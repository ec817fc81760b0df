"""How far a re-fill has come, in words and in the rows of its films."""

import math
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from movies import calls, formats, labels
from movies.admin.changes import change_lines
from movies.admin.parts import Table, linked
from movies.models import Refill, RefillItem

ITEMS = 50
# Less tells no speed: the first films end at once.
FEWEST, SHORTEST = 5, timedelta(seconds=10)
STATES = {
    "changed": "Changed",
    "unchanged": "Unchanged",
    "failed": "Failed",
    # And what runs.
    "waiting": "Waiting",
    "cancelled": "Cancelled",
}


def progress(request: HttpRequest, refill: Any, *, asked_by: str) -> dict[str, object]:
    """Return what the live part shows of a re-fill read through `with_progress()`."""
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in STATES else ""
    page = _page(refill, chosen, request.GET.get("page"))
    url = reverse("admin:movies_refill_progress", args=[refill.pk])
    role, word = labels.refill_state(refill)
    opens_at = calls.budget().refills_open_at if word == labels.WAITING_FOR_BUDGET else None
    return {
        "refill": refill,
        "icon": labels.ICONS[role],
        "role": role,
        "word": word,
        "line": _line(refill, word),
        "facts": _facts(refill, asked_by),
        "speed": _speed(refill, role),
        "waits": _waits(refill, word, opens_at),
        "counts": _counts(refill, chosen),
        "chosen": chosen,
        "page": page,
        "films": _films(request, page.object_list, opens_at),
        "poll": "" if refill.finished_at else f"{url}?state={chosen}&page={page.number}",
    }


def _facts(refill: Any, asked_by: str) -> list[tuple[str, object]]:
    return [
        ("Requested by", asked_by),
        ("Requested", formats.moment(refill.created_at)),
        ("Asks for", "All films" if refill.include_complete else "Films that lack details"),
        ("Reason", refill.reason or formats.NONE),
    ]


def words_of(refill: Refill) -> str:
    """Return `61 changed, 4 failed`, without what there is none of."""
    counts = ((word.lower(), _count(refill, key)) for key, word in STATES.items())
    return ", ".join(f"{formats.number(count)} {word}" for word, count in counts if count)


def _count(refill: Refill, key: str) -> int:
    return int(refill.open if key == "waiting" else getattr(refill, key))


def _line(refill: Any, word: str) -> str:
    if refill.cancelled_at:
        still = f", {formats.number(refill.open)} still running" if refill.open else ""
        return f"{refill} was cancelled: {words_of(refill)}{still}."
    if refill.finished_at:
        return f"{refill} is done: {words_of(refill)}."
    return f"{word}: {formats.number(refill.ended)} of {formats.number(refill.films)}"


def _counts(refill: Refill, chosen: str) -> list[dict[str, object]]:
    # Nobody looks for cancelled films where none are.
    parts = [key for key in STATES if key != "cancelled" or refill.cancelled]
    counts = [("", "All", refill.films)]
    counts += [(key, STATES[key], _count(refill, key)) for key in parts]
    return [
        {"key": key, "word": word, "count": formats.number(count), "active": key == chosen}
        for key, word, count in counts
    ]


def _speed(refill: Any, role: str) -> str:
    """Return `38 a minute, about 1 min left, 95 calls used`, without what is not known."""
    parts = _pace(refill) if role == "moving" else []
    if refill.calls:
        parts.append(f"{formats.counted(refill.calls, 'call')} used")
    return ", ".join(parts)


def _pace(refill: Any) -> list[str]:
    """Return pace and time left, from what ended since the first of the last minute.

    So a re-fill that has just begun, or goes on after a wait, is not taken for a slow one.
    """
    now = timezone.now()
    recent = refill.items.filter(finished_at__gte=now - timedelta(minutes=1)).order_by()
    first, count = recent.aggregate(at=Min("finished_at"), count=Count("pk")).values()
    left = refill.open - refill.retried
    if count < 2 or not left or refill.ended < FEWEST or now - first < SHORTEST:
        return []
    a_minute = (count - 1) * 60 / (now - first).total_seconds()
    minutes = math.ceil(left / a_minute)
    return [
        f"{formats.number(round(a_minute))} a minute",
        f"about {formats.duration(60 * minutes)} left",
    ]


def _waits(refill: Any, word: str, opens_at: datetime | None) -> SafeString:
    """Return what holds it up, and when it goes on."""
    if labels.is_held(refill):
        return _goes_on(refill, refill.held_why.rstrip("."), refill.held_until)
    said = (_out_of_budget(refill, opens_at), _tried_again(refill), _paused(refill, word))
    return format_html_join(" ", "{}", ((words,) for words in said if words))


def _tried_again(refill: Any) -> SafeString | str:
    if not refill.retried:
        return ""
    return format_html(
        "{} broke off and {} tried again at {}.",
        formats.counted(refill.retried, "film"),
        "is" if refill.retried == 1 else "are",
        formats.clock(refill.retried_at),
    )


def _out_of_budget(refill: Refill, opens_at: datetime | None) -> SafeString | str:
    return _goes_on(refill, "Out of budget", opens_at) if opens_at else ""


def _goes_on(refill: Refill, why: str, at: datetime) -> SafeString:
    one = refill.open == 1
    return format_html(
        "{}: {} {} until about {} and {}.",
        why,
        formats.counted(refill.open, "film"),
        "waits" if one else "wait",
        formats.clock(at),
        "continues by itself" if one else "continue by themselves",
    )


def _paused(refill: Any, word: str) -> SafeString | str:
    if word != "Paused":
        return ""
    waiting = refill.open - refill.running
    still = f" {formats.counted(refill.running, 'film')} still running." if refill.running else ""
    return format_html(
        "Paused {}: {} {} until somebody resumes it.{}",
        formats.clock(refill.paused_at),
        formats.counted(waiting, "film"),
        "waits" if waiting == 1 else "wait",
        still,
    )


def _page(refill: Refill, chosen: str, number: str | None) -> Any:
    # In the order they were asked for: rows must not move while somebody reads them.
    items = refill.items.select_related("movie").defer("movie__plot").order_by("pk")
    if chosen == "waiting":
        items = items.filter(finished_at=None)
    elif chosen:
        items = items.filter(state=chosen)
    pages = Paginator(items, ITEMS)
    # Known already, so the poll need not count again.
    pages.count = _count(refill, chosen) if chosen else refill.films
    return pages.get_page(number)


def _films(request: HttpRequest, items: list[RefillItem], opens_at: datetime | None) -> Table:
    return Table(
        columns=("Film", "State", "What changed", "When"),
        rows=[
            (
                linked(request, item.movie),
                labels.item_label(item, opens_at),
                change_lines(item),
                formats.clock(item.finished_at) if item.finished_at else formats.NONE,
            )
            for item in items
        ],
        is_wide=True,
        empty="No film of this re-fill is in this state.",
    )
