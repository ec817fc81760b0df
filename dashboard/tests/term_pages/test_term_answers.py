from dataclasses import replace
from datetime import date

import pytest
from django.utils.html import strip_tags

from dashboard.periods import view_of
from dashboard.ranks.boards import TITLES, TermRow
from dashboard.term_pages.term_answers import answer, is_nothing, quoted
from dashboard.tests.term_days import ago, searched
from dashboard.tests.term_pages.test_term_lines import ROW, table

VIEW = view_of({"period": "7"}, date(2026, 11, 22))
NBSP = "\N{NO-BREAK SPACE}"


def said(key: str, *rows: TermRow, **facts: object) -> str:
    return strip_tags(answer(table(key, *rows, title=TITLES[key], **facts), VIEW))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("top", f"100 searches for 9 terms; “dune” leads with 30 (30.0{NBSP}%)."),
        ("rising", f"9 terms are rising; “dune” by at least 50.0{NBSP}%."),
        ("falling", f"9 terms are falling; “dune” by at least 30.0{NBSP}%."),
        ("new", "9 terms were searched for the first time; “dune” most often, 30 times."),
        ("gone", "9 terms are gone; “dune” had 10 searches."),
        ("empty", "100 searches found nothing; “dune” most often, 4 times."),
    ],
)
def test_the_first_line_is_the_answer(key, words):
    row = replace(ROW, high=0.7) if key == "falling" else ROW

    assert said(key, row, terms=9) == words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("gone", "1 term is gone."),
        ("new", "1 term was searched for the first time."),
    ],
)
def test_a_page_without_the_first_term_names_none(key, words):
    assert said(key, replace(ROW, rank=26), terms=1) == words


def test_what_was_not_searched_before_had_none():
    assert said("gone", replace(ROW, before=None), terms=1).endswith("“dune” had 0 searches.")


def test_terms_that_nobody_counted_yet_are_not_named():
    assert said("top", terms=None) == "100 searches."


def test_a_table_without_rows_says_why():
    assert said("top", whole=0, reason="Nothing was searched.") == "Nothing was searched."


@pytest.mark.django_db
def test_where_every_term_is_new_the_first_line_says_why():
    searched("dune", ago(2))

    assert said("new", ROW, is_all_new=True) == (
        "Nothing to compare with: the first search was on 20 Nov 2026."
    )


def test_a_table_that_is_not_ready_says_so():
    assert said("top", is_ready=False) == (
        "The figures of 16–22 Nov are being worked out."  # noqa: RUF001
    )


def test_a_site_without_figures_says_that_there_are_none():
    facts = {"is_ready": False, "figures_to": None, "reason": "No figures yet."}

    assert said("top", **facts) == "No figures yet."
    assert is_nothing(table("top", **facts))
    assert not is_nothing(table("top", is_ready=False))


def test_a_quoted_term_is_text_whatever_is_in_it():
    assert "<script>" not in quoted("<script>", "/")
