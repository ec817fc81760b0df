import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from conftest import database_environment
from dashboard.management.commands import roll_up
from dashboard.models import DayTotals, RollUp, TermDay
from dashboard.rollup import folding, rebuilding
from dashboard.tests.rows import search

MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(*options: str, output: io.StringIO | None = None) -> str:
    output = output or io.StringIO()
    call_command("roll_up", *options, stdout=output)
    return output.getvalue()


@pytest.fixture
def folded() -> None:
    for days in range(3):
        search("dune", at=MONDAY + timedelta(days=days))
    folding.fold()


def test_it_folds_and_says_to_when_the_figures_are(monkeypatch):
    moment = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
    monkeypatch.setattr("dashboard.rollup.folding.timezone.now", lambda: moment)
    search(at=MONDAY)

    assert run() == "1 search folded; figures to 10:35.\n"
    assert run() == "0 searches folded; figures to 10:35.\n"


def test_what_is_right_is_said_with_how_much_was_checked(folded):
    assert run("--verify") == "3 days of 3 searches checked: no differences.\n"


def test_each_difference_is_named_and_the_exit_status_is_1(folded):
    DayTotals.objects.update(searches=1204)
    output = io.StringIO()

    with pytest.raises(CommandError, match=r"^3 differences in 3 days .* --rebuild$") as error:
        run("--verify", output=output)

    assert output.getvalue().splitlines() == [
        f"{day} Nov 2026, the whole day: searches is 1,204, should be 1" for day in (16, 17, 18)
    ]
    assert error.value.returncode == 1


def test_however_many_differences_there_are_each_is_named():
    for number in range(60):
        search(f"term {number}", at=MONDAY)
    folding.fold()
    TermDay.objects.update(searches=2)
    output = io.StringIO()

    with pytest.raises(CommandError, match=r"^60 differences in 1 day "):
        run("--verify", output=output)

    assert output.getvalue().count("searches is 2, should be 1\n") == 60


def test_on_a_terminal_a_difference_is_a_line_of_its_own(folded):
    DayTotals.objects.filter(day=MONDAY.date() + timedelta(days=1)).update(searches=1204)
    output = Terminal()

    with pytest.raises(CommandError):
        run("--verify", output=output)

    _, first, difference, second, _ = output.getvalue().split("\r")
    assert first.endswith("1 of 3 days, 16 Nov 2026  ")
    assert difference.rstrip(" \n") == (
        "17 Nov 2026, the whole day: searches is 1,204, should be 1"
    )
    # The line takes the place of the bar, all of it.
    assert len(difference) > len(first)
    assert "2 of 3 days" in second


def test_a_rebuild_puts_right_what_was_named(folded):
    DayTotals.objects.update(searches=1204)

    assert run("--rebuild") == "3 days checked and put right.\n"
    assert run("--verify").endswith("no differences.\n")


def test_frozen_days_are_named(folded):
    RollUp.objects.update(raw_from=datetime(2026, 11, 16, 23, tzinfo=UTC))

    frozen = "Days before 17 Nov 2026 are frozen: their searches have been removed.\n"
    assert frozen in run("--verify")
    assert frozen in run("--rebuild")


def test_a_terminal_sees_a_bar_and_a_log_a_line_now_and_then(folded, monkeypatch):
    monkeypatch.setattr(roll_up, "DAYS_A_LINE", 2)

    bar = run("--rebuild", output=Terminal())
    lines = run("--verify").splitlines()

    assert bar.split("\r")[1] == "██████████░░░░░░░░░░░░░░░░░░░░ 1 of 3 days, 16 Nov 2026  "
    assert "██████████████████████████████ 3 of 3 days, 18 Nov 2026  \n" in bar
    assert lines[0] == "2 of 3 days checked, to 17 Nov 2026"


def test_a_day_that_comes_up_meanwhile_does_not_break_the_bar(folded, monkeypatch):
    repair = rebuilding.repair

    def search_and_repair(day):
        search("dune", at=MONDAY + timedelta(days=3), counted=True)
        repair(day)

    monkeypatch.setattr(rebuilding, "repair", search_and_repair)

    assert "4 of 4 days, 19 Nov 2026" in run("--rebuild", output=Terminal())


def test_before_the_first_fold_there_is_nothing_to_check():
    assert run("--verify") == "0 days of 0 searches checked: no differences.\n"
    assert run("--rebuild") == "0 days checked and put right.\n"


def test_another_time_zone_is_told_with_a_way_out(folded, settings):
    settings.TIME_ZONE = "Asia/Kolkata"

    with pytest.raises(CommandError, match=r"is Asia/Kolkata\. .*run: manage.py roll_up$"):
        run("--verify")
    run()
    assert "no differences" in run("--verify")


def test_to_verify_and_to_rebuild_at_once_is_refused():
    with pytest.raises(CommandError, match="not allowed with argument"):
        run("--verify", "--rebuild")


@pytest.mark.django_db(transaction=True)
def test_the_shell_sees_examples_and_the_exit_status(folded):
    def shell(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "roll_up", *options],
            env=os.environ | database_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    assert "manage.py roll_up --rebuild" in shell("--help").stdout
    DayTotals.objects.update(searches=9)
    wrong = shell("--verify")
    assert (wrong.returncode, wrong.stdout.count("should be")) == (1, 3)
