from collections.abc import Iterator
from contextlib import closing

import pytest

from movies.omdb import LAST_PAGE, OmdbClient
from movies.omdb_errors import LimitReached, MissingField
from movies.tests.omdb_answers import client_of, endless, ids, page, row
from movies.tests.omdb_server import OmdbServer, Reply


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OmdbServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with OmdbServer(answer=endless) as server:
        yield server


@pytest.fixture
def client(server: OmdbServer) -> Iterator[OmdbClient]:
    with closing(client_of(server)) as client:
        yield client


def test_nothing_found_is_an_empty_result(server, client):
    server.script(Reply.refusing("Movie not found!"))

    assert ids(client.search("qqqq")) == []


def test_a_page_past_the_end_ends_the_search(server, client):
    server.script(page(1, 10, "30"), Reply.refusing("Movie not found!"))

    assert len(ids(client.search("film"))) == 10


def test_an_empty_page_ends_the_search(server, client):
    server.script(page(1, 10, "30"), page(1, 0, "30"))

    assert len(ids(client.search("film"))) == 10
    assert len(server.calls) == 2


def test_a_repeated_page_ends_the_search_and_yields_nothing(server, client):
    server.script(page(1, 10, "50"), times=None)

    assert len(ids(client.search("film"))) == 10
    assert len(server.calls) == 2


def test_a_total_that_shrinks_ends_the_search_earlier(server, client):
    server.script(page(1, 10, "50"), page(11, 20, "50"), page(21, 30, "15"))

    assert len(ids(client.search("film"))) == 30
    assert len(server.calls) == 3


def test_a_total_that_grows_is_followed(server, client):
    server.script(page(1, 10, "20"), page(11, 20, "21"), page(21, 21, "21"))

    films = list(client.search("film"))

    assert len(films) == 21
    assert [films[0].total_results, films[-1].total_results] == [20, 21]
    assert [films[0].pages, films[-1].pages] == [2, 3]


@pytest.mark.parametrize("total", [None, "many", "0", "", "N/A", [], True, "9" * 5000])
def test_without_a_total_the_search_goes_on_until_nothing_comes(server, client, total):
    server.script(page(1, 10, total), page(11, 20, total), Reply.refusing("Movie not found!"))

    films = list(client.search("film"))

    assert len(films) == 20
    assert {(film.total_results, film.pages) for film in films} == {(None, 0)}


def test_a_total_that_is_missing_later_is_still_known(server, client):
    server.script(page(1, 10, "12"), page(11, 12))

    assert len(ids(client.search("film"))) == 12
    assert len(server.calls) == 2


def test_no_search_goes_beyond_a_hundred_pages(server, client):
    films = list(client.search("film"))

    assert len(server.calls) == LAST_PAGE
    assert films[-1].rank == 1000


def test_duplicates_collapse_over_the_whole_search(server, client):
    server.script(page(1, 10, "13"), page(8, 13, "13"))

    films = list(client.search("film"))

    assert [film.rank for film in films] == list(range(1, 14))
    assert len({film.imdb_id for film in films}) == 13


def test_duplicates_collapse_inside_a_page(server, client):
    server.script(Reply.of({"Search": [row(1), row(1), row(2)], "Response": "True"}))
    server.script(Reply.refusing("Movie not found!"))

    assert ids(client.search("film")) == ["tt0000001", "tt0000002"]


def test_an_error_on_a_later_page_keeps_the_pages_before(server, client):
    server.script(page(1, 10, "30"), page(11, 20, "30"))
    server.script(Reply.refusing("Request limit reached!", 401))
    kept = []

    with pytest.raises(LimitReached):
        kept.extend(client.search("film"))

    assert len(kept) == 20
    assert kept[-1].ends_page


def test_a_broken_row_gives_up_its_page_but_not_the_pages_before(server, client):
    broken = Reply.of({"Search": [row(11), {"Title": "No id"}], "Response": "True"})
    server.script(page(1, 10, "30"), broken)
    kept = []

    with pytest.raises(MissingField, match="imdbID"):
        kept.extend(client.search("film"))

    assert len(kept) == 10


def test_rows_as_they_were_in_2014_are_read(server, client):
    old = {"Title": "Dallas", "Year": "1978-1991", "imdbID": "tt0077000", "Type": "series"}
    server.script(Reply.of({"Search": [old]}), Reply.refusing("Movie not found!"))

    (film,) = client.search("dallas")

    assert (film.year, film.end_year, film.poster_url) == (1978, 1991, "")
