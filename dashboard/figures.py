"""What the first page counts, aggregated in SQL; days are days of the site's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django_celery_results.models import TaskResult

from movies.models import Movie, Origin, Outcome, Search, SearchTerm
from movies.querysets import SearchQuerySet
from notifications.models import Notification

PERIOD = 28
WEEK = 7
RECENTLY = timedelta(hours=24)
# Work that nobody has taken by then says that no worker is there.
PATIENCE = timedelta(minutes=2)
NOT_ANSWERED = (Outcome.REFUSED, Outcome.FAILED)
# What staff try out and what bots do says nothing about visitors.
NOT_BY_STAFF = ~Q(origin=Origin.STAFF)
COUNTED = Q(is_bot=False) & NOT_BY_STAFF


@dataclass(frozen=True, slots=True)
class Day:
    """Searches of one day; None before the first search, when there was nothing to count."""

    date: date
    searches: int | None


@dataclass(frozen=True, slots=True)
class Searches:
    """The searches of the last 28 days, the last of which is today and not over."""

    days: tuple[Day, ...]
    # By visitors, bots included, commands and imports.
    not_by_staff: int
    left_out: int
    first: datetime | None
    last: datetime | None
    # Whether anybody has searched, be it staff or a bot, and however long ago.
    ever: bool

    @property
    def total(self) -> int:
        return self.of_last(PERIOD)

    def of_last(self, days: int) -> int:
        return sum(day.searches or 0 for day in self.days[-days:])


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms first searched in the last 28 days, and not by staff."""

    since: date
    until: date
    first_time: int


@dataclass(frozen=True, slots=True)
class Films:
    held: int
    complete: int


@dataclass(frozen=True, slots=True)
class Notifications:
    # A state without any is absent.
    by_state: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What ended badly in the last 24 hours, or waits for a worker, and since when."""

    since: datetime
    count: int


def searches(now: datetime) -> Searches:
    """Return the searches of the last 28 site days, without those of staff and bots."""
    dates = last_days(now, PERIOD)
    until_tonight = Search.objects.filter(created_at__lt=start_of(dates[-1] + timedelta(days=1)))
    made = until_tonight.made_since(start_of(dates[0]))
    totals = made.aggregate(all=Count("pk"), not_by_staff=Count("pk", filter=NOT_BY_STAFF))
    oldest_first = until_tonight.filter(COUNTED).order_by("created_at", "pk")
    times = oldest_first.values_list("created_at", flat=True)
    first = times.first()
    days = _days(dates, _by_day(made.filter(COUNTED)), first)
    return Searches(
        days=days,
        not_by_staff=totals["not_by_staff"],
        left_out=totals["all"] - sum(day.searches or 0 for day in days),
        first=first,
        last=times.last(),
        ever=first is not None or until_tonight.exists(),
    )


def _by_day(made: SearchQuerySet) -> dict[date, int]:
    site_day = TruncDate("created_at", tzinfo=timezone.get_default_timezone())
    # Without the model's ordering, which would be grouped by as well.
    return dict(made.order_by().values_list(site_day).annotate(Count("pk")))


def _days(dates: list[date], counts: dict[date, int], first: datetime | None) -> tuple[Day, ...]:
    first_date = site_date(first) if first else date.max
    return tuple(Day(day, counts.get(day, 0) if day >= first_date else None) for day in dates)


def terms(now: datetime) -> Terms:
    """Return the terms first searched in the last 28 site days.

    A term remembers who asked first, but not whether that was a bot: bots are included.
    """
    dates = last_days(now, PERIOD)
    new = SearchTerm.objects.filter(
        NOT_BY_STAFF,
        created_at__gte=start_of(dates[0]),
        created_at__lt=start_of(dates[-1] + timedelta(days=1)),
    )
    return Terms(since=dates[0], until=dates[-1], first_time=new.count())


def failed_searches(now: datetime) -> Trouble:
    """Return how many searches OMDb did not answer, whoever made them."""
    since = now - RECENTLY
    failed = Search.objects.made_since(since).filter(outcome__in=NOT_ANSWERED)
    return Trouble(since, failed.count())


def failed_tasks(now: datetime) -> Trouble:
    since = now - RECENTLY
    failed = TaskResult.objects.filter(status="FAILURE", date_done__gte=since)
    return Trouble(since, failed.count())


def waiting_searches(now: datetime) -> Trouble:
    """Return how many searches no worker has taken for too long, and the oldest one's time."""
    waiting = Search.objects.abandoned().filter(created_at__lt=now - PATIENCE)
    found = waiting.aggregate(count=Count("pk"), since=Min("created_at"))
    return Trouble(found["since"] or now, found["count"])


def waiting_notifications(now: datetime) -> Trouble:
    """Return how many notifications were due for too long, and since when the oldest one."""
    waiting = Notification.objects.due().filter(next_attempt_at__lt=now - PATIENCE)
    found = waiting.aggregate(count=Count("pk"), since=Min("next_attempt_at"))
    return Trouble(found["since"] or now, found["count"])


def films() -> Films:
    complete = Count("pk", filter=Q(is_full_record=True))
    return Films(**Movie.objects.aggregate(held=Count("pk"), complete=complete))


def notifications() -> Notifications:
    return Notifications(Notification.objects.counts_by_state())


def unreviewed() -> int:
    """Return how many failed notifications nobody has marked as reviewed."""
    return Notification.objects.needs_review().count()


def last_days(now: datetime, days: int) -> list[date]:
    """Return the dates of the last `days` site days, oldest first, today last."""
    today = site_date(now)
    return [today - timedelta(days=back) for back in reversed(range(days))]


def site_date(moment: datetime) -> date:
    """Return the date it was in the site's zone, whatever zone the reader has."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def start_of(day: date) -> datetime:
    """Return the moment at which a site day begins; days of 23 and 25 hours come out right."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
