"""Figures to compare, and ways to hurt them."""

import threading
from collections.abc import Callable

from django.db import connection
from django.db.models import Sum

from dashboard.models import DayTotals, HourTotals, TermDay
from dashboard.rollup.verifying import verify


def differences() -> list[str]:
    found: list[str] = []
    verify(lambda difference: found.append(str(difference)))
    return found


def searches_in() -> dict[str, int]:
    """Return how many searches each read model holds, those left out included."""
    days = DayTotals.objects.aggregate(all=Sum("searches", default=0))["all"]
    hours = HourTotals.objects.aggregate(all=Sum("searches", default=0))["all"]
    shown = TermDay.objects.aggregate(all=Sum("searches", default=0))["all"]
    others = TermDay.objects.aggregate(all=Sum("left_out_searches", default=0))["all"]
    return {"days": days, "hours": hours, "terms": shown + others}


def at_once(*works: Callable[[], object]) -> None:
    """Do everything at the same time; raise what any of it raised."""
    barrier = threading.Barrier(len(works))
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]
