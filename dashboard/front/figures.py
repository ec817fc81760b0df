"""What is so at this moment, whatever the period: what waits, failed or runs, and films held.

One statement asks all of it, with a subquery for each answer that the reader may see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import DateTimeField, F, Func, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dashboard.days import ONE_HOUR, hour_of, site_date
from dashboard.models import FilmDay, HourTotals, RollUp
from dashboard.periods import View
from dashboard.results.errors import new_errors
from dashboard.system.waiting import PATIENCE
from movies import calls
from movies.models import Movie, Refill, Search
from notifications.models import Notification

RECENTLY = timedelta(hours=24)

SEARCHES = "movies.view_search"
TERMS = "movies.view_searchterm"
FILMS = "movies.view_movie"
REFILLS = "movies.view_refill"
MAILS = "notifications.view_notification"
TASKS = "django_celery_results.view_taskresult"

type Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many ended badly in the last 24 hours, or wait for a worker, and since when."""

    since: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Films:
    """Films on the last day of the period and of the compared one; None where nobody counted."""

    held: int | None
    complete: int | None
    held_before: int | None
    complete_before: int | None


@dataclass(frozen=True, slots=True)
class Searching:
    """Whether searching works: who waits, what failed, and how the last two hours went."""

    waiting: Trouble
    failed: Trouble
    lately: int
    lately_failed: int
    budget: calls.Budget


@dataclass(frozen=True, slots=True)
class Mails:
    # Failures that nobody has marked as reviewed.
    unreviewed: int
    sent: Trouble


@dataclass(frozen=True, slots=True)
class Moment:
    """The answers; None is not shared with the reader."""

    figures_to: datetime | None
    searching: Searching | None
    films: Films | None
    mails: Mails | None
    # Failures that were never seen before, each kind of them once.
    new_errors: int | None
    running_refills: int | None


def read(reader: User, view: View, now: datetime) -> Moment:
    """Return what the reader may see, in one query; what they may not see is not asked."""
    questions: Answers = {"figures_to": Subquery(RollUp.objects.values("figures_to")[:1])}
    for permission, asked in ASKED.items():
        if reader.has_perm(permission):
            questions |= asked(view, now)
    # Of a row that is always there, because a query must be of some table.
    a_row = ContentType.objects.filter(app_label="auth", model="user")
    found: Answers = dict(a_row.values(**questions).get())
    return Moment(
        figures_to=found["figures_to"],
        searching=_searching(found, now) if "waiting" in found else None,
        films=_films(found) if "held" in found else None,
        mails=_mails(found, now) if "unreviewed" in found else None,
        new_errors=found.get("new_errors"),
        running_refills=found.get("running_refills"),
    )


def _ask_searching(view: View, now: datetime) -> Answers:
    # Wrapped, or SQLite would read all older searches by the index of their times, not the few
    # that are unfinished by theirs.
    made = Search.objects.abandoned().annotate(made_at=Coalesce("created_at", "created_at"))
    waiting = made.filter(made_at__lt=now - PATIENCE)
    failed = F("refused") + F("failed")
    day = HourTotals.objects.filter(hour__gte=hours_back(now, 24))
    lately = HourTotals.objects.filter(hour__gte=hours_back(now, 2))
    today = calls.today()
    return {
        "waiting": _count(waiting),
        "waiting_since": _first(waiting, "made_at"),
        "failed": _sum(day, failed),
        "lately": _sum(lately, F("searches")),
        "lately_failed": _sum(lately, failed),
        "calls": Subquery(today.values("calls")[:1]),
        "refused_at": Subquery(today.values("refused_at")[:1]),
    }


def _searching(found: Answers, now: datetime) -> Searching:
    return Searching(
        waiting=Trouble(found["waiting_since"] or now, found["waiting"]),
        failed=Trouble(hours_back(now, 24), found["failed"]),
        lately=found["lately"],
        lately_failed=found["lately_failed"],
        budget=calls.budget_of(found["calls"] or 0, is_refused=bool(found["refused_at"])),
    )


def hours_back(now: datetime, hours: int) -> datetime:
    """Return when the first of so many hours began, of which the last is not over yet."""
    return hour_of(now) - (hours - 1) * ONE_HOUR


def _ask_films(view: View, now: datetime) -> Answers:
    then = FilmDay.objects.filter(day=view.last)
    before = FilmDay.objects.filter(day=view.before_last or date.min)
    lacking = F("held") - F("complete")
    questions: Answers = {"held": _on(then, F("held")), "lacking": _on(then, lacking)}
    if view.last >= site_date(now):
        # The roll-up has not looked at this day yet. Those that lack something have an index.
        questions["held"] = Coalesce(questions["held"], _count(Movie.objects.all()))
        questions["lacking"] = Coalesce(questions["lacking"], _count(Movie.objects.incomplete()))
    return questions | {
        "held_before": _on(before, F("held")),
        "lacking_before": _on(before, lacking),
    }


def _films(found: Answers) -> Films:
    held, before = found["held"], found["held_before"]
    return Films(
        held=held,
        complete=None if held is None else held - found["lacking"],
        held_before=before,
        complete_before=None if before is None else before - found["lacking_before"],
    )


def _ask_mails(view: View, now: datetime) -> Answers:
    sent = Notification.objects.filter(state=Notification.State.SENT)
    return {
        "unreviewed": _count(Notification.objects.needs_review()),
        "mails_sent": _count(sent.filter(created_at__gte=now - RECENTLY)),
    }


def _mails(found: Answers, now: datetime) -> Mails:
    return Mails(
        unreviewed=found["unreviewed"],
        sent=_since_a_day(found["mails_sent"], now),
    )


def _ask_errors(view: View, now: datetime) -> Answers:
    return {"new_errors": _count(new_errors(now))}


def _ask_refills(view: View, now: datetime) -> Answers:
    return {"running_refills": _count(Refill.objects.running())}


def _since_a_day(count: int, now: datetime) -> Trouble:
    return Trouble(now - RECENTLY, count)


# Without Django's aggregates, which would group a subquery by each row.
def _count(rows: QuerySet[Any]) -> Subquery:
    counted = Func("pk", function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().values(answer=counted))


def _first(rows: QuerySet[Any], field: str) -> Subquery:
    first = Func(field, function="MIN", output_field=DateTimeField())
    return Subquery(rows.order_by().values(answer=first))


def _sum(rows: QuerySet[Any], column: Any) -> Coalesce:
    added = Func(column, function="SUM", output_field=IntegerField())
    return Coalesce(Subquery(rows.order_by().values(answer=added)), 0)


def _on(rows: QuerySet[Any], column: Any) -> Subquery:
    return Subquery(rows.values(answer=column)[:1])


# What is asked for whom.
ASKED: dict[str, Callable[[View, datetime], Answers]] = {
    SEARCHES: _ask_searching,
    FILMS: _ask_films,
    MAILS: _ask_mails,
    TASKS: _ask_errors,
    REFILLS: _ask_refills,
}
