"""How far a self-test has come: each hop with its time, or why it stopped there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import states
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_celery_results.models import TaskResult

from dashboard.models import SelfTest
from dashboard.system.probe import mail_of
from movies.admin.parts import link, person
from movies.formats import NONE, clock, duration
from movies.labels import label
from notifications.models import Notification

# What has not arrived by then does not count any more.
LONGEST = timedelta(minutes=2)
MADE = label("good", "Done")
UNDER_WAY = label("moving", "Running")
WAITS = label("rest", "Waiting")
NOT_REACHED = label("rest", "Unknown")

type Words = SafeString | str


@dataclass(frozen=True, slots=True)
class Hop:
    """One part of the way: when it was begun and made, or what to do if it is not."""

    name: str
    begun_at: datetime | None
    made_at: datetime | None
    remedy: Words = ""
    # Why it will not be made.
    failed: Words = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A hop as it is shown; the remedy is that of one that failed."""

    name: str
    label: SafeString
    took: str
    remedy: Words


@dataclass(frozen=True, slots=True)
class Way:
    """What became of a self-test, in a sentence and hop by hop."""

    sentence: Words
    steps: list[Step]
    is_running: bool


def newest() -> SelfTest | None:
    return SelfTest.objects.select_related("requested_by").order_by("-pk").first()


def way_of(test: SelfTest, now: datetime) -> Way:
    """Return how far a test has come; after two minutes it ends at the first hop that lacks."""
    hops = [*_to_the_worker(test), _result(test), _mail(test)]
    lacking = next((hop for hop in hops if not hop.made_at), None)
    is_over = lacking is not None and bool(lacking.failed or now - test.written_at > LONGEST)
    who, when = person(test.requested_by), clock(test.written_at)
    asked = format_html("asked for by {}, {}.", who, when)
    if lacking is None:
        ended = max(hop.made_at for hop in hops if hop.made_at)
        took = duration((ended - test.requested_at).total_seconds())
        sentence = format_html("Everything arrived within {}, {}", took, asked)
    else:
        word = "It stopped on its way" if is_over else "On its way"
        sentence = format_html("{}, {}", word, asked)
    return Way(
        sentence, list(_steps(hops, lacking, is_over=is_over)), bool(lacking) and not is_over
    )


def _to_the_worker(test: SelfTest) -> list[Hop]:
    return [
        Hop("Web: the row is written", test.requested_at, test.written_at),
        Hop(
            "Broker: it took the message",
            test.written_at,
            test.published_at,
            "Start Redis, or check REDIS_URL.",
            "it did not" if test.refused_at else "",
        ),
        Hop(
            "Worker: it began",
            test.published_at,
            test.began_at,
            "Start a worker that serves interactive.",
        ),
    ]


def _result(test: SelfTest) -> Hop:
    # Before the worker began there is no id, and no result of it.
    rows = TaskResult.objects.filter(task_id=test.task_id).values_list("status", "date_done")
    status, ended_at = rows.first() or ("", None)
    return Hop(
        "Result: it is stored",
        test.began_at,
        ended_at if status == states.SUCCESS else None,
        "Look at the worker's log: a task that ends stores its result.",
        "the task failed" if status in states.EXCEPTION_STATES else "",
    )


def _mail(test: SelfTest) -> Hop:
    mail = mail_of(test.pk)
    name = "Mail: it is sent to the admins"
    if mail is None:
        return Hop(name, test.began_at, None, "Look at the worker's log: no mail was written.")
    is_sent = mail.state in (Notification.State.SENT, Notification.State.PARTIAL)
    is_open = mail.state in (Notification.State.QUEUED, Notification.State.SENDING)
    why = mail.reason or str(Notification.State(mail.state).label)
    return Hop(
        name,
        mail.created_at,
        mail.sent_at if is_sent else None,
        format_html("{} Its page says more: {}", why, link(mail)),
        "" if is_sent or is_open else why,
    )


def _steps(hops: list[Hop], lacking: Hop | None, *, is_over: bool) -> Iterator[Step]:
    for hop in hops:
        took: str = NONE
        remedy: Words = ""
        if hop.begun_at and hop.made_at:
            took, dressed = duration((hop.made_at - hop.begun_at).total_seconds()), MADE
        elif hop is not lacking:
            dressed = NOT_REACHED if is_over else WAITS
        elif is_over:
            dressed, remedy = label("needs", "Failed", hop.failed), hop.remedy
        else:
            dressed = UNDER_WAY
        yield Step(hop.name, dressed, took, remedy)
