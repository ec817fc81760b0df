from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.system import waiting
from dashboard.system.lines import Line, State
from dashboard.tests import rows
from movies.models import Refill, RefillItem

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def waits_in_a_refill(ago: timedelta, **facts: object) -> RefillItem:
    due = timezone.now() - ago
    refill = Refill.objects.create()
    return RefillItem.objects.create(refill=refill, movie=rows.film(), due_at=due, **facts)


def search(ago: timedelta) -> None:
    rows.search(f"dune {ago}", at=timezone.now() - ago, outcome="")


def mail(ago: timedelta) -> None:
    rows.notification("queued", next_attempt_at=timezone.now() - ago)


WAITING = [
    (waiting.searches, search),
    (waiting.mails, mail),
    (waiting.films, waits_in_a_refill),
]


def oldest(line: Line) -> float:
    [figure] = line.figures
    assert figure.name == "marquee_oldest_waiting_seconds"
    return figure.value


@pytest.mark.parametrize(("check", "make"), WAITING)
def test_where_nothing_waits_all_is_fine(check, make):
    line = check(timezone.now())

    assert (line.state, line.words, oldest(line)) == (State.FINE, "none waits", 0)


@pytest.mark.parametrize(("check", "make"), WAITING)
def test_what_waits_for_less_than_two_minutes_is_fine_and_measured(check, make):
    make(MINUTE)

    line = check(timezone.now())

    assert line.state == State.FINE
    assert 60 <= oldest(line) < 90


@pytest.mark.parametrize(("check", "make"), WAITING)
def test_what_nobody_takes_is_broken_since_the_oldest_waits(check, make):
    make(9 * MINUTE)
    make(5 * MINUTE)

    line = check(timezone.now())

    assert (line.state, line.words) == (State.BROKEN, "2 wait")
    assert 9 * MINUTE <= timezone.now() - line.since < 10 * MINUTE


def test_one_is_one():
    search(5 * MINUTE)

    assert waiting.searches(timezone.now()).words == "1 waits"


def test_nobody_counts_further_than_a_thousand(monkeypatch):
    monkeypatch.setattr(waiting, "MOST", 1)
    search(5 * MINUTE)
    search(6 * MINUTE)

    assert waiting.searches(timezone.now()).words == "1+ wait"


def test_a_long_refill_that_moves_is_fine():
    waits_in_a_refill(30 * MINUTE)
    running = waits_in_a_refill(30 * MINUTE, state="running")
    assert waiting.films(timezone.now()).state == State.BROKEN

    RefillItem.objects.filter(pk=running.pk).update(lease_until=timezone.now() + MINUTE)

    line = waiting.films(timezone.now())
    assert (line.state, line.words) == (
        State.FINE,
        "one after another, the oldest waits for 30 min",
    )


def test_between_two_films_a_refill_still_moves():
    waits_in_a_refill(30 * MINUTE)
    done = rows.task_result()
    done.task_name = "movies.tasks.fill_refill_item"
    done.save()

    assert waiting.films(timezone.now()).state == State.FINE
