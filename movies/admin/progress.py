"""How far a re-fill has come, in words and in the rows of its films."""

import math
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from movies import formats, labels
from movies.admin.changes import change_lines
from movies.admin.parts import Table, linked, person, source
from movies.models import RefillItem

ITEMS = 50
# Less tells no speed: the first films end at once.
FEWEST, SHORTEST = 5, timedelta(seconds=10)
STATES = {
    "changed": ("Changed", ("changed",)),
    "unchanged": ("Unchanged", ("unchanged",)),
    "failed": ("Failed", ("failed",)),
    "waiting": ("Waiting", ("waiting", "running")),
}


def progress(request: HttpRequest, refill: Any) -> dict[str, object]:
    """Return what the live part shows of a re-fill read through `with_progress()`."""
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in STATES else ""
    page = _page(refill, chosen, request.GET.get("page"))
    url = reverse("admin:movies_refill_progress", args=[refill.pk])
    role, word = labels.refill_state(refill)
    done = _done(refill)
    return {
        "refill": refill,
        "icon": labels.ICONS[role],
        "role": role,
        "word": word,
        "line": _line(refill, word, done),
        "facts": _facts(refill),
        "done": done,
        "speed": _speed(refill) if role == "moving" else "",
        "waits": _waits(refill),
        "counts": _counts(refill, chosen),
        "chosen": chosen,
        "page": page,
        "films": _films(request, page.object_list),
        "poll": "" if refill.finished_at else f"{url}?state={chosen}&page={page.number}",
    }


def _facts(refill: Any) -> list[tuple[str, object]]:
    return [
        ("Requested by", person(refill.requested_by)),
        ("Requested", formats.moment(refill.created_at)),
        ("Asks for", "All films" if refill.include_complete else "Films that lack details"),
        ("Reason", refill.reason or formats.NONE),
    ]


def words_of(refill: Any) -> str:
    """Return `61 changed, 4 failed`, without what there is none of."""
    counts = {word.lower(): _count(refill, states) for word, states in STATES.values()}
    return ", ".join(f"{formats.number(count)} {word}" for word, count in counts.items() if count)


def _count(refill: Any, states: tuple[str, ...]) -> int:
    return sum(getattr(refill, state) for state in states)


def _done(refill: Any) -> int:
    return int(refill.changed + refill.unchanged + refill.failed)


def _line(refill: Any, word: str, done: int) -> str:
    if refill.finished_at:
        return f"{refill} is done: {words_of(refill)}."
    return f"{word}: {formats.number(done)} of {formats.number(refill.films)}"


def _counts(refill: Any, chosen: str) -> list[dict[str, object]]:
    everything = [("", "All", refill.films)]
    parts = [(key, word, _count(refill, states)) for key, (word, states) in STATES.items()]
    return [
        {"key": key, "word": word, "count": formats.number(count), "active": key == chosen}
        for key, word, count in everything + parts
    ]


def _speed(refill: Any) -> SafeString | str:
    """Return `38 a minute, about 1 min left`, from what ended since the first of the last minute.

    So a re-fill that has just begun, or goes on after a wait, is not taken for a slow one.
    """
    now = timezone.now()
    recent = refill.items.filter(finished_at__gte=now - timedelta(minutes=1))
    first, count = recent.aggregate(at=Min("finished_at"), count=Count("pk")).values()
    left = refill.waiting + refill.running - refill.postponed - refill.retried
    if count < 2 or not left or _done(refill) < FEWEST or now - first < SHORTEST:
        return ""
    a_minute = (count - 1) * 60 / (now - first).total_seconds()
    minutes = math.ceil(left / a_minute)
    return (
        f"{formats.number(round(a_minute))} a minute, about {formats.duration(60 * minutes)} left"
    )


def _waits(refill: Any) -> SafeString:
    """Return what is put off, why, and when the first of it goes on."""
    said = (_out_of_budget(refill), _tried_again(refill))
    return format_html_join(" ", "{}", ((words,) for words in said if words))


def _tried_again(refill: Any) -> SafeString | str:
    if not refill.retried:
        return ""
    return format_html(
        "{} was out of reach: {} {} tried again at {}.",
        capfirst(source()),
        formats.counted(refill.retried, "film"),
        "is" if refill.retried == 1 else "are",
        formats.clock(refill.retried_at),
    )


def _out_of_budget(refill: Any) -> SafeString | str:
    if not refill.postponed:
        return ""
    one = refill.postponed == 1
    return format_html(
        "Out of budget: {} {} until {} and {}.",
        formats.counted(refill.postponed, "film"),
        "waits" if one else "wait",
        formats.clock(refill.postponed_until),
        "continues by itself" if one else "continue by themselves",
    )


def _page(refill: Any, chosen: str, number: str | None) -> Any:
    # In the order they were asked for: rows must not move while somebody reads them.
    items = refill.items.select_related("movie").defer("movie__plot").order_by("pk")
    if chosen:
        items = items.filter(state__in=STATES[chosen][1])
    pages = Paginator(items, ITEMS)
    # Known already, so the poll need not count again.
    pages.count = _count(refill, STATES[chosen][1]) if chosen else refill.films
    return pages.get_page(number)


def _films(request: HttpRequest, items: list[RefillItem]) -> Table:
    return Table(
        columns=("Film", "State", "What changed", "When"),
        rows=[
            (
                linked(request, item.movie),
                labels.item_label(item),
                change_lines(item),
                formats.clock(item.finished_at) if item.finished_at else formats.NONE,
            )
            for item in items
        ],
        is_wide=True,
        empty="No film of this re-fill is in this state.",
    )
