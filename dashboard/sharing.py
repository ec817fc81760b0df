"""What the first page reads for whom: every block names the permission it needs."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User

from dashboard import figures
from movies import calls


@dataclass(frozen=True, slots=True)
class Shared:
    """What this reader may see; None is not shared with them, and costs no query."""

    searches: figures.Searches | None
    failed_searches: figures.Trouble | None
    budget: calls.Budget | None
    films: figures.Films | None
    notifications: figures.Notifications | None
    failed_tasks: figures.Trouble | None
    terms: bool

    @property
    def is_nothing(self) -> bool:
        blocks = (self.searches, self.films, self.notifications, self.failed_tasks)
        return not any(blocks)

    @property
    def can_fail(self) -> bool:
        """Whether the reader would see it if something failed."""
        return any((self.failed_searches, self.notifications, self.failed_tasks))


def shared_with(user: User | AnonymousUser, now: datetime) -> Shared:
    """Read what the user's permissions allow, and nothing else."""
    may = user.has_perm
    searches = may("movies.view_search")
    notifications = may("notifications.view_notification")
    tasks = may("django_celery_results.view_taskresult")
    return Shared(
        searches=figures.searches(now) if searches else None,
        failed_searches=figures.failed_searches(now) if searches else None,
        budget=calls.budget() if searches else None,
        films=figures.films() if may("movies.view_movie") else None,
        notifications=figures.notifications() if notifications else None,
        failed_tasks=figures.failed_tasks(now) if tasks else None,
        terms=may("movies.view_searchterm"),
    )
