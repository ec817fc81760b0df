from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User

from dashboard import models

DAY = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (models.TemporaryPassword(user=User(username="sam")), "sam"),
        (models.TermDay(day=DAY, term_id=7), "2026-11-22: 7"),
        (models.HourTotals(hour=MOMENT), "2026-11-22 09:00:00+00:00"),
        (models.DayTotals(day=DAY), "2026-11-22"),
        (models.ActorDay(day=DAY), "2026-11-22"),
        (models.CompletenessWeek(monday=DAY), "week of 2026-11-22"),
        (models.FilmDay(day=DAY), "2026-11-22"),
        (models.RollUp(figures_to=MOMENT), "to 2026-11-22 09:00:00+00:00"),
        (models.Snapshot(first=DAY, last=DAY), "2026-11-22 to 2026-11-22"),
        (models.Board(table="top"), "top"),
        (models.Worklist(snapshot_id=7), "Worklist of 7"),
        (models.TaskRecord(result_id=7), "Task 7"),
        (models.ErrorGroup(pk=7), "Error 7"),
        (models.TaskWalk(down_to=7), "down to 7"),
        (models.WorkerHeartbeat(name="one@here"), "one@here"),
        (
            models.TaskHour(hour=MOMENT, task="movies.tasks.sweep"),
            "2026-11-22 09:00:00+00:00: movies.tasks.sweep",
        ),
        (models.ScheduledRun(task="movies.tasks.sweep"), "movies.tasks.sweep"),
    ],
)
def test_each_row_says_what_it_is(row, words):
    assert str(row) == words
