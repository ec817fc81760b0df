"""What the first page reads for whom: every block names the permission it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib.auth.models import AnonymousUser, User
from django.core.cache import cache

from dashboard import figures
from movies import calls

# What reads whole tables is read once for all readers, and again when the minute is over.
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Shared:
    """What this reader may see; None is not shared with them, and costs no query."""

    # The minute that the figures are of.
    minute: datetime
    searches: figures.Searches | None
    failed_searches: figures.Trouble | None
    waiting_searches: figures.Trouble | None
    budget: calls.Budget | None
    terms: figures.Terms | None
    films: figures.Films | None
    notifications: figures.Notifications | None
    # Failed notifications that nobody has marked as reviewed; none for who may see none.
    unreviewed: int
    waiting_notifications: figures.Trouble | None
    failed_tasks: figures.Trouble | None

    @property
    def is_nothing(self) -> bool:
        blocks = (self.searches, self.terms, self.films, self.notifications, self.failed_tasks)
        return not any(blocks)

    @property
    def can_fail(self) -> bool:
        """Whether the reader would see it if something failed."""
        return any((self.failed_searches, self.notifications, self.failed_tasks))


def shared_with(user: User | AnonymousUser, now: datetime) -> Shared:
    """Read what the user's permissions allow, and nothing else.

    What is broken is never kept: what somebody has just settled is gone from the page at once.
    """
    may = user.has_perm
    minute = now.replace(second=0, microsecond=0)
    searches = may("movies.view_search")
    terms = may("movies.view_searchterm")
    notifications = may("notifications.view_notification")
    tasks = may("django_celery_results.view_taskresult")
    return Shared(
        minute=minute,
        searches=_kept("searches", minute, lambda: figures.searches(minute)) if searches else None,
        failed_searches=figures.failed_searches(now) if searches else None,
        waiting_searches=figures.waiting_searches(now) if searches else None,
        budget=calls.budget() if searches else None,
        terms=_kept("terms", minute, lambda: figures.terms(minute)) if terms else None,
        films=_kept("films", minute, figures.films) if may("movies.view_movie") else None,
        notifications=_kept("notifications", minute, figures.notifications)
        if notifications
        else None,
        unreviewed=figures.unreviewed() if notifications else 0,
        waiting_notifications=figures.waiting_notifications(now) if notifications else None,
        failed_tasks=figures.failed_tasks(now) if tasks else None,
    )


def _kept[Figures](name: str, minute: datetime, count: Callable[[], Figures]) -> Figures:
    """Return what `count` gave first in this minute.

    Nothing here knows who asks: that they may see the figures is for the caller to make sure.
    """
    key = f"figures:{name}:{minute.isoformat()}"
    return cast(Figures, cache.get_or_set(key, count, KEPT_SECONDS))
