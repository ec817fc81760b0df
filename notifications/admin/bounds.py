"""What keeps the log quick however long it is: how far it is counted, turned and searched."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies.formats import moment, number
from notifications.querysets import NotificationQuerySet

# Words are compared with so many subjects, the newest of what the filters leave.
MOST_SEARCHED = 10_000


class Pages(Paginator):  # type: ignore[type-arg]  # takes none when it runs
    """The newest pages of a long list, which is counted no further than they go."""

    template_name = "notifications/pages.html"
    # Nobody turns so many pages; a filter finds what is older.
    most_counted = 10_000
    object_list: QuerySet[Any]

    @cached_property
    def _counted(self) -> int:
        return self.object_list[: self.most_counted + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.most_counted)

    @property
    def is_cut(self) -> bool:
        return self._counted > self.most_counted


def by_message_id(rows: NotificationQuerySet, text: str) -> NotificationQuerySet | None:
    """Return the one with this Message-ID, with or without its brackets; None if it is none."""
    text = text.strip()
    if "@" not in text or " " in text:
        return None
    found = rows.filter(Q(message_id=text) | Q(message_id=f"<{text}>"))
    return found if found.exists() else None


def searchable(request: HttpRequest, rows: NotificationQuerySet) -> NotificationQuerySet:
    """Return the newest of `rows`; if these are not all, the page says from when on."""
    newest = rows.order_by("-created_at", "-id").values_list("created_at", flat=True)
    last = list(newest[MOST_SEARCHED - 1 : MOST_SEARCHED + 1])
    if len(last) < 2:
        return rows
    vars(request)["search_note"] = format_html(
        "Searched the newest {}, back to {}.", number(MOST_SEARCHED), moment(last[0])
    )
    return rows.filter(created_at__gte=last[0])


def search_note(request: HttpRequest) -> SafeString | str:
    """Return how far a search looked; empty if it looked at all there is."""
    return cast(SafeString | str, vars(request).get("search_note", ""))
