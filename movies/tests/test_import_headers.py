"""What the first line of a file is taken for, and what is said of it."""

import pytest
from django.core.management import CommandError

from movies.models import Search
from movies.tests.search_logs import run, written

pytestmark = pytest.mark.django_db


def test_what_the_columns_are_taken_for_is_said(tmp_path, capsys):
    header = "createdAt, keyword, status\n"
    run(written(tmp_path, header, "2026-01-01T10:00:00Z,dune,ok\n"))

    told = capsys.readouterr().out
    assert "Columns: timestamp is “createdAt”, term is “keyword”. Not read: “status”." in told
    assert "every search counts as not answered" in told


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("timestamp,user_id", "names no column as the term: call it “term”"),
        ("wann,nutzer_id", "names no column as the timestamp"),
        ("query;when", "names no column as the timestamp"),
        ("date,time,query", "several columns for the timestamp: “date”, “time”"),
        ("created_at,keyword,date", "several columns for the timestamp: “created_at”, “date”"),
        ("sep=;", "is for Excel alone: remove it"),
    ],
)
def test_a_first_line_that_is_not_clear_is_refused_whatever_is_skipped(tmp_path, header, why):
    file = written(tmp_path, f"{header}\n", "2026-01-01T10:00:00Z,dune\n")

    with pytest.raises(CommandError, match=why):
        run(file, "--skip-bad")
    assert not Search.objects.exists()
