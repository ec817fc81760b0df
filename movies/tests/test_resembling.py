import pytest
from django.db import connection

from movies import resembling, trigrams
from movies.models import SearchTerm
from movies.resembling import like, similarity, trigrams_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def _trigrams(db) -> None:
    """Leave out what PostgreSQL cannot do without its extension, as that from PyPI."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regclass(%s)", [resembling.INDEX])
            if cursor.fetchone() == (None,):
                pytest.skip("this PostgreSQL has no pg_trgm")


def terms(*texts: str) -> SearchTerm:
    rows = [SearchTerm.objects.create(term=text) for text in texts]
    return rows[0]


@pytest.mark.usefixtures("_trigrams")
def test_what_looks_alike_is_named_the_most_alike_first():
    found = like(terms("blade runner", "blade runer", "runner", "alien", "blade runner 2049"))

    assert [one.term.term for one in found] == ["blade runer", "blade runner 2049", "runner"]


@pytest.mark.usefixtures("_trigrams")
def test_the_measure_is_that_of_pg_trgm_on_both_databases():
    found = like(terms("se7en", "seven", "se7en!"))

    shown = [(one.term.term, round(one.similarity, 3)) for one in found]
    assert shown == [("se7en!", 1.0), ("seven", 0.333)]
    words = similarity(trigrams_of("word"), trigrams_of("two words"))
    assert words == pytest.approx(0.3636, abs=1e-4)


@pytest.mark.usefixtures("_trigrams")
def test_very_short_terms_and_those_without_a_letter_are_no_error():
    assert [one.term.term for one in like(terms("m", "m!", "9"))] == ["m!"]
    assert like(terms("?!", "!!")) == []


@pytest.mark.usefixtures("_trigrams")
def test_what_is_renamed_or_gone_is_found_no_more():
    dune = terms("dune", "dune 2", "dune 3")
    SearchTerm.objects.filter(term="dune 2").update(term="alien")
    SearchTerm.objects.filter(term="dune 3").delete()

    assert like(dune) == []


@pytest.mark.usefixtures("_trigrams")
def test_what_is_merged_already_is_not_suggested():
    dune = terms("dune", "dune 2")
    SearchTerm.objects.filter(term="dune 2").update(canonical=dune)

    assert like(dune) == []
    assert like(SearchTerm.objects.get(term="dune 2")) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its index itself")
def test_a_table_that_was_remade_has_its_trigrams_again_after_the_next_migrate():
    dune = terms("dune", "dune 2")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER term_trigrams_added")
    terms("dune 3")

    assert [one.term.term for one in like(dune)] == ["dune 2"]
    trigrams.install("default")
    assert [one.term.term for one in like(dune)] == ["dune 2", "dune 3"]


def test_without_the_index_nothing_is_told():
    dune = terms("dune", "dune 2")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {resembling.INDEX}")

    assert (like(dune) is None) == (connection.vendor == "postgresql")
