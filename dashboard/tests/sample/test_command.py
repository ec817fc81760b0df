import io

import pytest
from django.core.management import CommandError, call_command

from dashboard.tests import rows
from movies.models import Search

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.ENVIRONMENT = "demo"


def run(*options: str) -> tuple[str, str]:
    """Return what the command wrote and what it showed while it was working."""
    output, terminal = io.StringIO(), Terminal()
    call_command("sample_history", *options, stdout=output, stderr=terminal, no_color=True)
    return output.getvalue(), terminal.getvalue()


def test_it_says_that_the_searches_are_invented_and_how_far_it_is():
    words, bar = run("--days", "3", "--searches", "90", "--seed", "7")

    assert words.startswith(f"Sample history: {Search.objects.count()} invented searches of ")
    assert "day 1 of 3\r" in bar
    assert bar.endswith("day 3 of 3\n")


def test_a_second_time_it_says_that_nothing_was_added():
    run("--days", "2", "--searches", "20")

    assert run() == ("The sample history is there already; nothing was added.\n", "")


def test_where_nobody_watches_no_bar_is_drawn():
    silent = io.StringIO()

    call_command("sample_history", days=1, searches=20, stdout=io.StringIO(), stderr=silent)

    assert silent.getvalue() == ""


def test_a_database_that_is_somebody_s_is_told_in_one_line():
    rows.search()

    with pytest.raises(CommandError, match="a demo needs an empty one"):
        run()


@pytest.mark.parametrize("days", ["0", "-1", "x", "1.5"])
def test_days_are_a_whole_number_above_zero(days):
    with pytest.raises(CommandError, match="whole number above 0"):
        run(f"--days={days}")
