import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from dashboard import tasks
from dashboard.models import SystemState
from dashboard.system import looking
from dashboard.system.lines import Line, Report, State, fine
from dashboard.system.looking import CHECKS, Check
from dashboard.tests import rows
from dashboard.tests.system.away import away

pytestmark = pytest.mark.django_db

# What a look asks at most, and writes.
MOST_STATEMENTS = 22


def states(report: Report) -> dict[str, State]:
    return {line.key: line.state for line in report.lines}


def test_everything_is_looked_at_and_named():
    report = looking.look()

    assert [line.name for line in report.lines] == [check.name for check in CHECKS]
    assert all(line.since and line.words for line in report.lines)
    assert all(line.by_itself and line.you_can for line in [*report.broken, *report.unknown])


def test_one_check_that_fails_hides_no_other():
    def fail(now: object) -> Line:
        raise ZeroDivisionError("secret")

    report = looking.look([Check("one", "One", fail), Check("two", "Two", lambda now: fine("ok"))])

    assert states(report) == {"one": State.UNKNOWN, "two": State.FINE}
    assert report.lines[0].words == "could not be checked (ZeroDivisionError)"


def test_what_was_not_looked_at_in_time_is_unknown(monkeypatch):
    monkeypatch.setattr(looking, "LONGEST", 0.05)

    def dawdle(now: object) -> Line:
        time.sleep(0.1)
        return fine("ok")

    report = looking.look([Check("one", "One", dawdle), Check("two", "Two", dawdle)])

    assert states(report) == {"one": State.FINE, "two": State.UNKNOWN}


def test_while_the_database_is_away_the_others_are_looked_at(broker):
    with connection.execute_wrapper(away):
        report = looking.look()

    assert states(report)["database"] == State.BROKEN
    assert states(report)["broker"] == states(report)["disk"] == State.FINE
    assert states(report)["relay"] == states(report)["budget"] == State.UNKNOWN


@pytest.mark.django_db(transaction=True)
def test_a_table_that_somebody_holds_locked_keeps_nobody_waiting():
    other = connection.copy()
    is_sqlite = connection.vendor == "sqlite"
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
        if not is_sqlite:
            cursor.execute("LOCK TABLE dashboard_systemstate")
        report = looking.look()
        cursor.execute("ROLLBACK")
    other.close()

    assert states(report)["database"] == State.FINE
    assert not SystemState.objects.exists()


def test_nobody_looks_twice_in_five_seconds(django_assert_num_queries):
    looking.report()

    with django_assert_num_queries(0):
        looking.report()
        looking.known()


def test_a_look_costs_a_bounded_number_of_statements(django_assert_max_num_queries):
    rows.search("late", at=timezone.now() - timedelta(hours=1), outcome="")

    with django_assert_max_num_queries(MOST_STATEMENTS):
        looking.look()


def test_what_others_found_lately_costs_one_statement(django_assert_num_queries):
    rows.all_fine()

    with django_assert_num_queries(1):
        assert looking.known().is_fine


def test_what_nobody_found_lately_is_looked_at():
    rows.all_fine()
    SystemState.objects.filter(key="relay").update(looked_at=timezone.now() - timedelta(minutes=1))

    assert not looking.known().is_fine


def test_the_tick_remembers_what_is_the_same_on_every_host():
    assert tasks.look().endswith(("broken.", "unknown."))

    own = {check.key for check in CHECKS if check.is_own}
    found = set(SystemState.objects.values_list("key", flat=True))
    assert found == {check.key for check in CHECKS} - own


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([State.FINE], "Everything works."),
        ([State.FINE, State.UNKNOWN], "1 thing is unknown."),
        ([State.BROKEN, State.UNKNOWN], "1 thing is broken."),
        ([State.BROKEN, State.BROKEN], "2 things are broken."),
    ],
)
def test_the_answer_is_the_gravest(states, words):
    report = Report(timezone.now(), tuple(Line(state, "so") for state in states))

    assert report.headline == words


def test_a_line_that_nothing_is_known_of_yet_has_no_moment():
    line = Line(State.UNKNOWN, "never heard of", name="Beat")

    assert (line.sentence, line.moment) == ("Beat: never heard of", "—")
    cache.clear()
