from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.periods import view_of
from dashboard.ranks.boards import TermRow, TermTable
from dashboard.term_pages import term_lines
from dashboard.term_pages.term_asking import Asked
from movies import formats

VIEW = view_of({"period": "7"}, date(2026, 11, 22))
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
ROW = TermRow(
    rank=1,
    term_id=7,
    term="dune",
    searches=30,
    before=10,
    share=0.3,
    ratio=2.0,
    low=1.5,
    high=3.0,
    state="rising",
    nothing_found=4,
    first_time=0,
    results=117,
    held=3,
    last_searched=NOW,
    spark=(1, 2),
)


def table(key="top", *rows: TermRow, **facts: object) -> TermTable:
    found = TermTable(
        key=key,
        title="Top",
        rows=rows,
        found=len(rows),
        pages=1,
        page=1,
        terms=len(rows),
        whole=100,
        other=0,
        other_terms=0,
        figures_to=NOW,
        is_ready=True,
        is_live=False,
        reason="",
    )
    return replace(found, **facts)


def test_a_row_says_everything_in_words():
    [line] = term_lines.lines(table("top", ROW), VIEW)

    assert (line.rank, line.term, line.count, line.unit) == ("1", "dune", "30", "searches")
    assert line.url == "/admin/movies/searchterm/7/change/?period=7"
    assert (line.share, line.width) == ("30.0\N{NO-BREAK SPACE}%", 100)
    assert (line.results, line.last) == ("3 of 117", formats.moment(NOW))
    assert "<svg" in line.spark


@pytest.mark.parametrize(("key", "count"), [("gone", "10"), ("empty", "4"), ("new", "30")])
def test_a_table_shows_what_it_counts(key, count):
    [line] = term_lines.lines(table(key, ROW), VIEW)

    assert line.count == count


@pytest.mark.parametrize(
    ("key", "figures_to", "is_dotted"),
    [
        ("top", NOW, True),
        ("top", NOW + timedelta(days=1), False),
        ("top", None, False),
        # Its line is of the compared period.
        ("gone", NOW, False),
    ],
)
def test_a_line_into_a_day_that_is_not_over_is_dotted(key, figures_to, is_dotted):
    [line] = term_lines.lines(table(key, ROW, figures_to=figures_to), VIEW)

    assert ('class="open"' in line.spark) == is_dotted


def test_what_was_not_searched_before_counts_nothing_in_gone():
    [line] = term_lines.lines(table("gone", replace(ROW, before=None)), VIEW)

    assert line.count == "0"


def test_bars_are_as_long_as_their_shares_and_the_longest_is_whole():
    rows = (ROW, replace(ROW, share=0.1, searches=1), replace(ROW, share=0))

    lines = term_lines.lines(table("top", *rows), VIEW)

    assert [line.width for line in lines] == [100, 33, 0]
    assert lines[1].unit == "search"
    assert term_lines.lines(table("top", replace(ROW, share=0)), VIEW)[0].width == 0
    assert term_lines.lines(table(), VIEW) == []


@pytest.mark.parametrize(
    ("held", "results", "words"),
    [(0, None, formats.NOTHING), (2, None, "2"), (0, 0, "0"), (0, 5, "0 of 5")],
)
def test_films_are_held_of_those_that_omdb_knows(held, results, words):
    [line] = term_lines.lines(table("top", replace(ROW, held=held, results=results)), VIEW)

    assert line.results == words


@pytest.mark.parametrize(
    ("last_day", "words"),
    [(date(2026, 7, 25), "25 Jul"), (date(2025, 3, 1), "1 Mar 2025"), (None, formats.NONE)],
)
def test_of_a_search_that_is_kept_no_more_the_day_is_named(last_day, words):
    row = replace(ROW, last_searched=None, last_day=last_day)

    [line] = term_lines.lines(table("top", row), VIEW)

    assert line.last == words


def test_a_head_sorts_and_turns_the_order_around():
    def urls(sort: str) -> dict[str, str]:
        return {head.key: head.url for head in term_lines.heads("top", VIEW, Asked(sort=sort))}

    assert urls("")["searches"] == "/admin/terms/?period=7&sort=-searches"
    assert urls("-searches")["searches"] == "/admin/terms/?period=7&sort=searches"
    assert urls("")["term"] == "/admin/terms/?period=7&sort=term"
    assert urls("term")["term"] == "/admin/terms/?period=7&sort=-term"
    assert urls("")["spark"] == ""


def test_the_sorted_column_says_so():
    heads = term_lines.heads("empty", VIEW, Asked(table="empty", sort="-last"))

    assert {head.key: head.sorted for head in heads if head.sorted} == {"last": "descending"}
    assert heads[1].words == "Found nothing"
    [term, *_] = term_lines.heads("top", view_of({"period": "90"}, VIEW.last), Asked(sort="term"))
    assert term.sorted == "ascending"


def test_a_page_and_its_last_row_add_up_to_the_card():
    assert term_lines.other_row(table("top", ROW, terms=9)) == "8 other terms: 70 searches"
    assert term_lines.other_row(table("top", ROW, terms=None)) == "Other terms: 70 searches"
    assert term_lines.other_row(table("empty", ROW, terms=2)) == "1 other term: 96 searches"
    assert term_lines.other_row(table("gone", ROW, terms=2, whole=11)) == "1 other term: 1 search"


def test_there_is_no_other_row_without_others_or_a_card():
    assert term_lines.other_row(table("top", ROW, whole=30)) == ""
    assert term_lines.other_row(table("rising", ROW, terms=9)) == ""


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("top", "of the first 1,000 by searches"),
        ("rising", "of the first 1,000 by what is proven"),
        ("gone", "of the first 1,000 by searches before"),
    ],
)
def test_rows_that_are_only_of_the_first_ones_say_of_which(key, words):
    assert term_lines.first_of(table(key, ROW, first_of=1000)) == words
    assert term_lines.first_of(table(key, ROW)) == ""


def test_a_row_beyond_those_that_are_kept_has_no_rank():
    [line] = term_lines.lines(table("top", replace(ROW, rank=None)), VIEW)

    assert line.rank == ""


def test_shares_say_what_they_are_of():
    assert term_lines.share_of("top") == "of all searches"
    assert term_lines.share_of("empty") == "of all that found nothing"
