"""`manage.py import_searches`: a whole file, in the rows and in what is said."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from movies.importing import checking
from movies.models import Import, Origin, Outcome, Search, SearchTerm
from movies.tests.search_logs import MINUTE, START, line, run, written

pytestmark = pytest.mark.django_db


def test_a_file_is_brought_in_with_its_terms_and_nobody_is_told(tmp_path, capsys):
    file = written(
        tmp_path,
        "timestamp,term,outcome,results\n",
        line(1, "Dune", ",fetched,12"),
        line(0, "dune", ","),
        line(2, "alien", ",,0"),
    )

    run(file)

    told = capsys.readouterr().out
    assert "3 searches, 1 Mar 2025, 09:00 to 1 Mar 2025, 09:02." in told
    assert "3 searches imported, 2 new terms." in told
    dune = SearchTerm.objects.get(term="dune")
    assert (dune.origin, dune.created_at, dune.last_search) == (Origin.IMPORT, START, None)
    found = Search.objects.order_by("created_at").values_list(
        "term__term", "origin", "is_first", "outcome", "films_found", "counted"
    )
    assert list(found) == [
        ("dune", Origin.IMPORT, True, Outcome.OVER_BUDGET, 0, False),
        ("dune", Origin.IMPORT, False, Outcome.FETCHED, 12, False),
        ("alien", Origin.IMPORT, True, Outcome.NOT_FOUND, 0, False),
    ]
    entry = Import.objects.get()
    assert (entry.searches, entry.terms, entry.line, entry.lines) == (3, 2, 4, 4)
    assert entry.finished_at


def test_the_same_file_by_another_name_counts_once(tmp_path, capsys):
    run(written(tmp_path, line(0)))

    run(written(tmp_path, line(0), name="copy.csv"))

    assert "copy.csv was imported" in capsys.readouterr().out
    assert Search.objects.count() == 1


def test_a_term_that_was_there_keeps_all_but_its_first_moment(tmp_path):
    dune = SearchTerm.objects.create(term="dune", origin=Origin.VISITOR, total_results=117)
    alien = SearchTerm.objects.create(term="alien", created_at=START - MINUTE)

    run(written(tmp_path, line(5), line(3), line(4, "alien")))

    dune.refresh_from_db()
    alien.refresh_from_db()
    assert (dune.origin, dune.total_results) == (Origin.VISITOR, 117)
    assert (dune.created_at, alien.created_at) == (START + 3 * MINUTE, START - MINUTE)
    assert Search.objects.get(is_first=True).created_at == START + 3 * MINUTE


def test_bad_lines_are_named_and_left_out_only_if_asked_to(tmp_path, capsys):
    bad = [f"no{number},dune\n" for number in range(22)]
    file = written(tmp_path, line(0), *bad, line(1, rest=",perhaps"))

    with pytest.raises(CommandError, match="Nothing was imported: 23 bad lines of 24"):
        run(file)
    told = capsys.readouterr().out
    assert "line 2: “no0” is no time" in told
    assert "line 24: “perhaps” is none of" in told
    assert not Import.objects.exists()

    run(file, "--skip-bad")

    assert "1 search imported, 1 new term, 23 lines left out." in capsys.readouterr().out
    assert len(Import.objects.get().bad_lines) == 23


def test_a_hundred_bad_lines_are_kept_and_all_are_counted(tmp_path, capsys):
    run(written(tmp_path, line(0), *["no,line\n"] * 102), "--skip-bad")

    entry = Import.objects.get()
    assert (entry.skipped, len(entry.bad_lines)) == (102, 100)
    assert "and 2 more" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (line(0, "amélie").encode("latin-1"), (), "Read as cp1252: name another"),
        (line(0, "amélie").encode("latin-1"), ("--encoding", "Latin-1"), "1 search imported"),
        (line(0, "amélie").encode("utf-16-le"), ("--encoding", "utf-16"), "1 search imported"),
        (line(0, "amélie").encode("utf-16"), ("--encoding", "utf-16"), "1 search imported"),
    ],
)
def test_a_file_may_be_in_another_encoding(content, options, said, tmp_path, capsys):
    file = written(tmp_path)
    file.write_bytes(content)

    run(file, *options)

    assert said in capsys.readouterr().out
    assert SearchTerm.objects.get().term == "amélie"


class Watched(io.StringIO):
    """Somebody's terminal."""

    def isatty(self) -> bool:
        return True


def test_who_watches_sees_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "RECORDS_A_WORD", 2)
    watched = Watched()

    call_command("import_searches", str(written(tmp_path, *map(line, range(4)))), stderr=watched)

    assert "\rChecking" in watched.getvalue()
    assert "Importing ██████████████████████████████ 4 of 4 lines\n" in watched.getvalue()


def test_looking_first_writes_nothing(tmp_path, capsys):
    run(written(tmp_path, line(0)), "--check")

    assert "Nothing was imported: without --check it would be." in capsys.readouterr().out
    assert not Import.objects.exists()


def test_an_overlap_in_time_with_another_file_is_said(tmp_path, capsys):
    run(written(tmp_path, line(0), line(10)))
    capsys.readouterr()

    run(written(tmp_path, line(5, "alien"), name="newer.csv"))

    assert "Overlap: old.csv, imported" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("", (), "There is no search in old.csv."),
        (line(0), ("--time-zone", "Mars"), "There is no time zone 'Mars'."),
        (line(0), ("--encoding", "martian"), "'martian' is no encoding"),
        (line(0), ("--encoding", "utf-7"), "'utf-7' is no encoding"),
    ],
)
def test_what_cannot_be_imported_says_why(content, options, words, tmp_path):
    with pytest.raises(CommandError, match=words):
        run(written(tmp_path, content), *options)


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(tmp_path / "none.csv")


def test_times_without_an_offset_are_of_the_zone_that_is_named(tmp_path):
    run(written(tmp_path, "2025-03-01 08:00:00,dune\n"), "--time-zone", "America/New_York")

    assert Search.objects.get().created_at == START + timedelta(hours=5)


def test_a_batch_costs_the_same_statements_however_many_searches(tmp_path):
    def statements(count: int, name: str) -> int:
        file = written(tmp_path, *(line(n, f"{name} {n}") for n in range(count)), name=name)
        with CaptureQueriesContext(connection) as queries:
            run(file)
        # SQLite's driver is asked once, and Django counts the rows.
        return len([one for one in queries if "movies_search" in one["sql"][:40]])

    statements(1, "warm")
    assert statements(200, "many") <= statements(20, "few") + 2
