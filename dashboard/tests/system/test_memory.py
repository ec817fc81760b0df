from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.html import format_html

from dashboard.models import SystemState
from dashboard.system import memory
from dashboard.system.lines import Line, State
from dashboard.tests.system.away import away

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)
FINE = Line(State.FINE, "answers", key="broker", name="Broker")
BROKEN = Line(State.BROKEN, "out of <reach>", key="broker", name="Broker")


def since(line: Line, at=NOW, *, has_database: bool = True):
    [found] = memory.dated([line], at, has_database=has_database)
    return found.since


def another_process() -> None:
    cache.clear()


def test_what_stays_as_it_is_keeps_its_moment_in_every_process():
    assert since(FINE) == NOW

    assert since(FINE, NOW + MINUTE) == NOW
    another_process()
    assert since(FINE, NOW + 2 * MINUTE) == NOW


def test_what_changes_is_so_since_now():
    since(FINE)

    assert since(BROKEN, NOW + MINUTE) == NOW + MINUTE
    assert str(SystemState.objects.get()) == "broker: broken"


def test_a_check_that_knows_the_moment_better_is_believed():
    known = Line(State.BROKEN, "silent", key="relay", since=NOW - MINUTE)

    assert since(known) == NOW - MINUTE
    assert SystemState.objects.get().since == NOW - MINUTE


def test_what_is_so_while_the_database_is_away_is_known_once_it_is_back():
    since(FINE)

    assert since(BROKEN, NOW + MINUTE, has_database=False) == NOW + MINUTE
    assert since(BROKEN, NOW + 2 * MINUTE) == NOW + MINUTE


def test_what_another_process_saw_later_counts():
    since(FINE)
    SystemState.objects.update(state=State.BROKEN, since=NOW + MINUTE)

    assert since(BROKEN, NOW + 2 * MINUTE) == NOW + MINUTE


def test_words_are_kept_as_html():
    line = Line(State.BROKEN, "<b>", by_itself=format_html("at <i>{}</i>", "<"), key="mail")
    memory.dated([line], NOW, has_database=True)

    kept = memory.stored()["mail"].line

    assert (kept.words, kept.by_itself) == ("&lt;b&gt;", "at <i>&lt;</i>")


@pytest.mark.parametrize(("later", "writes"), [(timedelta(seconds=9), 0), (MINUTE, 1)])
def test_what_has_not_changed_is_written_down_no_more_than_every_ten_seconds(
    later, writes, django_assert_num_queries
):
    since(FINE)

    with django_assert_num_queries(1 + writes):
        since(FINE, NOW + later)


def test_a_database_that_reads_nothing_and_writes_nothing_breaks_nothing():
    with connection.execute_wrapper(away):
        assert since(BROKEN) == NOW
